"""The report's questions as SQL: a few plain statements that DuckDB and Spark run as they stand.

Nothing about a rule is said here: rules are answered once for each distinct thing
(:mod:`auditor.estate.sections`), and the answers come as small tables of bit masks. What is left is joining,
OR-ing and counting. Nothing is null anywhere.

===================  ======================================================================================
``now``              each PC as it was at the end of the day: the columns of ``device``
``placed``           family, site, tags → ``place`` (a number) and ``circ`` (which circumstances)
``pc``               one narrow row a PC, all numbers: b_browser, place, os (its label), stale, on_list, ``kN``, ``sN``
``kN``               section N: the class of the PC's context; in contexts of one class its rules say the same
``sN``               section N: the number of the set of members that the PC has
``answer_N``         (member, class) → masks, as :mod:`auditor.estate.answering` has them
``member_N``         component → its member (those of which rules say the same are one), and its bit in a word
``set_of_N``         bundle → set; ``in_set_N``: set → members
``key_N``            the distinct (set, class), with how many PCs that are not stale have them
``mask_N``           (set, class) → what the rules say: P, F, U, W …, and the code of its share in readiness
``tally``            how many PCs of each state by place, system, browsers and supplier
===================  ======================================================================================
"""
# ruff: noqa: S608  every name and number in these statements is one of this package's own

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase

from auditor.estate.days import OF_DEVICE
from auditor.estate.result import STATES
from auditor.estate.sections import MASKS, NOTHING, Section
from auditor.estate.tables import BUNDLES
from auditor.model import Severity

KEPT = ("b_browser", "b_os", "b_office", "circ")
"""What ``pc`` has besides what every PC is counted by."""

STATE_NUMBERS: Mapping[str, int] = {state: number for number, state in enumerate(STATES)}
WORST_FIRST = ("not ready", "at risk", "unknown", "stale", "waived", "ready")
"""The order in which PCs are listed."""

_FAILED_HIGH, _UNKNOWN_HIGH, _FAILED, _UNKNOWN, _WAIVED, _JUDGED = (1 << bit for bit in range(6))

_BY_NAME = f"""CASE WHEN bit_length(hostname) = 8 * length(hostname) THEN lower(hostname)
    ELSE translate(hostname, '{ascii_uppercase}', '{ascii_lowercase}') END, device"""
"""By host name; engines agree on the small letters of ASCII alone, and are slower where they are told what these are."""


def size_of(table: str) -> str:
    """How many rows a table has."""
    return f"SELECT count(*) FROM {table}"


def pcs(first_stale_before: str, conditions: Sequence[str], *, named: bool, listed: bool, extra: Sequence[str] = ()) -> str:
    """A row for each PC that fulfils ``conditions``; stale are those not heard of since a day. ``extra`` are of ``now``.

    ``named``: some PCs have circumstances of their own; ``listed``: some are expected (``on_list`` is 1 then).
    """
    circ = _after("n.b_os", "coalesce(x.circ, p.circ)" if named else "p.circ")
    join = "LEFT JOIN named x ON x.device = n.device" if named else ""
    join += " LEFT JOIN on_list e ON e.device = n.device" if listed else ""
    on_list = "CASE WHEN e.device IS NULL THEN 0 ELSE 1 END" if listed else "0"
    kept = ", ".join(f"n.{column}" for column in (*BUNDLES, *extra))
    return f"""
        SELECT {kept}, p.place, o.os, {circ} AS circ,
            CASE WHEN substr(n.taken_at, 1, 10) < '{first_stale_before}' THEN 1 ELSE 0 END AS stale,
            {on_list} AS on_list
        FROM now n JOIN placed p ON p.family = n.family AND p.site = n.site AND p.tags = n.tags
            JOIN os_label o ON o.b_os = n.b_os AND o.family = n.family {join}
        {_where(conditions)}"""


def _after(column: str, expression: str) -> str:
    """``expression``, which can only be known once ``column`` (never below 0) is.

    Without this an engine may join the small tables with each other before it joins them with the PCs, on the one
    column that they share, and drown in the pairs.
    """
    return f"CASE WHEN {column} < 0 THEN 0 ELSE {expression} END"


