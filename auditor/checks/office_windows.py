r"""Office suites on Windows: by product code, by Click-to-Run's configuration, from the Store, by name.

A suite installed by MSI has two entries, ``Office14.PROPLUS`` and its product code, and
many parts: it is one product. Click-to-Run has one entry for each language: they are one
product, too. An entry of either kind without the product behind it is a leftover.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import chain

from auditor.checks import browsers_windows, leftovers, office_click, office_codes
from auditor.checks import programs_windows as programs
from auditor.checks.collected import ARCHITECTURES, Collected, field, nameless, text_field, why
from auditor.checks.office_suites import NO_SERVICE_PACKS, SUITES, Suite, suite_facts
from auditor.checks.sight import Sight
from auditor.model import Detected, Fact, Gap, Reading, Source, Status, Subject

REGISTRATION = Source(
    "registry",
    r"HKLM\SOFTWARE\Microsoft\Office\*\Registration\*#ProductName,ProductCode,ConvertToEdition,?ProductID,?DigitalProductID",
)
STORE = "Microsoft.Office.Desktop"
STORE_APPS = {f"{STORE}.{name}": name.lower() for name in ("Access", "Excel", "Outlook", "PowerPoint", "Publisher", "Word")}
STORE_PACKAGES = programs.package_sources(f"{STORE}*")

WANTS = (*programs.WANTS, *office_click.WANTS, REGISTRATION, *STORE_PACKAGES)


def detect(collected: Collected) -> Detected:
    """Every suite, and what may have been missed."""
    listed = list(programs.listed(collected))
    facts = chain(
        _msi(collected, listed),
        _of_1997(listed),
        _click_to_run(collected, listed),
        _store(collected),
        _others(collected, listed),
    )
    looked = collected.looked(
        *programs.MACHINE, *programs.USERS, programs.AMCACHE, *office_click.CONFIGURATIONS, REGISTRATION, STORE_PACKAGES[0]
    )
    return Detected(tuple(facts), tuple(_windows_gaps(collected)), {"office": looked})


def _msi(collected: Collected, listed: list[programs.Program]) -> Iterator[Fact]:
    """Suites by product code: from the list of programs, else from Office's own registration."""
    found: dict[tuple[str, str], dict[str, tuple[office_codes.Code, str, list[Reading]]]] = {}
    entries = [(each.key, each.version, each.reading) for each in listed if not each.part]
    whole = not collected.unread(*programs.MACHINE) and bool(collected.read(*programs.MACHINE))
    keys = {key.upper() for key, *_ in entries}
    left: dict[str, list[Reading]] = {}
    for key, reading in _registered(collected):
        if whole and key.upper() not in keys:
            left.setdefault(key.upper(), []).append(reading)
        else:
            entries.append((key, "", reading))
    for key, version, reading in entries:
        code = office_codes.decode(key)
        if code and code.type != "part":
            same = found.setdefault((code.generation, code.product), {})
            _, known, readings = same.get(key.upper(), (code, "", []))
            same[key.upper()] = (code, known or version, [*readings, reading])
    if not whole:
        _add_parents(listed, found)
    yield from _leftovers(listed, found, left)
    for (generation, product), codes in found.items():
        parents = [each.reading for each in listed if office_codes.parent(each.key) == (generation, product)]
        yield from _msi_product(f"office-{generation}-{product}", list(codes.values()), parents, listed)


def _add_parents(
    listed: list[programs.Program], found: dict[tuple[str, str], dict[str, tuple[office_codes.Code, str, list[Reading]]]]
) -> None:
    """Suites of which only the entry that people see was read: their product codes may be in what was not."""
    generations = {generation for generation, _ in found}
    for entry in listed:
        named = office_codes.parent(entry.key)
        if named and named[0] not in generations and not entry.part:
            code = office_codes.of_parent(*named)
            found.setdefault(named, {})[entry.key.upper()] = (code, entry.version, [entry.reading])


def _registered(collected: Collected) -> Iterator[tuple[str, Reading]]:
    """Of the hundreds of products that Office registers, those that are installed: they have a code or an id."""
    for reading in collected.read(REGISTRATION):
        key = (reading.at.rpartition(" (")[0] or reading.at).rpartition("\\")[2]
        if code := text_field(reading, "ProductCode"):
            yield code, reading
        elif field(reading, "ProductID") is not None or field(reading, "DigitalProductID") is not None:
            yield key, reading


