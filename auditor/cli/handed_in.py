"""What may be handed in, as snapshots: snapshots themselves, and the files that kits write."""

from __future__ import annotations

from auditor import privacy, privacy_bytes
from auditor.errors import SnapshotError
from auditor.model import Snapshot
from auditor.scan import take_kit
from auditor.snapshot import MAX_NAME, MAX_READINGS, write
from auditor.sources import kits


def understand(data: bytes) -> Snapshot:
    """The snapshot that ``data`` is or makes; the same bytes always give the same.

    :raises SnapshotError: it is none, or would be larger than a snapshot may be.
    :raises SourceError: it is a kit's file that cannot be used.
    """
    from auditor.snapshot.read import decode

    if not kits.is_kit(data):
        return decode(data)
    snapshot = take_kit(kits.open_kit(data))
    if len(snapshot.readings) > MAX_READINGS:
        raise SnapshotError(f"{len(snapshot.readings)} readings: a snapshot holds at most {MAX_READINGS}")
    if len(snapshot.device.hostname) > MAX_NAME:
        raise SnapshotError(f"a host name of {len(snapshot.device.hostname)} characters: at most {MAX_NAME} are read")
    return snapshot


def may_name(data: bytes) -> bool:
    """Whether bytes that were handed in, or a part of them, may hold a user's name; of a kit's file nobody can tell."""
    return kits.is_kit(data) or privacy_bytes.may_hold_names(data)


def at_intake(data: bytes, key: privacy.Key, *, users: bool = True, hosts: bool = False) -> bytes:
    """The bytes to keep of what was handed in, with pseudonyms in the place of names: the same bytes give the same.

    Bytes that hold no name are kept as they came. Of a kit's file the snapshot that it makes is kept, since a text
    with other names in it would no longer be what the kit wrote.

    :raises SnapshotError: it is none, or would be larger than a snapshot may be.
    :raises SourceError: it is a kit's file that cannot be used.
    """
    kit = kits.is_kit(data)
    if not kit and not privacy_bytes.may_hold_names(data, hosts=hosts):
        return data
    came = understand(data)
    kept = privacy.pseudonymised(came, key, users=users, hosts=hosts)
    return write.encode(kept) if kit or kept != came else data
