"""Overrides on the command line: one PC and the estate say the same, and only of the PCs that are meant."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

RULE = """\
title: Gets fixes
severity: high
for: os
require: {supported: yes}
why: What is not mended is open to attack.
fix: Buy extended updates or move on.
source: {address: intranet, as_of: 2026-11-24, basis: assumption}
examples:
  pass: [{supported: yes}]
  fail: [{supported: no}]
"""
DISK = {
    "etc/os-release": 'NAME="Fedora Linux"\nVERSION_ID="40"\nID=fedora\nPRETTY_NAME="Fedora Linux 40"\n',
    "etc/hostname": "",
}
OWN = """\
support:
  - {kind: os, product: "Fedora Linux 4*", until: 2027-01-31, tags: [vendor], reason: The vendor of the appliance mends it}
segregated:
  - {sites: [Lab], until: 2027-01-31, reason: own network, approver: J. Okafor}
"""
AS_OF = ("--as-of", "2026-11-12")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    (tmp_path / "rules" / "own").mkdir(parents=True)
    (tmp_path / "rules" / "own" / "fixes.yaml").write_text(RULE)
    for name, text in DISK.items():
        file = tmp_path / "disk" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return path


def scan(run: Any, own: Path, *words: object) -> dict[str, Any]:
    done = run("scan", "--offline", own.parent / "disk", "--rules", own.parent / "rules", *AS_OF, "--format", "json", *words)
    document: dict[str, Any] = json.loads(done.out)
    return document


def outcome(document: dict[str, Any]) -> str:
    return str(document["findings"][0]["outcome"])


def device(document: dict[str, Any]) -> dict[str, Any]:
    return next(dict(each["facts"]) for each in document["subjects"] if each["kind"] == "device")


def test_support_that_was_bought_counts_on_the_pcs_that_are_meant(run: Any, own: Path, monkeypatch: Any) -> None:
    assert outcome(scan(run, own)) == "fail"
    assert outcome(scan(run, own, "--overrides", own)) == "fail"
    assert outcome(scan(run, own, "--overrides", own, "--tag", "vendor")) == "pass"
    monkeypatch.setenv("AUDITOR_OVERRIDES", str(own))
    assert outcome(scan(run, own, "--tag", "vendor")) == "pass"


def test_a_pc_that_is_cut_off_says_so(run: Any, own: Path) -> None:
    assert device(scan(run, own, "--overrides", own, "--site", "Lab"))["segregated"] is True
    assert device(scan(run, own, "--overrides", own, "--site", "Leeds"))["segregated"] is False


def test_the_estate_judges_each_pc_by_its_own_overrides(run: Any, own: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, words in (("a", ("--tag", "vendor")), ("b", ())):
        (tmp_path / "disk" / "etc" / "machine-id").write_text(name * 32 + "\n")
        scan(run, own, "--hostname", f"desk-{name}", "--save", tmp_path / "in" / f"{name}.json", *words)
    assert run("ingest", tmp_path / "in", "--estate", tmp_path / "estate").code == 0
    words = (
        "report",
        "--estate",
        tmp_path / "estate",
        "--rules",
        own.parent / "rules",
        "--as-of",
        "2026-12-01",
        "--format",
        "csv",
    )
    for extra, states in (
        ((), {"desk-a": "not ready", "desk-b": "not ready"}),
        (("--overrides", own), {"desk-a": "ready", "desk-b": "not ready"}),
    ):
        done = run(*words, "--stale-days", "999", *extra)
        rows = list(csv.DictReader(io.StringIO(done.out.lstrip("\ufeff"))))
        assert {row["hostname"]: row["state"] for row in rows} == states, done.err


def test_a_mistake_in_the_file_ends_the_command_with_its_place(run: Any, own: Path) -> None:
    own.write_text("support: 7\n")
    done = run("scan", "--offline", own.parent / "disk", "--overrides", own)
    assert done.code == 3
    assert "own.yaml, line 1, support: must be a list" in done.err
