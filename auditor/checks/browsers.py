"""Browsers: one row a product, one subject an installation.

To add a browser, add a row to :data:`BROWSERS` with the names it goes by on each
system; everything else (what is read, the kits, the dictionary of facts) follows. How
the names are looked up is in ``browsers_linux``, ``browsers_macos``, ``browsers_windows``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    """One product, by the names it has on each system. Only ``product`` and ``engine`` are needed.

    ``older_engine`` is (engine, first version of the present one). ``own_numbers`` says
    that its version is not its engine's. ``ini`` is the Name in application.ini;
    ``clients`` are its ids with an updater, below ``updater``; ``appx`` are Store package
    names; ``executable`` is its file on Windows; ``bundles`` are macOS bundle ids.
    """

    product: str
    engine: str
    older_engine: tuple[str, str] = ("", "")
    own_numbers: bool = False
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
    beacon: str = ""
    prog_ids: tuple[str, ...] = ()
    appx: tuple[str, ...] = ()
    executable: str = ""
    bundles: Mapping[str, str] = MappingProxyType({})


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
        beacon="Google\\Chrome",
        prog_ids=("ChromeHTML", "Google Chrome"),
        executable="chrome.exe",
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
        beacon="Microsoft\\Edge",
        prog_ids=("MSEdgeHTM", "Microsoft Edge"),
        appx=("Microsoft.MicrosoftEdge.Stable",),
        executable="msedge.exe",
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
        appx=("Microsoft.MicrosoftEdge",),
        prog_ids=("AppXq0fevzme2pys62n3e0fbqa7peapykr8v",),
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
            Uninstall(r"Firefox Developer Edition.*", "developer"),
            Uninstall(r"(Firefox )?Nightly( [0-9.a]+)?( \(.*\))?", "nightly"),
        ),
        prog_ids=("FirefoxURL", "FirefoxHTML", "FIREFOX.EXE"),
        appx=("Mozilla.Firefox",),
        executable="firefox.exe",
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
        prog_ids=("IE.HTTP", "IE.HTTPS", "IEXPLORE.EXE"),
        executable="iexplore.exe",
    ),
    Browser(
        "safari",
        "webkit",
        uninstall=(Uninstall("Safari"),),
        executable="safari.exe",
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
        prog_ids=("OperaStable", "Opera.HTML"),
        executable="opera.exe",
        bundles={"com.operasoftware.Opera": "stable"},
    ),
    Browser(
        "opera-gx",
        "blink",
        own_numbers=True,
        uninstall=(Uninstall(r"Opera GX( Stable)?( [0-9.]+)?"),),
        prog_ids=("OperaGXStable",),
        flatpaks={"com.opera.opera-gx": "stable"},
        bundles={"com.operasoftware.OperaGX": "stable"},
    ),
    Browser(
        "brave",
        "blink",
        own_numbers=True,
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
        uninstall=(Uninstall("Brave"), Uninstall("Brave Beta", "beta"), Uninstall("Brave Nightly", "nightly")),
        updater="BraveSoftware\\Update",
        clients={"{AFE6A462-C574-4B8A-AF43-4CC60DF4563B}": "stable"},
        beacon="BraveSoftware\\Brave-Browser",
        prog_ids=("BraveHTML",),
        executable="brave.exe",
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
        beacon="Vivaldi",
        prog_ids=("VivaldiHTM",),
        executable="vivaldi.exe",
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
        policies=("/etc/chromium/policies/managed/*.json",),
        desktop=("chromium.desktop", "chromium_chromium.desktop", "org.chromium.Chromium.desktop"),
        uninstall=(Uninstall("Chromium"),),
        beacon="Chromium",
        prog_ids=("ChromiumHTM",),
        bundles={"org.chromium.Chromium": "stable"},
    ),
    Browser(
        "tor",
        "gecko",
        own_numbers=True,
        packages={"torbrowser-launcher": Package("launcher")},
        flatpaks={"org.torproject.torbrowser-launcher": "launcher"},
        bundles={"org.torproject.torbrowser": "stable"},
    ),
    Browser(
        "waterfox",
        "gecko",
        own_numbers=True,
        ini="Waterfox",
        packages={"waterfox": Package("stable")},
        flatpaks={"net.waterfox.waterfox": "stable"},
        programs=("waterfox*",),
        uninstall=(Uninstall(r"Waterfox.*"),),
        bundles={"net.waterfox.waterfox": "stable"},
    ),
    Browser(
        "librewolf",
        "gecko",
        ini="LibreWolf",
        packages={"librewolf": Package("stable", "/usr/share/librewolf")},
        flatpaks={"io.gitlab.librewolf-community": "stable"},
        programs=("librewolf*",),
        uninstall=(Uninstall(r"LibreWolf.*"),),
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
        uninstall=(Uninstall(r"Zen Browser.*"),),
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
    Browser("arc", "blink", own_numbers=True, bundles={"company.thebrowser.Browser": "stable"}),
    Browser("duckduckgo", "webkit", own_numbers=True, bundles={"com.duckduckgo.macos.browser": "stable"}),
    Browser(
        "yandex",
        "blink",
        own_numbers=True,
        packages={"yandex-browser-stable": Package("stable", "/opt/yandex/browser")},
        programs=("yandex*",),
        uninstall=(Uninstall(r"Yandex"),),
        bundles={"ru.yandex.desktop.yandex-browser": "stable"},
    ),
    Browser("maxthon", "blink", own_numbers=True, uninstall=(Uninstall(r"Maxthon.*"),)),
)

FACTS: tuple[FactSpec, ...] = (
    FactSpec("browser", "product", "text", "Which browser it is.", tuple(row.product for row in BROWSERS)),
    FactSpec("browser", "version", "version", "The browser's own version, without a packager's additions."),
    FactSpec(
        "browser",
        "channel",
        "text",
        "The stream of releases it follows.",
        ("stable", "extended", "esr", "beta", "dev", "developer", "canary", "nightly", "snapshot", "preview", "launcher"),
    ),
    FactSpec(
        "browser",
        "engine",
        "text",
        "What draws its pages.",
        ("blink", "gecko", "webkit", "trident", "edgehtml", "presto", "goanna"),
    ),
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
    FactSpec("browser", "default", "yes-no", "Whether it is what this user's web links open with."),
    FactSpec("browser", "managed", "list", "The names of the policies that are set for it."),
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
    own = row.own_numbers or engine_of(row, version) != row.engine
    return None if own or not version else version


def by_uninstall_name(name: str) -> tuple[Browser, str, str] | None:
    """(row, channel, version in the name or "") for a name in Windows' list of programs."""
    for row in BROWSERS:
        for entry in row.uninstall:
            if match := re.fullmatch(entry.name, name.strip()):
                return row, entry.channel, match.groupdict().get("version") or ""
    return None
