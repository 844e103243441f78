"""The estate report as a workbook for Excel and others: evidence, in which nothing computes, links or recalculates.

Texts are written as texts and numbers as numbers; there is no formula in it and no link. It is written a row at a time, so
memory does not grow with the PCs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from auditor.errors import AuditorError, MissingExtraError
from auditor.estate.result import STATES, DeviceRow, Estate, RuleCount
from auditor.model import Finding, Outcome
from auditor.report import contents, csvfile, words
from auditor.report.text import clean

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head: Excel's limit."""
MOST_TEXT = 32_767
"""Characters of a cell, in UTF-16 units: Excel's limit."""
MOST_MARKS = 4_000_000
"""Of more PCs times rules than this there is no matrix: it would take longer than all the rest, and be of no use."""

_CUT = "… (cut here: the cell holds no more; all of it is in --format csv)"
_PIECE = 1 << 20
_A4 = 9
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TALLEST = 409
_MARKS = {Outcome.PASS: "P", Outcome.FAIL: "F", Outcome.UNKNOWN: "U", Outcome.WAIVED: "W"}
_ORDER = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.WAIVED: 2}
_FINDINGS = ("host", "id", "site", "about", "rule", "title", "severity", "outcome", "what to do", "subject", "actual")
_RULES = (
    "rule", "title", "about", "severity", "fail", "unknown", "waived", "pass", "not applicable", "blocked by a supplier",
    "fails this alone", "what to do", "changed",
)  # fmt: skip
_WIDTHS = {
    "id": 12,
    "hostname": 22,
    "snapshot_sha256": 14,
    "what to do": 60,
    "title": 50,
    "rule": 34,
    "says": 60,
    "where": 50,
}


