r"""Policies for browsers on Windows: where they are set, and whether the updaters heed them here.

Group Policy and management write below ``Software\Policies``, for the machine and for
users; Firefox also reads a file beside its program. The updaters of Chrome and Edge heed
their policies only where the PC belongs to a domain or is managed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from auditor.checks import browser_policies as policies
from auditor.checks.browsers import Browser
from auditor.checks.collected import Collected, fact, nameless, text_field
from auditor.model import Fact, Reading, Source, Status, Subject, Value

_TOPS = ("HKLM\\SOFTWARE", "HKU\\*\\Software")


class Places(NamedTuple):
    """Where one product's policies are: its own, its updater's, and its file below its folder."""

    own: tuple[Source, ...]
    updater: tuple[Source, ...] = ()


def _keys(*keys: str, values: str = "") -> tuple[Source, ...]:
    return tuple(Source("registry", rf"{top}\Policies\{key}{values}") for key in keys for top in _TOPS)


def _names(table: Mapping[str, policies.Values], stars: str = "") -> str:
    """The names of all that is set, which may include tokens and addresses, and the data of what the table knows.

    A policy within others may stand as their keys, or as text in one of their values.
    """
    parts = [part for name in table for part in (name.partition(".")[0], name.partition(".")[2], name.rpartition(".")[2])]
    return "#?*," + ",".join(f"{part}{stars}" for part in dict.fromkeys(filter(None, parts)))


_OWN = _names(policies.FEATURES_CHROMIUM)
_UPDATER = _names(policies.UPDATES_CHROMIUM, "*") + ",TargetChannel*"
_GECKO = _names({**policies.UPDATES_GECKO, **policies.FEATURES_GECKO}) + ",Value"


def _updater(key: str) -> tuple[Source, ...]:
    return (Source("registry", rf"HKLM\SOFTWARE\Policies\{key}{_UPDATER}"),)


_SETUP = Source(
    "registry", r"HKLM\SOFTWARE\Microsoft\Internet Explorer\Setup\*#DoNotAllowIE11,DoNotAllowIE10,DoNotAllowIE90"
)
_FIREFOX = r"Mozilla\Firefox"
PLACES: dict[str, Places] = {
    "chrome": Places(
        _keys(r"Google\Chrome", values=_OWN), _updater(r"Google\Update")
    ),
    "edge": Places(
        _keys(r"Microsoft\Edge", values=_OWN), _updater(r"Microsoft\EdgeUpdate")
    ),
    "brave": Places(
        _keys(r"BraveSoftware\Brave", values=_OWN), _updater(r"BraveSoftware\Update")
    ),
    "chromium": Places(_keys("Chromium", values=_OWN)),
    "vivaldi": Places(_keys("Vivaldi", values=_OWN)),
    "firefox": Places(_keys(_FIREFOX, rf"{_FIREFOX}\*", rf"{_FIREFOX}\*\*", values=_GECKO)),
    "ie": Places(
        _keys(
            r"Microsoft\Internet Explorer\Main#NotifyDisableIEOptions",
            r"Microsoft\Internet Explorer\BrowserEmulation#AllSitesCompatibilityMode,IntranetCompatibilityMode",
            r"Microsoft\Windows\CurrentVersion\Internet Settings\Zones\*#1400",
        ),
        (_SETUP,),
    ),
}  # fmt: skip
FILES = tuple(
    Source("file", rf"{top}\*\distribution\policies.json")
    for top in (r"%ProgramFiles%", r"%ProgramFiles(x86)%", r"~\AppData\Local")
)

DOMAIN = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters#Domain")
CLOUD = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo\*#?TenantId")
MANAGED = Source("registry", r"HKLM\SOFTWARE\Microsoft\Enrollments\*#ProviderID")
_HEEDED_WHERE_JOINED = ("chrome", "edge")

WANTS = (*chain.from_iterable(chain(*each) for each in PLACES.values()), *FILES, DOMAIN, CLOUD, MANAGED)


def target_channel(collected: Collected, row: Browser, client: str) -> str:
    """The channel that a policy of the updater sets for a client: ``extended``, or empty."""
    found = PLACES.get(row.product, Places(())).updater
    names = {
        name.casefold(): value
        for reading in collected.read(*found)
        if isinstance(reading.value, dict)
        for name, value in reading.value.items()
    }
    value = names.get(f"TargetChannel{client}".casefold())
    return value.strip().casefold() if isinstance(value, str) else ""


def facts(collected: Collected, subject: Subject, row: Browser, folder: str, channel: str) -> Iterator[Fact]:
    """managed, update_policies and feature_policies of one installation; unknown where the machine's could not be read."""
    where = PLACES.get(row.product)
    names = ("managed", "update_policies", "feature_policies")
    if where is None:
        for name in names:
            yield fact(subject, name, None, (), "where its policies would be is not known")
        return
    beside = [each for each in collected.all(*FILES) if _is_beside(each, folder)] if row.product == "firefox" else []
    readings = collected.all(*where.own, *where.updater) + beside
    for_machine = [each for each in readings if not each.source.where.startswith("HKU\\")]
    if bad := [each for each in for_machine if each.status in (Status.DENIED, Status.FAILED)]:
        for name in names:
            yield fact(subject, name, None, bad)
        return
    if broken := [each for each in beside if policies.in_file(str(each.value)) is None]:
        for name in names:
            yield fact(subject, name, None, broken, f"{nameless(broken[0].at)} is not a policy file that can be read")
        return
    own = list(chain.from_iterable(_settings(each, row) for each in readings if each.source not in where.updater))
    updater = list(chain.from_iterable(_settings(each, row) for each in readings if each.source in where.updater))
    known = policies.known(row.engine)
    clients = [client for client, stream in row.clients.items() if channel in ("", stream) or (channel, stream) == _EXTENDED]
    held = policies.that_hold_back([*own, *updater], known.updates, clients)
    ignored = " (ignored: this PC belongs to no domain and is not managed)" if _is_ignored(collected, row) else ""
    shown = [f"{each.shown()}{ignored if each in updater else ''}" for each in held]
    off = policies.that_hold_back(own, known.features)
    from_afar = sorted({each.name for each in own if each.name in _ENROLMENTS})
    beyond = f"{from_afar[0]} is set: more policies may come over the network" if from_afar else ""
    set_here = [each for each in readings if each.status is Status.READ] or readings
    yield fact(subject, "managed", [*sorted({each.name.partition(".")[0] for each in own})], set_here)
    for name, told in (
        ("update_policies", sorted(set(shown))),
        ("feature_policies", sorted({each.shown() for each in off})),
    ):
        yield fact(subject, name, None if beyond and not told else [*told], set_here, beyond)


