"""One estate judged for three days, from the same bytes: what is known of each day decides, and the report says how well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from truth.layout import laid_out

MACHINES = Path(__file__).parent.parent / "snapshots"
PCS = {"ten": "office-2010-beside-365", "eleven": "windows-11-that-calls-itself-10", "seven": "booking-clerk"}
DAYS = ("2024-01-01", "2026-11-24", "2028-12-31")


@pytest.fixture
def reports(run: Any, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The report for each day on three PCs that were read in December 2023."""
    for name, machine in PCS.items():
        label = yaml.safe_load((MACHINES / machine / "expected.yaml").read_text(encoding="utf-8"))
        place = laid_out(label, MACHINES / machine, tmp_path / name)
        saved = tmp_path / f"{name}.json"
        run("scan", "--offline", place, "--hostname", name, "--save", saved, "--fail-on", "never")
        document = json.loads(saved.read_bytes())
        document["taken_at"] = "2023-12-15T09:30:00Z"
        document["device"] |= {"id": (name.encode().hex() * 8)[:32], "hostname": name}
        saved.write_text(json.dumps(document), encoding="utf-8")
    run("ingest", *(tmp_path / f"{name}.json" for name in PCS), "--estate", tmp_path / "estate")
    words = ("report", "--estate", tmp_path / "estate", "--format", "json", "--stale-days", 4000)
    found = {day: json.loads(run(*words, "--as-of", day).out) for day in DAYS}
    again = {day: json.loads(run(*words, "--as-of", day).out) for day in DAYS}
    assert found == again
    return found


def outcomes(report: dict[str, Any], rule: str) -> dict[str, str]:
    return {
        device["hostname"]: finding["outcome"]
        for device in report["devices"]
        for finding in device["findings"]
        if finding["rule"] == rule
    }


def test_each_days_report_says_what_was_supported_then(reports: dict[str, dict[str, Any]]) -> None:
    ended, ten, eleven = ("baseline/windows-end-of-life", "baseline/windows-10-updates", "baseline/windows-11-release")
    told = {
        day: (outcomes(report, ended).get("seven"), outcomes(report, ten).get("ten"), outcomes(report, eleven).get("eleven"))
        for day, report in reports.items()
    }
    assert told["2024-01-01"] == ("fail", "pass", "pass")
    assert told["2026-11-24"] == ("fail", "fail", "fail")
    assert told["2028-12-31"] == ("fail", "fail", "fail")


def test_what_is_extended_today_ends_by_2028(reports: dict[str, dict[str, Any]]) -> None:
    """Not one of the three says the same of Chrome 49 either: it grows older, and the newest that is known with it."""
    teams = {
        day: next(
            finding["actual"]
            for device in report["devices"]
            if device["hostname"] == "seven"
            for finding in device["findings"]
            if finding["rule"] == "services/microsoft-teams"
        )
        for day, report in reports.items()
    }
    assert "newest 3 on 2024-01-01: 120, 119, 118" in teams["2024-01-01"]
    assert "newest 3 on 2026-11-24: 158, 157, 156" in teams["2026-11-24"]
    assert len(set(teams.values())) == 3


def test_each_report_names_the_days_of_what_it_rests_on_and_the_share_that_is_recalled_or_assumed(
    reports: dict[str, dict[str, Any]],
) -> None:
    for report in reports.values():
        assert {each["about"] for each in report["knowledge"]} >= {
            "operating systems",
            "browsers",
            "office suites",
            "Baseline",
        }
        counts = report["verdicts"]
        assert counts["total"] == sum(counts[basis] for basis in ("read", "secondary", "recalled", "assumption")) > 0
        assert counts["recalled"] + counts["assumption"] > 0
    assert reports["2024-01-01"]["verdicts"]["warned"] == 0
    assert reports["2028-12-31"]["verdicts"]["warned"] >= reports["2024-01-01"]["verdicts"]["warned"]


def test_a_verdict_on_data_past_their_age_is_used_only_with_a_warning(reports: dict[str, dict[str, Any]]) -> None:
    for report in reports.values():
        for device in report["devices"]:
            for finding in device["findings"]:
                if finding["warning"]:
                    assert finding["warning"].startswith("unknown since ")
                    assert finding["rule"].startswith("baseline/")
