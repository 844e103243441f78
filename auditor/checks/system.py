"""The operating system: what it is, by its build where its name is known to mislead.

What the PC calls itself is kept beside it as ``raw_name``. Each family has a module of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.checks import system_linux, system_macos, system_windows
from auditor.checks.collected import Collected
from auditor.checks.system_facts import FACTS
from auditor.checks.system_linux import (
    BASE_PACKAGES,
    DEBIAN_VERSION,
    DEFAULT_TARGET,
    LSB_RELEASE,
    MACHINE,
    OLD_RELEASES,
    OS_RELEASE,
)
from auditor.checks.system_macos import SYSTEM_VERSION
from auditor.checks.system_windows import (
    CENSUS_OS,
    CENSUS_PROCESSOR,
    CURRENT_VERSION,
    ENVIRONMENT,
    PRODUCT_TYPE,
    SERVICE_PACK,
    TEXT,
    WINE,
    build,
)
from auditor.model import Detected, Source

__all__ = [
    "BASE_PACKAGES",
    "CENSUS_OS",
    "CENSUS_PROCESSOR",
    "CURRENT_VERSION",
    "DEBIAN_VERSION",
    "DEFAULT_TARGET",
    "ENVIRONMENT",
    "FACTS",
    "LSB_RELEASE",
    "MACHINE",
    "OLD_RELEASES",
    "OS_RELEASE",
    "PRODUCT_TYPE",
    "SERVICE_PACK",
    "SYSTEM_VERSION",
    "TEXT",
    "WANTS",
    "WINE",
    "build",
    "detect",
]

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": system_linux.WANTS,
    "macos": system_macos.WANTS,
    "windows": system_windows.WANTS,
}

_BY_FAMILY = {"linux": system_linux.detect, "macos": system_macos.detect, "windows": system_windows.detect}


def detect(collected: Collected) -> Detected:
    """The facts of the one operating system of a PC."""
    return Detected(tuple(_BY_FAMILY[collected.device.family](collected)))
