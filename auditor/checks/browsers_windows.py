r"""Browsers on Windows: the lists of programs, the updaters' own records, what each user last ran.

BLBeacon tells the version that a user last started, which may be older than what is
installed: it is a fact of its own and never the version. Registry views say nothing of
a program's bitness. A Microsoft.MicrosoftEdge package beside an Edge on Chromium, or on
Windows 11, is the stub that the old Edge left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from auditor.checks import programs_windows as programs
from auditor.checks import system
from auditor.checks.browsers import BROWSERS, Browser, by_uninstall_name, engine_of, engine_version_of
from auditor.checks.collected import ARCHITECTURES, Collected, fact, text_field, why
from auditor.model import Detected, Fact, Gap, Reading, Source, Status, Subject
from auditor.versions import NotComparable, parse

IE = Source("registry", r"HKLM\SOFTWARE\Microsoft\Internet Explorer#svcVersion,Version")
FIREFOX = tuple(
    Source("registry", rf"HKLM\SOFTWARE\{view}Mozilla\Mozilla Firefox#CurrentVersion") for view in ("", "WOW6432Node\\")
)
DEFAULTS = tuple(
    Source("registry", rf"HKU\*\Software\Microsoft\Windows\{path}#ProgId")
    for path in (
        r"Shell\Associations\UrlAssociations\https\UserChoice",
        r"Shell\Associations\UrlAssociations\http\UserChoice",
    )
)
_UPDATERS = {row.updater: row for row in BROWSERS if row.updater}
MACHINE_CLIENTS = tuple(
    Source("registry", rf"HKLM\SOFTWARE\{view}{updater}\Clients\*#pv")
    for updater in _UPDATERS
    for view in ("WOW6432Node\\", "")
)
USER_CLIENTS = tuple(Source("registry", rf"HKU\*\Software\{updater}\Clients\*#pv") for updater in _UPDATERS)
_BEACONS = {Source("registry", rf"HKU\*\Software\{row.beacon}\BLBeacon#version"): row for row in BROWSERS if row.beacon}
POLICIES = {
    "chrome": Source("registry", r"HKLM\SOFTWARE\Policies\Google\Chrome"),
    "edge": Source("registry", r"HKLM\SOFTWARE\Policies\Microsoft\Edge"),
    "firefox": Source("registry", r"HKLM\SOFTWARE\Policies\Mozilla\Firefox"),
}

WANTS = (*programs.WANTS, IE, *FIREFOX, *DEFAULTS, *MACHINE_CLIENTS, *USER_CLIENTS, *_BEACONS, *POLICIES.values())

_ROWS = {row.product: row for row in BROWSERS}
_HOME = re.compile(r"^[a-z]:\\(?:users|documents and settings)\\[^\\]+")


@dataclass(slots=True)
class Install:
    """One installation while its facts are gathered. ``user`` is empty for the machine's.

    ``key`` is its key in the list of programs; ``store`` says that only a Store package is known.
    """

    row: Browser
    channel: str
    user: str
    version: str = ""
    location: str = ""
    name: str = ""
    key: str = ""
    store: bool = False
    last_run: str = ""
    evidence: list[Reading] = field(default_factory=list)


def detect(collected: Collected) -> Detected:
    """Every installation, and what may have been missed."""
    installs = list(_listed(collected))
    _updaters(collected, installs)
    _firefox_key(collected, installs)
    _internet_explorer(collected, installs)
    _beacons(collected, installs)
    installs = [each for each in installs if not _is_stub(each, installs)]
    facts = chain.from_iterable(_facts(collected, *pair) for pair in _named(collected, installs))
    looked = collected.looked(*programs.MACHINE, *programs.USERS, programs.AMCACHE, *MACHINE_CLIENTS[:2], IE)
    return Detected(tuple(facts), tuple(gaps(collected, "browser")), {"browser": looked})


def _listed(collected: Collected) -> Iterator[Install]:
    found: list[Install] = []
    for program in programs.listed(collected):
        match = _store(program) if program.store else by_uninstall_name(program.name)
        if match is None:
            continue
        row, channel, version = match
        entry = program._replace(version=version or program.version, location="" if program.store else program.location)
        streams = [each for each in found if (each.row, each.channel, each.user) == (row, channel, entry.user)]
        install = next((each for each in streams if _is_of(entry, each)), None)
        if install is None:
            install = Install(row, channel, entry.user, key=entry.key, store=entry.store)
            found.append(install)
        install.evidence.append(entry.reading)
        install.store = install.store and entry.store
        install.location = install.location or entry.location
        install.name = install.name or entry.name
        install.version = install.version or entry.version
    yield from found


def _is_of(entry: programs.Program, install: Install) -> bool:
    """Whether an entry speaks of an installation: by folder where both have one, else by key or version.

    A Store package stands beside the program's own entry and may be older.
    """
    if entry.store or install.store:
        return True
    if entry.location and install.location:
        return entry.location == install.location
    same_key = bool(entry.key) and entry.key.casefold() == install.key.casefold()
    return same_key or entry.version == install.version != ""


def _store(program: programs.Program) -> tuple[Browser, str, str] | None:
    return next(((row, "stable", "") for row in BROWSERS if program.name in row.appx), None)


def _find(installs: list[Install], row: Browser, user: str, channel: str = "") -> Install:
    """The installation that a further source speaks of; a new one where none fits."""
    for install in installs:
        if install.row is row and install.user == user and channel in ("", install.channel):
            return install
    installs.append(Install(row, channel, user))
    return installs[-1]


def _updaters(collected: Collected, installs: list[Install]) -> None:
    """``pv`` is what the updater installed, kept current where Uninstall is not."""
    for reading in collected.read(*MACHINE_CLIENTS, *USER_CLIENTS):
        row = next(row for updater, row in _UPDATERS.items() if f"\\{updater}\\" in reading.source.where)
        client = _last_key(reading.at).upper()
        version = text_field(reading, "pv")
        if client in row.clients and version not in ("", "0.0.0.0"):  # noqa: S104  an updater's "not installed"
            install = _find(installs, row, _user(reading), row.clients[client])
            install.evidence.append(reading)
            install.version = version


def _firefox_key(collected: Collected, installs: list[Install]) -> None:
    """``52.9.0 ESR (x86 fr)``: version, channel and bitness in one text."""
    for reading in collected.read(*FIREFOX):
        text = text_field(reading, "CurrentVersion")
        version, channel = text.partition(" ")[0], "esr" if " ESR" in text else ""
        machine = [each for each in installs if each.row.product == "firefox" and not each.user]
        install = next((each for each in machine if each.version == version), None)
        if not version or (machine and install is None):  # what another installation left
            continue
        if install is None:
            install = _find(installs, _ROWS["firefox"], "", channel)
            install.version = version
        install.channel = install.channel or channel
        install.name = install.name or text
        install.evidence.append(reading)


def _internet_explorer(collected: Collected, installs: list[Install]) -> None:
    """The value svcVersion is the version since 10; Version reads 9.10 and 9.11 there for compatibility.

    Windows 11 keeps the key, but the browser is gone.
    """
    if (system.build(collected) or 0) >= 22000:
        return
    for reading in collected.read(IE):
        version = text_field(reading, "svcVersion") or text_field(reading, "Version")
        if version:
            install = _find(installs, _ROWS["ie"], "")
            install.version = version
            install.channel = "stable"
            install.evidence.append(reading)


def _beacons(collected: Collected, installs: list[Install]) -> None:
    """What a user last ran belongs to their own installation, else to the machine's."""
    for source, row in _BEACONS.items():
        for reading in collected.read(source):
            version = text_field(reading, "version")
            if not version:
                continue
            own = [each for each in installs if each.row is row and each.user == _user(reading)]
            machine = [each for each in installs if each.row is row and not each.user]
            install = (own or machine or [_find(installs, row, _user(reading))])[0]
            install.last_run = version
            install.evidence.append(reading)


