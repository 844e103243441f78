"""What is given to the store: one thing that was handed in, and what was made of it so far."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.estate.profile import Profile
from auditor.estate.segments import Packed
from auditor.model import Device

NOT_READ: Mapping[str, str] = MappingProxyType({})
"""No signals."""


class Taken(NamedTuple):
    """A snapshot that is not in the store yet, with what was understood of it.

    ``data`` are its bytes, or where they are compressed. ``signals`` are what tells its PC from others: kind → hash
    (:func:`auditor.identity.hashed`). ``came`` is the SHA-256 of what was handed in, where that is not what is kept.
    """

    name: str
    sha256: str
    data: bytes | Packed
    device: Device
    taken_at: str
    profile: Profile
    signals: Mapping[str, str] = NOT_READ
    came: str = ""


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
