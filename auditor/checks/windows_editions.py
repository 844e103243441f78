"""Editions of Windows: what their ids mean, and which id a name in some language stands for.

The id is the registry's EditionID. Its suffixes are N or KN (without media features), S
(long-term servicing) and Eval. A name says the same in words, in the PC's language, with
trade marks that code pages flattened to letters, no-break spaces, and LTSC or LTSB for S.
"""

from __future__ import annotations

import re
from typing import NamedTuple

GROUPS = ("home", "pro", "education", "enterprise", "iot", "ultimate", "embedded", "team", "server")
"""Every group that an edition may belong to. Support ends by these."""


class Edition(NamedTuple):
    """One edition: its id, and what follows from it. ``group`` is empty where the id is not known here."""

    id: str
    group: str
    n: bool
    ltsc: bool
    evaluation: bool


_GROUP_OF = (
    ("ServerRdsh", "enterprise"),  # several users at once, but a client, and served like Enterprise
    ("Server", "server"),
    ("NanoServer", "server"),
    ("IoT", "iot"),
    ("Embedded", "embedded"),
    ("Core", "home"),
    ("Home", "home"),
    ("Personal", "home"),
    ("Starter", "home"),
    ("CloudEdition", "education"),
    ("Cloud", "pro"),
    ("Professional", "pro"),
    ("Business", "pro"),
    ("Enterprise", "enterprise"),
    ("Education", "education"),
    ("Ultimate", "ultimate"),
    ("PPIPro", "team"),
)

_CLIENTS = (
    (r"multi-session|virtual desktops", "ServerRdsh"),
    (r"\biot\b.*(?:enterprise|entreprise|корпоративная|企业|企業)", "IoTEnterprise"),
    (r"\biot core\b", "IoTUAP"),
    (
        r"\b(?:pro|professional)\b.*(?:workstation|рабочих станций|estaciones|stations)|专业工作站|專業工作站",
        "ProfessionalWorkstation",
    ),
    (r"\bpro\b.*media center", "ProfessionalWMC"),
    (r"\bpro\b.*single language", "ProfessionalSingleLanguage"),
    (r"windows 10 s(?: k?n)?$", "Cloud"),
    (r"windows 11 se\b", "CloudEdition"),
    (r"enterprise g\b", "EnterpriseG"),
    (r"\bpro(?:fessional|fessionnel)? (?:education|éducation)|专业教育|專業教育", "ProfessionalEducation"),
    (
        r"single language|langue unique|unilingue|для одного языка|家庭单语言|家用單一語言|idioma único",
        "CoreSingleLanguage",
    ),
    (r"home china|country specific|家庭中文版|家用中文", "CoreCountrySpecific"),
    (r"home premium|famili\w+ premium|домашняя расширенная|家庭高级|家用進階", "HomePremium"),
    (r"home basic|famili\w+ basi\w+|домашняя базовая|家庭普通|家用入門", "HomeBasic"),
    (r"starter|начальная|简易版|簡易版", "Starter"),
    (r"ultimate|int[ée]grale|максимальная|旗舰|旗艦", "Ultimate"),
    (r"business|бизнес|商用版", "Business"),
    (r"media center", "HomePremium"),
    (r"embedded|posready", "Embedded"),
    (r"enterprise|entreprise|корпоративная|企业|企業", "Enterprise"),
    (r"education|éducation|образовательн|教育", "Education"),
    (r"\bteam\b", "PPIPro"),
    (r"\bpro\b|professional|professionnel|profesional|профессиональная|专业|專業", "Professional"),
    (r"\bhome\b|\bfamil(?:le|iale)\b|домашняя|家庭|家用|\bcasa\b|\bhogar\b", "Core"),
    (r"\brt\b", "CoreARM"),
)
_SERVERS = (
    (r"azure stack", "ServerAzureStackHCICor"),
    (r"hyper-v server", "ServerHyperCore"),
    (r"azure edition", "ServerTurbine"),
    (r"datacenter", "ServerDatacenter"),
    (r"essentials|small business", "ServerSolution"),
    (r"foundation", "ServerFoundation"),
    (r"storage server", "ServerStorageStandard"),
    (r"multipoint", "ServerMultiPointStandard"),
    (r"\bweb\b", "ServerWeb"),
    (r"enterprise|entreprise", "ServerEnterprise"),
    (r"standard", "ServerStandard"),
)
_EVALUATION = re.compile(
    r"\b(?:e|é)valua|ознакомительная|оценочн|评估|評估|評価|valutazione|evaluierung|testversion|\bproef", re.I
)
_LONG_TERM = re.compile(r"\bLTS[CB]\b", re.I)
_N = re.compile(r"(?<![A-Za-z0-9])(K?N)(?![A-Za-z0-9'.])")
_ID_N = re.compile(r"[a-zSG](K?N)(?:Eval)?$")
_ID_LONG_TERM = re.compile(r"^(?:IoT)?EnterpriseS(?![a-z])")
_FLATTENED = re.compile(r"\((?:R|TM)\)|[®™]|(?<=Microsoft)r\b|(?<=Windows)r\b|(?<=Server)r\b|(?<=Vista)T\b")


def by_id(edition: str) -> Edition:
    """What an EditionID means."""
    group = next((group for start, group in _GROUP_OF if edition.startswith(start)), "")
    ltsc = bool(_ID_LONG_TERM.search(edition))
    return Edition(edition, group, bool(_ID_N.search(edition)), ltsc, "Eval" in edition)


def plain(name: str) -> str:
    """A system's name without trade marks, in single plain blanks."""
    return " ".join(_FLATTENED.sub("", name.replace("\xa0", " ")).split())


def is_server(name: str) -> bool:
    """Whether a system that calls itself ``name`` is a server; the word is the same in every language."""
    return bool(re.search(r"server|azure stack", plain(name), re.I))


def by_name(name: str) -> Edition | None:
    """The edition that a name stands for; None where no word of it is known here."""
    words = plain(name)
    known = _SERVERS if is_server(words) else _CLIENTS
    edition = next((edition for pattern, edition in known if re.search(pattern, words, re.I)), "")
    if not edition and re.search(r"windows 8(?:\.1)?(?: K?N)?$", words, re.I):
        edition = "Core"  # before 10 the edition for the home is called Windows 8, and nothing more
    if not edition:
        return None
    if _LONG_TERM.search(words) and edition in ("Enterprise", "IoTEnterprise"):
        edition += "S"
    without = _N.search(words) if not edition.startswith("Server") else None
    edition += without.group(1) if without else ""
    edition += "Eval" if _EVALUATION.search(words) else ""
    return by_id(edition)
