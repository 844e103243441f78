"""Kills whoever works on an estate, over and over, at moments of chance, and sees that nothing is lost of what was stored.

``python3 tools/kill.py --rounds 300 --seed 1``. Each round one process ingests, settles, compacts, forgets or reports
until it is ended by SIGKILL, while another reads. A writer tells the SHA-256 of what it stored after the store said so.
Afterwards all that was told must be there byte for byte, what was forgotten must not, the check of the estate must find
nothing wrong, and a report that was written must be whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyarrow as pa

from auditor.errors import EstateError
from auditor.estate import ingest as ingesting
from auditor.estate import upkeep
from auditor.estate.engines import open_engine
from auditor.estate.inputs import Input
from auditor.estate.parquet import SCHEMAS
from auditor.estate.query import summarise
from auditor.estate.store import Store, open_store
from auditor.report.formats import FORMATS
from auditor.snapshot.write import write_atomically
from tests.estate.samples import AS_OF, NEW_BROWSER, RECEIVED, device_id, pc, ruleset, understand

RULES = ruleset(NEW_BROWSER)
REPORT = "report.json"
PCS = 40
"""So many PCs hand in, so that their snapshots are new, newer and older in turn."""
MOST_WORDS = 25
"""A writer is heard to say at most so many words before its end is near,"""
LONGEST = 0.2
"""and lives at most for so many seconds more."""

Tell = Callable[[str], object]


class Told(NamedTuple):
    """What writers said that they had done: SHA-256 → host name of what is stored, and whose were, or may be, forgotten."""

    stored: dict[str, str]
    forgotten: set[str]
    perhaps: set[str]


def inputs(chance: random.Random, count: int) -> list[tuple[str, Input]]:
    """Snapshots of some PCs, each with its PC's host name, and now and then something that is none."""
    found = []
    for _ in range(count):
        name = f"pc-{chance.randrange(PCS)}"
        day = f"2026-11-{chance.randrange(1, 25):02d}"
        data = pc(name, f"{chance.randrange(90, 130)}.{chance.randrange(10**9)}", day=day)
        found.append((name, Input(f"{name}-{chance.randrange(10**9)}.json", data)))
    if chance.random() < 0.3:
        found.append(("", Input("bad.json", b"bad %d" % chance.randrange(10**9))))
    return found


def store_some(store: Store, chance: random.Random, tell: Tell) -> None:
    """One ingest of a few batches; what each stored is told when it is stored."""
    found = inputs(chance, chance.randrange(1, 30))
    for start in range(0, len(found), 10):
        part = found[start : start + 10]
        ingesting.ingest(store, [each for _, each in part], RECEIVED, understand)
        for name, each in part:
            if name:
                tell(f"stored {hashlib.sha256(each.data).hexdigest()} {name}")


def ingest(store: Store, chance: random.Random, tell: Tell) -> None:
    """Ingest."""
    store_some(store, chance, tell)


def settle(store: Store, chance: random.Random, tell: Tell) -> None:
    """Ingest, and say of some PCs that they are one, so that all must be settled anew."""
    store_some(store, chance, tell)
    one, other = (device_id(f"pc-{number}") for number in chance.sample(range(PCS), 2))
    rows = [{"device": one, "pc": other, "reason": "test"}, {"device": other, "pc": other, "reason": "test"}]
    store.replace("alias", pa.Table.from_pylist(rows if chance.random() < 0.7 else [], schema=SCHEMAS["alias"]))
    store.settle()


def compact(store: Store, chance: random.Random, tell: Tell) -> None:
    """Ingest a little and compact."""
    store_some(store, chance, tell)
    upkeep.compact(store)


def forget(store: Store, chance: random.Random, tell: Tell) -> None:
    """Ingest a little and forget a PC. Aliases go first, so that it is one PC alone."""
    store_some(store, chance, tell)
    name = f"pc-{chance.randrange(PCS)}"
    store.replace("alias", pa.Table.from_pylist([], schema=SCHEMAS["alias"]))
    tell(f"forgetting {name}")
    try:
        upkeep.forget(store, [name], RECEIVED)
    except Exception as error:
        if "no PC" not in str(error):
            raise
    tell(f"forgot {name}")


def report(store: Store, folder: Path) -> None:
    """Write a report on what is there."""
    with closing(open_engine()) as engine:
        content = summarise(store, engine, RULES, as_of=AS_OF, stale_days=30)
        write_atomically(folder.parent / REPORT, FORMATS["json"](content, 100))


WORK = {"ingest": ingest, "settle": settle, "compact": compact, "forget": forget}
"""What a writer does, again and again."""


def write(folder: Path, role: str, seed: str, tell: Tell) -> None:
    """The life of a writer, or of one who reports, until it is killed."""
    chance = random.Random(seed)
    while role == "report":
        with open_store(folder) as store:
            tell("started")
            report(store, folder)
    while True:
        with open_store(folder, write=True, segment_bytes=20_000, frame_bytes=4_000) as store:
            tell("started")
            for _ in range(chance.randrange(1, 5)):
                WORK[role](store, chance, tell)


