r"""What ``reg query`` prints, from XP to Windows 11 and Wine, in any language."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from auditor.model import Reading, Source, Status, Value
from auditor.sources import collect, offline
from auditor.sources.regquery import looks_like_query, mounts

KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor"


def values(body: str) -> dict[str, Value]:
    [mount], remarks = mounts(f"\r\n{KEY}\r\n{body}\r\n", "x.txt", "ada")
    assert remarks == []
    return {name: data if kind in ("REG_SZ", "REG_DWORD") else {kind: data} for name, kind, data in mount.key.values()}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("    v    REG_SZ    two words", {"v": "two words"}),
        ("    a name    REG_SZ    x", {"a name": "x"}),
        ("    v\tREG_SZ\tof XP", {"v": "of XP"}),
        ("    v    REG_SZ", {"v": ""}),
        ("    v    REG_SZ    ", {"v": ""}),
        ("    v    REG_DWORD    0x1f", {"v": 31}),
        ("    v    REG_QWORD    0x1ffffffff", {"v": {"REG_QWORD": 0x1FFFFFFFF}}),
        ("    v    REG_EXPAND_SZ    %SystemRoot%\\x", {"v": {"REG_EXPAND_SZ": "%SystemRoot%\\x"}}),
        ("    v    REG_MULTI_SZ    one\\0two words", {"v": {"REG_MULTI_SZ": ["one", "two words"]}}),
        ("    v    REG_MULTI_SZ    one\\0\\0", {"v": {"REG_MULTI_SZ": ["one"]}}),
        ("    v    REG_MULTI_SZ", {"v": {"REG_MULTI_SZ": []}}),
        ("    v    REG_BINARY    0B3400FF", {"v": {"REG_BINARY": "0b3400ff"}}),
        ("    v    REG_BINARY", {"v": {"REG_BINARY": ""}}),
        ("    v    REG_NONE", {"v": {"REG_NONE": ""}}),
        ("    v    REG_SZ    first\r\nsecond", {"v": "first\nsecond"}),
    ],
)
def test_a_value_is_read_by_its_type(line: str, told: dict[str, Value]) -> None:
    assert values(line) == told


@pytest.mark.parametrize("line", ["REG_QWORD    (null)", "REG_DWORD    (null)", "REG_DWORD    31", "REG_BINARY    0B3"])
def test_what_cannot_be_read_is_of_no_type_that_anything_reads(line: str) -> None:
    [(kind, text)] = values(f"    v    {line}")["v"].items()  # type: ignore[union-attr]
    assert (kind, text) == (f"unreadable {line.split()[0]}", line.split()[1])


@pytest.mark.parametrize(
    "name",
    [
        "(Default)",
        "(Standard)",
        "(par défaut)",
        "(Predeterminado)",
        "(По умолчанию)",
        "(默认)",
        "<NO NAME>",
        "(par d\ufffdfaut)",
    ],
)
def test_the_default_value_is_told_in_any_language(name: str) -> None:
    assert values(f"    {name}    REG_SZ    C:\\x.exe\r\n    v    REG_SZ    1") == {"": "C:\\x.exe", "v": "1"}


@pytest.mark.parametrize("unset", ["(value not set)", "(Wert nicht festgelegt)", "(valeur non définie)"])
def test_a_default_value_that_is_not_set_is_none(unset: str) -> None:
    assert values(f"    (Standard)    REG_SZ    {unset}") == {}


def test_brackets_around_a_later_name_are_a_part_of_it() -> None:
    assert values("    v    REG_SZ    1\r\n    (x)    REG_SZ    2") == {"v": "1", "(x)": "2"}


def test_keys_below_are_keys_and_what_counts_the_matches_is_nothing() -> None:
    text = (
        f"\r\n! REG.EXE VERSION 3.0\r\n\r\n{KEY}\r\n    v\tREG_SZ\t1\r\n\r\n{KEY}\\Sub (x86)\r\n    w\tREG_SZ\t2\r\n\r\n"
        "Ende der Suche: 2 Übereinstimmung(en) gefunden.\r\n"
        "HKEY_CURRENT_USER\\Software\\Y\r\n    z    REG_DWORD    0x1\r\n"
    )
    found, remarks = mounts(text, "x.txt", "ada")
    assert remarks == []
    assert ["\\".join(mount.path) for mount in found] == ["HKLM\\SOFTWARE\\Vendor", "HKU\\ada\\Software\\Y"]
    below = found[0].key.child("sub (X86)")
    assert below is not None
    assert list(below.values()) == [("w", "REG_SZ", "2")]


def test_a_line_that_is_no_value_is_remarked_on() -> None:
    _, remarks = mounts(f"{KEY}\n    v    REG_SZ    1\n\n    w    nonsense\n", "x.txt", "")
    assert remarks == ["x.txt, line 4: not understood:     w    nonsense"]


@pytest.mark.parametrize(
    ("text", "is_query"),
    [
        (f"\r\n{KEY}\r\n    v    REG_SZ    1\r\n", True),
        (f"\r\n! REG.EXE VERSION 3.0\r\n\r\n{KEY}\r\n    <NO NAME>\tREG_SZ\t\r\n", True),
        (f"{KEY}\n\n{KEY}\\Sub\n", True),
        (f"{KEY}\n", False),
        (f"[{KEY}]\n", False),
        (f"see {KEY}\n    v    REG_SZ    1\n", False),
    ],
)
def test_an_output_is_known_by_its_first_lines(text: str, is_query: bool) -> None:
    assert looks_like_query(text) is is_query


def ask(folder: Path, text: str, encoding: str, *wanted: str) -> list[Reading]:
    (folder / "query.txt").write_bytes(text.encode(encoding))
    return list(collect([Source("registry", each) for each in wanted], offline.open_place(folder).readers))


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_it_is_a_part_of_the_registry_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"\r\n{KEY}\r\n    (par défaut)    REG_SZ    déjà\r\n    v    REG_SZ    1\r\n\r\n"
    [reading] = ask(tmp_path, text, encoding, "HKLM\\SOFTWARE\\Vendor#,v")
    assert (reading.at, reading.value) == ("HKLM\\SOFTWARE\\Vendor (query.txt)", {"": "déjà", "v": "1"})


def test_what_is_not_printed_need_not_be_missing(tmp_path: Path) -> None:
    text = f"\r\n{KEY}\r\n    v    REG_SZ    1\r\n\r\n{KEY}\\Sub\r\n"
    wanted = [f"HKLM\\SOFTWARE\\Vendor{rest}" for rest in ("#v", "#v,w", "#w", "\\Sub#w", "\\*#w", "\\Other#w")]
    whole, partly, _, *others = ask(tmp_path, text, "utf-8", *wanted, "HKLM\\SYSTEM\\X#v")
    assert (whole.status, whole.value) == (Status.READ, {"v": "1"})
    assert (partly.status, partly.detail) == (
        Status.FAILED,
        "only a part of it was given: not in what was given (query.txt)",
    )
    assert {each.status for each in others} == {Status.FAILED}


def test_damaged_outputs_never_raise() -> None:
    text = "\r\n".join(f"{KEY}\\K{n}\r\n    v{n}    REG_DWORD    0x{n}\r\n    w    REG_SZ    a\r\nb\r\n" for n in range(9))
    chance = random.Random(20261120)
    for _ in range(300):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        part = text[start:end]
        other = chance.choice(["", "\0" * len(part), "".join(chance.sample(part, len(part))), part[::-1], "\u2028\x85" * 9])
        found, remarks = mounts(text[:start] + other + text[end:], "x", "")
        assert len(remarks) <= 20
        for mount in found:
            assert mount.path[0] in ("HKLM", "HKU", "HKCC")


def test_the_current_control_set_is_the_one_that_select_names() -> None:
    top = r"HKEY_LOCAL_MACHINE\SYSTEM"
    text = f"\r\n{top}\\Select\r\n    Current    REG_DWORD    0x1\r\n\r\n{top}\\ControlSet001\\X\r\n    v    REG_SZ    1\r\n"
    found = {"\\".join(mount.path) for mount in mounts(text, "x.txt", "ada")[0]}
    assert r"HKLM\SYSTEM\CurrentControlSet\X" in found
