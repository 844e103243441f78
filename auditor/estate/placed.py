"""The PCs of an estate with the names under which they were handed in: what a file of sites goes by."""

from __future__ import annotations

from auditor.estate.faults import explained
from auditor.estate.lookups import Lookups
from auditor.estate.store import Store
from auditor.model import Device

_NAMED = """
    SELECT coalesce(log.name, ''), device.device, device.hostname, device.family
    FROM device LEFT JOIN (
        SELECT sha256, arg_max(name, seq) AS name FROM log
        WHERE outcome IN ('new', 'updated', 'older') GROUP BY sha256
    ) log USING (sha256) ORDER BY ALL"""


def devices_in(store: Store) -> list[tuple[str, Device]]:
    """Each PC with the name of its newest snapshot's input. What the PC itself said of its site is not told apart from
    what it was given at intake, so it has none.

    :raises EstateError: a file is damaged or missing.
    """
    with explained(store.folder), Lookups(store.folder) as lookups:
        lookups.view({table: (table, store.files(table)) for table in ("device", "log")})
        return [(name, Device(*whose)) for name, *whose in lookups.ask(_NAMED)]
