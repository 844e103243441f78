"""How things went, how good the data are, how it was done, and how to check it; and what follows the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from auditor.estate.result import STATES, Estate, RuleCount
from auditor.report import words
from auditor.report.contents import shapes
from auditor.report.document import Block, Cell, Claims, Column, Items, Line, Lines, Paragraph, Section, Table

MOST_REFUSED = 20
"""How many reasons, and files that could not be taken, are named."""


def trend(estate: Estate, claims: Claims) -> Section:
    """Ends of months, each with its base."""
    points = estate.trend
    if len(points) < 2:
        return Section(
            "trend", "", "Trend", "One day is no trend.", (), "auditor report --trend 12 adds the ends of the months before."
        )
    first, last = points[0], points[-1]
    message = (
        f"Ready, by waiver or not: {shapes.ready(first.total):,} of {first.total.total:,} "
        f"({words.share(shapes.ready(first.total), first.total.total)}) at {first.day}, {shapes.ready(last.total):,} of "
        f"{last.total.total:,} ({words.share(shapes.ready(last.total), last.total.total)}) at {last.day}."
    )
    lines = [Line(state, tuple(point.total.of(state) for point in points), state) for state in STATES]
    lines = [line for line in lines if any(line.values)]
    lines.append(Line("all PCs", tuple(point.total.total for point in points)))
    figure = Lines(
        "PCs by state at the ends of months; the line of all PCs is the base.",
        message,
        tuple(point.day for point in points),
        tuple(lines),
        source="auditor report --trend",
    )
    rows = tuple(
        (
            Cell(point.day),
            claims.cell(f"PCs on {point.day}", point.total.total, file=f"auditor report --as-of {point.day}"),
            *(
                claims.cell(
                    f"PCs that were {state} on {point.day}",
                    count,
                    shapes.in_state(state),
                    file=f"auditor report --as-of {point.day}",
                )
                for state, count in zip(STATES, point.total.counts, strict=True)
            ),
        )
        for point in points
    )
    table = Table(
        "By month",
        (Column("End of"), Column("PCs", is_number=True), *shapes.STATE_COLUMNS),
        rows,
        "auditor report --as-of DAY",
    )
    return Section("trend", "", "Trend", message, (figure, table, Paragraph(words.trend(estate))))


def quality(estate: Estate, claims: Claims) -> Section:
    """What was refused, what is unknown, what was changed."""
    refused = estate.quarantined
    unknown = [each for each in estate.by_rule if each.unknown]
    message = (
        f"{words.number(len(refused), 'file')} handed in could not be taken in, and {len(unknown)} of "
        f"{len(estate.by_rule)} rules are unknown of some PC."
    )
    blocks: list[Block] = []
    if refused:
        reasons = Counter(each.reason for each in refused)
        rows = tuple(
            (Cell(reason), claims.cell(f"files refused: {reason}", number, file="auditor report --format json: quarantined"))
            for reason, number in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_REFUSED]
        )
        blocks.append(
            Table(
                "Refused, by reason",
                (Column("Reason"), Column("Files", is_number=True)),
                rows,
                "auditor report --format json",
            )
        )
        named = tuple(tuple(map(Cell, (each.name, each.reason, each.received_at))) for each in refused[:MOST_REFUSED])
        heads = (Column("File"), Column("Because"), Column("Received"))
        blocks.append(
            Table(f"Refused: the first {len(named):,} of {len(refused):,}", heads, named, "auditor report --format json")
        )
        blocks.append(Paragraph("auditor retry takes them again after a fix; nothing that was handed in is thrown away."))
    if unknown:
        rows = tuple(
            (
                Cell(each.title),
                claims.cell(f"PCs of which {each.rule} is unknown", each.unknown, f"rule={each.rule}:unknown"),
            )
            for each in sorted(unknown, key=lambda one: (-one.unknown, one.rule))
        )
        blocks.append(
            Table("Unknown, by rule", (Column("Rule"), Column("PCs", is_number=True)), rows, "devices.csv: unknown")
        )
    if changed := words.changes(estate):
        changes = tuple((Cell(rule), Cell(pack), Cell(what)) for rule, pack, what in changed)
        blocks.append(Table("Rules that packs changed", (Column("Rule"), Column("Pack"), Column("What")), changes))
    return Section("quality", "", "Data quality", message, tuple(blocks))


def method(estate: Estate, claims: Claims) -> Section:
    """How it was done, in a page."""
    items = (
        "On each PC an agent reads named places (registry, files, programs' own version numbers) and judges nothing.",
        "It writes down what each place held, and whether it was read, absent or could not be read.",
        "Facts are understood from these readings alone; what no reading tells is unknown.",
        "Rules are files that say which facts they ask for. Each was judged for the day of this report.",
        "What is supported follows from dated facts, each with its source and an age limit, after which it is unknown.",
        "Of each PC the newest snapshot until the day of the report counts.",
        "A PC with several ids counts once where signs of its own say so.",
        "What a browser can do follows from its version, what it answered when it was asked, and the policies that are set.",
        "What is not read: the contents of documents, mail or pages, and what people do. docs/privacy.md lists what is.",
    )
    packs = tuple(
        (Cell(pack.id), Cell(pack.title), Cell(pack.version), Cell(pack.as_of), Cell(pack.digest))
        for pack in estate.packs.values()
    )
    columns = (Column("Pack"), Column("Title"), Column("Version"), Column("As of"), Column("SHA-256"))
    return Section(
        "method",
        "",
        "Method",
        "The same snapshots, rules, reference data and day give the same report, to the byte.",
        (Items(items), Table("Rules by pack", columns, packs)),
    )


def check(estate: Estate, claims: Claims) -> Section:
    """How anybody can follow a number down to what was read."""
    items = (
        "Each number has a claim (C-001 and so on). The list of claims says what it counts, in which rows of devices.csv.",
        "auditor report --format csv-exact -o devices.csv makes that file; --filter takes the words of the list of claims.",
        "Each row of devices.csv has the SHA-256 of its snapshot; auditor raw SHA256 prints that, byte for byte.",
        "auditor estate check holds every stored byte against the hash that was written when it came.",
    )
    return Section(
        "check",
        "",
        "How to check this report",
        "Any number leads to its PCs, and any PC to what was read on it.",
        (Items(items, is_numbered=True),),
    )


def devices(estate: Estate, claims: Claims) -> Section:
    """Where the list of PCs is."""
    return Section(
        "devices",
        "",
        "PCs",
        f"The list of {words.number(estate.total.total, 'PC')} is in the page, in devices.csv and in the spreadsheet.",
        (Paragraph("auditor report --format csv -o devices.csv, or --format xlsx -o report.xlsx."),),
    )


def rules(estate: Estate, claims: Claims) -> Section:
    """Every rule with where it comes from."""
    every = sorted((*estate.by_rule, *estate.by_service), key=lambda each: each.rule)
    rows = tuple(
        (Cell(each.rule), Cell(_title(each)), Cell(each.severity.name.lower()), Cell(each.why), Cell(_source(each.source)))
        for each in every
    )
    columns = (Column("Rule"), Column("Title"), Column("Severity"), Column("Why"), Column("Source"))
    return Section(
        "rules",
        "",
        "Rules and their sources",
        f"{len(every)} rules were judged.",
        (Table("Rules", columns, rows),) if rows else (),
    )


def _title(each: RuleCount) -> str:
    """A rule's title, and what the pack that it was judged by changed of it."""
    return f"{each.title} (changed by the pack: {'; '.join(each.changed)})" if each.changed else each.title


def _source(source: Mapping[str, str]) -> str:
    return ", ".join(source[name] for name in ("address", "as_of", "basis") if source.get(name))


def glossary(estate: Estate, claims: Claims) -> Section:
    """What the words mean."""
    rows = [(words.STATE_TITLES[state], said) for state, said in words.STATE_WORDS.items()]
    rows += [
        ("Claim", "a number of this report, with what it counts and how to count it again"),
        ("Recalled", "of a fact: from memory, not read at its source"),
        ("Snapshot", "what was read on one PC at one time, kept as it came"),
        ("Waived", "a failure that somebody accepted until a date, by name and with a reason"),
    ]
    table = Table(
        "Words", (Column("Word"), Column("Meaning")), tuple((Cell(word), Cell(meaning)) for word, meaning in sorted(rows))
    )
    return Section("glossary", "", "Glossary", "Every PC is in exactly one of the states.", (table,))
