from __future__ import annotations

import hashlib
import runpy
import sys
from pathlib import Path

import pytest
import zstandard

from auditor.errors import EstateError, MissingExtraError
from auditor.estate import faults, index, lookups, opening, parquet, segments
from auditor.estate.segments import Address


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(path: Path, items: list[bytes], end: int = 0, frame_bytes: int = segments.FRAME_BYTES) -> segments.Appended:
    return segments.append(path, 1, end, items, frame_bytes)


def test_bytes_come_back_as_they_were(tmp_path: Path) -> None:
    data = [b"one", b"", b"two\n", b"\n", b"\0\xff" * 5000]
    path = tmp_path / "000001.zst"
    for item, address in zip(data, put(path, data).addresses, strict=True):
        assert segments.read(path, address, sha(item)) == item


def test_a_segment_unpacked_is_a_line_for_each_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "000001.zst"
    put(path, [b'{"a":1}\n', b'{"b":2}', b'{"c":3}\n'], frame_bytes=10)
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) as unpacked:
        assert unpacked.read() == b'{"a":1}\n{"b":2}\n{"c":3}\n'


def test_frames_are_closed_when_they_are_full(tmp_path: Path) -> None:
    addresses = put(tmp_path / "x.zst", [b"x" * 40] * 5, frame_bytes=80).addresses
    assert [address.start for address in addresses] == [0, 41, 0, 41, 0]
    assert len({address.frame for address in addresses}) == 3


def test_what_stands_behind_the_end_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "000001.zst"
    first = put(path, [b"first"])
    with path.open("ab") as file:
        file.write(b"\x28\xb5\x2f\xfd torn and longer than what comes next, by far")
    second = put(path, [b"second"], first.end)
    assert segments.read(path, first.addresses[0], sha(b"first")) == b"first"
    assert segments.read(path, second.addresses[0], sha(b"second")) == b"second"
    assert path.stat().st_size == second.end


def test_a_segment_that_is_too_short_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "000001.zst"
    end = put(path, [b"first"]).end
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EstateError, match="is cut"):
        put(path, [b"second"], end)


@pytest.mark.parametrize("at", range(24))
def test_a_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    item = b"all of this matters"
    path = tmp_path / "000001.zst"
    address = put(path, [item]).addresses[0]
    frame = bytearray(path.read_bytes())
    frame[at] ^= 0x55
    path.write_bytes(frame)
    with pytest.raises(EstateError, match=sha(item)):
        segments.read(path, address, sha(item))


def test_missing_bytes_are_found(tmp_path: Path) -> None:
    path = tmp_path / "000001.zst"
    address = put(path, [b"item"]).addresses[0]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EstateError, match="is damaged"):
        segments.read(path, address, sha(b"item"))
    path.unlink()
    with pytest.raises(EstateError, match="No such file"):
        segments.read(path, address, sha(b"item"))
    put(path, [b"else"])
    with pytest.raises(EstateError, match="another content"):
        segments.read(path, address, sha(b"item"))


def test_a_frame_that_claims_to_be_huge_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "000001.zst"
    frame = zstandard.ZstdCompressor().compress(b"\0" * (65 * 1024 * 1024))
    path.write_bytes(frame)
    with pytest.raises(EstateError, match="another size"):
        segments.read(path, Address(1, 0, len(frame), 0, 4), sha(b"\0" * 4))


@pytest.mark.parametrize(
    ("library", "module"),
    [
        ("zstandard", segments),
        ("duckdb", lookups),
        ("duckdb", faults),
        ("pyarrow", parquet),
        ("numpy", index),
        ("filelock", opening),
    ],
)
def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, library: str, module: object) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError) as caught:
        runpy.run_path(str(module.__file__))  # type: ignore[attr-defined]
    assert caught.value.hint == "pip install 'estate-auditor[estate]'"
