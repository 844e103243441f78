"""Browsers on Linux: packages (dpkg, rpm, flatpak, snap), the browsers' own files, running programs.

A launcher in /usr/bin is a script or a link and says nothing; the version comes from
application.ini where the browser has one, else from the package. A package that only
points elsewhere (Ubuntu's "1:1snap1-0ubuntu2") is no installation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import chain

from auditor.checks import browser_policies as policies
from auditor.checks.browsers import (
    BROWSERS,
    Browser,
    Package,
    engine_of,
    engine_version_of,
    gecko_channel,
    of_tors_making,
    tor_release,
)
from auditor.checks.collected import ARCHITECTURES, Collected, assignments, fact, is_home, nameless, refusals, why
from auditor.model import Detected, Fact, Gap, Reading, Source, Status, Subject
from auditor.versions import upstream

INI_PLACES = tuple(
    Source("file", f"{place}/application.ini")
    for place in (
        "/usr/lib/*",
        "/usr/lib64/*",
        "/usr/share/librewolf",
        "/opt/*",
        "/usr/local/*",
        "/usr/local/lib/*",
        "/snap/*/current/usr/lib/*",
        "/var/lib/flatpak/app/*/current/active/files/lib/*",
        "~/.local/share/flatpak/app/*/current/active/files/lib/*",
        "~/*",
        "~/.local/*",
        "~/.local/share/*",
        "~/Applications/*",
        "~/Downloads/*",
    )
)
TOR = tuple(
    Source("file", f"{place}/Browser/tbb_version.json")
    for place in ("~/*", "~/Downloads/*", "~/.local/share/torbrowser/tbb/*/*", "/opt/*", "/usr/local/lib/*")
)
_OPT = Source("file", "/opt/*/application.ini")
FLATPAK_ROOTS = ("/var/lib/flatpak/app", "~/.local/share/flatpak/app")
FLATPAKS = tuple(Source("lines", f"{root}/*/current/active/metadata#name=,runtime=") for root in FLATPAK_ROOTS)
FLATPAK_VERSIONS = tuple(
    Source("lines", f"{root}/*/current/active/files/share/{folder}/*.xml#<release ")
    for root in FLATPAK_ROOTS
    for folder in ("metainfo", "appdata")
)
SNAPS = Source("lines", "/snap/*/current/meta/snap.yaml#name:,version:,architectures:")
SNAP_IMAGES = Source("exists", "/var/lib/snapd/snaps/*.snap")
PROCESSES = Source("process", ",".join(dict.fromkeys(name for row in BROWSERS for name in row.programs)))
DEFAULTS = Source("lines", "~/.config/mimeapps.list#[,x-scheme-handler/https=")
POLICIES = tuple(Source("file", path) for row in BROWSERS for path in row.policies)
DISTRIBUTION = tuple(
    Source("file", f"{place}/distribution/policies.json")
    for place in ("/usr/lib/*", "/usr/lib64/*", "/opt/*", "/usr/local/*", "/usr/local/lib/*", "~/*", "~/.local/*")
)

DPKG = tuple(Source("dpkg", name) for row in BROWSERS for name in row.packages)
RPM = tuple(Source("rpm", name) for row in BROWSERS for name in row.packages)

WANTS = (
    *DPKG,
    *RPM,
    *INI_PLACES,
    *TOR,
    *FLATPAKS,
    *FLATPAK_VERSIONS,
    SNAPS,
    SNAP_IMAGES,
    PROCESSES,
    DEFAULTS,
    *POLICIES,
    *DISTRIBUTION,
)

_ACCOUNTED_FOR = ("/snap/", "/var/lib/snapd/", "/app/", "/newroot/", "/var/lib/flatpak/", "/usr/")
"""Where a program is some package's, snap's or flatpak's, by a path that may be the image's own."""

_VARIANT = re.compile(
    r"([-_.](bin|stable|beta|dev|developer|devedition|nightly|trunk|snapshot|unstable|canary|esr|browser|real|wrapped))*"
)
"""What may follow a browser's name in its program's."""

_ROWS_BY_PACKAGE = {name: (row, package) for row in BROWSERS for name, package in row.packages.items()}
_ROWS_BY_FLATPAK = {name: (row, channel) for row in BROWSERS for name, channel in row.flatpaks.items()}
_ROWS_BY_SNAP = {name: row for row in BROWSERS for name in row.snaps}
_ROWS_BY_INI = {row.ini: row for row in BROWSERS if row.ini}
_ROWS = {row.product: row for row in BROWSERS}
_LAUNCHER = "the package only fetches the browser"
_RELEASE = re.compile(r'<release [^>]*\bversion="([^"]+)"')


@dataclass(slots=True)
class Install:
    """One installation while its facts are gathered."""

    row: Browser
    where: str
    scope: str
    version: str = ""
    channel: str = ""
    package: str = ""
    architecture: str = ""
    evidence: list[Reading] = field(default_factory=list)
    ini: Reading | None = None
    unknown: str = ""


def detect(collected: Collected) -> Detected:
    """Every installation, and what may have been missed."""
    installs: dict[str, Install] = {}
    for install in chain(_packages(collected), _flatpaks(collected), _snaps(collected)):
        installs.setdefault(install.where, install)
    _own_files(collected, installs)
    for install in _portable(collected, installs):
        installs.setdefault(install.where, install)
    facts = chain.from_iterable(_facts(collected, install) for install in installs.values())
    looked = collected.looked(DPKG[0], RPM[0], *FLATPAKS, SNAPS, SNAP_IMAGES, _OPT, PROCESSES)
    return Detected(tuple(facts), tuple(_gaps(collected)), {"browser": looked})


def _packages(collected: Collected) -> Iterator[Install]:
    for reading in collected.read(*DPKG, *RPM):
        stanza = assignments(reading.value)
        row, package = _ROWS_BY_PACKAGE[reading.source.where]
        version = stanza.get("Version", "")
        if "snap" in version:  # Ubuntu's transitional package: the browser itself is the snap
            continue
        folder = _folder(package, reading.source.kind, row)
        # Red Hat ships Firefox's ESR under the plain name, so there the name does not tell the channel.
        # Amazon Linux has nothing but the ESR, under the plain name too.
        says_nothing = bool(row.ini) and any(mark in version for mark in (".el", ".amzn"))
        yield Install(
            row,
            folder or f"{reading.source.kind} {reading.source.where}",
            "machine",
            "" if package.channel == "launcher" else upstream(version),
            "" if says_nothing else package.channel,
            f"{reading.source.kind} {reading.source.where} {version}",
            ARCHITECTURES.get(stanza.get("Architecture", ""), ""),
            [reading],
            unknown=_LAUNCHER if package.channel == "launcher" else "",
        )


def _folder(package: Package, kind: str, row: Browser) -> str:
    """Where the package's files are; rpm systems keep 64-bit programs in /usr/lib64."""
    if kind == "rpm" and package.folder.startswith("/usr/lib/"):
        return (
            "/usr/lib64/chromium-browser"
            if row.product == "chromium"
            else package.folder.replace("/usr/lib/", "/usr/lib64/")
        )
    return package.folder


