"""Which characters the fonts that ship can draw: what they cannot must not vanish from a report without a word.

The fonts are Liberation Sans 2.1.5, Regular and Bold, under the SIL Open Font License that is beside them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
"""The folder of the fonts: the look of a report must not depend on the machine that makes it."""

_UNICODE = 3, 1
"""Platform and encoding of the map for Unicode's first plane, which every font for Windows has."""


@cache
def drawable() -> frozenset[str]:
    """The characters for which all fonts that ship have a picture."""
    return frozenset.intersection(*(_characters(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))))


def _characters(font: bytes) -> frozenset[str]:
    """What a TrueType font draws, by its table "cmap" (OpenType 1.9, cmap, format 4)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    places = dict(struct.unpack_from(">4s4xI4x", font, 12 + 16 * at) for at in range(tables))
    start = places[b"cmap"]
    maps = struct.unpack_from(">H", font, start + 2)[0]
    rows = (struct.unpack_from(">HHI", font, start + 4 + 8 * at) for at in range(maps))
    return frozenset(_mapped(font, next(start + offset for *which, offset in rows if tuple(which) == _UNICODE)))


def _mapped(font: bytes, start: int) -> Iterator[str]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    columns = [start + 14 + skipped + 2 * count * place for place, skipped in ((0, 0), (1, 2), (2, 2), (3, 2))]
    ends, starts, deltas, offsets = (struct.unpack_from(f">{count}H", font, column) for column in columns)
    for at, (end, begin, delta, offset) in enumerate(zip(ends, starts, deltas, offsets, strict=True)):
        for code in range(begin, min(end, 0xFFFE) + 1):
            # an offset counts from where it is itself written
            place = columns[3] + 2 * at + offset + 2 * (code - begin)
            glyph = struct.unpack_from(">H", font, place)[0] if offset else code
            if glyph and (glyph + delta) & 0xFFFF:
                yield chr(code)
