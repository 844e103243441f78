from __future__ import annotations

import hashlib
import runpy
import sys
from pathlib import Path

import pytest

from auditor.errors import EstateError, MissingExtraError
from auditor.estate import catalogue, segments


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_bytes_come_back_as_they_were(tmp_path: Path) -> None:
    data = [b"one", b"", b"\0\xff" * 5000]
    for item, address in zip(data, segments.append(tmp_path, data), strict=True):
        assert segments.read(tmp_path, address, sha(item)) == item


def test_a_torn_tail_is_no_harm(tmp_path: Path) -> None:
    first = segments.append(tmp_path, [b"first"])[0]
    with segments.path_of(tmp_path, 1).open("ab") as file:
        file.write(b"\x28\xb5\x2f\xfd torn")
    second = segments.append(tmp_path, [b"second"])[0]
    assert segments.read(tmp_path, first, sha(b"first")) == b"first"
    assert segments.read(tmp_path, second, sha(b"second")) == b"second"


def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    addresses = [segments.append(tmp_path, [b"x" * 10], segment_bytes=1)[0] for _ in range(3)]
    assert [address.segment for address in addresses] == [1, 2, 3]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000001.zst", "000002.zst", "000003.zst"]


@pytest.mark.parametrize("at", range(24))
def test_a_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    item = b"all of this matters"
    address = segments.append(tmp_path, [item])[0]
    path = segments.path_of(tmp_path, 1)
    frame = bytearray(path.read_bytes())
    frame[at] ^= 0x55
    path.write_bytes(frame)
    with pytest.raises(EstateError, match=sha(item)):
        segments.read(tmp_path, address, sha(item))


def test_missing_bytes_are_found(tmp_path: Path) -> None:
    address = segments.append(tmp_path, [b"item"])[0]
    path = segments.path_of(tmp_path, 1)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EstateError, match="is damaged"):
        segments.read(tmp_path, address, sha(b"item"))
    path.unlink()
    with pytest.raises(EstateError, match="No such file"):
        segments.read(tmp_path, address, sha(b"item"))
    segments.append(tmp_path, [b"else"])
    with pytest.raises(EstateError, match="another content"):
        segments.read(tmp_path, address, sha(b"item"))


@pytest.mark.parametrize(("library", "module"), [("zstandard", segments), ("duckdb", catalogue)])
def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, library: str, module: object) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError) as caught:
        runpy.run_path(str(module.__file__))  # type: ignore[attr-defined]
    assert caught.value.hint == "pip install 'estate-auditor[estate]'"
