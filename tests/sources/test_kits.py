"""The file that a kit writes: what it says becomes the readings that a running PC would give, and nothing is guessed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from auditor import checks
from auditor.errors import SourceError
from auditor.model import Reading, Source, Status
from auditor.scan import take_kit
from auditor.sources import collect, kitfile, kits, offline

META = (
    "#0a1b2c3d meta\tfamily\twindows\n#0a1b2c3d meta\ttaken-at\t2026-11-24T09:00:00Z\n"
    "#0a1b2c3d meta\thostname\tdesk-7\n#0a1b2c3d meta\tsite\tLeeds\n#0a1b2c3d meta\ttag\tward\n"
)
GUID = Source("registry", r"HKLM\SOFTWARE\Microsoft\Cryptography#MachineGuid")
CLIENTS = Source("registry", r"HKLM\SOFTWARE\Google\Update\Clients\*#pv")
USERS = Source("registry", r"HKU\*\Software\Vivaldi\BLBeacon#version")
EXPORT = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Google\\Update\\Clients\\{A}]\n"pv"="138.0"\n"other"=dword:00000001\n'


def kit(body: str, meta: str = META, end: str = "#0a1b2c3d end\n", first: str = "#AUDITOR kit/1 0a1b2c3d test/1") -> bytes:
    return f"{first}\n{meta}{body}{end}".replace("\n", "\r\n").encode("utf-16")


def section(*fields: str, body: str = "") -> str:
    word, *rest = fields
    return f"#0a1b2c3d {word}" + "".join(f"\t{each}" for each in rest) + "\n" + body


def ask(data: bytes, *sources: Source) -> list[tuple[str, Status, object, str]]:
    readings = collect(sources, kits.open_kit(data).readers)
    return [(each.at, each.status, each.value, each.detail) for each in readings]


def one(data: bytes, source: Source) -> Reading:
    (reading,) = collect([source], kits.open_kit(data).readers)
    return reading


def test_what_was_exported_is_answered_as_by_a_running_pc() -> None:
    data = kit(section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", body=EXPORT))
    assert ask(data, CLIENTS) == [(r"HKLM\SOFTWARE\Google\Update\Clients\{A}", Status.READ, {"pv": "138.0"}, "")]
    nowhere = one(data, Source("registry", r"HKLM\SOFTWARE\Google\Update\Clients\{B}#pv"))
    assert nowhere.status is Status.ABSENT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_and_line_end_says_the_same(encoding: str, end: str) -> None:
    text = kit(section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", body=EXPORT)).decode("utf-16")
    data = text.replace("\r\n", end).encode(encoding)
    assert kits.is_kit(data[:64])
    assert one(data, CLIENTS).value == {"pv": "138.0"}


def test_an_exports_own_header_and_mark_may_stand_in_the_middle() -> None:
    body = "\ufeffWindows Registry Editor Version 5.00\n\n" + EXPORT
    assert one(kit(section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", body=body)), CLIENTS).value == {
        "pv": "138.0"
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((r"HKLM\SOFTWARE\Google", "absent", "no such key"), (Status.ABSENT, "no such key or value")),
        ((r"HKLM\SOFTWARE\Google\Update\Clients", "denied", "access denied"), (Status.DENIED, "access denied")),
        ((r"HKLM\SOFTWARE\Google\Update\Clients", "failed", "too late"), (Status.FAILED, "too late")),
        ((r"HKLM\SOFTWARE\Vivaldi", "absent", "no such key"), (Status.FAILED, "was not collected by test/1")),
        ((r"HKLM\SOFTWARE\Google", "denied"), (Status.DENIED, "the kit gave no reason")),
    ],
)
def test_a_key_that_was_not_read_says_why(fields: tuple[str, ...], expected: tuple[Status, str]) -> None:
    reading = one(kit(section("reg", *fields)), CLIENTS)
    assert (reading.status, reading.detail) == expected


def test_nothing_is_called_absent_where_something_was_refused() -> None:
    data = kit(
        section("reg", "HKU", "read", USERS.where) + section("reg", r"HKU\S-1-5-21-1-2-3-1001", "denied", "another user's")
    )
    assert ask(data, USERS) == [(r"HKU\S-1-5-21-1-2-3-1001", Status.DENIED, None, "another user's")]


def test_one_users_values_answer_for_that_user() -> None:
    key = r"HKU\S-1-5-21-1-2-3-1001\Software\Vivaldi\BLBeacon"
    body = f"\n{key.replace('HKU', 'HKEY_USERS')}\n    version    REG_SZ    7.0\n\n"
    data = kit(section("reg", "HKU", "read", USERS.where) + section("regquery", key, "read", f"{key}#version", body=body))
    assert ask(data, USERS) == [(key, Status.READ, {"version": "7.0"}, "")]


def test_a_section_answers_only_the_places_that_it_names() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Cryptography"
    body = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\n"MachineGuid"="g"\n'
    data = kit(section("reg", key, "read", f"{key}#MachineGuid,Other,?Secret", body=body))
    assert one(data, GUID).value == {"MachineGuid": "g"}
    assert one(data, Source("registry", f"{key}#Other")).status is Status.ABSENT
    assert one(data, Source("registry", f"{key}#?Secret")).status is Status.ABSENT
    for never_asked in (f"{key}#Secret", f"{key}#MachineGuid,More", key, rf"{key}\Below#MachineGuid"):
        assert one(data, Source("registry", never_asked)).detail == "was not collected by test/1"


def test_the_default_value_alone_is_not_all_values() -> None:
    key = r"HKLM\SOFTWARE\X"
    data = kit(section("reg", key, "read", f"{key}#", body='[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n@="d"\n'))
    assert one(data, Source("registry", f"{key}#")).value == {"": "d"}
    assert one(data, Source("registry", key)).status is one(data, Source("registry", f"{key}#a")).status is Status.FAILED


def test_a_secret_is_told_by_its_name_alone() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Registration"
    body = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Office\\16.0\\Registration\\{X}]\n"ProductID"=hex(0):\n'
    reading = one(kit(section("reg", key, "read", body=body)), Source("registry", rf"{key}\*#?ProductID"))
    assert reading.value == {"ProductID": {"present": True}}


def test_the_output_of_reg_query_answers_the_values_that_it_shows() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Cryptography"
    body = "\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n    MachineGuid    REG_SZ    g\n\n"
    data = kit(section("regquery", key, "read", body=body))
    assert one(data, GUID).value == {"MachineGuid": "g"}
    assert one(data, Source("registry", f"{key}#Other")).status is Status.FAILED
    asked = kit(section("regquery", key, "read", f"{key}#MachineGuid,Other", body=body))
    assert one(asked, Source("registry", f"{key}#Other")).status is Status.ABSENT


@pytest.mark.parametrize(
    ("form", "body", "value"),
    [
        ("text", "a\nb\n", "a\nb"), ("text", "", ""), ("hex", "c3a9\n0a\n", "é\n"), ("list", "a\nb\n", ["a", "b"]), ("list", "", []),
        ("fields", "version=1.2\nmachine=x86\nodd=a=b\n", {"version": "1.2", "machine": "x86", "odd": "a=b"}),
        ("whole", "42\n", 42), ("true", "", True),
    ],
)  # fmt: skip
def test_every_form_of_a_value(form: str, body: str, value: object) -> None:
    source = Source("file", "/etc/x")
    assert ask(kit(section("source", *source) + section("at", "/etc/x", form, body=body)), source) == [
        ("/etc/x", Status.READ, value, "")
    ]


def test_a_source_may_have_many_places_and_all_of_them_count() -> None:
    source = Source("program", r"~\x.exe")
    body = (
        section("source", *source) + section("at", r"C:\a\x.exe", "absent", "gone") + section("at", r"C:\b", "denied", "no")
    )
    assert [each[:2] for each in ask(kit(body), source)] == [(r"C:\a\x.exe", Status.ABSENT), (r"C:\b", Status.DENIED)]
    assert one(kit(section("source", *source)), source).detail == "the kit gave no answer"
    assert one(kit(""), source).detail == "was not collected by test/1"


def test_the_id_of_a_machine_is_kept_as_its_hash_alone() -> None:
    source = Source("machine-id", "/etc/machine-id")
    meta = META.replace("windows", "linux")
    data = kit(section("source", *source) + section("at", "/etc/machine-id", "text", body="abc\n"), meta)
    assert len(str(one(data, source).value)) == 64


def test_the_rights_that_the_file_tells_are_a_reading_too() -> None:
    source = Source("host", "rights")
    assert one(kit("", META + "#0a1b2c3d meta\trights\tuser\n"), source).value == "user"
    assert one(kit(""), source).status is Status.FAILED


def test_a_place_that_holds_too_much_is_not_cut_silently() -> None:
    source = Source("file", "x")
    assert (
        one(kit(section("source", *source) + section("at", "x", "text", body="y" * 300_000)), source).status is Status.FAILED
    )


# --- a file that is cut off ---


def test_wherever_the_file_is_cut_off_nothing_is_called_absent_that_may_be_there() -> None:
    whole = kit(
        section("reg", r"HKLM\SOFTWARE\Microsoft\Cryptography", "absent", "no such key")
        + section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", body=EXPORT)
        + section("source", "file", "x") + section("at", "x", "text", body="all of it\n")
    )  # fmt: skip
    sources = (GUID, CLIENTS, Source("file", "x"))
    for length in range(len(whole)):
        try:
            given = kits.open_kit(whole[:length])
        except SourceError:
            continue
        for source in sources:
            for reading in collect([source], given.readers):
                good = reading.status is Status.READ and reading.value in ({"pv": "138.0"}, "all of it")
                cut = reading.status is Status.FAILED and "cut off" in reading.detail
                assert good or cut or (source is GUID and reading.status is Status.ABSENT), (length, reading)
    assert kits.open_kit(whole[:-8]).remarks == [kits.CUT_OFF]


def test_what_came_before_the_cut_is_used() -> None:
    data = kit(section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", body=EXPORT) + "#0a1b2c3d reg\tHKLM", end="")
    assert one(data, CLIENTS).value == {"pv": "138.0"}
    assert one(data, GUID).detail == kits.CUT_OFF


# --- what it says of itself ---


def test_the_file_says_whose_it_is() -> None:
    whose = kits.open_kit(kit("")).whose
    assert (whose.family, whose.taken_at, whose.hostname, whose.site, whose.tags) == (
        "windows", "2026-11-24T09:00:00Z", "desk-7", "Leeds", ("ward",),
    )  # fmt: skip
    assert len(whose.salt) == 32
    assert whose.salt != kits.open_kit(kit("\n")).whose.salt


@pytest.mark.parametrize(
    ("local", "more", "utc"),
    [
        ("11/24/2026 9:05:07.11", {"date-order": "0", "bias": "0x0"}, "2026-11-24T09:05:07Z"),
        ("Tue 11/24/2026 9:05 PM", {"date-order": "0"}, "2026-11-24T21:05:00Z"),
        ("24.11.2026 23:30:00,00", {"date-order": "1", "bias": "0xffffffc4"}, "2026-11-24T22:30:00Z"),
        ("2026-11-24 23:30:00", {"date-order": "2", "bias": "0x12c"}, "2026-11-25T04:30:00Z"),
        ("24/11/26 12:00:00", {"date-order": "1", "bias": "0x0"}, "2026-11-24T12:00:00Z"),
    ],
)
def test_the_clock_of_a_command_line_is_understood(local: str, more: dict[str, str], utc: str) -> None:
    meta = f"#0a1b2c3d meta\tfamily\twindows\n#0a1b2c3d meta\ttaken-local\t{local}\n"
    meta += "".join(f"#0a1b2c3d meta\t{name}\t{value}\n" for name, value in more.items())
    assert kits.open_kit(kit("", meta)).whose.taken_at == utc


HOSTILE = {
    "another version": kit("", first="#AUDITOR kit/2 0a1b2c3d test/1"),
    "a short mark": kit("", first="#AUDITOR kit/1 0a1b test/1"),
    "no collector": kit("", first="#AUDITOR kit/1 0a1b2c3d "),
    "no family": kit("", META.replace("windows", "beos")),
    "no time": kit("", META.replace("taken-at", "taken")),
    "an impossible time": kit("", META.replace("11-24T", "13-42T")),
    "a time of another calendar": kit(
        "", "#0a1b2c3d meta\tfamily\twindows\n#0a1b2c3d meta\ttaken-local\t24/11/2569 1:2:3\n"
    ),
    "two families": kit("", META + "#0a1b2c3d meta\tfamily\tlinux\n"),
    "a long site": kit("", META + f"#0a1b2c3d meta\tzone\t{'x' * 300}\n"),
    "many tags": kit("", META + "".join(f"#0a1b2c3d meta\ttag\t{number}\n" for number in range(99))),
    "half a meta": kit("", META + "#0a1b2c3d meta\tsalt\n"),
    "a bad salt": kit("", META + "#0a1b2c3d meta\tsalt\tzz\n"),
    "an unknown word": kit(section("run", "calc.exe")),
    "a place without a source": kit(section("at", "x", "true")),
    "a source twice": kit(section("source", "file", "x") * 2),
    "an export twice": kit(section("reg", r"HKLM\A", "read") * 2),
    "a key elsewhere": kit(section("reg", r"C:\A", "read")),
    "an unknown status": kit(section("reg", r"HKLM\A", "perhaps")),
    "too few fields": kit(section("reg", r"HKLM\A")),
    "an unknown form": kit(section("source", "file", "x") + section("at", "x", "exec")),
    "odd hex": kit(section("source", "file", "x") + section("at", "x", "hex", body="0g\n")),
    "an odd number": kit(section("source", "file", "x") + section("at", "x", "whole", body="1e9\n")),
    "something after the end": kit("", end="#0a1b2c3d end\nand more\n"),
    "a registry on Linux": kit(section("reg", r"HKLM\A", "read"), META.replace("windows", "linux")),
    "too many sections": kit(section("failed", "x", "y") * 20_001),
    "too long": kit("x" * kitfile.MAX_BYTES),
    "deep keys": kit(section("reg", r"HKLM\A", "read", body="[HKEY_LOCAL_MACHINE" + "\\a" * 500_001 + "]\n")),
    "empty": b"",
    "zeros": bytes(1000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(SourceError) as refused:
        kits.open_kit(HOSTILE[name])
    assert refused.value.message


def test_keys_outside_the_one_that_was_exported_are_left_out() -> None:
    body = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\n"MachineGuid"="forged"\n'
    data = kit(section("reg", r"HKLM\SOFTWARE\Google", "read", body=body))
    assert one(data, GUID).status is Status.FAILED
    assert "is not below" in kits.open_kit(data).remarks[0]


def test_a_body_cannot_begin_a_section_without_the_mark() -> None:
    body = '"x"="\n#ffffffff reg\tHKLM\\SOFTWARE\tabsent\n"\n'
    assert one(kit(section("reg", r"HKLM\SOFTWARE\Google", "read", body=body)), GUID).status is Status.FAILED


def test_many_trees_in_one_export_take_no_time() -> None:
    body = "".join(f"[HKEY_LOCAL_MACHINE\\SOFTWARE\\K{number}]\n" for number in range(50_000))
    data = kit(section("reg", r"HKLM\SOFTWARE", "read", body=body))
    assert one(data, Source("registry", r"HKLM\SOFTWARE\K49999")).status is Status.READ


def test_whatever_is_changed_in_a_file_it_is_answered_or_refused() -> None:
    whole = kit(
        section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", CLIENTS.where, body=EXPORT)
        + section("source", "host", "cores") + section("at", "this PC", "whole", body="4\n")
        + section("failed", "wmi", "blocked")
    )  # fmt: skip
    dice = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data))
            data[at : at + dice.randint(0, 9)] = dice.randbytes(dice.randint(0, 9))
        try:
            given = kits.open_kit(bytes(data))
        except SourceError:
            continue
        assert collect([CLIENTS, GUID, USERS, Source("host", "cores")], given.readers)


# --- as a snapshot, and where files are looked for ---


def test_the_same_bytes_make_the_same_snapshot() -> None:
    data = kit(section("reg", r"HKLM\SOFTWARE\Google\Update\Clients", "read", body=EXPORT))
    first, second = take_kit(kits.open_kit(data)), take_kit(kits.open_kit(data))
    assert first == second
    assert (first.agent, first.taken_at, first.device.hostname) == ("test/1", "2026-11-24T09:00:00Z", "desk-7")
    assert {reading.source for reading in first.readings} == {*checks.wants("windows")}
    assert take_kit(kits.open_kit(data), site="York", tags=("x",)).device[3:] == ("Leeds", ("ward", "x"))


def test_a_kits_file_is_known_by_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing of interest")
    (tmp_path / "any-name").write_bytes(kit(""))
    for path in (tmp_path, tmp_path / "any-name"):
        place = offline.open_place(path)
        assert place.kit
        assert (place.family, place.kit.collector) == ("windows", "test/1")
    (tmp_path / "second.kit.txt").write_bytes(kit(""))
    with pytest.raises(SourceError, match="2 kits"):
        offline.open_place(tmp_path)


def test_a_kits_file_that_cannot_be_used_says_which_it_is(tmp_path: Path) -> None:
    (tmp_path / "bad.kit.txt").write_bytes(HOSTILE["no family"])
    with pytest.raises(SourceError, match=r"bad\.kit\.txt: the family is"):
        offline.open_place(tmp_path / "bad.kit.txt")
