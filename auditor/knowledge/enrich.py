"""What the knowledge base adds to the facts of a PC, for the day a report is about.

Pure: the same facts and the same day give the same answer, here and in the estate. What
was given already is kept, so a rule's example may set any of these facts itself.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date
from functools import partial

from auditor.knowledge import (
    browser_support,
    html5,
    html5_verdicts,
    office_support,
    os_support,
    overrides,
    refreshed,
    segregation,
    support_facts,
    windows11,
    windows_support,
)
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Detected, Fact, FactSpec, Subject, Value

Facts = Mapping[str, Fact]
"""A subject's facts by name."""

Adds = Callable[[Subject, Facts, Facts, Overrides, date, Refreshed], list[Fact]]
"""Makes the facts to add of a subject, its facts, the operating system's facts, what the organisation says of this PC,
the day, and what was refreshed."""

ADDS: Mapping[str, tuple[Adds, ...]] = {
    "html5": (lambda subject, facts, system, _, day, fresh: html5_verdicts.added(subject, facts, system, day, fresh),),
    "browser": (browser_support.added, browser_support.newest_added),
    "office": (office_support.added,),
    "hardware": (lambda subject, facts, system, _, day, _fresh: windows11.added(subject, facts, system, day),),
    "device": (lambda subject, _facts, _system, own, day, _fresh: segregation.added(subject, own, day),),
    "os": (lambda subject, facts, _, own, day, fresh: os_support.added(subject, facts, own, day, fresh),),
}
"""Kind of subject → what is added to each of that kind, in turn."""

ALONE: Mapping[Adds, str] = {browser_support.newest_added: "newest_for_os"}
"""What adds one fact alone, which few ask for → that fact."""

NEEDS: Mapping[str, tuple[str, ...]] = {"browser": ("os",), "html5": ("os",), "office": ("os",), "hardware": ("os",)}
"""Kind → the other kinds of the PC that the added facts depend on."""

READS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "html5": {
        "html5": (*html5_verdicts.RESTS_ON,),
        "os": ("family",),
    },
    "browser": {"browser": browser_support.RESTS_ON, "os": browser_support.SYSTEM},
    "office": {"office": ("*",), "os": ("family", "name", "edition_group")},
    "hardware": {"hardware": ("*",), "os": ("family",)},
    "device": {},
    "os": {"os": ("*",)},
}
"""Kind that is added to → kind → the facts of it that decide what is added; ``*`` for all. Nothing else may be looked at."""

Stands = Callable[[Mapping[str, Value]], Value]
"""Makes of the known facts of a thing a value of one of them."""

_VERSIONS: Mapping[str, Stands] = {name: partial(html5.telling_version, name) for name in ("version", "engine_version")}
COARSER: Mapping[str, Mapping[str, Stands]] = {
    "os": {"revision": windows_support.telling_revision},
    "browser": _VERSIONS,
    "html5": _VERSIONS,
}
"""Kind → fact → a value that stands for all of its values between which nothing that is added makes a difference."""

FACTS: tuple[FactSpec, ...] = (*html5_verdicts.FACTS, *support_facts.FACTS)
"""Every fact that may be added."""


NAMES: Mapping[str, frozenset[str]] = {kind: frozenset(spec.name for spec in FACTS if spec.kind == kind) for kind in ADDS}
"""Kind → the names of the facts that are added to it."""


def needed(asked: Iterable[FactSpec]) -> tuple[frozenset[str], frozenset[str]]:
    """(the kinds to which facts must be added for these to be there, the kinds that those depend on)."""
    kinds = frozenset(spec.kind for spec in asked if spec.name in NAMES.get(spec.kind, ()))
    return kinds, frozenset(other for kind in kinds for other in NEEDS.get(kind, ()))


def enriched(
    detected: Detected,
    as_of: date,
    own: Overrides = overrides.NONE,
    kinds: Container[str] | None = None,
    fresh: Refreshed = refreshed.NONE,
) -> Detected:
    """``detected`` with the facts that follow from reference data for ``as_of``.

    ``own`` is what the organisation says of this PC (:meth:`auditor.knowledge.overrides.Overrides.of`).
    ``kinds`` are those that something is added to; all where it is None. ``fresh`` is what was refreshed.
    """
    by_subject: dict[Subject, dict[str, Fact]] = {}
    for fact in detected.facts:
        by_subject.setdefault(fact.subject, {})[fact.name] = fact
    system: Facts = next((facts for subject, facts in by_subject.items() if subject.kind == "os"), {})
    added = [
        fact
        for subject, facts in by_subject.items()
        if subject.kind in ADDS and (kinds is None or subject.kind in kinds) and not facts.keys() >= NAMES[subject.kind]
        for add in ADDS[subject.kind]
        for fact in add(subject, facts, system, own, as_of, fresh)
        if fact.name not in facts
    ]
    return detected._replace(facts=(*detected.facts, *added)) if added else detected
