"""Until when what PCs run on is supported: operating systems and Office suites, each with its end and how many PCs have it.

As all of the estate it is worked out once for each distinct thing, with what the organisation bought taken into account.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.estate import plan
from auditor.estate.judging import Judging
from auditor.estate.labels import shown
from auditor.estate.profile import GAP, rebuild
from auditor.estate.result import Lifecycle
from auditor.estate.surrounding import Members
from auditor.knowledge.enrich import enriched
from auditor.knowledge.overrides import Overrides
from auditor.model import Detected, Fact
from auditor.subjects import Subjects

NOT_READ = "(could not be read)"
"""The name of what may be there: a PC of which it could not be read counts under it, beside what was found."""

KINDS = ("os", "office")
"""The kinds whose lifecycles are counted."""


def lifecycles(judging: Judging) -> tuple[Lifecycle, ...]:
    """Those of the PCs in ``pc``: of each kind first what ended first, then what is not known."""
    found: Counter[Lifecycle] = Counter()
    for kind in KINDS:
        beside = plan.of_lifecycles(kind, with_owner=any(each.own.bought for each in judging.known.all))
        rows = judging.engine.ask(beside)
        members = judging.members({bundle for *bundles, _, _ in rows for bundle in bundles})
        for *bundles, circ, devices in rows:
            given = [members.get(bundle, ()) for bundle in bundles]
            own = judging.known.all[circ].own
            for each in set(_of(kind, given, own, judging)):
                found[each] += int(devices)
    counted = [each._replace(devices=count) for each, count in found.items() if count]
    return tuple(sorted(counted, key=_by_end))


def _by_end(each: Lifecycle) -> tuple[object, ...]:
    return (KINDS.index(each.kind), not each.ends, each.ends, -each.devices, each[1:])


def _of(kind: str, given: Sequence[Members], own: Overrides, judging: Judging) -> Iterator[Lifecycle]:
    """What a PC with these bundles, the kind's own first, has of the kind; what could not be read is of no name."""
    by = judging.by
    gaps = [member for member, _ in given[0] if member.kind == GAP and member.name == "machine"]
    yield from (Lifecycle(kind, NOT_READ, "", "unknown", "", json.loads(each.facts)["reason"], 0) for each in gaps)
    if kind == "os" and not given[0]:
        yield Lifecycle(kind, NOT_READ, "", "unknown", "", "no reading tells which it is", 0)
    kept = [member for members in given for member in members if member[0].kind != GAP]
    for subject, facts in Subjects(enriched(rebuild(kept), by.as_of, own, {kind}, by.fresh)).of(kind):
        called = shown(Detected(tuple(facts.values()), ()))
        name = called.os or subject.name if kind == "os" else str(_known(facts.get("product")) or subject.name)
        state = str(_known(facts.get("support_state")) or "unknown")
        until = facts.get("support_ends")
        ends = str(_known(until) or (until and until.last_known) or "")
        fact = facts.get("support_state")
        why = fact.unknown if state == "unknown" and fact else ""
        edition = str(_known(facts.get("edition_group" if kind == "os" else "channel")) or "")
        yield Lifecycle(kind, name, edition, state, ends, why, 0)


def _known(fact: Fact | None) -> object:
    return None if fact is None or fact.unknown else fact.value
