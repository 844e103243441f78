"""Office suites: one subject a product. Parts, patches, language packs and look-alikes are not products.

On Windows an MSI suite is known by its product code, which also holds its generation
and bitness; Click-to-Run by its configuration; "16.0" alone is 2016, 2019, 2021, 2024
or 365. On Linux a suite is a family of packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from auditor.checks import office_macos, office_windows
from auditor.checks.browsers_linux import FLATPAK_VERSIONS, FLATPAKS, SNAPS, package_gaps
from auditor.checks.collected import ARCHITECTURES, Collected, assignments, is_home, refusals
from auditor.checks.office_suites import FACTS, NO_SERVICE_PACKS, SUITES, Suite, suite_facts
from auditor.model import Detected, Fact, Reading, Source, Subject
from auditor.versions import upstream

BOOTSTRAP = tuple(
    Source("lines", f"{folder}/program/bootstraprc#ProductKey=")
    for folder in ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*", "/opt/openoffice*")
)
CORES = {kind: tuple(Source(kind, name) for suite in SUITES for name in suite.core) for kind in ("dpkg", "rpm")}
PARTS = {
    kind: tuple(
        Source(kind, name) for suite in SUITES for name in (*chain.from_iterable(suite.apps.values()), *suite.languages)
    )
    for kind in ("dpkg", "rpm")
}

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (*CORES["dpkg"], *CORES["rpm"], *PARTS["dpkg"], *PARTS["rpm"], *BOOTSTRAP, *FLATPAKS, *FLATPAK_VERSIONS, SNAPS),
    "macos": office_macos.WANTS,
    "windows": office_windows.WANTS,
}

SIGHT = office_windows.SIGHT._replace(shows=lambda reading: office_windows.shown(reading) and office_macos.shown(reading))
"""Other programs are what PCs differ most in; on Linux all that is wanted is shown."""

__all__ = ["FACTS", "SIGHT", "WANTS", "detect"]

_RELEASE = re.compile(r'<release [^>]*\bversion="([^"]+)"')
_LANGUAGE = re.compile(r"^.*#libreoffice-[a-z0-9]+-")


def detect(collected: Collected) -> Detected:
    """Every suite, and what may have been missed."""
    by_family = {"linux": _linux, "macos": office_macos.detect, "windows": office_windows.detect}
    return by_family[collected.device.family](collected)


def _linux(collected: Collected) -> Detected:
    facts = chain(
        chain.from_iterable(chain(_packages(collected, suite), _images(collected, suite)) for suite in SUITES),
        _archives(collected),
    )
    gaps = (
        *package_gaps(collected, "office", CORES["dpkg"], CORES["rpm"]),
        *refusals("office", collected.all(*FLATPAKS, SNAPS, *BOOTSTRAP)),
    )
    looked = collected.looked(CORES["dpkg"][0], CORES["rpm"][0], *FLATPAKS, SNAPS, *BOOTSTRAP[:3])
    return Detected(tuple(facts), gaps, {"office": looked})


def _packages(collected: Collected, suite: Suite) -> Iterator[Fact]:
    """A suite of packages: the distribution's, and each series that its makers package for /opt."""
    series: dict[str, list[Reading]] = {}
    for reading in collected.read(*(Source(kind, name) for kind in ("dpkg", "rpm") for name in suite.core)):
        series.setdefault(_series(reading), []).append(reading)
    for name, cores in series.items():
        yield from _package(collected, suite, name, cores)


def _series(core: Reading) -> str:
    """The series in the name of a package of LibreOffice's makers, libobasis24.2-core; empty for a distribution's."""
    named = re.match(r"^(?:libobasis|libreoffice)([0-9]+(?:\.[0-9]+)+)-", assignments(core.value).get("Package", ""))
    named = named or re.search(r"#(?:libobasis|libreoffice)([0-9]+(?:\.[0-9]+)+)-", core.at)
    return named.group(1) if named else ""


