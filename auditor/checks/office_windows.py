"""Office suites on Windows: by product code, by Click-to-Run's configuration, by name.

Microsoft describes its product codes in articles 230848 (2000), 302663 (XP), 832672
(2003) and 928516 (2007 and later): up to 2003 the last groups
tell the generation, since then digits 3 and 4 do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from auditor.checks import browsers_windows
from auditor.checks import programs_windows as programs
from auditor.checks.collected import ARCHITECTURES, Collected, field, nameless, text_field
from auditor.checks.office_suites import SUITES, suite_facts
from auditor.model import Detected, Fact, Gap, Reading, Source, Subject

CLICK_TO_RUN = tuple(
    Source(
        "registry",
        rf"HKLM\SOFTWARE\Microsoft\Office\{folder}#ProductReleaseIds,VersionToReport,Platform,CDNBaseUrl,UpdateChannel,ClientCulture",
    )
    for folder in (r"ClickToRun\Configuration", r"15.0\ClickToRun\Configuration")
)
REGISTRATION = Source(
    "registry", r"HKLM\SOFTWARE\Microsoft\Office\*\Registration\*#ProductName,ConvertToEdition,?ProductID,?DigitalProductID"
)

WANTS = (*programs.WANTS, *CLICK_TO_RUN, REGISTRATION)

_MSI_CODE = re.compile(
    r"^\{9[0-9A-F](?P<major>[0-9]{2})[0-9A-F]{4}-(?P<product>[0-9A-F]{4})-(?P<language>[0-9A-F]{4})-(?P<bits>[01])[0-9A-F]{3}-[01]000000FF1CE\}$",
    re.I,
)
_GENERATIONS = {"12": "2007", "14": "2010", "15": "2013", "16": "2016"}
_MSI_PRODUCTS = {
    "0011": "professional-plus",
    "0012": "standard",
    "0013": "home-and-business",
    "0014": "professional",
    "002E": "ultimate",
    "002F": "home-and-student",
    "0030": "enterprise",
    "0033": "personal",
    "003D": "single-image",
    "00CA": "small-business",
    "0015": "access",
    "0016": "excel",
    "0018": "powerpoint",
    "0019": "publisher",
    "001A": "outlook",
    "001B": "word",
    "003A": "project-standard",
    "003B": "project-professional",
    "0051": "visio-professional",
    "0053": "visio-standard",
    "0057": "visio",
    "00A1": "onenote",
}
_MSI_PARTS = ("0043", "007E", "008C", "008F", "00C1", "00DD", "1")
"""How the codes of shared components, of Click-to-Run's own pieces and of servers' products begin."""

_OLD_CODE = re.compile(
    r"^\{[0-9A-F]{2}(?P<product>[0-9A-F]{2})[0-9A-F]{4}-(?P<scheme>6000-11D3-8CFE-0[01]50048383C9|6D54-11D4-BEE3-00C04F990354|78E1-11D2-B60F-006097C998E7)\}$",
    re.I,
)
_XP_PRODUCTS = {
    "11": "professional",
    "12": "standard",
    "13": "small-business",
    "15": "access",
    "16": "excel",
    "17": "frontpage",
    "18": "powerpoint",
    "19": "publisher",
    "1A": "outlook",
    "1B": "word",
    "28": "professional-frontpage",
    "3A": "project-standard",
    "3B": "project-professional",
    "51": "visio-professional",
    "53": "visio-standard",
}
_OLD_PRODUCTS = {
    "6000-11D3-8CFE-0150048383C9": (
        "2003",
        _XP_PRODUCTS
        | {
            "13": "basic",
            "14": "sharepoint-services",
            "33": "personal",
            "44": "infopath",
            "A1": "onenote",
            "CA": "small-business",
            "E3": "professional",
        },
    ),
    "6000-11D3-8CFE-0050048383C9": ("2002", _XP_PRODUCTS),
    "6D54-11D4-BEE3-00C04F990354": ("2002", _XP_PRODUCTS),
    "78E1-11D2-B60F-006097C998E7": (
        "2000",
        {
            "00": "premium",
            "01": "professional",
            "02": "standard",
            "03": "small-business",
            "10": "access",
            "11": "excel",
            "12": "frontpage",
            "13": "powerpoint",
            "14": "publisher",
            "16": "outlook",
            "17": "word",
        },
    ),
}
"""The end of a product code → generation, and its digits 3 and 4 → product. XP is called 2002."""

_CLICK_EDITIONS = {
    "proplus": "professional-plus",
    "standard": "standard",
    "professional": "professional",
    "homebusiness": "home-and-business",
    "homestudent": "home-and-student",
    "visiopro": "visio-professional",
    "visiostd": "visio-standard",
    "projectpro": "project-professional",
    "projectstd": "project-standard",
    "visioprox": "visio-professional",
    "visiostdx": "visio-standard",
    "projectprox": "project-professional",
    "projectstdx": "project-standard",
}
_CLICK_ID = re.compile(r"^(?P<edition>[a-z]+?)(?P<year>2019|2021|2024)?(?P<kind>volume|retail)$", re.I)
_SUBSCRIPTIONS = {
    "o365proplusretail": "microsoft-365-apps",
    "o365businessretail": "microsoft-365-apps-for-business",
    "o365homepremretail": "microsoft-365-home",
    "o365educloudretail": "microsoft-365-apps",
    "o365propluseeanoteamsretail": "microsoft-365-apps",
    "o365businesseeanoteamsretail": "microsoft-365-apps-for-business",
}
_SHARED_IDS = {"visioproretail": "visio-professional", "projectproretail": "project-professional"}
"""Names that Click-to-Run gives to a product bought once and to its subscription alike."""

_CHANNELS = {
    "492350f6-3a01-4f97-b9c0-c7c6ddf67d60": "current",
    "64256afe-f5d9-4f86-8936-8840a6a4f5be": "current preview",
    "55336b82-a18d-4dd6-b5f6-9e5095c314a6": "monthly enterprise",
    "7ffbc6bf-bc32-4f92-8982-f9dd17fd3114": "semi-annual enterprise",
    "b8f9b850-328d-4355-9145-c59439a0c4cf": "semi-annual enterprise preview",
    "5440fd1f-7ecb-4221-8110-145efaa6372f": "beta",
    "f2e724c1-748f-4b47-8fb8-8e0d210e9208": "perpetual 2019",
    "5030841d-c919-4594-8d2d-84ae4f96e58e": "perpetual 2021",
    "7983bac0-e531-40cf-be00-fd24fe66619c": "perpetual 2024",
}


def detect(collected: Collected) -> Detected:
    """Every suite, and what may have been missed."""
    facts = chain(_msi(collected), _click_to_run(collected), _other_windows(collected))
    looked = collected.looked(*programs.MACHINE, *programs.USERS, programs.AMCACHE, *CLICK_TO_RUN, REGISTRATION)
    return Detected(tuple(facts), tuple(_windows_gaps(collected)), {"office": looked})


def _msi(collected: Collected) -> Iterator[Fact]:
    """Suites by product code: from the list of programs, else from Office's own registration."""
    found: dict[str, list[Reading]] = {}
    versions: dict[str, str] = {}
    for program in programs.listed(collected):
        if _suite_of(program.key):
            found.setdefault(program.key.upper(), []).append(program.reading)
            versions.setdefault(program.key.upper(), program.version)
    for reading in collected.read(REGISTRATION):
        code = reading.at.rpartition(" (")[0].rpartition("\\")[2] or reading.at.rpartition("\\")[2]
        installed = field(reading, "ProductID") is not None or field(reading, "DigitalProductID") is not None
        if _suite_of(code) and installed:
            found.setdefault(code.upper(), []).append(reading)
    for code, readings in found.items():
        suite = _suite_of(code)
        if suite is None:
            continue
        generation, product, architecture = suite
        values = {
            "generation": generation,
            "version": versions.get(code, ""),
            "installer": "msi",
            "architecture": architecture,
        }
        reasons = {
            "version": "Office's registration keeps no version, and the list of programs was not given",
            "channel": "an MSI installation has none",
            "apps": "their own keys were not read",
            "languages": "their own keys were not read",
        }
        yield from suite_facts(Subject("office", f"office-{generation}-{product}", "machine"), values, readings, reasons)


