"""``site=Leeds*``, ``state=ready``, ``rule=baseline/firefox-too-old:fail``: which PCs are meant.

``*`` stands for any text, letters match in either case, and of several filters all must hold. A value in double quotes
(``site="Leeds"``) is meant as it is: no ``*``, letter for letter, a quote in it doubled, and of operating systems the
name in the report alone. Written as one text, several filters are joined by `` and ``.
"""

from __future__ import annotations

import re
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
    """One condition. ``outcome`` is set for ``rule`` only, whose ``pattern`` is of rule ids.

    A ``literal`` one has no pattern but the text itself.
    """

    key: str
    pattern: str
    outcome: str = ""
    literal: bool = False

    def accepts(self, *texts: str) -> bool:
        """Whether one of ``texts`` matches the pattern."""
        if self.literal:
            return self.pattern in texts
        return any(fnmatchcase(text.casefold(), self.pattern) for text in texts)


_LITERAL = frozenset({"site", "tag", "os", "device", "browser"})
"""The filters whose values devices and lists made up, so that anything may stand in them."""
_QUOTED = re.compile(r'"((?:[^"]|"")+)"', re.DOTALL)
_NEXT = rf" and (?=(?:{'|'.join(KEYS)})=)"
_ONE = re.compile(rf'((?:{"|".join(KEYS)})=(?:"(?:[^"]|"")+"|.*?))(?:{_NEXT}|$)', re.DOTALL)


def exactly(key: str, value: str) -> str:
    """The filter for those whose ``key`` is ``value`` and nothing else, whatever stands in it."""
    return f'{key}="{value.replace(chr(34), chr(34) * 2)}"' if key in _LITERAL else f"{key}={value}"


def parted(where: str) -> tuple[str, ...]:
    """The filters that are joined by `` and ``; none in an empty text.

    :raises UsageError: it does not begin with a filter.
    """
    found, at = [], 0
    while at < len(where):
        one = _ONE.match(where, at)
        if one is None:
            raise UsageError(f"filter {where!r}: cannot be parted into filters", "Write it as site=NAME and state=STATE.")
        found.append(one.group(1))
        at = one.end()
    return tuple(found)


def parse_filters(texts: Iterable[str], rule_ids: Collection[str] | None) -> tuple[Filter, ...]:
    """The filters that ``texts`` mean; where the rules are not known (None), any rule may be named.

    :raises UsageError: no such filter, state, rule or outcome, with the nearest that there is.
    """
    return tuple(_parse(text, rule_ids) for text in texts)


def _parse(text: str, rule_ids: Collection[str] | None) -> Filter:
    key, _, value = (part.strip() for part in text.partition("="))
    if key not in KEYS:
        raise UsageError(f"filter {text!r}: unknown filter {key!r}{suggest(key, KEYS)}", "Write it as site=NAME.")
    if not value:
        raise UsageError(f"filter {text!r}: a value is missing", f"{key} is compared with {KEYS[key]}.")
    if key in _LITERAL and (quoted := _QUOTED.fullmatch(value)):
        return Filter(key, quoted.group(1).replace('""', '"'), literal=True)
    if key == "rule":
        return _of_rule(text, value, rule_ids)
    if key == "state":
        value = value.casefold().replace("-", " ")
        if not any(Filter(key, _pattern(value)).accepts(state) for state in STATES):
            raise UsageError(f"filter {text!r}: no state {value!r}{suggest(value, STATES)}")
    return Filter(key, _pattern(value))


def _of_rule(text: str, value: str, rule_ids: Collection[str] | None) -> Filter:
    name, colon, outcome = value.rpartition(":")
    if not colon:
        raise UsageError(f"filter {text!r}: the outcome is missing", f"rule is compared with {KEYS['rule']}.")
    if outcome not in _OUTCOMES:
        raise UsageError(f"filter {text!r}: no outcome {outcome!r}{suggest(outcome, _OUTCOMES)}")
    parsed = Filter("rule", _pattern(name), outcome)
    if rule_ids is not None and not any(parsed.accepts(each) for each in rule_ids):
        raise UsageError(f"filter {text!r}: no rule {name!r}{suggest(name, rule_ids)}")
    return parsed


def _pattern(value: str) -> str:
    """``value`` for fnmatch, in which only ``*`` is special."""
    return value.casefold().replace("[", "[[]").replace("?", "[?]")