def _package(collected: Collected, suite: Suite, series: str, cores: list[Reading]) -> Iterator[Fact]:
    stanza = assignments(cores[0].value)
    apps = {
        name: found
        for name, packages in suite.apps.items()
        if not series
        and (found := collected.read(*(Source(kind, package) for kind in ("dpkg", "rpm") for package in packages)))
    }
    languages = collected.read(*(Source(kind, name) for kind in ("dpkg", "rpm") for name in suite.languages))
    keys = [
        key
        for key in (collected.read(*BOOTSTRAP) if suite.product == "libreoffice" else [])
        if key.at.startswith(f"/opt/libreoffice{series}/" if series else "/usr/")
    ]
    version = upstream(stanza.get("Version", ""))
    named = re.search(r"[0-9.]+\s*$", str(keys[0].value)) if keys else None
    values = {
        "generation": named.group().strip() if named else series or ".".join(version.split(".")[:2]),
        "version": version,
        "type": "suite",
        "architecture": ARCHITECTURES.get(stanza.get("Architecture", ""), ""),
        "installer": "package",
        "apps": sorted(apps) if suite.apps and not series else "",
        "languages": sorted(_LANGUAGE.sub("", reading.at) for reading in languages)
        if suite.languages and not series
        else "",
    }
    evidence = [*cores, *keys, *chain.from_iterable(apps.values()), *([] if series else languages)]
    not_named = "the packages of its makers are named by their series" if series else "it is one package"
    reasons = {
        "channel": "a package follows its distribution",
        "channel_evidence": "a package follows its distribution",
        "service_pack": NO_SERVICE_PACKS,
        "apps": not_named,
        "languages": not_named,
        "architecture": "its core is the same for all",
    }
    where = f"/opt/libreoffice{series}" if series else "machine"
    yield from suite_facts(Subject("office", suite.product, where), values, evidence, reasons)


def _archives(collected: Collected) -> Iterator[Fact]:
    """A suite unpacked below /opt, which no package brought."""
    cores = collected.read(*(Source(kind, name) for kind in ("dpkg", "rpm") for suite in SUITES for name in suite.core))
    packaged = {_series(core) for core in cores} - {""}
    openoffice = any("openoffice" in core.source.where for core in cores)
    for key in collected.read(*BOOTSTRAP):
        named = re.search(r"(?P<product>LibreOffice|OpenOffice)\D*(?P<series>[0-9]+(?:\.[0-9]+)*)", str(key.value), re.I)
        if not key.at.startswith("/opt/") or named is None:
            continue
        product, series = named.group("product").lower(), named.group("series")
        if (product == "libreoffice" and series in packaged) or (product == "openoffice" and openoffice):
            continue
        reasons = dict.fromkeys(
            ("channel", "channel_evidence", "apps", "languages", "architecture"), "no package brought it"
        )
        reasons["version"] = f"its own files name only the series {series}"
        reasons["service_pack"] = NO_SERVICE_PACKS
        where = key.at.removesuffix("/program/bootstraprc")
        values = {"generation": series, "type": "suite", "installer": "archive"}
        yield from suite_facts(Subject("office", product, where), values, [key], reasons)


def _images(collected: Collected, suite: Suite) -> Iterator[Fact]:
    """Flatpaks and snaps."""
    reasons = dict.fromkeys(
        ("channel", "channel_evidence", "apps", "languages", "architecture"), "the image does not list it"
    )
    reasons["service_pack"] = NO_SERVICE_PACKS
    releases = {reading.at.partition("/current/")[0]: reading for reading in collected.read(*FLATPAK_VERSIONS)}
    for folder, reading in {each.at.partition("/current/")[0]: each for each in collected.read(*FLATPAKS)}.items():
        if suite.flatpak and assignments(reading.value).get("name") == suite.flatpak:
            release = releases.get(folder)
            named = _RELEASE.search(str(release.value)) if release else None
            version = named.group(1) if named else ""
            reasons["version"] = reasons["generation"] = "its version stands in a description that was not read"
            where = collected.where(folder) if is_home(folder) else f"flatpak {suite.flatpak}"
            values = {
                "installer": "flatpak",
                "type": "suite",
                "version": version,
                "generation": ".".join(version.split(".")[:2]),
            }
            evidence = [each for each in (reading, release) if each]
            yield from suite_facts(Subject("office", suite.product, where), values, evidence, reasons)
    for reading in collected.read(SNAPS):
        names = assignments(reading.value)
        if suite.snap and names.get("name") == suite.snap:
            version = upstream(names.get("version", ""))
            values = {
                "installer": "snap",
                "type": "suite",
                "version": version,
                "generation": ".".join(version.split(".")[:2]),
            }
            yield from suite_facts(Subject("office", suite.product, f"snap {suite.snap}"), values, [reading], reasons)
