#!/usr/bin/env python3
"""An estate of N PCs out of a small one that was simulated and ingested: ``grown.py SMALL FOLDER N [--seed S]``.

To take in a million snapshots takes many minutes; this takes less than one, and leaves out what a report does not read.

*Simulated and ingested*, as they stand in SMALL: every component, every bundle, and for each PC how its things go together.

*Resampled*, by chance from these: a PC takes system, browsers and moment of its snapshot from one PC of SMALL, hardware
from another, Office and other programs from a third, site and tags from a fourth, all of one family; so windows
on hardware that it would not be put on occurs. Device id, host name and SHA-256 are its own. Half of the PCs have one of their browsers
exchanged for the same product as another PC has it, with what that browser supports, in a version whose last number may be
another: so components, and the bundles of them, grow with the number of PCs, by about its 0.6th power and more slowly than it.

*Not there*: raw snapshots (``estate check`` would say so), signals, expected PCs, the log, history: each PC has one snapshot.
The same SMALL, N and seed give the same tables.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from figures import ROOT

sys.path[:0] = [str(ROOT)]

from auditor.estate import parquet  # noqa: E402
from auditor.estate.manifest import File, Head, write_head  # noqa: E402
from auditor.estate.opening import begin  # noqa: E402
from auditor.estate.profile import content_id  # noqa: E402
from auditor.estate.store import open_store  # noqa: E402
from auditor.estate.tables import BUNDLES, TABLES  # noqa: E402

CHUNK = 250_000
EXCHANGED = 0.5
"""The share of the PCs that have a browser in the version of another."""
POWER = 0.6
_LAST = re.compile(r'("(?:[a-z_]*version)":"[0-9]+(?:\.[0-9]+)*\.)([0-9]+)"')
_ID = np.uint64((1 << 63) - 1)


def mixed(numbers: Any) -> Any:
    """Each number's bits stirred (the finalizer of SplitMix64), so that sums of several are as good as hashes."""
    x = np.asarray(numbers).astype(np.uint64)
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


class Members(NamedTuple):
    """The things of one kind on the PCs of SMALL, a PC after the other: component, number of its name, whose."""

    component: Any
    name: Any
    pc: Any
    start: Any
    count: Any


class Small:
    """The estate that grows."""

    def __init__(self, folder: Path) -> None:
        with open_store(folder) as store:
            self.head = store.head
            self.device = pa.concat_tables([pq.read_table(path) for path in store.files("device")])
            self.bundle = pa.concat_tables([pq.read_table(path) for path in store.files("bundle")])
            self.component = pa.concat_tables([pq.read_table(path) for path in store.files("component")])
        self.bundles = {each: self.device[each].to_numpy() for each in BUNDLES}
        families = self.device["family"].combine_chunks().dictionary_encode()
        self.family = families.indices.to_numpy()
        self.by_family = [np.flatnonzero(self.family == number) for number in range(len(families.dictionary))]
        found = zip(self.component["component"].to_pylist(), self.component["name"].to_pylist(), strict=True)
        names: dict[str, int] = {}
        self._name = {component: names.setdefault(name, len(names)) for component, name in found}
        self.rows = {row["component"]: row for row in self.component.to_pylist()}
        of: dict[int, list[int]] = {}
        for bundle, component in zip(*(self.bundle[each].to_pylist() for each in ("bundle", "component")), strict=True):
            of.setdefault(bundle, []).append(component)
        self._of = of

    def members(self, kind: str) -> Members:
        """The things of ``kind``; gaps are none."""
        flat: list[tuple[int, int, int]] = []
        counts = []
        for number, bundle in enumerate(self.bundles[f"b_{kind}"].tolist()):
            mine = [each for each in self._of.get(bundle, ()) if self.rows[each]["kind"] == kind]
            flat += [(each, self._name[each], number) for each in mine]
            counts.append(len(mine))
        component, name, whose = (np.array(column, dtype=np.int64) for column in zip(*flat, strict=True))
        count = np.array(counts)
        return Members(component, name, whose, np.cumsum(count) - count, count)

    def whole(self, bundle: int) -> list[int]:
        """All components of a bundle."""
        return self._of[bundle]


class Variants:
    """Components whose versions end otherwise; each is made when it is first asked for."""

    def __init__(self, small: Small) -> None:
        self._small = small
        self._made: dict[tuple[int, int], int] = {}
        self.rows: dict[int, dict[str, Any]] = {}

    def of(self, components: Any, numbers: Any) -> Any:
        """The ids of the variants of ``components`` with ``numbers``; 0 is the component itself."""
        pairs, back = np.unique(np.stack([components, numbers]), axis=1, return_inverse=True)
        made = [self._one(int(component), int(number)) for component, number in pairs.T]
        return np.array(made, dtype=np.int64)[back.reshape(-1)]

    def _one(self, component: int, number: int) -> int:
        key = (component, number)
        if number == 0:
            return component
        if key not in self._made:
            row = self._small.rows[component]
            facts = _LAST.sub(lambda found: f'{found[1]}{int(found[2]) + number}"', row["facts"])
            mine = content_id([row["kind"], row["name"], facts, row["unknowns"]])
            self._made[key] = mine if facts != row["facts"] else component
            if facts != row["facts"]:
                self.rows[mine] = {**row, "component": mine, "facts": facts}
        return self._made[key]


