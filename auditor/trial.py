"""Rules on trial: what they say of a folder of PCs, and what a change of them changes.

Pure. Each PC is judged by itself and for one day; a verdict is the worst outcome of a
rule on a PC, with the reason, and *not applicable* where the rule is not about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from auditor.evaluate import judge
from auditor.finding_words import expected
from auditor.knowledge import refreshed
from auditor.knowledge.enrich import enriched
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Detected, Outcome, worst
from auditor.rule_file import Rule
from auditor.subjects import Subjects

NOT_APPLICABLE = "not applicable"
WORDS = (*(each.value for each in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)), NOT_APPLICABLE)
"""Every verdict, in the order that they are looked at in."""
SCHEMA = "auditor/trial/1"
"""Name and version of the saved form."""


class Case(NamedTuple):
    """A PC on which rules are tried: the SHA-256 of its snapshot's bytes, what to call it, and what was understood."""

    sha256: str
    name: str
    detected: Detected


class Verdict(NamedTuple):
    """What a rule says of a PC: one of :data:`WORDS`, and why."""

    word: str
    why: str


class Tried(NamedTuple):
    """One rule over all PCs. ``verdicts`` is SHA-256 of a snapshot → verdict; ``asks`` what the rule requires, in words."""

    rule: str
    title: str
    asks: str
    verdicts: Mapping[str, Verdict]

    def count(self, word: str) -> int:
        """PCs with this verdict."""
        return Counter(verdict.word for verdict in self.verdicts.values())[word]


class Trial(NamedTuple):
    """All rules over all PCs. ``names`` is SHA-256 of a snapshot → what to call the PC."""

    as_of: str
    names: Mapping[str, str]
    rules: tuple[Tried, ...]


class Change(NamedTuple):
    """A PC of which a rule says otherwise than before. A rule or PC that was not there has the verdict ``–``."""

    rule: str
    name: str
    before: Verdict
    after: Verdict


def run(rules: Iterable[Rule], cases: Sequence[Case], as_of: date, fresh: Refreshed = refreshed.NONE) -> Trial:
    """Judge every case by every rule for the day ``as_of``; ``fresh`` is what was refreshed."""
    known = [(case, Subjects(enriched(case.detected, as_of, fresh=fresh), fresh)) for case in cases]
    return Trial(
        as_of.isoformat(),
        {case.sha256: case.name for case in cases},
        tuple(
            Tried(rule.id, rule.title, expected(rule), {case.sha256: _verdict(rule, pc, as_of) for case, pc in known})
            for rule in rules
        ),
    )


def _verdict(rule: Rule, subjects: Subjects, as_of: date) -> Verdict:
    findings = judge(rule, subjects, as_of)
    outcome = worst(finding.outcome for finding in findings)
    if outcome is None:
        return Verdict(NOT_APPLICABLE, "")
    mine = [finding for finding in findings if finding.outcome is outcome]
    return Verdict(outcome.value, "; ".join(dict.fromkeys(f"{each.subject.name}: {each.actual}" for each in mine)))


ABSENT = Verdict("–", "")


def changes(before: Trial, after: Trial) -> tuple[Change, ...]:
    """What changed, by rule and PC. Where both tried one rule only, that is the same rule whatever its id was."""
    old = {tried.rule: tried for tried in before.rules}
    if len(before.rules) == len(after.rules) == 1:
        old = {after.rules[0].rule: before.rules[0]}
    new = {tried.rule: tried for tried in after.rules}
    found = []
    for rule in sorted(old.keys() | new.keys()):
        then, now = (side[rule].verdicts if rule in side else {} for side in (old, new))
        for sha256 in sorted(then.keys() | now.keys(), key=lambda each: (_name(before, after, each), each)):
            pair = then.get(sha256, ABSENT), now.get(sha256, ABSENT)
            if pair[0].word != pair[1].word:
                found.append(Change(rule, _name(before, after, sha256), *pair))
    return tuple(found)


def _name(before: Trial, after: Trial, sha256: str) -> str:
    return after.names.get(sha256) or before.names[sha256]


def document(trial: Trial) -> dict[str, Any]:
    """The trial as JSON values, to be kept and compared with later."""
    return {
        "schema": SCHEMA,
        "as_of": trial.as_of,
        "pcs": dict(trial.names),
        "rules": [
            {
                "rule": tried.rule,
                "title": tried.title,
                "expects": tried.asks,
                **{word.replace(" ", "_"): tried.count(word) for word in WORDS},
                "verdicts": {sha256: {"verdict": each.word, "why": each.why} for sha256, each in tried.verdicts.items()},
            }
            for tried in trial.rules
        ],
    }


def from_document(data: Any) -> Trial:
    """The trial that :func:`document` made JSON of.

    :raises ValueError: it is no such document; the message says what is not as it should be.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f'$.schema is not "{SCHEMA}"')
    names, rules = data.get("pcs"), data.get("rules")
    if not isinstance(names, dict) or not isinstance(rules, list) or not _are_texts([data.get("as_of"), *names.values()]):
        raise ValueError("$.as_of, $.pcs or $.rules is not as it was saved")
    return Trial(data["as_of"], names, tuple(_tried(each, f"$.rules[{number}]", names) for number, each in enumerate(rules)))


def _tried(data: Any, at: str, names: Mapping[str, str]) -> Tried:
    verdicts = data.get("verdicts") if isinstance(data, dict) else None
    if not isinstance(verdicts, dict) or not _are_texts([data.get(key) for key in ("rule", "title", "expects")]):
        raise ValueError(f"{at} is not as it was saved")
    found = {}
    for sha256, each in verdicts.items():
        if not isinstance(each, dict) or each.get("verdict") not in WORDS or not _are_texts([each.get("why")]):
            raise ValueError(f"{at}.verdicts[{sha256!r}] is not as it was saved")
        if sha256 not in names:
            raise ValueError(f"{at}.verdicts has a PC that $.pcs does not name")
        found[sha256] = Verdict(each["verdict"], each["why"])
    return Tried(data["rule"], data["title"], data["expects"], found)


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
