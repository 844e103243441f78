"""What every format says of a comparison in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from auditor.estate.comparison import APPEARED, FELL_BACK, GOT_READY, OTHERWISE, VANISHED, Cause, Comparison, Side
from auditor.estate.result import Tally
from auditor.model import Outcome
from auditor.report.words import STATE_TITLES, number, share

NOT_THERE = "Not there"
"""What stands in the place of a state where a PC is on the other side alone."""
NOTHING = "No PC has another state than before, and none appeared or vanished."


def title(state: str) -> str:
    """A state as it is shown; of a PC that is not on this side, that it is not."""
    return STATE_TITLES[state] if state else NOT_THERE


def outcome(of: Outcome | None) -> str:
    """What a rule says, or that it does not apply."""
    return of.value if of else "not applicable"


def side(of: Side) -> str:
    """A side as a heading: as it was asked for, with its day where that does not say it."""
    return of.name if of.as_of in of.name else f"{of.name} as of {of.as_of}"


def sentence(of: Comparison) -> str:
    """The comparison in two sentences, with its bases."""
    found = [
        f"{of.same:,} {_are(of.same)} in the same state",
        f"{of.of(GOT_READY):,} got ready",
        f"{of.of(FELL_BACK):,} fell back",
        f"{of.of(OTHERWISE):,} changed otherwise",
    ]
    return (
        f"Of {number(of.both, 'PC')} on both sides, {', '.join(found[:-1])} and {found[-1]}; {of.of(APPEARED):,} appeared "
        f"and {of.of(VANISHED):,} vanished. Ready then: {ready(of.before.total)}; now: {ready(of.after.total)}."
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def ready(total: Tally) -> str:
    """How many of how many PCs are ready, by waiver or not."""
    count = total.of("ready") + total.of("waived")
    return f"{count:,} of {number(total.total, 'PC')} ({share(count, total.total)})"


def base(of: Comparison) -> str:
    """What is compared with what, and by what each was judged."""
    before, after = ({name: pack.digest for name, pack in each.packs.items()} for each in (of.before, of.after))
    chosen = f" Only PCs with {' and '.join(of.filters)}, on each side." if of.filters else ""
    packs = _packs(of.after) if before == after else f"{_packs(of.before)} before, and by {_packs(of.after)} now"
    return (
        f"{side(of.before)} against {side(of.after)}. A PC not heard of in {of.stale_days} days is stale.{chosen} "
        f"Judged by {packs}; auditor {of.version}."
    )


def _packs(of: Side) -> str:
    return ", ".join(f"{pack.id} {pack.version} ({pack.digest[:12]})" for pack in of.packs.values())


def cause(of: Cause) -> str:
    """``browsers changed: chrome 120 → 130 (baseline/chrome-too-old fail → pass)``."""
    moved = f" ({rules([of])})" if of.moves else ""
    return f"{of.kind}{': ' if of.what else ''}{of.what}{moved}"


def rules(causes: Iterable[Cause]) -> str:
    """The rules of some causes, each once, with what they said on both sides."""
    moves = dict.fromkeys(move for each in causes for move in each.moves)
    return ", ".join(_move(each.rule, outcome(each.before), outcome(each.after)) for each in moves)


def _move(rule: str, before: str, after: str) -> str:
    return f"{rule} {before} → {after}" if before != after else f"{rule} {after}"


def command(of: Side, filters: Iterable[str]) -> str:
    """The command that counts a side again."""
    chosen = [word for each in filters for word in ("--filter", each)]
    return shlex.join(["auditor", "report", *of.options, *chosen])
