"""MDN's browser-compat-data and web-features, compiled to the three small tables that auditor ships.

Pure: everything comes in as values and goes out as values; ``refresh_html5.py`` reads and writes.
The notation of a cell is in :mod:`auditor.knowledge.cells`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from auditor.knowledge.cells import FULL, NONE, PARTIAL, UNKNOWN, fold, unfold

BROWSERS = {
    "chrome": "Blink",
    "edge": "Blink",
    "firefox": "Gecko",
    "safari": "WebKit",
    "opera": "Blink",
    "ie": "Trident",
    "chrome_android": "Blink",
    "firefox_android": "Gecko",
    "safari_ios": "WebKit",
    "samsunginternet_android": "Blink",
}
"""The browsers that are compiled, in the order of the cells → the engine that a release has unless it says otherwise."""

LEGACY = {"ie": "Trident", "edge": "EdgeHTML"}
"""Browsers (or, by their engine, the part of one) that get no more releases: their cells are frozen."""

CORE_SET = ("chrome", "edge", "firefox", "safari")
"""The desktop browsers that Baseline is about, in the order of a step."""

VERSION = 1
"""The version of the format of all three tables."""


class CompileError(Exception):
    """The inputs do not fit each other; the message has a line for each mistake."""


class Inputs(NamedTuple):
    """All that the tables are made of.

    ``features`` and ``overrides`` are the YAML files; ``legacy`` is legacy.json, empty at
    the very first time; ``bcd`` and ``web_features`` each package's data.json;
    ``sources`` what is known of both packages.
    """

    features: Mapping[str, Any]
    overrides: Mapping[str, Any]
    legacy: Mapping[str, Any]
    bcd: Mapping[str, Any]
    web_features: Mapping[str, Any]
    sources: Sequence[Mapping[str, str]]


class Tables(NamedTuple):
    """What is compiled: the three tables that ship, and the frozen columns as they now stand.

    ``thawed`` are (key, browser, frozen cell, cell now) where the data say otherwise than what is frozen.
    """

    compat: dict[str, Any]
    releases: dict[str, Any]
    baseline: dict[str, Any]
    legacy: dict[str, Any]
    thawed: list[tuple[str, str, str, str]]


def compile_all(inputs: Inputs) -> Tables:
    """The tables.

    :raises CompileError: a key that the data do not have, an override of something that has
        changed, a version that no list of releases has.
    """
    lists = {browser: ordered(inputs, browser) for browser in BROWSERS}
    keys = sorted({key for row in _rows(inputs.features) for key in row[2].get("bcd", []) if not key.startswith("own:")})
    missing = [key for key in keys if support_of(inputs.bcd, key) is None]
    if missing:
        raise CompileError("\n".join(f"browser-compat-data has no {key}" for key in missing))
    levels, legacy, thawed = _levels(inputs, lists, keys)
    header = {"v": VERSION, "sources": list(inputs.sources)}
    compat = {**header, "browsers": list(BROWSERS), **_compat(inputs, lists, levels)}
    releases = {**header, "browsers": {browser: _releases(inputs, browser, lists[browser]) for browser in BROWSERS}}
    frozen = {browser: _releases(inputs, browser, _frozen(inputs, browser, lists[browser])) for browser in LEGACY}
    origin = {"v": VERSION, "sources": inputs.legacy.get("sources") or list(inputs.sources)}
    baseline = {**header, "browsers": list(CORE_SET), "steps": steps(inputs.web_features)}
    return Tables(compat, releases, baseline, {**origin, "releases": frozen, "cells": legacy}, thawed)


def _rows(features: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(group, id, feature) of features.yaml."""
    return [(group, name, feature) for group, rows in features.items() for name, feature in rows.items()]


