"""What the signals of two ids tell: one PC that changed, copies of one, or something that only a person can say.

Hardware tells most: an SMBIOS UUID or a serial number that is never seen on two PCs at once, nor under more than
:data:`FEW` names, is *its own*. Ids that share one are one PC where the installation is the same (it was renamed)
or the name is (it was re-imaged). Nothing else joins ids: what is likely and not certain becomes a doubt, with
what would settle it. A network card proves nothing, since docks and adapters go from hand to hand; it is named as
a hint where it was never seen under another name.

Every step groups by one signal and sorts the group, so the cost is that of sorting the signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from auditor.identity import signal

FEW = 3
"""Most names under which one PC's hardware or installation is taken to have been seen."""

HARDWARE: Mapping[str, str] = {"smbios-uuid": "SMBIOS UUID", "serial": "serial number"}
"""Kinds of signal that go with the hardware → what they are called."""

_INSTALLATION = "machine-id"
_DECIDE = "a decision of yours (same or apart)"
_COPIED = f"new ids for the copies (sysprep, systemd-machine-id-setup, a new UUID of the virtual machine), or {_DECIDE}"


class Pc(NamedTuple):
    """One device id: when it was first and last seen (ISO 8601, UTC), its name, what names are compared by, its signals."""

    device: str
    first: str
    last: str
    name: str
    key: str
    signals: Mapping[str, frozenset[str]]

    def of(self, kind: str) -> frozenset[str]:
        """Its signals of one kind; none where none was read."""
        return self.signals.get(kind, frozenset())


class Link(NamedTuple):
    """Two ids that are one PC, the earlier first, and why, as a sentence."""

    earlier: str
    later: str
    reason: str


class Doubt(NamedTuple):
    """Ids that are kept apart, what is known, and what would settle it.

    ``kind`` is clones, doubt, or decision: one of the organisation's that could not be followed.
    """

    kind: str
    devices: tuple[str, ...]
    what: str
    settle: str


Owners = Mapping[str, str]
"""Device id → the id that stands for all that the organisation says are one PC with it; itself where it says nothing."""


def in_order(pcs: Iterable[Pc]) -> list[Pc]:
    """By when they were first seen, then by id: the order in which one PC would have had them."""
    return sorted(pcs, key=lambda pc: (pc.first, pc.last, pc.device))


def at_once(pcs: Iterable[Pc], owners: Owners) -> tuple[Pc, Pc] | None:
    """Two of ``pcs`` that were seen at the same time and are not said to be one; None where there are none."""
    latest: list[Pc] = []  # the one that was seen longest, then the longest of another owner
    for pc in in_order(pcs):
        for before in latest:
            if before.last >= pc.first and owners[before.device] != owners[pc.device]:
                return before, pc
        kept = in_order_of_end([pc, *latest])
        latest = kept[:1] + [each for each in kept[1:] if owners[each.device] != owners[kept[0].device]][:1]
    return None


def in_order_of_end(pcs: Iterable[Pc]) -> list[Pc]:
    """The one that was seen last comes first."""
    return sorted(pcs, key=lambda pc: (pc.last, pc.device), reverse=True)


def grouped(pcs: Iterable[Pc], kind: str) -> dict[str, list[Pc]]:
    """Value of a signal → the ids that have it, where that is more than one, in the order that ``pcs`` have."""
    found: dict[str, list[Pc]] = {}
    for pc in pcs:
        for value in pc.of(kind):
            found.setdefault(value, []).append(pc)
    return {value: found[value] for value in sorted(found) if len(found[value]) > 1}


class Hardware(NamedTuple):
    """Which values are a PC's own, by kind, and the groups of ids that share one that is none."""

    own: Mapping[str, frozenset[str]]
    groups: tuple[list[Pc], ...]
    copies: tuple[tuple[str, list[Pc]], ...]

    def shared(self, one: Pc, other: Pc) -> tuple[str, ...]:
        """The kinds in which both have the same value of their own."""
        return tuple(kind for kind in HARDWARE if one.of(kind) & other.of(kind) & self.own[kind])


