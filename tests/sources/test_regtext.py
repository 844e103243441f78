r"""``.reg`` exports in every encoding, with every type of value, and no more than what was exported."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from auditor.errors import SourceError
from auditor.model import Source, Status, Value
from auditor.sources import collect, offline, regtext
from auditor.sources.regtext import decode, looks_like_export, mounts

NEW, OLD = regtext.HEADERS
BODY = '\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Grün]\r\n"v"="für"\r\n'


def values(body: str, header: str = NEW) -> dict[str, Value]:
    found, _ = mounts(f"{header}\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n{body}", "x.reg", "ada")
    return {name: {kind: data} for name, kind, data in found[0].key.values()}


@pytest.mark.parametrize(
    "data",
    [
        (NEW + BODY).encode("utf-16"),
        b"\xfe\xff" + (NEW + BODY).encode("utf-16-be"),
        (NEW + BODY).encode("utf-16-le"),
        (NEW + BODY).encode("utf-8"),
        (NEW + BODY).encode("utf-8-sig"),
        (OLD + BODY).encode("cp1252"),
        ("\r\n" + OLD + BODY).encode("utf-8"),
    ],
    ids=["utf-16", "utf-16 other order", "utf-16 without mark", "utf-8", "utf-8 with mark", "ansi", "blank first line"],
)
def test_an_export_is_read_in_any_encoding(data: bytes) -> None:
    assert looks_like_export(data)
    [mount], remarks = mounts(decode(data), "x.reg", "ada")
    assert mount.path == ("HKLM", "SOFTWARE", "Grün")
    assert list(mount.key.values()) == [("v", "REG_SZ", "für")]
    assert remarks == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((NEW + BODY).encode("utf-16")[:-1], "wrong encoding at byte"),
        (b"\xff\xfe" + NEW.encode("utf-16-le") + b"\0\xd8", "wrong encoding at byte"),
        (b"\xef\xbb\xbf" + NEW.encode() + b"\xff", "wrong encoding at byte"),
        (f"; made by hand\n{NEW}".encode(), "does not begin with a .reg header"),
    ],
)
def test_bytes_that_belie_their_header_are_refused(data: bytes, message: str) -> None:
    assert looks_like_export(data)
    with pytest.raises(SourceError, match=message):
        decode(data)


def test_other_text_is_no_export() -> None:
    assert not looks_like_export(b"Windows 10\r\n")
    assert not looks_like_export(b"")


def test_every_type_of_value_is_understood() -> None:
    body = r"""
@="default"
"text"="a \"quoted\" C:\\path"
"empty"=""
"equals"="a=b"
"na\"me\\x"="v"
"dword"=dword:0000000a
"qword"=hex(b):01,00,00,00,01,00,00,00
"number"=hex(4):0a,00,00,00
"binary"=hex:de,ad,\
  be,ef
"nothing"=hex(0):
"expand"=hex(2):25,00,78,00,25,00,00,00
"wide"=hex(1):fc,00,00,00
"several"=hex(7):61,00,00,00,62,00,\
  00,00,00,00