def contexts(columns: Sequence[str]) -> str:
    """The distinct combinations of what PCs' things are judged in."""
    return f"SELECT DISTINCT {', '.join((*columns, 'circ'))} FROM plain"


def numbered(
    source: str, columns: Sequence[str], context: Sequence[str], sections: Sequence[Section], extra: Sequence[str] = ()
) -> str:
    """``source`` with the class of each PC's context and the number of its set for every section, and ``columns``."""
    kept = ", ".join(f"p.{column}" for column in (*columns, "place", "os", "stale", "on_list", *extra))
    same = " AND ".join(f"x.{column} = p.{column}" for column in (*context, "circ"))
    classes = "".join(f", {_after('p.place', f'x.{each}')} AS {each}" for each in class_columns(len(sections)))
    sets_ = "".join(f", coalesce(t{number}.s, 0) AS s{number}" for number in range(len(sections)))
    joins = " ".join(
        f"LEFT JOIN set_of_{number} t{number} ON t{number}.b = p.b_{section.kind}" for number, section in enumerate(sections)
    )
    return f"SELECT {kept}{classes}{sets_} FROM {source} p JOIN ctx x ON {same} {joins}"


def class_columns(sections: int) -> list[str]:
    """The columns with the class of a PC's context, one a section."""
    return [f"k{number}" for number in range(sections)]


def judged_columns(sections: int) -> list[str]:
    """The columns that a PC is judged by: for each section the class of its context and its set."""
    return [*class_columns(sections), *(f"s{number}" for number in range(sections))]


def components_of(columns: Sequence[str]) -> str:
    """Every component of the bundles in some columns of ``plain``."""
    used = " UNION ".join(f"SELECT {column} AS bundle FROM plain" for column in columns)
    return f"""
        SELECT c.component, c.kind, c.name, c.facts, c.unknowns FROM component c JOIN (
            SELECT DISTINCT m.component FROM bundle m JOIN ({used}) u ON u.bundle = m.bundle
        ) o ON o.component = c.component"""


BITS = 60
"""Members in a word of ``member_N``: bits of a 64-bit number that is never negative."""


def words(members: int) -> Mapping[str, int]:
    """The columns in which each of ``members`` members has a bit, with the first member of each; the numbers begin at 1."""
    return {f"w{number}": first for number, first in enumerate(range(1, max(members, 1) + 1, BITS))}


def sets(number: int, section: Section, words_: Iterable[str]) -> Iterator[tuple[str, str]]:
    """``set_of_N`` and ``in_set_N``, with what they are made of: (name, query) in order.

    A set is all members of a bundle; bundles with the same members have the same set. Set 0 is of bundles without any.
    """
    ored = ", ".join(f"bit_or(d.{word}) AS {word}" for word in words_)
    listed = ", ".join(words_)
    same = " AND ".join(f"t.{word} = o.{word}" for word in words_)
    yield (
        "ored",
        f"""
        SELECT m.bundle AS b, {ored} FROM bundle m JOIN member_{number} d ON d.component = m.component
            JOIN (SELECT DISTINCT b_{section.kind} AS b FROM plain) u ON u.b = m.bundle
        GROUP BY m.bundle""",
    )
    yield (
        "sets",
        f"""
        SELECT CAST(row_number() OVER (ORDER BY {listed}) AS INT) AS s, b, {listed}
        FROM (SELECT min(b) AS b, {listed} FROM ored GROUP BY {listed}) each_set""",
    )
    yield f"set_of_{number}", f"SELECT o.b, t.s FROM ored o JOIN sets t ON {same}"
    yield (
        f"in_set_{number}",
        f"""
        SELECT DISTINCT t.s, d.member FROM sets t JOIN bundle m ON m.bundle = t.b
            JOIN member_{number} d ON d.component = m.component
        UNION ALL SELECT s, {NOTHING} AS member FROM sets
        UNION ALL SELECT 0 AS s, {NOTHING} AS member""",
    )


def keys(number: int) -> str:
    """``key_N``: the distinct (set, class) of ``pc``, with how many PCs that are not stale."""
    return f"SELECT s{number} AS s, k{number} AS class, sum(1 - stale) AS live FROM pc GROUP BY s{number}, k{number}"