def _suite_of(code: str) -> tuple[str, str, str] | None:
    """Generation, product and architecture of a suite's or application's product code; None for any other key."""
    if match := _OLD_CODE.match(code):
        generation, products = _OLD_PRODUCTS[match.group("scheme").upper()]
        known = products.get(match.group("product").upper())
        return (generation, known, "x86") if known else None
    match = _MSI_CODE.match(code)
    if match is None or match.group("language") != "0000" or match.group("major") not in _GENERATIONS:
        return None
    number = match.group("product").upper()
    if number.startswith(_MSI_PARTS):
        return None
    architecture = "x86_64" if match.group("bits") == "1" else "x86"
    return _GENERATIONS[match.group("major")], _MSI_PRODUCTS.get(number, number), architecture


def _click_to_run(collected: Collected) -> Iterator[Fact]:
    for reading in collected.read(*CLICK_TO_RUN):
        url = text_field(reading, "UpdateChannel") or text_field(reading, "CDNBaseUrl")
        channel = _CHANNELS.get(url.rstrip("/").rpartition("/")[2].lower(), "")
        values = {
            "version": text_field(reading, "VersionToReport"),
            "channel": channel,
            "installer": "click-to-run",
            "architecture": ARCHITECTURES.get(text_field(reading, "Platform").lower(), ""),
            "languages": [text_field(reading, "ClientCulture")] if text_field(reading, "ClientCulture") else "",
        }
        reasons = {
            "channel": f"its update address is not one of Microsoft's: {url}" if url else "it names no update address",
            "apps": "Click-to-Run lists no applications",
        }
        for identifier in filter(None, text_field(reading, "ProductReleaseIds").split(",")):
            product, generation, reason = _click_product(identifier.strip(), "15.0" in reading.source.where)
            yield from suite_facts(
                Subject("office", product, "machine"),
                {**values, "generation": generation},
                [reading],
                {**reasons, "generation": reason},
            )