def _flatpaks(collected: Collected) -> Iterator[Install]:
    versions = {_flatpak_folder(reading.at): reading for reading in collected.read(*FLATPAK_VERSIONS)}
    for reading in collected.read(*FLATPAKS):
        app = assignments(reading.value).get("name", "")
        if app not in _ROWS_BY_FLATPAK:
            continue
        row, channel = _ROWS_BY_FLATPAK[app]
        folder = _flatpak_folder(reading.at)
        release = versions.get(folder)
        found = _RELEASE.search(str(release.value)) if release else None
        yield Install(
            row,
            folder,
            _scope(folder),
            found.group(1) if found and channel != "launcher" else "",
            channel,
            f"flatpak {app}",
            "",
            [each for each in (reading, release) if each],
            unknown=_LAUNCHER if channel == "launcher" else "the flatpak's description names no release",
        )


def _flatpak_folder(path: str) -> str:
    return path.partition("/current/active/")[0]


def _snaps(collected: Collected) -> Iterator[Install]:
    """Mounted snaps say their version; of an image that is not mounted only the revision shows."""
    mounted = {assignments(reading.value).get("name", ""): reading for reading in collected.read(SNAPS)}
    for name, reading in mounted.items():
        if name in _ROWS_BY_SNAP:
            version = upstream(assignments(reading.value).get("version", ""))
            yield Install(_ROWS_BY_SNAP[name], f"/snap/{name}", "machine", version, "stable", f"snap {name}", "", [reading])
    images: dict[str, list[Reading]] = {}
    for reading in collected.read(SNAP_IMAGES):
        images.setdefault(reading.at.rpartition("/")[2].partition("_")[0], []).append(reading)
    for name, readings in images.items():
        if name in _ROWS_BY_SNAP and name not in mounted:
            reason = "the snap is not mounted, and its image shows only a revision"
            yield Install(
                _ROWS_BY_SNAP[name], f"/snap/{name}", "machine", "", "stable", f"snap {name}", "", readings, unknown=reason
            )


