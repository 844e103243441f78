from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import EstateError
from auditor.estate.manifest import File, Head, Log, Segment, decode, encode

HEAD = Head(
    generation=3, tables={"log": (File("tables/log/00000003-1.parquet", 2, 99, "cd", "ab"),)}, segments=(Segment(1, 7),), log=Log(2, "ab"),
    unsettled=("tables/snapshot/00000001-1.parquet",), retired=("segments/000001.zst",), erase=("quarantine/ab",), quarantine=5,
)  # fmt: skip


def resigned(**changes: object) -> bytes:
    """The manifest with other content, and the hash that fits."""
    document = json.loads(encode(HEAD)) | changes
    del document["sha256"]
    body = json.dumps(document).encode()
    return body[:-1] + b',"sha256":"%s"}\n' % hashlib.sha256(body).hexdigest().encode()


def test_what_is_written_is_read() -> None:
    assert decode(encode(HEAD), "head.json") == HEAD
    assert decode(resigned(), "head.json") == HEAD
    assert json.loads(encode(HEAD))["tables"]["log"][0]["rows"] == 2


@given(st.data())
def test_any_damage_is_found(data: st.DataObject) -> None:
    whole = encode(HEAD)
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != whole[at]))
    for damaged in (whole[:at], whole[:at] + bytes([byte]) + whole[at + 1 :], whole + b"x"):
        with pytest.raises(EstateError, match=r"head\.json"):
            decode(damaged, "head.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"tables": {"log": [{"file": "tables/../../etc/passwd", "rows": 1, "bytes": 1, "sha256": ""}]}},
        {"retired": ["/etc/passwd"]},
        {"erase": ["quarantine/../x"]},
        {"segments": [{"number": -1, "bytes": 1}]},
        {"generation": "x"},
        {"schema": "auditor/estate/3"},
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EstateError) as caught:
        decode(resigned(**changes), "head.json")
    assert caught.value.hint == "Update auditor here."


def test_the_files_that_are_needed() -> None:
    assert HEAD.own() == {"tables/log/00000003-1.parquet", "segments/000001.zst"}
