"""The scores over labelled real machines do not fall below the record, and the counting itself is right."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor import checks
from auditor.checks import VOCABULARY
from auditor.model import Detected, Gap, Source, Status
from pcs import pc
from truth import score
from truth.layout import laid_out

pytestmark = [  # the library that replays a hive's logs leaves its files to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HERE = Path(__file__).parent
GROUPS = sorted(path.stem for path in (HERE / "labels").glob("*.yaml"))


@cache
def labels() -> dict[str, dict[str, Any]]:
    return score.labels()


@pytest.mark.parametrize("group", GROUPS)
def test_no_score_is_below_the_record(realdata: Path, tmp_path: Path, group: str) -> None:
    """``python3 tools/truth.py --record`` keeps a better score as the new record."""
    now = score.as_record(score.score_group(labels()[group], realdata, tmp_path))
    record = json.loads((HERE / "record.json").read_text(encoding="utf-8"))[group]
    assert score.below(record, now) == []


def test_every_group_of_real_data_is_labelled_or_has_its_reason(realdata: Path) -> None:
    without = yaml.safe_load((HERE / "not_scored.yaml").read_text(encoding="utf-8"))
    groups = {path.name for path in realdata.iterdir() if path.is_dir()}
    assert not without.keys() & labels().keys()
    assert groups <= without.keys() | labels().keys()
    assert all(reason.strip() for reason in without.values())


def test_what_is_called_unread_is_refused(realdata: Path, tmp_path: Path) -> None:
    """Once there is a reader, the mark goes and the scores count."""
    for group, label in labels().items():
        if "unread" in label:
            machine = label["machines"][0]
            told = score.score_machine(machine, realdata / group, tmp_path / group)
            assert told.tallies["os"].right == 0, f"{group}: there is a reader now; take the mark 'unread' away"


@pytest.mark.parametrize("group", GROUPS)
def test_every_label_names_its_source_its_licence_and_known_facts(group: str) -> None:
    label = labels()[group]
    assert label["group"] == group
    assert all(label[word].strip() for word in ("source", "licence", "about"))
    names = [machine["name"] for machine in label["machines"]]
    assert len(names) == len(set(names))
    for machine in label["machines"]:
        assert machine.keys() <= {"name", "place", "lay", "os", "browser", "office", "leftover", "app", "unsure"}
        known = [f"os.{fact}" for fact in machine.get("os", {})]
        known += [f"{kind}.{fact}" for kind in ("browser", "office") for each in machine.get(kind, []) for fact in each]
        assert set(known) <= VOCABULARY.keys()


RELEASE = Source("file", "/etc/os-release")
DPKG = Source("dpkg", "chromium")
STANZA = "Package: chromium\nStatus: install ok installed\nVersion: 140.0.12.1-1~deb12u1\nArchitecture: amd64"


def told(**label: Any) -> score.Score:
    snapshot = pc("linux", {RELEASE: "NAME=Debian\nVERSION_ID=12\nID=debian", DPKG: STANZA})
    return score.compared({"name": "pc", **label}, snapshot)


def test_a_fact_that_is_told_as_labelled_is_right_and_another_is_missed_and_extra() -> None:
    tally = told(os={"name": "Debian 12", "version": "13", "architecture": "arm64", "type": score.UNKNOWN}).tallies["os"]
    assert (tally.right, tally.missed, tally.extra, tally.unknown) == (1, 2, 1, 1)


def test_a_value_where_the_label_says_unknown_is_extra() -> None:
    tally = told(os={"version": score.UNKNOWN}).tallies["os"]
    assert (tally.right, tally.missed, tally.extra, tally.unknown) == (0, 0, 1, 0)


def test_what_may_be_known_or_not_is_right_when_known_and_rightly_unknown_when_not() -> None:
    tally = told(os={"version": ["12", score.UNKNOWN], "type": ["client", score.UNKNOWN]}).tallies["os"]
    assert (tally.right, tally.missed, tally.extra, tally.unknown) == (1, 0, 0, 1)


def test_one_of_two_true_spellings_is_right() -> None:
    assert told(os={"version": ["12", "12.0"]}).tallies["os"].right == 1


@pytest.mark.parametrize(
    ("browser", "expected"),
    [
        ([{"product": "chromium", "version": "140.0.12.1", "channel": "stable"}], (1, 0, 0)),
        ([{"product": "chromium", "version": "141.0"}], (0, 1, 1)),
        ([{"product": "chromium", "version": "140.0.12.1", "last_run_version": "140.0"}], (0, 1, 0)),
        ([], (0, 0, 1)),
        ([{"product": "chrome", "version": "140.0.12.1"}], (0, 1, 1)),
        ([{"product": "chromium", "version": "140.0.12.1"}] * 2, (1, 1, 0)),
    ],
)
def test_an_installation_is_right_in_all_that_its_label_names_or_not_at_all(browser: Any, expected: Any) -> None:
    tally = told(browser=browser).tallies["browser"]
    assert (tally.right, tally.missed, tally.extra) == expected


def test_precision_recall_and_their_mean() -> None:
    tally = score.Tally(right=3, missed=1, extra=3)
    assert (tally.precision(), tally.recall(), tally.f1()) == (0.5, 0.75, 0.6)
    assert (score.Tally().precision(), score.Tally().recall(), score.Tally().f1()) == (None, None, None)


def test_a_source_without_any_reading_is_silent() -> None:
    snapshot = pc("linux", {RELEASE: "ID=debian"}, rest=None)
    lines = score.silent(snapshot, checks.detect(snapshot))
    assert any("no reading at all" in line for line in lines)


def test_a_refusal_that_a_gap_tells_of_is_not_silent_and_one_that_nothing_tells_of_is() -> None:
    snapshot = pc("linux", {DPKG: (Status.DENIED, "Permission denied")})
    assert score.silent(snapshot, checks.detect(snapshot)) == []
    (line,) = score.silent(snapshot, Detected(()))
    assert line.endswith("Permission denied: shows nowhere")


@pytest.mark.parametrize(
    ("scope", "where", "shown"),
    [("machine", "/opt/*", True), ("user", "/opt/*", False), ("machine", "~/*", True), ("user", "~/*", True)],
)
def test_a_gap_covers_what_is_refused_of_its_kind_and_a_users_only_what_is_theirs(
    scope: str, where: str, shown: bool
) -> None:
    source = next(each for each in checks.wants("linux") if each.where.startswith(where.rstrip("*")) and each.kind == "file")
    snapshot = pc("linux", {source: (Status.FAILED, "Input/output error")})
    lines = score.silent(
        snapshot, Detected((), (Gap("browser", scope, "something else"), Gap("office", scope, "something else")))
    )
    assert (lines == []) is shown


@pytest.mark.parametrize(("detail", "silent"), [("only a running PC can answer this", False), ("Input/output error", True)])
def test_what_a_disk_cannot_answer_is_silent_only_where_a_running_pc_was_asked(detail: str, silent: bool) -> None:
    source = next(each for each in checks.wants("linux") if each.kind == "process")
    assert bool(score.silent(pc("linux", {source: (Status.FAILED, detail)}), Detected(()))) is silent


def test_a_kind_that_may_be_incomplete_without_a_gap_is_silent() -> None:
    assert told(unsure=["browser"]).silent == ("pc: browser: no gap says that it may be incomplete",)


def test_a_place_that_is_refused_is_right_only_where_nothing_could_be_told(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    machine = {
        "name": "pc",
        "place": "x",
        "os": {"name": "Debian 12", "version": score.UNKNOWN},
        "browser": [{"product": "ie"}],
    }
    tally = score.score_machine(machine, tmp_path, tmp_path / "scratch").tallies
    assert (tally["os"].right, tally["os"].missed, tally["os"].unknown, tally["browser"].missed) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("now", "worse"),
    [
        ({"precision": 9000, "recall": 5000, "f1": 6000}, []),
        ({"precision": 8999, "recall": 5000, "f1": 6000}, ["os precision: 8999 is below 9000"]),
        ({"precision": None, "recall": 5000, "f1": 6000}, ["os precision: None is below 9000"]),
    ],
)
def test_a_score_below_the_record_is_named(now: dict[str, Any], worse: list[str]) -> None:
    nothing = {"precision": None, "recall": None, "f1": None}
    record = {"os": {"precision": 9000, "recall": 5000, "f1": 6000}, "browser": nothing, "office": nothing, "silent": 1}
    assert score.below(record, {**record, "os": now}) == worse
    assert score.below(record, {**record, "silent": 2}) == ["silent unknowns: 2 are more than 1"]


def test_a_machine_is_laid_out_as_its_label_says(tmp_path: Path) -> None:
    (tmp_path / "group/tree/etc").mkdir(parents=True)
    (tmp_path / "group/tree/etc/os-release.SYMLINK").write_text("../usr/lib/os-release\n")
    (tmp_path / "group/one.plist").write_bytes(b"1")
    lay = {
        "tree": "tree",
        "files": {"a/b.plist": "one.plist"},
        "make": {"usr/lib/os-release": "ID=debian\n"},
        "links": {"c": "a"},
    }
    to = laid_out({"name": "pc", "lay": lay}, tmp_path / "group", tmp_path / "to")
    assert (to / "etc/os-release").read_text() == "ID=debian\n"
    assert (to / "c/b.plist").read_bytes() == b"1"
