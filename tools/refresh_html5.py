#!/usr/bin/env python3
"""Compile the tables of HTML5 support anew from MDN's browser-compat-data and web-features.

For maintainers, some times a month; neither installing nor running auditor needs it::

    .venv/bin/python tools/refresh_html5.py                          # the latest of both
    .venv/bin/python tools/refresh_html5.py --bcd 8.1.9 --web-features 3.40.0
    .venv/bin/python tools/refresh_html5.py --keep FOLDER            # and keep what was fetched
    .venv/bin/python tools/refresh_html5.py --from FOLDER            # as kept; nothing is fetched

Reads features.yaml, overrides.yaml and legacy.json of ``auditor/knowledge/data/html5``, writes compat.json,
releases.json, baseline.json and legacy.json there, and shows each cell that changed. The packages are fetched
with ``npm pack`` and must have the sha512 that the registry names. The same packages give the same bytes.

Not written without ``--accept``, since a person should look: a feature or a browser that went, a cell that says
otherwise of a version older than a year, anything about Internet Explorer or Edge before 79. A key that the data
do not have, or an override of what has changed, must be mended in the YAML files first.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from html5_compile import BROWSERS, LEGACY, CompileError, Inputs, Tables, compile_all, cut, to_bytes

from auditor.errors import AuditorError
from auditor.knowledge.cells import unfold
from auditor.strict_yaml import read

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "auditor" / "knowledge" / "data" / "html5"
PACKAGES = {"@mdn/browser-compat-data": "CC0-1.0", "web-features": "Apache-2.0"}
"""Package → the licence that it must have."""
NOTES = "packages.json"
"""The file beside kept packages that has what the registry says of them."""
SETTLED = timedelta(days=365)
"""The age of a release from which on what is said of it should not change any more."""


class RefusedError(Exception):
    """The tables were not made, or not written; the message says why."""


class Change(NamedTuple):
    """A cell that says otherwise than before. ``look`` is why a person should look, or empty."""

    feature: str
    browser: str
    old: str
    new: str
    look: str = ""

    def __str__(self) -> str:
        arrow = f"{self.feature:24} {self.browser:24} {self.old or '–'} → {self.new or '–'}"
        return f"{arrow}   LOOK: {self.look}" if self.look else arrow


def fetch(wanted: Mapping[str, str], folder: Path) -> None:
    """Fetch the packages with npm into the folder, and note beside them what the registry says.

    :raises RefusedError: npm is not there, or fails.
    """
    notes = {}
    for name, version in wanted.items():
        about = json.loads(
            _npm("view", f"{name}@{version}", "name", "version", "license", "dist.integrity", "time", "--json")
        )
        exact = about["version"]
        packed = json.loads(_npm("pack", f"{name}@{exact}", "--json", "--pack-destination", str(folder)))
        notes[name] = {
            "version": exact,
            "published": about["time"][exact][:10],
            "licence": about["license"],
            "sha512": about["dist.integrity"],
            "file": packed[0]["filename"].replace("@", "").replace("/", "-"),
        }
    (folder / NOTES).write_text(json.dumps(notes, indent=1) + "\n", encoding="utf-8")


def _npm(*words: str) -> str:
    try:
        return subprocess.run(["npm", *words], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError as error:
        raise RefusedError("npm is not installed (Debian: apt-get install npm)") from error
    except subprocess.CalledProcessError as error:
        raise RefusedError(f"npm {words[0]} failed: {error.stderr.strip()}") from error


def unpack(folder: Path, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The package's data.json, and what its tables say of where they come from.

    :raises RefusedError: it is not there, not what the registry names, or has another licence.
    """
    try:
        note = json.loads((folder / NOTES).read_text(encoding="utf-8"))[name]
        packed = (folder / note["file"]).read_bytes()
    except (OSError, ValueError, KeyError) as error:
        raise RefusedError(f"{folder}: {name} is not there as --keep leaves it: {error}") from error
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if found != note["sha512"]:
        raise RefusedError(f"{note['file']} has {found}, but the registry names {note['sha512']}")
    if note["licence"] != PACKAGES[name]:
        raise RefusedError(f"{name} {note['version']} is under {note['licence']}, not {PACKAGES[name]}")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        file = archive.extractfile("package/data.json")
        data: dict[str, Any] = json.load(file) if file else {}
    return data, {
        "package": name,
        "version": note["version"],
        "published": note["published"],
        "licence": note["licence"],
        "sha512": note["sha512"],
        "sha256": hashlib.sha256(packed).hexdigest(),
    }


def gather(folder: Path, data: Path) -> Inputs:
    """What the tables are made of: the packages in a folder, and the inputs beside the present tables.

    :raises RefusedError: see :func:`unpack`.
    """
    (bcd, bcd_source), (web_features, web_source) = (unpack(folder, name) for name in PACKAGES)
    return Inputs(
        read(data / "features.yaml")[0],
        read(data / "overrides.yaml")[0],
        _loaded(data / "legacy.json"),
        bcd,
        web_features,
        (bcd_source, web_source),
    )


