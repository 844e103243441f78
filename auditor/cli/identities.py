"""``auditor estate identities``: which ids are one PC, which are clones, and what is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from auditor import identity_file
from auditor.cli import options
from auditor.estate.same import Identities
from auditor.estate.same_signs import Doubt
from auditor.identity_file import Decision
from auditor.report.text import heading, table
from auditor.strict_yaml import read_plain

MAX_BYTES = 16 * 1024 * 1024
"""Largest file of decisions that is remembered."""

MOST_SHOWN = 20
"""How many PCs of one line, and lines of one list, are shown without ``--all``."""

Find = Callable[[Path, Sequence[Decision]], Identities]
"""Finds out from an estate's folder who would be one PC by these decisions."""
Remember = Callable[[Path, bytes], None]
"""Lets the file with these bytes be what the estate goes by from now on."""
Remembered = Callable[[Path], Sequence[Decision]]
"""The decisions that an estate goes by."""

_LISTS = (
    ("clones", "Clones: kept apart"),
    ("doubt", "Doubts: kept apart until somebody decides"),
    ("decision", "Decisions that could not be followed"),
)


def command_for(find: Find, remember: Remember, remembered: Remembered) -> click.Command:
    """The command over an estate that these read and change."""

    @click.command(
        "identities",
        epilog="""\b
Examples:
  auditor estate identities
  auditor estate identities --decisions identity.yaml --dry-run    what would come of your decisions
  auditor estate identities --decisions identity.yaml              let the estate go by them""",
    )
    @options.estate
    @click.option(
        "--decisions",
        "decisions_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="AUDITOR_IDENTITY",
        help="Which PCs are the same and which apart, as YAML. Remembered in the estate.  [env: AUDITOR_IDENTITY]",
    )
    @click.option("--dry-run", is_flag=True, help="With --decisions: show what would come of them, and change nothing.")
    @click.option("--all", "every", is_flag=True, help=f"All of each list, not the first {MOST_SHOWN} alone.")
    def command(estate: Path, decisions_file: Path | None, dry_run: bool, every: bool) -> None:
        """List which ids count as one PC, with the reason; which are clones; and what would settle a doubt.

        Ids are joined anew, by all evidence there is, with each ingest. Your decisions win over evidence. The file that was
        given last is remembered, in the place of the one before; an empty list (identity: []) ends all.
        """
        decisions = identity_file.load(decisions_file) if decisions_file else remembered(estate)
        found = find(estate, decisions)
        click.echo(shown(found, options.terminal_width(), None if every else MOST_SHOWN))
        if decisions_file and not dry_run:
            remember(estate, read_plain(decisions_file, MAX_BYTES))
            click.echo(f"\nThe estate goes by {len(decisions)} decisions from now on.")

    return command


def shown(found: Identities, width: int, most: int | None) -> str:
    """The lists as text; ``most`` lines of each, and all where it is None."""
    rows = [(alias.device, alias.pc, alias.reason) for alias in found.aliases]
    parts = [_list(f"One PC: {len(rows)} ids that count under another", ("id", "counts as", "because"), rows, width, most)]
    for kind, title in _LISTS:
        lines = [(_devices(each, most), each.what, each.settle) for each in found.doubts if each.kind == kind]
        parts.append(_list(f"{title}: {len(lines)}", ("ids", "what is known", "what would settle it"), lines, width, most))
    return "\n\n".join(filter(None, parts)) or "No id has anything in common with another."


def _devices(doubt: Doubt, most: int | None) -> str:
    more = len(doubt.devices) - most if most is not None else 0
    return " ".join(doubt.devices[:most]) + (f" and {more} more" if more > 0 else "")


def _list(title: str, columns: tuple[str, ...], rows: list[tuple[str, str, str]], width: int, most: int | None) -> str:
    if not rows:
        return ""
    more = len(rows) - most if most is not None else 0
    text = f"{heading(title)}\n{table(columns, rows[:most], width)}"
    return f"{text}\nand {more} more; --all shows them" if more > 0 else text
