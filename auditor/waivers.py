"""Waivers: failures that somebody answers for until a date.

A waiver turns FAIL into WAIVED and stays visible on the finding; on the day after it
expires the FAIL is back. It never touches UNKNOWN: what was not seen cannot be accepted.

::

    waivers:
      - rule: baseline/firefox-too-old # or a list of rules
        devices: [ward-7-*]            # host names or device ids, * allowed
        sites: [Leeds*]                # and, or instead of devices; of several scopes all must fit
        tags: [imaging]
        subject: firefox               # optional: one subject of a rule that judges each
        reason: The scanner's software needs it until the new one arrives.
        approver: J. Okafor, head of imaging
        expires: 2027-01-31
        class: blocked-by-supplier     # optional: a supplier certifies its product for nothing newer
        supplier: Example Imaging
        product: Scanner 4

What a supplier's certification blocks is counted by itself in reports: the way out is
with the supplier, not with whoever looks after the PC. It ends on its date as any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError
from auditor.matchers import suggest
from auditor.model import Device, Finding, Outcome

_SCOPES = ("devices", "sites", "tags")
_FIELDS = ("rule", *_SCOPES, "subject", "reason", "approver", "expires", "class", "supplier", "product")
_BLOCKED = "blocked-by-supplier"
_CLASSES = ("accepted", _BLOCKED)
_WAYS_OUT = {
    "rule": "Write rule: baseline/memory, or a list of rules; auditor rules list shows all.",
    "devices": "Write devices: [ward-7-*], sites: [Leeds] or tags: [imaging]; * alone stands for all.",
    "reason": "Write why the failure has to be borne, for whoever reads the report.",
    "approver": "Write who answers for it: J. Okafor, head of imaging.",
    "expires": "A waiver without an end is not one: write expires: 2027-01-31.",
    "subject": "Write the one that is meant, for example subject: firefox; leave it out for all.",
    "class": f"Write class: {_BLOCKED} with supplier and product, or leave it out.",
    "supplier": f"Of class {_BLOCKED} a waiver names the supplier and the product that it certifies.",
}


class Waiver(NamedTuple):
    """Who accepts the failure of ``rule`` until ``expires`` (that day included).

    ``devices``, ``sites`` and ``tags`` are patterns; of those that are not empty each must fit the PC.
    ``supplier`` and ``product`` are set where a supplier's certification is what blocks the PC.
    """

    rule: str
    devices: tuple[str, ...]
    subject: str
    reason: str
    approver: str
    expires: date
    sites: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    supplier: str = ""
    product: str = ""

    @property
    def blocked_by(self) -> str:
        """Supplier and product in words; empty where no certification is in the way."""
        return f"{self.supplier}: {self.product}" if self.supplier else ""


def load(path: Path) -> tuple[Waiver, ...]:
    """The waivers in ``path``.

    :raises RuleError: the file, or one field of one waiver, is not right.
    """
    data, lines = strict_yaml.read(path)
    items = data.get("waivers")
    if set(data) != {"waivers"} or not isinstance(items, list):
        raise RuleError(f"{path}: must have one field, waivers, with a list", "CONTRIBUTING.md shows one.")
    return tuple(
        waiver
        for number, item in enumerate(items)
        for waiver in _waivers(item, f"{path}, line {lines.get(('waivers', number), 1)}")
    )


def _waivers(item: Any, where: str) -> list[Waiver]:
    """One waiver of the file: as many as it names rules."""
    if not isinstance(item, dict):
        raise RuleError(f"{where}: a waiver is a map of {', '.join(_FIELDS)}", "CONTRIBUTING.md shows one.")
    if unknown := sorted(item.keys() - set(_FIELDS)):
        raise RuleError(
            f"{where}, {unknown[0]}: unknown field{suggest(unknown[0], _FIELDS)}", f"Known are {', '.join(_FIELDS)}."
        )
    rules: list[Any] = item["rule"] if isinstance(item.get("rule"), list) else [item.get("rule")]
    if not rules or not all(_is_text(rule) for rule in rules):
        raise _wrong(where, "rule", "must be text, or a list of texts")
    for key in ("reason", "approver"):
        if not _is_text(item.get(key)):
            raise _wrong(where, key, "must be text")
    scopes = {key: _patterns(item, key, where) for key in _SCOPES}
    if not any(scopes.values()):
        raise _wrong(where, "devices", "must list host names or device ids, * allowed; or there must be sites or tags")
    if not isinstance(item.get("expires"), date):
        raise _wrong(where, "expires", "must be a date such as 2027-01-31")
    if not isinstance(item.get("subject", ""), str):
        raise _wrong(where, "subject", "must be text")
    supplier, product = _supplier(item, where)
    return [
        Waiver(
            rule, scopes["devices"], item.get("subject", ""), item["reason"], item["approver"], item["expires"],
            scopes["sites"], scopes["tags"], supplier, product,
        )
        for rule in rules
    ]  # fmt: skip


def _supplier(item: dict[str, Any], where: str) -> tuple[str, str]:
    """Who blocks the PC, and for the sake of which product; empty texts where nobody does."""
    kind = item.get("class", "accepted")
    if kind not in _CLASSES:
        near = suggest(kind, _CLASSES) if isinstance(kind, str) else ""
        raise _wrong(where, "class", f"{kind!r} is not one of {', '.join(_CLASSES)}{near if 'mean' in near else ''}")
    for key in ("supplier", "product"):
        if kind == _BLOCKED and not _is_text(item.get(key)):
            raise _wrong(where, key, f"must be text: class is {_BLOCKED}")
        if kind != _BLOCKED and key in item:
            raise _wrong(where, key, f"goes with class: {_BLOCKED} alone")
    return item.get("supplier", "").strip(), item.get("product", "").strip()


def _patterns(item: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    given = item.get(key)
    if key in item and (not isinstance(given, list) or not given or not all(isinstance(each, str) for each in given)):
        names = {"devices": "host names or device ids", "sites": "sites", "tags": "tags"}[key]
        raise _wrong(where, key, f"must list {names}, * allowed")
    return tuple(given or ())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wrong(where: str, field: str, what: str) -> RuleError:
    way = {"sites": "devices", "tags": "devices", "product": "supplier"}.get(field, field)
    return RuleError(f"{where}, {field}: {what}", _WAYS_OUT[way])


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], device: Device, as_of: date) -> tuple[Finding, ...]:
    """``findings`` of ``device`` with every covered FAIL turned into WAIVED."""
    active = [each for each in waivers if as_of <= each.expires and covers(each, device)]
    return tuple(_waived(finding, active) for finding in findings)


def covers(waiver: Waiver, device: Device) -> bool:
    """Whether a waiver is about this PC: each scope that it names must fit."""
    scopes = (
        (waiver.devices, (device.hostname, device.id)),
        (waiver.sites, (device.site,)),
        (waiver.tags, device.tags),
    )
    return all(not patterns or _fits(patterns, names) for patterns, names in scopes)


def _fits(patterns: Iterable[str], names: Iterable[str]) -> bool:
    return any(name and fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns for name in names)


def _waived(finding: Finding, waivers: list[Waiver]) -> Finding:
    if finding.outcome is not Outcome.FAIL:
        return finding
    for each in waivers:
        if each.rule == finding.rule and each.subject in ("", finding.subject.name):
            return finding._replace(outcome=Outcome.WAIVED, waiver=_note(each), blocked_by=each.blocked_by)
    return finding


def _note(waiver: Waiver) -> str:
    accepted = f"accepted by {waiver.approver} until {waiver.expires}: {waiver.reason}"
    if not waiver.supplier:
        return accepted
    return f"blocked by supplier: {waiver.supplier} does not certify {waiver.product} for what the rule asks; {accepted}"
