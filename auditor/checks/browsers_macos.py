"""Browsers on macOS: the property list of every application, known by its bundle id.

A staged update in a cache, a web page that Chrome made an application of and what a
virtual machine shows of its own programs lie among applications, and are none.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import chain

from auditor.checks import browser_policies as policies
from auditor.checks import macos_exports
from auditor.checks.browsers import BROWSERS, Browser, engine_of, engine_version_of, gecko_channel, own_version
from auditor.checks.collected import Collected, assignments, fact, is_home, nameless, refusals, text_field, why
from auditor.checks.sight import Sight
from auditor.model import Detected, Fact, Gap, Reading, Source, Status, Subject, Value

APP_FOLDERS = (
    "/Applications",
    "/Applications/*",
    "~/Applications",
    "/System/Volumes/Preboot/Cryptexes/App/System/Applications",
    "~/Applications/*",
)
KEYS = "CFBundleIdentifier,CFBundleShortVersionString,CFBundleVersion,CFBundleName"
APPS = tuple(Source("plist", f"{folder}/*.app/Contents/Info.plist#{KEYS}") for folder in APP_FOLDERS)
INI = Source("file", "/Applications/*.app/Contents/Resources/application.ini")

HANDLER = "LSHandlers[LSHandlerURLScheme=https].LSHandlerRoleAll"
DEFAULTS = Source("plist", f"~/Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist#{HANDLER}")

_UPDATERS = {"chrome": "com.google.Keystone", "edge": "com.microsoft.EdgeUpdater"}
_MANAGED = "/Library/Managed Preferences"
_SWITCH = "EnterprisePoliciesEnabled"
"""Firefox heeds no policy on a Mac where this one is not set."""

_FOR_ALL, _UPDATES = "global", "updatePolicies"
"""An updater's policies are in one dictionary: for all that it updates, and for each by its bundle id."""


def _keys(row: Browser) -> str:
    """The names of policies; Firefox takes those within others also as one name, with ``__``."""
    names = {name for table in policies.known(row.engine) for name in table}
    if row.engine != "gecko":
        return ",".join(sorted(policies.known(row.engine).features))
    flat = {name.replace(".", "__") for name in names if not name.startswith("Preferences.")}
    deep = {name.replace(".", "/") for name in names if not name.startswith("Preferences.")}
    for name in (name.removeprefix("Preferences.") for name in names if name.startswith("Preferences.")):
        deep |= {f"Preferences/{name}", f"Preferences/{name}/Value"}
    return ",".join(sorted({name.partition(".")[0] for name in names} | flat | deep | {_SWITCH}))


def _updaters_keys(row: Browser) -> str:
    apps = (_FOR_ALL, *row.bundles)
    return ",".join(f"{_UPDATES}/{app}/{name}" for app in apps for name in policies.UPDATES_CHROMIUM_MAC)


_OF_ALL_USERS = (_MANAGED, f"{_MANAGED}/*")
POLICIES = {
    row.product: (
        *(
            Source("plist", f"{folder}/{row.preferences}.plist#{_keys(row)}")
            for folder in (*_OF_ALL_USERS, *(["/Library/Preferences"] if row.engine == "gecko" else []))
        ),
        *(
            Source("plist", f"{folder}/{updater}.plist#{_updaters_keys(row)}")
            for updater in filter(None, [_UPDATERS.get(row.product)])
            for folder in _OF_ALL_USERS
        ),
    )
    for row in BROWSERS
    if row.preferences
}
POLICY_FILES = Source("file", "/Applications/*.app/Contents/Resources/distribution/policies.json")

WANTS = (*APPS, INI, macos_exports.BROWSER_APPS, DEFAULTS, *chain.from_iterable(POLICIES.values()), POLICY_FILES)

_SEALED = "/System/Volumes/Preboot/"
"""Where Safari really is since macOS 13; it shows in /Applications too, and is one installation."""

_NO_INSTALLATION = ("/Caches/", "/Chrome Apps", "(Parallels)", "/Parallels/", "/VMware Fusion/")
"""In the path of what only looks like an application."""