def _leftovers(
    listed: list[programs.Program], found: Collection[tuple[str, str]], registered: Mapping[str, list[Reading]]
) -> Iterator[Fact]:
    """What people see of suites whose product code is nowhere, and what Office registered and the programs do not have."""
    left: dict[tuple[str, str], tuple[str, str, list[Reading]]] = {}
    for key, readings in registered.items():
        code = office_codes.decode(key)
        if code and code.type != "part":
            left[code.generation, code.product] = "", "Office registered it, but it is not among the programs", readings
    generations = {generation for generation, _ in found}
    for entry in listed:
        named = office_codes.parent(entry.key)
        if named and named[0] not in generations:
            reason = "its product code is not among the programs, so Windows Installer does not have it"
            left[named] = entry.version, reason, [*left.get(named, ("", "", []))[2], entry.reading]
    for named, (version, reason, readings) in left.items():
        if named not in found:
            yield from leftovers.facts("office", "-".join(("office", *named)), "machine", version, reason, readings)


def _msi_product(
    name: str,
    codes: list[tuple[office_codes.Code, str, list[Reading]]],
    parents: list[Reading],
    listed: list[programs.Program],
) -> Iterator[Fact]:
    """One product: of several codes in several languages the oldest version counts."""
    code = codes[0][0]
    version = min((each for _, each, _ in codes if each), key=_numbers, default="")
    parts = [
        (part, each.reading)
        for each in listed
        if (part := office_codes.part_of(each.key)) != ("", "")
        and (of := office_codes.decode(each.key))
        and (of.generation, of.architecture) == (code.generation, code.architecture)
    ]
    own = chain.from_iterable(each for *_, each in codes)
    evidence = [*own, *parents, *(each for _, each in parts)]
    languages = {language for (_, language), _ in parts} | {each.language for each, *_ in codes if each.language}
    is_one = code.type == "application"
    apps = {re.sub(r"-.*$", "", code.product)} if is_one else {app for (app, _), _ in parts if app}
    made_for = {each.architecture for each, *_ in codes}
    values = {
        "generation": code.generation,
        "version": version,
        "service_pack": office_codes.service_pack(code.generation, version),
        "type": code.type,
        "installer": "msi",
        "architecture": code.architecture if len(made_for) == 1 else "",
        "apps": sorted(apps) if apps else "",
        "languages": sorted(languages) if languages else "",
    }
    reasons = {
        "version": "Office's registration keeps no version, and the list of programs was not given",
        "service_pack": f"no table of its builds has {version}" if version else "its version is not known",
        "architecture": "its product code, which tells it, is not in what was read"
        if made_for == {""}
        else "its product codes disagree, and Windows Installer has but one of them",
        "type": "its product code, which tells it, is not in what was read",
        "channel": "an MSI installation has none",
        "channel_evidence": "an MSI installation has none",
        "apps": "none of its parts is listed",
        "languages": "none of its parts is listed",
    }
    yield from suite_facts(Subject("office", name, "machine"), values, evidence, reasons)


_1997 = re.compile(
    r"^Microsoft (?P<what>Office|Word|Excel|PowerPoint|Access|Outlook) 97(?:,? (?P<edition>.*?)(?: Edition)?)?$", re.I
)
_EDITIONS_1997 = {"professional": "professional", "standard": "standard", "small business": "small-business", "": ""}


def _of_1997(listed: list[programs.Program]) -> Iterator[Fact]:
    """Office 97, which Windows Installer does not know: by its setup's key, or by its name."""
    reasons = dict.fromkeys(("channel", "channel_evidence", "apps", "languages"), "Office 97 does not record it")
    reasons["service_pack"] = "its service releases left no mark in the list of programs"
    seen: set[str] = set()
    for entry in listed:
        match = _1997.match(entry.name)
        edition = (match.group("edition") or "").strip().casefold() if match else ""
        if match is None or edition not in _EDITIONS_1997 or entry.part:
            continue
        what = match.group("what").lower()
        product = "-".join(filter(None, ("office-97", "" if what == "office" else what, _EDITIONS_1997[edition])))
        if product in seen:
            continue
        seen.add(product)
        values = {
            "generation": "97",
            "version": entry.version,
            "type": "suite" if what == "office" else "application",
            "architecture": "x86",
            "installer": "setup",
            "apps": "" if what == "office" else [what],
        }
        yield from suite_facts(Subject("office", product, "machine"), values, [entry.reading], reasons)


