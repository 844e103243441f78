"""The tables that ship with auditor, read from the package when first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auditor.versions import NotComparable, parse

_HTML5 = Path(__file__).parent / "data" / "html5"


@lru_cache(maxsize=8)
def table(name: str) -> dict[str, Any]:
    """One table of HTML5 support as it was written: compat, releases or baseline."""
    loaded: dict[str, Any] = json.loads((_HTML5 / f"{name}.json").read_bytes())
    return loaded


def provenance() -> Mapping[str, Any]:
    """Where the tables come from.

    ``date`` is the day the data about browsers were published, ``baseline_date`` that of the
    data about Baseline; ``sources`` has for each package ``package``, ``version``,
    ``published``, ``licence``, and the ``sha512`` (as the registry names it) and ``sha256``
    (in hexadecimal digits) of the archive that was read.
    """
    sources = table("compat")["sources"]
    return MappingProxyType(
        {
            "date": date.fromisoformat(sources[0]["published"]),
            "baseline_date": date.fromisoformat(sources[1]["published"]),
            "sources": tuple(MappingProxyType(dict(source)) for source in sources),
        }
    )


def numbers(version: str) -> tuple[int, ...] | NotComparable:
    """The numbers that a browser's version begins with: ``140.12.0esr`` → (140, 12, 0)."""
    parsed = parse(version)
    return parsed if isinstance(parsed, NotComparable) else parsed.key.release
