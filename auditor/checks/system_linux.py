"""Linux: the distribution by its own files, never by the kernel, which may be another's.

os-release is believed first. A derivative may leave it to its parent's and name itself in
lsb-release alone; systems from before os-release have one line in a file of their own; and
what calls itself a BSD or a Solaris there is none of this family.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from auditor.checks.collected import ARCHITECTURES, Collected, assignments, fact
from auditor.checks.system_facts import SUBJECT
from auditor.model import Fact, Reading, Source

OS_RELEASE = (Source("file", "/etc/os-release"), Source("file", "/usr/lib/os-release"))
LSB_RELEASE = Source("file", "/etc/lsb-release")
DEBIAN_VERSION = Source("file", "/etc/debian_version")
OLD_RELEASES = tuple(
    Source("file", f"/etc/{name}")
    for name in (
        "oracle-release", "system-release", "redhat-release", "SuSE-release", "mandriva-release", "slackware-version",
        "gentoo-release", "alpine-release", "arch-release",
    )
)  # fmt: skip
DEFAULT_TARGET = Source("link", "/etc/systemd/system/default.target")
MACHINE = Source("host", "machine")
BASE_PACKAGES = (Source("dpkg", "libc6"), Source("rpm", "glibc"))
PACKAGER = Source("dpkg", "dpkg")
"""A Debian has one of it, of the system's own architecture, where it may have C libraries of several."""

WANTS = (*OS_RELEASE, LSB_RELEASE, DEBIAN_VERSION, *OLD_RELEASES, DEFAULT_TARGET, MACHINE, PACKAGER, *BASE_PACKAGES)

_CHROMEOS = ("chromeos", "chromiumos")
_OTHERS = ("freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos", "omnios", "openindiana", "smartos")
_PARENTS = ("ubuntu", "debian")
_LINE = re.compile(r"\s*(.+?) (?:release )?([0-9][0-9.]*)(?=[\s(]|$)")
_NO_LINE = {"alpine-release": "Alpine Linux", "arch-release": "Arch Linux"}
"""Files that hold a number or nothing → the distribution that has such a file."""


class _Release(NamedTuple):
    """A distribution in os-release's words, and the readings that say so."""

    names: dict[str, str]
    tried: list[Reading]


def detect(collected: Collected) -> list[Fact]:
    """The facts of a distribution."""
    names, tried = _release(collected)
    identity = names.get("ID", "").casefold()
    if identity in _OTHERS:
        reason = f"it calls itself {names.get('NAME') or identity}, which is no Linux"
        return [fact(SUBJECT, name, None, tried, reason) for name in
                ("family", "name", "edition", "version", "release", "architecture", "type", "raw_name")]  # fmt: skip
    own = names.get("NAME") or names.get("ID") or names.get("PRETTY_NAME") or ""
    number = names.get("VERSION_ID", "")
    name = own if own.split()[-1:] == [number] else f"{own} {number}".strip()
    variant = names.get("VARIANT_ID") or names.get("VARIANT", "")
    return [
        fact(SUBJECT, "family", "chromeos" if identity in _CHROMEOS else "linux", tried),
        fact(SUBJECT, "name", name or None, tried),
        fact(SUBJECT, "edition", (variant or "none") if names else None, tried),
        _version(collected, names, tried),
        fact(SUBJECT, "release", _codename(names), tried, "the distribution names no release" if names else ""),
        _architecture(collected),
        _type(collected, variant, tried),
        fact(SUBJECT, "raw_name", names.get("PRETTY_NAME") or name or None, tried),
    ]


def _release(collected: Collected) -> _Release:
    """What the system calls itself: by os-release, by lsb-release where that is the parent's or missing, by an old file."""
    lsb = collected.first(LSB_RELEASE)
    theirs = _lsb(assignments(lsb.value)) if lsb else {}
    for reading in collected.read(*OS_RELEASE):
        names = assignments(reading.value)
        if not any(names.get(key) for key in ("NAME", "ID", "PRETTY_NAME")):
            continue
        parent = names.get("ID", "").casefold()
        if lsb and parent in _PARENTS and theirs.get("ID") and not theirs["ID"].startswith(parent):
            return _Release(theirs, [lsb, reading])
        return _Release(names, [reading])
    if lsb and theirs.get("ID"):
        return _Release(theirs, [lsb])
    for reading in collected.read(*OLD_RELEASES):
        if names := _old(reading):
            return _Release(names, [reading])
    return _Release({}, collected.all(*OS_RELEASE, LSB_RELEASE, *OLD_RELEASES))


