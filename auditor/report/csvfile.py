"""The PCs as CSV, one row each: exact, and in a form that a spreadsheet cannot run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from auditor.estate.result import DeviceRow, Estate
from auditor.report import words
from auditor.report.text import clean

COLUMNS = (
    "id",
    "hostname",
    "site",
    "tags",
    "taken_at",
    "operating_system",
    "state",
    "failed",
    "unknown",
    "waived",
    "blocked_by",
    "browsers",
    "office",
    "gaps",
    "snapshot_sha256",
    "expected",
    "passed",
    "services_failed",
    "services_unknown",
    "services_waived",
    "services_passed",
    "browser_groups",
)
"""The header row. ``failed`` to ``waived`` and ``passed`` are rules about PCs, ``services_…`` those about websites;
``browser_groups`` the browsers as the report counts them. With these every count of a report can be counted again
(:mod:`auditor.report.claims`). What several texts stand in is parted by :data:`BETWEEN`."""

BETWEEN = "; "
"""What parts several texts in a cell."""

_PIECE = 1_000_000
_EXPECTED = {True: "yes", False: "no", None: "no list"}
_STARTS_A_FORMULA = ("=", "+", "-", "@")


def write_exact(estate: Estate, width: int) -> Iterator[bytes]:
    """Every text as it is, for programs; ``width`` is not used. UTF-8 as RFC 4180 has it."""
    return _write(estate, lambda text: text)


def write_for_spreadsheets(estate: Estate, width: int) -> Iterator[bytes]:
    """For people, in a spreadsheet or on a terminal.

    Control and direction marks are shown as their codes, and an apostrophe stands before
    what a spreadsheet would take for a formula.
    """
    yield b"\xef\xbb\xbf"
    yield from _write(estate, _harmless)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Any table for people, in a spreadsheet or on a terminal, as :func:`write_for_spreadsheets` has it."""
    yield b"\xef\xbb\xbf"
    yield from _written(columns, ([_harmless(str(cell)) for cell in row] for row in rows))


def _harmless(text: str) -> str:
    shown = clean(text)
    return f"'{shown}" if shown.startswith(_STARTS_A_FORMULA) else shown


def _write(estate: Estate, shown: Callable[[str], str]) -> Iterator[bytes]:
    cells = cells_of(estate)
    yield from _written(COLUMNS, ([shown(cell) for cell in cells(each)] for each in estate.devices))


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > _PIECE:
            yield buffer.getvalue().encode("utf-8", "backslashreplace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "backslashreplace")


_OUTCOMES = ("fail", "unknown", "waived", "pass")


def cells_of(estate: Estate) -> Callable[[DeviceRow], tuple[str, ...]]:
    """The function that tells a PC of ``estate`` in the cells of :data:`COLUMNS`, every text as it is."""
    services = {each.rule for each in estate.by_service}
    order = words.gravest(estate)

    def cells(device: DeviceRow) -> tuple[str, ...]:
        rules: dict[str, list[str]] = {outcome: [] for outcome in _OUTCOMES}
        websites: dict[str, list[str]] = {outcome: [] for outcome in _OUTCOMES}
        for rule in sorted(device.outcomes, key=order.__getitem__):
            (websites if rule in services else rules)[device.outcomes[rule].value].append(rule)
        failed, unknown, waived, passed = map(BETWEEN.join, rules.values())
        return (
            device.id,
            device.hostname,
            device.site,
            BETWEEN.join(device.tags),
            device.taken_at,
            device.os,
            device.state,
            failed,
            unknown,
            waived,
            BETWEEN.join(device.blocked_by),
            BETWEEN.join(device.browsers),
            BETWEEN.join(device.office),
            BETWEEN.join(f"{gap.kind} ({gap.scope}): {gap.reason}" for gap in device.gaps),
            device.snapshot,
            _EXPECTED[device.expected],
            passed,
            *map(BETWEEN.join, websites.values()),
            BETWEEN.join(device.browser_groups),
        )

    return cells
