"""The report's questions as SQL: a few plain statements that DuckDB and Spark run as they stand.

Nothing about a rule is said here: rules are answered once for each distinct thing
(:mod:`auditor.estate.sections`), and the answers come as small tables of bit masks. What is left is joining,
OR-ing and counting. Nothing is null anywhere.

===============  ==========================================================================================
``now``          each PC as it was at the end of the day: the columns of ``device``
``placed``       family, site, tags → ``place`` (a number) and ``circ`` (which circumstances)
``pc``           one narrow row a PC: id, bundles, place, os (number of its label), circ, stale
``key_N``        section N: distinct (bundle, context classes, section's circumstances)
``mask_N``       the same with what the rules say of it: P, F, U, W …, and the code of its share in readiness
``verdict``      ``pc`` with ``state``
===============  ==========================================================================================
"""
# ruff: noqa: S608  every name and number in these statements is one of this package's own

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.estate.result import STATES
from auditor.estate.sections import MASKS, NOTHING, Section
from auditor.estate.tables import BUNDLES
from auditor.model import Severity

_OF_DEVICE = ("device", "sha256", "taken_at", "hostname", "family", "site", "tags", *BUNDLES)
LISTED = ", ".join(_OF_DEVICE)
"""The columns of ``now``."""

STATE_NUMBERS: Mapping[str, int] = {state: number for number, state in enumerate(STATES)}
WORST_FIRST = ("not ready", "at risk", "unknown", "stale", "waived", "ready")
"""The order in which PCs are listed."""

_FAILED_HIGH, _UNKNOWN_HIGH, _FAILED, _UNKNOWN, _WAIVED, _JUDGED = (1 << bit for bit in range(6))


def redo(day: str) -> str:
    """The PCs whose row in ``device`` is not what they were at the end of ``day``: newer, or with snapshots not settled."""
    return f"""
        SELECT device FROM device WHERE substr(taken_at, 1, 10) > '{day}'
        UNION SELECT coalesce(a.pc, s.device) AS device FROM unsettled s LEFT JOIN alias a ON a.device = s.device"""


def now(day: str, *, again: bool) -> str:
    """Each PC by its newest snapshot until ``day``; ``again``: some must be worked out from all snapshots."""
    if not again:
        return f"SELECT {LISTED} FROM device"
    states = ", ".join(f"t.{column}" for column in ("hostname", "family", "site", "tags", *BUNDLES))
    return f"""
        SELECT {LISTED} FROM device WHERE device NOT IN (SELECT device FROM redo)
        UNION ALL
        SELECT l.device, l.sha256, l.taken_at, {states} FROM (
            SELECT p.device, max_by(p.state, p.moment) AS state, max_by(p.sha256, p.moment) AS sha256,
                max(p.taken_at) AS taken_at
            FROM (
                SELECT coalesce(a.pc, s.device) AS device, s.state, s.sha256, s.taken_at,
                    concat(s.taken_at, s.sha256) AS moment
                FROM snapshot s LEFT JOIN alias a ON a.device = s.device WHERE substr(s.taken_at, 1, 10) <= '{day}'
            ) p JOIN redo r ON r.device = p.device
            GROUP BY p.device
        ) l JOIN state t ON t.state = l.state"""


EVERYBODY = """
    SELECT count(*) FROM (
        SELECT device FROM device UNION SELECT coalesce(a.pc, s.device) AS device
        FROM unsettled s LEFT JOIN alias a ON a.device = s.device
    ) every_pc"""
"""How many PCs have a snapshot of any date."""


def pc(first_stale_before: str, conditions: Sequence[str], *, named: bool) -> str:
    """One narrow row for each PC that fulfils ``conditions``; stale are those not heard of since a day."""
    circ = "coalesce(x.circ, p.circ)" if named else "p.circ"
    join = "LEFT JOIN named x ON x.device = n.device" if named else ""
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    bundles = ", ".join(f"n.{column}" for column in BUNDLES)
    return f"""
        SELECT n.device, {bundles}, p.place, o.os, {circ} AS circ,
            CASE WHEN substr(n.taken_at, 1, 10) < '{first_stale_before}' THEN 1 ELSE 0 END AS stale
        FROM now n JOIN placed p ON p.family = n.family AND p.site = n.site AND p.tags = n.tags
            JOIN os_label o ON o.b_os = n.b_os AND o.family = n.family {join}
        {where}"""


