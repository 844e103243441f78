"""The facts of one PC as rules ask for them: by kind and subject, with what may have been missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.knowledge import refreshed
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Detected, Fact, Gap, Reading, Subject
from auditor.rule_file import Condition, Rule

Facts = Mapping[str, Fact]
"""A subject's facts by name."""


class Subjects:
    """The facts of one PC, by kind and subject, in a stable order; ``fresh`` is what was refreshed, for advice."""

    __slots__ = ("by_kind", "fresh", "gaps", "looked")

    def __init__(self, detected: Detected, fresh: Refreshed = refreshed.NONE) -> None:
        self.fresh = fresh
        grouped: dict[str, dict[Subject, dict[str, Fact]]] = {}
        for fact in detected.facts:
            grouped.setdefault(fact.subject.kind, {}).setdefault(fact.subject, {})[fact.name] = fact
        self.by_kind: dict[str, list[tuple[Subject, Facts]]] = {
            kind: sorted(subjects.items()) for kind, subjects in grouped.items()
        }
        self.gaps: tuple[Gap, ...] = detected.gaps
        self.looked: Mapping[str, tuple[Reading, ...]] = detected.looked

    def of(self, kind: str) -> Sequence[tuple[Subject, Facts]]:
        """Every subject of ``kind`` with its facts."""
        return self.by_kind.get(kind, [])

    def machine_gaps(self, kind: str) -> list[Gap]:
        """Why subjects of ``kind`` that everybody here uses may have been missed."""
        return [gap for gap in self.gaps if gap.kind == kind and gap.scope == "machine"]


def asked(rule: Rule, condition: Condition, facts: Facts, subjects: Subjects) -> Fact | None:
    """The fact that a condition asks for: of the subject itself, or of the first of another kind on the PC."""
    if condition.spec.kind == rule.kind:
        return facts.get(condition.spec.name)
    context = subjects.of(condition.spec.kind)
    return context[0][1].get(condition.spec.name) if context else None


def used(conditions: Sequence[Condition], rule: Rule, facts: Facts, subjects: Subjects) -> list[Fact]:
    """The facts that ``conditions`` ask for, as far as there are any."""
    return [fact for each in conditions if (fact := asked(rule, each, facts, subjects))]


def name(rule: Rule, condition: Condition) -> str:
    """What a condition's fact is called beside the rule: ``version``, or ``os.family`` of another kind."""
    own = condition.spec.kind == rule.kind
    return condition.spec.name if own else f"{condition.spec.kind}.{condition.spec.name}"
