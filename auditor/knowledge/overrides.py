"""What the organisation says of itself, which no PC and no vendor can tell: the third layer of the knowledge base.

Support that was bought, PCs that are cut off from the internet, own prices and own statements of
services. Which PC an entry is about goes by its host name, site and tags. :meth:`Overrides.of` leaves
those of one PC, so that what is added to a PC's facts stays a pure function of its facts and of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from typing import NamedTuple


class Scope(NamedTuple):
    """Which PCs: all that one of the lists names; all PCs where every list is empty.

    ``devices`` are host names or device ids and may have ``*``; ``sites`` and ``tags`` are whole words. Case does not count.
    """

    devices: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def covers(self, names: Iterable[str], site: str, tags: Iterable[str]) -> bool:
        """Whether a PC with these names (host name, device id), site and tags is meant."""
        if not (self.devices or self.sites or self.tags):
            return True
        mine = {each.casefold() for each in tags}
        return (
            any(name and fnmatchcase(name.casefold(), each.casefold()) for each in self.devices for name in names)
            or site.casefold() in {each.casefold() for each in self.sites}
            or any(each.casefold() in mine for each in self.tags)
        )


class Bought(NamedTuple):
    """Support that was bought beyond what everybody gets, or that the organisation gives itself.

    ``kind`` is os, office or browser; ``product`` what the PC calls it (``Windows 10``,
    ``office-2016-*``), with ``*``; ``editions`` are groups of Windows' editions, all where empty;
    ``until`` is the last day. ``place`` is where it stands: file and line.
    """

    kind: str
    product: str
    editions: tuple[str, ...]
    until: date
    scope: Scope
    reason: str
    place: str


class Segregated(NamedTuple):
    """PCs that are cut off from the internet until a day, and who says so."""

    scope: Scope
    until: date
    reason: str
    approver: str
    place: str


class Price(NamedTuple):
    """An own figure in place of the assumption of the same id; numbers in the unit of that assumption."""

    id: str
    low: float
    value: float
    high: float
    currency: str
    reason: str
    place: str


class Service(NamedTuple):
    """What the organisation states of a service: in words, with whoever said it and when."""

    name: str
    statement: str
    source: str
    as_of: date
    place: str


class Overrides(NamedTuple):
    """All of them; empty by default."""

    bought: tuple[Bought, ...] = ()
    segregated: tuple[Segregated, ...] = ()
    prices: tuple[Price, ...] = ()
    services: tuple[Service, ...] = ()

    def of(self, names: Iterable[str], site: str, tags: Iterable[str]) -> Overrides:
        """What is about one PC, without prices and services. Few different answers for many PCs: it can be a key."""
        names, tags = tuple(names), tuple(tags)
        return Overrides(
            bought=tuple(each for each in self.bought if each.scope.covers(names, site, tags)),
            segregated=tuple(each for each in self.segregated if each.scope.covers(names, site, tags)),
        )

    def support(self, kind: str, product: str, edition: str, day: date) -> Bought | None:
        """What was bought for a product on a day, the longest of several."""
        mine = [
            each
            for each in self.bought
            if each.kind == kind
            and fnmatchcase(product.casefold(), each.product.casefold())
            and (not each.editions or edition in each.editions)
            and day <= each.until
        ]
        return max(mine, key=lambda each: each.until, default=None)


NONE = Overrides()
"""No override at all."""
