r"""Where PCs stand and what they are tagged with, from a YAML file: by folder, by host name, by a list.

::

    order: [list, agent, host, folder]     # optional; the first that has a site gives it, all of them give tags
    list: pcs.csv                          # columns host or id, site, tags (parted by ; or blanks); beside this file
    folders:                               # of what is handed in: its last folders fit from the right
      - snapshots/{site}/*                 # {site} and {tag} capture; * is anything in one name, ** at the end all below
      - match: wards/{tag}/*
        site: Leeds
    hosts:
      - match: LDS-*
        site: Leeds
        tags: [north]
      - match: "{site}-{tag}-*"
    names: {lds: Leeds, mch: Manchester}   # optional: what a captured word is called

The first pattern of ``folders``, and of ``hosts``, that fits counts. No case of letters matters. ``agent``
is what the PC itself says (``--site``, ``--tag``, its configuration), ``list`` what the list says.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from auditor.errors import RuleError, suggest
from auditor.model import Device
from auditor.snapshot import MAX_NAME, MAX_TAGS
from auditor.strict_yaml import Lines, read, read_plain

WAYS = ("list", "agent", "host", "folder")
"""Where a site and tags may come from, in the order that holds unless the file has another."""

MAX_FREE = 4
"""Most captures and stars together in a pattern that captures."""

MAX_HOST = 100
"""Longer host names fit no pattern."""

MAX_LIST = 256 * 1024 * 1024
"""Largest list of PCs that is read, in bytes."""

_FIELDS = ("order", "list", "folders", "hosts", "names")
_ENTRY = ("match", "site", "tags")
_CAPTURES = ("site", "tag")
_HINT = "docs/sites.md shows a file of sites."
_HEADINGS = {
    "host": ("host", "hostname", "host name", "computer", "computername", "computer name", "name", "device", "pc"),
    "id": ("id", "device id", "device_id", "deviceid"),
    "site": ("site", "location", "standort", "office", "building"),
    "tags": ("tags", "tag", "labels", "groups"),
}
"""What a column of the list may be called, in small letters."""

_PART = re.compile(r"\{(\w+)\}")


class Placed(NamedTuple):
    """A PC's site and tags, and for each where it comes from: ``site: Leeds, since hosts says LDS-* (line 8)``."""

    site: str
    tags: tuple[str, ...]
    why: tuple[str, ...]


class _Pattern(NamedTuple):
    """One pattern of the file. ``fits`` matches the whole of a name; ``always`` is all it says, if it captures none."""

    fits: re.Pattern[str]
    site: str
    tags: tuple[str, ...]
    why: str
    always: Placed | None


_NOTHING = Placed("", (), ())


def _placed(site: str, tags: tuple[str, ...], why: str) -> Placed:
    """What one way says of a PC."""
    said = (f"site: {site}, since {why}",) if site else ()
    return Placed(site, tags, (*said, f"tags: {', '.join(tags)}, since {why}") if tags else said)


_Row = tuple[str, tuple[str, ...], str]
"""Site, tags and reason, of one line of the list."""


class Sites:
    """A file of sites, made ready: :meth:`assign` costs a few millionths of a second."""

    __slots__ = ("_folders", "_hosts", "_listed", "_names", "_seen", "_ways", "order")

    def __init__(
        self,
        order: Sequence[str],
        listed: Mapping[str, _Row],
        hosts: Sequence[_Pattern],
        folders: Sequence[_Pattern],
        names: Mapping[str, str],
    ) -> None:
        self.order = tuple(order)
        self._listed, self._hosts, self._folders, self._names = listed, hosts, folders, names
        ways: dict[str, Callable[[str, Device], Placed]] = {
            "list": self._by_list, "agent": _by_agent, "host": self._by_host, "folder": self._by_folder,
        }  # fmt: skip
        used = {"list": bool(listed), "agent": True, "host": bool(hosts), "folder": bool(folders)}
        self._ways = tuple(ways[way] for way in self.order if used[way])
        self._seen: dict[str, Placed] = {}

    def assign(self, name_of_input: str, device: Device) -> Placed:
        """Site and tags of a PC that was handed in as ``name_of_input`` (a path, for a line of NDJSON with its number)."""
        said = _NOTHING
        for way in self._ways:
            given = way(name_of_input, device)
            if given is not _NOTHING:
                said = _merged(said, given) if said is not _NOTHING else given
        return said

    def _by_list(self, name: str, device: Device) -> Placed:
        found = self._listed.get(device.id)
        if found is None and device.hostname:
            host = device.hostname.casefold()
            found = self._listed.get(host) or self._listed.get(host.partition(".")[0])
        return _placed(*found) if found else _NOTHING

    def _by_host(self, name: str, device: Device) -> Placed:
        return self._first(self._hosts, device.hostname) if 0 < len(device.hostname) <= MAX_HOST else _NOTHING

    def _by_folder(self, name: str, device: Device) -> Placed:
        """By the folder alone, which many PCs share: each is looked at once."""
        folder = name.replace("\\", "/").rpartition("/")[0]
        found = self._seen.get(folder)
        if found is None:
            found = self._first(self._folders, f"{folder}/")
            if len(self._seen) < 100_000:
                self._seen[folder] = found
        return found

    def _first(self, patterns: Sequence[_Pattern], text: str) -> Placed:
        for each in patterns:
            if found := each.fits.fullmatch(text):
                if each.always is not None:
                    return each.always
                told = found.groupdict()
                called = {key: self._names.get(word.casefold(), word)[:MAX_NAME] for key, word in told.items() if word}
                tags = tuple(word for key, word in called.items() if key.startswith("tag"))
                return _placed(called.get("site", each.site), (*each.tags, *tags), each.why)
        return _NOTHING


