"""What would make a service work on a PC: tried, not guessed.

Each browser that could be had on the PC's system is put to the service's own demands; what
passes is a remedy. Where none passes, the same is tried with a present system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from auditor.knowledge import refreshed
from auditor.knowledge.browsers_on_systems import ENGINES, Candidate, candidates, is_known, modern
from auditor.knowledge.enrich import enriched
from auditor.knowledge.html5_verdicts import UNLESS_FORBIDDEN
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Detected, Fact, Outcome, Subject, Value

Facts = Mapping[str, Fact]
Lacks = Sequence[tuple[str, str, str]]
"""What a browser fails of a service: (fact, word, what was seen)."""

Judge = Callable[[Facts], Outcome]
"""Judges a browser's facts by the service's demands."""

NOTHING_KNOWN = "nothing that is known to run on this PC would meet this"
_OFF = "switched off"
_IF_IT_RUNS = ", if this release of the distribution still runs it"


def what_would_help(
    system: Facts,
    browsers: Sequence[tuple[Facts, Lacks]],
    would: Judge,
    as_of: date,
    fresh: Refreshed = refreshed.NONE,
) -> str:
    """The remedies in words, the least change first; a sentence that says so where there is none.

    ``system`` and ``browsers`` are the facts of the PC, each browser's with what it fails; ``would``
    judges a browser's facts by the service's demands; ``fresh`` is what was refreshed.
    """
    if allowed := _policies_in_the_way(browsers, would):
        return allowed
    family, name, version = (_text(system, fact) for fact in ("family", "name", "version"))
    if not is_known(family, name, version):
        return f"what would help is not known, because {'this' if family == 'chromeos' else 'the'} operating system is not"
    installed: dict[str, list[Facts]] = {}
    for facts, _ in browsers:
        installed.setdefault(_text(facts, "product"), []).append(facts)
    new = candidates(family, name, version, as_of, fresh)
    found = [each for each in new if _would(each, installed.get(each.product, []), family, would, as_of, fresh)]
    if not found:
        return _another_system(system, new, would, as_of, fresh)
    found.sort(key=lambda each: (each.product not in installed, list(ENGINES).index(each.product)))
    return f"works after {_remedies(found, installed, name or family, as_of)}{_IF_IT_RUNS * (family == 'linux')}"


def _text(facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return "" if fact is None or fact.unknown else str(fact.value)


def _states(facts: Facts, name: str) -> dict[str, Value]:
    fact = facts.get(name)
    return dict(fact.value) if fact and isinstance(fact.value, dict) else {}


def _with_verdict(facts: Facts, verdict: Mapping[str, Value]) -> Facts:
    return {**facts, "verdict": replace(facts["verdict"], value={**verdict})} if "verdict" in facts else facts


def _is_off(state: Value) -> bool:
    return str(state).partition(":")[0] == _OFF


def _policies_in_the_way(browsers: Sequence[tuple[Facts, Lacks]], would: Judge) -> str:
    """Where a browser would do if all were allowed that is switched off on this PC, that is what to mend."""
    allowed = {
        f"{_text(facts, 'product')} is allowed what is {'; '.join(seen for _, _, seen in lacks)}"
        for facts, lacks in browsers
        if lacks and all(word == "supports" for _, word, _ in lacks) and would(_allowed(facts)) is Outcome.PASS
    }
    return f"works after {', or '.join(sorted(allowed))}" if allowed else ""


def _allowed(facts: Facts) -> Facts:
    """The facts as they would be if nothing was switched off that its version has."""
    has, states = _states(facts, "derived"), _states(facts, "verdict")
    back = {
        name: "supported" if name in UNLESS_FORBIDDEN else has.get(name, "unknown")
        for name, state in states.items()
        if _is_off(state)
    }
    return _with_verdict(facts, {**states, **back})


def _would(
    candidate: Candidate, installed: Sequence[Facts], family: str, would: Judge, as_of: date, fresh: Refreshed
) -> bool:
    """Whether a browser would do once it is had; in one that is here, what is switched off stays so after an update."""
    new = _facts(candidate, family, as_of, fresh)
    later = [
        _with_verdict(new, _states(new, "verdict") | {name: state for name, state in of.items() if _is_off(state)})
        for of in (_states(facts, "verdict") for facts in installed)
    ]
    return any(would(each) is Outcome.PASS for each in later or [new])


@lru_cache(maxsize=256)
def _facts(candidate: Candidate, family: str, as_of: date, fresh: Refreshed) -> Facts:
    """What would be known of a browser once it is installed on a system of ``family``."""
    subject = Subject("html5", candidate.product)
    values: dict[str, Value] = {
        "product": candidate.product,
        "version": candidate.version,
        "channel": candidate.channel,
        "engine": ENGINES[candidate.product],
        "feature_policies": [],
    }
    facts = [Fact(subject, name, value, ()) for name, value in values.items()]
    facts.append(Fact(Subject("os", "system"), "family", family, ()))
    return {
        fact.name: fact
        for fact in enriched(Detected(tuple(facts)), as_of, kinds=("html5",), fresh=fresh).facts
        if fact.subject == subject
    }


def _remedies(found: Sequence[Candidate], installed: Mapping[str, object], system: str, as_of: date) -> str:
    """``updating chrome to 109 or installing edge 109 (the last for Windows 7, no longer mended)``."""
    by_remark: dict[str, list[str]] = {}
    for each in found:
        verb = "updating {} to {}" if each.product in installed else "installing {} {}"
        by_remark.setdefault(_remark(each, system, as_of), []).append(verb.format(each.product, each.version))
    return ", or ".join(" or ".join(verbs) + remark for remark, verbs in by_remark.items())


def _remark(candidate: Candidate, system: str, as_of: date) -> str:
    if candidate.last is None:
        return ""
    end = candidate.last.fixes_end
    mended = f"mended until {end}" if end and as_of <= end else "no longer mended"
    return f" (the last for {system}, {mended})"


def _another_system(system: Facts, here: Sequence[Candidate], would: Judge, as_of: date, fresh: Refreshed) -> str:
    """Where only a present system would do, that it would; nothing where this one is no older."""
    family, name = _text(system, "family"), _text(system, "name")
    move_to = modern(family, name, as_of)
    newest = candidates(family, move_to, "9999", as_of, fresh) if move_to else []
    works = [each for each in newest if would(_facts(each, family, as_of, fresh)) is Outcome.PASS]
    runs = {each.product: each.version for each in here}
    if not works or all(runs.get(each.product) == each.version for each in works):
        return NOTHING_KNOWN
    browsers = " or ".join(f"{each.product} {each.version}" for each in works)
    return f"no browser that runs on {name or family} meets this; works after a move to {move_to}, with {browsers}"
