"""``auditor estate``: looking after the estate's folder."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor.cli import EXIT_STOPPED, options, past
from auditor.estate import upkeep
from auditor.estate.store import open_store
from auditor.report.text import clean


@click.group()
def command() -> None:
    """Check, compact and migrate the estate, and forget PCs."""


for each in past.COMMANDS:
    command.add_command(each)


@command.command(name="check")
@options.estate
@click.option("--quick", is_flag=True, help="Leave out the bytes of raw snapshots and refused files.")
def check_(estate: Path, quick: bool) -> None:
    """Hold everything in the estate against what was written: files, rows, every snapshot's SHA-256, the log's chain.

    Exit code 3 if anything is wrong; each problem is named. What killed processes left is listed and does no harm.
    """
    with open_store(estate) as store, options.counting("Checking") as tick:
        found = upkeep.check(store, quick=quick, tick=tick)
    for problem in found.problems:
        click.echo(clean(problem))
    for each in found.leftovers:
        click.echo(f"belongs to nobody, auditor estate compact removes it: {clean(each)}")
    looked = f"{found.snapshots:,} snapshots, {found.files:,} files"
    if found.problems:
        click.echo(f"{len(found.problems):,} problems ({looked}).")
        sys.exit(EXIT_STOPPED)
    click.echo(f"Whole: {looked}{', without the bytes of snapshots' if quick else ''}.")


@command.command()
@options.estate
def compact(estate: Path) -> None:
    """Merge small files, so that reports and ingest read less. Reports may run meanwhile.

    Files that were replaced stay until the next compaction, for those that read them just now.
    """
    with open_store(estate, write=True) as store, options.counting("Moving snapshots") as tick:
        done = upkeep.compact(store, tick)
    click.echo(
        f"{done.files_before:,} files with {done.bytes_before:,} bytes are {done.files:,} with {done.bytes:,}; "
        f"{done.removed:,} old files removed."
    )


@command.command(
    epilog="""\b
Examples:
  auditor estate forget ward-7-12
  auditor estate forget 3e23e8160039594a33894f6564e1b134"""
)
@click.argument("devices", nargs=-1, required=True, metavar="DEVICE...")
@options.estate
def forget(devices: tuple[str, ...], estate: Path) -> None:
    """Remove everything of the PCs DEVICE... (device id or host name) from the estate, for good.

    The log keeps that something was there and went, not whose it was. Copies and backups of the estate are not touched,
    and a PC that is handed in again is taken again.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open_store(estate, write=True) as store, options.counting("Moving snapshots") as tick:
        gone = upkeep.forget(store, devices, now, tick)
    click.echo(
        f"Forgotten: {len(gone.devices)} device ids, {gone.snapshots:,} snapshots, {gone.refused:,} refused files, "
        f"{gone.log_rows:,} rows of the log."
    )


@command.command()
@options.estate
def migrate(estate: Path) -> None:
    """Bring an estate of an earlier version of auditor to this one's layout; nothing to do for one that is."""
    options.readable(estate / "estate.json")
    with open_store(estate, write=True) as store:
        count = sum(file.rows for file in store.head.of("snapshot"))
    click.echo(f"{estate} has the present layout, with {count:,} snapshots.")