def _own_files(collected: Collected, installs: dict[str, Install]) -> None:
    """Let application.ini speak for the installation it is in; one in no package is its own."""
    for reading in collected.read(*INI_PLACES):
        names = assignments(reading.value)
        row = _ROWS_BY_INI.get(names.get("Name", ""))
        if row is None:
            continue
        folder = reading.at.rpartition("/")[0]
        install = next((each for where, each in installs.items() if folder == where or folder.startswith(where + "/")), None)
        if install is None:
            install = installs.setdefault(folder, Install(row, folder, _scope(folder), package="none"))
        install.ini = reading
        install.evidence.append(reading)
        install.version = names.get("Version", "") or install.version
        install.channel = gecko_channel(names) or install.channel
    for reading in collected.read(*TOR):
        folder = reading.at.rpartition("/")[0]
        version, channel = tor_release(str(reading.value))
        reason = "" if version else "the file beside it names none"
        tor = Install(_ROWS[of_tors_making(folder)], folder, _scope(folder), version, channel, "none", unknown=reason)
        tor.evidence.append(reading)
        tor.ini = reading
        installs.setdefault(folder, tor)


def _portable(collected: Collected, installs: Mapping[str, Install]) -> Iterator[Install]:
    """A browser that is running and that no package and no file accounts for.

    A package whose folder is not known accounts for its browser wherever that is, but for homes.
    """
    for reading in collected.read(PROCESSES):
        for path in reading.value if isinstance(reading.value, list) else []:
            folder, _, name = str(path).rpartition("/")
            row = _row_of_program(name)
            if row is None or not folder.startswith("/") or str(path).startswith(_ACCOUNTED_FOR):
                continue
            inside = any(folder == where or folder.startswith(where + "/") for where in installs)
            nowhere = any(each.row is row and not each.where.startswith("/") for each in installs.values())
            if not inside and (is_home(folder) or not nowhere):
                reason = "it is running, but nothing beside it says its version"
                yield Install(row, folder, _scope(folder), package="none", evidence=[reading], unknown=reason)


def _row_of_program(name: str) -> Browser | None:
    """The browser whose program has that name, alone or with a variant's."""
    for row in BROWSERS:
        for word in row.programs:
            known = word.removesuffix("*")
            rest = name.removeprefix(".").removeprefix(known) if name.removeprefix(".").startswith(known) else None
            if rest == "" or (rest and word.endswith("*") and _VARIANT.fullmatch(rest)):
                return row
    return None


def _scope(folder: str) -> str:
    return "user" if is_home(folder) else "machine"


def _facts(collected: Collected, install: Install) -> Iterator[Fact]:
    row, evidence = install.row, install.evidence
    subject = Subject("browser", row.product, collected.where(install.where))
    reason = install.unknown or "nothing beside it says so"
    engine = engine_version_of(row, install.version)
    yield fact(subject, "product", row.product, evidence)
    yield fact(subject, "version", install.version or None, evidence, reason)
    yield _of_file(subject, install)
    yield fact(subject, "channel", install.channel or None, evidence, "the browser's files do not name its channel")
    yield fact(subject, "engine", engine_of(row, install.version), evidence, reason)
    yield fact(
        subject, "engine_version", engine, evidence, reason if not install.version else "the browser counts for itself"
    )
    yield fact(subject, "scope", install.scope, evidence)
    yield fact(subject, "architecture", install.architecture or None, evidence, "only a package names it, and this is none")
    yield fact(subject, "package", install.package or None, evidence, "no package")
    yield from _default(collected, subject, row)
    yield from _policies(collected, subject, install)


