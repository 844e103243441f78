"""What every format says in words: titles, states, and how many of how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.estate.result import STATES, DeviceRow, Estate, Tally
from auditor.evaluate import READINESS
from auditor.model import Finding, Gap, Outcome
from auditor.rules import Pack

STATE_WORDS: Mapping[str, str] = {
    **READINESS,
    "stale": "not heard of for longer than this report allows",
}
"""Each state of a PC and what it means, for the report's own glossary."""

STATE_TITLES: Mapping[str, str] = {
    "ready": "Ready",
    "waived": "Ready by waiver",
    "at risk": "At risk",
    "not ready": "Not ready",
    "unknown": "Unknown",
    "stale": "Stale",
}


EXPECT = "auditor estate expect FILE"
"""The command that gives a list of the PCs that are expected."""
MISSING = "auditor estate missing"
"""The command that lists all PCs that were never heard; with ``--unexpected`` those that are not on the list."""


def share(part: int, whole: int) -> str:
    """``part`` of ``whole`` in per cent with one decimal place; a dash where there is no base."""
    if not whole:
        return "–"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def sentence(estate: Estate) -> str:
    """The report in one sentence, with its base."""
    total = estate.total.total
    ready = estate.total.of("ready") + estate.total.of("waived")
    waived = f", {estate.total.of('waived'):,} of them by waiver" if estate.total.of("waived") else ""
    others = ", ".join(f"{estate.total.of(state):,} {state}" for state in ("not ready", "at risk", "unknown"))
    return (
        f"{ready:,} of {_whose(estate, total)} ready ({share(ready, total)}){waived}; {others}, "
        f"{estate.total.of('stale'):,} not heard of in {estate.stale_days} days. {blocked(estate)}"
        f"{number(len(estate.quarantined), 'file')} handed in could not be taken in."
    )


def _whose(estate: Estate, total: int) -> str:
    """The PCs that a report is about: those that were heard of, where a list says that there are others."""
    return f"the {number(total, 'PC')} that handed something in" if estate.coverage else number(total, "PC")


def coverage(estate: Estate) -> str:
    """Of how many expected PCs this report knows anything, and what that leaves open; or that no list says who is."""
    of = estate.coverage
    if of is None:
        return (
            "How many PCs there should be is not known, so shares are of those that handed something in: give a list of "
            f"them with {EXPECT}."
        )
    elsewhere = f", {of.elsewhere:,} heard from at other sites" if of.elsewhere else ""
    unexpected = (
        f" {number(of.unexpected, 'PC')} that handed something in {'is' if of.unexpected == 1 else 'are'} not on it."
    )
    return (
        f"Expected {covered(estate)}: {number(of.expected, 'PC')} by the list {', '.join(of.sources)} "
        f"({number(of.size, 'PC')} in all). Heard of {of.heard:,} ({share(of.heard, of.expected)} of the expected), "
        f"{of.stale:,} not in {estate.stale_days} days, {of.never:,} never{elsewhere}.{unexpected} {possible(estate)}"
    ).rstrip()


def covered(estate: Estate) -> str:
    """What the coverage is about: the whole estate, or some sites of it."""
    of = estate.coverage
    return f"with {' and '.join(of.filters)}" if of and of.filters else "in the whole estate"


def possible(estate: Estate) -> str:
    """Between what the share of ready PCs among the expected ones lies; empty where all were heard, or it is not counted."""
    of = estate.coverage
    if of is None or not of.unseen:
        return ""
    if of.ready is None:
        return "This report leaves some of them out, so it does not say how many of the expected PCs are ready."
    most = of.ready + of.unseen
    return (
        f"Of the {of.expected:,} expected, between {of.ready:,} ({share(of.ready, of.expected)}) and {most:,} "
        f"({share(most, of.expected)}) are ready: none or all of the {of.unseen:,} of which nothing recent is known."
    )


def trend(estate: Estate) -> str:
    """What the figures of the trend are about."""
    return (
        "The same choice of PCs at the ends of months, each as its newest snapshot until then showed it: judged by the "
        "rules and reference data of today for that day, so support that ended later had not ended then. "
        "Expected is who is on the list of today."
    )


def blocked(estate: Estate) -> str:
    """A sentence on the PCs that a supplier's certification blocks, with a space behind it; empty where there are none."""
    verb = "is" if estate.blocked == 1 else "are"
    said = f"{number(estate.blocked, 'PC')} {verb} blocked by a supplier's certification and waived for that until a date. "
    return said if estate.blocked else ""


