from __future__ import annotations

from typing import Any

import pytest

from auditor.checks.collected import Collected, assignments, fact, field, is_home, nameless, place, refusals, text_field, why
from auditor.model import Device, Reading, Snapshot, Source, Status, Subject
from pcs import DEVICE, pc, reading

HERE, THERE = Source("file", "/here"), Source("file", "/there")


def of(*readings: Reading) -> Collected:
    return Collected(Snapshot(DEVICE, "2026-11-20T09:30:00Z", "test", "f" * 32, readings))


def test_what_was_not_collected_reads_as_failed_and_never_as_absent() -> None:
    (missing,) = of().all(HERE)
    assert (missing.status, missing.at, missing.detail) == (Status.FAILED, "/here", "was not collected")
    assert of().read(HERE) == []
    assert of().first(HERE) is None
    assert of().unread(HERE) == [missing]


def test_readings_come_by_source_in_the_order_that_was_asked_for() -> None:
    a, b, c = reading(THERE, "/there", "1"), reading(HERE, "/here/1", Status.DENIED), reading(HERE, "/here/2", "2")
    seen = of(a, b, c)
    assert seen.all(HERE, THERE) == [b, c, a]
    assert seen.read(HERE, THERE) == [c, a]
    assert seen.first(HERE, THERE) == c
    assert seen.unread(HERE, THERE) == [b]
    assert seen.device is DEVICE


def test_absence_is_knowledge() -> None:
    assert of(reading(HERE, "/here", Status.ABSENT)).unread(HERE) == []


def test_a_user_has_one_pseudonym_on_one_pc_and_another_on_any_other() -> None:
    name = of().user("Jane.Doe")
    assert name == of().user("jane.doe")
    assert name.startswith("user ")
    assert len(name) == len("user ") + 8
    assert "jane" not in name.casefold()
    other = Collected(pc("linux", {}, device_id="e" * 32))
    assert name != other.user("jane.doe")
    assert name != of().user("john")


def test_why_names_the_refusals_each_once_and_not_too_many() -> None:
    denied = reading(HERE, "/here", Status.DENIED)
    failed = [reading(THERE, f"/there/{number}", Status.FAILED) for number in range(5)]
    assert why([denied, denied]) == "/here: access denied: Permission denied"
    assert why(failed).count("broken") == 3
    assert why([reading(HERE, "/here", Status.ABSENT)], "nobody knows") == "nobody knows"
    assert why([]) == "nothing that was read has it"


def test_a_fact_has_a_value_or_a_reason() -> None:
    subject = Subject("os", "system")
    assert fact(subject, "name", "Windows", ()).unknown == ""
    assert fact(subject, "ltsc", False, ()).unknown == ""
    assert fact(subject, "name", None, (), "it is hidden").unknown == "it is hidden"
    assert fact(subject, "name", None, [reading(HERE, "/here", Status.DENIED)]).unknown.startswith("/here: access denied")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"v": " 1.0 "}, "1.0"),
        ({"v": 7}, "7"),
        ({"v": True}, ""),
        ({"v": ["a"]}, ""),
        ({"v": {"REG_EXPAND_SZ": "x86"}}, "x86"),
        ({"v": {}}, ""),
        ({"v": None}, ""),
        ({}, ""),
        ("v", ""),
    ],
)
def test_a_value_of_a_key_is_given_as_text(value: Any, text: str) -> None:
    assert text_field(reading(HERE, "/here", value), "v") == text


def test_a_value_of_nothing_is_none() -> None:
    assert field(None, "v") is None
    assert text_field(None, "v") == ""


def test_assignments_are_read_in_both_spellings_and_the_first_of_a_name_counts() -> None:
    text = '# A=1\n; B=2\n[Section=3]\nNAME="Debian"\nNAME=again\nVersion: 4:7.4.7-1\nURL=https://a/?b=c\nloose\nempty=\n'
    assert assignments(text) == {"NAME": "Debian", "Version": "4:7.4.7-1", "URL": "https://a/?b=c", "empty": ""}
    assert assignments(None) == {}


def test_a_device_may_stand_anywhere() -> None:
    assert Collected(pc("windows", {})).device == Device(DEVICE.id, "desk-7", "windows")


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("/home/ann/.config/mimeapps.list", "~/.config/mimeapps.list"),
        ("/Users/ann maria/Applications", "~/Applications"),
        ("/home/ann", "~"),
        ("/root/firefox", "~/firefox"),
        ("/rootfs/x", "/rootfs/x"),
        ("/opt/home/ann", "/opt/home/ann"),
        (r"HKU\ann\Software\X", r"HKU\*\Software\X"),
        (r"HKEY_USERS\S-1-5-21-1", r"HKEY_USERS\*"),
        (r"c:\users\Ann\AppData", r"~\AppData"),
        (r"HKLM\SOFTWARE", r"HKLM\SOFTWARE"),
        ("cannot open /home/ann/x: denied", "cannot open ~/x: denied"),
    ],
)
def test_a_users_name_is_taken_out_of_paths_and_keys(text: str, without: str) -> None:
    assert nameless(text) == without


def test_what_is_asked_for_in_every_home_goes_by_its_source() -> None:
    assert place(reading(Source("file", "~/*/a.ini"), "/srv/homes/ann/secret/a.ini", "x")) == "~/*/a.ini"
    assert place(reading(Source("lines", "/etc/a#b"), "/etc/a", "x")) == "/etc/a"


def test_a_reason_names_no_user_and_is_the_same_for_all() -> None:
    denied = [reading(HERE, f"/home/{name}/a", (Status.DENIED, f"/home/{name}: no")) for name in ("ann", "bo")]
    assert why(denied) == "~/a: access denied: ~: no"


def test_what_was_not_read_below_homes_is_the_users_gap_and_all_else_the_machines() -> None:
    readings = [reading(HERE, path, Status.DENIED) for path in ("/home/ann/a", "/opt/a", "/root")]
    found = {gap.scope: gap for gap in refusals("browser", [*readings, reading(HERE, "/x", Status.ABSENT)])}
    assert found["machine"].evidence == (readings[1],)
    assert found["user"].evidence == (readings[0], readings[2])
    assert not list(refusals("browser", []))


def test_where_something_was_looked_for_is_the_first_reading_of_each_source() -> None:
    a, b = reading(HERE, "/here/1", Status.ABSENT), reading(HERE, "/here/2", "2")
    assert of(a, b).looked(HERE, THERE) == (a, *of().all(THERE))


def test_a_place_below_a_home_goes_by_its_owners_pseudonym() -> None:
    assert of().where("/opt/firefox") == "/opt/firefox"
    assert of().where("/Users/jane/Applications/X.app") == f"{of().user('jane')}: Applications/X.app"
    assert of().where("/root") == f"{of().user('root')}: ."
    assert not is_home("/home")
