"""``auditor compare`` on the command line: both ways to name a side, every format, exit codes, and what is in the files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.cli.compare import named
from auditor.errors import UsageError
from auditor.estate.comparing import Asking, Given, compare
from auditor.estate.comparison import CAUSES, CHANGES, Comparison
from auditor.estate.engines import open_engine
from auditor.estate.store import open_store
from auditor.knowledge import overrides, refreshed
from auditor.report.compared import MOST_PCS, document
from auditor.report.compared_formats import FORMATS
from auditor.report.document import Claim, Table
from estate.samples import NEW_BROWSER, pc, ruleset, waiver
from estate.test_comparison import EARLY, LATE, NOW, THEN, filled
from estates import HOSTILE, SCHEMAS

RULE = """\
title: Gets fixes
severity: {severity}
for: os
require: {{supported: yes}}
why: What is not mended is open to attack.
fix: Buy extended updates or move on.
source: {{address: intranet, as_of: 2026-11-24, basis: assumption}}
examples:
  pass: [{{supported: yes}}]
  fail: [{{supported: no}}]
"""
FEDORA = 'NAME="Fedora Linux"\nVERSION_ID="{0}"\nID=fedora\nPRETTY_NAME="Fedora Linux {0}"\n'


@pytest.fixture
def fedora(run: Any, tmp_path: Path) -> Path:
    """Two PCs heard in March 2025 with Fedora 40, of which support ended in May; one went to 41 at once. The rules."""
    for number, (name, release, day) in enumerate(
        [("one", 40, "2025-03-01"), ("two", 40, "2025-03-02"), ("two", 41, "2025-04-20"), ("one", 40, "2025-05-20")]
    ):
        disk = tmp_path / "disk"
        files = {
            "etc/os-release": FEDORA.format(release),
            "etc/hostname": name,
            "etc/machine-id": ("1" if name == "one" else "2") * 32,
        }
        for place, text in files.items():
            (disk / place).parent.mkdir(parents=True, exist_ok=True)
            (disk / place).write_text(text, encoding="utf-8")
        path = tmp_path / "in" / f"{number}.json"
        path.parent.mkdir(exist_ok=True)
        run("scan", "--offline", disk, "--save", path, "--fail-on", "never")
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"taken_at": f"{day}T12:00:00Z"}))
    assert "4 accepted" in run("ingest", tmp_path / "in").out
    for folder, severity in (("rules", "high"), ("old", "low")):
        (tmp_path / folder / "own").mkdir(parents=True)
        (tmp_path / folder / "own" / "fixes.yaml").write_text(RULE.format(severity=severity), encoding="utf-8")
    return tmp_path / "rules"


def test_a_side_is_a_day_or_a_folder_or_both() -> None:
    folder = Path("estate")
    assert named("2026-10-15", folder, NOW)[1:] == (folder, THEN)
    assert named("other", folder, NOW)[1:] == (Path("other"), NOW)
    assert named("a@b@2026-10-15", folder, NOW)[1:] == (Path("a@b"), THEN)
    assert named("./2026-10-15", folder, NOW)[1:] == (Path("2026-10-15"), NOW)
    assert named("a@b", folder, NOW)[1:] == (Path("a@b"), NOW)
    for wrong in ("2026-13-01", "x@2026-02-30"):
        with pytest.raises(UsageError, match="no such day"):
            named(wrong, folder, NOW)


def test_support_ended_meanwhile(run: Any, fedora: Path) -> None:
    done = run("compare", "2025-04-01", "2025-05-25", "--rules", fedora, "--stale-days", "90")
    assert done.code == 0
    assert "Of 2 PCs on both sides, 1 is in the same state, 0 got ready, 1 fell back and 0 changed otherwise" in done.out
    assert "time passed: support of Fedora Linux 40 40 ended 2025-05-13 (own/fixes pass → fail)" in done.out
    assert (
        run("compare", "2025-04-01", "2025-05-25", "--rules", fedora, "--stale-days", "90", "--fail-on", "worse").code == 1
    )
    assert run("compare", "2025-04-01", "2025-04-02", "--rules", fedora, "--fail-on", "worse").code == 0
    back = run("compare", "2025-05-25", "2025-04-01", "--rules", fedora, "--stale-days", "90", "--fail-on", "worse")
    assert (back.code, "1 got ready" in back.out) == (0, True)


def test_rules_as_they_were(run: Any, fedora: Path) -> None:
    words = (
        "compare",
        "2025-05-25",
        "estate@2025-05-25",
        "--rules",
        fedora,
        "--before-rules",
        fedora.parent / "old",
        "--stale-days",
        "90",
    )
    done = json.loads(run(*words, "--format", "json").out)
    assert [(each["change"], each["before"], each["after"]) for each in done["changed"]] == [
        ("fell back", "at risk", "not ready")
    ]
    assert done["changed"][0]["causes"] == [
        {"kind": "rule changed", "what": "severity low → high",
         "rules": [{"rule": "own/fixes", "before": "fail", "after": "fail"}]}
    ]  # fmt: skip
    assert "rule changed: severity low → high (own/fixes fail)" in run(*words).out


def test_rules_of_the_packs_that_are_judged_by_alone_are_compared(run: Any, fedora: Path) -> None:
    rules = Path(__file__).resolve().parents[2] / "rules"
    done = json.loads(run("compare", "2025-05-25", "2025-05-25", "--before-rules", rules, "--format", "json").out)
    assert done["before"]["packs"] == done["after"]["packs"]
    assert (done["rules"], done["changed"]) == ([], [])


def test_mistakes_are_named(run: Any, fedora: Path) -> None:
    for words in (
        ("2025-04-01", "nowhere"),
        ("2025-02-30", "2025-04-01"),
        ("2025-04-01", "2025-04-02", "--filter", "nix=1"),
    ):
        done = run("compare", *words)
        assert done.code in (2, 3)
        assert done.err.startswith("error: ")


def test_it_can_be_written_to_a_file(run: Any, fedora: Path, tmp_path: Path) -> None:
    done = run(
        "compare",
        "2025-04-01",
        "2025-05-25",
        "--rules",
        fedora,
        "--stale-days",
        "90",
        "--format",
        "csv",
        "-o",
        tmp_path / "c.csv",
    )
    assert (done.code, done.out) == (0, "")
    assert len(read((tmp_path / "c.csv").read_bytes())) == 1


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """PCs with every kind of change, some of them with names that mean harm."""
    names = [name[:200] for name in HOSTILE if "\ud800" not in name and "\x00" not in name]
    data = [pc(f"up {name}", version, day=day) for name in names for version, day in (("100", EARLY), ("130", LATE))]
    data += [pc(name, "120", day=LATE, site=name[:50]) for name in names]
    data += [pc("down", "120", day=EARLY), pc("down", "90", day=LATE), pc("silent", "120", day="2026-09-20")]
    data += [pc("waived", "90", day=EARLY), pc("moved", "90", day=EARLY, site="a"), pc("moved", "90", day=LATE, site="b")]
    folder = filled(tmp_path_factory.mktemp("hostile") / "estate", data)
    with open_store(folder) as store:
        given = [
            Given(day.isoformat(), store, ruleset(NEW_BROWSER), waivers, day, ("--as-of", day.isoformat()))
            for day, waivers in ((THEN, (waiver("new-browser", "waived"),)), (NOW, ()))
        ]
        return compare(given[0], given[1], Asking(open_engine, overrides.NONE, refreshed.NONE, 40))


def write(form: str, of: Comparison, width: int = 200) -> bytes:
    return b"".join(FORMATS[form](of, width))


def test_the_json_is_what_its_schema_says(found: Comparison) -> None:
    schema = json.loads((SCHEMAS / "compare-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(write("json", found))
    jsonschema.Draft202012Validator(schema).validate(content)
    assert schema["$defs"]["cause"]["enum"] == list(CAUSES)
    assert schema["$defs"]["change"]["enum"] == list(CHANGES)
    assert len(content["changed"]) == len(found.changed) == sum(content["changes"].values())
    assert content["both"] == content["same"] + sum(
        content["changes"][each] for each in ("fell back", "otherwise", "got ready")
    )


def test_names_that_mean_harm_do_none(found: Comparison) -> None:
    text = write("table", found, 120).decode()
    assert not set(text) & {"\x1b", "\u202e", "\x07", "\x9b", "\t"}
    for row in read(write("csv", found)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
    assert {each.hostname for each in found.changed} >= {'=HYPERLINK("x")', "@SUM(1+1)"}


def holds(row: dict[str, str], condition: str) -> bool:
    key, _, value = condition.partition("=")
    if key == "why":
        return value.strip("*") in row["why"]
    return value in row["causes"].split("; ") if key == "cause" else row[key] == value


def test_every_claim_on_the_csv_counts_its_rows(found: Comparison) -> None:
    rows = read(write("csv", found))
    claims = document(found).claims
    counted = [each for each in claims if each.file]
    assert {each.file for each in counted} == {"compare.csv"}
    assert len(counted) > 40
    for each in counted:
        assert each.value == sum(all(holds(row, part) for part in each.where.split(" and ")) for row in rows), each
    assert all(each.where.startswith("auditor report --as-of 2026-") for each in claims if not each.file)


def test_the_document_shows_numbers_with_claims_and_states_in_words(found: Comparison) -> None:
    of = document(found)
    known: dict[str, Claim] = {each.id: each for each in of.claims}
    tables = [block for section in of.sections for block in section.blocks if isinstance(block, Table)]
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                if column.is_number and cell.text != "–" and column.title != "difference":
                    assert cell.text == f"{known[cell.claim].value:,}"
    assert [each.number for each in of.sections] == ["1", "2", "3", "4", "5", "6"]
    assert len(tables[-1].rows) == min(len(found.changed), MOST_PCS)
    assert document(found) == of


def test_the_same_comparison_gives_the_same_bytes(found: Comparison) -> None:
    for form in FORMATS:
        assert write(form, found) == write(form, found)


def test_nothing_changed_is_said_so(run: Any, fedora: Path) -> None:
    done = run("compare", "2025-04-25", "2025-04-26", "--rules", fedora)
    assert "No PC has another state than before, and none appeared or vanished." in done.out
    assert "fell back and" in done.out
