"""The nouns: what they promise by themselves."""

from __future__ import annotations

import pytest

from auditor.errors import AuditorError, RuleError
from auditor.model import Fact, Outcome, Severity, Subject, worst

CHROME = Subject("browser", "chrome", "user 1")


def test_a_fact_without_value_and_reason_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"browser\.version: neither a value nor a reason"):
        Fact(CHROME, "version", None, ())


def test_a_fact_may_be_false_empty_or_unknown() -> None:
    assert Fact(CHROME, "default", False, ()).value is False
    assert Fact(CHROME, "channel", "", ()).value == ""
    assert Fact(CHROME, "version", None, (), "could not be read").unknown


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], None),
        ([Outcome.PASS, Outcome.PASS], Outcome.PASS),
        ([Outcome.PASS, Outcome.WAIVED], Outcome.WAIVED),
        ([Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS], Outcome.UNKNOWN),
        (list(Outcome), Outcome.FAIL),
    ],
)
def test_the_worst_outcome_counts_for_all(outcomes: list[Outcome], expected: Outcome | None) -> None:
    assert worst(outcomes) is expected
    assert worst(reversed(outcomes)) is expected


def test_severities_are_in_order() -> None:
    assert sorted(Severity) == [Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]


def test_two_installations_of_one_product_are_two_subjects() -> None:
    assert CHROME._replace(where="user 2") != CHROME


def test_an_error_has_a_message_and_may_have_a_way_out() -> None:
    error = RuleError("not right", "do this")
    assert isinstance(error, AuditorError)
    assert (str(error), error.message, error.hint) == ("not right", "not right", "do this")
    assert AuditorError("no more").hint == ""
