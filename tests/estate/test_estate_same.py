"""Which device ids are one PC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.estate.same import TELLING, Identities, Signal, decide
from auditor.identity_file import Decision

MARCH, MAY, JULY, MONTHS = ("2026-03-01", "2026-03-31"), ("2026-05-01", "2026-05-31"), ("2026-07-01", "2026-07-31"), 12


def pc(device: str, name: str, seen: tuple[str, str], **signals: str) -> list[Signal]:
    first, last = (f"{day}T12:00:00Z" for day in seen)
    told = {kind.replace("_", "-"): value for kind, value in signals.items()}
    rows = [Signal(device, kind, f"{kind} {value}", first, last, name) for kind, value in told.items()]
    return rows or [Signal(device, "", "", first, last, name)]


def said(same: bool, *names: str) -> Decision:
    return Decision(same, names, "Ticket 4711", "J. Okafor", date(2026, 11, 24), "identity.yaml, line 2")


def pairs(found: Identities) -> set[tuple[str, str]]:
    return {(alias.device, alias.pc) for alias in found.aliases}


def kinds(found: Identities) -> list[str]:
    return [doubt.kind for doubt in found.doubts]


RENAMED = [
    *pc("a", "WARD-7", MARCH, machine_id="1", smbios_uuid="u", serial="s"),
    *pc("b", "WARD-8", MAY, machine_id="1", smbios_uuid="u", serial="s"),
]


def test_a_renamed_pc_is_one() -> None:
    found = decide(RENAMED)
    assert pairs(found) == {("b", "a")}
    assert found.doubts == ()
    assert found.aliases[0].reason == (
        "renamed: one installation on one hardware (SMBIOS UUID and serial number), "
        "called WARD-7 until 2026-03-31 and WARD-8 from 2026-05-01"
    )


def test_a_re_imaged_pc_is_one() -> None:
    found = decide(
        [
            *pc("a", "WARD-7", MARCH, machine_id="1", serial="s"),
            *pc("b", "ward-7.clinic.example", MAY, machine_id="2", serial="s", smbios_uuid="u"),
        ]
    )
    assert pairs(found) == {("b", "a")}
    assert found.aliases[0].reason.startswith("re-imaged: one hardware (serial number) and one name")


def test_a_pc_that_is_re_imaged_every_week_is_one() -> None:
    weeks = [pc(f"id{week:02}", "lab-1", (f"2026-{week + 1:02}-01", f"2026-{week + 1:02}-20"), machine_id=str(week), serial="s")
             for week in range(12)]  # fmt: skip
    assert pairs(decide(row for week in weeks for row in week)) == {(f"id{week:02}", "id00") for week in range(1, 12)}


def test_a_chain_of_changes_is_one_pc() -> None:
    found = decide([*RENAMED, *pc("c", "WARD-8", JULY, machine_id="2", smbios_uuid="u", serial="s")])
    assert pairs(found) == {("b", "a"), ("c", "a")}
    assert found.doubts == ()


@pytest.mark.parametrize("shared", ["machine_id", "smbios_uuid", "serial"])
def test_clones_that_are_seen_at_once_are_no_pc(shared: str) -> None:
    found = decide([*pc("a", "lab-1", MARCH, **{shared: "1"}), *pc("b", "lab-2", MARCH, **{shared: "1"})])
    assert found.aliases == ()
    assert kinds(found) == ["clones"]
    assert found.doubts[0].devices == ("a", "b")
    assert "sysprep" in found.doubts[0].settle


def test_a_virtual_machine_and_its_copy_are_listed_once_with_all_that_they_share() -> None:
    alike = {"machine_id": "1", "smbios_uuid": "u", "serial": "s"}
    found = decide([*pc("a", "lab-1", MARCH, **alike), *pc("b", "lab-2", ("2026-03-31", "2026-04-02"), **alike)])
    assert found.aliases == ()
    assert [doubt.what[:70] for doubt in found.doubts] == [
        "2 PCs have one SMBIOS UUID and one serial number and one machine id: c"[:70]
    ]


def test_a_value_that_many_names_have_is_no_identity_though_each_was_seen_once() -> None:
    many = [pc(f"id{n}", f"pc-{n}", (f"2026-03-{n:02}",) * 2, machine_id="1", serial="0042") for n in range(1, 9)]
    found = decide(row for one in many for row in one)
    assert found.aliases == ()
    assert kinds(found) == ["clones"]


def test_a_clone_of_a_deployed_image_may_be_renamed() -> None:
    lab = [row for n in range(1, 9) for row in pc(f"x{n}", f"lab-{n}", MARCH, machine_id="1", serial=str(n))]
    assert pairs(decide([*lab, *pc("z", "ward-1", MAY, machine_id="1", serial="3")])) == {("z", "x3")}


def test_a_dock_that_goes_from_hand_to_hand_joins_nobody() -> None:
    found = decide(
        [*pc("a", "ward-7", MARCH, machine_id="1", mac="dock"), *pc("b", "ward-8", MAY, machine_id="2", mac="dock")]
    )
    assert found == Identities()


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (
            {"machine_id": "1", "smbios_uuid": "u", "serial": "s"},
            {"machine_id": "1", "smbios_uuid": "u", "serial": "t"},
            "two serial",
        ),
        ({"machine_id": "1", "serial": "s"}, {"machine_id": "2", "serial": "s"}, "neither name nor installation"),
        ({"machine_id": "1", "serial": "s"}, {"machine_id": "1", "serial": "t"}, "a disk that was moved"),
        ({"machine_id": "1"}, {"machine_id": "1", "serial": "t"}, "no hardware that tells"),
    ],
)
def test_what_contradicts_itself_or_is_not_enough_is_a_doubt(
    before: dict[str, str], after: dict[str, str], what: str
) -> None:
    found = decide([*pc("a", "ward-7", MARCH, **before), *pc("b", "ward-8", MAY, **after)])
    assert found.aliases == ()
    assert set(kinds(found)) == {"doubt"}
    assert any(what in doubt.what for doubt in found.doubts)
    assert all(doubt.settle for doubt in found.doubts)
    assert pairs(
        decide([*pc("a", "ward-7", MARCH, **before), *pc("b", "ward-8", MAY, **after)], [said(True, "a", "b")])
    ) == {("b", "a")}


def test_one_name_after_the_other_without_hardware_is_a_doubt_and_a_card_a_hint() -> None:
    rows = [*pc("a", "ward-7", MARCH, machine_id="1", mac="m"), *pc("b", "ward-7", MAY, machine_id="2", mac="m")]
    found = decide(rows)
    assert found.aliases == ()
    assert "a network card that no other name has" in found.doubts[0].what
    assert "network card" not in decide([*rows, *pc("c", "other", MAY, machine_id="3", mac="m")]).doubts[0].what
    told = [*pc("a", "ward-7", MARCH, serial="s"), *pc("b", "ward-7", MAY, serial="t")]
    assert decide(told) == Identities()
    assert decide([*pc("a", "ward-7", MARCH, domain="x"), *pc("b", "ward-7", MAY, domain="y")]) == Identities()
    assert decide([*pc("a", "localhost", MARCH), *pc("b", "localhost", MAY)]) == Identities()


def test_a_chain_that_would_join_two_that_were_seen_at_once_joins_nobody() -> None:
    rows = [
        *pc("a", "ward-7", ("2026-01-01", "2026-02-20"), machine_id="1", serial="s"),
        *pc("b", "ward-7", MARCH, machine_id="2", serial="s", smbios_uuid="u"),
        *pc("c", "ward-7", ("2026-01-05", "2026-02-10"), machine_id="3", smbios_uuid="u"),
    ]
    found = decide(rows)
    assert found.aliases == ()
    assert "were seen at the same time" in found.doubts[0].what
    assert pairs(decide(rows, [said(False, "b", "c")])) == {("b", "a")}
    assert pairs(decide(rows, [said(True, "a", "c")])) == {("b", "a"), ("c", "a")}


def test_a_word_of_the_organisation_wins() -> None:
    found = decide(RENAMED, [said(False, "ward-7", "WARD-8.clinic.example")])
    assert found == Identities()
    clones = [*pc("a", "lab-1", MARCH, machine_id="1"), *pc("b", "lab-2", MARCH, machine_id="1")]
    found = decide(clones, [said(True, "lab-1", "b")])
    assert found.aliases[0].reason == "one PC by decision of J. Okafor of 2026-11-24: Ticket 4711"
    assert found.doubts == ()
    assert decide(clones, [said(False, "lab-1", "lab-2")]) == Identities()


def test_a_decision_that_cannot_be_followed_is_listed() -> None:
    namesakes = [
        *pc("a", "lab-1", MARCH, serial="1"),
        *pc("b", "lab-1", MARCH, serial="2"),
        *pc("c", "lab-2", MAY, serial="3"),
    ]
    found = decide(namesakes, [said(True, "lab-1", "lab-2"), said(True, "c", "nobody")])
    assert found.aliases == ()
    assert [doubt.what for doubt in found.doubts] == [
        "identity.yaml, line 2: lab-1 is the name of 2 PCs at the same time",
        "identity.yaml, line 2: no PC here is called nobody, nor has that id",
    ]
    both = decide(namesakes, [said(True, "a", "c"), said(False, "lab-1", "lab-2")])
    assert both.aliases == ()
    assert kinds(both) == ["decision"]


@st.composite
def estates(draw: st.DrawFn) -> list[Signal]:
    rows: list[Signal] = []
    for number in range(draw(st.integers(0, 7))):
        start = draw(st.integers(1, MONTHS - 1))
        end = draw(st.integers(start, min(MONTHS, start + 3)))
        signals = {
            kind: draw(st.sampled_from(["1", "2", "3"]))
            for kind in draw(st.sets(st.sampled_from(["machine_id", "smbios_uuid", "serial", "mac", "domain"])))
        }
        name = draw(st.sampled_from(["ward-1", "ward-2", "ward-3", ""]))
        rows += pc(f"id{number}", name, (f"2026-{start:02}-01", f"2026-{end:02}-20"), **signals)
    return rows


NAMED = st.lists(st.sampled_from(["id0", "id1", "id2", "id3"]), min_size=2, max_size=3, unique=True)
DECISIONS = st.lists(st.builds(lambda same, names: said(same, *names), st.booleans(), NAMED), max_size=3)


def groups(found: Identities, rows: Iterable[Signal]) -> dict[str, str]:
    one = {alias.device: alias.pc for alias in found.aliases}
    return {row.device: one.get(row.device, row.device) for row in rows}


@given(estates(), DECISIONS, st.randoms(use_true_random=False))
def test_the_order_of_signals_and_decisions_does_not_matter(
    rows: list[Signal], decisions: list[Decision], chance: object
) -> None:
    found = decide(rows, decisions)
    assert decide(reversed(rows), reversed(decisions)) == found
    chance.shuffle(rows)  # type: ignore[attr-defined]
    assert decide([*rows, *rows], decisions) == found


@given(estates(), DECISIONS)
def test_what_was_joined_is_one_level_deep_and_stays_so_when_it_is_written_down(
    rows: list[Signal], decisions: list[Decision]
) -> None:
    found = decide(rows, decisions)
    assert not {alias.pc for alias in found.aliases} & {alias.device for alias in found.aliases}
    assert len({alias.device for alias in found.aliases}) == len(found.aliases)
    assert all(alias.reason for alias in found.aliases)
    kept = [*decisions, *(said(True, alias.device, alias.pc) for alias in found.aliases)]
    before, after = groups(found, rows), groups(decide(rows, kept), rows)
    assert all(after[one] == after[other] for one, other in combinations(sorted(before), 2) if before[one] == before[other])


@given(estates(), DECISIONS)
def test_no_two_that_were_seen_at_once_are_one_unless_the_organisation_says_so(
    rows: list[Signal], decisions: list[Decision]
) -> None:
    spans = {row.device: (row.first, row.last) for row in rows}
    one = groups(decide(rows, decisions), rows)
    told = {device: {device} for device in spans}
    for each in decisions:
        members = [name for name in each.names if each.same and name in spans]
        whole = set().union(*(told[name] for name in members)) if len(members) == len(each.names) else set()
        for name in whole:
            told[name] = whole
    for first, second in combinations(sorted(spans), 2):
        overlap = spans[first][0] <= spans[second][1] and spans[second][0] <= spans[first][1]
        assert not overlap or one[first] != one[second] or second in told[first]


@given(estates(), DECISIONS)
def test_those_that_are_kept_apart_are_never_one(rows: list[Signal], decisions: list[Decision]) -> None:
    one = groups(decide(rows, decisions), rows)
    for each in decisions:
        if not each.same and all(name in one for name in each.names):
            assert len({one[name] for name in each.names}) == len(each.names)


@given(estates(), NAMED)
def test_those_that_are_said_to_be_one_are(rows: list[Signal], names: list[str]) -> None:
    one = groups(decide(rows, [said(True, *names)]), rows)
    if all(name in one for name in names):
        assert len({one[name] for name in names}) == 1


@given(estates())
def test_who_shares_nothing_that_tells_can_be_left_out(rows: list[Signal]) -> None:
    named = [row._replace(kind="hostname", value=row.hostname) for row in rows if row.hostname]
    holders: dict[tuple[str, str], set[str]] = {}
    for row in (*rows, *named):
        if row.kind in TELLING:
            holders.setdefault((row.kind, row.value), set()).add(row.device)
    sharing = {device for devices in holders.values() if len(devices) > 1 for device in devices}
    whole, part = decide(rows), decide(row for row in rows if row.device in sharing)
    assert part.aliases == whole.aliases
    assert [doubt.devices for doubt in part.doubts] == [doubt.devices for doubt in whole.doubts]