def hardware(pcs: Iterable[Pc], owners: Owners) -> Hardware:
    """Sort the values of hardware into those that are one PC's own and those that several have at once."""
    every = list(pcs)
    own: dict[str, frozenset[str]] = {}
    groups: list[list[Pc]] = []
    copies: list[tuple[str, list[Pc]]] = []
    for kind in HARDWARE:
        found = grouped(every, kind)
        shared = {value for value, group in found.items() if _is_shared(group, owners)}
        own[kind] = frozenset(found.keys() - shared)
        groups += [group for value, group in found.items() if value not in shared]
        copies += [(kind, group) for value, group in found.items() if value in shared]
    return Hardware(own, tuple(groups), tuple(copies))


def _is_shared(group: list[Pc], owners: Owners) -> bool:
    return len({pc.key for pc in group}) > FEW or at_once(group, owners) is not None


def contradicts(one: Pc, other: Pc) -> str:
    """The kind of hardware in which both have values and none in common; empty where there is none."""
    return next((kind for kind in HARDWARE if one.of(kind) and other.of(kind) and not one.of(kind) & other.of(kind)), "")


def links(found: Hardware) -> tuple[list[Link], list[Doubt]]:
    """The pairs that one hardware makes one PC, and those of which it does not tell enough."""
    made: dict[tuple[str, str], Link] = {}
    doubts: list[Doubt] = []
    for group in found.groups:
        for kind in ("key", _INSTALLATION):
            for earlier, later in _neighbours(group, kind):
                if contradicts(earlier, later):
                    doubts.append(_contradiction(earlier, later))
                else:
                    made[earlier.device, later.device] = _link(earlier, later, found.shared(earlier, later))
        for earlier, later in pairwise(group):
            if not _has_one_name(earlier, later) and not earlier.of(_INSTALLATION) & later.of(_INSTALLATION):
                doubts.append(_renewed(earlier, later, found.shared(earlier, later)))
    return [made[pair] for pair in sorted(made)], doubts


def _neighbours(group: list[Pc], kind: str) -> list[tuple[Pc, Pc]]:
    """Each id of a group and the next one in time with the same name, or the same installation."""
    parts: dict[str, list[Pc]] = {}
    for pc in group:
        for value in ({pc.key} - {""}) if kind == "key" else pc.of(kind):
            parts.setdefault(value, []).append(pc)
    return [pair for value in sorted(parts) for pair in pairwise(parts[value])]


def _has_one_name(one: Pc, other: Pc) -> bool:
    return bool(one.key) and one.key == other.key


def named(kinds: Iterable[str]) -> str:
    """Kinds of hardware in words."""
    return " and ".join(HARDWARE[kind] for kind in kinds)


def _link(earlier: Pc, later: Pc, kinds: tuple[str, ...]) -> Link:
    until, since = earlier.last[:10], later.first[:10]
    if earlier.of(_INSTALLATION) & later.of(_INSTALLATION) and _has_one_name(earlier, later):
        said = f"one installation on one hardware ({named(kinds)}), whose name is written as {earlier.name} and {later.name}"
    elif earlier.of(_INSTALLATION) & later.of(_INSTALLATION):
        said = (
            f"renamed: one installation on one hardware ({named(kinds)}), "
            f"called {earlier.name or 'nothing'} until {until} and {later.name or 'nothing'} from {since}"
        )
    else:
        said = (
            f"re-imaged: one hardware ({named(kinds)}) and one name, {later.name}, "
            f"with one installation until {until} and, as far as it was read, another from {since}"
        )
    return Link(earlier.device, later.device, said)


def _contradiction(earlier: Pc, later: Pc) -> Doubt:
    kinds = [kind for kind in HARDWARE if earlier.of(kind) & later.of(kind)]
    return Doubt(
        "doubt",
        _ids(earlier, later),
        f"{shown(earlier)} and {shown(later)} have one {named(kinds)} and two {named([contradicts(earlier, later)])}s: "
        "a part of the hardware was replaced, or a number is not its own",
        _DECIDE,
    )


def _renewed(earlier: Pc, later: Pc, kinds: tuple[str, ...]) -> Doubt:
    return Doubt(
        "doubt",
        _ids(earlier, later),
        f"{shown(earlier)} and {shown(later)} have one {named(kinds)}, and neither name nor installation in common: "
        "re-imaged under a new name, or two PCs whose maker gave both one number",
        _DECIDE,
    )