def _lsb(names: dict[str, str]) -> dict[str, str]:
    """lsb-release in the words of os-release; ChromeOS has words of its own there."""
    if milestone := names.get("CHROMEOS_RELEASE_CHROME_MILESTONE"):
        own = names.get("CHROMEOS_RELEASE_NAME") or "Chrome OS"
        return {"NAME": own, "ID": "chromeos", "VERSION_ID": milestone, "PRETTY_NAME": f"{own} {milestone}"}
    told = {
        "NAME": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names.get("DISTRIB_ID", "")),
        "ID": names.get("DISTRIB_ID", "").casefold(),
        "VERSION_ID": names.get("DISTRIB_RELEASE", ""),
        "VERSION_CODENAME": names.get("DISTRIB_CODENAME", ""),
        "PRETTY_NAME": names.get("DISTRIB_DESCRIPTION", ""),
    }
    return {key: value for key, value in told.items() if value}


def _old(reading: Reading) -> dict[str, str]:
    """A file from before os-release, in its words."""
    lines = [line.strip() for line in str(reading.value or "").splitlines() if line.strip()]
    file = reading.source.where.rpartition("/")[2]
    if file in _NO_LINE:
        version = lines[0] if lines and re.fullmatch(r"[0-9][0-9.]*", lines[0]) else ""
        return {"NAME": _NO_LINE[file]} | ({"VERSION_ID": version} if version else {})
    if not lines:
        return {}
    found = _LINE.match(lines[0])
    if not found:
        return {"NAME": lines[0][:80], "PRETTY_NAME": lines[0][:80]}
    patch = assignments("\n".join(lines)).get("PATCHLEVEL", "")
    version = found.group(2) + (f".{patch}" if patch.isdigit() and "." not in found.group(2) else "")
    return {"NAME": found.group(1), "VERSION_ID": version, "PRETTY_NAME": lines[0]}


def _version(collected: Collected, names: dict[str, str], tried: list[Reading]) -> Fact:
    """Debian keeps its point release in a file of its own; a rolling release has no version."""
    point = collected.first(DEBIAN_VERSION)
    if names.get("ID", "").casefold() == "debian" and names.get("VERSION_ID"):
        if point and re.fullmatch(r"[0-9][0-9.]*", str(point.value).strip()):
            return fact(SUBJECT, "version", str(point.value).strip(), [point, *tried])
        if full := names.get("DEBIAN_VERSION_FULL"):
            return fact(SUBJECT, "version", full, tried)
    reason = "the distribution has no version number" if names else ""
    return fact(SUBJECT, "version", names.get("VERSION_ID") or None, tried, reason)


def _codename(names: dict[str, str]) -> str | None:
    """The release's name; old Debians have it in brackets behind their version, where others have an edition."""
    if name := names.get("VERSION_CODENAME"):
        return name
    bracketed = re.search(r"\(([a-z]+)\)$", names.get("VERSION", ""))
    debian = "debian" in (names.get("ID", "").casefold(), *names.get("ID_LIKE", "").split())
    return bracketed.group(1) if bracketed and debian else names.get("VERSION_ID") or None


def _architecture(collected: Collected) -> Fact:
    """By the system's own packages; by the kernel, which may be wider, where there are none.

    Of C libraries for several, which programs for other processors bring, the kernel's own is the
    system's: a system whose kernel is wider than itself has only narrower ones.
    """
    packages = collected.read(PACKAGER) or collected.read(*BASE_PACKAGES)
    told = [(ARCHITECTURES.get(assignments(each.value).get("Architecture", "")), each) for each in packages]
    kernel = collected.first(MACHINE)
    kernels = ARCHITECTURES.get(str(kernel.value)) if kernel else None
    known = [(word, each) for word, each in told if word]
    own = [pair for pair in known if pair[0] == kernels] or sorted(known, key=lambda pair: _NARROW.get(str(pair[0]), 0))
    if own:
        return fact(SUBJECT, "architecture", own[0][0], [own[0][1]])
    if kernels and kernel:
        return fact(SUBJECT, "architecture", kernels, [kernel])
    return fact(SUBJECT, "architecture", None, collected.all(PACKAGER, *BASE_PACKAGES, MACHINE))


_NARROW = {"x86": 1, "arm": 1}
"""Processors whose programs a system for wider ones runs too."""


def _type(collected: Collected, variant: str, tried: list[Reading]) -> Fact:
    target = collected.first(DEFAULT_TARGET)
    if "server" in variant.lower():
        return fact(SUBJECT, "type", "server", tried)
    if any(word in variant.lower() for word in ("workstation", "desktop")):
        return fact(SUBJECT, "type", "client", tried)
    if target:
        graphical = str(target.value).endswith("graphical.target")
        return fact(SUBJECT, "type", "client" if graphical else "server", [target])
    return fact(SUBJECT, "type", None, [*tried, *collected.all(DEFAULT_TARGET)], "the system does not say what it is for")
