"""Two states of an estate compared: each side reported on, and its PCs joined by their ids.

The first side's PCs are kept in memory, a few hundred bytes each (what many have alike is kept once), and the second side's
go by. Between them the first side's things are judged once more, for the second day: that tells what the day, the rules
and the waivers did from what happened to the PC. Engines are used one after the other, so that a cluster can be one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import auditor
from auditor.estate import parquet
from auditor.estate.causes import Basis, same_rule, told_change
from auditor.estate.comparison import Comparison, RuleChange, Side, counted, in_order, matrix, shared
from auditor.estate.differing import worded
from auditor.estate.engines import Engine
from auditor.estate.faults import explained
from auditor.estate.joining import Joining
from auditor.estate.query import summarise
from auditor.estate.result import Estate, Few, Lifecycle, RuleCount
from auditor.estate.store import Store
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.rules import RuleSet
from auditor.waivers import Waiver

_OF_OUTCOMES = ("state", "rule")
"""The filters that depend on what rules say: of the things of a day alone, they choose others when judged again."""


class Given(NamedTuple):
    """What one side is, and by what it is judged; ``name`` and ``options`` as in :class:`Side`."""

    name: str
    store: Store
    rules: RuleSet
    waivers: Sequence[Waiver]
    day: date
    options: tuple[str, ...] = ()

    @property
    def basis(self) -> Basis:
        """By what its PCs' states are explained."""
        return Basis({rule.id: rule for rule in self.rules.rules}, self.waivers, self.day)


class Asking(NamedTuple):
    """What is the same for both sides. ``engine`` opens one that nobody else uses."""

    engine: Callable[[], Engine]
    own: Overrides
    fresh: Refreshed
    stale_days: int
    filters: tuple[str, ...] = ()


def compare(before: Given, after: Given, asking: Asking) -> Comparison:
    """What is different between two states of an estate, or of two estates.

    :raises UsageError: a filter is not right.
    :raises EstateError: a store cannot be read.
    """
    joining = Joining(before.basis, after.basis, (_aliases(before.store), _aliases(after.store)))
    with _reported(before, asking, asking.filters) as (engine, estate):
        joining.keep(estate.devices)
        joining.leave_out(0, _heard(engine) if asking.filters else ())
        first = _figures(estate)
    if before[2:5] != after[2:5]:
        between = after._replace(store=before.store)
        chosen = tuple(each for each in asking.filters if each.partition("=")[0].strip() not in _OF_OUTCOMES)
        with _reported(between, asking, chosen, until=before.day) as (_, estate):
            joining.judge_again(estate.devices, _ended(estate.lifecycles, before.day, after.day))
    with _reported(after, asking, asking.filters) as (engine, estate):
        joining.meet(estate.devices)
        joining.leave_out(1, _heard(engine) if asking.filters else ())
        second = _figures(estate)
    joining.finish()
    changed = in_order(worded(joining.changed, before.store, after.store))
    return Comparison(
        before=_side(before, first),
        after=_side(after, second),
        stale_days=asking.stale_days,
        filters=asking.filters,
        version=auditor.__version__,
        moves=matrix(joining.moves),
        changed=changed,
        causes=counted(changed),
        reasons=shared(changed),
        rules=_rules(first, second, before.basis, after.basis),
    )


@contextmanager
def _reported(
    side: Given, asking: Asking, filters: tuple[str, ...], until: date | None = None
) -> Iterator[tuple[Engine, Estate]]:
    """The report on one side, while its PCs can be listed."""
    with closing(asking.engine()) as engine:
        yield engine, summarise(
            side.store, engine, side.rules, side.waivers, asking.own, asking.fresh, as_of=side.day,
            stale_days=asking.stale_days, filters=filters, named=0, until=until,
        )  # fmt: skip


def _figures(estate: Estate) -> Estate:
    """A report without its PCs, which cannot be listed any more, or would be in memory for nothing."""
    return replace(estate, devices=Few())


def _heard(engine: Engine) -> Iterator[str]:
    """The ids of all PCs of the report that the engine has just counted, before any filter."""
    for batch in engine.rows("SELECT device FROM now"):
        yield from (row[0] for row in batch)


def _aliases(store: Store) -> dict[str, str]:
    """Id → the id under which it counts, where it is another."""
    with explained(store.folder):
        batches = (batch for path in store.files("alias") for batch in parquet.read(path, "alias"))
        return {row["device"]: row["pc"] for batch in batches for row in batch.to_pylist()}


def _ended(lifecycles: Iterable[Lifecycle], before: date, after: date) -> dict[str, str]:
    """The operating systems of which support ended between two days, with the last day; none of which editions differ."""
    days: dict[str, set[str]] = {}
    for each in lifecycles:
        if each.kind == "os" and each.state == "ended" and before.isoformat() <= each.ends < after.isoformat():
            days.setdefault(each.name, set()).add(each.ends)
    return {name: ends.pop() for name, ends in days.items() if len(ends) == 1}


def _side(given: Given, estate: Estate) -> Side:
    return Side(given.name, estate.as_of, estate.total, estate.heard, estate.later, estate.packs, given.options)


def _rules(first: Estate, second: Estate, before: Basis, after: Basis) -> tuple[RuleChange, ...]:
    """The rules that are others, or fail another number of PCs: first where most PCs more fail, then the gravest."""
    old, new = ({each.rule: each for each in (*of.by_rule, *of.by_service)} for of in (first, second))
    found = [_rule_change(old.get(rule), new.get(rule), before, after) for rule in dict.fromkeys((*new, *old))]
    different = [each for each in found if each.change or each.failed_before != each.failed_after]
    return tuple(sorted(different, key=lambda each: (each.failed_before - each.failed_after, -each.severity, each.rule)))


def _rule_change(old: RuleCount | None, new: RuleCount | None, before: Basis, after: Basis) -> RuleChange:
    shown = new or old
    assert shown is not None  # noqa: S101  it is a rule of one side at least
    change = "added" if old is None else "removed"
    if old and new:
        mine, theirs = before.rules[shown.rule], after.rules[shown.rule]
        change = "" if same_rule(mine, theirs) else told_change(mine, theirs)
    failed = [each.failed if each else 0 for each in (old, new)]
    return RuleChange(shown.rule, shown.title, shown.severity, failed[0], failed[1], change, shown.service)
