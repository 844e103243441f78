"""``auditor ingest``: snapshots into the estate, once or for as long as it is left running."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from auditor.cli import EXIT_STOPPED, intake, options
from auditor.errors import AuditorError, BusyError, UsageError
from auditor.estate import watching
from auditor.estate.aliases import Renewed
from auditor.estate.ingest import Summary, commit, pieces
from auditor.estate.inputs import find
from auditor.estate.store import Store, open_store
from auditor.estate.workers import spread

SETTLE_EVERY = 300
"""Seconds between two of the times at which a watch brings the newest snapshot of each PC up to date."""


@click.command(
    epilog="""\b
Examples:
  auditor ingest here.json
  auditor ingest //share/snapshots            every .json, .ndjson and .kit.txt below the folder
  auditor ingest 'site-a/*.json' site-b.ndjson.gz --estate our-estate
  auditor ingest snapshots --site-from-folder 'snapshots/{site}/*'
  auditor ingest //share/snapshots --sites sites.yaml --privacy-key /etc/auditor/privacy.key
  auditor ingest --watch //share/snapshots --move-to //share/taken     until Ctrl-C"""
)
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@options.estate
@intake.taking
@intake.workers
@click.option(
    "--watch", type=click.Path(path_type=Path), metavar="FOLDER", help="Take what is new in FOLDER, again and again."
)
@click.option("--every", type=click.IntRange(1, 86_400), default=30, show_default=True, metavar="SECONDS",
              help="With --watch: between two looks.")  # fmt: skip
@click.option(
    "--move-to", type=click.Path(path_type=Path), metavar="FOLDER", help="With --watch: move files that were taken."
)
@click.option("--delete", is_flag=True, help="With --watch: delete files that were taken.")
def command(
    paths: tuple[str, ...],
    estate: Path,
    sites_file: Path | None,
    pattern: str | None,
    names: str,
    privacy_key: Path | None,
    workers: int | None,
    watch: Path | None,
    every: int,
    move_to: Path | None,
    delete: bool,
) -> None:
    """Take the snapshots and kits' files at PATH... into the estate: files, folders, patterns, NDJSON.

    The same snapshot twice is taken once. What is no snapshot is kept aside with the
    reason, and everything else is taken all the same. Users' names that a snapshot still holds become pseudonyms.

    With --watch a file is taken when it no longer changes. What was taken stays where it is, unless --move-to or --delete
    says otherwise; what was refused always stays.
    """
    if bool(paths) == bool(watch):
        raise UsageError("either PATH... or --watch FOLDER says what to take", "auditor ingest --help shows examples.")
    if ((move_to or delete) and not watch) or (move_to and delete):
        raise UsageError("--move-to or --delete says what --watch does with files that were taken", "Give one of them.")
    taking = _Taking(estate, intake.choices(sites_file, pattern, names, privacy_key), intake.cores(workers))
    with options.tidied_up():
        if watch:
            _watch(taking, watch, every, move_to, delete)
        else:
            _once(taking, paths)


class _Taking:
    """Taking some paths into an estate, with everything that was chosen."""

    def __init__(self, estate: Path, choices: intake.Choices, workers: int) -> None:
        self.estate, self.choices, self.workers = estate, choices, workers
        self.summary = Summary()

    def take(self, store: Store, paths: Iterable[str]) -> None:
        """Commit everything at ``paths``."""
        with intake.progress() as tick:
            work = spread(store, pieces(find(paths)), self.choices.make, self.workers)
            commit(store, work, intake.now(), tick, self.summary)


def _once(taking: _Taking, paths: tuple[str, ...]) -> None:
    summary, renewed = taking.summary, None
    with open_store(taking.estate, write=True) as store:
        try:
            taking.take(store, paths)
            renewed = intake.finish(store) if store.unsettled() else None
        except KeyboardInterrupt:
            click.echo(
                f"\nstopped: {summary.done:,} inputs are safely stored; ingest the same again for the rest.", err=True
            )
            sys.exit(EXIT_STOPPED)
    click.echo(intake.told(summary, renewed))
    intake.warn(summary)
    if summary.counts["unreadable"] and summary.done == summary.counts["unreadable"]:
        sys.exit(EXIT_STOPPED)


def _watch(taking: _Taking, folder: Path, every: int, move_to: Path | None, delete: bool) -> None:
    """Take from ``folder`` until this is ended."""
    with_taken = watching.deletion if delete else watching.removal(folder, move_to) if move_to else watching.leave
    watched = _Watched(taking, every)
    loop = watching.Loop(folder, watched.take, intake.say, with_taken, move_to)
    _fit(taking.estate)
    intake.say(f"watching {folder}, every {every} seconds, until Ctrl-C")
    try:
        loop.run(watched.wait)
    except KeyboardInterrupt:
        intake.say("stopping")
    watched.settle()
    click.echo(intake.told(taking.summary, None))
    intake.warn(taking.summary)


def _fit(estate: Path) -> None:
    """See at the beginning that the folder is an estate, or can be one. Another writer is no hindrance."""
    try:
        with open_store(estate, write=True):
            pass
    except BusyError as error:
        intake.say(f"{error.message}: waiting for it")


class _Watched:
    """What a watch does between two looks."""

    def __init__(self, taking: _Taking, every: int) -> None:
        self._taking, self._every = taking, every
        self._unsettled = 0
        self._since = 0

    def take(self, paths: list[str]) -> watching.Taken:
        """Take these files, and say what became of them."""
        taking = self._taking
        taking.summary, whole = Summary(), taking.summary
        try:
            with open_store(taking.estate, write=True) as store:
                taking.take(store, paths)
        finally:
            some, taking.summary = taking.summary, whole
            whole.join(some)
            self._unsettled += some.accepted
        counts = some.counts
        intake.say(
            f"{some.accepted} accepted, {counts['unchanged']} unchanged, "
            f"{counts['quarantined']} quarantined, {counts['unreadable']} unreadable"
        )
        refused = watching.whose((name for name, _ in some.quarantined), paths)
        return watching.Taken(refused, watching.whose((name for name, _ in some.unreadable), paths))

    def wait(self) -> bool:
        """Wait for the next look; now and then, let reports have what is new without looking for it."""
        self._since += self._every
        if self._since >= SETTLE_EVERY:
            self.settle()
        time.sleep(self._every)
        return True

    def settle(self) -> None:
        """Bring the estate up to date with what was taken."""
        if not self._unsettled:
            return
        try:
            with open_store(self._taking.estate, write=True) as store:
                renewed = intake.finish(store)
            self._unsettled = self._since = 0
        except AuditorError as error:
            intake.say(f"{error.message}: what was taken is safe, and counted by the next ingest")
            return
        _said(renewed)


def _said(renewed: Renewed) -> None:
    for alias in renewed.joined[: intake.MOST_SHOWN]:
        intake.say(f"{alias.device} counts as {alias.pc}: {alias.reason}")
