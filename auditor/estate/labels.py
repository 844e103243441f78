"""The names under which a report counts and shows what a PC has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from auditor.estate.profile import Component
from auditor.model import Detected, Fact, Gap
from auditor.subjects import Subjects
from auditor.versions import NotComparable, parse

NO_VERSION = "(version unknown)"


class Shown(NamedTuple):
    """What a report shows of a PC, or of a part of what is known of it.

    ``os`` is name and release ("Windows 11 23H2"), ``os_name`` the name alone; both are
    empty where the name is not known. ``browser_groups`` have the major version only and
    each name once ("chrome 109"), ``browsers`` and ``office`` are one text an installation.
    """

    os: str = ""
    os_name: str = ""
    browsers: tuple[str, ...] = ()
    browser_groups: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def joined(self, other: Shown) -> Shown:
        """This part and another one."""
        return Shown(
            self.os or other.os, self.os_name or other.os_name, self.browsers + other.browsers,
            self.browser_groups + other.browser_groups, self.office + other.office, self.gaps + other.gaps,
        )  # fmt: skip


NOTHING = Shown()
"""Of a PC of which nothing is known."""


def shown(detected: Detected) -> Shown:
    """What a report shows of ``detected``."""
    subjects = Subjects(detected)
    systems = [(text, " ".join(filter(None, (text, _text(facts, "release")))))
               for _, facts in subjects.of("os") if (text := _text(facts, "name"))]  # fmt: skip
    browsers = [(_product(subject.name, facts), _text(facts, "version")) for subject, facts in subjects.of("browser")]
    office = [(_product(subject.name, facts), _text(facts, "version")) for subject, facts in subjects.of("office")]
    return Shown(
        systems[0][1] if systems else "", systems[0][0] if systems else "",
        tuple(f"{product} {version or NO_VERSION}" for product, version in browsers),
        tuple(sorted({f"{product} {_major(version)}" for product, version in browsers})),
        tuple(f"{product} {version or NO_VERSION}" for product, version in office),
        detected.gaps,
    )  # fmt: skip


def group_of(component: Component) -> str:
    """The name under which a browser is counted: product and major version ("chrome 109")."""
    facts = json.loads(component.facts)
    return f"{facts.get('product') or component.name} {_major(str(facts.get('version', '')))}"


def browser_texts(component: Component) -> tuple[str, str, str]:
    """What a filter may call a browser: product with its whole version, with its major version, and product alone."""
    facts = json.loads(component.facts)
    product = facts.get("product") or component.name
    return f"{product} {facts.get('version') or NO_VERSION}", group_of(component), product


def _text(facts: Mapping[str, Fact], name: str) -> str:
    """A fact as text; empty where it is not known."""
    fact = facts.get(name)
    return "" if fact is None or fact.unknown else str(fact.value)


def _product(name: str, facts: Mapping[str, Fact]) -> str:
    return _text(facts, "product") or name


def _major(version: str) -> str:
    parsed = parse(version)
    return NO_VERSION if isinstance(parsed, NotComparable) else str(parsed.key.major)
