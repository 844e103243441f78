"""What a report says, put together once for all formats that show a document."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.estate.result import STATES, Estate, Group, RuleCount
from auditor.report import words
from auditor.report.document import Bar, Bars, Cell, Claims, Column, Document, Items, Part, Section, Table, Tile, Tiles


def document(estate: Estate) -> Document:
    """The report on ``estate``."""
    claims = Claims()
    total = estate.total.total
    tiles = tuple(
        Tile(words.STATE_TITLES[state], claims.cell(f"PCs that are {state}", count, _of(state), base=total, state=state),
             words.share(count, total))
        for state, count in zip(STATES, estate.total.counts, strict=True)
    )  # fmt: skip
    sections = (
        Section("summary", "1", "Summary", words.sentence(estate), (Tiles(tiles),)),
        _groups(claims, "sites", "2", "By site", "site", estate.by_site),
        _groups(claims, "systems", "3", "By operating system", "os", estate.by_os),
        _groups(claims, "browsers", "4", "By browser", "browser", estate.by_browser),
        _rules(claims, "rules", "5", "By rule", estate.by_rule),
        _rules(claims, "websites", "6", "Websites", estate.by_service),
        Section("also", "7", "Also", "", (Items(_also(estate)),)),
    )
    return Document("Readiness of the estate", estate.as_of, words.base(estate), sections, tuple(claims))


def _of(state: str) -> str:
    return f"state={state.replace(' ', '-')}"


def _also(estate: Estate) -> tuple[str, ...]:
    changed = (f"{rule}: {what} by {pack}" for rule, pack, what in words.changes(estate))
    blocked = (f"{each.supplier}: {each.devices:,} until {each.until}" for each in estate.by_supplier)
    return *changed, *blocked, *(f"{each.name}: {each.reason}" for each in estate.quarantined)


def _groups(claims: Claims, name: str, number: str, title: str, key: str, groups: Sequence[Group]) -> Section:
    rows = tuple(
        (Cell(group.name), claims.cell(f"PCs with {key} {group.name}", group.tally.total, f"{key}={group.name}"), *(
            claims.cell(f"of them {state}", count, f"{key}={group.name} and {_of(state)}", state=state)
            for state, count in zip(STATES, group.tally.counts, strict=True)))
        for group in groups
    )  # fmt: skip
    columns = (Column(key), *(Column(text, is_number=True) for text in ("PCs", *words.STATE_TITLES.values())))
    bars = tuple(Bar(each.name, tuple(map(Part, each.tally.counts, STATES, STATES)), each.tally.total) for each in groups)
    blocks = Bars(f"PCs {title.lower()}", "See the table.", bars), Table(title, columns, rows)
    return Section(name, number, title, "", blocks)


def _rules(claims: Claims, name: str, number: str, title: str, rules: Sequence[RuleCount]) -> Section:
    rows = tuple(
        (Cell("; ".join((each.title, *(f"changed by the pack: {what}" for what in each.changed)))), *(
            claims.cell(f"{outcome} {each.rule}", count, f"rule={each.rule}:{outcome}")
            for outcome, count in zip(("fail", "unknown", "waived", "pass", "not-applicable"),
                (each.failed, each.unknown, each.waived, each.passed, each.not_applicable), strict=True)))
        for each in rules
    )  # fmt: skip
    heads = ("Fail", "Unknown", "Waived", "Pass", "Not applicable")
    columns = (Column("Rule"), *(Column(text, is_number=True) for text in heads))
    return Section(name, number, title, "", (Table(title, columns, rows),))
