"""The operating system: what it is, by its build where its name is known to mislead.

Windows 11 calls itself Windows 10 in the registry, an upgrade leaves whole old version
keys behind, client and server share builds: so the name comes from the build and the
kind of installation, and what the PC calls itself is kept beside it as ``raw_name``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.checks.collected import ARCHITECTURES, Collected, assignments, fact, field, text_field, why
from auditor.model import Detected, Fact, FactSpec, Reading, Source, Status, Subject, Value

OS_RELEASE = (Source("file", "/etc/os-release"), Source("file", "/usr/lib/os-release"))
DEBIAN_VERSION = Source("file", "/etc/debian_version")
OLD_RELEASE = Source("file", "/etc/redhat-release")
DEFAULT_TARGET = Source("link", "/etc/systemd/system/default.target")
MACHINE = Source("host", "machine")
BASE_PACKAGES = (Source("dpkg", "libc6"), Source("rpm", "glibc"))
SYSTEM_VERSION = Source(
    "plist", "/System/Library/CoreServices/SystemVersion.plist#ProductName,ProductVersion,ProductBuildVersion"
)
CURRENT_VERSION = Source(
    "registry",
    r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#ProductName,CurrentBuild,CurrentBuildNumber,UBR,EditionID,"
    "InstallationType,DisplayVersion,ReleaseId,CSDVersion,CurrentVersion",
)
PRODUCT_TYPE = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions#ProductType")
ENVIRONMENT = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment#PROCESSOR_ARCHITECTURE")
CENSUS_OS = Source("registry", r"AMCACHE\DeviceCensus\OS#OSEdition,InstallationType")
CENSUS_PROCESSOR = Source("registry", r"AMCACHE\DeviceCensus\Processor#ProcessorArchitecture")

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (*OS_RELEASE, DEBIAN_VERSION, OLD_RELEASE, DEFAULT_TARGET, MACHINE, *BASE_PACKAGES),
    "macos": (SYSTEM_VERSION, MACHINE),
    "windows": (CURRENT_VERSION, PRODUCT_TYPE, ENVIRONMENT, CENSUS_OS, CENSUS_PROCESSOR),
}

FACTS: tuple[FactSpec, ...] = (
    FactSpec("os", "family", "text", "The family of operating systems.", ("windows", "macos", "linux", "chromeos")),
    FactSpec("os", "name", "text", 'What it is, decided by its build: "Windows 11", "Debian GNU/Linux 12".'),
    FactSpec("os", "edition", "text", "Edition as the system names it: Professional, Core, EnterpriseS."),
    FactSpec("os", "version", "version", "Full version: 10.0.22631, 12.15, 14.3."),
    FactSpec("os", "build", "whole", "Windows' build number."),
    FactSpec("os", "revision", "whole", "Windows' update revision (UBR) of the build."),
    FactSpec("os", "release", "text", "Name of the feature release: 23H2, bookworm."),
    FactSpec("os", "service_pack", "text", "Service pack as the system names it; none where there is none."),
    FactSpec(
        "os",
        "architecture",
        "text",
        "Processor family the system is made for, not the process that asked.",
        ("x86", "x86_64", "arm64", "arm", "ppc64", "s390x", "riscv64"),
    ),
    FactSpec("os", "type", "text", "Whether it is made for a desk or for a rack.", ("client", "server")),
    FactSpec("os", "ltsc", "yes-no", "Whether it is a long-term servicing edition of Windows."),
    FactSpec("os", "evaluation", "yes-no", "Whether it is an evaluation edition, which has an end date of its own."),
    FactSpec("os", "beta", "yes-no", "Whether it is a pre-release build of macOS."),
    FactSpec("os", "build_name", "text", 'The name of the build on macOS: "22F66".'),
    FactSpec("os", "raw_name", "text", "What the system calls itself, as written."),
)

SUBJECT = Subject("os", "system")

_CLIENTS = (
    (2600, 2600, "Windows XP"),
    (3790, 3790, "Windows XP"),
    (6000, 6003, "Windows Vista"),
    (7600, 7601, "Windows 7"),
    (9200, 9200, "Windows 8"),
    (9600, 9600, "Windows 8.1"),
    (10240, 21995, "Windows 10"),
    (21996, 10**6, "Windows 11"),
)
_SERVERS = {
    3790: "Windows Server 2003",
    6001: "Windows Server 2008",
    6002: "Windows Server 2008",
    6003: "Windows Server 2008",
    7600: "Windows Server 2008 R2",
    7601: "Windows Server 2008 R2",
    9200: "Windows Server 2012",
    9600: "Windows Server 2012 R2",
    14393: "Windows Server 2016",
    17763: "Windows Server 2019",
    20348: "Windows Server 2022",
    26100: "Windows Server 2025",
}
_RELEASES = {
    10240: "1507",
    10586: "1511",
    14393: "1607",
    15063: "1703",
    16299: "1709",
    17134: "1803",
    17763: "1809",
    18362: "1903",
    18363: "1909",
    19041: "2004",
    19042: "20H2",
    19043: "21H1",
    19044: "21H2",
    19045: "22H2",
    20348: "21H2",
    22000: "21H2",
    22621: "22H2",
    22631: "23H2",
    26100: "24H2",
    26200: "25H2",
}
_NT = {
    2600: "5.1",
    3790: "5.2",
    6000: "6.0",
    6001: "6.0",
    6002: "6.0",
    6003: "6.0",
    7600: "6.1",
    7601: "6.1",
    9200: "6.2",
    9600: "6.3",
}
_PRODUCT_TYPES = {"winnt": "client", "servernt": "server", "lanmannt": "server"}


def detect(collected: Collected) -> Detected:
    """The facts of the one operating system of a PC."""
    by_family = {"linux": _linux, "macos": _macos, "windows": _windows}
    return Detected(tuple(by_family[collected.device.family](collected)))


def _linux(collected: Collected) -> list[Fact]:
    release = collected.first(*OS_RELEASE) or collected.first(OLD_RELEASE)
    names = _release(release)
    tried = [release] if release else collected.all(*OS_RELEASE, OLD_RELEASE)
    family = "chromeos" if names.get("ID") in ("chromeos", "chromiumos") else "linux"
    name = " ".join(part for part in (names.get("NAME"), names.get("VERSION_ID")) if part)
    variant = names.get("VARIANT_ID") or names.get("VARIANT", "")
    return [
        fact(SUBJECT, "family", family, tried),
        fact(SUBJECT, "name", name or None, tried),
        fact(SUBJECT, "edition", variant or "none", tried) if release else fact(SUBJECT, "edition", None, tried),
        _linux_version(collected, names, tried),
        fact(
            SUBJECT,
            "release",
            names.get("VERSION_CODENAME") or names.get("VERSION_ID") or None,
            tried,
            "the distribution names no release" if release else "",
        ),
        _linux_architecture(collected),
        _linux_type(collected, variant, tried),
        fact(SUBJECT, "raw_name", names.get("PRETTY_NAME") or name or None, tried),
    ]


def _release(reading: Reading | None) -> dict[str, str]:
    """os-release's assignments; the one line of an old ``redhat-release`` in the same words."""
    if reading is None:
        return {}
    if reading.source == OLD_RELEASE and (match := re.match(r"(.+?) release ([0-9.]+)", str(reading.value))):
        pretty = str(reading.value).splitlines()[0]
        return {"NAME": match.group(1), "VERSION_ID": match.group(2), "PRETTY_NAME": pretty}
    return assignments(reading.value)


