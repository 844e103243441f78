"""The organisation's decisions on identity, applied to the ids that there are.

A host name stands for every id that has it; where those were seen at the same time they are several PCs, and a decision
that makes them one by that name is not followed: it must name ids. A decision that cannot be followed becomes a
doubt, never an error: PCs come and go while the file stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from auditor.estate.same_signs import Doubt, Link, Owners, Pc, at_once, in_order
from auditor.identity import host_key
from auditor.identity_file import Decision

_Named = tuple[tuple[str, ...], ...]


class Said(NamedTuple):
    """The decisions as they hold here.

    ``kept_apart``: device id → for each decision that keeps it from others, the decision's number and its side there.
    """

    owners: Owners
    links: list[Link]
    kept_apart: Mapping[str, Sequence[tuple[int, int]]]
    reasons: Sequence[str]
    doubts: list[Doubt]

    def apart(self, one: str, other: str) -> bool:
        """Whether a decision keeps these two ids, or what they are said to be one with, apart."""
        return bool(self.parts((one, other)))

    def parts(self, devices: Iterable[str]) -> str:
        """The reason of a decision by which these are not all one PC; empty where there is none."""
        sides: dict[int, int] = {}
        for device in sorted(devices):
            for number, side in self.kept_apart.get(device, ()):
                if sides.setdefault(number, side) != side:
                    return self.reasons[number]
        return ""

    def parts_all(self, devices: Iterable[str]) -> bool:
        """Whether one decision keeps each of these from each other."""
        sides: dict[int, set[int]] = {}
        count = 0
        for device in devices:
            count += 1
            for number, side in self.kept_apart.get(device, ()):
                sides.setdefault(number, set()).add(side)
        return any(len(each) == count for each in sides.values())


def heed(pcs: Mapping[str, Pc], decisions: Iterable[Decision]) -> Said:
    """What the decisions mean for these ids. Where two contradict each other here, the ids stay apart."""
    given = sorted(decisions, key=lambda each: (each.names, each.same, each.place))
    names = _names(pcs)
    doubts: list[Doubt] = []
    same: list[tuple[Decision, tuple[str, ...]]] = []
    kept: dict[str, list[tuple[int, int]]] = {}
    reasons: list[str] = []
    for each in given:
        ids, fault = _ids(each, pcs, names)
        if fault:
            doubts.append(fault)
        if ids and each.same:
            same.append((each, tuple(sorted({device for some in ids for device in some}))))
        elif ids:
            for side, some in enumerate(ids):
                for device in some:
                    kept.setdefault(device, []).append((len(reasons), side))
            reasons.append(_reason(each))
    links = _followed(same, pcs, Said({}, [], kept, reasons, []), doubts)
    owners = _owners(pcs, links)
    return Said(owners, links, _spread(kept, owners), reasons, doubts)


def _names(pcs: Mapping[str, Pc]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for device, pc in pcs.items():
        names.setdefault(pc.key, []).append(device)
    return names


def _ids(each: Decision, pcs: Mapping[str, Pc], names: Mapping[str, list[str]]) -> tuple[_Named, Doubt | None]:
    """The ids that each name of a decision stands for; none where it cannot be followed, and a doubt that says why."""
    direct = {name.casefold() for name in each.names} & pcs.keys()
    found: list[tuple[str, ...]] = []
    for name in each.names:
        if name.casefold() in direct:
            found.append((name.casefold(),))
            continue
        ids = tuple(device for device in names.get(host_key(name), ()) if host_key(name) and device not in direct)
        if not ids:
            return _left_out(each, found, name)
        both = at_once((pcs[device] for device in ids), {device: device for device in ids}) if each.same else None
        if both:
            what = f"{each.place}: {name} is the name of {len(ids)} PCs at the same time"
            return (), Doubt("decision", tuple(sorted(ids)), what, "name the ids that are meant")
        found.append(ids)
    return tuple(found), None


def _left_out(each: Decision, found: list[tuple[str, ...]], name: str) -> tuple[_Named, Doubt]:
    known = tuple(sorted(device for some in found for device in some))
    return (), Doubt("decision", known, f"{each.place}: no PC here is called {name}, nor has that id", "mend or remove it")


def _followed(
    same: list[tuple[Decision, tuple[str, ...]]], pcs: Mapping[str, Pc], said: Said, doubts: list[Doubt]
) -> list[Link]:
    """The links that decisions make, without those of a chain that another decision keeps apart."""
    made = [(each, [Link(one.device, other.device, _reason(each)) for one, other in _star(ids, pcs)]) for each, ids in same]
    owners = _owners(pcs, [link for _, links in made for link in links])
    chains: dict[str, list[str]] = {}
    for device, owner in owners.items():
        chains.setdefault(owner, []).append(device)
    wrong = {owner: why for owner, chain in chains.items() if len(chain) > 1 and (why := said.parts(chain))}
    for owner, why in sorted(wrong.items()):
        what = f"some of these {len(chains[owner])} ids are said to be one and apart ({why}); they stay apart"
        doubts.append(Doubt("decision", tuple(sorted(chains[owner])), what, "take one of the decisions away"))
    return [link for _, links in made for link in links if owners[link.earlier] not in wrong]


def _star(ids: tuple[str, ...], pcs: Mapping[str, Pc]) -> list[tuple[Pc, Pc]]:
    first, *others = in_order(pcs[device] for device in ids)
    return [(first, other) for other in others]


def _owners(pcs: Mapping[str, Pc], links: Iterable[Link]) -> dict[str, str]:
    parent = {device: device for device in pcs}

    def top(device: str) -> str:
        while parent[device] != device:
            parent[device] = parent[parent[device]]
            device = parent[device]
        return device

    for link in links:
        low, high = sorted((top(link.earlier), top(link.later)))
        parent[high] = low
    return {device: top(device) for device in pcs}


def _spread(kept: Mapping[str, list[tuple[int, int]]], owners: Owners) -> dict[str, list[tuple[int, int]]]:
    """What keeps one id apart keeps those apart that are said to be one with it."""
    by_owner: dict[str, dict[tuple[int, int], None]] = {}
    for device, sides in kept.items():
        by_owner.setdefault(owners[device], {}).update(dict.fromkeys(sides))
    return {device: list(by_owner[owner]) for device, owner in owners.items() if owner in by_owner}


def _reason(each: Decision) -> str:
    word = "one PC" if each.same else "apart"
    return f"{word} by decision of {each.by} of {each.as_of}: {each.reason}"
