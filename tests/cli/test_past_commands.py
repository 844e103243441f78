"""The commands about the denominator, the past of one PC, and how long it is kept."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from auditor.estate.asset_list import Expected
from auditor.estate.expected import as_table
from auditor.estate.store import open_store


@pytest.fixture
def year(run, linux, tmp_path: Path) -> list[Path]:
    """Two PCs; one has three snapshots, of which two are from one month long ago. The files, oldest first."""
    folder = tmp_path / "in"
    folder.mkdir()
    made = []
    for number, (name, day) in enumerate(
        [("desk-1", "2024-03-01"), ("desk-1", "2024-03-20"), ("desk-1", "2026-11-02"), ("desk-2", "2026-11-03")]
    ):
        (linux / "etc/hostname").write_text(name)
        (linux / "etc/debian_version").write_text(f"12.{number}\n")
        (linux / "etc/machine-id").write_text(f"{int(name[-1]):032x}")
        path = folder / f"{number}.json"
        run("scan", "--offline", linux, "--save", path, "--fail-on", "never")
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"taken_at": f"{day}T12:00:00Z"}))
        made.append(path)
    assert "4 accepted" in run("ingest", folder).out
    return made


def expect(tmp_path: Path, *names: str) -> None:
    with open_store(tmp_path / "estate", write=True) as store:
        store.replace("expected", as_table([Expected(name, "Leeds", row=line) for line, name in enumerate(names, 2)]))


def test_who_is_missing_is_listed_as_csv(run, year, tmp_path):
    done = run("estate", "missing")
    assert done.code == 2
    assert "auditor estate expect FILE" in done.err
    expect(tmp_path, "desk-1", "=gone")
    found = list(csv.reader(io.StringIO(run("estate", "missing").out.lstrip("\ufeff"))))
    assert found == [["name", "site", "tags", "source", "row"], ["'=gone", "Leeds", "", "", "3"]]
    assert len(list(csv.reader(io.StringIO(run("estate", "missing", "--site", "York").out)))) == 1
    assert run("estate", "missing", "--unexpected", "-o", tmp_path / "x.csv").code == 0
    assert "desk-2" in (tmp_path / "x.csv").read_text(encoding="utf-8")
    early = run("estate", "missing", "--as-of", "2024-01-01").out
    assert "desk-1" in early


def test_a_report_says_it_and_has_a_trend_when_asked(run, year, tmp_path):
    expect(tmp_path, "desk-1", "gone")
    document = json.loads(run("report", "--as-of", "2026-11-24", "--format", "json", "--trend", "33").out)
    assert (document["coverage"]["expected"], document["coverage"]["never"]) == (2, 1)
    days = [each["day"] for each in document["trend"]]
    assert (len(days), days[0], days[-2:]) == (33, "2024-03-31", ["2026-10-31", "2026-11-24"])
    assert [(each["total"], each["stale"]) for each in document["trend"]][-2:] == [(1, 1), (2, 0)]
    assert "Of the 2 expected" in run("report", "--as-of", "2026-11-24").out


def test_the_history_of_a_pc_leads_to_its_snapshots(run, year):
    done = run("estate", "history", "desk-1")
    assert done.code == 0
    first = hashlib.sha256(year[0].read_bytes()).hexdigest()
    assert f"{first[:12]}" in done.out
    assert "12.0" in done.out
    assert "3 of 3 snapshots show something new." in done.out
    assert run("raw", first[:12]).out.encode() == year[0].read_bytes()
    assert run("estate", "history", "nobody").code == 2


def test_what_is_thinned_is_said_to_be_no_longer_kept(run, year, tmp_path):
    gone = hashlib.sha256(year[0].read_bytes()).hexdigest()
    would = run("estate", "keep", "--months", "12", "--dry-run").out
    assert would.startswith("1 snapshots taken before ")
    assert would.endswith(" would go; 3 stay.\n")
    assert run("raw", gone).code == 0
    assert " went; 3 stay." in run("estate", "keep", "--months", "12").out
    done = run("raw", gone[:12])
    assert (done.code, "no longer kept by choice of retention" in done.err) == (3, True)
    assert run("estate", "check").code == 0
    assert "no snapshot" in run("raw", "0" * 12).err
    assert " went; 3 stay." in run("estate", "keep", "--months", "12").out