def _release_data(inputs: Inputs, browser: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = inputs.bcd["browsers"].get(browser, {}).get("releases", {})
    return found


def _kept(inputs: Inputs, browser: str) -> list[list[str]]:
    """The frozen releases of a browser, as they were written."""
    return [row.split(" ") for row in inputs.legacy.get("releases", {}).get(browser, {}).get("rows", [])]


def ordered(inputs: Inputs, browser: str) -> list[str]:
    """The browser's versions, oldest first; the frozen ones also where the data no longer have them."""
    data = _release_data(inputs, browser)
    present = sorted(data, key=lambda version: data[version]["index"])
    kept = [row[0] for row in _kept(inputs, browser)]
    return kept + [version for version in present if version not in kept]


def _frozen(inputs: Inputs, browser: str, versions: Sequence[str]) -> list[str]:
    """Those of the browser's versions whose cells are frozen."""
    if kept := _kept(inputs, browser):
        return [row[0] for row in kept]
    data = _release_data(inputs, browser)
    engines = {version: data[version].get("engine", LEGACY[browser]) for version in versions}
    return [version for version in versions if engines[version] == LEGACY[browser]]


def support_of(bcd: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """What the data say of one key, browser → statements; None where they have no such key."""
    found: Any = bcd
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or "__compat" not in found:
        return None
    support: Mapping[str, Any] = found["__compat"]["support"]
    return support


def levels_of(statements: Any, versions: Sequence[str]) -> list[int]:
    """The level at each version, from a statement or a list of them; nothing said is no support."""
    found = [NONE] * len(versions)
    for statement in [statements] if isinstance(statements, Mapping) else statements or []:
        found = [max(pair) for pair in zip(found, _one(statement, versions), strict=True)]
    return found


def _one(statement: Mapping[str, Any], versions: Sequence[str]) -> list[int]:
    """The level at each version, from one statement.

    What must be switched on by hand is no support. "≤N" says of the versions below N nothing;
    so does a removal "≤N" of those between.
    """
    levels = [NONE] * len(versions)
    added, removed = statement.get("version_added"), statement.get("version_removed")
    if not isinstance(added, str) or added == "preview" or statement.get("flags"):
        return levels
    lesser = any(statement.get(mark) for mark in ("partial_implementation", "prefix", "alternative_name"))
    start = _index(versions, added)
    end = len(versions) if not isinstance(removed, str) or removed == "preview" else _index(versions, removed)
    levels[start:end] = [PARTIAL if lesser else FULL] * (end - start)
    if isinstance(removed, str) and removed.startswith("≤"):
        levels[start + 1 : end] = [UNKNOWN] * (end - start - 1)
    if added.startswith("≤"):
        levels[:start] = [UNKNOWN] * start
    return levels


def _index(versions: Sequence[str], version: str) -> int:
    try:
        return versions.index(version.removeprefix("≤"))
    except ValueError:
        raise CompileError(f"no release {version} among {versions[0]} … {versions[-1]}") from None


def _levels(
    inputs: Inputs, lists: Mapping[str, list[str]], keys: Iterable[str]
) -> tuple[dict[str, dict[str, list[int]]], dict[str, list[str]], list[tuple[str, str, str, str]]]:
    """Key → browser → levels, with the frozen ones in place; the frozen cells; what differs from them."""
    found: dict[str, dict[str, list[int]]] = {}
    frozen: dict[str, list[str]] = {}
    thawed: list[tuple[str, str, str, str]] = []
    for key in keys:
        support = support_of(inputs.bcd, key) or {}
        found[key] = {browser: levels_of(support.get(browser), lists[browser]) for browser in BROWSERS}
        kept = inputs.legacy.get("cells", {}).get(key)
        frozen[key] = []
        for position, browser in enumerate(LEGACY):
            versions = _frozen(inputs, browser, lists[browser])
            now = fold(found[key][browser][: len(versions)], versions)
            cell = kept[position] if kept else now
            if now != cell and support.get(browser) is not None:
                thawed.append((key, browser, cell, now))
            found[key][browser][: len(versions)] = unfold(cell, versions)
            frozen[key].append(cell)
    return found, frozen, thawed


def _compat(inputs: Inputs, lists: Mapping[str, list[str]], levels: Mapping[str, Mapping[str, list[int]]]) -> dict[str, Any]:
    groups = list(inputs.features)
    mistakes: list[str] = []
    rows: dict[str, list[Any]] = {}
    for group, name, feature in _rows(inputs.features):
        row: list[Any] = [groups.index(group), int(bool(feature.get("core"))), feature["name"]]
        if keys := feature.get("bcd"):
            row += _cells(inputs.overrides, lists, levels, name, keys, mistakes)
        rows[name] = row
    unused = set(inputs.overrides["cells"]) - set(rows)
    mistakes += [f"overrides.yaml: cells: no feature {name}" for name in sorted(unused)]
    if mistakes:
        raise CompileError("\n".join(mistakes))
    overrides = inputs.overrides
    why = {
        name: {browser: cell["why"] for browser, cell in cells.items() if "~" in cell["cell"]}
        for name, cells in overrides["cells"].items()
    }
    return {
        "groups": groups,
        "why": {name: texts for name, texts in why.items() if texts},
        "systems": overrides["systems"],
        "derivatives": overrides["derivatives"],
        "edgehtml": overrides["edgehtml"],
        "features": rows,
    }


def _cells(
    overrides: Mapping[str, Any],
    lists: Mapping[str, list[str]],
    levels: Mapping[str, Mapping[str, list[int]]],
    name: str,
    keys: Sequence[str],
    mistakes: list[str],
) -> list[str]:
    """The cells of one feature: the least of what its keys have, then what is put otherwise."""
    cells = []
    for browser, versions in lists.items():
        parts = [
            unfold(overrides["rows"][key.removeprefix("own:")][browser], versions)
            if key.startswith("own:")
            else levels[key][browser]
            for key in keys
        ]
        cell = fold([min(level) for level in zip(*parts, strict=True)], versions)
        other = overrides["cells"].get(name, {}).get(browser)
        if other and other["bcd"] != cell:
            mistakes.append(
                f"overrides.yaml: cells: {name}: {browser}: made for {other['bcd']!r}, the data now give {cell!r}"
            )
        if other:
            unfold(other["cell"], versions)
            cell = other["cell"]
        cells.append(cell)
    return cells


def _releases(inputs: Inputs, browser: str, versions: Sequence[str]) -> dict[str, Any]:
    """The releases as rows ``version date status engine engine-version``.

    At the end of a row is left out what is usual: retired, the browser's engine, the
    engine's version equal to the browser's. ``-`` is the usual one within a row, ``?`` not known.
    """
    kept = {row[0]: row for row in _kept(inputs, browser)}
    return {"engine": BROWSERS[browser], "rows": [" ".join(kept.get(v) or _release(inputs, browser, v)) for v in versions]}


def _release(inputs: Inputs, browser: str, version: str) -> list[str]:
    data = _release_data(inputs, browser)[version]
    engine, engine_version = data.get("engine", "?"), data.get("engine_version", "?")
    status = data["status"]
    if status == "retired" and browser == "firefox" and version in inputs.overrides["esr"]:
        status = "retired-esr"
    row = [
        version,
        data.get("release_date", "?"),
        "-" if status == "retired" else status,
        "-" if engine == BROWSERS[browser] else engine,
        "-" if engine_version == version else engine_version,
    ]
    while row[-1] == "-":
        row.pop()
    return row


def number(version: str) -> tuple[int, ...]:
    """A version of the data as numbers, for their order: ``≤17.5`` → (17, 5)."""
    return tuple(int(part) for part in version.removeprefix("≤").split("."))


def steps(web_features: Mapping[str, Any]) -> list[list[str]]:
    """Baseline as steps [day, version of each browser of the core set]: what all that was Baseline by that day needs.

    A day that is only known to be no later than some day counts as that day.
    """
    found: list[tuple[str, Mapping[str, str]]] = []
    for feature in web_features["features"].values():
        status = feature.get("status") or {}
        if day := status.get("baseline_low_date"):
            found.append((day.removeprefix("≤"), status["support"]))
    result: list[list[str]] = []
    have = ["0"] * len(CORE_SET)
    for day, support in sorted(found, key=lambda each: each[0]):
        need = [
            max(old, support[browser].removeprefix("≤"), key=number) for old, browser in zip(have, CORE_SET, strict=True)
        ]
        if need != have:
            if result and result[-1][0] == day:
                result.pop()
            result.append([day, *need])
            have = need
    return result


def to_bytes(table: Mapping[str, Any]) -> bytes:
    """The table as JSON with a line for each entry of its last part, so that a change shows as a line."""
    *heads, (last, entries) = table.items()
    lines = [f"{json.dumps(name)}: {_json(value)}," for name, value in heads]
    if isinstance(entries, Mapping):
        body = ",\n".join(f"{json.dumps(name)}: {_json(entry)}" for name, entry in entries.items())
        lines.append(f"{json.dumps(last)}: {{\n{body}\n}}")
    else:
        body = ",\n".join(_json(entry) for entry in entries)
        lines.append(f"{json.dumps(last)}: [\n{body}\n]")
    return ("{\n" + "\n".join(lines) + "\n}\n").encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cut(inputs: Inputs) -> tuple[dict[str, Any], dict[str, Any]]:
    """The part of both packages' data that the tables are made of, without notes: what the tests compile, offline."""
    bcd: dict[str, Any] = {"browsers": {}}
    for browser in BROWSERS:
        data = _release_data(inputs, browser)
        kept = ("index", "release_date", "status", "engine", "engine_version")
        rows = {version: {name: data[version][name] for name in kept if name in data[version]} for version in data}
        bcd["browsers"][browser] = {"releases": dict(sorted(rows.items(), key=lambda row: row[1]["index"]))}
    for _, _, feature in _rows(inputs.features):
        for key in feature.get("bcd", []):
            if support := support_of(inputs.bcd, key):
                place = bcd
                for part in key.split("."):
                    place = place.setdefault(part, {})
                place["__compat"] = {
                    "support": {browser: _bare(support[browser]) for browser in BROWSERS if browser in support}
                }
    features = {}
    for name, feature in sorted(inputs.web_features["features"].items()):
        status = feature.get("status") or {}
        if day := status.get("baseline_low_date"):
            support = {browser: status["support"][browser] for browser in CORE_SET}
            features[name] = {"status": {"baseline_low_date": day, "support": support}}
    return bcd, {"features": features}


def _bare(statements: Any) -> Any:
    if isinstance(statements, list):
        return [_bare(statement) for statement in statements]
    whole = ("version_added", "version_removed")
    marks = ("partial_implementation", "prefix", "alternative_name", "flags")
    said: dict[str, Any] = {name: statements[name] for name in whole if name in statements}
    return said | {name: True for name in marks if statements.get(name)}
