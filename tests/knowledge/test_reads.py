"""What the knowledge base adds may look at nothing but what ``READS`` names: things alike in that are taken as one."""

from __future__ import annotations

from datetime import date

import pytest

from auditor import checks
from auditor.estate.answering import Watched
from auditor.estate.simulation.plan import newest_day, pc_on
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate
from auditor.knowledge.enrich import ADDS, READS
from auditor.knowledge.overrides import Bought, Overrides, Scope
from auditor.knowledge.refreshed import NONE
from auditor.model import Fact
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
