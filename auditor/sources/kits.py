r"""What the kits of ``collect/`` hand in, as readers. docs/kits.md is the format of their file.

A kit reads and copies; everything is understood here. Whoever asks the readers gets the
readings that a running PC would have given: what was looked for and is not there reads
ABSENT, what was refused DENIED or FAILED with the kit's own reason, and what the file
does not mention FAILED, never absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from auditor.errors import SourceError
from auditor.identity import hashed, packed
from auditor.model import Reading, Source, Status, Value
from auditor.sources import MAX_TEXT, Reader, registry, regtext
from auditor.sources.kitfile import HINT, KitFile, Section, Whose, is_kit, parse

__all__ = ["Kit", "is_kit", "open_kit"]

MAX_REMARKS = 50
"""Most remarks on one file that are kept."""

MAX_DEPTH = 500_000
"""Most names of keys in one section, all paths together."""

CUT_OFF = "the kit's file is cut off"

_NOT_READ = {"absent": Status.ABSENT, "denied": Status.DENIED, "failed": Status.FAILED}
_EXPORT_HEADER = re.compile(r"(?m)^\ufeff?(?:Windows Registry Editor Version 5\.00|REGEDIT4)\r?$")
_KEY_LINE = re.compile(r"(?m)^\[.*")


_FIELD = re.compile(r"(?P<name>(?:[^=\[]|\[[^\]]*\]|\[)*?)(?:=(?P<value>.*))?", re.S)
"""``name=value``; a name like ``List[Name=value].Other`` has its own equals sign in brackets."""


class _Tree(NamedTuple):
    """What a kit read of the registry at ``path``. ``only`` are the places that it answers; empty for all below."""

    path: tuple[str, ...]
    key: regtext.TextKey
    only: tuple[str, ...]


class _Refusal(NamedTuple):
    """A part of the registry that the kit could not read."""

    path: tuple[str, ...]
    status: Status
    detail: str


@dataclass(slots=True)
class Kit:
    """One kit's file, opened: who wrote it, whose it is, readers for what it holds, and what could not be used."""

    collector: str
    whose: Whose
    readers: Mapping[str, Reader]
    remarks: list[str] = field(default_factory=list)


def open_kit(data: bytes) -> Kit:
    """Open the file of a kit; the same bytes always give the same.

    :raises SourceError: it is none, of another version, too large, or does not say whose it is.
    """
    content = _Content(parse(data))
    return Kit(content.file.collector, content.file.whose, _Readers(content), content.remarks)


