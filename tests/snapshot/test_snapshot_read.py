from __future__ import annotations

import contextlib
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import MissingExtraError, SnapshotError
from auditor.model import Device, Reading, Snapshot, Source, Status
from auditor.snapshot import MAX_BYTES, SCHEMA, read
from auditor.snapshot.read import INTEGERS, MAX_DEPTH, decode
from auditor.snapshot.write import encode

SCHEMA_FILE = Path(__file__).parents[2] / "schemas" / "snapshot-1.json"
PUBLISHED: dict[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(PUBLISHED)
ID = "0123456789abcdef" * 2
READ = {"source": ["file", "/etc/os-release"], "at": "/etc/os-release", "status": "read", "value": "ID=debian"}


def document(**changes: Any) -> dict[str, Any]:
    whole = {
        "schema": SCHEMA, "device": {"id": ID, "hostname": "pc-1", "family": "linux"},
        "taken_at": "2026-11-24T09:30:00Z", "agent": "auditor 0.1.0", "salt": ID, "readings": [READ],
    }  # fmt: skip
    return whole | changes


def as_bytes(**changes: Any) -> bytes:
    return json.dumps(document(**changes)).encode()


def with_value(value: Any) -> dict[str, Any]:
    return document(readings=[READ | {"value": value}])


text = st.text(max_size=20)
names = st.text(max_size=30)
ids = st.text("0123456789abcdef", min_size=32, max_size=32)
inner = st.recursive(
    st.none() | st.booleans() | st.integers(INTEGERS[0], INTEGERS[-1]) | text,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(text, values, max_size=3),
    max_leaves=8,
)
values = (
    st.booleans() | st.integers(INTEGERS[0], INTEGERS[-1]) | text | st.lists(inner, max_size=3)
    | st.dictionaries(text, inner, max_size=3)
)  # fmt: skip
sources = st.builds(Source, text, text)
readings = st.builds(Reading, sources, text, st.just(Status.READ), values, text) | st.builds(
    Reading, sources, text, st.sampled_from([Status.ABSENT, Status.DENIED, Status.FAILED]), st.none(), text
)
devices = st.builds(
    Device, ids, names, st.sampled_from(["windows", "macos", "linux"]), names, st.lists(names, max_size=3).map(tuple)
)
moments = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
snapshots = st.builds(Snapshot, devices, moments, names, ids, st.lists(readings, max_size=4).map(tuple))


@settings(deadline=None, max_examples=100)
@given(snapshots)
def test_what_was_written_is_read_again(snapshot: Snapshot) -> None:
    data = encode(snapshot)
    assert decode(data) == snapshot
    VALIDATOR.validate(json.loads(data))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_as_not_a_snapshot(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        decode(data)


INSERTED = [b'"', b"\\ud800", b"{", b"[", b",", b'"a":1,', b"\0", b"1.5", b"9" * 30]


@settings(deadline=None, max_examples=200)
@given(snapshots, st.data())
def test_a_damaged_snapshot_is_read_or_refused_and_nothing_else(snapshot: Snapshot, data: st.DataObject) -> None:
    whole = bytearray(encode(snapshot))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        match data.draw(st.sampled_from(["change", "insert", "remove"])):
            case "change":
                whole[at] = data.draw(st.integers(0, 255))
            case "insert":
                whole[at:at] = data.draw(st.sampled_from(INSERTED))
            case "remove":
                del whole[at : at + data.draw(st.integers(1, 20))]
        if not whole:
            return
    with contextlib.suppress(SnapshotError):
        assert isinstance(decode(bytes(whole)), Snapshot)


@settings(deadline=None, max_examples=50)
@given(snapshots, st.data())
def test_a_cut_off_snapshot_is_refused(snapshot: Snapshot, data: st.DataObject) -> None:
    whole = encode(snapshot).rstrip()
    with pytest.raises(SnapshotError):
        decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


GOOD = {
    "least": document(readings=[]),
    "site and tags": document(device={"id": ID, "hostname": "", "family": "macos", "site": "Leeds", "tags": ["ward"]}),
    "absent": document(readings=[{"source": ["file", "x"], "at": "x", "status": "absent"}]),
    "denied with reason": document(readings=[{"source": ["file", "x"], "at": "x", "status": "denied", "detail": "no"}]),
    "true": with_value(True),
    "largest integer": with_value(2**64 - 1),
    "smallest integer": with_value(-(2**63)),
    "list with null": with_value([None, [1], {"a": ["b"]}]),
    "map": with_value({"a": {"": False}}),
    "control characters": with_value("a\0\n\x7f"),
}
BAD: dict[str, Any] = {
    "null": None,
    "list": [],
    "no schema": {key: value for key, value in document().items() if key != "schema"},
    "another schema": document(schema="auditor/estate/1"),
    "schema not text": document(schema=1),
    "newer schema": document(schema="auditor/snapshot/2"),
    "unknown field": document(extra=1),
    "unknown field of the device": document(device={"id": ID, "hostname": "", "family": "linux", "x": 1}),
    "unknown field of a reading": document(readings=[READ | {"x": 1}]),
    "id in capitals": document(device={"id": ID.upper(), "hostname": "", "family": "linux"}),
    "id too short": document(device={"id": ID[1:], "hostname": "", "family": "linux"}),
    "id with a line end": document(device={"id": ID + "\n", "hostname": "", "family": "linux"}),
    "family": document(device={"id": ID, "hostname": "", "family": "amiga"}),
    "no host name": document(device={"id": ID, "family": "linux"}),
    "long host name": document(device={"id": ID, "hostname": "x" * 256, "family": "linux"}),
    "many tags": document(device={"id": ID, "hostname": "", "family": "linux", "tags": ["x"] * 65}),
    "tags not a list": document(device={"id": ID, "hostname": "", "family": "linux", "tags": "x"}),
    "site null": document(device={"id": ID, "hostname": "", "family": "linux", "site": None}),
    "salt": document(salt="x" * 32),
    "no time zone": document(taken_at="2026-11-24T09:30:00"),
    "another time zone": document(taken_at="2026-11-24T09:30:00+01:00"),
    "fraction of a second": document(taken_at="2026-11-24T09:30:00.5Z"),
    "date alone": document(taken_at="2026-11-24"),
    "readings a map": document(readings={}),
    "status": document(readings=[READ | {"status": "fine"}]),
    "read without value": document(readings=[{"source": ["file", "x"], "at": "x", "status": "read"}]),
    "absent with value": document(readings=[READ | {"status": "absent"}]),
    "value null": with_value(None),
    "fraction": with_value(1.5),
    "fraction inside": with_value({"a": [1, 2.5]}),
    "integer too large": with_value(2**64),
    "integer too small inside": with_value([-(2**63) - 1]),
    "source of one": document(readings=[READ | {"source": ["file"]}]),
    "source of three": document(readings=[READ | {"source": ["file", "x", "y"]}]),
    "source of numbers": document(readings=[READ | {"source": [1, 2]}]),
    "source text": document(readings=[READ | {"source": "file"}]),
    "at missing": document(readings=[{"source": ["file", "x"], "status": "absent"}]),
    "detail null": document(readings=[READ | {"detail": None}]),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_documents_please_decoder_and_schema(name: str) -> None:
    VALIDATOR.validate(GOOD[name])
    decode(json.dumps(GOOD[name]).encode())


@pytest.mark.parametrize("name", BAD)
def test_bad_documents_please_neither(name: str) -> None:
    assert not VALIDATOR.is_valid(BAD[name])
    with pytest.raises(SnapshotError):
        decode(json.dumps(BAD[name]).encode())


def test_every_part_of_the_schema_is_described() -> None:
    VALIDATOR.check_schema(PUBLISHED)
    definitions = PUBLISHED["$defs"]
    for fields in (PUBLISHED, definitions["device"], definitions["reading"]):
        for name, field in fields["properties"].items():
            assert field.get("description") or definitions[field["$ref"].removeprefix("#/$defs/")]["description"], name


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (json.dumps(document()).encode("utf-16"), "UTF-16"),
        (json.dumps(document()).encode("utf-16-be"), "not a snapshot"),
        (as_bytes()[:100], "cut off"),
        (as_bytes().replace(b"debian", b"debi\xe4n"), "not UTF-8 (byte "),
        (as_bytes() + as_bytes(), "trailing characters"),
        (b"hello", "not a snapshot"),
        (b"{}", "$.schema is missing"),
        (as_bytes(schema="auditor/snapshot/2"), "snapshot/2: this version of auditor reads auditor/snapshot/1"),
        (as_bytes(schema="auditor/snapshot/2x"), "$.schema is"),
        (as_bytes(readings=[READ, READ | {"status": "fine"}]), "`$.readings[1].status`"),
        (as_bytes(readings=[READ, READ | {"value": {"a": [1, 0.5]}}]), '`$.readings[1].value["a"][1]`'),
        (as_bytes(readings=[READ | {"status": "absent"}]), "`$.readings[0].value`"),
        (as_bytes(taken_at="2026-02-30T00:00:00Z"), "no moment of the calendar - at `$.taken_at`"),
        (as_bytes().replace(b'"ID=debian"', b"NaN"), "not a snapshot"),
        (as_bytes().replace(b'"ID=debian"', b"1e400"), "out of range"),
    ],
)
def test_the_message_says_what_is_wrong(data: bytes, says: str) -> None:
    with pytest.raises(SnapshotError) as caught:
        decode(data)
    assert says in caught.value.message


def test_a_newer_schema_asks_to_update() -> None:
    with pytest.raises(SnapshotError) as caught:
        decode(as_bytes(schema="auditor/snapshot/2", news=[1]))
    assert "Update auditor" in caught.value.hint


def test_a_byte_order_mark_is_allowed() -> None:
    assert decode(b"\xef\xbb\xbf" + as_bytes()) == decode(as_bytes())


def test_an_oversized_input_is_not_looked_at() -> None:
    with pytest.raises(SnapshotError, match="larger than 16 MB"):
        decode(b"[" * 200_000_000)
    assert decode(as_bytes() + b" " * (MAX_BYTES - len(as_bytes())))


@pytest.mark.parametrize("filling", [b"[", b'{"a":'])
def test_deep_nesting_is_refused(filling: bytes) -> None:
    start = as_bytes().partition(b'"ID=debian"')[0]
    for data in (start + filling * 3_000_000, b'{"schema":' + filling * 3_000_000, filling * 3_000_000):
        with pytest.raises(SnapshotError):
            decode(data)


def test_the_nesting_limit_is_exact() -> None:
    def nested(levels: int) -> bytes:
        return as_bytes().replace(b'"ID=debian"', b"[" * levels + b"]" * levels)

    assert decode(nested(MAX_DEPTH))
    with pytest.raises(SnapshotError, match="nested deeper than 32 levels - at"):
        decode(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"schema"', b'"agent": "x", "schema"'),
        (b'"hostname"', b'"hostname": "other", "hostname"'),
        (b'"at"', b'"at" \n : "elsewhere", "at"'),
        (b'"ID=debian"', b'{"a": 1, "\\u0061": 2}'),
        (b'"ID=debian"', b'[[{"a": {"b": 1, "b": 1}}]]'),
    ],
)
def test_a_repeated_key_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(SnapshotError, match="stands twice"):
        decode(as_bytes().replace(old, new, 1))