"none"=hex(7):00,00
"odd"=hex(8):01
"""
    assert values(body) == {
        "": {"REG_SZ": "default"}, "text": {"REG_SZ": 'a "quoted" C:\\path'}, "empty": {"REG_SZ": ""},
        "equals": {"REG_SZ": "a=b"}, 'na"me\\x': {"REG_SZ": "v"}, "dword": {"REG_DWORD": 10}, "qword": {"REG_QWORD": 2**32 + 1},
        "number": {"REG_DWORD": 10}, "binary": {"REG_BINARY": "deadbeef"}, "nothing": {"REG_NONE": ""},
        "expand": {"REG_EXPAND_SZ": "%x%"}, "wide": {"REG_SZ": "ü"}, "several": {"REG_MULTI_SZ": ["a", "b"]},
        "none": {"REG_MULTI_SZ": []}, "odd": {"hex(8)": "01"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("31,00,2e,00,32,00,00,00,6c,00,65,00,66,00,74,00", "1.2"),
        ("31,00,2e,00,32,00,00,00,00", "1.2"),
        ("31,00,2e,00,32,00,33", "1.2"),
    ],
)
@pytest.mark.parametrize("kind", [("1", "REG_SZ"), ("2", "REG_EXPAND_SZ")])
def test_a_text_in_digits_ends_at_its_first_nul(kind: tuple[str, str], digits: str, expected: str) -> None:
    assert values(f'"v"=hex({kind[0]}):{digits}\n') == {"v": {kind[1]: expected}}


@pytest.mark.parametrize("kind", ["4", "b"])
def test_a_number_of_another_size_is_no_number(kind: str) -> None:
    digits = ",".join(["ff"] * 5000)
    assert values(f'"v"=hex({kind}):{digits}\n"w"="1"\n') == {"v": {f"hex({kind})": "ff" * 5000}, "w": {"REG_SZ": "1"}}


def test_a_number_of_too_many_digits_is_not_understood() -> None:
    found, remarks = regtext.mounts(
        f'{NEW}\n[HKEY_LOCAL_MACHINE\\X]\n"v"=dword:{"f" * 5000}\n"w"=dword:-1\n', "x.reg", "joe"
    )
    assert list(found[0].key.values()) == []
    assert len(remarks) == 2


def test_the_old_format_holds_its_texts_in_the_pcs_code_page() -> None:
    assert values('"e"=hex(2):25,fc,25,00\n"m"=hex(7):61,00,62,00,00\n', OLD) == {
        "e": {"REG_EXPAND_SZ": "%ü%"}, "m": {"REG_MULTI_SZ": ["a", "b"]},
    }  # fmt: skip


def test_a_text_may_run_over_several_lines() -> None:
    assert values('"v"="one\ntwo \\"x\\"\n\nthree"\n"w"="1"\n') == {
        "v": {"REG_SZ": 'one\ntwo "x"\n\nthree'}, "w": {"REG_SZ": "1"},
    }  # fmt: skip


def test_only_line_ends_end_a_line() -> None:
    assert values('"v"="a\x0bb\x85c\u2028d"\n') == {"v": {"REG_SZ": "a\x0bb\x85c\u2028d"}}


def test_a_text_without_an_end_costs_no_other_key() -> None:
    text = f'{NEW}\n[HKEY_LOCAL_MACHINE\\A]\n"v"="open\n"w"="1"\n[HKEY_LOCAL_MACHINE\\B]\n"v"="2"\n'
    found, remarks = mounts(text, "x.reg", "ada")
    assert [mount.path for mount in found] == [("HKLM", "A"), ("HKLM", "B")]
    assert list(found[1].key.values()) == [("v", "REG_SZ", "2")]
    assert len(remarks) == 1
    assert remarks[0].startswith("x.reg, line 3: not understood")


def steps(text: str) -> int:
    """How many lines of the reader's code one export takes: the same on every machine, however busy."""
    count = 0

    def seen(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line" and frame.f_code.co_filename == regtext.__file__
        return seen

    before = sys.gettrace()
    sys.settrace(seen)
    try:
        mounts(text, "x.reg", "ada")
    finally:
        sys.settrace(before)
    return count


def test_a_text_that_never_ends_costs_one_remark() -> None:
    text = f'{NEW}\n[HKEY_LOCAL_MACHINE\\A]\n"v"="open\n' + "more\n" * 200_000 + '"w"="1"\n'
    found, remarks = mounts(text, "x.reg", "ada")
    assert remarks == ['x.reg, line 3: not understood: "v"="open']
    assert list(found[0].key.values()) == [("w", "REG_SZ", "1")]


def many_open_texts(count: int) -> str:
    return f"{NEW}\n[HKEY_LOCAL_MACHINE\\A]\n" + '"v"="open\n' * count + '"b"=hex:01,\\\n' + "  01,\\\n" * count + "  02\n"


def test_many_texts_that_never_end_are_read() -> None:
    found, _ = mounts(many_open_texts(100_000), "x.reg", "ada")
    assert [len(str(data)) for _, _, data in found[0].key.values()] == [2 * 100_002]


@pytest.mark.parametrize(
    "export", [many_open_texts, lambda count: f'{NEW}\n[HKEY_LOCAL_MACHINE\\A]\n"v"="open\n' + "more\n" * count]
)
def test_twice_as_many_lines_that_never_end_take_twice_the_steps(export: Callable[[int], str]) -> None:
    assert steps(export(6_000)) < 2.2 * steps(export(3_000))


def test_a_text_may_span_so_many_lines_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regtext, "MAX_SPAN", 3)
    body = '"just"="1\n2\n3"\n"many"="1\n2\n3\n4"\nno value\n"next"="x"\n'
    assert values(body) == {"just": {"REG_SZ": "1\n2\n3"}, "next": {"REG_SZ": "x"}}