class Bundles:
    """The bundles of one kind: those that are, and those that come of exchanging a member."""

    def __init__(self, small: Small, kind: str) -> None:
        self.kind = kind
        distinct = np.unique(small.bundles[f"b_{kind}"])
        self._distinct = distinct[distinct != 0]
        self._whole = {each: small.whole(each) for each in self._distinct.tolist()}
        with np.errstate(over="ignore"):
            sums = np.array([mixed(each).sum() for each in self._whole.values()], dtype=np.uint64)
        self._sums = sums
        order = np.argsort(sums)
        self._by_sum = (sums[order], self._distinct[order])
        self._known = np.array([], dtype=np.int64)
        self.new: list[Any] = []

    def exchange(self, bundles: Any, old: Any, new: Any) -> Any:
        """``bundles`` with ``new`` in the place of the member ``old``, row by row; what has the same members has one id."""
        at = np.searchsorted(self._distinct, bundles)
        with np.errstate(over="ignore"):
            sums = self._sums[at] - mixed(old) + mixed(new)
        found, known = self._by_sum
        where = np.minimum(np.searchsorted(found, sums), len(found) - 1)
        ids = np.where(found[where] == sums, known[where], (mixed(sums) & _ID).astype(np.int64))
        fresh, first = np.unique(ids, return_index=True)
        wanted = ~np.isin(fresh, self._known) & ~np.isin(fresh, self._distinct)
        self._known = np.union1d(self._known, fresh[wanted])
        self._keep(fresh[wanted], bundles[first[wanted]], old[first[wanted]], new[first[wanted]])
        return ids

    def _keep(self, ids: Any, bundles: Any, old: Any, new: Any) -> None:
        members = [self._whole[each] for each in bundles.tolist()]
        if not members:
            return
        counts = np.array([len(each) for each in members])
        flat = np.concatenate([np.array(each, dtype=np.int64) for each in members])
        again = np.repeat(np.arange(len(counts)), counts)
        component = np.where(flat == old[again], new[again], flat)
        columns = [ids[again], [self.kind] * len(flat), component, np.ones(len(flat), dtype=np.int32)]
        self.new.append(parquet.table_of("bundle", columns))


class Growing:
    """Makes the rows of ``device``, piece by piece."""

    def __init__(self, small: Small, count: int, seed: int) -> None:
        self.small, self.count, self.seed = small, count, seed
        self.variants = Variants(small)
        self.most = max(1, round((count / len(small.family)) ** POWER))
        self.browser, self.html5 = Bundles(small, "browser"), Bundles(small, "html5")
        self._browsers, self._html5 = small.members("browser"), small.members("html5")
        group = small.family[self._browsers.pc].astype(np.int64) * 1_000_000 + self._browsers.name
        self._order = np.argsort(group, kind="stable")
        self._group = group
        self._groups, self._start, self._size = np.unique(group[self._order], return_index=True, return_counts=True)
        key = self._html5.pc * 1_000_000 + self._html5.name
        self._html5_order = np.argsort(key, kind="stable")
        self._html5_key = key[self._html5_order]
        names = small.device["hostname"].to_pylist()
        self._prefix = pa.array([re.sub("[0-9]+$", "", each) or "pc-" for each in names])

    def pieces(self) -> Iterator[Any]:
        """Tables of the shape of ``device``."""
        for start in range(0, self.count, CHUNK):
            yield self._piece(start, min(CHUNK, self.count - start))

    def _piece(self, start: int, count: int) -> Any:
        chance = np.random.default_rng([self.seed, start])
        small, device = self.small, self.small.device
        first = chance.integers(len(small.family), size=count)
        family = small.family[first]
        others = [np.empty(count, dtype=np.int64) for _ in range(3)]
        for number, alike in enumerate(small.by_family):
            mine = family == number
            for other in others:
                other[mine] = alike[chance.integers(len(alike), size=int(mine.sum()))]
        hardware, office, place = others
        bundles = {each: small.bundles[each][first] for each in BUNDLES}
        bundles["b_hardware"] = small.bundles["b_hardware"][hardware]
        bundles["b_office"], bundles["b_app"] = (small.bundles[each][office] for each in ("b_office", "b_app"))
        self._exchange(chance, first, bundles)
        number = pc.utf8_lpad(pa.array(np.arange(start, start + count)).cast(pa.string()), 8, "0")
        columns = {
            "device": _hex(chance, count, 16), "sha256": _hex(chance, count, 32), "taken_at": _taken(device["taken_at"], first),
            "state": chance.integers(1, 1 << 63, size=count, dtype=np.int64),
            "hostname": pc.binary_join_element_wise(self._prefix.take(pa.array(place)), number, ""),
            "family": _taken(device["family"], first), "site": _taken(device["site"], place),
            "tags": _taken(device["tags"], place), **bundles,
        }  # fmt: skip
        return parquet.table_of("device", [columns[each] for each in TABLES["device"]])

    def _exchange(self, chance: Any, first: Any, bundles: dict[str, Any]) -> None:
        """One browser of some PCs becomes the same product as it is on another, with its HTML5."""
        mine = self._browsers
        pcs = np.flatnonzero((chance.random(len(first)) < EXCHANGED) & (mine.count[first] > 0))
        whose = first[pcs]
        slot = mine.start[whose] + (chance.random(len(pcs)) * mine.count[whose]).astype(np.int64)
        at = np.searchsorted(self._groups, self._group[slot])
        donor = self._order[self._start[at] + (chance.random(len(pcs)) * self._size[at]).astype(np.int64)]
        number = (self.most * chance.random(len(pcs)) ** 3).astype(np.int64)
        old, new = mine.component[slot], self.variants.of(mine.component[donor], number)
        twice = np.zeros(len(pcs), dtype=bool)
        for each in range(int(mine.count.max())):
            member = np.minimum(mine.start[whose] + each, len(mine.component) - 1)
            twice |= (each < mine.count[whose]) & (mine.component[member] == new)
        use = ~twice
        pcs, whose, slot, donor, number = pcs[use], whose[use], slot[use], donor[use], number[use]
        bundles["b_browser"][pcs] = self.browser.exchange(bundles["b_browser"][pcs], old[use], new[use])
        before, there = self._supports(whose, mine.name[slot])
        after, also = self._supports(mine.pc[donor], mine.name[slot])
        both = there & also
        pcs, before = pcs[both], self._html5.component[before[both]]
        now = self.variants.of(self._html5.component[after[both]], number[both])
        bundles["b_html5"][pcs] = self.html5.exchange(bundles["b_html5"][pcs], before, now)

    def _supports(self, whose: Any, name: Any) -> tuple[Any, Any]:
        """Where the HTML5 of a product on a PC of SMALL stands, and whether there is any."""
        key = whose * 1_000_000 + name
        at = np.minimum(np.searchsorted(self._html5_key, key), len(self._html5_key) - 1)
        return self._html5_order[at], self._html5_key[at] == key