def read(folder: Path) -> None:
    """The life of a reader, until its parent is gone: what it opens must fit together, whatever a writer does."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.1)
        generation = -1
        try:
            with open_store(folder) as store:
                generation = store.generation
                wrong = list(upkeep.check(store, quick=True).problems)
        except EstateError as error:
            wrong = [error.message]
        # Two compactions, or a forgetting, take files away that were there when it opened, and an estate must first be made.
        if wrong and (folder / "estate.json").exists() and generation_of(folder) == generation:
            raise SystemExit("\n".join(wrong))


def generation_of(folder: Path) -> int:
    """The generation of the estate now."""
    with open_store(folder) as store:
        return store.generation


def fork(work: Callable[[], object]) -> int:
    """A process that does ``work``; its id. All libraries are loaded, so that it begins at once."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except SystemExit as error:
        print(error, file=sys.stderr)
    finally:
        if sys.exc_info()[0]:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


def verify(folder: Path, told: Told) -> None:
    """See that the estate is whole and holds what was told. Raises SystemExit with what is wrong."""
    wrong: list[str] = []
    if (written := folder.parent / REPORT).exists():
        json.loads(written.read_bytes())
    with open_store(folder) as store:
        found = upkeep.check(store)
        wrong += found.problems
        there = set(store.known(told.stored))
        for sha256, name in told.stored.items():
            if name in told.forgotten and sha256 in there:
                wrong.append(f"forgotten, but there: {sha256} of {name}")
            if name not in told.forgotten | told.perhaps and sha256 not in there:
                wrong.append(f"lost: {sha256} of {name}")
        for sha256 in sorted(there)[:20]:
            store.raw(sha256)
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))


def lines(descriptor: int) -> Iterator[str]:
    """What a writer told, until it ends. A line that it could not end was not told."""
    with os.fdopen(descriptor, "rb") as pipe:
        for line in pipe:
            if line.endswith(b"\n"):
                yield line.decode("ascii").strip()


def hear(told: Told, line: str) -> None:
    """Note one line of a writer."""
    word, *rest = line.split()
    if word == "stored":
        told.stored[rest[0]] = rest[1]
    elif word == "forgetting":
        told.perhaps.add(rest[0])
    elif word == "forgot":
        for sha256 in [each for each, name in told.stored.items() if name == rest[0]]:
            del told.stored[sha256]
        told.perhaps.discard(rest[0])


def one_round(folder: Path, role: str, seed: str, words: int, delay: float, told: Told) -> None:
    """A writer from its start to its end."""
    incoming, outgoing = os.pipe()

    def tell(line: str) -> None:
        os.write(outgoing, f"{line}\n".encode("ascii"))

    child = fork(lambda: write(folder, role, seed, tell))
    os.close(outgoing)
    heard = lines(incoming)
    for _, line in zip(range(words), heard, strict=False):
        hear(told, line)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    for line in heard:
        hear(told, line)
    if not os.WIFSIGNALED(status):
        raise SystemExit(f"the writer ended by itself ({role}, {seed})")


def done(child: int) -> bool:
    """Whether a process ended well."""
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def run(rounds: int, seed: int, folder: Path, say: Callable[[str], object] = print) -> Counter[str]:
    """So many rounds on the estate in ``folder``; how often each kind of writer was killed, and what it had stored.

    :raises SystemExit: something was lost, half-written, or wrong.
    """
    chance = random.Random(seed)
    told = Told({}, set(), set())
    counts: Counter[str] = Counter()
    for number in range(rounds):
        role = chance.choice(["ingest", "ingest", "settle", "compact", "forget", "report"]) if number else "ingest"
        reader = fork(lambda: read(folder))
        one_round(folder, role, f"{seed}-{number}", chance.randrange(MOST_WORDS), chance.random() * LONGEST, told)
        ended, status = os.waitpid(reader, os.WNOHANG)
        if not ended:
            os.kill(reader, signal.SIGKILL)
            os.waitpid(reader, 0)
        elif status:
            raise SystemExit(f"round {number}, {role}: the reader saw something half-written")
        if not done(fork(lambda: verify(folder, told))):
            raise SystemExit(f"round {number}, {role}, seed {seed}: the estate in {folder} is not whole")
        told.perhaps.clear()
        with_all = fork_known(folder, told)
        for sha256 in [each for each in told.stored if each not in with_all]:
            del told.stored[sha256]
        counts[role] += 1
        if number % 20 == 19:
            say(f"{number + 1} rounds, {len(told.stored):,} snapshots that must be there")
    counts["stored"] = len(told.stored)
    return counts


def fork_known(folder: Path, told: Told) -> set[str]:
    """Those that are there, when a forgetting was killed: it happened, or it did not, and so it stays."""
    incoming, outgoing = os.pipe()

    def tell_known() -> None:
        with open_store(folder) as store, os.fdopen(outgoing, "wb") as pipe:
            pipe.write("\n".join(sorted(store.known(told.stored))).encode("ascii"))

    child = fork(tell_known)
    os.close(outgoing)
    with os.fdopen(incoming, "rb") as pipe:
        known = pipe.read().decode("ascii").split()
    if not done(child):
        raise SystemExit(f"the estate in {folder} cannot be opened")
    return set(known)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="an empty folder; it stays. Default: a temporary one")
    options = parser.parse_args()
    if not hasattr(os, "fork"):
        raise SystemExit("kill.py needs a system with fork and SIGKILL")
    with tempfile.TemporaryDirectory() as temporary:
        counts = run(options.rounds, options.seed, options.folder or Path(temporary) / "estate")
    stored = counts.pop("stored")
    by_role = ", ".join(f"{count} in {role}" for role, count in sorted(counts.items()))
    print(f"{sum(counts.values())} kills ({by_role}): {stored:,} snapshots told, none lost")


if __name__ == "__main__":
    main()
