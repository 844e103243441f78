"""Text for terminals: tables that fit, and nothing in them that a device could act through."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SEPARATORS = 2
_NARROWEST = 12


def clean(text: object) -> str:
    r"""``text`` with every control, direction and invisible character shown as its code.

    A host name may hold escape sequences that would rewrite the screen, or marks that
    turn the reading direction: they come out as ``\x1b`` and ``\u202e``.
    """
    plain = str(text)
    if (
        plain.isascii() and plain.isprintable()
    ):  # as nearly all names are, so a long list is not looked through letter by letter
        return plain
    return "".join(as_code(char) if unicodedata.category(char) in _UNSAFE else char for char in plain)


def as_code(char: str) -> str:
    r"""A character as its code: ``\x1b``, ``\u202e``."""
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], width: int) -> str:
    """A table of at most ``width`` columns; long cells wrap, versions stay as they are written.

    The widest columns give way first, so that names and numbers stay on one line. A column
    keeps at least one character, so a great many of them need more than a small ``width``.
    """
    import tabulate  # here, because it takes longer to load than a scan without a table needs in all

    tabulate.MIN_PADDING = 0  # else a column is two characters wider than its header
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = _fit([_natural(column) for column in zip(headers, *cells, strict=True)], width)
    lines = [[_wrapped(cell, to) for cell, to in zip(row, widths, strict=True)] for row in cells]
    heads = [_wrapped(head, to) for head, to in zip(headers, widths, strict=True)]
    return tabulate.tabulate(lines, heads, tablefmt="simple", disable_numparse=True)


def _wrapped(text: str, width: int) -> str:
    """``text`` on lines of at most ``width``: tabulate's own wrapping takes ``4,779`` for a number, and breaks on it."""
    return text if len(text) <= width else "\n".join(textwrap.wrap(text, width))


def _natural(column: Iterable[str]) -> int:
    return max(len(cell) for cell in column) or 1


def _fit(natural: list[int], width: int) -> list[int]:
    """Column widths that together fit, taken from the widest as long as it is the widest."""
    widths = list(natural)
    room = max(width - _SEPARATORS * (len(widths) - 1), len(widths))
    narrowest = min(_NARROWEST, room // len(widths))
    while sum(widths) > room:
        widest = widths.index(max(widths))
        second = max([each for index, each in enumerate(widths) if index != widest] or [0])
        widths[widest] = max(second - 1, widths[widest] - (sum(widths) - room), narrowest)
    return widths


def heading(text: str) -> str:
    """A section's title, underlined."""
    return f"\n{clean(text)}\n{'=' * len(clean(text))}"


def one_line(text: str, width: int = 160) -> str:
    """``text`` without line breaks, cut with an ellipsis to ``width`` characters."""
    flat = re.sub(r"\s+", " ", text).strip()
    return flat if len(flat) <= width else flat[: width - 1] + "…"
