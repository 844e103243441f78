from __future__ import annotations

import pytest

from auditor.estate.result import STATES
from auditor.model import Gap, Outcome
from auditor.report import words
from estates import device, estate, finding


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "–"),
        (0, 3, "0.0 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 2000, "0.1 %"),
        (3, 3, "100.0 %"),
        (999_999, 10**6, "100.0 %"),
    ],
)
def test_a_share_has_one_decimal_place_and_needs_a_base(part: int, whole: int, said: str) -> None:
    assert words.share(part, whole) == said


def test_every_state_has_a_title_and_a_meaning() -> None:
    assert set(words.STATE_TITLES) == set(words.STATE_WORDS) == set(STATES)


def test_the_sentence_counts_waived_pcs_as_ready() -> None:
    some = estate(*(device(number, state) for number, state in enumerate(STATES)))
    assert words.sentence(some) == (
        "2 of 6 PCs ready (33.3 %), 1 of them by waiver; 1 not ready, 1 at risk, 1 unknown, 1 not heard of in 30 days. "
        "0 files handed in could not be taken in."
    )


def test_the_base_names_the_packs_and_what_was_chosen() -> None:
    assert words.base(estate(device())) == (
        "As of 2026-11-24. Snapshots of 1 PC. Judged by test 1.2 (000000000000); auditor 0.1.0."
    )
    assert " of 1 PC. 1 PC is dated after this report and is left out. Judged" in words.base(estate(device(), later=1))
    assert " 2 PCs are dated after this report and are left out. Judged" in words.base(estate(device(), later=2))
    assert " Only those with site Leeds and tag x: 1 PC." in words.base(estate(device(), filters=("site Leeds", "tag x")))


def test_how_much_rests_on_memory_and_on_old_data_is_said() -> None:
    one = finding()._replace(basis="recalled", warning="unknown since 2026-11-21: old")
    said = words.rests_on(estate(device(1, findings=(one, finding("test/memory"), finding("test/no-office")))))
    assert "Of 3 verdicts, 33.3 % rest on recalled or assumed facts." in said
    assert said.endswith(" Past their age limit, used by choice of the rule: the data of 1 verdict.")


def test_a_pc_without_a_name_is_called_by_the_beginning_of_its_id() -> None:
    assert words.name(device(1, hostname="")) == "(00000000)"
    assert words.name(device(1)) == "desk-1"


def test_what_keeps_a_pc_from_being_ready_comes_worst_first() -> None:
    findings = (
        finding("test/memory", Outcome.FAIL),
        finding("test/old-browser", Outcome.WAIVED),
        finding("test/no-office", Outcome.UNKNOWN),
        finding("test/old-browser", Outcome.PASS),
        finding("test/old-browser", Outcome.FAIL),
    )
    said = [(each.rule, each.outcome.value) for each in words.failed(device(findings=findings))]
    assert said == [
        ("test/old-browser", "fail"),
        ("test/memory", "fail"),
        ("test/no-office", "unknown"),
        ("test/old-browser", "waived"),
    ]


def test_a_browser_that_may_have_been_missed_is_said_once() -> None:
    gaps = [Gap("browser", "machine", "a"), Gap("html5", "machine", "a"), Gap("html5", "machine", "it broke")]
    assert words.missed(gaps) == [gaps[0], gaps[2]]
