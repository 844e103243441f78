"""Two states of an estate against each other: what became of each PC, why, and that all of it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dictionary import VOCABULARY
from auditor.estate.comparing import Asking, Given, compare
from auditor.estate.comparison import CAUSES, CHANGES, Comparison, change_of
from auditor.estate.engines import open_engine
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.parquet import SCHEMAS
from auditor.estate.query import summarise
from auditor.estate.result import STATES
from auditor.estate.store import Store, open_store
from auditor.knowledge import overrides, refreshed
from auditor.matchers import prepare
from auditor.model import Severity
from auditor.rule_file import Condition, Rule
from auditor.rules import RuleSet
from auditor.snapshot.write import encode
from auditor.waivers import Waiver

from .samples import (
    NEW_BROWSER,
    RECEIVED,
    chrome,
    device_id,
    pc,
    rule,
    ruleset,
    snapshot,
    understand,
    waiver,
)

THEN, NOW = date(2026, 10, 15), date(2026, 11, 24)
EARLY, LATE = "2026-10-10", "2026-11-20"
RULES = ruleset(NEW_BROWSER)
NEW_OS = rule("new-os", "os", {"os.release": {"one_of": ["24H2"]}})
WITH_OFFICE = rule("no-old-office", "office", {"office.version": {"at_least": "7"}}, severity=Severity.LOW)
MEMORY = rule("memory", "hardware", {"hardware.memory": {"at_least": "8 GB"}})


def system(release: str) -> tuple[str, str, dict[str, Any]]:
    return ("os", "windows", {"name": "Windows 11", "release": release, "family": "windows"})


def memory(gigabytes: int) -> tuple[str, str, dict[str, Any]]:
    return ("hardware", "pc", {"memory": gigabytes * 2**30})


def filled(folder: Path, data: Sequence[bytes], aliases: dict[str, str] | None = None) -> Path:
    with open_store(folder, write=True) as store:
        ingest(store, [Input(str(number), each) for number, each in enumerate(data)], RECEIVED, understand)
        if aliases:
            rows = [{"device": device_id(one), "pc": device_id(other), "reason": "same"} for one, other in aliases.items()]
            store.replace("alias", pa.Table.from_pylist(rows, schema=SCHEMAS["alias"]))
    return folder


def compared(
    folder: Path, rules: RuleSet = RULES, *, other: Path | None = None, then: date = THEN, now: date = NOW,
    before: RuleSet | None = None, waivers: Sequence[Waiver] = (), before_waivers: Sequence[Waiver] | None = None,
    filters: tuple[str, ...] = (), stale_days: int = 60,
) -> Comparison:  # fmt: skip
    asking = Asking(open_engine, overrides.NONE, refreshed.NONE, stale_days, filters)
    with open_store(folder) as first, open_store(other or folder) as second:
        old = waivers if before_waivers is None else before_waivers
        return compare(
            Given("A", first, before or rules, old, then), Given("B", second, rules, waivers, now), asking
        )  # fmt: skip


def told(of: Comparison) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    return [(each.hostname, each.change, tuple((cause.kind, cause.what) for cause in each.causes)) for each in of.changed]


def test_a_browser_that_was_updated_got_ready_and_one_that_went_back_fell_back(tmp_path: Path) -> None:
    data = [pc("up", "100", day=EARLY), pc("up", "130", day=LATE), pc("back", "120", day=EARLY), pc("back", "90", day=LATE),
            pc("same", "120", day=EARLY), pc("same", "121", day=LATE)]  # fmt: skip
    found = compared(filled(tmp_path, data))
    assert told(found) == [
        ("back", "fell back", (("browsers changed", "chrome 120 → 90"),)),
        ("up", "got ready", (("browsers changed", "chrome 100 → 130"),)),
    ]
    up = found.changed[1]
    assert [
        (each.rule, each.before and each.before.value, each.after and each.after.value) for each in up.causes[0].moves
    ] == [("test/new-browser", "fail", "pass")]
    assert (up.heard_before, up.heard_after, up.before, up.after) == (EARLY, LATE, "not ready", "ready")
    assert (found.same, found.both, {change: found.of(change) for change in CHANGES}) == (
        1, 3, {"fell back": 1, "otherwise": 0, "vanished": 0, "appeared": 0, "got ready": 1},
    )  # fmt: skip
    assert [(each.cause, each.change, each.devices) for each in found.causes] == [
        ("browsers changed", "fell back", 1), ("browsers changed", "got ready", 1),
    ]  # fmt: skip
    assert found.rules == ()  # one PC fails it on both days


def test_system_office_and_hardware_are_told_apart_by_what_the_rules_look_at(tmp_path: Path) -> None:
    libre = ("office", "libreoffice", {"product": "libreoffice", "version": "6.4"})
    newer = ("office", "libreoffice", {"product": "libreoffice", "version": "7.4"})
    things = {
        "os": ([system("23H2"), chrome("120"), memory(8)], [system("24H2"), chrome("121"), memory(8)]),
        "office": ([system("24H2"), chrome("120"), memory(8), libre], [system("24H2"), chrome("130"), memory(8), newer]),
        "memory": ([system("24H2"), memory(4)], [system("24H2"), memory(16)]),
        "gone": ([system("24H2"), memory(8), libre], [system("24H2"), memory(8)]),
    }
    data = [encode(snapshot(name, each, day=day)) for name, both in things.items()
            for day, each in zip((EARLY, LATE), both, strict=True)]  # fmt: skip
    found = compared(filled(tmp_path, data), ruleset(NEW_OS, WITH_OFFICE, MEMORY))
    assert {name: why for name, _, why in told(found)} == {
        "os": (("operating system changed", "Windows 11 23H2 → Windows 11 24H2"),),
        "office": (("office changed", "libreoffice 6.4 → 7.4"),),
        "memory": (("hardware changed", "hardware pc: memory 4 GB → 16 GB"),),
        "gone": (("office changed", "libreoffice 6.4 went"),),
    }


def test_a_rule_that_began_to_apply_is_time_and_not_the_update_that_came_meanwhile(tmp_path: Path) -> None:
    since = NEW_BROWSER._replace(since=date(2026, 11, 1))
    data = [pc("still", "100", day=EARLY), pc("updated", "100", day=EARLY), pc("updated", "101", day=LATE)]
    found = compared(filled(tmp_path, data), ruleset(since, NEW_OS._replace(severity=Severity.INFO)))
    why = (("time passed", "a rule applies from 2026-11-01 on"),)
    assert {each[0]: each[2] for each in told(found)} == {"still": why, "updated": why}


def supported() -> Rule:
    spec = VOCABULARY["os.supported"]
    return rule("supported", "os", {})._replace(require=(Condition(spec, "equals", prepare("equals", True, spec)),))


def test_support_that_ended_is_time_and_data_that_are_too_old_are_said_to_be(tmp_path: Path) -> None:
    def linux(name: str, title: str, version: str) -> bytes:
        facts = {"name": title, "version": version, "family": "linux"}
        return encode(snapshot(name, [("os", "linux", facts)], day=EARLY, family="linux"))

    folder = filled(tmp_path, [linux("fedora", "Fedora Linux 40", "40"), linux("debian", "Debian GNU/Linux 12", "12.15")])
    ended = compared(folder, ruleset(supported()), then=date(2025, 5, 1), now=date(2026, 11, 12), stale_days=1000)
    assert {name: why for name, _, why in told(ended)} == {
        "fedora": (("first heard of", ""),), "debian": (("first heard of", ""),),
    }  # fmt: skip
    aged = compared(folder, ruleset(supported()), then=date(2026, 10, 15), now=date(2027, 11, 27), stale_days=1000)
    assert {name: (why, change) for name, change, why in told(aged)}["debian"] == (
        (("reference data aged", ""),), "fell back",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "cause", "what"),
    [
        ((), (NEW_OS,), "rule added", ""),
        ((NEW_OS,), (), "rule removed", ""),
        ((NEW_OS,), (NEW_OS._replace(severity=Severity.LOW),), "rule changed", "severity high → low"),
        (
            (NEW_OS,),
            (rule("new-os", "os", {"os.release": {"one_of": ["23H2", "24H2"]}}),),
            "rule changed",
            "asks for something else",
        ),
        (
            (NEW_OS._replace(since=date(2027, 1, 1)),),
            (NEW_OS,),
            "rule changed",
            "from 2027-01-01 → ever",
        ),
    ],
)
def test_rules_that_are_others(
    tmp_path: Path, before: tuple[Rule, ...], after: tuple[Rule, ...], cause: str, what: str
) -> None:
    folder = filled(tmp_path, [pc("a", "120", day=EARLY), pc("a", "121", day=LATE)])
    found = compared(folder, ruleset(NEW_BROWSER, *after), before=ruleset(NEW_BROWSER, *before))
    assert told(found)[0][2] == ((cause, what),)
    (of_rule,) = found.rules
    assert (of_rule.rule, of_rule.change) == ("test/new-os", what or cause.removeprefix("rule "))
    again = compared(folder, ruleset(NEW_BROWSER, *after), before=ruleset(NEW_BROWSER, *after))
    assert (again.changed, again.rules) == ((), ())


def test_waivers_that_ended_and_began(tmp_path: Path) -> None:
    data = [pc("a", "100", day=EARLY), pc("b", "100", day=EARLY)]
    ends = waiver("new-browser", "a", expires=date(2026, 11, 1))
    begins = waiver("new-browser", "b")
    found = compared(filled(tmp_path, data), waivers=(ends, begins), before_waivers=(ends,))
    assert told(found) == [
        ("a", "fell back", (("waiver ended", "by J. Okafor, until 2026-11-01"),)),
        ("b", "got ready", (("waiver began", "by J. Okafor, until 2027-01-01"),)),
    ]


def test_a_pc_that_moved_out_of_a_waiver(tmp_path: Path) -> None:
    at_leeds = waiver("new-browser", "*")._replace(devices=(), sites=("Leeds",))
    data = [pc("a", "100", day=EARLY, site="Leeds"), pc("a", "100", day=LATE, site="York")]
    assert told(compared(filled(tmp_path, data), waivers=(at_leeds,))) == [
        ("a", "fell back", (("name, site or tags changed", "Leeds → York"),))
    ]


def test_pcs_that_are_not_heard_of_any_more_and_again(tmp_path: Path) -> None:
    data = [pc("silent", "120", day=EARLY), pc("back", "100", day="2026-08-01"), pc("back", "120", day=LATE)]
    assert told(compared(filled(tmp_path, data), stale_days=30)) == [
        ("silent", "otherwise", (("not heard of any more", ""),)),
        ("back", "otherwise", (("heard again", ""),)),
    ]


def test_who_is_on_one_side_alone_and_why(tmp_path: Path) -> None:
    data = [pc("new", "120", day=LATE), pc("moved", "120", day=EARLY, site="Leeds"), pc("moved", "120", day=LATE, site="York"),
            pc("came", "120", day=EARLY, site="York"), pc("came", "120", day=LATE, site="Leeds")]  # fmt: skip
    folder = filled(tmp_path / "a", data)
    assert told(compared(folder)) == [("new", "appeared", (("first heard of", ""),))]
    assert told(compared(folder, filters=("site=Leeds",))) == [
        ("moved", "vanished", (("left out by the filters", ""),)),
        ("came", "appeared", (("let in by the filters", ""),)),
    ]
    other = filled(tmp_path / "b", data[1:3])
    assert {(name, change, why) for name, change, why in told(compared(folder, other=other, then=NOW))} == {
        ("new", "vanished", (("not in the estate", ""),)),
        ("came", "vanished", (("not in the estate", ""),)),
    }


def test_a_filter_by_state_chooses_on_each_side_by_itself(tmp_path: Path) -> None:
    data = [pc("up", "100", day=EARLY), pc("up", "130", day=LATE), pc("same", "100", day=EARLY)]
    found = compared(filled(tmp_path, data), filters=("state=not ready",))
    assert told(found) == [("up", "vanished", (("left out by the filters", ""),))]
    assert found.same == 1


def test_two_ids_that_are_one_pc(tmp_path: Path) -> None:
    data = [pc("old", "100", day=EARLY), pc("renamed", "130", day=LATE)]
    one = filled(tmp_path / "one", data, {"renamed": "old"})
    assert told(compared(one)) == [("renamed", "got ready", (("browsers changed", "chrome 100 → 130"),))]
    apart = filled(tmp_path / "apart", [*data, pc("old", "120", day=LATE)])
    joined = compared(apart, other=one, then=NOW)
    assert told(joined) == [("renamed", "vanished", (("counted as one PC", ""),))]
    parted = compared(one, other=apart, then=NOW)
    assert told(parted) == [("renamed", "appeared", (("counted as PCs of their own", ""),))]
    for found in (joined, parted):
        adds_up(found)


def test_an_id_that_counts_under_another_in_the_second_estate_is_still_the_same_pc(tmp_path: Path) -> None:
    first = filled(tmp_path / "a", [pc("x", "100", day=EARLY)])
    second = filled(tmp_path / "b", [pc("x", "100", day=EARLY), pc("y", "130", day=LATE)], {"x": "y"})
    assert told(compared(first, other=second)) == [("y", "got ready", (("browsers changed", "chrome 100 → 130"),))]
    back = compared(second, other=first, then=NOW, now=THEN)
    assert [(each.hostname, each.change) for each in back.changed] == [("x", "fell back")]


def test_the_same_estate_on_the_same_day_is_the_same(tmp_path: Path) -> None:
    data = [pc(f"pc-{number}", f"{100 + number}", day=EARLY) for number in range(20)]
    found = compared(filled(tmp_path, data), then=NOW)
    assert (found.changed, found.causes, found.rules) == ((), (), ())
    assert found.same == 20
    assert found.before._replace(name="B") == found.after


def test_the_second_judgement_is_left_out_where_there_is_nothing_to_judge_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("auditor.estate.comparing.summarise", lambda *a, **k: asked.append(k["until"]) or summarise(*a, **k))
    folder = filled(tmp_path, [pc("a", day=EARLY)])
    compared(folder, then=NOW)
    compared(folder)
    assert asked == [None, None, None, THEN, None]


def test_only_the_rules_that_decide_are_named(tmp_path: Path) -> None:
    low = rule("low", "browser", {"browser.version": {"at_least": "125"}}, severity=Severity.LOW)
    graver = rule("graver", "browser", {"browser.version": {"at_least": "100"}})
    data = [pc("down", "130", day=EARLY), pc("down", "90", day=LATE), pc("up", "90", day=EARLY), pc("up", "120", day=LATE),
            pc("unread", "120", day=EARLY), pc("unread", ["denied"], day=LATE)]  # fmt: skip
    found = compared(filled(tmp_path, data), ruleset(NEW_BROWSER, graver, low))
    moves = {each.hostname: (each.before, each.after, [move.rule for cause in each.causes for move in cause.moves])
             for each in found.changed}  # fmt: skip
    assert moves == {
        "down": ("ready", "not ready", ["test/new-browser", "test/graver"]),
        "up": ("not ready", "at risk", ["test/new-browser", "test/graver"]),
        "unread": ("at risk", "unknown", ["test/new-browser", "test/graver"]),
    }


def test_an_empty_estate_can_be_compared(tmp_path: Path) -> None:
    found = compared(filled(tmp_path, []))
    assert (found.moves, found.changed, found.both) == ((), (), 0)


def test_every_pair_of_states_is_one_change() -> None:
    there = (*STATES, "")
    found = {(one, other): change_of(one, other) for one in there for other in there}
    assert {change for change in found.values() if change} == set(CHANGES)
    assert all((not change) == (one == other) for (one, other), change in found.items())
    assert found[("at risk", "not ready")] == found[("ready", "unknown")] == "fell back"
    assert found[("stale", "ready")] == found[("ready", "stale")] == found[("ready", "waived")] == "otherwise"


def adds_up(of: Comparison) -> None:
    """What the moves say is what both sides' totals say, and what the rows say."""
    for side, at in ((of.before, 0), (of.after, 1)):
        counts = Counter[str]()
        for each in of.moves:
            counts[each[at]] += each.devices
        assert [counts[state] for state in STATES] == list(side.total.counts)
    moved = Counter((each.before, each.after) for each in of.changed)
    assert {(each.before, each.after): each.devices for each in of.moves if each.before != each.after} == moved
    assert sum(of.of(change) for change in CHANGES) == len(of.changed)
    causes = Counter((kind, each.change) for each in of.changed for kind in each.kinds)
    assert {(each.cause, each.change): each.devices for each in of.causes} == causes
    assert all(each.kinds and set(each.kinds) <= CAUSES.keys() - {"not found"} for each in of.changed)


