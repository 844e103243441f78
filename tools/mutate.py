"""Damages real and made input by chance and looks at what becomes of it.

``python3 tools/mutate.py --count 10000 --seed 1 --jobs 2`` is the full run: some minutes.

Each mutation goes through reading, understanding, judging and writing in a worker process that
is ended after a deadline. Prints a table of outcomes by kind of input, and
ends with 1 where there was any traceback or hang. ``--number N`` does one mutation again.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent.parent
sys.path[:] = [str(HERE), str(HERE / "tests"), *(each for each in sys.path if each != str(HERE / "tools"))]

import mutations  # noqa: E402
from mutations import FACTS, HANG, REFUSED, TRACEBACK, Outcome, Victim  # noqa: E402

MEMORY = 4 * 2**30
"""Most address space of a worker, in bytes: what wants more is a fault."""


class Worker(NamedTuple):
    """A process, the line to it, and what it works on since when; no number means that it waits."""

    process: multiprocessing.Process
    line: Connection
    number: int = -1
    since: float = 0.0


def work(line: Connection, seed: int, of: list[Victim]) -> None:
    """Answer numbers with outcomes until the line is closed."""
    warnings.simplefilter("ignore")
    with contextlib.suppress(ImportError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory(prefix="auditor-mutation-") as folder:
        while (number := line.recv()) is not None:
            line.send(mutations.run(number, seed, of, Path(folder) / "pc"))


def start(seed: int, of: list[Victim]) -> Worker:
    """A new worker that waits."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=work, args=(theirs, seed, of), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, ours)


def results(numbers: range, seed: int, of: list[Victim], jobs: int, deadline: float) -> list[tuple[int, Outcome]]:
    """Every number's outcome, in the order in which they end."""
    left = iter(numbers)
    workers = [start(seed, of) for _ in range(jobs)]
    done: list[tuple[int, Outcome]] = []
    while len(done) < len(numbers):
        for place, worker in enumerate(workers):
            if worker.number < 0 and (number := next(left, None)) is not None:
                worker.line.send(number)
                workers[place] = worker._replace(number=number, since=time.monotonic())
        wait([worker.line for worker in workers if worker.number >= 0], timeout=1)
        for place, worker in enumerate(workers):
            if worker.number < 0:
                continue
            outcome = answer(worker, deadline)
            if outcome is None:
                continue
            done.append((worker.number, outcome))
            told(worker.number, outcome, len(done), len(numbers))
            ended = not worker.process.is_alive() or outcome.outcome == HANG
            workers[place] = start(seed, of) if ended else worker._replace(number=-1)
    for worker in workers:
        worker.process.kill()
    return done


def answer(worker: Worker, deadline: float) -> Outcome | None:
    """What a worker says; a hang where it is past its deadline, None where it may go on."""
    try:
        if worker.line.poll():
            outcome: Outcome = worker.line.recv()
            return outcome
    except (EOFError, OSError):
        worker.process.join()
        return Outcome("?", "?", TRACEBACK, f"the process ended with {worker.process.exitcode}")
    if time.monotonic() - worker.since <= deadline:
        return None
    worker.process.kill()
    worker.process.join()
    return Outcome("?", "?", HANG, f"no answer after {deadline:g} s")


def told(number: int, outcome: Outcome, done: int, count: int) -> None:
    """A line on what is wrong, and one now and then on how far it is."""
    if outcome.outcome in (TRACEBACK, HANG):
        print(f"{number}: {outcome.kind} {outcome.name}: {outcome.outcome}: {outcome.detail}", flush=True)
    if done % 1000 == 0:
        print(f"{done} of {count}", flush=True)


def table(outcomes: list[Outcome]) -> list[str]:
    """Outcomes by kind of input."""
    counted = Counter((each.kind, each.outcome) for each in outcomes)
    kinds = sorted({kind for kind, _ in counted})
    heads = (FACTS, REFUSED, TRACEBACK, HANG)
    lines = [f"{'kind':12}" + "".join(f"{head:>23}" for head in heads)]
    lines += [f"{kind:12}" + "".join(f"{counted[kind, head]:>23}" for head in heads) for kind in kinds]
    return [*lines, f"{'all':12}" + "".join(f"{sum(counted[kind, head] for kind in kinds):>23}" for head in heads)]


def main() -> int:
    """Mutate, print, judge."""
    parser = argparse.ArgumentParser(description="Damage input by chance and look at what becomes of it.")
    parser.add_argument("--count", type=int, default=10_000, metavar="N", help="how many mutations (default 10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed makes other mutations (default 1)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    parser.add_argument("--deadline", type=float, default=60.0, metavar="SECONDS", help="for each mutation (default 60)")
    parser.add_argument("--number", type=int, metavar="N", help="only this one")
    options = parser.parse_args()
    realdata = Path(os.environ.get("AUDITOR_REALDATA") or HERE.parent / "shared" / "realdata")
    if not realdata.is_dir():
        print(f"no real data at {realdata}: only machines of our own making are changed", file=sys.stderr)
    begun = time.monotonic()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="auditor-mutate-") as scratch:
        of = mutations.victims(realdata if realdata.is_dir() else None, Path(scratch))
        if options.number is not None:
            print(mutations.run(options.number, options.seed, of, Path(scratch) / "pc"))
            return 0
        done = results(range(options.count), options.seed, of, options.jobs, options.deadline)
    outcomes = [outcome for _, outcome in done]
    taken = time.monotonic() - begun
    print("\n".join(table(outcomes)))
    rate = len(outcomes) / taken
    print(f"seed {options.seed}: {len(outcomes)} mutations of {len(of)} inputs in {taken:.0f} s, {rate:.1f} a second")
    return int(any(each.outcome in (TRACEBACK, HANG) for each in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
