"""Every PC judged, each distinct thing once: fills the tables that the plan counts.

What a rule says of a PC is put together from what it says of the distinct components that the
PC has. Nothing is ever evaluated per PC, and nothing about a rule is said twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from auditor.estate import plan
from auditor.estate.answering import Answering, Around
from auditor.estate.circumstances import Known, Place
from auditor.estate.days import OF_DEVICE
from auditor.estate.engines import Engine
from auditor.estate.labels import NOTHING, group_of, shown
from auditor.estate.profile import GAP, Component, rebuild
from auditor.estate.sections import NOTHING as NO_MEMBER
from auditor.estate.sections import Projection, Section, sections_of
from auditor.estate.surrounding import Combination, Members, Surrounding
from auditor.estate.tables import BUNDLES
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.rule_file import Rule
from auditor.waivers import Waiver


@dataclass(frozen=True, slots=True)
class By:
    """By what PCs are judged."""

    rules: Sequence[Rule]
    waivers: Sequence[Waiver]
    own: Overrides
    fresh: Refreshed
    as_of: date

    @property
    def suppliers(self) -> list[str]:
        """Who blocks PCs by waivers that have not ended, each once."""
        return sorted({each.blocked_by for each in self.waivers if each.blocked_by and self.as_of <= each.expires})


@dataclass
class Labels:
    """The names that reports count by, each with its number. ``systems``: (label, name alone, family)."""

    systems: list[tuple[str, str, str]] = field(default_factory=list)
    browsers: list[str] = field(default_factory=list)


@dataclass
class Classes:
    """The members of a section: class → number, component → number of its class; the columns of their bits in the engine."""

    numbers: dict[Component | None, int] = field(default_factory=lambda: {None: NO_MEMBER})
    of: dict[int, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)


class Judging:
    """The tables of one report, in an engine in which the store's tables are registered and ``now`` is defined."""

    def __init__(self, engine: Engine, by: By, *, has_list: bool = False) -> None:
        """``has_list``: the engine has a table ``on_list`` of the PCs that are expected."""
        self.engine = engine
        self.by = by
        self.has_list = has_list
        self.sections = sections_of(by.rules)
        self.known = Known(self.sections, by.waivers, by.own, by.as_of)
        self.places: dict[Place, int] = {}
        self.labels = Labels()
        self.named = False
        self._chosen: tuple[str, tuple[str, ...]] = ("", ())

    def place(self) -> None:
        """``placed``, ``named`` and ``os_label``: what each PC is under, by number."""
        rows = sorted(self.engine.ask("SELECT DISTINCT family, site, tags FROM now"))
        circ = {Place(*row): self.known.of_place(Place(*row)) for row in rows}
        self.places = {place: number for number, place in enumerate(circ)}
        columns: dict[str, Sequence[Any]] = dict(zip(Place._fields, zip(*circ, strict=True), strict=True)) if circ else {}
        self.engine.small(
            "placed",
            {**{name: list(columns.get(name, ())) for name in Place._fields}, "place": list(self.places.values()),
             "circ": list(circ.values())},
            {**dict.fromkeys(Place._fields, "text"), "place": "number", "circ": "number"},
        )  # fmt: skip
        if self.known.by_name:
            batches = self.engine.rows("SELECT device, hostname, family, site, tags FROM now")
            found = list(self.known.particular(batches, circ))
            self.named = bool(found)
            self.engine.small(
                "named",
                {"device": [device for device, _ in found], "circ": [number for _, number in found]},
                {"device": "text", "circ": "number"},
            )
        self._label_systems()

    def _label_systems(self) -> None:
        rows = sorted(self.engine.ask("SELECT DISTINCT b_os, family FROM now"))
        members = self.members([bundle for bundle, _ in rows])
        numbers: dict[tuple[str, str, str], int] = {}
        for bundle, family in rows:
            look = shown(rebuild(members[bundle])) if bundle in members else NOTHING
            numbers.setdefault((look.os or f"unknown ({family})", look.os_name, family), len(numbers))
        self.labels.systems = list(numbers)
        given = [
            numbers[(look.os or f"unknown ({family})", look.os_name, family)]
            for bundle, family in rows
            for look in [shown(rebuild(members[bundle])) if bundle in members else NOTHING]
        ]
        self.engine.small(
            "os_label",
            {"b_os": [row[0] for row in rows], "family": [row[1] for row in rows], "os": given},
            {"b_os": "id", "family": "text", "os": "number"},
        )

    def members(self, bundles: Iterable[int]) -> dict[int, Members]:
        """The components of some bundles, with how often each."""
        wanted = sorted(set(bundles) - {0})
        self.engine.small("wanted", {"bundle": wanted}, {"bundle": "id"})
        rows = self.engine.ask("""
            SELECT DISTINCT m.bundle, m.count, c.component, c.kind, c.name, c.facts, c.unknowns
            FROM wanted w JOIN bundle m ON m.bundle = w.bundle JOIN component c ON c.component = m.component""")
        found: dict[int, list[tuple[Component, int]]] = {}
        for bundle, number, *component in rows:
            found.setdefault(bundle, []).append((Component(*component), number))
        return {bundle: tuple(sorted(each, key=lambda member: member[0][1:])) for bundle, each in found.items()}

    def choose(self, first_stale_before: str, conditions: Sequence[str]) -> None:
        """``plain``: every PC that fulfils ``conditions``; ``stale`` are those not heard of since a day."""
        self._chosen = (first_stale_before, tuple(conditions))
        self.engine.table("plain", plan.pcs(first_stale_before, conditions, named=self.named, listed=self.has_list))

    def judge(self) -> None:
        """``pc`` and the tables of every section, out of ``plain``."""
        engine, columns = self.engine, self.context
        rows = sorted(engine.ask(plan.contexts(columns)))
        members = self.members({row[at] for row in rows for at in range(len(columns))})
        kinds = [column.removeprefix("b_") for column in columns]
        combinations = [Combination(dict(zip(kinds, row, strict=False)), row[-1]) for row in rows]
        surrounding = Surrounding(self.sections, self.known, members, self.by.as_of, self.by.fresh)
        classes = self._classes()
        given = []
        for number, section in enumerate(self.sections):
            numbers, around = surrounding.classes(section, combinations)
            contexts = self._answer(number, section, around, classes[number])
            given.append([contexts[each] for each in numbers])
            for name, sql in plan.sets(number, section, classes[number].words):
                engine.table(name, sql)
        names = plan.class_columns(len(self.sections))
        engine.small(
            "ctx",
            {**{name: [row[at] for row in rows] for at, name in enumerate((*columns, "circ"))},
             **dict(zip(names, given, strict=True))},
            {**dict.fromkeys(columns, "id"), "circ": "number", **dict.fromkeys(names, "number")},
        )  # fmt: skip
        engine.table("pc", plan.numbered("plain", plan.KEPT, columns, self.sections))
        engine.table("plain", "SELECT 0 AS nothing")
        self.again()
        for number, section in enumerate(self.sections):
            engine.table(f"mask_{number}", plan.masks(number, section, len(self.by.suppliers)))

    def again(self) -> None:
        """``key_N`` of each section out of ``pc``: also of fewer PCs than before, of which every answer still holds."""
        for number in range(len(self.sections)):
            self.engine.table(f"key_{number}", plan.keys(number))

    def listed(self, *conditions: str) -> str:
        """A query for the same PCs with all that is known of each, further chosen by ``conditions``."""
        whose = tuple(name for name in OF_DEVICE if name not in BUNDLES)
        stale, chosen = self._chosen
        each = plan.pcs(stale, (*chosen, *conditions), named=self.named, listed=self.has_list, extra=whose)
        return f"({plan.numbered(f'({each})', BUNDLES, self.context, self.sections, (*whose, 'circ'))})"

    @property
    def context(self) -> tuple[str, ...]:
        """The columns of the bundles that any rule looks at besides the one that it is about."""
        return tuple(sorted({f"b_{kind}" for section in self.sections for kind in section.context}))

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns of bundles that are needed at all."""
        return tuple(sorted({f"b_{section.kind}" for section in self.sections} | {"b_browser", "b_os", "b_office"}))

    def _classes(self) -> list[Classes]:
        """For each section the class of every component of its kind that occurs; and ``browser_label``."""
        kept = [Classes() for _ in self.sections]
        by_kind: dict[str, list[tuple[Projection, Classes]]] = {}
        for section, classes in zip(self.sections, kept, strict=True):
            for kind in (section.kind, GAP):
                by_kind.setdefault(kind, []).append((Projection(section), classes))
        labels: dict[int, str] = {}
        for batch in self.engine.rows(plan.components_of(self.kept)):
            for row in batch:
                component = Component(*row)
                if component.kind == "browser":
                    labels[component.id] = group_of(component)
                for projection, classes in by_kind.get(component.kind, ()):
                    if mine := projection.of(component):
                        classes.of[component.id] = classes.numbers.setdefault(mine, len(classes.numbers))
        self.labels.browsers = sorted(set(labels.values()))
        numbers = {label: number for number, label in enumerate(self.labels.browsers)}
        self.engine.small(
            "browser_label",
            {"component": list(labels), "label": [numbers[label] for label in labels.values()]},
            {"component": "id", "label": "number"},
        )
        return kept

    def _answer(self, number: int, section: Section, around: Sequence[Around], classes: Classes) -> Sequence[int]:
        """``answer_N`` and ``member_N``: what the rules of a section say; of each context its number there."""
        by, engine = self.by, self.engine
        answering = Answering(section, around, by.as_of, by.fresh, by.waivers, by.suppliers)
        answers = answering.answer(list(classes.numbers))
        names = ("member", "class", *plan.mask_columns(len(by.suppliers)))
        columns = list(map(list, zip(*answers.rows, strict=True))) if answers.rows else [[] for _ in names]
        types = {**dict.fromkeys(names, "id"), "member": "number", "class": "number"}
        engine.small(f"answer_{number}", dict(zip(names, columns, strict=True)), types)
        links = {component: answers.members[each] for component, each in classes.of.items()}
        links = {component: member for component, member in links.items() if member != NO_MEMBER}
        classes.words = plan.words(max(links.values(), default=0))
        words = {
            name: [1 << (member - first) if first <= member < first + plan.BITS else 0 for member in links.values()]
            for name, first in classes.words.items()
        }
        engine.small(
            f"member_{number}",
            {"component": list(links), "member": list(links.values()), **words},
            {"component": "id", "member": "number", **dict.fromkeys(words, "id")},
        )
        return answers.contexts
