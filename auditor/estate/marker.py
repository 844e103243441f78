"""``estate.json``: the file that says that a folder is an estate, and of which layout."""

from __future__ import annotations

import json

MARKER = "estate.json"
"""The file's name."""
HEAD = "head.json"
"""The name of the manifest beside it (:mod:`auditor.estate.manifest`)."""
SCHEMA = "auditor/estate/2"
"""Name and version of the layout, as the file has it."""
BEFORE = "auditor/estate/1"
"""The layout before this one, which :mod:`auditor.estate.layout1` reads."""


def schema_in(text: bytes) -> str:
    """The layout that ``text`` names, of whatever version; empty where it does not mark an estate."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    schema = found.get("schema") if isinstance(found, dict) else None
    return schema if isinstance(schema, str) and schema.startswith("auditor/estate/") else ""
