from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
import zstandard

from auditor.estate.inputs import Input, find_inputs
from auditor.snapshot import MAX_BYTES


def found(*paths: object) -> list[Input]:
    return list(find_inputs(str(path) for path in paths))


def by_name(*paths: object) -> dict[str, Input]:
    return {Path(each.name).name: each for each in found(*paths)}


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share" / "deep" / "er").mkdir(parents=True)
    share = tmp_path / "share"
    (share / "a.json").write_bytes(b"a")
    (share / "B.JSON").write_bytes(b"b")
    (share / "notes.txt").write_bytes(b"no")
    (share / "deep" / "lines.ndjson").write_bytes(b"one\n\n  \ntwo\r\nthree")
    (share / "deep" / "er" / "c.json.gz").write_bytes(gzip.compress(b"c"))
    (share / "deep" / "er" / "d.ndjson.gz").write_bytes(gzip.compress(b"d1\nd2\n"))
    return share


def test_a_folder_is_searched_through(share: Path) -> None:
    assert found(share) == [
        Input(str(share / "B.JSON"), b"b"),
        Input(str(share / "a.json"), b"a"),
        Input(str(share / "deep" / "lines.ndjson:1"), b"one\n"),
        Input(str(share / "deep" / "lines.ndjson:4"), b"two\r\n"),
        Input(str(share / "deep" / "lines.ndjson:5"), b"three"),
        Input(str(share / "deep" / "er" / "c.json.gz"), b"c"),
        Input(str(share / "deep" / "er" / "d.ndjson.gz:1"), b"d1\n"),
        Input(str(share / "deep" / "er" / "d.ndjson.gz:2"), b"d2\n"),
    ]


def test_a_named_file_is_read_whatever_its_name(share: Path) -> None:
    assert found(share / "notes.txt", share / "a.json") == [
        Input(str(share / "notes.txt"), b"no"), Input(str(share / "a.json"), b"a"),
    ]  # fmt: skip


def test_patterns_that_the_shell_left(share: Path) -> None:
    assert [each.data for each in found(share / "*.[jt][sx]*")] == [b"a", b"no"]
    assert [each.data for each in found(share / "**" / "*.gz")] == [b"c", b"d1\n", b"d2\n"]
    assert len(found(share / "d*")) == 6
    assert found(share / "*.xml")[0].unreadable == "nothing matches this pattern"


def test_a_name_with_a_bracket_is_not_a_pattern(share: Path) -> None:
    (share / "[a].json").write_bytes(b"odd")
    assert found(share / "[a].json")[0].data == b"odd"


@pytest.mark.parametrize("name", ["missing.json", "a\0b", "x" * 5000])
def test_what_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    each = found(f"{tmp_path}/{name}")[0]
    assert each.unreadable
    assert each.name.isprintable()


def test_links_are_not_followed_out_of_a_folder(share: Path) -> None:
    outside = share.parent / "outside"
    outside.mkdir()
    (outside / "secret.json").write_bytes(b"secret")
    (share / "link.json").symlink_to(outside / "secret.json")
    (share / "away").symlink_to(outside)
    (share / "up").symlink_to(share.parent)
    (share / "dangling.json").symlink_to(share / "nowhere.json")
    (share / "inside.json").symlink_to(share / "a.json")
    (share / "loop").symlink_to(share)
    for path in (share, share / "*"):
        seen = by_name(path)
        for name in ("link.json", "away", "up"):
            assert seen[name] == Input(str(share / name), unreadable="a link to a path outside the folder")
        assert seen["dangling.json"].unreadable == "No such file or directory"
        assert seen["inside.json"].data == b"a"
        assert b"secret" not in [each.data for each in seen.values()]
        (share / "loop").unlink(missing_ok=True)
    assert found(share / "link.json")[0].data == b"secret"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_devices_are_not_opened_for_reading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert found(tmp_path)[0].unreadable == "not a regular file"
    assert found("/dev/zero")[0].unreadable == "not a regular file"


