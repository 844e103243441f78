"""The maintainers' command: what it reads, refuses, shows and writes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from html5_sample import DATA, inputs, pack, refresh

TABLES = ("compat.json", "releases.json", "baseline.json", "legacy.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages (``first``), and with inputs and tables (``data``)."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "data").mkdir()
    for name in ("features.yaml", "overrides.yaml"):
        shutil.copy(DATA / name, folder / "data")
    refresh.run(["--from", str(pack(folder / "first"))], folder / "data")
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """The inputs and the tables of the sample, to be changed; beside them ``first``, the packages."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "data"


def support(bcd: Any, key: str) -> Any:
    for part in key.split("."):
        bcd = bcd[part]
    return bcd["__compat"]["support"]


def bytes_of(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in TABLES]


def test_twice_the_same_bytes_and_no_change(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = bytes_of(data)
    refresh.run(["--from", str(tmp_path / "first")], data)
    assert bytes_of(data) == before
    assert "No cell changed." in capsys.readouterr().out


def test_every_table_says_where_it_comes_from(data: Path) -> None:
    for name in TABLES:
        sources = json.loads((data / name).read_bytes())["sources"]
        assert [source["licence"] for source in sources] == ["CC0-1.0", "Apache-2.0"]
        for source in sources:
            assert source["published"] < "2027"
            assert len(source["sha256"]) == 64
            assert source["sha512"].startswith("sha512-")


def test_what_is_new_of_a_new_release_is_shown_and_written(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bcd = inputs().bcd
    support(bcd, "api.Window.showOpenFilePicker")["firefox"] = {"version_added": "160"}
    refresh.run(["--from", str(pack(tmp_path / "second", bcd))], data)
    assert "fs-access                firefox                  – → 160\n" in capsys.readouterr().out
    assert json.loads((data / "compat.json").read_bytes())["features"]["fs-access"][5] == "160"


@pytest.mark.parametrize(
    ("key", "browser", "statement", "look"),
    [
        ("api.fetch", "firefox", {"version_added": "52"}, "about 39 of 2015-07-02"),
        ("api.fetch", "chrome", {"version_added": "42", "version_removed": "140"}, "about 140 of 2025-09-02"),
        ("api.WebSocket.WebSocket", "ie", {"version_added": "11"}, "frozen, and the data say otherwise"),
        ("api.fetch", "edge", {"version_added": "15"}, "frozen, and the data say otherwise"),
    ],
)
def test_what_changed_of_the_past_needs_a_person(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    key: str,
    browser: str,
    statement: dict[str, str],
    look: str,
) -> None:
    bcd = inputs().bcd
    support(bcd, key)[browser] = statement
    before = bytes_of(data)
    with pytest.raises(refresh.RefusedError, match="1 of 1 changes should be looked at"):
        refresh.run(["--from", str(pack(tmp_path / "second", bcd))], data)
    assert f"LOOK: {look}" in capsys.readouterr().out
    assert bytes_of(data) == before
    refresh.run(["--from", str(tmp_path / "second"), "--accept"], data)
    capsys.readouterr()
    refresh.run(["--from", str(tmp_path / "second")], data)
    assert "No cell changed." in capsys.readouterr().out
    assert bytes_of(data)[0] != before[0]


def test_an_override_of_a_frozen_column_needs_a_person(data: Path, tmp_path: Path) -> None:
    overrides = (data / "overrides.yaml").read_text(encoding="utf-8")
    (data / "overrides.yaml").write_text(overrides.replace("    ie: '9'\n", "    ie: '10'\n", 1), encoding="utf-8")
    with pytest.raises(refresh.RefusedError):
        refresh.run(["--from", str(tmp_path / "first")], data)


def test_a_feature_that_went_needs_a_person(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (data / "features.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / "features.yaml").write_text("".join(line for line in lines if "  fetch:" not in line), encoding="utf-8")
    with pytest.raises(refresh.RefusedError):
        refresh.run(["--from", str(tmp_path / "first")], data)
    assert "present → –   LOOK: gone" in capsys.readouterr().out


def test_a_new_feature_needs_nobody(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (data / "features.yaml").open("a", encoding="utf-8") as file:
        file.write("  fetch-again: {name: 'fetch again', bcd: [api.fetch], test: 'T.g(''fetch'')'}\n")
    refresh.run(["--from", str(tmp_path / "first")], data)
    assert "fetch-again" in capsys.readouterr().out


def test_an_archive_that_is_not_what_the_registry_names_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(refresh.RefusedError, match="but the registry names sha512-other"):
        refresh.run(["--from", str(pack(tmp_path / "second", sha512="sha512-other"))], data)


def test_another_licence_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(refresh.RefusedError, match=r"is under GPL-3\.0, not CC0-1\.0"):
        refresh.run(["--from", str(pack(tmp_path / "second", licence="GPL-3.0"))], data)


def test_a_folder_without_the_packages_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(refresh.RefusedError, match="is not there as --keep leaves it"):
        refresh.run(["--from", str(tmp_path)], data)


NPM = """#!{python}
import json, shutil, sys
from pathlib import Path
kept = Path({kept!r})
words = sys.argv[1:]
name, _, version = words[1].rpartition("@")
note = json.loads((kept / "packages.json").read_text())[name]
if version not in ("latest", note["version"]):
    sys.exit("npm error 404 no such version")
if words[0] == "view":
    print(json.dumps({{"name": name, "version": note["version"], "license": note["licence"],
                      "dist.integrity": note["sha512"], "time": {{note["version"]: note["published"] + "T14:13:18+00:00"}}}}))
else:
    shutil.copy(kept / note["file"], words[words.index("--pack-destination") + 1])
    print(json.dumps([{{"filename": note["file"]}}]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for npm is a script")
def test_what_npm_fetches_is_compiled_and_kept(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "npm").write_text(NPM.format(python=sys.executable, kept=str(tmp_path / "first")))
    (programs / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    before = bytes_of(data)
    refresh.run(["--keep", str(tmp_path / "kept"), "--bcd", "8.1.9"], data)
    assert bytes_of(data) == before
    refresh.run(["--from", str(tmp_path / "kept")], data)
    with pytest.raises(refresh.RefusedError, match="npm view failed: npm error 404"):
        refresh.run(["--bcd", "1.0.0"], data)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(refresh.RefusedError, match="npm is not installed"):
        refresh.run([], data)


def test_the_sample_can_be_written(data: Path, tmp_path: Path) -> None:
    refresh.run(["--from", str(tmp_path / "first"), "--sample", str(tmp_path / "sample")], data)
    written = json.loads((tmp_path / "sample" / "browser-compat-data.json").read_bytes())
    assert written == inputs().bcd
