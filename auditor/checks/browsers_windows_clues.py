r"""What each trace of a browser on Windows says: a clue, before several are put together.

A clue's version is what its source calls the version, made plain. The updater's ``pv`` is
what it installed; where ``opv`` stands beside it, that older version still runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from auditor.checks import browsers_windows_places as places
from auditor.checks import programs_windows as programs
from auditor.checks.browsers import (
    BROWSERS,
    Browser,
    by_program,
    by_uninstall_name,
    gecko_channel,
    gecko_release,
    of_tors_making,
    own_version,
    tor_release,
)
from auditor.checks.collected import Collected, assignments, text_field
from auditor.model import Reading, Status

TRUST = {"updater": 4, "key": 4, "list": 3, "store": 2, "amcache": 1}
"""Which source's version is the listed one where several name one."""

_ROWS = {row.product: row for row in BROWSERS}
_BY_INI = {row.ini: row for row in BROWSERS if row.ini}
_VERSION_IN_NAME = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)+(?![\w.])")
_PRODUCT_CODE = re.compile(r"\{[0-9A-F-]{36}\}", re.I)
_PACKAGE = re.compile(r"([^_]+)_([0-9.]+)_([^_]*)_([^_]*)_([^_]+)")


class Clue(NamedTuple):
    """One trace of one installation. ``user`` is empty for the machine's, ``folder`` in small letters.

    ``source`` is file, ini, or a word of :data:`TRUST`; ``running`` the version that runs until
    the next start, where the source names a newer one; ``key`` the entry's own name. ``follows``
    is set where the program is the one of that channel, and only the updater follows another.
    """

    row: Browser
    channel: str
    user: str
    source: str
    reading: Reading
    version: str = ""
    folder: str = ""
    key: str = ""
    name: str = ""
    running: str = ""
    follows: str = ""
    architecture: str = ""


def clues(collected: Collected, folders: places.Folders) -> Iterator[Clue]:
    """Every clue: first what is on the disk, then what lists and updaters say, last what only Amcache saw."""
    yield from _programs(collected, folders)
    yield from _inis(collected, folders)
    packages = list(_packages(collected, folders))
    registered = {
        (clue.row.product, clue.key) for clue in packages
    }  # what is registered now goes before what Amcache once saw
    listed = [
        clue
        for clue in _listed(collected, folders)
        if not (clue.source == "amcache" and (clue.row.product, clue.key) in registered)
    ]
    yield from sorted(listed, key=lambda clue: not clue.folder)
    yield from _updaters(collected, folders)
    yield from _firefox_key(collected)
    yield from _internet_explorer(collected)
    yield from packages


def _programs(collected: Collected, folders: places.Folders) -> Iterator[Clue]:
    """The program files that are there."""
    for reading in collected.read(*places.FILES, *places.PORTABLE_CHROME, *places.REGISTERED, *places.APP_PATHS):
        row, known = program_of(reading)
        if row is None:
            continue
        folder = _folder(reading.at)
        version = _file_version(row, reading)
        channel = known[1] if known and known[0] is row else ""
        architecture = text_field(reading, "machine")
        yield Clue(row, channel, folders.owner(folder), "file", reading, version, folder, architecture=architecture)


def program_of(reading: Reading) -> tuple[Browser | None, tuple[Browser, str] | None]:
    """The browser that a program file is one of, None where it is none; and what the file itself tells: row and channel."""
    product, registered = text_field(reading, "product"), registered_as(text_field(reading, "named_by"))
    known = by_program(reading.at, product, registered)
    return places.FILES.get(reading.source) or (known[0] if known else None), known


def _file_version(row: Browser, reading: Reading) -> str:
    """What the file names. Firefox has its release as text; its four numbers end with the day it was built."""
    if row.engine in ("gecko", "goanna"):
        product = text_field(reading, "product_version")
        whole = product if re.fullmatch(r"[0-9]+(\.[0-9]+){1,2}([ab][0-9]+)?", product) else ""
        return whole or gecko_release(text_field(reading, "version"))
    return own_version(row, text_field(reading, "version") or text_field(reading, "product_version"))


