"""Ids in the registry, of which only the hash is given."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identity import SIGNALS, hashed
from auditor.model import Reading, Source, Status, Value
from auditor.sources import machineids

FIRMWARE = SIGNALS["windows"][1]


def structure(kind: int, fields: bytes, *texts: str) -> bytes:
    head = bytes([kind, 4 + len(fields), 0, 0]) + fields
    return head + (b"".join(text.encode() + b"\0" for text in texts) or b"\0") + b"\0"


BIOS = structure(0, bytes([1, 2, 0, 0]), "Phoenix", "6.00")
SYSTEM = structure(1, bytes([1, 2, 0, 3]) + bytes(range(16)), "Example Ltd", "Desk 3", "5B5 M333 ")
END = structure(127, b"")


def answered(value: Value, status: Status = Status.READ) -> Reading:
    def registry(source: Source) -> Iterator[Reading]:
        assert source.kind == "registry"
        yield Reading(source, "HKLM", status, value, "" if status is Status.READ else "no")

    (reading,) = machineids.reader(registry)(FIRMWARE)
    assert reading.source == FIRMWARE
    return reading


def test_of_the_firmwares_table_only_the_hash_of_the_serial_number_is_given() -> None:
    table = b"\0\3\2\0" + len(BIOS).to_bytes(4, "little") + BIOS + SYSTEM + END
    assert answered({"SMBiosData": {"REG_BINARY": table.hex()}}).value == {"SMBiosData": hashed("5b5m333")}


def test_text_is_hashed_and_what_is_empty_or_refused_says_so() -> None:
    assert answered({"Id": "{AB}"}).value == {"Id": hashed("ab")}
    assert answered({"Id": " "}).status is Status.ABSENT
    assert answered({"Id": 7}).status is Status.FAILED
    assert answered({"SMBiosData": {"REG_BINARY": "zz"}}).status is Status.FAILED
    assert answered(None, Status.DENIED).status is Status.DENIED


@pytest.mark.parametrize(
    "table", [b"", BIOS, BIOS + END, SYSTEM[:-12], structure(1, bytes([0, 0, 0, 9]), "x"), b"\1\0\0\0\0\0"]
)
def test_a_table_without_a_serial_number_has_none(table: bytes) -> None:
    assert machineids.serial(table) == ""


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_through_to_an_end(table: bytes) -> None:
    assert isinstance(machineids.serial(table), str)
