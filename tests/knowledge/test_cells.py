from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.knowledge.cells import FULL, NONE, PARTIAL, UNKNOWN, Spell, fold, spells, unfold

VERSIONS = ["1", "2", "3", "4", "5", "6"]
PLACES = {version: at for at, version in enumerate(VERSIONS)}


@pytest.mark.parametrize(
    ("levels", "cell"),
    [
        ([NONE] * 6, ""),
        ([FULL] * 6, "1"),
        ([NONE, NONE, FULL, FULL, FULL, FULL], "3"),
        ([FULL, FULL, NONE, FULL, FULL, FULL], "1-2,4"),
        ([NONE, FULL, NONE, NONE, NONE, NONE], "2-2"),
        ([NONE, NONE, NONE, NONE, NONE, FULL], "6"),
        ([PARTIAL, PARTIAL, FULL, FULL, FULL, FULL], "3~1-2"),
        ([UNKNOWN, UNKNOWN, UNKNOWN, NONE, NONE, NONE], "?1-3"),
        ([UNKNOWN, PARTIAL, FULL, PARTIAL, NONE, FULL], "3-3,6~2-2,4-4?1-1"),
        ([NONE, NONE, NONE, NONE, PARTIAL, PARTIAL], "~5"),
    ],
)
def test_a_cell_says_since_when(levels: list[int], cell: str) -> None:
    assert fold(levels, VERSIONS) == cell
    assert list(unfold(cell, VERSIONS)) == levels


@given(st.lists(st.sampled_from([NONE, UNKNOWN, PARTIAL, FULL]), min_size=1, max_size=40))
def test_what_is_folded_unfolds_to_the_same(levels: list[int]) -> None:
    versions = [f"{at}.{at % 3}" for at in range(len(levels))]
    assert list(unfold(fold(levels, versions), versions)) == levels


def test_spells_are_in_the_order_of_the_releases() -> None:
    assert spells("5~1-2?3-4", PLACES) == (Spell(PARTIAL, 0, 1), Spell(UNKNOWN, 2, 3), Spell(FULL, 4, 5))


@pytest.mark.parametrize("cell", ["7", "1-7", "3-2", "1~2-3", "1-3,2-4", "x", "1-", "?~1", "1,,2"])
def test_a_cell_that_cannot_be_meant_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"no such release|overlap"):
        spells(cell, PLACES)
