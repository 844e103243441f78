"""The report as GitHub-flavoured Markdown, for tickets and wikis: no list of PCs, every figure as its table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from auditor.estate.result import Estate
from auditor.report import contents
from auditor.report.document import (
    Bars,
    Block,
    Claim,
    Document,
    Items,
    Lines,
    Paragraph,
    Section,
    Table,
    Tiles,
)
from auditor.report.text import clean

_ACTS = re.compile(r"([\\`*_\[\]<>|~&#$])|(?<=\bwww)(\.)|(:)(?=//)", re.IGNORECASE)
"""What means something within a line: code, stress, links, HTML, cells, formulas, and addresses that become links."""
_AT = re.compile("@(?=\\S)")
"""A name behind it is told that it was mentioned, and an address of mail becomes a link: only markup between stops that."""
_BEGINS = re.compile(r"^(?:([-+=])|(\d+)([.)]))")
"""What makes a list, a rule or a heading of a line that begins with it."""

_Row = Sequence[str]


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The report's document as Markdown in UTF-8; ``width`` is not used."""
    yield text(contents.document(estate)).encode()


def text(document: Document) -> str:
    """Any document as Markdown. Texts are shown as they are, whatever they hold; nothing unseen is left in them."""
    parts = [f"# {_inline(document.title)}", _line(document.base)]
    for section in document.sections:
        parts += _section(section)
    parts += ["## Claims", *_claims(document.claims)]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {_inline(f'{section.number} {section.title}')}"
    if section.message:
        yield f"**{_inline(section.message.strip())}**"
    for block in section.blocks:
        yield from _block(block)
    if section.missing:
        yield f"> {_line(section.missing)}"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _line(block.text)
        case Items():
            marks = (f"{at}." if block.is_numbered else "-" for at in range(1, len(block.items) + 1))
            yield "\n".join(f"{mark} {_line(item)}" for mark, item in zip(marks, block.items, strict=True))
        case Tiles():
            rows = [(each.title, each.number.text, each.note) for each in block.tiles]
            yield _table(("", "PCs", ""), rows, {1})
            yield from _below("", (each.number.claim for each in block.tiles))
        case Table():
            numbers = {at for at, column in enumerate(block.columns) if column.is_number}
            yield f"**{_inline(block.caption.strip())}**"
            yield _table(
                [each.title for each in block.columns], ([cell.text for cell in row] for row in block.rows), numbers
            )
            yield from _below(block.source, (cell.claim for row in block.rows for cell in row))
        case Bars() | Lines():
            yield f"**{_inline(block.caption.strip())}**"
            yield _bars(block) if isinstance(block, Bars) else _lines(block)
            yield from _below(block.source, ())


def _bars(figure: Bars) -> str:
    labels = list(dict.fromkeys(part.label for bar in figure.bars for part in bar.parts))
    rows = []
    for bar in figure.bars:
        numbers = {part.label: f"{part.number:,}" for part in bar.parts}
        rows.append((bar.label, *(numbers.get(label, "") for label in labels), f"{bar.base:,}"))
    return _table(("", *labels, "of"), rows, set(range(1, len(labels) + 2)))


def _lines(figure: Lines) -> str:
    values = zip(*(line.values for line in figure.lines), strict=True) if figure.lines else ((),) * len(figure.points)
    rows = [
        (point, *("–" if value is None else f"{value:,}" for value in of))
        for point, of in zip(figure.points, values, strict=True)
    ]
    return _table(("", *(line.label for line in figure.lines)), rows, set(range(1, len(figure.lines) + 1)))


def _table(heads: _Row, rows: Iterable[_Row], numbers: set[int]) -> str:
    marks = ["---:" if at in numbers else "---" for at in range(len(heads))]
    return "\n".join([_row(heads), f"| {' | '.join(marks)} |", *map(_row, rows)])


def _row(cells: _Row) -> str:
    return f"| {' | '.join(map(_inline, cells))} |"


def _below(source: str, claims: Iterable[str]) -> Iterator[str]:
    """Where the numbers of what stands above can be counted again."""
    ids = list(dict.fromkeys(filter(None, claims)))
    said = f"{ids[0]} to {ids[-1]}" if len(ids) > 3 else ", ".join(ids)
    parts = [f"Source: {source}" if source else "", f"Claims: {said}" if said else ""]
    if any(parts):
        yield f"{_line('. '.join(filter(None, parts)))}."


def _claims(claims: Sequence[Claim]) -> Iterator[str]:
    yield "Each number with how to count it again: the rows of the file that fulfil the filter, or a command."
    if claims:
        yield "\n".join(f"- {_line(_said(each))}" for each in claims)


def _said(claim: Claim) -> str:
    of = "" if claim.base is None else f" of {claim.base:,}{f' {claim.of}' if claim.of else ''}"
    how = f"{claim.file}: {claim.where or 'all rows'}" if claim.file else claim.where
    return f"{claim.id}: {claim.says}: {claim.value:,}{of}{f' ({how})' if how else ''}"


def _inline(shown: str) -> str:
    """``shown`` within a line: what would act is escaped, what is not seen is shown as its code."""
    return _AT.sub("@<!-- -->", _ACTS.sub(lambda found: f"\\{found.group(0)}", clean(shown)))


def _line(shown: str) -> str:
    """``shown`` as a line of its own, that begins nothing."""
    return _BEGINS.sub(_held, _inline(shown.strip()))


def _held(found: re.Match[str]) -> str:
    return f"\\{found.group(1)}" if found.group(1) else f"{found.group(2)}\\{found.group(3)}"
