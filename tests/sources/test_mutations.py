"""Some hundred of the changes that ``tools/mutate.py`` makes by the ten thousand: facts or a reason, and nothing else.

A number that fails here is had again by ``python3 tools/mutate.py --seed 1 --number N``.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import mutations
from auditor.model import Detected, Gap, Reading, Source, Status
from pcs import pc

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FINE = {mutations.FACTS, mutations.REFUSED}


def wrong(numbers: range, of: list[mutations.Victim], scratch: Path) -> list[str]:
    outcomes = [(number, mutations.run(number, 1, of, scratch / "pc")) for number in numbers]
    assert {outcome.outcome for _, outcome in outcomes} >= {mutations.FACTS}, "none of them was read at all"
    return [f"{number}: {outcome}" for number, outcome in outcomes if outcome.outcome not in FINE]


def test_damaged_machines_of_our_own_making_give_facts_or_a_reason(tmp_path: Path) -> None:
    of = mutations.victims(None, tmp_path / "made")
    assert {victim.kind for victim in of} == {"machine", "snapshot"}
    assert wrong(range(200), of, tmp_path) == []


def test_damaged_real_data_gives_facts_or_a_reason(realdata: Path, tmp_path: Path) -> None:
    of = [victim for victim in mutations.victims(realdata, tmp_path / "made") if victim.kind not in ("machine", "snapshot")]
    assert {victim.kind for victim in of} >= {"hive", "log", "reg", "report", "release", "plist", "tree"}
    assert wrong(range(200), of, tmp_path) == []


def test_a_number_makes_the_same_change_again() -> None:
    victim = mutations.Victim("reg", "a", (("a.reg", bytes(range(256)) * 40), ("b.reg", b"b")), ("a.reg",))
    first, again, other = (mutations.mutated(victim, random.Random(seed)) for seed in ("1:7", "1:7", "1:8"))
    assert first == again
    assert first != other
    assert first["b.reg"] == b"b"


def test_every_way_of_changing_leaves_bytes_behind() -> None:
    for seed in range(300):
        data = bytearray(b'Windows Registry\r\n[HKEY_USERS]\r\n"a"="b"\r\n' * (seed % 5))
        victim = mutations.Victim("reg", "a", (("a.reg", bytes(data)),), ("a.reg",))
        assert mutations.mutated(victim, random.Random(seed)).keys() == {"a.reg"}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutate", Path(__file__).parents[2] / "tools" / "mutate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Process:
    """What is left of a worker's process."""

    exitcode = -9
    killed = False

    def kill(self) -> None:
        self.killed = True

    def join(self) -> None:
        pass


def test_a_worker_that_does_not_answer_is_ended_and_called_a_hang(tool: ModuleType) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = Process()
    assert tool.answer(tool.Worker(process, ours, 1, float("inf")), 60.0) is None
    assert not process.killed
    assert tool.answer(tool.Worker(process, ours, 1, float("-inf")), 60.0).outcome == mutations.HANG
    assert process.killed
    theirs.send(mutations.Outcome("hive", "a", mutations.FACTS))
    assert tool.answer(tool.Worker(process, ours, 1, float("inf")), 60.0).outcome == mutations.FACTS
    theirs.close()
    assert "ended with -9" in tool.answer(tool.Worker(process, ours, 1, float("inf")), 60.0).detail


def test_whatever_is_raised_is_an_outcome(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: Any) -> tuple[str, str]:
        raise RecursionError("too deep")

    monkeypatch.setattr(mutations, "through_everything", broken)
    victim = mutations.Victim("reg", "a", (("a.reg", b"REGEDIT4"),), ("a.reg",))
    outcome = mutations.run(1, 1, [victim], tmp_path / "pc")
    assert outcome.outcome == mutations.TRACEBACK
    assert "RecursionError: too deep" in outcome.detail


def test_a_check_that_breaks_and_a_reading_without_a_reason_are_no_facts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    victim = mutations.Victim("release", "a", (("etc/os-release", b"ID=debian\n"),), ("etc/os-release",))
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_bytes(b"ID=debian\n")
    assert mutations.through_everything(victim, tmp_path)[0] == mutations.FACTS
    gap = Gap("os", "machine", "the check 'system' broke on this snapshot: KeyError")
    monkeypatch.setattr(mutations.checks, "detect", lambda snapshot: Detected((), (gap,)))
    assert mutations.through_everything(victim, tmp_path) == (mutations.TRACEBACK, gap.reason)
    source = Source("file", "/x")
    readings = (
        Reading(source, "/x", Status.FAILED, detail="KeyError: 'a'"),
        Reading(source, "/x", Status.DENIED),
        Reading(source, "/x", Status.READ),
    )
    assert len(list(mutations.faults(pc("linux", {})._replace(readings=readings)))) == 3


def test_the_table_counts_every_outcome(tool: ModuleType) -> None:
    outcomes = [mutations.Outcome("hive", "a", mutations.FACTS)] * 3 + [mutations.Outcome("reg", "b", mutations.HANG)]
    assert [line.split() for line in tool.table(outcomes)[1:]] == [
        ["hive", "3", "0", "0", "0"],
        ["reg", "0", "0", "0", "1"],
        ["all", "3", "0", "0", "1"],
    ]