class _Look(NamedTuple):
    """The formats of the workbook's cells."""

    text: Any
    head: Any
    right: Any
    upright: Any
    number: Any
    share: Any
    title: Any


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The workbook's bytes; ``width`` is not used. The same estate gives the same bytes.

    :raises MissingExtraError: XlsxWriter is not installed.
    :raises AuditorError: there are more PCs than a sheet has rows, or no room to put it together.
    """
    try:
        import xlsxwriter.exceptions
    except ImportError as error:
        raise MissingExtraError("XLSX needs XlsxWriter", "pip install 'estate-auditor[report]'") from error
    if len(estate.devices) > MOST_ROWS:
        raise AuditorError(
            f"{len(estate.devices):,} PCs are more than the {MOST_ROWS:,} rows of a sheet",
            "Write them with --format csv, or fewer of them with --filter.",
        )
    with TemporaryDirectory(prefix="auditor-") as folder:
        file = Path(folder) / "report.xlsx"
        plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder, **plain})
        try:
            with closing(book):
                _fill(book, estate)
        except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
            raise AuditorError(
                f"the workbook could not be put together: {error}",
                "Make room for temporary files, or use --format csv.",
            ) from error
        with file.open("rb") as opened:
            yield from iter(lambda: opened.read(_PIECE), b"")


def _fill(book: Any, estate: Estate) -> None:
    book.use_zip64()
    book.set_properties({
        "title": "Readiness of the estate", "comments": clean(words.base(estate)),
        "created": datetime.fromisoformat(estate.as_of),
    })  # fmt: skip
    text = {"num_format": "@", "valign": "top"}
    head = {**text, "bold": True, "bottom": 1, "bg_color": "#D9E2EC"}
    look = _Look(*map(book.add_format, (
        text, head, {**head, "align": "right"}, {**head, "rotation": 90}, {"num_format": "#,##0", "valign": "top"},
        {"num_format": "0.0%", "valign": "top"}, {"bold": True, "font_size": 14},
    )))  # fmt: skip
    of_rules = (*estate.by_rule, *estate.by_service)
    rows = sum(each.failed + each.unknown + each.waived for each in of_rules)
    has_matrix = len(estate.devices) * len(of_rules) <= MOST_MARKS
    _summary(_Sheet(book, "Summary", look), estate, has_matrix=has_matrix)
    devices = _Sheet(book, "Devices", look)
    more = range(2, max(-(-rows // MOST_ROWS), 1) + 1)
    findings = [_Sheet(book, name, look) for name in ("Findings", *(f"Findings {number}" for number in more))]
    matrix = _Sheet(book, "Matrix", look) if has_matrix else None
    _rules(_Sheet(book, "Rules", look), of_rules)
    _claims(_Sheet(book, "Claims", look), estate)
    _pcs(estate, devices, findings, matrix)


class _Sheet:
    """A sheet that is written downwards; what is written is text or a number, never anything that acts.

    The cells are put into XlsxWriter's file of rows as XML: its own way from a text to a cell takes many times as long, and
    takes a text between ``<r>`` and ``</r>`` for markup, as which a PC could put anything into the sheet.
    """

    def __init__(self, book: Any, name: str, look: _Look) -> None:
        self._sheet = book.add_worksheet(name)
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._look = _Look(*(each._get_xf_index() for each in look))
        self._letters: list[str] = []
        self.row = 0

    def head(self, titles: Sequence[str], rows: int, widths: Sequence[float] = (), *, upright_from: int = 1 << 14) -> None:
        """The frozen head of a sheet that is one table of ``rows``, with a filter; titles from one on stand upright."""
        for at, title in enumerate(titles):
            self._sheet.set_column(at, at, widths[at] if widths else _WIDTHS.get(title, max(len(title) + 4, 14)))
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.autofilter(0, 0, rows, len(titles) - 1)
        upright = titles[upright_from:]
        looks = [*(self._look.head for _ in titles[:upright_from]), *(self._look.upright for _ in upright)]
        height = min(7 * max(map(len, upright)) + 10, _TALLEST) if upright else 0
        self._write(titles, looks, f' ht="{height}" customHeight="1"' if height else "")

    def widths(self, first: float, others: float, columns: int) -> None:
        """Of a sheet without one head: how wide its columns are."""
        self._sheet.set_column(0, 0, first)
        self._sheet.set_column(1, columns - 1, others)

    def title(self, text: str) -> None:
        """A line that names what follows."""
        self._write([text], [self._look.title])

    def heads(self, titles: Sequence[str]) -> None:
        """The head of a table of numbers within the sheet."""
        self._write(titles, [self._look.head, *(self._look.right for _ in titles[1:])])

    def line(self, cells: Sequence[str | int | float | None]) -> None:
        """The next row. Empty cells are left out; a float is a share."""
        kinds = {str: self._look.text, int: self._look.number, float: self._look.share}
        self._write(cells, [kinds.get(type(cell), 0) for cell in cells])

    def _write(self, cells: Sequence[str | int | float | None], looks: Sequence[int], how: str = "") -> None:
        while len(self._letters) < len(cells):
            self._letters.append(_column(len(self._letters)))
        number = self.row + 1
        parts = []
        for letters, cell, look in zip(self._letters, cells, looks, strict=False):
            if cell is None or cell == "":
                continue
            at = f'<c r="{letters}{number}" s="{look}"'
            if isinstance(cell, str):
                parts.append(f'{at} t="inlineStr"><is><t xml:space="preserve">{_escaped(_fitting(cell))}</t></is></c>')
            else:
                parts.append(f"{at}><v>{cell!r}</v></c>")
        if parts:
            self._sheet._check_dimensions(self.row, 0)
            self._sheet._check_dimensions(self.row, len(cells) - 1)
            self._sheet.row_data_fh.write(f'<row r="{number}"{how}>{"".join(parts)}</row>')
        self.row += 1


def _column(at: int) -> str:
    """``A`` for 0, ``AB`` for 27."""
    return (_column(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _escaped(text: str) -> str:
    """``text`` for XML, and what reads as an escape of Excel's as itself."""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    return escape(text, quote=False)


