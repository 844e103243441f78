"""Answers are worked out once for all that cannot be told apart, and are those that each would get alone."""

from __future__ import annotations

from itertools import product

import pytest

from auditor.dictionary import VOCABULARY
from auditor.estate.answering import Answering, Around
from auditor.estate.profile import GAP, Component, canonical
from auditor.estate.sections import MASKS, Circumstances, Projection, sections_of
from auditor.knowledge import refreshed
from auditor.matchers import prepare
from auditor.model import Fact, Severity, Subject, Value
from auditor.rule_file import Condition, Rule
from auditor.waivers import Waiver

from .samples import AS_OF, rule


def browser(facts: dict[str, Value], number: int = 1) -> Component:
    return Component(number, "browser", str(facts["product"]), canonical(facts), "{}")


def on(system: str, waivers: tuple[int, ...] = ()) -> Around:
    subject = Subject("os", "system")
    facts = {"name": Fact(subject, "name", system, ()), "release": Fact(subject, "release", "1", ())}
    return Around({"os": (subject, facts)}, Circumstances(waivers=waivers))


NEW = rule("new", "browser", {"browser.version": {"at_least": "110"}})
NO_CHROME_ON_XP = rule(
    "no-chrome",
    "browser",
    {"browser.product": {"not_equals": "chrome"}},
    when={"os.name": {"equals": "Windows XP"}},
    of="none",
)
RULES = (NEW, NO_CHROME_ON_XP)
MEMBERS = [
    None,
    *(browser({"product": name, "version": version})
      for name, version in product(("chrome", "firefox"), ("90", "105", "110", "130", "nonsense"))),
]  # fmt: skip
WAIVER = Waiver("test/new", ("*",), "firefox", "needed", "J. Okafor", AS_OF, (), (), "Imaging", "Scanner")
AROUND = [on("Windows XP"), on("Windows 11"), on("Windows 10"), on("Windows 10", (0,))]


def answering(around: list[Around]) -> Answering:
    section = sections_of(RULES)[0]
    return Answering(section, around, AS_OF, refreshed.NONE, [WAIVER], ["Imaging: Scanner"])


def test_together_says_what_each_alone_says() -> None:
    answers = answering(AROUND).answer(MEMBERS)
    masks = {(row[0], row[1]): row[2:] for row in answers.rows}
    for (number, member), (at, around) in product(enumerate(MEMBERS), enumerate(AROUND)):
        alone = answering([around]).answer([None, member])
        mine = next(row[2:] for row in alone.rows if row[0] == alone.members[1])
        assert masks[answers.members[number], answers.contexts[at]] == mine, (member, around)


def test_what_makes_no_difference_is_one() -> None:
    answers = answering(AROUND).answer(MEMBERS)
    assert answers.members[0] == 0
    assert len(set(answers.members)) == 7, "nothing; of both products old, new enough, and not comparable"
    windows_xp, windows_11, windows_10, with_waiver = answers.contexts
    assert windows_11 == windows_10
    assert len({windows_xp, windows_11, with_waiver}) == 3
    assert len(answers.rows) == 7 * 3
    assert all(len(row) == 2 + len(MASKS) + 1 for row in answers.rows)


def test_without_contexts_there_is_nothing_to_say() -> None:
    assert answering([]).answer(MEMBERS) == ([0] * len(MEMBERS), (), ())


def test_a_gap_is_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = Component(1, GAP, "machine", canonical({"kind": "browser", "reason": "denied"}), "{}")
    member = Projection(sections_of(RULES)[0]).of(gap)
    answers = answering(AROUND[:1]).answer([None, member])
    unknown = next(row[2 + MASKS.index("mu")] for row in answers.rows if row[0] == answers.members[1])
    assert unknown & 1


def asks_version(word: str, argument: str) -> Rule:
    spec = VOCABULARY["browser.version"]
    condition = Condition(spec, word, prepare(word, argument, spec))
    return Rule("t/v", "t", "V", Severity.HIGH, "browser", "each", (), (condition,), "why", "fix", {}, (), "v.yaml")


@pytest.mark.parametrize(
    ("word", "argument", "one"),
    [("at_least", "130", True), ("below", "130.1", True), ("at_least", "130.0.6723.91", False), ("at_most", "130", False),
     ("equals", "130", False), ("matches", "130.*.91", False)],
)  # fmt: skip
def test_versions_of_one_release_are_one_member_unless_a_rule_may_tell_them_apart(
    word: str, argument: str, one: bool
) -> None:
    projection = Projection(sections_of([asks_version(word, argument)])[0])
    members = {
        projection.of(browser({"product": "chrome", "version": f"130.0.6723.{build}"}, build)) for build in (90, 91, 92)
    }
    assert len(members) == (1 if one else 3)
