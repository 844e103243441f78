"""``auditor estate expect``: which PCs should be heard from, from a list that the organisation has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import click

from auditor.cli import options
from auditor.errors import RuleError, SourceError, UsageError
from auditor.estate import asset_list, asset_text, expected
from auditor.estate.asset_headings import ROLES
from auditor.report.text import table
from auditor.strict_yaml import read_plain

MOST_SHOWN = 20
"""How many rows that are refused, or named again, are shown."""


class Replaces(Protocol):
    """A store that is open to write."""

    def replace(self, name: str, rows: Any, /) -> object:
        """Put ``rows`` (a pyarrow table) in the place of the whole table ``name``, in one commit."""


OpenToWrite = Callable[[Path], AbstractContextManager[Replaces]]
"""Opens the estate in a folder to write; it is made where there is none."""


def command_for(open_to_write: OpenToWrite) -> click.Command:
    """The command over a store that ``open_to_write`` opens."""

    @click.command(
        "expect",
        epilog="""\b
Examples:
  auditor estate expect computers.csv --dry-run         how the file is understood
  auditor estate expect computers.csv
  auditor estate expect register.csv --column name='Asset no.' --column tags=Ward --source register

\b
Columns that --column can name (those of known tools are found by themselves):
"""
        + "\n".join(f"  {role}=HEADING  {meaning}" for role, meaning in ROLES.items()),
    )
    @click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
    @options.estate
    @click.option("--column", "columns", multiple=True, metavar="COLUMN=HEADING", help="Under which heading a column is.")
    @click.option("--encoding", default="", metavar="NAME", help="The file's encoding: utf-8, utf-16, cp1252, cp850 …")
    @click.option("--source", default="", metavar="NAME", help="What to call the list. Default: the tool it seems to be of.")
    @click.option("--servers", is_flag=True, help="Expect servers too.")
    @click.option("--dry-run", is_flag=True, help="Show how the file is understood, and change nothing.")
    def command(
        file: Path,
        estate: Path,
        columns: tuple[str, ...],
        encoding: str,
        source: str,
        servers: bool,
        dry_run: bool,
    ) -> None:
        """Take the PCs in FILE for those to be heard from: CSV of AD, Intune, Configuration Manager, or your own.

        They replace those that were expected before. Disabled accounts, disposed PCs and telephones are left out.
        """
        try:
            data = read_plain(file, asset_text.MAX_BYTES)
            found = asset_list.read(data, source=source, encoding=encoding, columns=_columns(columns), servers=servers)
        except (SourceError, RuleError) as error:
            message = error.message if isinstance(error, RuleError) else f"{file}: {error.message}"
            raise SourceError(message, error.hint) from error
        click.echo(shown(found, options.terminal_width()))
        if not found.rows:
            raise SourceError(f"{file}: no PC in it can be expected", "Look at what was refused, above.")
        if dry_run:
            click.echo("\nNothing was changed; without --dry-run these PCs are expected.")
            return
        with open_to_write(estate) as store:
            store.replace("expected", expected.as_table(found.rows))
        click.echo(f"\n{len(found.rows):,} PCs are expected.")

    return command


def _columns(given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in given:
        role, mark, heading = each.partition("=")
        role = role.strip().casefold()
        if not mark or not heading.strip():
            raise UsageError(f"--column {each}: no heading is named", "Write --column name=HEADING.")
        if role in found and role != "tags":
            raise UsageError(f"--column {each}: {role} is named twice", "Only tags may have several columns.")
        found[role] = (*found.get(role, ()), heading.strip())
    return found


def shown(found: asset_list.Understood, width: int) -> str:
    """How a list was understood, as text: what to confirm, rows before and after, what was refused or named again."""
    parts = [table(("the list", "understood as"), asset_list.described(found), width)]
    if found.samples:
        rows = [
            (each.made.row, " | ".join(filter(None, each.written.values())), each.made.name, each.made.site,
             each.made.tags, "yes" if each.made.serial else "no")
            for each in found.samples
        ]  # fmt: skip
        parts.append(table(("line", "as written", "name", "site", "tags", "serial"), rows, width))
    refused = [(each.line, each.reason) for each in found.refused]
    doubles = [(name, ", ".join(map(str, lines[:MOST_SHOWN]))) for name, lines in found.doubles]
    parts += [_first(("line", "refused because"), refused, width), _first(("named again", "on lines"), doubles, width)]
    return "\n\n".join(filter(None, parts))


def _first(columns: tuple[str, str], rows: list[tuple[Any, str]], width: int) -> str:
    if not rows:
        return ""
    more = len(rows) - MOST_SHOWN
    return table(columns, rows[:MOST_SHOWN], width) + (f"\nand {more:,} more" if more > 0 else "")
