"""Estates made of device rows, counted the way the store counts them, and ways to read a report back."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
from docx.oxml.ns import qn
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText

from auditor.estate.result import (
    STATES,
    Coverage,
    DeviceRow,
    Estate,
    Few,
    Group,
    Missing,
    Quarantined,
    RuleCount,
    SiteCoverage,
    Tally,
    TrendPoint,
    Unlisted,
)
from auditor.knowledge.dates import Dated
from auditor.model import BASES, Finding, Gap, Outcome, Severity, Subject, worst
from auditor.report.formats import FORMATS
from auditor.rules import Pack

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
WIDE = 400
"""So wide that no cell of a table wraps."""

PACK = Pack("test", "Test rules", "1.2", "", "2026-11-01", "0" * 64)
SEVERITIES = {
    "test/old-browser": Severity.HIGH,
    "test/no-office": Severity.LOW,
    "test/memory": Severity.INFO,
    "test/tickets": Severity.INFO,
}
SERVICES = frozenset({"test/tickets"})
"""Those of them that are profiles of services."""

HOSTILE = (
    '=HYPERLINK("x")',
    "@SUM(1+1)",
    "\t=1",
    "</script><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "{{ 7 * 7 }}",
    "\x1b[2J\x1b]0;gone\x07",
    "desk\u202egnp.exe",
    "one\ntwo\r\nthree",
    "x" * 100_000,
    "half \ud800 of a pair",
    "\x00\x9b31m",
)
"""Names that a PC might give itself."""


def finding(rule: str = "test/old-browser", outcome: Outcome = Outcome.FAIL, name: str = "chrome", **texts: str) -> Finding:
    known = {"expected": "version at least 120", "actual": "version 138.10", "fix": "Update it."} | texts
    of = {"evidence": (), "service": rule in SERVICES}
    return Finding(rule, "test", SEVERITIES[rule], Subject("browser", name), outcome, **of, **known)  # type: ignore[arg-type]


def device(number: int = 1, state: str = "ready", **changes: Any) -> DeviceRow:
    values: dict[str, Any] = {
        "id": f"{number:032x}",
        "hostname": f"desk-{number}",
        "site": "Leeds",
        "tags": (),
        "taken_at": "2026-11-20T09:30:00Z",
        "os": "Windows 11 23H2",
        "state": state,
        "browsers": ("chrome 138.10",),
        "browser_groups": ("chrome 138",),
        "office": (),
        "gaps": (),
        "snapshot": hashlib.sha256(str(number).encode()).hexdigest(),
    }
    findings = changes.pop("findings", ())
    outcomes = {rule: worst(each.outcome for each in findings if each.rule == rule)
                for rule in dict.fromkeys(each.rule for each in findings)}  # fmt: skip
    blocked = tuple(dict.fromkeys(each.blocked_by for each in findings if each.blocked_by))
    told = {"outcomes": outcomes, "blocked_by": blocked, "explained": True, "why": lambda: findings}
    return DeviceRow(**values | told | changes)


def tally(devices: Iterable[DeviceRow]) -> Tally:
    counted = Counter(each.state for each in devices)
    return Tally(tuple(counted[state] for state in STATES))


def groups(devices: Sequence[DeviceRow], names: Any) -> tuple[Group, ...]:
    by_name: dict[str, list[DeviceRow]] = {}
    for each in devices:
        for name in dict.fromkeys(names(each)):
            by_name.setdefault(name, []).append(each)
    return tuple(Group(name, tally(of)) for name, of in sorted(by_name.items()))


def count(rule: str, devices: Iterable[DeviceRow]) -> RuleCount:
    fresh = [each for each in devices if each.state != "stale"]
    seen = Counter(worst(finding.outcome for finding in each.findings if finding.rule == rule) for each in fresh)
    outcomes = (seen[Outcome.PASS], seen[Outcome.FAIL], seen[Outcome.UNKNOWN], seen[Outcome.WAIVED], seen[None])
    return RuleCount(rule, f"Rule {rule}", SEVERITIES[rule], "Update it.", *outcomes, rule in SERVICES)


def verdicts(devices: Iterable[DeviceRow]) -> dict[str, int]:
    findings = [finding for each in devices if each.state != "stale" for finding in each.findings]
    by_basis = {basis: sum(finding.basis == basis for finding in findings) for basis in BASES}
    return {"total": len(findings), **by_basis, "warned": sum(bool(finding.warning) for finding in findings)}


def coverage(devices: Sequence[DeviceRow], never: Sequence[Missing] = (), filters: tuple[str, ...] = ()) -> Coverage:
    """What a list says that has the PCs that are ``expected``, each at its own site, and ``never``."""
    listed = [each for each in devices if each.expected]
    others = [each for each in devices if not each.expected]
    fresh = [each for each in listed if each.state != "stale"]
    sites = dict.fromkeys([*(each.site for each in devices), *(each.site for each in never)])
    whole = len(listed) + len(never), len(fresh), len(listed) - len(fresh), len(never), 0, len(others)
    return Coverage(
        ("ad",), whole[0], filters, *whole, sum(each.state in ("ready", "waived") for each in fresh),
        tuple(SiteCoverage(
            site or "(no site)", sum(each.site == site for each in (*listed, *never)), sum(each.site == site for each in fresh),
            sum(each.site == site and each.state == "stale" for each in listed), sum(each.site == site for each in never), 0,
            sum(each.site == site for each in others),
        ) for site in sites),
        tuple(never), tuple(Unlisted(each.id, each.hostname, each.site, each.taken_at) for each in others),
    )  # fmt: skip


def missing(number: int, name: str = "", site: str = "Leeds") -> Missing:
    return Missing(name or f"gone-{number}", site, ("ward",), "ad", number)


def points(of: Tally, covered: Coverage | None) -> tuple[TrendPoint, ...]:
    """A trend of two points, of which the last is the report's."""
    before = Tally(tuple(reversed(of.counts)))
    return (TrendPoint("2026-10-31", before, covered), TrendPoint("2026-11-24", of, covered))


