"""Who of those that are expected was heard, who never was, and who was not expected: the denominator of every figure.

:func:`match` is the definition. It looks at PCs one by one and is meant for small estates and for tests: the plan that
a report runs over the tables must come to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.estate.asset_list import Expected
from auditor.estate.tables import TABLES
from auditor.identity import host_key

if TYPE_CHECKING:
    import pyarrow as pa

NETBIOS = 15
"""Longest name that Windows' older network knows: longer ones are cut to it, in characters."""


class Heard(NamedTuple):
    """A PC that handed something in: its id, name, the hashes of its serial numbers, and when it was last heard."""

    device: str
    hostname: str
    serials: tuple[str, ...] = ()
    taken_at: str = ""


class Pair(NamedTuple):
    """An expected PC that was heard. ``by`` is serial, name or short name (cut to :data:`NETBIOS`)."""

    expected: Expected
    heard: Heard
    by: str


class Matched(NamedTuple):
    """Every expected PC is in ``heard`` or ``never``, every PC that was heard in ``heard`` or ``unexpected``, once.

    ``remarks`` are sentences on what is not certain.
    """

    heard: tuple[Pair, ...]
    never: tuple[Expected, ...]
    unexpected: tuple[Heard, ...]
    remarks: tuple[str, ...]


def match(expected: Iterable[Expected], heard: Iterable[Heard]) -> Matched:
    """Bring the list and the PCs together: by serial number, then by name, then by the name as Windows cuts it.

    A serial number counts where one row and one PC have it; a name that more have is shared out, the PC that was heard
    last first. The order of the arguments does not matter.
    """
    rows = sorted(expected, key=lambda row: (row.row, row))
    pcs = sorted(sorted(heard), key=lambda pc: pc.taken_at, reverse=True)
    pairs: list[Pair] = []
    remarks: list[str] = []
    ways: tuple[tuple[str, _Keys, _Keys], ...] = (
        ("serial", lambda row: (row.serial,), lambda pc: pc.serials),
        ("name", lambda row: (host_key(row.name),), lambda pc: (host_key(pc.hostname),)),
        ("short name", lambda row: _cut(row.name), lambda pc: _cut(pc.hostname)),
    )
    for by, of_row, of_pc in ways:
        wanted, found = _by_key(rows, of_row), _by_key(pcs, of_pc)
        taken: set[int] = set()
        for key in sorted(wanted.keys() & found.keys()):
            several = len(wanted[key]) > 1 or len(found[key]) > 1
            if several and by == "serial":
                continue
            if by == "short name" and not _is_cut(wanted[key], found[key]):
                continue
            if several:
                remarks.append(_shared_out(found[key][0].hostname, len(wanted[key]), len(found[key]), by))
                if by == "short name":
                    continue
            for row, pc in zip(wanted[key], found[key], strict=False):
                if not {id(row), id(pc)} & taken:
                    taken |= {id(row), id(pc)}
                    pairs.append(Pair(row, pc, by))
        rows, pcs = [row for row in rows if id(row) not in taken], [pc for pc in pcs if id(pc) not in taken]
    remarks += [remark for pair in pairs if (remark := _remark(pair))]
    return Matched(tuple(sorted(pairs)), tuple(rows), tuple(sorted(pcs)), tuple(sorted(remarks)))


_Keys = Callable[[Any], Iterable[str]]


def _by_key(items: Iterable[Any], keys: _Keys) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        for key in dict.fromkeys(keys(item)):
            if key:
                found.setdefault(key, []).append(item)
    return found


def _cut(name: str) -> tuple[str, ...]:
    key = host_key(name)
    return (key[:NETBIOS],) if len(key) >= NETBIOS else ()


def _is_cut(rows: list[Expected], pcs: list[Heard]) -> bool:
    """Whether one side has the name cut, and the other one whole."""
    names = [{len(host_key(name)) > NETBIOS for name in side} for side in
             ([row.name for row in rows], [pc.hostname for pc in pcs])]  # fmt: skip
    return names in ([{True}, {False}], [{False}, {True}])


def _shared_out(name: str, rows: int, pcs: int, by: str) -> str:
    if by == "short name":
        return f"{name}: {rows} rows and {pcs} PCs have this name, cut to {NETBIOS} characters; none was matched by it"
    return f"{name}: {rows} rows and {pcs} PCs have this name; those that were heard last were matched, in the list's order"


def _remark(pair: Pair) -> str:
    row, pc = pair.expected, pair.heard
    if pair.by == "serial" and host_key(row.name) != host_key(pc.hostname):
        return f"{row.name}: heard under the name {pc.hostname}, by its serial number"
    if pair.by != "serial" and row.serial and pc.serials and row.serial not in pc.serials:
        return f"{row.name}: heard by its name, with another serial number than the list has"
    return ""


class Range(NamedTuple):
    """Between which shares the truth lies: none of the PCs that were not seen is ready, or all of them are."""

    low: Fraction
    high: Fraction


def coverage_range(ready: int, seen: int, unseen: int) -> Range | None:
    """The share of ready PCs among ``seen`` and ``unseen`` ones (never heard or stale), of which ``ready`` are known to be.

    None where there are no PCs at all.

    :raises ValueError: a count is negative, or more are ready than were seen.
    """
    if not 0 <= ready <= seen or unseen < 0:
        raise ValueError(f"{ready} ready of {seen} seen and {unseen} unseen")
    every = seen + unseen
    return Range(Fraction(ready, every), Fraction(ready + unseen, every)) if every else None


def as_table(rows: Iterable[Expected]) -> pa.Table:
    """The rows as the store takes them, in the shape of table ``expected``."""
    import pyarrow as pa

    types = {"text": pa.string(), "number": pa.int32()}
    schema = pa.schema([pa.field(name, types[kind], nullable=False) for name, kind in TABLES["expected"].items()])
    columns = [*zip(*rows, strict=True)] or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
