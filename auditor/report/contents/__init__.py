"""What the readiness report says, chapter by chapter, for all formats that people read.

A chapter is a function of the :class:`~auditor.estate.result.Estate` alone; to add one, write it and name it in
:data:`CHAPTERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.estate.result import Estate
from auditor.report import words
from auditor.report.contents import baseline, closing, opening, remedies
from auditor.report.document import Claims, Document, Section

Chapter = Callable[[Estate, Claims], Section]
"""Makes a chapter whose number is still empty."""

CHAPTERS: Sequence[Chapter] = (
    opening.summary,
    opening.control,
    opening.scope,
    baseline.sites,
    baseline.systems,
    baseline.browsers,
    baseline.websites,
    baseline.office,
    remedies.findings,
    remedies.if_nothing_is_done,
    remedies.options,
    remedies.benefits,
    remedies.assumptions,
    closing.trend,
    closing.quality,
    closing.method,
    closing.check,
)
"""The chapters in their order."""

APPENDICES: Sequence[Chapter] = (closing.devices, closing.rules, closing.glossary)
"""What follows them, A, B, C."""


def document(estate: Estate) -> Document:
    """The report on ``estate``."""
    claims = Claims()
    chapters = [make(estate, claims)._replace(number=str(number)) for number, make in enumerate(CHAPTERS, 1)]
    chapters += [make(estate, claims)._replace(number=letter) for letter, make in zip("ABC", APPENDICES, strict=True)]
    return Document(
        "Readiness of the estate",
        estate.as_of,
        f"{words.base(estate)} {words.rests_on(estate)}",
        tuple(chapters),
        tuple(claims),
    )
