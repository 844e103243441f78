r"""Microsoft Office by Click-to-Run: its products, their applications, and the channel that it updates from.

Microsoft lists the product ids in "Product IDs that are supported by the Office
Deployment Tool for Click-to-Run", the applications that setup can leave out under
"ExcludeApp", and the places that name a channel, strongest first, in "Change the
Microsoft 365 Apps update channel": the cloud's policy (only where IgnoreGPO is 1), the
computer's policy, UpdateUrl, UnmanagedUpdateUrl, CDNBaseUrl. Office writes the outcome
to UpdateChannel when its updater ran: that value is stronger than CDNBaseUrl, which is
where the first installation came from, and weaker than what will replace it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from auditor.checks.collected import Collected, field, nameless, text_field
from auditor.model import Reading, Source

IDS = (
    *("O365ProPlusRetail", "O365ProPlusEEANoTeamsRetail", "O365BusinessRetail", "O365BusinessEEANoTeamsRetail"),
    *("O365HomePremRetail", "O365EduCloudRetail", "O365SmallBusPremRetail"),
    *(f"{edition}{kind}" for edition in ("ProPlus", "Standard") for kind in ("Volume", "Retail")),
    *("ProfessionalRetail", "HomeBusinessRetail", "HomeStudentRetail", "PersonalRetail"),
    *(
        f"{edition}{year}{kind}"
        for edition in ("ProPlus", "Standard", "Professional", "HomeBusiness", "HomeStudent", "Personal", "Home")
        for year in ("2019", "2021", "2024")
        for kind in ("Volume", "Retail")
    ),
)
"""The ids of suites. What setup left out of one stands in a value of its own, which has to be asked for by name."""

_ASKED = {identifier.lower(): identifier for identifier in IDS}

_VALUES = (
    *("ProductReleaseIds", "VersionToReport", "Platform", "ClientCulture", "UpdateUrl", "UnmanagedUpdateUrl"),
    *("UpdateChannel", "CDNBaseUrl", "AudienceId", "OfficeMgmtCOM"),
)
CONFIGURATIONS = tuple(
    Source(
        "registry",
        rf"HKLM\SOFTWARE\Microsoft\Office\{folder}\Configuration#"
        + ",".join((*_VALUES, *(f"{each}.ExcludedApps" for each in IDS))),
    )
    for folder in ("ClickToRun", r"15.0\ClickToRun")
)
CLOUD_POLICY = Source(
    "registry", r"HKLM\SOFTWARE\Policies\Microsoft\cloud\office\16.0\common\officeupdate#updatepath,updatebranch,ignoregpo"
)
POLICY = Source("registry", r"HKLM\SOFTWARE\Policies\Microsoft\office\16.0\common\officeupdate#updatepath,updatebranch")

WANTS = (*CONFIGURATIONS, CLOUD_POLICY, POLICY)

_EDITIONS = {
    "proplus": "professional-plus",
    "proplusspla": "professional-plus",
    "standard": "standard",
    "standardspla": "standard",
    "professional": "professional",
    "professionalpipc": "professional",
    "homebusiness": "home-and-business",
    "homebusinesspipc": "home-and-business",
    "homestudent": "home-and-student",
    "homestudentarm": "home-and-student",
    "homestudentplusarm": "home-and-student",
    "home": "home",
    "personal": "personal",
    "personalpipc": "personal",
    "visiopro": "visio-professional",
    "visiostd": "visio-standard",
    "projectpro": "project-professional",
    "projectstd": "project-standard",
    "visioprox": "visio-professional",
    "visiostdx": "visio-standard",
    "projectprox": "project-professional",
    "projectstdx": "project-standard",
    "accessruntime": "access-runtime",
    "skypeforbusiness": "skype-for-business",
    "skypeforbusinessentry": "skype-for-business",
    "lync": "lync",
    "lyncentry": "lync",
    "onenotefree": "onenote",
    "spd": "sharepoint-designer",
    "groove": "onedrive-for-business",
    "mondo": "mondo",
    **{name: name for name in ("access", "excel", "infopath", "onenote", "outlook", "powerpoint", "publisher", "word")},
}
_SUITES = frozenset(
    ("professional-plus", "standard", "professional", "home-and-business", "home-and-student", "home", "personal", "mondo")
)
_ID = re.compile(r"^(?P<edition>[a-z0-9]+?)(?P<year>20[0-9]{2})?(?P<kind>volume|retail)$", re.I)
_SUBSCRIPTIONS = {
    "o365proplusretail": "microsoft-365-apps",
    "o365proplusvolume": "microsoft-365-apps",
    "o365businessretail": "microsoft-365-apps-for-business",
    "o365homepremretail": "microsoft-365-home",
    "o365smallbuspremretail": "microsoft-365-apps-for-business",
    "o365educloudretail": "microsoft-365-apps",
    "o365propluseeanoteamsretail": "microsoft-365-apps",
    "o365businesseeanoteamsretail": "microsoft-365-apps-for-business",
}
_SHARED = {"visioproretail": "visio-professional", "projectproretail": "project-professional"}
"""Names that Click-to-Run gives to a product bought once and to its subscription alike."""

_OF_NO_YEAR = {"accessruntimeretail": "access-runtime", "onenotefreeretail": "onenote"}
"""Names that every generation shares."""

_NO_PRODUCTS = ("languagepack", "proofingtools")

_CORE = ("excel", "powerpoint", "word")
_APPS = {
    "professional-plus": ("access", *_CORE, "onenote", "outlook", "publisher", "skype-for-business"),
    "standard": (*_CORE, "onenote", "outlook", "publisher"),
    "professional": ("access", *_CORE, "onenote", "outlook", "publisher"),
    "home-and-business": (*_CORE, "onenote", "outlook"),
    "home-and-student": (*_CORE, "onenote"),
    "home": (*_CORE, "onenote"),
    "personal": ("excel", "outlook", "word"),
    "microsoft-365-apps": ("access", *_CORE, "onenote", "outlook", "publisher", "skype-for-business"),
    "microsoft-365-apps-for-business": ("access", *_CORE, "onenote", "outlook", "publisher"),
    "microsoft-365-home": ("access", *_CORE, "onenote", "outlook", "publisher"),
}
"""The applications that a product's setup installs unless it is told otherwise; Teams and OneDrive go by themselves."""