SNAPSHOTS = st.lists(
    st.builds(
        pc,
        st.sampled_from([f"pc-{number}" for number in range(5)]),
        st.sampled_from(["90.1", "109.1", "110.1", "130.1", ["not read"]]),
        day=st.sampled_from(["2026-07-01", "2026-09-20", "2026-10-10", "2026-10-20", "2026-11-20", "2026-12-01"]),
        site=st.sampled_from(["", "Leeds", "York"]),
    ),
    max_size=12,
    unique=True,
)


@settings(max_examples=25)
@given(
    SNAPSHOTS, st.sampled_from([(), ("site=Leeds",), ("state=ready",), ("rule=test/new-browser:fail",)]), st.booleans(),
    st.sampled_from([(), (waiver("new-browser", "pc-1", expires=date(2026, 11, 1)),)]), st.booleans(),
)  # fmt: skip
def test_the_moves_are_both_reports_totals(
    data: list[bytes], filters: tuple[str, ...], aliases: bool, waivers: Sequence[Waiver], newer_rules: bool
) -> None:
    rules = ruleset(NEW_BROWSER, NEW_OS._replace(severity=Severity.LOW, since=date(2026, 11, 10)))
    with TemporaryDirectory() as name:
        folder = filled(Path(name) / "estate", data, {"pc-4": "pc-3"} if aliases else None)
        before = RULES if newer_rules and filters[:1] != ("rule=",) else rules
        found = compared(folder, rules, before=before, filters=filters, waivers=waivers, stale_days=30)
        adds_up(found)
        for side, by in ((found.before, before), (found.after, rules)):
            with open_store(folder) as store:
                expected = reported(store, by, waivers, date.fromisoformat(side.as_of), filters)
            assert (side.total, side.heard, side.later) == expected


def reported(
    store: Store, rules: RuleSet, waivers: Sequence[Waiver], day: date, filters: tuple[str, ...]
) -> tuple[Any, ...]:
    with closing(open_engine()) as engine:
        found = summarise(store, engine, rules, waivers, as_of=day, stale_days=30, filters=filters)
        return found.total, found.heard, found.later


def test_many_pcs_are_compared_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = [pc(f"pc-{number}", f"{(100, 130)[(number + late) % 2]}.{number}", day=(EARLY, LATE)[late])
            for number in range(12) for late in range(2)]  # fmt: skip
    folder = filled(tmp_path, data)
    few = compared(folder)
    monkeypatch.setattr("auditor.estate.query.MOST_EXPLAINED", 3)
    monkeypatch.setattr("auditor.estate.listing.MOST_EXPLAINED", 3)
    assert compared(folder) == replace(few)
    assert len(few.changed) == 12
