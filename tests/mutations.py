"""What auditor does with damaged input: files of real and made PCs, changed by chance, through everything up to the findings.

One number makes one mutation, so that whatever is found can be had again. Nothing here
waits for anything or starts a process: ``tools/mutate.py`` does, with a deadline for each.
"""

from __future__ import annotations

import copy
import gzip
import json
import lzma
import plistlib
import random
import re
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from auditor import checks
from auditor.dictionary import VOCABULARY
from auditor.errors import AuditorError
from auditor.evaluate import evaluate
from auditor.model import Snapshot, Status
from auditor.places import rules_folder
from auditor.rule_file import Rule
from auditor.rules import load
from auditor.scan import take
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode
from auditor.sources.offline import open_place
from truth.layout import laid_out

MACHINES = Path(__file__).parent / "snapshots"
WHEN = "2026-11-20T09:30:00Z"
FACTS, REFUSED, TRACEBACK, HANG = "snapshot with facts", "refused with a reason", "TRACEBACK", "HANG"
_UNPACK: dict[str, Callable[[bytes], bytes]] = {".xz": lzma.decompress, ".gz": gzip.decompress}
_STRUCTURE = re.compile(rb"nk|vk|lf|lh|li|ri|db|sk|hbin|HvLE|regf|<dict>|bplist|PE\0\0|\n\[|\r\n|\"=")
_ODD_TEXTS = (
    "", "\\", "\0", "HKLM", "HKU\\", "C:\\", "~", "/home", "x" * 5000, "%ProgramFiles%", "..\\..", "1.2.3", "2026", "٣.١", "\u202e",
    "(", "a (b", "=", "\n\n", "http://", "{", "9" * 400, "1:1", "-1",
)  # fmt: skip
_ODD = (
    *_ODD_TEXTS, 0, -1, 2**31, 2**63 - 1, True, False, [], {}, [""], ["a", 1, None], {"": ""}, {"REG_SZ": 1}, {"REG_BINARY": "zz"},
    {"version": []}, {"version": {"a": {}}}, {"DisplayName": "Google Chrome", "DisplayVersion": ["1"]}, [[[]]], {"present": True},
)  # fmt: skip
_CAUGHT = re.compile(r"(?:[A-Z]\w*(?:Error|Exception|Warning|Interrupt)|Exception): ")


class Victim(NamedTuple):
    """What is changed: files by their paths, which of them, and what to open."""

    kind: str
    name: str
    files: tuple[tuple[str, bytes], ...]
    targets: tuple[str, ...]
    place: str = "."


class Outcome(NamedTuple):
    """What came of one mutation, and the reason or the traceback."""

    kind: str
    name: str
    outcome: str
    detail: str = ""


def victims(realdata: Path | None, scratch: Path) -> list[Victim]:
    """Everything that can be changed: real data where there is some, and the machines of our own making."""
    return [*(_real(realdata) if realdata else ()), *_made(scratch)]


def _real(realdata: Path) -> Iterator[Victim]:
    for path in _hives(realdata):
        name = path.name.removesuffix(path.suffix) if path.suffix in _UNPACK else path.name
        logs = tuple((f"{name}.LOG{n}", raw(log)) for n in (1, 2) for log in sorted(path.parent.glob(f"{name}.LOG{n}*")))
        yield Victim("hive", f"{path.parent.name}/{path.name}", ((name, raw(path)), *logs), (name,))
        if logs:
            yield Victim(
                "log", f"{path.parent.name}/{path.name}", ((name, raw(path)), *logs), tuple(each for each, _ in logs)
            )
    for path in sorted(realdata.rglob("*.reg")):
        yield Victim("reg", f"{path.parent.name}/{path.name}", ((path.name, path.read_bytes()),), (path.name,))
    for group in ("windows-systeminfo-wesng", "windows-systeminfo-jc", "windows-msinfo32-text"):
        for path in sorted((realdata / group).glob("*[!dE].*t")):
            yield Victim("report", f"{group}/{path.name}", ((path.name, path.read_bytes()),), (path.name,), path.name)
    for path in sorted((realdata / "linux-os-release").glob("*/etc/os-release")):
        yield Victim("release", path.parts[-3], (("etc/os-release", path.read_bytes()),), ("etc/os-release",))
    yield from _trees(realdata)


