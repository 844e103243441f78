from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.estate.profile import Profile, profile_of, rebuild
from auditor.model import Detected, Fact, Gap, Reading, Source, Status, Subject

words = st.sampled_from(["a", "b", "ü", "\0"])
values = st.recursive(st.booleans() | st.integers() | words, lambda inner: st.lists(inner, max_size=2)
                      | st.dictionaries(words, inner, max_size=2), max_leaves=4)  # fmt: skip
subjects = st.builds(Subject, st.sampled_from(["os", "browser"]), words, words)
facts = st.builds(Fact, subjects, words, values, st.just(())) | st.builds(
    Fact, subjects, words, st.none(), st.just(()), words
)
gaps = st.builds(Gap, st.sampled_from(["os", "browser"]), st.sampled_from(["machine", "user"]), words, st.just(()))
detected = st.builds(Detected, st.lists(facts, max_size=8).map(tuple), st.lists(gaps, max_size=3).map(tuple), st.just({}))


def again(profile: Profile) -> Detected:
    return rebuild((profile.components[one], count) for bundle in profile.bundles for one, count in bundle.members)


def things(of: Detected) -> list[str]:
    """What is left of a PC when places and evidence are forgotten."""
    by_subject: dict[Subject, dict[str, tuple[str, str]]] = {}
    for fact in of.facts:
        by_subject.setdefault(fact.subject, {})[fact.name] = (repr(fact.value), fact.unknown)
    return sorted(repr((subject.kind, subject.name, sorted(mine.items()))) for subject, mine in by_subject.items())


@settings(deadline=None, max_examples=200)
@given(detected)
def test_facts_and_gaps_are_rebuilt(before: Detected) -> None:
    after = again(profile_of(before))
    assert [fact.evidence for fact in after.facts] == [()] * len(after.facts)
    assert sorted(map(repr, after.gaps)) == sorted(map(repr, before.gaps))
    assert len({(fact.subject, fact.name) for fact in after.facts}) == len(after.facts)
    assert len(things(after)) == len(things(before))
    assert profile_of(after).id == profile_of(before).id


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(words, words, words), unique_by=lambda key: key, max_size=5), st.randoms(use_true_random=False))
def test_order_places_and_evidence_make_no_difference(keys: list[tuple[str, str, str]], shuffled: random.Random) -> None:
    reading = Reading(Source("file", "x"), "/home/j", Status.READ, "1")
    one = [Fact(Subject("browser", name, where), fact, "1", ()) for name, where, fact in keys]
    other = [Fact(Subject("browser", name, "at " + where), fact, "1", (reading,)) for name, where, fact in keys]
    shuffled.shuffle(other)
    assert profile_of(Detected(tuple(one))) == profile_of(Detected(tuple(other)))


def test_two_of_the_same_stay_two() -> None:
    twice = Detected(tuple(Fact(Subject("browser", "chrome", where), "version", "1", ()) for where in ("a", "b")))
    assert [fact.subject.where for fact in again(profile_of(twice)).facts] == ["000001", "000002"]


def test_true_and_one_are_different() -> None:
    def profile(value: bool | int) -> int:
        return profile_of(Detected((Fact(Subject("os", "x"), "a", value, ()),))).id

    assert profile(True) != profile(1)


def test_nothing_known_is_a_profile_too() -> None:
    empty = profile_of(Detected(()))
    assert empty.bundles == ()
    assert again(empty) == Detected(())
