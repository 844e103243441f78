"""Understanding a snapshot as quickly as it can be told that its parts were understood before.

What a check says of a PC depends on the readings that it looks at and on nothing else. So
where the same readings were seen before, but for the names that are that PC's own, it says
the same components again. :class:`Understanding` keeps what each check said, by the tokens of
:mod:`auditor.estate.pieces`; only what is new is decoded and understood the long way. What a
check looks at is watched while it works, so nothing rests on what it says it wants.

Whatever the quick way does not know for certain goes the long way. Beside that, some snapshots go
both ways: where the two ever differ, the long way counts and all others go it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from auditor import checks, identity
from auditor.checks import CHECKS, Check
from auditor.checks.apps import APPS
from auditor.checks.browsers import BROWSERS
from auditor.checks.collected import Collected
from auditor.checks.office_suites import SUITES
from auditor.estate.kept import Kept
from auditor.estate.particulars import Odd, words_of
from auditor.estate.pieces import OVERHEAD, Pieces, Recognised, opened, readings
from auditor.estate.profile import Part, Profile, joined, part_of, profile_of
from auditor.model import Detected, Device, Reading, Snapshot, Source
from auditor.snapshot.read import decode

AUDITED = 1000
"""One snapshot in so many goes both ways."""
MEMORY = 64 * 1024 * 1024
"""How many bytes of pieces are kept for each family before what was not seen lately is forgotten."""
PROFILES = 10_000
"""How many profiles are kept; they are made of answers without asking a check."""
_TRIED = 64
"""One new answer in so many is tried on a PC with other names, though none shows in it."""

TELLING = {family: (*sources, *identity.SIGNALS[family]) for family, sources in identity.WANTS.items()}
"""The sources by which a PC is known again, by family."""

Signals = Callable[[Sequence[Reading], str], Mapping[str, str]]
"""What tells a PC again: kind → value, of the readings of :data:`TELLING` and the PC's host name."""


class Understood(NamedTuple):
    """Whose a snapshot is, of when, what it says, and by what its PC is known again.

    ``named``: its bytes may hold somebody's name, as far as that was asked.
    """

    device: Device
    taken_at: str
    profile: Profile
    signals: Mapping[str, str]
    named: bool = False


def no_signals(readings: Sequence[Reading], hostname: str) -> Mapping[str, str]:
    """None: for whoever does not ask which PCs are one."""
    return {}


def no_names(data: bytes) -> bool:
    """No: for whoever keeps names as they are."""
    return False


class Plainly:
    """Understanding each snapshot by itself, from its first byte to its last: the long way.

    ``read`` makes a snapshot of bytes, ``detect`` understands it, ``may_name`` says whether bytes may hold a name.
    """

    def __init__(
        self,
        read: Callable[[bytes], Snapshot] = decode,
        detect: Callable[[Snapshot], Detected] = checks.detect,
        signals: Signals = no_signals,
        may_name: Callable[[bytes], bool] = no_names,
    ) -> None:
        self._read = read
        self._detect = detect
        self._signals = signals
        self._may_name = may_name

    def __call__(self, data: bytes) -> Understood:
        """What ``data`` says.

        :raises SnapshotError: it is no snapshot.
        :raises SourceError: it is a kit's file that cannot be used.
        """
        snapshot = self._read(data)
        device, wanted = snapshot.device, TELLING[snapshot.device.family]
        signals = self._signals([reading for reading in snapshot.readings if reading.source in wanted], device.hostname)
        return Understood(device, snapshot.taken_at, profile_of(self._detect(snapshot)), signals, self._may_name(data))


