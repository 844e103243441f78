"""Filters in the address of a page: ``site=Leeds and state=ready`` of a claim as ``pcs?site=Leeds&state=ready``."""

from __future__ import annotations

from urllib.parse import quote

from auditor.estate.filters import parted
from auditor.report.text import clean

LIST = "pcs"
"""The id of the list of PCs in a page, with which the fragment begins."""


def filters(where: str) -> tuple[str, ...]:
    """The filters that are joined in the ``where`` of a claim."""
    return parted(where)


def fragment(where: str) -> str:
    """The fragment, without its #, that shows the PCs that ``where`` leaves.

    Values are as the page shows them, with control characters as their codes: its list has them so.
    """
    split = [each.partition("=") for each in filters(where)]
    parts = [f"{key}={quote(clean(value), safe='/:*')}" for key, _, value in split]
    return f"{LIST}?{'&'.join(parts)}" if parts else LIST
