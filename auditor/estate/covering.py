"""The denominator in SQL: who of the expected PCs was heard, counted by an engine.

It comes to what :func:`auditor.estate.expected.match` says, for any number of PCs: by serial number, then by name,
then by the name as Windows cuts it. The text runs on every engine, as that of :mod:`auditor.estate.plan` does.

================  ===============================================================================================
``odd_key``       names that are not plain ASCII → their key, worked out in Python
``here``          site → 1 where the coverage is about it
``listing``       the list with a number (``id``) for each row, in the list's order
``listed_row``    of each row: id, key, site, here
``by_serial``     PC and row that share a serial number that nobody else has
``row_key``       key → how many rows that are left have it, and the first of them
``heard_pc``      the PCs of ``now``: key, moment, site, stale, and the first row with their key
``shared``        the rows of ``heard_pc`` that several PCs or rows compete for
``exception``     PC and row where it is not simply one of each: by serial number, shared out, by the short name
``met``           each PC: site, stale, the row that it is (``id``, 0 for none), and whether it is expected here
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
    SELECT DISTINCT name FROM (
        SELECT hostname AS name FROM now WHERE {_PLAIN.format("hostname")} <> hostname
        UNION ALL SELECT name FROM expected WHERE {_PLAIN.format("name")} <> name
    ) every_name"""
_SITES = "SELECT site FROM now UNION SELECT site FROM expected"
_LIST = """
    SELECT source, count(*) AS n, sum(CASE WHEN site <> '' THEN 1 ELSE 0 END) AS sites,
        sum(CASE WHEN serial <> '' THEN 1 ELSE 0 END) AS serials, count(DISTINCT row) AS lines
    FROM expected GROUP BY source"""
_ROW = "row AS id, name, site, tags, serial, source, row AS line"
_LISTING = f"SELECT {_ROW} FROM expected"
_LISTING_NUMBERED = f"""
    SELECT row_number() OVER (ORDER BY line, name, site, tags, serial, source) AS id,
        name, site, tags, serial, source, line FROM ({_LISTING}) every_row"""
_LISTED_ROW = f"""
    SELECT l.id, {_KEY.format("l.name")} AS key, l.site, w.here
    FROM listing l JOIN here w ON w.site = l.site LEFT JOIN odd_key o ON o.name = l.name"""
_BY_SERIAL = """
    SELECT device, min_by(id, serial) AS id FROM (
        SELECT p.device, p.serial, r.id FROM (
            SELECT serial, min(id) AS id FROM listing WHERE serial <> '' GROUP BY serial HAVING count(*) = 1
        ) r JOIN (
            SELECT serial, min(device) AS device FROM (
                SELECT DISTINCT coalesce(a.pc, g.device) AS device, g.value AS serial
                FROM signal g LEFT JOIN alias a ON a.device = g.device WHERE g.kind = 'serial'
            ) told WHERE device IN (SELECT device FROM now) GROUP BY serial HAVING count(*) = 1
        ) p ON p.serial = r.serial
    ) found GROUP BY device"""
_ROW_KEY = """
    SELECT l.key, count(*) AS n, min(l.id) AS id FROM listed_row l
    WHERE l.key <> '' AND NOT EXISTS (SELECT 1 FROM by_serial q WHERE q.id = l.id) GROUP BY l.key"""
_SHARED = "SELECT id FROM heard_pc WHERE id >= 0 GROUP BY id HAVING count(*) > 1 OR max(n) > 1"
_SHARED_OUT = """
    SELECT p.device, r.id FROM (
        SELECT l.id, k.id AS first, row_number() OVER (PARTITION BY k.id ORDER BY l.id) AS turn
        FROM shared x JOIN row_key k ON k.id = x.id JOIN listed_row l ON l.key = k.key
        WHERE NOT EXISTS (SELECT 1 FROM by_serial q WHERE q.id = l.id)
    ) r JOIN (
        SELECT h.device, h.id AS first, row_number() OVER (PARTITION BY h.id ORDER BY h.taken_at DESC, h.device) AS turn
        FROM heard_pc h JOIN shared x ON x.id = h.id
    ) p ON p.first = r.first AND p.turn = r.turn"""
_CUT = f"substr({{0}}.key, 1, {NETBIOS}) AS cut, min(length({{0}}.key)) AS size"
_LONG = f"length({{0}}.key) >= {NETBIOS}"
_ONE = f"GROUP BY substr({{0}}.key, 1, {NETBIOS}) HAVING count(*) = 1"
_BY_SHORT_NAME = f"""
    SELECT p.device, r.id FROM (
        SELECT {_CUT.format("l")}, min(l.id) AS id FROM listed_row l
        WHERE {_LONG.format("l")} AND NOT EXISTS (SELECT 1 FROM met q WHERE q.id = l.id) {_ONE.format("l")}
    ) r JOIN (
        SELECT {_CUT.format("h")}, min(h.device) AS device FROM heard_pc h
        WHERE {_LONG.format("h")} AND h.device IN (SELECT device FROM met WHERE id < 0) {_ONE.format("h")}
    ) p ON p.cut = r.cut
    WHERE (r.size > {NETBIOS} AND p.size = {NETBIOS}) OR (r.size = {NETBIOS} AND p.size > {NETBIOS})"""
