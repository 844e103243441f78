"""An asset list as text and as rows: its encoding, its delimiter, and where its headings are. Pure."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from auditor.errors import SourceError

DELIMITERS: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""What may stand between two columns → its name."""

MAX_BYTES = 512 * 1024 * 1024
"""Largest list that is read, in bytes."""

MOST_BEFORE = 30
"""Most lines before the headings: titles, comments, what a report says of itself."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with its mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE with its mark"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE with its mark"),
)
_SAVE = "Save it as CSV UTF-8, or name what it is: --encoding cp850, --encoding utf-16-le …"


class Row(NamedTuple):
    """One row and the line on which it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]


def decoded(data: bytes, encoding: str = "") -> tuple[str, str]:
    """The text of a list, and what its encoding is called; guessed where none is given.

    A mark at the beginning tells; without one, zeros at every other place are UTF-16, and what is no UTF-8 is taken for
    Windows-1252, in which every text can be read: whoever sees it must confirm it.

    :raises SourceError: it is no text, or not in the encoding that was named.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"larger than {MAX_BYTES // 2**20} MB", "Split it, or leave columns out.")
    if data.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise SourceError("a workbook or document, no text", "Save the sheet as CSV.")
    name, shown = _named(encoding) if encoding else _guessed(data)
    try:
        text = data.decode(name)
    except (UnicodeError, ValueError) as error:
        raise SourceError(f"not in {shown}: {error}"[:200], _SAVE) from error
    if "\0" in text:
        raise SourceError("no text: it has zeros in it", _SAVE)
    return text.removeprefix("\ufeff"), shown


def _named(encoding: str) -> tuple[str, str]:
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)
    except (LookupError, ValueError) as error:
        raise SourceError(
            f"no encoding is called {encoding!r}", "Names are utf-8, utf-16, cp1252, cp850, latin-1 …"
        ) from error
    return found.name, f"{found.name}, as you said"


def _guessed(data: bytes) -> tuple[str, str]:
    for mark, name, shown in _MARKS:
        if data.startswith(mark):
            return name, shown
    start = data[:4096]
    zeros = start[0::2].count(0), start[1::2].count(0)
    if max(zeros) * 4 > len(start):
        return ("utf-16-le", "UTF-16 LE (guessed)") if zeros[1] > zeros[0] else ("utf-16-be", "UTF-16 BE (guessed)")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", "Windows-1252 (guessed: it is no UTF-8)"
    return "utf-8", "ASCII" if data.isascii() else "UTF-8 (guessed)"


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that have something in them.

    :raises SourceError: a quotation mark is not closed, or a column is endless.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "Close the quotation mark, and write those within a text twice."
        raise SourceError(f"line {line}: {error}", hint) from error


def preamble(text: str) -> tuple[int, str]:
    """How many lines at the beginning are no rows (``#TYPE …``, ``sep=;``), and the delimiter that one of them names."""
    count, named = 0, ""
    for line in text[: 64 * 1024].splitlines()[:MOST_BEFORE]:
        plain = line.strip().strip('"')
        if plain.casefold().startswith("sep=") and len(plain) == len("sep=;"):
            named = plain[-1]
        elif not plain.startswith("#TYPE") and plain:
            break
        count += 1
    return count, named


def first_rows(text: str, delimiter: str) -> list[Row]:
    """The rows among which the headings are looked for; none where they cannot be told with this delimiter."""
    found: list[Row] = []
    try:
        for row in rows(text[: 64 * 1024], delimiter):
            found.append(row)
            if len(found) > MOST_BEFORE:
                break
    except SourceError:
        pass  # the text was cut, or has another delimiter
    return found
