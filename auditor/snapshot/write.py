"""Snapshots into bytes, and bytes onto disk so that nobody ever sees half a file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from auditor.errors import AuditorError
from auditor.model import Reading, Snapshot
from auditor.snapshot import SCHEMA

_NO_SPACE = "Free some space, or name another place."
_NO_FOLDER = "Name a folder that exists and that you may write to."


def encode(snapshot: Snapshot) -> bytes:
    """One line of ASCII JSON; the same snapshot always gives the same bytes."""
    return json.dumps(document(snapshot), separators=(",", ":"), ensure_ascii=True).encode("ascii") + b"\n"


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as plain JSON values, in the order of the schema."""
    device = snapshot.device
    return {
        "schema": SCHEMA,
        "device": {
            "id": device.id, "hostname": device.hostname, "family": device.family,
            "site": device.site, "tags": list(device.tags),
        },
        "taken_at": snapshot.taken_at,
        "agent": snapshot.agent,
        "salt": snapshot.salt,
        "readings": [_reading(reading) for reading in snapshot.readings],
    }  # fmt: skip


def _reading(reading: Reading) -> dict[str, Any]:
    entry: dict[str, Any] = {"source": list(reading.source), "at": reading.at, "status": reading.status.value}
    if reading.value is not None:
        entry["value"] = reading.value
    if reading.detail:
        entry["detail"] = reading.detail
    return entry


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside ``path``, flush to the disk, then rename: the whole file or none.

    :raises AuditorError: the folder is missing, read-only or full. An older file stays.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    except OSError as error:
        raise AuditorError(f"{path}: cannot be written: {error.strerror}", _NO_FOLDER) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise AuditorError(f"{path}: cannot be written: {error.strerror}", _NO_SPACE) from error
