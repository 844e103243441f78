r"""Browsers on Windows: every clue put together, one subject an installation.

An installation is told apart by product, for whom it is, its channel and its folder. Its
version is that of its program file, which updates change first; what lists and updaters
say is kept beside it. BLBeacon tells the version that a user last started, which may be
older than what is installed: it is a fact of its own and never the version. Registry
views say nothing of a program's bitness. An entry whose program is gone, a
Microsoft.MicrosoftEdge package beside an Edge on Chromium or on Windows 11, and what
Windows 11 keeps of Internet Explorer are leftovers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping

from auditor.checks import browsers_windows_defaults as defaults
from auditor.checks import browsers_windows_places as places
from auditor.checks import browsers_windows_policies as policies
from auditor.checks import leftovers
from auditor.checks import programs_windows as programs
from auditor.checks.browsers import BROWSERS, by_prog_id, engine_of, engine_version_of
from auditor.checks.browsers_windows_installs import Install, gather
from auditor.checks.browsers_windows_left import left_behind
from auditor.checks.collected import ARCHITECTURES, Collected, fact, text_field, why
from auditor.model import Detected, Fact, Gap, Status, Subject
from auditor.versions import NotComparable, parse

WANTS = (*places.WANTS, *defaults.WANTS, *policies.WANTS)

_EVERY = frozenset(row.product for row in BROWSERS)


def detect(collected: Collected) -> Detected:
    """Every installation, what was left behind, and what may have been missed."""
    sources = (*programs.MACHINE, *programs.USERS, programs.AMCACHE, *places.MACHINE_CLIENTS[:2], places.IE)
    return Detected(tuple(facts(collected, _EVERY)), missed(collected), {"browser": collected.looked(*sources)})


def facts(collected: Collected, products: Container[str]) -> Iterator[Fact]:
    """What is installed and what was left behind of ``products``; the two Edges go together."""
    folders = places.Folders(collected)
    installs = gather(collected, folders, products)
    left = left_behind(collected, folders, installs)
    present = [each for each in installs if id(each) not in left]
    chosen = defaults.choices(collected, folders)
    fallen = defaults.of_installs(
        chosen, [(number, each.row, each.user, each.channel) for number, each in enumerate(present)]
    )
    for number, install in enumerate(present):
        install.default = fallen[number]
    for pair in _named(collected, folders, present):
        yield from _facts(collected, folders, chosen, *pair)
    for subject, each in _named(collected, folders, [each for each in installs if id(each) in left]):
        yield from leftovers.facts("browser", each.row.product, subject.where, each.version(), *left[id(each)])


def missed(collected: Collected) -> tuple[Gap, ...]:
    """What browsers may have been missed."""
    return (*gaps(collected, "browser"), *_unseen_files(collected))


def _unseen_files(collected: Collected) -> Iterator[Gap]:
    """That program files were out of reach: a browser which no list and no updater names would show there alone."""
    unseen = collected.unread(*places.FILES, *places.INIS)
    if unseen:
        yield Gap("browser", "user", f"program files were not all looked at: {why(unseen)}", tuple(unseen[:1]))


def _named(collected: Collected, folders: places.Folders, installs: list[Install]) -> Iterator[tuple[Subject, Install]]:
    """Each installation by a name of its own: its channel, its folder where that is not one, else a number."""
    streams = Counter((install.row.product, install.user, install.channel) for install in installs)
    named: Counter[Subject] = Counter()
    for install in installs:
        owner = collected.user(install.user) if install.user else "machine"
        alone = streams[install.row.product, install.user, install.channel] == 1
        folder = folders.homeless(install.folder)
        place = (install.channel if alone else folder) or folder or install.channel or "installed"
        subject = Subject("browser", install.row.product, f"{owner}: {place}")
        named[subject] += 1
        again = f" ({named[subject]})" if named[subject] > 1 else ""
        yield subject._replace(where=subject.where + again), install


def _facts(
    collected: Collected,
    folders: places.Folders,
    chosen: Mapping[str, defaults.Choice],
    subject: Subject,
    install: Install,
) -> Iterator[Fact]:
    row, evidence = install.row, install.evidence
    row = row._replace(engine=row.engine_on_windows or row.engine)
    text = install.version()
    comparable = not isinstance(parse(text), NotComparable)
    reason = install.unknown or "its entry has none"
    if text and not comparable:
        reason = f"its entry says {text!r}, which is no version"
    version = text if comparable else ""
    engine = engine_version_of(row, _engines_text(install) if row.engine_first else version)
    yield fact(subject, "product", row.product, evidence)
    yield fact(subject, "version", version or None, evidence, reason)
    yield fact(subject, "listed_version", install.listed or None, evidence, "no list of programs, updater or Store names it")
    yield from _of_file(collected, folders, subject, install)
    yield fact(subject, "channel", install.channel or None, evidence, "its entry does not name one")
    yield fact(subject, "engine", engine_of(row, version), evidence, reason)
    yield fact(subject, "engine_version", engine, evidence, "the browser counts for itself" if version else reason)
    yield fact(subject, "scope", "user" if install.user else "machine", evidence)
    yield _architecture(collected, subject, install)
    yield fact(subject, "last_run_version", install.last_run or None, evidence, "no user's record of it was read")
    yield from _default(collected, chosen, subject, install)
    yield from policies.facts(collected, subject, row, install.folder, install.channel)


def _engines_text(install: Install) -> str:
    """The version as the file or the list writes it, with the engine's number before it."""
    for reading in [install.file.reading] if install.file else install.evidence:
        for name in ("version", "pv", "DisplayVersion", "Version"):
            if text := text_field(reading, name):
                return text
    return ""