def _linux_version(collected: Collected, names: dict[str, str], tried: list[Reading]) -> Fact:
    """Debian keeps its point release in a file of its own; a rolling release has no version."""
    point = collected.first(DEBIAN_VERSION)
    if names.get("ID") == "debian" and point and str(point.value).strip()[:1].isdigit():
        return fact(SUBJECT, "version", str(point.value).strip(), [point, *tried])
    reason = "the distribution has no version number" if names else ""
    return fact(SUBJECT, "version", names.get("VERSION_ID") or None, tried, reason)


def _linux_architecture(collected: Collected) -> Fact:
    """By the C library's package, which is the system's own; by the kernel where there is none."""
    for reading in [*collected.read(*BASE_PACKAGES), *collected.read(MACHINE)]:
        value = reading.value if reading.source == MACHINE else assignments(reading.value).get("Architecture")
        if known := ARCHITECTURES.get(str(value)):
            return fact(SUBJECT, "architecture", known, [reading])
    return fact(SUBJECT, "architecture", None, collected.all(*BASE_PACKAGES, MACHINE))


def _linux_type(collected: Collected, variant: str, tried: list[Reading]) -> Fact:
    target = collected.first(DEFAULT_TARGET)
    if "server" in variant.lower():
        return fact(SUBJECT, "type", "server", tried)
    if any(word in variant.lower() for word in ("workstation", "desktop")):
        return fact(SUBJECT, "type", "client", tried)
    if target:
        graphical = str(target.value).endswith("graphical.target")
        return fact(SUBJECT, "type", "client" if graphical else "server", [target])
    return fact(SUBJECT, "type", None, [*tried, *collected.all(DEFAULT_TARGET)], "the system does not say what it is for")


def _macos(collected: Collected) -> list[Fact]:
    reading = collected.first(SYSTEM_VERSION)
    tried = [reading] if reading else collected.all(SYSTEM_VERSION)
    product, version, build = (text_field(reading, key) for key in ("ProductName", "ProductVersion", "ProductBuildVersion"))
    numbers = version.split(".")
    short = ".".join(numbers[:2] if numbers[0] == "10" else numbers[:1])
    machine = collected.first(MACHINE)
    return [
        fact(SUBJECT, "family", "macos", tried),
        fact(SUBJECT, "name", f"{product} {short}" if product and version else None, tried),
        fact(SUBJECT, "version", version or None, tried),
        fact(SUBJECT, "release", None, tried, "macOS has no release apart from its version"),
        fact(SUBJECT, "build_name", build or None, tried),
        fact(SUBJECT, "beta", build[-1:].islower() if build else None, tried),
        fact(SUBJECT, "architecture", ARCHITECTURES.get(str(machine.value)) if machine else None, collected.all(MACHINE)),
        fact(SUBJECT, "type", ("server" if "Server" in product else "client") if product else None, tried),
        fact(SUBJECT, "raw_name", f"{product} {version} ({build})" if product else None, tried),
    ]


