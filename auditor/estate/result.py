"""The ``Estate`` value: everything a report says, counted once. Formats only show it.

Every count has a way down to its PCs: :attr:`Estate.devices` gives one row a PC with its
state and outcomes, and each figure is a count over those rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from auditor.estate.expected import Range, coverage_range
from auditor.knowledge.dates import Dated
from auditor.model import Finding, Gap, Outcome, Severity
from auditor.rules import Pack

NO_SITE = "(no site)"
"""What a report calls the site of a PC that names none."""

STATES = ("ready", "waived", "at risk", "not ready", "unknown", "stale")
"""Every PC is in exactly one; the words are defined in :data:`auditor.evaluate.READINESS`,
and *stale* is a PC that was not heard of for longer than the report allows."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many PCs are in each state of :data:`STATES`, in that order."""

    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All PCs of this tally."""
        return sum(self.counts)

    def of(self, state: str) -> int:
        """How many PCs are in ``state``."""
        return self.counts[STATES.index(state)]


@dataclass(frozen=True, slots=True)
class Group:
    """The PCs that share a name: of a site, an operating system, a browser and its major version."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule over the estate, in PCs, each counted once by its worst outcome for the rule.

    The four outcomes and ``not_applicable`` add up to the PCs that are not stale. Of a
    ``service`` they say where it works: passed is *works*. ``blocked`` of the waived are so
    because of a supplier's certification. ``changed`` is what the pack changed of the rule, in words.
    ``kind`` is what it is about, ``why`` it matters, ``source`` where it is from (address, as_of, basis).
    ``sole`` of the failed fail no other rule that is about PCs: what would be ready if this alone were mended, as
    far as is known.
    """

    rule: str
    title: str
    severity: Severity
    fix: str
    passed: int
    failed: int
    unknown: int
    waived: int
    not_applicable: int
    service: bool = False
    blocked: int = 0
    changed: tuple[str, ...] = ()
    sole: int = 0
    kind: str = ""
    why: str = ""
    source: Mapping[str, str] = field(default_factory=dict)


class Lifecycle(NamedTuple):
    """Things of one kind (os, office), name and edition that are supported alike, and how many PCs have one.

    ``state`` is supported, ending, extended, ended or unknown; ``ends`` the last ISO day of support as it is, or
    was last, known, empty where it never was; ``why`` what is unknown and why, or empty. PCs that are stale are not counted.
    """

    kind: str
    name: str
    edition: str
    state: str
    ends: str
    why: str
    devices: int


@dataclass(frozen=True, slots=True)
class SupplierCount:
    """PCs with a failure that the certification of a ``supplier`` for its product blocks, as waivers say.

    ``until`` is the first ISO date on which one of those waivers ends.
    """

    supplier: str
    devices: int
    until: str


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One PC: who it is, when it was seen, how it stands and why.

    ``browsers`` and ``office`` are short texts ("firefox 140.12.0"), ``browser_groups`` the
    names in :attr:`Estate.by_browser` that count it ("firefox 140"); ``snapshot`` is the
    SHA-256 of the bytes that all this rests on. ``outcomes`` is the worst outcome of each rule that
    applies, by rule id; ``blocked_by`` the suppliers and products that block it. Where it is ``explained``,
    :attr:`findings` say why; they hold no readings: those are found by the snapshot. ``expected`` is whether
    the list of expected PCs has it (under a filter by site: at those sites); None where there is no list.
    ``os_names`` are what else a filter may call its operating system: its name without release, and its family.
    ``bundles`` names by the hash of their content all things of each kind that the PC has, in the order of
    :data:`auditor.estate.tables.KINDS`: two PCs, or a PC on two days, with equal numbers have equal things.
    """

    id: str
    hostname: str
    site: str
    tags: tuple[str, ...]
    taken_at: str
    os: str
    state: str
    browsers: tuple[str, ...]
    browser_groups: tuple[str, ...]
    office: tuple[str, ...]
    gaps: tuple[Gap, ...]
    snapshot: str
    outcomes: Mapping[str, Outcome] = field(default_factory=dict, compare=False)
    blocked_by: tuple[str, ...] = ()
    explained: bool = False
    expected: bool | None = None
    why: Callable[[], tuple[Finding, ...]] = field(default=tuple, compare=False, repr=False)
    os_names: tuple[str, ...] = ()
    bundles: tuple[int, ...] = field(default=(), compare=False, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding in words, in the order of the rules; none where it is not ``explained``."""
        return self.why()

    @property
    def site_name(self) -> str:
        """What its site is called in a report."""
        return self.site or NO_SITE


class PCs(Protocol):
    """The PCs of a report, worst first: a listing that can be gone through again and again, of any length."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[DeviceRow]: ...

    def rows(self, limit: int | None = None, *, but_ready: bool = False) -> Iterator[DeviceRow]:
        """The first ``limit`` rows, or all; ``but_ready`` leaves out the PCs that are ready."""


class Few(tuple[DeviceRow, ...]):
    """PCs that are all in memory."""

    __slots__ = ()

    def rows(self, limit: int | None = None, *, but_ready: bool = False) -> Iterator[DeviceRow]:
        """As in :class:`PCs`."""
        return islice((row for row in self if not (but_ready and row.state == "ready")), limit)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something handed in that could not be taken, and why."""

    name: str
    reason: str
    received_at: str
    sha256: str


class Missing(NamedTuple):
    """A PC that is expected and was never heard, as the list has it: ``row`` is its line there."""

    name: str
    site: str
    tags: tuple[str, ...]
    source: str
    row: int


class Unlisted(NamedTuple):
    """A PC that was heard and is not on the list. ``taken_at`` is when it was heard last."""

    id: str
    hostname: str
    site: str
    taken_at: str


@dataclass(frozen=True, slots=True)
class SiteCoverage:
    """The same for one site: what is expected at it goes by the list's site, what is unexpected by the PC's own."""

    name: str
    expected: int
    heard: int
    stale: int
    never: int
    elsewhere: int
    unexpected: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The denominator: who of the PCs that are expected was heard.

    ``heard`` (not stale), ``stale``, ``never`` and ``elsewhere`` add up to ``expected``; ``elsewhere`` are heard at
    other sites than those of ``filters``, and are none without such filters. ``unexpected`` PCs were heard and are not
    on the list. ``filters`` are the report's, if all are of sites; else this is about the whole estate.

    ``ready`` of those that were heard are ready, by waiver or not; None where the report leaves some of them out.
    ``sources`` are the names of the list, ``size`` the PCs on it. ``by_site`` is empty where the list has no sites.
    ``never_heard`` and ``unlisted`` are the first by name, no more than were asked for.
    """

    sources: tuple[str, ...]
    size: int
    filters: tuple[str, ...]
    expected: int
    heard: int
    stale: int
    never: int
    elsewhere: int
    unexpected: int
    ready: int | None
    by_site: tuple[SiteCoverage, ...] = ()
    never_heard: tuple[Missing, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()

    @property
    def unseen(self) -> int:
        """Expected PCs of which nothing recent is known here."""
        return self.expected - self.heard

    @property
    def range(self) -> Range | None:
        """Between which shares of the expected PCs the ready ones are; None where ``ready`` is, or nothing is expected."""
        return None if self.ready is None else coverage_range(self.ready, self.heard, self.unseen)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The end of one day: the same PCs as in the report, as they were then, judged for that day.

    ``total`` has the report's filters; ``coverage`` is by the present list, without names.
    """

    day: str
    total: Tally
    coverage: Coverage | None

    @property
    def heard(self) -> int:
        """PCs that were not stale then."""
        return self.total.total - self.total.of("stale")


@dataclass(frozen=True, slots=True)
class Estate:
    """One report's content. Dates are ISO.

    ``heard`` is every PC with a snapshot dated until ``as_of``, before filters; ``later``
    those whose every snapshot is dated after it, which are nowhere else in the report.

    ``by_supplier`` counts a PC once under each supplier and product that blocks it, ``blocked`` once in all.

    ``by_browser`` counts a PC once under each browser it has, so it adds up to more than the total.

    ``lifecycles`` has a PC once under each operating system and Office suite it has.

    ``coverage`` is None where no list says who is expected. ``trend`` are ends of months and this report, oldest
    first; empty where it was not asked for.
    """

    as_of: str
    stale_days: int
    version: str
    packs: Mapping[str, Pack]
    filters: tuple[str, ...]
    heard: int
    later: int
    total: Tally
    by_site: tuple[Group, ...]
    by_os: tuple[Group, ...]
    by_browser: tuple[Group, ...]
    by_rule: tuple[RuleCount, ...]
    by_service: tuple[RuleCount, ...]
    verdicts: Mapping[str, int]
    knowledge: tuple[Dated, ...]
    devices: PCs
    quarantined: tuple[Quarantined, ...]
    by_supplier: tuple[SupplierCount, ...] = ()
    blocked: int = 0
    coverage: Coverage | None = None
    trend: tuple[TrendPoint, ...] = ()
    lifecycles: tuple[Lifecycle, ...] = ()