def _fitting(text: str) -> str:
    """``text`` with nothing unseen in it, and no longer than a cell holds; where it was cut it says so."""
    shown = clean(text)
    if len(shown) <= MOST_TEXT // 2:
        return shown
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * MOST_TEXT:
        return shown
    return units[: 2 * (MOST_TEXT - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _summary(sheet: _Sheet, estate: Estate, *, has_matrix: bool) -> None:
    sheet.widths(46, 17, 8)
    sheet.title("Readiness of the estate")
    for said in (words.sentence, words.coverage, words.base, words.rests_on):
        sheet.line([said(estate)])
    sheet.line(["Rules count PCs that are not stale; the findings are theirs."])
    if not has_matrix:
        sheet.line([f"No matrix of PCs and rules: it would have more than {MOST_MARKS:,} cells. devices.csv has the same."])
    sheet.line([])
    total = estate.total.total
    sheet.heads(("state", "PCs", "share"))
    for state, number in zip(STATES, estate.total.counts, strict=True):
        sheet.line([words.STATE_TITLES[state], number, _share(number, total)])
    sheet.line(["All", total])
    _coverage(sheet, estate)
    titles = [words.STATE_TITLES[state] for state in STATES]
    for name, groups in (
        ("site", estate.by_site),
        ("operating system", estate.by_os),
        ("browser (a PC counts under each it has)", estate.by_browser),
    ):
        sheet.line([])
        sheet.heads((name, "PCs", *titles))
        for group in groups:
            sheet.line([group.name, *words.counts(group.tally)])


def _coverage(sheet: _Sheet, estate: Estate) -> None:
    of = estate.coverage
    sheet.line([])
    sheet.heads(("expected PCs", "PCs", "share of expected"))
    if of is None:
        sheet.line(["no list says who is expected"])
        return
    for name in ("expected", "heard", "stale", "never", "elsewhere", "unexpected"):
        number: int = getattr(of, name)
        sheet.line([name, number, _share(number, of.expected) if name in ("heard", "stale", "never") else None])
    if of.by_site:
        sheet.line([])
        sheet.heads(("site, by the list", "expected", "heard", "stale", "never", "elsewhere", "unexpected"))
    for each in of.by_site:
        sheet.line([each.name, each.expected, each.heard, each.stale, each.never, each.elsewhere, each.unexpected])


def _share(part: int, whole: int) -> float | None:
    """A share that shows the same digits as :func:`auditor.report.words.share`, which rounds halves up."""
    return (part * 2000 + whole) // (2 * whole) / 1000 if whole else None


def _rules(sheet: _Sheet, rules: Sequence[RuleCount]) -> None:
    sheet.head(_RULES, len(rules))
    for each in rules:
        sheet.line([
            each.rule, each.title, _about(each), each.severity.name.lower(), each.failed, each.unknown, each.waived,
            each.passed, each.not_applicable, each.blocked, each.sole, each.fix, csvfile.BETWEEN.join(each.changed),
        ])  # fmt: skip


def _about(rule: RuleCount) -> str:
    return "website" if rule.service else "PC"


def _claims(sheet: _Sheet, estate: Estate) -> None:
    claims = contents.document(estate).claims
    sheet.head(("id", "says", "value", "base", "of", "file", "where"), len(claims))
    for each in claims:
        sheet.line(each)


def _pcs(estate: Estate, devices: _Sheet, findings: Sequence[_Sheet], matrix: _Sheet | None) -> None:
    """One pass over the PCs, that writes to their three sheets in step."""
    rules = (*estate.by_rule, *estate.by_service)
    columns = {rule.rule: at for at, rule in enumerate(rules)}
    devices.head(csvfile.COLUMNS, len(estate.devices))
    left = sum(each.failed + each.unknown + each.waived for each in rules)
    for sheet in findings:
        sheet.head(_FINDINGS, min(left, MOST_ROWS))
        left -= MOST_ROWS
    if matrix:
        titles = ("host", "site", "state", *columns)
        matrix.head(titles, len(estate.devices), (22, 18, 12, *(4 for _ in rules)), upright_from=3)
    of_pc = csvfile.cells_of(estate)
    failing = _failing(estate)
    listed = iter(findings)
    sheet = next(listed)
    for device in estate.devices:
        devices.line(of_pc(device))
        for row in failing(device):
            if sheet.row > MOST_ROWS:
                sheet = next(listed)
            sheet.line(row)
        if matrix:
            marks = [""] * len(rules)
            for rule, outcome in device.outcomes.items():
                marks[columns[rule]] = _MARKS[outcome]
            matrix.line([device.hostname, device.site, device.state, *marks])


def _failing(estate: Estate) -> Callable[[DeviceRow], Iterator[tuple[str, ...]]]:
    """The function that tells what of a PC did not pass, a row for each rule: the worst first, then the gravest."""
    order = words.gravest(estate)
    told = {each.rule: each for each in (*estate.by_rule, *estate.by_service)}

    def rows(device: DeviceRow) -> Iterator[tuple[str, ...]]:
        if device.state == "stale":
            return
        bad = [(rule, outcome) for rule, outcome in device.outcomes.items() if outcome in _ORDER]
        if not bad:
            return
        why = _by_rule(device.findings) if device.explained else {}
        for rule, outcome in sorted(bad, key=lambda each: (_ORDER[each[1]], order[each[0]])):
            of = told[rule]
            found = [each for each in why.get(rule, ()) if each.outcome is outcome]
            fix = _joined(each.fix for each in found) or of.fix
            subjects, actual = _joined(each.subject.name for each in found), _joined(each.actual for each in found)
            yield (
                device.hostname, device.id, device.site, _about(of), rule, of.title, of.severity.name.lower(), outcome.value,
                fix, subjects, actual,
            )  # fmt: skip

    return rows


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for each in findings:
        found.setdefault(each.rule, []).append(each)
    return found


def _joined(texts: Iterable[str]) -> str:
    return csvfile.BETWEEN.join(dict.fromkeys(text for text in texts if text))
