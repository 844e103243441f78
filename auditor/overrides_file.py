"""The organisation's overrides, from a YAML file: support that it bought, PCs that it cut off, its prices, its services.

::

    support:                            # beyond what everybody gets
      - kind: os                        # os, office, browser
        product: Windows 10             # os.name, office.product or browser.product; * allowed
        editions: [pro, enterprise]     # optional: groups of Windows' editions
        until: 2027-10-12
        tags: [esu]                     # which PCs: devices (names or ids, * allowed), sites, tags; none: all
        reason: Extended updates, year 2, contract 4711
    segregated:                         # cut off from the internet, which no scan can prove
      - devices: [mri-*]
        until: 2027-03-31
        reason: The scanner's software is certified for Windows 7 only; own network, no gateway
        approver: J. Okafor, head of imaging
    prices:                             # in place of the assumption of the same id
      - id: laptop_replace
        low: 600
        value: 700
        high: 900
        currency: GBP
        reason: Framework price of June 2026
    services:
      - name: Ticket shop
        statement: Edge, the two newest versions
        source: https://intranet/browsers
        as_of: 2026-11-24
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError
from auditor.knowledge import shipped
from auditor.knowledge.overrides import Bought, Overrides, Price, Scope, Segregated, Service
from auditor.matchers import suggest

KINDS = ("os", "office", "browser")
"""What support can be bought for."""

_HINT = "docs/knowledge.md shows a file of overrides."
_SCOPE = {"devices": "texts", "sites": "texts", "tags": "texts"}
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "support": {"kind": "text", "product": "text", "until": "date", "reason": "text", "editions": "texts", **_SCOPE},
    "segregated": {"until": "date", "reason": "text", "approver": "text", **_SCOPE},
    "prices": {"id": "text", "low": "number", "value": "number", "high": "number", "currency": "text", "reason": "text"},
    "services": {"name": "text", "statement": "text", "source": "text", "as_of": "date"},
}
"""List → field → what it must be. Fields that are lists of texts may be left out, all others may not."""

_TYPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "text": (lambda value: isinstance(value, str) and bool(value.strip()), "must be text"),
    "date": (lambda value: isinstance(value, date), "must be a date such as 2027-10-12"),
    "number": (
        lambda value: isinstance(value, int | float) and value is not True and value >= 0,
        "must be a number, not below 0",
    ),
    "texts": (
        lambda value: isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value),
        "must be a list of texts",
    ),
}


class _Entry(NamedTuple):
    """One entry that has the right fields, and where it stands."""

    values: dict[str, Any]
    place: str

    @property
    def scope(self) -> Scope:
        return Scope(*(tuple(self.values.get(name, ())) for name in ("devices", "sites", "tags")))


def load(path: Path) -> Overrides:
    """The overrides in ``path``.

    :raises RuleError: the file, or one field of one entry, is not right; the message names file, line and field.
    """
    data, lines = strict_yaml.read(path)
    if unknown := sorted(data.keys() - _FIELDS.keys()):
        line = lines.get((unknown[0],), 1)
        raise RuleError(f"{path}, line {line}, {unknown[0]}: unknown field{suggest(unknown[0], _FIELDS)}", _HINT)
    found: dict[str, list[_Entry]] = {name: [] for name in _FIELDS}
    for name, items in data.items():
        if not isinstance(items, list):
            raise RuleError(f"{path}, line {lines.get((name,), 1)}, {name}: must be a list", _HINT)
        for number, item in enumerate(items):
            place = f"{path}, line {lines.get((name, number), 1)}"
            found[name].append(_Entry(_checked(item, name, place), place))
    return Overrides(
        tuple(_bought(each) for each in found["support"]),
        tuple(_segregated(each) for each in found["segregated"]),
        tuple(_price(each) for each in found["prices"]),
        tuple(Service(**each.values, place=each.place) for each in found["services"]),
    )


def _checked(item: Any, name: str, place: str) -> dict[str, Any]:
    fields = _FIELDS[name]
    if not isinstance(item, dict):
        raise RuleError(f"{place}: an entry of {name} is a map of {', '.join(fields)}", _HINT)
    if unknown := sorted(item.keys() - fields.keys()):
        raise RuleError(f"{place}, {unknown[0]}: unknown field{suggest(unknown[0], fields)}", _HINT)
    for field, wanted in fields.items():
        test, message = _TYPES[wanted]
        if (field in item or wanted != "texts") and not test(item.get(field)):
            raise RuleError(f"{place}, {field}: {message}", _HINT)
    return item


def _bought(entry: _Entry) -> Bought:
    values = entry.values
    if values["kind"] not in KINDS:
        raise RuleError(f"{entry.place}, kind: is never {values['kind']!r}{suggest(values['kind'], KINDS)}", _HINT)
    editions = tuple(values.get("editions", ()))
    return Bought(values["kind"], values["product"], editions, values["until"], entry.scope, values["reason"], entry.place)


def _segregated(entry: _Entry) -> Segregated:
    values = entry.values
    if entry.scope == Scope():
        raise RuleError(f"{entry.place}: devices, sites or tags must say which PCs are cut off", _HINT)
    return Segregated(entry.scope, values["until"], values["reason"], values["approver"], entry.place)


def _price(entry: _Entry) -> Price:
    values = entry.values
    known = [each["id"] for each in shipped.topic("costs")["assumptions"]]
    if values["id"] not in known:
        raise RuleError(f"{entry.place}, id: no assumption {values['id']!r}{suggest(values['id'], known)}", _HINT)
    if not values["low"] <= values["value"] <= values["high"]:
        raise RuleError(f"{entry.place}, value: must be between low and high", _HINT)
    return Price(**values, place=entry.place)