def registered_as(key: str) -> str:
    """The name under which a key of StartMenuInternet registers a browser; empty for any other key."""
    _, marker, rest = key.partition("\\StartMenuInternet\\")
    return rest.partition("\\")[0] if marker else ""


def _inis(collected: Collected, folders: places.Folders) -> Iterator[Clue]:
    tor = {_folder(reading.at): reading for reading in collected.read(*places.TOR)}
    for folder, reading in tor.items():
        version, channel = tor_release(str(reading.value))
        yield Clue(_ROWS[of_tors_making(folder)], channel, folders.owner(folder), "ini", reading, version, folder)
    for reading in collected.read(*places.INIS):
        names, folder = assignments(reading.value), _folder(reading.at)
        row = row_of_ini(names)
        if row is not None and folder not in tor:
            channel = gecko_channel(names) if row.product == "firefox" else "stable"
            yield Clue(row, channel, folders.owner(folder), "ini", reading, names.get("Version", ""), folder)


def row_of_ini(names: Mapping[str, str]) -> Browser | None:
    """The browser whose application.ini says ``names``."""
    return _BY_INI.get(names.get("Name", ""))


def _listed(collected: Collected, folders: places.Folders) -> Iterator[Clue]:
    for program in programs.listed(collected):
        user = folders.user(program.user) if program.user else ""
        source = "amcache" if program.reading.source == programs.AMCACHE else "list"
        if program.store:
            yield from _seen_packages(program, user)
        elif known := by_uninstall_name(program.name):
            row, channel, version = known
            packed = _is_packed(row, program)
            version = version or ("" if packed else own_version(row, program.version)) or _named_version(program.name)
            key = "" if packed else program.key
            yield Clue(row, channel, user, source, program.reading, version, program.location, key, program.name)


def _named_version(name: str) -> str:
    """The version in a program's name, for entries that have it nowhere else: ``Mozilla Firefox 78.0.1 (x64 en-US)``."""
    found = _VERSION_IN_NAME.search(name)
    return found.group() if found else ""


def _is_packed(row: Browser, program: programs.Program) -> bool:
    """Whether an MSI's entry has the three numbers that it squeezed the browser's four into."""
    four = row.engine == "blink" and not row.own_numbers
    return four and bool(_PRODUCT_CODE.fullmatch(program.key)) and program.version.count(".") != 3


def _seen_packages(program: programs.Program, user: str) -> Iterator[Clue]:
    for row in BROWSERS:
        if program.name in row.appx:
            version = gecko_release(program.version) if row.engine == "gecko" else program.version
            yield Clue(row, row.appx[program.name], user, "amcache", program.reading, version, key=program.name)


def _packages(collected: Collected, folders: places.Folders) -> Iterator[Clue]:
    """Store packages: of each user the newest version, of the machine only what no user has."""
    sources = {**places.USER_PACKAGES, **places.MACHINE_PACKAGES}
    newest: dict[tuple[str, str, str], tuple[tuple[int, ...], Clue]] = {}
    for reading in collected.read(*sources):
        row, channel = sources[reading.source]
        parts = _PACKAGE.fullmatch(places.last_key(reading.at))
        if parts is None:
            continue
        name, version, architecture = parts.group(1), parts.group(2), parts.group(3)
        user = folders.user(hive) if (hive := places.user_of(reading)) else ""
        order = tuple(int(number) for number in version.split(".") if number)
        version = gecko_release(version) if row.engine == "gecko" else version
        clue = Clue(row, channel, user, "store", reading, version, key=name, architecture=architecture)
        same = (row.product, name, user)
        if same not in newest or newest[same][0] < order:
            newest[same] = (order, clue)
    for (product, name, user), (_, clue) in newest.items():
        if user or not any(each[:2] == (product, name) and each[2] for each in newest):
            yield clue


