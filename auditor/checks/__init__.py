"""What auditor knows how to find. A check says what it wants read and understands it; it never reads.

``CHECKS`` is the whole list. The union of their wants drives the agent and, in time,
every other collector, so that there is one list of what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from auditor.checks import (
    apps,
    apps_found,
    browsers,
    browsers_linux,
    browsers_macos,
    browsers_windows,
    device,
    hardware,
    html5,
    leftovers,
    office,
    system,
)
from auditor.checks import browsers_windows_parts as parts
from auditor.checks.collected import Collected
from auditor.checks.sight import ALL, Sight
from auditor.model import Detected, FactSpec, Gap, Snapshot, Source, Vocabulary

FAMILIES = ("windows", "macos", "linux")
"""The families of systems that snapshots are taken of."""


class Check(NamedTuple):
    """``wants`` by family, the pure function from readings to facts, and the facts it may yield.

    ``sight`` is what it sees of the readings. ``parts`` by family are checks that say together what this one
    says and look at less each, for whoever keeps what was said.
    """

    wants: Mapping[str, tuple[Source, ...]]
    detect: Callable[[Collected], Detected]
    facts: tuple[FactSpec, ...]
    sight: Sight = ALL
    parts: Mapping[str, tuple[Check, ...]] = MappingProxyType({})


def _browsers(collected: Collected) -> Detected:
    by_family = {"linux": browsers_linux.detect, "macos": browsers_macos.detect, "windows": browsers_windows.detect}
    return by_family[collected.device.family](collected)


def _html5_of(products: tuple[str, ...], collected: Collected) -> Detected:
    return html5.detect(collected, parts.detect(products, collected))


_BROWSERS = (*browsers.FACTS, *leftovers.FACTS)
_HTML5 = html5.facts(browsers.FACTS)
_BROWSER_PARTS = tuple(
    Check({"windows": parts.wants(products)}, partial(parts.detect, products), _BROWSERS, parts.sight(products))
    for products in parts.GROUPS
)
_HTML5_PARTS = tuple(
    Check(
        {"windows": (*parts.wants(products), html5.PROBE)},
        partial(_html5_of, products),
        _HTML5,
        parts.html5_sight(products),
    )
    for products in parts.GROUPS
)

CHECKS: Mapping[str, Check] = {
    "device": Check(device.WANTS, device.detect, device.FACTS),
    "system": Check(system.WANTS, system.detect, system.FACTS),
    "hardware": Check(hardware.WANTS, hardware.detect, hardware.FACTS),
    "browsers": Check(
        {"linux": browsers_linux.WANTS, "macos": browsers_macos.WANTS, "windows": browsers_windows.WANTS},
        _browsers,
        _BROWSERS,
        browsers_macos.SIGHT,
        parts={"windows": _BROWSER_PARTS},
    ),
    "html5": Check(
        html5.WANTS,
        lambda collected: html5.detect(collected, _browsers(collected)),
        _HTML5,
        browsers_macos.SIGHT,
        parts={"windows": _HTML5_PARTS},
    ),
    "office": Check(office.WANTS, office.detect, office.FACTS, office.SIGHT),
    "apps": Check(apps_found.WANTS, apps_found.detect, apps.FACTS, apps_found.SIGHT),
}

VOCABULARY: Vocabulary = {f"{spec.kind}.{spec.name}": spec for check in CHECKS.values() for spec in check.facts}
"""Every fact that a rule may ask for."""


def wants(family: str) -> tuple[Source, ...]:
    """Everything the checks want read on a system of ``family``, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(check.wants[family] for check in CHECKS.values())))


def detect(snapshot: Snapshot) -> Detected:
    """All facts and gaps of one snapshot. A check that breaks leaves a gap and stops no other."""
    collected = Collected(snapshot)
    parts = [detect_by(name, check, collected) for name, check in CHECKS.items()]
    return Detected(
        tuple(chain.from_iterable(part.facts for part in parts)),
        tuple(chain.from_iterable(part.gaps for part in parts)),
        MappingProxyType({kind: readings for part in parts for kind, readings in part.looked.items()}),
    )


def detect_by(name: str, check: Check, collected: Collected) -> Detected:
    """What one check understands; of a check that breaks, the gaps that it leaves."""
    try:
        return check.detect(collected)
    except Exception as error:  # noqa: BLE001  one broken check must leave a gap and stop no other
        kinds = dict.fromkeys(spec.kind for spec in check.facts)
        reason = f"the check {name!r} broke on this snapshot: {type(error).__name__} {error}"[:300]
        return Detected((), tuple(Gap(kind, "machine", reason) for kind in kinds))
