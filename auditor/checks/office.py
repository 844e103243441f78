"""Office suites: one subject a product. Parts, patches, language packs and look-alikes are not products.

On Windows an MSI suite is known by its product code, which also holds its generation
and bitness; Click-to-Run by its configuration; "16.0" alone is 2016, 2019, 2021, 2024
or 365. On Linux a suite is a family of packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from auditor.checks import browsers_macos, browsers_windows
from auditor.checks import programs_windows as programs
from auditor.checks.browsers_linux import package_gaps
from auditor.checks.collected import ARCHITECTURES, Collected, assignments, fact, field, text_field
from auditor.model import Detected, Fact, FactSpec, Gap, Reading, Source, Subject
from auditor.versions import upstream


class Suite(NamedTuple):
    """A suite of the Linux world: its core packages, its applications' packages, how Windows lists it."""

    product: str
    core: tuple[str, ...]
    apps: Mapping[str, tuple[str, ...]]
    languages: tuple[str, ...] = ()
    flatpak: str = ""
    snap: str = ""
    uninstall: str = ""
    bundle: str = ""


_LIBREOFFICE_APPS = ("writer", "calc", "impress", "draw", "base", "math")
SUITES: tuple[Suite, ...] = (
    Suite(
        "libreoffice",
        ("libreoffice-core", "libreoffice-core-nogui", "libreoffice2*-core", "libreoffice7*-core", "libobasis*-core"),
        {name: (f"libreoffice-{name}", f"libreoffice-{name}-nogui") for name in _LIBREOFFICE_APPS},
        ("libreoffice-l10n-*", "libreoffice-langpack-*"),
        "org.libreoffice.LibreOffice",
        "libreoffice",
        r"LibreOffice [0-9][0-9.]*",
        "org.libreoffice.script",
    ),
    Suite(
        "openoffice",
        ("openoffice", "openoffice.org-core"),
        {},
        uninstall=r"OpenOffice(\.org)? [0-9][0-9.]*",
        bundle="org.openoffice.script",
    ),
    Suite(
        "onlyoffice",
        ("onlyoffice-desktopeditors",),
        {},
        flatpak="org.onlyoffice.desktopeditors",
        snap="onlyoffice-desktopeditors",
        uninstall=r"ONLYOFFICE Desktop Editors.*",
        bundle="asc.onlyoffice.ONLYOFFICE",
    ),
    Suite(
        "wps-office",
        ("wps-office",),
        {},
        flatpak="com.wps.Office",
        uninstall=r"WPS Office.*",
        bundle="com.kingsoft.wpsoffice.mac",
    ),
)

BOOTSTRAP = tuple(
    Source("lines", f"{folder}/program/bootstraprc#ProductKey=")
    for folder in ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*")
)
FLATPAKS = tuple(
    Source("lines", f"{root}/*/current/active/metadata#name=,runtime=")
    for root in ("/var/lib/flatpak/app", "~/.local/share/flatpak/app")
)
SNAPS = Source("lines", "/snap/*/current/meta/snap.yaml#name:,version:,architectures:")
CORES = {kind: tuple(Source(kind, name) for suite in SUITES for name in suite.core) for kind in ("dpkg", "rpm")}
PARTS = {
    kind: tuple(
        Source(kind, name) for suite in SUITES for name in (*chain.from_iterable(suite.apps.values()), *suite.languages)
    )
    for kind in ("dpkg", "rpm")
}
CLICK_TO_RUN = tuple(
    Source(
        "registry",
        rf"HKLM\SOFTWARE\Microsoft\Office\{folder}#ProductReleaseIds,VersionToReport,Platform,CDNBaseUrl,UpdateChannel,ClientCulture",
    )
    for folder in (r"ClickToRun\Configuration", r"15.0\ClickToRun\Configuration")
)
REGISTRATION = Source(
    "registry", r"HKLM\SOFTWARE\Microsoft\Office\*\Registration\*#ProductName,ConvertToEdition,?ProductID,?DigitalProductID"
)

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (*CORES["dpkg"], *CORES["rpm"], *PARTS["dpkg"], *PARTS["rpm"], *BOOTSTRAP, *FLATPAKS, SNAPS),
    "macos": browsers_macos.APPS,
    "windows": (*programs.WANTS, *CLICK_TO_RUN, REGISTRATION),
}

