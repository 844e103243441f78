"""What PC number i is on a day: whose, where, which system, machine and programs. From the seed and i alone."""

from __future__ import annotations

from typing import NamedTuple

from auditor.estate.simulation import machines, tables
from auditor.estate.simulation.dice import Dice, weighted
from auditor.estate.simulation.releases import LAST_ON, OLD_CHROME, version_on
from auditor.estate.simulation.sites import Estate, Site, day_of, lag_of, own_changes, ring_changes, site_of
from auditor.identity import hashed
from auditor.privacy import Key, identifier, user

REPORTING = 766_000
"""How many of a million PCs that are alive report on a day."""

ALIVE = 940_000
"""How many of a million PCs report at all any more: with :data:`REPORTING`, 72 % of all on a day."""

_STATES = weighted({"": 976_000, "clone": 12_000, "renamed": 4_000, "re-imaged": 6_000, "odd-name": 1_000,
                    "clock-ahead": 500, "clock-reset": 500})  # fmt: skip
_BLIND = weighted({"": 985_000, "programs": 4_000, "office": 3_000, "policies": 4_000, "files": 4_000})
_SERVERS = ("server-2025", "server-2022", "server-2019", "server-2016", "server-2012-r2")
_NO_EDGE = ("xp", "7", "8.1", "10-ltsb-2016", "10-ltsc-2019", "10-1809", "10-1909", "server-2012-r2", "server-2016",
            "server-2019")  # fmt: skip
BUILDS = {"11-25h2": 26200, "11-24h2": 26100, "11-23h2": 22631, "11-22h2": 22621, "11-21h2": 22000, "10-22h2": 19045,
          "10-21h2": 19044, "10-20h2": 19042, "10-1909": 18363, "10-1809": 17763, "10-ltsc-2021": 19044,
          "10-ltsc-2019": 17763, "10-ltsb-2016": 14393, "8.1": 9600, "7": 7601, "xp": 2600, "server-2025": 26100,
          "server-2022": 20348, "server-2019": 17763, "server-2016": 14393, "server-2012-r2": 9600}  # fmt: skip
"""Release of Windows → its build."""


class Browser(NamedTuple):
    """One browser: ``own`` says that it is in the user's profile, an empty version that none can be told."""

    product: str
    version: str
    channel: str = "stable"
    own: bool = False


class System(NamedTuple):
    """An operating system: its release by the word of the tables, the revision of Windows, its edition."""

    family: str
    release: str
    revision: str = ""
    edition: str = ""


class Machine(NamedTuple):
    """A machine: the number of its model (macOS: unused), GiB of memory, bytes of disk, whether it starts by UEFI."""

    model: int
    memory: int
    disk: int
    uefi: bool = True
    mac: tuple[str, str, int, int] = ("", "", 0, 0)


_KEY = Key(b"the users of an estate that is made up".ljust(32, b"."))
"""Agents write pseudonyms of users; those of a simulated estate are made with this key, which is no secret."""


class Pc(NamedTuple):
    """A PC on a day, as its snapshot has it. ``state`` is what is odd about it, ``blind`` what could not be read."""

    number: int
    day: int
    taken_at: str
    device: str
    guid: str
    uuid: str
    hostname: str
    site: Site
    tags: tuple[str, ...]
    sid: str
    user: str
    rights: str
    system: System
    machine: Machine
    browsers: tuple[Browser, ...]
    default: str
    office: tuple[str, str, str]
    extras: tuple[str, ...]
    managed: bool
    hidden: bool
    blind: str
    state: str


def last_day(estate: Estate, number: int) -> int:
    """The last day on which a PC can have reported: the last of all for one that is alive."""
    dice = Dice(estate.seed, "silent", number)
    if dice.is_one_of(ALIVE):
        return estate.as_of - 1
    least = int(dice.pick(tables.SILENT_FOR))
    return estate.as_of - 1 - least - dice.below(least)


def reports_on(estate: Estate, number: int, day: int) -> bool:
    """Whether a PC hands in a snapshot on a day; one that went silent did on its last."""
    last = last_day(estate, number)
    if day == last < estate.as_of - 1:
        return True
    return day <= last and Dice(estate.seed, "reports", number, day).is_one_of(REPORTING)


