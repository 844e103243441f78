"""What was true on a day that is past: the same as working it out from all snapshots, in whatever order they came."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from auditor.errors import UsageError
from auditor.estate import upkeep
from auditor.estate.asset_list import Expected
from auditor.estate.engines import open_engine
from auditor.estate.expected import as_table
from auditor.estate.history import history
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.parquet import SCHEMAS
from auditor.estate.query import summarise
from auditor.estate.result import STATES, Estate
from auditor.estate.store import open_store
from auditor.estate.trend import ends_before
from auditor.evaluate import evaluate, readiness
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode

from .samples import (
    AS_OF,
    NEW_BROWSER,
    RECEIVED,
    WINDOWS,
    chrome,
    detect,
    device_id,
    pc,
    rows,
    ruleset,
    snapshot,
    understand,
)

RULES = ruleset(NEW_BROWSER)
STALE = 30
FIRST = date(2026, 3, 1)
SAME = {device_id("pc-5"): device_id("pc-4")}
"""Two ids that are one PC."""


def year(seed: int) -> list[bytes]:
    """Six PCs over nine months, each heard now and then, some of them on one day several times, in any order."""
    chance = random.Random(seed)
    found = []
    for number in range(6):
        for _ in range(chance.randrange(1, 14)):
            day = (FIRST + timedelta(chance.randrange(270))).isoformat()
            found.append(pc(f"pc-{number}", f"{chance.choice((90, 109, 110, 120))}.{chance.randrange(9)}", day=day,
                            site=chance.choice(("Leeds", "York"))))  # fmt: skip
    chance.shuffle(found)
    return list(dict.fromkeys(found))


def taken_in(folder: Path, data: list[bytes], *, aliases: bool = True) -> None:
    """Some settled, some not; the rest comes late."""
    with open_store(folder, write=True) as store:
        for start in range(0, len(data), 7):
            chunk = [Input(str(start + number), each) for number, each in enumerate(data[start : start + 7])]
            ingest(store, chunk, RECEIVED, understand)
        if aliases:
            given = [{"device": device, "pc": pc_id, "reason": "same"} for device, pc_id in SAME.items()]
            store.replace("alias", pa.Table.from_pylist(given, schema=SCHEMAS["alias"]))


def report(folder: Path, day: date, months: int = 0, filters: tuple[str, ...] = ()) -> Estate:
    with open_store(folder) as store, closing(open_engine()) as engine:
        return summarise(store, engine, RULES, as_of=day, stale_days=STALE, months=months, filters=filters)


def by_hand(data: Iterable[bytes], day: date) -> dict[str, tuple[str, str, str]]:
    """PC → its newest snapshot until then, state and site."""
    newest: dict[str, tuple[str, str, bytes]] = {}
    for each in data:
        one = decode(each)
        mine = (one.taken_at, hashlib.sha256(each).hexdigest(), each)
        pc_id = SAME.get(one.device.id, one.device.id)
        if one.taken_at[:10] <= day.isoformat() and mine[:2] > newest.get(pc_id, ("", "", b""))[:2]:
            newest[pc_id] = mine
    found = {}
    for pc_id, (taken_at, sha256, each) in newest.items():
        one = decode(each)
        stale = (day - date.fromisoformat(taken_at[:10])).days > STALE
        state = "stale" if stale else readiness(evaluate(RULES.rules, detect(one), day))
        found[pc_id] = (sha256, state, one.device.site)
    return found


def told(of: Estate) -> dict[str, tuple[str, str, str]]:
    return {row.id: (row.snapshot, row.state, row.site) for row in of.devices}


@pytest.mark.parametrize("seed", range(3))
def test_any_day_is_as_its_snapshots_say_and_so_is_every_point_of_the_trend(tmp_path: Path, seed: int) -> None:
    data = year(seed)
    taken_in(tmp_path, data)
    for day in (FIRST - timedelta(1), FIRST + timedelta(40), date(2026, 6, 30), AS_OF):
        assert told(report(tmp_path, day)) == by_hand(data, day)
    found = report(tmp_path, AS_OF, months=10)
    points = {date.fromisoformat(each.day): each.total for each in found.trend}
    with_somebody = [day for day in (*ends_before(AS_OF, 10), AS_OF) if by_hand(data, day)]
    assert list(points) == with_somebody
    for day, total in points.items():
        states = Counter(state for _, state, _ in by_hand(data, day).values())
        assert total.counts == tuple(states[state] for state in STATES)
    assert found.trend[-1].total == found.total
    assert told(found) == by_hand(data, AS_OF)


def test_the_trend_has_the_filters_and_the_base_of_the_report(tmp_path: Path) -> None:
    data = [pc("a", "90", day="2026-09-20", site="Leeds"), pc("a", "120", day="2026-10-20", site="Leeds"),
            pc("b", "120", day="2026-09-21", site="York")]  # fmt: skip
    taken_in(tmp_path, data, aliases=False)
    with open_store(tmp_path, write=True) as store:
        store.settle()
        store.replace("expected", as_table([Expected("a", "Leeds", row=2), Expected("x", "Leeds", row=3)]))
    found = report(tmp_path, date(2026, 10, 31), 4, ("site=Leeds",)).trend
    assert [(each.day, each.total.of("ready"), each.total.of("not ready"), each.heard) for each in found] == [
        ("2026-09-30", 0, 1, 1), ("2026-10-31", 1, 0, 1),
    ]  # fmt: skip
    covered = [each.coverage for each in found]
    assert [(each.expected, each.heard, each.never, each.ready) for each in covered if each] == [(2, 1, 1, 0), (2, 1, 1, 1)]
    whole = report(tmp_path, date(2026, 10, 31), 1).trend
    assert [(each.total.total, each.heard) for each in whole] == [(2, 2), (2, 1)]


def test_months_end_where_they_end() -> None:
    assert ends_before(date(2028, 3, 31), 3) == [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29)]
    assert ends_before(date(1, 1, 5), 3) == []


def test_a_report_that_asks_for_no_trend_has_none(tmp_path: Path) -> None:
    taken_in(tmp_path, [pc("a")], aliases=False)
    assert report(tmp_path, AS_OF).trend == ()


def test_the_history_of_a_pc_names_what_came_went_and_changed(tmp_path: Path) -> None:
    office = ("office", "libreoffice", {"product": "libreoffice", "version": "7.4"})
    firefox = ("browser", "firefox", {"product": "firefox", "version": "140.1"})
    data = [
        encode(snapshot("a", [WINDOWS, chrome("138.1")], day="2026-01-05", site="Leeds")),
        encode(snapshot("a", [WINDOWS, chrome("138.1")], day="2026-01-06", site="Leeds")),
        encode(snapshot("a", [WINDOWS, chrome("139.2"), office], day="2026-02-01", site="York")),
        encode(snapshot("a", [("os", "windows", {"name": "Windows 11", "release": "24H2", "family": "windows"}), firefox],
                        day="2026-03-01", site="York", gaps=[("office", "machine", "denied")])),
    ]  # fmt: skip
    taken_in(tmp_path, data[::-1])
    with open_store(tmp_path) as store:
        found = history(store, "A")
        assert found == history(store, device_id("a"))
        with pytest.raises(UsageError, match="no PC 'b'"):
            history(store, "b")
    assert (found.pc, found.snapshots) == (device_id("a"), 4)
    assert [(each.taken_at[:10], each.sha256, each.what) for each in found.changes] == [
        ("2026-01-05", hashlib.sha256(data[0]).hexdigest(), ("first snapshot: Windows 11 23H2; chrome 138.1",)),
        (
            "2026-02-01", hashlib.sha256(data[2]).hexdigest(),
            ("site: Leeds → York", "browser chrome: version 138.1 → 139.2", "office libreoffice 7.4 came"),
        ),
        (
            "2026-03-01", hashlib.sha256(data[3]).hexdigest(),
            ("browser chrome 139.2 went", "browser firefox 140.1 came", "office libreoffice 7.4 went",
             "office: is now among what may have been missed (machine): denied", "os windows: release 23H2 → 24H2"),
        ),
    ]  # fmt: skip


def test_ids_that_are_one_pc_have_one_history(tmp_path: Path) -> None:
    taken_in(tmp_path, [pc("pc-4", "1", day="2026-01-05"), pc("pc-5", "2", day="2026-01-07")])
    with open_store(tmp_path) as store:
        found = history(store, "pc-5")
    assert [(each.device, each.what) for each in found.changes][1] == (
        device_id("pc-5"), ("hostname: pc-4 → pc-5", "browser chrome: version 1 → 2"),
    )  # fmt: skip


LATER = "2026-11-26T08:00:00Z"


@pytest.mark.parametrize("seed", [4, 5])
def test_thinning_leaves_the_ends_of_months_as_they_were(tmp_path: Path, seed: int) -> None:
    data = year(seed)
    taken_in(tmp_path, data)
    before = date(2026, 9, 1)
    ends = [*ends_before(AS_OF, 9), AS_OF, before, date(2026, 10, 15)]
    was = {day: told(report(tmp_path, day)) for day in ends}
    with open_store(tmp_path) as store:
        counted = upkeep.keep(store, before, LATER, dry_run=True)
        assert store.generation == open_generation(tmp_path)
    with open_store(tmp_path, write=True) as store:
        done = upkeep.keep(store, before, LATER)
        assert done == counted
        assert done.snapshots > 0
        assert upkeep.check(store).problems == ()
        again = upkeep.keep(store, before, LATER)
        assert (again.snapshots, again.stay) == (0, done.stay)
    assert {day: told(report(tmp_path, day)) for day in ends} == was
    newest: dict[tuple[str, str], str] = {}
    stay = []
    for each in sorted(data, key=lambda each: (decode(each).taken_at, hashlib.sha256(each).hexdigest())):
        one = decode(each)
        if one.taken_at[:10] >= before.isoformat():
            stay.append(hashlib.sha256(each).hexdigest())
        else:
            newest[(one.device.id, one.taken_at[:7])] = hashlib.sha256(each).hexdigest()
    with open_store(tmp_path) as store:
        assert sorted(row["sha256"] for row in rows(store, "snapshot")) == sorted([*stay, *newest.values()])
        assert all(hashlib.sha256(store.raw(row["sha256"])).hexdigest() == row["sha256"] for row in rows(store, "snapshot"))
        last = rows(store, "log")[-1]
        assert (last["outcome"], last["received_at"]) == ("thinned", LATER)
        assert str(done.snapshots) in last["reason"]
        gone = next(sha for each in data if (sha := hashlib.sha256(each).hexdigest()) not in {*stay, *newest.values()})
        assert upkeep.no_longer_kept(store, gone[:10]) == [(gone, RECEIVED)]
        assert upkeep.no_longer_kept(store, "0" * 12) == []


def open_generation(folder: Path) -> int:
    with open_store(folder) as store:
        return store.generation


def test_who_reads_while_it_is_thinned_sees_what_was_and_then_its_files_go(tmp_path: Path) -> None:
    data = year(6)
    taken_in(tmp_path, data)
    with open_store(tmp_path) as reader:
        with open_store(tmp_path, write=True) as store:
            upkeep.keep(store, date(2026, 10, 1), LATER)
        assert all(reader.raw(hashlib.sha256(each).hexdigest()) == each for each in data)
        with open_store(tmp_path, write=True) as store:
            upkeep.compact(store)
            assert upkeep.check(store)[:2] == ((), ())


def test_what_was_thinned_is_taken_again_when_it_is_handed_in_again(tmp_path: Path) -> None:
    data = [pc("a", "1", day="2026-01-05"), pc("a", "2", day="2026-01-06"), pc("a", "3", day="2026-11-06")]
    taken_in(tmp_path, data)
    with open_store(tmp_path, write=True) as store:
        assert upkeep.keep(store, date(2026, 10, 1), LATER).snapshots == 1
        assert {row["name"] for row in rows(store, "component")} == {"chrome", "windows"}
        assert len(rows(store, "state")) == 2
        ingest(store, [Input("again", data[0])], LATER, understand)
        assert len(rows(store, "snapshot")) == 3
        assert upkeep.check(store).problems == ()


def test_the_months_that_are_kept_are_whole() -> None:
    assert upkeep.first_kept(date(2026, 11, 24), 12) == date(2025, 11, 1)
    assert upkeep.first_kept(date(2026, 11, 24), 0) == date(2026, 11, 1)
    assert upkeep.first_kept(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert upkeep.first_kept(date(3, 1, 31), 1200) == date(1, 1, 1)
