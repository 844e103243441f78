"""Office suites on macOS: Microsoft's applications are one suite of several versions; others are one application each.

A version 16 is 2016 (until 16.16), 2019, 2021, 2024 or 365: the licence tells, and only
that there is a volume licence can be seen without reading it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.checks import browsers_macos, macos_exports
from auditor.checks.collected import Collected, is_home, text_field
from auditor.checks.office_suites import MAC_LICENCE_TELLS, NO_SERVICE_PACKS, SUITES, mac_generation, suite_facts
from auditor.model import Detected, Fact, Reading, Source, Status, Subject

VOLUME_LICENCE = Source("exists", "/Library/Preferences/com.microsoft.office.licensingV2.plist")

WANTS = (*browsers_macos.APPS, VOLUME_LICENCE, macos_exports.OFFICE_APPS)

_APPS = {
    "com.microsoft.word": "word",
    "com.microsoft.excel": "excel",
    "com.microsoft.powerpoint": "powerpoint",
    "com.microsoft.outlook": "outlook",
    "com.microsoft.onenote.mac": "onenote",
    "com.microsoft.entourage": "entourage",
}


def detect(collected: Collected) -> Detected:
    """Every suite, and what may have been missed."""
    facts = (*_microsoft(collected), *_others(collected))
    if macos_exports.is_listed(collected, macos_exports.OFFICE_APPS):
        return Detected(
            facts,
            macos_exports.office_gaps(collected, [VOLUME_LICENCE]),
            {"office": collected.looked(macos_exports.OFFICE_APPS)},
        )
    return Detected(
        facts, tuple(browsers_macos.gaps(collected, "office")), {"office": collected.looked(*browsers_macos.APPS)}
    )


def _applications(collected: Collected) -> Iterator[tuple[str, str, str, Reading]]:
    """Bundle id in small letters, version, place and reading of each: by its own property list, or by a list of all."""
    yield from macos_exports.office(collected)
    for reading in collected.read(*browsers_macos.APPS):
        version = text_field(reading, "CFBundleShortVersionString") or text_field(reading, "CFBundleVersion")
        folder = reading.at.removesuffix("/Contents/Info.plist")
        yield text_field(reading, "CFBundleIdentifier").casefold(), version, folder, reading


def _microsoft(collected: Collected) -> Iterator[Fact]:
    """Microsoft's applications, one suite for each generation: 2011 may stay beside 2019."""
    found: dict[tuple[str, str], list[tuple[str, str, Reading]]] = {}
    for bundle, version, folder, reading in _applications(collected):
        if app := _APPS.get(bundle):
            where = collected.where(folder) if is_home(folder) else "machine"
            found.setdefault((_group(version), where), []).append((app, version, reading))
    only = len({group for group, _ in found}) == 1
    for (_, where), apps in found.items():
        generation, reason = _generation(collected, [version for _, version, _ in apps])
        product = "office-mac" if only or not generation else f"office-mac-{generation}"
        values = {
            "generation": generation,
            "version": min((version for _, version, _ in apps if version), key=_numbers, default=""),
            "type": "suite" if len({app for app, *_ in apps}) > 1 else "application",
            "installer": "app",
            "apps": sorted({app for app, *_ in apps}),
        }
        reasons = dict.fromkeys(("channel", "channel_evidence", "languages"), "the applications' property lists do not say")
        reasons["architecture"] = "the applications' property lists do not say"
        reasons["service_pack"] = "Office for Mac counts its updates in its version"
        reasons["generation"] = reason
        evidence = [*(reading for *_, reading in apps), *collected.all(VOLUME_LICENCE)]
        yield from suite_facts(Subject("office", product, where), values, evidence, reasons)


def _generation(collected: Collected, versions: list[str]) -> tuple[str, str]:
    """The generation by the newest application's version, or why it is not known."""
    generation, reason = mac_generation(max((version for version in versions if version), key=_numbers, default=""))
    seen = {
        Status.READ: "; this Mac has a volume licence, so it is no subscription",
        Status.ABSENT: "; this Mac has no volume licence",
    }
    told = not generation and reason == MAC_LICENCE_TELLS
    return generation, reason + (seen.get(collected.all(VOLUME_LICENCE)[0].status, "") if told else "")


_BUNDLES = frozenset((*_APPS, *(suite.bundle.casefold() for suite in SUITES if suite.bundle)))


def shown(reading: Reading) -> Reading | None:
    """Of the applications only those of suites."""
    return browsers_macos.application(reading, _BUNDLES)


def _others(collected: Collected) -> Iterator[Fact]:
    for bundle, version, folder, reading in _applications(collected):
        suite = next((each for each in SUITES if each.bundle and each.bundle.casefold() == bundle), None)
        if suite:
            values = {
                "version": version,
                "generation": ".".join(version.split(".")[:2]),
                "type": "suite",
                "installer": "app",
            }
            yield from suite_facts(
                Subject("office", suite.product, collected.where(folder)),
                values,
                [reading],
                {"service_pack": NO_SERVICE_PACKS},
            )


def _group(version: str) -> str:
    """What belongs together: each release before 2016, and everything since, whose applications update one by one."""
    major = version.split(".")[0]
    return major if major in ("11", "12", "14") else "16"


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"[0-9]+", version)]
