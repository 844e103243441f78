"""Texts that people keep of a Windows PC: outputs of systeminfo, msinfo32 and Get-ComputerInfo.

Kind ``systeminfo``: one reading of ``os`` for each report that was given, with what it says of
the system as it is written there. They are known by their shape, since every language has its
own labels: a line with a version and the same build twice, the system's name right before it,
the PC's before that. The owner, the product's number and everything else are left behind.
Of them only Get-ComputerInfo of PowerShell 7 tells the update revision. A running PC is asked itself instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from auditor.model import Reading, Source, Status, Value
from auditor.sources import Reader, consoletext

MAX_REPORT = 64 * 1024
"""How much of a file is looked at, in bytes: what is wanted stands at the beginning of a report."""

_AFTER_LABEL = re.compile(r"[:\uff1a](?=\s|$)|\t")
_VERSION = re.compile(r"^\d{1,2}\.\d{1,2}\.(\d{3,6})(?!\d).*?(?<!\d)(\d{3,6})$")
_VERSION_CUT = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{3,6}[ \xa0]")
_NAME = re.compile(
    r"(?:Windows(?:\(R\)|\(TM\)|[r®™])?[\s\xa0]+(?:(?:[a-z]+[\s\xa0]+){0,3}Server|XP|Vista|RT\b|Embedded|Thin PC|\d)"
    r"|\bHyper-V Server|\bAzure Stack)",
    re.I,
)
_SYSTEM = re.compile(r"(?<![A-Za-z0-9])(?:x64|x86|ARM ?64|ARM|Itanium|EM64T)(?![A-Za-z0-9])", re.I)
_NO_SYSTEM = re.compile(r"mhz|ghz|family|core|\d{3}", re.I)
_LINES = 400
_WIDTH = 1000
_GOES_ON = ("", "\0")

_COMPUTERINFO = {
    "OsName": "name", "OsVersion": "version", "OsBuildNumber": "build", "OsCSDVersion": "service_pack",
    "WindowsEditionId": "edition", "WindowsInstallationType": "installation", "WindowsProductName": "product",
    "OsProductType": "product_type", "OsArchitecture": "bits", "CsSystemType": "system", "OSDisplayVersion": "release",
    "CsName": "host", "CsDNSHostName": "host", "BiosFirmwareType": "firmware", "WindowsUBR": "revision",
}  # fmt: skip
_COMPUTERINFO_MARKS = ("WindowsProductName", "OsName", "OsBuildNumber", "OsVersion", "WindowsBuildLabEx")
_PROPERTY = re.compile(r"^([A-Z][A-Za-z0-9]+)[ \t]*:[ \t]?(.*)$")
_MSINFO_HOST = (
    "system name", "systemname", "nom du système", "nombre del sistema", "nome sistema", "nome do sistema", "systeemnaam",
    "имя системы", "系统名称", "系統名稱", "システム名",
)  # fmt: skip
_FIRMWARE = {"uefi": "uefi", "legacy": "bios", "bios": "bios"}


class Report(NamedTuple):
    """What one text says: the name of its file, what it says of the system, the PC's name and its firmware's kind."""

    label: str
    os: Mapping[str, str]
    host: str = ""
    firmware: str = ""


def reports(data: bytes, label: str) -> list[Report]:
    """Every report in the beginning of a file; none where it is another kind of text. Never raises."""
    text = consoletext.decode(data[:MAX_REPORT])
    lines = [line[:_WIDTH] for line in re.split(r"\r\n|\r|\n", text)]
    properties = [(match.group(1), match.group(2)) for line in lines[:_LINES] if (match := _PROPERTY.match(line))]
    if any(name in _COMPUTERINFO_MARKS for name, _ in properties):
        return [_computerinfo(properties, label)]
    rows = list(chain.from_iterable(map(_rows, lines)))
    starts = [at for at, (_, value) in enumerate(rows) if _is_version(value)]
    if not starts:
        return _headless(rows[:_LINES], label)
    ends = [max(start, after - 2) for start, after in zip(starts, [*starts[1:], len(rows) + 2], strict=True)]
    tabbed = any("\t" in line and _is_version(line.partition("\t")[2].strip()) for line in lines[:_LINES])
    return [_report(rows, start, min(end, start + _LINES), label, tabbed) for start, end in zip(starts, ends, strict=True)]


def _rows(line: str) -> list[tuple[str, str]]:
    """(label, value) of a line, or of each column of a line of CSV; _GOES_ON for what continues the line before."""
    if line.startswith('"') and line.count('","') > 5:
        return [_GOES_ON, *((f"column {number}", value) for number, value in enumerate(line.strip('"').split('","')))]
    if not line.strip() or line[0].isspace() or not (found := _AFTER_LABEL.search(line)):
        return [_GOES_ON if line.strip() else ("", "")]
    return [(line[: found.start()].rstrip(), line[found.end() :].strip())]


def _is_version(value: str) -> bool:
    match = _VERSION.match(value)
    return match is not None and match.group(1) == match.group(2)


def _report(rows: list[tuple[str, str]], start: int, end: int, label: str, tabbed: bool) -> Report:
    """The report whose version stands in row ``start``: the name is in the row before it, the host's one more before.

    msinfo32, whose rows are ``tabbed``, has the host elsewhere, and only its label tells.
    """
    told = {"version": rows[start][1]}
    name = rows[start - 1][1] if start >= 1 else ""
    host = rows[start - 2][1] if start >= 2 else ""
    if _NAME.search(name):
        told["name"] = name
    else:
        host = ""
    below = rows[start + 1 : end]
    if tabbed:
        host = ""
    elif len(below) >= 2 and below[0][0] and below[1][0] and below[1][1]:
        told["configuration"] = below[1][1]
    told |= _system(below)
    labelled = {each.casefold(): value for each, value in [*rows[max(0, start - 12) : start], *below] if each}
    host = next((labelled[each] for each in _MSINFO_HOST if labelled.get(each)), "" if _is_odd(host) else host)
    if "secure boot state" in labelled:
        told["secure_boot"] = labelled["secure boot state"]
    return Report(label, told, "" if _is_odd(host) else host, _FIRMWARE.get(labelled.get("bios mode", "").casefold(), ""))


def _is_odd(host: str) -> bool:
    """Whether this is no name of a PC."""
    return not re.fullmatch(r"[^\s\0\\/:*?\"<>|]{1,63}", host)


def _system(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The kind of processor that the system is made for, from before the first line that goes on with another."""
    for label, value in rows:
        if not label and value:
            break
        if len(value) <= 40 and _SYSTEM.search(value) and not _NO_SYSTEM.search(value):
            return {"system": value}
    return {}


