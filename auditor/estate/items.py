"""What is given to the store: one thing that was handed in, and what was made of it so far."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.estate.profile import Profile
from auditor.model import Device

NOT_READ: Mapping[str, str] = MappingProxyType({})


class Taken(NamedTuple):
    """A snapshot that is not in the store yet, with what was understood of it.

    ``signals`` are what tells its PC from others: kind → hash (:func:`auditor.identity.hashed`).
    """

    name: str
    sha256: str
    data: bytes
    device: Device
    taken_at: str
    profile: Profile
    signals: Mapping[str, str] = NOT_READ


class Refused(NamedTuple):
    """Something that is not a snapshot. ``data`` is empty where it is not to be kept."""

    name: str
    sha256: str
    data: bytes
    reason: str


class Passed(NamedTuple):
    """Something that only the log is told: ``outcome`` is "unchanged" or "unreadable"."""

    name: str
    sha256: str
    outcome: str
    reason: str = ""


Item = Taken | Refused | Passed
"""One thing that was handed in, and what became of it so far."""
