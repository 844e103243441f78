from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import checks
from auditor.checks.collected import Collected
from auditor.model import Detected, Device, Fact, Reading, Snapshot, Source, Status
from auditor.sources import live
from pcs import are_sound, facts, gaps, pc

READERS = {"registry", "program", "systeminfo", "system-profiler", *live.readers()}
"""Kinds that some reader reads: those of Windows and macOS are there only, or offline."""


@pytest.mark.parametrize("family", checks.FAMILIES)
def test_every_place_is_wanted_once_and_some_reader_reads_it(family: str) -> None:
    wanted = checks.wants(family)
    assert len(wanted) == len(set(wanted))
    assert {source.kind for source in wanted} <= READERS | {"probe", "plist"}
    assert all(source.where for source in wanted)


@pytest.mark.parametrize("family", checks.FAMILIES)
def test_every_check_has_wants_for_every_family(family: str) -> None:
    for name, check in checks.CHECKS.items():
        assert check.wants[family], f"{name} reads nothing on {family}"
        assert set(check.wants[family]) <= set(checks.wants(family))


def test_no_product_key_is_ever_asked_for_but_only_whether_there_is_one() -> None:
    for source in checks.wants("windows"):
        if source.kind == "registry":
            for name in source.where.partition("#")[2].split(","):
                assert name.casefold() not in {"productid", "digitalproductid", "digitalproductid4", "productkey"}, source
    assert any("?DigitalProductID" in source.where for source in checks.wants("windows"))


def test_every_value_of_the_registry_is_named_and_of_policies_those_whose_data_is_not() -> None:
    wanted = [source.where for source in checks.wants("windows") if source.kind == "registry"]
    packages = ("AppxAllUserStore", "Repository\\Packages")
    assert not [where for where in wanted if "#" not in where and not any(each in where for each in packages)]
    assert not [where for where in wanted if "*" in where.partition("#")[2].split(",") and "?*" not in where]


def test_the_vocabulary_names_each_fact_once_and_says_what_it_means() -> None:
    specs = [spec for check in checks.CHECKS.values() for spec in check.facts]
    assert len(checks.VOCABULARY) == len(specs)
    assert all(spec.meaning.endswith(".") for spec in specs)
    assert {spec.type for spec in specs} <= {"text", "version", "whole", "size", "yes-no", "list", "features", "date"}


@pytest.mark.parametrize("family", checks.FAMILIES)
@pytest.mark.parametrize("rest", [None, *(status for status in Status if status is not Status.READ)])
def test_a_pc_that_says_nothing_yields_reasons_and_no_facts_out_of_the_air(family: str, rest: Status | None) -> None:
    found = checks.detect(pc(family, {}, rest=rest))
    assert are_sound(found)
    assert facts(found, "os")["system"]["name"][0] == "unknown"
    assert not facts(found, "browser")
    if rest is not Status.ABSENT:
        assert gaps(found, "browser")
        assert gaps(found, "office")


def test_a_check_that_breaks_leaves_a_gap_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(collected: Collected) -> Detected:
        raise ZeroDivisionError("a bug " * 100)

    monkeypatch.setattr(checks.browsers_linux, "detect", broken)
    found = checks.detect(pc("linux", {Source("file", "/etc/os-release"): "NAME=Debian\n"}))
    assert facts(found, "os")["system"]["name"] == "Debian"
    (reason,) = gaps(found, "browser")
    assert reason.startswith("the check 'browsers' broke on this snapshot: ZeroDivisionError a bug")
    assert len(reason) <= 300
    assert gaps(found, "html5")
    assert not gaps(found, "os")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["138.0", "{", "name=x", "0.0.0.0"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["pv", "DisplayName", "UBR", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = [
    "",
    "x",
    "/",
    "/home/a",
    "/Users/b/Applications/X.app/Contents/Info.plist",
    r"HKU\s\Software",
    "HKLM\\a (b)",
    "/root",
]
TYPES = {"text": str, "version": str, "whole": int, "size": int, "yes-no": bool, "list": list}


def is_of_its_type(fact: Fact) -> bool:
    """A known fact has a value of the type, and of the words, that its declaration names."""
    spec = checks.VOCABULARY[f"{fact.subject.kind}.{fact.name}"]
    return type(fact.value) is TYPES[spec.type] and (not spec.words or fact.value in spec.words)


@st.composite
def snapshots(draw: st.DrawFn, family: str) -> Snapshot:
    """Whatever somebody might hand in: any values at any places."""
    wanted = checks.wants(family)
    values = st.dictionaries(
        st.sampled_from(sorted({name for each in wanted for name in names_in(each)})), VALUES, max_size=4
    )
    readings = tuple(
        Reading(source, draw(st.sampled_from([*PATHS, source.where])), Status.READ, draw(VALUES | values))
        for source in draw(st.lists(st.sampled_from(wanted), max_size=8))
    )
    return Snapshot(Device("0" * 32, "h", family), "2026-11-20T09:30:00Z", "t", "f" * 32, readings)


def names_in(source: Source) -> list[str]:
    return [name.lstrip("?") or "x" for name in source.where.partition("#")[2].split(",")]


@pytest.mark.parametrize("family", checks.FAMILIES)
@given(data=st.data())
def test_whatever_a_snapshot_holds_every_fact_is_of_its_type_or_has_a_reason(family: str, data: st.DataObject) -> None:
    found = checks.detect(data.draw(snapshots(family)))
    assert are_sound(found)
    assert not [fact for fact in found.facts if not fact.unknown and not is_of_its_type(fact)]
    assert not [gap.reason for gap in found.gaps if "broke on this snapshot" in gap.reason]


@pytest.mark.parametrize("family", checks.FAMILIES)
def test_for_whatever_a_pc_may_have_none_of_there_is_a_handful_of_readings_that_show_it(family: str) -> None:
    looked = checks.detect(pc(family, {})).looked
    assert set(looked) == {"app", "browser", "office", "html5"}
    assert all(0 < len(readings) <= 8 for readings in looked.values())


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        ("installdate", "begins again with each feature update, has four forms, and is missing or wrong for programs"),
        ("buildlab", "the base's build"),
        ("buildlabex", "the base's build"),
        ("compositioneditionid", "another edition"),
        ("csdbuildnumber", "the revision, or a service pack's build"),
        ("uninstallstring", "a command line, which the entry's key says better"),
    ],
)
def test_what_misleads_is_not_even_asked_for(beside: str, says: str) -> None:
    for source in checks.wants("windows"):
        if source.kind == "registry":
            names = source.where.partition("#")[2].casefold().replace("?", "").split(",")
            assert beside not in names, says
            assert "*" not in names or "policies" in source.where.casefold(), "all values of a key would have it too"


def test_processors_and_old_version_keys_of_other_times_are_not_looked_for() -> None:
    """Below Enum stand the processors of every machine that the disk was in, below Setup the versions before."""
    wanted = [source.where.casefold() for source in checks.wants("windows") if source.kind == "registry"]
    assert not [where for where in wanted if "enum\\acpi\\genuineintel" in where or "enum\\acpi\\authenticamd" in where]
    assert not [where for where in wanted if where.startswith(("hklm\\system\\setup", "hklm\\system\\*"))]
