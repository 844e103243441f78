"""What the knowledge base adds may look at nothing but what ``READS`` names: things alike in that are taken as one."""

from __future__ import annotations

from datetime import date

import pytest

from auditor import checks
from auditor.dictionary import VOCABULARY
from auditor.estate.looking import Watched
from auditor.estate.simulation.plan import newest_day, pc_on
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate
from auditor.knowledge import html5, windows_support
from auditor.knowledge.enrich import ADDS, COARSER, READS
from auditor.knowledge.overrides import Bought, Overrides, Scope
from auditor.knowledge.refreshed import NONE
from auditor.knowledge.releases import releases
from auditor.matchers import MATCHERS, prepare
from auditor.model import Fact, Subject, Undecided, Value
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
        other = {
            **facts,
            "revision": Fact(
                subject, "revision", windows_support.telling_revision({name: each.value for name, each in one.items()}), ()
            ),
        }
        first, second = (windows_support.supported(each, day) for each in (one, other))
        assert (first.supported, first.state, first.ends, bool(first.why)) == (
            second.supported, second.state, second.ends, bool(second.why),
        )  # fmt: skip
        return first.supported, first.state

    assert {support(revision) for revision in (1, 6000, 6456, 6457, 6500, 7000, 7663, 9999)}


VERSIONS = [
    *(f"{major}{minor}" for major in (1, 3, 5, 12, 14, 15, 17, 18, 44, 52, 78, 79, 109, 115, 128, 138, 140, 147, 153, 157, 170)
      for minor in ("", ".0", ".1", ".0.1", ".6.2", ".0.6723.91", ".12.0esr", ".5esr", ".0b3", ".0.1-beta")),
    "11.0.9600.19", "44.19041.1266.0", "11.0.19041.1", "20210101.5", "unreadable", "",
]  # fmt: skip
BROWSERS = [
    ("chrome", "blink"), ("edge", "blink"), ("edge-legacy", "edgehtml"), ("firefox", "gecko"), ("safari", "webkit"),
    ("opera", "blink"), ("ie", "trident"), ("brave", "blink"), ("chromium", "blink"), ("librewolf", "gecko"),
]  # fmt: skip


@pytest.mark.parametrize(("product", "engine"), BROWSERS)
@pytest.mark.parametrize("kind", ["browser", "html5"])
def test_a_version_that_stands_for_others_shows_the_same(kind: str, product: str, engine: str) -> None:
    subject, system = Subject(kind, product), Subject("os", "system")
    on = {"family": "windows", "name": "Windows 10", "build": 19045, "type": "client", "ltsc": False}
    around = {name: Fact(system, name, value, ()) for name, value in on.items()}
    different = set()
    for channel in ("stable", "esr", "extended", ""):
        for version in VERSIONS:
            known = {"product": product, "engine": engine, "version": version, "engine_version": version, "channel": channel}
            coarse = {**known, **{name: of(known) for name, of in COARSER[kind].items()}}
            shown = [told(kind, subject, each, around) for each in (known, coarse)]
            assert shown[0] == shown[1], (version, coarse)
            different.add(repr(shown[0]))
    assert len(different) > 1 or (kind, product) == ("browser", "edge-legacy")


def told(kind: str, subject: Subject, values: dict[str, Value], around: dict[str, Fact]) -> list[object]:
    """What is added, without the words that say why."""
    facts = {name: Fact(subject, name, value, ()) for name, value in values.items()}
    added = [fact for add in ADDS[kind] for fact in add(subject, facts, around, OWN, DAY, NONE)]
    return [
        (
            fact.name,
            states(fact.value),
            bool(fact.unknown),
            fact.last_known,
            {each.at.rpartition("(")[2] for each in fact.evidence},
        )
        for fact in added
    ]


def states(value: Value) -> Value:
    return {name: str(state).partition(":")[0] for name, state in value.items()} if isinstance(value, dict) else value


def test_no_release_has_more_numbers_than_tell() -> None:
    columns = {*html5.OWN.values()}
    assert max(each.version.count(".") + 1 for column in columns for each in releases(column)) <= html5.TELLING


@pytest.mark.parametrize("version", [each for each in VERSIONS if each])
@pytest.mark.parametrize("least", ["1", "12", "79", "115.0", "140", "140.5", "157.1"])
def test_a_version_that_stands_for_others_is_as_new(version: str, least: str) -> None:
    for product in ("firefox", "edge-legacy"):
        coarse = html5.telling_version("version", {"product": product, "version": version})
        for word in ("at_least", "below"):
            test = MATCHERS[word].test
            wanted = prepare(word, least, VOCABULARY["browser.version"])
            assert test(version, wanted, DAY) == test(coarse, wanted, DAY) or isinstance(
                test(version, wanted, DAY), Undecided
            )
