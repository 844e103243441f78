"""A comparison as a :class:`Document`: what got ready, what fell back, and why; each number with its claim.

Claims count rows of ``compare.csv``, which is what ``auditor compare --format csv`` gives: a row for each PC that
changed. Its columns ``change``, ``before`` and ``after`` are compared as they stand, ``cause`` with each of ``causes``;
in ``why``, ``*`` stands for any text. What concerns PCs that did not change is counted again by the command that a claim
names.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.estate.comparison import CAUSES, CHANGES, NOT_THERE, ChangedPC, Comparison, Reason, RuleChange, Side
from auditor.estate.result import STATES
from auditor.report import compared_words as words
from auditor.report.document import (
    Block,
    Cell,
    Claims,
    Column,
    Document,
    Items,
    Paragraph,
    Section,
    Table,
    Tile,
    Tiles,
)
from auditor.report.text import clean
from auditor.report.words import number

FILE = "compare.csv"
"""The file whose rows the claims count."""

MOST_PCS = 200
"""How many PCs that changed a document lists; the CSV and JSON have all."""


def document(of: Comparison) -> Document:
    """The whole comparison."""
    claims = Claims()
    sections = (
        Section("summary", "1", "What changed", words.sentence(of), tuple(_summary(of, claims))),
        Section("states", "2", "From which state to which", _states_say(of), (_states(of, claims),)),
        Section("causes", "3", "Why", _causes_say(of), tuple(_causes(of, claims))),
        Section("rules", "4", "Rules", "Rules that fail another number of PCs, or are others.", tuple(_rules(of, claims))),
        Section("pcs", "5", "The PCs that changed", _pcs_say(of), (_pcs(of),)),
        Section("terms", "6", "What the words mean", "How this was compared, and what each word stands for.", _terms(of)),
    )
    title = f"What changed between {words.side(of.before)} and {words.side(of.after)}"
    return Document(title, of.after.as_of, words.base(of), sections, tuple(claims))


def _summary(of: Comparison, claims: Claims) -> Iterable[Block]:
    tiles = []
    for change, meaning in CHANGES.items():
        count = of.of(change)
        of_what = _of_what(of, change)
        cell = claims.cell(f"PCs that {_verb(change)}", count, f"change={change}", base=of_what[0], of=of_what[1], file=FILE)
        tiles.append(Tile(change.capitalize(), cell, meaning))
    yield Tiles(tuple(tiles))
    rows = [(Cell("First side"), *_total(of.before, of, claims)), (Cell("Second side"), *_total(of.after, of, claims))]
    columns = (
        Column("side"),
        Column("PCs", is_number=True),
        *(Column(words.title(each), is_number=True) for each in STATES),
    )
    yield Table("Both sides, in PCs", columns, tuple(rows))


def _of_what(of: Comparison, change: str) -> tuple[int, str]:
    """What a change is a share of."""
    match change:
        case "appeared":
            return of.after.total.total, "PCs on the second side"
        case "vanished":
            return of.before.total.total, "PCs on the first side"
    return of.both, "PCs on both sides"


def _verb(change: str) -> str:
    return "changed otherwise" if change == "otherwise" else change


def _total(side: Side, of: Comparison, claims: Claims) -> Iterable[Cell]:
    """All PCs of a side, and those of each state."""
    name = words.side(side)
    yield claims.cell(f"PCs, {name}", side.total.total, words.command(side, of.filters), file="")
    for state in STATES:
        asked = words.command(side, (*of.filters, f"state={state}"))
        says, count = f"PCs that are {state}, {name}", side.total.of(state)
        yield claims.cell(says, count, asked, base=side.total.total, of=f"PCs, {name}", state=state, file="")


def _states_say(of: Comparison) -> str:
    return f"A row says what became of the PCs of one state. {number(of.same, 'PC')} kept theirs."


def _states(of: Comparison, claims: Claims) -> Table:
    counts = {(each.before, each.after): each.devices for each in of.moves}
    order = (*STATES, NOT_THERE)
    rows = []
    for before in order:
        cells = [_move(of, before, after, counts.get((before, after), 0), claims) for after in order]
        rows.append((Cell(f"was: {words.title(before)}", state=before), *cells))
    columns = (Column("state"), *(Column(f"is: {words.title(each)}", is_number=True) for each in order))
    return Table(f"{words.side(of.before)} → {words.side(of.after)}, in PCs", columns, tuple(rows), source=FILE)


def _move(of: Comparison, before: str, after: str, count: int, claims: Claims) -> Cell:
    if before == after == NOT_THERE:
        return Cell("–")
    was, now = ("not there" if each == NOT_THERE else each for each in (before, after))
    says = f"PCs that were {was} and are {now}"
    total = of.after.total.total if before == NOT_THERE else of.before.total.of(before)
    whole = "PCs on the second side" if before == NOT_THERE else f"PCs that were {was}"
    if before != after:
        return claims.cell(says, count, f"before={was} and after={now}", base=total, of=whole, file=FILE)
    asked = words.command(of.before, (*of.filters, f"state={before}"))
    return claims.cell(says, count, f"{asked}, less the rows of {FILE} with before={before}", base=total, of=whole, file="")


def _causes_say(of: Comparison) -> str:
    if not of.causes:
        return words.NOTHING
    return "A PC counts once under each of its causes, so a column may add up to more than its PCs."


def _causes(of: Comparison, claims: Claims) -> Iterable[Block]:
    if not of.causes:
        return
    counts = {(each.cause, each.change): each.devices for each in of.causes}
    changes = [each for each in CHANGES if any(key[1] == each for key in counts)]
    rows = []
    for cause in CAUSES:
        if not any((cause, change) in counts for change in changes):
            continue
        cells = [
            claims.cell(
                f"PCs that {_verb(change)}, with cause: {cause}", counts.get((cause, change), 0),
                f"change={change} and cause={cause}", base=of.of(change), of=f"PCs that {_verb(change)}", file=FILE,
            )
            for change in changes
        ]  # fmt: skip
        rows.append((Cell(cause), *cells))
    columns = (Column("cause"), *(Column(each, is_number=True) for each in changes))
    yield Table("Causes, in PCs", columns, tuple(rows), source=FILE)
    if of.reasons:
        yield Table(
            "What several PCs have in common",
            (Column("why"), Column("change"), Column("PCs", is_number=True)),
            tuple(_reason(each, of, claims) for each in of.reasons),
            source=FILE,
        )


def _reason(each: Reason, of: Comparison, claims: Claims) -> tuple[Cell, ...]:
    why = words.cause(each.cause)
    says = f"PCs that {_verb(each.change)}, because: {why}"
    where = f"change={each.change} and why=*{clean(why)}*"
    count = claims.cell(says, each.devices, where, base=of.of(each.change), of=f"PCs that {_verb(each.change)}", file=FILE)
    return Cell(why), Cell(each.change), count


def _rules(of: Comparison, claims: Claims) -> Iterable[Block]:
    for title, service in (("Rules", False), ("Websites", True)):
        found = [each for each in of.rules if each.service is service]
        if found:
            yield _rule_table(title, found, of, claims)
        elif not service:
            yield Paragraph("All rules are the same on both sides, and fail as many PCs.")


def _rule_table(title: str, found: Iterable[RuleChange], of: Comparison, claims: Claims) -> Table:
    rows = []
    for each in found:
        cells = [
            claims.cell(
                f"PCs that fail {each.rule}, {words.side(side)}", count,
                words.command(side, (*of.filters, f"rule={each.rule}:fail")), file="",
            )
            for side, count in ((of.before, each.failed_before), (of.after, each.failed_after))
        ]  # fmt: skip
        more = each.failed_after - each.failed_before
        rows.append(
            (Cell(each.title), Cell(each.severity.name.lower()), *cells, Cell(f"{more:+,}"), Cell(each.change or "–"))
        )
    columns = (
        Column("rule"), Column("severity"), Column("failed before", is_number=True), Column("fail now", is_number=True),
        Column("difference", is_number=True), Column("the rule itself"),
    )  # fmt: skip
    return Table(f"{title}, in PCs that are not stale", columns, tuple(rows))


def _pcs_say(of: Comparison) -> str:
    if not of.changed:
        return words.NOTHING
    more = len(of.changed) - MOST_PCS
    return f"The worst change first.{f' The first {MOST_PCS:,}; {more:,} more are in {FILE}.' if more > 0 else ''}"


def _pcs(of: Comparison) -> Table:
    columns = tuple(Column(each) for each in ("PC", "site", "change", "was", "is", "why"))
    return Table("PCs that changed", columns, tuple(_pc(each) for each in of.changed[:MOST_PCS]), source=FILE)


def _pc(each: ChangedPC) -> tuple[Cell, ...]:
    why = "; ".join(words.cause(cause) for cause in each.causes)
    states = (Cell(words.title(state), state=state) for state in (each.before, each.after))
    return (Cell(each.hostname or f"({each.id[:8]})"), Cell(each.site), Cell(each.change), *states, Cell(why))


def _terms(of: Comparison) -> tuple[Block, ...]:
    causes = {each.cause for each in of.causes}
    return (
        Paragraph(
            "Both sides are judged as reports of their days are. To tell causes apart, the first side's things are judged "
            "once more for the second side's day, by its rules and waivers: what differs then, no change of a PC has caused."
        ),
        Items(tuple(f"{name}: {meaning}." for name, meaning in CHANGES.items())),
        Items(tuple(f"{name}: {meaning}." for name, meaning in CAUSES.items() if name in causes)),
    )