_MET = """
    SELECT h.device, h.site, h.stale, h.here AS own,
        CASE WHEN e.id IS NOT NULL THEN e.id WHEN x.id IS NOT NULL THEN -1 ELSE h.id END AS id
    FROM heard_pc h LEFT JOIN exception e ON e.device = h.device LEFT JOIN shared x ON x.id = h.id"""
_WITH_HERE = """
    SELECT m.device, m.site, m.stale, m.own, m.id, coalesce(l.here, 0) AS listed
    FROM met_first m LEFT JOIN listed_row l ON l.id = m.id"""
_EXPECTED = f"""
    SELECT l.site, coalesce(m.seen, {_NEVER}) AS seen, count(*) AS n FROM listed_row l LEFT JOIN (
        SELECT id, CASE WHEN own = 0 THEN {_ELSEWHERE} WHEN stale = 1 THEN {_STALE} ELSE {_HEARD} END AS seen
        FROM met WHERE listed = 1
    ) m ON m.id = l.id
    WHERE l.here = 1 GROUP BY l.site, coalesce(m.seen, {_NEVER})"""
_UNEXPECTED = "SELECT site, count(*) AS n FROM met WHERE own = 1 AND listed = 0 GROUP BY site"
_NAMES_NEVER = """
    SELECT l.name, l.site, l.tags, l.source, l.line FROM listing l JOIN listed_row r ON r.id = l.id
    WHERE r.here = 1 AND NOT EXISTS (SELECT 1 FROM met q WHERE q.id = l.id) ORDER BY lower(l.name), l.name, l.id"""
_NAMES_UNEXPECTED = """
    SELECT n.device, n.hostname, n.site, n.taken_at FROM now n
    WHERE n.device IN (SELECT device FROM met WHERE own = 1 AND listed = 0)
    ORDER BY lower(n.hostname), n.device"""


def _heard_pc(first_stale_before: str) -> str:
    return f"""
        SELECT n.device, n.key, n.taken_at, n.site, n.stale, w.here,
            CASE WHEN q.device IS NULL THEN coalesce(r.id, -1) ELSE -1 END AS id, coalesce(r.n, 0) AS n
        FROM (
            SELECT n.device, {_KEY.format("n.hostname")} AS key, n.taken_at, n.site,
                CASE WHEN substr(n.taken_at, 1, 10) < '{first_stale_before}' THEN 1 ELSE 0 END AS stale
            FROM now n LEFT JOIN odd_key o ON o.name = n.hostname
        ) n JOIN here w ON w.site = n.site
            LEFT JOIN row_key r ON r.key = n.key LEFT JOIN by_serial q ON q.device = n.device"""


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
    :func:`forget` makes ``on_list`` of it and frees the rest. None where there is no list.
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
    lines_are_numbers = len(listed) == 1 and listed[0][1] == listed[0][4]
    (engine.view if lines_are_numbers else engine.table)("listing", _LISTING if lines_are_numbers else _LISTING_NUMBERED)
    engine.table("listed_row", _LISTED_ROW)
    if any(row[3] for row in listed):
        engine.table("by_serial", _BY_SERIAL)
    else:
        engine.small("by_serial", {"device": [], "id": []}, {"device": "text", "id": "id"})
    _meet(engine, first_stale_before)
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


def _meet(engine: Engine, first_stale_before: str) -> None:
    """``met``, out of the list. What is one of each is found in one go; only what is not is looked at again."""
    engine.table("row_key", _ROW_KEY)
    engine.table("heard_pc", _heard_pc(first_stale_before))
    engine.table("shared", _SHARED)
    engine.table("exception", f"SELECT device, id FROM by_serial UNION ALL {_SHARED_OUT}")
    engine.table("met", _MET)
    engine.table("short", _BY_SHORT_NAME)
    engine.table(
        "exception", f"SELECT device, id FROM by_serial UNION ALL {_SHARED_OUT} UNION ALL SELECT device, id FROM short"
    )
    engine.table("met_first", _MET)
    engine.ask("SELECT count(*) FROM met_first")  # an engine may put work off until it is asked, and what it rests on goes
    _free(engine, "heard_pc", "row_key", "met")
    engine.table("met", _WITH_HERE)


def never_heard(engine: Engine, limit: int | None = None) -> Iterator[Missing]:
    """The PCs that were never heard, by name; after :func:`match_all` and before :func:`forget`."""
    for batch in engine.rows(_NAMES_NEVER + _limited(limit)):
        yield from (Missing(name, site, tuple(json.loads(tags)), source, row) for name, site, tags, source, row in batch)


def unexpected(engine: Engine, limit: int | None = None) -> Iterator[Unlisted]:
    """The PCs that are not on the list, by name; likewise."""
    for batch in engine.rows(_NAMES_UNEXPECTED + _limited(limit)):
        yield from (Unlisted(*row) for row in batch)


def forget(engine: Engine) -> None:
    """Keep ``on_list``, the PCs that are expected here, and free what nothing but the matching needs."""
    engine.table("on_list", "SELECT device FROM met WHERE listed = 1")
    engine.ask("SELECT count(*) FROM on_list")
    _free(engine, "met", "listed_row", "by_serial", "exception", "shared", "met_first", "odd_key")


def _free(engine: Engine, *names: str) -> None:
    for name in names:
        engine.table(name, "SELECT 0 AS nothing")


def _limited(limit: int | None) -> str:
    return "" if limit is None else f" LIMIT {limit}"
