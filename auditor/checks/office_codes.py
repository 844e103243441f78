"""Microsoft Office by product code: which product, generation, bitness, language and service pack.

Microsoft describes its product codes in articles 230848 (2000), 302663 (XP), 832672
(2003), 928516 (2007), 2186281 (2010), 2786054 (2013) and 3120274 (2016): up to 2003 the
last groups tell the generation, since then digits 3 and 4 do. The tables are those
articles' own, as OCS Inventory's plugin "officepack" keeps them; codes that no
article lists go by their digits.

The builds of service packs are from articles 291331 (XP) and 821549 (2003) and from the
packages' own versions (2007 to 2013); Office 2016 never had one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Code(NamedTuple):
    """What a product code says.

    ``product`` is without the generation. ``type`` is suite, application, runtime, or
    part: a part (shared files, a language, a viewer, a converter, a server) is no
    product. ``language`` is a culture like ``en-us``; empty for all languages.
    """

    generation: str
    product: str
    type: str
    architecture: str
    language: str


_NEW = re.compile(
    r"^\{[9A-F][0-9A-F](?P<major>12|14|15|16)[0-9A-F]{4}-(?P<product>[0-9A-F]{4})-(?P<language>[0-9A-F]{4})"
    r"-(?P<bits>[01])[0-9A-F]{3}-[01]000000FF1CE\}$",
    re.I,
)
_OLD = re.compile(
    r"^\{[0-9A-F]{2}(?P<product>[0-9A-F]{2})(?P<language>[0-9A-F]{4})"
    r"-(?P<scheme>6000-11D3-8CFE-0[01]50048383C9|6D54-11D4-BEE3-00C04F990354|78E1-11D2-B60F-006097C998E7)\}$",
    re.I,
)
_GENERATIONS = {"12": "2007", "14": "2010", "15": "2013", "16": "2016"}

_NEW_SUITES = {
    "0011": "professional-plus",
    "0012": "standard",
    "0013": "home-and-business",
    "0014": "professional",
    "002E": "ultimate",
    "002F": "home-and-student",
    "0030": "enterprise",
    "0031": "professional-hybrid",
    "0033": "personal",
    "0035": "professional-hybrid",
    "003D": "single-image",
    "008B": "small-business-basics",
    "00CA": "small-business",
    "011D": "professional-plus-subscription",
}
_NEW_APPLICATIONS = {
    "0015": "access",
    "0016": "excel",
    "0017": "sharepoint-designer",
    "0018": "powerpoint",
    "0019": "publisher",
    "001A": "outlook",
    "001B": "word",
    "003A": "project-standard",
    "003B": "project-professional",
    "0044": "infopath",
    "0051": "visio-professional",
    "0053": "visio-standard",
    "0057": "visio",
    "00A1": "onenote",
    "00A3": "onenote-home-and-student",
    "00A9": "interconnect",
    "00BA": "groove",
    "012B": "lync",
}
_NEW_RUNTIMES = {"001C": "access-runtime"}
_NEW_OF_THEIR_TIME = {
    ("2007", "0013"): "basic",
    ("2010", "00BA"): "sharepoint-workspace",
    ("2013", "00BA"): "onedrive-for-business",
    ("2016", "00BA"): "onedrive-for-business",
    ("2016", "012B"): "skype-for-business",
}
"""Codes that were given to another product later, or to the same one under a new name."""

_NEW_PARTS = (
    *(
        "0010",
        "001F",
        "0020",
        "0021",
        "0026",
        "0028",
        "002A",
        "002C",
        "0043",
        "0052",
        "006E",
        "007A",
        "007E",
        "008C",
    ),
    *(
        "008F",
        "0090",
        "00A7",
        "00AF",
        "00B0",
        "00B1",
        "00B2",
        "00C1",
        "00D1",
        "00DD",
        "00E1",
        "00E2",
        "0100",
        "0101",
        "0115",
    ),
    *("0116", "0117", "1", "2"),
)
"""How the codes begin of shared components, languages, viewers, converters, Click-to-Run's own pieces, and servers."""

