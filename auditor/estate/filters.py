"""``site=Leeds*``, ``state=ready``, ``rule=baseline/firefox-too-old:fail``: which PCs are meant.

``*`` stands for any text, letters match in either case, and of several filters all must hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from auditor.errors import UsageError
from auditor.estate.result import STATES
from auditor.matchers import suggest
from auditor.model import Outcome

KEYS = {
    "site": "the site, or (no site)",
    "tag": "one of the PC's tags",
    "os": "the operating system as the report names it, its name without release, or its family",
    "device": "host name or id",
    "browser": "product, product with major version as the report groups it, or with its whole version",
    "state": f"one of {', '.join(STATES)}",
    "rule": "ID:OUTCOME, the PC's worst outcome for the rule: pass, fail, unknown, waived or not-applicable",
}
"""Every filter and what its value is compared with."""

NOT_APPLICABLE = "not-applicable"
_OUTCOMES = (*(outcome.value for outcome in Outcome), NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. ``outcome`` is set for ``rule`` only, whose ``pattern`` is of rule ids."""

    key: str
    pattern: str
    outcome: str = ""

    def accepts(self, *texts: str) -> bool:
        """Whether one of ``texts`` matches the pattern."""
        return any(fnmatchcase(text.casefold(), self.pattern) for text in texts)


def parse_filters(texts: Iterable[str], rule_ids: Collection[str]) -> tuple[Filter, ...]:
    """The filters that ``texts`` mean.

    :raises UsageError: no such filter, state, rule or outcome, with the nearest that there is.
    """
    return tuple(_parse(text, rule_ids) for text in texts)


def _parse(text: str, rule_ids: Collection[str]) -> Filter:
    key, _, value = (part.strip() for part in text.partition("="))
    if key not in KEYS:
        raise UsageError(f"filter {text!r}: unknown filter {key!r}{suggest(key, KEYS)}", "Write it as site=NAME.")
    if not value:
        raise UsageError(f"filter {text!r}: a value is missing", f"{key} is compared with {KEYS[key]}.")
    if key == "rule":
        return _of_rule(text, value, rule_ids)
    if key == "state":
        value = value.casefold().replace("-", " ")
        if not any(Filter(key, _pattern(value)).accepts(state) for state in STATES):
            raise UsageError(f"filter {text!r}: no state {value!r}{suggest(value, STATES)}")
    return Filter(key, _pattern(value))


def _of_rule(text: str, value: str, rule_ids: Collection[str]) -> Filter:
    name, colon, outcome = value.rpartition(":")
    if not colon:
        raise UsageError(f"filter {text!r}: the outcome is missing", f"rule is compared with {KEYS['rule']}.")
    if outcome not in _OUTCOMES:
        raise UsageError(f"filter {text!r}: no outcome {outcome!r}{suggest(outcome, _OUTCOMES)}")
    parsed = Filter("rule", _pattern(name), outcome)
    if not any(parsed.accepts(each) for each in rule_ids):
        raise UsageError(f"filter {text!r}: no rule {name!r}{suggest(name, rule_ids)}")
    return parsed


def _pattern(value: str) -> str:
    """``value`` for fnmatch, in which only ``*`` is special."""
    return value.casefold().replace("[", "[[]").replace("?", "[?]")
