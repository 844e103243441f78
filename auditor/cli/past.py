"""``auditor estate missing``, ``history`` and ``keep``: who was never heard, what changed on one PC, how long it is kept."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from auditor.cli import options
from auditor.errors import UsageError
from auditor.estate import covering, upkeep
from auditor.estate.counting import open_day, open_tables
from auditor.estate.engines import open_engine
from auditor.estate.filters import parse_filters
from auditor.estate.history import History
from auditor.estate.history import history as history_of
from auditor.estate.result import Missing, Unlisted
from auditor.estate.store import open_store
from auditor.report.csvfile import table as csv_table
from auditor.report.text import clean, table
from auditor.report.words import EXPECT

PREFIX = 12
"""How many digits of a snapshot's SHA-256 are enough to ask for it."""

_DATE = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  auditor estate missing -o missing.csv
  auditor estate missing --site 'Leeds*'
  auditor estate missing --unexpected"""
)
@options.estate
@click.option("--unexpected", is_flag=True, help="Those that were heard and are not on the list instead.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Only of this site; * for any text.")
@click.option(
    "--as-of", type=_DATE, default=None, metavar="DATE", help="As it was at the end of this day. Default: today (UTC)."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the list to FILE.")
@options.engine
@options.engine_settings
def missing(
    estate: Path,
    unexpected: bool,
    sites: tuple[str, ...],
    as_of: datetime | None,
    output: Path | None,
    engine: str,
    engine_settings: tuple[str, ...],
) -> None:
    """List the PCs that are expected and were never heard, as CSV."""
    day = options.today(as_of)
    texts = tuple(f"site={each}" for each in sites)
    settings = options.settings_of(engine_settings)
    with open_store(estate) as store, closing(open_engine(engine, None, settings)) as asked:
        open_tables(store, asked)
        open_day(asked, day.isoformat())
        first = (day - timedelta(1)).isoformat()
        if covering.match_all(store, asked, first, parse_filters(texts, ()), texts, 0) is None:
            raise UsageError("no list says which PCs are expected", f"Give one: {EXPECT}")
        if unexpected:
            options.emit(csv_table(Unlisted._fields, covering.unexpected(asked)), output)
        else:
            rows = (
                (each.name, each.site, "; ".join(each.tags), each.source, each.row) for each in covering.never_heard(asked)
            )
            options.emit(csv_table(Missing._fields, rows), output)


@click.command(
    epilog="""\b
Examples:
  auditor estate history ward-7-12
  auditor raw SHA256                          what one of its snapshots says, byte for byte"""
)
@click.argument("device", metavar="DEVICE")
@options.estate
def history(device: str, estate: Path) -> None:
    """Say what changed on the PC DEVICE (device id or host name), when, and which snapshot shows it."""
    with open_store(estate) as store:
        found = history_of(store, device)
    click.echo(told(found, options.terminal_width()))


def told(found: History, width: int) -> str:
    """The history as a table."""
    rows = [
        ("" if number else each.taken_at, line, "" if number else each.sha256[:PREFIX])
        for each in found.changes
        for number, line in enumerate(each.what)
    ]
    count = f"{len(found.changes):,} of {found.snapshots:,} snapshots show something new."
    ids = {each.device for each in found.changes} - {found.pc}
    others = f" It has also had the ids {', '.join(sorted(ids))}." if ids else ""
    return f"{table(('taken at', 'what changed', 'snapshot'), rows, width)}\n{count}{clean(others)}"


@click.command(
    epilog="""\b
Examples:
  auditor estate keep --months 12 --dry-run   what would go
  auditor estate keep --months 12"""
)
@click.option(
    "--months", type=click.IntRange(0, 1200), required=True, metavar="N", help="Keep all of so many months, and this one."
)
@click.option("--dry-run", is_flag=True, help="Count what would go, and change nothing.")
@options.estate
def keep(months: int, dry_run: bool, estate: Path) -> None:
    """Thin what is older than N months: of each PC the newest snapshot of every month stays.

    Reports on the ends of months stay as they are. The space is free after the next run of this or of compact.
    """
    now = datetime.now(UTC)
    before = upkeep.first_kept(now.date(), months)
    received = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    with open_store(estate, write=not dry_run) as store, options.counting("Moving snapshots") as tick:
        done = upkeep.keep(store, before, received, tick, dry_run=dry_run)
    verb = "would go" if dry_run else "went"
    click.echo(
        f"{done.snapshots:,} snapshots taken before {done.before} ({done.bytes:,} bytes as they came) {verb}; "
        f"{done.stay:,} stay."
    )
