from __future__ import annotations

import json
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import checks
from auditor.checks import browsers_linux, browsers_windows_places, hardware_facts, programs_windows, system
from auditor.dictionary import VOCABULARY
from auditor.evaluate import evaluate
from auditor.model import Detected, Fact, Finding, Gap, Outcome, Severity, Snapshot, Source, Status, Subject
from auditor.places import rules_folder
from auditor.report.pc import closing, document, summary, tables, worst_first
from auditor.report.text import clean
from auditor.rules import RuleSet, load
from estates import HOSTILE
from pcs import Places, pc

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
AS_OF = date(2026, 11, 24)


@cache
def rules() -> RuleSet:
    return load([rules_folder()], VOCABULARY)


@cache
def schema() -> jsonschema.Draft202012Validator:
    content = json.loads((SCHEMAS / "scan-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def judged(snapshot: Snapshot) -> tuple[Detected, tuple[Finding, ...]]:
    detected = checks.detect(snapshot)
    return detected, evaluate(rules().rules, detected, AS_OF)


def scanned(snapshot: Snapshot) -> dict[str, Any]:
    """The document as a program reads it."""
    return json.loads(json.dumps(document(snapshot, *judged(snapshot), AS_OF.isoformat())))  # type: ignore[no-any-return]


def shown(snapshot: Snapshot, width: int = 300) -> str:
    return tables(snapshot, *judged(snapshot), rules(), VOCABULARY, width)


LINUX = {
    system.OS_RELEASE[0]: 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n',
    system.DEBIAN_VERSION: "12.15",
    Source("dpkg", "chromium"): Places(
        {"/var/lib/dpkg/status#chromium": "Package: chromium\nVersion: 138.10-1\nArchitecture: amd64"}
    ),
    Source("dpkg", "libreoffice-core"): Places(
        {"/var/lib/dpkg/status#libreoffice-core": "Package: libreoffice-core\nVersion: 4:7.4.7-1\nArchitecture: amd64"}
    ),
    hardware_facts.MEMORY: 8 * 2**30,
    browsers_linux.SNAPS: Status.DENIED,
}
WINDOWS = {
    system.CURRENT_VERSION: {"ProductName": "Windows 10 Pro", "CurrentBuild": "22631", "InstallationType": "Client"},
    programs_windows.MACHINE[0]: Places(
        {r"HKLM\SOFTWARE\x\Chrome": {"DisplayName": "Google Chrome", "DisplayVersion": "50.0.1"}}
    ),
}


@pytest.mark.parametrize(("family", "has"), [("linux", LINUX), ("windows", WINDOWS), ("macos", {})])
@pytest.mark.parametrize("rest", [None, Status.ABSENT, Status.DENIED, Status.FAILED])
def test_the_document_is_what_its_schema_says(family: str, has: dict[Source, Any], rest: Status | None) -> None:
    schema().validate(scanned(pc(family, has, rest=rest, site="Leeds", tags=("a",))))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=30)
@given(st.sampled_from(checks.FAMILIES), st.data())
def test_whatever_was_read_the_document_is_what_its_schema_says(family: str, data: st.DataObject) -> None:
    has = data.draw(st.dictionaries(st.sampled_from(checks.wants(family)), VALUES, max_size=6))
    snapshot = pc(
        family, has, rest=data.draw(st.sampled_from([None, Status.ABSENT])), hostname=data.draw(st.text(max_size=10))
    )
    schema().validate(scanned(snapshot))
    assert not {unicodedata.category(char) for char in shown(snapshot).replace("\n", "")} & {"Cc", "Cf", "Cs"}


def test_the_schema_refuses_what_it_does_not_know() -> None:
    good = scanned(pc("windows", WINDOWS, rest=None))
    subject, finding = good["subjects"][1], good["findings"][0]
    proof = subject["evidence"][0]
    for changed in (
        good | {"extra": 1},
        good | {"summary": good["summary"] | {"state": "fine"}},
        good | {"device": good["device"] | {"id": "1"}},
        good | {"subjects": [subject | {"unknown": {"name": ""}}]},
        good | {"subjects": [subject | {"facts": {"memory": 1.5}}]},
        good | {"subjects": [subject | {"evidence": [proof | {"extra": 1}]}]},
        good | {"subjects": [subject | {"evidence": [proof | {"status": "read"} | {"detail": "both"}]}]},
        good | {"subjects": [subject | {"evidence": [{key: value for key, value in proof.items() if key != "facts"}]}]},
        good | {"findings": [finding | {"outcome": "ok"}]},
        good | {"findings": [finding | {"evidence": [{**proof}]}]},
        {key: value for key, value in good.items() if key != "gaps"},
    ):
        assert not schema().is_valid(changed)


def test_a_fact_is_known_or_unknown_and_its_evidence_names_it() -> None:
    snapshot = pc("linux", LINUX)
    found = scanned(snapshot)
    (chromium,) = [each for each in found["subjects"] if each["kind"] == "browser"]
    assert chromium["facts"]["version"] == "138.10"
    assert chromium["unknown"]["default"]
    assert not chromium["facts"].keys() & chromium["unknown"].keys()
    (package,) = [each for each in chromium["evidence"] if each["source"] == "dpkg:chromium"]
    assert snapshot.readings[package["reading"]].source == Source("dpkg", "chromium")
    assert "version" in package["facts"]
    assert package["value"].startswith("Package: chromium")


def test_every_reading_that_was_not_collected_is_named_on_its_own() -> None:
    found = scanned(pc("windows", WINDOWS, rest=None))
    (computer,) = [each for each in found["subjects"] if each["kind"] == "hardware"]
    missing = [each for each in computer["evidence"] if each["reading"] is None]
    assert len(missing) > 5
    assert len({each["source"] for each in missing}) == len(missing)
    assert {each["detail"] for each in missing} == {"was not collected"}
    (tpm,) = [each for each in missing if "MSFT0101" in each["source"]]
    assert tpm["facts"] == ["tpm"]


def test_evidence_stands_in_the_order_of_the_snapshot_and_names_a_fact_once() -> None:
    found = scanned(pc("windows", WINDOWS))
    for subject in found["subjects"]:
        places = [each["reading"] for each in subject["evidence"]]
        assert places == sorted(places)
        for each in subject["evidence"]:
            assert len(each["facts"]) == len(set(each["facts"]))


def test_the_summary_counts_what_the_document_holds() -> None:
    snapshot = pc("linux", LINUX)
    found = scanned(snapshot)
    counts = found["summary"]
    for key, of_services in (("findings", False), ("services", True)):
        assert sum(counts[key].values()) == sum(each["service"] is of_services for each in found["findings"]) > 0
    assert (counts["subjects"], counts["gaps"]) == (len(found["subjects"]), len(found["gaps"]))
    assert sum(counts["readings"].values()) == len(snapshot.readings)
    assert counts["readings"]["denied"] == 1


def of(rule: str, outcome: Outcome, severity: Severity = Severity.HIGH, **texts: str) -> Finding:
    known = {"expected": "version at least 120", "actual": "version 138.10", "fix": ""} | texts
    return Finding(rule, "test", severity, Subject("browser", "chrome"), outcome, **known)  # type: ignore[arg-type]


def test_findings_come_worst_first() -> None:
    said = [
        of("t/pass", Outcome.PASS, Severity.CRITICAL),
        of("t/waived", Outcome.WAIVED),
        of("t/low", Outcome.FAIL, Severity.LOW),
        of("t/unknown", Outcome.UNKNOWN),
        of("t/b", Outcome.FAIL),
        of("t/a", Outcome.FAIL),
    ]
    assert [each.rule for each in worst_first(said)] == ["t/a", "t/b", "t/low", "t/unknown", "t/waived", "t/pass"]


def test_the_tables_show_what_was_found_what_is_wrong_and_what_was_missed() -> None:
    text = shown(pc("linux", LINUX))
    assert "This PC: desk-7 (01234567)" in text
    assert "138.10" in text
    assert "Debian GNU/Linux 12" in text
    assert "unknown: " in text
    assert "libreoffice" in text
    assert "What may have been missed" in text
    assert "access denied" in text
    assert text.splitlines()[-1].startswith("This PC is ")


def test_a_pc_with_nothing_says_so() -> None:
    text = tables(pc("linux", {}, hostname=""), Detected(()), (), rules(), VOCABULARY, 80)
    assert "This PC: without a name (01234567)" in text
    assert text.count("none found") == 2
    assert "every rule that applies passed" in text
    assert "What may have been missed" not in text


def test_a_finding_shows_its_title_the_waiver_before_the_value_and_what_to_do() -> None:
    title = rules().rules[0]
    said = [
        of(title.id, Outcome.FAIL, fix="Update it."),
        of("gone/rule", Outcome.WAIVED, waiver="accepted until 2027-01-01"),
        of("t/pass", Outcome.PASS, actual="is not shown"),
    ]
    text = tables(pc("linux", {}), Detected(()), said, rules(), VOCABULARY, 400)
    assert title.title in text
    assert "Update it." in text
    assert "gone/rule" in text
    assert "accepted until 2027-01-01" in text
    assert "is not shown" not in text


def test_a_browser_without_some_fact_leaves_the_cell_empty() -> None:
    browser = Subject("browser", "arc", "/Applications/Arc.app")
    detected = Detected((Fact(browser, "version", "1.10", ()), Fact(browser, "channel", None, (), "nobody says")))
    text = tables(pc("macos", {}), detected, (), rules(), VOCABULARY, 200)
    line = next(line for line in text.splitlines() if line.startswith("arc"))
    assert line.split() == ["arc", "1.10", "unknown", "/Applications/Arc.app"]


def test_the_last_line_counts() -> None:
    snapshot = pc("linux", LINUX, rest=None)
    line = closing(snapshot, Detected(()), [of("t/a", Outcome.FAIL), of("t/b", Outcome.UNKNOWN)])
    assert line == (
        "This PC is NOT READY: 1 failed, 1 unknown, 0 waived, 0 passed. 5 places read, 0 not there, 1 could not be read."
    )
    assert summary(snapshot, Detected(()), ())["state"] == "unknown"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_text(name: str) -> None:
    snapshot = pc("windows", WINDOWS, hostname=name, site=name)
    detected = Detected(
        (Fact(Subject("browser", name, name), "version", name, ()), Fact(Subject("os", "system"), "name", None, (), name)),
        (Gap("browser", "machine", name),),
    )
    findings = (of("t/a", Outcome.FAIL, actual=name, fix=name),)
    text = tables(snapshot, detected, findings, rules(), VOCABULARY, 100)
    assert not {unicodedata.category(char) for char in text.replace("\n", "")} & {"Cc", "Cf", "Cs"}
    assert clean(name)[:8] in text
    assert json.loads(json.dumps(document(snapshot, detected, findings, "2026-11-24")))["device"]["hostname"] == name
    schema().validate(document(snapshot, detected, findings, "2026-11-24"))


def test_tables_fit_their_width() -> None:
    for width in (80, 120):
        text = shown(pc("windows", WINDOWS | {browsers_windows_places.IE: {"svcVersion": "11.0.19041.1"}}), width)
        body = text.splitlines()[:-1]
        assert max(len(line) for line in body) <= width


def test_companions_and_leftovers_are_shown_apart_and_only_where_there_are_some() -> None:
    top = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
    entries = Places(
        {
            f"{top}\\Microsoft EdgeWebView": {"DisplayName": "Microsoft Edge WebView2 Runtime", "DisplayVersion": "98.0.1"},
            f"{top}\\Office14.PROPLUS": {"DisplayName": "Microsoft Office Professional Plus 2010", "DisplayVersion": "14.0"},
        }
    )
    text = shown(pc("windows", {programs_windows.MACHINE[0]: entries}))
    assert "Companion programs" in text
    assert "webview2" in text
    assert "Left behind, not installed" in text
    assert "office-2010-professional-plus" in text
    assert "Companion programs" not in shown(pc("linux", LINUX))
