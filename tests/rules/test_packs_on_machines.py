"""Each pack on machines of our own making: from their files to the outcome of a rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from auditor import checks
from auditor.dictionary import VOCABULARY
from auditor.evaluate import evaluate
from auditor.knowledge.overrides import Overrides, Scope, Segregated
from auditor.model import Finding, Outcome, worst
from auditor.places import rules_folder
from auditor.rules import load
from auditor.scan import take
from auditor.sources.offline import open_place
from truth.layout import laid_out

MACHINES = Path(__file__).parent.parent / "snapshots"
DAY = date(2026, 11, 20)
"""A day on which the knowledge base that these tests came with was not too old to tell."""
RULES = load([rules_folder()], VOCABULARY).rules


CUT_OFF = Overrides(
    segregated=(Segregated(Scope(tags=("segregated",)), date(2027, 3, 31), "own network", "J. Okafor", "o.yaml"),)
)
"""An organisation's entry: what is tagged segregated is."""


def findings(name: str, to: Path, tags: tuple[str, ...] = (), day: date = DAY) -> list[Finding]:
    """All findings of all packs on one machine."""
    label = yaml.safe_load((MACHINES / name / "expected.yaml").read_text(encoding="utf-8"))
    place = open_place(laid_out(label, MACHINES / name, to / "pc"))
    taken = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32, tags=tags)
    return list(evaluate(RULES, checks.detect(taken), day, CUT_OFF.of((), "", tags)))


def outcomes(found: list[Finding]) -> dict[str, str]:
    """Rule → its worst outcome."""
    by_rule: dict[str, list[Outcome]] = {}
    for each in found:
        by_rule.setdefault(each.rule, []).append(each.outcome)
    together = {rule: worst(mine) for rule, mine in by_rule.items()}
    return {rule: outcome.value for rule, outcome in together.items() if outcome}


EXPECTED = {
    "booking-clerk": {
        "baseline/windows-end-of-life": "fail",
        "baseline/a-usable-browser": "fail",
        "baseline/internet-explorer": "fail",
        "browsers/internet-explorer": "fail",
        "browsers/baseline-widely": "fail",
        "cyber-essentials/supported-systems": "fail",
        "data-security-standard-8/systems": "fail",
        "data-security-standard-8/decision-recorded": "fail",
        "dspt/segregated": "fail",
        "browsers/supported": "fail",
        "browsers/current": "fail",
        "baseline/chromium-family-outdated": "fail",
        "cyber-essentials/supported-browsers": "fail",
        "cyber-essentials/fixes-browser": "fail",
        "data-security-standard-8/browsers": "fail",
        "data-security-standard-8/internet-explorer": "fail",
        "dspt/supported-browsers": "fail",
        "legacy/no-mended-browser": "fail",
        "nhs-wes/browser-maker": "fail",
        "windows11/capable": "unknown",
        "legacy/old-windows": "fail",
        "legacy/only-internet-explorer": "pass",
        "legacy/segregation-recorded": "fail",
        "nhs-wes/operating-system": "unknown",
        "nhs-wes/system-maker": "fail",
    },
    "reg-query-in-two-files": {
        "nhs-wes/operating-system": "fail",
        "legacy/old-windows": "fail",
        "legacy/no-mended-browser": "unknown",
    },
    "server-2003-of-the-same-build": {"legacy/old-server": "fail", "baseline/windows-end-of-life": "fail"},
    "three-products-called-21h2": {
        "legacy/old-server": "pass",
        "cyber-essentials/fixes-system": "unknown",
        "baseline/windows-end-of-life": "pass",
    },
    "updates-held-by-policy": {"browsers/updates-held": "fail", "cyber-essentials/automatic-updates": "fail"},
    "update-that-waits": {"browsers/update-waiting": "fail", "browsers/per-user": "pass"},
    "own-chrome-on-a-disk": {"browsers/per-user": "fail", "baseline/browser-per-user": "fail"},
    "stable-and-beta": {"browsers/test-channel": "fail", "cyber-essentials/test-browsers": "fail"},
    "old-edge-that-is-the-edge": {"browsers/edge-html": "fail", "baseline/edge-legacy": "fail"},
    "policies-in-three-folders": {"browsers/features-off": "fail", "browsers/updates-held": "fail"},
    "office-2010-beside-365": {
        "baseline/office-end-of-life": "fail",
        "baseline/office-365-outdated": "fail",
        "baseline/windows-10-updates": "fail",
        "office/supported": "fail",
        "office/build-ended": "fail",
        "office/current": "fail",
        "office/connects": "fail",
        "office/thirty-two-bit": "fail",
        "office/installer-msi": "fail",
        "office/channel-retired": "pass",
        "cyber-essentials/supported-office": "fail",
        "data-security-standard-8/office-365": "fail",
        "dspt/prompt-fixes-office": "fail",
        "legacy/old-office": "fail",
    },
    "teams-and-outlook-old-and-new": {"office/teams-classic": "fail", "office/ended-apps": "fail"},
    "beta-of-macos": {"cyber-essentials/test-systems": "fail"},
    "two-firefoxes": {
        "baseline/firefox-esr-ended": "fail",
        "browsers/esr-line": "fail",
        "cyber-essentials/supported-esr": "fail",
    },
    "two-firefoxes-on-a-mac": {
        "baseline/macos-end-of-life": "fail",
        "baseline/firefox-too-old": "fail",
        "cyber-essentials/test-systems": "pass",
    },
    "hive-that-was-cut-off": {
        "baseline/a-usable-browser": "unknown",
        "baseline/windows-end-of-life": "unknown",
        "browsers/supported": "unknown",
        "cyber-essentials/supported-systems": "unknown",
        "dspt/supported-office": "unknown",
        "legacy/old-windows": "unknown",
        "nhs-wes/browser": "unknown",
        "office/teams-classic": "unknown",
        "windows11/cores": "unknown",
    },
}
"""Machine → rule → outcome."""


