"""The page of figures, BENCHMARKS.md: what each benchmark has in common, and its one section of the page."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "BENCHMARKS.md"
AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment of what is measured: a program that was installed has its modules compiled."""


def machine() -> str:
    """What this machine is, in a line."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    python = platform.python_version()
    return f"{os.cpu_count()} × {model}, {platform.platform()}, Python {python}, load {os.getloadavg()[0]:.1f}"


def run(section: str, about: str | None, table: Callable[[int], str], rounds: int) -> None:
    """The command line of a benchmark: measure, print, and with ``--write`` put ``table`` into its section of the page.

    :param section: what the page names between ``<!-- … begins -->`` and ``<!-- … ends -->``.
    :param rounds: how many, where the command line does not say.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds, help=f"default: {rounds}")
    parser.add_argument("--write", action="store_true", help="write the table to BENCHMARKS.md")
    asked = parser.parse_args()
    text = table(asked.rounds)
    print(text)
    if asked.write:
        begins, ends = f"<!-- {section} begins -->", f"<!-- {section} ends -->"
        before, rest = PAGE.read_text(encoding="utf-8").split(begins)
        PAGE.write_text(f"{before}{begins}\n{text}\n{ends}{rest.split(ends)[1]}", encoding="utf-8")