def _click_product(identifier: str, is_2013: bool) -> tuple[str, str, str]:
    """Product and generation by Click-to-Run's own name of a product, and the reason where there is no generation."""
    if subscription := _SUBSCRIPTIONS.get(identifier.lower()):
        return subscription, "365", ""
    match = _CLICK_ID.match(identifier)
    if match is None:
        return identifier.lower(), "", f"which generation {identifier} is, is not known"
    if identifier.lower() in _SHARED_IDS:
        return _SHARED_IDS[identifier.lower()], "", f"{identifier} is both what is bought once and the subscription"
    edition = _CLICK_EDITIONS.get(match.group("edition").lower(), match.group("edition").lower())
    generation = match.group("year") or ("2013" if is_2013 else "2016")
    return f"office-{generation}-{edition}", generation, ""


def _other_windows(collected: Collected) -> Iterator[Fact]:
    """LibreOffice and the like, by name; the version in the name where DisplayVersion is recoded."""
    for program in programs.listed(collected):
        suite = next((each for each in SUITES if each.uninstall and re.fullmatch(each.uninstall, program.name)), None)
        if suite and not program.part:
            named = re.search(r"[0-9][0-9.]*$", program.name)
            version = named.group() if named else program.version
            values = {"version": version, "generation": ".".join(version.split(".")[:2]), "installer": "setup"}
            where = collected.user(program.user) if program.user else "machine"
            yield from suite_facts(Subject("office", suite.product, where), values, [program.reading], {})


def _windows_gaps(collected: Collected) -> Iterator[Gap]:
    yield from browsers_windows.gaps(collected, "office")
    if refused := collected.unread(*CLICK_TO_RUN):
        reason = f"{nameless(refused[0].detail)}: whether Office was installed by Click-to-Run is not known"
        yield Gap("office", "machine", reason, tuple(refused[:1]))