class _Content:
    """What the sections hold, gathered so that it can be asked for."""

    def __init__(self, file: KitFile) -> None:
        self.file = file
        self.missing = f"was not collected by {file.collector}" if file.whole else CUT_OFF
        self.remarks: list[str] = [] if file.whole else [CUT_OFF]
        self.trees: dict[tuple[str, ...], _Tree] = {}
        self.refusals: list[_Refusal] = []
        self.sources: dict[Source, list[Reading]] = {}
        self._open: Source | None = None
        self._exported: set[tuple[str, ...]] = set()
        for section in file.sections:
            try:
                self._take(section)
            except ValueError as error:
                raise SourceError(f"line {section.line}: {error}", HINT) from None

    def _take(self, section: Section) -> None:
        takers = {"reg": self._registry, "regquery": self._registry, "source": self._source, "at": self._at}
        if taker := takers.get(section.word):
            taker(section)
        elif section.word == "failed":
            self._remark(": ".join(_fields(section, 1)))
        else:
            raise ValueError(f"no section is called {section.word[:40]!r}")

    def _remark(self, text: str) -> None:
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.append(text[:300])

    def _registry(self, section: Section) -> None:
        if self.file.whose.family != "windows":
            raise ValueError(f"a part of the registry in the file of a PC with {self.file.whose.family}")
        key, status, *more = _fields(section, 2)
        path = tuple(part for part in key.split("\\") if part)
        if not path or path[0].upper() not in ("HKLM", "HKU"):
            raise ValueError(f"{key[:60]!r} is not below HKLM or HKU")
        if status == "read":
            self._read(section, path, tuple(filter(None, more)))
            if section.torn:
                self.refusals.append(_Refusal(path, Status.FAILED, CUT_OFF))
        elif status == "absent":
            self._put(_Tree(path, regtext.TextKey(path[-1]), ()))
        elif status in _NOT_READ:
            self.refusals.append(_Refusal(path, _NOT_READ[status], _reason(more)))
        else:
            raise ValueError(f"no status is called {status[:40]!r}")

    def _read(self, section: Section, path: tuple[str, ...], only: tuple[str, ...]) -> None:
        place, name = _folded(path), "\\".join(path)
        if section.word == "reg":
            if place in self._exported and not only:
                raise ValueError(f"{name} is exported twice")
            self._exported.add(place)
            if sum(line[0].count("\\") for line in _KEY_LINE.finditer(section.body)) > MAX_DEPTH:
                raise ValueError(f"more than {MAX_DEPTH} names of keys")
            text = f"{regtext.HEADERS[0]}\n" + _EXPORT_HEADER.sub("", section.body)
            mounts, remarks = regtext.mounts(text, name, "")
        else:
            from auditor.sources import regquery

            mounts, remarks = regquery.mounts(section.body, name, "")
        top = regtext.TextKey(path[-1])
        for mount in mounts:
            if _folded(mount.path[: len(path)]) != place or not isinstance(mount.key, regtext.TextKey):
                remarks.append("\\".join(mount.path)[:100] + f" is not below {name}")
                continue
            below = top
            for part in mount.path[len(path) :]:
                below = below.make(part)
            _merge(below, mount.key)
        for each in remarks:
            self._remark(each)
        if section.word == "regquery" and not only:
            only = (f"{name}#{','.join(value for value, _, _ in top.values())}",)
        self._put(_Tree(path, top, only))

    def _put(self, tree: _Tree) -> None:
        old = self.trees.get(_folded(tree.path))
        if old:
            _merge(tree.key, old.key)
            tree = tree._replace(only=(*old.only, *tree.only) if old.only and tree.only else ())
        self.trees[_folded(tree.path)] = tree

    def _source(self, section: Section) -> None:
        kind, where = _fields(section, 2)[:2]
        self._open = Source(kind, where)
        if self._open in self.sources:
            raise ValueError(f"{kind} {where} is answered twice")
        torn = [Reading(self._open, where, Status.FAILED, detail=CUT_OFF)] if section.torn else []
        self.sources[self._open] = torn

    def _at(self, section: Section) -> None:
        if self._open is None:
            raise ValueError("a place without a source")
        place, form, *more = _fields(section, 2)
        source, readings = self._open, self.sources[self._open]
        if form in _NOT_READ:
            readings.append(Reading(source, place, _NOT_READ[form], detail=_reason(more)))
        elif section.torn:
            readings.append(Reading(source, place, Status.FAILED, detail=CUT_OFF))
        elif len(section.body) > MAX_TEXT * (3 if form == "hex" else 1) + 1:  # the line end after it, digits in pairs
            readings.append(Reading(source, place, Status.FAILED, detail=f"larger than {MAX_TEXT // 1024} KB"))
        else:
            readings.append(
                Reading(source, place, Status.READ, _stored(source, _value(form, section.body.removesuffix("\n"))))
            )


def _fields(section: Section, least: int) -> tuple[str, ...]:
    if len(section.fields) < least or not all(section.fields[:least]):
        raise ValueError(f"{section.word} has fewer than {least} fields")
    return section.fields


def _stored(source: Source, value: Value) -> Value:
    """``value``, but the ids of machines only as the hash that a scan keeps of them."""
    secret = source.kind == "machine-id" or source == ("host", "machine-id")
    if secret and isinstance(value, str) and not re.fullmatch("[0-9a-f]{64}", value):
        return hashed(packed(value))
    return value


def _reason(more: Iterable[str]) -> str:
    return " ".join(more)[:300] or "the kit gave no reason"


