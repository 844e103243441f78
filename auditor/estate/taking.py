"""What was handed in as what is to be done with it: read, rid of names, hashed, understood, placed, compressed.

All of it can be done by any process, without the store: what is in the store already is asked for by hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

from auditor.errors import SnapshotError, SourceError
from auditor.estate import segments
from auditor.estate.inputs import Input, Waiting, opened
from auditor.estate.items import Item, Passed, Refused, Taken
from auditor.estate.profile import Component, Profile
from auditor.estate.understanding import Understood
from auditor.model import Device

Found = Input | Waiting
"""Something that was handed in: read, or a file that is to be read."""


def as_it_came(data: bytes) -> bytes:
    """The bytes themselves: for whoever keeps names."""
    return data


def as_it_says(name: str, device: Device) -> Device:
    """The PC itself: for whoever has no sites to give."""
    return device


class Intake(NamedTuple):
    """How bytes become a snapshot to be kept.

    ``understand`` says what bytes are (:class:`auditor.estate.understanding.Understanding`), or raises a SnapshotError or
    SourceError. ``kept``: what is kept of bytes that may hold somebody's name; the same bytes give the same.
    ``placed``: the PC of an input of this name with its site and tags. ``strays``: how often a shortcut in
    understanding was found to be wrong.
    """

    understand: Callable[[bytes], Understood]
    kept: Callable[[bytes], bytes] = as_it_came
    placed: Callable[[str, Device], Device] = as_it_says
    strays: Callable[[], int] = int


class Done(NamedTuple):
    """Some inputs as items, in their order; the components of them all; how many bytes they had; ``strays`` so far."""

    items: list[Item]
    components: dict[int, Component]
    size: int
    strays: int = 0


Known = Callable[[Sequence[str]], frozenset[str]]
"""Which of these SHA-256 are snapshots of the store."""


def take(found: Iterable[Found], known: Known, intake: Intake, frame_bytes: int) -> Done:
    """``found`` as items; the bytes of those that are taken are in frames of ``frame_bytes``."""
    inputs = [each for some in found for each in opened(some)]
    hashes = [hashlib.sha256(each.data).hexdigest() if each.data else "" for each in inputs]
    there = known(hashes)
    items = [_item(each, sha256, there, intake) for each, sha256 in zip(inputs, hashes, strict=True)]
    changed = [item.sha256 for item in items if isinstance(item, Taken) and item.came]
    there = known(changed) if changed else frozenset()
    items = [_again(item) if isinstance(item, Taken) and item.came and item.sha256 in there else item for item in items]
    size = sum(len(each.data) for each in inputs)
    components: dict[int, Component] = {}
    return Done([_sharing(item, components) for item in _packed(items, frame_bytes)], components, size, intake.strays())


def _sharing(item: Item, components: dict[int, Component]) -> Item:
    """``item`` with its components among all others' in one map, which costs less to send and to keep."""
    if not isinstance(item, Taken):
        return item
    components.update(item.profile.components)
    return item._replace(profile=Profile(item.profile.id, item.profile.bundles, components))


def _item(each: Input, sha256: str, there: frozenset[str], intake: Intake) -> Item:
    if each.unreadable:
        return Passed(each.name, "", "unreadable", each.unreadable)
    if each.refused:
        return Refused(each.name, sha256, each.data, each.refused)
    if sha256 in there:
        return Passed(each.name, sha256, "unchanged")
    data, came = each.data, ""
    try:
        understood = intake.understand(data)
        if understood.named and (data := intake.kept(each.data)) != each.data:
            sha256, came = hashlib.sha256(data).hexdigest(), sha256
            understood = intake.understand(data)
    except (SnapshotError, SourceError) as error:
        return Refused(each.name, sha256, each.data, error.message)
    device = intake.placed(each.name, understood.device)
    return Taken(each.name, sha256, data, device, understood.taken_at, understood.profile, understood.signals, came)


def _again(item: Taken) -> Passed:
    return Passed(item.name, item.sha256, "unchanged")


def _packed(items: list[Item], frame_bytes: int) -> list[Item]:
    """``items`` with the bytes of those that are taken in frames."""
    taken = [item for item in items if isinstance(item, Taken)]
    frames = segments.pack((item.data for item in taken if isinstance(item.data, bytes)), frame_bytes)
    return [item._replace(data=next(frames)) if isinstance(item, Taken) else item for item in items]


def without_doubles(items: Sequence[Item], there: Container[str]) -> list[Item]:
    """``items`` with each snapshot that is ``there`` by now, or before it among them, as unchanged.

    What shares a frame with one of these is taken out of it, so that no frame holds a snapshot that has no row.
    """
    seen: set[str] = set()
    found: list[Item] = []
    broken: set[int] = set()
    for item in items:
        if not isinstance(item, Taken):
            found.append(item)
        elif item.sha256 in seen or item.sha256 in there:
            found.append(_again(item))
            if isinstance(item.data, segments.Packed):
                broken.add(id(item.data.frame))
        else:
            seen.add(item.sha256)
            found.append(item)
    return [_alone(item) if _is_of(item, broken) else item for item in found] if broken else found


def _is_of(item: Item, frames: set[int]) -> bool:
    return isinstance(item, Taken) and isinstance(item.data, segments.Packed) and id(item.data.frame) in frames


def _alone(item: Item) -> Item:
    if isinstance(item, Taken) and isinstance(item.data, segments.Packed):
        return item._replace(data=item.data.unpacked())
    return item
