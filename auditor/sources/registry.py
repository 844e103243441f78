r"""The Windows registry, wherever it comes from: one way of naming, walking and answering.

A source is ``HKLM\SOFTWARE\Vendor\*#Name,Other,?Secret``: key names with ``*`` within a
name, then the wanted values, which may have ``*`` too. ``?`` before a value asks only
whether it is there, so that product keys are never read; ``?*,Name`` asks for the names
of all values and the data of one. Without ``#`` all values are given; a ``#`` with no
name after it asks for the key's default value. Wow6432Node is
written out; ``HKU\*`` is every person whose hive is within reach, not Windows' own accounts;
``AMCACHE`` is the root of Amcache.hve.

A reading's value is ``{value name: data}``: REG_SZ as text, DWORD and QWORD as numbers,
MULTI_SZ as a list, and whatever else as ``{type: data}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Protocol

from auditor.model import Reading, Source, Status, Value
from auditor.sources import failure

MAX_KEYS = 5000
"""Most keys that one source may lead to."""

_NO_PERSON = re.compile(r"^(?:\.DEFAULT|S-1-5-(?:1[89]|20|80-.*|82-.*|83-.*|90-.*|96-.*))(?:_Classes)?$", re.I)
"""The accounts of the system, its services, their pools and its windows, as they go by below HKEY_USERS."""


class Key(Protocol):
    """A key in any kind of registry. Names are compared without regard to case."""

    def subkeys(self) -> Iterable[str]:
        """The names of the keys right below."""

    def child(self, name: str) -> Key | None:
        """The key of that name right below; None when there is none."""

    def values(self) -> Iterable[tuple[str, str, Value]]:
        """(name, type, data) of each value; the default value's name is empty."""


class Mount:
    r"""A registry tree and the place its top stands for: the hive SOFTWARE at HKLM\SOFTWARE.

    ``partial`` says that what is not in the tree need not be missing from the registry.
    """

    __slots__ = ("key", "label", "partial", "path")

    def __init__(self, path: str, key: Key, label: str = "") -> None:
        self.path = tuple(path.split("\\"))
        self.key, self.label, self.partial = key, label, False


class Unreachable:
    """A key of which nothing can be said, mounted where something is known to be and out of reach: all it gives is why."""

    __slots__ = ("error",)

    def __init__(self, error: OSError) -> None:
        self.error = error

    def subkeys(self) -> Iterable[str]:
        raise self.error

    def child(self, name: str) -> Key | None:
        raise self.error

    def values(self) -> Iterable[tuple[str, str, Value]]:
        raise self.error


def read(source: Source, mounts: Iterable[Mount], missing: str) -> Iterator[Reading]:
    """Answer ``source`` from every mount that covers it; ``missing`` is the reason where none does."""
    path, marker, names = source.where.partition("#")
    parts = path.split("\\")
    wanted = names.split(",") if marker else []
    covered = wholly = False
    found: list[Reading] = []
    for mount in mounts:
        below = _below(parts, mount.path)
        if below is None or ("*" in parts[1:2] and _NO_PERSON.match("".join(mount.path[1:2]))):
            continue
        covered = True
        here = list(_walk(source, mount, below, wanted))
        wholly = wholly or not (_is_part(parts, mount.path) or (mount.partial and not _is_all(here, parts, wanted)))
        found += here
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


def _is_all(found: list[Reading], parts: list[str], wanted: list[str]) -> bool:
    """Whether a tree that may lack anything has all that was asked for: each value of the one key that is meant."""
    names = [name.lstrip("?") for name in wanted]
    has = [reading.value for reading in found if isinstance(reading.value, dict)]
    return bool(names and has) and not any("*" in part for part in parts) and all(name in has[0] for name in names)


def _walk(source: Source, mount: Mount, below: list[str], wanted: list[str]) -> Iterator[Reading]:
    """Every key that the rest of the path leads to, depth first."""
    pending: list[tuple[Key, list[str], str]] = [(mount.key, below, "\\".join(mount.path))]
    while pending:
        key, rest, place = pending.pop()
        at = f"{place} ({mount.label})" if mount.label else place
        try:
            if rest:
                names = [rest[0]] if "*" not in rest[0] else _matching(key.subkeys(), rest[0])
                names = [*_people(names)] if place == "HKU" and "*" in rest[0] else names
                below_here = [(child, rest[1:], f"{place}\\{name}") for name in names if (child := key.child(name))]
                pending.extend(reversed(below_here))
            elif (values := _values(key, wanted)) or not wanted:
                yield Reading(source, at, Status.READ, values)
        except OSError as error:
            yield failure(source, at, error)


def _matching(names: Iterable[str], pattern: str) -> list[str]:
    return [name for name in names if fnmatchcase(name.casefold(), pattern.casefold())]


def _people(names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if not _NO_PERSON.match(name))


def _values(key: Key, wanted: list[str]) -> dict[str, Value]:
    """The wanted values, by the names that were asked for, whatever their case in the registry."""
    exact = {name.lstrip("?").casefold(): name for name in wanted if "*" not in name}
    patterns = sorted((name for name in wanted if "*" in name), key=lambda name: name.startswith("?"))
    found: dict[str, Value] = {}
    for name, kind, data in key.values():
        ask = exact.get(name.casefold()) or next(
            (each for each in patterns if fnmatchcase(name.casefold(), each.lstrip("?").casefold())), None
        )
        if ask is None and (wanted and name.casefold() not in exact):
            continue
        shown = name if ask is None or "*" in ask else ask.lstrip("?")
        found[shown] = {"present": True} if ask and ask.startswith("?") else _plain(kind, data)
    return found


def _plain(kind: str, data: Value) -> Value:
    return data if kind in ("REG_SZ", "REG_DWORD", "REG_QWORD", "REG_MULTI_SZ") else {kind: data}