def _is_stub(install: Install, installs: list[Install]) -> bool:
    if install.row.product != "edge-legacy":
        return False
    build = install.version.split(".")[1:2]
    on_11 = bool(build) and build[0].isdecimal() and int(build[0]) >= 22000
    return on_11 or any(each.row.product == "edge" for each in installs)


def _named(collected: Collected, installs: list[Install]) -> Iterator[tuple[Subject, Install]]:
    """Each installation by a name of its own: its channel, its folder where that is not one, else a number."""
    streams = Counter((install.row.product, install.user, install.channel) for install in installs)
    named: Counter[Subject] = Counter()
    for install in installs:
        owner = collected.user(install.user) if install.user else "machine"
        alone = streams[install.row.product, install.user, install.channel] == 1
        folder = _HOME.sub("~", install.location)
        place = (install.channel if alone else folder) or folder or install.channel or "installed"
        subject = Subject("browser", install.row.product, f"{owner}: {place}")
        named[subject] += 1
        again = f" ({named[subject]})" if named[subject] > 1 else ""
        yield subject._replace(where=subject.where + again), install


def _facts(collected: Collected, subject: Subject, install: Install) -> Iterator[Fact]:
    row, evidence = install.row, install.evidence
    comparable = not isinstance(parse(install.version), NotComparable)
    reason = "only what a user last ran is noted, not what is installed" if install.last_run else "its entry has none"
    if install.version and not comparable:
        reason = f"its entry says {install.version!r}, which is no version"
    version = install.version if comparable else ""
    yield fact(subject, "product", row.product, evidence)
    yield fact(subject, "version", version or None, evidence, reason)
    yield fact(subject, "channel", install.channel or None, evidence, "its entry does not name one")
    yield fact(subject, "engine", engine_of(row, version), evidence, reason)
    yield fact(
        subject,
        "engine_version",
        engine_version_of(row, version),
        evidence,
        "the browser counts for itself" if version else reason,
    )
    yield fact(subject, "scope", "user" if install.user else "machine", evidence)
    yield _architecture(collected, subject, install)
    yield fact(subject, "last_run_version", install.last_run or None, evidence, "no user's record of it was read")
    yield _default(collected, subject, row)
    yield _managed(collected, subject, row)


