#!/usr/bin/env python3
"""Everything that is run for real on something like Windows: the agent and the kits, under Wine.

Installs Wine on Debian as root (64-bit only, about 850 MB), makes a prefix and a Python
for Windows in ``.wine/`` and runs the tests of ``tests/wine/``. Words after the command
go to pytest: ``python3 tools/wine.py -k agent``.
"""

from __future__ import annotations

import os
import subprocess
import sys

from environment import ROOT, apt_install, make, on_debian_as_root, program

sys.path.insert(0, str(ROOT / "tests" / "wine"))
import wine


def main() -> int:
    make("test")
    if not wine.is_installed() and not (on_debian_as_root() and apt_install(*wine.PACKAGES)):
        print(
            f"{wine.LOADER} is not there, and is installed on Debian as root only: {' '.join(wine.PACKAGES)}",
            file=sys.stderr,
        )
        return 2
    command = [program("python"), "-m", "pytest", "-p", "no:randomly", *sys.argv[1:], str(ROOT / "tests" / "wine")]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"AUDITOR_WINE": "1"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
