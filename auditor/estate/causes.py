"""Why a PC has another state than before, from what is known of it on both sides.

Three views of a PC are held against each other: as it was, judged for the first day (``was``); the very same things,
judged for the second day by the second side's rules and waivers (``would``); and as it is (``now``). What is different
between the first two no change of the PC can have caused; what is different between the last two, nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from auditor.estate.comparison import Cause, Move
from auditor.estate.sections import kinds_of
from auditor.estate.tables import KINDS
from auditor.model import Device, Outcome, Severity
from auditor.rule_file import Rule
from auditor.waivers import Waiver, covers

OF_KIND: Mapping[str, str] = {
    "browser": "browsers changed",
    "os": "operating system changed",
    "office": "office changed",
    "hardware": "hardware changed",
}
"""Kind of thing → the cause that it is when those of a PC are others; all other kinds are *other things changed*."""
OTHER = "other things changed"

SUPPORT = frozenset({"supported", "support_state", "support_ends"})
"""The facts of an operating system that tell whether it is supported."""

Outcomes = Mapping[str, Outcome]
_BUNDLES = struct.Struct(f"{len(KINDS)}q")


class Look(NamedTuple):
    """What one side knows of a PC, besides what its rules say; ``packed`` is of its bundles, which are many PCs' own."""

    state: str
    hostname: str
    site: str
    tags: tuple[str, ...]
    os: str
    browsers: tuple[str, ...]
    office: tuple[str, ...]
    packed: bytes

    @property
    def bundles(self) -> tuple[int, ...]:
        """The bundle of each kind, in the order of KINDS."""
        return _BUNDLES.unpack(self.packed)


def pack(bundles: Sequence[int]) -> bytes:
    """The bundles of a PC as :class:`Look` keeps them; what a row does not tell is nothing."""
    return _BUNDLES.pack(*(bundles or (0,) * len(KINDS)))


class Basis(NamedTuple):
    """By what one side was judged: rules by id, waivers, and the day.

    ``ended`` are the operating systems of which support ended between the other side's day and this one's, as rows name
    them, with the last ISO day of support.
    """

    rules: Mapping[str, Rule]
    waivers: Sequence[Waiver]
    day: date
    ended: Mapping[str, str] = MappingProxyType({})


class Found(NamedTuple):
    """A cause, and for each kind of thing that takes part in it the kind: what is different is put into words later."""

    cause: Cause
    kinds: tuple[str, ...] = ()


_GRAVE = {Outcome.WAIVED: 1, Outcome.UNKNOWN: 2, Outcome.FAIL: 3}
_GRAVE_HIGH = {Outcome.WAIVED: 1, Outcome.UNKNOWN: 4, Outcome.FAIL: 5}


def causes(
    id_: str, was: Look, now: Look, said: tuple[Outcomes, Outcomes, Outcomes], by: tuple[Basis, Basis]
) -> list[Found]:
    """Why a PC that is on both sides has another state; ``said`` are the outcomes of the three views, in their order."""
    if now.state == "stale":
        return [Found(Cause("not heard of any more"))]
    if was.state == "stale":
        return [Found(Cause("heard again"))]
    found: dict[tuple[str, str], tuple[list[Move], tuple[str, ...]]] = {}

    def add(kind: str, what: str, move: Move, kinds: tuple[str, ...] = ()) -> None:
        moves, _ = found.setdefault((kind, what), ([], kinds))
        moves.append(move)

    for rule in _telling(said[0], said[2], by):
        a, m, b = (each.get(rule) for each in said)
        move = Move(rule, a, b)
        if a != m or (a == b and _severity(by[0], rule) != _severity(by[1], rule)):
            add(*_not_of_the_pc(rule, a, m, _device(id_, was), was.os, by), move)
        if m != b:
            for kind, kinds in _of_the_pc(by[1].rules.get(rule), was, now):
                add(kind, "", move, kinds)
    if not found:
        return [Found(Cause("not found"))]
    return [Found(Cause(kind, what, tuple(moves)), kinds) for (kind, what), (moves, kinds) in found.items()]


def _device(id_: str, look: Look) -> Device:
    return Device(id_, look.hostname, "", look.site, look.tags)


def _severity(by: Basis, rule: str) -> Severity:
    """How much a rule matters; a rule that is not there does not."""
    found = by.rules.get(rule)
    return found.severity if found else Severity.INFO


