"""What is left behind of something: facts of a kind of their own."""

from __future__ import annotations

from auditor.checks import leftovers
from auditor.model import Reading, Source, Status
from pcs import value

READING = Reading(Source("registry", "x"), "x", Status.READ, {})


def test_a_leftover_says_what_it_was_and_why_it_is_none() -> None:
    found = {
        each.name: value(each) for each in leftovers.facts("office", "office-2010", "machine", "", "it is gone", [READING])
    }
    assert found == {
        "product": "office-2010",
        "version": ("unknown", "what is left names none"),
        "kind_of": "office",
        "reason": "it is gone",
    }
    assert found.keys() == {spec.name for spec in leftovers.FACTS}
