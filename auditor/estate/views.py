"""What each check sees of the readings: tokens, one for all readings that show it the same.

What a check's :class:`~auditor.checks.sight.Sight` leaves out of a reading is no part of its key, but that its source was
looked at is. Where something says that all counts, the key is all readings as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

from auditor.checks.sight import ALL, Sight
from auditor.estate.kept import Kept
from auditor.estate.particulars import MARKS, Odd, Particulars
from auditor.model import Reading, Source, Status
from auditor.snapshot.read import decode_reading

VIEWS = 100_000
"""How many readings with less in them are kept."""


_ANY = -1
"""In the place of a check: that a source has a value of which several would count wholly."""


class Seen(Protocol):
    """One piece, or several that follow one another, each of which has a number."""

    @property
    def number(self) -> int:
        """The token of one."""

    @property
    def shown(self) -> int:
        """Bits: for each check, whether all counts; for each check and source, whether an answer is hidden from it."""

    @property
    def parts(self) -> Sequence[Seen]:
        """The pieces of several."""


class Views:
    """What the checks whose ``sights`` these are see, each by its place in their row."""

    def __init__(self, sights: Sequence[Sight]) -> None:
        self._sights = sights
        self._narrow = [number for number, sight in enumerate(sights) if sight is not ALL]
        self._every_narrow = sum(1 << number for number in self._narrow)
        self._bits: dict[tuple[int, Source], int] = {}
        self._hidden = [0] * len(sights)
        self._one_of = 0
        self._numbers: Kept[tuple[int, bytes], int] = Kept(VIEWS)
        self._last = 0

    def of(
        self, reading: Reading, piece: bytes, number: int, wanting: Sequence[bool], names: Particulars
    ) -> tuple[tuple[bytes, ...], int]:
        """The tokens of a reading, for each check that is ``wanting`` it, and what to keep as :attr:`Seen.shown`.

        ``piece`` is the reading as the agent wrote it, ``number`` the token of all of it.

        :raises Odd: it breaks the sight of some check.
        """
        token = number.to_bytes(4, "big")
        tokens, shown = [token if wants else b"" for wants in wanting], 0
        has_value = reading.status is Status.READ
        elsewhere, source = _elsewhere(piece, names), reading.source
        for check in self._narrow:
            sight = self._sights[check]
            shown |= (has_value and source in sight.whole_beside) << check
            if not wanting[check]:
                continue
            if has_value and source in sight.one_of:
                self._one_of |= self._bit(_ANY, source)
                shown |= self._bit(_ANY, source)
            less = _less(sight, reading, elsewhere, names)
            if less is None:
                tokens[check] = b""
                self._hidden[check] |= self._bit(check, source)
                shown |= self._bit(check, source)
            elif less != reading:
                tokens[check] = self._token(check, less, names)
        return tuple(tokens), shown

    def together(self, found: Sequence[Seen]) -> int:
        """:attr:`Seen.shown` of several that are in one snapshot."""
        shown = twice = 0
        for each in found:
            twice |= shown & each.shown
            shown |= each.shown
        return shown | self._every_narrow if twice & self._one_of else shown

    def keys(self, tokens: tuple[bytes, ...], runs: Sequence[Seen]) -> tuple[bytes, ...]:
        """``tokens`` of all of a snapshot as what each check's answer is known by."""
        shown = self.together(runs)
        if not shown:
            return tokens
        keys, whole = list(tokens), b""
        for check in self._narrow:
            if shown >> check & 1:
                whole = whole or b"".join([part.number.to_bytes(4, "big") for run in runs for part in run.parts or (run,)])
                keys[check] = b"whole" + whole
            else:
                hidden = shown & self._hidden[check]
                keys[check] += b"|" + hidden.to_bytes(hidden.bit_length() + 7 >> 3, "big")
        return tuple(keys)

    def _bit(self, check: int, source: Source) -> int:
        """The bit of a source's answers that a check does not see: another may see some of them."""
        return self._bits.setdefault((check, source), 1 << (len(self._sights) + len(self._bits)))

    def _token(self, check: int, less: Reading, names: Particulars) -> bytes:
        """The token of a reading with less in it. Its first bit tells it from all that are whole."""
        key = check, names.concealed(_text(less))
        number = self._numbers.get(key)
        if number is None:
            self._last += 1
            number = self._last
            self._numbers.put(key, number)
        return (number | 1 << 31).to_bytes(4, "big")


def _elsewhere(piece: bytes, names: Particulars) -> Reading | None:
    """The reading of another PC in the place of one that has names in it; None where it has none."""
    if MARKS not in names.concealed(piece):
        return None
    return decode_reading(b'{"source":' + names.renamed(piece) + b"}")


def _less(sight: Sight, reading: Reading, elsewhere: Reading | None, names: Particulars) -> Reading | None:
    """What a check sees of a reading; all of it where that might depend on a name."""
    less = _shown(sight, reading)
    if less == reading or elsewhere is None:
        return less
    other = _shown(sight, elsewhere)
    alike = other is None if less is None else other is not None and names.renamed(_text(less)) == _text(other)
    return less if alike else reading


def _shown(sight: Sight, reading: Reading) -> Reading | None:
    try:
        return sight.shows(reading)
    except Exception as error:  # a reading may hold anything: what the check makes of it is found the long way
        raise Odd from error


def _text(reading: Reading) -> bytes:
    """A reading as bytes in which names are found."""
    return json.dumps([*reading[:2], reading.status.value, *reading[3:]], separators=(",", ":")).encode()