_ROWS = {bundle.casefold(): (row, channel) for row in BROWSERS for bundle, channel in row.bundles.items()}


def detect(collected: Collected) -> Detected:
    """Every browser among the applications, and what may have been missed."""
    if macos_exports.is_listed(collected, macos_exports.BROWSER_APPS):
        others = [source for source in WANTS if source.kind != macos_exports.BROWSER_APPS.kind and source not in APPS]
        return macos_exports.browsers(collected, others, lambda *about: _further(collected, *about))
    found: dict[tuple[str, str], Reading] = {}
    for reading in collected.read(*APPS):
        bundle = text_field(reading, "CFBundleIdentifier").casefold()
        if any(word in reading.at for word in _NO_INSTALLATION):
            continue
        if bundle in _ROWS and not (reading.at.startswith(_SEALED) and any(bundle == other for other, _ in found)):
            found[bundle, reading.at] = reading
    bundles = [bundle for bundle, _ in found]
    facts = chain.from_iterable(
        _facts(collected, reading, *_ROWS[bundle], alone=bundles.count(bundle) == 1)
        for (bundle, _), reading in found.items()
    )
    return Detected(tuple(facts), tuple(gaps(collected, "browser")), {"browser": collected.looked(*APPS)})


def _further(collected: Collected, where: str, bundle: str, row: Browser, folder: str) -> Iterator[Fact]:
    """The facts of a browser that rest on users' choices and on management."""
    subject = Subject("browser", row.product, where)
    yield from _default(collected, subject, bundle, alone=True)
    yield from _policies(collected, subject, row, folder, bundle)


def application(reading: Reading, bundles: Container[str]) -> Reading | None:
    """Of the applications (:data:`APPS`) only those of ``bundles``, in small letters; that a folder has none is no gap."""
    if reading.source not in APPS or reading.status in (Status.DENIED, Status.FAILED):
        return reading
    return reading if text_field(reading, "CFBundleIdentifier").casefold() in bundles else None


SIGHT = Sight(lambda reading: application(reading, _ROWS))
"""Other applications are what Macs differ most in."""


def gaps(collected: Collected, kind: str) -> Iterator[Gap]:
    """Why applications may have been missed: a folder of them, or one of them, could not be read."""
    return refusals(kind, collected.all(*APPS))


def _facts(collected: Collected, reading: Reading, row: Browser, channel: str, *, alone: bool) -> Iterator[Fact]:
    folder = reading.at.removesuffix("/Contents/Info.plist")
    own = [each for each in collected.read(INI) if each.at.startswith(folder + "/")]
    evidence = [reading, *own]
    subject = Subject("browser", row.product, collected.where(folder))
    text = text_field(reading, "CFBundleShortVersionString") or text_field(reading, "CFBundleVersion")
    version = own_version(row, text)
    yield fact(subject, "product", row.product, evidence)
    yield fact(subject, "version", version or None, evidence, "the application's property list names none")
    yield fact(subject, "file_version", version or None, evidence, "the application's property list names none")
    yield fact(subject, "channel", channel or _channel(own), evidence, "the application does not name its channel")
    yield fact(subject, "engine", engine_of(row, version), evidence, "its version is not known")
    yield fact(
        subject,
        "engine_version",
        engine_version_of(row, text if row.engine_first else version),
        evidence,
        "the browser counts for itself" if version else "the application's property list names no version",
    )
    yield fact(subject, "scope", "user" if is_home(folder) else "machine", evidence)
    yield fact(subject, "architecture", None, evidence, "its program file was not read")
    yield from _default(collected, subject, text_field(reading, "CFBundleIdentifier"), alone=alone)
    yield from _policies(collected, subject, row, folder, text_field(reading, "CFBundleIdentifier"))


def _channel(own: list[Reading]) -> str | None:
    """Firefox and its ESR share a bundle id; the repository it was built from tells them apart."""
    return (gecko_channel(assignments(own[0].value)) if own else "") or None


