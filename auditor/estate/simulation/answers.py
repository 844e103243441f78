"""What was simulated, to hold against what is found: the truth of each PC, and the list of those that are expected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from auditor.estate.simulation.dice import Dice
from auditor.estate.simulation.machines import MODELS
from auditor.estate.simulation.office import PRODUCT_OF
from auditor.estate.simulation.plan import Browser, Pc
from auditor.estate.simulation.sites import Estate, day_of

TRUTH = ("pc", "device", "hostname", "taken_at", "site", "tags", "family", "os", "release", "revision", "browsers", "office",
         "model", "rights", "blind", "state")  # fmt: skip
"""The columns of truth.csv. ``pc`` is the number of the PC: two devices with one number are one PC."""

EXPECTED = ("Name", "DNSHostName", "OperatingSystem", "LastLogonDate", "Site")
"""The columns of expected.csv, as a list of computers from Active Directory has them."""

NEVER_HEARD, NOT_LISTED = 40_000, 20_000
"""Of a million PCs so many more are expected and never heard of; of those that are heard so many are not listed."""

_WINDOWS = {"11": "Windows 11", "10": "Windows 10", "8.1": "Windows 8.1", "7": "Windows 7", "xp": "Windows XP",
            "server-2025": "Windows Server 2025", "server-2022": "Windows Server 2022", "server-2019": "Windows Server 2019",
            "server-2016": "Windows Server 2016", "server-2012-r2": "Windows Server 2012 R2"}  # fmt: skip
_LINUX = {"ubuntu": "Ubuntu", "debian": "Debian GNU/Linux", "fedora": "Fedora Linux", "rhel": "Red Hat Enterprise Linux"}


def system_name(family: str, release: str) -> str:
    """The name that a release of the tables is found by: Windows 11, macOS 26, Ubuntu 24.04."""
    if family == "windows":
        return _WINDOWS.get(release) or _WINDOWS[release.partition("-")[0]]
    name, _, number = release.partition("-")
    return (
        f"{_LINUX[name]} {number}"
        if family == "linux"
        else f"macOS {release.split('.')[0] if release[:2] != '10' else '10.15'}"
    )


def told_version(browser: Browser) -> str:
    """The version that is found of a browser: Brave's own comes after the engine's."""
    return browser.version.partition(".")[2] if browser.product == "brave" else browser.version


def truth_row(pc: Pc) -> tuple[str, ...]:
    """One PC on one day."""
    browsers = "; ".join(
        " ".join((each.product, told_version(each) or "?", each.channel or "-", "user" if each.own else "machine"))
        for each in pc.browsers
    )
    kind, version, _ = pc.office
    office = "" if kind == "none" else f"{PRODUCT_OF['m365' if kind.startswith('m365') else kind]} {version}"
    system, model = pc.system, pc.machine.mac[0] or MODELS[pc.machine.model].name
    return (
        str(pc.number), pc.device, pc.hostname, pc.taken_at, pc.site.name, " ".join(pc.tags), system.family,
        system_name(system.family, system.release), system.release, system.revision, browsers, office, model, pc.rights,
        pc.blind if system.family == "windows" else "", pc.state,
    )  # fmt: skip


def expected_row(estate: Estate, pc: Pc) -> tuple[str, ...]:
    """How a PC is listed; empty where it is not. PCs from ``estate.pcs`` on have never been heard of."""
    dice = Dice(estate.seed, "listed", pc.number)
    is_stranger = pc.number >= estate.pcs
    if not is_stranger and dice.is_one_of(NOT_LISTED):
        return ()
    seen = pc.day - dice.below(500 if is_stranger else 3)
    name = system_name(pc.system.family, pc.system.release)
    return pc.hostname, f"{pc.hostname.lower()}.{pc.site.domain}", name, day_of(seen), pc.site.name


def as_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as CSV in UTF-8 with plain line ends."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")