FACTS: tuple[FactSpec, ...] = (
    FactSpec(
        "office",
        "product",
        "text",
        "Which product: libreoffice, office-2016-professional-plus, microsoft-365-apps, office-mac.",
    ),
    FactSpec("office", "generation", "text", 'The release people call it by: "2016", "365", "7.4".'),
    FactSpec("office", "version", "version", "Full version; on macOS that of the oldest application."),
    FactSpec("office", "channel", "text", "The update channel of Click-to-Run."),
    FactSpec(
        "office",
        "architecture",
        "text",
        "What it is made for.",
        ("x86", "x86_64", "arm64", "arm", "ppc64", "s390x", "riscv64"),
    ),
    FactSpec(
        "office",
        "installer",
        "text",
        "How it was installed.",
        ("msi", "click-to-run", "package", "flatpak", "snap", "app", "setup"),
    ),
    FactSpec("office", "apps", "list", "The applications of it that are installed."),
    FactSpec("office", "languages", "list", "The languages that were added or chosen."),
)

_MSI_CODE = re.compile(
    r"^\{9[0-9A-F](?P<major>[0-9]{2})[0-9A-F]{4}-(?P<product>[0-9A-F]{4})-(?P<language>[0-9A-F]{4})-(?P<bits>[01])[0-9A-F]{3}-[01]000000FF1CE\}$",
    re.I,
)
_LANGUAGE = re.compile(r"^.*#libreoffice-[a-z0-9]+-")
_GENERATIONS = {"11": "2003", "12": "2007", "14": "2010", "15": "2013", "16": "2016"}
_MSI_PRODUCTS = {
    "0011": "professional-plus",
    "0012": "standard",
    "0013": "home-and-business",
    "0014": "professional",
    "002E": "ultimate",
    "002F": "home-and-student",
    "0030": "enterprise",
    "0033": "personal",
    "003D": "single-image",
    "00CA": "small-business",
    "0015": "access",
    "0016": "excel",
    "0018": "powerpoint",
    "0019": "publisher",
    "001A": "outlook",
    "001B": "word",
    "003A": "project-standard",
    "003B": "project-professional",
    "0051": "visio-professional",
    "0053": "visio-standard",
    "0057": "visio",
    "00A1": "onenote",
}
_CLICK_EDITIONS = {
    "proplus": "professional-plus",
    "standard": "standard",
    "professional": "professional",
    "homebusiness": "home-and-business",
    "homestudent": "home-and-student",
    "visiopro": "visio-professional",
    "visiostd": "visio-standard",
    "projectpro": "project-professional",
    "projectstd": "project-standard",
    "visioprox": "visio-professional",
    "visiostdx": "visio-standard",
    "projectprox": "project-professional",
    "projectstdx": "project-standard",
}
_CLICK_ID = re.compile(r"^(?P<edition>[a-z]+?)(?P<year>2019|2021|2024)?(?P<kind>volume|retail)$", re.I)
_SUBSCRIPTIONS = {
    "o365proplusretail": "microsoft-365-apps",
    "o365businessretail": "microsoft-365-apps-for-business",
    "o365homepremretail": "microsoft-365-home",
    "o365educloudretail": "microsoft-365-apps",
    "o365propluseeanoteamsretail": "microsoft-365-apps",
    "o365businesseeanoteamsretail": "microsoft-365-apps-for-business",
}
_CHANNELS = {
    "492350f6-3a01-4f97-b9c0-c7c6ddf67d60": "current",
    "64256afe-f5d9-4f86-8936-8840a6a4f5be": "current preview",
    "55336b82-a18d-4dd6-b5f6-9e5095c314a6": "monthly enterprise",
    "7ffbc6bf-bc32-4f92-8982-f9dd17fd3114": "semi-annual enterprise",
    "b8f9b850-328d-4355-9145-c59439a0c4cf": "semi-annual enterprise preview",
    "5440fd1f-7ecb-4221-8110-145efaa6372f": "beta",
    "f2e724c1-748f-4b47-8fb8-8e0d210e9208": "perpetual 2019",
    "5030841d-c919-4594-8d2d-84ae4f96e58e": "perpetual 2021",
    "7983bac0-e531-40cf-be00-fd24fe66619c": "perpetual 2024",
}
_MAC_APPS = {
    "com.microsoft.Word": "word",
    "com.microsoft.Excel": "excel",
    "com.microsoft.Powerpoint": "powerpoint",
    "com.microsoft.Outlook": "outlook",
    "com.microsoft.onenote.mac": "onenote",
}


def detect(collected: Collected) -> Detected:
    """Every suite, and what may have been missed."""
    by_family = {"linux": _linux, "macos": _macos, "windows": _windows}
    return by_family[collected.device.family](collected)