def _default(collected: Collected, subject: Subject, bundle: str, *, alone: bool) -> Iterator[Fact]:
    """Whether, and whose, links open with it; where a user's list names none, Safari opens them."""
    chosen = collected.read(DEFAULTS)
    picked = [each for each in chosen if (text_field(each, HANDLER) or "com.apple.Safari").casefold() == bundle.casefold()]
    reason = (
        "" if chosen else why(collected.all(DEFAULTS), "no user's list of choices was there, and then Safari opens links")
    )
    if picked and not alone:
        reason = "several of it are installed, and the choice does not tell which"
    readings = picked or chosen or collected.all(DEFAULTS)
    users = sorted({collected.user(each.at.split("/")[2]) for each in picked if each.at.startswith("/Users/")})
    yield fact(subject, "default", None if reason else bool(picked), readings, reason)
    yield fact(subject, "default_for", None if reason else [*users], readings, reason)


def _policies(collected: Collected, subject: Subject, row: Browser, folder: str, bundle: str) -> Iterator[Fact]:
    """The policies that a profile of management or a file in the application sets, of those that matter here."""
    names = ("managed", "update_policies", "feature_policies")
    sources = POLICIES.get(row.product, ())
    readings = collected.all(*sources)
    if row.product == "firefox":
        readings += [each for each in collected.all(POLICY_FILES) if each.at.startswith(f"{folder}/")]
    contents = [(each, _content(each)) for each in readings if each.status is Status.READ]
    unread = [each for each in readings if each.status in (Status.DENIED, Status.FAILED)]
    broken = [each for each, content in contents if content is None]
    if not sources or unread or broken:
        reason = f"{nameless(broken[0].at)} is not a policy file that can be read" if broken and not unread else ""
        for name in names:
            yield fact(
                subject, name, None, unread or broken, reason or why(unread, "where its policies would be is not known")
            )
        return
    found = [setting for each, content in contents for setting in policies.settings(content or {}, _place(each))]
    found = _heeded(found) if row.engine == "gecko" else _of_app(found, bundle)
    known = policies.known(row.engine)
    updates = known.updates if row.engine == "gecko" else policies.UPDATES_CHROMIUM_MAC
    evidence = [each for each, _ in contents] or readings
    yield fact(subject, "managed", [*sorted({each.name.partition(".")[0] for each in found})], evidence)
    for name, table in (("update_policies", updates), ("feature_policies", known.features)):
        yield fact(subject, name, [*sorted({each.shown() for each in policies.that_hold_back(found, table)})], evidence)


def _of_app(found: list[policies.Setting], bundle: str) -> list[policies.Setting]:
    """The settings by their plain names; an updater's for this application go before those for all, others' are left out."""
    kept: dict[str, policies.Setting] = {}
    for app in (_FOR_ALL, bundle):
        for each in found:
            if each.name.casefold().startswith(f"{_UPDATES}/{app}/".casefold()):
                name = each.name.rpartition("/")[2]
                kept[name] = each._replace(name=name)
    return [*(each for each in found if not each.name.startswith(f"{_UPDATES}/")), *kept.values()]


def _heeded(found: list[policies.Setting]) -> list[policies.Setting]:
    """The settings that Firefox heeds: those of its own file, and of property lists where one of them has the switch."""
    is_on = any(each.name == _SWITCH and each.value == "1" for each in found)
    of_lists = (
        each._replace(name=each.name.removesuffix("/Value").replace("/", ".").replace("__", "."))
        for each in found
        if each.place.endswith(".plist")
    )
    return [
        *(each for each in found if not each.place.endswith(".plist")),
        *(each for each in of_lists if is_on and each.name != _SWITCH),
    ]


def _content(reading: Reading) -> Mapping[str, Value] | None:
    if reading.source.kind == "file":
        return policies.in_file(str(reading.value))
    return reading.value if isinstance(reading.value, dict) else None


def _place(reading: Reading) -> str:
    """Where a policy is set; a user's own list of them is in a folder of that user's name."""
    where = reading.source.where.partition("#")[0]
    return where if where.startswith(f"{_MANAGED}/*") else nameless(reading.at)
