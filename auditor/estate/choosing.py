"""Filters as the plan needs them: conditions on ``now`` before anything is judged, and on ``verdict`` after.

What a filter means is decided in Python, on the few distinct texts that there are; the engine
only compares numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.estate.circumstances import tags_of
from auditor.estate.filters import Filter
from auditor.estate.judging import Judging
from auditor.estate.labels import browser_texts
from auditor.estate.profile import Component
from auditor.estate.result import NO_SITE, STATES
from auditor.estate.sections import Section


@dataclass(frozen=True, slots=True)
class Chosen:
    """Filters by when they can be applied: before judging (``early``), or by its result."""

    early: tuple[Filter, ...]
    states: tuple[Filter, ...]
    rules: tuple[Filter, ...]

    @property
    def is_dynamic(self) -> bool:
        """Whether a filter goes by what judging found."""
        return bool(self.states or self.rules)

    @property
    def of_state(self) -> list[str]:
        """Conditions on ``verdict``, all of which must hold."""
        return [
            _one_of("state", [number for number, state in enumerate(STATES) if each.accepts(state)]) for each in self.states
        ]

    def of_rules(self, sections: Sequence[Section]) -> list[list[tuple[int, int, str]]]:
        """For each filter by rule: (section, bits of the rules that are meant, outcome), one of which must hold."""
        found = []
        for each in self.rules:
            meant = []
            for number, section in enumerate(sections):
                bits = sum(1 << bit for bit, rule in enumerate(section.rules) if each.accepts(rule.id))
                if bits:
                    meant.append((number, bits, each.outcome))
            found.append(meant)
        return found


def choose(filters: Sequence[Filter]) -> Chosen:
    """``filters`` sorted by when they can be applied."""
    late = {"state", "rule"}
    return Chosen(
        tuple(each for each in filters if each.key not in late),
        tuple(each for each in filters if each.key == "state"),
        tuple(each for each in filters if each.key == "rule"),
    )


def restrict(chosen: Chosen, judging: Judging) -> list[str]:
    """Conditions on ``now n JOIN placed p JOIN os_label o``, all of which must hold; helper tables are made."""
    return [_condition(number, each, judging) for number, each in enumerate(chosen.early)]


def _condition(number: int, wanted: Filter, judging: Judging) -> str:
    match wanted.key:
        case "site":
            return _one_of("p.place", [at for place, at in judging.places.items() if wanted.accepts(place.site or NO_SITE)])
        case "tag":
            return _one_of("p.place", [at for place, at in judging.places.items() if wanted.accepts(*tags_of(place.tags))])
        case "os":
            systems = [names[:1] if wanted.literal else names for names in judging.labels.systems]
            return _one_of("o.os", [at for at, names in enumerate(systems) if wanted.accepts(*filter(None, names))])
        case "browser":
            return _with_browser(number, wanted, judging)
    return _named(number, wanted, judging)


def _with_browser(number: int, wanted: Filter, judging: Judging) -> str:
    found: list[int] = []
    for batch in judging.engine.rows("SELECT component, kind, name, facts, unknowns FROM component WHERE kind = 'browser'"):
        found += [row[0] for row in batch if wanted.accepts(*browser_texts(Component(*row)))]
    judging.engine.small(f"filtered_{number}", {"component": found}, {"component": "id"})
    return f"n.b_browser IN (SELECT m.bundle FROM bundle m JOIN filtered_{number} f ON f.component = m.component)"  # noqa: S608


def _named(number: int, wanted: Filter, judging: Judging) -> str:
    found: list[str] = []
    for batch in judging.engine.rows("SELECT device, hostname FROM now"):
        found += [device for device, hostname in batch if wanted.accepts(hostname, device)]
    judging.engine.small(f"filtered_{number}", {"device": found}, {"device": "text"})
    return f"n.device IN (SELECT device FROM filtered_{number})"  # noqa: S608  the same


def _one_of(column: str, numbers: Sequence[int]) -> str:
    return f"{column} IN ({', '.join(map(str, numbers))})" if numbers else "1 = 0"
