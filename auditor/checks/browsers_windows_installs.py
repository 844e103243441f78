"""Clues of browsers on Windows put together into installations.

An installation is told apart by product, for whom it is, its channel and its folder.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from auditor.checks import browsers_windows_clues as traces
from auditor.checks import browsers_windows_places as places
from auditor.checks import browsers_windows_policies as policies
from auditor.checks.browsers import Browser, own_version
from auditor.checks.browsers_windows_clues import Clue
from auditor.checks.collected import Collected, assignments, text_field
from auditor.model import Reading
from auditor.versions import compare


@dataclass(slots=True)
class Install:
    """One installation while its clues are gathered. ``user`` is empty for the machine's.

    ``listed`` is what lists say, and ``trust`` how good the one is that says so; ``store``
    the Store package where it is one; ``running`` the version that runs until the next start.
    """

    row: Browser
    channel: str
    user: str
    folder: str = ""
    key: str = ""
    name: str = ""
    store: str = ""
    listed: str = ""
    trust: int = 0
    running: str = ""
    file: Clue | None = None
    ini: Clue | None = None
    waiting: Reading | None = None
    next_version: str = ""
    last_run: str = ""
    architecture: str = ""
    unknown: str = ""
    default: dict[str, list[str]] = field(default_factory=dict)
    evidence: list[Reading] = field(default_factory=list)

    def version(self) -> str:
        """The version of what runs: by the file beside the program, the program, the updater, the lists."""
        return self.of_file() or self.running or self.listed

    def of_file(self) -> str:
        """The version that the file beside the program, or the program, names; empty where neither was read."""
        return (self.ini.version if self.ini else "") or (self.file.version if self.file else "")


def gather(collected: Collected, folders: places.Folders, products: Container[str]) -> list[Install]:
    """Every installation of ``products`` that some clue speaks of, whether its program is still there or not."""
    installs: list[Install] = []
    for clue in traces.clues(collected, folders):
        if clue.row.product in products:
            _add(clue, installs)
    _extended(collected, installs)
    _waiting(collected, installs)
    _beacons(collected, folders, installs)
    return installs


def _add(clue: Clue, installs: list[Install]) -> None:
    """Put a clue to the installation that it speaks of; to a new one where it speaks of none yet."""
    install = _of(clue, installs)
    if install is None:
        if clue.key == "CurrentVersion" and any(each.row is clue.row and not each.user for each in installs):
            return  # another Firefox wrote that key, and is gone
        install = Install(clue.row, clue.channel, _for(clue), store=_package(clue))
        installs.append(install)
    install.evidence += [clue.reading] if clue.reading not in install.evidence else []
    install.folder = install.folder or clue.folder
    install.name = install.name or clue.name
    install.architecture = install.architecture or clue.architecture
    install.running = install.running or clue.running
    if clue.channel and (not install.channel or (clue.source == "ini" and install.channel == "stable")):
        install.channel = clue.channel
    if clue.follows and install.channel == "stable":
        install.channel = clue.channel
    if clue.source == "file":
        install.file = install.file if install.file and install.file.version else clue
    elif clue.source == "ini":
        install.ini = clue
    else:
        install.key = install.key or clue.key
        trust = traces.TRUST[clue.source]
        newer = trust == install.trust and compare(clue.version, install.listed) == 1
        if clue.version and (not install.listed or trust > install.trust or newer):
            install.listed, install.trust = clue.version, trust


def _package(clue: Clue) -> str:
    """The Store package that a clue is of, where that is an installation of its own."""
    of_store = clue.source == "store" or (clue.source == "amcache" and clue.key in clue.row.appx)
    return clue.key if of_store and not clue.row.appx_of_machine else ""


def _is_pointer(clue: Clue) -> bool:
    """Whether a clue is of a Store package that only points to the machine's program."""
    return clue.row.appx_of_machine and clue.key in clue.row.appx


def _for(clue: Clue) -> str:
    """Whose the installation is that a clue is of; empty for the machine's."""
    return "" if _is_pointer(clue) else clue.user


def _of(clue: Clue, installs: list[Install]) -> Install | None:
    """The installation that a clue speaks of.

    A part of Windows is one; a Store package is its user's; else the folder decides where
    both have one, and without it the entry's key, the version, or that nothing else is there.
    """
    same = [each for each in installs if each.row is clue.row and each.store == _package(clue)]
    if clue.row.component:
        return same[0] if same else None
    if clue.folder and (there := next((each for each in same if each.folder == clue.folder), None)):
        return there
    stream = [
        each
        for each in same
        if each.user == _for(clue)
        and (each.channel == clue.channel or "" in (each.channel, clue.channel) or each.channel == clue.follows)
    ]
    if clue.folder:
        return next((each for each in stream if not each.folder and _agree(clue, each)), None)
    if clue.source in ("list", "amcache", "key") and not _is_pointer(clue):
        return next((each for each in stream if _agree(clue, each)), None)
    return next((each for each in stream if each.channel == clue.channel), next(iter(stream), None))


def _agree(clue: Clue, install: Install) -> bool:
    """Whether nothing says that an entry speaks of another installation than what was found so far."""
    if clue.key and install.key and clue.source != "key":
        same_key = clue.key.casefold() == install.key.casefold()
        return same_key or (clue.version == install.listed != "")
    have = {install.listed, install.of_file()} - {""}
    return clue.source != "key" or not have or clue.version in have


def _extended(collected: Collected, installs: list[Install]) -> None:
    """An updater's policy may move the stable channel to the extended one."""
    for install in installs:
        for client, channel in install.row.clients.items():
            stable = channel == install.channel == "stable"
            if stable and policies.target_channel(collected, install.row, client) == "extended":
                install.channel = "extended"


def _waiting(collected: Collected, installs: list[Install]) -> None:
    """What waits beside a program for the next start."""
    for reading in collected.read(*places.WAITING):
        folder = reading.at.rpartition("\\")[0].casefold()
        for install in installs:
            if install.folder == folder and install.row is places.WAITING[reading.source]:
                install.waiting, install.next_version = reading, own_version(install.row, text_field(reading, "version"))
                install.evidence.append(reading)
    for reading in collected.read(*places.STAGED):
        for install in installs:
            if install.row.ini and reading.at.casefold() == rf"{install.folder}\updated\application.ini":
                install.waiting, install.next_version = reading, assignments(reading.value).get("Version", "")
                install.evidence.append(reading)


def _beacons(collected: Collected, folders: places.Folders, installs: list[Install]) -> None:
    """What a user last ran belongs to their own installation, else to the machine's."""
    for reading in collected.read(*places.BEACONS):
        row, channel = places.BEACONS[reading.source]
        version = own_version(row, text_field(reading, "version"))
        if not version:
            continue
        user = folders.user(places.user_of(reading))
        known = [each for each in installs if each.row is row and each.channel in ("", channel, _wider(channel))]
        own = [each for each in known if each.user == user] or [each for each in known if not each.user]
        if not own:
            own = [Install(row, channel, user)]
            own[0].unknown = "only what a user last ran is noted, not what is installed"
            installs.append(own[0])
        own[0].last_run = max((each for each in (own[0].last_run, version) if each), key=_order)
        own[0].evidence.append(reading)


def _wider(channel: str) -> str:
    return "extended" if channel == "stable" else channel


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isascii() and part.isdecimal())
