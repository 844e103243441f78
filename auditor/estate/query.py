"""The estate counted: every PC judged, and the figures of one report added up.

What a rule says depends on the bundles of the kinds it asks for and on nothing else, so
it is evaluated once for each combination of those, however many PCs share it. Waivers
and staleness belong to a PC and are applied to each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

import auditor
from auditor.estate.filters import NOT_APPLICABLE, Filter, parse_filters
from auditor.estate.judging import Judge, Verdict
from auditor.estate.result import STATES, DeviceRow, Estate, Group, RuleCount, SupplierCount, Tally
from auditor.estate.store import Store
from auditor.knowledge import overrides, refreshed
from auditor.knowledge.dates import dated
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.model import BASES, Outcome
from auditor.rule_file import Rule
from auditor.rules import RuleSet
from auditor.waivers import Waiver

_WORST_FIRST = ("not ready", "at risk", "unknown", "stale", "waived", "ready")


def summarise(
    store: Store,
    rules: RuleSet,
    waivers: Sequence[Waiver] = (),
    own: Overrides = overrides.NONE,
    fresh: Refreshed = refreshed.NONE,
    *,
    as_of: date,
    stale_days: int,
    filters: Sequence[str] = (),
) -> Estate:
    """The whole content of a report on the estate as it was at the end of the day ``as_of``.

    Of each PC the newest snapshot taken until then counts; PCs first seen later are
    only counted (``later``). A PC is *stale* when that snapshot is more than ``stale_days`` days old:
    its findings are shown, but rules do not count it. ``filters`` choose PCs
    (:mod:`auditor.estate.filters`); all figures but ``heard`` and ``later`` are of the chosen.
    ``fresh`` is what was refreshed of the knowledge base, ``own`` what the organisation says of itself.

    :raises UsageError: a filter is not right.
    :raises EstateError: the store cannot be read.
    """
    chosen = parse_filters(filters, [rule.id for rule in rules.rules])
    judge = Judge(store, rules.rules, waivers, as_of, stale_days, own, fresh)
    records = store.devices(as_of)
    verdicts = [verdict for verdict in judge.verdicts(records) if all(_fits(each, verdict, rules.rules) for each in chosen)]
    verdicts.sort(key=lambda verdict: _order(verdict.row))
    rows = tuple(verdict.row for verdict in verdicts)
    return Estate(
        as_of=as_of.isoformat(),
        stale_days=stale_days,
        version=auditor.__version__,
        packs=rules.packs,
        filters=tuple(filters),
        heard=len(records),
        later=store.catalogue.device_count() - len(records),
        total=_tally(row.state for row in rows),
        by_site=_groups((row.site_name, row.state) for row in rows),
        by_os=_groups((row.os, row.state) for row in rows),
        by_browser=_groups((name, row.state) for row in rows for name in row.browser_groups),
        by_rule=_rule_counts([rule for rule in rules.rules if not rule.demands], verdicts),
        by_service=_rule_counts([rule for rule in rules.rules if rule.demands], verdicts),
        verdicts=_verdicts(rows),
        knowledge=dated(fresh),
        devices=rows,
        quarantined=store.quarantined(as_of),
        by_supplier=_supplier_counts(rows, waivers, as_of),
        blocked=sum(1 for row in rows if row.state != "stale" and any(finding.blocked_by for finding in row.findings)),
    )


def _supplier_counts(rows: Sequence[DeviceRow], waivers: Sequence[Waiver], as_of: date) -> tuple[SupplierCount, ...]:
    """Who blocks PCs that are not stale: first those with the most."""
    counts = Counter(
        name
        for row in rows
        if row.state != "stale"
        for name in dict.fromkeys(finding.blocked_by for finding in row.findings if finding.blocked_by)
    )
    ends = {name: min(each.expires for each in waivers if each.blocked_by == name and as_of <= each.expires)
            for name in counts}  # fmt: skip
    lines = [SupplierCount(name, count, ends[name].isoformat()) for name, count in counts.items()]
    return tuple(sorted(lines, key=lambda line: (-line.devices, line.supplier)))


def _verdicts(rows: Iterable[DeviceRow]) -> Mapping[str, int]:
    """How many verdicts PCs that are not stale have, by the least sure thing they rest on, and how many carry a warning."""
    findings = [finding for row in rows if row.state != "stale" for finding in row.findings]
    by_basis = Counter(finding.basis for finding in findings)
    return {
        "total": len(findings),
        **{basis: by_basis[basis] for basis in BASES},
        "warned": sum(1 for finding in findings if finding.warning),
    }


def _order(row: DeviceRow) -> tuple[int, str, str]:
    return _WORST_FIRST.index(row.state), row.hostname.casefold(), row.id


def _fits(wanted: Filter, verdict: Verdict, rules: Sequence[Rule]) -> bool:
    row = verdict.row
    match wanted.key:
        case "site":
            return wanted.accepts(row.site_name)
        case "os":
            return wanted.accepts(row.os, verdict.os_name, verdict.family)
        case "device":
            return wanted.accepts(row.hostname, row.id)
        case "browser":
            products = (text.partition(" ")[0] for text in row.browsers)
            return wanted.accepts(*row.browsers, *row.browser_groups, *products)
        case "state":
            return wanted.accepts(row.state)
    return row.state != "stale" and any(
        wanted.accepts(rule.id) and _outcome_word(verdict, rule.id) == wanted.outcome for rule in rules
    )


def _outcome_word(verdict: Verdict, rule: str) -> str:
    outcome = verdict.outcomes.get(rule)
    return outcome.value if outcome else NOT_APPLICABLE


def _tally(states: Iterable[str]) -> Tally:
    counts = Counter(states)
    return Tally(tuple(counts[state] for state in STATES))


def _groups(pairs: Iterable[tuple[str, str]]) -> tuple[Group, ...]:
    """PCs by name: first those with the largest share that is not ready or unknown, then by name."""
    states: dict[str, Counter[str]] = {}
    for name, state in pairs:
        states.setdefault(name, Counter())[state] += 1
    groups = [Group(name, _tally(counts.elements())) for name, counts in states.items()]
    return tuple(sorted(groups, key=lambda group: (-_bad_share(group.tally), group.name)))


def _bad_share(tally: Tally) -> Fraction:
    return Fraction(tally.of("not ready") + tally.of("unknown"), tally.total)


def _rule_counts(rules: Sequence[Rule], verdicts: Sequence[Verdict]) -> tuple[RuleCount, ...]:
    """Each rule in PCs that are not stale; first what fails most, then what is unknown most, then the gravest."""
    counts: dict[str, Counter[Outcome]] = {rule.id: Counter() for rule in rules}
    blocked: Counter[str] = Counter()
    heard = 0
    for verdict in verdicts:
        if verdict.row.state != "stale":
            heard += 1
            for rule_id, outcome in verdict.outcomes.items():
                if rule_id in counts:
                    counts[rule_id][outcome] += 1
            blocked.update(
                rule_id
                for rule_id in {finding.rule for finding in verdict.row.findings if finding.blocked_by}
                if verdict.outcomes.get(rule_id) is Outcome.WAIVED
            )
    lines = [_rule_count(rule, counts[rule.id], heard, blocked[rule.id]) for rule in rules]
    return tuple(sorted(lines, key=lambda line: (-line.failed, -line.unknown, -line.severity, line.rule)))


def _rule_count(rule: Rule, seen: Counter[Outcome], heard: int, blocked: int) -> RuleCount:
    return RuleCount(
        rule.id, rule.title, rule.severity, rule.fix,
        seen[Outcome.PASS], seen[Outcome.FAIL], seen[Outcome.UNKNOWN], seen[Outcome.WAIVED], heard - seen.total(),
        bool(rule.demands), blocked, rule.changed,
    )  # fmt: skip
