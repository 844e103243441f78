"""What a finding says: what was seen, and what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from auditor.matchers import MATCHERS, Listed, show
from auditor.rule_file import Condition, Rule
from auditor.subjects import Facts, Subjects, asked, name


def works(facts: Facts) -> str:
    """A browser that a service works with needs no more said than which it is."""
    version = facts.get("version")
    return str(version.value) if version and not version.unknown else "version unknown"


def seen(conditions: Sequence[Condition], rule: Rule, facts: Facts, subjects: Subjects, as_of: date) -> str:
    """What decided, in words; of a service, with whether the demand is only inferred."""
    told_of: dict[str, None] = {}
    for each in conditions:
        if fact := asked(rule, each, facts, subjects):
            told = MATCHERS[each.word].seen
            value = told(fact.value, each.argument, as_of) if told and not fact.unknown else show(fact.value, each.spec)
            if each.demand and not told:
                value += _asked_for(each)
            value += _beside(each, rule, facts, subjects)
            inferred = " (an inferred demand)" if each.demand and each.demand.standing == "inferred" else ""
            told_of[(value if told else f"{name(rule, each)} {value}") + inferred] = None
    return ", ".join(told_of)


BESIDE: Mapping[str, tuple[str, ...]] = {
    "supported": ("name", "release", "version", "support_ends"),
    "support_state": ("name", "release", "version", "support_ends"),
    "days_behind": ("name", "release", "version", "revision", "newest_revision"),
    "connects": ("generation", "version"),
    "windows11_capable": ("windows11_reasons",),
    "update_waiting": ("version", "waiting_version"),
}
"""Fact that is derived, or says little alone → what of the same subject is shown beside it, where it is known."""


def _beside(condition: Condition, rule: Rule, facts: Facts, subjects: Subjects) -> str:
    """`` (version 109.0.5414.168, support ends 2023-02-07)``; empty where nothing is to be told."""
    if condition.spec.kind != rule.kind:
        facts = next((mine for _, mine in subjects.of(condition.spec.kind)), {})
    told = [
        f"{each.replace('_', ' ')} {show(facts[each].value)}"
        for each in BESIDE.get(condition.spec.name, ())
        if each in facts and not facts[each].unknown
    ]
    return f" ({', '.join(told)})" if told else ""


def _asked_for(condition: Condition) -> str:
    """What a demand that is not met wanted instead; of lists only what would do."""
    if isinstance(condition.argument, Listed):
        return f" (not {', '.join(condition.argument.passing)})"
    return f" ({MATCHERS[condition.word].says} {show(condition.argument, condition.spec)} is asked for)"


def expected(rule: Rule) -> str:
    """What the rule requires, in words: ``version at least 120``."""
    parts = [_asked(rule, each) for each in rule.require]
    return {"each": "", "any": "at least one: ", "none": "none with: "}[rule.of] + " and ".join(parts)


def _asked(rule: Rule, condition: Condition) -> str:
    said = f"{name(rule, condition)} {MATCHERS[condition.word].says} {show(condition.argument, condition.spec)}"
    demand = condition.demand
    if demand is None:
        return said
    of = f" of {', '.join(demand.products)}" if demand.products else ""
    return f"{said} [{demand.standing}{of}]"
