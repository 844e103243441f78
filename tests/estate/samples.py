"""Small PCs, rules and waivers, and a stand-in for the checks that reads them out of a snapshot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from auditor.estate import parquet
from auditor.estate.profile import profile_of
from auditor.estate.store import Store, Taken
from auditor.estate.understanding import Plainly
from auditor.matchers import prepare
from auditor.model import Detected, Device, Fact, FactSpec, Gap, Reading, Severity, Snapshot, Source, Status, Subject
from auditor.rule_file import Condition, Rule
from auditor.rules import Pack, RuleSet
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode
from auditor.waivers import Waiver

RECEIVED = "2026-11-25T08:00:00Z"
AS_OF = date(2026, 11, 24)

SPECS = {
    f"{kind}.{name}": FactSpec(kind, name, kind_of_value, "")
    for kind, name, kind_of_value in [
        ("os", "name", "text"), ("os", "release", "text"), ("os", "family", "text"), ("browser", "product", "text"),
        ("browser", "version", "version"), ("office", "product", "text"), ("office", "version", "version"),
        ("hardware", "memory", "size"), ("device", "hostname", "text"), ("device", "site", "text"),
    ]
}  # fmt: skip


def detect(snapshot: Snapshot) -> Detected:
    """Facts from readings ``Source("fact", "kind name")`` at ``where``: text, or a list with the reason for not knowing."""
    facts: list[Fact] = []
    gaps: list[Gap] = []
    for reading in snapshot.readings:
        if reading.source.kind == "gap":
            kind, scope = reading.source.where.split()
            gaps.append(Gap(kind, scope, reading.detail, (reading,)))
            continue
        if reading.source.kind != "fact":
            continue
        kind, name = reading.source.where.split()
        assert isinstance(reading.value, dict)
        for fact, value in reading.value.items():
            subject = Subject(kind, name, reading.at)
            if isinstance(value, list):
                facts.append(Fact(subject, fact, None, (reading,), str(value[0])))
            else:
                facts.append(Fact(subject, fact, value, (reading,)))
    return Detected(tuple(facts), tuple(gaps))


understand = Plainly(detect=detect)
"""Bytes as the ingest understands them, by that stand-in."""


def device_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def snapshot(
    name: str,
    things: list[tuple[str, str, Mapping[str, Any]]],
    *,
    day: str = "2026-11-20",
    site: str = "",
    family: str = "windows",
    gaps: list[tuple[str, str, str]] = [],  # noqa: B006
) -> Snapshot:
    """A PC with ``things`` (kind, name, facts), each at a place of its own."""
    readings = [
        Reading(Source("fact", f"{kind} {product}"), f"/home/{name}/{number}", Status.READ, dict(facts))
        for number, (kind, product, facts) in enumerate(things)
    ]
    readings += [Reading(Source("gap", f"{kind} {scope}"), "", Status.DENIED, None, reason) for kind, scope, reason in gaps]
    return Snapshot(
        Device(device_id(name), name, family, site), f"{day}T12:00:00Z", "test", device_id(day), tuple(readings),
    )  # fmt: skip


WINDOWS = ("os", "windows", {"name": "Windows 11", "release": "23H2", "family": "windows"})


def chrome(version: Any) -> tuple[str, str, Mapping[str, Any]]:
    return ("browser", "chrome", {"product": "chrome", "version": version})


def pc(name: str, version: Any = "120.0.1", **more: Any) -> bytes:
    """A Windows PC with one Chrome, as bytes."""
    return encode(snapshot(name, [WINDOWS, chrome(version)], **more))


def conditions(block: Mapping[str, Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(SPECS[fact], word, prepare(word, argument, SPECS[fact]))
                 for fact, words in block.items() for word, argument in words.items())  # fmt: skip


def rule(
    name: str, kind: str, require: Mapping[str, Any], *,
    severity: Severity = Severity.HIGH, of: str = "each", when: Mapping[str, Any] = {},
) -> Rule:  # fmt: skip
    return Rule(
        f"test/{name}", "test", name.title(), severity, kind, of, conditions(when), conditions(require),
        "why", f"fix {name}", {}, (), f"{name}.yaml",
    )  # fmt: skip


NEW_BROWSER = rule("new-browser", "browser", {"browser.version": {"at_least": "110"}})
PACK = Pack("test", "Test", "1", "", "2026-01-01", "0" * 64)


def ruleset(*rules: Rule) -> RuleSet:
    return RuleSet(rules, {"test": PACK})


def waiver(name: str, devices: str, *, subject: str = "", expires: date = date(2027, 1, 1)) -> Waiver:
    return Waiver(f"test/{name}", (devices,), subject, "needed", "J. Okafor", expires)


def changed(data: bytes, **fields: Any) -> bytes:
    """The JSON object ``data`` with some fields changed."""
    return json.dumps(json.loads(data) | fields).encode()


def taken(data: bytes, name: str = "x.json", **signals: str) -> Taken:
    """A snapshot as the store is given it."""
    one = decode(data)
    return Taken(name, hashlib.sha256(data).hexdigest(), data, one.device, one.taken_at, profile_of(detect(one)), signals)


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    """All rows of a table, in the order in which they were written."""
    return [row for path in store.files(table) for batch in parquet.read(path, table) for row in batch.to_pylist()]
