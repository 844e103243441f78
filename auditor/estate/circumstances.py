"""What the organisation says of each PC: which waivers and overrides are about it, and the facts of its own row.

Most of it goes by site and tags, of which there are few combinations. Only where host names or
ids are asked for is every PC looked at by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import translate
from typing import Any, NamedTuple

from auditor.estate.profile import OF_THE_ROW
from auditor.estate.sections import DEVICE, Circumstances, Section, circumstances_for
from auditor.knowledge.overrides import Overrides
from auditor.model import Device
from auditor.waivers import Waiver, covers

_ANYBODY = "\0" * 64
"""The id of no PC: only a pattern that means every PC fits it."""


class Place(NamedTuple):
    """A combination of what several PCs may share; ``tags`` as the tables have them."""

    family: str
    site: str
    tags: str


@dataclass
class Known:
    """The circumstances that occur, each with its number; filled as PCs are looked at."""

    sections: Sequence[Section]
    waivers: Sequence[Waiver]
    own: Overrides
    as_of: date
    _numbers: dict[Circumstances, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = {name for section in self.sections if section.asks_device for name in section.looks_at.get(DEVICE, ())}
        self._asked = tuple(name for name in OF_THE_ROW if name in asked or "*" in asked)
        self._active = [number for number, each in enumerate(self.waivers) if self.as_of <= each.expires]
        scopes = [*(each.scope for each in self.own.bought), *(each.scope for each in self.own.segregated)]
        patterns = {
            *(pattern for number in self._active for pattern in self.waivers[number].devices),
            *(pattern for scope in scopes for pattern in scope.devices),
        } - {"*"}
        self._pattern = re.compile("|".join(translate(each.casefold()) for each in sorted(patterns)) or r"(?!)")
        self._tags = _tags_asked(self.sections)
        self.by_name = bool(patterns) or "hostname" in self._asked

    @property
    def all(self) -> list[Circumstances]:
        """Those that occur so far, in the order of their numbers."""
        return list(self._numbers)

    def number_of(self, device: Device) -> int:
        """The number of a PC's circumstances."""
        row: dict[str, Any] = {"hostname": device.hostname, "site": device.site, "tags": self._of_interest(device.tags)}
        told = tuple((name, _frozen(row[name])) for name in self._asked if name != "hostname" or device.hostname)
        mine = Circumstances(
            self.own.of((device.hostname, device.id), device.site, device.tags),
            tuple(number for number in self._active if covers(self.waivers[number], device)),
            told,
        )
        return self._numbers.setdefault(mine, len(self._numbers))

    def _of_interest(self, tags: tuple[str, ...]) -> list[str]:
        return [tag for tag in tags if self._tags is None or tag.casefold() in self._tags]

    def of_place(self, place: Place) -> int:
        """The number of those of a PC there whose name is not asked for."""
        return self.number_of(Device(_ANYBODY, "", place.family, place.site, tags_of(place.tags)))

    def particular(
        self, rows: Iterable[Sequence[tuple[Any, ...]]], places: Mapping[Place, int]
    ) -> Iterator[tuple[str, int]]:
        """(device id, number) of each PC that stands otherwise than its place says.

        ``rows`` are batches of (device id, host name, family, site, tags).
        """
        named = "hostname" in self._asked
        for batch in rows:
            for device, hostname, *at in batch:
                if named or self._pattern.match(hostname.casefold()) or self._pattern.match(device):
                    place = Place(*at)
                    number = self.number_of(Device(device, hostname, place.family, place.site, tags_of(place.tags)))
                    if number != places[place]:
                        yield device, number


def _tags_asked(sections: Sequence[Section]) -> frozenset[str] | None:
    """The tags whose presence a rule asks for; None where a rule asks for more than that of them."""
    asked = [
        condition
        for section in sections
        for rule in section.rules
        for condition in (*rule.when, *rule.require)
        if (condition.spec.kind, condition.spec.name) == (DEVICE, "tags")
    ]
    if any(each.word not in ("contains", "lacks") for each in asked):
        return None
    return frozenset(str(each.argument).casefold() for each in asked)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as the tables have them → the tags."""
    return tuple(json.loads(text)) if text else ()


def of_section(section: Section, known: Known) -> tuple[list[int], list[Circumstances]]:
    """For each of the circumstances the number of what of them matters to ``section``, and those in the order of numbers."""
    numbers: dict[Circumstances, int] = {}
    ids = [numbers.setdefault(circumstances_for(section, each, known.waivers), len(numbers)) for each in known.all]
    return ids, list(numbers)
