"""Browsers: one row a product, one subject an installation.

To add a browser, add a row to :data:`BROWSERS` with the names it goes by on each
system; everything else (what is read, the kits, the dictionary of facts) follows. How
the names are looked up is in ``browsers_linux``, ``browsers_macos``, ``browsers_windows``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from auditor.model import FactSpec
from auditor.versions import Version, parse


class Package(NamedTuple):
    """A Linux package of a browser: its channel and the folder it installs to (empty: not known)."""

    channel: str
    folder: str = ""


class Uninstall(NamedTuple):
    """How Windows' list of programs calls it: a pattern over the whole name, and the channel.

    A group ``version`` in the pattern is used instead of DisplayVersion, where that is no version.
    """

    name: str
    channel: str = "stable"


class Browser(NamedTuple):
    r"""One product, by the names it has on each system. Only ``product`` and ``engine`` are needed.

    ``older_engine`` is (engine, first version of the present one); ``engine_on_windows``
    is set where that is another one than elsewhere. ``own_numbers`` says
    that its version is not its engine's; ``engine_first`` that the engine's major number
    stands before its own three (Brave's 138.1.80.113). ``ini`` is the Name in
    application.ini; ``bundles`` are macOS bundle ids.

    On Windows: ``clients`` are its ids with an updater, below ``updater``; ``beacons`` the
    keys below HKCU\Software where it notes what was last run; ``prog_ids`` the names it
    registers under, and opens links by, without what may follow after ``-`` or ``.``;
    ``appx`` are Store package names, which with ``appx_of_machine`` only point to the
    machine's own program. ``files`` are where its program is, ``folders`` the parts of a
    path that tell it and its channel, ``products`` what the file calls itself.
    ``waiting`` is the file of a version that waits for the next start, beside the one
    that runs. A ``component`` is a part of Windows: one, however many files it has.
    Where the same names have a channel each, an empty channel says that they do not tell it.
    """

    product: str
    engine: str
    older_engine: tuple[str, str] = ("", "")
    engine_on_windows: str = ""
    own_numbers: bool = False
    engine_first: bool = False
    packages: Mapping[str, Package] = MappingProxyType({})
    flatpaks: Mapping[str, str] = MappingProxyType({})
    snaps: tuple[str, ...] = ()
    ini: str = ""
    programs: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    desktop: tuple[str, ...] = ()
    uninstall: tuple[Uninstall, ...] = ()
    updater: str = ""
    clients: Mapping[str, str] = MappingProxyType({})
    beacons: Mapping[str, str] = MappingProxyType({})
    prog_ids: Mapping[str, str] = MappingProxyType({})
    appx: Mapping[str, str] = MappingProxyType({})
    appx_of_machine: bool = False
    files: tuple[str, ...] = ()
    folders: Mapping[str, str] = MappingProxyType({})
    products: tuple[str, ...] = ()
    waiting: str = ""
    component: bool = False
    bundles: Mapping[str, str] = MappingProxyType({})
    preferences: str = ""

    @property
    def executables(self) -> frozenset[str]:
        """The names of its program files on Windows, in small letters."""
        return _names_of(self.files)


@lru_cache(maxsize=200)
def _names_of(files: tuple[str, ...]) -> frozenset[str]:
    return frozenset(file.rpartition("\\")[2].casefold() for file in files)


def _anywhere(*files: str) -> tuple[str, ...]:
    """The files below both folders of programs, and below every user's."""
    tops = (r"%ProgramFiles%", r"%ProgramFiles(x86)%", r"~\AppData\Local")
    return tuple(f"{top}\\{file}" for file in files for top in tops)


def _for_all(*files: str) -> tuple[str, ...]:
    """The files below both folders of programs."""
    return tuple(f"{top}\\{file}" for file in files for top in (r"%ProgramFiles%", r"%ProgramFiles(x86)%"))


BROWSERS: tuple[Browser, ...] = (
    Browser(
        "chrome",
        "blink",
        ("webkit", "28"),
        packages={
            f"google-chrome-{name}": Package(channel, f"/opt/google/chrome{folder}")
            for name, channel, folder in (
                ("stable", "stable", ""),
                ("beta", "beta", "-beta"),
                ("unstable", "dev", "-unstable"),
                ("canary", "canary", "-canary"),
            )
        },
        flatpaks={"com.google.Chrome": "stable", "com.google.ChromeDev": "dev"},
        programs=("chrome", "google-chrome*"),
        policies=("/etc/opt/chrome/policies/managed/*.json",),
        desktop=("google-chrome*.desktop", "com.google.Chrome*.desktop"),
        uninstall=(
            Uninstall("Google Chrome"),
            Uninstall("Google Chrome Beta", "beta"),
            Uninstall("Google Chrome Dev", "dev"),
            Uninstall("Google Chrome (Canary|SxS)", "canary"),
        ),
        updater="Google\\Update",
        clients={
            "{8A69D345-D564-463C-AFF1-A69D9E530F96}": "stable",
            "{8237E44A-0054-442C-B6B6-EA0509993955}": "beta",
            "{401C381F-E0DE-4B85-8BD8-3F3F14FBDA57}": "dev",
            "{4EA16AC7-FD5A-47C3-875B-DBF4A2008C20}": "canary",
        },
        beacons={
            r"Google\Chrome": "stable",
            r"Google\Chrome Beta": "beta",
            r"Google\Chrome Dev": "dev",
            r"Google\Chrome SxS": "canary",
        },
        prog_ids={
            "ChromeHTML": "stable",
            "ChromeBHTML": "beta",
            "ChromeDHTML": "dev",
            "ChromeSSHTM": "canary",
            "Google Chrome": "stable",
            "Google Chrome Beta": "beta",
            "Google Chrome Dev": "dev",
            "Google Chrome Canary": "canary",
        },
        files=_anywhere(r"Google\Chrome*\Application\chrome.exe"),
        folders={
            r"Google\Chrome": "stable",
            r"Google\Chrome Beta": "beta",
            r"Google\Chrome Dev": "dev",
            r"Google\Chrome SxS": "canary",
            r"App\Chrome-bin": "",
        },
        products=("Google Chrome",),
        waiting="new_chrome.exe",
        preferences="com.google.Chrome",
        bundles={
            "com.google.Chrome": "stable",
            "com.google.Chrome.beta": "beta",
            "com.google.Chrome.dev": "dev",
            "com.google.Chrome.canary": "canary",
        },
    ),
    Browser(
        "edge",
        "blink",
        packages={
            "microsoft-edge-stable": Package("stable", "/opt/microsoft/msedge"),
            "microsoft-edge-beta": Package("beta", "/opt/microsoft/msedge-beta"),
            "microsoft-edge-dev": Package("dev", "/opt/microsoft/msedge-dev"),
        },
        flatpaks={"com.microsoft.Edge": "stable", "com.microsoft.EdgeDev": "dev"},
        programs=("msedge", "microsoft-edge*"),
        policies=("/etc/opt/edge/policies/managed/*.json",),
        desktop=("microsoft-edge*.desktop", "com.microsoft.Edge*.desktop"),
        uninstall=(
            Uninstall("Microsoft Edge"),
            Uninstall("Microsoft Edge Beta", "beta"),
            Uninstall("Microsoft Edge Dev", "dev"),
            Uninstall("Microsoft Edge (Canary|SxS)", "canary"),
        ),
        updater="Microsoft\\EdgeUpdate",
        clients={
            "{56EB18F8-B008-4CBD-B6D2-8C97FE7E9062}": "stable",
            "{2CD8A007-E189-409D-A2C8-9AF4EF3C72AA}": "beta",
            "{0D50BFEC-CD6A-4F9A-964C-C7416E3ACB10}": "dev",
            "{65C35B14-6C1D-4122-AC46-7148CC9D6497}": "canary",
        },
        beacons={
            r"Microsoft\Edge": "stable",
            r"Microsoft\Edge Beta": "beta",
            r"Microsoft\Edge Dev": "dev",
            r"Microsoft\Edge SxS": "canary",
        },
        prog_ids={
            "MSEdgeHTM": "stable",
            "MSEdgeBHTML": "beta",
            "MSEdgeDHTML": "dev",
            "MSEdgeSSHTM": "canary",
            "Microsoft Edge": "stable",
            "Microsoft Edge Beta": "beta",
            "Microsoft Edge Dev": "dev",
            "Microsoft Edge Canary": "canary",
        },
        appx={
            "Microsoft.MicrosoftEdge.Stable": "stable",
            "Microsoft.MicrosoftEdge.Beta": "beta",
            "Microsoft.MicrosoftEdge.Dev": "dev",
            "Microsoft.MicrosoftEdge.Canary": "canary",
        },
        appx_of_machine=True,
        files=_anywhere(r"Microsoft\Edge*\Application\msedge.exe"),
        folders={
            r"Microsoft\Edge": "stable",
            r"Microsoft\Edge Beta": "beta",
            r"Microsoft\Edge Dev": "dev",
            r"Microsoft\Edge SxS": "canary",
        },
        products=("Microsoft Edge",),
        waiting="new_msedge.exe",
        preferences="com.microsoft.Edge",
        bundles={
            "com.microsoft.edgemac": "stable",
            "com.microsoft.edgemac.Beta": "beta",
            "com.microsoft.edgemac.Dev": "dev",
            "com.microsoft.edgemac.Canary": "canary",
        },
    ),
    Browser(
        "edge-legacy",
        "edgehtml",
        own_numbers=True,
        appx={"Microsoft.MicrosoftEdge": "stable"},
        prog_ids={"AppXq0fevzme2pys62n3e0fbqa7peapykr8v": "stable", "AppX90nv6nhay5n6a98fnetv7tpk64pp35es": "stable"},
    ),
    Browser(
        "firefox",
        "gecko",
        ini="Firefox",
        packages={
            "firefox-esr": Package("esr", "/usr/lib/firefox-esr"),
            "firefox": Package("stable", "/usr/lib/firefox"),
            "firefox-beta": Package("beta", "/usr/lib/firefox-beta"),
            "firefox-devedition": Package("developer", "/usr/lib/firefox-devedition"),
            "firefox-nightly": Package("nightly", "/usr/lib/firefox-nightly"),
            "MozillaFirefox": Package("", "/usr/lib64/firefox"),
        },
        flatpaks={"org.mozilla.firefox": "stable"},
        snaps=("firefox",),
        programs=("firefox*",),
        policies=("/etc/firefox/policies/policies.json",),
        desktop=("firefox*.desktop", "org.mozilla.firefox.desktop", "userapp-Firefox-*.desktop"),
        uninstall=(
            Uninstall(r"Mozilla Firefox( [0-9.]+)? ESR( \(.*\))?", "esr"),
            Uninstall(r"Mozilla Firefox( [0-9.]+)?( \(.*\))?", ""),
            Uninstall(r"Firefox Developer Edition( [0-9][0-9.ab]*)?( \(.*\))?", "developer"),
            Uninstall(r"(Firefox )?Nightly( [0-9.a]+)?( \(.*\))?", "nightly"),
        ),
        prog_ids={"FirefoxURL": "", "FirefoxHTML": "", "FIREFOX.EXE": "", "Firefox": ""},
        appx={
            "Mozilla.Firefox": "stable",
            "Mozilla.MozillaFirefox": "",
            "Mozilla.MozillaFirefoxBeta": "beta",
            "Mozilla.MozillaFirefoxNightly": "nightly",
        },
        files=_anywhere(
            r"Mozilla Firefox*\firefox.exe", r"Firefox Developer Edition\firefox.exe", r"Firefox Nightly\firefox.exe"
        ),
        folders={
            "Mozilla Firefox": "",
            "Mozilla Firefox ESR": "esr",
            "Firefox Developer Edition": "developer",
            "Firefox Nightly": "nightly",
        },
        products=("Firefox", "Firefox Developer Edition", "Firefox Nightly"),
        preferences="org.mozilla.firefox",
        bundles={
            "org.mozilla.firefox": "",
            "org.mozilla.firefoxdeveloperedition": "developer",
            "org.mozilla.nightly": "nightly",
        },
    ),
    Browser(
        "ie",
        "trident",
        uninstall=(Uninstall(r"Windows Internet Explorer (?P<version>[0-9]+)"),),
        prog_ids={"IE.HTTP": "stable", "IE.HTTPS": "stable", "IEXPLORE.EXE": "stable"},
        files=_for_all(r"Internet Explorer\iexplore.exe"),
        folders={"Internet Explorer": "stable"},
        products=("Internet Explorer", "Windows\u00ae Internet Explorer"),
        component=True,
    ),
    Browser(
        "safari",
        "webkit",
        uninstall=(Uninstall("Safari"),),
        files=_for_all(r"Safari\Safari.exe"),
        folders={"Safari": "stable"},
        bundles={"com.apple.Safari": "stable", "com.apple.SafariTechnologyPreview": "preview"},
    ),
    Browser(
        "opera",
        "blink",
        ("presto", "15"),
        own_numbers=True,
        packages={
            "opera-stable": Package("stable"),
            "opera-beta": Package("beta"),
            "opera-developer": Package("dev"),
            "opera": Package("stable"),
        },
        flatpaks={"com.opera.Opera": "stable"},
        snaps=("opera",),
        programs=("opera*",),
        desktop=("opera*.desktop", "com.opera.Opera.desktop"),
        uninstall=(
            Uninstall(r"Opera( Stable)?( [0-9.]+)?"),
            Uninstall(r"Opera [Bb]eta( [0-9.]+)?", "beta"),
            Uninstall(r"Opera [Dd]eveloper( [0-9.]+)?", "dev"),
        ),
        prog_ids={
            "OperaStable": "stable",
            "Operabeta": "beta",
            "Operadeveloper": "dev",
            "Opera.HTML": "stable",
            "Opera.Protocol": "stable",
            "Opera": "stable",
        },
        files=(
            *_for_all(r"Opera\opera.exe", r"Opera\launcher.exe", r"Opera beta\opera.exe", r"Opera developer\opera.exe"),
            r"~\AppData\Local\Programs\Opera\opera.exe",
            r"~\AppData\Local\Programs\Opera\launcher.exe",
            r"~\AppData\Local\Programs\Opera beta\opera.exe",
            r"~\AppData\Local\Programs\Opera developer\opera.exe",
        ),
        folders={"Opera": "stable", "Opera beta": "beta", "Opera developer": "dev"},
        bundles={
            "com.operasoftware.Opera": "stable",
            "com.operasoftware.OperaNext": "beta",
            "com.operasoftware.OperaDeveloper": "dev",
        },
    ),
    Browser(
        "opera-gx",
        "blink",
        own_numbers=True,
        uninstall=(Uninstall(r"Opera GX( Stable)?( [0-9.]+)?"),),
        prog_ids={"OperaGXStable": "stable", "Opera GXStable": "stable"},
        files=(
            *_for_all(r"Opera GX\opera.exe", r"Opera GX\launcher.exe"),
            r"~\AppData\Local\Programs\Opera GX\opera.exe",
            r"~\AppData\Local\Programs\Opera GX\launcher.exe",
        ),
        folders={"Opera GX": "stable"},
        flatpaks={"com.opera.opera-gx": "stable"},
        bundles={"com.operasoftware.OperaGX": "stable"},
    ),
    Browser(
        "brave",
        "blink",
        own_numbers=True,
        engine_first=True,
        packages={
            "brave-browser": Package("stable", "/opt/brave.com/brave"),
            "brave-browser-beta": Package("beta", "/opt/brave.com/brave-beta"),
            "brave-browser-nightly": Package("nightly", "/opt/brave.com/brave-nightly"),
        },
        flatpaks={"com.brave.Browser": "stable"},
        snaps=("brave",),
        programs=("brave*",),
        policies=("/etc/brave/policies/managed/*.json",),
        desktop=("brave*.desktop", "com.brave.Browser.desktop"),
        uninstall=(
            Uninstall("Brave"),
            Uninstall("Brave Beta", "beta"),
            Uninstall("Brave Dev", "dev"),
            Uninstall("Brave Nightly", "nightly"),
        ),
        updater="BraveSoftware\\Update",
        clients={
            "{AFE6A462-C574-4B8A-AF43-4CC60DF4563B}": "stable",
            "{103BD053-949B-43A8-9120-2E424887DE11}": "beta",
            "{CB2150F2-595F-4633-891A-E39720CE0531}": "dev",
            "{C6CB981E-DB30-4876-8639-109F8933582C}": "nightly",
        },
        beacons={
            r"BraveSoftware\Brave-Browser": "stable",
            r"BraveSoftware\Brave-Browser-Beta": "beta",
            r"BraveSoftware\Brave-Browser-Dev": "dev",
            r"BraveSoftware\Brave-Browser-Nightly": "nightly",
        },
        prog_ids={
            "BraveHTML": "stable",
            "BraveBHTML": "beta",
            "BraveDHTML": "dev",
            "BraveSSHTM": "nightly",
            "Brave": "stable",
            "Brave Beta": "beta",
            "Brave Dev": "dev",
            "Brave Nightly": "nightly",
        },
        files=_anywhere(r"BraveSoftware\Brave-Browser*\Application\brave.exe"),
        folders={
            r"BraveSoftware\Brave-Browser": "stable",
            r"BraveSoftware\Brave-Browser-Beta": "beta",
            r"BraveSoftware\Brave-Browser-Dev": "dev",
            r"BraveSoftware\Brave-Browser-Nightly": "nightly",
        },
        products=("Brave Browser",),
        preferences="com.brave.Browser",
        bundles={"com.brave.Browser": "stable", "com.brave.Browser.beta": "beta", "com.brave.Browser.nightly": "nightly"},
    ),
    Browser(
        "vivaldi",
        "blink",
        own_numbers=True,
        packages={
            "vivaldi-stable": Package("stable", "/opt/vivaldi"),
            "vivaldi-snapshot": Package("snapshot", "/opt/vivaldi-snapshot"),
        },
        flatpaks={"com.vivaldi.Vivaldi": "stable"},
        snaps=("vivaldi",),
        programs=("vivaldi*",),
        desktop=("vivaldi*.desktop", "com.vivaldi.Vivaldi.desktop"),
        uninstall=(Uninstall("Vivaldi"),),
        beacons={"Vivaldi": "stable"},
        prog_ids={"VivaldiHTM": "stable", "Vivaldi": "stable"},
        files=_anywhere(r"Vivaldi\Application\vivaldi.exe"),
        folders={"Vivaldi": "stable"},
        products=("Vivaldi",),
        bundles={"com.vivaldi.Vivaldi": "stable", "com.vivaldi.Vivaldi.snapshot": "snapshot"},
    ),
    Browser(
        "chromium",
        "blink",
        packages={
            "chromium": Package("stable", "/usr/lib/chromium"),
            "chromium-browser": Package("stable", "/usr/lib/chromium-browser"),
            "ungoogled-chromium": Package("stable", "/usr/lib/ungoogled-chromium"),
        },
        flatpaks={"org.chromium.Chromium": "stable", "io.github.ungoogled_software.ungoogled_chromium": "stable"},
        snaps=("chromium",),
        programs=("chromium*",),
        policies=("/etc/chromium/policies/managed/*.json", "/etc/chromium-browser/policies/managed/*.json"),
        desktop=("chromium.desktop", "chromium_chromium.desktop", "org.chromium.Chromium.desktop"),
        uninstall=(Uninstall("Chromium"),),
        beacons={"Chromium": "stable"},
        prog_ids={"ChromiumHTM": "stable", "Chromium": "stable"},
        files=_anywhere(r"Chromium\Application\chrome.exe"),
        folders={"Chromium": "stable"},
        products=("Chromium",),
        waiting="new_chrome.exe",
        bundles={"org.chromium.Chromium": "stable"},
    ),
    Browser(
        "tor",
        "gecko",
        own_numbers=True,
        packages={"torbrowser-launcher": Package("launcher")},
        flatpaks={"org.torproject.torbrowser-launcher": "launcher"},
        files=(r"~\Desktop\Tor Browser\Browser\firefox.exe", r"~\Downloads\Tor Browser\Browser\firefox.exe"),
        folders={r"Tor Browser\Browser": "stable"},
        bundles={"org.torproject.torbrowser": "stable"},
    ),
    Browser(
        "mullvad",
        "gecko",
        own_numbers=True,
        packages={"mullvad-browser": Package("stable")},
        flatpaks={"net.mullvad.MullvadBrowser": "stable"},
        uninstall=(Uninstall(r"Mullvad Browser( [0-9][0-9.]*)?"),),
        bundles={"net.mullvad.mullvadbrowser": "stable"},
    ),
    Browser(
        "waterfox",
        "gecko",
        own_numbers=True,
        ini="Waterfox",
        packages={"waterfox": Package("stable")},
        flatpaks={"net.waterfox.waterfox": "stable"},
        programs=("waterfox*",),
        uninstall=(Uninstall(r"Waterfox( Classic| Current| G[0-9]+)?( [0-9][0-9.]*)?( \(.*\))?"),),
        prog_ids={"WaterfoxURL": "stable", "WaterfoxHTML": "stable", "Waterfox": "stable"},
        files=_anywhere(r"Waterfox\waterfox.exe"),
        folders={"Waterfox": "stable"},
        products=("Waterfox",),
        bundles={"net.waterfox.waterfox": "stable"},
    ),
    Browser(
        "librewolf",
        "gecko",
        ini="LibreWolf",
        packages={"librewolf": Package("stable", "/usr/share/librewolf")},
        flatpaks={"io.gitlab.librewolf-community": "stable"},
        programs=("librewolf*",),
        uninstall=(Uninstall(r"LibreWolf( [0-9][0-9.-]*)?( \(.*\))?"),),
        prog_ids={"LibreWolfHTM": "stable", "LibreWolfURL": "stable", "LibreWolf": "stable"},
        files=_anywhere(r"LibreWolf\librewolf.exe"),
        folders={"LibreWolf": "stable"},
        products=("LibreWolf",),
        bundles={"io.gitlab.librewolf-community": "stable"},
    ),
    Browser(
        "zen",
        "gecko",
        own_numbers=True,
        ini="Zen",
        packages={"zen-browser": Package("stable")},
        flatpaks={"app.zen_browser.zen": "stable"},
        programs=("zen", "zen-bin"),
        uninstall=(Uninstall(r"Zen Browser( [0-9][0-9a-z.-]*)?( \(.*\))?"),),
        files=_anywhere(r"Zen Browser\zen.exe"),
        folders={"Zen Browser": "stable"},
        bundles={"app.zen-browser.zen": "stable"},
    ),
    Browser(
        "pale-moon",
        "goanna",
        own_numbers=True,
        ini="Pale Moon",
        packages={"palemoon": Package("stable", "/usr/lib/palemoon")},
        programs=("palemoon",),
        uninstall=(Uninstall(r"Pale Moon( [0-9.]+)?( \(.*\))?"),),
        prog_ids={"PaleMoonURL": "stable", "PaleMoonHTML": "stable", "Pale Moon": "stable"},
        files=_for_all(r"Pale Moon\palemoon.exe"),
        folders={"Pale Moon": "stable"},
        bundles={"org.mozilla.pale moon": "stable"},
    ),
    Browser(
        "seamonkey",
        "gecko",
        own_numbers=True,
        ini="SeaMonkey",
        packages={"seamonkey": Package("stable", "/usr/lib/seamonkey")},
        programs=("seamonkey",),
        uninstall=(Uninstall(r"SeaMonkey( [0-9.]+)?( \(.*\))?"),),
        prog_ids={"SeaMonkeyURL": "stable", "SeaMonkeyHTML": "stable", "SEAMONKEY.EXE": "stable"},
        files=_for_all(r"SeaMonkey\seamonkey.exe"),
        folders={"SeaMonkey": "stable"},
        bundles={"org.mozilla.seamonkey": "stable"},
    ),
    Browser(
        "gnome-web",
        "webkit",
        own_numbers=True,
        packages={"epiphany-browser": Package("stable"), "epiphany": Package("stable")},
        flatpaks={"org.gnome.Epiphany": "stable"},
        programs=("epiphany*",),
        desktop=("org.gnome.Epiphany.desktop", "epiphany.desktop"),
    ),
    Browser(
        "falkon",
        "blink",
        own_numbers=True,
        packages={"falkon": Package("stable")},
        flatpaks={"org.kde.falkon": "stable"},
        programs=("falkon",),
        desktop=("org.kde.falkon.desktop",),
    ),
    Browser("konqueror", "blink", own_numbers=True, packages={"konqueror": Package("stable")}, programs=("konqueror",)),
    Browser(
        "arc",
        "blink",
        own_numbers=True,
        appx={"TheBrowserCompany.Arc": "stable"},
        bundles={"company.thebrowser.Browser": "stable"},
    ),
    Browser(
        "duckduckgo",
        "webkit",
        own_numbers=True,
        bundles={"com.duckduckgo.macos.browser": "stable"},
        engine_on_windows="blink",
        appx={"DuckDuckGo.DesktopBrowser": "stable", "63909DuckDuckGoInc.DuckDuckGoPrivateBrowser": "stable"},
    ),
    Browser(
        "yandex",
        "blink",
        own_numbers=True,
        packages={"yandex-browser-stable": Package("stable", "/opt/yandex/browser")},
        programs=("yandex*",),
        uninstall=(Uninstall(r"Yandex( Browser)?"),),
        prog_ids={"YandexHTML": "stable", "Yandex": "stable"},
        files=_anywhere(r"Yandex\YandexBrowser\Application\browser.exe"),
        folders={r"Yandex\YandexBrowser": "stable"},
        bundles={"ru.yandex.desktop.yandex-browser": "stable"},
    ),
    Browser(
        "maxthon",
        "blink",
        own_numbers=True,
        uninstall=(Uninstall(r"Maxthon ?[0-9]*( (Cloud )?Browser| Nitro)?( [0-9][0-9.]*)?( \(.*\))?"),),
        files=_anywhere(r"Maxthon\Application\Maxthon.exe", r"Maxthon\Bin\Maxthon.exe"),
        folders={"Maxthon": "stable"},
    ),
    Browser("twinkstar", "blink", own_numbers=True, uninstall=(Uninstall("Twinkstar Browser"),)),
    Browser("beaker", "blink", own_numbers=True, uninstall=(Uninstall(r"Beaker Browser( [0-9.]+)?"),)),
    Browser("avast-secure", "blink", own_numbers=True, uninstall=(Uninstall("Avast Secure Browser"),)),
    Browser("avg-secure", "blink", own_numbers=True, uninstall=(Uninstall("AVG Secure Browser"),)),
    Browser("ccleaner", "blink", own_numbers=True, uninstall=(Uninstall("CCleaner Browser"),)),
    Browser(
        "samsung",
        "blink",
        own_numbers=True,
        uninstall=(Uninstall(r"Samsung (Internet|Browser)"),),
        files=_for_all(r"Samsung\Internet\Application\samsunginternet.exe"),
        folders={r"Samsung\Internet": "stable"},
    ),
    Browser(
        "uc",
        "blink",
        own_numbers=True,
        uninstall=(Uninstall(r"UC ?Browser"),),
        files=_anywhere(r"UCBrowser\Application\UCBrowser.exe"),
        folders={r"UCBrowser": "stable"},
    ),
)

FACTS: tuple[FactSpec, ...] = (
    FactSpec("browser", "product", "text", "Which browser it is.", tuple(row.product for row in BROWSERS)),
    FactSpec(
        "browser",
        "version",
        "version",
        "The browser's own version, without a packager's additions: of the program that runs, where that was read.",
    ),
    FactSpec(
        "browser",
        "channel",
        "text",
        "The stream of releases it follows.",
        (
            "stable",
            "extended",
            "esr",
            "beta",
            "dev",
            "developer",
            "alpha",
            "canary",
            "nightly",
            "snapshot",
            "preview",
            "launcher",
        ),
    ),
    FactSpec(
        "browser",
        "engine",
        "text",
        "What draws its pages.",
        ("blink", "gecko", "webkit", "trident", "edgehtml", "presto", "goanna"),
    ),
    FactSpec(
        "browser", "listed_version", "version", "The version that the list of programs, the updater or the Store names."
    ),
    FactSpec("browser", "file_version", "version", "The version that the program file, or the file beside it, names."),
    FactSpec("browser", "update_waiting", "yes-no", "Whether a newer version is in place and waits for the next start."),
    FactSpec("browser", "waiting_version", "version", "The version that waits for the next start."),
    FactSpec("browser", "engine_version", "version", "The version of the engine, where it counts apart from the browser."),
    FactSpec("browser", "scope", "text", "Whom it is installed for.", ("machine", "user")),
    FactSpec(
        "browser",
        "architecture",
        "text",
        "What its program file is made for.",
        ("x86", "x86_64", "arm64", "arm", "ppc64", "s390x", "riscv64"),
    ),
    FactSpec("browser", "package", "text", "The package it came with: dpkg, rpm, flatpak, snap, or none."),
    FactSpec(
        "browser", "last_run_version", "version", "The version that this user last started, where the browser notes it."
    ),
    FactSpec("browser", "default", "yes-no", "Whether it is what some user's web links open with."),
    FactSpec("browser", "default_for", "list", "Whose web links open with it: a pseudonym for each user."),
    FactSpec("browser", "managed", "list", "The names of the policies that are set for it."),
    FactSpec("browser", "update_policies", "list", "Policies that hold updates back: NAME=VALUE at PLACE."),
    FactSpec("browser", "feature_policies", "list", "Policies that switch parts of the web off: NAME=VALUE at PLACE."),
)


def engine_of(row: Browser, version: str) -> str | None:
    """The engine of this version of the product; None where the product changed its engine and the version is not known."""
    older, since = row.older_engine
    have = parse(version)
    first = parse(since)
    if not isinstance(first, Version):
        return row.engine
    if not isinstance(have, Version):
        return None
    return older if have.key < first.key else row.engine


def engine_version_of(row: Browser, version: str) -> str | None:
    """The engine's version where the browser's own tells it; None where it counts for itself."""
    if row.engine_first and _is_engine_first(version):
        return version.partition(".")[0]
    own = row.own_numbers or engine_of(row, version) != row.engine
    return None if own or not version else version


def own_version(row: Browser, text: str) -> str:
    """The browser's own version, from the text of a file or a list, without what is not its own.

    ``11.00.17763.1 (winbuild.160101.0800)`` → ``11.0.17763.1``; ``11,0,1,2`` → ``11.0.1.2``;
    Brave's ``138.1.80.113`` → ``1.80.113``. What is no row of numbers stays as it is.
    """
    numbers = text.strip().partition(" ")[0].replace(",", ".")
    parts = numbers.split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        return text.strip()
    if row.component:
        parts = [part.lstrip("0") or "0" for part in parts]
    return ".".join(parts[1:] if row.engine_first and _is_engine_first(numbers) else parts)


def _is_engine_first(version: str) -> bool:
    parts = version.split(".")
    return len(parts) == 4 and parts[0].isdecimal() and int(parts[0]) >= 60


def gecko_release(text: str) -> str:
    """The release that four numbers of a Firefox stand for: ``140.0.1.0`` → ``140.0.1``, ``71.0.0.7275`` → ``71.0``.

    A Store package has a group more than the release, a program file the day it was built.
    A release that begins a series has two numbers, one of an ESR always three: ``128.12.0``.
    """
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() for part in parts):
        return text
    return ".".join(parts[: 2 if parts[1:3] == ["0", "0"] else 3])


