"""Virtual PCs: snapshots from a dictionary of what is where, and the facts read back as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor import checks
from auditor.checks.collected import Collected
from auditor.model import Detected, Device, Fact, Gap, Reading, Snapshot, Source, Status

DEVICE = Device("0123456789abcdef0123456789abcdef", "desk-7", "linux")


class Places(dict[str, Any]):
    """Several readings of one source: concrete place → value, status, or (status, detail)."""


def reading(source: Source, at: str, what: Any) -> Reading:
    """READ with a value, a bare status, or (status, detail)."""
    if isinstance(what, Status):
        return Reading(
            source, at, what, detail={Status.ABSENT: "not there", Status.DENIED: "Permission denied"}.get(what, "broken")
        )
    if isinstance(what, tuple):
        return Reading(source, at, what[0], detail=what[1])
    return Reading(source, at, Status.READ, what)


def pc(
    family: str, has: Mapping[Source, Any], *, rest: Status | None = Status.ABSENT, device_id: str = DEVICE.id, **device: Any
) -> Snapshot:
    """A PC that holds ``has``; everything else that is wanted reads ``rest``, or was not collected where that is None."""
    readings: list[Reading] = []
    for source, what in has.items():
        places = what if isinstance(what, Places) else {source.where.partition("#")[0]: what}
        readings += [reading(source, at, each) for at, each in places.items()]
    if rest is not None:
        readings += [reading(source, source.where, rest) for source in checks.wants(family) if source not in has]
    known = {"hostname": "desk-7"} | device
    return Snapshot(Device(device_id, family=family, **known), "2026-11-20T09:30:00Z", "test", "f" * 32, tuple(readings))


def collected(family: str, has: Mapping[Source, Any], **more: Any) -> Collected:
    """The same as a check sees it."""
    return Collected(pc(family, has, **more))


def value(fact: Fact) -> Any:
    """What is known, or ("unknown", why)."""
    return ("unknown", fact.unknown) if fact.unknown else fact.value


def installed(detected: Detected, kind: str) -> dict[tuple[str, str], dict[str, Any]]:
    """{(name, where): {fact: value}} of every subject of ``kind``. No fact may stand twice."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for fact in detected.facts:
        if fact.subject.kind == kind:
            facts = found.setdefault((fact.subject.name, fact.subject.where), {})
            assert fact.name not in facts, f"{fact.subject} says {fact.name} twice"
            facts[fact.name] = value(fact)
    return found


def facts(detected: Detected, kind: str) -> dict[str, dict[str, Any]]:
    """{name: {fact: value}} of every subject of ``kind``, where no two share a name."""
    found = installed(detected, kind)
    assert len({name for name, _ in found}) == len(found), f"several of one name: {list(found)}"
    return {name: each for (name, _), each in found.items()}


def only(detected: Detected, kind: str) -> dict[str, Any]:
    """The facts of the one subject of ``kind``."""
    ((_, found),) = installed(detected, kind).items()
    return found


def why(facts: Mapping[str, Any], name: str) -> str:
    """The reason for which a fact is unknown."""
    assert isinstance(facts[name], tuple), f"{name} is known: {facts[name]!r}"
    return str(facts[name][1])


def gaps(detected: Detected, kind: str, scope: str = "machine") -> list[str]:
    """The reasons of the gaps of ``kind``."""
    return [gap.reason for gap in detected.gaps if (gap.kind, gap.scope) == (kind, scope)]


def are_sound(detected: Detected) -> bool:
    """Every fact has a value or a reason, and a gap has a reason."""
    known = all((fact.value is None) == bool(fact.unknown.strip()) for fact in detected.facts)
    return known and all(gap.reason.strip() for gap in detected.gaps)


__all__ = [
    "DEVICE",
    "Gap",
    "Places",
    "are_sound",
    "collected",
    "facts",
    "gaps",
    "installed",
    "only",
    "pc",
    "reading",
    "value",
    "why",
]
