"""Which facts are looked at, and which facts no rule can tell apart: what makes it sound to use an answer again.

Whoever answers notes what was looked at. Wherever that is the same, so is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.model import Fact, Value

Facts = Mapping[str, Fact]
"""A thing's facts by name."""

Looked = tuple[tuple[str, str], ...]
"""What was looked at: (kind, name of the fact) each."""

ALL = "*"
"""The name that stands for every fact of a thing."""


class Watched(Mapping[str, Fact]):
    """Facts that note which of them were looked at; that one is not there counts, too."""

    __slots__ = ("_facts", "_kind", "_looked")

    def __init__(self, kind: str, facts: Facts, looked: dict[tuple[str, str], None]) -> None:
        self._kind = kind
        self._facts = facts
        self._looked = looked

    def __getitem__(self, name: str) -> Fact:
        self._looked[self._kind, name] = None
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        self._looked[self._kind, ALL] = None
        return iter(self._facts)

    def __len__(self) -> int:
        self._looked[self._kind, ALL] = None
        return len(self._facts)


class Tokens:
    """Numbers for facts: the same number for facts that no rule can tell apart."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._texts: dict[int, tuple[object, str]] = {}

    def of(self, facts: Sequence[Fact]) -> int:
        """The number of some facts together."""
        told = tuple(
            (fact.name, type(fact.value), self._plain(fact.value), fact.unknown, tuple(each.at for each in fact.evidence))
            for fact in facts
        )
        return self._numbers.setdefault(told, len(self._numbers))

    def _plain(self, value: Value) -> object:
        """A value that can be compared; of what many facts share the text is made once."""
        if not isinstance(value, list | dict):
            return value
        known = self._texts.get(id(value))
        if known is None:
            known = self._texts[id(value)] = (value, repr(value))
        return known[1]


class Seen:
    """The facts of some things, by kind, as numbers."""

    def __init__(self, facts: Mapping[str, Facts], tokens: Tokens) -> None:
        self._facts = facts
        self._tokens = tokens
        self._known: dict[tuple[str, str], int] = {}

    def of(self, looked: Looked) -> tuple[int, ...]:
        """The number of each fact of ``looked``."""
        known = self._known
        return tuple(known[each] if each in known else self._number(each) for each in looked)

    def _number(self, which: tuple[str, str]) -> int:
        facts, name = self._facts.get(which[0], {}), which[1]
        chosen = [fact for _, fact in sorted(facts.items())] if name == ALL else [facts[name]] if name in facts else []
        self._known[which] = self._tokens.of(chosen)
        return self._known[which]
