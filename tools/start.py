#!/usr/bin/env python3
"""From a clone to a report: make an environment, install, scan this PC, ingest it, report.

Needs Python 3.11 or later and a way to PyPI; changes nothing outside this folder but,
on Debian as root, to install python3-venv where it is missing.
"""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, make, program


def main() -> None:
    make("all")
    auditor = program("auditor")
    snapshot = ROOT / ".venv" / "this-pc.json"
    estate = ROOT / "estate"
    subprocess.run([auditor, "scan", "--fail-on", "never", "--save", str(snapshot)], check=True)
    subprocess.run([auditor, "ingest", "--estate", str(estate), str(snapshot)], check=True)
    subprocess.run([auditor, "report", "--estate", str(estate)], check=True)


if __name__ == "__main__":
    sys.exit(main())
