"""Which PC somebody means: by host name or by device id."""

from __future__ import annotations

import re

from auditor.errors import UsageError
from auditor.estate.lookups import Lookups

_DEVICE_ID = re.compile("[0-9a-f]{32}")
_NAMED = """SELECT DISTINCT coalesce(alias.pc, state.device) FROM state LEFT JOIN alias USING (device)
    WHERE lower(state.hostname) = lower($1) OR state.device = $1 OR alias.pc = $1 ORDER BY ALL"""


def named_pc(lookups: Lookups, name: str) -> str:
    """The id under which the PC called ``name`` is counted; the views ``state`` and ``alias`` are there.

    :raises UsageError: no PC is called so, or several are.
    """
    found = [pc_id for (pc_id,) in lookups.ask(_NAMED, name.lower() if _DEVICE_ID.fullmatch(name.lower()) else name)]
    if not found:
        raise UsageError(f"no PC {name!r} in this estate", "Name it by its host name or device id, as reports show them.")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} PCs are called {name!r}", f"Name those that are meant by id: {', '.join(found[:20])}"
        )
    return str(found[0])