def _hives(realdata: Path) -> list[Path]:
    """The real hives, packed ones too, without their logs."""
    found = [each for each in sorted(realdata.rglob("*")) if each.is_file() and ".LOG" not in each.name.upper()]
    return [each for each in found if raw(each, 4) == b"regf"]


def raw(path: Path, size: int | None = None) -> bytes:
    """The bytes of a file, unpacked."""
    if path.suffix not in _UNPACK:
        with path.open("rb") as file:
            return file.read() if size is None else file.read(size)
    return _UNPACK[path.suffix](path.read_bytes())[:size]


def _trees(realdata: Path) -> Iterator[Victim]:
    version = "System/Library/CoreServices/SystemVersion.plist"
    plist = (realdata / "macos-systemversion-plists" / "tag-12.4-21F79.SystemVersion.plist").read_bytes()
    safari = (realdata / "macos-safari-info-plist" / "plist-safari-info.plist").read_bytes()
    info = "Applications/Safari.app/Contents/Info.plist"
    for style, form in (("xml", plistlib.FMT_XML), ("binary", plistlib.FMT_BINARY)):
        files = tuple(
            (path, plistlib.dumps(plistlib.loads(data), fmt=form)) for path, data in ((version, plist), (info, safari))
        )
        yield Victim("plist", f"macos {style}", files, (version, info))
    root = realdata / "linux-debian12-browsers-office" / "root"
    tree = tuple(
        (path.relative_to(root).as_posix(), path.read_bytes()) for path in sorted(root.rglob("*")) if path.is_file()
    )
    yield Victim("tree", "linux-debian12-browsers-office", tree, tuple(path for path, _ in tree))


def _made(scratch: Path) -> Iterator[Victim]:
    """The machines of our own making, and the snapshots of them."""
    for expected in sorted(MACHINES.glob("*/expected.yaml")):
        machine = yaml.safe_load(expected.read_text(encoding="utf-8"))
        place = laid_out(machine, expected.parent, scratch / expected.parent.name)
        root = place if place.is_dir() else place.parent
        files = tuple(
            (each.relative_to(root).as_posix(), each.read_bytes())
            for each in sorted(root.rglob("*"))
            if each.is_file() and not each.is_symlink() and each.name != "expected.yaml"
        )
        if place.is_file():
            files = tuple(each for each in files if each[0] == place.name)
        yield Victim(
            "machine", expected.parent.name, files, tuple(path for path, _ in files), place.name if place.is_file() else "."
        )
        try:
            opened = open_place(place)
        except AuditorError:
            continue
        snapshot = take(opened.family, opened.readers, taken_at=WHEN, salt="0" * 32, hostname="made")
        yield Victim("snapshot", expected.parent.name, (("pc.json", encode(snapshot)),), ("pc.json",), "pc.json")


def mutated(victim: Victim, chance: random.Random) -> dict[str, bytes]:
    """The files of a victim, one of them changed in one to three ways."""
    files = dict(victim.files)
    target = chance.choice(victim.targets)
    if victim.kind == "snapshot" and chance.random() < 0.8:
        return files | {target: _other_readings(files[target], chance)}
    data = bytearray(files[target])
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(_WAYS)(data, chance) if data else data
    return files | {target: bytes(data)}


def _other_readings(data: bytes, chance: random.Random) -> bytes:
    """A snapshot that is well formed, and whose readings say what no reader would."""
    document = json.loads(data)
    readings = document["readings"]
    for _ in range(chance.choice((1, 5, 40, len(readings)))):
        reading, other = chance.choice(readings), chance.choice(readings)
        match chance.randrange(4):
            case 0:
                reading["at"] = chance.choice([*_ODD_TEXTS, other["at"]])
            case 1 if "value" in reading and "value" in other:
                reading["value"] = copy.deepcopy(other["value"])
            case 2 if isinstance(reading.get("value"), dict) and reading["value"]:
                reading["value"][chance.choice(list(reading["value"]))] = copy.deepcopy(chance.choice(_ODD))
            case _:
                reading |= {"status": "read", "value": copy.deepcopy(chance.choice(_ODD))}
                reading.pop("detail", None)
    return json.dumps(document).encode()


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: _place(data, chance)]


def _zeroed(data: bytearray, chance: random.Random) -> bytearray:
    at, length = _place(data, chance), chance.choice((4, 64, 512, 4096, 65536))
    data[at : at + length] = bytes(len(data[at : at + length]))
    return data