def _taken(column: Any, numbers: Any) -> Any:
    return column.combine_chunks().take(pa.array(numbers))


def _hex(chance: Any, count: int, size: int) -> Any:
    text = pa.py_buffer(chance.bytes(count * size).hex().encode())
    offsets = pa.py_buffer(np.arange(0, (count + 1) * size * 2, size * 2, dtype=np.int32))
    return pa.StringArray.from_buffers(count, offsets, text)


def grow(small_folder: Path, folder: Path, count: int, seed: int) -> None:
    """Write the estate.

    :raises EstateError: SMALL is no estate, or FOLDER something else.
    """
    small = Small(small_folder)
    growing = Growing(small, count, seed)
    begin(folder).release()
    tables: dict[str, list[File]] = {}

    def write(table: str, batches: Sequence[Any]) -> None:
        name = f"tables/{table}/{len(tables.get(table, ())) + 1:08d}-1.parquet"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        written = parquet.write(folder / name, table, batches)
        tables.setdefault(table, []).append(File(name, written.rows, written.bytes, written.sha256))

    for piece in growing.pieces():
        write("device", [piece])
        write("state", [piece.select(list(TABLES["state"]))])
        write("snapshot", [_snapshots(piece)])
    write("bundle", [small.bundle, *growing.browser.new, *growing.html5.new])
    new = list(growing.variants.rows.values())
    write("component", [small.component, pa.Table.from_pylist(new, schema=parquet.SCHEMAS["component"])])
    write_head(folder, Head(generation=1, tables={table: tuple(files) for table, files in tables.items()}))


def _snapshots(piece: Any) -> Any:
    """Rows of ``snapshot``, of which no raw snapshot is kept."""
    zeros = np.zeros(len(piece), dtype=np.int64)
    columns = {each: piece[each].combine_chunks() for each in ("sha256", "device", "taken_at", "state")}
    columns |= dict.fromkeys(("segment", "frame_length", "start", "size"), zeros.astype(np.int32)) | {"frame": zeros}
    return parquet.table_of("snapshot", [columns.get(each, columns["taken_at"]) for each in TABLES["snapshot"]])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    grow(asked.small, asked.folder, asked.count, asked.seed)
    with open_store(asked.folder) as store:
        rows = {table: sum(file.rows for file in store.head.of(table)) for table in ("device", "bundle", "component")}
        size = sum(file.bytes for file in store.head.of("device"))
    print(f"{rows['device']:,} PCs, {size / rows['device']:.0f} bytes each in device; {rows['bundle']:,} rows of bundles, "
          f"{rows['component']:,} components")  # fmt: skip


if __name__ == "__main__":
    main()
