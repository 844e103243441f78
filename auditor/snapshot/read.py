r"""Bytes into a :class:`~auditor.model.Snapshot`, strictly.

Whatever the bytes are, the answer is a snapshot or a :class:`SnapshotError`. Unknown
fields, repeated keys, floating point and deep nesting are refused, so that two readers
of the same bytes can never understand them differently.

Lone surrogates (``"\udc80"``, which Python writes for a file name that is not UTF-8)
stand for no character and cannot be stored or shown: each is read as U+FFFD. The bytes
that are kept as evidence still have them.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal

from auditor.errors import MissingExtraError, SnapshotError
from auditor.model import Device, Reading, Snapshot, Source, Status
from auditor.snapshot import MAX_BYTES, MAX_NAME, MAX_READINGS, MAX_TAGS, SCHEMA

try:
    import msgspec
except ImportError as missing:
    raise MissingExtraError("reading snapshots needs msgspec", "pip install 'estate-auditor[estate]'") from missing

MAX_DEPTH = 32
"""Deepest nesting of lists and maps inside one reading's value."""
INTEGERS = range(-(2**63), 2**64)
"""Whole numbers that a value may hold: what a signed or an unsigned 64-bit field can."""

_Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
_Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
_Time = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", max_length=20)]
_Value = str | int | bool | list[Any] | dict[str, Any] | msgspec.UnsetType


class _Device(msgspec.Struct, forbid_unknown_fields=True):
    id: _Id
    hostname: _Name
    family: Literal["windows", "macos", "linux"]
    site: _Name | msgspec.UnsetType = msgspec.UNSET
    tags: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=MAX_TAGS)] | msgspec.UnsetType = msgspec.UNSET


class _Reading(msgspec.Struct, forbid_unknown_fields=True):
    source: Source
    at: str
    status: Status
    value: _Value = msgspec.UNSET
    detail: str | msgspec.UnsetType = msgspec.UNSET


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    schema: Literal["auditor/snapshot/1"]
    device: _Device
    taken_at: _Time
    agent: _Name
    salt: _Id
    readings: Annotated[list[_Reading], msgspec.Meta(max_length=MAX_READINGS)]


class _Envelope(msgspec.Struct):
    schema: Any = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_READING = msgspec.json.Decoder(_Reading)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_KEY_END = re.compile(rb'"[ \t\n\r]*:')
_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def decode(data: bytes) -> Snapshot:
    """The snapshot that ``data`` holds: UTF-8 JSON, a byte order mark allowed.

    Size is looked at first, so an oversized input costs nothing. Repeated keys are
    found by counting what looks like the end of a key in the bytes (about 1 ms a
    megabyte) against the keys that were decoded; only where the counts differ is the
    text parsed a second time, by :mod:`json`, at three to four times the cost.

    :raises SnapshotError: it is not one; the message has the JSON path of what is wrong.
    """
    plain = _plain(data)
    try:
        document = _DOCUMENT.decode(plain)
    except RecursionError:
        raise _too_deep("$") from None
    except msgspec.DecodeError as error:
        raise _refused(plain, str(error)) from None
    readings = [_reading(entry, f"$.readings[{number}]") for number, entry in enumerate(document.readings)]
    _refuse_repeated_keys(plain, _keys_of(document))
    _refuse_impossible_time(document.taken_at)
    device = document.device
    return Snapshot(
        Device(
            device.id, device.hostname, device.family,
            "" if device.site is msgspec.UNSET else device.site, () if device.tags is msgspec.UNSET else device.tags,
        ),
        document.taken_at, document.agent, document.salt, tuple(readings),
    )  # fmt: skip


def decode_reading(data: bytes) -> Reading:
    """The one reading that ``data`` holds: an entry of ``readings`` by itself, taken exactly where :func:`decode` takes it.

    What is taken of each of them and of a snapshot without any is taken of the whole, but for their number.

    :raises SnapshotError: it is none; the message names no place in a snapshot.
    """
    plain = _plain(data)
    try:
        entry = _READING.decode(plain)
    except RecursionError:
        raise _too_deep("$") from None
    except msgspec.DecodeError as error:
        raise SnapshotError(str(error)) from None
    reading = _reading(entry, "$")
    _refuse_repeated_keys(plain, _keys_of_reading(entry))
    return reading


