"""The PCs as CSV, one row each: exact, and in a form that a spreadsheet cannot run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

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
)
"""The header row."""

_STARTS_A_FORMULA = ("=", "+", "-", "@")


def write_exact(estate: Estate, width: int) -> bytes:
    """Every text as it is, for programs; ``width`` is not used. UTF-8 as RFC 4180 has it."""
    return _write(estate, lambda text: text)


def write_for_spreadsheets(estate: Estate, width: int) -> bytes:
    """For people, in a spreadsheet or on a terminal.

    Control and direction marks are shown as their codes, and an apostrophe stands before
    what a spreadsheet would take for a formula.
    """
    return b"\xef\xbb\xbf" + _write(estate, _harmless)


def _harmless(text: str) -> str:
    shown = clean(text)
    return f"'{shown}" if shown.startswith(_STARTS_A_FORMULA) else shown


def _write(estate: Estate, shown: Callable[[str], str]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    writer.writerows([shown(cell) for cell in _row(device)] for device in estate.devices)
    return buffer.getvalue().encode("utf-8", "backslashreplace")


def _row(device: DeviceRow) -> tuple[str, ...]:
    by_outcome = {
        outcome: "; ".join(dict.fromkeys(each.rule for each in words.failed(device) if each.outcome.value == outcome))
        for outcome in ("fail", "unknown", "waived")
    }
    return (
        device.id,
        device.hostname,
        device.site,
        "; ".join(device.tags),
        device.taken_at,
        device.os,
        device.state,
        by_outcome["fail"],
        by_outcome["unknown"],
        by_outcome["waived"],
        "; ".join(dict.fromkeys(each.blocked_by for each in device.findings if each.blocked_by)),
        "; ".join(device.browsers),
        "; ".join(device.office),
        "; ".join(f"{gap.kind} ({gap.scope}): {gap.reason}" for gap in device.gaps),
        device.snapshot,
    )