def test_a_quotation_mark_in_the_middle_of_a_text_costs_only_that_text() -> None:
    body = '"v"="a" b"\n"w"="1\n2" 3\n4"\n@="x"\n'
    assert values(body) == {"": {"REG_SZ": "x"}}


def test_an_escape_at_the_end_of_a_line_reaches_only_that_line() -> None:
    assert values('"v"="C:\\\\,\\\\\n2"\n"w"="1"\n') == {"v": {"REG_SZ": "C:\\,\\\n2"}, "w": {"REG_SZ": "1"}}


def test_a_number_that_is_cut_costs_no_other_key() -> None:
    text = f'{NEW}\n[HKEY_LOCAL_MACHINE\\A]\n"v"=hex:01,\\\n[HKEY_LOCAL_MACHINE\\B]\n"w"="2"\n'
    found, _ = mounts(text, "x.reg", "ada")
    assert [list(mount.key.values()) for mount in found] == [[("v", "REG_BINARY", "01")], [("w", "REG_SZ", "2")]]


@pytest.mark.parametrize("body", ['"v"="open', '"v"=hex:01,\\'])
def test_a_last_value_that_is_cut_is_told_or_kept(body: str) -> None:
    found, remarks = mounts(f"{NEW}\n[HKEY_LOCAL_MACHINE\\A]\n{body}", "x.reg", "ada")
    assert len(remarks) + len(list(found[0].key.values())) == 1


@pytest.mark.parametrize("line", ["junk", '"v"=dword:xyz', '"v"=hex:0', '"v"=-', '"v"=what', '"v'])
def test_a_line_that_is_not_understood_is_told_with_its_number(line: str) -> None:
    found, remarks = mounts(f"{NEW}\n; a remark\n[HKEY_LOCAL_MACHINE\\A]\n{line}\n", "x.reg", "ada")
    assert remarks == [f"x.reg, line 4: not understood: {line}"]
    assert list(found[0].key.values()) == []


def test_no_more_than_twenty_lines_are_told() -> None:
    assert len(mounts(f"{NEW}\n" + "junk\n" * 99, "x.reg", "ada")[1]) == 20


@pytest.mark.parametrize(
    "name",
    [
        "Opera 11.52.1100",
        "FF&TB 1.5 + Plugins1",
        "{9014}_Office14.SingleImage_{A4}",
        "a_is1",
        "x - fr-fr",
        "[a] b]",
        "1С",
        "-x",
    ],
)
def test_a_key_may_have_a_name_of_anything(name: str) -> None:
    [mount], remarks = mounts(f'{NEW}\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\{name}]\n"v"="1"\n', "x.reg", "joe")
    assert (mount.path, remarks) == (("HKLM", "SOFTWARE", name), [])
    assert list(mount.key.values()) == [("v", "REG_SZ", "1")]


def test_a_deleted_key_and_its_values_are_not_there() -> None:
    text = f'{NEW}\n[-HKEY_LOCAL_MACHINE\\A]\n"v"="1"\n[HKEY_LOCAL_MACHINE\\B]\n"v"="2"\n'
    found, _ = mounts(text, "x.reg", "ada")
    assert [mount.path for mount in found] == [("HKLM", "B")]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("HKEY_LOCAL_MACHINE\\SOFTWARE", ("HKLM", "SOFTWARE")),
        ("HKEY_CURRENT_USER\\Software", ("HKU", "ada", "Software")),
        ("hkey_users\\S-1-5-21\\x", ("HKU", "S-1-5-21", "x")),
        ("HKEY_USERS\\S-1-5-21-7_Classes\\Local Settings", ("HKU", "S-1-5-21-7", "Software", "Classes", "Local Settings")),
        ("HKEY_CLASSES_ROOT\\.html", ("HKLM", "SOFTWARE", "Classes", ".html")),
        ("HKEY_CURRENT_CONFIG", ("HKCC",)),
        ("HKEY_LOCAL_MACHINE\\SOFTWARE\\{0}\\FF&TB 1.5 [x]", ("HKLM", "SOFTWARE", "{0}", "FF&TB 1.5 [x]")),
        ("{GUID}\\key", ("{GUID}", "key")),
    ],
)
def test_a_key_stands_where_its_hive_is(name: str, path: tuple[str, ...]) -> None:
    [mount], _ = mounts(f"{NEW}\n[{name}]\n", "x.reg", "ada")
    assert mount.path == path


