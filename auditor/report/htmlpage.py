"""The estate report as one HTML file: no network, readable without script, on paper and in old browsers.

It shows a document, and below it the list of PCs, which a small script filters, sorts and opens.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import MissingExtraError
from auditor.estate.result import STATES, Estate
from auditor.report import charts, contents, device_list, words
from auditor.report.chart_ink import GLYPHS
from auditor.report.document import Cell, Claim, Document, Figure
from auditor.report.figure_tables import table_of
from auditor.report.filter_links import LIST, fragment
from auditor.report.text import clean

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent
_SCRIPTS = ("page_rows.js", "page.js")

MOST_ROWS = 200
"""Lists of up to so many PCs are rows of the page itself, so that they can be read without a script and on paper."""

MARKS: Mapping[str, str] = {state: GLYPHS[state] for state in STATES}
"""Each state's shape: a state is told by shape, word and colour."""

OUTCOMES = (
    ("fail", "fails, or does not work"),
    ("unknown", "unknown"),
    ("waived", "waived"),
    ("pass", "passes, or works"),
    ("not-applicable", "does not apply"),
)
"""The outcomes that the list can be filtered by, in the words of the page."""

_DEVICES = "devices.csv"
_BUFFERED = 65_536


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The page of a whole report as UTF-8; ``width`` is not used.

    :raises MissingExtraError: Jinja2 is not installed.
    """
    return page(contents.document(estate), estate)


def page(document: Document, estate: Estate) -> Iterator[bytes]:
    """``document``, and the PCs of ``estate`` that its numbers lead to, as a page in pieces of UTF-8.

    :raises MissingExtraError: Jinja2 is not installed.
    """
    template = _template()
    texts: list[str] = []
    size = 0
    for text in template.generate(_content(document, estate)):
        texts.append(text)
        size += len(text)
        if size > _BUFFERED:
            yield "".join(texts).encode("utf-8", "backslashreplace")
            texts, size = [], 0
    yield "".join(texts).encode("utf-8", "backslashreplace")


def script() -> str:
    """The script of the page, without indents and comments; its hash is in the page's policy."""
    whole = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    without = re.sub(r"^ */\*.*?\*/\n", "", whole, flags=re.MULTILINE)
    return re.sub(r"^ +", "", without, flags=re.MULTILINE)


def _template() -> Template:
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("HTML needs Jinja2", "pip install 'estate-auditor[report]'") from error
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_visible
    )
    return environment.from_string((_FOLDER / "page.html.j2").read_text(encoding="utf-8"))


def _visible(value: Any) -> Any:
    """Control and direction marks as their codes; what is already safe (markup of ours, numbers) as it is."""
    return clean(value) if type(value) is str else value


def _content(document: Document, estate: Estate) -> dict[str, Any]:
    from markupsafe import Markup

    text = script()
    links = _links(document.claims)
    few = list(estate.devices.rows(MOST_ROWS)) if estate.total.total <= MOST_ROWS else []
    return {
        "document": document, "estate": estate, "words": words, "marks": MARKS, "outcomes": OUTCOMES,
        "kind_of": lambda block: type(block).__name__, "table_of": table_of, "cell_of": Cell, "drawn": _drawing(),
        "known": {claim.id for claim in document.claims}, "links": links, "ids": _first(links),
        "devices": few, "prefix": device_list.PREFIX,
        "why": device_list.why, "websites": device_list.websites, "missed": device_list.missed,
        "pieces": lambda: map(Markup, device_list.pieces(estate)),
        "marks_json": json.dumps([MARKS[state] for state in STATES], ensure_ascii=False),
        "titles_json": json.dumps([words.STATE_TITLES[state] for state in STATES]),
        "script": Markup(text), "script_hash": Markup(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()),  # noqa: S704  ours
        "style": Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704  ours
    }  # fmt: skip


def _links(claims: tuple[Claim, ...]) -> dict[str, str]:
    """Claim → the fragment that lists what it counts, where it counts PCs."""
    return {claim.id: fragment(claim.where) for claim in claims if claim.file == _DEVICES}


def _first(links: Mapping[str, str]) -> dict[str, str]:
    """The same without repetitions, and without the list itself: each may be the id of one element only."""
    found: dict[str, str] = {}
    for claim, link in links.items():
        found.setdefault(link, claim)
    return {claim: link for link, claim in found.items() if link != LIST}


def _drawing() -> Callable[[Figure], Any]:
    """What draws the figures of one page, each with ids of its own."""
    from markupsafe import Markup

    number = count(1)
    return lambda figure: Markup(charts.svg(figure, id_prefix=f"figure-{next(number)}-"))  # noqa: S704  ours
