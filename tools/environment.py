"""The project's own environment in ``.venv``, made and filled by whichever command comes first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

VENV = ROOT / ".venv"


def program(name: str) -> str:
    """The path of a program in the environment."""
    return str(VENV / ("Scripts" if os.name == "nt" else "bin") / name)


def make(extra: str) -> None:
    """Make the environment if there is none, and install the checkout into it with ``extra``.

    Exits with a plain message where Python is too old or cannot make environments.
    """
    if sys.version_info < (3, 11):
        sys.exit(f"auditor needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if not Path(program("python.exe" if os.name == "nt" else "python")).exists() and not _venv():
        _install_venv_on_debian()
        if not _venv():
            sys.exit("This Python cannot make environments. On Debian or Ubuntu: sudo apt-get install python3-venv")
    print(f"Installing into {VENV.name} …", file=sys.stderr, flush=True)
    pip = [program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--editable", f"{ROOT}[{extra}]"], check=True)


def _venv() -> bool:
    return subprocess.run([sys.executable, "-m", "venv", str(VENV)], stdout=subprocess.DEVNULL, check=False).returncode == 0


def on_debian_as_root() -> bool:
    """Whether packages can be installed with apt, without asking anybody."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    """Install Debian packages; whether that worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *words], stdout=subprocess.DEVNULL, env=environment, check=False).returncode:
            return False
    return True


def _install_venv_on_debian() -> None:
    if on_debian_as_root():
        apt_install("python3-venv")
