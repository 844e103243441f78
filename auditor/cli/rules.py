"""``auditor rules``: list, explain, check and test rules, and list the facts they may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from auditor import places
from auditor.cli import options
from auditor.dictionary import VOCABULARY
from auditor.errors import RuleError, UsageError
from auditor.evaluate import expected, wrong_examples
from auditor.matchers import MATCHERS, show, suggest
from auditor.report.text import clean, one_line, table
from auditor.rule_file import Condition, Rule
from auditor.rules import RuleSet, check, load, told


@click.group(
    name="rules",
    epilog="""\b
Examples:
  auditor rules list
  auditor rules explain baseline/office-end-of-life
  auditor rules check our-rules/
  auditor rules test our-rules/intranet.yaml
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
def explain(name: str, paths: tuple[Path, ...]) -> None:
    """Show the whole of rule NAME: what it asks, why, what to do, and where it comes from."""
    rules = load(_roots(paths), VOCABULARY)
    found = [rule for rule in rules.rules if name in (rule.id, rule.id.partition("/")[2])]
    if not found:
        raise UsageError(
            f"no rule {name!r}{suggest(name, [rule.id for rule in rules.rules])}", "auditor rules list shows all."
        )
    for rule in found:
        click.echo(_explained(rule, rules))


def _explained(rule: Rule, rules: RuleSet) -> str:
    pack = rules.packs[rule.pack]
    lines = [
        (f"{rule.id}", rule.title),
        ("severity", rule.severity.name.lower()),
        ("judges", f"{'each' if rule.of == 'each' else rule.of + ' of the'} {rule.kind}"),
        ("from", rule.since.isoformat() if rule.since else "any date"),
        ("when", "; ".join(_said(each) for each in rule.when) or "always"),
        ("expects", expected(rule)),
        ("why", rule.why),
        ("what to do", rule.fix),
        ("source", f"{rule.source['address']}, as of {rule.source['as_of']}, {rule.source['basis']}"),
        ("pack", f"{pack.title} {pack.version}, SHA-256 {pack.digest}"),
        *((f"{example.expect.value} example", _example(example.subjects, example.context)) for example in rule.examples),
    ]
    width = max(len(name) for name, _ in lines[1:])
    return "\n".join(
        [clean(f"{lines[0][0]}: {lines[0][1]}"), *(f"  {name:{width}}  {clean(text)}" for name, text in lines[1:])]
    )


def _said(condition: Condition) -> str:
    spec = condition.spec
    return f"{spec.kind}.{spec.name} {MATCHERS[condition.word].says} {show(condition.argument, spec)}"


def _example(subjects: Iterable[object], context: object) -> str:
    texts = [show(subject) for subject in subjects] or ["none installed"]
    return one_line(" + ".join(texts) + (f" with {show(context)}" if context else ""), 200)


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
def test_(paths: tuple[Path, ...]) -> None:
    """Run the examples of every rule in PATHS."""
    rules = load(_roots(paths), VOCABULARY)
    wrong = [line for rule in rules.rules for line in wrong_examples(rule, options.today(None))]
    if wrong:
        raise RuleError("\n".join(wrong), "Either the rule or its example is not what was meant.")
    click.echo(f"{sum(len(rule.examples) for rule in rules.rules)} examples of {len(rules.rules)} rules: all as they say.")


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