def gecko_channel(names: Mapping[str, str]) -> str:
    """The channel that application.ini tells: ESR by the name it runs under (spelt two ways), else by the repository."""
    repository = names.get("SourceRepository", "").rstrip("/")
    if names.get("RemotingName", "").lower() == "firefox-esr" or "mozilla-esr" in repository:
        return "esr"
    by_repository = {"mozilla-release": "stable", "mozilla-beta": "beta", "mozilla-central": "nightly"}
    return by_repository.get(repository.rpartition("/")[2], "")


def of_tors_making(folder: str) -> str:
    """Which product the file tbb_version.json in ``folder`` is of: Tor Browser, or Mullvad's, which is made of it."""
    return "mullvad" if "mullvad" in folder.casefold() else "tor"


def tor_release(text: str) -> tuple[str, str]:
    """(version, channel) that the one line of Tor Browser's tbb_version.json names; empty where it names none."""
    found: dict[str, str] = dict(re.findall(r'"(version|channel)"\s*:\s*"([^"]{1,40})"', text[:2000]))
    channel = {"release": "stable", "alpha": "alpha", "nightly": "nightly"}.get(found.get("channel", ""), "")
    return found.get("version", ""), channel


@lru_cache(maxsize=10_000)
def by_uninstall_name(name: str) -> tuple[Browser, str, str] | None:
    """(row, channel, version in the name or "") for a name in Windows' list of programs."""
    for row in BROWSERS:
        for entry in row.uninstall:
            if match := re.fullmatch(entry.name, name.strip()):
                return row, entry.channel, match.groupdict().get("version") or ""
    return None