def _telling(first: Outcomes, last: Outcomes, by: tuple[Basis, Basis]) -> list[str]:
    """The rules that made the state another, by how :func:`auditor.evaluate.readiness` decides.

    The gravest outcome of a PC decides its state. Where it is graver than before, the rules with that outcome did it, of
    which none had it before; where it is less grave, those that had the one before, of which none has it now.
    """
    order = dict.fromkeys((*by[0].rules, *by[1].rules))
    before, after = ({rule: _grave(of, basis, rule) for rule in order} for of, basis in zip((first, last), by, strict=True))
    was, now = (max(of.values(), default=0) for of in (before, after))
    if was != now:
        return [rule for rule in order if (after[rule] == now if now > was else before[rule] == was)]
    # a PC of which no rule says anything is unknown: then what passes is what is different
    graver = [rule for rule in order if max(_severity(each, rule) for each in by) > Severity.INFO]
    return [rule for rule in graver if first.get(rule) != last.get(rule)]


def _grave(outcomes: Outcomes, by: Basis, rule: str) -> int:
    """How much an outcome decides: a failure of high severity most, then what is unknown of it, then those of less."""
    severity, outcome = _severity(by, rule), outcomes.get(rule)
    if outcome is None or severity == Severity.INFO:
        return 0
    return (_GRAVE_HIGH if severity >= Severity.HIGH else _GRAVE).get(outcome, 0)


def _not_of_the_pc(
    rule: str, was: Outcome | None, would: Outcome | None, device: Device, system: str, by: tuple[Basis, Basis]
) -> tuple[str, str]:
    """(cause, in words): why a rule says something else of the same things on the second side."""
    old, new = by[0].rules.get(rule), by[1].rules.get(rule)
    if (was, would) == (Outcome.FAIL, Outcome.WAIVED):
        return "waiver began", _waiver(rule, device, by[1])
    if (was, would) == (Outcome.WAIVED, Outcome.FAIL):
        return "waiver ended", _waiver(rule, device, by[0])
    if old is None or new is None:
        return ("rule removed" if new is None else "rule added"), ""
    if not same_rule(old, new):
        return "rule changed", told_change(old, new)
    if would is Outcome.UNKNOWN:
        return "reference data aged", ""
    return "time passed", _in_time(new, system, by)


def _in_time(rule: Rule, system: str, by: tuple[Basis, Basis]) -> str:
    """What happened between the two days, as far as it is known."""
    if rule.since and by[0].day < rule.since <= by[1].day:
        return f"a rule applies from {rule.since} on"
    asks = any(each.spec.kind == "os" and each.spec.name in SUPPORT for each in rule.require)
    ended = by[1].ended.get(system) if asks else None
    return f"support of {system} ended {ended}" if ended else ""


def _waiver(rule: str, device: Device, by: Basis) -> str:
    """The first waiver of a rule that covers the PC on a day, in words."""
    fitting = (each for each in by.waivers if each.rule == rule and by.day <= each.expires and covers(each, device))
    found = next(fitting, None)
    return f"by {found.approver}, until {found.expires}" if found else ""


def _of_the_pc(rule: Rule | None, was: Look, now: Look) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(cause, kinds of things): what of a PC is different, of what the rule looks at."""
    others = [kind for kind, old, new in zip(KINDS, was.bundles, now.bundles, strict=True) if old != new]
    looked_at = kinds_of(rule) if rule else frozenset()
    kinds = [kind for kind in others if kind in looked_at]
    if "browser" in kinds and "html5" in kinds:
        kinds.remove("html5")  # what a browser can do follows it
    if kinds:
        for name in dict.fromkeys(OF_KIND.get(kind, OTHER) for kind in kinds):
            yield name, tuple(kind for kind in kinds if OF_KIND.get(kind, OTHER) == name)
    elif (was.hostname, was.site, was.tags) != (now.hostname, now.site, now.tags):
        yield "name, site or tags changed", ("name",)
    else:
        yield "not found", ()


def same_rule(old: Rule, new: Rule) -> bool:
    """Whether two rules of one id judge alike: where they stand, and how they are worded, makes no difference."""
    return _judges(old) == _judges(new)


def _judges(rule: Rule) -> tuple[object, ...]:
    asked = (*rule.when, *rule.require)
    conditions = tuple((each.spec, each.word, each.argument, each.demand.products if each.demand else ()) for each in asked)
    return rule.severity, rule.kind, rule.of, len(rule.when), conditions, rule.since, rule.stale, bool(rule.demands)


def told_change(old: Rule, new: Rule) -> str:
    """What is different between two rules of one id, in words."""
    parts = []
    if old.severity != new.severity:
        parts.append(f"severity {old.severity.name.lower()} → {new.severity.name.lower()}")
    if old.since != new.since:
        parts.append(f"from {old.since or 'ever'} → {new.since or 'ever'}")
    if _judges(old._replace(severity=new.severity, since=new.since)) != _judges(new):
        parts.append("asks for something else")
    return ", ".join(parts)
