"""The formats of a comparison. A format shows one ``Comparison``; it counts, sorts and decides nothing.

To add one that shows documents, write a function as :func:`_pdf` is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from auditor.estate.comparison import Comparison
from auditor.report import compared, compared_files, compared_text, docx, markdown, pdf

Write = Callable[[Comparison, int], Iterator[bytes]]
"""The comparison and the width of the reader's terminal in columns → the file's bytes, in pieces."""


def _markdown(of: Comparison, width: int) -> Iterator[bytes]:
    yield markdown.text(compared.document(of)).encode("utf-8", "backslashreplace")


def _pdf(of: Comparison, width: int) -> Iterator[bytes]:
    yield pdf.write(compared.document(of))


def _word(of: Comparison, width: int) -> Iterator[bytes]:
    yield docx.write(compared.document(of))


FORMATS: Mapping[str, Write] = {
    "table": compared_text.write,
    "json": compared_files.write_json,
    "csv": compared_files.write_csv,
    "markdown": _markdown,
    "pdf": _pdf,
    "docx": _word,
}
"""Every ``--format`` of ``auditor compare``."""

BINARY = frozenset({"pdf", "docx"})
"""Those that are no text: of no use on a screen."""