@lru_cache(maxsize=10_000)
def by_prog_id(name: str) -> tuple[Browser, str] | None:
    """(row, channel or "") for what a browser registers as on Windows: ``ChromeHTML.ABC``, ``FIREFOX.EXE``."""
    small = name.strip().casefold()
    known = [
        (len(prog_id), row, channel)
        for row in BROWSERS
        for prog_id, channel in row.prog_ids.items()
        if small == prog_id.casefold() or small.startswith((f"{prog_id}-".casefold(), f"{prog_id}.".casefold()))
    ]
    best = max(known, key=lambda each: each[0], default=None)
    return best[1:] if best else None


@lru_cache(maxsize=10_000)
def by_program(path: str, product: str = "", registered_as: str = "") -> tuple[Browser, str] | None:
    """(row, channel or "") for a program file on Windows: by its folder, what it is registered as, or what it calls itself.

    A file's name alone says nothing: chrome.exe and firefox.exe are many a browser's.
    """
    folder, _, file = path.casefold().rpartition("\\")
    rows = [row for row in BROWSERS if file in row.executables]
    inside = [
        (len(part), row, channel)
        for row in rows
        for part, channel in row.folders.items()
        if f"\\{part}\\".casefold() in f"{folder}\\"
    ]
    if inside:
        return max(inside, key=lambda each: each[0])[1:]
    known = by_prog_id(registered_as) if registered_as else None
    if known and known[0] in rows:
        return known
    return next(((row, "") for row in rows if product in row.products), None)