def newest_day(estate: Estate, number: int) -> int:
    """The day of a PC's newest snapshot."""
    day = last_day(estate, number)
    while not reports_on(estate, number, day) and day > estate.as_of - 60:
        day -= 1
    return day


def pc_on(estate: Estate, number: int, day: int, *, before: bool = False) -> Pc:
    """PC ``number`` on ``day``; ``before`` it was renamed or set up anew."""
    who = Dice(estate.seed, "who", number)
    site = site_of(estate, who)
    ring, state = who.pick(tables.RINGS), who.pick(_STATES)
    family = who.pick(tables.WILD_FAMILIES if estate.wild else tables.FAMILIES)
    changed = _Changed(estate, number, day, site.number, ring, who.is_one_of(220_000 if estate.wild else 70_000), who)
    system = _system(estate, family, changed, Dice(estate.seed, "os", number))
    machine = _machine(system, Dice(estate.seed, "machine", number))
    what = Dice(estate.seed, "programs", number)
    browsers = _browsers(estate, system, changed, what, state)
    guid, hostname = _identity(estate, number, site, machine, state, before=before, dice=who)
    tags = (ring, *(["laptop"] if is_laptop(machine) else []), *(["shared"] if who.is_one_of(110_000) else []))
    default = what.one(browsers).product if browsers else ""
    return Pc(
        number, day, _moment(day, state, Dice(estate.seed, "when", number, day)),
        _device_id(family, guid, hostname), guid, Dice(estate.seed, "uuid", number).guid(), hostname, site, tags,
        identifier(f"S-1-5-21-{1_000_000_000 + site.number}-{estate.seed % 1_000_000}-1802-{1000 + number}", _KEY),
        user(f"u{number:06d}", _KEY),
        what.pick(tables.RIGHTS), system, machine, browsers, default, _office(estate, system, changed, site, what),
        tuple(name for name, share in tables.EXTRAS.items() if what.is_one_of(share * 1000)),
        site.policies and not estate.wild, what.is_one_of(80_000), what.pick(_BLIND), state,
    )  # fmt: skip


class _Changed:
    """Up to which day each kind of thing of one PC was brought up to date, and by how much its updates lag."""

    def __init__(self, estate: Estate, number: int, day: int, site: int, ring: str, straggles: bool, dice: Dice) -> None:
        self.estate, self.site, self.ring, self.number = estate, site, ring, number
        self.straggles = dice.pick(tables.STRAGGLING) + dice.below(20) if straggles else 0
        start = day if estate.days == 1 else min(day, estate.first_day)
        self.until = dict.fromkeys(tables.EVENTS.values, start)
        self.to_come: set[str] = set()
        if estate.days > 1:
            theirs = () if straggles else ring_changes(estate, site, ring)
            for when, what in (*theirs, *own_changes(estate, number)):
                if when <= day:
                    self.until[what] = max(self.until[what], when)
                elif what.startswith(("new-", "os-up")):
                    self.to_come.add(what)

    def version(self, product: str, kind: str) -> str:
        """The version of a product that this PC has; ``kind`` is the word of the change that brings a newer one."""
        lag = self.straggles or self._own(product) or lag_of(self.estate.seed, self.site, self.ring, product)
        return version_on(product, self.until[kind] - lag)

    def _own(self, product: str) -> int:
        """How many days a PC that nobody manages is behind a product's releases; 0 for a managed one."""
        if not self.estate.wild:
            return 0
        dice = Dice(self.estate.seed, "own lag", self.number, product)
        return 1 + dice.below(14 if dice.is_one_of(600_000) else 120)


def _system(estate: Estate, family: str, changed: _Changed, dice: Dice) -> System:
    if family == "macos":
        return System(family, dice.pick(tables.MACOS))
    if family == "linux":
        return System(family, dice.pick(tables.LINUX))
    release = dice.pick(tables.WINDOWS)
    edition = dice.pick(tables.WILD_EDITIONS if estate.wild else tables.EDITIONS)
    if "os-upgrade" in changed.to_come:
        release = tables.OLDER.get(release, release)
    if release.startswith("10-lts"):
        edition = "EnterpriseS"
    elif release in _SERVERS:
        edition = "ServerStandard"
    elif release in ("7", "8.1", "xp") and edition != "Enterprise":
        edition = "Professional"
    build = BUILDS[release]
    revision = changed.version(f"windows-{build}", "os") if build >= 9600 else ""
    return System(family, release, revision, edition)


