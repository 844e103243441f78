#!/usr/bin/env python3
"""Make the generated layer of the knowledge base from a folder of collected facts.

    python3 tools/make_knowledge.py FOLDER [--into FOLDER] [--check]

FOLDER holds os.yaml, browsers.yaml, office.yaml, windows11.yaml, costs.yaml and services.yaml, as
docs/knowledge.md describes them. What is written is never edited by hand: the same input gives the
same bytes, and each file names the SHA-256 of what it was made from. Decisions that a person took
stand in the curated layer beside it. With --check nothing is written, and what would differ is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from knowledge_compile import TOPICS, sources_of

from auditor.errors import AuditorError
from auditor.strict_yaml import read

DATA = Path(__file__).resolve().parent.parent / "auditor" / "knowledge" / "data" / "support"
"""Where the knowledge base is."""


def made(folder: Path) -> dict[str, bytes]:
    """Every file of the generated layer, by name.

    :raises AuditorError: a file of facts is missing, is no plain YAML, or lacks what is needed of it.
    """
    files = {}
    for topic, (name, compiled) in TOPICS.items():
        facts, _ = read(folder / name)
        try:
            head: dict[str, Any] = {
                "schema": "knowledge-1",
                "layer": "generated",
                "topic": topic,
                "snapshot": facts["meta"]["collected"],
                "input": {"file": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()},
                "sources": sources_of(facts),
            }
            tables = compiled(facts)
        except (KeyError, TypeError, ValueError) as error:
            raise AuditorError(
                f"{folder / name}: {type(error).__name__}: {error}", "docs/knowledge.md says what it must hold."
            ) from error
        files[f"{topic}.json"] = to_bytes(head | tables)
    return files


def to_bytes(document: dict[str, Any]) -> bytes:
    """JSON with one row a line, so that a change of one row is a change of one line."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(f"  {_compact(each)}" for each in value)
            lines.append(f" {json.dumps(key)}: [\n{rows}\n ]")
        elif isinstance(value, dict) and key != "input":
            rows = ",\n".join(f"  {json.dumps(name)}: {_compact(each)}" for name, each in value.items())
            lines.append(f" {json.dumps(key)}: {{\n{rows}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {_compact(value)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def run(arguments: Sequence[str], data: Path = DATA) -> int:
    """The command: 0 when all is written or as it should be, 1 where ``--check`` found a difference."""
    parser = argparse.ArgumentParser(description="Make the generated layer of the knowledge base.")
    parser.add_argument("folder", type=Path, help="the folder of collected facts")
    parser.add_argument("--into", type=Path, default=data, help="where to write; default: the package's own data")
    parser.add_argument("--check", action="store_true", help="write nothing, name what would differ")
    options = parser.parse_args(arguments)
    different = []
    for name, content in made(options.folder).items():
        path = options.into / name
        if not path.is_file() or path.read_bytes() != content:
            different.append(name)
            if not options.check:
                path.write_bytes(content)
    sys.stdout.write(f"{'would differ' if options.check else 'written'}: {', '.join(different) or 'nothing'}\n")
    return 1 if options.check and different else 0


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except AuditorError as problem:
        sys.exit(f"{problem.message}\n{problem.hint}".strip())
