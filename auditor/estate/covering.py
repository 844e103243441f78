"""The denominator in SQL: who of the expected PCs was heard, counted by an engine.

It comes to what :func:`auditor.estate.expected.match` says, for any number of PCs: by serial number, then by name,
then by the name as Windows cuts it. The text runs on every engine, as that of :mod:`auditor.estate.plan` does.

================  ===============================================================================================
``odd_key``       names that are not plain ASCII → their key, worked out in Python
``here``          site → 1 where the coverage is about it
``listed_row``    the list: key, number (of the rows with that key, in the list's order), and all that it says
``heard_pc``      the PCs of ``now``: key, moment, site, stale
``pair_N``        after each of the three ways: which PC is which row
``pair``          all of them, with ``here`` of the list's site
``on_list``       the PCs that are expected here
================  ===============================================================================================
"""
# ruff: noqa: S608  every name in these statements is one of this package's own

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.estate.engines import Engine
from auditor.estate.expected import NETBIOS
from auditor.estate.filters import Filter
from auditor.estate.result import NO_SITE, Coverage, Missing, SiteCoverage, Unlisted
from auditor.estate.store import Store
from auditor.estate.tables import TABLES
from auditor.identity import host_key

MOST_NAMED = 100_000
"""So many PCs that were never heard, and so many that are unexpected, are named in a report at most."""

_NEVER, _HEARD, _STALE, _ELSEWHERE = range(4)
_PLAIN = "regexp_extract({0}, '^[A-Za-z0-9._-]*$', 0)"
_KEY = "coalesce(o.key, lower(split_part({0}, '.', 1)))"

_ODD = f"""
    SELECT DISTINCT name FROM (SELECT hostname AS name FROM now UNION SELECT name FROM expected) every_name
    WHERE {_PLAIN.format("name")} <> name"""
_SITES = "SELECT site FROM now UNION SELECT site FROM expected"
_LIST = """
    SELECT source, count(*) AS n, sum(CASE WHEN site <> '' THEN 1 ELSE 0 END) AS sites,
        sum(CASE WHEN serial <> '' THEN 1 ELSE 0 END) AS serials
    FROM expected GROUP BY source"""
_LISTED_ROW = f"""
    SELECT key, row_number() OVER (PARTITION BY key ORDER BY line, name, site, tags, serial, source) AS number,
        name, site, tags, serial, source, line
    FROM (
        SELECT {_KEY.format("e.name")} AS key, e.name, e.site, e.tags, e.serial, e.source, e.row AS line
        FROM expected e LEFT JOIN odd_key o ON o.name = e.name
    ) keyed"""
_BY_SERIAL = """
    SELECT device, min_by(key, serial) AS key, min_by(number, serial) AS number FROM (
        SELECT p.device, p.serial, r.key, r.number FROM (
            SELECT serial, min(key) AS key, min(number) AS number
            FROM listed_row WHERE serial <> '' GROUP BY serial HAVING count(*) = 1
        ) r JOIN (
            SELECT serial, min(device) AS device FROM (
                SELECT DISTINCT coalesce(a.pc, g.device) AS device, g.value AS serial
                FROM signal g LEFT JOIN alias a ON a.device = g.device WHERE g.kind = 'serial'
            ) told WHERE device IN (SELECT device FROM heard_pc) GROUP BY serial HAVING count(*) = 1
        ) p ON p.serial = r.serial
    ) found GROUP BY device"""


def _heard_pc(first_stale_before: str) -> str:
    return f"""
        SELECT n.device, {_KEY.format("n.hostname")} AS key, n.taken_at, n.site,
            CASE WHEN substr(n.taken_at, 1, 10) < '{first_stale_before}' THEN 1 ELSE 0 END AS stale
        FROM now n LEFT JOIN odd_key o ON o.name = n.hostname"""


def _left(alias: str, same: str, pairs: Sequence[str]) -> str:
    """Rows or PCs that are in none of ``pairs``."""
    return " AND ".join(f"NOT EXISTS (SELECT 1 FROM {each} q WHERE {same.format('q', alias)})" for each in pairs)


_SAME_ROW, _SAME_PC = "{0}.key = {1}.key AND {0}.number = {1}.number", "{0}.device = {1}.device"

