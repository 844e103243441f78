"""The formats of the estate report. A format shows one ``Estate``; it counts, sorts and decides nothing.

To add one, write a module with a function of :data:`Write`'s shape and name it in :data:`FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from auditor.estate.result import Estate
from auditor.report import claims, contents, csvfile, docx, htmlpage, jsonfile, markdown, pdf, terminal, xlsx

Write = Callable[[Estate, int], Iterator[bytes]]
"""The estate and the width of the reader's terminal in columns → the file's bytes, in pieces: a million PCs are never
in memory at once."""


def _pdf(estate: Estate, width: int) -> Iterator[bytes]:
    yield pdf.write(contents.document(estate))


def _word(estate: Estate, width: int) -> Iterator[bytes]:
    yield docx.write(contents.document(estate))


FORMATS: Mapping[str, Write] = {
    "table": terminal.write,
    "json": jsonfile.write,
    "csv": csvfile.write_for_spreadsheets,
    "csv-exact": csvfile.write_exact,
    "html": htmlpage.write,
    "pdf": _pdf,
    "docx": _word,
    "xlsx": xlsx.write,
    "markdown": markdown.write,
    "claims": claims.write,
}
"""Every ``--format`` of ``auditor report``."""

BINARY = frozenset({"docx", "pdf", "xlsx"})
"""Those that are no text: of no use on a screen."""
