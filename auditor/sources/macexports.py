r"""What ``system_profiler`` and System Information export of a Mac: as XML (``-xml``, ``.spx``) or as text.

A source names a data type and what of it is wanted:
``SPApplicationsDataType#Safari,Google Chrome`` (applications by the names of their files, without
``.app``: one reading each), ``SPSoftwareDataType#os_version``, ``SPHardwareDataType#machine_model,chip_type``
(by the keys of the XML). What the text calls them depends on the language of whoever
exported it, so there a value is known by its shape where it has one, else by its English name.

These lists say what is there, and where; ``InstallHistory.plist`` says what was installed
once, and is no state of anything.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers.expat import ExpatError

from auditor.identity import hashed
from auditor.model import Reading, Source, Status, Value
from auditor.sources import Reader, files

MAX_EXPORT = 16 * 1024 * 1024
"""Largest export that is read, in bytes."""

MAX_APPLICATIONS = 20_000
"""Most applications in one list."""

APPLICATIONS, SOFTWARE, HARDWARE = "SPApplicationsDataType", "SPSoftwareDataType", "SPHardwareDataType"

_BROKEN = (ExpatError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_TEXT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s{0,40}\S[^\r\n]{0,80}:[ \t]*\r?\n\s*?\r?\n {4}\S[^\r\n]{0,200}:[ \t]*\r?\n")
_FIELD = re.compile(r" {6}(\S[^:\uff1a]{0,60}?)[ \u00a0]?(?::[ \u00a0]|\uff1a ?)(.*)")
_HEADING = re.compile(r" {4}\S.*:\s*")
_SYSTEM = re.compile(
    r"(?:Mac OS X|OS X|macOS)(?: Server)? [0-9]{1,2}(?:\.[0-9]{1,2}){0,3} \([0-9]{1,2}[A-Z][0-9]{1,5}[a-z]?\)"
)
_MODEL = re.compile(r"[A-Z][A-Za-z]{2,20}[0-9]{1,2},[0-9]{1,2}")
_LABELS = {
    "Chip": "chip_type",
    "Processor Name": "cpu_type",
    "Total Number of Cores": "number_processors",
    "Memory": "physical_memory",
    "Hardware UUID": "platform_UUID",
}
_ID = Source("host", "machine-id")


@dataclass(slots=True)
class Exports:
    """What the exports of one Mac hold. ``types`` says which file holds a data type, ``remarks`` what was of no use.

    An application's key is its path; None is for one that is listed twice, and differently,
    as an empty text is for a property of the Mac.
    """

    types: dict[str, str] = field(default_factory=dict)
    applications: dict[str, dict[str, str] | None] = field(default_factory=dict)
    software: dict[str, str] = field(default_factory=dict)
    hardware: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def open_exports(paths: Iterable[Path]) -> Exports:
    """Whatever exports there are among ``paths``; those of several data types make one Mac."""
    exports = Exports()
    for path in paths:
        try:
            with files.open_plain(path) as file:
                start = file.read(4096)
            if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<plist", b"<!DOCTYPE")):
                _xml(exports, path.name, files.read_bytes(path, MAX_EXPORT))
            elif _TEXT.match(start):
                _plain(exports, path.name, files.read_bytes(path, MAX_EXPORT).decode("utf-8-sig", "backslashreplace"))
        except (OSError, ValueError) as error:
            exports.remarks.append(f"{path.name}: {getattr(error, 'strerror', None) or error}")
    return exports


def readers(exports: Exports) -> dict[str, Reader]:
    """The readers of kind system-profiler and of the Mac's own id; every other kind is not in what was given."""
    missing = f"not in what was given ({', '.join(sorted(exports.types))})"

    def read(source: Source) -> Iterator[Reading]:
        yield from _answers(exports, source, missing)

    def refuse(source: Source) -> Iterator[Reading]:
        if source == _ID and exports.hardware.get("platform_UUID"):
            yield Reading(source, exports.types[HARDWARE], Status.READ, hashed(exports.hardware["platform_UUID"]))
        else:
            yield Reading(source, source.where, Status.FAILED, detail=missing)

    return {
        "system-profiler": read,
        **dict.fromkeys(("host", "process", "command", "plist", "file", "lines", "exists"), refuse),
    }


def _answers(exports: Exports, source: Source, missing: str) -> Iterator[Reading]:
    kind, _, names = source.where.partition("#")
    if kind not in exports.types:
        yield Reading(source, source.where, Status.FAILED, detail=missing)
    elif kind == APPLICATIONS:
        yield from _listed(exports, source, {name.casefold() for name in names.split(",")})
    else:
        held: Mapping[str, str] = exports.software if kind == SOFTWARE else exports.hardware
        value: Value = {name: held[name] for name in names.split(",") if held.get(name)}
        if value:
            yield Reading(source, exports.types[kind], Status.READ, value)
        else:
            yield Reading(source, exports.types[kind], Status.FAILED, detail=f"nothing in it is known to be {names}"[:300])


