"""How the estate stands: by site, by what PCs run on, by browser, website and Office."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.estate.result import Estate, Group, Lifecycle, RuleCount
from auditor.report import words
from auditor.report.contents import shapes
from auditor.report.document import Bar, Bars, Block, Cell, Claims, Column, Paragraph, Part, Section, Table

LIFECYCLE_STATES = {
    "ended": "not ready",
    "ending": "at risk",
    "extended": "waived",
    "supported": "ready",
    "unknown": "unknown",
}
"""How the state of support is shown."""

_ONCE = "A PC counts under each, so the rows add up to more than the estate."


def _worst(groups: Sequence[Group], what: str) -> str:
    """Which group stands worst, in a sentence."""
    if not groups:
        return f"No {what} is known."
    worst = max(groups, key=lambda each: (shapes.bad(each.tally), each.name))
    number = shapes.bad(worst.tally)
    if not number:
        return f"At no {what} is a PC not ready or unknown."
    return (
        f"Most PCs that are not ready or unknown are at {worst.name}: {number:,} of {worst.tally.total:,} "
        f"({words.share(number, worst.tally.total)})."
    )


def sites(estate: Estate, claims: Claims) -> Section:
    """By site, worst first."""
    base = words.number(estate.total.total, "PC")
    blocks: tuple[Block, ...] = (
        shapes.by_state(
            estate.by_site,
            f"PCs by state at each site, worst first; base: {base}, and its own beside each bar.",
            _worst(estate.by_site, "site"),
            "devices.csv by site and state",
        ),
        shapes.grouped("Site", "site", estate.by_site, claims, "PCs by site and state"),
    )
    return Section("sites", "", "Baseline by site", _worst(estate.by_site, "site"), blocks if estate.by_site else ())


def systems(estate: Estate, claims: Claims) -> Section:
    """By operating system, with the end of its support."""
    mine = [each for each in estate.lifecycles if each.kind == "os"]
    ended = sum(each.devices for each in mine if each.state == "ended")
    unknown = sum(each.devices for each in mine if each.state == "unknown")
    live = shapes.live(estate)
    message = (
        f"{ended:,} of {words.number(live, 'PC')} heard of late ({words.share(ended, live)}) run an operating system "
        f"whose support has ended; of {unknown:,} ({words.share(unknown, live)}) it is not known whether it has."
    )
    blocks: list[Block] = [
        _ends(mine, live, "Operating systems"),
        _lifecycle_table(mine, claims, "Operating system", "Edition"),
    ]
    blocks.append(shapes.grouped("Operating system", "os", estate.by_os, claims, "PCs by operating system and state"))
    return Section("systems", "", "Operating systems", message, tuple(blocks) if mine else ())


def office(estate: Estate, claims: Claims) -> Section:
    """By Office suite, with the end of its support."""
    mine = [each for each in estate.lifecycles if each.kind == "office"]
    ended = sum(each.devices for each in mine if each.state == "ended")
    unknown = sum(each.devices for each in mine if each.state == "unknown")
    message = (
        f"{ended:,} Office installations are out of support; of {unknown:,} it is not known. {_ONCE}"
        if mine
        else "No Office suite was found on the PCs of this report."
    )
    blocks = (_ends(mine, shapes.live(estate), "Office suites"), _lifecycle_table(mine, claims, "Suite", "Channel"))
    return Section("office", "", "Office applications", message, blocks if mine else ())


def _ends(mine: Sequence[Lifecycle], live: int, title: str) -> Bars:
    """Bars of products, each with the state of support as its parts."""
    by_name: dict[str, dict[str, int]] = {}
    for each in mine:
        parts = by_name.setdefault(each.name, {})
        parts[each.state] = parts.get(each.state, 0) + each.devices
    order = sorted(by_name.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    bars = tuple(
        Bar(
            name,
            tuple(Part(parts[state], state, LIFECYCLE_STATES[state]) for state in LIFECYCLE_STATES if parts.get(state)),
            live,
        )
        for name, parts in order
    )
    most = f"Most PCs have {order[0][0]}." if order else "None was found."
    return Bars(
        f"{title} by the state of their support; base: {words.number(live, 'PC')} heard of late.",
        f"{most} The table has every end of support.",
        bars,
        alike=False,
        source="the table below",
    )


def _lifecycle_table(mine: Sequence[Lifecycle], claims: Claims, title: str, edition: str) -> Table:
    rows = tuple(
        (
            Cell(each.name),
            Cell(each.edition or "–"),
            Cell(each.state, state=LIFECYCLE_STATES[each.state]),
            Cell(each.ends or "–"),
            claims.cell(
                f"PCs heard of late with {each.name} {each.edition}, support {each.state} ({each.ends or 'no end'})"
                f"{f': {each.why}' if each.why else ''}",
                each.devices,
                file="auditor report --format json: lifecycles",
            ),
            Cell(each.why.partition(";")[0]),
        )
        for each in mine
    )
    columns = (
        Column(title),
        Column(edition),
        Column("Support"),
        Column("Ends, or ended"),
        Column("PCs", is_number=True),
        Column("What is not known"),
    )
    return Table(
        f"{title}: support and its end; first what ended first", columns, rows, "auditor report --format json: lifecycles"
    )


def browsers(estate: Estate, claims: Claims) -> Section:
    """By browser and its major version."""
    products: dict[str, list[Group]] = {}
    for group in estate.by_browser:
        products.setdefault(group.name.partition(" ")[0], []).append(group)
    message = (
        f"{len(products)} kinds of browsers are in use, in {len(estate.by_browser)} major versions. {_ONCE}"
        if products
        else "No browser was found on the PCs of this report."
    )
    blocks = (
        shapes.by_state(
            estate.by_browser,
            "PCs that have each browser, by state; base: beside each bar, the PCs with that browser.",
            _worst(estate.by_browser, "browser").replace("are at", "have"),
            "devices.csv by browser_groups and state",
        ),
        shapes.grouped("Browser", "browser", estate.by_browser, claims, "PCs by browser and state"),
    )
    return Section("browsers", "", "Browsers", message, blocks if products else ())


_FITS = (
    ("does not work", "fail", "not ready"), ("may work: unknown", "unknown", "unknown"), ("is waived", "waived", "waived"),
    ("works", "pass", "ready"),
)  # fmt: skip
"""What a website does on a PC: in words, its outcome, and the state that it is shown as."""


def _fits(each: RuleCount) -> tuple[int, ...]:
    """How many PCs for each of :data:`_FITS`."""
    return each.failed, each.unknown, each.waived, each.passed


def websites(estate: Estate, claims: Claims) -> Section:
    """Which websites work: a table of per cent that do not, which is its own accessible alternative."""
    found = estate.by_service
    if not found:
        missing = "No pack with websites was judged by: auditor report --pack services, or all packs."
        return Section("websites", "", "HTML5 and website fit", "No website was judged.", (), missing)
    worst = max(found, key=lambda each: (each.failed, each.rule))
    message = (
        f"{worst.title} fails on most PCs: {worst.failed:,}." if worst.failed else "No website is known to fail on any PC."
    )
    titles = ("Does not work", "Unknown", "Waived", "Works", "Does not work")
    table = Table(
        "Websites by PCs that are not stale; a website works where one browser meets every demand",
        (Column("Website"), *(Column(title, is_number=True) for title in titles)),
        tuple(_website(each, claims) for each in found),
        "devices.csv: services_failed, services_unknown, services_waived",
    )
    bars = tuple(
        Bar(
            each.title,
            tuple(Part(number, said, state) for number, (said, _, state) in zip(_fits(each), _FITS, strict=True) if number),
            sum(_fits(each)),
        )
        for each in found
        if sum(_fits(each))
    )
    figure = Bars("Websites by the PCs that they apply to; base: beside each bar.", message, bars, source="the table below")
    said = "Which features of HTML5 a website needs, and from where that is known, auditor rules explain says."
    return Section("websites", "", "HTML5 and website fit", message, (figure, table, Paragraph(said)))


def _website(each: RuleCount, claims: Claims) -> tuple[Cell, ...]:
    base = sum(_fits(each))
    cells = (
        claims.cell(
            f"PCs on which {each.title} {said}",
            number,
            f"rule={each.rule}:{outcome}",
            base=base,
            of="PCs it applies to",
            state=state if number else "",
        )
        for number, (said, outcome, state) in zip(_fits(each), _FITS, strict=True)
    )
    return (Cell(each.title), *cells, Cell(words.share(each.failed, base)))
