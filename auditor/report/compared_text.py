"""A comparison for a terminal: what fell back first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.estate.comparison import CAUSES, CHANGES, NOT_THERE, Comparison, RuleChange
from auditor.estate.result import STATES
from auditor.report import compared_words as words
from auditor.report.text import clean, heading, one_line, table
from auditor.report.words import number

MOST_PCS = 30
"""How many PCs are listed; the other formats list all."""
MOST_RULES = 15
"""How many rules are shown; the other formats show all."""
MOST_REASONS = 10
"""How many reasons that PCs share are shown."""
MOST_WHY = 300
"""Causes of a PC are cut to so many characters; the other formats have all."""


def write(of: Comparison, width: int) -> Iterator[bytes]:
    """The comparison as text of at most ``width`` columns."""
    parts = [clean(words.sentence(of)), clean(words.base(of))]
    parts += [heading("From which state (rows) to which (columns), in PCs"), _states(of, width)]
    if of.changed:
        parts += [heading("Why (a PC counts under each of its causes)"), _causes(of, width)]
    if of.reasons:
        parts += [heading("What several PCs have in common"), _reasons(of, width)]
    for title, service in (("Rules", False), ("Websites", True)):
        if found := [each for each in of.rules if each.service is service]:
            parts += [heading(f"{title} (in PCs that are not stale)"), _rules(found, width)]
    parts += [heading("PCs that changed, the worst first"), _pcs(of, width)]
    yield ("\n".join(parts) + "\n").encode()


def _states(of: Comparison, width: int) -> str:
    counts = {(each.before, each.after): each.devices for each in of.moves}
    rows_of = [each for each in (*STATES, NOT_THERE) if each in STATES or any(key[0] == each for key in counts)]
    columns = [each for each in (*STATES, NOT_THERE) if each in STATES or any(key[1] == each for key in counts)]
    rows = []
    for before in rows_of:
        found = [counts.get((before, after), 0) for after in columns]
        rows.append((words.title(before), *(_figure(each) for each in found), f"{sum(found):,}"))
    sums = [sum(counts.get((before, after), 0) for before in rows_of) for after in columns]
    total = f"{sum(sums):,}" if NOT_THERE not in (*rows_of, *columns) else ""
    rows.append(("PCs now", *(f"{each:,}" for each in sums), total))
    return table(("was \\ is", *(words.title(each) for each in columns), "PCs then"), rows, width)


def _figure(count: int) -> str:
    return f"{count:,}" if count else "·"


def _causes(of: Comparison, width: int) -> str:
    counts = {(each.cause, each.change): each.devices for each in of.causes}
    changes = [each for each in CHANGES if any(key[1] == each for key in counts)]
    rows = [
        (cause, *(_figure(counts.get((cause, change), 0)) for change in changes))
        for cause in CAUSES
        if any((cause, change) in counts for change in changes)
    ]
    rows.append(("PCs", *(f"{of.of(change):,}" for change in changes)))
    return table(("cause", *changes), rows, width)


def _reasons(of: Comparison, width: int) -> str:
    rows = [
        (f"{each.devices:,}", each.change, one_line(words.cause(each.cause), MOST_WHY)) for each in of.reasons[:MOST_REASONS]
    ]
    return table(("PCs", "change", "why"), rows, width)


def _rules(of: Sequence[RuleChange], width: int) -> str:
    is_other = any(each.change for each in of)
    verb = "did not work then", "does not work now"
    verbs = verb if of[0].service else ("failed then", "fail now")
    rows = [
        (
            each.severity.name.lower(), each.title, f"{each.failed_before:,}", f"{each.failed_after:,}",
            f"{each.failed_after - each.failed_before:+,}", *([each.change] if is_other else []),
        )
        for each in _most_different(of)
    ]  # fmt: skip
    columns = (
        "severity",
        "website" if of[0].service else "rule",
        *verbs,
        "difference",
        *(["the rule itself"] if is_other else []),
    )
    more = len(of) - MOST_RULES
    shown = table(columns, rows, width)
    return f"{shown}\nand {number(more, 'more rule')} with a smaller difference, in --format json." if more > 0 else shown


def _most_different(of: Sequence[RuleChange]) -> list[RuleChange]:
    """The rules that changed themselves, and those with the largest differences, in the comparison's order."""
    by_size = sorted(of, key=lambda each: (not each.change, -abs(each.failed_after - each.failed_before)))
    kept = set(by_size[:MOST_RULES])
    return [each for each in of if each in kept]


def _pcs(of: Comparison, width: int) -> str:
    if not of.changed:
        return words.NOTHING
    rows = [
        (
            each.hostname or f"({each.id[:8]})", each.site, each.change, words.title(each.before), words.title(each.after),
            one_line("; ".join(words.cause(cause) for cause in each.causes), MOST_WHY),
        )
        for each in of.changed[:MOST_PCS]
    ]  # fmt: skip
    shown = table(("PC", "site", "change", "was", "is", "why"), rows, width)
    more = len(of.changed) - MOST_PCS
    return f"{shown}\n{number(more, 'more PC')} in --format csv and json." if more > 0 else shown
