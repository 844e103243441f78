"""The packs that come with auditor: whole, dated, documented; every example holds, and fails for what its title says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from auditor.cli.options import DEFAULT_PACKS
from auditor.dictionary import VOCABULARY
from auditor.evaluate import judge, outcome_of_example, wrong_examples
from auditor.knowledge.enrich import enriched
from auditor.model import Detected, Fact, Outcome, Subject
from auditor.places import rules_folder
from auditor.rule_file import Example, Rule
from auditor.rules import RuleSet, load
from auditor.subjects import Subjects

ROOT = Path(__file__).parent.parent.parent
DAYS = (date(2024, 3, 1), date(2026, 11, 27), date(2031, 1, 1))
"""Before, on, and long after the day that the packs were written: an example without a day of its own holds on each."""

RULES: RuleSet = load([rules_folder()], VOCABULARY)
OWN = [rule for rule in RULES.rules if rule.pack != "services"]
WORDS = {
    "baseline": 20,
    "browsers": 13,
    "cyber-essentials": 11,
    "data-security-standard-8": 6,
    "dspt": 10,
    "legacy": 6,
    "nhs-wes": 4,
    "office": 14,
    "services": 25,
    "windows11": 9,
}
"""Pack → how many rules it has at least."""


def named(rule: Rule) -> str:
    return rule.id


def test_the_packs_are_these() -> None:
    assert RULES.packs.keys() == WORDS.keys()
    counts = {name: sum(rule.pack == name for rule in RULES.rules) for name in WORDS}
    assert {name: count for name, count in counts.items() if count < WORDS[name]} == {}


def test_who_says_nothing_is_judged_by_the_base_and_the_services() -> None:
    assert DEFAULT_PACKS == ("baseline", "services")
    assert set(DEFAULT_PACKS) <= RULES.packs.keys()


@pytest.mark.parametrize("pack", RULES.packs.values(), ids=lambda pack: pack.id)
def test_a_pack_says_whom_it_is_for_and_what_it_is_dated(pack) -> None:
    assert pack.title != pack.id
    assert re.fullmatch(r"([0-9.]+-)?20[0-9]{2}\.[0-9]{2}", pack.version)
    assert len(pack.description) > 60
    assert date(2026, 11, 1) <= date.fromisoformat(pack.as_of) <= date(2027, 1, 31)
    if pack.id != "services":
        assert re.match(r"For [^.]+\.", pack.description)


@pytest.mark.parametrize("rule", RULES.rules, ids=named)
def test_every_rule_passes_fails_and_does_not_know(rule: Rule) -> None:
    assert {example.expect for example in rule.examples} >= {Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("rule", RULES.rules, ids=named)
def test_every_example_holds(rule: Rule, day: date) -> None:
    assert wrong_examples(rule, day) == []


def actuals(rule: Rule, example: Example) -> list[str]:
    """What the rule shows for a failing example."""
    facts = [
        Fact(Subject(rule.kind, str(subject.get("product", "pc")), str(number)), name, value, ())
        for number, subject in enumerate(example.subjects)
        for name, value in subject.items()
    ]
    for full, value in example.context.items():
        kind, _, name = full.partition(".")
        facts.append(Fact(Subject(kind, "pc"), name, value, ()))
    day = example.on or DAYS[1]
    given = Detected(tuple(facts))
    subjects = Subjects(enriched(given, day) if rule.kind == "html5" else given)
    return [each.actual for each in judge(rule._replace(since=None), subjects, day) if each.outcome is Outcome.FAIL]


def test_a_failing_example_fails_for_what_its_title_says() -> None:
    """Golden, and read by a person: each title beside what its failing examples show."""
    lines = []
    for rule in OWN:
        lines.append(f"{rule.id}: {rule.title}")
        for example in rule.examples:
            if example.expect is Outcome.FAIL:
                lines += [f"  {actual}" for actual in actuals(rule, example)]
    text = "\n".join(lines) + "\n"
    golden = Path(__file__).parent / "failing.txt"
    assert text == golden.read_text(encoding="utf-8"), "read what changed, and write it into failing.txt"


@pytest.mark.parametrize("rule", [rule for rule in OWN if rule.of == "each"], ids=named)
def test_nothing_but_what_is_required_makes_it_fail(rule: Rule) -> None:
    """A failing example with a passing one's values for what is required passes."""
    required = {
        each.spec.name if each.spec.kind == rule.kind else f"{each.spec.kind}.{each.spec.name}" for each in rule.require
    }
    passing = next(each for each in rule.examples if each.expect is Outcome.PASS)
    for failing in (each for each in rule.examples if each.expect is Outcome.FAIL):
        subject = {**failing.subjects[0]} if failing.subjects else {}
        given = passing.subjects[0] if passing.subjects else {}
        subject |= {name: given[name] for name in required if name in given}
        context = {**failing.context, **{name: passing.context[name] for name in required if name in passing.context}}
        mended = failing._replace(subjects=(subject,), context=context)
        assert outcome_of_example(rule, mended, DAYS[1]) is Outcome.PASS


