"""Which websites work on a PC, from its disk to what the technician reads: the booking clerk's story."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from truth.layout import laid_out

MACHINES = Path(__file__).parent.parent / "snapshots"
DAY = "2026-11-24"


def disk(name: str, to: Path) -> Path:
    label = yaml.safe_load((MACHINES / name / "expected.yaml").read_text(encoding="utf-8"))
    return laid_out(label, MACHINES / name, to)


@pytest.fixture
def clerk(tmp_path: Path) -> Path:
    """The clerk's PC: Windows 7 with Internet Explorer 11 and Chrome 49."""
    return disk("booking-clerk", tmp_path / "clerk")


def eventbrite(run: Any, place: Path) -> dict[str, Any]:
    """The finding on Eventbrite."""
    document = json.loads(run("scan", "--offline", place, "--format", "json", "--as-of", DAY, "--fail-on", "never").out)
    (found,) = [each for each in document["findings"] if each["rule"] == "services/eventbrite"]
    assert found["service"] is True
    return dict(found)


def test_eventbrite_fails_in_both_of_the_clerks_browsers_and_it_is_said_why(run, clerk):
    found = eventbrite(run, clerk)
    assert found["outcome"] == "fail"
    assert "chrome: missing: css-grid (from 57 on), js-modules (from 61 on)" in found["actual"]
    assert "ie: missing: fetch, js-modules (never in Internet Explorer)" in found["actual"]
    assert "(an inferred demand)" in found["actual"]


def test_the_evidence_leads_to_the_registry_the_files_and_the_table(run, clerk):
    evidence = eventbrite(run, clerk)["evidence"]
    said = json.dumps(evidence)
    assert "49.0.2623.112" in said
    assert "11.0.9600.19597" in said
    assert {"registry", "program", "knowledge"} <= {each["source"].partition(":")[0] for each in evidence}
    assert any(each["at"].endswith(": chrome 49") for each in evidence)


def test_what_would_fix_it_is_the_newest_that_still_runs_on_windows_7(run, clerk):
    fix = eventbrite(run, clerk)["fix"]
    assert fix.startswith(
        "works after updating chrome to 109 or installing edge 109 (the last for Windows 7, no longer mended)"
    )
    assert "firefox 115.38 (the last for Windows 7, mended until 2027-03-31)" in fix


def test_after_the_fix_it_works(run, tmp_path):
    found = eventbrite(run, disk("booking-clerk-after", tmp_path / "after"))
    assert (found["outcome"], found["fix"]) == ("pass", "")
    assert found["actual"] == "chrome: 109.0.5414.168"


def test_what_only_newest_browsers_may_use_needs_another_system(run, clerk):
    out = run("scan", "--offline", clerk, "--as-of", DAY, "--fail-on", "never").out
    helps = out.partition("What would help")[2].partition("Findings")[0]
    assert "no browser that runs on Windows 7 meets this; works after a move to Windows 11" in " ".join(helps.split())


def test_the_technician_reads_where_it_works_and_what_would_help(run, clerk):
    out = run("scan", "--offline", clerk, "--as-of", DAY, "--fail-on", "never").out
    line = next(line for line in out.splitlines() if line.startswith("Eventbrite"))
    assert "does not work" in line
    assert next(line for line in out.splitlines() if line.startswith("Signing in")).split()[2] == "works"
    findings = out.partition("\nFindings\n")[2]
    assert "Eventbrite" not in findings


def test_websites_do_not_decide_whether_a_pc_is_ready(run, clerk):
    with_websites = run("scan", "--offline", clerk, "--as-of", DAY, "--fail-on", "never").out.splitlines()[-1]
    without = run("scan", "--offline", clerk, "--as-of", DAY, "--fail-on", "never", "--pack", "baseline").out.splitlines()[
        -1
    ]
    assert with_websites == without


def test_the_estates_report_counts_where_each_website_works(run, clerk, tmp_path):
    after = disk("booking-clerk-after", tmp_path / "after")
    for place, name in ((clerk, "before"), (after, "after")):
        run("scan", "--offline", place, "--hostname", name, "--save", tmp_path / f"{name}.json", "--fail-on", "never")
    text = (tmp_path / "after.json").read_text(encoding="utf-8")
    document = json.loads(text)
    document["device"]["id"] = "f" * 32
    (tmp_path / "after.json").write_text(json.dumps(document), encoding="utf-8")
    run("ingest", tmp_path / "before.json", tmp_path / "after.json", "--estate", tmp_path / "estate")
    report = run("report", "--estate", tmp_path / "estate", "--format", "json", "--as-of", DAY)
    # The snapshots are of today, so the day before the last table is asked for with them.
    report = json.loads(run("report", "--estate", tmp_path / "estate", "--format", "json").out)
    counts = {each["rule"]: each for each in report["by_service"]}
    assert (counts["services/eventbrite"]["pass"], counts["services/eventbrite"]["fail"]) == (1, 1)
    assert not any(each["rule"].startswith("services/") for each in report["by_rule"])
    table = run("report", "--estate", tmp_path / "estate").out
    assert next(line for line in table.splitlines() if line.startswith("Eventbrite")).split()[1:3] == ["1", "1"]
    page = run("report", "--estate", tmp_path / "estate", "--format", "html").out
    assert "works after updating chrome to 109" in page
    assert 'id="websites"' in page
