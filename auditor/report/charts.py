"""Figures of a report as SVG: for the web page, the PDF and Word alike.

The SVG stands alone: presentation attributes and no style sheet, no script, no font of its own, so that browsers of old,
typst and resvg draw the same. What a colour says is also said by a pattern or dashes, and by a word.
"""

from __future__ import annotations

import hashlib

from auditor.report.chart_bars import bars
from auditor.report.chart_ink import PAPER, SIZE, number, safe
from auditor.report.chart_lines import lines
from auditor.report.document import Bars, Figure

WIDTH, NARROWEST = 720, 240
"""Pixels across, where nothing else is asked for, and at least."""


def svg(figure: Figure, *, width: int = WIDTH, id_prefix: str = "") -> str:
    """``figure`` as an ``svg`` element, ``width`` pixels across and as high as it needs.

    The caption is its title, ``alt`` its description; neither is drawn. Ids begin with ``id_prefix``, or with one made
    from what the figure holds: only who puts the same figure into a page twice must give one.
    """
    prefix = safe(
        id_prefix or f"figure-{hashlib.sha256(repr(figure).encode('utf-8', 'backslashreplace')).hexdigest()[:12]}-"
    )
    across = float(max(width, NARROWEST))
    drawn, height = bars(figure, across) if isinstance(figure, Bars) else lines(figure, across)
    size = f'width="{number(across)}" height="{number(height)}" viewBox="0 0 {number(across)} {number(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{prefix}title {prefix}desc" '
        f'font-family="\'Liberation Sans\', Arial, sans-serif" font-size="{number(SIZE)}">'
        f'<title id="{prefix}title">{safe(figure.caption)}</title><desc id="{prefix}desc">{safe(figure.alt)}</desc>'
        f'<rect width="{number(across)}" height="{number(height)}" fill="{PAPER}"/>{drawn}</svg>'
    )
