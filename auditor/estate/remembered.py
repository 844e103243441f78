"""What a writer must know of an estate to add to it: read once, then kept up with what it writes itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from auditor.estate import parquet
from auditor.estate.index import Index, Keys, hex_keys, id_keys, joined
from auditor.estate.lookups import Lookups
from auditor.estate.manifest import Head

_MOMENT = 20
_SHOWN = 16
"""So many digits of a SHA-256 order snapshots of one moment."""


def moment(taken_at: str, sha256: str) -> bytes:
    """What orders the snapshots of a PC: later is greater."""
    return (taken_at[:_MOMENT] + sha256[:_SHOWN]).encode("ascii", "replace")


def signal_key(device: str, signals: Mapping[str, str]) -> str:
    """A hash over a PC and its signals, in hexadecimal digits."""
    text = device + "|" + ";".join(sorted(f"{kind}={value}" for kind, value in signals.items()))
    return hashlib.md5(text.encode("utf-8", "backslashreplace"), usedforsecurity=False).hexdigest()


def snapshots_in(paths: Iterable[Path]) -> Index:
    """Which snapshots are in these files of the table ``snapshot``.

    :raises OSError: one cannot be read.
    """
    index = Index()
    columns = (batch.column("sha256") for path in paths for batch in parquet.read(path, "snapshot", ("sha256",)))
    index.add(joined(hex_keys(each.to_pylist()) for each in columns))
    return index


class Remembered:
    """Which snapshots, states, bundles, components and signals are there, and how new each PC's newest snapshot is."""

    def __init__(self, folder: Path, head: Head) -> None:
        """Read the columns that are needed; about 150 bytes a PC stay in memory.

        :raises OSError: a file cannot be read.
        :raises duckdb.Error: the same.
        """
        self.ids = {table: Index() for table in ("state", "bundle", "component")}
        self.signals = Index()
        self.newest = Index(_MOMENT + _SHOWN)
        self.pc_of: dict[str, str] = {}
        for file in head.of("alias"):
            for batch in parquet.read(folder / file.file, "alias", ("device", "pc")):
                self.pc_of.update(zip(batch.column("device").to_pylist(), batch.column("pc").to_pylist(), strict=True))
        self.snapshots = snapshots_in([folder / file.file for file in head.of("snapshot")])
        for table, index in self.ids.items():
            columns = (
                batch.column(table) for file in head.of(table) for batch in parquet.read(folder / file.file, table, (table,))
            )
            index.add(joined(id_keys(each.to_numpy().view("u8")) for each in columns))
        self._newest(folder, head)
        if head.of("signal"):
            self._signals(folder, head)

    def _newest(self, folder: Path, head: Head) -> None:
        """From ``device`` and what it does not know yet; from all snapshots, where it was made with other aliases."""
        settled = head.aliases == tuple(each.file for each in head.of("alias"))
        later = head.unsettled if settled else [each.file for each in head.of("snapshot")]
        files = [("snapshot", name) for name in later]
        if settled:
            files += [("device", each.file) for each in head.of("device")]
        for table, name in files:
            for batch in parquet.read(folder / name, table, ("device", "taken_at", "sha256")):
                devices, moments, hashes = (batch.column(each).to_pylist() for each in ("device", "taken_at", "sha256"))
                self.newest.add(self.pc_keys(devices), [moment(*pair) for pair in zip(moments, hashes, strict=True)])

    def _signals(self, folder: Path, head: Head) -> None:
        sql = """SELECT md5(device || '|' || string_agg(kind || '=' || value, ';' ORDER BY kind || '=' || value)) AS key
            FROM signal GROUP BY device, taken_at"""
        with Lookups(folder) as lookups:
            lookups.view({"signal": ("signal", [folder / each.file for each in head.of("signal")])})
            for batch in lookups.stream(sql):
                self.signals.add(hex_keys(batch.column("key").to_pylist()))

    def pc_keys(self, devices: Sequence[str]) -> Keys:
        """The keys of the PCs under which ``devices`` are counted."""
        return hex_keys([self.pc_of.get(each, each) for each in devices] if self.pc_of else devices)
