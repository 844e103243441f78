"""Sites and their update rings: what many PCs share, so that an estate repeats itself as estates do."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import isqrt
from typing import NamedTuple

from auditor.estate.simulation import tables
from auditor.estate.simulation.dice import Dice, Weighted, zipf


class Estate(NamedTuple):
    """What was asked for: ``as_of`` is the day (proleptic ordinal) that the last whole day of snapshots comes before.

    ``days`` of snapshots are made, 1 for the newest of each PC; ``change`` is how many of a million PCs
    change a day; ``wild`` is an estate that nobody manages.
    """

    pcs: int
    seed: int
    as_of: int
    days: int = 1
    change: int = 20_000
    wild: bool = False

    @property
    def first_day(self) -> int:
        """The first day of the histories."""
        return self.as_of - self.days


class Site(NamedTuple):
    """A site: ``code`` begins its PCs' names, ``policies`` says that browsers are managed there."""

    number: int
    name: str
    code: str
    domain: str
    culture: str
    policies: bool


def count_of_sites(count: int) -> int:
    """How many sites an estate of ``count`` PCs has: 3 of a hundred PCs, 30 of ten thousand, 300 of a million."""
    return max(1, isqrt(count) * 3 // 10)


@lru_cache(maxsize=16)
def _by_size(count: int) -> Weighted[int]:
    return zipf(range(count_of_sites(count)))


def site_of(estate: Estate, dice: Dice) -> Site:
    """The site of a PC whose dice these are: the n-th site has 1/n of the first one's PCs."""
    return _site(estate.seed, dice.pick(_by_size(estate.pcs)))


@lru_cache(maxsize=4096)
def _site(seed: int, number: int) -> Site:
    dice = Dice(seed, "site", number)
    places, kinds = tables.PLACES, tables.KINDS_OF_SITE
    each = (number * 7 + dice.below(3)) % (len(places) * len(kinds))
    place, kind = places[each % len(places)], kinds[(number + each // len(places)) % len(kinds)]
    code = f"{place[:2]}{kind[0]}{number % 1000:03d}".upper()
    name = f"{place} {kind}" if number < len(places) else f"{place} {kind} {number // len(places) + 1}"
    managed = dice.is_one_of(tables.MANAGED_SHARE["policies"] * 1000)
    return Site(number, name, code, f"{place.lower()}.example.org", dice.pick(tables.CULTURES), managed)


@lru_cache(maxsize=65536)
def lag_of(seed: int, site: int, ring: str, product: str) -> int:
    """How many days the PCs of one ring of one site are behind a product's releases."""
    dice = Dice(seed, "lag", site, ring, product)
    if dice.is_one_of(60_000):
        return dice.pick(tables.PINNED)
    least, more = tables.RING_LAGS[ring]
    return least + dice.below(more + 1)


@lru_cache(maxsize=65536)
def ring_changes(estate: Estate, site: int, ring: str) -> tuple[tuple[int, str], ...]:
    """(day, what) of the changes that a whole ring makes in the days of the histories, oldest first."""
    return _changes(Dice(estate.seed, "ring", site, ring), estate, estate.change * 7 // 10)


def own_changes(estate: Estate, number: int) -> tuple[tuple[int, str], ...]:
    """(day, what) of the changes that are one PC's alone."""
    return _changes(Dice(estate.seed, "changes", number), estate, estate.change * 3 // 10)


def _changes(dice: Dice, estate: Estate, share: int) -> tuple[tuple[int, str], ...]:
    days = range(estate.first_day + 1, estate.as_of)
    return tuple((day, dice.pick(tables.EVENTS)) for day in days if dice.is_one_of(share))


def day_of(ordinal: int) -> str:
    """``2026-11-20`` of a day."""
    return date.fromordinal(ordinal).isoformat()
