"""The estate report for a terminal: what stands badly first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.estate.result import Estate, Group
from auditor.model import Outcome
from auditor.report import words
from auditor.report.text import clean, heading, one_line, table

MOST_PCS = 30
"""How many PCs are listed; the other formats list all."""

MOST_GROUPS = 25
"""How many sites, systems and browsers are shown; the other formats show all."""

_STATES = tuple(words.STATE_TITLES[state] for state in words.STATES)


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The report as text of at most ``width`` columns."""
    parts = [clean(words.sentence(estate)), clean(words.base(estate)), clean(words.rests_on(estate))]
    for title, groups, column in (
        ("By site", estate.by_site, "site"),
        ("By operating system", estate.by_os, "operating system"),
        ("By browser (a PC counts under each it has)", estate.by_browser, "browser"),
    ):
        parts += [heading(title), _groups(column, groups, width)]
    parts += [heading("By rule (in PCs; one PC may fail several)"), _rules(estate, width)]
    if changed := words.changes(estate):
        parts += [heading("Rules that were changed"), table(("rule", "by", "what"), changed, width)]
    if estate.by_supplier:
        blocked = [(each.supplier, each.devices, each.until) for each in estate.by_supplier]
        parts += [
            heading("Blocked by a supplier's certification"),
            table(("supplier: product", "PCs", "until"), blocked, width),
        ]
    if estate.by_service:
        parts += [heading("Websites (in PCs)"), _services(estate, width)]
    parts += [heading("PCs"), _devices(estate, width)]
    parts += [heading("Not taken in"), _quarantined(estate, width)]
    yield ("\n".join(parts) + "\n").encode()


def _groups(column: str, groups: Iterable[Group], width: int) -> str:
    rows = [(group.name, *_figures(words.counts(group.tally))) for group in groups]
    if not rows:
        return "none"
    shown = table((column, "PCs", *_STATES), rows[:MOST_GROUPS], width)
    more = len(rows) - MOST_GROUPS
    return f"{shown}\nand {more:,} more {column}s with fewer such PCs, in --format html and json" if more > 0 else shown


def _figures(numbers: Iterable[int]) -> list[str]:
    return [f"{each:,}" for each in numbers]


def _rules(estate: Estate, width: int) -> str:
    rows = [
        (
            rule.severity.name.lower(),
            rule.title,
            *_figures((rule.failed, rule.unknown, rule.waived, rule.passed, rule.not_applicable)),
        )
        for rule in estate.by_rule
    ]
    return (
        table(("severity", "rule", "fail", "unknown", "waived", "pass", "not applicable"), rows, width) if rows else "none"
    )


def _services(estate: Estate, width: int) -> str:
    rows = [
        (each.title, *_figures((each.passed, each.failed, each.unknown, each.waived, each.not_applicable)))
        for each in estate.by_service
    ]
    return table(("website", "works", "does not work", "unknown", "waived", "not applicable"), rows, width)


def _devices(estate: Estate, width: int) -> str:
    shown = list(estate.devices.rows(MOST_PCS, but_ready=True))
    order = words.gravest(estate)
    rows = [
        (
            words.name(device),
            device.site,
            device.os,
            words.STATE_TITLES[device.state],
            _why(words.reasons(device, estate, order)),
            device.taken_at[:10],
        )
        for device in shown
    ]
    nothing = "every PC is ready" if estate.total.total else "no PCs"
    listed = table(("PC", "site", "operating system", "state", "because", "seen"), rows, width) if rows else nothing
    others = estate.total.total - len(shown)
    return f"{listed}\n{words.number(others, 'more PC')} in --format csv, json and html." if others else listed


def _why(reasons: Sequence[tuple[str, Outcome]]) -> str:
    return one_line(", ".join(f"{rule.partition('/')[2]} ({outcome.value})" for rule, outcome in reasons), 120)


def _quarantined(estate: Estate, width: int) -> str:
    rows = [(each.name, each.reason, each.received_at) for each in estate.quarantined[:MOST_PCS]]
    return table(("file", "because", "received"), rows, width) if rows else "nothing was refused"