_BY_NAME = f"""
    SELECT p.device, r.key, r.number FROM (
        SELECT l.key, l.number, row_number() OVER (PARTITION BY l.key ORDER BY l.number) AS turn
        FROM listed_row l WHERE l.key <> '' AND {_left("l", _SAME_ROW, ["pair_1"])}
    ) r JOIN (
        SELECT h.device, h.key, row_number() OVER (PARTITION BY h.key ORDER BY h.taken_at DESC, h.device) AS turn
        FROM heard_pc h WHERE h.key IN (SELECT key FROM listed_row WHERE key <> '') AND {_left("h", _SAME_PC, ["pair_1"])}
    ) p ON p.key = r.key AND p.turn = r.turn"""


def _cut(table: str, alias: str, same: str, columns: Sequence[str]) -> str:
    """What is left with a name of :data:`NETBIOS` characters or more that nothing else of its kind has when it is cut."""
    kept = ", ".join(f"min({alias}.{each}) AS {each}" for each in columns)
    cut = f"substr({alias}.key, 1, {NETBIOS})"
    return f"""
        SELECT {cut} AS cut, min(length({alias}.key)) AS size, {kept} FROM {table} {alias}
        WHERE length({alias}.key) >= {NETBIOS} AND {_left(alias, same, ["pair_1", "pair_2"])}
        GROUP BY {cut} HAVING count(*) = 1"""


_BY_SHORT_NAME = f"""
    SELECT p.device, r.key, r.number FROM ({_cut("listed_row", "l", _SAME_ROW, ["key", "number"])}) r
        JOIN ({_cut("heard_pc", "h", _SAME_PC, ["device"])}) p ON p.cut = r.cut
    WHERE (r.size > {NETBIOS} AND p.size = {NETBIOS}) OR (r.size = {NETBIOS} AND p.size > {NETBIOS})"""
_PAIR = f"""
    SELECT u.device, u.key, u.number, w.here FROM (
        SELECT * FROM pair_1 UNION ALL SELECT * FROM pair_2 UNION ALL SELECT * FROM pair_3
    ) u JOIN listed_row l ON {_SAME_ROW.format("u", "l")} JOIN here w ON w.site = l.site"""
_EXPECTED = f"""
    SELECT l.site, coalesce(s.seen, {_NEVER}) AS seen, count(*) AS n
    FROM listed_row l JOIN here w ON w.site = l.site LEFT JOIN (
        SELECT u.key, u.number,
            CASE WHEN x.here = 0 THEN {_ELSEWHERE} WHEN h.stale = 1 THEN {_STALE} ELSE {_HEARD} END AS seen
        FROM pair u JOIN heard_pc h ON h.device = u.device JOIN here x ON x.site = h.site
    ) s ON {_SAME_ROW.format("s", "l")}
    WHERE w.here = 1 GROUP BY l.site, coalesce(s.seen, {_NEVER})"""
_NOT_LISTED = f"""
    FROM heard_pc h JOIN here x ON x.site = h.site WHERE x.here = 1 AND {_left("h", _SAME_PC, ["on_list"])}"""
_UNEXPECTED = f"SELECT h.site, count(*) AS n {_NOT_LISTED} GROUP BY h.site"
_NAMES_NEVER = f"""
    SELECT l.name, l.site, l.tags, l.source, l.line FROM listed_row l JOIN here w ON w.site = l.site
    WHERE w.here = 1 AND {_left("l", _SAME_ROW, ["pair"])}
    ORDER BY lower(l.name), l.name, l.line, l.site, l.source, l.number"""
_NAMES_UNEXPECTED = f"""
    SELECT n.device, n.hostname, n.site, n.taken_at FROM now n JOIN (SELECT h.device {_NOT_LISTED}) u
        ON u.device = n.device
    ORDER BY lower(n.hostname), n.device"""


