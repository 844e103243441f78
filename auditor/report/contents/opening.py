"""The first chapters: what a manager reads in two minutes, who stands for it, and how far it may be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.estate.result import NO_SITE, STATES, Coverage, Estate, SiteCoverage
from auditor.report import words
from auditor.report.contents import shapes
from auditor.report.document import (
    Bar,
    Bars,
    Block,
    Cell,
    Claims,
    Column,
    Items,
    Paragraph,
    Part,
    Section,
    Table,
    Tile,
    Tiles,
)

ENOUGH = 95
"""The share of expected PCs in per cent from which on figures of those that were heard stand for all."""

MOST_NAMED = 60
"""How many PCs that were never heard, and that are on no list, are named."""

MOST_DATES = 3
"""How many of the next ends of support the summary names."""


def summary(estate: Estate, claims: Claims) -> Section:
    """Four numbers, a sentence, and the dates that matter."""
    total = estate.total
    tiles = [
        Tile(words.STATE_TITLES[state], cell, f"{words.share(total.of(state), total.total)} of {total.total:,}")
        for state, cell in zip(STATES, shapes.states(total, claims, ""), strict=True)
        if state in ("ready", "at risk", "not ready", "unknown")
    ]
    if total.of("waived"):
        tiles[0] = tiles[0]._replace(note=f"{tiles[0].note}; {total.of('waived'):,} more by waiver")
    tiles.append(_not_seen(estate, claims))
    blocks: list[Block] = [Tiles(tuple(tiles)), Paragraph(words.coverage(estate))]
    dates = _next_dates(estate)
    if dates:
        blocks.append(Items(dates))
    return Section("summary", "", "Summary", words.sentence(estate), tuple(blocks))


def _not_seen(estate: Estate, claims: Claims) -> Tile:
    """PCs of which nothing recent is known: stale ones, and where a list says who is expected those never heard."""
    of, stale = estate.coverage, estate.total.of("stale")
    if of is None:
        cell = claims.cell(
            f"PCs not heard of in {estate.stale_days} days",
            stale,
            "state=stale",
            base=estate.total.total,
            of="PCs",
            state="stale",
        )
        return Tile("Not seen", cell, f"not heard of in {estate.stale_days} days; who was never heard is not known")
    cell = claims.cell(
        "expected PCs of which nothing recent is known",
        of.unseen,
        base=of.expected,
        of="expected PCs",
        state="stale",
        file="auditor estate missing; devices.csv with expected=yes and state=stale",
    )
    return Tile("Not seen", cell, f"of {of.expected:,} expected: {of.never:,} never heard, {of.stale:,} not of late")


def _next_dates(estate: Estate) -> tuple[str, ...]:
    """The next ends of support, with the PCs that they are about."""
    ahead = sorted({each.ends for each in estate.lifecycles if each.ends >= estate.as_of})
    return tuple(f"{day}: support ends for {_ending(estate, day)}." for day in ahead[:MOST_DATES])


def _ending(estate: Estate, day: str) -> str:
    """What ends on a day, with how many PCs have it; whether the end was last known so, and is not certain by now."""
    found: dict[str, list[int]] = {}
    for each in estate.lifecycles:
        if each.ends == day:
            name = f"{each.name} {each.edition}".rstrip()
            number, unsure = found.setdefault(name, [0, 0])
            found[name] = [number + each.devices, unsure + (each.state == "unknown")]
    return ", ".join(
        f"{name} ({words.number(number, 'PC')}{', as last known' if unsure else ''})"
        for name, (number, unsure) in found.items()
    )


def control(estate: Estate, claims: Claims) -> Section:
    """What this is a version of, and who signs for it."""
    about = [("As of", estate.as_of), ("Made by", f"auditor {estate.version}")]
    about += [("Rules", f"{pack.title} ({pack.id}) {pack.version}, SHA-256 {pack.digest}") for pack in estate.packs.values()]
    about += [("Filters", " and ".join(estate.filters) or "none: the whole estate")]
    about += [("Reference data", f"{each.about}, {each.as_of}") for each in estate.knowledge]
    facts = Table(
        "What this report was made from",
        (Column("What"), Column("Is")),
        tuple((Cell(name), Cell(value)) for name, value in about),
    )
    roles = ("Prepared by", "Checked by", "IT lead", "Senior responsible owner", "Finance", "Information security")
    sign = Table(
        "Sign-off",
        (Column("Role"), Column("Name"), Column("Date"), Column("Signature")),
        tuple((Cell(role), Cell(""), Cell(""), Cell("")) for role in roles),
    )
    return Section(
        "control",
        "",
        "Document control and sign-off",
        "This version stands for the day, the rules and the reference data named here, and for no other.",
        (facts, sign),
    )


def scope(estate: Estate, claims: Claims) -> Section:
    """Who is expected, who was heard, and what may not be concluded."""
    of = estate.coverage
    message = words.coverage(estate)
    if of is None:
        missing = f"Who is expected is not known. Give a list (Active Directory, an asset register, Intune): {words.EXPECT}."
        return Section("scope", "", "Scope, coverage and confidence", message, (_figures(estate, claims),), missing)
    blocks: list[Block] = [_figures(estate, claims)]
    if of.by_site:
        blocks.append(_heard_by_site(of))
        blocks.append(_coverage_table(of, claims))
    if of.expected and of.heard * 100 < of.expected * ENOUGH:
        blocks.append(
            Paragraph(
                f"Fewer than {ENOUGH} % of the expected PCs were heard, so no share here may be read as that of the whole. "
                f"{words.possible(estate)}"
            )
        )
    blocks += _names(of)
    return Section("scope", "", "Scope, coverage and confidence", message, tuple(blocks))


def _figures(estate: Estate, claims: Claims) -> Table:
    """What the figures are about, as a table."""
    rows = [
        ("PCs that handed in a snapshot", estate.heard, "", "auditor report without --filter"),
        ("PCs of this report", estate.total.total, "", "devices.csv"),
        (
            f"of these not heard of in {estate.stale_days} days (stale)",
            estate.total.of("stale"),
            "state=stale",
            "devices.csv",
        ),
        ("PCs heard only after this day, left out", estate.later, "", "auditor report --as-of a later day"),
        ("files handed in that could not be taken", len(estate.quarantined), "", "auditor retry --dry-run"),
    ]
    cells = tuple((Cell(says), claims.cell(says, value, filter_, file=file)) for says, value, filter_, file in rows)
    return Table(
        "What the figures are about", (Column("What"), Column("Number", is_number=True)), cells, "devices.csv, the estate"
    )


def _names(of: Coverage) -> list[Block]:
    """The first of the PCs that were never heard, and of those that are on no list, by name."""
    tables: list[Block] = []
    if of.never_heard:
        first = of.never_heard[:MOST_NAMED]
        rows = [(each.name, each.site or NO_SITE, f"line {each.row} of {each.source}") for each in first]
        title = f"Never heard: the first {len(rows):,} of {of.never:,}"
        tables.append(_listed(title, ("PC", "Site", "Expected by"), rows, words.MISSING))
    if of.unlisted:
        rows = [(each.hostname or each.id, each.site or NO_SITE, each.taken_at[:10]) for each in of.unlisted[:MOST_NAMED]]
        title = f"Not on the list: the first {len(rows):,} of {of.unexpected:,}"
        tables.append(_listed(title, ("PC", "Site", "Seen"), rows, f"{words.MISSING} --unexpected"))
    return tables


def _listed(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], source: str) -> Table:
    return Table(title, tuple(map(Column, columns)), tuple(tuple(map(Cell, row)) for row in rows), source)


def _heard_by_site(of: Coverage) -> Bars:
    low = sorted(of.by_site, key=lambda each: (each.heard / each.expected if each.expected else 1, each.name))
    bars = tuple(Bar(each.name, _parts(each), each.expected) for each in low if each.expected)
    return Bars(
        f"Expected PCs by site, first where the fewest were heard; base: the PCs listed there ({of.expected:,} in all).",
        f"{of.heard:,} of {of.expected:,} expected PCs were heard; the table has each site.",
        bars,
        source=words.MISSING,
    )


def _parts(each: SiteCoverage) -> tuple[Part, ...]:
    found = (
        Part(each.heard, "heard", "ready"),
        Part(each.elsewhere, "heard elsewhere", "waived"),
        Part(each.stale, "stale", "stale"),
        Part(each.never, "never heard", "unknown"),
    )
    return tuple(part for part in found if part.number)


def _coverage_table(of: Coverage, claims: Claims) -> Table:
    titles = ("Expected", "Heard", "Stale", "Never heard", "Heard elsewhere", "Not on the list")
    names = ("expected", "heard", "stale", "never", "elsewhere", "unexpected")
    rows = tuple(
        (
            Cell(each.name),
            *(
                claims.cell(
                    f"{title.casefold()} PCs at {each.name}",
                    getattr(each, name),
                    file=f"{words.MISSING}; auditor report --format json",
                )
                for title, name in zip(titles, names, strict=True)
            ),
        )
        for each in of.by_site
    )
    columns = (Column("Site"), *(Column(title, is_number=True) for title in titles))
    return Table("Expected and heard by site", columns, rows, words.MISSING)
