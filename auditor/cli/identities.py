"""``auditor estate identities``: which ids are one PC, which are clones, and what is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from auditor import identity_file
from auditor.cli import options
from auditor.estate.same import Identities, Signal, decide
from auditor.estate.same_signs import Doubt
from auditor.report.text import heading, table

MOST_SHOWN = 20
"""How many PCs of one line, and lines of one list, are shown without ``--all``."""

Signals = Callable[[Path], Iterable[Signal]]
"""Reads an estate's folder: one row for each id, kind and value, and one without a kind for an id that has no signals."""

_LISTS = (
    ("clones", "Clones: kept apart"),
    ("doubt", "Doubts: kept apart until somebody decides"),
    ("decision", "Decisions that could not be followed"),
)


def command_for(signals: Signals) -> click.Command:
    """The command over a store whose signals ``signals`` reads."""

    @click.command(
        "identities",
        epilog="""\b
Examples:
  auditor estate identities
  auditor estate identities --decisions identity.yaml      with what you decided""",
    )
    @options.estate
    @click.option(
        "--decisions",
        "decisions_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="AUDITOR_IDENTITY",
        help="Which PCs are the same and which apart, as YAML.  [env: AUDITOR_IDENTITY]",
    )
    @click.option("--all", "every", is_flag=True, help=f"All of each list, not the first {MOST_SHOWN} alone.")
    def command(estate: Path, decisions_file: Path | None, every: bool) -> None:
        """List which ids count as one PC, with the reason; which are clones; and what would settle a doubt.

        Nothing is changed: ids are joined anew, by the same evidence, whenever the estate is counted.
        """
        decisions = identity_file.load(decisions_file) if decisions_file else ()
        found = decide(signals(estate), decisions)
        click.echo(shown(found, options.terminal_width(), None if every else MOST_SHOWN))

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
