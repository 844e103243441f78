"""``auditor estate retry``: what stands in quarantine, taken again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli import EXIT_FAILED, intake, options
from auditor.estate.retrying import retry
from auditor.estate.store import open_store


@click.command(
    "retry",
    epilog="""\b
Examples:
  auditor estate retry
  auditor estate retry --sites sites.yaml     with what ingest is given, too""",
)
@options.estate
@intake.taking
def command(estate: Path, sites_file: Path | None, pattern: str | None, names: str, privacy_key: Path | None) -> None:
    """Take what stands in quarantine again, after an update of auditor or a fix.

    What can be taken now is taken under its name, and its bytes leave the quarantine. The rest stays, with the reason
    as it is now; exit code 1 if there is any.
    """
    chosen = intake.choices(sites_file, pattern, names, privacy_key)
    options.readable(estate)
    with options.tidied_up(), open_store(estate, write=True) as store:
        done = retry(store, chosen.make(), intake.now())
        renewed = intake.finish(store) if done.summary.accepted else None
    if not (done.summary.done or done.still):
        click.echo("Nothing stands in quarantine.")
        return
    for name, reason in done.still:
        done.summary.refuse(name, reason)
    click.echo(intake.told(done.summary, renewed))
    if done.still:
        sys.exit(EXIT_FAILED)
