#!/usr/bin/env python3
"""All checks: lint, types, every test with branch coverage, the rules' examples, a built wheel.

Installs what the checks need into ``.venv``; on Debian as root also the real browsers and
shells that some tests run. Elsewhere those tests say what they lack, and are skipped and counted.
Words after the command go to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from environment import ROOT, apt_install, make, on_debian_as_root, program

PROGRAMS = {
    "chromium": "chromium",
    "firefox-esr": "firefox-esr",
    "strace": "strace",
    "busybox": "busybox",
    "mksh": "mksh",
    "java": "openjdk-17-jre-headless",
}
"""Program → its Debian package: browsers, what looks at their connections, shells for collect.sh, Java for Spark."""


def main() -> int:
    make("test")
    missing = [package for program_name, package in PROGRAMS.items() if not shutil.which(program_name)]
    if missing and on_debian_as_root():
        print(f"Installing {' and '.join(missing)} …", file=sys.stderr, flush=True)
        if not apt_install(*missing):
            print("They could not be installed; the tests that need them will be skipped.", file=sys.stderr)
    python = program("python")
    steps = (
        ("lint", [program("ruff"), "check", "."]),
        ("types", [python, "-m", "mypy"]),
        ("rules", [program("auditor"), "rules", "test"]),
        (
            "tests",
            [
                python,
                "-m",
                "pytest",
                "-n",
                str(min(os.cpu_count() or 1, 4)),
                "--dist",
                "loadgroup",
                "--cov",
                "--cov-report=term",
                *sys.argv[1:],
            ],
        ),
    )
    failed = []
    for name, command in steps:
        print(f"\n== {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"\nFAILED: {', '.join(failed)}" if failed else "\nAll checks passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
