"""Browsers on macOS: the property list of every application, known by its bundle id."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from auditor.checks.browsers import BROWSERS, Browser, engine_of, engine_version_of
from auditor.checks.collected import Collected, assignments, fact, is_home, refusals, text_field
from auditor.model import Detected, Fact, Gap, Reading, Source, Subject

APP_FOLDERS = (
    "/Applications",
    "/Applications/*",
    "~/Applications",
    "/System/Volumes/Preboot/Cryptexes/App/System/Applications",
)
KEYS = "CFBundleIdentifier,CFBundleShortVersionString,CFBundleVersion,CFBundleName"
APPS = tuple(Source("plist", f"{folder}/*.app/Contents/Info.plist#{KEYS}") for folder in APP_FOLDERS)
INI = Source("file", "/Applications/*.app/Contents/Resources/application.ini")

WANTS = (*APPS, INI)

_SEALED = "/System/Volumes/Preboot/"
"""Where Safari really is since macOS 13; it shows in /Applications too, and is one installation."""

_ROWS = {bundle.casefold(): (row, channel) for row in BROWSERS for bundle, channel in row.bundles.items()}


def detect(collected: Collected) -> Detected:
    """Every browser among the applications, and what may have been missed."""
    found: dict[tuple[str, str], Reading] = {}
    for reading in collected.read(*APPS):
        bundle = text_field(reading, "CFBundleIdentifier").casefold()
        if bundle in _ROWS and not (reading.at.startswith(_SEALED) and any(bundle == other for other, _ in found)):
            found[bundle, reading.at] = reading
    facts = chain.from_iterable(_facts(collected, reading, *_ROWS[bundle]) for (bundle, _), reading in found.items())
    return Detected(tuple(facts), tuple(gaps(collected, "browser")), {"browser": collected.looked(*APPS)})


def gaps(collected: Collected, kind: str) -> Iterator[Gap]:
    """Why applications may have been missed: a folder of them, or one of them, could not be read."""
    return refusals(kind, collected.all(*APPS))


def _facts(collected: Collected, reading: Reading, row: Browser, channel: str) -> Iterator[Fact]:
    folder = reading.at.removesuffix("/Contents/Info.plist")
    own = [each for each in collected.read(INI) if each.at.startswith(folder + "/")]
    evidence = [reading, *own]
    subject = Subject("browser", row.product, collected.where(folder))
    version = text_field(reading, "CFBundleShortVersionString") or text_field(reading, "CFBundleVersion")
    yield fact(subject, "product", row.product, evidence)
    yield fact(subject, "version", version or None, evidence, "the application's property list names none")
    yield fact(subject, "channel", channel or _channel(own), evidence, "the application does not name its channel")
    yield fact(subject, "engine", engine_of(row, version), evidence, "its version is not known")
    yield fact(
        subject,
        "engine_version",
        engine_version_of(row, version),
        evidence,
        "the browser counts for itself" if version else "the application's property list names no version",
    )
    yield fact(subject, "scope", "user" if is_home(folder) else "machine", evidence)


def _channel(own: list[Reading]) -> str | None:
    """Firefox and its ESR share a bundle id; the repository it was built from tells them apart."""
    repository = assignments(own[0].value).get("SourceRepository", "") if own else ""
    return "esr" if "mozilla-esr" in repository else "stable" if repository.endswith("mozilla-release") else None