@pytest.mark.parametrize("name", EXPECTED)
def test_a_machine_is_judged_as_a_person_would(name: str, tmp_path: Path) -> None:
    found = outcomes(findings(name, tmp_path))
    assert {rule: found.get(rule) for rule in EXPECTED[name]} == EXPECTED[name]


def test_every_pack_is_tried_on_a_machine() -> None:
    tried = {rule.partition("/")[0] for wanted in EXPECTED.values() for rule in wanted}
    assert tried | {"services"} == {rule.pack for rule in RULES}  # services: tests/cli/test_services.py


def test_a_tag_takes_a_pc_out_of_scope_and_shows_it_until_it_is_proven(tmp_path: Path) -> None:
    found = outcomes(findings("booking-clerk", tmp_path / "a", ("segregated",)))
    assert found["cyber-essentials/segregated"] == "unknown"
    assert found["legacy/segregation-recorded"] == "pass"
    assert [rule for rule in found if rule.startswith("cyber-essentials/")] == ["cyber-essentials/segregated"]
    assert (
        outcomes(findings("booking-clerk", tmp_path / "b", ("segregated", "no-internet")))["cyber-essentials/segregated"]
        == "pass"
    )


def test_the_specification_is_unknown_until_somebody_has_looked(tmp_path: Path) -> None:
    silent = findings("kit-that-asks-in-words", tmp_path / "a")
    (asked,) = [each for each in silent if each.rule == "nhs-wes/operating-system"]
    assert asked.outcome is Outcome.UNKNOWN
    assert "the specification's present list was not read; tag the PC by it" in asked.actual
    told = outcomes(findings("kit-that-asks-in-words", tmp_path / "b", ("wes-system",)))
    assert told["nhs-wes/operating-system"] == "pass"
    refused = outcomes(findings("kit-that-asks-in-words", tmp_path / "c", ("wes-system", "wes-system-refused")))
    assert refused["nhs-wes/operating-system"] == "fail"


def test_what_was_supported_then_passes_then(tmp_path: Path) -> None:
    before = outcomes(findings("booking-clerk", tmp_path / "a", day=date(2019, 6, 1)))
    assert before["baseline/windows-end-of-life"] == "pass"
    after = findings("booking-clerk", tmp_path / "b")
    (ended,) = [each for each in after if each.rule == "baseline/windows-end-of-life"]
    assert ended.actual.startswith("supported no (name Windows 7, ")
    assert "support ends 20" in ended.actual
    assert ended.evidence
