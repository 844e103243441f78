r"""What is said of each browser on Windows, apart: it rests on far fewer readings than what is said of all of them.

The browsers of a PC know nothing of one another, but for the two Edges. So the check
is the sum of parts, each of some products; what may have been missed is said by the part of
the rare ones. Each looks at what is its products' own, and at what is about all: of the
list of programs it sees only its own entries, of the choices of other browsers only that they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain

from auditor.checks import browsers_windows, html5, system_windows
from auditor.checks import browsers_windows_clues as traces
from auditor.checks import browsers_windows_defaults as defaults
from auditor.checks import browsers_windows_places as places
from auditor.checks import browsers_windows_policies as policies
from auditor.checks import programs_windows as programs
from auditor.checks.browsers import BROWSERS, by_prog_id, by_uninstall_name
from auditor.checks.browsers_windows_left import WINDOWS_11
from auditor.checks.collected import Collected, Without, assignments, text_field
from auditor.checks.sight import Sight
from auditor.model import Detected, Reading, Source, Status

_OFTEN = (("chrome",), ("edge", "edge-legacy"), ("firefox",), ("ie",))
_REST = tuple(row.product for row in BROWSERS if row.product not in set(chain.from_iterable(_OFTEN)))
GROUPS = (*_OFTEN, _REST)
"""The products of each part."""

_OWN: Mapping[Source, str] = {
    **{source: row.product for table in (places.FILES, places.WAITING) for source, row in table.items()},
    **{
        source: row.product
        for table in (places.BEACONS, places.USER_PACKAGES, places.MACHINE_PACKAGES)
        for source, (row, _) in table.items()
    },
    **{
        source: row.product
        for source in (*places.MACHINE_CLIENTS, *places.USER_CLIENTS, *places.MACHINE_STATES, *places.USER_STATES)
        for updater, row in places.UPDATERS.items()
        if f"\\{updater}\\" in source.where
    },
    **{source: product for product, each in policies.PLACES.items() for source in (*each.own, *each.updater)},
    **dict.fromkeys((*places.FIREFOX, *policies.FILES), "firefox"),
    places.IE: "ie",
}
"""Sources that speak of one product → which."""

_LISTS = (*programs.MACHINE, *programs.USERS)
_NAMED = (*places.REGISTERED, *places.APP_PATHS)
_CLIENTS = (*places.MACHINE_CLIENTS, *places.USER_CLIENTS, *places.MACHINE_STATES, *places.USER_STATES)
_OF_FILES = frozenset((*places.FILES, *places.INIS))
_OF_MANAGEMENT = (policies.DOMAIN, policies.CLOUD, policies.MANAGED)
_OF_UPDATERS = frozenset(("chrome", "edge"))
"""Whose updaters heed policies only where the PC is managed."""

_ONLY_READ = frozenset(
    (
        *(*places.BEACONS, *places.USER_PACKAGES, *places.MACHINE_PACKAGES, *_CLIENTS, *places.FIREFOX, places.IE),
        *(*places.PORTABLE_CHROME, *places.TOR, *_NAMED, policies.DOMAIN),
        *(source for each in policies.PLACES.values() for source in each.own if source.where.startswith("HKU")),
    )
)
"""Sources of which nothing counts but values."""

_ONLY_REFUSED = frozenset(
    (
        *(*places.INIS, *places.WAITING, *places.STAGED, *defaults.CHOSEN, *policies.FILES),
        *(source for each in policies.PLACES.values() for source in (*each.own, *each.updater)),
    )
)
"""Sources of which it does not count that nothing is there, but that it could not be looked at."""


def foreign(products: tuple[str, ...]) -> frozenset[Source]:
    """The sources that speak of other products alone; that files could not be looked at is for the rare ones to say."""
    others = {source for source, product in _OWN.items() if product not in products}
    return frozenset(others - _OF_FILES if products == _REST else others)


def wants(products: tuple[str, ...]) -> tuple[Source, ...]:
    """What a part looks at."""
    others = foreign(products)
    if not _OF_UPDATERS & set(products):
        others |= frozenset(_OF_MANAGEMENT)
    every = (*browsers_windows.WANTS, system_windows.CURRENT_VERSION, system_windows.TEXT, system_windows.CENSUS_OS)
    return tuple(source for source in every if source not in others)


def detect(products: tuple[str, ...], collected: Collected) -> Detected:
    """What :func:`auditor.checks.browsers_windows.detect` says of ``products``."""
    own = Without(collected, frozenset(source for source, product in _OWN.items() if product not in products))
    return Detected(
        tuple(browsers_windows.facts(own, products)),
        browsers_windows.missed(collected) if products == _REST else (),
    )


def sight(products: tuple[str, ...]) -> Sight:
    """What a part sees of what it looks at.

    An entry of the list of programs hides Amcache's of the same key, whatever either is called; and
    several version keys may contradict each other in what is not shown.
    """
    return Sight(partial(_shown, products), frozenset((programs.AMCACHE,)), frozenset((system_windows.CURRENT_VERSION,)))


def _shown(products: tuple[str, ...], reading: Reading) -> Reading | None:
    if reading.status is not Status.READ:
        return _shown_unread(products, reading)
    source = reading.source
    if source == policies.DOMAIN:  # the updaters heed policies in any
        return reading._replace(value={"Domain": "x"}) if text_field(reading, "Domain") else reading
    if source == system_windows.CURRENT_VERSION:
        return _age(reading)
    if source in defaults.CHOSEN:
        return _chosen(products, reading)
    product_of = _OWNERS.get(source)
    return reading if product_of is None or product_of(reading) in products else None


def _shown_unread(products: tuple[str, ...], reading: Reading) -> Reading | None:
    source, is_absent = reading.source, reading.status is Status.ABSENT
    if source in _LISTS:
        return programs.refused(reading) if products == _REST else None
    if source in _NAMED:
        return reading if traces.is_gone(reading) else None
    nothing = source in _ONLY_READ or (
        is_absent and (source in _ONLY_REFUSED or _OWN.get(source, "") not in ("", *products))
    )
    return None if nothing else reading


def _age(reading: Reading) -> Reading:
    """A Windows by what is asked of its build: whether it is before 8, before 11, or later."""
    build = system_windows.build_of_key(reading)
    if build is None or build < 1:
        return reading
    known = [low for low in (1, defaults.WINDOWS_8, WINDOWS_11) if low <= build]
    return reading._replace(value={"CurrentBuild": str(known[-1])})


def _chosen(products: tuple[str, ...], reading: Reading) -> Reading | None:
    """A choice of something else: that it was made, and whether it may be a Store package."""
    name = text_field(reading, "ProgId")
    known = by_prog_id(name)
    if known and known[0].product in products:
        return reading
    other = "AppX" if name.startswith("AppX") and known is None else "x"
    return reading._replace(value={"ProgId": other}) if name else None


def _listed(reading: Reading) -> str:
    entry = programs.entry_of(reading)
    known = by_uninstall_name(entry.name) if entry else None
    return known[0].product if known else ""


def _of_file(reading: Reading) -> str:
    row, _ = traces.program_of(reading)
    return row.product if row else ""


def _of_ini(reading: Reading) -> str:
    row = traces.row_of_ini(assignments(reading.value))
    return row.product if row else ""


def _client(reading: Reading) -> str:
    return _OWN[reading.source] if traces.is_client(reading) else ""


_OWNERS = {
    **dict.fromkeys(_LISTS, _listed),
    **dict.fromkeys((*places.FILES, *places.PORTABLE_CHROME, *_NAMED), _of_file),
    **dict.fromkeys(places.INIS, _of_ini),
    **dict.fromkeys(_CLIENTS, _client),
}
"""Source of things of many products → of which a reading is; of others its value says nothing."""


def html5_sight(products: tuple[str, ...]) -> Sight:
    """What a part of html5 sees: not what users chose and ran, nor what waits to be started."""
    return sight(products)._replace(shows=partial(_shown_to_html5, products))


_UNSEEN = frozenset((*defaults.CHOSEN, *places.STAGED, *_OF_MANAGEMENT))


def _shown_to_html5(products: tuple[str, ...], reading: Reading) -> Reading | None:
    """As :func:`_shown`. Of Brave all stays: any text that names its version may name its engine's."""
    row = places.WAITING.get(reading.source)
    if reading.source in _UNSEEN or (row and not row.engine_first):
        return None
    if reading.source == html5.PROBE and reading.status is Status.READ:
        return reading if reading.at.partition(": ")[0] in products else None
    row, _ = places.BEACONS.get(reading.source, (None, ""))
    if row and not row.engine_first and text_field(reading, "version"):
        return reading._replace(value={"version": "1.0"})
    return _shown(products, reading)
