"""``auditor estate simulate``: an estate of PCs that do not exist, for demonstrations, tests and measurements."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click

from auditor import __version__, checks
from auditor.cli import options
from auditor.estate.simulation import folder as writing
from auditor.estate.simulation.sites import Estate, count_of_sites


@click.command(
    "simulate",
    epilog="""\b
Examples:
  auditor estate simulate 1000 -o demo && auditor ingest demo
  auditor estate simulate 10000 --seed 7 --as-of 2026-11-24 --days 365 -o a-year
  auditor estate simulate 200 --wild --files -o share""",
)
@click.argument("count", type=click.IntRange(1, 100_000_000), metavar="N")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, another estate.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="A new or empty folder.",
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
    help="The snapshots are from before this day. Default: today (UTC).",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3660), default=1, metavar="D",
              help="Make histories: the snapshots of each of D days. Default: the newest of each PC.")  # fmt: skip
@click.option("--change", type=click.FloatRange(0, 1), default=0.02, show_default=True, metavar="SHARE",
              help="With --days: which share of the PCs changes a day.")  # fmt: skip
@click.option("--wild", is_flag=True, help="PCs that nobody manages: many more combinations.")
@click.option("--files", is_flag=True, help="One .json a PC, in folders by site, instead of packed NDJSON.")
@click.option("--workers", type=click.IntRange(1), default=None, metavar="W", help="Processes. Default: one for each core.")
def command(
    count: int,
    seed: int,
    folder: Path,
    as_of: datetime | None,
    days: int,
    change: float,
    wild: bool,
    files: bool,
    workers: int | None,
) -> None:
    """Write the snapshots of N made-up PCs into FOLDER, for auditor ingest.

    Beside them truth.csv says what each PC has, and expected.csv lists PCs as Active Directory would, some of
    which never reported. The same N, seed and options give the same snapshots anywhere.
    """
    day = as_of.date() if as_of else datetime.now(UTC).date()
    estate = Estate(count, seed, day.toordinal(), days, round(change * 1_000_000), wild)
    wants = {family: checks.wants(family) for family in checks.FAMILIES}
    with options.counting("Simulating") as tick:
        done = writing.write(
            estate, wants, f"auditor {__version__}", folder, workers=workers or os.cpu_count() or 1, files=files, tick=tick
        )
    click.echo(_said(estate, day, done, folder, is_today=as_of is None))


def _said(estate: Estate, day: date, done: writing.Done, folder: Path, *, is_today: bool) -> str:
    """What was made, and how to have it again."""
    sites = count_of_sites(estate.pcs)
    over = f" over {estate.days} days" if estate.days > 1 else ""
    packed = "" if done.packed == done.size else f" ({done.packed / 1e6:,.1f} MB packed)"
    again = f" It is as of today: --as-of {day} makes it again." if is_today else ""
    return (
        f"{folder}: {estate.pcs:,} PC{'' if estate.pcs == 1 else 's'} at {sites} site{'' if sites == 1 else 's'}{over}, "
        f"seed {estate.seed}, as of {day}: "
        f"{done.snapshots:,} snapshots and {done.dirty:,} lines that are none, {done.size / 1e6:,.1f} MB{packed} "
        f"in {done.files:,} file{'' if done.files == 1 else 's'}. truth.csv says what they hold, "
        f"expected.csv which PCs are expected.{again}"
    )