def _plain(data: bytes) -> bytes:
    """``data`` as UTF-8 without byte order mark and lone surrogates."""
    if len(data) > MAX_BYTES:
        raise SnapshotError(
            f"larger than {MAX_BYTES // 2**20} MB", "A snapshot is at most that large; this is something else."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SnapshotError("UTF-16 text; a snapshot is UTF-8", "Save the file as UTF-8.")
    plain = data.removeprefix(b"\xef\xbb\xbf")
    if not plain.strip():
        raise SnapshotError("empty", "The writing of it may have been interrupted: scan again.")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SnapshotError(f"not UTF-8 (byte {error.start})", "A snapshot is UTF-8 JSON.") from None
    if b"\\ud" in plain or b"\\uD" in plain:
        return _SURROGATE.sub(lambda found: b"\\ufffd" if found[1] else found[0], plain)
    return plain


def _refused(plain: bytes, why: str) -> SnapshotError:
    """The error for a document that was not decoded: another schema's explains itself first."""
    try:
        schema = _ENVELOPE.decode(plain).schema
    except (msgspec.DecodeError, RecursionError):
        if why == "Input data was truncated":
            return SnapshotError("cut off: the JSON ends too early", "Copy it again, or scan again.")
        return SnapshotError(f"not a snapshot: {why}")
    if schema == SCHEMA:
        return SnapshotError(why, "schemas/snapshot-1.json describes every field.")
    name, _, version = schema.rpartition("/") if isinstance(schema, str) else ("", "", "")
    if name == SCHEMA.rpartition("/")[0] and version.isascii() and version.isdecimal():
        return SnapshotError(f"schema {schema[:60]}: this version of auditor reads {SCHEMA}", "Update auditor here.")
    given = "is missing" if schema is None else f"is {json.dumps(schema)[:60]}"
    return SnapshotError(f"not a snapshot: $.schema {given}, a snapshot has {json.dumps(SCHEMA)}")


def _reading(entry: _Reading, path: str) -> Reading:
    """One reading, its value looked through for what the model cannot hold."""
    detail = "" if entry.detail is msgspec.UNSET else entry.detail
    if entry.status is not Status.READ:
        if entry.value is not msgspec.UNSET:
            raise SnapshotError(f"a value stands beside the status {json.dumps(entry.status.value)} - at `{path}.value`")
        return Reading(entry.source, entry.at, entry.status, None, detail)
    if entry.value is msgspec.UNSET:
        raise SnapshotError(f'the status is "read", but there is no value - at `{path}`')
    if not isinstance(entry.value, str):
        _refuse_odd(entry.value, f"{path}.value", 0)
    return Reading(entry.source, entry.at, entry.status, entry.value, detail)


def _refuse_odd(value: Any, path: str, depth: int) -> None:
    """Floating point, over-long integers and deep nesting anywhere in ``value``."""
    if isinstance(value, float):
        raise SnapshotError(f"floating point is not allowed - at `{path}`", "Use whole numbers of a smaller unit, or text.")
    if isinstance(value, int) and value not in INTEGERS:
        raise SnapshotError(f"Integer value out of range (64 bits) - at `{path}`")
    if isinstance(value, list | dict):
        if depth == MAX_DEPTH:
            raise _too_deep(path)
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            if not isinstance(each, str):
                _refuse_odd(each, f"{path}[{json.dumps(key)}]", depth + 1)


def _too_deep(path: str) -> SnapshotError:
    return SnapshotError(f"nested deeper than {MAX_DEPTH} levels - at `{path}`")


def _keys_of(document: _Document) -> int:
    """How many keys the whole document has, each of an object counted once."""
    device, unset = document.device, msgspec.UNSET
    count = 9 + (device.site is not unset) + (device.tags is not unset)
    return count + sum(map(_keys_of_reading, document.readings))


def _keys_of_reading(entry: _Reading) -> int:
    unset = msgspec.UNSET
    own = 3 + (entry.value is not unset) + (entry.detail is not unset)
    return own + (_keys_in(entry.value) if isinstance(entry.value, list | dict) else 0)


def _keys_in(value: list[Any] | dict[str, Any]) -> int:
    inner = value.values() if isinstance(value, dict) else value
    own = len(value) if isinstance(value, dict) else 0
    return own + sum(_keys_in(each) for each in inner if isinstance(each, list | dict))


def _refuse_repeated_keys(plain: bytes, keys: int) -> None:
    """Every key ends with a quotation mark and a colon, so there are at least as many as keys."""
    if len(_KEY_END.findall(plain)) != keys:
        json.loads(plain, object_pairs_hook=_unrepeated)


def _unrepeated(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise SnapshotError(f"key {json.dumps(key)[:60]} stands twice in one object")
        seen.add(key)


def _refuse_impossible_time(taken_at: str) -> None:
    try:
        datetime.fromisoformat(taken_at.removesuffix("Z"))
    except ValueError:
        raise SnapshotError(f"{taken_at} is no moment of the calendar - at `$.taken_at`") from None