class Understanding:
    """Understanding many snapshots, the same of them once; equal in every answer to :class:`Plainly`.

    ``read`` makes a snapshot of bytes of any kind; ``every`` are the checks. ``may_name`` says of a reading's bytes whether
    they may hold somebody's name, and ``is_nobody`` of such a name that it is a pseudonym. ``audited``: one snapshot in so
    many goes both ways. ``memory`` is in bytes: about four times as much is kept for a family of systems, however
    many snapshots there are.

    ``count`` are the snapshots so far, ``quick`` those that went the quick way, ``differences`` those
    where it said something else than the long way: after the first of them it is not used any more.
    """

    def __init__(
        self,
        read: Callable[[bytes], Snapshot] = decode,
        every: Mapping[str, Check] = CHECKS,
        signals: Signals = no_signals,
        *,
        may_name: Callable[[bytes], bool] = no_names,
        is_nobody: Callable[[bytes], object] = bool,
        audited: int = AUDITED,
        memory: int = MEMORY,
    ) -> None:
        self._checks = every
        self._signals = signals
        self._is_nobody = is_nobody
        self._plainly = Plainly(read, self._detect, signals, may_name)
        self._audited = audited
        families = {family for check in every.values() for family in check.wants}
        self._families = {family: _Family(family, every, memory, may_name) for family in families}
        self.count = 0
        self.quick = 0
        self.differences = 0

    def __call__(self, data: bytes) -> Understood:
        """What ``data`` says.

        :raises SnapshotError: it is no snapshot.
        :raises SourceError: it is a kit's file that cannot be used.
        """
        self.count += 1
        if self.differences:
            return self._plainly(data)
        try:
            understood = self._quickly(data)
        except Odd:
            return self._plainly(data)
        self.quick += 1
        if self.count % self._audited == 0:
            plain = self._plainly(data)
            if plain._replace(named=False) != understood._replace(named=False) or plain.named > understood.named:
                self.differences += 1
                self._families.clear()
                return plain
        return understood

    def _quickly(self, data: bytes) -> Understood:
        envelope, place = opened(data)
        family = self._families.get(envelope.device.family)
        if family is None:
            raise Odd
        recognised = family.pieces.recognised(data, place)
        profile = family.profile(_Asked(envelope, recognised, data, place))
        named = recognised.named or not all(map(self._is_nobody, recognised.names.names))
        signals = self._signals(recognised.own, envelope.device.hostname)
        return Understood(envelope.device, envelope.taken_at, profile, signals, named)

    def _detect(self, snapshot: Snapshot) -> Detected:
        """As :func:`auditor.checks.detect`, by the checks that were given."""
        collected = Collected(snapshot)
        parts = [checks.detect_by(name, check, collected) for name, check in self._checks.items()]
        return Detected(
            tuple(chain.from_iterable(part.facts for part in parts)), tuple(chain.from_iterable(part.gaps for part in parts))
        )


class _Answer(NamedTuple):
    """What a check said, numbered."""

    number: int
    part: Part


_BY_NAME = _Answer(-1, Part({}, {}))
"""Stands for answers that depend on the names themselves."""


class _Watched(Collected):
    """Readings that note which sources were asked for."""

    __slots__ = ("asked",)

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.asked: set[Source] = set()

    def all(self, *sources: Source) -> list[Reading]:
        self.asked.update(sources)
        return super().all(*sources)


