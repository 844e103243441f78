"""Which ids of an estate are one PC: the table ``alias``, brought up to date with what is known by now.

Of a million PCs only those are looked at that share something telling with another, which the engine finds out.
The organisation's decisions are remembered in the estate, so that no later ingest can do without them by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from auditor import identity_file
from auditor.estate import parquet
from auditor.estate.durable import swap
from auditor.estate.faults import explained
from auditor.estate.lookups import Lookups
from auditor.estate.same import TELLING, Alias, Identities, Signal, decide
from auditor.estate.same_signs import Doubt, crowded
from auditor.estate.store import Store
from auditor.identity import host_key
from auditor.identity_file import Decision

CROWD = 1_000
"""What more ids than this have in common is no PC's own: makers, or whoever copies machines, gave it to all of them. It
counts as not read, and is listed."""

NAMED = 10
"""So many ids of a crowd are named."""

DECISIONS = "identity.yaml"
"""The file in an estate's folder with what the organisation decided."""

_TELLING = ", ".join(f"'{kind}'" for kind in TELLING)
_HOST_KEY = r"rtrim(split_part(split_part(lower(trim(hostname)), '\', -1), '.', 1), '$')"
_SEVERAL = f"""
    several AS (
        SELECT kind, value, count(DISTINCT device) AS ids FROM signal
        WHERE kind IN ({_TELLING}) AND hash(kind, value) IN (
            SELECT hash(kind, value) FROM signal WHERE kind IN ({_TELLING}) GROUP BY 1 HAVING count(*) > 1
        )
        GROUP BY kind, value HAVING count(DISTINCT device) > 1
    )"""  # noqa: S608  our own names
"""What several ids have in common. Nearly all values are one PC's, so hashes, which are short, leave most of them out."""

_ROWS = rf"""
    WITH {_SEVERAL},
    alike AS (
        SELECT signal.device FROM signal JOIN several USING (kind, value) WHERE several.ids <= $2
        UNION SELECT device FROM state
        WHERE device IN (SELECT unnest($1::VARCHAR[])) OR {_HOST_KEY} IN (SELECT unnest($1::VARCHAR[]))
    ),
    spans AS (
        SELECT device, min(taken_at) AS first, max(taken_at) AS last, arg_max(state, taken_at || sha256) AS state
        FROM snapshot WHERE device IN (SELECT device FROM alike) GROUP BY device
    ),
    told AS (
        SELECT DISTINCT device, kind, value FROM signal
        ANTI JOIN (SELECT kind, value FROM several WHERE ids > $2) crowded USING (kind, value)
        WHERE device IN (SELECT device FROM alike)
    )
    SELECT spans.device, coalesce(told.kind, ''), coalesce(told.value, ''), first, last, state.hostname
    FROM spans JOIN state ON state.state = spans.state LEFT JOIN told ON told.device = spans.device ORDER BY ALL"""  # noqa: S608  our own names

_CROWDS = f"""
    WITH {_SEVERAL}
    SELECT kind, any_value(ids), min(device, {NAMED}) FROM signal
        JOIN (SELECT * FROM several WHERE ids > $1) crowded USING (kind, value)
    GROUP BY kind, value ORDER BY ALL"""  # noqa: S608  our own names


class Renewed(NamedTuple):
    """Who is one PC by now, and what is new of it: ids that count under another since, and how many no longer do."""

    identities: Identities
    joined: tuple[Alias, ...]
    parted: int


def decisions_in(folder: Path) -> tuple[Decision, ...]:
    """What the organisation decided, as far as the estate in ``folder`` remembers it.

    :raises RuleError: the file was changed, and is not right any more.
    """
    path = folder / DECISIONS
    return identity_file.load(path) if path.is_file() else ()


def remember(store: Store, decisions: bytes) -> Renewed:
    """Let the file with these bytes, which was found to be right, be what the estate goes by from now on.

    :raises EstateError: it cannot be written.
    """
    with explained(store.folder):
        swap(store.folder / DECISIONS, decisions)
    return renew(store, decisions_in(store.folder))


def identities_in(store: Store, decisions: Iterable[Decision] = (), crowd: int = CROWD) -> Identities:
    """Who is one PC, who is not, and what is in doubt; values of more than ``crowd`` ids tell nothing.

    :raises EstateError: a file is damaged or missing.
    """
    said = tuple(decisions)
    found = decide(signals_in(store, said, crowd), said)
    return found._replace(doubts=(*found.doubts, *crowds_in(store, crowd)))


def crowds_in(store: Store, crowd: int = CROWD) -> Iterator[Doubt]:
    """What more than ``crowd`` ids have in common, with the first of them.

    :raises EstateError: a file is damaged or missing.
    """
    with explained(store.folder), Lookups(store.folder) as lookups:
        lookups.view({"signal": ("signal", store.files("signal"))})
        for kind, ids, first in lookups.ask(_CROWDS, crowd):
            yield crowded(kind, ids, first)


def signals_in(store: Store, decisions: Iterable[Decision] = (), crowd: int = CROWD) -> Iterator[Signal]:
    """The signals of all ids that share something telling with another, or that a decision names.

    What more than ``crowd`` ids share is left out.

    :raises EstateError: a file is damaged or missing.
    """
    names = {form for each in decisions for name in each.names for form in (name.strip().casefold(), host_key(name))}
    with explained(store.folder), Lookups(store.folder) as lookups:
        lookups.view({table: (table, store.files(table)) for table in ("signal", "snapshot", "state")})
        for row in lookups.ask(_ROWS, sorted(names - {""}), crowd):
            yield Signal(*row)


def renew(store: Store, decisions: Iterable[Decision]) -> Renewed:
    """Bring the table ``alias`` up to date; where it changes, ``device`` is made anew by the next settling.

    :raises EstateError: a file is damaged, or the disk is full.
    """
    found = identities_in(store, decisions)
    with explained(store.folder):
        before = {
            Alias(*row)
            for path in store.files("alias")
            for batch in parquet.read(path, "alias")
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        }
    now = set(found.aliases)
    if now != before:
        columns: list[Sequence[str]] = list(zip(*found.aliases, strict=True)) or [(), (), ()]
        store.replace("alias", parquet.table_of("alias", columns))
    pairs = {alias[:2] for alias in before}
    joined = tuple(alias for alias in found.aliases if alias[:2] not in pairs)
    return Renewed(found, joined, len({alias.device for alias in before} - {alias.device for alias in now}))