def _machine(system: System, dice: Dice) -> Machine:
    disk = dice.pick(machines.DISKS)
    disk -= disk // 40 * dice.below(2)
    if system.family == "macos":
        mac = dice.pick(machines.MACS)
        return Machine(0, mac[3], (245_107_195_904, 494_384_795_648)[dice.below(2)], mac=mac)
    release = system.release
    if release in _SERVERS:
        return Machine(dice.pick(machines.SERVERS), dice.pick(machines.MEMORY_OF_SERVERS), disk)
    if release in ("7", "xp", "8.1"):
        model = dice.pick(machines.VERY_OLD if release == "xp" else machines.OLD)
        return Machine(model, dice.pick(machines.MEMORY_OF_OLD), disk, uefi=False)
    model = dice.pick(machines.MODERN if release.startswith("11-") else machines.NEW)
    legacy = machines.MODELS[model].year < 2018 and not release.startswith("11-")
    return Machine(model, dice.pick(machines.MEMORY), disk, uefi=not (legacy and dice.is_one_of(400_000)))


def is_laptop(machine: Machine) -> bool:
    """Whether a machine is carried about."""
    return machine.mac[0].startswith(("MacBook", "Mac15", "Mac14,2", "Mac16")) or (
        not machine.mac[0] and machines.MODELS[machine.model].chassis in (9, 10)
    )


def _browsers(estate: Estate, system: System, changed: _Changed, dice: Dice, state: str) -> tuple[Browser, ...]:
    shares = tables.WILD_BROWSERS if estate.wild else tables.BROWSERS
    has = {name for name, share in shares.items() if dice.is_one_of(share * 1000)}
    esr, odd = dice.pick(tables.ESR), dice.is_one_of(2_000)
    is_esr = dice.is_one_of(1000 * tables.MANAGED_SHARE["esr"]) and not estate.wild
    if changed.until["new-browser"] > estate.first_day:
        has.add("firefox")
    if system.family != "windows":
        return _elsewhere(system, changed, has, esr)
    found = [*_of_windows(system, changed, with_edge=dice.is_one_of(700_000))]
    last = LAST_ON.get(system.release)
    if "chrome" in has or "chrome-user" in has:
        version = OLD_CHROME[last] if last else changed.version("chrome", "chrome")
        found.append(Browser("chrome", version, own="chrome" not in has))
    if "firefox" in has and not (odd and state == ""):
        old = {"xp": ("52.9.0", "esr"), "7": (changed.version("esr-115", "firefox"), "esr")}
        line = f"esr-{esr}"
        new = (changed.version(line, "firefox"), "esr") if is_esr else (changed.version("firefox", "firefox"), "stable")
        found.append(Browser("firefox", *old.get("7" if system.release == "8.1" else system.release, new)))
    elif "firefox" in has:
        found.append(Browser("firefox", ""))
    if not last:
        found += [Browser(name, changed.version(name, "chrome"), own=name == "opera") for name in ("brave", "opera")
                  if name in has]  # fmt: skip
        found += [Browser("chromium", changed.version("chrome", "chrome"), own=True)] if "chromium" in has else []
    return tuple(found)


def _of_windows(system: System, changed: _Changed, *, with_edge: bool) -> list[Browser]:
    """What came with Windows, or with its updates."""
    release, found = system.release, []
    edge = with_edge if release in _NO_EDGE else True
    if edge and release != "xp":
        version = "109.0.1518.140" if release in LAST_ON else changed.version("edge", "edge")
        found.append(Browser("edge", version))
    elif release.startswith("10-"):
        version = {14393: "38.14393.0.0", 17763: "44.17763.1.0"}.get(BUILDS[release], "44.18362.1.0")
        found.append(Browser("edge-legacy", version, own=True))
    if not release.startswith(("11-", "server-2025", "server-2022")):
        found.append(
            Browser("ie", "8.0.6001.18702" if release == "xp" else f"11.0.{BUILDS[release]}.{system.revision or 19597}")
        )
    return found


