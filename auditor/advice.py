"""What would make a service work on a PC: tried, not guessed.

Each browser that could be had on the PC's system is put to the service's own demands; what
passes is a remedy. Where none passes, the same is tried with a present system.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache

from auditor.knowledge.browsers_on_systems import ENGINES, MODERN, Candidate, candidates
from auditor.knowledge.enrich import enriched
from auditor.model import Detected, Fact, Outcome, Subject, Value

Facts = Mapping[str, Fact]
Lacks = Sequence[tuple[str, str, str]]
"""What a browser fails of a service: (fact, word, what was seen)."""

NOTHING_KNOWN = "nothing that is known to run on this PC would meet this"


def what_would_help(
    system: Facts, browsers: Sequence[tuple[Facts, Lacks]], would: Callable[[Facts], Outcome], as_of: date
) -> str:
    """The remedies in words, the least change first; a sentence that says so where there is none.

    ``system`` and ``browsers`` are the facts of the PC, each browser's with what it fails; ``would``
    judges a browser's facts by the service's demands.
    """
    if allowed := _policies_in_the_way(browsers):
        return allowed
    family, name, version = (_text(system, fact) for fact in ("family", "name", "version"))
    if not family or (family == "windows" and not name):
        return "what would help is not known, because the operating system is not"
    found = [each for each in candidates(family, name, version, as_of) if would(_facts(each, family, as_of)) is Outcome.PASS]
    if not found:
        return _another_system(family, name or family, system, would, as_of)
    installed = {_text(facts, "product") for facts, _ in browsers}
    found.sort(key=lambda each: (each.product not in installed, list(ENGINES).index(each.product)))
    return "works after " + _remedies(found, installed, name or family, as_of)


def _text(facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return "" if fact is None or fact.unknown else str(fact.value)


def _policies_in_the_way(browsers: Sequence[tuple[Facts, Lacks]]) -> str:
    """Where all that a browser lacks was switched off on this PC, that is what to mend."""
    allowed = {
        f"{_text(facts, 'product')} is allowed what is {'; '.join(seen for _, _, seen in lacks)}"
        for facts, lacks in browsers
        if lacks and all(word == "supports" and "missing:" not in seen for _, word, seen in lacks)
    }
    return f"works after {', or '.join(sorted(allowed))}" if allowed else ""


@lru_cache(maxsize=256)
def _facts(candidate: Candidate, family: str, as_of: date) -> Facts:
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
        for fact in enriched(Detected(tuple(facts)), as_of, kinds=("html5",)).facts
        if fact.subject == subject
    }


def _remedies(found: Sequence[Candidate], installed: Collection[str], system: str, as_of: date) -> str:
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


def _another_system(family: str, name: str, system: Facts, would: Callable[[Facts], Outcome], as_of: date) -> str:
    modern = MODERN.get(family, "")
    newest = candidates(family, modern, "9999", as_of)
    works = [each for each in newest if would(_facts(each, family, as_of)) is Outcome.PASS]
    if not works or not modern:
        return NOTHING_KNOWN
    browsers = " or ".join(f"{each.product} {each.version}" for each in works)
    if all(each.last is None for each in candidates(family, name, _text(system, "version"), as_of)):
        return NOTHING_KNOWN
    return f"no browser that runs on {name} meets this; works after a move to {modern}, with {browsers}"
