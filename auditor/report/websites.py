"""Which websites work on one PC, for its technician: with what, why not, and what would help."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model import Finding, Outcome
from auditor.report import words
from auditor.report.text import heading, one_line, table
from auditor.rules import RuleSet

_ORDER = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.WAIVED: 2, Outcome.PASS: 3}


def section(findings: Iterable[Finding], rules: RuleSet, width: int) -> list[str]:
    """Two tables: each website, and what would help for those that do not work; nothing where no website is judged."""
    titles = {rule.id: rule.title for rule in rules.rules}
    found = sorted(words.services(findings), key=lambda each: (_ORDER[each.outcome], titles.get(each.rule, "")))
    if not found:
        return []
    rows = [
        (
            titles.get(each.rule, each.rule),
            words.SERVICE_WORDS[each.outcome],
            one_line(each.actual if each.outcome is Outcome.FAIL else words.how(each), 300),
        )
        for each in found
    ]
    remedies: dict[str, list[str]] = {}
    for each in found:
        if each.outcome is Outcome.FAIL:
            remedies.setdefault(each.fix, []).append(titles.get(each.rule, each.rule))
    helps = [(", ".join(names), one_line(fix, 400)) for fix, names in remedies.items()]
    return [
        *(heading("Websites"), table(("website", "here", "with, or because"), rows, width)),
        *((heading("What would help"), table(("website", "what"), helps, width)) if helps else ()),
    ]