def test_every_rule_and_pack_is_documented() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    packs = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    assert [rule.id for rule in RULES.rules if f"`{rule.id}`" not in written] == []
    assert [name for name in RULES.packs if f"`{name}`" not in packs] == []


def test_what_rests_on_an_assumption_is_told() -> None:
    told = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
    assumed = [rule.id for rule in OWN if rule.source["basis"] == "assumption"]
    assert assumed
    assert [name for name in assumed if f"`{name}`" not in told] == []
    assert set(re.findall(r"`([a-z0-9-]+/[a-z0-9-]+)`", told)) <= {rule.id for rule in RULES.rules}


def test_every_tag_that_a_rule_asks_for_is_told() -> None:
    told = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    for rule in RULES.rules:
        for each in (*rule.when, *rule.require):
            if each.spec.name == "tags":
                words = (
                    [each.argument] if isinstance(each.argument, str) else [*each.argument.passing, *each.argument.failing]
                )
                assert [word for word in words if f"`{word}`" not in told] == [], rule.id


@pytest.mark.parametrize("rule", RULES.rules, ids=named)
def test_a_rule_is_written_for_people(rule: Rule) -> None:
    texts = (rule.title, rule.why, rule.fix)
    assert all(len(text) > 3 and not text.startswith(("TODO", "tbd")) for text in texts)
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert not re.search(r"\b(color|authoriz|behavior|center|organiz)", " ".join(texts))


CPUS = {
    "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz": Outcome.PASS,
    "11th Gen Intel(R) Core(TM) i7-11800H @ 2.30GHz": Outcome.PASS,
    "Intel(R) Core(TM) i5-1035G1 CPU @ 1.00GHz": Outcome.PASS,
    "Intel(R) Core(TM) i7-7700HQ CPU @ 2.80GHz": Outcome.FAIL,
    "Intel(R) Core(TM) i5-7200U CPU @ 2.50GHz": Outcome.FAIL,
    "Intel(R) Core(TM) i7-7820HQ CPU @ 2.90GHz": Outcome.UNKNOWN,
    "Intel(R) Core(TM) i3-2120 CPU @ 3.30GHz": Outcome.FAIL,
    "Intel(R) Core(TM) i5 CPU         760  @ 2.80GHz": Outcome.FAIL,
    "Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz": Outcome.FAIL,
    "AMD Ryzen 5 2600 Six-Core Processor": Outcome.PASS,
    "AMD Ryzen 7 2700U with Radeon Vega Mobile Gfx": Outcome.FAIL,
    "AMD Ryzen 5 1600 Six-Core Processor": Outcome.FAIL,
    "AMD Ryzen 5 5600G with Radeon Graphics": Outcome.PASS,
    "AMD Ryzen 5 PRO 4650U with Radeon Graphics": Outcome.PASS,
    "AMD FX(tm)-8350 Eight-Core Processor": Outcome.FAIL,
    "Intel(R) Celeron(R) N4120 CPU @ 1.10GHz": Outcome.UNKNOWN,
    "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz": Outcome.UNKNOWN,
}
"""A processor as it names itself → what the rule says."""


@pytest.mark.parametrize("cpu", CPUS)
def test_the_rule_on_processors_and_the_derived_verdict_do_not_disagree(cpu: str) -> None:
    (rule,) = [each for each in RULES.rules if each.id == "windows11/processor"]
    example = rule.examples[0]._replace(subjects=({"cpu": cpu},))
    said = outcome_of_example(rule, example, DAYS[1])
    assert said is CPUS[cpu]
    pc = Detected((Fact(Subject("os", "system"), "family", "windows", ()), Fact(Subject("hardware", "pc"), "cpu", cpu, ())))
    (reasons,) = [each.value for each in enriched(pc, DAYS[1]).facts if each.name == "windows11_reasons"]
    derived = next((str(each).partition(":")[0] for each in reasons if ": processor:" in str(each)), "met")
    assert (said, derived) not in ((Outcome.PASS, "fails"), (Outcome.FAIL, "met"))
