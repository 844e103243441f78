"""The words of rules that are about what browsers can do and which of their releases they are.

Each function is a test of :mod:`auditor.matchers`, or says what of a fact decided it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from auditor.knowledge.baseline import baseline_known_until, months_before, widely_day
from auditor.model import Undecided


def _states(actual: Any, wanted: Any) -> dict[str, tuple[str, str]]:
    """Feature → (state, reason) of those that are wanted; a state may have its reason behind a colon."""
    texts = {feature: str(actual.get(feature, "unknown")) for feature in sorted(wanted)}
    return {feature: (text.partition(":")[0], text.partition(":")[2].strip()) for feature, text in texts.items()}


MOST_NAMED = 8
"""How many features are named of each state; more are counted."""

_STATE_SAID = {"unknown": "not known of", "partial": "only partly:"}


def supports(actual: Any, wanted: Any, _: date) -> bool | Undecided:
    """Whether a verdict has every wanted feature; undecided where one is partial or not known and none is lacking."""
    states = _states(actual, wanted)
    if any(state in ("missing", "switched off") for state, _why_not in states.values()):
        return False
    unknown = {feature: found for feature, found in states.items() if found[0] != "supported"}
    return Undecided("; ".join(_grouped(unknown))) if unknown else True


def supports_seen(actual: Any, wanted: Any, _: date) -> str:
    """What is lacking; what is there only where nothing is lacking."""
    states = _states(actual, wanted)
    lacking = {feature: found for feature, found in states.items() if found[0] in ("missing", "switched off")}
    return "; ".join(_grouped(lacking)) if lacking else f"all {len(states)} supported"


def _grouped(states: Mapping[str, tuple[str, str]]) -> list[str]:
    """``missing: fetch (from 42 on), css-grid, wasm (from 57 on)``: a line a state, at most eight features each."""
    lines: list[str] = []
    for state in dict.fromkeys(state for state, _ in states.values()):
        mine = [feature for feature, (each, _) in states.items() if each == state]
        by_reason: dict[str, list[str]] = {}
        for feature in mine[:MOST_NAMED]:
            by_reason.setdefault(states[feature][1], []).append(feature)
        named = ", ".join(", ".join(each) + (f" ({why})" if why else "") for why, each in by_reason.items())
        more = f" and {len(mine) - MOST_NAMED} more" if len(mine) > MOST_NAMED else ""
        lines.append(f"{_STATE_SAID.get(state, f'{state}:')} {named}{more}")
    return lines


STALE_RELEASES = 60
"""Days after which a table of releases no longer tells which the newest are."""


_IS_ESR = "is the extended support release, which this demand does not speak of"
_EXTENDED = {True: _IS_ESR, None: "may be the extended support release: its channel is not known"}


def newest(actual: Any, count: Any, as_of: date) -> bool | Undecided:
    """Whether a release is among the newest so many; undecided where the table is too old to tell, or of an ESR."""
    if actual["behind"] >= count:
        extended = _EXTENDED.get(actual.get("esr", False))
        return Undecided(f"{actual['release']} {extended}") if extended else False
    if (as_of - date.fromisoformat(actual["known_until"])).days > STALE_RELEASES:
        return Undecided(f"the releases known here are those of {actual['known_until']}: newer ones may be out")
    return True


def newest_or_esr(actual: Any, count: Any, as_of: date) -> bool | Undecided:
    """As :func:`newest`, and a line of extended support that is alive counts too."""
    return True if actual.get("esr") else newest(actual, count, as_of)


def newest_seen(actual: Any, count: Any, as_of: date) -> str:
    """Which release it is, how many are newer, and which the newest are."""
    newest = ", ".join(actual["newest"][:count])
    return f"{actual['release']} of {actual['date']}, {actual['behind']} behind; newest {count} on {as_of}: {newest}"


def within_months(actual: Any, months: Any, as_of: date) -> bool:
    """Whether a release came out in the last so many months."""
    return date.fromisoformat(actual["date"]) >= months_before(as_of, months)


def within_seen(actual: Any, months: Any, as_of: date) -> str:
    """Which release it is, and from which day on it would do."""
    return f"{actual['release']} of {actual['date']}; asked for: on or after {months_before(as_of, months)}"


def _baseline_day(wanted: Any, as_of: date) -> date:
    """The day up to which everything that became Baseline is asked for."""
    if isinstance(wanted, str):
        return as_of if wanted == "newly" else widely_day(as_of)
    return date(wanted, 12, 31) if isinstance(wanted, int) else wanted


def reaches(actual: Any, wanted: Any, as_of: date) -> bool | Undecided:
    """Whether a browser has everything that was Baseline on the wanted day."""
    try:
        until, asked = date.fromisoformat(str(actual)), _baseline_day(wanted, as_of)
        beyond = baseline_known_until() <= until < asked
        return Undecided(f"what became Baseline after {until} is not known here") if beyond else until >= asked
    except ValueError:
        return Undecided(f"{actual!r} is not a date")


def reaches_seen(actual: Any, wanted: Any, as_of: date) -> str:
    """Up to which day it has Baseline, and the day that is asked for."""
    return f"everything that was Baseline on {actual}; asked for: {_baseline_day(wanted, as_of)}"
