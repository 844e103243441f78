"""Figures to plan with: what ships is marked as an assumption, what the organisation says goes first."""

from __future__ import annotations

from datetime import date

from auditor.knowledge.costs import figures
from auditor.knowledge.overrides import NONE, Overrides, Price

DAY = date(2026, 11, 27)


def test_what_ships_is_an_assumption_with_a_range_and_a_source() -> None:
    found = figures(NONE, DAY)
    laptop = found["laptop_replace"]
    assert (laptop.low, laptop.value, laptop.high, laptop.unit, laptop.basis) == (550, 800, 1200, "GBP", "assumption")
    assert laptop.evidence.at.endswith("(assumption)")
    assert all(each.low <= each.value <= each.high for each in found.values())
    assert {each.basis for each in found.values()} <= {"assumption", "secondary", "recalled"}


def test_it_is_not_relied_on_for_ever() -> None:
    assert not figures(NONE, DAY)["laptop_replace"].old
    assert figures(NONE, date(2027, 6, 1))["laptop_replace"].old.startswith("unknown since 2027-05-22: the facts on prices")
    assert figures(NONE, DAY)["replace_deploy_hours"].old


def test_the_organisations_own_figure_goes_first() -> None:
    own = Overrides(prices=(Price("laptop_replace", 600, 700, 900, "GBP", "framework", "own.yaml, line 3"),))
    found = figures(own, date(2030, 1, 1))["laptop_replace"]
    assert (found.value, found.basis, found.old) == (700, "own", "")
    assert found.evidence.source.where == "overrides#own.yaml, line 3"