def _click_to_run(collected: Collected, listed: list[programs.Program]) -> Iterator[Fact]:
    """Products by the configuration; by their entries where the configuration was not read."""
    rows: dict[str, list[tuple[str, programs.Program]]] = {}
    for entry in listed:
        identifier, culture = office_click.row(entry.key)
        if identifier:
            rows.setdefault(identifier.casefold(), []).append((culture, entry))
    seen: dict[str, Source] = {}
    for configuration in collected.read(*office_click.CONFIGURATIONS):
        is_2013 = configuration.source == office_click.CONFIGURATIONS[1]
        for identifier in filter(None, (each.strip() for each in text_field(configuration, "ProductReleaseIds").split(","))):
            product = office_click.product(identifier, is_2013=is_2013)
            own = rows.pop(identifier.casefold(), [])
            if product and product.name not in seen:
                seen[product.name] = configuration.source
                yield from _click_product(collected, product, configuration, own)
            elif product and seen[product.name] != configuration.source:
                yield from leftovers.facts(
                    "office",
                    product.name,
                    "machine",
                    text_field(configuration, "VersionToReport"),
                    "the newer Click-to-Run has it, and takes the older one's place",
                    [configuration],
                )
    unread = collected.unread(*office_click.CONFIGURATIONS)
    for own in rows.values():
        entry = own[0][1]
        is_2013 = entry.version.startswith("15.")
        product = office_click.product(office_click.row(entry.key)[0], is_2013=is_2013)
        if product is None or product.name in seen:
            continue
        seen[product.name] = entry.reading.source
        if unread:
            yield from _click_product(collected, product, None, own)
        else:
            reason = "Click-to-Run's configuration does not list it"
            readings = [each.reading for _, each in own]
            yield from leftovers.facts("office", product.name, "machine", entry.version, reason, readings)


def _click_product(
    collected: Collected,
    product: office_click.Product,
    configuration: Reading | None,
    rows: list[tuple[str, programs.Program]],
) -> Iterator[Fact]:
    """One product, of one or several languages; ``configuration`` is None where it was not read."""
    listed = (row.version for _, row in rows if row.version)
    version = text_field(configuration, "VersionToReport") or min(listed, key=_numbers, default="")
    channel = office_click.channel(collected, configuration)
    apps = office_click.apps(product, version, configuration)
    languages = {culture for culture, _ in rows} | {text_field(configuration, "ClientCulture").lower()} - {""}
    values = {
        "generation": product.generation,
        "version": version,
        "type": product.type,
        "channel": channel.name,
        "channel_evidence": channel.evidence or "",
        "installer": "click-to-run",
        "architecture": ARCHITECTURES.get(text_field(configuration, "Platform").lower(), ""),
        "apps": "" if apps is None else apps,
        "languages": sorted(languages) if languages else "",
    }
    unread = "" if configuration else why(collected.unread(*office_click.CONFIGURATIONS))
    reasons = {
        "generation": product.reason,
        "service_pack": NO_SERVICE_PACKS,
        "type": f"{product.identifier} is not among the product ids that are known here",
        "channel": unread or channel.reason,
        "channel_evidence": unread or "no place names one",
        "architecture": unread or "its configuration names none",
        "apps": unread or f"what {product.identifier} installs is not known here",
    }
    evidence = [*([configuration] if configuration else []), *(row.reading for _, row in rows), *channel.readings]
    yield from suite_facts(Subject("office", product.name, "machine"), values, evidence, reasons)