def _updaters(collected: Collected, folders: places.Folders) -> Iterator[Clue]:
    """``pv`` is what the updater installed, kept current where Uninstall is not."""
    states = {
        _client(reading): text_field(reading, "ap")
        for reading in collected.read(*places.MACHINE_STATES, *places.USER_STATES)
    }
    for reading in collected.read(*places.MACHINE_CLIENTS, *places.USER_CLIENTS):
        if not is_client(reading):
            continue
        _, updater, client = _client(reading)
        row, version = places.UPDATERS[updater], text_field(reading, "pv")
        user = folders.user(hive) if (hive := places.user_of(reading)) else ""
        channel = _channel_of(row.clients[client], states.get(_client(reading), ""))
        running = own_version(row, text_field(reading, "opv"))
        own = row.clients[client]
        follows = own if channel != own else ""
        yield Clue(row, channel, user, "updater", reading, own_version(row, version), running=running, follows=follows)


def is_client(reading: Reading) -> bool:
    """Whether an updater's key is a browser's; below Clients, also whether it says that the browser is installed."""
    _, updater, client = _client(reading)
    is_state = reading.source in (*places.MACHINE_STATES, *places.USER_STATES)
    installed = text_field(reading, "pv") not in ("", "0.0.0.0")  # noqa: S104  an updater's "not installed"
    return client in places.UPDATERS[updater].clients and (is_state or installed)


def _client(reading: Reading) -> tuple[str, str, str]:
    """Whose client of which updater a key below Clients or ClientState is."""
    updater = next(updater for updater in places.UPDATERS if f"\\{updater}\\" in reading.source.where)
    return places.user_of(reading), updater, places.last_key(reading.at).upper()


def _channel_of(channel: str, parameters: str) -> str:
    """The channel of a client. One id stood for three channels once, and does for extended stable: ``ap`` tells them."""
    words = parameters.casefold().split("-")
    if channel != "stable":
        return channel
    if "extended" in words:
        return "extended"
    if "beta" in words or parameters.startswith("1.1-"):
        return "beta"
    return "dev" if "dev" in words or parameters.startswith("2.0-d") else "stable"


def _firefox_key(collected: Collected) -> Iterator[Clue]:
    """``52.9.0 ESR (x86 fr)``: version, channel and bitness in one text."""
    for reading in collected.read(*places.FIREFOX):
        text = text_field(reading, "CurrentVersion")
        if text:
            channel = "esr" if " ESR" in text else ""
            yield Clue(
                _ROWS["firefox"], channel, "", "key", reading, text.partition(" ")[0], key="CurrentVersion", name=text
            )


def _internet_explorer(collected: Collected) -> Iterator[Clue]:
    """The value svcVersion is the version since 10; Version reads 9.10 and 9.11 there for old programs' sake."""
    row = _ROWS["ie"]
    for reading in collected.read(places.IE):
        version = text_field(reading, "svcVersion") or re.sub(r"^9\.(1[01])\.", r"\1.0.", text_field(reading, "Version"))
        if version:
            yield Clue(row, "stable", "", "key", reading, own_version(row, version))
    for reading in collected.read(programs.FILES):
        path = text_field(reading, "LowerCaseLongPath").casefold()
        if path.endswith("\\internet explorer\\iexplore.exe") and "\\program files" in path:
            version = own_version(row, text_field(reading, "Version") or text_field(reading, "BinFileVersion"))
            yield Clue(row, "stable", "", "amcache", reading, version, _folder(path))


def gone(collected: Collected) -> dict[str, Reading]:
    """Folders of programs that the registry names and that are not there → the reading that says so."""
    named = chain(collected.all(*places.REGISTERED), collected.all(*places.APP_PATHS))
    return {_folder(reading.at): reading for reading in named if is_gone(reading)}


def is_gone(reading: Reading) -> bool:
    """Whether a program that the registry names is not there."""
    return reading.status is Status.ABSENT and reading.detail.startswith("named by ")


def _folder(path: str) -> str:
    return path.rpartition("\\")[0].casefold()
