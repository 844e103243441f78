from __future__ import annotations

from datetime import date, timedelta

import pytest

from auditor.knowledge.baseline import baseline_until, floors, months_before, widely_day
from auditor.knowledge.packed import provenance
from auditor.knowledge.releases import releases

AS_OF = date(2026, 11, 22)
COLUMNS = ("chrome", "edge", "firefox", "safari")


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2015, ("44", "13", "41", "9")),
        (2018, ("66", "18", "64", "11.1")),
        (2020, ("87", "87", "83", "14")),
        (2021, ("96", "96", "95", "15.2")),
        (2022, ("108", "108", "108", "16")),
        (2023, ("120", "120", "121", "17.2")),
        (2024, ("130", "130", "132", "18.2")),
        (2025, ("141", "141", "145", "26.2")),
    ],
)
def test_the_floors_of_a_year(year: int, expected: tuple[str, ...]) -> None:
    assert floors(date(year, 12, 31)) == dict(zip(COLUMNS, expected, strict=True))


def test_widely_available_is_reckoned_from_the_day_of_the_report() -> None:
    assert widely_day(AS_OF) == date(2024, 5, 22)
    assert tuple(floors(widely_day(AS_OF)).values()) == ("125", "125", "126", "17.5")


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        (date(2026, 8, 31), date(2024, 2, 29)),
        (date(2025, 8, 31), date(2023, 2, 28)),
        (date(2026, 12, 31), date(2024, 6, 30)),
        (date(2026, 6, 1), date(2023, 12, 1)),
        (date(2008, 1, 1), date(2005, 7, 1)),
    ],
)
def test_thirty_months_are_months_of_the_calendar(as_of: date, day: date) -> None:
    assert widely_day(as_of) == day


def test_widely_available_is_not_after_the_latest_esr() -> None:
    """With a table so old that it knows none of the last 30 months: Firefox 153 of 21 July 2026 is the last it has."""
    assert widely_day(date(2031, 1, 1)) == date(2026, 7, 21)


def test_there_is_no_baseline_before_it_began() -> None:
    assert floors(date(2015, 7, 28)) == {}
    assert floors(date(2015, 7, 29))["chrome"] == "38"


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2020, 12, 31), date(2024, 5, 22)])
def test_the_floor_of_a_day_has_that_day_and_what_is_older_has_not(column: str, day: date) -> None:
    floor = floors(day)[column]
    if column == "edge" and int(floor) < 79:
        return
    until = baseline_until(column, floor)
    assert until is not None
    assert until >= day
    versions = [each.version for each in releases(column)]
    before = baseline_until(column, versions[versions.index(floor) - 1])
    assert before is not None
    assert before < day


def test_the_last_day_is_the_one_before_the_first_step_that_is_not_met() -> None:
    assert baseline_until("chrome", "124.0.6367.60") == date(2024, 5, 16)
    assert floors(date(2024, 5, 16))["chrome"] == "124"
    assert floors(date(2024, 5, 17))["chrome"] == "125"
    assert baseline_until("firefox", "3.6") == date(2015, 7, 29) - timedelta(days=1)


def test_a_version_that_meets_all_is_good_until_the_day_of_the_data() -> None:
    assert baseline_until("safari", "99.0") == provenance()["baseline_date"]


@pytest.mark.parametrize(
    ("column", "version"),
    [("ie", "11"), ("edgehtml", "18"), ("opera", "140"), ("", "1"), ("edge", "18.17763"), ("chrome", "canary")],
)
def test_outside_the_core_set_there_is_no_baseline(column: str, version: str) -> None:
    assert baseline_until(column, version) is None


@pytest.mark.parametrize("day", [date.min, date(2, 6, 30)])
def test_before_the_first_day_there_is_none(day: date) -> None:
    assert months_before(day, 30) == date.min
    assert widely_day(day) == date.min
