"""What the knowledge base adds may look at nothing but what ``READS`` names: things alike in that are taken as one."""

from __future__ import annotations

from datetime import date

import pytest

from auditor import checks
from auditor.estate.answering import Watched
from auditor.estate.simulation.plan import newest_day, pc_on
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate
from auditor.knowledge import windows_support
from auditor.knowledge.enrich import ADDS, READS
from auditor.knowledge.overrides import Bought, Overrides, Scope
from auditor.knowledge.refreshed import NONE
from auditor.model import Fact, Subject
from auditor.snapshot.read import decode
from auditor.subjects import Subjects

DAY = date(2026, 11, 27)
OWN = Overrides(bought=tuple(Bought(kind, "*", (), DAY, Scope(), "", "") for kind in ("os", "office", "browser")))


def looked_at(kind: str, own: dict[str, Fact], system: dict[str, Fact], subject: object) -> set[tuple[str, str]]:
    looked: dict[tuple[str, str], None] = {}
    mine, other = Watched(kind, own, looked), Watched("os", system, looked)
    for add in ADDS[kind]:
        add(subject, mine, other if kind != "os" else mine, OWN, DAY, NONE)  # type: ignore[arg-type]
    return set(looked)


@pytest.mark.parametrize("wild", [False, True])
def test_nothing_is_looked_at_that_is_not_named(wild: bool) -> None:
    estate = Estate(3_000, 11, DAY.toordinal(), wild=wild)
    scene = Scene({family: checks.wants(family) for family in checks.FAMILIES}, "auditor 0.1.0")
    seen: set[str] = set()
    for number in range(0, 3_000, 10):
        subjects = Subjects(checks.detect(decode(scene.line(pc_on(estate, number, newest_day(estate, number))))))
        system = dict(subjects.of("os")[0][1]) if subjects.of("os") else {}
        for kind in ADDS:
            for subject, facts in subjects.of(kind):
                seen.add(kind)
                named = READS[kind]
                for of, name in looked_at(kind, dict(facts), system, subject):
                    if not name:
                        continue  # what is asked where nothing is missing
                    assert "*" in named.get(of, ()) or name in named.get(of, ()), (kind, of, name)
    assert seen == set(ADDS)


@pytest.mark.parametrize("build", [19044, 19045, 22631, 26100])
@pytest.mark.parametrize("day", [date(2025, 10, 1), date(2026, 3, 1), date(2027, 3, 1)])
def test_a_revision_that_stands_for_others_shows_the_same(build: int, day: date) -> None:
    def support(revision: int) -> tuple[object, ...]:
        subject = Subject("os", "windows")
        known = {
            "build": build,
            "edition_group": "pro",
            "ltsc": False,
            "type": "client",
            "family": "windows",
            "name": "Windows 10",
        }
        facts = {name: Fact(subject, name, value, ()) for name, value in known.items()}
        one = {**facts, "revision": Fact(subject, "revision", revision, ())}
        other = {**facts, "revision": Fact(subject, "revision", windows_support.telling_revision(one), ())}
        first, second = (windows_support.supported(each, day) for each in (one, other))
        assert (first.supported, first.state, first.ends, bool(first.why)) == (
            second.supported, second.state, second.ends, bool(second.why),
        )  # fmt: skip
        return first.supported, first.state

    assert {support(revision) for revision in (1, 6000, 6456, 6457, 6500, 7000, 7663, 9999)}
