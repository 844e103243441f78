#!/usr/bin/env python3
"""Write ``collect/wants.json``: what the checks want read, by family, for kits in other languages."""

from __future__ import annotations

import json
from pathlib import Path

from auditor.checks import FAMILIES, wants


def document() -> str:
    """The file's text."""
    families = {family: [list(source) for source in wants(family)] for family in FAMILIES}
    return json.dumps({"schema": "auditor/wants/1", "wants": families}, indent=1, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    (Path(__file__).resolve().parent.parent / "collect" / "wants.json").write_text(document(), encoding="ascii")
