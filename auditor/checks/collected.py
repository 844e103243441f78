"""What a check sees of a snapshot: readings by source, and how facts are made of them.

A source that was wanted and is not in the snapshot reads as FAILED here, never as
absent: an older agent, or a kit that was cut short, must not look like a clean PC.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping

from auditor.model import Device, Fact, Gap, Reading, Snapshot, Source, Status, Subject, Value


class Collected:
    """The readings of one snapshot, by the source that asked for them."""

    __slots__ = ("_by_source", "device")

    def __init__(self, snapshot: Snapshot) -> None:
        self.device: Device = snapshot.device
        self._by_source: dict[Source, list[Reading]] = {}
        for reading in snapshot.readings:
            self._by_source.setdefault(reading.source, []).append(reading)

    def all(self, *sources: Source) -> list[Reading]:
        """Every reading of ``sources``; one that says FAILED for each that was not collected."""
        found: list[Reading] = []
        for source in sources:
            found += self._by_source.get(source) or [
                Reading(source, source.where, Status.FAILED, detail="was not collected")
            ]
        return found

    def read(self, *sources: Source) -> list[Reading]:
        """The readings of ``sources`` that have a value."""
        return [reading for reading in self.all(*sources) if reading.status is Status.READ]

    def first(self, *sources: Source) -> Reading | None:
        """The first reading of ``sources`` that has a value."""
        return next(iter(self.read(*sources)), None)

    def unread(self, *sources: Source) -> list[Reading]:
        """The readings of ``sources`` that were refused or went wrong."""
        return [reading for reading in self.all(*sources) if reading.status in (Status.DENIED, Status.FAILED)]

    def looked(self, *sources: Source) -> tuple[Reading, ...]:
        """The first reading of each of ``sources``: where something was looked for."""
        return tuple(self.all(source)[0] for source in sources)

    def user(self, name: str) -> str:
        """How a user's installations are told apart: stable on one PC, unlike on any other."""
        digest = hashlib.sha256(f"{self.device.id}\n{name.casefold()}".encode()).hexdigest()
        return f"user {digest[:8]}"

    def where(self, folder: str) -> str:
        """A folder of Linux or macOS as a place of installation: a home's owner becomes a pseudonym."""
        if not is_home(folder):
            return folder
        parts = folder.split("/")
        owner, rest = (parts[1], parts[2:]) if parts[1] == "root" else (parts[2], parts[3:])
        return f"{self.user(owner)}: {'/'.join(rest) or '.'}"


class Without(Collected):
    """The readings of ``whole`` without those of some sources: no answer has any, as if nobody had asked for them."""

    __slots__ = ("_left_out", "_whole")

    def __init__(self, whole: Collected, left_out: Container[Source]) -> None:
        self.device = whole.device
        self._whole = whole
        self._left_out = left_out

    def all(self, *sources: Source) -> list[Reading]:
        """Every reading of those of ``sources`` that are not left out."""
        return self._whole.all(*(source for source in sources if source not in self._left_out))


_OWNERS = (
    (re.compile(r"(?<![^\s(\"'])/(?:(?:home|Users)/[^/:;]+|root(?![^/:;\s]))"), "~"),
    (re.compile(r"\b[A-Z]:\\(?:Users|Documents and Settings)\\[^\\:;]+", re.I), "~"),
    (re.compile(r"\b(HKU|HKEY_USERS)\\[^\\:;]+", re.I), r"\1\\*"),
)
_EVERY_USERS = ("~/", "HKU\\*\\")


def nameless(text: str) -> str:
    r"""``text`` without the users' names that its paths and keys hold: ``~/.config``, ``HKU\*\Software``."""
    for owner, instead in _OWNERS:
        text = owner.sub(instead, text)
    return text


def place(reading: Reading) -> str:
    """Where a reading is from, alike for all users: what is asked for in every home or hive goes by its source."""
    where = reading.source.where.partition("#")[0]
    return nameless(where if where.startswith(_EVERY_USERS) else reading.at)


def why(readings: Iterable[Reading], otherwise: str = "nothing that was read has it") -> str:
    """Why something is not known, from the readings that should have said it."""
    reasons: dict[str, None] = {}
    for reading in readings:
        if reading.status in (Status.DENIED, Status.FAILED):
            refused = "access denied: " if reading.status is Status.DENIED else ""
            reasons[f"{place(reading)}: {refused}{nameless(reading.detail)}"] = None
    return "; ".join(list(reasons)[:3]) or otherwise


def refusals(kind: str, readings: Iterable[Reading]) -> Iterator[Gap]:
    """The gaps that unread places leave: the user's for what is below homes, the machine's for everything else."""
    unread: dict[str, list[Reading]] = {"machine": [], "user": []}
    for reading in readings:
        if reading.status in (Status.DENIED, Status.FAILED):
            unread["user" if reading.source.where.startswith("~/") or is_home(reading.at) else "machine"].append(reading)
    for scope, bad in unread.items():
        if bad:
            yield Gap(kind, scope, why(bad), tuple(bad[:5]))


def is_home(path: str) -> bool:
    """Whether a path is some user's."""
    return path == "/root" or path.startswith(("/home/", "/root/", "/Users/"))


def fact(subject: Subject, name: str, value: Value, evidence: Iterable[Reading], reason: str = "") -> Fact:
    """A fact; with no value, the ``reason``, or what is amiss with the readings."""
    readings = tuple(evidence)
    return Fact(subject, name, value, readings, "" if value is not None else reason or why(readings))


def field(reading: Reading | None, name: str) -> Value:
    """One value of a registry key or property list; None where it has none or there is no reading."""
    return reading.value.get(name) if reading is not None and isinstance(reading.value, dict) else None


def text_field(reading: Reading | None, name: str) -> str:
    """As :func:`field`, as text without blanks around it; empty where there is none."""
    value = field(reading, name)
    if isinstance(value, dict):  # REG_EXPAND_SZ and the like: {type: data}
        value = next(iter(value.values()), "")
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def assignments(text: Value) -> dict[str, str]:
    """``NAME=value`` and ``Name: value`` lines, quotation marks taken off; the first of a name counts."""
    found: dict[str, str] = {}
    for line in str(text or "").splitlines():
        name, separator, value = line.partition("=") if "=" in line else line.partition(":")
        if separator and not name.lstrip().startswith(("#", ";", "[")):
            found.setdefault(name.strip(), value.strip().strip("\"'"))
    return found


ARCHITECTURES: Mapping[str, str] = {
    "x86_64": "x86_64",
    "amd64": "x86_64",
    "x64": "x86_64",
    "pe64_amd64": "x86_64",
    "9": "x86_64",
    "i386": "x86",
    "i486": "x86",
    "i586": "x86",
    "i686": "x86",
    "x86": "x86",
    "pe32_i386": "x86",
    "0": "x86",
    "arm64": "arm64",
    "aarch64": "arm64",
    "pe64_arm64": "arm64",
    "12": "arm64",
    "armhf": "arm",
    "armv7l": "arm",
    "ppc64el": "ppc64",
    "ppc64le": "ppc64",
    "s390x": "s390x",
    "riscv64": "riscv64",
}
"""Every system's word for a processor → ours."""
