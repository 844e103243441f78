"""Taking a snapshot: everything the checks want, read by whichever readers there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auditor import __version__, checks, identity
from auditor.model import Device, Snapshot
from auditor.sources import Reader, collect


def take(
    family: str,
    readers: Mapping[str, Reader],
    *,
    taken_at: str,
    salt: str,
    hostname: str = "",
    site: str = "",
    tags: tuple[str, ...] = (),
    tick: Callable[[], None] = lambda: None,
) -> Snapshot:
    """Read all that the checks want of a system of ``family`` and say whose it is.

    ``taken_at`` is ISO 8601 in UTC, ``salt`` 32 random hex digits. ``hostname`` names a PC
    whose own files do not.
    """
    readings = collect(checks.wants(family), readers, tick)
    device = Device(identity.device_id(readings), identity.hostname(readings) or hostname, family, site, tags)
    return Snapshot(device, taken_at, f"auditor {__version__}", salt, readings)