def _shuffled(data: bytearray, chance: random.Random) -> bytearray:
    size = chance.choice((16, 512, 4096))
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    for _ in range(chance.randint(1, 8)):
        a, b = chance.randrange(len(blocks)), chance.randrange(len(blocks))
        blocks[a], blocks[b] = blocks[b], blocks[a]
    return bytearray().join(blocks)


def _random_bytes(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 8, 64))):
        data[_place(data, chance)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return data


def _bit_flips(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 8, 256))):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)
    return data


def _repeated(data: bytearray, chance: random.Random) -> bytearray:
    at, length = _place(data, chance), chance.choice((1, 32, 4096))
    return data[:at] + data[at : at + length] * chance.choice((2, 50)) + data[at:]


def _structure(data: bytearray, chance: random.Random) -> bytearray:
    """Changes where a record begins: what random places seldom meet."""
    start = chance.randrange(len(data)) if chance.random() < 0.5 else 0
    places = [match.start() for _, match in zip(range(200), _STRUCTURE.finditer(data, start), strict=False)]
    for _ in range(chance.choice((1, 4, 16)) if places else 0):
        at = min(chance.choice(places) + chance.randrange(-8, 80), len(data) - 1)
        data[max(at, 0)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return data


_WAYS = (_cut, _zeroed, _shuffled, _random_bytes, _bit_flips, _repeated, _structure, _structure)


def _place(data: bytearray, chance: random.Random) -> int:
    """A place to change: anywhere, or near the beginning, where most depends on it."""
    return chance.randrange(len(data) if chance.random() < 0.5 else min(len(data), 8192))


def run(number: int, seed: int, of: list[Victim], scratch: Path) -> Outcome:
    """Mutation ``number``: which victim, what change, and what came of it. ``scratch`` is emptied."""
    chance = random.Random(f"{seed}:{number}")
    victim = chosen(of, number, chance)
    shutil.rmtree(scratch, ignore_errors=True)
    for path, data in mutated(victim, chance).items():
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).write_bytes(data)
    try:
        return Outcome(victim.kind, victim.name, *through_everything(victim, scratch))
    except Exception:  # noqa: BLE001  whatever it is, it is what is looked for
        return Outcome(victim.kind, victim.name, TRACEBACK, traceback.format_exc()[-1500:])


def chosen(of: list[Victim], number: int, chance: random.Random) -> Victim:
    """Hives and exports get six of ten, the other kinds the rest in turn."""
    registry = [victim for victim in of if victim.kind in ("hive", "log", "reg")]
    rest = [victim for victim in of if victim not in registry]
    if registry and (number % 10 < 6 or not rest):
        return chance.choice(registry)
    kinds = sorted({victim.kind for victim in rest})
    return chance.choice([victim for victim in rest if victim.kind == kinds[number % len(kinds)]])


def through_everything(victim: Victim, folder: Path) -> tuple[str, str]:
    """Read, understood, judged, written and read again: the outcome and the reason."""
    try:
        if victim.kind == "snapshot":
            snapshot = decode((folder / victim.place).read_bytes())
        else:
            place = open_place(folder / victim.place)
            snapshot = take(place.family, place.readers, taken_at=WHEN, salt="0" * 32, hostname="made")
    except AuditorError as error:
        return (REFUSED, error.message) if error.message.strip() else (TRACEBACK, "refused without a reason")
    found = checks.detect(snapshot)
    evaluate(rules(), found, date(2026, 11, 20))
    if victim.kind != "snapshot":
        assert decode(encode(snapshot)).readings == snapshot.readings, "the written snapshot is another"
    broken = [gap.reason for gap in found.gaps if "broke on this snapshot" in gap.reason]
    broken += faults(snapshot)
    return (TRACEBACK, broken[0]) if broken else (FACTS, f"{len(found.facts)} facts")


def faults(snapshot: Snapshot) -> Iterable[str]:
    """Readings that break their own rules, or that a reader's own fault made."""
    for reading in snapshot.readings:
        if (reading.status is Status.READ) is (reading.value is None):
            yield f"{reading.source}: {reading.status} with {reading.value!r}"
        if reading.status is not Status.READ and not reading.detail:
            yield f"{reading.source}: {reading.status} without a reason"
        if reading.status is Status.FAILED and _CAUGHT.match(reading.detail):
            yield f"{reading.source}: a reader's own fault: {reading.detail}"


@cache
def rules() -> tuple[Rule, ...]:
    """The rules that come with auditor."""
    return tuple(load([rules_folder()], VOCABULARY).rules)
