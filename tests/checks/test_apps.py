from __future__ import annotations

import pytest

from auditor.checks.apps import APPS, FACTS, classic_teams


def test_every_product_stands_once_and_can_be_found_somewhere() -> None:
    assert len({row.product for row in APPS}) == len(APPS)
    for row in APPS:
        assert row.listed or row.client[0] or row.appx or row.bundle or row.packages or row.flatpak or row.snap, row.product


def test_every_word_for_what_an_app_is_for_is_declared() -> None:
    words = next(spec.words for spec in FACTS if spec.name == "kind_of")
    assert {row.kind_of for row in APPS} == set(words)


@pytest.mark.parametrize(
    ("product", "written", "version"),
    [
        ("teams-classic", "1.00.627656", "1.6.00.27656"),
        ("teams-classic", "1.6.00.27656", "1.6.00.27656"),
        ("teams-classic", "1.5.00.11163", "1.5.00.11163"),
        ("teams", "1.00.627656", "1.00.627656"),
    ],
)
def test_classic_teams_counts_in_two_ways_and_is_told_in_one(product: str, written: str, version: str) -> None:
    row = next(each for each in APPS if each.product == product)
    assert classic_teams(row, written) == version
