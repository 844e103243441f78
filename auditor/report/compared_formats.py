"""The formats of a comparison. A format shows one ``Comparison``; it counts, sorts and decides nothing.

To add one that shows documents, name its writer with :func:`auditor.report.compared.document` before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from auditor.estate.comparison import Comparison
from auditor.report import compared_files, compared_text

Write = Callable[[Comparison, int], Iterator[bytes]]
"""The comparison and the width of the reader's terminal in columns → the file's bytes, in pieces."""

FORMATS: Mapping[str, Write] = {
    "table": compared_text.write,
    "json": compared_files.write_json,
    "csv": compared_files.write_csv,
}
"""Every ``--format`` of ``auditor compare``."""