def changes(old: Mapping[str, Any], old_releases: Mapping[str, Any], new: Tables) -> Iterator[Change]:
    """The cells that differ between the present table (empty: none yet) and the new one."""
    lists = {browser: _dates(table) for browser, table in new.releases["browsers"].items()}
    before = {browser: _dates(table) for browser, table in old_releases.get("browsers", {}).items()}
    settled = date.fromisoformat(new.compat["sources"][0]["published"]) - SETTLED
    for feature, row in old.get("features", {}).items():
        now = new.compat["features"].get(feature)
        cells = dict(zip(old["browsers"], row[3:], strict=False))
        if now is None or (cells and not now[3:]):
            yield Change(feature, "", "present", "", "gone")
            continue
        later = dict(zip(BROWSERS, now[3:], strict=False))
        for browser, cell in cells.items():
            if browser not in later:
                yield Change(feature, browser, cell, "", "gone")
            elif cell != later[browser]:
                look = _look(browser, (cell, before[browser]), (later[browser], lists[browser]), settled)
                yield Change(feature, browser, cell, later[browser], look)
    for feature in new.compat["features"].keys() - old.get("features", {}).keys():
        yield Change(feature, "", "", "new")


def _dates(table: Mapping[str, Any]) -> dict[str, str]:
    """Version → its day, in order."""
    rows = [row.split(" ") for row in table["rows"]]
    return {row[0]: row[1] for row in rows}


def _look(browser: str, old: tuple[str, dict[str, str]], new: tuple[str, dict[str, str]], settled: date) -> str:
    """Why a changed cell of a browser should be looked at, or nothing."""
    was = dict(zip(old[1], unfold(old[0], list(old[1])), strict=True))
    now = dict(zip(new[1], unfold(new[0], list(new[1])), strict=True))
    changed = [version for version in was if version in now and was[version] != now[version]]
    if legacy := [version for version in changed if browser == "ie" or (browser == "edge" and int(version) < 79)]:
        return f"frozen: {legacy[0]}"
    aged = [version for version in changed if new[1][version] != "?" and date.fromisoformat(new[1][version]) <= settled]
    return f"about {aged[0]} of {new[1][aged[0]]}" if aged else ""


def thawed(new: Tables) -> Iterator[Change]:
    """Frozen cells of which the data now say otherwise."""
    for key, browser, was, now in new.thawed:
        yield Change(key, browser, was, now, "frozen, and the data say otherwise")


def thaw(new: Tables) -> dict[str, Any]:
    """The frozen columns as the data now have them, which somebody has looked at."""
    cells = {key: list(row) for key, row in new.legacy["cells"].items()}
    for key, browser, _, now in new.thawed:
        cells[key][list(LEGACY).index(browser)] = now
    return {**new.legacy, "cells": cells}


def write(new: Tables, data: Path) -> None:
    """Write the tables into the folder."""
    for name in ("compat", "releases", "baseline", "legacy"):
        (data / f"{name}.json").write_bytes(to_bytes(getattr(new, name)))


def _loaded(path: Path) -> dict[str, Any]:
    with contextlib.suppress(FileNotFoundError):
        loaded: dict[str, Any] = json.loads(path.read_bytes())
        return loaded
    return {}


def run(words: Sequence[str], data: Path = DATA) -> None:
    """The command.

    :raises RefusedError: see above.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bcd", default="latest", help="version of @mdn/browser-compat-data")
    parser.add_argument("--web-features", default="latest", help="version of web-features")
    parser.add_argument("--from", dest="folder", type=Path, help="a folder that --keep made; nothing is fetched")
    parser.add_argument("--keep", type=Path, help="a folder to keep what is fetched in")
    parser.add_argument("--accept", action="store_true", help="write also what a person should look at, having looked")
    parser.add_argument("--sample", type=Path, help="also write what the tests compile into this folder")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or given.keep or Path(temporary)
        if not given.folder:
            folder.mkdir(parents=True, exist_ok=True)
            fetch(dict(zip(PACKAGES, (given.bcd, given.web_features), strict=True)), folder)
        inputs = gather(folder, data)
    new = compile_all(inputs)
    found = sorted([*changes(_loaded(data / "compat.json"), _loaded(data / "releases.json"), new), *thawed(new)])
    print("\n".join(map(str, found)) or "No cell changed.")
    looks = sum(bool(change.look) for change in found)
    if looks and not given.accept:
        raise RefusedError(f"Not written: {looks} of {len(found)} changes should be looked at; then add --accept.")
    write(compile_all(inputs._replace(legacy=thaw(new))) if new.thawed else new, data)
    if given.sample:
        given.sample.mkdir(parents=True, exist_ok=True)
        for name, part in zip(("browser-compat-data", "web-features"), cut(inputs), strict=True):
            (given.sample / f"{name}.json").write_bytes(to_bytes(part))
    sizes = ", ".join(
        f"{name}.json {(data / f'{name}.json').stat().st_size:,}" for name in ("compat", "releases", "baseline")
    )
    print(f"Written: {sizes} bytes.")


def main() -> int:
    """Run the command; what it refuses goes to stderr, with exit code 1."""
    try:
        run(sys.argv[1:])
    except (RefusedError, CompileError, AuditorError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
