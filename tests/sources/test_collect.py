"""Asking every reader for every source: whatever goes wrong is a reading with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.model import Reading, Source, Status
from auditor.sources import collect, failure

PLACE = Source("made", "place")


def one(reader: object) -> Reading:
    [reading] = collect([PLACE], {"made": reader})  # type: ignore[dict-item]
    return reading


def test_every_source_is_answered_once_in_order() -> None:
    wanted = [Source("made", name) for name in "bab"]
    ticks: list[int] = []
    readings = collect(
        wanted, {"made": lambda source: [Reading(source, source.where, Status.READ, 1)]}, lambda: ticks.append(1)
    )
    assert [reading.source.where for reading in readings] == ["b", "a"]
    assert len(ticks) == 2


def test_a_kind_that_nothing_reads_is_failed() -> None:
    [reading] = collect([PLACE], {})
    assert (reading.status, reading.detail) == (Status.FAILED, "nothing here reads 'made' sources")


def test_a_reader_without_an_answer_is_failed() -> None:
    reading = one(lambda source: [])
    assert (reading.status, reading.detail) == (Status.FAILED, "the reader gave no answer")


@pytest.mark.parametrize(
    ("fault", "status", "detail"),
    [
        (ValueError("odd"), Status.FAILED, "ValueError: odd"),
        (RecursionError(), Status.FAILED, "RecursionError: "),
        (MemoryError("x" * 999), Status.FAILED, "MemoryError: " + "x" * 287),
        (FileNotFoundError(2, "No such file"), Status.ABSENT, "no such file"),
        (NotADirectoryError(20, "Not a directory"), Status.ABSENT, "no such file"),
        (PermissionError(13, "Permission denied"), Status.DENIED, "Permission denied"),
        (OSError(5, "Input/output error"), Status.FAILED, "Input/output error"),
        (OSError("only words"), Status.FAILED, "only words"),
    ],
)
def test_a_reader_that_raises_is_a_reading_with_the_reason(fault: Exception, status: Status, detail: str) -> None:
    def reader(source: Source) -> Iterator[Reading]:
        yield Reading(source, "half", Status.READ, 1)
        raise fault

    reading = one(reader)
    assert (reading.status, reading.detail, reading.at, reading.value) == (status, detail, "place", None)


def test_one_readers_fault_costs_no_other_reading() -> None:
    def broken(source: Source) -> Iterator[Reading]:
        raise KeyError(source)

    readers = {"made": broken, "good": lambda source: [Reading(source, "x", Status.READ, 1)]}
    readings = collect([PLACE, Source("good", "x")], readers)  # type: ignore[arg-type]
    assert [reading.status for reading in readings] == [Status.FAILED, Status.READ]


def test_an_interruption_is_not_swallowed() -> None:
    def interrupted(source: Source) -> Iterator[Reading]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one(interrupted)


def test_a_failure_names_its_place() -> None:
    assert failure(PLACE, "/etc/x", PermissionError(13, "no")) == Reading(PLACE, "/etc/x", Status.DENIED, None, "no")
