r"""Traces into readings: what an agent's readers would answer if these keys, files and packages were on a PC.

A trace is ``(kind, place, value)``, the kind that of the sources which would find it: a registry key with its values,
a program with what it says of itself, a file with its text, a package with its stanza. For every source that
is wanted the readings of a trace are encoded once and kept: a snapshot is then joined of bytes. What is a person's or
a PC's own stands as one of :data:`OWN` in the bytes and is put in last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase, translate
from typing import Any, NamedTuple

from auditor.model import Source, Status, Value

OWN = ("@@HOST@@", "@@GUID@@", "@@UUID@@", "@@SID@@", "@@USER@@")
"""What stands in a trace for the host name, the machine's GUID, its hardware's, the user's security identifier and name."""

HERE = "this PC"

Trace = tuple[str, str, Value]
"""(kind of source, place, value); the kind ``denied`` has a place that begins a source's, and a reason."""

Piece = tuple[int, bytes, bool]
"""(number of the source, encoded readings, whether one of :data:`OWN` is in them)."""

_TOPS = {"%ProgramFiles%": r"C:\Program Files", "%ProgramFiles(x86)%": r"C:\Program Files (x86)", "~": r"C:\Users\@@USER@@"}
_ABSENT = {
    "registry": "no such key or value", "program": "nothing there has such a name", "file": "nothing there has such a name",
    "lines": "nothing there has such a name", "plist": "nothing there has such a name", "command": "no such command here",
    "systeminfo": "no text of systeminfo, msinfo32 or Get-ComputerInfo was given",
}  # fmt: skip
_PACKAGES = {"dpkg": "/var/lib/dpkg/status", "rpm": "/usr/lib/sysimage/rpm"}


def encoded(source: Source, at: str, status: Status, value: Value = None, detail: str = "") -> bytes:
    """One reading as :func:`auditor.snapshot.write.encode` writes it."""
    entry: dict[str, Any] = {"source": list(source), "at": at, "status": status.value}
    if value is not None:
        entry["value"] = value
    if detail:
        entry["detail"] = detail
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=True).encode("ascii")


class _Asked(NamedTuple):
    """A source, taken apart: its place as a pattern, and the names after ``#``."""

    number: int
    source: Source
    pattern: re.Pattern[str]
    names: list[str]


class Wanted:
    """All that is wanted of a family's PCs, ready to be answered."""

    def __init__(self, family: str, wanted: Sequence[Source]) -> None:
        self.family, self.sources = family, tuple(wanted)
        self._separator = "\\" if family == "windows" else "/"
        self._exact: dict[tuple[str, str], list[_Asked]] = {}
        self._deep: dict[tuple[str, int], list[_Asked]] = {}
        for number, source in enumerate(self.sources):
            place, _, names = source.where.removeprefix("registry:").partition("#")
            kind = "named" if source.where.startswith("registry:") else source.kind
            place = next((path + place[len(top) :] for top, path in _TOPS.items() if family == "windows" and
                          place.startswith(f"{top}\\")), place)  # fmt: skip
            words = f"{place},{names}" if kind == "process" else names
            asked = _Asked(number, source, _pattern(kind, place, family), words.split(",") if words else [])
            if kind == "host" or ("*" not in place and not place.startswith("~")):
                self._exact.setdefault((kind, place.casefold()), []).append(asked)
            else:
                self._deep.setdefault((kind, place.count(self._separator) + place.startswith("~")), []).append(asked)

    def nothing(self, packages: str, *, hidden: bool) -> list[bytes]:
        """The reading of each source on a PC where nothing of it is.

        ``packages`` is the database of packages that it has: dpkg, rpm or empty. ``hidden``: other people
        have profiles there, which whoever ran the agent may not read.
        """
        return [self._nothing(source, packages, hidden=hidden) for source in self.sources]

    def _nothing(self, source: Source, packages: str, *, hidden: bool) -> bytes:
        place = source.where.removeprefix("registry:").partition("#")[0]
        if source.kind == packages:
            return encoded(source, _PACKAGES[packages], Status.ABSENT, None, "not among the installed packages")
        if source.kind in _PACKAGES:
            return encoded(source, f"{source.kind} database", Status.ABSENT, None, f"no {source.kind} database here")
        if source.kind == "process":
            return encoded(source, "running processes", Status.ABSENT, None, "none is running")
        if source.kind in ("probe", "system-profiler"):  # what no reader of a running PC answers
            return encoded(source, source.where, Status.FAILED, None, f"nothing here reads {source.kind!r} sources")
        if source.where.startswith("AMCACHE"):
            return encoded(source, source.where, Status.FAILED, None, "Windows holds Amcache.hve: it is read offline")
        detail = _ABSENT.get(source.kind, "no such file")
        if source.kind == "file" and "*" not in place and not place.startswith("~"):
            detail = "no such file"
        if source.kind == "program" and source.where.startswith("registry:"):
            detail = "no key there names a program"
        if hidden and source.kind == "registry" and place.startswith("HKU\\*"):
            said = "1 user not signed in: Permission denied"
            return encoded(source, f"HKU\\* ({HERE})", Status.DENIED, None, said)
        return encoded(source, place, Status.ABSENT, None, detail)

    def pieces(self, traces: Iterable[Trace]) -> tuple[Piece, ...]:
        """What these traces answer, by source; several readings of one source are one piece."""
        found: dict[int, list[bytes]] = {}
        for kind, place, value in traces:
            if kind == "denied":
                for number, source in enumerate(self.sources):
                    if source.where.startswith(place):
                        found[number] = [encoded(source, place, Status.DENIED, None, str(value))]
                continue
            exact = self._exact.get((kind, place.casefold()), ())
            for asked in (*exact, *self._deep.get((kind, place.count(self._separator)), ())):
                answer = _answer(asked, kind, place, value)
                if answer is not None:
                    found.setdefault(asked.number, []).append(answer)
        return tuple(
            (number, joined, b"@@" in joined) for number, each in sorted(found.items()) for joined in [b",".join(each)]
        )


