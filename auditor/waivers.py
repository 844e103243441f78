"""Waivers: failures that somebody answers for until a date.

A waiver turns FAIL into WAIVED and stays visible on the finding; on the day after it
expires the FAIL is back. It never touches UNKNOWN: what was not seen cannot be accepted.

::

    waivers:
      - rule: baseline/firefox-too-old
        devices: [ward-7-*]            # host names or device ids, * allowed
        subject: firefox               # optional: one subject of a rule that judges each
        reason: The scanner's software needs it until the new one arrives.
        approver: J. Okafor, head of imaging
        expires: 2027-01-31
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

_TEXTS = ("rule", "reason", "approver")
_FIELDS = (*_TEXTS, "devices", "subject", "expires")


class Waiver(NamedTuple):
    """Who accepts the failure of ``rule`` on ``devices`` until ``expires`` (that day included)."""

    rule: str
    devices: tuple[str, ...]
    subject: str
    reason: str
    approver: str
    expires: date


def load(path: Path) -> tuple[Waiver, ...]:
    """The waivers in ``path``.

    :raises RuleError: the file, or one field of one waiver, is not right.
    """
    data, lines = strict_yaml.read(path)
    items = data.get("waivers")
    if set(data) != {"waivers"} or not isinstance(items, list):
        raise RuleError(f"{path}: must have one field, waivers, with a list", "CONTRIBUTING.md shows one.")
    return tuple(_waiver(item, f"{path}, line {lines.get(('waivers', n), 1)}") for n, item in enumerate(items))


def _waiver(item: Any, where: str) -> Waiver:
    if not isinstance(item, dict):
        raise RuleError(f"{where}: a waiver is a map of {', '.join(_FIELDS)}")
    if unknown := sorted(item.keys() - set(_FIELDS)):
        raise RuleError(f"{where}, {unknown[0]}: unknown field{suggest(unknown[0], _FIELDS)}")
    for key in _TEXTS:
        if not isinstance(item.get(key), str) or not item[key].strip():
            raise RuleError(f"{where}, {key}: must be text", "A waiver names its rule, its reason and who approved it.")
    devices = item.get("devices")
    if not isinstance(devices, list) or not devices or not all(isinstance(each, str) for each in devices):
        raise RuleError(f"{where}, devices: must list host names or device ids, * allowed")
    if not isinstance(item.get("expires"), date):
        raise RuleError(f"{where}, expires: must be a date such as 2027-01-31", "A waiver without an end is not one.")
    if not isinstance(item.get("subject", ""), str):
        raise RuleError(f"{where}, subject: must be text")
    return Waiver(item["rule"], tuple(devices), item.get("subject", ""), item["reason"], item["approver"], item["expires"])


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], device: Device, as_of: date) -> tuple[Finding, ...]:
    """``findings`` of ``device`` with every covered FAIL turned into WAIVED."""
    names = (device.hostname.casefold(), device.id)
    active = [each for each in waivers if as_of <= each.expires and _covers(each, names)]
    return tuple(_waived(finding, active) for finding in findings)


def _covers(waiver: Waiver, names: tuple[str, ...]) -> bool:
    return any(name and fnmatchcase(name, pattern.casefold()) for pattern in waiver.devices for name in names)


def _waived(finding: Finding, waivers: list[Waiver]) -> Finding:
    if finding.outcome is not Outcome.FAIL:
        return finding
    for each in waivers:
        if each.rule == finding.rule and each.subject in ("", finding.subject.name):
            note = f"accepted by {each.approver} until {each.expires}: {each.reason}"
            return finding._replace(outcome=Outcome.WAIVED, waiver=note)
    return finding
