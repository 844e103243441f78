r"""Where companions of browsers and Office are found, on each system.

On Windows one product may be in the list of programs, in its updater's record and in the
Store's: it is one app for the machine, and one for each user who has another version of
their own. An updater's record with version 0.0.0.0 is of something that was removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from auditor.checks import browsers_macos, browsers_windows
from auditor.checks import programs_windows as programs
from auditor.checks.apps import APPS, BY_APPX, BY_BUNDLE, BY_CLIENT, BY_PACKAGE, App, app_facts, numbers
from auditor.checks.browsers_linux import FLATPAK_VERSIONS, FLATPAKS, SNAPS, package_gaps
from auditor.checks.browsers_windows_places import MACHINE_CLIENTS, USER_CLIENTS
from auditor.checks.collected import ARCHITECTURES, Collected, assignments, is_home, refusals, text_field
from auditor.checks.sight import Sight
from auditor.model import Detected, Fact, Gap, Reading, Source, Status
from auditor.versions import upstream

PACKAGES = {kind: tuple(Source(kind, name) for name in BY_PACKAGE) for kind in ("dpkg", "rpm")}
STORE = programs.package_sources(*(row.appx for row in APPS if row.appx))

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (*PACKAGES["dpkg"], *PACKAGES["rpm"], *FLATPAKS, *FLATPAK_VERSIONS, SNAPS),
    "macos": browsers_macos.APPS,
    "windows": (*programs.WANTS, *MACHINE_CLIENTS, *USER_CLIENTS, *STORE),
}


class Trace(NamedTuple):
    """One place that tells of an app; ``user`` is empty for the machine."""

    row: App
    user: str
    version: str
    architecture: str
    reading: Reading


def detect(collected: Collected) -> Detected:
    """Every app, and what may have been missed."""
    by_family = {"linux": _linux, "macos": _macos, "windows": _windows}
    return by_family[collected.device.family](collected)


def _windows(collected: Collected) -> Detected:
    traces: dict[tuple[str, str], list[Trace]] = {}
    for trace in (*_listed(collected), *_clients(collected), *_store(collected)):
        traces.setdefault((trace.row.product, trace.user), []).append(trace)
    facts: list[Fact] = []
    for (product, user), found in traces.items():
        newest = max(found, key=lambda trace: numbers(trace.version))
        for_all = traces.get((product, ""), [])
        if user and newest.version in {trace.version for trace in for_all}:
            continue
        architecture = next(
            (trace.architecture for trace in (newest, *found) if trace.architecture.lower() in ARCHITECTURES), ""
        )
        where = collected.user(user) if user else "machine"
        scope = "user" if user else "machine"
        evidence = [trace.reading for trace in found]
        facts += app_facts(newest.row, where, scope, newest.version, architecture, evidence)
    looked = collected.looked(*programs.MACHINE, *programs.USERS, programs.AMCACHE, MACHINE_CLIENTS[0], STORE[0])
    return Detected(tuple(facts), tuple(_windows_gaps(collected)), {"app": looked})


def _listed(collected: Collected) -> Iterator[Trace]:
    for program in programs.listed(collected):
        name = program.name.strip()
        for row in _named(name):
            if not program.store and _is_of(row, program.version):
                yield Trace(row, program.user, program.version, _bits(name), program.reading)


@lru_cache(maxsize=10_000)
def _named(name: str) -> tuple[App, ...]:
    """The apps that have such a name in the list of programs."""
    return tuple(row for row in APPS if row.listed and re.fullmatch(row.listed, name))


def _is_of(row: App, version: str) -> bool:
    """Teams classic is version 1: what else is called Microsoft Teams is the new one, which its package tells of."""
    return row.product != "teams-classic" or version.startswith("1.") or not version


def _bits(name: str) -> str:
    found = re.search(r"\((x64|x86|arm64)\)", name)
    return found.group(1) if found else ""


_CLIENT = re.compile(r"\\(?P<updater>[^\\]+\\[^\\]+)\\Clients\\(?P<client>\{[^}]+\})(?: \(.*\))?$", re.I)
_USER = re.compile(r"^(?:HKU|HKEY_USERS)\\([^\\]+)\\", re.I)


def _clients(collected: Collected) -> Iterator[Trace]:
    for reading in collected.read(*MACHINE_CLIENTS, *USER_CLIENTS):
        row = _client(reading)
        if row:
            user = _USER.match(reading.at)
            yield Trace(row, user.group(1) if user else "", text_field(reading, "pv"), "", reading)


_KNOWN = {(updater.casefold(), client.casefold()): row for (updater, client), row in BY_CLIENT.items()}


def _client(reading: Reading) -> App | None:
    """The app that an updater's key says is there; None where it is of something else, or was removed."""
    match = _CLIENT.search(reading.at)
    row = _KNOWN.get((match.group("updater").casefold(), match.group("client").casefold())) if match else None
    return row if row and any(numbers(text_field(reading, "pv"))) else None