def _architecture(collected: Collected, subject: Subject, install: Install) -> Fact:
    word, reading = programs.architecture_of(collected, install.location, install.row.executable)
    if reading is not None:
        return fact(subject, "architecture", ARCHITECTURES.get(word), [reading], f"the file is {word!r}")
    for mark, architecture in (("(x86 ", "x86"), ("(x64 ", "x86_64"), ("(aarch64 ", "arm64")):
        if mark in f"{install.name} ":
            return fact(subject, "architecture", architecture, install.evidence)
    return fact(subject, "architecture", None, install.evidence, "its program file was not read")


def _default(collected: Collected, subject: Subject, row: Browser) -> Fact:
    chosen = collected.read(*DEFAULTS)
    if not chosen:
        return fact(
            subject, "default", None, collected.all(*DEFAULTS), why(collected.all(*DEFAULTS), "no user has chosen one")
        )
    if not row.prog_ids:
        return fact(subject, "default", None, chosen, "under which name it would be chosen is not known")
    names = tuple(name.casefold() for name in row.prog_ids)
    picked = [reading for reading in chosen if text_field(reading, "ProgId").casefold().startswith(names)]
    return fact(subject, "default", bool(picked), picked or chosen)


def _managed(collected: Collected, subject: Subject, row: Browser) -> Fact:
    source = POLICIES.get(row.product)
    if source is None:
        return fact(subject, "managed", None, collected.all(IE), "where its policies would be is not known")
    readings = collected.all(source)
    if bad := collected.unread(source):
        return fact(subject, "managed", None, bad)
    names = {name for reading in readings if isinstance(reading.value, dict) for name in reading.value}
    return fact(subject, "managed", [*sorted(names)], readings)


def _user(reading: Reading) -> str:
    parts = reading.at.split("\\")
    return parts[1] if parts[0] == "HKU" else ""


def _last_key(at: str) -> str:
    return at.rpartition("\\")[2].partition(" (")[0]


def gaps(collected: Collected, kind: str) -> Iterator[Gap]:
    """Why programs may have been missed: a view of the machine's list, or a user's hive. Amcache proves no absence."""
    views = collected.all(*programs.MACHINE)
    bad = collected.unread(*programs.MACHINE)
    if bad or all(reading.status is not Status.READ for reading in views):
        yield Gap(kind, "machine", why(bad, "Windows' list of programs was not there"), tuple((bad or views)[:1]))
    users = [reading for reading in collected.all(*programs.USERS) if reading.status in (Status.DENIED, Status.FAILED)]
    if users:
        yield Gap(kind, "user", why(users), tuple(users[:1]))