def contexts(section: Section) -> tuple[str, ...]:
    """The columns of the bundles that a section depends on besides its own."""
    return tuple(f"b_{kind}" for kind in section.context)


def counted(section: Section, source: str) -> str:
    """Distinct (bundle, contexts' bundles, circumstances) of ``source``, with how many PCs that are not stale."""
    beside = "".join(f", {column}" for column in contexts(section))
    return f"""
        SELECT b_{section.kind} AS b{beside}, circ, sum(1 - stale) AS live
        FROM {source} GROUP BY b_{section.kind}{beside}, circ"""


def components_of(columns: Sequence[str]) -> str:
    """Every component of the bundles in some columns of ``pc``."""
    used = " UNION ".join(f"SELECT {column} AS bundle FROM pc" for column in columns)
    return f"""
        SELECT c.component, c.kind, c.name, c.facts, c.unknowns FROM component c JOIN (
            SELECT DISTINCT m.component FROM bundle m JOIN ({used}) u ON u.bundle = m.bundle
        ) o ON o.component = c.component"""


def bundles_of(number: int, kind: str) -> str:
    """The bundles of another kind that a section's keys have."""
    return f"SELECT DISTINCT b_{kind} FROM counted_{number}"


def _classed(number: int, section: Section, alias: str) -> str:
    """The joins that put classes in the place of contexts' bundles, and the section's circumstances in that of all."""
    joins = [f"JOIN class_{number}_{kind} k{kind} ON k{kind}.bundle = {alias}.b_{kind}" for kind in section.context]
    return " ".join([*joins, f"JOIN circ_{number} c ON c.circ = {alias}.circ"])


def _of(section: Section) -> str:
    """The class columns of a section's key, behind those joins."""
    return "".join(f", k{kind}.class AS k_{kind}" for kind in section.context)


def keys(number: int, section: Section) -> str:
    """``key_N`` out of ``counted_N``."""
    return f"""
        SELECT DISTINCT g.b{_of(section)}, c.own AS own FROM counted_{number} g {_classed(number, section, "g")}"""


def members(number: int) -> str:
    """``member_N``: each bundle of the keys with the classes of its members, and with nothing, which each has."""
    return f"""
        SELECT DISTINCT m.bundle AS b, d.class FROM bundle m JOIN class_{number} d ON d.component = m.component
            JOIN (SELECT DISTINCT b FROM key_{number}) k ON k.b = m.bundle
        UNION ALL SELECT DISTINCT b, {NOTHING} AS class FROM key_{number}"""


def cases(number: int, section: Section) -> str:
    """The distinct cases that have to be answered."""
    beside = "".join(f", k.k_{kind}" for kind in section.context)
    return f"SELECT DISTINCT m.class{beside}, k.own FROM key_{number} k JOIN member_{number} m ON m.b = k.b"