class Matching(NamedTuple):
    """What is counted of a list, before anything is judged. ``sites``: site → how many of which (seen, or unexpected)."""

    sources: tuple[str, ...]
    size: int
    filters: tuple[str, ...]
    has_sites: bool
    sites: dict[str, list[int]]
    never_heard: tuple[Missing, ...]
    unlisted: tuple[Unlisted, ...]

    def coverage(self, ready: int | None) -> Coverage:
        """The coverage, where ``ready`` of the expected PCs that are heard are ready."""
        lines = [SiteCoverage(name, *_figures(each)) for name, each in sorted(self.sites.items())]
        total = [sum(column) for column in zip(*self.sites.values(), strict=True)] or [0] * 5
        expected, heard, stale, never, elsewhere, unexpected = _figures(total)
        return Coverage(
            self.sources, self.size, self.filters, expected, heard, stale, never, elsewhere, unexpected, ready,
            tuple(lines) if self.has_sites else (), self.never_heard, self.unlisted,
        )  # fmt: skip


def _figures(each: Sequence[int]) -> tuple[int, int, int, int, int, int]:
    never, heard, stale, elsewhere, unexpected = each
    return never + heard + stale + elsewhere, heard, stale, never, elsewhere, unexpected


def match_all(
    store: Store, engine: Engine, first_stale_before: str, sites: Sequence[Filter], filters: Sequence[str], named: int
) -> Matching | None:
    """Bring the store's list and the PCs of ``now`` together; the first ``named`` of each list of names are kept.

    Only the sites that all of ``sites`` accept are counted; ``filters`` are these filters as they were written.
    ``on_list`` is there then, and :func:`forget` frees the rest. None where there is no list.
    """
    engine.parquet("expected", store.files("expected"), TABLES["expected"])
    listed = engine.ask(_LIST)
    if not listed:
        return None
    engine.parquet("signal", store.files("signal"), TABLES["signal"])
    odd = [name for batch in engine.rows(_ODD) for (name,) in batch]
    engine.small("odd_key", {"name": odd, "key": [host_key(name) for name in odd]}, {"name": "text", "key": "text"})
    names = [site for (site,) in engine.ask(_SITES)]
    here = [int(all(each.accepts(site or NO_SITE) for each in sites)) for site in names]
    engine.small("here", {"site": names, "here": here}, {"site": "text", "here": "number"})
    engine.table("listed_row", _LISTED_ROW)
    engine.table("heard_pc", _heard_pc(first_stale_before))
    if any(row[3] for row in listed):
        engine.table("pair_1", _BY_SERIAL)
    else:
        engine.small("pair_1", {"device": [], "key": [], "number": []}, {"device": "text", "key": "text", "number": "id"})
    engine.table("pair_2", _BY_NAME)
    engine.table("pair_3", _BY_SHORT_NAME)
    engine.table("pair", _PAIR)
    engine.table("on_list", "SELECT device FROM pair WHERE here = 1")
    counts: dict[str, list[int]] = {}
    for site, seen, number in engine.ask(_EXPECTED):
        counts.setdefault(site or NO_SITE, [0] * 5)[seen] += number
    for site, number in engine.ask(_UNEXPECTED):
        counts.setdefault(site or NO_SITE, [0] * 5)[4] += number
    return Matching(
        tuple(sorted(row[0] for row in listed)), sum(row[1] for row in listed), tuple(filters),
        any(row[2] for row in listed), counts,
        tuple(never_heard(engine, named)) if named else (), tuple(unexpected(engine, named)) if named else (),
    )  # fmt: skip


def never_heard(engine: Engine, limit: int | None = None) -> Iterator[Missing]:
    """The PCs that were never heard, by name; after :func:`match_all` and before :func:`forget`."""
    for batch in engine.rows(_NAMES_NEVER + _limited(limit)):
        yield from (Missing(name, site, tuple(json.loads(tags)), source, row) for name, site, tags, source, row in batch)


def unexpected(engine: Engine, limit: int | None = None) -> Iterator[Unlisted]:
    """The PCs that are not on the list, by name; likewise."""
    for batch in engine.rows(_NAMES_UNEXPECTED + _limited(limit)):
        yield from (Unlisted(*row) for row in batch)


def forget(engine: Engine) -> None:
    """Free what nothing but the matching needs."""
    for name in ("listed_row", "heard_pc", "pair", "pair_1", "pair_2", "pair_3", "odd_key"):
        engine.table(name, "SELECT 0 AS nothing")


def _limited(limit: int | None) -> str:
    return "" if limit is None else f" LIMIT {limit}"
