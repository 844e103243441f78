"""The table ``device``: the newest snapshot of each PC, with what it was then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auditor.estate import parquet
from auditor.estate.commit import Draft
from auditor.estate.lookups import Lookups
from auditor.estate.manifest import Head
from auditor.estate.tables import BUNDLES

OLDER_DEVICES = 8
"""So many earlier files of ``device`` stay for readers that opened before, while nobody compacts."""

_STATE = ", ".join(
    [
        *(f"state.{each}" for each in ("hostname", "family", "site", "tags")),
        *(f"coalesce(state.{each}, 0) AS {each}" for each in BUNDLES),
    ]
)
NEWEST = f"""
    WITH all_of_them AS (
        SELECT coalesce(alias.pc, fresh.device) AS pc, fresh.taken_at || fresh.sha256 AS key, fresh.state
        FROM fresh LEFT JOIN alias ON alias.device = fresh.device
        UNION ALL SELECT device, taken_at || sha256, state FROM device
    ),
    best AS (SELECT pc, max(key) AS key, arg_max(state, key) AS state FROM all_of_them GROUP BY pc)
    SELECT pc AS device, key[-64:] AS sha256, key[:-65] AS taken_at, best.state AS state, {_STATE}
    FROM best JOIN state ON state.state = best.state"""  # noqa: S608  names of this module
"""``fresh`` are the snapshots that ``device`` does not know, ``device`` is what it was."""


def is_settled(head: Head) -> bool:
    """Whether ``device`` agrees with all snapshots and aliases."""
    return not head.unsettled and head.aliases == tuple(each.file for each in head.of("alias"))


def settle(draft: Draft) -> None:
    """Put a new file of ``device`` into ``draft``; with other aliases than before it is made from all snapshots."""
    head = draft.head
    anew = head.aliases != tuple(each.file for each in draft.tables.get("alias", ()))
    fresh = [each.file for each in draft.tables.get("snapshot", ())] if anew else head.unsettled
    with Lookups(draft.folder) as lookups:
        lookups.view(
            {
                "fresh": ("snapshot", _paths(draft.folder, fresh)),
                "device": ("device", [] if anew else _paths(draft.folder, [each.file for each in head.of("device")])),
                "alias": ("alias", _paths(draft.folder, [each.file for each in draft.tables.get("alias", ())])),
                "state": ("state", _paths(draft.folder, [each.file for each in draft.tables.get("state", ())])),
            }
        )
        rows = (parquet.shaped("device", batch) for batch in lookups.stream(f"{NEWEST} ORDER BY pc"))
        draft.replace("device", [draft.write("device", rows)])


def _paths(folder: Path, names: Sequence[str]) -> list[Path]:
    return [folder / name for name in names]
