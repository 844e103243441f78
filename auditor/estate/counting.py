"""The estate of one day: its tables opened, every PC judged, and how many are in which state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from auditor.estate import covering, days, plan
from auditor.estate.choosing import Chosen, restrict
from auditor.estate.engines import Engine
from auditor.estate.filters import Filter
from auditor.estate.judging import By, Judging
from auditor.estate.result import NO_SITE, STATES, Group, Tally
from auditor.estate.store import Store
from auditor.estate.tables import TABLES

_READ = ("device", "snapshot", "state", "bundle", "component", "alias")
"""The store's tables that a report reads, besides those of the denominator."""


class Asked(NamedTuple):
    """What is asked of a store: by what it is judged and when a PC is stale, which PCs are meant, and the filters' texts.

    ``until`` is the last day of the snapshots that count, where it is not the day that is judged for.
    """

    store: Store
    engine: Engine
    by: By
    stale_days: int
    chosen: Chosen
    filters: tuple[str, ...] = ()
    until: date | None = None

    @property
    def heard_until(self) -> date:
        """The last day of the snapshots that count."""
        return self.until or self.by.as_of

    @property
    def first_stale_before(self) -> str:
        """A PC that was heard last before this day is stale."""
        return (self.heard_until - timedelta(self.stale_days)).isoformat()

    @property
    def sites(self) -> tuple[Filter, ...]:
        """The filters, if all are of sites: then coverage is about these; else about the whole estate."""
        early, late = self.chosen.early, (*self.chosen.states, *self.chosen.rules)
        return early if not late and all(each.key == "site" for each in early) else ()

    @property
    def is_covered(self) -> bool:
        """Whether all PCs that coverage is about are in the report."""
        return bool(self.sites) or not self.filters


class Judged(NamedTuple):
    """All PCs judged, how many were heard before any filter, how many only later, and whom the list expects."""

    judging: Judging
    heard: int
    later: int
    matching: covering.Matching | None


def open_tables(store: Store, engine: Engine) -> None:
    """Make the store's tables known to the engine."""
    for name in _READ:
        engine.parquet(name, store.files(name), TABLES[name])
    engine.parquet("unsettled", store.unsettled(), TABLES["snapshot"])


def open_day(engine: Engine, day: str) -> tuple[int, int]:
    """Define ``now`` as of the end of ``day``; how many PCs were heard until then, and how many only later."""
    engine.table("touched", days.TOUCHED)
    engine.table("redo", days.redo(day))
    again, touched = (engine.ask(plan.size_of(name))[0][0] > 0 for name in ("redo", "touched"))
    if again:
        engine.table("redone", days.redone(day))
    engine.view("now", days.now(day, again=again, touched=touched))
    heard: int = engine.ask("SELECT count(*) FROM now")[0][0]
    everybody = days.EVERYBODY if touched else plan.size_of("device")
    later: int = engine.ask(everybody)[0][0] - heard if again else 0
    return heard, later


def judged(asked: Asked, *, named: int = 0, opened: bool = False) -> Judged:
    """Everything up to the masks. ``now`` is made of :attr:`Asked.heard_until` unless it is there already (``opened``)."""
    engine, by, chosen = asked.engine, asked.by, asked.chosen
    heard, later = (0, 0) if opened else open_day(engine, asked.heard_until.isoformat())
    filters = asked.filters if asked.sites else ()
    matching = covering.match_all(asked.store, engine, asked.first_stale_before, asked.sites, filters, named)
    if matching:
        covering.forget(engine)
    judging = Judging(engine, by, has_list=matching is not None)
    judging.place()
    judging.choose(asked.first_stale_before, restrict(chosen, judging))
    judging.judge()
    if chosen.is_dynamic:
        columns = (*plan.KEPT, "place", "os", "stale", "on_list", *plan.judged_columns(len(judging.sections)))
        where = [plan.outcome_is(wanted) for wanted in chosen.of_rules(judging.sections)]
        found = plan.stated(judging.sections, 0, "pc", columns, where=where)
        engine.table("chosen", plan.those(found, columns, chosen.of_state))
        engine.table("pc", "SELECT * FROM chosen")
        judging.again()
    return Judged(judging, heard, later, matching)


@dataclass(frozen=True, slots=True)
class Tallies:
    """How many PCs are in which state: all, by site, by system, by browser, by who blocks them, and the expected ones."""

    total: Tally
    by_site: tuple[Group, ...]
    by_os: tuple[Group, ...]
    by_browser: tuple[Group, ...]
    blocked: Mapping[int, int]
    expected: Tally

    @property
    def live(self) -> int:
        """PCs that are not stale."""
        return self.total.total - self.total.of("stale")

    def ready_of_expected(self, asked: Asked) -> int | None:
        """How many of the expected PCs that were heard are ready; None where the report leaves some of them out."""
        return self.expected.of("ready") + self.expected.of("waived") if asked.is_covered else None


def tallies_of(judging: Judging) -> Tallies:
    """Count what was judged."""
    engine, suppliers = judging.engine, judging.by.suppliers
    every = plan.stated(judging.sections, len(suppliers), "pc", ("place", "os", "b_browser", "stale", "on_list"))
    engine.table("tally", plan.tallies(every))
    sites: dict[str, Counter[str]] = {}
    systems: dict[str, Counter[str]] = {}
    blocked: Counter[int] = Counter()
    expected: Counter[str] = Counter()
    site_of = [place.site or NO_SITE for place in judging.places]
    rows = engine.ask("SELECT place, os, blocked, on_list, state, n FROM tally WHERE b_browser = -1")
    for place, system, bits, on_list, number, count in rows:
        state = STATES[number]
        if bits >= 0:
            blocked.update({bits: count} if state != "stale" else {})
        elif on_list >= 0:
            expected[state] += count if on_list else 0
        elif place >= 0:
            sites.setdefault(site_of[place], Counter())[state] += count
        else:
            systems.setdefault(judging.labels.systems[system][0], Counter())[state] += count
    total: Counter[str] = Counter()
    for counts in sites.values():
        total.update(counts)
    browsers: dict[str, Counter[str]] = {}
    for label, number, count in engine.ask(plan.BY_BROWSER):
        browsers.setdefault(judging.labels.browsers[label], Counter())[STATES[number]] += int(count)
    return Tallies(_tally(total), _groups(sites), _groups(systems), _groups(browsers), blocked, _tally(expected))


def _tally(counts: Mapping[str, int]) -> Tally:
    return Tally(tuple(counts.get(state, 0) for state in STATES))


def _groups(states: Mapping[str, Mapping[str, int]]) -> tuple[Group, ...]:
    """PCs by name: first where most PCs are not ready or unknown, of as many the larger share, then by name."""
    groups = [Group(name, _tally(counts)) for name, counts in states.items()]
    return tuple(
        sorted(groups, key=lambda group: (-_bad(group.tally), Fraction(-_bad(group.tally), group.tally.total), group.name))
    )


def _bad(tally: Tally) -> int:
    return tally.of("not ready") + tally.of("unknown")