def _headless(rows: list[tuple[str, str]], label: str) -> list[Report]:
    """A text that was cut: before its version was written out, or after it."""
    for at, (name, value) in enumerate(rows):
        if name and value.startswith(("Microsoft", "Майкрософт")) and _NAME.search(value):
            after = rows[at + 1][1] if at + 1 < len(rows) else ""
            version = {"version": after} if _VERSION_CUT.match(after) else {}
            host = rows[at - 1][1] if at else ""
            return [Report(label, {"name": value} | version, "" if _is_odd(host) else host)]
    if sum(bool(name) for name, _ in rows) < 5 or not (found := _system(rows)) or "PC" not in found["system"]:
        return []
    return [Report(label, found)]


def _computerinfo(properties: Iterable[tuple[str, str]], label: str) -> Report:
    told: dict[str, str] = {}
    for name, value in properties:
        if (known := _COMPUTERINFO.get(name)) and value.strip():
            told.setdefault(known, value.strip())
    host, firmware = told.pop("host", ""), told.pop("firmware", "")
    return Report(label, told, "" if _is_odd(host) else host, _FIRMWARE.get(firmware.casefold(), ""))


def reader(found: Iterable[Report]) -> Reader:
    """Reader of kind systeminfo for the reports that were given."""
    given = list(found)

    def read(source: Source) -> Iterator[Reading]:
        if source.where != "os":
            yield Reading(source, source.where, Status.FAILED, detail=f"no text is asked for {source.where!r}")
        elif not given:
            yield from none_given(source)
        for report in given if source.where == "os" else ():
            value: dict[str, Value] = {**report.os}
            yield Reading(source, report.label, Status.READ, value)

    return read


def none_given(source: Source) -> Iterator[Reading]:
    """Reader of kind systeminfo where there is no such text: for a running PC, which is asked itself."""
    yield Reading(
        source, source.where, Status.ABSENT, detail="no text of systeminfo, msinfo32 or Get-ComputerInfo was given"
    )


def host_reader(found: Iterable[Report], otherwise: Reader) -> Reader:
    """Reader of kind host that knows what the reports tell of the PC's name and firmware; ``otherwise`` answers the rest."""
    given = list(found)
    tells: Mapping[str, Callable[[Report], str]] = {
        "hostname": lambda report: report.host,
        "firmware": lambda report: report.firmware,
    }

    def read(source: Source) -> Iterator[Reading]:
        told = {tells[source.where](each): each.label for each in given} if source.where in tells else {}
        told.pop("", None)
        if not told:
            yield from otherwise(source)
        elif len(told) > 1:
            yield Reading(
                source, source.where, Status.FAILED, detail=f"{len(told)} texts disagree: {', '.join(sorted(told))}"[:300]
            )
        else:
            ((value, label),) = told.items()
            yield Reading(source, label, Status.READ, value)

    return read
