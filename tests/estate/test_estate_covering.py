"""Who of the expected PCs was heard, counted by an engine: the same as looking at them one by one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.estate.asset_list import Expected
from auditor.estate.counting import open_day, open_tables
from auditor.estate.covering import forget, match_all, never_heard, unexpected
from auditor.estate.engines import Engine, open_engine
from auditor.estate.expected import Heard, as_table, match
from auditor.estate.filters import parse_filters
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.parquet import SCHEMAS
from auditor.estate.query import summarise
from auditor.estate.result import Coverage, Estate
from auditor.estate.store import Store, open_store
from auditor.estate.tables import BUNDLES

from .samples import AS_OF, NEW_BROWSER, RECEIVED, device_id, pc, ruleset, understand

DAY = "2026-11-24"
STALE_BEFORE = "2026-11-01"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with closing(open_engine()) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("estate")


def table(name: str, rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])


def fill(store: Store, listed: Sequence[Expected], heard: Sequence[tuple[Heard, str]], second: dict[str, str]) -> None:
    """An estate with nothing but PCs and a list; ``second`` is the id of a PC's other half → the PC."""
    store.replace("expected", as_table(listed))
    store.replace("device", table("device", [
        {"device": each.device, "sha256": "0" * 64, "taken_at": each.taken_at, "state": 1, "hostname": each.hostname,
         "family": "windows", "site": site, "tags": "[]", **dict.fromkeys(BUNDLES, 0)}
        for each, site in heard
    ]))  # fmt: skip
    halves = {pc_id: half for half, pc_id in second.items()}
    store.replace("signal", table("signal", [
        {"device": halves.get(each.device, each.device) if number else each.device, "kind": "serial", "value": serial,
         "taken_at": each.taken_at}
        for each, _ in heard for number, serial in enumerate(each.serials)
    ]))  # fmt: skip
    store.replace("alias", table("alias", [{"device": half, "pc": pc_id, "reason": ""} for half, pc_id in second.items()]))


def counted(engine: Engine, store: Store, *filters: str) -> Coverage | None:
    open_tables(store, engine)
    open_day(engine, DAY)
    found = match_all(store, engine, STALE_BEFORE, parse_filters(filters, ()), filters, 1000)
    if found is None:
        return None
    every = (list(never_heard(engine)), list(unexpected(engine)))
    forget(engine)
    made = found.coverage(None)
    assert every == (list(made.never_heard), list(made.unlisted))
    return made


NAMES = st.sampled_from(
    ["a", "A", "b.x", "CLINIC\\b", "b$", " c ", "straße-7", "STRASSE-7", "İ", "ward-7\n", "ẞ" * 9, "", ".a", "a b", "ａ",
     "long-name-of-a-pc-1", "long-name-of-a-pc-2", "long-name-of-a-", "LONG-NAME-OF-A-.x", "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ", "äääääääääääääääx"]
) | st.text(max_size=3)  # fmt: skip
SERIALS = st.sampled_from(["", "1", "2", "3"])
SITES = st.sampled_from(["", "Leeds", "York"])
ROWS = st.lists(st.tuples(NAMES, SERIALS, SITES, st.integers(0, 3)), max_size=9).map(
    lambda every: [Expected(name, site, '["x"]', serial, "ad", line) for name, serial, site, line in every]
)
TIMES = st.sampled_from(["2026-10-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"])
PCS = st.lists(st.tuples(NAMES, st.lists(SERIALS.filter(bool), max_size=2, unique=True), TIMES, SITES), max_size=9)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, PCS, st.booleans(), st.sampled_from([(), ("site=leeds",), ("site=(no site)",), ("site=*e*", "site=L*")]))
def test_an_engine_counts_as_one_by_one(
    engine: Engine, folder: Path, listed: list[Expected], pcs: list[tuple[str, list[str], str, str]], halves: bool,
    filters: tuple[str, ...],
) -> None:  # fmt: skip
    unpaired = [name for name, *_ in pcs if any(0xD800 <= ord(char) < 0xE000 for char in name)]
    assert not unpaired
    heard = [(Heard(device_id(str(n)), name, tuple(serials), day), site) for n, (name, serials, day, site) in enumerate(pcs)]
    second = {device_id(f"half {n}"): device_id(str(n)) for n in range(len(pcs))} if halves else {}
    with open_store(folder, write=True) as store:
        fill(store, listed, heard, second)
        found = counted(engine, store, *filters)
    if not listed:
        assert found is None
        return
    assert found is not None
    meant = parse_filters(filters, ())
    by_hand = match(listed, [each for each, _ in heard])
    own_site = {each.device: site for each, site in heard}

    def here(site: str) -> bool:
        return all(each.accepts(site or "(no site)") for each in meant)

    mine = [pair for pair in by_hand.heard if here(pair.expected.site)]
    seen = [pair for pair in mine if here(own_site[pair.heard.device])]
    never = [row for row in by_hand.never if here(row.site)]
    expected_here = {pair.heard.device for pair in mine}
    others = [each for each, site in heard if here(site) and each.device not in expected_here]
    stale = [pair for pair in seen if pair.heard.taken_at[:10] < STALE_BEFORE]
    assert (found.size, found.expected, found.never) == (len(listed), len(mine) + len(never), len(never))
    assert (found.heard, found.stale, found.elsewhere) == (len(seen) - len(stale), len(stale), len(mine) - len(seen))
    assert sorted(each.id for each in found.unlisted) == sorted(each.device for each in others)
    assert found.unexpected == len(others)
    assert sorted((each.name, each.site, each.row) for each in found.never_heard) == sorted(
        (each.name, each.site, each.row) for each in never
    )
    assert found.heard + found.stale + found.never + found.elsewhere == found.expected
    if any(row.site for row in listed):
        for name in ("expected", "heard", "stale", "never", "elsewhere", "unexpected"):
            assert sum(getattr(each, name) for each in found.by_site) == getattr(found, name)
    else:
        assert found.by_site == ()