_XP_SUITES = {
    "11": "professional",
    "12": "standard",
    "13": "small-business",
    "28": "professional-frontpage",
    "29": "professional-subscription",
    "2A": "small-business-subscription",
    "33": "pipc",
    "34": "pipc",
}
_OLD_APPLICATIONS = {
    "15": "access",
    "16": "excel",
    "17": "frontpage",
    "18": "powerpoint",
    "19": "publisher",
    "1A": "outlook",
    "1B": "word",
    "3A": "project-standard",
    "3B": "project-professional",
    "51": "visio-professional",
}
_XP = (
    _XP_SUITES,
    _OLD_APPLICATIONS | {"27": "project", "2B": "publisher-deluxe", "53": "visio-standard", "54": "visio-standard"},
    {"1C": "access-runtime"},
)
_2003 = (
    {
        "11": "professional",
        "12": "standard",
        "13": "basic",
        "33": "personal",
        "CA": "small-business",
        "E3": "professional-with-infopath",
    },
    _OLD_APPLICATIONS
    | {
        "44": "infopath",
        "53": "visio-standard",
        "55": "visio-enterprise-architects",
        "A1": "onenote",
        "E0": "outlook",
        "FD": "outlook",
    },
    {"1C": "access-runtime"},
)
_2000 = (
    {"00": "premium", "01": "professional", "02": "standard", "03": "small-business"},
    {
        "10": "access",
        "11": "excel",
        "12": "frontpage",
        "13": "powerpoint",
        "14": "publisher",
        "16": "outlook",
        "17": "word",
        "1A": "publisher",
    },
    {"18": "access-runtime", "4F": "access-runtime"},
)
_SCHEMES = {
    "6000-11D3-8CFE-0150048383C9": ("2003", _2003),
    "6000-11D3-8CFE-0050048383C9": ("2002", _XP),
    "6D54-11D4-BEE3-00C04F990354": ("2002", _XP),
    "78E1-11D2-B60F-006097C998E7": ("2000", _2000),
}
"""The end of a product code → generation, and its digits 3 and 4 → suites, applications, runtimes. XP is called 2002."""

_TYPES = ("suite", "application", "runtime")


def decode(code: str) -> Code | None:
    """What a product code says; None for any other key of the list of programs."""
    if match := _OLD.match(code):
        generation, tables = _SCHEMES[match.group("scheme").upper()]
        product, kind = _named(match.group("product").upper(), tables)
        return Code(generation, product or match.group("product").upper(), kind or "part", "x86", _culture(match))
    match = _NEW.match(code)
    if match is None:
        return None
    generation, number = _GENERATIONS[match.group("major")], match.group("product").upper()
    product, kind = _named(number, (_NEW_SUITES, _NEW_APPLICATIONS, _NEW_RUNTIMES))
    if number.startswith(_NEW_PARTS) or match.group("language") != "0000":
        kind = "part"
    architecture = "x86_64" if match.group("bits") == "1" else "x86"
    product = _NEW_OF_THEIR_TIME.get((generation, number), product) or number
    return Code(generation, product, kind, architecture, _culture(match))


def _named(number: str, tables: tuple[Mapping[str, str], ...]) -> tuple[str, str]:
    return next(((table[number], kind) for table, kind in zip(tables, _TYPES, strict=True) if number in table), ("", ""))


_PARENT = re.compile(r"^Office(?P<major>12|14|15|16)\.(?P<name>[A-Z0-9]+)$", re.I)
_PARENTS = {
    "PROPLUS": "professional-plus",
    "STANDARD": "standard",
    "PRO": "professional",
    "PROHYBRID": "professional-hybrid",
    "BASIC": "basic",
    "ENTERPRISE": "enterprise",
    "ULTIMATE": "ultimate",
    "HOMESTUDENT": "home-and-student",
    "HOMEBUSINESS": "home-and-business",
    "SMALLBUSINESS": "small-business",
    "SINGLEIMAGE": "single-image",
    "PERSONAL": "personal",
    "VISIO": "visio",
    "VISPRO": "visio-professional",
    "VISSTD": "visio-standard",
    "PRJPRO": "project-professional",
    "PRJSTD": "project-standard",
    "ACCESSRT": "access-runtime",
}