def _of_file(collected: Collected, folders: places.Folders, subject: Subject, install: Install) -> Iterator[Fact]:
    """What the program file says, and what waits beside it for the next start."""
    of_file = install.of_file()
    sources = [source for source, row in places.FILES.items() if row is install.row]
    unread = why(
        collected.unread(*sources), "its program file was not found" if sources else "where its program is is not known"
    )
    seen = [each.reading for each in (install.ini, install.file) if each]
    yield fact(
        subject, "file_version", of_file or None, seen or install.evidence, "its program file names none" if seen else unread
    )
    waits = folders.waiting_of(install.row)
    newer = install.next_version or (install.listed if install.running and install.running != install.listed else "")
    evidence = [install.waiting] if install.waiting else install.evidence
    if waiting := bool(install.waiting or newer):
        yield fact(subject, "update_waiting", waiting, evidence)
        yield fact(subject, "waiting_version", newer or None, evidence, "the waiting file names none")
        return
    looked = bool(waits and seen) and not collected.unread(*waits)
    reason = why(collected.unread(*waits), "its program file was not read") if waits else "how it would show is not known"
    yield fact(subject, "update_waiting", False if looked else None, collected.all(*waits) if looked else evidence, reason)
    yield fact(subject, "waiting_version", None, evidence, "no version waits" if looked else reason)


def _architecture(collected: Collected, subject: Subject, install: Install) -> Fact:
    if install.architecture in ARCHITECTURES:
        evidence = [install.file.reading] if install.file else install.evidence
        return fact(subject, "architecture", ARCHITECTURES[install.architecture], evidence)
    for executable in sorted(install.row.executables):
        word, reading = programs.architecture_of(collected, install.folder, executable)
        if reading is not None:
            return fact(subject, "architecture", ARCHITECTURES.get(word), [reading], f"the file is {word!r}")
    for mark, architecture in (("(x86 ", "x86"), ("(x64 ", "x86_64"), ("(aarch64 ", "arm64")):
        if mark in f"{install.name} ":
            return fact(subject, "architecture", architecture, install.evidence)
    return fact(subject, "architecture", None, install.evidence, "its program file was not read")


def _default(
    collected: Collected, chosen: Mapping[str, defaults.Choice], subject: Subject, install: Install
) -> Iterator[Fact]:
    """Whether, and whose, links open with it; the machine's own default is nobody's by name."""
    sure, unsure = install.default["sure"], install.default["unsure"]
    readings = [reading for _, reading in chosen.values()]
    reason = ""
    if not chosen:
        readings = collected.all(*defaults.CHOSEN)
        reason = why(readings, "no user has chosen one")
    elif not install.row.prog_ids:
        reason = "under which name it would be chosen is not known"
    elif (
        install.store
        and not sure
        and any(name.startswith("AppX") and by_prog_id(name) is None for name, _ in chosen.values())
    ):
        reason = "a Store package was chosen, by a name that does not tell which"
    elif unsure and not sure:
        reason = "several of it are installed, and the choice does not tell which"
    if reason:
        yield fact(subject, "default", None, readings, reason)
        yield fact(subject, "default_for", None, readings, reason)
        return
    picked = [chosen[user][1] for user in sure]
    yield fact(subject, "default", bool(sure), picked or readings)
    yield fact(subject, "default_for", [*sorted(collected.user(user) for user in sure if user)], picked or readings)


def gaps(collected: Collected, kind: str) -> Iterator[Gap]:
    """Why programs may have been missed: a view of the machine's list, or a user's hive. Amcache proves no absence."""
    views = collected.all(*programs.MACHINE)
    bad = collected.unread(*programs.MACHINE)
    if bad or all(reading.status is not Status.READ for reading in views):
        yield Gap(kind, "machine", why(bad, "Windows' list of programs was not there"), tuple((bad or views)[:1]))
    users = [reading for reading in collected.all(*programs.USERS) if reading.status in (Status.DENIED, Status.FAILED)]
    if users:
        yield Gap(kind, "user", why(users), tuple(users[:1]))
