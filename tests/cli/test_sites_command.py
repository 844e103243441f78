"""A file of sites, checked and tried out with an estate's PCs or with a list of names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.sites import command_over
from auditor.errors import RuleError
from auditor.model import Device

FILE = "hosts:\n  - {match: LDS-*, site: Leeds, tags: [north]}\nfolders: ['snapshots/{site}/*']\n"


def pcs(estate: Path) -> Iterable[tuple[str, Device]]:
    return [(f"snapshots/York/{number}.json", Device(f"{number:032x}", f"pc-{number}", "windows")) for number in range(45)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sites.yaml"
    path.write_text(FILE)
    return path


def run(*words: object, given: str = "") -> Result:
    return CliRunner().invoke(command_over(pcs), [str(word) for word in words], input=given, env={"COLUMNS": "160"})


def test_a_file_that_is_right_says_so(file: Path) -> None:
    assert "right" in run(file).output


def test_the_pcs_of_an_estate_are_placed_with_reasons(file: Path) -> None:
    done = run(file, "--check")
    assert done.exit_code == 0
    assert "pc-7" in done.output
    assert "folders says" in done.output
    assert "and 5 more." in done.output
    assert "45" in done.output


def test_a_list_of_names_is_placed_and_those_without_a_site_are_counted(file: Path) -> None:
    done = run(file, "--check", "--hosts", "-", given="LDS-1\nsnapshots/York/pc-2\n\nother\n")
    assert done.exit_code == 1
    rows = {line.split()[0]: line for line in done.output.splitlines() if line.strip()}
    assert "Leeds" in rows["LDS-1"]
    assert "York" in rows["pc-2"]
    assert "nothing fits" in rows["other"]


def test_a_mistake_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("hosts: 7\n")
    assert isinstance(run(tmp_path / "x.yaml").exception, RuleError)
