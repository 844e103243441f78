"""The ``Estate`` value: everything a report says, counted once. Formats only show it.

Every count has a way down to its PCs: :attr:`Estate.devices` gives one row a PC with its
state and outcomes, and each figure is a count over those rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

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
    :attr:`findings` say why; they hold no readings: those are found by the snapshot.
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
    why: Callable[[], tuple[Finding, ...]] = field(default=tuple, compare=False, repr=False)

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


@dataclass(frozen=True, slots=True)
class Estate:
    """One report's content. Dates are ISO.

    ``heard`` is every PC with a snapshot dated until ``as_of``, before filters; ``later``
    those whose every snapshot is dated after it, which are nowhere else in the report.

    ``by_supplier`` counts a PC once under each supplier and product that blocks it, ``blocked`` once in all.

    ``by_browser`` counts a PC once under each browser it has, so it adds up to more than the total.
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