def _elsewhere(system: System, changed: _Changed, has: set[str], esr: str) -> tuple[Browser, ...]:
    """On macOS and Linux."""
    found = []
    if system.family == "macos":
        safari = {"27": "27.1", "26": f"26.{system.release.split('.')[1]}", "15": "26.6", "14": "26.6", "13": "18.6",
                  "12": "17.6", "11": "16.6.1", "10": "15.6.1"}  # fmt: skip
        found.append(Browser("safari", safari[system.release.split(".")[0]]))
    elif system.release.startswith(("debian", "rhel")):
        found.append(Browser("firefox", changed.version(f"esr-{max(esr, '140')}", "firefox"), "esr"))
    else:
        found.append(Browser("firefox", changed.version("firefox", "firefox")))
    if "chrome" in has:
        found.append(Browser("chrome", changed.version("chrome", "chrome")))
    if "firefox" in has and system.family == "macos":
        found.append(Browser("firefox", changed.version("firefox", "firefox")))
    if "brave" in has or (system.family == "macos" and "chrome-user" in has):
        found.append(Browser("edge", changed.version("edge", "edge")))
    return tuple(found)


def _office(estate: Estate, system: System, changed: _Changed, site: Site, dice: Dice) -> tuple[str, str, str]:
    """(kind, version, language); kind is ``none`` where there is none."""
    kind = dice.pick(tables.WILD_OFFICE if estate.wild else tables.OFFICE)
    libreoffice, has = dice.pick(tables.LIBREOFFICE), dice.below(1000)
    if system.family == "linux":
        return ("libreoffice", libreoffice, site.culture) if has < 800 else ("none", "", "")
    if system.family == "macos":
        mac = ("16.102.3", "16.101.4", "16.98", "16.89.1", "16.78")[min(4, changed.straggles // 60)]
        return ("office-mac", mac, "") if has < 700 else ("none", "", "")
    if system.release in LAST_ON and kind.startswith(("m365", "office-2019", "office-202", "office-2016")):
        kind = "office-2010-msi" if has < 600 else "none"
    versions = {
        "libreoffice": libreoffice, "none": "",
        "office-2016-msi": "16.0.4266.1001", "office-2013-msi": "15.0.4569.1506", "office-2010-msi": "14.0.7015.1000",
        "office-2019": f"16.0.10417.{20000 + 8 * (has % 12)}", "office-2021": f"16.0.14334.{20090 + 54 * (has % 11)}",
        "office-2024": f"16.0.17932.{20130 + 62 * (has % 10)}",
    }  # fmt: skip
    version = versions[kind] if kind in versions else changed.version(kind.removeprefix("m365-"), "office")
    return kind, version, site.culture


def _identity(
    estate: Estate, number: int, site: Site, machine: Machine, state: str, *, before: bool, dice: Dice
) -> tuple[str, str]:
    """(machine's GUID, host name)."""
    guid = Dice(estate.seed, "guid", number).guid()
    hostname = f"{site.code}-{'L' if is_laptop(machine) else 'D'}{number:06d}"
    if state == "clone":
        guid = Dice(estate.seed, "image", site.number, number % 3).guid()
    elif state == "odd-name":
        hostname = f"{dice.one(tables.ODD_NAMES)}{number}"
    elif state == "renamed" and before:
        hostname = f"PC-{number:06d}"
    elif state == "re-imaged" and before:
        guid = Dice(estate.seed, "older guid", number).guid()
    return guid, hostname


def _device_id(family: str, guid: str, hostname: str) -> str:
    """As :func:`auditor.identity.device_id` makes it of these two; only on Windows the GUID is read as it is."""
    return hashed(f"{guid if family == 'windows' else hashed(guid)}\n{hostname}")[:32]


def _moment(day: int, state: str, dice: Dice) -> str:
    """When the agent ran: in the hours of work, most of it in the morning."""
    hour, minute, second = 6 + min(dice.below(13), dice.below(13)), dice.below(60), dice.below(60)
    if state == "clock-ahead":
        day += 400 + dice.below(4000)
    elif state == "clock-reset":
        day = 735_600 + dice.below(30)
    return f"{day_of(day)}T{hour:02d}:{minute:02d}:{second:02d}Z"
