"""collect.cmd: what must hold of its text. That it works is shown under Wine (tests/wine/test_kits.py)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[2] / "collect" / "collect.cmd"
DATA = KIT.read_bytes()
TEXT = DATA.decode("ascii")
CODE = "\n".join(line for line in TEXT.replace("\r\n", "\n").split("\n") if not line.startswith("rem"))

NEVER = {
    r"(?i)\bwmic\b|systeminfo|powershell": "removed from Windows, or in the PC's language",
    r"(?i)vbscript|\.vbs|Win32_Product": "switched off, or it changes the PC",
    r"(?i)\breg(\.exe)?\"? (add|delete|import|load|unload|save|restore)\b": "nothing is changed",
    r"(?i)\b(findstr|find|whoami|net|dsregcmd|gpresult)\b ": "their output is in the PC's language",
    r"(?i)enabledelayedexpansion": "a value with an exclamation mark would be acted on",
    r"(?i)%TEMP%|%TMP%|%USERPROFILE%": "no temporary files in anybody's profile",
    r"& *(goto|exit)\b": "what follows a condition on its line is not always part of it",
}


@pytest.mark.parametrize("pattern", NEVER)
def test_what_must_never_stand_in_it(pattern: str) -> None:
    assert not re.search(pattern, CODE), NEVER[pattern]


def test_its_lines_end_as_the_command_processor_needs_it() -> None:
    assert DATA.count(b"\n") == DATA.count(b"\r\n")
    assert max(map(len, TEXT.split("\r\n"))) < 8000


def test_every_place_that_it_jumps_to_is_there_once() -> None:
    labels = re.findall(r"(?m)^:(\w+)", CODE)
    assert len(labels) == len(set(labels))
    assert {*re.findall(r"(?:goto|call) :?(\w+)", CODE)} - {"eof"} == {*labels} - {"somevalues"} | {"somevalues"} & {
        *re.findall(r"goto (\w+)", CODE)
    }


def test_the_child_that_writes_a_line_expands_it_last() -> None:
    assert "cmd /d /u /v:on /c echo !LINE!>>" in CODE
    assert not re.search(r"echo %(?!FOUND)", CODE)


def test_no_output_of_the_registry_becomes_part_of_a_command() -> None:
    loops = re.findall(r"(?m)^.*\bfor /f .*$", CODE)
    assert loops
    for loop in loops:
        assert re.search(r"said\.txt|v\.txt|query HKU|%PROFILES%|%ABOVE%|%REST%", loop), loop


def test_keys_that_hold_secrets_are_not_exported() -> None:
    exported = re.findall(r'call :export "([^"]+)"', CODE)
    assert exported
    for key in exported:
        assert not re.search(
            r"\\Office$|\\Registration|DigitalProductI|JoinInfo|Enrollments|Windows NT\\CurrentVersion$", key
        ), key
