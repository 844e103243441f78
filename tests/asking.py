"""What the knowledge base adds to a few facts, as a test asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from auditor.knowledge import overrides
from auditor.knowledge.enrich import enriched
from auditor.knowledge.overrides import Overrides
from auditor.model import Detected, Fact, Reading, Source, Status, Subject


def told(
    kind: str, day: str, facts: Mapping[str, Any], system: Mapping[str, Any] | None = None, own: Overrides = overrides.NONE
) -> dict[str, Fact]:
    """Name → added fact of one subject that has ``facts``, on a PC whose system has the facts ``system``."""
    subject, os = Subject(kind, "it"), Subject("os", "system")
    given = [_fact(subject, name, value) for name, value in facts.items()]
    given += [_fact(os, name, value) for name, value in (system or {}).items()]
    added = enriched(Detected(tuple(given)), date.fromisoformat(day), own).facts
    return {fact.name: fact for fact in added if fact.subject == subject and fact.name not in facts}


def _fact(subject: Subject, name: str, value: Any) -> Fact:
    reading = Reading(Source("test", name), name, Status.READ, str(value))
    return Fact(subject, name, value, (reading,), "" if value is not None else f"no {name}")


def known(fact: Fact) -> Any:
    """The value of a fact; None where it is unknown, for whatever reason."""
    return None if fact.unknown else fact.value


def windows(name: str, build: int, group: str = "pro", **more: Any) -> dict[str, Any]:
    """The facts of a Windows client."""
    packs = {2600: "Service Pack 3", 6002: "Service Pack 2", 7601: "Service Pack 1"}
    return {
        "family": "windows", "name": f"Windows {name}", "version": f"10.0.{build}", "build": build, "type": "client",
        "edition_group": group, "ltsc": False, "service_pack": packs.get(build, "none"), **more,
    }  # fmt: skip


def server(name: str, build: int, **more: Any) -> dict[str, Any]:
    """The facts of a Windows server."""
    return windows("", build, "server", type="server", **more) | {"name": f"Windows Server {name}"}


def macos(version: str) -> dict[str, Any]:
    """The facts of a Mac's system."""
    return {"family": "macos", "name": f"macOS {version}", "version": version, "type": "client", "beta": False}


def linux(name: str, version: str) -> dict[str, Any]:
    """The facts of a Linux."""
    return {"family": "linux", "name": f"{name} {version.split('.')[0]}", "version": version}
