"""``auditor estate``: looking after the estate's folder."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from auditor.cli import EXIT_STOPPED, options
from auditor.estate import aliases, placed, upkeep
from auditor.estate.marker import MARKER
from auditor.estate.same import Identities
from auditor.estate.store import open_store
from auditor.identity_file import Decision
from auditor.model import Device
from auditor.report.text import clean

OTHERS: Mapping[str, tuple[str, str]] = {
    "expect": ("Say which PCs should be heard from, by a list.", "auditor.cli.expect"),
    "identities": ("Show which ids are one PC, and decide it.", "auditor.cli.identities"),
    "sites": ("Try out a file of sites.", "auditor.cli.sites"),
    "missing": ("Print the PCs that were never heard of.", "auditor.cli.past"),
    "history": ("Show what changed on one PC, and when.", "auditor.cli.past"),
    "keep": ("Thin what is older than you want to keep.", "auditor.cli.past"),
    "retry": ("Take what is in quarantine again.", "auditor.cli.retry"),
    "simulate": ("Make an estate of PCs that do not exist.", "auditor.cli.simulate"),
}
"""Commands in modules of their own: what ``auditor estate --help`` says of each, and its module."""

HERE: Mapping[str, str] = {
    "check": "Hold everything against what was written.",
    "compact": "Merge small files, so that reports read less.",
    "forget": "Remove everything of some PCs, for good.",
    "migrate": "Bring an older estate to this version's layout.",
}
"""Commands in this module, likewise."""


class _Commands(click.Group):
    """A group that imports of its commands only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*OTHERS, *HERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in OTHERS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(OTHERS[cmd_name][1])
        made: click.Command = _WIRED[cmd_name](module) if cmd_name in _WIRED else module.command
        return made

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*((name, about) for name, (about, _) in OTHERS.items()), *HERE.items()])


_WIRED: Mapping[str, Callable[[Any], click.Command]] = {
    "expect": lambda module: module.command_for(lambda folder: open_store(folder, write=True)),
    "identities": lambda module: module.command_for(_identities, _remember, aliases.decisions_in),
    "sites": lambda module: module.command_over(_devices),
    "missing": lambda module: module.missing,
    "history": lambda module: module.history,
    "keep": lambda module: module.keep,
}
"""What the commands are given that know nothing of a store."""


def _identities(folder: Path, decisions: Sequence[Decision]) -> Identities:
    with open_store(folder) as store:
        return aliases.identities_in(store, decisions)


def _remember(folder: Path, decisions: bytes) -> None:
    """Let ``decisions`` be what the estate goes by from now on."""
    options.readable(folder / MARKER)
    with open_store(folder, write=True) as store:
        aliases.remember(store, decisions)
        store.settle()


def _devices(folder: Path) -> list[tuple[str, Device]]:
    with open_store(folder) as store:
        return placed.devices_in(store)


@click.group(
    cls=_Commands,
    epilog="""\b
Examples:
  auditor estate simulate 1000 -o demo && auditor ingest demo
  auditor estate expect computers.csv
  auditor estate check""",
)
def command() -> None:
    """Look after the estate: what is expected, which PCs are one, whether all is whole, what must be forgotten."""


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
