"""An answer by groups of features: what is there, what is not, what is switched off, and what was not told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.probe.page import features

NOT_TOLD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "gecko": frozenset({"webgl", "webgl2", "eme-widevine", "eme-playready", "rtc-h264"}),
        "blink": frozenset({"eme-widevine", "webgpu"}),
    }
)
"""Engine → features of which a no says nothing in a headless run on a new profile. Firefox draws no WebGL there, and
fetches Widevine and OpenH264 only later; Chromium may fetch Widevine later, and WebGPU needs a graphics processor."""

_YES = frozenset({"1", "prompt", "granted"})


class Group(NamedTuple):
    """One group of features: how many are there, and the names of those that are not, are off, or were not told."""

    name: str
    there: int
    missing: tuple[str, ...]
    off: tuple[str, ...]
    untold: tuple[str, ...]


def groups(values: Mapping[str, str], engine: str = "") -> list[Group]:
    """The groups of an answer. ``engine`` is that of a browser which was started headless, else empty."""
    blind = NOT_TOLD.get(engine, frozenset())
    found = []
    for group, names in features().items():
        kinds: dict[str, list[str]] = {"there": [], "missing": [], "off": [], "untold": []}
        for name, called in names.items():
            kinds[_kind(values.get(name, ""), blind=name in blind)].append(called)
        found.append(Group(group, len(kinds["there"]), tuple(kinds["missing"]), tuple(kinds["off"]), tuple(kinds["untold"])))
    return found


def _kind(value: str, *, blind: bool) -> str:
    if value in _YES:
        return "there"
    if blind or value in ("", "timeout"):
        return "untold"
    return "missing" if value == "0" else "off"
