"""Windows: what it is, by its build and the kind of its installation, since its names mislead.

Windows 11 calls itself Windows 10 in the registry, an upgrade leaves whole old version keys
behind, client and server share builds, and of the values beside it BuildLab has the base's
build, CompositionEditionID another edition and ReleaseId stands still since 20H2. Where no
registry was given, a text that somebody kept of systeminfo or msinfo32 is believed; of those
only PowerShell 7's has the update revision. Where what was given is of several PCs, none of them is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from auditor.checks import windows_editions
from auditor.checks.collected import ARCHITECTURES, Collected, fact, field, text_field, why
from auditor.checks.system_facts import SUBJECT
from auditor.checks.windows_editions import Edition
from auditor.checks.windows_releases import (
    CHANNEL_SERVERS,
    CLIENTS,
    FIRST_10,
    FIRST_WITHOUT_PACKS,
    NEVER_PACKED,
    NT,
    PACKED,
    RELEASES,
    SERVERS,
)
from auditor.model import Fact, Reading, Source, Status, Value

CURRENT_VERSION = Source(
    "registry",
    r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#ProductName,CurrentBuild,CurrentBuildNumber,UBR,EditionID,"
    "InstallationType,DisplayVersion,ReleaseId,CSDVersion,CurrentVersion",
)
PRODUCT_TYPE = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions#ProductType,ProductSuite")
SERVICE_PACK = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\Windows#CSDVersion")
ENVIRONMENT = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment#PROCESSOR_ARCHITECTURE")
WINE = Source("registry", r"HKLM\SOFTWARE\Wine\LicenseInformation#Kernel-MUI-Number-Allowed")
CENSUS_OS = Source("registry", r"AMCACHE\DeviceCensus\OS#OSEdition,InstallationType")
CENSUS_PROCESSOR = Source("registry", r"AMCACHE\DeviceCensus\Processor#ProcessorArchitecture")
TEXT = Source("systeminfo", "os")

WANTS = (CURRENT_VERSION, PRODUCT_TYPE, SERVICE_PACK, ENVIRONMENT, WINE, CENSUS_OS, CENSUS_PROCESSOR, TEXT)

_PRODUCT_TYPES = {"winnt": "client", "servernt": "server", "lanmannt": "server", "workstation": "client", "server": "server",
                  "domaincontroller": "server"}  # fmt: skip
_MULTI_SESSION = "ServerRdsh"
_STACK = "ServerAzureStackHCI"
_SYSTEM_TYPES = (
    ("arm64", "arm64"),
    ("arm 64", "arm64"),
    ("x64", "x86_64"),
    ("em64t", "x86_64"),
    ("x86", "x86"),
    ("arm", "arm"),
)
_MORE_ARCHITECTURES = {"arm": "arm", "5": "arm"}
_SUITES = (("Personal", "Home"), ("EmbeddedNT", "Embedded"))
_ROLES = (("client", r"workstation|arbeitsstation|station de travail|estación de trabajo|рабочая станция|工作站"),
          ("server", r"server|serveur|servidor|controll?er|contrôleur|сервер|контроллер|服务器|伺服器"))  # fmt: skip
_REST_ONLY_FROM_REGISTRY = "the update revision is not in this source"


class _Told(NamedTuple):
    """The readings that tell of Windows: the registry's, a kept text's, the inventory's; and where they were looked for.

    There are several ``keys`` where one key was given in pieces.
    """

    keys: list[Reading]
    text: Reading | None
    census: Reading | None
    tried: list[Reading]
    disagree: str

    def of_key(self, name: str) -> tuple[Value, list[Reading]]:
        """What the registry's key says, and the reading that has it; None, and all that was tried."""
        found = ((value, [key]) for key in self.keys if (value := field(key, name)) is not None)
        return next(found, (None, self.tried))

    def by(self, name: str, of_text: str, of_census: str = "") -> tuple[str, list[Reading]]:
        """The first that has a value, and that reading; empty, and all that was tried."""
        asked = (*((key, name) for key in self.keys), (self.text, of_text), (self.census, of_census))
        for reading, field_name in asked:
            if reading and field_name and (value := text_field(reading, field_name)):
                return value, [reading]
        return "", self.tried


