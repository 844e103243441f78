"""The estate counted: the figures of one report, added up by an engine.

What a rule says depends on the distinct things that a PC has, so it is answered once for each
(:mod:`auditor.estate.judging`), however many PCs there are; what is left to do for each PC is to join and
to count (:mod:`auditor.estate.plan`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

import auditor
from auditor.estate import plan
from auditor.estate.choosing import Chosen, choose
from auditor.estate.counting import Asked, Tallies, judged, open_tables, tallies_of
from auditor.estate.covering import MOST_NAMED
from auditor.estate.engines import Engine
from auditor.estate.filters import parse_filters
from auditor.estate.judging import By, Judging
from auditor.estate.lifecycles import lifecycles
from auditor.estate.listing import MOST_EXPLAINED, Listing, suppliers_in
from auditor.estate.result import Estate, Few, PCs, RuleCount, SupplierCount, TrendPoint
from auditor.estate.sections import Section
from auditor.estate.store import Store
from auditor.estate.trend import month_ends
from auditor.knowledge import overrides, refreshed
from auditor.knowledge.dates import dated
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.model import BASES
from auditor.rule_file import Rule
from auditor.rules import RuleSet
from auditor.waivers import Waiver


def summarise(
    store: Store,
    engine: Engine,
    rules: RuleSet,
    waivers: Sequence[Waiver] = (),
    own: Overrides = overrides.NONE,
    fresh: Refreshed = refreshed.NONE,
    *,
    as_of: date,
    stale_days: int,
    filters: Sequence[str] = (),
    months: int = 0,
    named: int = MOST_NAMED,
    until: date | None = None,
) -> Estate:
    """The whole content of a report on the estate as it was at the end of the day ``as_of``.

    Of each PC the newest snapshot taken until then counts; PCs first seen later are only counted (``later``). A PC is
    *stale* when that snapshot is more than ``stale_days`` days old: its outcomes are shown, but rules do not count it.
    ``filters`` choose PCs (:mod:`auditor.estate.filters`); all figures but ``heard`` and ``later`` are of the chosen.
    ``fresh`` is what was refreshed of the knowledge base, ``own`` what the organisation says of itself. Of ``months`` ends
    of months before, the same PCs are counted as they were (``trend``). ``named`` PCs of those never heard, and of those
    unexpected, are named. With ``until`` only snapshots until that day count, and PCs are stale by it, while all is judged
    for ``as_of``. The PCs are listed by ``engine`` when they are asked for: keep it and ``store`` open until then.

    :raises UsageError: a filter is not right.
    :raises EstateError: the store cannot be read.
    """
    sorted_out = choose(parse_filters(filters, [rule.id for rule in rules.rules]))
    by = By(rules.rules, waivers, own, fresh, as_of)
    asked = Asked(store, engine, by, stale_days, sorted_out, tuple(filters), until)
    open_tables(store, engine)
    trend = month_ends(asked, months) if months else ()
    judging, heard, later, matching = judged(asked, named=named)
    tallies = tallies_of(judging)
    coverage = matching.coverage(tallies.ready_of_expected(asked)) if matching else None
    counts = _RuleCounts(judging, tallies.live)
    return Estate(
        as_of=as_of.isoformat(),
        stale_days=stale_days,
        version=auditor.__version__,
        packs=rules.packs,
        filters=tuple(filters),
        heard=heard,
        later=later,
        total=tallies.total,
        by_site=tallies.by_site,
        by_os=tallies.by_os,
        by_browser=tallies.by_browser,
        by_rule=counts.of([rule for rule in rules.rules if not rule.demands]),
        by_service=counts.of([rule for rule in rules.rules if rule.demands]),
        verdicts=counts.verdicts,
        knowledge=dated(fresh),
        devices=_devices(judging, sorted_out, tallies, rules.rules),
        quarantined=store.quarantined(as_of),
        coverage=coverage,
        lifecycles=lifecycles(judging),
        trend=(*trend, TrendPoint(as_of.isoformat(), tallies.total, coverage)) if months else (),
        **_blocked(by, tallies.blocked),
    )


def _devices(judging: Judging, chosen: Chosen, tallies: Tallies, rules: Sequence[Rule]) -> PCs:
    """A listing that streams; of few PCs the rows themselves, which outlive the engine."""
    where = [plan.outcome_is(wanted) for wanted in chosen.of_rules(judging.sections)] + chosen.of_state
    listing = Listing(judging, tallies.total, where, {rule.id: number for number, rule in enumerate(rules)})
    return listing if len(listing) > MOST_EXPLAINED else Few(listing)


def _blocked(by: By, tally: Mapping[int, int]) -> dict[str, Any]:
    """``by_supplier`` (who blocks PCs that are not stale: first those with the most) and ``blocked`` of the report."""
    counts: Counter[str] = Counter()
    for bits, number in tally.items():
        counts.update(dict.fromkeys(suppliers_in(by.suppliers, bits), number))
    total = sum(number for bits, number in tally.items() if bits)
    ends = {name: min(each.expires for each in by.waivers if each.blocked_by == name and by.as_of <= each.expires)
            for name in counts}  # fmt: skip
    lines = [SupplierCount(name, count, ends[name].isoformat()) for name, count in counts.items()]
    return {"by_supplier": tuple(sorted(lines, key=lambda line: (-line.devices, line.supplier))), "blocked": total}


class _RuleCounts:
    """Every rule in PCs that are not stale, each counted once by its worst outcome."""

    def __init__(self, judging: Judging, live: int) -> None:
        self._live = live
        self._seen: dict[str, list[int]] = {}
        sums = np.zeros(len(BASES) + 1, dtype=np.int64)
        for number, section in enumerate(judging.sections):
            rows = judging.engine.ask(plan.rule_totals(number, len(judging.by.suppliers)))
            sums += self._add(section, rows)
        self._sole = _sole(judging)
        total, *at_least, warned = (int(each) for each in sums)
        exact = [more - less for more, less in zip((total, *at_least), (*at_least, 0), strict=True)]
        self.verdicts: Mapping[str, int] = {"total": total, **dict(zip(BASES, exact, strict=True)), "warned": warned}

    def _add(self, section: Section, rows: Sequence[tuple[int, ...]]) -> Any:
        """Add up one section; the sums of all verdicts, of those at least as unsure as each basis, and of the warned."""
        columns = np.array([tuple(map(int, row)) for row in rows] or [(0,) * 10], dtype=np.int64).T
        passed, failed, unknown, waived, r1, r2, r3, warned, blocked, number = columns
        judged = passed | failed | unknown | waived
        sums = np.zeros(len(BASES) + 1, dtype=np.int64)
        for bit, rule in enumerate(section.rules):
            masks = (passed, failed, unknown, waived, blocked)
            self._seen[rule.id] = [int((((mask >> bit) & 1) * number).sum()) for mask in masks]
            told = (judged, judged & r1, judged & r2, judged & r3, judged & warned & ~unknown)
            sums += np.array([(((mask >> bit) & 1) * number).sum() for mask in told])
        return sums

    def of(self, rules: Iterable[Rule]) -> tuple[RuleCount, ...]:
        """Some rules: first what fails most, then what is unknown most, then the gravest."""
        lines = [self._line(rule) for rule in rules]
        return tuple(sorted(lines, key=lambda line: (-line.failed, -line.unknown, -line.severity, line.rule)))

    def _line(self, rule: Rule) -> RuleCount:
        passed, failed, unknown, waived, blocked = self._seen[rule.id]
        return RuleCount(
            rule.id, rule.title, rule.severity, rule.fix, passed, failed, unknown, waived,
            self._live - passed - failed - unknown - waived, bool(rule.demands), blocked, rule.changed,
            self._sole.get(rule.id, 0), rule.kind, rule.why, rule.source,
        )  # fmt: skip


def _sole(judging: Judging) -> dict[str, int]:
    """Rule → PCs that fail it alone."""
    found: dict[str, int] = {}
    for *failed, number in judging.engine.ask(plan.sole_failures(judging.sections)) if judging.sections else ():
        for section, bits in zip(judging.sections, failed, strict=True):
            if bits:
                found[section.rules[bits.bit_length() - 1].id] = int(number)
    return found