def test_text_that_looks_like_a_key_is_no_repeated_key() -> None:
    value = {"a": '":', "b": [{"a": ':":"', '":': '"a": 1'}]}
    assert decode(json.dumps(with_value(value)).encode()).readings[0].value == value


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (rb'"\ud800"', "\ufffd"),
        (rb'"a\uDC80b\udc80\uD83D\uDE00"', "a\ufffdb\ufffd\U0001f600"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\\ud800 \\\ud800"', "\\ud800 \\\ufffd"),
    ],
)
def test_lone_surrogates_become_replacement_characters(written: bytes, read_as: str) -> None:
    value = decode(as_bytes().replace(b'"ID=debian"', written)).readings[0].value
    assert value == read_as
    str(value).encode("utf-8")


def test_a_file_name_that_is_not_utf8_survives() -> None:
    whole = decode(as_bytes())
    odd = b"/home/\xff".decode("utf-8", "surrogateescape")
    snapshot = whole._replace(readings=(Reading(Source("file", odd), odd, Status.ABSENT),))
    assert decode(encode(snapshot)).readings[0].at == "/home/\ufffd"


def test_without_msgspec_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgspec", None)
    with pytest.raises(MissingExtraError) as caught:
        runpy.run_path(read.__file__)
    assert caught.value.hint == "pip install 'estate-auditor[estate]'"
