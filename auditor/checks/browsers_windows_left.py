"""What is left of browsers on Windows that are not installed, and how that shows.

An entry whose program is gone, a Microsoft.MicrosoftEdge package beside an Edge on
Chromium or on Windows 11, and what Windows 11 keeps of Internet Explorer. What could not
be looked at is no proof: such a browser counts as installed.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.checks import browsers_windows_clues as traces
from auditor.checks import browsers_windows_places as places
from auditor.checks import system_windows
from auditor.checks.browsers_windows_installs import Install
from auditor.checks.collected import Collected
from auditor.model import Reading, Status

WINDOWS_11 = 22000
"""The first build that has neither the old Edge nor Internet Explorer."""


def left_behind(
    collected: Collected, folders: places.Folders, installs: list[Install]
) -> Mapping[int, tuple[str, list[Reading]]]:
    """Of what is not installed: the installation's identity → (why, the readings that show it)."""
    build = system_windows.build(collected) or 0
    absent = traces.gone(collected)
    left: dict[int, tuple[str, list[Reading]]] = {}
    for install in installs:
        if install.row.component and (build or _build_of(install)) >= WINDOWS_11:
            left[id(install)] = ("Windows 11 keeps its key and its program, which only opens Edge", install.evidence)
        elif proof := _ghost(collected, folders, install, absent):
            left[id(install)] = ("its program is not there", [*install.evidence, *proof])
    edge = [each for each in installs if each.row.product == "edge" and id(each) not in left]
    for install in installs:
        if install.row.product == "edge-legacy" and (edge or max(build, _build_of(install)) >= WINDOWS_11):
            reason = "beside an Edge on Chromium it is a stub" if edge else "on Windows 11 it is a stub"
            left[id(install)] = (reason, [*install.evidence, *(edge[0].evidence[:1] if edge else [])])
    return left


def _build_of(install: Install) -> int:
    """The build of Windows that a part of it has in its version: 44.22000.120.0, 11.0.22000.1."""
    parts = install.version().split(".")
    number = parts[2:3] if install.row.component else parts[1:2]
    return int(number[0]) if number and number[0].isascii() and number[0].isdecimal() else 0


def _ghost(collected: Collected, folders: places.Folders, install: Install, absent: Mapping[str, Reading]) -> list[Reading]:
    """The readings that say that the program is not there; none where it is, or where that could not be looked at."""
    if install.file or install.ini or install.store:
        return []
    if install.folder in absent:
        return [absent[install.folder]]
    if install.folder and not install.row.component:
        looked = folders.places_of(install.row, install.folder)
    else:
        only_run = bool(install.unknown)
        looked = tuple(
            source
            for source, row in places.FILES.items()
            if row is install.row and (only_run or source.where.startswith("~") == bool(install.user))
        )
    readings = collected.all(*looked) if looked else []
    if any(each.status in (Status.DENIED, Status.FAILED) for each in readings):
        return []
    return readings[:3]
