"""Whether a PC is cut off: only the organisation can say so, and only until the day it names."""

from __future__ import annotations

from datetime import date

from asking import known, told
from auditor.knowledge.overrides import Overrides, Scope, Segregated

ENTRY = Segregated(Scope(devices=("mri-*",)), date(2027, 3, 31), "own network", "J. Okafor", "own.yaml, line 9")


def test_it_is_cut_off_until_the_day_that_is_named() -> None:
    fact = told("device", "2027-03-31", {"hostname": "mri-3"}, own=Overrides(segregated=(ENTRY,)))["segregated"]
    assert known(fact) is True
    assert fact.evidence[0].value == "own network (J. Okafor, until 2027-03-31)"
    assert (
        known(told("device", "2027-04-01", {"hostname": "mri-3"}, own=Overrides(segregated=(ENTRY,)))["segregated"]) is False
    )


def test_no_scan_says_so_by_itself() -> None:
    assert known(told("device", "2026-11-27", {"hostname": "mri-3"})["segregated"]) is False
