"""What was handed in, as rows of the tables. Pure: nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from auditor.estate.items import Item, Refused, Taken
from auditor.estate.parquet import printable
from auditor.estate.profile import Bundle, Component, Profile, canonical, content_id
from auditor.estate.tables import KINDS
from auditor.model import Device

NEW, UPDATED, OLDER = "new", "updated", "older"
CAME = "names were replaced at intake; it came as "
"""What the log says before the SHA-256 of what was handed in, where something else is kept."""


class State(NamedTuple):
    """A row of ``state``, whose columns it has in order."""

    id: int
    device: str
    hostname: str
    family: str
    site: str
    tags: str
    bundles: tuple[int, ...]

    def cells(self) -> tuple[int | str, ...]:
        """The row."""
        return (*self[:6], *self.bundles)


def state_of(device: Device, profile: Profile) -> State:
    """What a PC was: whose it is, and its bundle of each kind.

    The id is the hash of all of it; a kind of which there is no bundle is not in the hash, so that a new kind
    changes no id.
    """
    mine = {bundle.kind: bundle.id for bundle in profile.bundles}
    tags = canonical(list(device.tags)) if device.tags else "[]"
    named = [device.id, device.hostname, device.family, device.site, tags, mine]
    bundles = tuple([mine.get(kind, 0) for kind in KINDS])
    return State(content_id(named), device.id, device.hostname, device.family, device.site, tags, bundles)


def bundles_of(profiles: Iterable[Profile]) -> tuple[dict[int, Bundle], dict[int, Profile]]:
    """Each different bundle of ``profiles`` by its id, and a profile that has it."""
    bundles: dict[int, Bundle] = {}
    having: dict[int, Profile] = {}
    for profile in profiles:
        for bundle in profile.bundles:
            if bundle.id not in bundles:
                bundles[bundle.id] = bundle
                having[bundle.id] = profile
    return bundles, having


def components_of(bundles: Iterable[Bundle], having: Mapping[int, Profile]) -> dict[int, Component]:
    """The components that ``bundles`` have, by their ids."""
    return {member: having[bundle.id].components[member] for bundle in bundles for member, _ in bundle.members}


def members_of(bundles: Iterable[Bundle]) -> list[tuple[int, str, int, int]]:
    """The rows of ``bundle`` for these."""
    return [(bundle.id, bundle.kind, *member) for bundle in bundles for member in bundle.members]


def outcomes_of(
    items: Sequence[Item], newest: Mapping[str, bytes], moments: Sequence[bytes], pcs: Sequence[str]
) -> list[str]:
    """What became of each item.

    ``newest`` is how new the newest snapshot of each PC was before; ``moments`` how new each taken one is, and
    ``pcs`` whose, in their order.
    """
    current = dict(newest)
    turn = iter(zip(moments, pcs, strict=True))
    outcomes = []
    for item in items:
        if isinstance(item, Taken):
            this, pc = next(turn)
            before = current.get(pc, b"")
            outcomes.append(NEW if not before else UPDATED if this > before else OLDER)
            current[pc] = max(this, before)
        else:
            outcomes.append("quarantined" if isinstance(item, Refused) else item.outcome)
    return outcomes


def log_rows(
    items: Sequence[Item], outcomes: Sequence[str], received_at: str, last: int
) -> list[tuple[int, str, str, str, str, str, str]]:
    """The rows of ``log`` for ``items``, numbered from behind ``last``."""
    rows = []
    for number, (item, outcome) in enumerate(zip(items, outcomes, strict=True), last + 1):
        if isinstance(item, Taken):
            device, reason = item.device.id, item.came and f"{CAME}{item.came}"
        else:
            device, reason = "", printable(item.reason)
        rows.append((number, received_at, printable(item.name), item.sha256, device, outcome, reason))
    return rows