def estate(
    *devices: DeviceRow,
    filters: tuple[str, ...] = (),
    quarantined: tuple[Quarantined, ...] = (),
    later: int = 0,
    never: Sequence[Missing] | None = None,
    trend: bool = False,
) -> Estate:
    """``never`` are expected and were not heard; None for no list."""
    covered = None if never is None else coverage(devices, never)
    return Estate(
        as_of="2026-11-24",
        stale_days=30,
        version="0.1.0",
        packs={"test": PACK},
        filters=filters,
        heard=len(devices),
        later=later,
        total=tally(devices),
        by_site=groups(devices, lambda each: [each.site_name]),
        by_os=groups(devices, lambda each: [each.os]),
        by_browser=groups(devices, lambda each: each.browser_groups),
        by_rule=tuple(count(rule, devices) for rule in sorted(SEVERITIES) if rule not in SERVICES),
        verdicts=verdicts(devices),
        knowledge=(Dated("browsers", "2026-11-12"),),
        by_service=tuple(count(rule, devices) for rule in sorted(SERVICES)),
        devices=Few(devices),
        quarantined=quarantined,
        coverage=covered,
        trend=points(tally(devices), covered) if trend else (),
    )


NAMES = st.sampled_from(["desk", "büro 7", "", *(name for name in HOSTILE if len(name) < 1000)]) | st.text(max_size=12)
FINDINGS = st.builds(
    lambda rule, outcome, name, actual, waiver: finding(rule, outcome, name, actual=actual, waiver=waiver),
    st.sampled_from(sorted(SEVERITIES)),
    st.sampled_from(list(Outcome)),
    st.sampled_from(["chrome", "firefox", "*"]),
    NAMES,
    st.sampled_from(["", "accepted by J. Okafor until 2027-01-01"]),
)
GAPS = st.builds(
    lambda kind, scope, reason: Gap(kind, scope, reason),
    st.sampled_from(["browser", "office"]),
    st.sampled_from(["machine", "user"]),
    NAMES,
)


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Any estate of a few PCs."""
    kinds = st.lists(st.sampled_from(["chrome 138.10", "firefox 140.12.0"]), max_size=2, unique=True).map(tuple)
    has_list = draw(st.booleans())
    devices = [
        device(
            number,
            draw(st.sampled_from(STATES)),
            expected=draw(st.booleans()) if has_list else None,
            hostname=draw(NAMES),
            site=draw(st.sampled_from(["", "Leeds", "York", "=Bath"])),
            os=draw(st.sampled_from(["Windows 11 23H2", "Debian GNU/Linux 12", "unknown"])),
            tags=draw(st.lists(NAMES, max_size=2).map(tuple)),
            browsers=browsers,
            browser_groups=tuple(each.partition(".")[0] for each in browsers),
            findings=draw(st.lists(FINDINGS, max_size=4).map(tuple)),
            gaps=draw(st.lists(GAPS, max_size=2).map(tuple)),
        )
        for number, browsers in enumerate(draw(st.lists(kinds, max_size=6)))
    ]
    refused = draw(
        st.lists(st.builds(Quarantined, NAMES, NAMES, st.just("2026-11-21T00:00:00Z"), st.just("a" * 64)), max_size=2)
    )
    gone = [missing(number, name) for number, name in enumerate(draw(st.lists(NAMES, max_size=2)))]
    never = gone if has_list else None
    later = draw(st.integers(0, 2))
    return estate(*devices, quarantined=tuple(refused), later=later, never=never, trend=draw(st.booleans()))


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    def all(self, tag: str = "") -> Iterator[Node]:
        """Every element below of that tag, or every element."""
        for child in self.children:
            if isinstance(child, Node):
                if tag in ("", child.tag):
                    yield child
                yield from child.all(tag)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def of_class(self, name: str) -> list[Node]:
        """Every element below with that class."""
        return [node for node in self.all() if name in (node.attributes.get("class") or "").split()]


class _Page(HTMLParser):
    VOID = frozenset({"meta", "br", "img", "rect", "link", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in self.VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page(text: str) -> Node:
    """A page, parsed; every element must be closed."""
    parser = _Page()
    parser.feed(text)
    parser.close()
    assert len(parser.open) == 1, f"<{parser.open[-1].tag}> stays open"
    return parser.open[0]


def number(text: str) -> int:
    return int(text.strip().replace(",", ""))


def write(form: str, of: Estate, width: int = WIDE) -> str:
    """A report as text; of a workbook all the text in its sheets, of a Word file all in its body."""
    whole = b"".join(FORMATS[form](of, width))
    if form == "docx":
        return "\n".join(each.text or "" for each in docx.Document(io.BytesIO(whole)).element.body.iter(qn("w:t")))
    if form == "pdf":
        return "\n".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(whole)).pages)
    if form == "xlsx":
        return "\n".join(
            str(cell) for sheet in workbook(whole).values() for row in sheet for cell in row if cell is not None
        )
    return whole.decode("utf-8-sig" if form in ("csv", "claims") else "utf-8")


def workbook(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet, as another program reads them: with ``rich_text`` it also undoes the escapes of escapes."""
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
    return {
        sheet.title: [tuple(str(cell) if isinstance(cell, CellRichText) else cell for cell in row) for row in sheet.values]
        for sheet in book
    }


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sections(text: str) -> dict[str, list[str]]:
    """A terminal report's headings and the lines below each."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line and following == "=" * len(line):
            name = line
            found[name] = []
        elif set(line) != {"="}:
            found[name].append(line)
    return found
