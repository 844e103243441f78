"""Office suites: one subject a product. Parts, patches, language packs and look-alikes are not products.

On Windows an MSI suite is known by its product code, which also holds its generation
and bitness; Click-to-Run by its configuration; "16.0" alone is 2016, 2019, 2021, 2024
or 365. On Linux a suite is a family of packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from auditor.checks import browsers_macos, office_windows
from auditor.checks.browsers_linux import FLATPAKS, SNAPS, package_gaps
from auditor.checks.collected import ARCHITECTURES, Collected, assignments, refusals, text_field
from auditor.checks.office_suites import FACTS, SUITES, Suite, suite_facts
from auditor.model import Detected, Fact, Source, Subject
from auditor.versions import upstream

BOOTSTRAP = tuple(
    Source("lines", f"{folder}/program/bootstraprc#ProductKey=")
    for folder in ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*")
)
CORES = {kind: tuple(Source(kind, name) for suite in SUITES for name in suite.core) for kind in ("dpkg", "rpm")}
PARTS = {
    kind: tuple(
        Source(kind, name) for suite in SUITES for name in (*chain.from_iterable(suite.apps.values()), *suite.languages)
    )
    for kind in ("dpkg", "rpm")
}

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (*CORES["dpkg"], *CORES["rpm"], *PARTS["dpkg"], *PARTS["rpm"], *BOOTSTRAP, *FLATPAKS, SNAPS),
    "macos": browsers_macos.APPS,
    "windows": office_windows.WANTS,
}

__all__ = ["FACTS", "WANTS", "detect"]

_LANGUAGE = re.compile(r"^.*#libreoffice-[a-z0-9]+-")
_MAC_APPS = {
    "com.microsoft.Word": "word",
    "com.microsoft.Excel": "excel",
    "com.microsoft.Powerpoint": "powerpoint",
    "com.microsoft.Outlook": "outlook",
    "com.microsoft.onenote.mac": "onenote",
}


def detect(collected: Collected) -> Detected:
    """Every suite, and what may have been missed."""
    by_family = {"linux": _linux, "macos": _macos, "windows": office_windows.detect}
    return by_family[collected.device.family](collected)


def _linux(collected: Collected) -> Detected:
    facts = chain.from_iterable(
        chain(_linux_packages(collected, suite), _linux_images(collected, suite)) for suite in SUITES
    )
    gaps = (
        *package_gaps(collected, "office", CORES["dpkg"], CORES["rpm"]),
        *refusals("office", collected.all(*FLATPAKS, SNAPS, *BOOTSTRAP)),
    )
    looked = collected.looked(CORES["dpkg"][0], CORES["rpm"][0], *FLATPAKS, SNAPS, *BOOTSTRAP)
    return Detected(tuple(facts), gaps, {"office": looked})


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
    yield from suite_facts(Subject("office", suite.product, "machine"), values, evidence, reasons)


def _linux_images(collected: Collected, suite: Suite) -> Iterator[Fact]:
    """Flatpaks and snaps."""
    reasons = dict.fromkeys(("channel", "apps", "languages", "architecture"), "the image does not list it")
    for reading in collected.read(*FLATPAKS):
        if suite.flatpak and assignments(reading.value).get("name") == suite.flatpak:
            reasons["version"] = reasons["generation"] = "its version stands in a description that was not read"
            yield from suite_facts(
                Subject("office", suite.product, f"flatpak {suite.flatpak}"), {"installer": "flatpak"}, [reading], reasons
            )
    for reading in collected.read(SNAPS):
        names = assignments(reading.value)
        if suite.snap and names.get("name") == suite.snap:
            version = names.get("version", "")
            values = {"installer": "snap", "version": version, "generation": ".".join(version.split(".")[:2])}
            yield from suite_facts(Subject("office", suite.product, f"snap {suite.snap}"), values, [reading], reasons)


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
        facts += suite_facts(Subject("office", "office-mac", "machine"), values, list(apps.values()), reasons)
    for reading in collected.read(*browsers_macos.APPS):
        bundle = text_field(reading, "CFBundleIdentifier")
        if suite := next((each for each in SUITES if each.bundle and each.bundle == bundle), None):
            version = text_field(reading, "CFBundleShortVersionString")
            values = {"version": version, "generation": ".".join(version.split(".")[:2]), "installer": "app"}
            where = collected.where(reading.at.removesuffix("/Contents/Info.plist"))
            facts += suite_facts(Subject("office", suite.product, where), values, [reading], {})
    return Detected(
        tuple(facts), tuple(browsers_macos.gaps(collected, "office")), {"office": collected.looked(*browsers_macos.APPS)}
    )
