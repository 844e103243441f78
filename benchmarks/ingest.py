#!/usr/bin/env python3
"""How quickly snapshots are understood whose parts were understood before, against msgspec's raw decode of the same bytes.

The PCs are made of the Windows 10 and 11 that stand in tests/snapshots, as the agent would have read them there: some of these make
most of the PCs, each with users, numbers and a host name of its own, and with versions of browsers of which the newest are on most of them. All are taken in twice,
so that the second time every part was seen before; in the second time one core is measured. The yardstick is msgspec, which
splits the same bytes into readings and decodes none of them. Both are run in turn, one thousand snapshots each, in CPU time,
since others use the machine too: medians, and the spread. ``--write`` puts the table into BENCHMARKS.md.
"""

from __future__ import annotations

import hashlib
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml
from figures import ROOT, machine, run

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from auditor import identity  # noqa: E402
from auditor.cli import handed_in  # noqa: E402
from auditor.estate.understanding import Plainly, Understanding  # noqa: E402
from auditor.model import Reading, Status  # noqa: E402
from auditor.privacy_bytes import is_nobody  # noqa: E402
from auditor.scan import take  # noqa: E402
from auditor.snapshot.write import encode  # noqa: E402
from auditor.sources.offline import open_place  # noqa: E402
from truth.layout import laid_out  # noqa: E402

PCS = 2000
VERSION = re.compile(rb"\b1[0-4][0-9]\.0\.[0-9]{3,4}\.[0-9]{1,3}\b")
VERSIONS = [b"%d.0.%d.%d" % (138 - number // 3, 7204 - 30 * number, 40 + number) for number in range(30)]
NEW = re.compile(rb'"CurrentBuild":"(?:1[0-9]|2[0-9])[0-9]{3}"')
USER = re.compile(rb'(?i)((?:users|"HKU)\\\\)(?!public|default|S-1-|\*)[a-z][a-z0-9. ]*(?=\\\\|")')


class Split(msgspec.Struct):
    """A snapshot whose readings are found and not looked at."""

    readings: list[msgspec.Raw]


def windows() -> list[bytes]:
    """The snapshots of the Windows 10 and 11 of tests/snapshots."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted((ROOT / "tests" / "snapshots").glob("*/expected.yaml")):
            label: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
            place = open_place(laid_out(label, path.parent, Path(scratch, path.parent.name)))
            snapshot = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
            data = encode(snapshot._replace(readings=tuple(map(asked, snapshot.readings))))
            if NEW.search(data) and 80_000 < len(data) < 110_000:
                found.append(data)
    return found


def asked(reading: Reading) -> Reading:
    """What the agent on that PC would have got to read: what these few files do not have is not there."""
    if reading.status is Status.READ:
        return reading
    reason = "no such key or value" if reading.source.kind == "registry" else "nothing there has such a name"
    return Reading(reading.source, reading.at, Status.ABSENT, detail=reason)


def made(data: bytes, chance: random.Random) -> bytes:
    """Another PC of that sort: its names, its users', its numbers, and how old its browsers are."""
    versions: dict[bytes, bytes] = {}
    data = VERSION.sub(lambda found: versions.setdefault(found[0], VERSIONS[rank(chance, 1.1, len(VERSIONS))]), data)
    domain = b"S-1-5-21-%d-%d-%d-" % tuple(chance.randrange(2**32) for _ in range(3))
    data = re.sub(rb"S-1-5-21-[0-9]+-[0-9]+-[0-9]+-", domain, data)
    users: dict[bytes, bytes] = {}
    name = (b"%s%d" % (chance.choice((b"j.smith", b"Anna", b"okafor")), chance.randrange(10**5)) for _ in iter(int, 1))
    data = USER.sub(lambda found: found[1] + users.setdefault(found[0][len(found[1]) :].lower(), next(name)), data)
    host = b"PC-%07d" % chance.randrange(10**7)
    data = re.sub(
        rb'"id":"[^"]*","hostname":"[^"]*"', b'"id":"%032x","hostname":"%s"' % (chance.getrandbits(128), host), data
    )
    data = re.sub(rb'("ComputerName":")[^"]*', rb"\g<1>" + host, data)
    return re.sub(rb'("MachineGuid":"|"salt":")[^"]*', rb"\g<1>%032x" % chance.getrandbits(128), data)


def rank(chance: random.Random, slope: float, most: int) -> int:
    """Which of ``most``: the first often, the last seldom."""
    return min(int(chance.paretovariate(slope)) - 1, most - 1)


def microseconds(each: Callable[[bytes], object], pcs: list[bytes]) -> float:
    """CPU time of one snapshot."""
    start = time.process_time()
    for data in pcs:
        each(data)
    return (time.process_time() - start) / len(pcs) * 1e6


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    chance, kinds = random.Random(1), windows()
    pcs = [made(kinds[rank(chance, 0.7, len(kinds))], chance) for _ in range(PCS)]
    understand = Understanding(signals=identity.signals, may_name=handed_in.may_name, is_nobody=is_nobody)
    split = msgspec.json.Decoder(Split).decode
    steps: dict[str, Callable[[bytes], object]] = {
        "msgspec, split into raw readings": split,
        "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
        "understood": understand,
        "SHA-256 and understood": lambda data: (hashlib.sha256(data).hexdigest(), understand(data)),
    }
    first = microseconds(understand, pcs)
    plainly = microseconds(Plainly(), pcs[:100])
    times: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds):
        some = pcs[number % 2 * 1000 :][:1000]
        for name, step in steps.items():
            times[name].append(microseconds(step, some))
    raw = times["msgspec, split into raw readings"]
    today = datetime.now(UTC).date()
    lines = [
        f"Median of {rounds} (least–most). `python benchmarks/ingest.py --rounds {rounds}`, {today}, {machine()}.",
        "",
        f"| {PCS} snapshots of {sum(map(len, pcs)) // len(pcs):,} bytes | µs each | share of msgspec's speed |",
        "|---|---|---|",
    ]
    for name, each in times.items():
        low, middle, high = min(each), statistics.median(each), max(each)
        shares = [yardstick / own for yardstick, own in zip(raw, each, strict=True)]
        share = f"{statistics.median(shares):.0%} ({min(shares):.0%}–{max(shares):.0%})"
        lines.append(f"| {name} | {middle:.0f} ({low:.0f}–{high:.0f}) | {share} |")
    return "\n".join(
        [
            *lines,
            f"| understood, the first time | {first:.0f} | |",
            f"| understood one by one, without any memory | {plainly:.0f} | |",
        ]
    )


if __name__ == "__main__":
    run("ingest", __doc__, table, rounds=9)
