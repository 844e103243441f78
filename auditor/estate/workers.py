"""Taking in on all cores: other processes read, understand and compress; this one hears what came of it, in order.

What goes to them and comes back can be pickled, and each is started anew (*spawn*), so it is the same on every system.
No more is under way than a few pieces of work for each, so memory does not grow with what is handed in. They end with
this process, however it ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path

from auditor.errors import EstateError
from auditor.estate.index import Index, hex_keys
from auditor.estate.remembered import snapshots_in
from auditor.estate.store import Store
from auditor.estate.taking import Done, Found, Intake, Known, take

FEW = 4
"""With no more pieces of work than this, no other process is worth its start."""

_UNDER_WAY = 3
"""So many pieces of work are given to each process at a time."""

Make = Callable[[], Intake]
"""Makes what takes in, in whichever process; it can be pickled."""


def spread(store: Store, work: Iterable[Sequence[Found]], make: Make, workers: int) -> Iterator[Done]:
    """What comes of each piece of ``work``, in order, by so many ``workers``; by none where there is little to do.

    :raises EstateError: one of them died. What was heard before holds.
    """
    pieces = iter(work)
    first = list(islice(pieces, FEW + 1)) if workers > 1 else []
    if workers > 1 and len(first) > FEW:
        yield from _by_others(store, chain(first, pieces), make, workers)
        return
    intake = make()
    for piece in chain(first, pieces):
        yield take(piece, store.known, intake, store.limits.frame_bytes)


def _by_others(store: Store, work: Iterable[Sequence[Found]], make: Make, workers: int) -> Iterator[Done]:
    pool = ProcessPoolExecutor(
        workers,
        multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(make, store.files("snapshot"), store.limits.frame_bytes),
    )
    under_way: deque[Future[Done]] = deque()
    try:
        for piece in work:
            under_way.append(pool.submit(_take, piece))
            if len(under_way) >= workers * _UNDER_WAY:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise EstateError(
            "a process that takes in snapshots died", "See whether memory ran out; --workers 1 does without such processes."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Here:
    """What a process that takes in has: made once, when it begins."""

    intake: Intake
    known: Known
    frame_bytes: int


def _begin(make: Make, snapshots: Sequence[Path], frame_bytes: int) -> None:
    """Get ready to take in. Ctrl-C is for the process that started this one; when that is gone, this one goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _Here.intake, _Here.frame_bytes = make(), frame_bytes
    index = Index()
    with contextlib.suppress(OSError):  # then the process that has the store finds out what is there already
        index = snapshots_in(snapshots)
    _Here.known = _known_in(index)


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _known_in(index: Index) -> Known:
    def known(sha256s: Sequence[str]) -> frozenset[str]:
        asked = [each for each in sha256s if each]
        return frozenset(each for each, there in zip(asked, index.find(hex_keys(asked)).tolist(), strict=True) if there)

    return known


def _take(piece: Sequence[Found]) -> Done:
    return take(piece, _Here.known, _Here.intake, _Here.frame_bytes)
