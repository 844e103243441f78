"""Whether a PC meets what Windows 11 asks of the hardware, and which demand it does not meet or nobody can tell.

A demand is met, failed, or unknown. What the owner can mend (a firmware that starts by BIOS, a security chip
that is switched off) is not failed but unknown, with what to look at: many PCs of the right age have both.
Microsoft's lists of processors are not copied; families are told by the processor's own name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from auditor.knowledge import lifecycles, shipped
from auditor.knowledge.ageing import why_stale
from auditor.knowledge.lifecycles import text, whole
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Subject, Value

Facts = Mapping[str, Fact]

RESTS_ON = ("cpu", "cpu_speed", "cores", "memory", "system_disk", "firmware", "secure_boot", "tpm", "form")
"""The facts that decide."""

GIB = 2**30
ENOUGH_MEMORY, TOO_LITTLE_MEMORY = 7 * GIB // 2, 3 * GIB
"""4 GB are asked for. What the system sees is less by what graphics and firmware keep: between these nobody can tell."""

ENOUGH_DISK = 58 * GIB
"""A file system of so many bytes is on a disk of 64 GB or more. A smaller one may be a part of a larger disk."""

LEAST_CORES, LEAST_MHZ = 2, 1000

MET, FAILED, UNKNOWN = "met", "fails", "unknown"


class Answer(NamedTuple):
    """What became of one demand: met, fails or unknown, and why in a few words."""

    state: str
    why: str = ""


def added(subject: Subject, facts: Facts, system: Facts, day: date) -> list[Fact]:
    """``windows11_capable`` and ``windows11_reasons``."""
    row = shipped.by_id("curated", "windows11", "requirements")
    family = _family(text(facts, "cpu"))
    told = (*lifecycles.evidence(facts, *RESTS_ON), shipped.reading("curated", row, row["says"]))
    told += (shipped.reading("curated", family, family["verdict"]),) if family else ()
    if text(system, "family") == "macos" or text(facts, "vendor") == "Apple":
        why = "it is a Mac, which Windows 11 is not made for"
        return [Fact(subject, "windows11_capable", None, told, why), Fact(subject, "windows11_reasons", None, told, why)]
    answers = {name: demand(facts) for name, demand in DEMANDS.items()}
    answers["processor"] = _processor(facts, family)
    reasons: list[Value] = [
        f"{each.state}: {lifecycles.named(name, each.why)}" for name, each in answers.items() if each.state != MET
    ]
    failed = any(each.state == FAILED for each in answers.values())
    unsure = "; ".join(lifecycles.named(name, each.why) for name, each in answers.items() if each.state == UNKNOWN)
    old = why_stale("requirements", shipped.as_of("curated", row), day)
    if failed:
        capable = Fact(subject, "windows11_capable", value=False, evidence=told)
    elif unsure:
        capable = Fact(subject, "windows11_capable", None, told, unsure)
    else:
        capable = Fact(subject, "windows11_capable", value=True, evidence=told, unknown=old)
    return [capable, Fact(subject, "windows11_reasons", reasons, told)]


def _memory(facts: Facts) -> Answer:
    memory = whole(facts, "memory")
    if memory is None:
        return Answer(UNKNOWN, lifecycles.why_not(facts, "memory"))
    if memory >= ENOUGH_MEMORY:
        return Answer(MET)
    said = f"the system sees {memory / GIB:.1f} GB, and 4 GB are asked for"
    return Answer(FAILED if memory < TOO_LITTLE_MEMORY else UNKNOWN, said)


def _disk(facts: Facts) -> Answer:
    disk = whole(facts, "system_disk")
    if disk is None:
        return Answer(UNKNOWN, lifecycles.why_not(facts, "system_disk"))
    said = f"the system's file system has {disk / GIB:.0f} GB; whether its disk has the 64 GB asked for was not read"
    return Answer(MET) if disk >= ENOUGH_DISK else Answer(UNKNOWN, said)


def _cores(facts: Facts) -> Answer:
    cores = whole(facts, "cores")
    if cores is None:
        return Answer(UNKNOWN, lifecycles.why_not(facts, "cores"))
    return Answer(MET) if cores >= LEAST_CORES else Answer(FAILED, f"{cores} core, and {LEAST_CORES} are asked for")


def _speed(facts: Facts) -> Answer:
    """Read, or named by the processor; every processor of a family that will do is fast enough."""
    speed = whole(facts, "cpu_speed")
    named = re.search(r"@ ([0-9.]+) ?GHz", text(facts, "cpu"))
    speed = round(float(named[1]) * 1000) if speed is None and named else speed
    if speed is None or speed >= LEAST_MHZ:
        return Answer(MET)
    family = _family(text(facts, "cpu"))
    if family and family["verdict"] == "ok":
        return Answer(MET)
    return Answer(FAILED, f"{speed} MHz, and {LEAST_MHZ} are asked for")


def _firmware(facts: Facts) -> Answer:
    firmware = text(facts, "firmware")
    if not firmware:
        return Answer(UNKNOWN, lifecycles.why_not(facts, "firmware"))
    why = "it starts by BIOS; whether its firmware could start by UEFI was not read, and many could"
    return Answer(MET) if firmware == "uefi" else Answer(UNKNOWN, why)


def _secure_boot(facts: Facts) -> Answer:
    """Being able to is asked for, not that it is on: a firmware that says either is able to."""
    if text(facts, "firmware") == "bios":
        return Answer(UNKNOWN, "nothing is known of it while the PC starts by BIOS")
    return Answer(MET) if text(facts, "secure_boot") else Answer(UNKNOWN, lifecycles.why_not(facts, "secure_boot"))


def _tpm(facts: Facts) -> Answer:
    tpm = text(facts, "tpm")
    if tpm == "2.0":
        return Answer(MET)
    if not tpm:
        return Answer(UNKNOWN, lifecycles.why_not(facts, "tpm"))
    said = "none shows" if tpm == "none" else f"it has version {tpm}, and 2.0 is asked for"
    return Answer(UNKNOWN, f"{said}; many firmwares have one of version 2.0 that is switched off")


def _processor(facts: Facts, family: Row | None) -> Answer:
    cpu = text(facts, "cpu")
    if not cpu:
        return Answer(UNKNOWN, lifecycles.why_not(facts, "cpu"))
    if family is None:
        return Answer(UNKNOWN, f"the family of {cpu} is not in the knowledge base: see Microsoft's list")
    if family["verdict"] == "ok":
        return Answer(MET)
    why = f"{cpu}: {family['why']}"
    if family["verdict"] == "unsure" or text(facts, "form") == "virtual":
        return Answer(UNKNOWN, why)
    return Answer(FAILED, why)


DEMANDS: Mapping[str, Callable[[Facts], Answer]] = {
    "memory": _memory,
    "disk": _disk,
    "cores": _cores,
    "speed": _speed,
    "firmware": _firmware,
    "secure boot": _secure_boot,
    "tpm": _tpm,
}
"""What is asked for, besides the processor's family → what becomes of it for one PC."""


@lru_cache(maxsize=512)
def _family(cpu: str) -> Row | None:
    """The family of a processor, by the name it gives itself; None where no family has it."""
    plain = " ".join(re.sub(r"\((?:R|TM|C)\)|[®™\u200b]|\bCPU\b|\bProcessor\b", " ", cpu, flags=re.I).split())
    rows = shipped.topic("curated")["processors"]
    return next((each for each in rows if re.search(each["pattern"], plain, re.I)), None)
