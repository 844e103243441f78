"""``auditor knowledge``: show, check and refresh the dated facts."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from auditor import __version__, places
from auditor.cli import EXIT_FAILED, EXIT_STOPPED, options
from auditor.cli.kept import Kept, kept
from auditor.errors import AuditorError, KnowledgeError, RemoteError, RuleError, UsageError
from auditor.knowledge import holdings, laying, shelf, shipped
from auditor.knowledge.feeds import FEEDS, Feed
from auditor.matchers import suggest
from auditor.report import knowledge as show_knowledge
from auditor.report.text import clean
from auditor.snapshot.write import write_atomically
from auditor.strict_yaml import read_plain

AGENT = f"auditor/{__version__} (estate audit; refreshes dated facts)"
"""Who asks, as vendors' servers are told."""

_folder = click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=options.own_knowledge,
    envvar="AUDITOR_KNOWLEDGE",
    metavar="FOLDER",
    help="Where refreshed facts are kept.  [env: AUDITOR_KNOWLEDGE; default: a folder of your own]",
)
_as_of = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="As if today were this date. Default: today (UTC)."
)


@click.group(
    name="knowledge",
    epilog="""\b
Examples:
  auditor knowledge show                      what is known, from where, how old
  auditor knowledge show endoflife-ubuntu
  auditor knowledge check                     exits with 1 where something is too old or broken
  auditor knowledge refresh                   shows what would change, and writes nothing
  auditor knowledge refresh --accept
  auditor knowledge refresh --from downloads/ --accept""",
)
def command() -> None:
    """Show, check and refresh the dated facts: releases, ends of support, browsers."""


@command.command()
@click.argument("topic", required=False)
@_folder
@_as_of
def show(topic: str | None, folder: Path, as_of: datetime | None) -> None:
    """Show what is known: topics, sources, licences, and how old each is; or all of one TOPIC."""
    today, width = options.today(as_of), options.terminal_width()
    found = kept(folder, today)
    for error in found.errors:
        options.note(error.message)
    if topic is not None:
        click.echo(_one(topic, found, today, width))
        return
    known = [*_ships(), *(shelf.about(each, path.name) for path, each in found.known.values())]
    click.echo(show_knowledge.shown(known, today, width))
    missing = [name for name in FEEDS if name not in found.known]
    if missing:
        click.echo(f"\nNot refreshed into {clean(folder)} yet: {', '.join(missing)}.")


def _ships() -> list[shelf.About]:
    """What is to be said of all that comes with auditor."""
    return [*shelf.shipped(), *(holdings.about(topic) for topic in holdings.ABOUT)]


def _one(topic: str, found: Kept, today: date, width: int) -> str:
    if topic in found.known:
        return show_knowledge.topic(found.known[topic][1], width)
    if topic in FEEDS:
        raise UsageError(f"{topic} was not refreshed yet", f"auditor knowledge refresh {topic} --accept")
    ships = [each for each in _ships() if each.topic == topic]
    if topic in holdings.ABOUT:
        rows, sources = holdings.rows(topic), holdings.sources(topic)
        return show_knowledge.holdings(ships[0], rows, sources, today, width)
    if not ships:
        names = [*FEEDS, *(each.topic for each in _ships())]
        raise UsageError(f"no topic {topic!r}{suggest(topic, names)}", "auditor knowledge show lists all.")
    return show_knowledge.shown(ships, today, width)


@command.command()
@_folder
@click.option("--overrides", "overrides_file", type=click.Path(path_type=Path), metavar="FILE", envvar="AUDITOR_OVERRIDES",
              help="Check what the organisation says of itself, too.  [env: AUDITOR_OVERRIDES]")  # fmt: skip
@_as_of
def check(folder: Path, overrides_file: Path | None, as_of: datetime | None) -> None:
    """Check the form, the truth as far as it shows, and the age of all that is known. Exits with 1 for any problem."""
    today = options.today(as_of)
    found = kept(folder, today)
    broken = [f"{topic} (shipped): {each}" for topic in holdings.ABOUT for each in _problems(topic)]
    try:
        options.overrides_from(overrides_file)
    except RuleError as wrong:
        broken.append(f"{wrong.message}. {wrong.hint}")
    broken += [f"{error.message}. {error.hint}" for error in found.errors]
    known = [*_ships(), *(shelf.about(each, str(path)) for path, each in found.known.values())]
    old = [
        show_knowledge.too_old(each, today)
        for each in known
        if each.age(today) > each.limit and not _is_replaced(each, found)
    ]
    for line in (*broken, *old):
        click.echo(clean(line))
    for topic in holdings.ABOUT:
        if late := holdings.past(topic, today):
            instead = "; refreshed ones count in their place" if topic in holdings.IN_PLACE else ""
            options.note(f"{topic}: {late} of {len(holdings.rows(topic))} rows that ship are past its limit{instead}")
    for _, each in found.known.values():
        if names := laying.unplaced(each):
            options.note(
                f"{each.topic}: rows that change nothing, for what they are about is not known here: {', '.join(names)}"
            )
    if old:
        click.echo(
            "auditor knowledge refresh --accept brings refreshed topics up to date; shipped ones come with a new auditor."
        )
    if old or broken:
        sys.exit(EXIT_FAILED)
    click.echo(f"{len(known)} topics, none past its limit.")


def _is_replaced(each: shelf.About, found: Kept) -> bool:
    """Whether a topic that ships was refreshed as far as feeds go, so that its own age is not what counts."""
    feeds = holdings.IN_PLACE.get(each.topic, ())
    return bool(feeds) and all(feed in found.known for feed in feeds)