def _suite_facts(
    subject: Subject, values: Mapping[str, object], evidence: list[Reading], reasons: Mapping[str, str]
) -> Iterator[Fact]:
    """The facts of one suite in the dictionary's order; what is not among ``values`` gets its reason."""
    yield fact(subject, "product", subject.name, evidence)
    for spec in FACTS[1:]:
        value = values.get(spec.name)
        known = value if isinstance(value, str | list) and value != "" else None
        yield fact(subject, spec.name, known, evidence, reasons.get(spec.name, "nothing that was read has it"))


def _linux(collected: Collected) -> Detected:
    facts = chain.from_iterable(
        chain(_linux_packages(collected, suite), _linux_images(collected, suite)) for suite in SUITES
    )
    return Detected(tuple(facts), tuple(package_gaps(collected, "office", CORES["dpkg"], CORES["rpm"])))


def _linux_packages(collected: Collected, suite: Suite) -> Iterator[Fact]:
    cores = [reading for kind in ("dpkg", "rpm") for name in suite.core for reading in collected.read(Source(kind, name))]
    if not cores:
        return
    stanza = assignments(cores[0].value)
    apps = {
        name: found
        for name, packages in suite.apps.items()
        if (found := collected.read(*(Source(kind, package) for kind in ("dpkg", "rpm") for package in packages)))
    }
    languages = collected.read(*(Source(kind, name) for kind in ("dpkg", "rpm") for name in suite.languages))
    keys = collected.read(*BOOTSTRAP) if suite.product == "libreoffice" else []
    version = upstream(stanza.get("Version", ""))
    named = re.search(r"[0-9.]+\s*$", str(keys[0].value)) if keys else None
    values = {
        "generation": named.group().strip() if named else ".".join(version.split(".")[:2]),
        "version": version,
        "architecture": ARCHITECTURES.get(stanza.get("Architecture", ""), ""),
        "installer": "package",
        "apps": sorted(apps) if suite.apps else "",
        "languages": sorted(_LANGUAGE.sub("", reading.at) for reading in languages) if suite.languages else "",
    }
    evidence = [*cores, *keys, *chain.from_iterable(apps.values()), *languages]
    reasons = {
        "channel": "a package follows its distribution",
        "apps": "it is one package",
        "languages": "it is one package",
        "architecture": "its core is the same for all",
    }
    yield from _suite_facts(Subject("office", suite.product, "machine"), values, evidence, reasons)


def _linux_images(collected: Collected, suite: Suite) -> Iterator[Fact]:
    """Flatpaks and snaps."""
    reasons = dict.fromkeys(("channel", "apps", "languages", "architecture"), "the image does not list it")
    for reading in collected.read(*FLATPAKS):
        if suite.flatpak and assignments(reading.value).get("name") == suite.flatpak:
            reasons["version"] = reasons["generation"] = "its version stands in a description that was not read"
            yield from _suite_facts(
                Subject("office", suite.product, f"flatpak {suite.flatpak}"), {"installer": "flatpak"}, [reading], reasons
            )
    for reading in collected.read(SNAPS):
        names = assignments(reading.value)
        if suite.snap and names.get("name") == suite.snap:
            version = names.get("version", "")
            values = {"installer": "snap", "version": version, "generation": ".".join(version.split(".")[:2])}
            yield from _suite_facts(Subject("office", suite.product, f"snap {suite.snap}"), values, [reading], reasons)


def _macos(collected: Collected) -> Detected:
    apps = {
        name: reading
        for reading in collected.read(*browsers_macos.APPS)
        if (name := _MAC_APPS.get(text_field(reading, "CFBundleIdentifier")))
    }
    facts: list[Fact] = []
    if apps:
        versions = {name: text_field(reading, "CFBundleShortVersionString") for name, reading in apps.items()}
        oldest = min(versions.values(), key=lambda text: [int(part) for part in re.findall(r"[0-9]+", text)])
        values = {"version": oldest, "installer": "app", "apps": sorted(apps)}
        reasons = dict.fromkeys(
            ("generation", "channel", "architecture", "languages"), "the applications' property lists do not say"
        )
        facts += _suite_facts(Subject("office", "office-mac", "machine"), values, list(apps.values()), reasons)
    for reading in collected.read(*browsers_macos.APPS):
        bundle = text_field(reading, "CFBundleIdentifier")
        if suite := next((each for each in SUITES if each.bundle and each.bundle == bundle), None):
            version = text_field(reading, "CFBundleShortVersionString")
            values = {"version": version, "generation": ".".join(version.split(".")[:2]), "installer": "app"}
            facts += _suite_facts(
                Subject("office", suite.product, reading.at.removesuffix("/Contents/Info.plist")), values, [reading], {}
            )
    return Detected(tuple(facts), tuple(browsers_macos.gaps(collected, "office")))


