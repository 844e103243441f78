r"""Ids of a PC that Windows has in its registry, of which only the hash is given.

A source of kind ``machine-id`` whose place is below HKLM is read as one of kind ``registry``; each
value that is text is hashed as :func:`auditor.identity.hashed` does. Of ``SMBiosData``, the table that the firmware
gave (DSP0134 of DMTF), the system's serial number alone is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.identity import hashed, packed
from auditor.model import Reading, Source, Status, Value
from auditor.sources import Reader

TABLE = "SMBiosData"
"""The registry's value with the firmware's table."""

_HEADER = 8
_SYSTEM = 1
_SERIAL_AT = 7


def reader(registry: Reader) -> Reader:
    """Reader of kind machine-id for places that ``registry`` reads."""

    def read(source: Source) -> Iterator[Reading]:
        for reading in registry(Source("registry", source.where)):
            yield _hashed(reading)._replace(source=source)

    return read


def _hashed(reading: Reading) -> Reading:
    if reading.status is not Status.READ or not isinstance(reading.value, dict):
        return reading
    try:
        told = {name: _text(name, value) for name, value in reading.value.items()}
    except ValueError as error:
        return reading._replace(status=Status.FAILED, value=None, detail=str(error))
    value: dict[str, Value] = {name: hashed(packed(text)) for name, text in told.items() if packed(text)}
    if not value:
        return reading._replace(status=Status.ABSENT, value=None, detail="the value is empty")
    return reading._replace(value=value)


def _text(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    if name.casefold() == TABLE.casefold() and isinstance(value, dict) and isinstance(data := value.get("REG_BINARY"), str):
        return serial(bytes.fromhex(data)[_HEADER:])
    raise ValueError("not text, as an id would be")


def serial(table: bytes) -> str:
    """The system's serial number in an SMBIOS table; empty where it has none.

    A structure is its type, its length and its fields, then its texts, each ended by a zero, and one more
    zero; a field names a text by its number, counted from 1. Anything that does not fit ends the search.
    """
    at = 0
    while at + 4 <= len(table):
        kind, length = table[at], table[at + 1]
        end = table.find(b"\0\0", at + length)
        if length < 4 or end < 0:
            break
        if kind == _SYSTEM and length > _SERIAL_AT:
            texts = table[at + length : end].split(b"\0")
            number = table[at + _SERIAL_AT]
            return texts[number - 1].decode("ascii", "replace").strip() if 0 < number <= len(texts) else ""
        at = end + 2
    return ""
