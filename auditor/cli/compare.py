"""``auditor compare``: two states of an estate against each other, with why each PC changed."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from auditor.cli import EXIT_FAILED, options
from auditor.errors import UsageError
from auditor.estate.comparing import Asking, Given, compare
from auditor.estate.comparison import FELL_BACK
from auditor.estate.engines import open_engine
from auditor.estate.filters import KEYS
from auditor.estate.store import open_store
from auditor.report.compared_formats import BINARY, FORMATS
from auditor.rules import RuleSet
from auditor.waivers import Waiver

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Named(NamedTuple):
    """One side as it was asked for: in words, the estate's folder, and the day."""

    text: str
    folder: Path
    day: date


def named(text: str, estate: Path, today: date) -> Named:
    """``2026-10-15``, ``FOLDER`` or ``FOLDER@2026-10-15``; without a day it is ``today``, without a folder ``estate``.

    :raises UsageError: it is no day that there is.
    """
    folder, at, day = text.rpartition("@")
    if _DAY.fullmatch(text):
        return Named(text, estate, _date(text))
    if at and folder and _DAY.fullmatch(day):
        return Named(text, Path(folder), _date(day))
    return Named(text, Path(text), today)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text}: no such day", "Write it as 2026-10-15.") from error


@click.command(
    epilog="""\b
Examples:
  auditor compare 2026-10-15 2026-11-27       one estate on two days
  auditor compare 2026-10-15 estate           ... and today
  auditor compare old/estate@2026-03-31 new/estate
  auditor compare 2026-10-15 2026-11-27 --filter 'site=Leeds*' --format csv -o leeds.csv
  auditor compare estate estate --before-rules rules-of-october --rules rules
  auditor compare 2026-10-15 2026-11-27 --fail-on worse || echo 'some fell back'

\b
Filters (* for any text; several must all hold, on each side by itself):
"""
    + "\n".join(f"  {key}=  {meaning}" for key, meaning in KEYS.items())
    + """

\b
Exit codes:
  0 compared          1 with --fail-on worse: a PC fell back
  2 bad usage         3 the job could not be done"""
)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@options.estate
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="table", show_default=True, help="Shown how.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the comparison to FILE.")
@click.option("--filter", "filters", multiple=True, metavar="KEY=VALUE", help="Only these PCs; can be given again.")
@click.option("--stale-days", type=click.IntRange(1), default=30, show_default=True, help="Unheard for longer is stale.")
@click.option(
    "--fail-on",
    type=click.Choice(["never", "worse"]),
    default="never",
    show_default=True,
    help="worse: exit with 1 if any PC fell back.",
)
@click.option(
    "--before-rules",
    "before_roots",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Judge A by the rules in this file or folder: those as they were then.",
)
@click.option(
    "--before-waivers",
    "before_waivers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The waivers that hold for A. Default: those of --waivers.",
)
@options.judging
@options.engine
@options.engine_settings
@options.engine_paths
def command(
    first: str,
    second: str,
    estate: Path,
    form: str,
    output: Path | None,
    filters: tuple[str, ...],
    stale_days: int,
    fail_on: str,
    before_roots: tuple[Path, ...],
    before_waivers: Path | None,
    roots: tuple[Path, ...],
    packs: tuple[str, ...],
    as_of: datetime | None,
    waivers_file: Path | None,
    overrides_file: Path | None,
    knowledge_folder: Path | None,
    engine: str,
    engine_settings: tuple[str, ...],
    engine_paths: tuple[str, ...],
) -> None:
    """Compare two states of an estate: what got ready, what fell back, and why.

    A and B are each a date (of the --estate), an estate's FOLDER (as of today, or --as-of), or FOLDER@DATE.
    """
    options.keep_off_screen(form in BINARY, form, output)
    today = options.today(as_of)
    sides = [named(text, estate, today) for text in (first, second)]
    now = options.rules_for(roots, packs)
    then = _rules_then(before_roots, packs, None if roots or packs else now) if before_roots else now
    waivers = options.waivers_from(waivers_file, now)
    old_waivers = options.waivers_from(before_waivers, then) if before_waivers else waivers
    fresh = options.knowledge_from(knowledge_folder, max(each.day for each in sides))
    seen_as = options.settings_of(engine_paths, "--engine-path-prefix", "/mnt/estate=s3a://bucket/estate")
    opened = partial(open_engine, engine, None, options.settings_of(engine_settings), seen_as)
    asking = Asking(opened, options.overrides_from(overrides_file), fresh, stale_days, filters)
    same = _again(packs, overrides_file, knowledge_folder, stale_days)
    with ExitStack() as stack:
        given = [
            _given(each, stack, rules, waived, (*_where(each), *_judged(paths, of_waivers), *same))
            for each, rules, waived, paths, of_waivers in (
                (sides[0], then, old_waivers, before_roots or roots, before_waivers or waivers_file),
                (sides[1], now, waivers, roots, waivers_file),
            )
        ]
        found = compare(given[0], given[1], asking)
        options.emit(FORMATS[form](found, options.terminal_width()), output)
    if fail_on == "worse" and found.of(FELL_BACK):
        sys.exit(EXIT_FAILED)


def _rules_then(roots: tuple[Path, ...], packs: tuple[str, ...], like: RuleSet | None) -> RuleSet:
    """The rules of the first side. Where none are named for the second: of its packs alone, if any is there."""
    found = options.rules_for(roots, packs)
    if like is None or not found.packs.keys() & like.packs.keys():
        return found
    return RuleSet(
        tuple(rule for rule in found.rules if rule.pack in like.packs),
        {name: pack for name, pack in found.packs.items() if name in like.packs},
    )


def _given(
    side: Named, stack: ExitStack, rules: RuleSet, waivers: tuple[Waiver, ...], report_options: tuple[str, ...]
) -> Given:
    """A side, its estate opened."""
    return Given(side.text, stack.enter_context(open_store(side.folder)), rules, waivers, side.day, report_options)


def _where(side: Named) -> tuple[str, ...]:
    return "--estate", str(side.folder), "--as-of", side.day.isoformat()


def _judged(roots: tuple[Path, ...], waivers: Path | None) -> tuple[str, ...]:
    """The options of a report that judges by these rules and waivers."""
    return (*(word for root in roots for word in ("--rules", str(root))), *(("--waivers", str(waivers)) if waivers else ()))


def _again(packs: tuple[str, ...], own: Path | None, knowledge: Path | None, stale_days: int) -> tuple[str, ...]:
    """The options of a report that are those of both sides."""
    found = [word for pack in packs for word in ("--pack", pack)]
    for option, path in (("--overrides", own), ("--knowledge", knowledge)):
        found += [option, str(path)] if path else []
    return (*found, "--stale-days", str(stale_days))
