"""Which device ids are one PC: decided by signals that are one PC's own, and by the organisation's word, which wins.

Two PCs are never silently one. Ids are joined where the evidence is unique (:mod:`auditor.estate.same_signs`) and no two
of them were seen at the same time; each that is joined has a sentence that says why. What is likely only, what
contradicts itself, and what copies of one image share is kept apart and listed, with what would settle it.

The outcome depends on the signals alone and not on their order; it is made anew from all of them each time, so that a
join that later evidence disproves comes apart again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from auditor.estate import same_signs as signs
from auditor.estate.same_said import Said, heed
from auditor.estate.same_signs import Doubt, Link, Pc
from auditor.identity import host_key
from auditor.identity_file import Decision

TELLING = ("machine-id", "smbios-uuid", "serial", "hostname")
"""Kinds by which ids can be joined or doubted: who shares no value of these with another id can be left out of what
:func:`decide` is given, unless a decision names it. In an estate of a million PCs that leaves some thousands."""


class Signal(NamedTuple):
    """One signal of one device id: its kind and hash, and when that id was first and last seen (ISO 8601, UTC).

    ``first`` and ``last`` are the id's first and last snapshot, of whatever content. An id without signals has one row
    with an empty ``kind``, so that a decision can name it. Kinds are those of :func:`auditor.identity.signals`.
    """

    device: str
    kind: str
    value: str
    first: str
    last: str
    hostname: str = ""


class Alias(NamedTuple):
    """A device id that counts under another, ``pc``, the one that was seen first; ``reason`` is a sentence."""

    device: str
    pc: str
    reason: str


class Identities(NamedTuple):
    """What came of it: ids that are one PC, by id, and what is kept apart though something speaks for one PC."""

    aliases: tuple[Alias, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def decide(rows: Iterable[Signal], decisions: Iterable[Decision] = ()) -> Identities:
    """Who is one PC, from all signals of an estate and the organisation's decisions; cost is that of sorting the signals."""
    pcs = gathered(rows)
    said = heed(pcs, decisions)
    found = signs.hardware(pcs.values(), said.owners)
    links, doubts = signs.links(found)
    links = [link for link in links if not said.apart(link.earlier, link.later)]
    parts = _joined([*said.links, *links])
    decided, decided_or_found = _by_earlier(said.links), _by_earlier([*said.links, *links])
    aliases: list[Alias] = []
    for part in parts:
        fault = _fault(part, pcs, said)
        if fault:
            doubts.append(fault)
        within = decided if fault else decided_or_found
        aliases += _aliases(part, pcs, [link for device in sorted(part) for link in within.get(device, ())])
    one = {alias.device: alias.pc for alias in aliases}
    every = list(pcs.values())
    doubts += signs.copies(found, every, said.owners)
    doubts += signs.one_installation(found, every, said.owners)
    doubts += signs.one_name(found, every, said.owners)
    open_ = {doubt for doubt in doubts if not _is_settled(doubt, one, said)}
    return Identities(tuple(sorted(aliases)), tuple(sorted(open_ | set(said.doubts))))


def gathered(rows: Iterable[Signal]) -> dict[str, Pc]:
    """The ids with all that is known of each, in the order of :func:`auditor.estate.same_signs.in_order`."""
    spans: dict[str, tuple[str, str, str]] = {}
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        first, last, name = spans.get(row.device, (row.first, row.last, row.hostname))
        if row.hostname != name:
            name = min(filter(None, (name, row.hostname)))
        spans[row.device] = (min(first, row.first), max(last, row.last), name)
        kind = row.kind.partition(":")[0]
        values = found.setdefault(row.device, {})
        if kind and row.value:
            values.setdefault(kind, set()).add(row.value)
    pcs = (
        Pc(device, *span, host_key(span[2]), {kind: frozenset(values) for kind, values in found[device].items()})
        for device, span in spans.items()
    )
    return {pc.device: pc for pc in signs.in_order(pcs)}


def _by_earlier(links: Iterable[Link]) -> Mapping[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.earlier, []).append(link)
    return found


def _joined(links: Iterable[Link]) -> list[frozenset[str]]:
    """The ids that links lead to from one another, as sets of two or more."""
    parent: dict[str, str] = {}

    def top(device: str) -> str:
        parent.setdefault(device, device)
        while parent[device] != device:
            parent[device] = parent[parent[device]]
            device = parent[device]
        return device

    for link in links:
        low, high = sorted((top(link.earlier), top(link.later)))
        parent[high] = low
    parts: dict[str, set[str]] = {}
    for device in parent:
        parts.setdefault(top(device), set()).add(device)
    return [frozenset(parts[name]) for name in sorted(parts)]


def _fault(part: frozenset[str], pcs: Mapping[str, Pc], said: Said) -> Doubt | None:
    """Why a chain of links cannot be one PC, where each link alone could; None where it can."""
    if len({said.owners[device] for device in part}) < 2:
        return None
    members = [pcs[device] for device in sorted(part)]
    if why := said.parts(part):
        what = f"{len(part)} ids go with one another one by one, and you keep some of them apart ({why})"
    elif pair := signs.at_once(members, said.owners):
        what = (
            f"{len(part)} ids go with one another one by one, but "
            f"{signs.shown(pair[0])} and {signs.shown(pair[1])} were seen at the same time"
        )
    elif kind := _contradiction(members, said):
        what = f"{len(part)} ids go with one another one by one, but have no {signs.named([kind])} in common"
    else:
        return None
    return Doubt("doubt", tuple(sorted(part)), what, "a decision of yours: which of them are the same, which apart")


def _contradiction(members: list[Pc], said: Said) -> str:
    """The kind of hardware that ids of different owners do not all have in common; empty where there is none."""
    for kind in signs.HARDWARE:
        by_owner: dict[str, set[str]] = {}
        for pc in members:
            if pc.of(kind):
                by_owner.setdefault(said.owners[pc.device], set()).update(pc.of(kind))
        if by_owner and not set.intersection(*by_owner.values()):
            return kind
    return ""


def _aliases(part: frozenset[str], pcs: Mapping[str, Pc], links: list[Link]) -> list[Alias]:
    """Each id of a part under the first that links lead to it from."""
    beside: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        beside.setdefault(link.earlier, []).append((link.later, link.reason))
        beside.setdefault(link.later, []).append((link.earlier, link.reason))
    found: list[Alias] = []
    reached: set[str] = set()
    for pc in signs.in_order(pcs[device] for device in part):
        if pc.device in reached:
            continue
        reached.add(pc.device)
        pending = [pc.device]
        while pending:
            for device, reason in sorted(beside.get(pending.pop(), ())):
                if device not in reached:
                    reached.add(device)
                    found.append(Alias(device, pc.device, reason))
                    pending.append(device)
    return found


def _is_settled(doubt: Doubt, one: Mapping[str, str], said: Said) -> bool:
    """Whether the ids of a doubt are one PC after all, or are apart by decision."""
    return len({one.get(device, device) for device in doubt.devices}) < 2 or said.parts_all(doubt.devices)