def test_no_more_is_read_than_a_snapshot_may_be_long(tmp_path: Path) -> None:
    (tmp_path / "fits.json").write_bytes(b"x" * MAX_BYTES)
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(MAX_BYTES * 100)
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b"\0" * (MAX_BYTES * 4)))
    (tmp_path / "lines.ndjson").write_bytes(b"1\n" + b"x" * (MAX_BYTES * 2) + b"\n3\n" + b"x" * (MAX_BYTES + 1))
    seen = by_name(tmp_path)
    assert len(seen["fits.json"].data) == MAX_BYTES
    for name in ("huge.json", "bomb.json.gz", "lines.ndjson:2", "lines.ndjson:4"):
        assert (seen[name].refused, seen[name].data) == ("larger than 16 MB", b"")
    assert [seen[f"lines.ndjson:{line}"].data for line in (1, 3)] == [b"1\n", b"3\n"]


def test_a_damaged_gzip_file_is_kept_as_it_came(tmp_path: Path) -> None:
    whole = gzip.compress(b"one\n" + os.urandom(100_000))
    (tmp_path / "cut.json.gz").write_bytes(whole[:-20])
    (tmp_path / "not.json.gz").write_bytes(b"not gzip")
    (tmp_path / "torn.ndjson.gz").write_bytes(gzip.compress(b"one\ntwo\n") + b"\x1f\x8b rubbish")
    (tmp_path / "bits.json.gz").write_bytes(whole[:40] + b"\xff" * 40 + whole[80:])
    with (tmp_path / "huge.json.gz").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    seen = by_name(tmp_path)
    assert seen["cut.json.gz"].data == whole[:-20]
    for name in ("cut.json.gz", "not.json.gz", "bits.json.gz", "torn.ndjson.gz"):
        assert seen[name].refused.startswith("cut off, or not gzip"), name
    assert seen["huge.json.gz"].data == b""


def zstd(data: bytes, **parameters: int) -> bytes:
    packer = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters.from_level(1, **parameters)
    ).compressobj()
    return packer.compress(data) + packer.flush()


def test_zstd_is_read_as_what_it_packs(tmp_path: Path) -> None:
    lines = b"".join(b"%07d%s\n" % (number, b"x" * 5000) for number in range(1000))
    (tmp_path / "a.json.zst").write_bytes(zstd(b"one"))
    (tmp_path / "B.KIT.TXT.ZST").write_bytes(zstd(b"kit"))
    (tmp_path / "frames.ndjson.zst").write_bytes(zstd(lines[:3_000_000]) + zstd(b"") + zstd(lines[3_000_000:] + b"end"))
    (tmp_path / "empty.json.zst").write_bytes(b"")
    seen = by_name(tmp_path)
    assert seen["a.json.zst"].data == b"one"
    assert seen["B.KIT.TXT.ZST"].data == b"kit"
    assert seen["empty.json.zst"].data == b""
    frames = [each for each in seen.values() if "frames" in each.name]
    assert b"".join(each.data for each in frames) == lines + b"end"
    assert [Path(each.name).name for each in frames[-2:]] == ["frames.ndjson.zst:1000", "frames.ndjson.zst:1001"]


def test_a_damaged_zstd_file_is_kept_as_it_came(tmp_path: Path) -> None:
    whole = zstd(b"one\n" + os.urandom(100_000), write_checksum=1)
    torn = zstd(b"one\ntwo\n")
    damaged = {
        "cut.json.zst": whole[:-20],
        "one-short.json.zst": torn[:-1],
        "half-a-header.json.zst": whole[:3],
        "not.json.zst": b"not zstd",
        "bits.json.zst": whole[:40] + b"\xff" * 40 + whole[80:],
        "torn.ndjson.zst": torn + b"rubbish",
        "second-cut.ndjson.zst": torn + torn[:-1],
    }
    for name, data in damaged.items():
        (tmp_path / name).write_bytes(data)
    found_ = found(tmp_path)
    seen = {Path(each.name).name: each for each in found_}
    for name, data in damaged.items():
        assert seen[name].refused.startswith("cut off, or not zstd"), name
        assert seen[name].data == data
    assert [each.data for each in found_ if "torn.ndjson.zst:" in each.name] == [b"one\n", b"two\n"]


