"""Each PC as it was at the end of a day, as SQL: the first step of the plan (:mod:`auditor.estate.plan`)."""
# ruff: noqa: S608  every name in these statements is one of this package's own; days are dates

from __future__ import annotations

from auditor.estate.tables import BUNDLES

OF_DEVICE = ("device", "sha256", "taken_at", "hostname", "family", "site", "tags", *BUNDLES)
"""The columns of ``now``."""

_LISTED = ", ".join(OF_DEVICE)
_OF_STATE = ", ".join(f"t.{column}" for column in ("hostname", "family", "site", "tags", *BUNDLES))

TOUCHED = """
    SELECT coalesce(a.pc, s.device) AS device FROM unsettled s LEFT JOIN alias a ON a.device = s.device
    UNION SELECT d.device FROM device d JOIN alias a ON a.device = d.device WHERE a.device <> a.pc
    UNION SELECT a.pc AS device FROM device d JOIN alias a ON a.device = d.device WHERE a.device <> a.pc"""
"""``touched``: the PCs with snapshots that are not in ``device`` yet, and those that became one since."""


def redo(day: str) -> str:
    """``redo``: the PCs whose row in ``device`` is not what they were at the end of ``day``: newer, or touched."""
    return f"SELECT device FROM device WHERE substr(taken_at, 1, 10) > '{day}' UNION SELECT device FROM touched"


def redone(day: str) -> str:
    """``redone``: those PCs by their newest snapshot until ``day``, worked out from all snapshots."""
    return f"""
        SELECT l.device, l.sha256, l.taken_at, {_OF_STATE} FROM (
            SELECT p.device, max_by(p.state, p.moment) AS state, max_by(p.sha256, p.moment) AS sha256,
                max(p.taken_at) AS taken_at
            FROM (
                SELECT coalesce(a.pc, s.device) AS device, s.state, s.sha256, s.taken_at,
                    concat(s.taken_at, s.sha256) AS moment
                FROM snapshot s LEFT JOIN alias a ON a.device = s.device WHERE substr(s.taken_at, 1, 10) <= '{day}'
            ) p JOIN redo r ON r.device = p.device
            GROUP BY p.device
        ) l JOIN state t ON t.state = l.state"""


def now(day: str, *, again: bool, touched: bool) -> str:
    """Each PC by its newest snapshot until ``day``; ``again``: some are in ``redone``, ``touched``: some for that reason."""
    if not again:
        return f"SELECT {_LISTED} FROM device"
    but = "AND NOT EXISTS (SELECT 1 FROM touched t WHERE t.device = d.device)" if touched else ""
    return f"""
        SELECT {_LISTED} FROM device d WHERE substr(taken_at, 1, 10) <= '{day}' {but}
        UNION ALL SELECT {_LISTED} FROM redone"""


def monthly(day: str) -> str:
    """The newest snapshot of each PC in each month until ``day``: all that the ends of those months depend on."""
    return f"""
        SELECT coalesce(a.pc, s.device) AS device, substr(s.taken_at, 1, 7) AS month, max(s.taken_at) AS taken_at,
            max_by(s.state, concat(s.taken_at, s.sha256)) AS state, max_by(s.sha256, concat(s.taken_at, s.sha256)) AS sha256
        FROM snapshot s LEFT JOIN alias a ON a.device = s.device WHERE substr(s.taken_at, 1, 10) <= '{day}'
        GROUP BY coalesce(a.pc, s.device), substr(s.taken_at, 1, 7)"""


def now_after(month: str) -> str:
    """``now`` as it was at the end of ``month`` (``2026-03``), out of ``monthly``."""
    return f"""
        SELECT l.device, l.sha256, l.taken_at, {_OF_STATE} FROM (
            SELECT device, max_by(state, month) AS state, max_by(sha256, month) AS sha256, max(taken_at) AS taken_at
            FROM monthly WHERE month <= '{month}' GROUP BY device
        ) l JOIN state t ON t.state = l.state"""


EVERYBODY = """
    SELECT count(*) FROM (
        SELECT coalesce(a.pc, d.device) AS device FROM device d LEFT JOIN alias a ON a.device = d.device
        UNION SELECT coalesce(a.pc, s.device) AS device FROM unsettled s LEFT JOIN alias a ON a.device = s.device
    ) every_pc"""
"""How many PCs have a snapshot of any date."""
