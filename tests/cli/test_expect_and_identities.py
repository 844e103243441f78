"""auditor estate expect and identities, over a store of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auditor.cli import expect, identities
from auditor.errors import AuditorError
from auditor.estate.same import Signal, decide
from auditor.identity_file import Decision

LIST = "Computer;Standort;Seriennummer\nward-7;Z\xfcrich;5CG1\nward-7;Z\xfcrich;5CG1\n10.0.0.7;;\n"


class Kept:
    """A store that keeps in memory what it is given."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {}

    def replace(self, name: str, rows: Any, /) -> None:
        self.tables[name] = rows

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Kept]:
        self.folder = folder
        yield self


def expecting(kept: Kept, *arguments: str) -> Result:
    return CliRunner().invoke(expect.command_for(kept.opened), [*arguments])


def test_a_list_is_shown_as_it_was_understood_and_kept(tmp_path: Path) -> None:
    path, kept = tmp_path / "list.csv", Kept()
    path.write_bytes(LIST.encode("cp1252"))
    result = expecting(kept, str(path), "--estate", str(tmp_path / "estate"), "--source", "register 2026")
    assert result.exit_code == 0, result.output
    for said in (
        "Windows-1252 (guessed",
        "semicolon",
        "Z\xfcrich",
        "10.0.0.7 is an address",
        "named again",
        "1 PCs are expected",
    ):
        assert said in result.output
    assert kept.folder == tmp_path / "estate"
    (row,) = kept.tables["expected"].to_pylist()
    assert (row["name"], row["site"], row["source"], row["row"]) == ("ward-7", "Z\xfcrich", "register 2026", 2)
    assert "5CG1" not in str(row)


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    path, kept = tmp_path / "list.csv", Kept()
    path.write_text("Label,Ward\nward-7,Imaging\n")
    result = expecting(kept, str(path), "--dry-run", "--column", "name=Label", "--column", "tags=Ward")
    assert result.exit_code == 0, result.output
    assert "Nothing was changed" in result.output
    assert kept.tables == {}


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("Label,Ward\nward-7,Imaging\n", (), "no heading that is known"),
        ("Name\n10.0.0.7\n", (), "no PC in it can be expected"),
        ("Name\nx\n", ("--column", "name"), "no heading is named"),
        ("Name\nx\n", ("--column", "name=Name", "--column", "name=Name"), "named twice"),
    ],
)
def test_what_cannot_be_taken_says_why(tmp_path: Path, text: str, arguments: tuple[str, ...], said: str) -> None:
    path, kept = tmp_path / "list.csv", Kept()
    path.write_text(text)
    result = expecting(kept, str(path), *arguments)
    assert isinstance(result.exception, AuditorError)
    assert said in result.exception.message
    assert result.exception.hint
    assert kept.tables == {}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = expecting(Kept(), str(tmp_path / "none.csv"))
    assert isinstance(result.exception, AuditorError)
    assert "none.csv: cannot be read" in result.exception.message


def signals(folder: Path, decisions: Sequence[Decision]) -> Iterator[Signal]:
    march, may = ("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"), ("2026-05-01T00:00:00Z", "2026-05-31T00:00:00Z")
    for device, machine, serial, span, name in (
        ("a", "1", "s", march, "WARD-7"), ("b", "1", "s", may, "WARD-8"), ("c", "2", "", march, "lab-1"), ("d", "2", "", march, "lab-2"),
    ):  # fmt: skip
        yield Signal(device, "machine-id", machine, *span, name)
        yield Signal(device, "serial", serial, *span, name)


def found(signals: Callable[[Path, Sequence[Decision]], Iterator[Signal]]) -> identities.Find:
    return lambda folder, decisions: decide(signals(folder, decisions), decisions)


def test_identities_lists_merges_clones_and_decisions(tmp_path: Path) -> None:
    kept: list[bytes] = []
    command = identities.command_for(found(signals), lambda folder, data: kept.append(data), lambda folder: ())
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 0, result.output
    for said in ("One PC: 1 ids", "renamed:", "Clones: kept apart: 1", "sysprep"):
        assert said in result.output
    decisions = tmp_path / "identity.yaml"
    rest = "    reason: Ticket 1\n    by: J. Okafor\n    as_of: 2026-11-24\n"
    decisions.write_text(f"identity:\n  - apart: [WARD-7, WARD-8]\n{rest}  - apart: [lab-1, lab-2]\n{rest}")
    result = CliRunner().invoke(command, ["--decisions", str(decisions), "--dry-run"])
    assert result.output == "No id has anything in common with another.\n"
    assert not kept
    result = CliRunner().invoke(command, ["--decisions", str(decisions)])
    assert "goes by 2 decisions" in result.output
    assert kept == [decisions.read_bytes()]


def test_long_lists_are_cut_unless_all_is_asked_for() -> None:
    def many(folder: Path, decisions: Sequence[Decision]) -> Iterator[Signal]:
        for number in range(50):
            yield Signal(f"id{number:02}", "machine-id", "1", "2026-03-01", "2026-03-02", f"lab-{number}")

    command = identities.command_for(found(many), lambda folder, data: None, lambda folder: ())
    assert "and 30 more" in " ".join(CliRunner().invoke(command, []).output.split())
    assert "more" not in CliRunner().invoke(command, ["--all"]).output.replace("or more", "")
