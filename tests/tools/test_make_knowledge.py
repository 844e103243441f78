"""The command that makes the generated layer: what it reads, refuses and writes, from a cut of the collected facts."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = str(ROOT / "tools")
sys.path.append(TOOLS)

import knowledge_compile  # noqa: E402
import make_knowledge  # noqa: E402

sys.path.remove(TOOLS)  # or a tool stands in for the folder of tests that has its name

from auditor.errors import AuditorError  # noqa: E402
from auditor.knowledge import shipped  # noqa: E402

SAMPLE = Path(__file__).parent / "facts"
MADE = {name.removesuffix(".json"): json.loads(content) for name, content in make_knowledge.made(SAMPLE).items()}


def row(topic: str, table: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in MADE[topic][table] if each["id"] == name)
    return found


def test_the_same_facts_make_the_same_bytes() -> None:
    assert make_knowledge.made(SAMPLE) == make_knowledge.made(SAMPLE)
    assert set(MADE) == set(shipped.TOPICS) - {"curated"}


@pytest.mark.parametrize("topic", MADE)
def test_what_is_made_has_the_published_form_and_names_what_it_was_made_from(topic: str) -> None:
    schema = json.loads((ROOT / "schemas" / "knowledge-1.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(MADE[topic])
    made_from = MADE[topic]["input"]
    assert made_from["sha256"] == hashlib.sha256((SAMPLE / made_from["file"]).read_bytes()).hexdigest()
    assert MADE[topic]["layer"] == "generated"


@pytest.mark.parametrize("topic", MADE)
def test_the_rows_are_those_that_ship(topic: str) -> None:
    """The sample is a cut of the facts that the shipped files were made from, so its rows are among theirs."""
    for table, rows in MADE[topic].items():
        if isinstance(rows, list):
            shipped_rows = {each["id"]: each for each in shipped.topic(topic)[table]}
            assert all(shipped_rows[each["id"]] == each for each in rows), table


def test_known_rows() -> None:
    seven = row("systems", "lifecycles", "windows-7")
    assert (seven["ends"], seven["service_pack"], seven["build"]) == ("2020-01-14", 1, [7600, 7601])
    assert [each["ends"] for each in seven["extended"]] == ["2021-01-12", "2022-01-11", "2023-01-10"]
    home = row("systems", "lifecycles", "windows-10-22h2-home-pro")
    assert [each["ends"] for each in home["extended"] if each["name"] == "consumer ESU"] == ["2026-10-13", "2027-10-12"]
    assert "windows-11-26h2-home-pro" not in {each["id"] for each in MADE["systems"]["lifecycles"]}
    assert row("systems", "builds", "windows-19045")["last_free"] == 6456
    assert row("systems", "lifecycles", "lmde-7")["ends"] is None
    assert row("systems", "lifecycles", "ubuntu-24.04")["other"] == {"extended": "2036-05-31"}
    assert row("browsers", "esr", "firefox-esr-115")["elsewhere"] == "2024-10-01"
    assert row("browsers", "esr", "firefox-esr-60")["basis"] == "recalled"
    assert row("office", "suites", "office-ltsc-2024")["connects_until"] == "2029-10-09"
    assert row("office", "suites", "office-2021-ltsc-2021")["released"] == "2021-09-16"
    assert row("costs", "assumptions", "laptop_replace")["low"] == 550
    assert row("costs", "assumptions", "replace_deploy_hours")["basis"] == "secondary"


@pytest.mark.parametrize(
    ("said", "day", "as_of"),
    [
        ("2026-10-13", "2026-10-13", "2026-10-13"),
        ("2027-03-31 (Windows 7 only)", "2027-03-31", "2027-03-31"),
        ("2019-10 (recalled)", None, "2019-10-01"),
        ("2025", None, "2025-01-01"),
        ("undated copy, about 2024", None, "2024-01-01"),
        ("n/a", None, None),
        (None, None, None),
    ],
)
def test_loose_dates_are_taken_at_their_earliest(said: str | None, day: str | None, as_of: str | None) -> None:
    assert knowledge_compile.day(said) == day
    assert knowledge_compile.as_of(said) == as_of


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    shutil.copytree(SAMPLE, folder)
    return folder


def test_a_day_that_differs_from_the_table_of_releases_is_kept(facts: Path) -> None:
    text = (facts / "browsers.yaml").read_text().replace("'2026-11-03'", "'2026-11-13'")
    (facts / "browsers.yaml").write_text(text)
    made = json.loads(make_knowledge.made(facts)["browsers.json"])
    assert made["differences"] == [{"id": "chrome-157", "says": "2026-11-13", "table": "2026-11-03", "src": ["bcd"]}]


def test_the_command_writes_and_checks(facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    into = tmp_path / "data"
    into.mkdir()
    assert make_knowledge.run([str(facts), "--into", str(into), "--check"]) == 1
    assert "would differ: systems.json" in capsys.readouterr().out
    assert not list(into.iterdir())
    assert make_knowledge.run([str(facts), "--into", str(into)]) == 0
    assert make_knowledge.run([str(facts), "--into", str(into), "--check"]) == 0
    assert capsys.readouterr().out.endswith("would differ: nothing\n")


BROKEN = [
    ("os.yaml", "windows_11:", "windows_x:", "KeyError: 'windows_11'"),
    ("os.yaml", "basis: secondary", "basis: guessed", "basis 'guessed'"),
    ("browsers.yaml", "src:\n  - chr2w", "src:\n  - nowhere", "no such source: nowhere"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN)
def test_facts_that_lack_something_are_refused_by_name(facts: Path, name: str, old: str, new: str, message: str) -> None:
    text = (facts / name).read_text()
    assert old in text
    (facts / name).write_text(text.replace(old, new, 1))
    with pytest.raises(AuditorError) as caught:
        make_knowledge.made(facts)
    assert message in caught.value.message
    assert name in caught.value.message
