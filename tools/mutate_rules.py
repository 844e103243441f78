#!/usr/bin/env python3
"""Spoil every rule a little, and see whether its own examples notice.

A word is flipped (at_least to below), a version, number, size or date is moved, the two lists
of *listed* are swapped, a condition whose word has no opposite is dropped. A mutant that all examples still
agree with survives: the rule lacks an example there. ``--each N`` tries N mutants of each rule, always the same ones::

    .venv/bin/python tools/mutate_rules.py                 # all of them, those that survive are listed
    .venv/bin/python tools/mutate_rules.py --each 3 rules/baseline
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from auditor.dictionary import VOCABULARY
from auditor.evaluate import wrong_examples
from auditor.matchers import Listed, VersionText, show
from auditor.places import rules_folder
from auditor.rule_file import Condition, Rule
from auditor.rules import load

FLIPS = {"equals": "not_equals", "one_of": "none_of", "at_least": "below", "before": "after"}
FLIPS |= {other: word for word, other in FLIPS.items()}
"""Word → its opposite."""
YEAR = timedelta(days=366)


class Mutant(NamedTuple):
    """A rule with one thing spoilt, and what."""

    rule: Rule
    what: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every mutant of a rule, in a fixed order."""
    for part in ("when", "require"):
        conditions: tuple[Condition, ...] = getattr(rule, part)
        for number, condition in enumerate(conditions):
            name = f"{part}: {condition.spec.name} {condition.word} {show(condition.argument, condition.spec)}"
            for changed, what in spoilt(condition):
                if part == "when" and not changed:
                    continue  # that a rule does not apply is no example's answer
                new = (*conditions[:number], *changed, *conditions[number + 1 :])
                yield Mutant(rule._replace(**{part: new}), f"{name[:120]}: {what}")


def spoilt(condition: Condition) -> Iterator[tuple[tuple[Condition, ...], str]]:
    """What may be put in the place of a condition, and what was done to it."""
    argument = condition.argument
    if condition.word in FLIPS:
        yield (condition._replace(word=FLIPS[condition.word]),), f"{FLIPS[condition.word]} instead"
    elif isinstance(argument, Listed):
        swapped = Listed(argument.failing, argument.passing)
        yield (condition._replace(argument=swapped),), "pass and fail swapped"
    else:
        yield (), "dropped"
    for moved in moves(argument) if condition.word in ("at_least", "below", "before", "after") else ():
        yield (condition._replace(argument=moved),), f"{show(moved, condition.spec)} instead"


def moves(argument: Any) -> list[Any]:
    """The argument a little higher and a little lower: a version and a number by one, a size by half, a date by a year."""
    if isinstance(argument, VersionText):
        match = re.match("[0-9]+", argument)
        numbers = (int(match[0]) + 1, int(match[0]) - 1) if match else ()
        return [VersionText(f"{number}{argument[match.end() :]}") for number in numbers if match and number >= 0]
    if isinstance(argument, date):
        return [argument + YEAR, argument - YEAR]
    if isinstance(argument, int) and not isinstance(argument, bool):
        step = argument // 2 if argument >= 2**20 else 1
        return [argument + step, argument - step]
    return []


def chosen(rule: Rule, each: int | None) -> list[Mutant]:
    """All mutants of a rule, or ``each`` of them: the same ones in every run, whatever the other rules are."""
    found = list(mutants(rule))
    if each is None or len(found) <= each:
        return found
    return sorted(found, key=lambda mutant: hashlib.sha256(f"{rule.id} {mutant.what}".encode()).digest())[:each]


def survivors(rules: Sequence[Rule], today: date, each: int | None = None) -> tuple[int, list[Mutant]]:
    """How many mutants were tried, and those that no example noticed."""
    tried = [mutant for rule in rules for mutant in chosen(rule, each)]
    return len(tried), [mutant for mutant in tried if not wrong_examples(mutant.rule, today)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="rule files or folders; by default all that ship")
    parser.add_argument("--each", type=int, help="so many mutants of each rule; by default all")
    arguments = parser.parse_args()
    rules = load(arguments.paths or [rules_folder()], VOCABULARY).rules
    tried, alive = survivors(rules, datetime.now(UTC).date(), arguments.each)
    for mutant in alive:
        print(f"{mutant.rule.id}: {mutant.what}")
    print(f"{tried} mutants of {len(rules)} rules, {len(alive)} survived.")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