def _windows(collected: Collected) -> Detected:
    facts = chain(_msi(collected), _click_to_run(collected), _other_windows(collected))
    return Detected(tuple(facts), tuple(_windows_gaps(collected)))


def _msi(collected: Collected) -> Iterator[Fact]:
    """Suites by product code: from the list of programs, else from Office's own registration."""
    found: dict[str, list[Reading]] = {}
    versions: dict[str, str] = {}
    for program in programs.listed(collected):
        if _MSI_CODE.match(program.key):
            found.setdefault(program.key.upper(), []).append(program.reading)
            versions.setdefault(program.key.upper(), program.version)
    for reading in collected.read(REGISTRATION):
        code = reading.at.rpartition(" (")[0].rpartition("\\")[2] or reading.at.rpartition("\\")[2]
        installed = field(reading, "ProductID") is not None or field(reading, "DigitalProductID") is not None
        if _MSI_CODE.match(code) and installed:
            found.setdefault(code.upper(), []).append(reading)
    for code, readings in found.items():
        match = _MSI_CODE.match(code)
        product = _MSI_PRODUCTS.get(match.group("product").upper()) if match else None
        generation = _GENERATIONS.get(match.group("major")) if match else None
        if match is None or product is None or generation is None or match.group("language") != "0000":
            continue
        values = {
            "generation": generation,
            "version": versions.get(code, ""),
            "installer": "msi",
            "architecture": "x86_64" if match.group("bits") == "1" else "x86",
        }
        reasons = {
            "version": "Office's registration keeps no version, and the list of programs was not given",
            "channel": "an MSI installation has none",
            "apps": "their own keys were not read",
            "languages": "their own keys were not read",
        }
        yield from _suite_facts(Subject("office", f"office-{generation}-{product}", "machine"), values, readings, reasons)


def _click_to_run(collected: Collected) -> Iterator[Fact]:
    for reading in collected.read(*CLICK_TO_RUN):
        url = text_field(reading, "UpdateChannel") or text_field(reading, "CDNBaseUrl")
        channel = _CHANNELS.get(url.rstrip("/").rpartition("/")[2].lower(), "")
        values = {
            "version": text_field(reading, "VersionToReport"),
            "channel": channel,
            "installer": "click-to-run",
            "architecture": ARCHITECTURES.get(text_field(reading, "Platform").lower(), ""),
            "languages": [text_field(reading, "ClientCulture")] if text_field(reading, "ClientCulture") else "",
        }
        reasons = {
            "channel": f"its update address is not one of Microsoft's: {url}" if url else "it names no update address",
            "apps": "Click-to-Run lists no applications",
        }
        for identifier in filter(None, text_field(reading, "ProductReleaseIds").split(",")):
            product, generation = _click_product(identifier.strip(), "15.0" in reading.source.where)
            yield from _suite_facts(
                Subject("office", product, "machine"), {**values, "generation": generation}, [reading], reasons
            )


def _click_product(identifier: str, is_2013: bool) -> tuple[str, str]:
    if subscription := _SUBSCRIPTIONS.get(identifier.lower()):
        return subscription, "365"
    match = _CLICK_ID.match(identifier)
    if match is None:
        return identifier.lower(), ""
    edition = _CLICK_EDITIONS.get(match.group("edition").lower(), match.group("edition").lower())
    generation = match.group("year") or ("2013" if is_2013 else "2016")
    return f"office-{generation}-{edition}", generation


def _other_windows(collected: Collected) -> Iterator[Fact]:
    """LibreOffice and the like, by name; the version in the name where DisplayVersion is recoded."""
    for program in programs.listed(collected):
        suite = next((each for each in SUITES if each.uninstall and re.fullmatch(each.uninstall, program.name)), None)
        if suite and not program.part:
            named = re.search(r"[0-9][0-9.]*$", program.name)
            version = named.group() if named else program.version
            values = {"version": version, "generation": ".".join(version.split(".")[:2]), "installer": "setup"}
            where = collected.user(program.user) if program.user else "machine"
            yield from _suite_facts(Subject("office", suite.product, where), values, [program.reading], {})


def _windows_gaps(collected: Collected) -> Iterator[Gap]:
    yield from browsers_windows.gaps(collected, "office")
    if refused := collected.unread(CLICK_TO_RUN[0]):
        yield Gap(
            "office",
            "machine",
            refused[0].detail + ": whether Office was installed by Click-to-Run is not known",
            tuple(refused[:1]),
        )
