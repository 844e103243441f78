"""Real browsers for the tests of the probe: which are here, and how to ask one under policies that the PC does not have."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest

from auditor import checks, scan
from auditor.probe import browsers
from auditor.probe.browsers import Target
from auditor.sources import live

ROOT = Path(__file__).resolve().parent.parent


@cache
def installed() -> Mapping[str, Target]:
    """Engine → a browser with it that is installed here and can be measured."""
    snapshot = scan.take(live.family(), live.readers(), taken_at=datetime.now(UTC).isoformat(), salt="0" * 32)
    targets, _ = browsers.targets(checks.detect(snapshot))
    return {each.engine: each for each in targets if each.product in ("chromium", "firefox")}


def browser(engine: str) -> Target:
    """A browser with that engine; the test is skipped where there is none."""
    if engine not in installed():
        pytest.skip(
            f"no {'Chromium' if engine == 'blink' else 'Firefox'} is installed here: python3 tools/check.py does that"
        )
    return installed()[engine]


MEASURE = """
import json, sys
from auditor.probe import run
from auditor.probe.browsers import Target
target, options = json.loads(sys.argv[1])
readings = run.measure([Target(*target)], run.Options(*options))
print(json.dumps(readings[0].value))
"""

UNDER = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" /etc
cp -r "$2/." /etc/
shift 2
exec "$@"
"""
"""Runs a command that sees further files in /etc: nothing else on the PC does, and they are gone with the command."""


@cache
def no_namespaces() -> str:
    """Why no command can be run with an /etc of its own here; empty where it can."""
    if sys.platform != "linux" or not shutil.which("unshare"):
        return "mount namespaces are Linux', and need the program unshare"
    if os.geteuid() != 0:
        return "only root may lay policies over /etc for one command alone"
    done = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True, check=False
    )
    return f"nothing may be mounted here: {done.stderr.strip()}" if done.returncode else ""


Ask = Callable[..., dict[str, Any]]


def asked(folder: Path, target: Target, files: Mapping[str, object], *options: object) -> dict[str, Any]:
    """The reading's value of a browser that sees ``files`` (path below /etc → what JSON is in it)."""
    if reason := no_namespaces():
        pytest.skip(reason)
    etc, scratch = folder / "etc", folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = etc / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    etc.mkdir(exist_ok=True)
    command = ["unshare", "-m", "sh", "-c", UNDER, "sh", str(scratch), str(etc)]
    command += [sys.executable, "-c", MEASURE, json.dumps([target, options])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def of_folder(folder: Path) -> list[psutil.Process]:
    """The running processes that have something to do with a folder."""
    found = []
    for each in psutil.process_iter(["cmdline", "status"]):
        mine = each.pid != os.getpid() and each.info["status"] != psutil.STATUS_ZOMBIE
        if mine and any(str(folder) in word for word in each.info["cmdline"] or ()):
            found.append(each)
    return found


def nothing_left(folder: Path) -> bool:
    """Whether, within two seconds, no process has to do with a folder and nothing is in it."""
    for _ in range(40):
        if not of_folder(folder) and not list(folder.iterdir()):
            return True
        time.sleep(0.05)
    return False
