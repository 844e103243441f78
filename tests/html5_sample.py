"""A frozen cut of MDN's data and of web-features, compiled offline, and the command that does it.

``tools/refresh_html5.py --sample tests/tools/html5`` wrote the cut.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import sys
import tarfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "auditor" / "knowledge" / "data" / "html5"
SAMPLE = ROOT / "tests" / "tools" / "html5"


def _tool(name: str) -> Any:
    """A module of ``tools/``, without its folder on the path, where it has names that tests have too."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compiler = _tool("html5_compile")
refresh = _tool("refresh_html5")

SOURCES = (
    {"package": "@mdn/browser-compat-data", "version": "8.1.9", "published": "2026-11-12", "licence": "CC0-1.0"},
    {"package": "web-features", "version": "3.40.0", "published": "2026-09-25", "licence": "Apache-2.0"},
)


@cache
def _read() -> tuple[Any, ...]:
    sample = [json.loads((SAMPLE / f"{name}.json").read_bytes()) for name in ("browser-compat-data", "web-features")]
    return (refresh.read(DATA / "features.yaml")[0], refresh.read(DATA / "overrides.yaml")[0], {}, *sample, SOURCES)


def inputs(**changed: Any) -> Any:
    """What the tables are made of, nothing frozen yet; a copy that a test may change."""
    return refresh.Inputs(*deepcopy(_read()))._replace(**changed)


@cache
def tables() -> Any:
    """The tables of the sample as it is."""
    return refresh.compile_all(inputs())


def cell(compiled: Any, feature: str, browser: str) -> str:
    """One cell of the compiled table."""
    found: str = compiled.compat["features"][feature][3 + compiled.compat["browsers"].index(browser)]
    return found


def pack(folder: Path, bcd: Any = None, **notes: str) -> Path:
    """The sample in a folder as ``--keep`` leaves the packages there; ``notes`` are put otherwise for the first."""
    folder.mkdir(parents=True, exist_ok=True)
    about: dict[str, dict[str, str]] = {}
    for source, data in zip(SOURCES, (bcd or _read()[3], _read()[4]), strict=True):
        name = source["package"].replace("@", "").replace("/", "-") + ".tgz"
        content = json.dumps(data).encode()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            member = tarfile.TarInfo("package/data.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        (folder / name).write_bytes(packed.getvalue())
        digest = base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
        about[source["package"]] = {**source, "file": name, "sha512": f"sha512-{digest}"}
    about["@mdn/browser-compat-data"] |= notes
    (folder / "packages.json").write_text(json.dumps(about))
    return folder
