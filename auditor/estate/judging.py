"""Every PC judged, each distinct thing once: fills the tables that the plan counts.

What a rule says of a PC is put together from what it says of the distinct components that the
PC has. Nothing is ever evaluated per PC, and nothing about a rule is said twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from auditor.estate import plan
from auditor.estate.answering import Answering, Around
from auditor.estate.answers import Kept
from auditor.estate.circumstances import Known, Place, of_section
from auditor.estate.engines import Engine
from auditor.estate.labels import NOTHING, group_of, shown
from auditor.estate.profile import GAP, Component, rebuild
from auditor.estate.sections import NOTHING as NO_MEMBER
from auditor.estate.sections import (
    Context,
    Section,
    class_of,
    context_of,
    projected,
    sections_of,
    surroundings,
)
from auditor.estate.tables import BUNDLES
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.rule_file import Rule
from auditor.subjects import Subjects
from auditor.waivers import Waiver

Members = tuple[tuple[Component, int], ...]
"""Components and how often each."""


@dataclass(frozen=True, slots=True)
class By:
    """By what PCs are judged. ``answers`` is the folder in which answers are kept for the next time, if any."""

    rules: Sequence[Rule]
    waivers: Sequence[Waiver]
    own: Overrides
    fresh: Refreshed
    as_of: date
    answers: Path | None = None

    @property
    def suppliers(self) -> list[str]:
        """Who blocks PCs by waivers that have not ended, each once."""
        return sorted({each.blocked_by for each in self.waivers if each.blocked_by and self.as_of <= each.expires})


@dataclass
class Labels:
    """The names that reports count by, each with its number. ``systems``: (label, name alone, family)."""

    systems: list[tuple[str, str, str]] = field(default_factory=list)
    browsers: list[str] = field(default_factory=list)


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
        self._contexts: list[list[tuple[tuple[int, int], Around]]] = [[] for _ in self.sections]

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

    def number(self, first_stale_before: str, conditions: Sequence[str]) -> None:
        """``pc``: every PC that fulfils ``conditions`` in numbers, with the class of its context for each section."""
        engine, columns = self.engine, self.context
        self._chosen = (first_stale_before, tuple(conditions))
        engine.table("plain", plan.pcs(first_stale_before, conditions, named=self.named, listed=self.has_list))
        rows = sorted(engine.ask(plan.contexts(columns)))
        bundles = {row[at] for row in rows for at in range(len(columns))}
        around = self._surroundings(rows, self.members(bundles))
        classes = [self._classify(number, section, rows, around) for number, section in enumerate(self.sections)]
        names = plan.class_columns(len(self.sections))
        engine.small(
            "ctx",
            {**{name: [row[at] for row in rows] for at, name in enumerate((*columns, "circ"))},
             **dict(zip(names, classes, strict=True))},
            {**dict.fromkeys(columns, "id"), "circ": "number", **dict.fromkeys(names, "number")},
        )  # fmt: skip
        engine.table("pc", plan.numbered("plain", self.kept, columns, len(self.sections)))
        engine.table("plain", "SELECT 0 AS nothing")

    def listed(self, *conditions: str) -> str:
        """A query for the same PCs with all that is known of each, further chosen by ``conditions``."""
        whose = tuple(name for name in plan.LISTED.split(", ") if name not in BUNDLES)
        stale, chosen = self._chosen
        each = plan.pcs(stale, (*chosen, *conditions), named=self.named, listed=self.has_list, extra=whose)
        return f"({plan.numbered(f'({each})', BUNDLES, self.context, len(self.sections), (*whose, 'circ'))})"

    @property
    def context(self) -> tuple[str, ...]:
        """The columns of the bundles that any rule looks at besides the one that it is about."""
        return tuple(sorted({f"b_{kind}" for section in self.sections for kind in section.context}))

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns of bundles that are needed at all."""
        return tuple(sorted({f"b_{section.kind}" for section in self.sections} | {"b_browser"}))

    def _surroundings(self, rows: Sequence[tuple[int, ...]], members: Mapping[int, Members]) -> list[Subjects]:
        """What is around the things of a PC, for each of ``rows`` (bundles, circumstances)."""
        kinds = {kind for section in self.sections for kind in section.context}
        adds = frozenset(kind for section in self.sections for kind in section.adds - {section.kind}) & kinds
        circumstances, by = self.known.all, self.by
        return [
            surroundings(
                [member for bundle in row[:-1] for member in members.get(bundle, ())],
                circumstances[row[-1]], adds, by.as_of, by.fresh,
            )
            for row in rows
        ]  # fmt: skip

    def _classify(
        self, number: int, section: Section, rows: Sequence[tuple[int, ...]], around: Sequence[Subjects]
    ) -> list[int]:
        """The class of each of ``rows`` (bundles, circumstances) for a section; what each class means is kept."""
        ids, circumstances = of_section(section, self.known)
        at = [self.context.index(f"b_{kind}") for kind in section.context]
        contexts: dict[tuple[int, ...], tuple[int, Context]] = {}
        classes: dict[tuple[int, int], int] = {}
        numbers = []
        for row, found in zip(rows, around, strict=True):
            beside = (*(row[column] for column in at), row[-1])
            if beside not in contexts:
                context = context_of(section, found)
                contexts[beside] = (class_of(context), context)
            name, context = contexts[beside]
            key = (name, ids[row[-1]])
            if key not in classes:
                classes[key] = len(classes)
                self._contexts[number].append((key, Around(context, circumstances[ids[row[-1]]])))
            numbers.append(classes[key])
        return numbers

    def judge(self) -> None:
        """The tables of every section, out of ``pc``."""
        classes = self._classes()
        for number, section in enumerate(self.sections):
            self.engine.table(f"key_{number}", plan.keys(number, section))
            self.engine.table(f"member_{number}", plan.members(number))
            self._answer(number, section, classes[number])
            self.engine.table(f"mask_{number}", plan.masks(number, section, len(self.by.suppliers)))

    def again(self) -> None:
        """The same of fewer PCs, after a filter: what was answered still holds."""
        for number, section in enumerate(self.sections):
            self.engine.table(f"key_{number}", plan.keys(number, section))
            self.engine.table(f"mask_{number}", plan.masks(number, section, len(self.by.suppliers)))

    def _classes(self) -> list[dict[int, Component]]:
        """For each section the class of every component of its kind that occurs, and ``member_class_N``."""
        kept: list[dict[int, Component]] = [{} for _ in self.sections]
        links: list[tuple[list[int], list[int]]] = [([], []) for _ in self.sections]
        labels: dict[int, str] = {}
        for batch in self.engine.rows(plan.components_of(self.kept)):
            for row in batch:
                component = Component(*row)
                if component.kind == "browser":
                    labels[component.id] = group_of(component)
                for number, section in enumerate(self.sections):
                    if component.kind in (section.kind, GAP) and (mine := projected(section, component)):
                        kept[number][mine.id] = mine
                        links[number][0].append(component.id)
                        links[number][1].append(mine.id)
        for number, (components, classes) in enumerate(links):
            self.engine.small(
                f"member_class_{number}", {"component": components, "member": classes}, {"component": "id", "member": "id"}
            )
        self.labels.browsers = sorted(set(labels.values()))
        numbers = {label: number for number, label in enumerate(self.labels.browsers)}
        self.engine.small(
            "browser_label",
            {"component": list(labels), "label": [numbers[label] for label in labels.values()]},
            {"component": "id", "label": "number"},
        )
        return kept

    def _answer(self, number: int, section: Section, classes: Mapping[int, Component]) -> None:
        """``answer_N``: what the rules of a section say of each case that occurs."""
        by = self.by
        kept = Kept(by.answers, section, by.as_of, by.fresh, by.suppliers)
        answers = kept.read()
        answering = Answering(section, by.as_of, by.fresh, by.waivers, by.suppliers)
        around = [(key, answering.surround(of)) for key, of in self._contexts[number]]
        rows: list[tuple[int, ...]] = []
        new = False
        for batch in self.engine.rows(plan.cases(number)):
            for member, at in batch:
                key, place = around[at]
                masks = answers.get((member, *key))
                if masks is None:
                    thing = None if member == NO_MEMBER else classes[member]
                    masks = answers[(member, *key)] = answering.answer(member, thing, place)
                    new = True
                rows.append((member, at, *masks))
        if new:
            kept.write(answers)
        names = ("member", "class", *kept.masks)
        columns = list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in names]
        types = {**dict.fromkeys(names, "id"), "class": "number"}
        self.engine.small(f"answer_{number}", dict(zip(names, columns, strict=True)), types)
