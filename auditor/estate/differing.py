"""What is different between the things of a PC on two days, in words: ``chrome 120 → 130; firefox 115 went``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.estate.causes import Found, Look
from auditor.estate.comparison import Cause, ChangedPC
from auditor.estate.faults import explained
from auditor.estate.history import Members, differences, members_of
from auditor.estate.joining import Kept, Pair
from auditor.estate.lookups import Lookups
from auditor.estate.store import Store
from auditor.estate.tables import KINDS

MOST_THINGS = 4
"""So many things that are different are named of a kind, and the rest counted."""

_Bundles = tuple[str, int, int]
"""A kind, and the bundles of it before and after."""


def worded(pairs: Iterable[Pair], before: Store, after: Store) -> Iterator[ChangedPC]:
    """``pairs`` as a comparison shows them. What is different is looked up in both stores where a PC's row does not say."""
    pairs = list(pairs)
    wanted = {each for pair in pairs for each in _unsaid(pair)}
    old, new = _members(before, {each[1] for each in wanted}), _members(after, {each[2] for each in wanted})
    said = {
        each: _shortened(list(differences(each[0], old.get(each[1], Counter()), new.get(each[2], Counter()))))
        for each in wanted
    }
    for pair in pairs:
        yield _changed(pair, said)


def _members(store: Store, bundles: set[int]) -> Mapping[int, Members]:
    if not bundles - {0}:
        return {}
    with explained(store.folder), Lookups(store.folder) as lookups:
        lookups.view({table: (table, store.files(table)) for table in ("bundle", "component")})
        return members_of(lookups, sorted(bundles - {0}))


def _kinds(pair: Pair) -> Iterator[tuple[str, Look, Look]]:
    """Each kind of thing that takes part in a PC's causes, with both sides."""
    if pair.was and pair.now:
        yield from ((kind, pair.was.look, pair.now.look) for found in pair.why for kind in found.kinds)


def _unsaid(pair: Pair) -> Iterator[_Bundles]:
    for kind, was, now in _kinds(pair):
        if kind in KINDS and not _of_row(kind, was, now):
            yield _bundles(kind, was, now)


def _bundles(kind: str, was: Look, now: Look) -> _Bundles:
    at = KINDS.index(kind)
    return kind, was.bundles[at], now.bundles[at]


def _changed(pair: Pair, said: Mapping[_Bundles, str]) -> ChangedPC:
    here = pair.now or pair.was
    assert here is not None  # noqa: S101  a pair has a PC
    causes = tuple(_worded(found, pair, said) for found in pair.why)
    look = here.look
    before, after = _of_side(pair.was), _of_side(pair.now)
    return ChangedPC(
        pair.change, here.id, look.hostname, look.site, look.os, before[0], after[0], causes,
        before[1], after[1], before[2], after[2],
    )  # fmt: skip


def _of_side(kept: Kept | None) -> tuple[str, str, str]:
    """State, day and snapshot of one side; empty where the PC is not there."""
    return (kept.look.state, kept.heard, kept.snapshot.hex()) if kept else ("", "", "")


def _worded(found: Found, pair: Pair, said: Mapping[_Bundles, str]) -> Cause:
    if not found.kinds or not pair.was or not pair.now:
        return found.cause
    was, now = pair.was.look, pair.now.look
    parts = [
        _of_row(kind, was, now) or (said.get(_bundles(kind, was, now), "") if kind in KINDS else "") for kind in found.kinds
    ]
    return found.cause._replace(what="; ".join(filter(None, (found.cause.what, *parts))))


def _of_row(kind: str, was: Look, now: Look) -> str:
    """What is different as the PC's row shows it; empty where its texts are alike."""
    match kind:
        case "os":
            return f"{was.os} → {now.os}" if was.os != now.os else ""
        case "browser":
            return _things(was.browsers, now.browsers)
        case "office":
            return _things(was.office, now.office)
        case "name":
            old, new = ((each.hostname, each.site, ", ".join(each.tags)) for each in (was, now))
            return _shortened([f"{a or '(none)'} → {b or '(none)'}" for a, b in zip(old, new, strict=True) if a != b])
    return ""


def _things(was: Sequence[str], now: Sequence[str]) -> str:
    """What came, went and changed among texts that begin with a product: one of it, where there was one, is the same."""
    went, came = Counter(was) - Counter(now), Counter(now) - Counter(was)
    lines = []
    for product in sorted({each.partition(" ")[0] for each in (*went, *came)}):
        gone, there = (sorted(each for each in of.elements() if each.partition(" ")[0] == product) for of in (went, came))
        if len(gone) == len(there) == 1:
            lines.append(f"{gone[0]} → {there[0].partition(' ')[2]}")
            continue
        lines += [f"{each} went" for each in gone] + [f"{each} came" for each in there]
    return _shortened(lines)


def _shortened(lines: Sequence[str]) -> str:
    more = len(lines) - MOST_THINGS
    return "; ".join(lines[:MOST_THINGS]) + (f"; {more} more" if more > 0 else "")
