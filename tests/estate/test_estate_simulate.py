"""Simulated estates: what is said of the PCs is what is found of them, and it is the same everywhere and every time."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auditor import checks, identity
from auditor.cli.simulate import command
from auditor.dictionary import VOCABULARY
from auditor.errors import AuditorError, SnapshotError
from auditor.estate.inputs import find_inputs
from auditor.estate.simulation import days, dirty
from auditor.estate.simulation.answers import EXPECTED, TRUTH, told_version, truth_row
from auditor.estate.simulation.dice import Dice, weighted, zipf
from auditor.estate.simulation.plan import Pc, newest_day, pc_on
from auditor.estate.simulation.releases import listing, version_on
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate
from auditor.evaluate import evaluate, readiness
from auditor.model import Detected, Outcome, Snapshot, Source
from auditor.places import rules_folder
from auditor.rules import load
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode
from auditor.versions import compare
from pcs import are_sound, installed, only

AS_OF = date(2026, 11, 28).toordinal()
WANTS = {family: checks.wants(family) for family in checks.FAMILIES}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(WANTS, "auditor 0.1.0")


def pcs_of(family: str, count: int, estate: Estate) -> list[Pc]:
    """The first PCs of a family."""
    every = (pc_on(estate, number, newest_day(estate, number)) for number in range(100 * count))
    return [pc for pc, _ in zip((pc for pc in every if pc.system.family == family), range(count), strict=False)]


@pytest.fixture(scope="module", params=[("windows", False), ("macos", False), ("linux", False), ("windows", True)], ids=str)
def understood(request: pytest.FixtureRequest, scene: Scene) -> list[tuple[Pc, Snapshot, Detected]]:
    family, wild = request.param
    snapshots = [(pc, decode(scene.line(pc))) for pc in pcs_of(family, 150, Estate(20_000, 5, AS_OF, wild=wild))]
    return [(pc, snapshot, checks.detect(snapshot)) for pc, snapshot in snapshots]


def plain(value: Any) -> str:
    return "?" if isinstance(value, tuple) else str(value)


def test_a_line_is_what_auditor_itself_would_write(scene: Scene) -> None:
    for number in range(200):
        line = scene.line(pc_on(Estate(200, 3, AS_OF), number, AS_OF - 1))
        assert encode(decode(line)) == line


def test_every_source_is_answered_and_the_pc_is_known_by_its_own_signals(
    understood: list[tuple[Pc, Snapshot, Detected]],
) -> None:
    for pc, snapshot, detected in understood:
        assert {each.source for each in snapshot.readings} == set(checks.wants(pc.system.family))
        assert identity.device_id(snapshot.readings) == snapshot.device.id == pc.device
        assert identity.hostname(snapshot.readings) == snapshot.device.hostname == pc.hostname
        assert snapshot.device.tags == pc.tags
        assert are_sound(detected)
        assert not any("broke on this snapshot" in gap.reason for gap in detected.gaps)
        assert pc.blind or not [gap for gap in detected.gaps if gap.scope == "machine"]


def test_what_is_simulated_is_what_is_found(understood: list[tuple[Pc, Snapshot, Detected]]) -> None:
    for pc, _, detected in understood:
        if pc.blind:
            continue
        browsers = sorted(
            (name, plain(facts["version"]), plain(facts["scope"]), plain(facts["channel"]).replace("?", ""))
            for (name, _), facts in installed(detected, "browser").items()
        )
        assert browsers == sorted(
            (each.product, told_version(each) or "?", "user" if each.own else "machine", each.channel)
            for each in pc.browsers
        )
        row = dict(zip(TRUTH, truth_row(pc), strict=True))
        assert (row["pc"], row["device"]) == (str(pc.number), pc.device)
        system = only(detected, "os")
        assert system["name"] == row["os"]
        assert plain(system.get("revision", "?")) == (pc.system.revision or "?")
        suites = [f"{name} {plain(facts['version'])}" for (name, _), facts in installed(detected, "office").items()]
        assert suites == ([row["office"]] if row["office"] else [])
        hardware = only(detected, "hardware")
        assert hardware["model"] == row["model"]
        assert hardware["memory"] > 2**30


def test_what_could_not_be_read_is_a_gap_or_unknown(scene: Scene) -> None:
    estate = Estate(20_000, 1, AS_OF)
    blind: dict[str, Pc] = {}
    number = 0
    while len(blind) < 4:
        pc = pc_on(estate, number, AS_OF - 1)
        number += 1
        if pc.system.family == "windows":
            blind.setdefault(pc.blind, pc)
    blind.pop("")
    for pc in blind.values():
        detected = checks.detect(decode(scene.line(pc)))
        unknown = [fact for fact in detected.facts if "denied" in fact.unknown]
        assert unknown or [gap for gap in detected.gaps if gap.scope == "machine"], pc.blind


def test_rules_find_some_ready_some_not_and_some_unknown(scene: Scene) -> None:
    rules = load([rules_folder()], VOCABULARY, ("baseline", "windows11")).rules
    estate, said = Estate(20_000, 1, AS_OF), Counter[str]()
    outcomes: dict[str, Counter[Outcome]] = {}
    for number in range(250):
        detected = checks.detect(decode(scene.line(pc_on(estate, number, newest_day(estate, number)))))
        findings = evaluate(rules, detected, date.fromordinal(AS_OF))
        said[readiness(findings)] += 1
        for finding in findings:
            outcomes.setdefault(finding.rule, Counter())[finding.outcome] += 1
    assert min(said["not ready"], said["ready"] + said["at risk"]) > 25, said
    mixed = [rule for rule, seen in outcomes.items() if seen[Outcome.PASS] and seen[Outcome.FAIL]]
    assert len(mixed) >= 10, outcomes
    assert any(seen[Outcome.UNKNOWN] for seen in outcomes.values())


@pytest.mark.parametrize("kind", dirty.KINDS)
def test_a_dirty_line_is_refused(scene: Scene, kind: str) -> None:
    for number in (1, 2, 3):
        line = scene.line(pc_on(Estate(200, 3, AS_OF), number, AS_OF - 1))
        spoiled = dirty.KINDS[kind](line.rstrip(b"\n"))
        assert b"\n" not in spoiled
        with pytest.raises(SnapshotError):
            decode(spoiled + b"\n")


def test_dice_are_the_same_everywhere() -> None:
    dice = Dice(1, "for", 7)
    assert [dice.number() for _ in range(3)] == [3281071366, 2490624068, 1327706865]
    assert Dice(1, "for", 7).guid() == "a123e5cc-e7b6-493e-aa7e-a7016dcbf69e"
    shares = Counter(Dice("share", number).pick(weighted({"a": 9, "b": 1})) for number in range(2000))
    assert 1700 < shares["a"] < 1900
    ranks = Counter(Dice("zipf", number).pick(zipf("abc")) for number in range(2000))
    assert ranks["a"] > ranks["b"] > ranks["c"] > 200


@pytest.mark.parametrize(
    "product",
    [
        "chrome",
        "edge",
        "brave",
        "opera",
        "firefox",
        "esr-115",
        "esr-140",
        "current",
        "monthly",
        "half-yearly",
        "windows-26100",
    ],
)
def test_releases_come_one_after_the_other(product: str) -> None:
    found = listing(product)
    assert [each.day for each in found] == sorted(each.day for each in found)
    assert all(compare(older.version, newer.version) == -1 for older, newer in pairwise(found))
    assert version_on(product, found[0].day - 1000) == found[0].version
    assert version_on(product, found[1].day) == found[1].version


def test_the_mix_is_that_of_the_tables() -> None:
    estate = Estate(100_000, 1, AS_OF)
    pcs = [pc_on(estate, number, newest_day(estate, number)) for number in range(4000)]
    families = Counter(pc.system.family for pc in pcs)
    assert 0.85 < families["windows"] / len(pcs) < 0.91
    assert 0.68 < sum(pc.day == AS_OF - 1 for pc in pcs) / len(pcs) < 0.76
    assert {"", "clone", "renamed", "re-imaged", "odd-name"} <= {pc.state for pc in pcs}
    clones = Counter(pc.guid for pc in pcs if pc.state == "clone")
    assert max(clones.values()) > 1, "several PCs of one image have one id"
    assert len({pc.device for pc in pcs}) == len(pcs)
    sites = [share for _, share in Counter(pc.site.name for pc in pcs).most_common()]
    assert sites[0] > 4 * sites[9]
    of_one = [pc for pc in pcs if pc.site.number == 0 and "ring-broad" in pc.tags and pc.day >= AS_OF - 3]
    newest = Counter(each.version for pc in of_one for each in pc.browsers if each.product == "edge")
    assert newest.most_common(1)[0][1] > 0.7 * newest.total(), "a ring shares its versions"


def test_an_estate_that_nobody_manages_is_more_varied() -> None:
    def kinds(*, wild: bool) -> int:
        estate = Estate(2000, 1, AS_OF, wild=wild)
        return len({pc_on(estate, number, AS_OF - 1).browsers for number in range(2000)})

    assert kinds(wild=True) > 1.5 * kinds(wild=False)


def test_histories_change_little_by_little(scene: Scene) -> None:
    estate = Estate(400, 1, AS_OF, days=40)
    for day in (AS_OF - 40, AS_OF - 1):
        reporting = list(days.on_day(estate, range(400), day))
        assert 0.65 < len(reporting) / 400 < 0.8
        assert {pc.day for pc in reporting} == {day}

    def state(number: int, day: int) -> tuple[object, ...]:
        pc = pc_on(estate, number, day)
        return pc.system, pc.browsers, pc.office, pc.machine

    histories = [[state(number, day) for day in range(AS_OF - 40, AS_OF)] for number in range(400)]
    changes = sum(one != two for history in histories for one, two in pairwise(history))
    assert 0.004 < changes / (400 * 39) < 0.03
    assert changes > 100


def run(folder: Path, *options: str) -> Result:
    done = CliRunner().invoke(command, [*options, "-o", str(folder)])
    assert done.exit_code == 0, done.output
    return done


def handed_in(folder: Path) -> Iterator[bytes]:
    return (each.data for each in find_inputs([str(folder)]))


SMALL = ("120", "--seed", "9", "--as-of", "2026-11-28")


FEW = {
    "windows": (
        Source("host", "hostname"),
        Source("registry", r"HKLM\SOFTWARE\Microsoft\Cryptography#MachineGuid"),
        Source("registry", r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#ProductName,CurrentBuild,UBR,DisplayVersion"),
        Source(
            "registry", r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\*#DisplayName,DisplayVersion"
        ),
        Source("registry", r"HKU\*\Software\Google\Chrome\BLBeacon#version"),
        Source("program", r"%ProgramFiles%\Mozilla Firefox*\firefox.exe"),
        Source("probe", "html5"),
    ),
    "macos": (
        Source("host", "machine-id"),
        Source("plist", "/Applications/*.app/Contents/Info.plist#CFBundleIdentifier,CFBundleShortVersionString"),
    ),
    "linux": (Source("machine-id", "/etc/machine-id"), Source("dpkg", "firefox-esr"), Source("rpm", "libreoffice-*")),
}
"""A few places that are read, as they stand today: what more is read one day does not change the lines of these."""


def test_the_same_options_make_the_same_lines(tmp_path: Path) -> None:
    run(tmp_path / "a", *SMALL)
    plans = hashlib.sha256((tmp_path / "a" / "truth.csv").read_bytes() + (tmp_path / "a" / "expected.csv").read_bytes())
    assert plans.hexdigest() == "23c45935c40a6a03099bbb894fdf7a8c61df50a9c0a227c337ba6bcaff0db0fa"
    scene = Scene(FEW, "auditor")
    estate = Estate(120, 9, AS_OF)
    lines = hashlib.sha256(b"".join(each.data for each in days.lines(estate, scene, days.newest(estate, range(120)))))
    assert lines.hexdigest() == "a9ea3cae2e8b85cc3bedb30dde5ed226115c03d4cb36f3a533b71d265b297ec9"


def test_workers_and_files_make_the_same_snapshots(tmp_path: Path) -> None:
    run(tmp_path / "one", *SMALL, "--days", "3", "--workers", "1")
    run(tmp_path / "two", *SMALL, "--days", "3", "--workers", "2")
    one, two = (sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("one", "two"))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert len(one) == 5
    run(tmp_path / "files", *SMALL, "--files")
    run(tmp_path / "packed", *SMALL)
    assert sorted(handed_in(tmp_path / "files")) == sorted(handed_in(tmp_path / "packed"))


def test_what_is_written_is_what_the_answers_say(tmp_path: Path) -> None:
    said = run(tmp_path / "out", "1500", "--seed", "2", "--as-of", "2026-11-28", "--workers", "1").output
    snapshots, refused = [], 0
    for data in handed_in(tmp_path / "out"):
        try:
            snapshots.append(decode(data))
        except SnapshotError:
            refused += 1
    assert f"{len(snapshots):,} snapshots and {refused} lines that are none" in said
    assert refused > 0
    with (tmp_path / "out" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    assert [(row["device"], row["taken_at"], row["site"], row["family"]) for row in truth] == [
        (each.device.id, each.taken_at, each.device.site, each.device.family) for each in snapshots
    ]
    before = [row for row in truth if row["state"] == "before"]
    assert before
    assert {row["pc"] for row in before} == {row["pc"] for row in truth if row["state"] in ("renamed", "re-imaged")}
    with (tmp_path / "out" / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert tuple(expected[0]) == EXPECTED
    names = {row["hostname"] for row in truth}
    listed = {row["Name"] for row in expected}
    assert len(listed - names) == 60, "of a hundred, four were never heard of"
    assert 10 < len(names - listed - {row["hostname"] for row in before}) < 60


def test_a_day_that_is_not_given_is_said(tmp_path: Path) -> None:
    said = run(tmp_path / "today", "3").output
    assert "--as-of 20" in said
    assert "--as-of" not in run(tmp_path / "then", "3", "--as-of", "2026-01-02").output


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = CliRunner().invoke(command, ["3", "-o", str(tmp_path)])
    assert isinstance(done.exception, AuditorError)
    assert "is not empty" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    done = CliRunner().invoke(command, ["3", "-o", str(tmp_path / "mine.txt")])
    assert isinstance(done.exception, AuditorError)


def test_a_pc_does_not_depend_on_the_others() -> None:
    estate = Estate(500, 4, AS_OF)
    whole = list(days.newest(estate, range(40)))
    assert [*days.newest(estate, range(20)), *days.newest(estate, range(20, 40))] == whole
    assert json.dumps([truth_row(pc) for pc in whole])
