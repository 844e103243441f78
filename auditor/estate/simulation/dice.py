"""Chance that is the same everywhere: numbers drawn from a hash of a seed and of what they are for.

BLAKE2b is the same on every machine and in every version of Python, and a draw depends on its
own name alone: PC 7 is the same whether PC 6 was made or not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate
from struct import unpack
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Weighted(NamedTuple, Generic[T]):
    """Values with their shares, added up for drawing."""

    sums: tuple[int, ...]
    values: tuple[T, ...]


def weighted(shares: Mapping[T, int]) -> Weighted[T]:
    """A table of value → share, in any whole unit, ready for :meth:`Dice.pick`."""
    return Weighted(tuple(accumulate(shares.values())), tuple(shares))


def zipf(values: Sequence[T]) -> Weighted[T]:
    """``values``, the first the most likely: the n-th has the share 1/n of it."""
    return weighted({value: 1_000_000 // rank for rank, value in enumerate(values, 1)})


class Dice:
    """Draws for one purpose: the same names give the same numbers in the same order."""

    __slots__ = ("_name", "_numbers", "_round")

    def __init__(self, *names: object) -> None:
        self._name = "/".join(map(str, names)).encode()
        self._round = 0
        self._numbers: list[int] = []

    def number(self) -> int:
        """A whole number of 32 bits."""
        return (self._numbers or self._more()).pop()

    def _more(self) -> list[int]:
        self._numbers += unpack("<16I", self._digest(64))
        return self._numbers

    def _digest(self, size: int) -> bytes:
        self._round += 1
        return blake2b(self._name, digest_size=size, salt=self._round.to_bytes(8, "little")).digest()

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` - 1; ``limit`` is at most 2**32."""
        return ((self._numbers or self._more()).pop() * limit) >> 32

    def is_one_of(self, millionths: int) -> bool:
        """True for that share of all draws."""
        return ((self._numbers or self._more()).pop() * 1_000_000) >> 32 < millionths

    def pick(self, table: Weighted[T]) -> T:
        """One of the table's values, by their shares."""
        sums = table.sums
        return table.values[bisect_right(sums, ((self._numbers or self._more()).pop() * sums[-1]) >> 32)]

    def one(self, values: Sequence[T]) -> T:
        """One of ``values``, each as likely."""
        return values[self.below(len(values))]

    def hex(self) -> str:
        """32 hex digits in small letters."""
        return self._digest(16).hex()

    def guid(self) -> str:
        """A GUID in small letters, without braces."""
        text = self.hex()
        return "-".join((text[:8], text[8:12], "4" + text[13:16], "a" + text[17:20], text[20:]))
