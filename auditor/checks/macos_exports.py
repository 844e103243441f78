"""A Mac by what ``system_profiler`` listed: applications by their place and name, since the list has no bundle ids.

Only what is where applications are installed counts, under exactly its name: a staged
update in a cache, a web page that Chrome made an application of, and what a virtual
machine's Windows shows on the Mac's desktop have other places or names. A list
without Safari, which every Mac has, is not a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from auditor.checks.browsers import BROWSERS, Browser, engine_of, engine_version_of, own_version
from auditor.checks.collected import Collected, fact, field, is_home, refusals, text_field, why
from auditor.model import Detected, Fact, Gap, Reading, Source, Subject

BROWSER_NAMES: Mapping[str, str] = {
    "Safari": "com.apple.Safari",
    "Safari Technology Preview": "com.apple.SafariTechnologyPreview",
    "Google Chrome": "com.google.Chrome",
    "Google Chrome Beta": "com.google.Chrome.beta",
    "Google Chrome Dev": "com.google.Chrome.dev",
    "Google Chrome Canary": "com.google.Chrome.canary",
    "Microsoft Edge": "com.microsoft.edgemac",
    "Microsoft Edge Beta": "com.microsoft.edgemac.Beta",
    "Microsoft Edge Dev": "com.microsoft.edgemac.Dev",
    "Microsoft Edge Canary": "com.microsoft.edgemac.Canary",
    "Firefox": "org.mozilla.firefox",
    "Firefox Developer Edition": "org.mozilla.firefoxdeveloperedition",
    "Firefox Nightly": "org.mozilla.nightly",
    "Opera": "com.operasoftware.Opera",
    "Opera Beta": "com.operasoftware.OperaNext",
    "Opera Developer": "com.operasoftware.OperaDeveloper",
    "Opera GX": "com.operasoftware.OperaGX",
    "Brave Browser": "com.brave.Browser",
    "Brave Browser Beta": "com.brave.Browser.beta",
    "Brave Browser Nightly": "com.brave.Browser.nightly",
    "Vivaldi": "com.vivaldi.Vivaldi",
    "Vivaldi Snapshot": "com.vivaldi.Vivaldi.snapshot",
    "Chromium": "org.chromium.Chromium",
    "Tor Browser": "org.torproject.torbrowser",
    "Waterfox": "net.waterfox.waterfox",
    "LibreWolf": "io.gitlab.librewolf-community",
    "Zen": "app.zen-browser.zen",
    "Zen Browser": "app.zen-browser.zen",
    "Pale Moon": "org.mozilla.pale moon",
    "SeaMonkey": "org.mozilla.seamonkey",
    "Arc": "company.thebrowser.Browser",
    "DuckDuckGo": "com.duckduckgo.macos.browser",
    "Yandex": "ru.yandex.desktop.yandex-browser",
}
"""An application's file, without ``.app`` → the bundle id that a browser of that name has."""

OFFICE_NAMES: Mapping[str, str] = {
    "Microsoft Word": "com.microsoft.word",
    "Microsoft Excel": "com.microsoft.excel",
    "Microsoft PowerPoint": "com.microsoft.powerpoint",
    "Microsoft Outlook": "com.microsoft.outlook",
    "Microsoft OneNote": "com.microsoft.onenote.mac",
    "Microsoft Entourage": "com.microsoft.entourage",
    "LibreOffice": "org.libreoffice.script",
    "OpenOffice": "org.openoffice.script",
    "ONLYOFFICE": "asc.onlyoffice.onlyoffice",
    "wpsoffice": "com.kingsoft.wpsoffice.mac",
}
"""The same for office applications and suites, the bundle ids in small letters."""

Further = Callable[[str, str, Browser, str], Iterable[Fact]]
"""Facts of one browser by its place, bundle id, row and folder, from what is no list of applications."""

BROWSER_APPS = Source("system-profiler", f"SPApplicationsDataType#{','.join(BROWSER_NAMES)}")
OFFICE_APPS = Source("system-profiler", f"SPApplicationsDataType#{','.join(OFFICE_NAMES)}")
SYSTEM = Source("system-profiler", "SPSoftwareDataType#os_version")
HARDWARE = Source("system-profiler", "SPHardwareDataType#machine_model,chip_type,cpu_type,number_processors,physical_memory")