def _listed(exports: Exports, source: Source, names: set[str]) -> Iterator[Reading]:
    """The wanted applications; a list that holds none of them says so."""
    found = 0
    for path, held in exports.applications.items():
        if path.rpartition("/")[2].removesuffix(".app").casefold() in names:
            found += 1
            if held is None:
                yield Reading(source, path, Status.FAILED, detail="listed twice, and differently")
            else:
                yield Reading(source, path, Status.READ, {**held})
    if not found:
        yield Reading(
            source, exports.types[APPLICATIONS], Status.ABSENT, detail="not among the applications that are listed"
        )


def _xml(exports: Exports, name: str, data: bytes) -> None:
    """One property list; what is none of system_profiler's is a remark where it could be taken for one.

    :raises ValueError: it is broken.
    """
    try:
        content = plistlib.loads(data)
    except _BROKEN as error:
        raise ValueError(f"not a property list: {type(error).__name__} {error}"[:200]) from error
    parts = content if isinstance(content, list) else [content]
    known = [part for part in parts if isinstance(part, dict) and isinstance(part.get("_items"), list)]
    for part in known:
        items = [item for item in part["_items"] if isinstance(item, dict)]
        if part.get("_dataType") == APPLICATIONS:
            _take_applications(
                exports, name, ({key: _text(item.get(key)) for key in ("path", "version", "info")} for item in items)
            )
        elif part.get("_dataType") in (SOFTWARE, HARDWARE):
            keys = ("os_version",) if part["_dataType"] == SOFTWARE else ("machine_model", *_LABELS.values())
            _take(exports, name, part["_dataType"], ((key, _text(item.get(key))) for item in items for key in keys))
    if not known and any(isinstance(part, dict) and {"displayName", "processName"} <= part.keys() for part in parts):
        exports.remarks.append(f"{name}: a history of what was installed once, which is not what is there now")
    elif not known and isinstance(content, dict) and "CFBundleIdentifier" in content:
        exports.remarks.append(f"{name}: one application's own list, which does not say where it is installed")


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _plain(exports: Exports, name: str, text: str) -> None:
    """The text form: sections at the margin, items below them, and each item's fields."""
    applications: dict[str, list[dict[str, str]]] = {}
    for section, fields in _items(text):
        if location := _location(fields):
            info = dict(fields).get("Get Info String", "")
            applications.setdefault(section, []).append({"path": location, "version": _version(fields), "info": info})
        for _, value in fields:
            if _SYSTEM.fullmatch(value):
                _take(exports, name, SOFTWARE, [("os_version", value)])
        if model := next((value for _, value in fields if _MODEL.fullmatch(value)), ""):
            known = [(_LABELS[label], value) for label, value in fields if label in _LABELS]
            _take(exports, name, HARDWARE, [("machine_model", model), *known])
    for items in applications.values():  # fonts, frameworks and extensions have a place too, and sections of their own
        if any(item["path"].endswith(".app") for item in items):
            _take_applications(exports, name, items)


def _items(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The section and the fields of each item, in order: what stands below a heading that is indented by four."""
    section = ""
    fields: list[tuple[str, str]] = []
    for line in [*text.split("\n"), "-"]:
        if line[:1].strip() or _HEADING.fullmatch(line):
            if fields:
                yield section, fields
            section, fields = (line if line[:1].strip() else section), []
        elif match := _FIELD.fullmatch(line):
            fields.append((match[1].strip(), match[2].strip()))


def _location(fields: list[tuple[str, str]]) -> str:
    """Where an application is; in another language than English, what looks like it."""
    places = [value for label, value in fields if value.startswith("/") and (label == "Location" or value.endswith(".app"))]
    return places[-1] if places else ""


def _version(fields: list[tuple[str, str]]) -> str:
    """The version, which stands first where there is one; in another language than English, if it looks like one."""
    label, value = fields[0]
    return value if label == "Version" or (label != "Last Modified" and re.fullmatch(r"[0-9][^/:\\]*", value)) else ""


def _take_applications(exports: Exports, name: str, items: Iterable[dict[str, str]]) -> None:
    exports.types.setdefault(APPLICATIONS, name)
    for item in items:
        path = item["path"]
        held = {key: value for key, value in item.items() if key != "path" and value}
        if not path.startswith("/"):
            continue
        if len(exports.applications) >= MAX_APPLICATIONS:
            raise ValueError(f"more than {MAX_APPLICATIONS} applications")
        old = exports.applications.setdefault(path, held)
        if old is not None and old.get("version") != held.get("version"):
            exports.applications[path] = None


def _take(exports: Exports, name: str, kind: str, pairs: Iterable[tuple[str, str]]) -> None:
    """The pairs of software or hardware; where two differ, neither is believed."""
    exports.types.setdefault(kind, name)
    held = exports.software if kind == SOFTWARE else exports.hardware
    for key, value in pairs:
        if value and held.setdefault(key, value) != value:
            exports.remarks.append(f"{name}: {key} is said twice, and differently")
            held[key] = ""