def number(count: int, noun: str) -> str:
    """``1 PC``, ``1,200 PCs``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def base(estate: Estate) -> str:
    """Which PCs the figures are about, and by what they were judged."""
    packs = ", ".join(f"{pack.id} {pack.version} ({pack.digest[:12]}{_extends(pack)})" for pack in estate.packs.values())
    size = number(estate.total.total, "PC")
    chosen = f" Only those with {' and '.join(estate.filters)}: {size}." if estate.filters else ""
    heard = f"Snapshots of {number(estate.heard, 'PC')}."
    verb = "is" if estate.later == 1 else "are"
    later = f" {number(estate.later, 'PC')} {verb} dated after this report and {verb} left out." if estate.later else ""
    return f"As of {estate.as_of}. {heard}{later}{chosen} Judged by {packs}; auditor {estate.version}."


def rests_on(estate: Estate) -> str:
    """Of which day the reference data are, and how many verdicts rest on memory or assumption."""
    of = "; ".join(f"{each.about} {each.as_of}" for each in estate.knowledge)
    total, unsure = estate.verdicts["total"], estate.verdicts["recalled"] + estate.verdicts["assumption"]
    warned = estate.verdicts["warned"]
    old = f" Past their age limit, used by choice of the rule: the data of {number(warned, 'verdict')}." if warned else ""
    of_all = f"Of {number(total, 'verdict')}, {share(unsure, total)} rest on recalled or assumed facts."
    return f"Reference data: {of}. {of_all}{old}"


def _extends(pack: Pack) -> str:
    return f", extends {' and '.join(pack.extends)}" if pack.extends else ""


def changes(estate: Estate) -> list[tuple[str, str, str]]:
    """What packs changed of the rules that they take from others: (rule id, pack, what)."""
    return [(rule, pack.id, what) for pack in estate.packs.values() for rule, what in pack.changes]


def counts(tally: Tally) -> tuple[int, ...]:
    """The counts of a tally in the order of the states, and their sum first."""
    return (tally.total, *tally.counts)


def name(device: DeviceRow) -> str:
    """What to call a PC: its host name, or the beginning of its id."""
    return device.hostname or f"({device.id[:8]})"


def failed(device: DeviceRow) -> list[Finding]:
    """The findings that make a PC less than ready, failures first."""
    order = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.WAIVED: 2}
    bad = [finding for finding in device.findings if finding.outcome in order and not finding.service]
    return sorted(bad, key=lambda each: (order[each.outcome], -each.severity, each.rule))


def gravest(estate: Estate) -> dict[str, int]:
    """Rule → its place when the gravest come first."""
    rules = sorted((*estate.by_rule, *estate.by_service), key=lambda each: (-each.severity, each.rule))
    return {each.rule: place for place, each in enumerate(rules)}


def reasons(device: DeviceRow, estate: Estate, order: Mapping[str, int]) -> list[tuple[str, Outcome]]:
    """The rules that make a PC less than ready, failures first; ``order`` as from :func:`gravest`."""
    worse = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.WAIVED: 2}
    services = {each.rule for each in estate.by_service}
    bad = [(rule, outcome) for rule, outcome in device.outcomes.items() if outcome in worse and rule not in services]
    return sorted(bad, key=lambda each: (worse[each[1]], order[each[0]]))


SERVICE_WORDS: Mapping[Outcome, str] = {
    Outcome.PASS: "works",
    Outcome.FAIL: "does not work",
    Outcome.UNKNOWN: "unknown",
    Outcome.WAIVED: "waived",
}
"""What a finding on a service says of it on one PC."""


def services(findings: Iterable[Finding]) -> list[Finding]:
    """The findings on services: first those that do not work, then the unknown ones."""
    order = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.WAIVED: 2, Outcome.PASS: 3}
    return sorted((each for each in findings if each.service), key=lambda each: (order[each.outcome], each.rule))


def missed(gaps: Iterable[Gap]) -> list[Gap]:
    """The gaps to show a person: a browser that may have been missed is not said again of what it can do."""
    found = list(gaps)
    return [each for each in found if each.kind != "html5" or each._replace(kind="browser") not in found]


def how(finding: Finding) -> str:
    """Of a service on one PC, in words: with which browser it works, what would make it work, why it is not known."""
    match finding.outcome:
        case Outcome.PASS:
            return "with " + finding.actual.replace(": ", " ").replace("; ", ", ")
        case Outcome.FAIL:
            return finding.fix
        case Outcome.WAIVED:
            return finding.waiver
    return f"because {finding.actual}"


__all__ = [
    "EXPECT",
    "MISSING",
    "SERVICE_WORDS",
    "STATES",
    "STATE_TITLES",
    "STATE_WORDS",
    "base",
    "blocked",
    "changes",
    "counts",
    "coverage",
    "covered",
    "failed",
    "gravest",
    "how",
    "missed",
    "name",
    "possible",
    "reasons",
    "sentence",
    "services",
    "share",
    "trend",
]
