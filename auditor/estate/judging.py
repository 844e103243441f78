"""Every PC judged, each distinct thing once: fills the tables that the plan counts.

What a rule says of a PC is put together from what it says of the distinct components that the
PC has. Nothing is ever evaluated per PC, and nothing about a rule is said twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from auditor.estate import plan
from auditor.estate.answers import Kept
from auditor.estate.circumstances import Known, Place, of_section
from auditor.estate.engines import Engine
from auditor.estate.labels import NOTHING, group_of, shown
from auditor.estate.profile import GAP, Component, rebuild
from auditor.estate.sections import NOTHING as NO_MEMBER
from auditor.estate.sections import Case, Circumstances, Section, answer, context_class, projected, sections_of
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.rule_file import Rule
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

    def __init__(self, engine: Engine, by: By) -> None:
        self.engine = engine
        self.by = by
        self.sections = sections_of(by.rules)
        self.known = Known(self.sections, by.waivers, by.own, by.as_of)
        self.places: dict[Place, int] = {}
        self.labels = Labels()
        self.named = False

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

    def judge(self) -> None:
        """The tables of every section, out of ``pc``."""
        for number, section in enumerate(self.sections):
            self.engine.table(f"counted_{number}", plan.counted(section, "pc"))
        classes = self._classes()
        for number, section in enumerate(self.sections):
            contexts = [self._context(number, section, kind) for kind in section.context]
            ids, circumstances = of_section(section, self.known)
            self.engine.small(f"circ_{number}", {"circ": list(range(len(ids))), "own": ids}, {"circ": "number", "own": "id"})
            self.engine.table(f"key_{number}", plan.keys(number, section))
            self.engine.table(f"member_{number}", plan.members(number))
            self._answer(number, section, classes[number], contexts, circumstances)
            self.engine.table(f"mask_{number}", plan.masks(number, section, len(self.by.suppliers)))

    def _classes(self) -> list[dict[int, Component]]:
        """For each section the class of every component of its kind that occurs, and ``class_N`` and ``browser_label``."""
        kinds = sorted({f"b_{section.kind}" for section in self.sections} | {"b_browser"})
        rows = self.engine.rows(plan.components_of(kinds))
        kept: list[dict[int, Component]] = [{} for _ in self.sections]
        links: list[tuple[list[int], list[int]]] = [([], []) for _ in self.sections]
        labels: dict[int, str] = {}
        for batch in rows:
            for row in batch:
                component = Component(*row)
                if component.kind == "browser":
                    labels[component.id] = group_of(component)
                for number, section in enumerate(self.sections):
                    if component.kind in (section.kind, GAP) and (mine := projected(section, component)):
                        kept[number][mine.id] = mine
                        links[number][0].append(component.id)
                        links[number][1].append(mine.id)
        for number, (components, mine_) in enumerate(links):
            self.engine.small(
                f"class_{number}", {"component": components, "class": mine_}, {"component": "id", "class": "id"}
            )
        self.labels.browsers = sorted(set(labels.values()))
        numbers = {label: number for number, label in enumerate(self.labels.browsers)}
        self.engine.small(
            "browser_label",
            {"component": list(labels), "label": [numbers[label] for label in labels.values()]},
            {"component": "id", "label": "number"},
        )
        return kept

    def _context(self, number: int, section: Section, kind: str) -> dict[int, Members]:
        """The classes of the bundles of another kind, by id, and ``class_N_KIND``."""
        bundles = [row[0] for row in self.engine.ask(plan.bundles_of(number, kind))]
        members = self.members(bundles)
        classes = {bundle: context_class(section, members.get(bundle, ())) for bundle in bundles}
        self.engine.small(
            f"class_{number}_{kind}",
            {"bundle": bundles, "class": [classes[bundle][0] for bundle in bundles]},
            {"bundle": "id", "class": "id"},
        )
        return dict(classes.values())

    def _answer(
        self,
        number: int,
        section: Section,
        classes: Mapping[int, Component],
        contexts: Sequence[Mapping[int, Members]],
        circumstances: Mapping[int, Circumstances],
    ) -> None:
        """``answer_N``: what the rules of a section say of each case that occurs."""
        by = self.by
        kept = Kept(by.answers, section, by.as_of, by.fresh, by.suppliers)
        before = kept.read()
        answers: dict[tuple[int, ...], tuple[int, ...]] = {}
        new = False
        for key in self._cases(number, section):
            if key not in before:
                member = None if key[0] == NO_MEMBER else classes[key[0]]
                context = tuple(each for of_kind, name in zip(contexts, key[1:-1], strict=True) for each in of_kind[name])
                case = Case(member, context, circumstances[key[-1]])
                before[key] = answer(section, case, by.as_of, by.fresh, by.waivers, by.suppliers)
                new = True
            answers[key] = before[key]
        if new:
            kept.write(before)
        names = (*kept.key, *kept.masks)
        rows = [(*key, *masks) for key, masks in answers.items()]
        columns = list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in names]
        self.engine.small(f"answer_{number}", dict(zip(names, columns, strict=True)), dict.fromkeys(names, "id"))

    def _cases(self, number: int, section: Section) -> Iterator[tuple[int, ...]]:
        for batch in self.engine.rows(plan.cases(number, section)):
            yield from batch