def test_a_zstd_bomb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.json.zst").write_bytes(zstd(b"\0" * (MAX_BYTES * 8)))
    (tmp_path / "lines.ndjson.zst").write_bytes(zstd(b"1\n" + b"\0" * (MAX_BYTES * 4) + b"\n3\n" + b"x" * (MAX_BYTES + 1)))
    wide = bytearray(zstd(b"wide", window_log=20, write_content_size=0))
    assert wide[5] == (20 - 10) << 3, "the window's size in the frame's header"
    wide[5] = (28 - 10) << 3
    (tmp_path / "wide.json.zst").write_bytes(wide)
    seen = by_name(tmp_path)
    for name in ("bomb.json.zst", "lines.ndjson.zst:2", "lines.ndjson.zst:4"):
        assert (seen[name].refused, seen[name].data) == ("larger than 16 MB", b"")
    assert [seen[f"lines.ndjson.zst:{line}"].data for line in (1, 3)] == [b"1\n", b"3\n"]
    assert "memory" in seen["wide.json.zst"].refused


@pytest.mark.parametrize("length", [MAX_BYTES - 1, MAX_BYTES])
def test_a_line_is_as_long_as_it_is_wherever_the_parts_end(tmp_path: Path, length: int) -> None:
    data = b"a" * length + b"\n" + b"b" * 1_048_575 + b"\n" + b"c" * 1_048_575 + b"\nd"
    (tmp_path / "lines.ndjson").write_bytes(data)
    first, *others = found(tmp_path / "lines.ndjson")
    assert (first.data or first.refused) == (data[: length + 1] if length < MAX_BYTES else "larger than 16 MB")
    assert [len(each.data) for each in others] == [1_048_576, 1_048_576, 1]


def test_a_folder_that_cannot_be_listed_is_said(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "deep":
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert found(share)[-1] == Input(str(share / "deep"), unreadable="Permission denied")


def test_a_file_that_cannot_be_read_is_said(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def read(self, _: int) -> bytes:
            raise OSError(5, "Input/output error")

    from auditor.estate.inputs import _content

    assert list(_content("a.json", Broken())) == [Input("a.json", unreadable="Input/output error")]  # type: ignore[arg-type]


def test_names_can_be_printed_and_stored(tmp_path: Path) -> None:
    name = os.fsencode(str(tmp_path)) + b"/\xff\n\x1b[31m.json"
    try:
        with open(name, "wb"):
            pass
    except OSError:
        pytest.skip("no such names here")
    (each,) = found(tmp_path)
    assert each.name == f"{tmp_path}/\\udcff\\n\\x1b[31m.json"


def test_the_mark_of_an_estate_is_passed_over_and_nothing_beside_it(share: Path) -> None:
    everything = found(share)
    marker = share / "estate.json"
    marker.write_bytes(b'{"schema":"auditor/estate/1"}\n')
    assert found(share) == everything
    assert Input(str(marker)) not in found(share / "*.json")
    assert len(found(share / "*.json")) == 1
    assert found(marker) == [Input(str(marker), marker.read_bytes())]


@pytest.mark.parametrize("data", [b"{}", b"not JSON", b'{"schema": "auditor/snapshot/1"}', b'["auditor/estate/1"]', b""])
def test_a_snapshot_that_is_called_like_the_mark_of_an_estate_is_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "estate.json").write_bytes(data)
    assert [each.data for each in found(tmp_path)] == [data]
