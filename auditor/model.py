"""The nouns. Everything between reading a PC and writing a report is made of these.

All are immutable and hold tuples, so a value can be shared, hashed and compared.
This module imports nothing of auditor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import NamedTuple

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
"""What a reading or a fact may hold: what JSON can, without floating point."""


class Status(Enum):
    """How a reading went. ABSENT is knowledge ("it is not there"); the last two are not."""

    READ = "read"
    ABSENT = "absent"
    DENIED = "denied"
    FAILED = "failed"


class Outcome(Enum):
    """What a rule says of a subject. UNKNOWN never counts as a pass."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"


_WORSE = {Outcome.PASS: 0, Outcome.WAIVED: 1, Outcome.UNKNOWN: 2, Outcome.FAIL: 3}


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Roll outcomes up: PASS < WAIVED < UNKNOWN < FAIL. None when there are none."""
    return max(outcomes, key=_WORSE.__getitem__, default=None)


class Severity(IntEnum):
    """How much a failed rule matters, in the order of the numbers."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Source(NamedTuple):
    """A place to read, as a check asks for it: ``Source("dpkg", "firefox-esr")``.

    ``kind`` names a reader, ``where`` is in that reader's own notation.
    A ``where`` with wildcards may lead to several readings.
    """

    kind: str
    where: str


class Reading(NamedTuple):
    """What one place said, verbatim, or why it said nothing.

    ``at`` is the concrete place (path, key, user). ``value`` is set when, and only
    when, ``status`` is READ. ``detail`` is the reason for any other status.
    """

    source: Source
    at: str
    status: Status
    value: Value = None
    detail: str = ""


class Device(NamedTuple):
    """Which PC: ``id`` (32 hex digits), its host name and the operating system's family.

    ``site`` and ``tags`` are what the organisation calls it; ``family`` is one of
    windows, macos, linux. ``hostname`` is empty where no source has it.
    """

    id: str
    hostname: str
    family: str
    site: str = ""
    tags: tuple[str, ...] = ()


class Snapshot(NamedTuple):
    """All that one PC hands in. ``taken_at`` is ISO 8601 in UTC; ``salt`` 32 hex digits.

    The salt is random for each snapshot, so that a hash over a part of it tells
    nothing to whoever does not hold the part.
    """

    device: Device
    taken_at: str
    agent: str
    salt: str
    readings: tuple[Reading, ...]


class Subject(NamedTuple):
    """One thing that can be judged: an operating system, ONE installation of a browser.

    ``where`` tells two installations of one product on one PC apart.
    ``name`` is ``*`` for "all of this kind on this PC".
    """

    kind: str
    name: str
    where: str = ""

    @property
    def full_name(self) -> str:
        """Name and place, which together only one thing of a kind has: on Windows ``where`` is alike for two products."""
        return f"{self.name}: {self.where}"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of a subject, or the reason why it is not known: never neither.

    ``unknown`` is empty for a known fact. ``evidence`` are the readings it rests on. Where
    both ``value`` and ``unknown`` are set, the value was true when it was last known and is
    too old to be relied on: it is judged as unknown, and see :attr:`last_known`.
    """

    subject: Subject
    name: str
    value: Value
    evidence: tuple[Reading, ...]
    unknown: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.unknown:
            raise ValueError(f"{self.subject.kind}.{self.name}: neither a value nor a reason")

    @property
    def last_known(self) -> Value:
        """The value of a fact that was known and has become too old; None of any other."""
        return self.value if self.unknown else None


class Gap(NamedTuple):
    """There may be more subjects of ``kind`` than were found, because of ``reason``.

    ``scope`` is "machine" (what everybody at this PC uses may have been missed: rules
    then answer UNKNOWN) or "user" (other people's profiles, or files that no list of
    programs names, were out of reach: shown, but what is listed for the machine is
    still judged).
    """

    kind: str
    scope: str
    reason: str
    evidence: tuple[Reading, ...] = ()


class Detected(NamedTuple):
    """What the checks understood of one snapshot.

    ``looked`` holds, for each kind that a PC may have none of, the readings that show
    where it was looked for: the evidence when nothing was found.
    """

    facts: tuple[Fact, ...]
    gaps: tuple[Gap, ...] = ()
    looked: Mapping[str, tuple[Reading, ...]] = MappingProxyType({})


class Undecided(NamedTuple):
    """A comparison with no honest answer, and why."""

    reason: str


class FactSpec(NamedTuple):
    """A name in the dictionary of facts: its type, meaning, and unit or allowed words.

    ``type`` is one of text, version, whole, size (bytes), yes-no, list, date, features (feature →
    state, with its reason behind a colon) and release (which of its product's releases this is).
    ``words`` lists every value the fact can have, where that list is closed.
    """

    kind: str
    name: str
    type: str
    meaning: str
    words: tuple[str, ...] = ()


Vocabulary = Mapping[str, FactSpec]
"""``"browser.version"`` → its FactSpec."""


BASES = ("read", "secondary", "recalled", "assumption")
"""How a fact or a rule is known, the surest first: by its publisher's words, somebody else's, from memory, or assumed."""


class Finding(NamedTuple):
    """What one rule says of one subject, with what was expected, what is, and the proof.

    ``service``: the rule is the profile of a service, so it says whether that works here.
    ``blocked_by``: supplier and product whose certification a waiver names as what is in the way.
    ``basis`` is the least sure of :data:`BASES` that the verdict rests on. ``warning``: the reference data
    that it rests on are too old to be relied on, and the rule uses them all the same.
    """

    rule: str
    pack: str
    severity: Severity
    subject: Subject
    outcome: Outcome
    expected: str
    actual: str
    fix: str
    evidence: tuple[Reading, ...] = ()
    waiver: str = ""
    service: bool = False
    blocked_by: str = ""
    basis: str = "read"
    warning: str = ""
