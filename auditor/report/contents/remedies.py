"""What was found and what mends it, what happens if nothing is done, and what could be chosen."""

from __future__ import annotations

from datetime import date, timedelta

from auditor.estate.result import Estate, Lifecycle, RuleCount
from auditor.report import words
from auditor.report.contents import shapes
from auditor.report.document import (
    Block,
    Cell,
    Claims,
    Column,
    Items,
    Line,
    Lines,
    Paragraph,
    Section,
    Table,
)

WINDOWS_11 = "windows11/capable"
"""The rule that says whether a PC can run Windows 11."""

QUARTERS = 12
"""How many ends of quarters the outlook has: three years."""


def findings(estate: Estate, claims: Claims) -> Section:
    """Every rule that a PC fails, with what to do; and what would be ready if it alone were mended."""
    failing = [each for each in estate.by_rule if each.failed or each.unknown or each.waived]
    if not failing:
        return Section("findings", "", "Findings and remedies", "No rule fails on any PC, and none is unknown.", ())
    first = failing[0]
    message = (
        f"{first.title} is what most PCs fail: {first.failed:,}." if first.failed else "No rule fails; some are unknown."
    )
    overlap = (
        "One PC may fail several rules, so the counts overlap and must not be added up. Only reason: PCs that fail this "
        "rule and no other."
    )
    columns = (
        Column("Finding"),
        Column("Severity"),
        Column("Fail", is_number=True),
        Column("Only reason", is_number=True),
        Column("Unknown", is_number=True),
        Column("Waived", is_number=True),
        Column("What to do"),
    )
    table = Table(
        "Findings, first what fails most",
        columns,
        tuple(_finding(each, claims) for each in failing),
        "devices.csv: failed, unknown, waived",
    )
    blocks: list[Block] = [Paragraph(overlap), table]
    if estate.by_supplier:
        blocks.append(_suppliers(estate, claims))
    passed = len(estate.by_rule) - len(failing)
    blocks.append(Paragraph(f"{passed} of {len(estate.by_rule)} rules fail on no PC and are unknown of none."))
    return Section("findings", "", "Findings and remedies", message, tuple(blocks))


def _finding(each: RuleCount, claims: Claims) -> tuple[Cell, ...]:
    def counted(says: str, number: int, outcome: str, state: str) -> Cell:
        shown = state if number else ""
        return claims.cell(f"PCs that {says} {each.rule}", number, f"rule={each.rule}:{outcome}", state=shown)

    failed = counted("fail", each.failed, "fail", "not ready")
    sole = claims.cell(
        f"PCs that fail {each.rule} and no other rule",
        each.sole,
        f"rule={each.rule}:fail",
        file="devices.csv where failed is this rule alone, besides those of severity info",
    )
    return (
        Cell(each.title),
        Cell(each.severity.name.lower()),
        failed,
        sole,
        counted("may fail", each.unknown, "unknown", "unknown"),
        counted("are waived from", each.waived, "waived", "waived"),
        Cell(each.fix),
    )


def _suppliers(estate: Estate, claims: Claims) -> Table:
    rows = tuple(
        (
            Cell(each.supplier),
            Cell(each.until),
            claims.cell(f"PCs blocked by {each.supplier}", each.devices, file="devices.csv where blocked_by has it"),
        )
        for each in estate.by_supplier
    )
    return Table(
        "Blocked by a supplier's certification, and waived for that until a day",
        (Column("Supplier: product"), Column("Until"), Column("PCs", is_number=True)),
        rows,
        "devices.csv: blocked_by",
    )


def quarter_ends(day: date, number: int) -> list[date]:
    """The last days of the quarter that ``day`` is in and of those after it."""
    found = []
    year, quarter = day.year, (day.month - 1) // 3
    for _ in range(number):
        month, of = (quarter * 3 + 4, year) if quarter < 3 else (1, year + 1)
        found.append(date(of, month, 1) - timedelta(1))
        year, quarter = (year, quarter + 1) if quarter < 3 else (year + 1, 0)
    return found


def if_nothing_is_done(estate: Estate, claims: Claims) -> Section:
    """PCs whose system, or Office, is out of support by the end of each quarter, if every PC stays as it is."""
    days = [estate.as_of, *(day.isoformat() for day in quarter_ends(date.fromisoformat(estate.as_of), QUARTERS))]
    dated = {kind: [each for each in estate.lifecycles if each.kind == kind] for kind in ("os", "office")}
    if not estate.lifecycles:
        return Section(
            "nothing",
            "",
            "If nothing is done",
            "No end of support is known of what these PCs run.",
            (),
            "auditor knowledge show says which ends are known.",
        )
    lines = {kind: tuple(_ended_by(mine, day, estate.as_of) for day in days) for kind, mine in dated.items()}
    open_ = sum(each.devices for each in dated["os"] if not _is_dated(each, estate.as_of))
    last = days[-1]
    message = (
        f"If every PC stays as it is, {lines['os'][-1]:,} PCs run an operating system that is out of support by {last}, "
        f"after {lines['os'][0]:,} now; of {open_:,} more the end is not known or not published."
    )
    figure = Lines(
        f"Things out of support by the end of each quarter; base: {words.number(shapes.live(estate), 'PC')} heard of late.",
        message,
        tuple(days),
        (Line("operating system", lines["os"], "not ready"), Line("Office suite", lines["office"], "at risk")),
        steps=True,
        source="ends of support as they are published today",
    )
    source = "auditor report --format json: lifecycles"
    rows = tuple(
        (
            Cell(day),
            *(
                claims.cell(f"things of the kind {kind} out of support by {day}", lines[kind][at], file=source)
                for kind in ("os", "office")
            ),
        )
        for at, day in enumerate(days)
    )
    columns = (Column("By"), Column("Operating systems", is_number=True), Column("Office suites", is_number=True))
    note = Paragraph(
        "Ends that vendors have not published yet are not in these figures, nor is what the organisation may buy (extended "
        "updates) unless it said so in its overrides: the true figures can be higher, and with purchases lower."
    )
    missing = "What extended updates would cost is not known here: prices are the customer's to enter."
    return Section(
        "nothing",
        "",
        "If nothing is done",
        message,
        (figure, Table("Out of support by", columns, rows, source), note),
        missing,
    )


