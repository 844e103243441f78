"""``auditor ingest``: snapshots into the estate."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor.cli import EXIT_STOPPED, handed_in, options
from auditor.estate import ingest as ingesting
from auditor.estate.inputs import find_inputs
from auditor.estate.store import open_store
from auditor.estate.understanding import Understanding
from auditor.report.text import table

MOST_REASONS = 20
"""How many refused files are named; the estate's report lists all."""


@click.command(
    epilog="""\b
Examples:
  auditor ingest here.json
  auditor ingest //share/snapshots            every .json, .ndjson and .kit.txt below the folder
  auditor ingest 'site-a/*.json' site-b.ndjson.gz --estate our-estate"""
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options.estate
def command(paths: tuple[str, ...], estate: Path) -> None:
    """Take the snapshots and kits' files at PATH... into the estate: files, folders, patterns, NDJSON.

    The same snapshot twice is taken once. What is no snapshot is kept aside with the
    reason, and everything else is taken all the same.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    understanding = Understanding(handed_in.understand)
    with open_store(estate, write=True) as store, options.counting("Ingesting") as tick:
        summary = ingesting.ingest(store, find_inputs(paths), now, understanding, tick)
    click.echo(
        f"{summary.accepted} accepted ({summary.new} new PCs, {summary.updated} newer, {summary.older} older), "
        f"{summary.unchanged} unchanged, {len(summary.quarantined)} quarantined, {len(summary.unreadable)} unreadable."
    )
    if understanding.differences:
        click.echo(
            "A shortcut in understanding snapshots gave another answer than the long way, which was taken from then on: "
            "please report this as a mistake of auditor.",
            err=True,
        )
    refused = [*summary.quarantined, *summary.unreadable]
    if refused:
        click.echo(clean_table(refused))
    if summary.unreadable and not summary.accepted and not summary.unchanged and not summary.quarantined:
        sys.exit(EXIT_STOPPED)


def clean_table(refused: list[tuple[str, str]]) -> str:
    """The refused inputs with their reasons, the first :data:`MOST_REASONS` of them."""
    shown = table(("not taken", "because"), refused[:MOST_REASONS], options.terminal_width())
    more = len(refused) - MOST_REASONS
    return f"{shown}\nand {more} more." if more > 0 else shown