def _store(collected: Collected) -> Iterator[Fact]:
    """Office from the Store: one product a place, whatever packages its applications come in."""
    places: dict[str, list[programs.Package]] = {}
    for package in programs.packages(collected, f"{STORE}*"):
        places.setdefault(package.user, []).append(package)
    machine = {package.version for package in places.get("", [])}
    for user, packages in places.items():
        if user and machine and {package.version for package in packages} <= machine:
            continue
        apps = sorted({STORE_APPS[each.name] for each in packages if each.name in STORE_APPS})
        values = {
            "version": max((each.version for each in packages), key=_numbers),
            "type": "suite",
            "installer": "store",
            "architecture": ARCHITECTURES.get(packages[0].architecture.lower(), ""),
            "apps": apps or "",
        }
        reasons = dict.fromkeys(("languages", "apps"), "its packages do not list them")
        reasons["generation"] = "the Store's Office is both what is bought once and the subscription"
        reasons["channel"] = reasons["channel_evidence"] = "the Store updates it"
        reasons["service_pack"] = NO_SERVICE_PACKS
        subject = Subject("office", "office-store", collected.user(user) if user else "machine")
        yield from suite_facts(subject, values, [each.reading for each in packages], reasons)


@lru_cache(maxsize=10_000)
def suite_of(name: str) -> Suite | None:
    """The suite that has such a name in the list of programs; none of Microsoft's, which are known by their keys."""
    plain = name.strip()
    return next((each for each in SUITES if each.uninstall and re.fullmatch(each.uninstall, plain, re.I)), None)


def _others(collected: Collected, listed: list[programs.Program]) -> Iterator[Fact]:
    """LibreOffice and the like, by name; the version in the name where DisplayVersion is recoded."""
    found: dict[tuple[str, str, str], tuple[str, str, list[Reading]]] = {}
    for program in listed:
        name = program.name.strip()
        suite = suite_of(name)
        if suite and not program.part and not program.store:
            named = re.search(r"[0-9]+(?:\.[0-9]+)+", name)
            version = program.version
            if named and not f"{version}.".startswith(f"{named.group()}."):
                version = named.group()
            where = collected.user(program.user) if program.user else "machine"
            generation = ".".join(version.split(".")[:2])
            bits = re.search(r"\((x64|x86)\)", name)
            known, architecture, readings = found.get((suite.product, where, generation), ("", "", []))
            architecture = ARCHITECTURES[bits.group(1)] if bits else architecture
            found[suite.product, where, generation] = (known or version, architecture, [*readings, program.reading])
    places = [(product, where) for product, where, _ in found]
    for (product, where, generation), (version, architecture, readings) in found.items():
        place = where if places.count((product, where)) == 1 else f"{where}: {generation}"
        values = {
            "version": version,
            "generation": generation,
            "installer": "setup",
            "type": "suite",
            "architecture": architecture,
        }
        reasons = {"service_pack": NO_SERVICE_PACKS}
        yield from suite_facts(Subject("office", product, place), values, readings, reasons)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"[0-9]+", version)]


def shown(reading: Reading) -> Reading | None:
    """Of the list of programs only what may be Office's, by its key, or a suite, by its name."""
    if reading.source not in (*programs.MACHINE, *programs.USERS):
        return None if reading.source in STORE_PACKAGES and reading.status is not Status.READ else reading
    if reading.status is not Status.READ:
        return programs.refused(reading)
    entry = programs.entry_of(reading)
    return reading if entry and (_is_office_key(entry.key) or _is_suite_name(entry.name)) else None


def _is_office_key(key: str) -> bool:
    """Whether an entry's key says something: also in capitals, as it is compared with what Office registered."""
    told = office_codes.parent(key) or office_codes.decode(key) or office_codes.decode(key.upper())
    return bool(told or office_click.row(key)[0])


def _is_suite_name(name: str) -> bool:
    return bool(_1997.match(name)) or suite_of(name) is not None


SIGHT = Sight(shown, whole_beside=frozenset((programs.AMCACHE,)))


def _windows_gaps(collected: Collected) -> Iterator[Gap]:
    yield from browsers_windows.gaps(collected, "office")
    if refused := collected.unread(*office_click.CONFIGURATIONS):
        reason = f"{nameless(refused[0].detail)}: whether Office was installed by Click-to-Run is not known"
        yield Gap("office", "machine", reason, tuple(refused[:1]))