def parent(key: str) -> tuple[str, str] | None:
    """Generation and product of a suite's second entry, the one that people see: ``Office14.PROPLUS``.

    Setup names it by the product's id and a final letter for how it is sold (PROPLUSR).
    """
    match = _PARENT.match(key)
    if match is None or match.group("name").upper() == "CLICK2RUN":
        return None
    name = match.group("name").upper()
    product = _PARENTS.get(name) or _PARENTS.get(name.removesuffix("R")) or name.lower()
    return _GENERATIONS[match.group("major")], product


def of_parent(generation: str, product: str) -> Code:
    """What the entry that people see tells where the product code is out of reach: all but bitness and language."""
    tables = (_NEW_SUITES, _NEW_APPLICATIONS, _NEW_RUNTIMES)
    older = {each: kind for table, kind in zip(tables, _TYPES, strict=True) for each in table.values()}
    return Code(generation, product, older.get(product, ""), "", "")


_SERVICE_PACKS = {
    "2002": (2627, 3501, 4219, 6501),
    "2003": (5525, 6353, 7969, 8173),
    "2007": (4518, 6211, 6425, 6607),
    "2010": (4760, 6023, 7011),
    "2013": (4420, 4569),
    "2016": (4266,),
}
"""Generation → the lowest builds that products had as first released, with SP1, SP2 and SP3."""


def service_pack(generation: str, version: str) -> str:
    """Which service pack a version has: ``none``, SP1, SP2, SP3; empty where it is not known.

    A build between two has the lower one's service pack, and updates.
    """
    build = re.match(r"^[0-9]+\.[0-9]+\.([0-9]+)", version)
    builds = _SERVICE_PACKS.get(generation, ())
    reached = sum(int(build.group(1)) >= each for each in builds) if build else 0
    return "" if reached == 0 else "none" if reached == 1 else f"SP{reached - 1}"


_CULTURES = {
    "0401": "ar-sa",
    "0402": "bg-bg",
    "0403": "ca-es",
    "0404": "zh-tw",
    "0405": "cs-cz",
    "0406": "da-dk",
    "0407": "de-de",
    "0408": "el-gr",
    "0409": "en-us",
    "040B": "fi-fi",
    "040C": "fr-fr",
    "040D": "he-il",
    "040E": "hu-hu",
    "0410": "it-it",
    "0411": "ja-jp",
    "0412": "ko-kr",
    "0413": "nl-nl",
    "0414": "nb-no",
    "0415": "pl-pl",
    "0416": "pt-br",
    "0418": "ro-ro",
    "0419": "ru-ru",
    "041A": "hr-hr",
    "041B": "sk-sk",
    "041D": "sv-se",
    "041E": "th-th",
    "041F": "tr-tr",
    "0422": "uk-ua",
    "0424": "sl-si",
    "0425": "et-ee",
    "0426": "lv-lv",
    "0427": "lt-lt",
    "0439": "hi-in",
    "043F": "kk-kz",
    "0804": "zh-cn",
    "0816": "pt-pt",
    "081A": "sr-latn-cs",
    "0809": "en-gb",
    "0C0A": "es-es",
}


def _culture(match: re.Match[str]) -> str:
    language = match.group("language").upper()
    return "" if language == "0000" else _CULTURES.get(language, language)


_PART_APPS = {
    "0015": "access",
    "0016": "excel",
    "0018": "powerpoint",
    "0019": "publisher",
    "001A": "outlook",
    "001B": "word",
    "0044": "infopath",
    "00A1": "onenote",
}


def part_of(code: str) -> tuple[str, str]:
    """The application and the language that a language's part is for: Outlook's for French is ("outlook", "fr-fr").

    Shared files ("006E") name their language only. Proofing tools are no language of the
    suite, and are neither.
    """
    match = _NEW.match(code)
    if match is None or match.group("language") == "0000":
        return "", ""
    number = match.group("product").upper()
    if number in _PART_APPS:
        return _PART_APPS[number], _culture(match)
    return "", _culture(match) if number == "006E" else ""