class _Family:
    """What the checks said of the PCs of one family so far."""

    def __init__(self, name: str, every: Mapping[str, Check], memory: int, may_name: Callable[[bytes], bool]) -> None:
        self.name = name
        self._checks = list(_in_parts(name, every))
        wants = [check.wants.get(name, ()) for _, check, _ in self._checks]
        sights = [check.sight for _, check, _ in self._checks]
        asks_for_names = set(identity.WANTS[name])
        apart = next((n for n, wanted in enumerate(wants) if asks_for_names & set(wanted)), None)
        said = words_of(repr((BROWSERS, APPS, SUITES)))
        self.pieces = Pieces(wants, sights, TELLING[name], apart, memory, said, may_name)
        self._apart = apart
        self._answers: list[Kept[object, _Answer]] = [Kept(memory // len(wants)) for _ in wants]
        self._profiles: Kept[tuple[int, ...], Profile] = Kept(PROFILES)
        self._number = 0

    def profile(self, asked: _Asked) -> Profile:
        """The profile of a PC."""
        recognised = asked.recognised
        keys = list(recognised.tokens)
        if self._apart is not None and not asked.device.hostname:
            keys[self._apart] += b"?"
        answers = [kept.young.get(key) for kept, key in zip(self._answers, keys, strict=True)]
        if recognised.odd or None in answers or _BY_NAME in answers:
            answers = [self._answer(number, key, asked) for number, key in enumerate(keys)]
        numbers = tuple([answer.number for answer in answers if answer])
        profile = self._profiles.get(numbers)
        if profile is None:
            profile = joined(answer.part for answer in answers if answer)
            self._profiles.put(numbers, profile)
        return profile

    def _answer(self, number: int, key: bytes, asked: _Asked) -> _Answer:
        """What a check says: as before, where it said it of the same; else by asking it."""
        kept, recognised = self._answers[number], asked.recognised
        answer, odd = kept.get(key), recognised.odd >> number & 1
        if answer is not None and answer is not _BY_NAME and not odd:
            return answer
        by_name = (key, asked.device, recognised.names.names)
        if answer is not None and (found := kept.get(by_name)) is not None:
            return found
        said = self._said(number, asked.collected())
        self._number += 1
        size = len(key) + sum(OVERHEAD + len(each.facts) + len(each.unknowns) for each in said.components.values())
        new = _Answer(self._number, said)
        if answer is None and not odd and self._is_nameless(number, said, asked):
            kept.put(key, new, size)
        else:
            kept.put(key, _BY_NAME, size)
            kept.put(by_name, new, size)
        return new

    def _said(self, number: int, collected: _Watched) -> Part:
        """What the check says; where it looked at more than was known, everything known so far is forgotten."""
        collected.asked.clear()
        part = part_of(_said_by(*self._checks[number], collected))
        if self.pieces.widen(number, collected.asked):
            for kept in self._answers:
                kept.clear()
            raise Odd
        return part

    def _is_nameless(self, number: int, said: Part, asked: _Asked) -> bool:
        """Whether the answer is the same for every PC with these tokens: by what it says, else by trying."""
        names = [*(name.decode("ascii") for name in asked.recognised.names.names), asked.device.hostname, asked.device.id]
        text = "\n".join(chain.from_iterable(component[2:] for component in said.components.values())).casefold()
        if self._number % _TRIED and not any(name and name.casefold() in text for name in names):
            return True
        return self._said(number, asked.collected_elsewhere()).bundles == said.bundles


def _in_parts(family: str, every: Mapping[str, Check]) -> Iterator[tuple[str, Check, bool]]:
    """The checks, each with its name; one that has parts as these, and whether it is one."""
    for name, check in every.items():
        of_family = check.parts.get(family, ())
        yield from ((name, each, bool(of_family)) for each in of_family or (check,))


def _said_by(name: str, check: Check, is_part: bool, collected: Collected) -> Detected:
    """What a check understands.

    :raises Odd: a part broke: its check would have broken with all that the other parts say.
    """
    if not is_part:
        return checks.detect_by(name, check, collected)
    try:
        return check.detect(collected)
    except Exception as error:  # whatever it is, the check tells of it
        raise Odd from error


class _Asked:
    """A snapshot whose readings are decoded only when they are asked for."""

    def __init__(self, envelope: Snapshot, recognised: Recognised, data: bytes, place: slice) -> None:
        self.device = envelope.device
        self.recognised = recognised
        self._envelope = envelope
        self._data = data
        self._place = place
        self._collected: _Watched | None = None

    def collected(self) -> _Watched:
        """The readings of the snapshot."""
        if self._collected is None:
            found = readings(self._data, self._place, self.recognised.runs)
            self._collected = _Watched(self._envelope._replace(readings=tuple(found)))
        return self._collected

    def collected_elsewhere(self) -> _Watched:
        """The readings of a PC that is the same but for all names."""
        elsewhere = decode(self.recognised.names.renamed(self._data))
        device = elsewhere.device
        other = device.hostname and f"elsewhere-{len(device.hostname)}"
        return _Watched(elsewhere._replace(device=Device("e" * 32, other, device.family, "elsewhere", ("elsewhere",))))