def _problems(topic: str) -> list[str]:
    """What is wrong with a shipped file: by its own checks, and by the published schema where that can be had."""
    document = shipped.topic(topic)
    schema = places.schemas_folder() / "knowledge-1.json"
    found = holdings.problems(topic, document)
    if found or not schema.is_file() or importlib.util.find_spec("jsonschema") is None:
        return found
    validator = importlib.import_module("jsonschema").Draft202012Validator(json.loads(schema.read_bytes()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@command.command()
@click.argument("topics", nargs=-1, metavar="[TOPIC]...")
@_folder
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Take downloaded files, TOPIC.json each, instead of asking the network.")  # fmt: skip
@click.option("--accept", is_flag=True, help="Write what changed. Without it, changes are only shown.")
@_as_of
def refresh(topics: tuple[str, ...], folder: Path, source: Path | None, accept: bool, as_of: datetime | None) -> None:
    """Ask the vendors' and endoflife.date's feeds for what is new in TOPIC... (by default all) and show what changes.

    An answer that is broken, or cannot be true, is refused with the reason and changes nothing.
    With --from, files are of the day on which they were last changed, or of --as-of.
    """
    today = options.today(as_of)
    if folder == options.NO_KNOWLEDGE and accept:
        raise UsageError("'none' is no folder to keep facts in", "Name one with --to.")
    for topic in topics:
        if topic not in FEEDS:
            raise UsageError(f"no topic {topic!r}{suggest(topic, FEEDS)}", "auditor knowledge show lists all.")
    found = kept(folder, today)
    for error in found.errors:
        options.note(f"{error.message}. {error.hint}")
    feeds = [FEEDS[topic] for topic in dict.fromkeys(topics or FEEDS)]
    day = today if source is None or as_of else None
    obtain = _from_network if source is None else _from_folder(options.readable(source))
    with options.progress("Refreshing", len(feeds)) as tick:
        results = [_refreshed(feed, found, obtain, day, tick) for feed in feeds]
    width = options.terminal_width()
    for result in results:
        if result.known is None:
            click.echo(clean(f"{result.feed.topic}: {result.error}"), err=True)
        else:
            click.echo(show_knowledge.changed(result.feed.topic, result.changes, width))
    new = [result.known for result in results if result.known is not None]
    if accept:
        _write(new, folder, found)
    click.echo(
        f"\n{len(new)} topics "
        + (f"written to {clean(folder)}." if accept else "could be refreshed. Nothing was written: --accept does.")
    )
    if len(new) < len(results):
        click.echo(f"{len(results) - len(new)} topics were refused or could not be had; they stay as they were.", err=True)
        sys.exit(EXIT_STOPPED)


class Result(NamedTuple):
    """What became of one feed: what is known now and what of it changed, or the error."""

    feed: Feed
    known: shelf.Known | None
    changes: tuple[shelf.Change, ...] = ()
    error: str = ""


class Answer(NamedTuple):
    """An answer and the day it is of; None for ``data`` where there is no newer one than is kept."""

    data: bytes | None
    etag: str
    day: date


Obtain = Callable[[Feed, str], Answer]
"""(feed, ETag of what is kept) → its answer."""


def _refreshed(feed: Feed, found: Kept, obtain: Obtain, day: date | None, tick: Callable[[], None]) -> Result:
    before = found.known[feed.topic][1] if feed.topic in found.known else None
    try:
        answer = obtain(feed, before.origin.etag if before else "")
        of = day or answer.day
        if answer.data is None:
            if before is None:
                raise RemoteError("there is nothing newer than nothing: the source is broken")
            return Result(feed, before._replace(origin=before.origin._replace(as_of=of.isoformat())))
        if before and of < date.fromisoformat(before.origin.as_of):
            raise KnowledgeError(f"refused: it is of {of}, and what is kept is of {before.origin.as_of}")
        old = before.rows if before else ()
        rows = shelf.understood(feed, answer.data, old, of)
    except AuditorError as error:
        return Result(feed, None, error=f"{error.message.removeprefix(f'{feed.topic}: ')}. {error.hint}".rstrip(". ") + ".")
    finally:
        tick()
    sha256 = hashlib.sha256(answer.data).hexdigest()
    origin = shelf.Origin(feed.address, feed.licence, feed.basis, of.isoformat(), sha256, answer.etag)
    return Result(feed, shelf.Known(feed.topic, rows, origin), shelf.differences(old, rows, feed.shape))


def _from_network(feed: Feed, etag: str) -> Answer:
    from auditor import remote  # only who asks the network loads what that needs

    got = remote.fetch(feed.address, AGENT, hosts=feed.hosts, etag=etag)
    return Answer(None if got.unchanged else got.data, got.etag, datetime.now(UTC).date())


def _from_folder(folder: Path) -> Obtain:
    def obtain(feed: Feed, etag: str) -> Answer:
        path = folder / f"{feed.topic}{shelf.SUFFIX}"
        data = read_plain(path, shelf.MOST_BYTES)
        return Answer(data, "", datetime.fromtimestamp(path.stat().st_mtime, UTC).date())

    return obtain


def _write(known: Iterable[shelf.Known], folder: Path, found: Kept) -> None:
    """Each topic into its file, whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AuditorError(f"{folder}: cannot be made: {error.strerror}", "Name a folder that you may write to.") from error
    for each in known:
        path: Any = found.known[each.topic][0] if each.topic in found.known else folder / f"{each.topic}{shelf.SUFFIX}"
        write_atomically(path, shelf.write(each))
