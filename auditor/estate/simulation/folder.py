"""A simulated estate into a folder: packed NDJSON or one file a PC, what is true beside it; by as many processes as wanted.

A piece of work is a range of PCs on a day. It is the same whoever does it, and so are the lines that come of it.
"""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import NamedTuple

import zstandard

from auditor.errors import AuditorError
from auditor.estate.simulation.answers import EXPECTED, NEVER_HEARD, TRUTH, as_csv
from auditor.estate.simulation.days import PER_FILE, Line, answers, lines, newest, on_day
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate, day_of
from auditor.model import Source

Wants = Mapping[str, tuple[Source, ...]]
"""What an agent reads on a PC of each family."""

_PACKING = zstandard.ZstdCompressionParameters.from_level(1, window_log=23)
"""Level 1 with a window of 8 MB, in which about a hundred snapshots repeat each other."""

_AT_ONCE = 50


class Job(NamedTuple):
    """A piece of work: the PCs from ``first`` to before ``stop`` on ``day``; 0 stands for each PC's newest snapshot.

    ``answers`` says that it tells what is true of them; a job may do that alone.
    """

    estate: Estate
    folder: str
    first: int
    stop: int
    day: int
    files: bool
    answers: bool
    snapshots: bool


class Done(NamedTuple):
    """What came of work: ``size`` and ``packed`` are bytes, ``truth`` and ``expected`` rows."""

    snapshots: int = 0
    dirty: int = 0
    size: int = 0
    packed: int = 0
    files: int = 0
    truth: bytes = b""
    expected: bytes = b""


def jobs(estate: Estate, folder: Path, *, files: bool) -> Iterator[Job]:
    """All pieces of work, in order."""
    everybody = estate.pcs + estate.pcs * NEVER_HEARD // 1_000_000
    for first in range(0, everybody, PER_FILE):
        stop = min(first + PER_FILE, everybody)
        is_single = estate.days == 1 and first < estate.pcs
        yield Job(estate, str(folder), first, stop, 0, files, answers=True, snapshots=is_single)
    if estate.days > 1:
        for day in range(estate.first_day, estate.as_of):
            for first in range(0, estate.pcs, PER_FILE):
                stop = min(first + PER_FILE, estate.pcs)
                yield Job(estate, str(folder), first, stop, day, files, answers=False, snapshots=True)


def write(
    estate: Estate, wants: Wants, agent: str, folder: Path, *, workers: int, files: bool, tick: Callable[[int], None]
) -> Done:
    """Write the whole estate into an empty or new folder; ``tick`` is told how many snapshots are written.

    :raises AuditorError: the folder is not empty, cannot be written to, or a worker was ended.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise AuditorError(f"{folder}: is not empty", "Name a folder that does not exist yet, or empty this one.")
        with (folder / "truth.csv").open("wb") as truth, (folder / "expected.csv").open("wb") as expected:
            truth.write(as_csv([TRUTH]))
            expected.write(as_csv([EXPECTED]))
            total = Done()
            for done in _worked(tuple(jobs(estate, folder, files=files)), wants, agent, workers):
                truth.write(done.truth)
                expected.write(done.expected)
                total = Done(
                    total.snapshots + done.snapshots, total.dirty + done.dirty, total.size + done.size,
                    total.packed + done.packed, total.files + done.files,
                )  # fmt: skip
                tick(total.snapshots)
    except OSError as error:
        raise AuditorError(
            f"{error.filename or folder}: cannot be written: {error.strerror}", "Name another folder."
        ) from error
    except BrokenProcessPool as error:
        raise AuditorError("a process that simulated was ended from outside", "Try again with fewer --workers.") from error
    return total


def _worked(todo: Sequence[Job], wants: Wants, agent: str, workers: int) -> Iterator[Done]:
    """The results in the order of the work."""
    if workers == 1 or len(todo) == 1:
        scene = Scene(wants, agent)
        yield from (_work(job, scene) for job in todo)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(todo)), spawn) as pool:
        plain = {family: tuple(map(tuple, sources)) for family, sources in wants.items()}
        yield from pool.map(_work_elsewhere, todo, [(agent, tuple(sorted(plain.items())))] * len(todo))


@cache
def _scene(agent: str, plain: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> Scene:
    return Scene({family: tuple(Source(*each) for each in sources) for family, sources in plain}, agent)


def _work_elsewhere(job: Job, about: tuple[str, tuple[tuple[str, tuple[tuple[str, str], ...]], ...]]) -> Done:
    """A piece of work in a process of its own, which keeps what it made for the next piece."""
    return _work(job, _scene(*about))


def _work(job: Job, scene: Scene) -> Done:
    estate, numbers = job.estate, range(job.first, min(job.stop, job.estate.pcs))
    pcs = list(on_day(estate, numbers, job.day) if job.day else newest(estate, numbers))
    done = Done()
    if job.snapshots:
        found = lines(estate, scene, pcs)
        done = _each_in_a_file(job, found) if job.files else _packed(job, found)
    if job.answers:
        truth, expected = answers(estate, pcs, range(max(job.first, estate.pcs), job.stop))
        done = done._replace(truth=truth, expected=expected)
    return done


def _packed(job: Job, found: Iterable[Line]) -> Done:
    """All lines in one file of packed NDJSON."""
    folder = Path(job.folder, day_of(job.day)) if job.day else Path(job.folder)
    folder.mkdir(exist_ok=True)
    path = folder / f"part-{job.first // PER_FILE:05d}.ndjson.zst"
    snapshots = spoiled = size = 0
    held: list[bytes] = []
    with path.open("wb") as file:
        with zstandard.ZstdCompressor(compression_params=_PACKING).stream_writer(file, closefd=False) as packer:
            for line in found:
                held.append(line.data)
                size += len(line.data)
                snapshots, spoiled = (snapshots + 1, spoiled) if line.pc else (snapshots, spoiled + 1)
                if len(held) == _AT_ONCE:
                    packer.write(b"".join(held))
                    held.clear()
            packer.write(b"".join(held))
        packed = file.tell()
    return Done(snapshots, spoiled, size, packed, 1)


def _each_in_a_file(job: Job, found: Iterable[Line]) -> Done:
    """A file for each line, in a folder for each site."""
    snapshots = spoiled = size = 0
    for line in found:
        folder = Path(job.folder, re.sub(r"[^a-z0-9]+", "-", line.beside.site.name.lower()))
        folder.mkdir(exist_ok=True)
        name = f"{line.beside.device}-{day_of(line.beside.day)}{'' if line.pc else '-copy'}.json"
        (folder / name).write_bytes(line.data)
        size += len(line.data)
        snapshots, spoiled = (snapshots + 1, spoiled) if line.pc else (snapshots, spoiled + 1)
    return Done(snapshots, spoiled, size, size, snapshots + spoiled)