def _told(collected: Collected) -> _Told:
    keys, texts = collected.read(CURRENT_VERSION), collected.read(TEXT)
    of_keys = _disagreement(
        "version keys", ((text_field(key, "ProductName"), build_of_key(key), field(key, "UBR")) for key in keys)
    )
    if of_keys:
        return _Told([], None, None, collected.all(CURRENT_VERSION), of_keys)
    disagree = _disagreement("texts", ((text_field(each, "name"), _build_of(each), None) for each in texts))
    unusable = [reading for reading in collected.unread(TEXT) if reading.at != TEXT.where]
    text = max(texts, key=lambda each: len(each.value) if isinstance(each.value, dict) else 0, default=None)
    text = None if disagree else text
    tried = [*keys, *([text] if text else [])]
    tried = [*tried, *(collected.unread(CURRENT_VERSION) if keys else [])] if tried else []
    tried = tried or [*collected.all(CURRENT_VERSION), *unusable, *texts]
    return _Told(keys, text, collected.first(CENSUS_OS), tried, "" if keys else disagree)


def _disagreement(what: str, said: Iterable[tuple[str, int | None, Value]]) -> str:
    """Why several that each say a name, a build and a revision cannot be of one system; empty where they can."""
    every = list(said)
    names = dict.fromkeys(name for each, *_ in every if (name := windows_editions.plain(each)))
    builds = {build for _, build, _ in every if build is not None}
    revisions = {number for *_, revision in every if (number := _number(revision)) is not None}
    if max(map(len, (names, builds, revisions))) < 2:
        return ""
    return f"{len(every)} {what} disagree: {', '.join([*names, *map(str, [*sorted(builds), *sorted(revisions)])])}"[:300]


def detect(collected: Collected) -> list[Fact]:
    """The facts of a Windows."""
    told = _told(collected)
    build, from_ = _build(told)
    edition, edition_from = _edition(collected, told)
    kind = _type(collected, told, edition)
    raw, raw_from = told.by("ProductName", "name")
    raw = raw or text_field(told.text, "product")
    older = build is not None and build < 10240
    reason = told.disagree
    return [
        fact(SUBJECT, "family", "windows", told.tried),
        _name(told, build, kind, edition, from_),
        fact(SUBJECT, "edition", edition.id if edition else None, edition_from, reason or _unnamed(raw, edition_from)),
        fact(
            SUBJECT,
            "edition_group",
            _group(edition, kind),
            [*edition_from, *kind.evidence],
            reason or _ungrouped(edition, raw, edition_from),
        ),
        fact(SUBJECT, "n_edition", edition.n if edition else None, edition_from, reason or _unnamed(raw, edition_from)),
        fact(SUBJECT, "version", _version(told, build), from_, reason),
        fact(SUBJECT, "build", build, from_, reason),
        _revision(collected, told, build),
        _release(told, build, kind, from_),
        _service_pack(collected, told, build),
        _architecture(collected, told),
        kind,
        fact(SUBJECT, "ltsc", edition.ltsc if edition else False if older else None, edition_from, reason),
        fact(
            SUBJECT,
            "evaluation",
            edition.evaluation if edition else None,
            edition_from,
            reason or _unnamed(raw, edition_from),
        ),
        _wine(collected),
        fact(SUBJECT, "raw_name", raw or None, raw_from, reason),
    ]


def build(collected: Collected) -> int | None:
    """Windows' build number; None where it was not read."""
    return _build(_told(collected))[0]


def _build(told: _Told) -> tuple[int | None, list[Reading]]:
    """CurrentBuild, which compatibility shims do not fake; XP has words there, so then its twin; else a text's version."""
    for key in told.keys:
        if (number := build_of_key(key)) is not None:
            return number, [key]
    if told.text and (number := _build_of(told.text)) is not None:
        return number, [told.text]
    return None, told.tried


def build_of_key(key: Reading) -> int | None:
    """The build that one version key names; None where it names none."""
    numbers = (_number(text_field(key, name)) for name in ("CurrentBuild", "CurrentBuildNumber"))
    return next((number for number in numbers if number is not None), None)


def _build_of(text: Reading) -> int | None:
    """The build in a text's version, which says it twice; or in a field of its own."""
    version = re.match(r"\d+\.\d+\.(\d{3,6})(?!\d)", text_field(text, "version"))
    return int(version.group(1)) if version else _number(text_field(text, "build"))


def _number(value: Value) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else None