def copies(found: Hardware, pcs: Iterable[Pc], owners: Owners) -> list[Doubt]:
    """Ids with one value that several PCs have at once: clones, each listed once with all that they share."""
    groups = [(HARDWARE[kind], group) for kind, group in found.copies]
    groups += [("machine id", each) for each in grouped(pcs, _INSTALLATION).values() if _is_shared(each, owners)]
    alike: dict[tuple[str, ...], list[str]] = {}
    for what, group in groups:
        alike.setdefault(_ids(*group), []).append(what)
    return [
        Doubt(
            "clones",
            devices,
            f"{len(devices)} PCs have one {' and one '.join(dict.fromkeys(whats))}: copies of one image or one virtual "
            "machine, or a number that its maker gave to many; each counts as a PC of its own",
            _COPIED,
        )
        for devices, whats in sorted(alike.items())
    ]


_CALLED: Mapping[str, str] = {**HARDWARE, _INSTALLATION: "machine id", "hostname": "name"}


def crowded(kind: str, ids: int, first: Iterable[str]) -> Doubt:
    """So many ids with one value that it tells nothing; the ``first`` of them are named."""
    return Doubt(
        "clones",
        tuple(sorted(first)),
        f"{ids:,} PCs have one {_CALLED[kind]}, of which these are the first: copies of one image or one virtual machine, "
        "or what a maker gave to many; it tells nothing, and each counts as a PC of its own",
        _COPIED,
    )


def one_installation(found: Hardware, pcs: Iterable[Pc], owners: Owners) -> list[Doubt]:
    """Pairs with one machine id, one after the other, of which the hardware does not say that they are one PC."""
    doubts: list[Doubt] = []
    for group in grouped(pcs, _INSTALLATION).values():
        if _is_shared(group, owners):
            continue
        for earlier, later in pairwise(group):
            both = f"{shown(earlier)} and {shown(later)} have one machine id, one after the other"
            if kind := contradicts(earlier, later):
                what = f"{both}, and two {named([kind])}s: a disk that was moved, or a copy of an image"
                doubts.append(Doubt("doubt", _ids(earlier, later), what, _DECIDE))
            elif not found.shared(earlier, later):
                what = f"{both}, and no hardware that tells: renamed, or a copy of an image"
                doubts.append(Doubt("doubt", _ids(earlier, later), what, _more_rights()))
    return doubts


def one_name(found: Hardware, pcs: Iterable[Pc], owners: Owners) -> list[Doubt]:
    """Ids with one name, one after the other, of which the hardware does not say whether they are one PC."""
    every = list(pcs)
    cards = {value: {pc.key for pc in group} for value, group in grouped(every, "mac").items()}
    names: dict[str, list[Pc]] = {}
    for pc in every:
        names.setdefault(pc.key, []).append(pc)
    doubts: list[Doubt] = []
    for key, group in sorted(names.items()):
        if len(group) < 2 or not signal(key):
            continue
        pairs = [(one, other) for one, other in pairwise(group) if _is_open(one, other, found)]
        if not pairs or at_once(group, owners):
            continue
        open_ = {pc.device: pc for pair in pairs for pc in pair}.values()
        hint = any(cards.get(value) == {key} for one, other in pairs for value in one.of("mac") & other.of("mac"))
        what = (
            f"{len(open_)} ids have the name {next(iter(open_)).name}, one after the other"
            f"{', and a network card that no other name has' if hint else ''}: re-imaged, or a PC that took over the name"
        )
        doubts.append(Doubt("doubt", _ids(*open_), what, _more_rights()))
    return doubts


def _is_open(one: Pc, other: Pc, found: Hardware) -> bool:
    """Whether two namesakes may be one PC, as far as is known: neither hardware nor domain nor installation tells."""
    domains = one.of("domain"), other.of("domain")
    elsewhere = all(domains) and not domains[0] & domains[1]
    told = contradicts(one, other) or found.shared(one, other) or one.of(_INSTALLATION) & other.of(_INSTALLATION)
    return not told and not elsewhere and not any(one.of(kind) & other.of(kind) for kind in HARDWARE)


def _more_rights() -> str:
    return f"a scan with an administrator's rights, which see serial number and SMBIOS UUID, or {_DECIDE}"


def shown(pc: Pc) -> str:
    """An id with its name, as a sentence names it."""
    return f"{pc.name} ({pc.device[:8]})" if pc.name else pc.device


def _ids(*pcs: Pc) -> tuple[str, ...]:
    return tuple(sorted({pc.device for pc in pcs}))
