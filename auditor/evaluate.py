"""The only place that decides an outcome.

A pure function of rules, facts and a date. Three values throughout: a condition is
true, false, or cannot be decided; one false condition makes a FAIL certain whatever
the others are, and short of that one undecided condition makes it UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from auditor import advice, finding_words
from auditor.knowledge import overrides, refreshed
from auditor.knowledge.enrich import enriched, needed
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.matchers import MATCHERS, Undecided
from auditor.model import BASES, Detected, Fact, Finding, Gap, Outcome, Reading, Severity, Subject, worst
from auditor.rule_file import Condition, Example, Rule
from auditor.subjects import Facts, Subjects, asked, name, used


class Judged(NamedTuple):
    """One subject under one rule: the outcome, what was seen, and the readings that show it."""

    outcome: Outcome
    actual: str
    evidence: tuple[Reading, ...]
    warning: str = ""


def evaluate(
    rules: Iterable[Rule],
    detected: Detected,
    as_of: date,
    own: Overrides = overrides.NONE,
    fresh: Refreshed = refreshed.NONE,
) -> tuple[Finding, ...]:
    """Judge one PC: every finding of every rule, in the order of the rules.

    ``detected`` is what the checks found; what the knowledge base adds to it for ``as_of`` is added here. ``own`` is
    what the organisation says of this PC, ``fresh`` what was refreshed.
    """
    rules = tuple(rules)
    adds, _ = needed(condition.spec for rule in rules for condition in (*rule.when, *rule.require))
    subjects = Subjects(enriched(detected, as_of, own, adds, fresh), fresh)
    return tuple(finding for rule in rules for finding in judge(rule, subjects, as_of))


def judge(rule: Rule, subjects: Subjects, as_of: date) -> list[Finding]:
    """What one rule says of one PC; nothing before ``since``, and where ``when`` excludes the whole PC.

    ``each``: a finding a subject it applies to. ``any`` and ``none``: one finding for
    all. Where subjects may have been missed, what was not seen is UNKNOWN unless what
    was seen already settles the answer.
    """
    if rule.since and as_of < rule.since:
        return []
    about_pc = [condition for condition in rule.when if condition.spec.kind != rule.kind]
    applies, _ = _all_of(rule, about_pc, {}, subjects, as_of)
    if applies is False:
        return []
    seen = [(subject, judged) for subject, facts in subjects.of(rule.kind)
            if (judged := _judge_subject(rule, facts, subjects, as_of)) is not None]  # fmt: skip
    gaps = subjects.machine_gaps(rule.kind)
    if rule.of == "each":
        return [_finding(rule, subject, judged) for subject, judged in seen] + [_of_gaps(rule, gaps)] * bool(gaps)
    if isinstance(applies, Undecided):
        judged = _undecided(rule, about_pc, applies, {}, subjects)
    else:
        judged = _together(rule.of, seen, gaps)
    if not judged.evidence:
        judged = judged._replace(evidence=tuple(subjects.looked.get(rule.kind, ())))
    finding = _finding(rule, Subject(rule.kind, "*"), judged)
    if rule.demands and finding.outcome is Outcome.FAIL:
        finding = finding._replace(fix=_remedy(rule, subjects, as_of) or rule.fix)
    return [finding]


def _remedy(rule: Rule, subjects: Subjects, as_of: date) -> str:
    """What would make a service work on this PC, by trying what could be installed there against its demands."""
    here = next((facts for _, facts in subjects.of("os")), {})

    def would(facts: Facts) -> Outcome:
        judged = _judge_subject(rule, facts, subjects, as_of)
        return judged.outcome if judged else Outcome.UNKNOWN

    browsers = [(facts, _lacking(rule, facts, subjects, as_of)) for _, facts in subjects.of(rule.kind)]
    return advice.what_would_help(here, browsers, would, as_of, subjects.fresh)


def _lacking(rule: Rule, facts: Facts, subjects: Subjects, as_of: date) -> list[tuple[str, str, str]]:
    """What one subject fails: (fact, word, what was seen)."""
    answer, deciding = _all_of(rule, rule.require, facts, subjects, as_of)
    if answer is not False:
        return []
    return [(each.spec.name, each.word, finding_words.seen([each], rule, facts, subjects, as_of)) for each in deciding]


def _together(of: str, seen: list[tuple[Subject, Judged]], gaps: list[Gap]) -> Judged:
    """``any``: one that meets the rule is enough. ``none``: one is too many. Short of one, what was not seen decides."""
    met, unmet = (Outcome.PASS, Outcome.FAIL) if of == "any" else (Outcome.FAIL, Outcome.PASS)
    meeting = [pair for pair in seen if pair[1].outcome is Outcome.PASS]
    if meeting:
        return Judged(met, _actuals(meeting), _evidence(meeting), _warnings(meeting))
    unknown = [pair for pair in seen if pair[1].outcome is Outcome.UNKNOWN]
    if unknown or gaps:
        return Judged(Outcome.UNKNOWN, _actuals(unknown, gaps), _evidence(seen, gaps))
    return Judged(unmet, _actuals(seen), _evidence(seen), _warnings(seen))


def _warnings(seen: Iterable[tuple[Subject, Judged]]) -> str:
    return "; ".join(dict.fromkeys(judged.warning for _, judged in seen if judged.warning))


class Decided(NamedTuple):
    """What a rule says of one subject, before it is put into words: ``deciding`` settled it, ``reason`` is of UNKNOWN."""

    outcome: Outcome
    reason: str
    deciding: Sequence[Condition]


def _decided(rule: Rule, facts: Facts, subjects: Subjects, as_of: date) -> Decided | None:
    """The decision on one subject; None where the rule does not apply to it."""
    applies, _ = _all_of(rule, rule.when, facts, subjects, as_of)
    if applies is False:
        return None
    if isinstance(applies, Undecided):
        return Decided(Outcome.UNKNOWN, _CANNOT_TELL + applies.reason, rule.when)
    answer, deciding = _all_of(rule, rule.require, facts, subjects, as_of)
    if isinstance(answer, Undecided):
        return Decided(Outcome.UNKNOWN, answer.reason, deciding)
    return Decided(Outcome.PASS if answer else Outcome.FAIL, "", deciding)


_CANNOT_TELL = "cannot tell whether the rule applies: "


def _judge_subject(rule: Rule, facts: Facts, subjects: Subjects, as_of: date) -> Judged | None:
    """The decision on one subject in words, with the readings that show it."""
    decided = _decided(rule, facts, subjects, as_of)
    if decided is None:
        return None
    rests_on = used(decided.deciding, rule, facts, subjects)
    if decided.outcome is Outcome.UNKNOWN:
        return Judged(Outcome.UNKNOWN, decided.reason, _readings(rests_on))
    if decided.outcome is Outcome.PASS and rule.demands:
        actual = finding_words.works(facts)
    else:
        actual = finding_words.seen(decided.deciding, rule, facts, subjects, as_of)
    old = [fact.unknown for fact in rests_on if _used_though_old(rule, fact)]
    return Judged(decided.outcome, actual, _readings(rests_on), "; ".join(dict.fromkeys(old)))


class Counted(NamedTuple):
    """A finding without its words: what counts of it. ``basis`` and ``warned`` are as in a Finding."""

    subject: Subject
    outcome: Outcome
    basis: str
    warned: bool


def count(rule: Rule, subjects: Subjects, as_of: date) -> list[Counted]:
    """What :func:`judge` says, without saying why: outcomes are the same, and cost a tenth."""
    if rule.since and as_of < rule.since:
        return []
    about_pc = [condition for condition in rule.when if condition.spec.kind != rule.kind]
    applies, _ = _all_of(rule, about_pc, {}, subjects, as_of)
    if applies is False:
        return []
    of_all = Subject(rule.kind, "*")
    seen = [
        Counted(subject, decided.outcome, *_known_how(rule, decided, facts, subjects))
        for subject, facts in subjects.of(rule.kind)
        if (decided := _decided(rule, facts, subjects, as_of)) is not None
    ]
    missed = [Counted(of_all, Outcome.UNKNOWN, _basis(rule, ()), warned=False)] * bool(subjects.machine_gaps(rule.kind))
    if rule.of == "each":
        return [*seen, *missed]
    basis = max((each.basis for each in [*seen, *missed]), key=BASES.index, default=_basis(rule, ()))
    if isinstance(applies, Undecided):
        return [Counted(of_all, Outcome.UNKNOWN, basis, warned=False)]
    met, unmet = (Outcome.PASS, Outcome.FAIL) if rule.of == "any" else (Outcome.FAIL, Outcome.PASS)
    found = {each.outcome for each in seen}
    sure = met if Outcome.PASS in found else Outcome.UNKNOWN if Outcome.UNKNOWN in found or missed else unmet
    return [Counted(of_all, sure, basis, sure is not Outcome.UNKNOWN and any(each.warned for each in seen))]


def _known_how(rule: Rule, decided: Decided, facts: Facts, subjects: Subjects) -> tuple[str, bool]:
    """The basis of a decision, and whether it rests on something that is past its age limit."""
    rests_on = used(decided.deciding, rule, facts, subjects)
    old = decided.outcome is not Outcome.UNKNOWN and any(_used_though_old(rule, fact) for fact in rests_on)
    return _basis(rule, (reading for fact in rests_on for reading in fact.evidence)), old


def _undecided(rule: Rule, when: Sequence[Condition], why: Undecided, facts: Facts, subjects: Subjects) -> Judged:
    readings = _readings(used(when, rule, facts, subjects))
    return Judged(Outcome.UNKNOWN, _CANNOT_TELL + why.reason, readings)


def _all_of(
    rule: Rule, conditions: Sequence[Condition], facts: Facts, subjects: Subjects, as_of: date
) -> tuple[bool | Undecided, Sequence[Condition]]:
    """All conditions together, and those that settled it; a demand of other browsers only does not count."""
    concerned = [each for each in conditions if _concerns(each, facts)]
    answers = [(condition, _decide(rule, condition, facts, subjects, as_of)) for condition in concerned]
    if false := [condition for condition, answer in answers if answer is False]:
        return False, false
    if undecided := [(condition, answer) for condition, answer in answers if isinstance(answer, Undecided)]:
        reasons = "; ".join(answer.reason for _, answer in undecided)
        return Undecided(reasons), [condition for condition, _ in undecided]
    return True, conditions


def _concerns(condition: Condition, facts: Facts) -> bool:
    products = condition.demand.products if condition.demand else ()
    return not products or ("product" in facts and facts["product"].value in products)


def _decide(rule: Rule, condition: Condition, facts: Facts, subjects: Subjects, as_of: date) -> bool | Undecided:
    fact = asked(rule, condition, facts, subjects)
    called = name(rule, condition)
    if fact is None:
        return Undecided(f"{called} is unknown: nothing that was read has it")
    if fact.unknown and not _used_though_old(rule, fact):
        return Undecided(f"{called} is {'' if fact.unknown.startswith('unknown ') else 'unknown: '}{fact.unknown}")
    return MATCHERS[condition.word].test(fact.value, condition.argument, as_of)


def _used_though_old(rule: Rule, fact: Fact) -> bool:
    """Whether a fact is unknown only because of the age of what it rests on, and the rule uses it with a warning."""
    return rule.stale == "warn" and fact.last_known is not None


def _finding(rule: Rule, subject: Subject, judged: Judged) -> Finding:
    fix = rule.fix if judged.outcome is Outcome.FAIL else ""
    return Finding(
        rule.id, rule.pack, rule.severity, subject, judged.outcome, finding_words.expected(rule), judged.actual, fix,
        judged.evidence, service=bool(rule.demands), basis=_basis(rule, judged.evidence), warning=judged.warning,
    )  # fmt: skip


def _basis(rule: Rule, evidence: Iterable[Reading]) -> str:
    """The least sure of what a verdict rests on: the rule, its demands, and the reference data in its evidence."""
    said = [rule.source.get("basis", ""), *(demand.source.get("basis", "") for demand in rule.demands)]
    said += [reading.at.rpartition("(")[2].rstrip(")") for reading in evidence if reading.source.kind == "knowledge"]
    return BASES[max((BASES.index(each) for each in said if each in BASES), default=0)]


def _of_gaps(rule: Rule, gaps: list[Gap]) -> Finding:
    return _finding(rule, Subject(rule.kind, "*"), Judged(Outcome.UNKNOWN, _actuals([], gaps), _evidence([], gaps)))


def _actuals(seen: Iterable[tuple[Subject, Judged]], gaps: Iterable[Gap] = ()) -> str:
    texts = [f"{subject.name}: {judged.actual}" for subject, judged in seen]
    texts += [f"there may be more: {gap.reason}" for gap in gaps]
    return "; ".join(texts) or "none found"


def _evidence(seen: Iterable[tuple[Subject, Judged]], gaps: Iterable[Gap] = ()) -> tuple[Reading, ...]:
    readings = [reading for _, judged in seen for reading in judged.evidence]
    readings += [reading for gap in gaps for reading in gap.evidence]
    return _unique(readings)


def _readings(facts: Iterable[Fact]) -> tuple[Reading, ...]:
    return _unique(reading for fact in facts for reading in fact.evidence)


def _unique(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple({(reading.source, reading.at): reading for reading in readings}.values())


def outcome_of_example(rule: Rule, example: Example, as_of: date) -> Outcome | None:
    """What ``rule`` answers for one of its examples; None when it does not apply to it."""
    facts = [Fact(Subject(rule.kind, f"example {number}"), name, value, ())
             for number, subject in enumerate(example.subjects, 1) for name, value in subject.items()]  # fmt: skip
    facts += [Fact(Subject(rule.kind, f"example {number}"), "(nothing)", None, (), "not in the example")
              for number, subject in enumerate(example.subjects, 1) if not subject]  # fmt: skip
    for full, value in example.context.items():
        kind, _, name = full.partition(".")
        facts.append(Fact(Subject(kind, "example"), name, value, ()))
    return worst(finding.outcome for finding in evaluate([rule._replace(since=None)], Detected(tuple(facts)), as_of))


def wrong_examples(rule: Rule, as_of: date) -> list[str]:
    """One line for each example that the rule does not answer as it says."""
    lines = []
    for example in rule.examples:
        got = outcome_of_example(rule, example, example.on or as_of)
        if got is not example.expect:
            wanted = example.expect.value if example.expect else "not applicable"
            said = got.value if got else "that it does not apply"
            lines.append(f"{rule.path}, line {example.line}: should be {wanted}, the rule says {said}")
    return lines


def readiness(findings: Iterable[Finding]) -> str:
    """One word for a PC, from its findings; the words are defined in :data:`READINESS`."""
    seen = list(findings)
    failed = [finding.severity for finding in seen if finding.outcome is Outcome.FAIL]
    if any(severity >= Severity.HIGH for severity in failed):
        return "not ready"
    if any(finding.outcome is Outcome.UNKNOWN and finding.severity >= Severity.HIGH for finding in seen):
        return "unknown"
    if any(severity > Severity.INFO for severity in failed):
        return "at risk"
    outcomes = {finding.outcome for finding in seen if finding.severity > Severity.INFO}
    if Outcome.UNKNOWN in outcomes or not outcomes:
        return "unknown"
    return "waived" if Outcome.WAIVED in outcomes else "ready"


READINESS: Mapping[str, str] = {
    "ready": "every rule that applies passed",
    "waived": "ready but for failures that somebody accepted until a date",
    "at risk": "a rule of low or medium severity failed, and every graver one could be judged",
    "not ready": "a rule of high or critical severity failed",
    "unknown": "no rule of high or critical severity failed, but one could not be judged; or no rule could be",
}
"""Every word :func:`readiness` may say, and what it means. Exactly one holds for a PC."""