def _by_agent(name: str, device: Device) -> Placed:
    return _placed(device.site, device.tags, "the PC says so") if device.site or device.tags else _NOTHING


def _merged(said: Placed, given: Placed) -> Placed:
    """What an earlier way said, with what a later one adds: tags, and the site where there was none."""
    tags = tuple(dict.fromkeys((*said.tags, *given.tags)))[:MAX_TAGS]
    added = given.why[1:] if said.site and given.site else given.why
    return Placed(said.site or given.site, tags, (*said.why, *added))


def load(path: Path) -> Sites:
    """The file of sites at ``path``, with the list that it names.

    :raises RuleError: the file, its list, or one field of it, is not right; the message names file, line and field.
    """
    data, lines = read(path)
    if unknown := sorted(data.keys() - set(_FIELDS)):
        raise _wrong(path, lines, (unknown[0],), f"unknown field{suggest(unknown[0], _FIELDS)}")
    order = data.get("order", list(WAYS))
    if not isinstance(order, list) or not order:
        raise _wrong(path, lines, ("order",), f"must be a list of some of {', '.join(WAYS)}")
    for at, way in enumerate(order):
        if way not in WAYS or order.index(way) != at:
            near = suggest(str(way), WAYS) if way not in WAYS else ": it stands there twice"
            raise _wrong(
                path,
                lines,
                ("order", at),
                f"no way is called {str(way)[:40]!r}{near}" if way not in WAYS else f"{way}{near}",
            )
    names = data.get("names", {})
    if not isinstance(names, dict) or not all(_is_text(key) and _is_text(value) for key, value in names.items()):
        raise _wrong(path, lines, ("names",), "must be a map of captured words to what they are called")
    if "list" in data and not _is_text(data["list"]):
        raise _wrong(path, lines, ("list",), "must be the name of a CSV file")
    return Sites(
        order,
        _listed(path.parent / data["list"]) if "list" in data else {},
        _patterns(path, lines, data, "hosts"),
        _patterns(path, lines, data, "folders"),
        {key.casefold(): value.strip() for key, value in names.items()},
    )


def from_folder(pattern: str) -> Sites:
    """What ``--site-from-folder PATTERN`` means: sites by one pattern of folders, and what a PC itself says first.

    :raises RuleError: the pattern is not right.
    """
    fits = _compiled(pattern, "folders", "--site-from-folder")
    return Sites(("agent", "folder"), {}, (), (_Pattern(fits, "", (), f"its folder fits {pattern}", None),), {})


def _patterns(path: Path, lines: Lines, data: Mapping[str, Any], kind: str) -> tuple[_Pattern, ...]:
    items = data.get(kind, [])
    if not isinstance(items, list):
        raise _wrong(path, lines, (kind,), "must be a list")
    return tuple(_pattern(path, lines, kind, number, item) for number, item in enumerate(items))


def _pattern(path: Path, lines: Lines, kind: str, number: int, item: Any) -> _Pattern:
    place = (kind, number)
    entry = {"match": item} if isinstance(item, str) else item
    if not isinstance(entry, dict):
        raise _wrong(path, lines, place, f"must be a pattern, or a map of {', '.join(_ENTRY)}")
    if unknown := sorted(entry.keys() - set(_ENTRY)):
        raise _wrong(path, lines, (*place, unknown[0]), f"unknown field{suggest(unknown[0], _ENTRY)}")
    if not _is_text(entry.get("match")):
        raise _wrong(path, lines, (*place, "match"), "must be a pattern, such as LDS-*")
    if "site" in entry and not _is_text(entry["site"]):
        raise _wrong(path, lines, (*place, "site"), "must be text")
    tags = entry.get("tags", [])
    if not isinstance(tags, list) or not all(_is_text(tag) for tag in tags) or len(tags) > MAX_TAGS:
        raise _wrong(path, lines, (*place, "tags"), f"must be a list of at most {MAX_TAGS} texts")
    line = lines.get(place, 1)
    fits = _compiled(entry["match"], kind, f"{path}, line {line}, {kind}")
    if not fits.groupindex and "site" not in entry and not tags:
        raise _wrong(path, lines, place, "gives neither a site nor a tag: capture one as {site}, or add site: or tags:")
    if "site" in fits.groupindex and "site" in entry:
        raise _wrong(path, lines, (*place, "site"), "the pattern captures {site} already")
    why = f"{kind} says {entry['match']} (line {line})"
    given = _placed(entry.get("site", "").strip(), tuple(tag.strip() for tag in tags), why)
    return _Pattern(fits, given.site, given.tags, why, None if fits.groupindex else given)


