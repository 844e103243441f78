"""A PC's snapshot as one line: bytes that are made once for all PCs that share them, and what is its own put in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from auditor.estate.simulation import office, unix, windows
from auditor.estate.simulation.dice import Dice
from auditor.estate.simulation.laid import OWN, Piece, Trace, Wanted
from auditor.estate.simulation.plan import BUILDS, Pc
from auditor.identity import hashed
from auditor.model import Source
from auditor.snapshot import SCHEMA

_OWN = tuple(token.encode() for token in OWN)


class Scene:
    """Lines for PCs of every family. ``wants`` says what an agent reads on each; ``agent`` is what it calls itself."""

    def __init__(self, wants: Mapping[str, Sequence[Source]], agent: str) -> None:
        self._wanted = {family: Wanted(family, sources) for family, sources in wants.items()}
        self._agent = agent
        self._pieces = lru_cache(maxsize=50_000)(self._made)
        self._base = lru_cache(maxsize=5_000)(self._made_base)

    def line(self, pc: Pc) -> bytes:
        """The snapshot of a PC, with its line end, byte for byte as :func:`auditor.snapshot.write.encode` has it."""
        family = pc.system.family
        packages = unix.packages_of(pc.system.release) if family == "linux" else ""
        base, answered = self._base(family, packages, pc.hidden, pc.site.domain if pc.managed else "")
        readings, touched = base.copy(), set(answered)
        own = []
        for part in self._parts(pc):
            for number, data, is_own in part:
                if is_own:
                    own.append((number, data))
                elif number in touched:
                    readings[number] += b"," + data
                else:
                    readings[number] = data
                    touched.add(number)
        for (number, _), data in zip(own, self._filled([data for _, data in own], pc), strict=True):
            readings[number] = readings[number] + b"," + data if number in touched else data
            touched.add(number)
        if pc.blind and family == "windows":
            for number, data, _ in self._pieces(family, "blind", pc.blind):
                readings[number] = data
        return self._head(pc) + b",".join(readings) + b"]}\n"

    def _made_base(self, family: str, packages: str, hidden: bool, domain: str) -> tuple[list[bytes], frozenset[int]]:
        """The readings that all PCs of a managed site share (``domain``, empty for another), and which hold some already."""
        readings = self._wanted[family].nothing(packages, hidden=hidden)
        touched = {number for number, data in enumerate(readings) if b'"status":"denied"' in data}
        parts = [("everywhere",), *([("policies", domain)] if domain else [])] if family == "windows" else []
        for number, data, _ in (piece for part in parts for piece in self._pieces(family, *part)):
            readings[number] = data
            touched.add(number)
        return readings, frozenset(touched)

    def _filled(self, own: list[bytes], pc: Pc) -> list[bytes]:
        """Readings with what is the PC's own put in: all of them at once, parted by a byte that JSON never has."""
        mine = b"\0".join(own)
        signal = pc.guid if pc.system.family == "windows" else hashed(pc.guid)
        for token, value in zip(_OWN, (pc.hostname, signal, pc.uuid, pc.sid, pc.user), strict=True):
            mine = mine.replace(token, _inside(value))
        return mine.split(b"\0")

    def _head(self, pc: Pc) -> bytes:
        tags = json.dumps(pc.tags, separators=(",", ":"), ensure_ascii=True)
        salt = Dice("salt", pc.device, pc.day).hex()
        head = (
            f'{{"schema":"{SCHEMA}","device":{{"id":"{pc.device}","hostname":{json.dumps(pc.hostname)},'
            f'"family":"{pc.system.family}","site":{json.dumps(pc.site.name)},"tags":{tags}}},"taken_at":"{pc.taken_at}",'
            f'"agent":"{self._agent}","salt":"{salt}","readings":['
        )
        return head.encode("ascii")

    def _parts(self, pc: Pc) -> Iterator[tuple[Piece, ...]]:
        """The pieces of everything on a PC, each made once for all PCs that have it."""
        family, pieces = pc.system.family, self._pieces
        yield pieces(family, "system", pc.system)
        if family != "windows":
            yield pieces(family, "machine", pc.machine, pc.rights)
            for browser in pc.browsers:
                yield pieces(family, "browser", browser, pc.system.release)
            yield pieces(family, "office", pc.office[1], pc.system.release)
            return
        build = BUILDS[pc.system.release]
        yield pieces(family, "whose", pc.site.domain, pc.rights, pc.managed)
        yield pieces(family, "machine", pc.machine, build >= 9200)
        for browser in pc.browsers:
            yield pieces(family, "browser", browser, build >= 10240)
        yield pieces(family, "chosen", pc.default)
        yield pieces(family, "office", *pc.office)
        yield pieces(family, "extras", *pc.extras)

    def _made(self, family: str, what: str, *about: Any) -> tuple[Piece, ...]:
        return self._wanted[family].pieces(_TRACES[family][what](*about))


_TRACES: Mapping[str, Mapping[str, Callable[..., list[Trace]]]] = {
    "windows": {
        "system": windows.system,
        "whose": windows.whose,
        "machine": windows.machine,
        "browser": windows.browser,
        "chosen": windows.chosen,
        "office": office.suite,
        "extras": office.extras,
        "everywhere": office.everywhere,
        "policies": office.policies,
        "blind": office.blind,
    },
    "macos": {
        "system": unix.mac_system,
        "machine": unix.mac_machine,
        "browser": unix.mac_browser,
        "office": unix.mac_office,
    },
    "linux": {
        "system": unix.linux_system,
        "machine": unix.linux_machine,
        "browser": unix.linux_browser,
        "office": unix.linux_office,
    },
}
"""Family → a thing on a PC → what lays its traces."""


def _inside(text: str) -> bytes:
    """``text`` as it stands between the quotation marks of JSON."""
    return json.dumps(text, ensure_ascii=True)[1:-1].encode("ascii")
