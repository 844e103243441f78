"""Waivers: a FAIL that somebody answers for until a date, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor import waivers
from auditor.errors import RuleError
from auditor.model import Device, Finding, Outcome, Severity, Subject
from auditor.waivers import Waiver

FILE = """\
waivers:
  - rule: baseline/old
    devices: [ward-7-*]
    subject: chrome
    reason: The scanner needs it.
    approver: J. Okafor
    expires: 2027-01-31
"""
DEVICE = Device("ab" * 16, "WARD-7-03", "windows")


def finding(outcome: Outcome = Outcome.FAIL, rule: str = "baseline/old", name: str = "chrome") -> Finding:
    return Finding(rule, "baseline", Severity.HIGH, Subject("browser", name), outcome, "at least 120", "95", "Update it.")


def waiver(**changes: object) -> Waiver:
    fields = {
        "rule": "baseline/old",
        "devices": ("*",),
        "subject": "",
        "reason": "r",
        "approver": "a",
        "expires": date(2027, 1, 31),
    }
    return Waiver(**{**fields, **changes})  # type: ignore[arg-type]


def outcome(waiver: Waiver, on: date = date(2026, 1, 1), device: Device = DEVICE, of: Finding | None = None) -> Outcome:
    [waived] = waivers.waive([of or finding()], [waiver], device, on)
    return waived.outcome


def test_a_waiver_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE)
    assert waivers.load(path) == (
        Waiver("baseline/old", ("ward-7-*",), "chrome", "The scanner needs it.", "J. Okafor", date(2027, 1, 31)),
    )
    path.write_text("waivers: []\n")
    assert waivers.load(path) == ()


def test_a_covered_failure_is_waived_and_says_by_whom_until_when() -> None:
    [waived] = waivers.waive([finding()], [waiver()], DEVICE, date(2026, 1, 1))
    assert waived.outcome is Outcome.WAIVED
    assert waived.waiver == "accepted by a until 2027-01-31: r"
    assert (waived.expected, waived.actual, waived.fix) == ("at least 120", "95", "Update it.")


def test_the_day_of_expiry_counts_and_the_day_after_does_not() -> None:
    assert outcome(waiver(), date(2027, 1, 31)) is Outcome.WAIVED
    assert outcome(waiver(), date(2027, 2, 1)) is Outcome.FAIL


@pytest.mark.parametrize("untouched", [Outcome.UNKNOWN, Outcome.PASS, Outcome.WAIVED])
def test_only_a_failure_can_be_waived(untouched: Outcome) -> None:
    before = finding(untouched)
    assert waivers.waive([before], [waiver()], DEVICE, date(2026, 1, 1)) == (before,)


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [("ward-7-*", True), ("Ward-7-03", True), ("ward-8-*", False), ("ab" * 16, True), ("AB" * 16, True), ("ward-7", False)],
)
def test_a_pattern_covers_host_names_and_ids_in_any_case(pattern: str, covered: bool) -> None:
    assert outcome(waiver(devices=("elsewhere", pattern))) is (Outcome.WAIVED if covered else Outcome.FAIL)


def test_a_pc_without_a_name_is_covered_by_its_id_alone() -> None:
    nameless = Device("cd" * 16, "", "linux")
    assert outcome(waiver(devices=("",)), device=nameless) is Outcome.FAIL
    assert outcome(waiver(devices=("cd*",)), device=nameless) is Outcome.WAIVED


def test_a_waiver_covers_its_rule_and_subject_alone() -> None:
    assert outcome(waiver(subject="chrome")) is Outcome.WAIVED
    assert outcome(waiver(subject="firefox")) is Outcome.FAIL
    assert outcome(waiver(rule="baseline/other")) is Outcome.FAIL


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({"sites": ("leeds*",)}, True),
        ({"sites": ("York",)}, False),
        ({"tags": ("imaging",)}, True),
        ({"tags": ("Shared", "IMAG*")}, True),
        ({"tags": ("shared",)}, False),
        ({"sites": ("Leeds*",), "tags": ("shared",)}, False),
        ({"sites": ("Leeds*",), "tags": ("imaging",)}, True),
        ({"devices": ("ward-8-*",), "sites": ("Leeds*",)}, False),
    ],
)
def test_every_scope_that_a_waiver_names_must_fit(scope: dict[str, tuple[str, ...]], covered: bool) -> None:
    device = Device("ab" * 16, "WARD-7-03", "windows", "Leeds General", ("imaging", "old"))
    found = outcome(waiver(**{"devices": (), **scope}), device=device)
    assert found is (Outcome.WAIVED if covered else Outcome.FAIL)


def test_a_pc_without_site_and_tags_is_in_no_scope_of_sites_and_tags() -> None:
    assert outcome(waiver(devices=(), sites=("*",))) is Outcome.FAIL
    assert outcome(waiver(devices=(), tags=("*",))) is Outcome.FAIL


def test_a_waiver_of_several_rules_is_one_for_each(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE.replace("rule: baseline/old", "rule: [baseline/old, baseline/older]"))
    assert [each.rule for each in waivers.load(path)] == ["baseline/old", "baseline/older"]


BLOCKED = "    class: blocked-by-supplier\n    supplier: Example Imaging\n    product: Scanner 4\n"


def test_what_a_suppliers_certification_blocks_says_so_and_until_when(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE + BLOCKED)
    [loaded] = waivers.load(path)
    assert loaded.blocked_by == "Example Imaging: Scanner 4"
    [waived] = waivers.waive([finding()], [loaded], DEVICE, date(2026, 1, 1))
    assert (waived.outcome, waived.blocked_by) == (Outcome.WAIVED, "Example Imaging: Scanner 4")
    assert waived.waiver.startswith(
        "blocked by supplier: Example Imaging does not certify Scanner 4 for what the rule asks;"
    )
    assert "until 2027-01-31" in waived.waiver


def test_it_ends_on_its_date_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE + BLOCKED)
    [late] = waivers.waive([finding()], waivers.load(path), DEVICE, date(2027, 2, 1))
    assert (late.outcome, late.blocked_by) == (Outcome.FAIL, "")
    path.write_text(FILE.replace("    expires: 2027-01-31\n", "") + BLOCKED)
    with pytest.raises(RuleError, match="expires: must be a date"):
        waivers.load(path)


def test_the_first_waiver_that_fits_is_named() -> None:
    both = [waiver(subject="firefox", approver="x"), waiver(approver="y"), waiver(approver="z")]
    [waived] = waivers.waive([finding()], both, DEVICE, date(2026, 1, 1))
    assert waived.waiver.startswith("accepted by y")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (FILE, "rules: []\n", "must have one field, waivers, with a list"),
        (FILE, FILE + "more: 1\n", "must have one field, waivers, with a list"),
        (FILE, "waivers: none\n", "must have one field, waivers, with a list"),
        (
            FILE,
            "waivers:\n  - just text\n",
            "line 2: a waiver is a map of rule, devices, sites, tags, subject, reason, approver, expires, class, supplier, product",
        ),
        ("approver:", "aprover:", "line 2, aprover: unknown field; did you mean 'approver'?"),
        ("reason: The scanner needs it.", "reason: '  '", "line 2, reason: must be text"),
        ("    approver: J. Okafor\n", "", "line 2, approver: must be text"),
        ("[ward-7-*]", "ward-7-*", "line 2, devices: must list host names or device ids, * allowed"),
        ("[ward-7-*]", "[]", "line 2, devices: must list"),
        ("[ward-7-*]", "[7]", "line 2, devices: must list"),
        ("    expires: 2027-01-31\n", "", "line 2, expires: must be a date such as 2027-01-31"),
        ("2027-01-31", "'2027-01-31'", "line 2, expires: must be a date"),
        ("2027-01-31", "2027-02-31", "line 2, expires: must be a date"),
        ("subject: chrome", "subject: [chrome]", "line 2, subject: must be text"),
        ("rule: baseline/old", "rule: 7", "line 2, rule: must be text, or a list of texts"),
        ("rule: baseline/old", "rule: []", "line 2, rule: must be text, or a list of texts"),
        ("rule: baseline/old", "rule: [a/b, 7]", "line 2, rule: must be text, or a list of texts"),
        (
            "    devices: [ward-7-*]\n",
            "",
            "line 2, devices: must list host names or device ids, * allowed; or there must be sites",
        ),
        ("devices: [ward-7-*]", "sites: Leeds", "line 2, sites: must list sites, * allowed"),
        ("devices: [ward-7-*]", "tags: []", "line 2, tags: must list tags, * allowed"),
        (
            "    subject: chrome\n",
            "    class: blocked-by-suplier\n",
            "line 2, class: 'blocked-by-suplier' is not one of accepted, blocked-by-supplier; did you mean",
        ),
        ("    subject: chrome\n", "    class: [x]\n", "line 2, class: ['x'] is not one of accepted, blocked-by-supplier"),
        (
            "    subject: chrome\n",
            "    class: blocked-by-supplier\n",
            "line 2, supplier: must be text: class is blocked-by-supplier",
        ),
        (
            "    subject: chrome\n",
            "    class: blocked-by-supplier\n    supplier: Example\n",
            "line 2, product: must be text: class is blocked-by-supplier",
        ),
        ("    subject: chrome\n", "    supplier: Example\n", "line 2, supplier: goes with class: blocked-by-supplier alone"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE.replace(old, new))
    with pytest.raises(RuleError) as raised:
        waivers.load(path)
    assert str(path) in raised.value.message
    assert message in raised.value.message
    assert raised.value.hint, "the way out"


def test_the_second_waiver_is_named_by_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE + "  - rule: a/b\n    reason: r\n")
    with pytest.raises(RuleError, match="line 8, approver"):
        waivers.load(path)