_BUNDLES = {bundle.casefold(): row for bundle, row in BY_BUNDLE.items()}


def _shown(reading: Reading) -> Reading | None:
    """Of the lists of programs and of updaters' records only what is an app."""
    if reading.source in (*programs.MACHINE, *programs.USERS):
        if reading.status is not Status.READ:
            return programs.refused(reading)
        entry = programs.entry_of(reading)
        return reading if entry and _named(entry.name.strip()) else None
    if reading.source in (*MACHINE_CLIENTS, *USER_CLIENTS):
        return reading._replace(value={"pv": text_field(reading, "pv")}) if _client(reading) else None
    if reading.source in browsers_macos.APPS:
        return browsers_macos.application(reading, _BUNDLES)
    return None if reading.source in STORE and reading.status is not Status.READ else reading


SIGHT = Sight(_shown, whole_beside=frozenset((programs.AMCACHE,)))
"""Other programs are what PCs differ most in; on Linux all that is wanted is shown."""


def _store(collected: Collected) -> Iterator[Trace]:
    for package in programs.packages(collected, *(row.appx for row in BY_APPX.values())):
        row = BY_APPX[package.name.casefold()]
        yield Trace(row, package.user, package.version, package.architecture, package.reading)


def _windows_gaps(collected: Collected) -> Iterator[Gap]:
    yield from browsers_windows.gaps(collected, "app")


def _macos(collected: Collected) -> Detected:
    facts: list[Fact] = []
    for reading in collected.read(*browsers_macos.APPS):
        row = _BUNDLES.get(text_field(reading, "CFBundleIdentifier").casefold())
        if row:
            folder = reading.at.removesuffix("/Contents/Info.plist")
            version = text_field(reading, "CFBundleShortVersionString") or text_field(reading, "CFBundleVersion")
            scope = "user" if is_home(folder) else "machine"
            facts += app_facts(row, collected.where(folder), scope, version, "", [reading])
    return Detected(
        tuple(facts), tuple(browsers_macos.gaps(collected, "app")), {"app": collected.looked(*browsers_macos.APPS)}
    )


_RELEASE = re.compile(r'<release [^>]*\bversion="([^"]+)"')


def _linux(collected: Collected) -> Detected:
    facts: list[Fact] = []
    packages = {reading.source: reading for reading in collected.read(*PACKAGES["dpkg"], *PACKAGES["rpm"])}
    for reading in packages.values():
        name, stanza = reading.source.where, assignments(reading.value)
        version, architecture = upstream(stanza.get("Version", "")), stanza.get("Architecture", "")
        where = f"{reading.source.kind} {name}"
        facts += app_facts(BY_PACKAGE[name], where, "machine", version, architecture, [reading])
    facts += _flatpaks(collected)
    for reading in collected.read(SNAPS):
        names = assignments(reading.value)
        for row in APPS:
            if row.snap and names.get("name") == row.snap:
                facts += app_facts(row, f"snap {row.snap}", "machine", names.get("version", ""), "", [reading])
    gaps = (
        *package_gaps(collected, "app", PACKAGES["dpkg"], PACKAGES["rpm"]),
        *refusals("app", collected.all(*FLATPAKS, SNAPS)),
    )
    looked = collected.looked(PACKAGES["dpkg"][0], PACKAGES["rpm"][0], *FLATPAKS, SNAPS)
    return Detected(tuple(facts), gaps, {"app": looked})


def _flatpaks(collected: Collected) -> Iterator[Fact]:
    releases = {reading.at.partition("/current/")[0]: reading for reading in collected.read(*FLATPAK_VERSIONS)}
    for folder, reading in {each.at.partition("/current/")[0]: each for each in collected.read(*FLATPAKS)}.items():
        name = assignments(reading.value).get("name", "")
        row = next((each for each in APPS if each.flatpak and each.flatpak == name), None)
        if row:
            release = releases.get(folder)
            named = _RELEASE.search(str(release.value)) if release else None
            scope = "user" if is_home(folder) else "machine"
            evidence = [each for each in (reading, release) if each]
            yield from app_facts(row, collected.where(folder), scope, named.group(1) if named else "", "", evidence)