def masks(number: int, section: Section, suppliers: int) -> str:
    """``mask_N``: the answers of each bundle's members OR-ed, and resolved by what each rule asks for."""
    key = ["b", *(f"k_{kind}" for kind in section.context), "own"]
    blocked = [f"s{each}" for each in range(suppliers)]
    ored = ", ".join(f"bit_or(a.{each}) AS {each}" for each in (*MASKS, *blocked))
    same = "".join(f" AND a.{each} = k.{each}" for each in key[1:])
    any_of, none_of, each_of = (section.mask(word) for word in ("any", "none", "each"))
    grouped = ", ".join(f"k.{each}" for each in key)
    failed = f"((mf & ~mp & ~mu & {any_of}) | (mf & {none_of | each_of}))"
    blocking = "".join(
        f", (s{each} & {each_of}) | (s{each} & {failed} & {any_of | none_of}) AS blocked{each}" for each in range(suppliers)
    )
    resolved = f"""
        SELECT {", ".join(key)},
            (mp & {any_of}) | (mp & ~mf & ~mu & {none_of}) | (mp & ~mf & ~mu & ~mw & {each_of}) AS P,
            {failed} & ~wm AS F,
            (mu & ~mp & {any_of}) | (mu & ~mf & {none_of | each_of}) AS U,
            (mw & ~mf & ~mu & {each_of}) | ({failed} & wm) AS W,
            r1, r2, r3, v{blocking}
        FROM (
            SELECT {grouped}, {ored} FROM key_{number} k JOIN member_{number} m ON m.b = k.b
                JOIN answer_{number} a ON a.class = m.class{same}
            GROUP BY {grouped}
        ) together"""
    return f"SELECT resolved.*, {_code(section)} AS code FROM ({resolved}) resolved"


def _code(section: Section) -> str:
    """A section's share in what makes a PC ready or not, as :func:`auditor.evaluate.readiness` has it."""
    high, some = section.graver_than(Severity.MEDIUM), section.graver_than(Severity.INFO)
    terms = (
        (_FAILED_HIGH, f"F & {high}"), (_UNKNOWN_HIGH, f"U & {high}"), (_FAILED, f"F & {some}"),
        (_UNKNOWN, f"U & {some}"), (_WAIVED, f"W & {some}"), (_JUDGED, f"(P | F | U | W) & {some}"),
    )  # fmt: skip
    return " + ".join(f"CASE WHEN ({test}) <> 0 THEN {bit} ELSE 0 END" for bit, test in terms)


def _state(code: str) -> str:
    """Readiness out of the codes of all sections: the same decisions as :func:`auditor.evaluate.readiness` makes."""
    steps = (
        (_FAILED_HIGH, "not ready"), (_UNKNOWN_HIGH, "unknown"), (_FAILED, "at risk"), (_UNKNOWN, "unknown"),
    )  # fmt: skip
    cases_ = " ".join(f"WHEN ({code} & {bit}) <> 0 THEN {STATE_NUMBERS[state]}" for bit, state in steps)
    return (
        f"CASE {cases_} WHEN ({code} & {_JUDGED}) = 0 THEN {STATE_NUMBERS['unknown']} "
        f"WHEN ({code} & {_WAIVED}) <> 0 THEN {STATE_NUMBERS['waived']} ELSE {STATE_NUMBERS['ready']} END"
    )


def masked(sections: Sequence[Section], alias: str) -> str:
    """The joins from a PC to what every section says of it: ``m0``, ``m1`` …"""
    joins: list[str] = []
    for number, section in enumerate(sections):
        joins += [
            f"JOIN class_{number}_{kind} c{number}{kind} ON c{number}{kind}.bundle = {alias}.b_{kind}"
            for kind in section.context
        ]
        joins.append(f"JOIN circ_{number} c{number} ON c{number}.circ = {alias}.circ")
        same = "".join(f" AND m{number}.k_{kind} = c{number}{kind}.class" for kind in section.context)
        joins.append(
            f"JOIN mask_{number} m{number} ON m{number}.b = {alias}.b_{section.kind} AND m{number}.own = c{number}.own{same}"
        )
    return " ".join(joins)


def verdict(sections: Sequence[Section], suppliers: int) -> str:
    """``pc`` with its ``state``, and with a bit in ``blocked`` for each supplier that blocks it."""
    code = " | ".join(f"m{number}.code" for number in range(len(sections))) or "0"
    names = ("device", *BUNDLES, "place", "os", "circ", "stale")
    kept = ", ".join(f"p.{name}" for name in names)
    by_each = [
        " | ".join(f"m{number}.blocked{each}" for number in range(len(sections)))
        for each in range(suppliers if sections else 0)
    ]
    blocked = " + ".join(f"CASE WHEN ({bits}) <> 0 THEN {1 << each} ELSE 0 END" for each, bits in enumerate(by_each))
    return f"""
        SELECT {", ".join(names)}, blocked,
            CASE WHEN stale = 1 THEN {STATE_NUMBERS["stale"]} ELSE {_state("code")} END AS state
        FROM (SELECT {kept}, {code} AS code, {blocked or "0"} AS blocked FROM pc p {masked(sections, "p")}) every_pc"""


