#!/usr/bin/env python3
"""The Windows agent as one file, ``dist/auditor.exe``: built by PyInstaller under Wine, started, and tried.

It holds ``auditor scan`` with the rules, and no more libraries than that needs; hives of
users who are not signed in are not read by it. After the build it scans a registry that
was imported for it, in both views, and how large it is and how long it takes is said;
``--write`` puts that into BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from environment import ROOT

sys.path[:0] = [str(ROOT / "tests" / "wine"), str(ROOT / "tests")]
import pe  # noqa: E402  found by the line before
import wine  # noqa: E402

BUILDER = ("pyinstaller==6.22.0", "pywin32-ctypes", "colorama")
"""PyInstaller, and what it and click need on Windows only, which pip does not see from elsewhere."""

MARKS = ("<!-- agent begins -->", "<!-- agent ends -->")
FOUND = {("browser", "chrome"), ("browser", "edge"), ("browser", "firefox"), ("office", "microsoft-365-apps")}
"""What the agent must find in the fixture for Windows 10; Edge's keys stand in the 32-bit view."""

PROGRAMS = {
    r"C:\Program Files\Google\Chrome\Application\chrome.exe": "138.0.7204.50",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe": "138.0.3351.65",
    r"C:\Program Files\Mozilla Firefox\firefox.exe": "128.12.0",
}
"""The programs that the fixture's registry names, without which it is about nothing that is installed."""


def build(pc: wine.Prefix) -> tuple[Path, float]:
    """``dist/auditor.exe`` and the seconds that it took."""
    python = wine.python(*BUILDER)
    began = time.perf_counter()
    done = pc.run(
        str(python), "-m", "PyInstaller", "--noconfirm", "--onefile", "--console", "--name", "auditor",
        "--distpath", r"C:\dist", "--workpath", r"C:\work", "--specpath", r"C:\work",
        "--paths", wine.on_z(ROOT), "--collect-submodules", "auditor",
        "--add-data", f"{wine.on_z(ROOT / 'rules')};auditor\\packs",
        "--add-data", f"{wine.on_z(ROOT / 'auditor' / 'knowledge' / 'data')};auditor\\knowledge\\data",
        "--add-data", f"{wine.on_z(ROOT / 'auditor' / 'probe' / 'page')};auditor\\probe\\page",
        wine.on_z(ROOT / "auditor" / "__main__.py"),
        seconds=900,
    )  # fmt: skip
    built = pc.path(r"C:\dist\auditor.exe")
    if not built.exists():
        sys.exit(f"PyInstaller made no program:\n{done.text[-3000:]}{done.error.decode(errors='replace')[-3000:]}")
    target = ROOT / "dist" / "auditor.exe"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(built.read_bytes())
    return target, time.perf_counter() - began


def tried(pc: wine.Prefix, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of ``--version`` and of ``scan``, each several times; exits where the scan is not what it must be."""
    starts, scans = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        version = pc.run(r"C:\dist\auditor.exe", "--version")
        starts.append(time.perf_counter() - began)
        began = time.perf_counter()
        done = pc.run(r"C:\dist\auditor.exe", "scan", "--format", "json", "--fail-on", "never")
        scans.append(time.perf_counter() - began)
        if version.code or done.code:
            sys.exit(f"it does not run: {(version.output + version.error + done.error).decode(errors='replace')}")
        subjects = {(each["kind"], each["name"]) for each in json.loads(done.output)["subjects"]}
        if missing := FOUND - subjects:
            sys.exit(f"its scan did not find {sorted(missing)}")
    return starts, scans


def figures(program: Path, took: float, starts: list[float], scans: list[float]) -> str:
    """The section of BENCHMARKS.md."""

    def spread(seconds: list[float]) -> str:
        return f"{statistics.median(seconds):.2f} ({min(seconds):.2f}–{max(seconds):.2f})"

    load = f", load {os.getloadavg()[0]:.1f}"
    where = f"{os.cpu_count()} × {_processor()}, {platform.platform()}, Wine 8, Python for Windows {wine.EMBED[-6:]}{load}"
    command = f"`python3 tools/build_windows_agent.py --rounds {len(starts)} --write`"
    return (
        f"Median of {len(starts)} (fastest–slowest). {command}, {datetime.now(UTC):%Y-%m-%d}, {where}.\n\n"
        "| | |\n|---|---|\n"
        f"| auditor.exe | {program.stat().st_size / 1e6:.1f} MB |\n"
        f"| building it | {took:.0f} s |\n"
        f"| `auditor.exe --version`: unpacking and starting | {spread(starts)} s |\n"
        f"| `auditor.exe scan` of the fixture for Windows 10 | {spread(scans)} s |\n"
    )


def _processor() -> str:
    names = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return names[0] if names else platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often it is started to be timed")
    parser.add_argument("--write", action="store_true", help="put the figures into BENCHMARKS.md")
    asked = parser.parse_args()
    if not wine.is_installed():
        sys.exit("Wine is not installed: python3 tools/wine.py does that")
    with tempfile.TemporaryDirectory(prefix="auditor-agent-", dir=wine.CACHE if wine.CACHE.is_dir() else None) as folder:
        pc = wine.Prefix(Path(folder) / "pc")
        try:
            pc.strip()
            program, took = build(pc)
            pc.import_reg(wine.FIXTURES / "win10.reg")
            for path, version in PROGRAMS.items():
                pc.put(path, pe.program(version, product_version=version))
            starts, scans = tried(pc, asked.rounds)
        finally:
            pc.stop()
    text = figures(program, took, starts, scans)
    print(f"{program} ({hashlib.sha256(program.read_bytes()).hexdigest()})\n\n{text}")
    if asked.write:
        page = ROOT / "BENCHMARKS.md"
        before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
        page.write_text(f"{before}{MARKS[0]}\n{text}{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
