"""macOS: its name, version and build. Neither tells which security updates of that version it has."""

from __future__ import annotations

import re

from auditor.checks import macos_exports
from auditor.checks.collected import ARCHITECTURES, Collected, fact, text_field
from auditor.checks.system_facts import SUBJECT
from auditor.model import Fact, Reading, Source

MACHINE = Source("host", "machine")
SYSTEM_VERSION = Source(
    "plist", "/System/Library/CoreServices/SystemVersion.plist#ProductName,ProductVersion,ProductBuildVersion"
)

WANTS = (SYSTEM_VERSION, macos_exports.SYSTEM, MACHINE)

_FOR_OLD_PROGRAMS = "10.16"
"""What macOS 11 and later tell programs that were built before them; no system ever had that version."""

_BY_BUILD = {20: 11, 21: 12, 22: 13, 23: 14, 24: 15, 25: 26}
"""The number that a build begins with → the macOS that it is of."""

_BETA = re.compile(r"[0-9]+[A-Z][0-9]{1,5}[a-z]")
"""A pre-release build ends in a small letter; so does a rapid security response, with six digits before it."""


def detect(collected: Collected) -> list[Fact]:
    """The facts of a Mac's system."""
    reading = collected.first(SYSTEM_VERSION)
    tried: list[Reading] = [reading] if reading else collected.all(SYSTEM_VERSION)
    product, version, build = (text_field(reading, key) for key in ("ProductName", "ProductVersion", "ProductBuildVersion"))
    if reading is None and (listed := macos_exports.system_version(collected)):
        tried, product, version, build = [listed[0]], *listed[1:]
    said, short, why_not = version, _short(version, build), ""
    if version == _FOR_OLD_PROGRAMS:
        product, version = "macOS", ""
        why_not = f"the system said {_FOR_OLD_PROGRAMS}, which it tells old programs in place of its version"
    machine = collected.first(MACHINE)
    return [
        fact(SUBJECT, "family", "macos", tried),
        fact(SUBJECT, "name", f"{product} {short}" if product and short else None, tried, why_not),
        fact(SUBJECT, "version", version or None, tried, why_not),
        fact(SUBJECT, "release", None, tried, "macOS has no release apart from its version"),
        fact(SUBJECT, "build_name", build or None, tried),
        fact(SUBJECT, "beta", bool(_BETA.fullmatch(build)) if build else None, tried),
        fact(SUBJECT, "architecture", ARCHITECTURES.get(str(machine.value)) if machine else None, collected.all(MACHINE)),
        fact(SUBJECT, "type", ("server" if "Server" in product else "client") if product else None, tried),
        fact(SUBJECT, "raw_name", f"{product} {said} ({build})" if product else None, tried),
    ]


def _short(version: str, build: str) -> str:
    """The numbers in the system's name: two of Mac OS X and one of macOS, by the build where the version is made up."""
    numbers = version.split(".")
    if version == _FOR_OLD_PROGRAMS:
        known = re.match(r"([0-9]{2})[A-Z]", build)
        return str(_BY_BUILD.get(int(known[1]), "")) if known else ""
    return ".".join(numbers[:2] if numbers[0] == "10" else numbers[:1])