_LAPTOPS = {14: (2, 5, 6, 7, 9, 10, 15), 15: (3, 6, 7, 8, 9, 10, 11, 12, 13), 16: (1, 5, 6, 7, 8, 12, 13)}
_DESKTOPS = {13: (1, 2), 14: (3, 8, 12, 13, 14), 15: (4, 5, 14), 16: (2, 3, 9, 10, 11)}
_FORMS: Mapping[str, str] = {
    f"Mac{series},{number}": form
    for form, table in (("laptop", _LAPTOPS), ("desktop", _DESKTOPS))
    for series, numbers in table.items()
    for number in numbers
}
"""Since 2022 all new models are just "Mac" and a number. Source: Apple's pages "Identify your MacBook Air", and so on."""

_FORMS_BY_NAME: Mapping[str, str] = {
    "MacBook": "laptop",
    "PowerBook": "laptop",
    "iBook": "laptop",
    "VMware": "virtual",
    "Parallels": "virtual",
    "VirtualMac": "virtual",
    "Xserve": "server",
    "iMac": "desktop",
    "Macmini": "desktop",
    "MacPro": "desktop",
    "PowerMac": "desktop",
}
"""How an older model's name begins → what kind of machine it is."""

_PLACE = re.compile(
    r"(?:/Applications(?:/[^/]+)?|(?P<home>/Users/[^/]+)/Applications"
    r"|/System/(?:Volumes/Preboot/)?Cryptexes/App/System/Applications)/(?P<name>[^/]+)"
)
_SEALED = "/System/"
_WINDOWS_PATH = re.compile(r"\b[A-Za-z]:\\")
_SYSTEM = re.compile(r"(?P<product>.+?) (?P<version>[0-9.]+) \((?P<build>[0-9A-Za-z]+)\)")
_NO_VERSION = "the list of applications gives it no version"
_ROWS = {bundle: (row, channel) for row in BROWSERS for bundle, channel in row.bundles.items()}


def is_listed(collected: Collected, listed: Source) -> bool:
    """Whether an export tells of the applications: its answers have a place, not that of the question."""
    return any(reading.at != listed.where for reading in collected.all(listed))


def browsers(collected: Collected, others: Iterable[Source], further: Further) -> Detected:
    """Every browser that is listed where applications are, under its own name.

    ``others`` are the places that were wanted besides, which no list of applications tells
    of; ``further`` gives the facts that rest on them.
    """
    found: dict[tuple[str, str], tuple[str, Reading]] = {}
    for name, folder, reading in _installed(collected, BROWSER_APPS, BROWSER_NAMES):
        if not (folder.startswith(_SEALED) and any(name == other for other, _ in found)):
            found[name, folder] = name, reading
    facts = chain.from_iterable(
        chain(
            _browser(collected, folder, reading, *_ROWS[BROWSER_NAMES[name]]),
            further(collected.where(folder), BROWSER_NAMES[name], _ROWS[BROWSER_NAMES[name]][0], folder),
        )
        for (_, folder), (name, reading) in found.items()
        if BROWSER_NAMES[name] in _ROWS
    )
    gaps = list(refusals("browser", collected.all(BROWSER_APPS)))
    if not any(name == "Safari" for name, _ in found):
        reason = "Safari, which every Mac has, is not among the applications that are listed: the list is not whole"
        gaps.append(Gap("browser", "machine", reason, collected.looked(BROWSER_APPS)))
    gaps += _untold(collected, "browser", others)
    return Detected(tuple(facts), tuple(gaps), {"browser": collected.looked(BROWSER_APPS)})


def _untold(collected: Collected, kind: str, others: Iterable[Source]) -> Iterator[Gap]:
    """What a list of applications does not tell: users' choices, what management sets, what stands in files."""
    if unread := collected.unread(*others):
        yield Gap(kind, "user", f"a list of applications tells nothing else: {why(unread)}", tuple(unread))