def _edition(collected: Collected, told: _Told) -> tuple[Edition | None, list[Reading]]:
    """By its id; by a text's name for it; in XP, which has neither, by what the system is licensed for."""
    named, evidence = told.by("EditionID", "edition", "OSEdition")
    if named:
        return windows_editions.by_id(named), evidence
    if told.text:
        return windows_editions.by_name(text_field(told.text, "name") or text_field(told.text, "product")), [told.text]
    options = _one(collected, PRODUCT_TYPE)
    suites = field(options, "ProductSuite")
    version, keys = told.by("CurrentVersion", "")
    is_xp = version.startswith("5.") and text_field(options, "ProductType").lower() == "winnt"
    if options and is_xp and isinstance(suites, list):
        licensed = next((name for suite, name in _SUITES if suite in suites), "Professional")
        return windows_editions.by_id(licensed), [*keys, options]
    return None, told.tried


def _one(collected: Collected, source: Source) -> Reading | None:
    """The reading of a key; None where what was given is of several PCs, which differ in it."""
    found = collected.read(source)
    return found[0] if found and all(each.value == found[0].value for each in found) else None


def _unnamed(raw: str, tried: list[Reading]) -> str:
    """Why an edition is not known."""
    return why(tried, f"no edition is known by the name {raw!r}" if raw else "nothing that was read names an edition")


def _group(edition: Edition | None, kind: Fact) -> str | None:
    """The edition's group; what is known to be a server is one, whatever it is called."""
    if edition and edition.group:
        return edition.group
    return "server" if kind.value == "server" else None


def _ungrouped(edition: Edition | None, raw: str, tried: list[Reading]) -> str:
    return f"the edition {edition.id!r} is in no group that is known here" if edition else _unnamed(raw, tried)


def _type(collected: Collected, told: _Told, edition: Edition | None) -> Fact:
    """By the kind of installation, then the product's, then its name; several users' Windows 10 and 11 are clients."""
    if edition and edition.id.startswith(_MULTI_SESSION):
        return fact(SUBJECT, "type", "client", told.tried)
    installation, evidence = told.by("InstallationType", "installation", "InstallationType")
    if installation:
        return fact(SUBJECT, "type", "server" if "Server" in installation else "client", evidence)
    product = _one(collected, PRODUCT_TYPE)
    for reading, word in ((product, text_field(product, "ProductType")), (told.text, text_field(told.text, "product_type"))):
        if kind := _PRODUCT_TYPES.get(word.lower()):
            return fact(SUBJECT, "type", kind, [reading] if reading else [])
    for in_key, in_text in (("ProductName", "name"), ("", "product")):
        called, evidence = told.by(in_key, in_text)
        if called:
            return fact(SUBJECT, "type", "server" if windows_editions.is_server(called) else "client", evidence)
    role = text_field(told.text, "configuration")
    kinds = [kind for kind, words in _ROLES if re.search(words, role, re.I)] if role else []
    if kinds and told.text:
        return fact(SUBJECT, "type", kinds[0], [told.text])
    return fact(SUBJECT, "type", None, [*told.tried, *collected.all(PRODUCT_TYPE)], told.disagree)


def _version(told: _Told, build: int | None) -> str | None:
    """With the version of NT, which is the table's: since 10 the registry says 6.3 for the sake of old programs."""
    if build is None:
        return None
    before = told.by("CurrentVersion", "")[0] if build < FIRST_10 else "10.0"
    before = NT.get(build, before)
    return f"{before}.{build}" if before else None


def _name(told: _Told, build: int | None, kind: Fact, edition: Edition | None, from_: list[Reading]) -> Fact:
    if build is None:
        reason = told.disagree or why(from_, "no build number was read, and without it Windows' name misleads")
        return fact(SUBJECT, "name", None, from_, reason)
    if kind.unknown and build in SERVERS:
        return fact(SUBJECT, "name", None, from_, f"client and server share build {build}, and its type is unknown")
    if kind.value == "server":
        name = SERVERS.get(build) or CHANNEL_SERVERS.get(build) or f"Windows Server, build {build}"
        name = "Azure Stack HCI" if edition and edition.id.startswith(_STACK) else name
    else:
        name = next((name for low, high, name in CLIENTS if low <= build <= high), f"Windows, build {build}")
    return fact(SUBJECT, "name", name, [*from_, *kind.evidence])