LISTED = [
    Expected("ward-1", "Leeds", '["ward"]', "", "ad", 2), Expected("ward-2", "Leeds", "[]", "", "ad", 3),
    Expected("desk-1", "York", "[]", "", "ad", 4), Expected("gone-1", "York", "[]", "", "ad", 5),
    Expected("gone-2", "", "[]", "", "ad", 6),
]  # fmt: skip
HEARD = [
    pc("ward-1.clinic.example", site="Leeds"), pc("WARD-2", "90", site="York"), pc("desk-1", site="York", day="2026-09-01"),
    pc("guest", site="York"),
]  # fmt: skip


def report(folder: Path, filters: Sequence[str] = (), **more: Any) -> Estate:
    with open_store(folder, write=True) as store:
        ingest(store, [Input(str(number), each) for number, each in enumerate(HEARD)], RECEIVED, understand)
        store.replace("expected", as_table(LISTED))
    with open_store(folder) as store, closing(open_engine()) as engine:
        return summarise(
            store, engine, ruleset(NEW_BROWSER), as_of=more.pop("as_of", AS_OF), stale_days=30, filters=filters, **more
        )


def figures(of: Coverage | None) -> tuple[int | None, ...]:
    assert of is not None
    return of.expected, of.heard, of.stale, of.never, of.elsewhere, of.unexpected, of.ready


def test_a_report_says_who_is_missing_and_what_that_can_mean(tmp_path: Path) -> None:
    found = report(tmp_path)
    of = found.coverage
    assert of is not None
    assert figures(of) == (5, 2, 1, 2, 0, 1, 1)
    assert (of.sources, of.size, of.filters) == (("ad",), 5, ())
    assert [str(share) for share in of.range or ()] == ["1/5", "4/5"]
    assert [(each.name, each.tags, each.row) for each in of.never_heard] == [("gone-1", (), 5), ("gone-2", (), 6)]
    assert [(each.hostname, each.site) for each in of.unlisted] == [("guest", "York")]
    assert {row.hostname: row.expected for row in found.devices} == {
        "ward-1.clinic.example": True, "WARD-2": True, "desk-1": True, "guest": False,
    }  # fmt: skip
    by_site = {each.name: (each.expected, each.heard, each.stale, each.never, each.unexpected) for each in of.by_site}
    assert by_site == {"Leeds": (2, 2, 0, 0, 0), "York": (2, 0, 1, 1, 1), "(no site)": (1, 0, 0, 1, 0)}


def test_under_filters_by_site_it_is_about_those_sites(tmp_path: Path) -> None:
    leeds = report(tmp_path, ["site=Leeds"])
    assert figures(leeds.coverage) == (2, 1, 0, 0, 1, 0, 1)
    york = report(tmp_path, ["site=york"])
    assert figures(york.coverage) == (2, 0, 1, 1, 0, 2, 0)
    assert york.coverage is not None
    assert york.coverage.filters == ("site=york",)
    assert {row.hostname: row.expected for row in york.devices} == {"desk-1": True, "WARD-2": False, "guest": False}
    of = york.coverage
    assert of.heard + of.stale + of.unexpected == york.total.total


@pytest.mark.parametrize("filters", [["state=ready"], ["site=Leeds", "device=ward-1*"], ["rule=test/new-browser:fail"]])
def test_under_other_filters_it_is_about_the_whole_estate(tmp_path: Path, filters: list[str]) -> None:
    found = report(tmp_path, filters).coverage
    assert figures(found) == (5, 2, 1, 2, 0, 1, None)
    assert found is not None
    assert (found.filters, found.range) == ((), None)


def test_no_more_are_named_than_were_asked_for(tmp_path: Path) -> None:
    found = report(tmp_path, named=1).coverage
    assert found is not None
    assert (found.never, [each.name for each in found.never_heard], len(found.unlisted)) == (2, ["gone-1"], 1)


def test_who_came_later_was_not_heard_then(tmp_path: Path) -> None:
    before = report(tmp_path, as_of=date(2026, 9, 2)).coverage
    assert figures(before) == (5, 1, 0, 4, 0, 0, 1)


def test_without_a_list_nothing_is_made_up(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        ingest(store, [Input("1", HEARD[0])], RECEIVED, understand)
    with open_store(tmp_path) as store, closing(open_engine()) as engine:
        found = summarise(store, engine, ruleset(NEW_BROWSER), as_of=AS_OF, stale_days=30)
        assert found.coverage is None
        assert [row.expected for row in found.devices] == [None]


@pytest.mark.xdist_group("spark")  # one Java for all that need it
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java, which is not here")
def test_spark_counts_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    here = report(tmp_path, months=1)
    with open_store(tmp_path) as store, closing(open_engine("local[1]")) as engine:
        there = summarise(store, engine, ruleset(NEW_BROWSER), as_of=AS_OF, stale_days=30, months=1)
        assert (there.coverage, there.trend, there.total) == (here.coverage, here.trend, here.total)