def _installed(collected: Collected, apps: Source, names: Mapping[str, object]) -> Iterator[tuple[str, str, Reading]]:
    """The applications that are installed ones: name, path, reading. Office 2004 and older have no ``.app``."""
    spelt = {name.casefold(): name for name in names}
    readings = sorted(collected.read(apps), key=lambda reading: reading.at.startswith(_SEALED))
    for reading in readings:
        place = _PLACE.fullmatch(reading.at)
        name = spelt.get(place["name"].removesuffix(".app").casefold()) if place else None
        version = text_field(reading, "version")
        foreign = _WINDOWS_PATH.search(text_field(reading, "info")) or (version and not re.match("[0-9]", version))
        if name and not foreign:
            yield name, reading.at, reading


def _browser(collected: Collected, folder: str, reading: Reading, row: Browser, channel: str) -> Iterator[Fact]:
    subject, evidence = Subject("browser", row.product, collected.where(folder)), [reading]
    text = text_field(reading, "version")
    version = own_version(row, text)
    yield fact(subject, "product", row.product, evidence)
    yield fact(subject, "version", version or None, evidence, _NO_VERSION)
    yield fact(subject, "channel", channel or None, evidence, "the list of applications does not name its channel")
    yield fact(subject, "engine", engine_of(row, version), evidence, "its version is not known")
    counts = "the browser counts for itself" if version else _NO_VERSION
    yield fact(subject, "engine_version", engine_version_of(row, text if row.engine_first else version), evidence, counts)
    yield fact(subject, "scope", "user" if is_home(folder) else "machine", evidence)


def office(collected: Collected) -> Iterator[tuple[str, str, str, Reading]]:
    """Bundle id, version, place and reading of every office application that is listed; nothing without a list."""
    for name, folder, reading in _installed(collected, OFFICE_APPS, OFFICE_NAMES):
        yield OFFICE_NAMES[name], text_field(reading, "version"), folder, reading


def office_gaps(collected: Collected, others: Iterable[Source]) -> tuple[Gap, ...]:
    """What a list may have missed of Office; ``others`` are the places that were wanted besides."""
    return (*refusals("office", collected.all(OFFICE_APPS)), *_untold(collected, "office", others))


def system_version(collected: Collected) -> tuple[Reading, str, str, str] | None:
    """What the software overview says: the reading, the system's name, version and build. None where it says nothing."""
    reading = collected.first(SYSTEM)
    said = _SYSTEM.fullmatch(text_field(reading, "os_version"))
    return (reading, said["product"], said["version"], said["build"]) if reading and said else None


def hardware(collected: Collected, facts: list[Fact]) -> list[Fact]:
    """``facts``, and where they know nothing what the hardware overview says of memory, cores, processor and model."""
    reading = collected.first(HARDWARE)
    if reading is None:
        return facts
    memory = re.fullmatch(r"([0-9]{1,5})[ \u00a0](M|G|T)B", text_field(reading, "physical_memory"))
    cores = re.match(r"(?:proc )?([0-9]{1,3})\b", text_field(reading, "number_processors"))
    model = text_field(reading, "machine_model")
    said = {
        "memory": int(memory[1]) * 2 ** {"M": 20, "G": 30, "T": 40}[memory[2]] if memory else None,
        "cores": int(cores[1]) if cores else None,
        "cpu": text_field(reading, "chip_type") or text_field(reading, "cpu_type") or None,
        "model": model or None,
        "vendor": "Apple" if model and field(reading, "machine_model") else None,
        "form": mac_form(model) if model else None,
    }
    return [
        fact(each.subject, each.name, said[each.name], [reading])
        if each.unknown and said.get(each.name) is not None
        else each
        for each in facts
    ]


def mac_form(model: str) -> str | None:
    """What kind of machine a model is: MacBookAir10,1 and Mac14,2 are laptops, iMac20,1 is none; None where not known."""
    by_name = (form for word, form in _FORMS_BY_NAME.items() if model.startswith(word))
    return _FORMS.get(model) or next(by_name, None)
