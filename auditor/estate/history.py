"""What changed on one PC, when, and which snapshot shows it: in words, out of the history of its states."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from auditor.estate.faults import explained
from auditor.estate.labels import shown
from auditor.estate.lookups import Lookups
from auditor.estate.names import named_pc
from auditor.estate.profile import GAP, Component, rebuild
from auditor.estate.store import Store
from auditor.estate.tables import BUNDLES, KINDS
from auditor.matchers import size_text

MOST_FACTS = 6
"""So many facts of one thing that changed are named, and the rest counted."""
MOST_TEXT = 60
"""A value is cut to so many characters."""

_SIZES = {"hardware": ("memory", "system_disk")}
"""Kind → its facts that are numbers of bytes, and are told in larger units."""

_WHOSE = ("hostname", "family", "site", "tags")
_ROWS = f"""SELECT s.taken_at, s.sha256, s.device, {", ".join(f"t.{each}" for each in (*_WHOSE, *BUNDLES))}
    FROM snapshot s JOIN state t ON t.state = s.state
    WHERE s.device = $1 OR s.device IN (SELECT device FROM alias WHERE pc = $1) ORDER BY s.taken_at, s.sha256"""  # noqa: S608
_MEMBERS = """SELECT DISTINCT m.bundle, m.count, c.component, c.kind, c.name, c.facts, c.unknowns
    FROM bundle m JOIN component c ON c.component = m.component WHERE m.bundle IN (SELECT unnest($1::BIGINT[]))"""

Members = Counter[Component]
"""The things in a bundle, with how often each."""


class Change(NamedTuple):
    """What the snapshot ``sha256`` shows that the one before did not, a line each; ``device`` is the id it came under."""

    taken_at: str
    sha256: str
    device: str
    what: tuple[str, ...]


class History(NamedTuple):
    """The changes of one PC, oldest first, and how many snapshots of it there are."""

    pc: str
    changes: tuple[Change, ...]
    snapshots: int


def history(store: Store, name: str) -> History:
    """What changed on the PC with this host name or device id, under all ids that it has had.

    :raises UsageError: no PC is called so, or several are.
    :raises EstateError: the store cannot be read.
    """
    with explained(store.folder), Lookups(store.folder) as lookups:
        tables = ("snapshot", "state", "alias", "bundle", "component")
        lookups.view({table: (table, store.files(table)) for table in tables})
        pc = named_pc(lookups, name)
        rows = lookups.ask(_ROWS, pc)
        changed = [row for before, row in zip([None, *rows], rows, strict=False) if before is None or before[3:] != row[3:]]
        bundles = sorted({bundle for row in changed for bundle in row[3 + len(_WHOSE) :]} - {0})
        members = members_of(lookups, bundles)
    changes = [
        Change(row[0], row[1], row[2], tuple(_said(before, row, members)))
        for before, row in zip([None, *changed], changed, strict=False)
    ]
    return History(pc, tuple(changes), len(rows))


def members_of(lookups: Lookups, bundles: Sequence[int]) -> dict[int, Members]:
    """What some bundles hold, where ``lookups`` has the tables ``bundle`` and ``component``."""
    members: dict[int, Members] = {}
    for bundle, count, *component in lookups.ask(_MEMBERS, bundles):
        members.setdefault(bundle, Counter())[Component(*component)] += count
    return members


_Row = Sequence[Any]


def _said(before: _Row | None, row: _Row, members: Mapping[int, Members]) -> Iterator[str]:
    start = 3 + len(_WHOSE)
    if before is None:
        found = [member for bundle in row[start:] for member in members.get(bundle, Counter()).items()]
        look = shown(rebuild(found))
        yield f"first snapshot: {'; '.join(filter(None, (look.os, *look.browsers, *look.office))) or 'nothing was found'}"
        return
    for name, old, new in zip(_WHOSE, before[3:], row[3:], strict=False):
        if old != new:
            yield f"{name}: {_short(_tags(name, old))} → {_short(_tags(name, new))}"
    for kind, old, new in zip(KINDS, before[start:], row[start:], strict=True):
        if old != new:
            yield from differences(kind, members.get(old, Counter()), members.get(new, Counter()))


def _tags(name: str, text: str) -> Any:
    return json.loads(text) if name == "tags" else text


def differences(kind: str, old: Members, new: Members) -> Iterator[str]:
    """What came, went and changed: two things of one name, where there was and is one, are the same thing."""
    went, came = old - new, new - old
    for name in sorted({each.name for each in (*went, *came) if each.kind != GAP}):
        gone, there = _of_name(went, name), _of_name(came, name)
        if len(gone) == len(there) == 1:
            yield f"{kind} {name}: {_differences(gone[0], there[0])}"
            continue
        yield from (f"{kind} {_titled(each)} went" for each in gone)
        yield from (f"{kind} {_titled(each)} came" for each in there)
    for each, verb in [*((each, "is no longer") for each in went), *((each, "is now") for each in came)]:
        if each.kind == GAP:
            yield f"{kind}: {verb} among what may have been missed ({each.name}): {json.loads(each.facts).get('reason', '')}"


def _of_name(members: Members, name: str) -> list[Component]:
    return sorted(each for each in members.elements() if each.kind != GAP and each.name == name)


def _titled(each: Component) -> str:
    version = json.loads(each.facts).get("version")
    return f"{each.name} {version}" if version else each.name


def _differences(old: Component, new: Component) -> str:
    before, after = _facts(old), _facts(new)
    names = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    said = [_difference(name, before.get(name), after.get(name)) for name in names[:MOST_FACTS]]
    more = [f"and {len(names) - MOST_FACTS} more facts"] if len(names) > MOST_FACTS else []
    return ", ".join([*said, *more]) or "the reason why something is not known"


def _difference(name: str, old: Any, new: Any) -> str:
    if isinstance(old, list) and isinstance(new, list):
        plus, minus = [each for each in new if each not in old], [each for each in old if each not in new]
        told = [f"{sign}{_short(each)}" for sign, every in (("+", plus), ("−", minus)) for each in every[:MOST_FACTS]]
        return f"{name} {' '.join(told) or 'in another order'}"
    return f"{name} {_short(old)} → {_short(new)}"


def _facts(each: Component) -> dict[str, Any]:
    unknown = {name: f"not known ({reason})" for name, reason in json.loads(each.unknowns).items()}
    known = json.loads(each.facts)
    sizes = {name: size_text(known[name]) for name in _SIZES.get(each.kind, ()) if isinstance(known.get(name), int)}
    return {**known, **sizes, **unknown}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = {"": "nothing", "null": "nothing", "[]": "nothing"}.get(text, text)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