def _of_file(subject: Subject, install: Install) -> Fact:
    """The version that the file beside the program names, where it has one."""
    own = [install.ini] if install.ini else []
    return fact(
        subject,
        "file_version",
        (install.version or None) if own else None,
        own or install.evidence,
        "no file beside it was read",
    )


def _default(collected: Collected, subject: Subject, row: Browser) -> Iterator[Fact]:
    """Whether, and whose, links open with it; a user's list also names programs that merely could."""
    readings = collected.all(DEFAULTS)
    chosen = [(name, reading) for reading in collected.read(DEFAULTS) if (name := _chosen(str(reading.value)))]
    picked = [reading for name, reading in chosen if any(fnmatchcase(name, known) for known in row.desktop)]
    reason = ""
    if not row.desktop or not chosen:
        reason = "" if chosen else why(readings, "no user has chosen a default, so the desktop decides")
        reason = reason or "under which name it would be chosen is not known"
    evidence = readings if reason else picked or [reading for _, reading in chosen]
    users = sorted({collected.user(_owner(reading.at)) for reading in picked})
    yield fact(subject, "default", None if reason else bool(picked), evidence, reason)
    yield fact(subject, "default_for", None if reason else [*users], evidence, reason)


def _owner(path: str) -> str:
    """Whose a path below a home is, as :meth:`Collected.where` takes it."""
    parts = path.split("/")
    return parts[1] if parts[1:2] == ["root"] else next(iter(parts[2:3]), "")


def _chosen(text: str) -> str:
    """The desktop file that opens web links: the default, else the first of those that were added."""
    section = added = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip()
            continue
        name = line.partition("=")[2].partition(";")[0].strip()
        if section == "[Default Applications]":
            return name
        if section != "[Removed Associations]":
            added = added or name
    return added


def _policies(collected: Collected, subject: Subject, install: Install) -> Iterator[Fact]:
    """The policies that are set; unknown with the reason where a file could not be read or understood."""
    sources = [Source("file", path) for path in install.row.policies]
    readings = collected.all(*sources) if sources else []
    readings += [each for each in collected.all(*DISTRIBUTION) if each.at.startswith(f"{install.where}/")]
    found: list[policies.Setting] = []
    reason = "" if sources else "where its policies would be is not known"
    if install.package.startswith("flatpak "):
        readings, reason = [], "a flatpak does not see the system's policy files, and its own were not read"
    for reading in readings:
        if reading.status in (Status.DENIED, Status.FAILED):
            reason = why([reading])
        elif reading.status is Status.READ:
            content = policies.in_file(str(reading.value))
            reason = reason if content is not None else f"{reading.at} is not a policy file that can be read"
            found += policies.settings(content or {}, nameless(reading.at))
    known, evidence = policies.known(install.row.engine), readings or install.evidence
    values: dict[str, list[str]] = {
        "managed": sorted({each.name.partition(".")[0] for each in found}),
        "update_policies": sorted({each.shown() for each in policies.that_hold_back(found, known.updates)}),
        "feature_policies": sorted({each.shown() for each in policies.that_hold_back(found, known.features)}),
    }
    for name, value in values.items():
        yield fact(subject, name, None if reason else [*value], evidence, reason)


def _gaps(collected: Collected) -> Iterator[Gap]:
    yield from package_gaps(collected, "browser", DPKG, RPM)
    yield from refusals("browser", collected.all(*INI_PLACES, *FLATPAKS, SNAPS, SNAP_IMAGES))
    hidden = [reading for reading in collected.all(PROCESSES) if reading.status is Status.DENIED]
    if hidden:
        yield Gap("browser", "user", why(hidden), tuple(hidden))


def package_gaps(collected: Collected, kind: str, dpkg: Iterable[Source], rpm: Iterable[Source]) -> Iterator[Gap]:
    """Why packages may have been missed: a database refused, or none of a kind that is understood."""
    answers = {name: collected.all(*sources) for name, sources in (("dpkg", dpkg), ("rpm", rpm))}
    for readings in answers.values():
        bad = [reading for reading in readings if reading.status in (Status.DENIED, Status.FAILED)]
        if bad:
            yield Gap(kind, "machine", why(bad), tuple(bad[:1]))
    if all(reading.detail == f"no {name} database here" for name, readings in answers.items() for reading in readings):
        yield Gap(
            kind, "machine", "no dpkg and no rpm database: other kinds of packages are not read", tuple(answers["dpkg"][:1])
        )
