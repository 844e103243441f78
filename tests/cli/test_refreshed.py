"""From a feed to a verdict: what is refreshed and accepted counts for one PC and for the estate, and only where it is meant to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli import options
from auditor.knowledge.feeds import FEEDS
from loopback import Server, body, serving

PC = Path(__file__).resolve().parent.parent / "snapshots" / "home-china-of-25h2" / "pc.reg"
RULE = """\
title: Gets fixes
severity: high
for: os
require: {supported: yes}
why: What is not mended is open to attack.
fix: Move on.
source: {address: intranet, as_of: 2026-11-24, basis: assumption}
examples:
  pass: [{supported: yes}]
  fail: [{supported: no}]
"""
DAY = ("--as-of", "2026-12-15")
WINDOWS = {
    "result": {
        "releases": [
            {
                "name": "11-25h2-w", "label": "11 25H2 (W)", "releaseDate": "2025-09-30", "isLts": False, "isEoas": False,
                "eoasFrom": "2027-10-12", "isEol": False, "eolFrom": "2027-10-12", "isEoes": False, "eoesFrom": None,
                "latest": {"name": "10.0.26200", "date": None}, "custom": None,
            }
        ]
    }
}  # fmt: skip


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A source on loopback in the place of endoflife.date's for Windows."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as running:
        feed = FEEDS["endoflife-windows"]._replace(address=f"{running.address}/windows")
        monkeypatch.setitem(FEEDS, "endoflife-windows", feed)  # type: ignore[arg-type]
        running.answers["/windows"] = body(json.dumps(WINDOWS).encode())
        yield running


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "own").mkdir(parents=True)
    (tmp_path / "rules" / "own" / "fixes.yaml").write_text(RULE)
    return tmp_path / "rules"


def refresh(run: Any, folder: object = "kept") -> None:
    done = run("knowledge", "refresh", "endoflife-windows", "--to", folder, "--accept", "--as-of", "2026-12-10")
    assert done.code == 0, done.err


def scan(run: Any, rules: Path, *words: object) -> dict[str, Any]:
    done = run("scan", "--offline", PC, "--rules", rules, *DAY, "--fail-on", "never", "--format", "json", *words)
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads(done.out)["findings"][0]
    return document


def test_a_refresh_makes_known_what_was_too_old(run, server, rules):
    before = scan(run, rules)
    assert (before["outcome"], "unknown since 2026-11-21" in before["actual"]) == ("unknown", True)
    refresh(run)
    after = scan(run, rules, "--knowledge", "kept")
    assert after["outcome"] == "pass"
    assert f"{server.address}/windows of 2026-12-10 (secondary)" in json.dumps(after)
    assert json.loads(Path("kept/endoflife-windows.json").read_text())["sources"]["endoflife-windows"][
        "sha256"
    ] in json.dumps(after)


def test_the_folder_is_named_found_or_switched_off(run, server, rules, monkeypatch):
    refresh(run)
    monkeypatch.setenv("AUDITOR_KNOWLEDGE", "kept")
    assert scan(run, rules)["outcome"] == "pass"
    assert scan(run, rules, "--knowledge", "none")["outcome"] == "unknown"
    monkeypatch.setenv("AUDITOR_KNOWLEDGE", "none")
    assert scan(run, rules)["outcome"] == "unknown"
    monkeypatch.delenv("AUDITOR_KNOWLEDGE")
    assert run("knowledge", "refresh", "endoflife-windows", "--accept", "--as-of", "2026-12-10").code == 0
    assert scan(run, rules)["outcome"] == "pass"
    assert scan(run, rules, "--knowledge", "none")["outcome"] == "unknown"


def test_the_estate_and_the_trial_say_the_same(run, server, rules):
    refresh(run)
    sha = json.loads(Path("kept/endoflife-windows.json").read_text())["sources"]["endoflife-windows"]["sha256"]
    (Path("in")).mkdir()
    assert run("scan", "--offline", PC, "--hostname", "desk-7", "--send", "in", "--fail-on", "never").code == 0
    assert run("ingest", "in", "--estate", "estate").code == 0
    for words, outcome in ((("--knowledge", "kept"), "pass"), ((), "unknown")):
        report = run("report", "--estate", "estate", "--rules", rules, *DAY, "--format", "json", "--stale-days", 999, *words)
        assert report.code == 0, report.err
        (device,) = json.loads(report.out)["devices"]
        assert device["findings"][0]["outcome"] == outcome
        told = [each for each in json.loads(report.out)["knowledge"] if each["about"].startswith("refreshed")]
        assert told == [{"about": "refreshed endoflife-windows", "as_of": "2026-12-10", "sha256": sha}][: len(words)]
        tried = run("rules", "test", rules, "--snapshots", "in", *DAY, "--format", "json", *words)
        (verdict,) = json.loads(tried.out)["rules"][0]["verdicts"].values()
        assert verdict["verdict"] == outcome
        told = run("rules", "explain", "own/fixes", "--rules", rules, "--estate", "estate", *DAY, *words)
        assert told.code == 0, told.err


@pytest.mark.parametrize(
    "command", [("scan", "--offline", PC), ("report", "--estate", "estate"), ("probe",)], ids=lambda each: each[0]
)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON, or cut off"),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema": "auditor/knowledge/1"}', "must have one topic, the same"),
        ('{"schema": "auditor/knowledge/1", "topics": {"x": []}, "sources": {"x": {}}}', "unknown topic 'x'"),
        ("\x00\x1b[2J", "not JSON"),
    ],
)
def test_a_broken_file_is_named_with_the_way_out(run, command, content, said):
    Path("kept").mkdir()
    Path("kept/bad.json").write_text(content)
    done = run(*command, "--knowledge", "kept")
    assert done.code == 3
    assert "kept/bad.json: " in done.err
    assert said in done.err
    assert "--knowledge none" in done.err
    assert "Traceback" not in done.err


def test_a_folder_that_is_not_there_is_said(run, rules):
    done = run("scan", "--offline", PC, "--rules", rules, "--knowledge", "nowhere")
    assert (done.code, "nowhere: no such file or folder" in done.err) == (3, True)
    Path("file").write_text("")
    assert run("scan", "--offline", PC, "--rules", rules, "--knowledge", "file").code == 3


def test_a_day_before_the_refresh_is_judged_by_it_too(run, server, rules):
    assert run("knowledge", "refresh", "endoflife-windows", "--to", "kept", "--accept", "--as-of", "2026-11-24").code == 0
    done = run("scan", "--offline", PC, "--rules", rules, "--as-of", "2026-10-01", "--format", "json", "--knowledge", "kept")
    assert json.loads(done.out)["findings"][0]["outcome"] == "pass"


def test_a_folder_of_ones_own_that_may_not_be_looked_at_is_as_if_it_was_not_there(run, rules, monkeypatch):
    def refused(path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(options, "own_knowledge", lambda: SimpleNamespace(is_dir=lambda: refused(PC)))
    assert scan(run, rules)["outcome"] == "unknown"


def test_a_row_of_a_feed_that_says_nothing_to_us_is_named(run, server):
    (row,) = WINDOWS["result"]["releases"]
    answer = {"result": {"releases": [row, {**row, "name": "12-27h1-w"}]}}
    server.answers["/windows"] = body(json.dumps(answer).encode())
    refresh(run)
    done = run("knowledge", "check", "--to", "kept", "--as-of", "2026-12-10")
    assert "endoflife-windows: rows that change nothing, for what they are about is not known here: 12-27h1-w" in done.err