def with_outcome(sections: Sequence[Section], wanted: Sequence[tuple[int, int, str]]) -> str:
    """The PCs of ``verdict`` that are not stale and have one of ``wanted``: (section, bits, outcome)."""
    tests = []
    for number, bits, outcome in wanted:
        column = {"pass": "P", "fail": "F", "unknown": "U", "waived": "W"}.get(outcome)
        m = f"m{number}"
        found = f"{m}.{column}" if column else f"~({m}.P | {m}.F | {m}.U | {m}.W)"
        tests.append(f"({found} & {bits}) <> 0")
    columns = ", ".join(f"p.{column}" for column in ("device", *BUNDLES, "place", "os", "circ", "stale", "state", "blocked"))
    return f"""
        SELECT {columns} FROM verdict p {masked(sections, "p")} WHERE p.stale = 0 AND ({" OR ".join(tests) or "1 = 0"})"""


def rule_totals(number: int, section: Section, suppliers: int) -> str:
    """How many PCs that are not stale have which masks; few rows for many PCs."""
    same = "".join(f" AND m.k_{kind} = k{kind}.class" for kind in section.context)
    blocked = " | ".join(f"m.blocked{each}" for each in range(suppliers)) or "0"
    columns = f"m.P, m.F, m.U, m.W, m.r1, m.r2, m.r3, m.v, (({blocked}) & m.W)"
    return f"""
        SELECT {columns} AS blocked, sum(g.live) AS n FROM counted_{number} g {_classed(number, section, "g")}
            JOIN mask_{number} m ON m.b = g.b AND m.own = c.own{same}
        WHERE g.live > 0 GROUP BY {columns}"""


TALLIES = """
    SELECT coalesce(place, -1) AS place, coalesce(os, -1) AS os, state, count(*) AS n
    FROM verdict GROUP BY GROUPING SETS ((place, state), (os, state))"""
"""How many PCs of each state are at each place and have each operating system."""

BY_BROWSER = """
    SELECT l.label, v.state, sum(v.n) AS n
    FROM (SELECT b_browser, state, count(*) AS n FROM verdict GROUP BY b_browser, state) v
        JOIN (SELECT DISTINCT m.bundle, l.label FROM bundle m JOIN browser_label l ON l.component = m.component) l
            ON l.bundle = v.b_browser
    GROUP BY l.label, v.state"""
"""How many PCs of each state have each browser, by the number of its label."""

BLOCKED = "SELECT blocked, count(*) AS n FROM verdict WHERE stale = 0 AND blocked <> 0 GROUP BY blocked"
"""How many PCs which suppliers block."""


def listing(sections: Sequence[Section], *, only: str = "", limit: int | None = None) -> str:
    """Every PC with its state and outcomes, worst first, then by name."""
    outcomes = "".join(f", m{number}.{each} AS {each}{number}" for number in range(len(sections)) for each in "PFUW")
    columns = ", ".join(f"n.{column}" for column in _OF_DEVICE)
    order = " ".join(f"WHEN {STATE_NUMBERS[state]} THEN {rank}" for rank, state in enumerate(WORST_FIRST))
    return f"""
        SELECT {columns}, p.os, p.circ, p.state, p.blocked{outcomes}
        FROM verdict p JOIN now n ON n.device = p.device {masked(sections, "p")} {f"WHERE {only}" if only else ""}
        ORDER BY CASE p.state {order} END, lower(n.hostname), n.device{f" LIMIT {limit}" if limit is not None else ""}"""