def _pattern(kind: str, place: str, family: str) -> re.Pattern[str]:
    """A place as a pattern over whole places: ``*`` is within one name."""
    if kind in ("dpkg", "rpm"):
        return re.compile(translate(place))
    separator = "/" if family != "windows" else "\\"
    text = re.escape(place).replace(r"\*", "[^" + re.escape(separator) + "]*")
    text = text.replace("\\~/", "/(?:home|Users)/[^/]*/") if family != "windows" else text
    return re.compile(text, re.I if family == "windows" else 0)


def _answer(asked: _Asked, kind: str, place: str, value: Value) -> bytes | None:
    """The reading of a source that finds this trace; None where it does not."""
    source = asked.source
    if kind == "host":
        return encoded(source, f"{HERE}: {place}", Status.READ, value) if source.where == place else None
    if kind in ("system-profiler", "process", "probe"):
        return None
    if not asked.pattern.fullmatch(place):
        return None
    if kind == "registry":
        values = _values(value, asked.names) if isinstance(value, dict) else {}
        return encoded(source, f"{place} ({HERE})", Status.READ, {**values}) if values else None
    if kind == "named" and isinstance(value, dict):
        at, described = str(value["at"]), {name: each for name, each in value.items() if name != "at"}
        return encoded(source, at, Status.READ, {**described, "named_by": place})
    if kind == "plist" and isinstance(value, dict):
        return encoded(source, place, Status.READ, {name: value[name] for name in asked.names if name in value})
    if kind == "lines":
        kept = [line for line in str(value).split("\n") if line.lstrip().startswith(tuple(asked.names))]
        return encoded(source, place, Status.READ, "\n".join(dict.fromkeys(kept)))
    at = f"{_PACKAGES[kind]}#{place}" if kind in _PACKAGES else place
    return encoded(source, at, Status.READ, value)


def _values(values: Mapping[str, Value], wanted: list[str]) -> dict[str, Value]:
    """The wanted values of a key, as the registry's reader gives them: ``?Name`` only says that it is there."""
    if not wanted:
        return {name: data for name, data in values.items() if name == ""}
    exact = {name.lstrip("?").casefold(): name for name in wanted if "*" not in name}
    patterns = sorted((name for name in wanted if "*" in name), key=lambda name: name.startswith("?"))
    found: dict[str, Value] = {}
    for name, data in values.items():
        ask = exact.get(name.casefold()) or next(
            (each for each in patterns if fnmatchcase(name.casefold(), each.lstrip("?").casefold())), None
        )
        if ask is not None:
            found[name if "*" in ask else ask.lstrip("?")] = {"present": True} if ask.startswith("?") else data
    return found
