"""Taking a snapshot: everything the checks want, read by whichever readers there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from auditor import __version__, checks, identity
from auditor.model import Device, Reading, Snapshot
from auditor.sources import Reader, collect
from auditor.sources.kits import Kit


def take(
    family: str,
    readers: Mapping[str, Reader],
    *,
    taken_at: str,
    salt: str,
    hostname: str = "",
    site: str = "",
    tags: tuple[str, ...] = (),
    agent: str = f"auditor {__version__}",
    tick: Callable[[], None] = lambda: None,
) -> Snapshot:
    """Read all that the checks want of a system of ``family`` and say whose it is.

    ``taken_at`` is ISO 8601 in UTC, ``salt`` 32 random hex digits. ``hostname`` names a PC
    whose own files do not. ``agent`` is what read the PC.
    """
    readings = collect(checks.wants(family), readers, tick)
    device = Device(identity.device_id(readings), identity.hostname(readings) or hostname, family, site, tags)
    return Snapshot(device, taken_at, agent, salt, readings)


def with_measurements(snapshot: Snapshot, measured: Iterable[Reading]) -> Snapshot:
    """``snapshot`` with what the probe measured in place of its reading that says the probe was not run."""
    found = tuple(measured)
    sources = {reading.source for reading in found}
    kept = [reading for reading in snapshot.readings if reading.source not in sources]
    return snapshot._replace(readings=(*kept, *found))


def take_kit(
    kit: Kit,
    *,
    hostname: str = "",
    site: str = "",
    tags: tuple[str, ...] = (),
    tick: Callable[[], None] = lambda: None,
) -> Snapshot:
    """The snapshot that a kit's file makes. What the file says of the PC counts; ``tags`` are added to its own."""
    whose = kit.whose
    return take(
        whose.family,
        kit.readers,
        taken_at=whose.taken_at,
        salt=whose.salt,
        hostname=whose.hostname or hostname,
        site=whose.site or site,
        tags=tuple(dict.fromkeys((*whose.tags, *tags))),
        agent=kit.collector,
        tick=tick,
    )