def _revision(collected: Collected, told: _Told, build: int | None) -> Fact:
    """The registry's, which PowerShell 7 prints too: the newest update of a list is not what is installed."""
    old = build is not None and build < 9600
    reason = "this Windows keeps no revision in the registry" if told.keys and old else _REST_ONLY_FROM_REGISTRY
    value, evidence = told.of_key("UBR")
    found = _number(value)
    if found is None and told.text and (printed := _number(text_field(told.text, "revision"))) is not None:
        found, evidence = printed, [told.text]
    partly = collected.unread(CURRENT_VERSION) if told.keys and found is None else []
    return fact(SUBJECT, "revision", found, [*evidence, *partly], reason if told.keys or told.text else told.disagree)


def _release(told: _Told, build: int | None, kind: Fact, tried: list[Reading]) -> Fact:
    """DisplayVersion, else by build: ReleaseId stayed at 2009 for every later release."""
    shown, evidence = told.by("DisplayVersion", "release")
    release = shown or RELEASES.get(build or 0, "")
    if kind.value == "server" and not shown and build and build >= 10240 and build not in {*SERVERS, *CHANNEL_SERVERS}:
        release = ""
    none = told.disagree
    if build and build < 10240:
        none = "Windows of this age has service packs, not releases"
    elif build:
        none = f"build {build} is no release that is known here: a preview, or newer than this list"
    return fact(SUBJECT, "release", release or None, evidence if shown else tried, none)


def _service_pack(collected: Collected, told: _Told, build: int | None) -> Fact:
    """As SOFTWARE names it; as a text does; as the number in SYSTEM; by a build that only a service pack has."""
    named, evidence = told.by("CSDVersion", "")
    if named:
        return fact(SUBJECT, "service_pack", named, evidence)
    if told.text and (found := re.search(r"Service Pack \d+", _text_of_pack(told.text))):
        return fact(SUBJECT, "service_pack", found.group(), [told.text])
    system = _one(collected, SERVICE_PACK)
    number = _number(field(system, "CSDVersion"))
    if system and number is not None:
        return fact(SUBJECT, "service_pack", f"Service Pack {number >> 8}" if number >> 8 else "none", [system])
    if build is not None and build in PACKED:
        return fact(SUBJECT, "service_pack", PACKED[build], told.tried)
    hidden = collected.unread(CURRENT_VERSION) if told.keys and not told.text else []
    known = build is not None and (build in NEVER_PACKED or build >= FIRST_WITHOUT_PACKS or not hidden)
    known = known or bool(told.keys and not hidden)
    return fact(SUBJECT, "service_pack", "none" if known else None, [*told.tried, *hidden], told.disagree)


def _text_of_pack(text: Reading) -> str:
    return f"{text_field(text, 'version')} {text_field(text, 'service_pack')}"


def _architecture(collected: Collected, told: _Told) -> Fact:
    """The system's own, from its settings: a program that Windows emulates is told another."""
    known = {**ARCHITECTURES, **_MORE_ARCHITECTURES}
    for source, name in ((ENVIRONMENT, "PROCESSOR_ARCHITECTURE"), (CENSUS_PROCESSOR, "ProcessorArchitecture")):
        reading = _one(collected, source)
        if reading and (word := known.get(text_field(reading, name).lower())):
            return fact(SUBJECT, "architecture", word, [reading])
    if told.text:
        system, bits = (text_field(told.text, name).lower() for name in ("system", "bits"))
        said = f"{system} {bits}"
        word = next((word for part, word in _SYSTEM_TYPES if re.search(rf"(?<![a-z0-9]){part}(?![a-z0-9])", said)), None)
        word = word or ("x86" if bits.startswith("32") else None)
        many = "that it has 64 bits does not tell whether it is x86_64 or arm64" if bits and not word else ""
        return fact(SUBJECT, "architecture", word, [told.text], many)
    return fact(SUBJECT, "architecture", None, collected.all(ENVIRONMENT), told.disagree)


def _wine(collected: Collected) -> Fact:
    """By a setting of Wine's own, which every prefix of it has."""
    readings = collected.all(WINE)
    there = any(reading.status is Status.READ for reading in readings)
    missing = all(reading.status is Status.ABSENT for reading in readings)
    return fact(SUBJECT, "wine", there if there or missing else None, readings)