def test_an_export_covers_what_it_exported_and_no_more(tmp_path: Path) -> None:
    body = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n"v"="1"\n[HKEY_LOCAL_MACHINE\\software\\x\\Y]\n"v"="2"\n'
    (tmp_path / "x.reg").write_text(f"{NEW}\n\n{body}", encoding="utf-16")
    readers = offline.open_place(tmp_path / "x.reg").readers
    where = [r"HKLM\SOFTWARE\X\*#v", r"HKLM\SOFTWARE\X\None", r"HKLM\SOFTWARE\Z", r"HKLM\SOFTWARE"]
    readings = collect([Source("registry", each) for each in where], readers)
    assert [(reading.status, reading.value) for reading in readings] == [
        (Status.READ, {"v": "2"}), (Status.ABSENT, None), (Status.FAILED, None), (Status.FAILED, None),
    ]  # fmt: skip
    assert readings[2].detail == "not in what was given (x.reg)"


def test_two_hundred_random_changes_give_readings_or_reasons(tmp_path: Path) -> None:
    body = "".join(
        f'[HKEY_LOCAL_MACHINE\\SOFTWARE\\X\\{n}]\r\n"v"="{n}"\r\n"h"=hex(7):61,00,\\\r\n  00,00\r\n' for n in range(9)
    )
    data = f"{NEW}\r\n\r\n{body}".encode("utf-16")
    path = tmp_path / "x.reg"
    chance = random.Random(20261124)
    for _ in range(200):
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 12)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed[: chance.choice((len(changed), chance.randrange(len(changed))))])
        try:
            place = offline.open_place(path)
        except SourceError:
            continue
        for reading in collect([Source("registry", r"HKLM\SOFTWARE\X\*"), Source("registry", r"HKLM\*")], place.readers):
            assert (reading.status is Status.READ) is (reading.value is not None)
            assert reading.status is Status.READ or reading.detail


def test_a_real_export_has_its_programs(realdata: Path) -> None:
    readers = offline.open_place(realdata / "winxp-uninstall-reg").readers
    where = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*#DisplayName,DisplayVersion"
    found = {str(reading.value) for reading in collect([Source("registry", where)], readers)}
    assert str({"DisplayName": "Opera 11.52", "DisplayVersion": "11.52.1100"}) in found
    assert len(found) > 300


SETS = """
[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]
"Current"=dword:00000002
[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\X]
"v"="one"
[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Control\\X]
"v"="two"
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (SETS, [{"v": "two"}]),
        (f"[HKEY_LOCAL_MACHINE\\SYSTEM]\n{SETS}", [{"v": "two"}]),
        (SETS.replace("00000002", "00000001"), [{"v": "one"}]),
        (SETS.replace("00000002", "00000003"), [None]),
        (SETS.replace('"Current"', '"Default"'), [None]),
        (SETS + '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\X]\n"v"="of itself"\n', [{"v": "of itself"}]),
    ],
)
def test_the_current_control_set_of_an_export_is_the_one_that_select_names(
    tmp_path: Path, body: str, expected: list[object]
) -> None:
    """A hive of another PC that was loaded and exported has sets with numbers only."""
    (tmp_path / "x.reg").write_text(f"{NEW}\n\n{body}", encoding="utf-16")
    found = collect([Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\X#v")], offline.open_place(tmp_path).readers)
    assert [reading.value for reading in found] == expected
