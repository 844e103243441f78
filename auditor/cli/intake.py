"""What the commands that take in have alike: whose names are kept, where PCs stand, on how many cores, and what is said."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from auditor import identity, privacy, privacy_bytes, privacy_keys
from auditor.cli import handed_in, options
from auditor.cli.privacy import key_file
from auditor.errors import PrivacyError, UsageError
from auditor.estate import aliases
from auditor.estate import sites as placing
from auditor.estate.ingest import Summary
from auditor.estate.store import Store
from auditor.estate.taking import Intake, as_it_came, as_it_says
from auditor.estate.understanding import Understanding, no_names
from auditor.model import Device
from auditor.report.text import clean, heading, table

MOST_SHOWN = 20
"""How many refused inputs, reasons and PCs are named; the estate's report lists all that was refused."""

RETRY = "auditor estate retry takes what is in quarantine again, after an update of auditor or a fix."


class Choices(NamedTuple):
    """What was chosen for everything that is taken in; it can be sent to another process."""

    key: privacy.Key | None
    sites_file: Path | None
    pattern: str | None

    def make(self) -> Intake:
        """What takes in.

        :raises RuleError: the file of sites is not right.
        """
        sites = placing.load(self.sites_file) if self.sites_file else None
        if self.pattern:
            sites = placing.from_folder(self.pattern)
        understanding = Understanding(
            handed_in.understand,
            signals=identity.signals,
            may_name=handed_in.may_name if self.key else no_names,
            is_nobody=privacy_bytes.is_nobody if self.key else bool,
        )
        return Intake(
            understanding,
            partial(handed_in.at_intake, key=self.key) if self.key else as_it_came,
            partial(_placed, sites) if sites else as_it_says,
            lambda: understanding.differences,
        )


def _placed(sites: placing.Sites, name: str, device: Device) -> Device:
    found = sites.assign(name, device)
    return device._replace(site=found.site, tags=found.tags)


