"""What ships with what was refreshed laid over it: the tables that verdicts are reckoned from.

A value that is handed in, as what the organisation says of itself is; :data:`NONE` is what ships alone.
:mod:`auditor.knowledge.laying` makes it of the files of a folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from auditor.knowledge import releases, shipped
from auditor.knowledge.releases import Column, Release
from auditor.knowledge.shipped import Renewed, Row
from auditor.model import Reading


class Used(NamedTuple):
    """A refreshed file that verdicts rest on: its topic, the day that it is of, the SHA-256 of the feed's answer."""

    topic: str
    as_of: date
    sha256: str


@dataclass(frozen=True, eq=False, slots=True)
class Refreshed:
    """Tables as they are after a refresh; what a table is not named in is as it ships.

    One is made for a whole run, so it is told from others by identity and may be part of a key. ``used`` is
    for the report's provenance: the files that it was made of. ``sources`` is (column, major version) → where
    its day comes from; ``alive`` is the extended line of Firefox → the day on which Mozilla still listed it.
    """

    used: tuple[Used, ...] = ()
    systems: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    macs: Mapping[str, Row] = field(default_factory=dict)
    offices: tuple[Row, ...] | None = None
    libreoffices: tuple[Row, ...] | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    sources: Mapping[tuple[str, str], Renewed] = field(default_factory=dict)
    lines: tuple[Row, ...] | None = None
    alive: Mapping[int, date] = field(default_factory=dict)

    def lifecycles(self, family: str) -> tuple[Row, ...]:
        """The lifecycles of a family of systems."""
        return self.systems[family] if family in self.systems else shipped.lifecycles(family)

    def suites(self) -> tuple[Row, ...]:
        """The generations of Microsoft Office."""
        return shipped_suites() if self.offices is None else self.offices

    def libreoffice(self) -> tuple[Row, ...]:
        """The series of LibreOffice, the newest first."""
        return tuple(shipped.topic("office")["libreoffice"]) if self.libreoffices is None else self.libreoffices

    def releases(self, column: str) -> tuple[Release, ...]:
        """The releases of a browser, oldest first."""
        return releases.releases(column, self.columns)

    def known_until(self, column: str) -> date:
        """The day until which the releases of a browser are certain."""
        return releases.known_until(column, self.columns)

    def newest_reading(self, column: str, out: Sequence[Release]) -> tuple[Reading, ...]:
        """The first of some releases of a browser that a feed tells, as evidence; none where all are as they ship."""
        told = next((each for each in out if (column, each.version) in self.sources), None)
        if told is None:
            return ()
        return (self.sources[column, told.version].reading(f"{column} {told.version} came out on {told.date}"),)


def shipped_suites() -> tuple[Row, ...]:
    """The generations of Microsoft Office as they ship: what was generated, then what people decided."""
    return (*shipped.topic("office")["suites"], *shipped.topic("curated")["suites"])


NONE = Refreshed()
"""Nothing was refreshed."""