def _windows(collected: Collected) -> list[Fact]:
    key, census = collected.first(CURRENT_VERSION), collected.first(CENSUS_OS)
    tried = [key] if key else collected.all(CURRENT_VERSION)
    build, kind = _build(key), _windows_type(collected, key, census)
    edition = text_field(key, "EditionID") or text_field(census, "OSEdition")
    edition_from = [key] if text_field(key, "EditionID") else [census] if census else tried
    older = build is not None and build < 10240
    return [
        fact(SUBJECT, "family", "windows", tried),
        _windows_name(build, kind, tried),
        fact(SUBJECT, "edition", edition or None, [each for each in edition_from if each]),
        fact(SUBJECT, "version", _windows_version(build), tried),
        fact(SUBJECT, "build", build, tried),
        fact(
            SUBJECT,
            "revision",
            _number(field(key, "UBR")),
            tried,
            "this Windows keeps no revision in the registry" if key else "",
        ),
        _windows_release(build, key, tried),
        fact(SUBJECT, "service_pack", _service_pack(key), tried),
        _windows_architecture(collected),
        kind,
        fact(SUBJECT, "ltsc", _is_ltsc(edition) if edition or older else None, [each for each in edition_from if each]),
        fact(
            SUBJECT,
            "evaluation",
            "Eval" in edition if edition or older else None,
            [each for each in edition_from if each],
        ),
        fact(SUBJECT, "raw_name", text_field(key, "ProductName") or None, tried),
    ]


def build(collected: Collected) -> int | None:
    """Windows' build number; None where it was not read."""
    return _build(collected.first(CURRENT_VERSION))


def _build(key: Reading | None) -> int | None:
    """CurrentBuild, which compatibility shims do not fake; XP has words there, so then its twin."""
    return _number(text_field(key, "CurrentBuild")) or _number(text_field(key, "CurrentBuildNumber"))


def _number(value: Value) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else None


def _windows_type(collected: Collected, key: Reading | None, census: Reading | None) -> Fact:
    for reading in (key, census):
        if installation := text_field(reading, "InstallationType"):
            kind = "server" if installation.startswith("Server") else "client"
            return fact(SUBJECT, "type", kind, [reading] if reading else [])
    product = collected.first(PRODUCT_TYPE)
    if kind := _PRODUCT_TYPES.get(text_field(product, "ProductType").lower(), ""):
        return fact(SUBJECT, "type", kind, [product] if product else [])
    if key and text_field(key, "ProductName"):
        server = "Server" in text_field(key, "ProductName")
        return fact(SUBJECT, "type", "server" if server else "client", [key])
    return fact(SUBJECT, "type", None, collected.all(CURRENT_VERSION, PRODUCT_TYPE))


def _windows_name(build: int | None, kind: Fact, tried: list[Reading]) -> Fact:
    if build is None:
        return fact(
            SUBJECT, "name", None, tried, why(tried, "no build number was read, and without it Windows' name misleads")
        )
    if kind.unknown and build in _SERVERS:
        return fact(SUBJECT, "name", None, tried, f"client and server share build {build}, and its type is unknown")
    if kind.value == "server":
        name = _SERVERS.get(build, f"Windows Server, build {build}")
    else:
        name = next((name for low, high, name in _CLIENTS if low <= build <= high), f"Windows, build {build}")
    return fact(SUBJECT, "name", name, [*tried, *kind.evidence])


def _windows_version(build: int | None) -> str | None:
    return None if build is None else f"{_NT.get(build, '10.0')}.{build}"


def _windows_release(build: int | None, key: Reading | None, tried: list[Reading]) -> Fact:
    """DisplayVersion, else by build: ReleaseId stayed at 2009 for every later release."""
    release = text_field(key, "DisplayVersion") or _RELEASES.get(build or 0, "")
    none = "Windows of this age has service packs, not releases" if build and build < 10240 else ""
    return fact(SUBJECT, "release", release or None, tried, none)


def _service_pack(key: Reading | None) -> str | None:
    if key is None or key.status is not Status.READ:
        return None
    return text_field(key, "CSDVersion") or "none"


def _windows_architecture(collected: Collected) -> Fact:
    for source, name in ((ENVIRONMENT, "PROCESSOR_ARCHITECTURE"), (CENSUS_PROCESSOR, "ProcessorArchitecture")):
        reading = collected.first(source)
        if reading and (known := ARCHITECTURES.get(text_field(reading, name).lower())):
            return fact(SUBJECT, "architecture", known, [reading])
    return fact(SUBJECT, "architecture", None, collected.all(ENVIRONMENT))


def _is_ltsc(edition: str) -> bool:
    return edition.startswith(("EnterpriseS", "IoTEnterpriseS"))
