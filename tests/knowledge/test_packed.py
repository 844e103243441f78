"""The tables as they ship."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor.knowledge.cells import unfold
from auditor.knowledge.packed import numbers, provenance, table
from auditor.strict_yaml import read
from auditor.versions import NotComparable

DATA = Path(__file__).resolve().parents[2] / "auditor" / "knowledge" / "data" / "html5"


def test_the_tables_say_where_they_come_from_and_agree() -> None:
    sources = provenance()["sources"]
    assert [(each["package"], each["licence"]) for each in sources] == [
        ("@mdn/browser-compat-data", "CC0-1.0"),
        ("web-features", "Apache-2.0"),
    ]
    assert provenance()["date"] == date.fromisoformat(sources[0]["published"])
    for name in ("compat", "releases", "baseline"):
        assert [dict(each) for each in sources] == table(name)["sources"]
    assert all(len(each["sha256"]) == 64 and each["sha512"].startswith("sha512-") for each in sources)


def test_they_are_small() -> None:
    assert sum((DATA / f"{name}.json").stat().st_size for name in ("compat", "releases", "baseline")) <= 60_000


def test_every_feature_is_in_them_and_nothing_else() -> None:
    wanted = {
        name: (group, feature["name"], bool(feature.get("core")), bool(feature.get("bcd")))
        for group, rows in read(DATA / "features.yaml")[0].items()
        for name, feature in rows.items()
    }
    packed = table("compat")
    found = {
        name: (packed["groups"][row[0]], row[2], bool(row[1]), len(row) == 3 + len(packed["browsers"]))
        for name, row in packed["features"].items()
    }
    assert found == wanted
    assert list(found) == list(wanted)
    assert len(found) == 196


def test_every_cell_names_releases_of_its_browser() -> None:
    packed, releases = table("compat"), table("releases")["browsers"]
    versions = {browser: [row.partition(" ")[0] for row in listed["rows"]] for browser, listed in releases.items()}
    assert list(versions) == packed["browsers"]
    for row in packed["features"].values():
        for browser, cell in zip(packed["browsers"], row[3:], strict=False):
            unfold(cell, versions[browser])


def test_what_is_said_beside_the_cells_is_about_features_that_exist() -> None:
    packed = table("compat")
    named = {*packed["why"], *packed["systems"], *packed["derivatives"]["own"]["features"]}
    assert named <= packed["features"].keys()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("140.12.0esr", (140, 12, 0)),
        ("1:115.0-2", (115, 0)),
        ("18.6", (18, 6)),
        ("162.0a1", (162, 0)),
        ("11.0.19041.1", (11, 0, 19041, 1)),
    ],
)
def test_the_numbers_of_a_version(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected


def test_what_is_no_version_has_no_numbers() -> None:
    assert isinstance(numbers("nightly"), NotComparable)
