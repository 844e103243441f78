r"""The Windows registry, wherever it comes from: one way of naming, walking and answering.

A source is ``HKLM\SOFTWARE\Vendor\*#Name,Other,?Secret``: key names with ``*`` within a
name, then the wanted values. ``?`` before a value asks only whether it is there, so
that product keys are never read. Without ``#`` all values are given. Wow6432Node is
written out; ``HKU\*`` is every user whose hive is within reach; ``AMCACHE`` is the root
of Amcache.hve.

A reading's value is ``{value name: data}``: REG_SZ as text, DWORD and QWORD as numbers,
MULTI_SZ as a list, and whatever else as ``{type: data}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Protocol

from auditor.model import Reading, Source, Status, Value
from auditor.sources import failure

MAX_KEYS = 5000
"""Most keys that one source may lead to."""


class Key(Protocol):
    """A key in any kind of registry. Names are compared without regard to case."""

    def subkeys(self) -> Iterable[str]:
        """The names of the keys right below."""

    def child(self, name: str) -> Key | None:
        """The key of that name right below; None when there is none."""

    def values(self) -> Iterable[tuple[str, str, Value]]:
        """(name, type, data) of each value; the default value's name is empty."""


class Mount:
    r"""A registry tree and the place its top stands for: the hive SOFTWARE at HKLM\SOFTWARE."""

    __slots__ = ("key", "label", "path")

    def __init__(self, path: str, key: Key, label: str = "") -> None:
        self.path = tuple(path.split("\\"))
        self.key, self.label = key, label


def read(source: Source, mounts: Iterable[Mount], missing: str) -> Iterator[Reading]:
    """Answer ``source`` from every mount that covers it; ``missing`` is the reason where none does."""
    path, _, names = source.where.partition("#")
    parts = path.split("\\")
    wanted = names.split(",") if names else []
    covered = wholly = False
    found: list[Reading] = []
    for mount in mounts:
        below = _below(parts, mount.path)
        if below is None:
            continue
        covered = True
        wholly = wholly or not _is_part(parts, mount.path)
        found += _walk(source, mount, below, wanted)
    if not covered:
        yield Reading(source, path, Status.FAILED, detail=missing)
    elif not wholly:
        yield Reading(source, path, Status.FAILED, detail=f"only a part of it was given: {missing}")
    elif not found:
        yield Reading(source, path, Status.ABSENT, detail="no such key or value")
    yield from found[:MAX_KEYS]
    if len(found) > MAX_KEYS:
        yield Reading(source, path, Status.FAILED, detail=f"more than {MAX_KEYS} keys")


def _below(parts: list[str], top: tuple[str, ...]) -> list[str] | None:
    """What of the path is below ``top``; None where ``top`` does not cover it."""
    if len(parts) < len(top):
        return None
    fits = all(fnmatchcase(have.casefold(), want.casefold()) for want, have in zip(parts, top, strict=False))
    return parts[len(top) :] if fits else None


def _is_part(parts: list[str], top: tuple[str, ...]) -> bool:
    """Whether ``top`` is one of several that a wildcard of the path may mean; users whose hives are not here are no part."""
    return any("*" in part for part in parts[2 if parts[0].upper() == "HKU" else 1 : len(top)])


def _walk(source: Source, mount: Mount, below: list[str], wanted: list[str]) -> Iterator[Reading]:
    """Every key that the rest of the path leads to, depth first."""
    pending: list[tuple[Key, list[str], str]] = [(mount.key, below, "\\".join(mount.path))]
    while pending:
        key, rest, place = pending.pop()
        at = f"{place} ({mount.label})" if mount.label else place
        try:
            if rest:
                names = [rest[0]] if "*" not in rest[0] else _matching(key.subkeys(), rest[0])
                below_here = [(child, rest[1:], f"{place}\\{name}") for name in names if (child := key.child(name))]
                pending.extend(reversed(below_here))
            elif (values := _values(key, wanted)) or not wanted:
                yield Reading(source, at, Status.READ, values)
        except OSError as error:
            yield failure(source, at, error)


def _matching(names: Iterable[str], pattern: str) -> list[str]:
    return [name for name in names if fnmatchcase(name.casefold(), pattern.casefold())]


def _values(key: Key, wanted: list[str]) -> dict[str, Value]:
    """The wanted values, by the names that were asked for, whatever their case in the registry."""
    asked = {name.lstrip("?").casefold(): name for name in wanted}
    found: dict[str, Value] = {}
    for name, kind, data in key.values():
        if not asked:
            found[name] = _plain(kind, data)
        elif (ask := asked.get(name.casefold())) is not None:
            found[ask.lstrip("?")] = {"present": True} if ask.startswith("?") else _plain(kind, data)
    return found


def _plain(kind: str, data: Value) -> Value:
    return data if kind in ("REG_SZ", "REG_DWORD", "REG_QWORD", "REG_MULTI_SZ") else {kind: data}