def taking(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how what is handed in is kept: names, key, sites."""
    decorators: tuple[Any, ...] = (
        click.option(
            "--sites",
            "sites_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            envvar="AUDITOR_SITES",
            help="Where PCs stand and what they are tagged with, as YAML.  [env: AUDITOR_SITES]",
        ),
        click.option(
            "--site-from-folder",
            "pattern",
            metavar="PATTERN",
            help="The folder that names a PC's site: 'snapshots/{site}/*'. What a PC says itself goes first.",
        ),
        click.option(
            "--names",
            type=click.Choice(["pseudonym", "keep"]),
            default="pseudonym",
            show_default=True,
            envvar="AUDITOR_INTAKE_NAMES",
            help="Users' names that a snapshot still holds: replaced at intake, or kept.  [env: AUDITOR_INTAKE_NAMES]",
        ),
        key_file,
    )
    for decorator in reversed(decorators):
        function = decorator(function)
    return function


def choices(sites_file: Path | None, pattern: str | None, names: str, privacy_key: Path | None) -> Choices:
    """What the options say, checked before anything is taken. Without a key one is made for whoever takes in.

    :raises UsageError: two say where PCs stand.
    :raises RuleError: a file of sites, or a pattern, is not right.
    :raises PrivacyError: the key cannot be used, or none can be made.
    """
    if pattern and sites_file:
        raise UsageError(
            "--sites and --site-from-folder both say where PCs stand", "Put the pattern into the file, as folders:."
        )
    chosen = Choices(_key(privacy_key) if names == "pseudonym" else None, sites_file, pattern)
    if sites_file:
        placing.load(sites_file)
    if pattern:
        placing.from_folder(pattern)
    return chosen


def own_key() -> Path:
    """Where the key is that is made for whoever takes in, if none is named: with what is their own, not in the estate."""
    return Path(click.get_app_dir("auditor")) / "intake.key"


def _key(named: Path | None) -> privacy.Key:
    """The key that replaces names. It must be the same tomorrow, or what is handed in twice would be kept twice."""
    if named:
        return privacy_keys.load(named)[0]
    path = own_key()
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            made = privacy_keys.make(path)
            options.note(f"users' names that a snapshot still holds are replaced by the key {made.id}, made in {path}")
            return made
        return privacy_keys.load(path)[0]
    except (OSError, PrivacyError) as error:
        said = error.message if isinstance(error, PrivacyError) else f"{path}: {error.strerror}"
        raise PrivacyError(said, "Name a key with --privacy-key FILE, or keep users' names with --names keep.") from error


workers = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=None,
    metavar="N",
    help="Processes that understand and compress. Default: one for each core, and none where there is little to do.",
)
"""The option that says on how many cores."""


def cores(chosen: int | None) -> int:
    """How many processes to take in with."""
    return chosen or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else chosen or os.cpu_count() or 1


def now() -> str:
    """This moment, as the estate writes moments."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def progress() -> Iterator[Callable[[Summary], None]]:
    """A function that shows how far it is, on a terminal's standard error only."""
    shown, begun = sys.stderr.isatty(), time.monotonic()

    def tick(summary: Summary) -> None:
        if shown:
            rate = summary.done / max(time.monotonic() - begun, 0.001)
            size = summary.size / 1e6
            click.echo(f"\rIngesting: {summary.done:,} done, {rate:,.0f} a second, {size:,.0f} MB ", err=True, nl=False)

    yield tick
    if shown:
        click.echo(err=True)


def finish(store: Store) -> aliases.Renewed:
    """Bring together what is one PC, and the newest snapshot of each, once everything is in."""
    renewed = aliases.renew(store, aliases.decisions_in(store.folder))
    store.settle()
    return renewed


def told(summary: Summary, renewed: aliases.Renewed | None) -> str:
    """What became of everything, as text."""
    width = options.terminal_width()
    counts = (
        f"{summary.accepted} accepted ({summary.new} new PCs, {summary.updated} newer, {summary.older} older), "
        f"{summary.unchanged} unchanged, {summary.counts['quarantined']} quarantined, "
        f"{summary.counts['unreadable']} unreadable."
    )
    parts = [counts]
    if renewed is not None and (renewed.joined or renewed.parted):
        rows = [(alias.device, alias.pc, alias.reason) for alias in renewed.joined]
        title = f"{len(rows):,} ids turned out to be PCs that there are already, {renewed.parted:,} no longer"
        parts.append(f"{heading(title)}\n{_first(('id', 'counts as', 'because'), rows, width)}")
    if summary.ahead_count:
        clocks = list(summary.ahead.items())
        title = f"Dated ahead of the time: {summary.ahead_count:,} snapshots. They are kept, and count from their date on"
        parts.append(f"{heading(title)}\n{_first(('PC whose clock is wrong', 'says it is'), clocks, width)}")
    if summary.not_taken:
        parts.append(_not_taken(summary, width))
    return "\n".join(parts)


def _not_taken(summary: Summary, width: int) -> str:
    reasons = sorted(summary.reasons.values(), key=lambda each: (-each[0], each[1]))
    rows = [(f"{count:,}", reason, name) for count, name, reason in reasons]
    parts = [heading("Not taken, by reason"), _first(("how many", "because", "the first of them"), rows, width)]
    if summary.not_taken > len(summary.reasons):
        named = [*summary.quarantined, *summary.unreadable]
        parts += ["", _first(("not taken", "because"), named, width, summary.not_taken)]
    return "\n".join([*parts, RETRY] if summary.counts["quarantined"] else parts)


def _first(columns: tuple[str, ...], rows: list[Any], width: int, count: int = 0) -> str:
    """A table of the first rows, and how many more there are."""
    more = max(count, len(rows)) - MOST_SHOWN
    text = table(columns, rows[:MOST_SHOWN], width)
    return f"{text}\nand {more:,} more." if more > 0 else text


def warn(summary: Summary) -> None:
    """Say so where the quick way of understanding was wrong."""
    if summary.strays:
        click.echo(
            "A shortcut in understanding snapshots gave another answer than the long way, which was taken from then on: "
            "please report this as a mistake of auditor.",
            err=True,
        )


def say(text: str) -> None:
    """A line on standard error, with the time, for what runs for long."""
    click.echo(f"{now()} {clean(text)}", err=True)