def mask_columns(suppliers: int) -> tuple[str, ...]:
    """The columns of an answer: its masks, and one for each supplier."""
    return (*MASKS, *(f"s{number}" for number in range(suppliers)))


def masks(number: int, section: Section, suppliers: int) -> str:
    """``mask_N``: the answers of each set's members OR-ed, and resolved by what each rule asks for."""
    ored = ", ".join(f"bit_or(a.{each}) AS {each}" for each in mask_columns(suppliers))
    any_of, none_of, each_of = (section.mask(word) for word in ("any", "none", "each"))
    failed = f"((mf & ~mp & ~mu & {any_of}) | (mf & {none_of | each_of}))"
    blocking = "".join(
        f", (s{each} & {each_of}) | (s{each} & {failed} & {any_of | none_of}) AS blocked{each}" for each in range(suppliers)
    )
    resolved = f"""
        SELECT s, class,
            (mp & {any_of}) | (mp & ~mf & ~mu & {none_of}) | (mp & ~mf & ~mu & ~mw & {each_of}) AS P,
            {failed} & ~wm AS F,
            (mu & ~mp & {any_of}) | (mu & ~mf & {none_of | each_of}) AS U,
            (mw & ~mf & ~mu & {each_of}) | ({failed} & wm) AS W,
            r1, r2, r3, v{blocking}
        FROM (
            SELECT k.s, k.class, {ored} FROM key_{number} k JOIN in_set_{number} m ON m.s = k.s
                JOIN answer_{number} a ON a.member = m.member AND a.class = k.class
            GROUP BY k.s, k.class
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
    return " ".join(
        f"JOIN mask_{number} m{number} ON m{number}.s = {alias}.s{number} AND m{number}.class = {alias}.k{number}"
        for number in range(len(sections))
    )


def stated(
    sections: Sequence[Section],
    suppliers: int,
    source: str,
    columns: Sequence[str],
    *,
    also: Sequence[str] = (),
    where: Sequence[str] = (),
) -> str:
    """``source`` with the ``state`` of each PC, and a bit in ``blocked`` for each supplier that blocks it.

    ``also`` are columns of the sections' masks to keep, ``where`` conditions on them.
    """
    code = " | ".join(f"m{number}.code" for number in range(len(sections))) or "0"
    kept = ", ".join((*(f"p.{name}" for name in columns), *also))
    by_each = [
        " | ".join(f"m{number}.blocked{each}" for number in range(len(sections)))
        for each in range(suppliers if sections else 0)
    ]
    blocked = " + ".join(f"CASE WHEN ({bits}) <> 0 THEN {1 << each} ELSE 0 END" for each, bits in enumerate(by_each))
    return f"""
        SELECT {", ".join((*columns, *(each.rpartition(" ")[2] for each in also)))}, blocked,
            CASE WHEN stale = 1 THEN {STATE_NUMBERS["stale"]} ELSE {_state("code")} END AS state
        FROM (
            SELECT {kept}, {code} AS code, {blocked or "0"} AS blocked
            FROM {source} p {masked(sections, "p")} {_where(where)}
        ) judged"""


def those(every: str, columns: Sequence[str], conditions: Sequence[str]) -> str:
    """The PCs of ``every`` that fulfil ``conditions``."""
    return f"SELECT {', '.join(columns)} FROM ({every}) every_pc {_where(conditions)}"


def outcome_is(wanted: Sequence[tuple[int, int, str]]) -> str:
    """The condition that a PC is not stale and has one of ``wanted``: (section, bits, outcome)."""
    tests = []
    for number, bits, outcome in wanted:
        column = {"pass": "P", "fail": "F", "unknown": "U", "waived": "W"}.get(outcome)
        m = f"m{number}"
        found = f"{m}.{column}" if column else f"~({m}.P | {m}.F | {m}.U | {m}.W)"
        tests.append(f"({found} & {bits}) <> 0")
    return f"p.stale = 0 AND ({' OR '.join(tests) or '1 = 0'})"


def rule_totals(number: int, suppliers: int) -> str:
    """How many PCs that are not stale have which masks; few rows for many PCs."""
    blocked = " | ".join(f"m.blocked{each}" for each in range(suppliers)) or "0"
    columns = f"m.P, m.F, m.U, m.W, m.r1, m.r2, m.r3, m.v, (({blocked}) & m.W)"
    return f"""
        SELECT {columns} AS blocked, sum(k.live) AS n
        FROM mask_{number} m JOIN key_{number} k ON k.s = m.s AND k.class = m.class
        WHERE k.live > 0 GROUP BY {columns}"""


def sole_failures(sections: Sequence[Section]) -> str:
    """Of the PCs that are not stale and fail one rule alone, none of them about a service: how many fail which."""
    failed = [f"(m{number}.F & {section.about_pcs})" for number, section in enumerate(sections)]
    columns = ", ".join(f"{each} AS f{number}" for number, each in enumerate(failed))
    return f"""
        SELECT {", ".join(f"f{number}" for number in range(len(sections)))}, count(*) AS n FROM (
            SELECT {columns} FROM pc p {masked(sections, "p")}
            WHERE p.stale = 0 AND {" + ".join(f"bit_count({each})" for each in failed)} = 1
        ) sole GROUP BY {", ".join(f"f{number}" for number in range(len(sections)))}"""


def tallies(stated_pcs: str) -> str:
    """How many PCs of each state are at each place, have each operating system, which browsers, who blocks them, …

    … and how many are expected or not. What a row is not about is -1 in it.
    """
    nothing = "coalesce({0}, -1) AS {0}"
    columns = ", ".join(nothing.format(column) for column in ("place", "os", "b_browser", "blocked", "on_list"))
    return f"""
        SELECT {columns}, state, count(*) AS n FROM ({stated_pcs}) every_pc
        GROUP BY GROUPING SETS ((place, state), (os, state), (b_browser, state), (blocked, state), (on_list, state))"""


BY_BROWSER = """
    SELECT l.label, v.state, sum(v.n) AS n
    FROM tally v JOIN (SELECT DISTINCT m.bundle, l.label FROM bundle m JOIN browser_label l ON l.component = m.component) l
        ON l.bundle = v.b_browser
    WHERE v.b_browser <> -1
    GROUP BY l.label, v.state"""
"""How many PCs of each state have each browser, by the number of its label."""


def of_lifecycles(kind: str, *, with_owner: bool) -> str:
    """How many PCs that are not stale have which bundle of a kind; by what is bought for whom, only if that differs."""
    if with_owner:
        return f"SELECT b_{kind}, b_os AS beside, circ, sum(1 - stale) AS n FROM pc GROUP BY b_{kind}, b_os, circ"
    return f"SELECT b_{kind}, CAST(0 AS BIGINT) AS beside, min(circ) AS circ, sum(1 - stale) AS n FROM pc GROUP BY b_{kind}"


def first(table: str, number: int) -> str:
    """The ids of the first PCs by name."""
    return f"SELECT device FROM {table} ORDER BY {_BY_NAME} LIMIT {number}"


def listing(sections: Sequence[Section], suppliers: int, listed: str, where: Sequence[str], limit: int | None = None) -> str:
    """Every PC of ``listed``, or the first ``limit``, with its state and outcomes, worst first, then by name."""
    outcomes = [f"{each}{number}" for number in range(len(sections)) for each in "PFUW"]
    masks_ = [f"m{each[1:]}.{each[0]} AS {each}" for each in outcomes]
    columns = (*OF_DEVICE, "os", "circ", "on_list", "stale")
    early, late = ([each for each in where if each.startswith("state ") is after] for after in (False, True))
    every = stated(sections, suppliers, listed, columns, also=masks_, where=early)
    order = " ".join(f"WHEN {STATE_NUMBERS[state]} THEN {rank}" for rank, state in enumerate(WORST_FIRST))
    return f"""
        SELECT {", ".join((*OF_DEVICE, "os", "circ", "on_list", "state", "blocked", *outcomes))} FROM ({every}) every_pc
        {_where(late)} ORDER BY CASE state {order} END, {_BY_NAME} {"" if limit is None else f"LIMIT {limit}"}"""


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
