"""The words a rule may use, and how each compares a fact with what the rule says.

``MATCHERS`` is the whole list. A word takes one argument, already checked and turned
into its Python form by :func:`prepare` when the rule was loaded, and answers True,
False, or :class:`Undecided` with the reason: two versions that cannot be ordered are
not a failure and not a pass.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from auditor import browser_words
from auditor.errors import suggest as suggest
from auditor.model import FactSpec
from auditor.model import Undecided as Undecided
from auditor.versions import NotComparable, compare, parse

SIZE_UNITS: dict[str, int] = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
"""Units of memory and disk sizes; powers of 1024, as the systems themselves show them."""

AS_OF = "as-of"
"""Stands for the date the report is about, wherever a rule takes a date."""

_SIZE = re.compile(r"^([0-9]{1,9})(?:\.([0-9]{1,3}))? ?([A-Za-z]{1,12})$")


class Listed(NamedTuple):
    """What ``listed`` is given: patterns that pass or fail, one member of a list being enough. On neither: ``otherwise``."""

    passing: tuple[str, ...]
    failing: tuple[str, ...]
    otherwise: str = ""

    def __str__(self) -> str:
        return f"{', '.join(self.passing)} (but not {', '.join(self.failing)})"


class BadArgumentError(ValueError):
    """What a rule gives a word does not fit the fact; the message says what would."""


Test = Callable[[Any, Any, date], "bool | Undecided"]
Seen = Callable[[Any, Any, date], str]


class Matcher(NamedTuple):
    """One word: its test, the types of fact it goes with, and the argument it takes.

    ``argument`` is "one" (a value of the fact's type), "many" (a list of them),
    "member" (one text), "members" (a list of texts), "lists" (:class:`Listed`), "yes-no",
    "count" (a small number) or "baseline" (a year, a date, *widely* or *newly*). ``seen``
    says what of the fact decided, where the whole fact would be too much to show.
    """

    test: Test
    types: frozenset[str]
    argument: str
    says: str
    seen: Seen | None = None


def _equals(actual: Any, wanted: Any, _: date) -> bool | Undecided:
    if isinstance(wanted, VersionText):
        order = compare(str(actual), wanted)
        return Undecided(_why(order)) if isinstance(order, NotComparable) else order == 0
    if isinstance(actual, str) and isinstance(wanted, str):
        return actual.casefold() == wanted.casefold()
    return bool(actual == wanted)


def _one_of(actual: Any, wanted: Any, as_of: date) -> bool | Undecided:
    answers = [_equals(actual, each, as_of) for each in wanted]
    if True in answers:
        return True
    return next((answer for answer in answers if isinstance(answer, Undecided)), False)


def _not(test: Test) -> Test:
    def negated(actual: Any, wanted: Any, as_of: date) -> bool | Undecided:
        answer = test(actual, wanted, as_of)
        return answer if isinstance(answer, Undecided) else not answer

    return negated


def _ordered(holds: Callable[[int], bool]) -> Test:
    def ordered(actual: Any, wanted: Any, _: date) -> bool | Undecided:
        if isinstance(wanted, VersionText):
            order = compare(str(actual), wanted)
            return Undecided(_why(order)) if isinstance(order, NotComparable) else holds(order)
        return holds((actual > wanted) - (actual < wanted))

    return ordered


def _matches(actual: Any, pattern: Any, _: date) -> bool:
    return fnmatch.fnmatchcase(str(actual).casefold(), pattern.casefold())


def _listed(actual: Any, wanted: Listed, as_of: date) -> bool | Undecided:
    each = actual if isinstance(actual, list) else [actual]
    if any(_matches(one, pattern, as_of) for one in each for pattern in wanted.failing):
        return False
    if any(_matches(one, pattern, as_of) for one in each for pattern in wanted.passing):
        return True
    said = "none of its words is on either" if isinstance(actual, list) else f"{actual} is on neither"
    return Undecided(f"{said} list of this rule{wanted.otherwise and ': '}{wanted.otherwise}")


def _contains(actual: Any, wanted: Any, _: date) -> bool:
    return wanted.casefold() in {str(each).casefold() for each in actual}


def _before(actual: Any, wanted: Any, as_of: date) -> bool | Undecided:
    try:
        return date.fromisoformat(str(actual)) < (as_of if wanted == AS_OF else wanted)
    except ValueError:
        return Undecided(f"{actual!r} is not a date")


_ORDERED = frozenset({"version", "whole", "size"})
_SIMPLE = frozenset({"text", "version", "whole", "size", "yes-no"})
_DATES = frozenset({"date"})
_RELEASES = frozenset({"release"})

MATCHERS: Mapping[str, Matcher] = {
    "equals": Matcher(_equals, _SIMPLE, "one", "is"),
    "not_equals": Matcher(_not(_equals), _SIMPLE, "one", "is not"),
    "one_of": Matcher(_one_of, _SIMPLE, "many", "is one of"),
    "none_of": Matcher(_not(_one_of), _SIMPLE, "many", "is none of"),
    "at_least": Matcher(_ordered(lambda order: order >= 0), _ORDERED, "one", "at least"),
    "at_most": Matcher(_ordered(lambda order: order <= 0), _ORDERED, "one", "at most"),
    "below": Matcher(_ordered(lambda order: order < 0), _ORDERED, "one", "below"),
    "matches": Matcher(_matches, frozenset({"text", "version"}), "member", "matches"),
    "listed": Matcher(_listed, frozenset({"text", "whole", "list"}), "lists", "is one of"),
    "contains": Matcher(_contains, frozenset({"list"}), "member", "contains"),
    "lacks": Matcher(_not(_contains), frozenset({"list"}), "member", "does not contain"),
    "empty": Matcher(lambda actual, wanted, _: (not actual) is wanted, frozenset({"list"}), "yes-no", "is empty:"),
    "supports": Matcher(browser_words.supports, frozenset({"features"}), "members", "supports", browser_words.supports_seen),
    "newest": Matcher(browser_words.newest, _RELEASES, "count", "among the newest", browser_words.newest_seen),
    "newest_or_esr": Matcher(
        browser_words.newest_or_esr, _RELEASES, "count", "extended support or among the newest", browser_words.newest_seen
    ),
    "within_months": Matcher(
        browser_words.within_months, _RELEASES, "count", "of the last months:", browser_words.within_seen
    ),
    "reaches": Matcher(browser_words.reaches, _DATES, "baseline", "reaches Baseline", browser_words.reaches_seen),
    "before": Matcher(_before, _DATES, "one", "before"),
    "after": Matcher(_not(_before), _DATES, "one", "on or after"),
}


class VersionText(str):
    """A version in a rule; its type says that it is compared as one."""

    __slots__ = ()


def prepare(word: str, argument: Any, spec: FactSpec) -> Any:
    """The argument of ``word`` for the fact ``spec``, in its Python form.

    :raises BadArgumentError: it does not fit, with what would.
    """
    shape = MATCHERS[word].argument
    if shape == "lists":
        return _lists(word, argument)
    if shape == "yes-no":
        return _yes_no(argument, spec)
    if shape in ("count", "baseline"):
        return (_count if shape == "count" else _baseline)(word, argument)
    if shape in ("many", "members"):
        if not isinstance(argument, list) or not argument:
            raise BadArgumentError(f"{word} takes a list, for example [a, b]")
        one = _word if shape == "members" else _of_type
        return tuple(one(each, spec) for each in argument)
    if isinstance(argument, list | dict):
        hint = ", a list goes with one_of" if isinstance(argument, list) else ""
        raise BadArgumentError(f"{word} takes one value{hint}")
    if word == "matches":  # a pattern, not one of the fact's own words
        return _text(argument, spec)
    return _word(argument, spec) if shape == "member" else _of_type(argument, spec)


def _text(argument: Any, spec: FactSpec) -> str:
    if not isinstance(argument, str):
        raise BadArgumentError(f"{argument!r} must be text: put it in quotation marks")
    return argument


def _count(word: str, argument: Any) -> int:
    if not isinstance(argument, int) or isinstance(argument, bool) or not 1 <= argument <= 60:
        raise BadArgumentError(f"{word} takes a whole number from 1 to 60")
    return argument


def _baseline(word: str, argument: Any) -> Any:
    year = isinstance(argument, int) and not isinstance(argument, bool) and 2015 <= argument <= 2100
    if year or argument in ("widely", "newly") or isinstance(argument, date):
        return argument
    raise BadArgumentError(f"{word} takes a year such as 2023, a date, widely or newly, not {argument!r}")


def _lists(word: str, argument: Any) -> Listed:
    """Two lists of text, ``*`` allowed: what is on neither is unknown to the rule, not good and not bad."""
    lists: list[Any] = [argument.get(key) for key in ("pass", "fail")] if isinstance(argument, dict) else []
    stray = not lists or argument.keys() - {"pass", "fail", "otherwise"}
    if stray or not all(isinstance(each, list) and each for each in lists):
        raise BadArgumentError(f"{word} takes two lists, {{pass: [a, b], fail: [c]}}")
    if not all(isinstance(text, str) for each in lists for text in each):
        raise BadArgumentError(f"{word} takes lists of text: put numbers in quotation marks")
    otherwise = argument.get("otherwise", "")
    if not isinstance(otherwise, str) or ("otherwise" in argument and not otherwise.strip()):
        raise BadArgumentError(f"{word}: otherwise is a text that says why what is on neither list is unknown")
    return Listed(tuple(lists[0]), tuple(lists[1]), otherwise.strip())


def _of_type(argument: Any, spec: FactSpec) -> Any:
    return _TYPES[spec.type](argument, spec)


def _version(argument: Any, spec: FactSpec) -> VersionText:
    if not isinstance(argument, str):
        raise BadArgumentError(f'a version must be in quotation marks: "{argument}" (without them 138.10 is read as 138.1)')
    if isinstance(bad := parse(argument), NotComparable):
        raise BadArgumentError(f"{argument!r} cannot be compared as a version: {bad.reason}")
    return VersionText(argument)


def _whole(argument: Any, spec: FactSpec) -> int:
    if not isinstance(argument, int) or isinstance(argument, bool):
        raise BadArgumentError(f"{argument!r} must be a whole number")
    return argument


def _size(argument: Any, spec: FactSpec) -> int:
    match = _SIZE.match(argument) if isinstance(argument, str) else None
    if not match:
        raise BadArgumentError(f'{argument!r} must be a size with its unit, such as "8 GB"')
    whole, fraction, unit = match.groups()
    if unit.upper() not in SIZE_UNITS:
        raise BadArgumentError(f"unknown unit {unit!r} in {argument!r}: one of {', '.join(SIZE_UNITS)}")
    scale = SIZE_UNITS[unit.upper()]
    return int(whole) * scale + (int(fraction) * scale // 10 ** len(fraction) if fraction else 0)


def _yes_no(argument: Any, spec: FactSpec) -> bool:
    if not isinstance(argument, bool):
        raise BadArgumentError(f"{argument!r} must be true or false")
    return argument


def _date(argument: Any, spec: FactSpec) -> date | str:
    if argument == AS_OF:
        return AS_OF
    if isinstance(argument, date):
        return argument
    raise BadArgumentError(f"{argument!r} must be a date such as 2026-11-24, or {AS_OF}")


def _word(argument: Any, spec: FactSpec) -> str:
    text = _text(argument, spec)
    if not spec.words:
        return text
    for word in spec.words:
        if word.casefold() == text.casefold():
            return word
    raise BadArgumentError(f"{spec.kind}.{spec.name} is never {text!r}{suggest(text, spec.words)}")


_TYPES: Mapping[str, Callable[[Any, FactSpec], Any]] = {
    "text": _word,
    "version": _version,
    "whole": _whole,
    "size": _size,
    "yes-no": _yes_no,
    "date": _date,
}


def show(value: Any, spec: FactSpec | None = None) -> str:
    """A fact's value, or a rule's argument, as a person reads it: sizes with a unit, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and spec is not None and spec.type == "size":
        return size_text(value)
    if isinstance(value, Listed):
        return str(value)
    if isinstance(value, list | tuple):
        return ", ".join(show(each, spec) for each in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {show(each)}" for name, each in sorted(value.items())) or "none"
    return str(value)


def size_text(size: int) -> str:
    """A number of bytes in the largest unit that gives at least 1, to one decimal place."""
    unit = next((name for name, scale in reversed(SIZE_UNITS.items()) if size >= scale), "B")
    tenths = size * 10 // SIZE_UNITS[unit]
    return f"{tenths // 10}.{tenths % 10} {unit}" if tenths % 10 else f"{tenths // 10} {unit}"


def _why(verdict: NotComparable) -> str:
    return f"{verdict.text!r} cannot be compared: {verdict.reason}"