_EXCLUDED = {"lync": "skype-for-business"}
_LAST_WITH_PUBLISHER = 20228
"""The newest build of Microsoft 365 known to have had Publisher, which was taken out in October 2026."""


class Product(NamedTuple):
    """A product by Click-to-Run's id. ``generation`` is empty where it is not known, and ``reason`` says why."""

    identifier: str
    name: str
    generation: str
    type: str
    reason: str = ""


def product(identifier: str, *, is_2013: bool) -> Product | None:
    """What an id stands for; None for language packs and proofing tools. An unknown one goes by itself."""
    low = identifier.lower()
    if low.startswith(_NO_PRODUCTS):
        return None
    if low in _SUBSCRIPTIONS:
        return Product(identifier, _SUBSCRIPTIONS[low], "365", "suite")
    if low in _SHARED:
        reason = f"{identifier} is both what is bought once and the subscription"
        return Product(identifier, _SHARED[low], "", "application", reason)
    if low in _OF_NO_YEAR and not is_2013:
        name = _OF_NO_YEAR[low]
        reason = f"{identifier} is one name for every generation since 2016"
        return Product(identifier, name, "", "runtime" if name == "access-runtime" else "application", reason)
    match = _ID.match(identifier)
    edition = _EDITIONS.get(match.group("edition").lower(), "") if match else ""
    if match is None or not edition:
        year = "365" if low.startswith("o365") else match.group("year") or "" if match else ""
        return Product(identifier, low, year, "", "" if year else f"which generation {identifier} is, is not known")
    generation = match.group("year") or ("2013" if is_2013 else "2016")
    kind = "suite" if edition in _SUITES else "runtime" if edition == "access-runtime" else "application"
    return Product(identifier, f"office-{generation}-{edition}", generation, kind)