def _is_dated(each: Lifecycle, today: str) -> bool:
    """Whether it is known when support ends; an end that is past, of what may have been extended since, is none."""
    return bool(each.ends) and not (each.state == "unknown" and each.ends < today)


def _ended_by(mine: list[Lifecycle], day: str, today: str) -> int:
    return sum(each.devices for each in mine if _is_dated(each, today) and each.ends < day)


def options(estate: Estate, claims: Claims) -> Section:
    """What could be chosen, as far as the facts allow: who would be ready by what. No prices."""
    live = shapes.live(estate)
    ready = shapes.ready(estate.total)
    ended = sum(each.devices for each in estate.lifecycles if each.kind == "os" and each.state == "ended")
    software = sum(each.sole for each in estate.by_rule if each.kind in ("browser", "html5", "office", "app"))
    capable = next((each for each in estate.by_rule if each.rule == WINDOWS_11), None)
    rows = [
        ("Do nothing", 0, "stays as it is; see the chapter before"),
        (
            "Mend one thing in software",
            software,
            "PCs whose only failure is of a browser, an Office suite or another program, as far as is known",
        ),
        ("Change the operating system", ended, "PCs whose operating system is out of support"),
    ]
    if capable:
        rows.append(
            (
                "Replace the PC, or what it lacks",
                capable.failed,
                f"PCs that cannot run Windows 11, whatever they run now; of {capable.unknown:,} more it is not known",
            )
        )
    cells = tuple(
        (
            Cell(name),
            claims.cell(
                f"PCs for the option: {name.casefold()}",
                number,
                base=live,
                of="PCs heard of late",
                file="devices.csv: failed; auditor report --format json: by_rule, lifecycles",
            ),
            Cell(what),
        )
        for name, number, what in rows
    )
    table = Table(
        "Quantities by option; a PC may stand in several",
        (Column("Option"), Column("PCs", is_number=True), Column("Which")),
        cells,
        "devices.csv: failed",
    )
    message = (
        f"{ready:,} of {live:,} PCs heard of late need nothing by these rules; {software:,} fail one rule alone, which is "
        "about a program."
    )
    missing = "" if capable else "Which PCs cannot run Windows 11 was not judged: auditor report --pack windows11. "
    missing += (
        "Prices are not part of this report: multiply these quantities by unit costs of your own, low, central and high, "
        "each with its source and date, and add optimism bias."
    )
    return Section("options", "", "Options and quantities", message, (table,), missing)


def benefits(estate: Estate, claims: Claims) -> Section:
    """What can be measured again, with its base line."""
    total, live = estate.total, shapes.live(estate)
    measures = [
        (
            "PCs that are ready",
            shapes.figure(claims, "PCs that are ready", total.of("ready"), "state=ready", total.total, "PCs"),
        ),
        (
            "PCs that are not ready",
            shapes.figure(claims, "PCs that are not ready", total.of("not ready"), "state=not-ready", total.total, "PCs"),
        ),
        (
            "PCs of which it is not known",
            shapes.figure(claims, "PCs that are unknown", total.of("unknown"), "state=unknown", total.total, "PCs"),
        ),
    ]
    measures += [
        (
            f"PCs on which {each.title} does not work",
            claims.cell(
                f"PCs on which {each.title} does not work",
                each.failed,
                f"rule={each.rule}:fail",
                base=live,
                of="PCs it applies to",
            ),
        )
        for each in sorted(estate.by_service, key=lambda one: (-one.failed, one.rule))[:5]
        if each.failed
    ]
    rows = tuple((Cell(name), cell, Cell(estate.as_of), Cell("to be agreed")) for name, cell in measures)
    columns = (Column("Measure"), Column("Base line", is_number=True), Column("On"), Column("Again on"))
    table = Table("Measures of benefit", columns, rows, "devices.csv")
    return Section(
        "benefits",
        "",
        "Benefits and how they will be measured",
        "Each benefit is a count that auditor report makes again on a later day, by the same rules.",
        (table,),
    )


def assumptions(estate: Estate, claims: Claims) -> Section:
    """What the figures rest on, numbered, for somebody to own."""
    total, unsure = estate.verdicts["total"], estate.verdicts["recalled"] + estate.verdicts["assumption"]
    items = [
        f"A PC that was not heard of in {estate.stale_days} days is stale: shown, and counted by no rule.",
        "What could not be read is unknown. It is never counted as ready, and never as absent.",
        f"Of {words.number(total, 'verdict')}, {words.share(unsure, total)} rest on recalled or assumed facts.",
        "Ends of support are those published today; what was bought beyond them counts where overrides say so.",
        "PCs are told apart by several signs of their own; those in doubt count as several (auditor estate identities).",
        "Waivers count until their end date: PCs that they cover are shown apart.",
    ]
    if estate.coverage is None:
        items.append("How many PCs there should be is not known, so shares are of those that handed something in.")
    return Section(
        "assumptions",
        "",
        "Assumptions, constraints, dependencies",
        "These hold for every figure here; each needs somebody who answers for it.",
        (Items(tuple(items), is_numbered=True),),
    )