def _compiled(pattern: str, kind: str, where: str) -> re.Pattern[str]:
    """The pattern as a regular expression for a whole host name, or a path's folders with ``/`` behind them.

    A capture takes no ``-`` or ``.`` of a host name and no ``/`` of a path. Without captures each star takes
    the first that fits for good, so that no name can make the search long.
    """
    folders = kind == "folders"
    text, last = pattern.strip().replace("\\", "/"), ""
    if folders:  # the last part is a file's name, which says nothing
        text, _, last = text.rpartition("/")
        text = text.strip("/") + "/"
        if text == "/":
            raise RuleError(f"{where}: {pattern!r} names no folder", "Write folders and the file's name: snapshots/{site}/*")
    parts = [part for part in re.split(r"(\{\w+\}|\*+|\?)", text) if part]
    captures = [found[1] for part in parts if (found := _PART.fullmatch(part))]
    for name in captures:
        if name not in _CAPTURES:
            raise RuleError(f"{where}: {pattern!r} has {{{name}}}{suggest(name, _CAPTURES)}", _HINT)
    if captures.count("site") > 1:
        raise RuleError(f"{where}: {pattern!r} has {{site}} twice", _HINT)
    if len(captures) + (text.count("*") if captures else 0) > MAX_FREE:
        raise RuleError(f"{where}: {pattern!r} has more than {MAX_FREE} captures and stars", "Say it more simply.")
    made = _expression(parts, "[^/]" if folders else ".", "[^/]" if folders else "[^.-]", free=not captures)
    return re.compile(f"(?:.*/)?{made}{'.*' if last == '**' else ''}" if folders else made, re.I | re.S)


def _expression(parts: Sequence[str], one: str, word: str, *, free: bool) -> str:
    """The parts of a pattern as a regular expression: ``one`` is any character, ``word`` any that a capture may take."""
    made, tags = [""], 0
    for part in parts:
        if found := _PART.fullmatch(part):
            tags += found[1] == "tag"
            made[-1] += f"(?P<{found[1]}{tags if found[1] == 'tag' else ''}>{word}+)"
        elif part.startswith("*"):
            made.append("")
        else:
            made[-1] += one if part == "?" else re.escape(part)
    first, *others = made
    if not free:
        return f"{one}*?".join(made)
    middle = "".join(f"(?>{one}*?{each})" for each in others[:-1])
    return f"{first}{middle}{one}*{others[-1]}" if others else first


def _listed(path: Path) -> dict[str, _Row]:
    """The list of PCs: host name in small letters, or id → what it says.

    :raises RuleError: it cannot be read, lacks a column, or says two things of one PC.
    """
    text = _decoded(read_plain(path, MAX_LIST))
    rows = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=text.partition("\n")[0].count))
    found: dict[str, _Row] = {}
    try:
        columns = _columns(path, next(rows, []))
        for number, row in enumerate(rows, 2):
            cell = {kind: row[at].strip() for kind, at in columns.items() if at < len(row)}
            name = (cell.get("id") or cell.get("host", "")).casefold()
            site, tags = cell.get("site", "")[:MAX_NAME], tuple(re.split(r"[;,\s]+", cell.get("tags", "").strip()))
            if not name:
                continue
            given: _Row = (site, tuple(filter(None, tags))[:MAX_TAGS], f"line {number} of {path.name} says so")
            if (old := found.setdefault(name, given)) is not given and old[:2] != given[:2]:
                raise RuleError(
                    f"{path}, line {number}: {name[:60]} stands there twice, and differently", "Keep one of them."
                )
    except csv.Error as error:
        raise RuleError(f"{path}, line {rows.line_num}: not CSV: {error}", "Save it as CSV again.") from error
    return found


def _columns(path: Path, heading: Sequence[str]) -> dict[str, int]:
    told = [each.strip().strip("\ufeff").casefold() for each in heading]
    columns = {kind: told.index(name) for kind, names in _HEADINGS.items() for name in reversed(names) if name in told}
    if not columns.keys() & {"host", "id"} or not columns.keys() & {"site", "tags"}:
        raise RuleError(
            f"{path}: its first line has {', '.join(told)[:80]}: a column host or id, and one of site and tags, are needed",
            _HINT,
        )
    return columns


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_NAME


def _wrong(path: Path, lines: Lines, field: tuple[str | int, ...], what: str) -> RuleError:
    line = next((lines[field[:length]] for length in range(len(field), 0, -1) if field[:length] in lines), 1)
    return RuleError(f"{path}, line {line}, {'.'.join(str(each) for each in field if isinstance(each, str))}: {what}", _HINT)
