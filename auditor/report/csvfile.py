"""The PCs as CSV, one row each: exact, and in a form that a spreadsheet cannot run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

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
)
"""The header row."""

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
    services = {each.rule for each in estate.by_service}
    order = words.gravest(estate)
    yield from _written(COLUMNS, ([shown(cell) for cell in _row(each, services, order)] for each in estate.devices))


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


def _row(device: DeviceRow, services: Container[str], order: Mapping[str, int]) -> tuple[str, ...]:
    by_outcome: dict[str, list[str]] = {"fail": [], "unknown": [], "waived": [], "pass": []}
    for rule in sorted(device.outcomes, key=order.__getitem__):
        if rule not in services:
            by_outcome[device.outcomes[rule].value].append(rule)
    return (
        device.id,
        device.hostname,
        device.site,
        "; ".join(device.tags),
        device.taken_at,
        device.os,
        device.state,
        *("; ".join(by_outcome[outcome]) for outcome in ("fail", "unknown", "waived")),
        "; ".join(device.blocked_by),
        "; ".join(device.browsers),
        "; ".join(device.office),
        "; ".join(f"{gap.kind} ({gap.scope}): {gap.reason}" for gap in device.gaps),
        device.snapshot,
        _EXPECTED[device.expected],
    )
