"""``auditor rules``: list, explain, check and test rules, and list the facts they may ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import click

from auditor import checks, places, trial
from auditor.cli import handed_in, options
from auditor.dictionary import VOCABULARY
from auditor.errors import AuditorError, RuleError, SnapshotError, SourceError, UsageError
from auditor.evaluate import wrong_examples
from auditor.knowledge.refreshed import Refreshed
from auditor.matchers import suggest
from auditor.report import rules as show_rules
from auditor.report.text import clean, table
from auditor.rules import RuleSet, check, load, told

STALE_DAYS = 30
"""PCs of an estate that were not heard of for longer are not named."""
MOST_BYTES = 256 * 2**20
"""Largest saved result that is read."""


@click.group(
    name="rules",
    epilog="""\b
Examples:
  auditor rules list
  auditor rules explain baseline/office-end-of-life
  auditor rules check our-rules/
  auditor rules test our-rules/intranet.yaml
  auditor rules test our-rules/ --snapshots //share/snapshots --format json -o now.json
  auditor rules test our-rules/ --snapshots //share/snapshots --before now.json
  auditor rules explain our-rules/intranet --rules our-rules/ --estate estate
  auditor rules facts browser""",
)
def command() -> None:
    """List, explain, check and test rules."""


_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


def _roots(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(paths) or (places.rules_folder(),)


@command.command(name="list")
@_PATHS
def list_(paths: tuple[Path, ...]) -> None:
    """Show every rule in PATHS (by default those that come with auditor)."""
    rules = load(_roots(paths), VOCABULARY)
    for pack in rules.packs.values():
        click.echo(clean(f"{pack.id}: {pack.title} {pack.version}, as of {pack.as_of}. {pack.description}"))
    rows = [(rule.id, rule.severity.name.lower(), rule.title) for rule in rules.rules]
    click.echo("\n" + table(("rule", "severity", "title"), rows, options.terminal_width()))


@command.command()
@click.argument("name")
@click.option(
    "--rules", "paths", multiple=True, type=click.Path(path_type=Path), metavar="PATH", help="Look in this file or folder."
)
@click.option("--estate", type=click.Path(path_type=Path), metavar="FOLDER", help="Name the PCs there that fail, too.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="With --estate: judge for this date.")
@options.knowledge
def explain(
    name: str, paths: tuple[Path, ...], estate: Path | None, as_of: datetime | None, knowledge_folder: Path | None
) -> None:
    """Show the whole of rule NAME: what it asks and of which facts, why, what to do, and where it comes from."""
    rules = load(_roots(paths), VOCABULARY)
    found = [rule for rule in rules.rules if name in (rule.id, rule.id.partition("/")[2])]
    if not found:
        raise UsageError(
            f"no rule {name!r}{suggest(name, [rule.id for rule in rules.rules])}", "auditor rules list shows all."
        )
    width = options.terminal_width()
    for rule in found:
        click.echo(show_rules.explained(rule, rules.packs[rule.pack], width))
    if estate is not None:
        from auditor.estate.engines import open_engine
        from auditor.estate.query import summarise
        from auditor.estate.store import open_store

        chosen, day = rules._replace(rules=tuple(found)), options.today(as_of)
        fresh = options.knowledge_from(knowledge_folder, day)
        with open_store(estate) as store, closing(open_engine()) as engine:
            for rule in found:
                rows = [
                    row
                    for outcome in ("fail", "unknown", "waived")
                    for row in summarise(
                        store, engine, chosen, fresh=fresh, as_of=day, stale_days=STALE_DAYS,
                        filters=[f"rule={rule.id}:{outcome}"],
                    ).devices.rows(show_rules.MOST_NAMED + 1)
                ]  # fmt: skip
                click.echo(show_rules.on_estate(rule, rows, width))


@command.command(name="check")
@_PATHS
def check_(paths: tuple[Path, ...]) -> None:
    """Read every rule in PATHS and name every mistake, with its file, line and field."""
    rules, errors = check(_roots(paths), VOCABULARY)
    if errors:
        count = f"{len(errors)} mistake{'s' * (len(errors) != 1)}"
        raise RuleError(told(errors), f"{count}; {len(rules.rules)} rules are right.")
    click.echo(f"{len(rules.rules)} rules are right.")


@command.command(name="test")
@_PATHS
@click.option(
    "--snapshots", type=click.Path(path_type=Path), metavar="FOLDER", help="Also judge every PC in FOLDER by them."
)
@click.option("--before", type=click.Path(path_type=Path), metavar="PATH",
              help="Show what changed: the rules as they were, or a result of --format json.")  # fmt: skip
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Judge for this date. Default: today (UTC)."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Shown how."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the verdicts to FILE.")
@options.knowledge
def test_(
    paths: tuple[Path, ...],
    snapshots: Path | None,
    before: Path | None,
    as_of: datetime | None,
    form: str,
    output: Path | None,
    knowledge_folder: Path | None,
) -> None:
    """Run the examples of every rule in PATHS; with --snapshots, judge a folder of snapshots and kits' files by them.

    Nothing but the rules is judged: an example that does not hold is an error, a PC that fails is not.
    """
    day = options.today(as_of)
    if snapshots is None and (before or output or form != "table"):
        raise UsageError("--before, --format and -o are about PCs", "Name a folder of snapshots with --snapshots.")
    rules = load(_roots(paths), VOCABULARY)
    wrong = [line for rule in rules.rules for line in wrong_examples(rule, day)]
    if wrong:
        raise RuleError("\n".join(wrong), "Either the rule or its example is not what was meant.")
    held = f"{sum(len(rule.examples) for rule in rules.rules)} examples of {len(rules.rules)} rules: all as they say."
    click.echo(held, err=form == "json" and output is None)
    if snapshots is not None:
        _try(rules, snapshots, before, day, form, output, options.knowledge_from(knowledge_folder, day))


def _try(
    rules: RuleSet, snapshots: Path, before: Path | None, day: date, form: str, output: Path | None, fresh: Refreshed
) -> None:
    """Judge the PCs in a folder and show the verdicts, or how they changed."""
    cases = tuple(_cases(snapshots))
    now = trial.run(rules.rules, cases, day, fresh)
    then = None if before is None else _before(before, cases, day, fresh)
    found = None if then is None else trial.changes(then, now)
    width = options.terminal_width()
    if form == "json":
        options.emit(show_rules.trial_json(now, found), output)
        return
    text = show_rules.trial_text(now, width)
    if then is not None and found is not None:
        text += "\n" + show_rules.changes_text(found, then, now, width)
    options.emit(f"{text}\n", output)


def _cases(folder: Path) -> Iterator[trial.Case]:
    """Every snapshot and kit's file in ``folder``; what is none is pointed out and left out.

    :raises AuditorError: there is not one.
    """
    from auditor.estate.inputs import find_inputs  # only who judges a folder pays for loading it

    seen: set[str] = set()
    for each in find_inputs([str(options.readable(folder))]):
        reason = each.refused or each.unreadable
        try:
            snapshot = None if reason else handed_in.understand(each.data)
        except (SnapshotError, SourceError) as error:
            snapshot, reason = None, error.message
        if snapshot is None:
            options.note(f"{each.name} is left out: {reason}")
            continue
        sha256 = hashlib.sha256(each.data).hexdigest()
        if sha256 not in seen:
            seen.add(sha256)
            name = snapshot.device.hostname or f"({snapshot.device.id[:8]})"
            yield trial.Case(sha256, f"{name} {snapshot.taken_at[:10]}", checks.detect(snapshot))
    if not seen:
        raise AuditorError(
            f"{folder}: no snapshots here", "auditor scan --save FILE makes one; kits' files end in .kit.txt."
        )


def _before(path: Path, cases: Sequence[trial.Case], day: date, fresh: Refreshed) -> trial.Trial:
    """What was said before: a saved result, or the PCs judged by rules as they were."""
    if path.suffix != ".json":
        return trial.run(load([path], VOCABULARY).rules, cases, day, fresh)
    try:
        with options.readable(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError(f"larger than {MOST_BYTES // 2**20} MB")
        return trial.from_document(json.loads(data))
    except (OSError, ValueError, RecursionError) as error:
        way = "auditor rules test PATH --snapshots FOLDER --format json -o FILE saves one."
        raise AuditorError(f"{path}: no saved result: {error}", way) from error


@command.command()
@click.argument("kind", required=False)
def facts(kind: str | None) -> None:
    """List the facts that a rule may ask for, all or those of one KIND."""
    kinds = sorted({spec.kind for spec in VOCABULARY.values()})
    if kind is not None and kind not in kinds:
        raise UsageError(f"no kind {kind!r}{suggest(kind, kinds)}")
    rows = [
        (name, spec.type, f"{spec.meaning} {', '.join(spec.words) if len(spec.words) < 12 else ''}".strip())
        for name, spec in VOCABULARY.items()
        if kind in (None, spec.kind)
    ]
    click.echo(table(("fact", "type", "meaning"), rows, options.terminal_width()))