_EXTENDED = ("extended", "stable")
_ENROLMENTS = ("CloudManagementEnrollmentToken", "EdgeManagementEnrollmentToken")
"""What joins a browser to its maker's management: the policies that it then fetches stand in no place that is read."""


def _is_beside(reading: Reading, folder: str) -> bool:
    if reading.status is Status.ABSENT or not folder:
        return False
    return reading.status is not Status.READ or reading.at.casefold().startswith(f"{folder}\\")


def _settings(reading: Reading, row: Browser) -> Iterator[policies.Setting]:
    """What one key or file sets; a key below Firefox's is the policy that its values belong to."""
    if reading.status is not Status.READ:
        return
    place = nameless(re.sub(r" \([^\\]*\)$", "", reading.at))
    if reading.source.kind == "file":
        content = policies.in_file(str(reading.value))
        yield from policies.settings(content or {}, place)
    elif isinstance(reading.value, dict):
        _, marker, inside = re.sub(r" \([^\\]*\)$", "", reading.at).partition(f"\\{_FIREFOX}\\")
        values: dict[str, Value] = {
            name: "" if value == {"present": True} else value for name, value in reading.value.items() if name
        }
        yield from policies.settings(values, place, inside.replace("\\", ".") if marker and row.product == "firefox" else "")


def _is_ignored(collected: Collected, row: Browser) -> bool:
    """Whether the updater does not heed its policies here: no sign of a domain or of management, each looked for."""
    if row.product not in _HEEDED_WHERE_JOINED:
        return False
    domain = collected.first(DOMAIN)
    others = collected.all(CLOUD, MANAGED)
    return domain is not None and not text_field(domain, "Domain") and all(each.status is Status.ABSENT for each in others)