def _value(form: str, body: str) -> Value:
    """The value that a body stands for, by the word that says its form."""
    if form == "text":
        return body
    if form == "hex":
        return bytes.fromhex("".join(body.split())).decode("utf-8", "backslashreplace")
    if form == "list":
        return [*body.split("\n")] if body else []
    if form == "fields":
        pairs = [_FIELD.fullmatch(line) for line in body.split("\n") if line.strip()]
        return {pair["name"].strip(): pair["value"] or "" for pair in pairs if pair}
    if form == "whole":
        if not re.fullmatch(r"-?[0-9]{1,19}", body.strip()):
            raise ValueError(f"{body[:40]!r} is not a whole number")
        return int(body)
    if form == "true":
        return True
    raise ValueError(f"no form is called {form[:40]!r}")


def _folded(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in path)


def _merge(into: regtext.TextKey, other: regtext.TextKey) -> None:
    """Everything of ``other`` into ``into``, however deep, without recursion."""
    pending = [(into, other)]
    while pending:
        here, there = pending.pop()
        here.content.update(there.content)
        pending += [(here.make(child.name), child) for child in there.children.values()]


class _Readers(Mapping[str, Reader]):
    """A reader for every kind: what the file does not mention is answered with the reason too."""

    def __init__(self, content: _Content) -> None:
        self._content = content
        self._kinds = sorted({"registry", *(source.kind for source in content.sources)})

    def __getitem__(self, kind: str) -> Reader:
        return self._registry if kind == "registry" else self._answer

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def _answer(self, source: Source) -> Iterator[Reading]:
        content = self._content
        readings = content.sources.get(source)
        if readings is None and source == ("host", "rights") and content.file.whose.rights in ("user", "admin", "system"):
            readings = [Reading(source, "this PC: rights", Status.READ, content.file.whose.rights)]
        if readings is None:
            yield Reading(source, source.where, Status.FAILED, detail=content.missing)
        else:
            said = "the kit gave no answer" if content.file.whole else CUT_OFF
            yield from readings or [Reading(source, source.where, Status.FAILED, detail=said)]

    def _registry(self, source: Source) -> Iterator[Reading]:
        """As :func:`auditor.sources.registry.read`; what a refusal may hide is not called absent."""
        content = self._content
        if source in content.sources:
            yield from self._answer(source)
            return
        path = tuple(source.where.partition("#")[0].split("\\"))
        trees = [
            tree
            for tree in content.trees.values()
            if not tree.only or any(_covers(each, source.where) for each in tree.only)
        ]
        refused = [each for each in content.refusals if _leads_to(path, each.path)]
        missing = content.missing
        if path[0] == "AMCACHE":
            missing = "Windows holds Amcache.hve; it is read offline only"
        seen: set[str] = set()
        mounts = [registry.Mount("\\".join(tree.path), tree.key) for tree in trees]
        for reading in registry.read(source, mounts, missing):
            hidden = reading.status in (Status.ABSENT, Status.FAILED) and reading.at not in seen and bool(refused)
            if reading.at not in seen and not hidden:
                seen.add(reading.at)
                yield reading
        for each in refused:
            yield Reading(source, "\\".join(each.path), each.status, detail=each.detail)


def _leads_to(wanted: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether the wanted path, which may have wildcards, is at or below ``path``."""
    return len(wanted) >= len(path) and all(
        fnmatchcase(have, want) for want, have in zip(_folded(wanted), _folded(path), strict=False)
    )


def _covers(given: str, wanted: str) -> bool:
    """Whether reading ``given`` (a place in the notation of sources) also answers ``wanted``."""
    path, some, names = given.casefold().partition("#")
    asked, mark, values = wanted.casefold().partition("#")
    if asked.startswith("hku\\*\\") and path.startswith("hku\\"):  # one user's part answers for that user
        path = "\\".join(("hku", "*", *path.split("\\")[2:]))
    if path.count("\\") != asked.count("\\") or not all(map(fnmatchcase, asked.split("\\"), path.split("\\"))):
        return False
    have = set(names.split(","))
    return not some or (bool(mark) and all(name in have or name.lstrip("?") in have for name in values.split(",")))
