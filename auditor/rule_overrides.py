"""What a pack changes of the rules that it takes from another: severity, first day, arguments, or switched off.

::

    extends: baseline
    overrides:
      baseline/firefox-too-old:
        severity: medium
        require: {version: {at_least: "128"}}
        examples: {pass: [{product: firefox, version: "128.1"}], fail: [{product: firefox, version: "127.0"}]}
      baseline/memory: {off: Our thin clients have little, and need no more.}

A change of what is required needs examples of its own: those of the rule tell of the old argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from auditor.matchers import MATCHERS, show, suggest
from auditor.model import Severity
from auditor.rule_fields import SEVERITIES
from auditor.rule_file import Condition, Rule, RuleReader

FIELDS = ("severity", "from", "require", "examples", "off")
"""What may be changed of a rule."""


class Overridden(NamedTuple):
    """The rules as they are judged by, and in words what was changed: (rule id, what)."""

    rules: tuple[Rule, ...]
    changes: tuple[tuple[str, str], ...]


def override(rules: Sequence[Rule], pack: str, data: Any, reader: RuleReader) -> Overridden:
    """``rules`` with what ``data`` (the field ``overrides`` of the pack's file) changes, as rules of ``pack``.

    Mistakes are noted in ``reader``, which has that file's path and lines.
    """
    by_id = {rule.id: rule for rule in rules}
    if not isinstance(data, dict):
        reader.wrong(("overrides",), "must be a map of rules and what to change of them", _EXAMPLE)
        data = {}
    for name in sorted(data.keys() - by_id.keys()):
        reader.wrong(("overrides", name), f"no such rule in what this pack extends{suggest(name, by_id)}", _EXAMPLE)
    kept: list[Rule] = []
    changes: list[tuple[str, str]] = []
    for rule in rules:
        wanted = data.get(rule.id, {})
        at = ("overrides", rule.id)
        if not isinstance(wanted, dict) or (rule.id in data and not wanted):
            reader.wrong(at, f"must be a map with {', '.join(FIELDS)}", _EXAMPLE)
            wanted = {}
        for key in sorted(wanted.keys() - set(FIELDS)):
            reader.wrong((*at, key), f"cannot be changed{suggest(key, FIELDS)}", _EXAMPLE)
        if "off" in wanted:
            changes.append((rule.id, f"off: {_reason(wanted, at, reader)}"))
            continue
        changed, said = _changed(rule, wanted, at, reader)
        kept.append(changed._replace(pack=pack, changed=said))
        changes += [(rule.id, text) for text in said]
    return Overridden(tuple(kept), tuple(changes))


_EXAMPLE = "Write it as overrides: {baseline/memory: {severity: low}}, or {baseline/memory: {off: why}}."


def _reason(wanted: Mapping[str, Any], at: tuple[str, ...], reader: RuleReader) -> str:
    reason = wanted["off"]
    if not isinstance(reason, str) or not reason.strip():
        reader.wrong((*at, "off"), "must be text: the reason, for whoever reads the report", _EXAMPLE)
        return ""
    if len(wanted) > 1:
        reader.wrong(at, "a rule that is off has nothing else to change", "Leave off or the other fields out.")
    return reason.strip()


def _changed(rule: Rule, wanted: dict[str, Any], at: tuple[str, ...], reader: RuleReader) -> tuple[Rule, tuple[str, ...]]:
    said: list[str] = []
    new = rule
    if severity := reader.choice(wanted, "severity", SEVERITIES, at):
        new = new._replace(severity=Severity[severity.upper()])
        said.append(f"severity {rule.severity.name.lower()} → {severity}")
    if since := reader.since(wanted, at):
        new = new._replace(since=since)
        said.append(f"from {rule.since or 'any date'} → {since}")
    if "require" in wanted:
        new, told = _required(new, wanted, at, reader)
        said += told
    elif "examples" in wanted:
        reader.wrong((*at, "examples"), "are changed only together with require", _EXAMPLE)
    return new, tuple(said)


def _required(rule: Rule, wanted: dict[str, Any], at: tuple[str, ...], reader: RuleReader) -> tuple[Rule, list[str]]:
    if rule.demands:
        reader.wrong((*at, "require"), "the demands of a service cannot be changed", "Turn it off and write your own.")
        return rule, []
    if "examples" not in wanted:
        reader.wrong((*at, "examples"), "missing: what is required has changed, so the rule's own examples no longer tell")
    said = []
    required = list(rule.require)
    for each in reader.conditions(wanted, "require", rule.kind, at):
        places = [number for number, old in enumerate(required) if (old.spec, old.word) == (each.spec, each.word)]
        if not places:
            asked = ", ".join(f"{old.spec.name}.{old.word}" for old in rule.require)
            reader.wrong((*at, "require", each.spec.name), f"{rule.id} does not ask for {each.spec.name}.{each.word}",
                         f"It asks for {asked}; for anything else turn it off and write a rule of your own.")  # fmt: skip
        for number in places:
            said.append(f"{_said(required[number])} → {show(each.argument, each.spec)}")
            required[number] = each
    return rule._replace(require=tuple(required), examples=reader.examples(wanted.get("examples"), rule.kind, at)), said


def _said(condition: Condition) -> str:
    return f"{condition.spec.name} {MATCHERS[condition.word].says} {show(condition.argument, condition.spec)}"