def apps(product: Product, version: str, configuration: Reading | None) -> list[str] | None:
    """The applications of a product that setup was not told to leave out; None where they are not known."""
    edition = product.name.removeprefix(f"office-{product.generation}-")
    if product.type == "application":
        return [re.sub(r"-(professional|standard)$", "", edition)]
    asked = _ASKED.get(product.identifier.lower())
    if edition not in _APPS or configuration is None or asked is None:
        return None
    left_out = {each.strip().lower() for each in text_field(configuration, f"{asked}.ExcludedApps").split(",")}
    left_out = {_EXCLUDED.get(each, each) for each in left_out}
    build = re.match(r"^16\.0\.([0-9]+)", version)
    if product.generation == "2024" or (
        product.generation == "365" and build and int(build.group(1)) > _LAST_WITH_PUBLISHER
    ):
        left_out.add("publisher")
    return sorted(set(_APPS[edition]) - left_out)


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
_BRANCHES = {
    "current": "current",
    "monthly": "current",
    "firstreleasecurrent": "current preview",
    "currentpreview": "current preview",
    "monthlytargeted": "current preview",
    "monthlyenterprise": "monthly enterprise",
    "semiannual": "semi-annual enterprise",
    "deferred": "semi-annual enterprise",
    "broad": "semi-annual enterprise",
    "business": "semi-annual enterprise",
    "semiannualpreview": "semi-annual enterprise preview",
    "firstreleasedeferred": "semi-annual enterprise preview",
    "firstreleasebusiness": "semi-annual enterprise preview",
    "targeted": "semi-annual enterprise preview",
    "betachannel": "beta",
    "insiderfast": "beta",
    "perpetualvl2019": "perpetual 2019",
    "perpetualvl2021": "perpetual 2021",
    "perpetualvl2024": "perpetual 2024",
}
"""The words of the policy "Update Channel" and of the deployment tool, old and new."""

_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


class Channel(NamedTuple):
    """The channel, or why none is known; every place that names one, the one that counts first; what they rest on."""

    name: str
    reason: str
    evidence: list[str]
    readings: list[Reading]


def channel(collected: Collected, configuration: Reading | None) -> Channel:
    """Which channel Office updates from: the strongest place that names one."""
    named = list(_places(collected, configuration))
    readings = [reading for *_, reading in named]
    evidence = [f"{what} = {nameless(value)} ({name or 'names no channel'})" for what, value, name, _ in named]
    managed = text_field(configuration, "OfficeMgmtCOM").lower() in ("true", "1")
    if managed:
        evidence.append("OfficeMgmtCOM: Configuration Manager hands out the updates")
    refused = [] if _is_2013(configuration) else collected.unread(CLOUD_POLICY, POLICY)
    if not named:
        return Channel("", "" if refused else "it names no update address", evidence, [*readings, *refused])
    evidence += [f"{each.at.partition('#')[0]} was not read: {nameless(each.detail)}" for each in refused]
    _, value, name, _ = named[0]
    return Channel(
        name, "" if name else f"its update address is not one of Microsoft's: {nameless(value)}", evidence, readings
    )


def _places(collected: Collected, configuration: Reading | None) -> Iterator[tuple[str, str, str, Reading]]:
    """(place and value's name, value, channel, reading) of everything that names a channel, strongest first."""
    cloud, policy = (None, None) if _is_2013(configuration) else (collected.first(CLOUD_POLICY), collected.first(POLICY))
    cloud = cloud if field(cloud, "ignoregpo") in (1, "1") else None
    asked = (
        ("the cloud's policy", cloud, ("updatepath", "updatebranch")),
        ("the policy", policy, ("updatepath", "updatebranch")),
        (
            "Click-to-Run",
            configuration,
            ("UpdateUrl", "UnmanagedUpdateUrl", "UpdateChannel", "CDNBaseUrl", "AudienceId"),
        ),
    )
    for what, reading, names in asked:
        for name in names:
            value = text_field(reading, name)
            if value and reading is not None:
                yield f"{what}: {name}", value, _channel(value), reading


def _is_2013(configuration: Reading | None) -> bool:
    """Whether the configuration is Office 2013's, which the policies of 16.0 say nothing of."""
    return configuration is not None and configuration.source == CONFIGURATIONS[1]


def _channel(value: str) -> str:
    if branch := _BRANCHES.get(value.lower()):
        return branch
    found = _IDENTIFIER.findall(value)
    return _CHANNELS.get(found[-1].lower(), "") if found else ""


_ROW = re.compile(r"^(?P<id>[a-z0-9]+(?:retail|volume)) - (?P<culture>[a-z]{2,3}(?:-[a-z0-9]{2,8})+)$", re.I)


def row(key: str) -> tuple[str, str]:
    """The product id and the language that an entry of Click-to-Run has in its key's name: ``O365ProPlusRetail - fr-fr``."""
    match = _ROW.match(key)
    return (match.group("id"), match.group("culture").lower()) if match else ("", "")
