"""One rule file read: YAML into a :class:`Rule`, every mistake named by file, line and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError
from auditor.matchers import MATCHERS, BadArgumentError, prepare, suggest
from auditor.model import FactSpec, Outcome, Severity, Value, Vocabulary

SINGLE_KINDS = frozenset({"os", "hardware", "device"})
"""Kinds of which a PC has exactly one, so that any rule may ask for their facts."""

_FIELDS = ("title", "severity", "for", "of", "from", "when", "require", "demands", "why", "fix", "source", "examples")
_NEEDED = ("title", "severity", "for", "why", "fix", "source", "examples")
_DEMAND_FIELDS = ("needs", "products", "standing", "confidence", "source", "note")
STANDINGS = ("published", "inferred")
"""Whether whoever runs a service says that it needs something, or we conclude it from what the service does."""
CONFIDENCES = ("high", "medium", "low")
_SOURCE_FIELDS = ("address", "as_of", "basis")
_BASES = ("read", "secondary", "recalled", "assumption")


SERVED = ("browser", "html5")
"""What a service can have demands of: one browser that meets them all is enough."""

RELEASE: Mapping[str, type] = {"release": str, "date": date, "behind": int, "newest": list, "known_until": date}
"""What an example says of a release, each with its type; ``esr`` may be there too."""


class Demand(NamedTuple):
    """Where one demand of a service comes from: ``standing`` is published or inferred; ``source`` as a rule's.

    ``products`` are the browsers that it is made of; empty for all.
    """

    standing: str
    confidence: str
    source: Mapping[str, str]
    products: tuple[str, ...] = ()
    note: str = ""


class Condition(NamedTuple):
    """``browser.version at_least 120``: one fact, one word, its prepared argument; of a service, its demand."""

    spec: FactSpec
    word: str
    argument: Any
    demand: Demand | None = None


class Example(NamedTuple):
    """What the rule must answer for these ``subjects``, given ``context`` ("os.family" → value).

    ``on`` is the day it holds for, where that matters; None for any.
    """

    expect: Outcome
    subjects: tuple[Mapping[str, Value], ...]
    context: Mapping[str, Value]
    line: int
    on: date | None = None


class Rule(NamedTuple):
    """One rule. ``of`` is each, any or none; ``source`` has address, as_of and basis.

    Before ``since`` the rule does not apply: what it asks for had not happened yet.
    ``demands`` makes it the profile of a service: what ``require`` holds comes from them.
    """

    id: str
    pack: str
    title: str
    severity: Severity
    kind: str
    of: str
    when: tuple[Condition, ...]
    require: tuple[Condition, ...]
    why: str
    fix: str
    source: Mapping[str, str]
    examples: tuple[Example, ...]
    path: str
    since: date | None = None
    demands: tuple[Demand, ...] = ()


@dataclass(slots=True)
class RuleReader:
    """Reads one file; collects every mistake instead of stopping at the first."""

    path: Path
    vocabulary: Vocabulary
    errors: list[RuleError] = field(default_factory=list)
    lines: strict_yaml.Lines = field(default_factory=dict)

    def wrong(self, at: tuple[str | int, ...], what: str, hint: str = "") -> None:
        line = next((self.lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in self.lines), 1)
        name = ".".join(str(part) for part in at)
        self.errors.append(RuleError(f"{self.path}, line {line}, {name}: {what}", hint))

    def rule(self, rule_id: str, pack: str) -> Rule | None:
        try:
            data, self.lines = strict_yaml.read(self.path)
        except RuleError as error:
            self.errors.append(error)
            return None
        self._fields(data)
        kind = self._text(data, "for")
        kinds = sorted({spec.kind for spec in self.vocabulary.values()})
        if kind and kind not in kinds:
            self.wrong(("for",), f"unknown kind {kind!r}{suggest(kind, kinds)}")
        severity = self._choice(data, "severity", [level.name.lower() for level in Severity])
        of = self._choice(data, "of", ("each", "any", "none")) if "of" in data else "each"
        demanded = self._demands(data, kind)
        if "demands" in data and (of != "any" or kind not in SERVED):
            self.wrong(
                ("demands",), "a service has demands for html5 or for browser, with of: any", "CONTRIBUTING.md shows one."
            )
        rule = Rule(
            rule_id,
            pack,
            self._text(data, "title"),
            Severity[(severity or "info").upper()],
            kind,
            of or "each",
            self._conditions(data, "when", kind),
            tuple(each for _, conditions in demanded for each in conditions) or self._conditions(data, "require", kind),
            self._text(data, "why"),
            self._text(data, "fix"),
            self._source(data),
            self._examples(data.get("examples"), kind),
            str(self.path),
            self._since(data),
            tuple(demand for demand, _ in demanded),
        )
        return None if self.errors else rule

    def _since(self, data: dict[str, Any]) -> date | None:
        since = data.get("from")
        if "from" in data and not isinstance(since, date):
            self.wrong(("from",), f"{since!r} must be a date such as 2026-11-24")
            return None
        return since

    def _fields(self, data: dict[str, Any]) -> None:
        for key in sorted(data.keys() - set(_FIELDS)):
            self.wrong((key,), f"unknown field{suggest(key, _FIELDS)}")
        for key in _NEEDED:
            if key not in data:
                self.wrong((key,), "missing", "CONTRIBUTING.md shows a whole rule.")
        if ("require" in data) == ("demands" in data):
            self.wrong(("require",), "a rule has require, or demands where it is the profile of a service: one of the two")

    def _text(self, data: dict[str, Any], key: str) -> str:
        value = data.get(key, "")
        if key in data and (not isinstance(value, str) or not value.strip()):
            self.wrong((key,), "must be text")
            return ""
        return str(value).strip()

    def _choice(self, data: dict[str, Any], key: str, choices: Sequence[str], inside: tuple[str | int, ...] = ()) -> str:
        value = data.get(key)
        if key in data and value not in choices:
            near = suggest(value, choices) if isinstance(value, str) else ""
            said = near if "did you mean" in near else ""
            self.wrong((*inside, key), f"{value!r} is not one of {', '.join(choices)}{said}")
            return ""
        return str(value or "")

    def _source(self, data: dict[str, Any], inside: tuple[str | int, ...] = ()) -> Mapping[str, str]:
        source = data.get("source")
        at = (*inside, "source")
        if "source" not in data:
            return {}
        if not isinstance(source, dict):
            self.wrong(at, "must have address, as_of and basis")
            return {}
        for key in sorted(source.keys() ^ set(_SOURCE_FIELDS)):
            self.wrong((*at, key), "missing" if key in _SOURCE_FIELDS else "unknown field")
        if "as_of" in source and not isinstance(source["as_of"], date):
            self.wrong((*at, "as_of"), f"{source['as_of']!r} must be a date such as 2026-11-24")
        if "basis" in source and source["basis"] not in _BASES:
            self.wrong((*at, "basis"), f"{source['basis']!r} is not one of {', '.join(_BASES)}")
        return {key: str(source.get(key, "")) for key in _SOURCE_FIELDS}

    def _demands(self, data: dict[str, Any], kind: str) -> list[tuple[Demand, tuple[Condition, ...]]]:
        """Each demand of a service's profile, with what it asks for."""
        block = data.get("demands", [])
        if not isinstance(block, list) or ("demands" in data and not block):
            self.wrong(("demands",), "must be a list of demands, each with needs, standing, confidence and source")
            return []
        return [found for number, each in enumerate(block) if (found := self._demand(each, number, kind))]

    def _demand(self, data: Any, number: int, kind: str) -> tuple[Demand, tuple[Condition, ...]] | None:
        at = ("demands", number)
        if not isinstance(data, dict):
            self.wrong(at, "must be a map with needs, standing, confidence and source")
            return None
        for key in sorted(data.keys() - set(_DEMAND_FIELDS)):
            self.wrong((*at, key), f"unknown field{suggest(key, _DEMAND_FIELDS)}")
        for key in ("needs", "standing", "confidence", "source"):
            if key not in data:
                self.wrong((*at, key), "missing")
        products = data.get("products", [])
        spec = self.vocabulary.get(f"{kind}.product")
        known = spec.words if spec else ()
        bad = [each for each in products if each not in known] if isinstance(products, list) else [products]
        if bad:
            self.wrong((*at, "products"), f"must be a list of {kind}.product's words, not {bad[0]!r}")
            return None
        demand = Demand(
            self._choice(data, "standing", STANDINGS, at),
            self._choice(data, "confidence", CONFIDENCES, at),
            self._source(data, at),
            tuple(products),
            str(data.get("note", "")).strip(),
        )
        return demand, tuple(each._replace(demand=demand) for each in self._conditions(data, "needs", kind, at))

    def _conditions(
        self, data: dict[str, Any], key: str, kind: str, inside: tuple[str | int, ...] = ()
    ) -> tuple[Condition, ...]:
        block = data.get(key)
        at = (*inside, key)
        if key not in data:
            return ()
        if not isinstance(block, dict) or not block:
            self.wrong(at, 'must be a map of facts, such as {version: {at_least: "120"}}')
            return ()
        found: list[Condition] = []
        for name, wanted in block.items():
            if spec := self._spec(name, kind, (*at, name)):
                words = wanted if isinstance(wanted, dict) else {"equals": wanted}
                found.extend(self._words(words, spec, (*at, name)))
        return tuple(found)

    def _words(self, words: dict[str, Any], spec: FactSpec, at: tuple[str | int, ...]) -> Iterable[Condition]:
        for word, argument in words.items():
            where = (*at, word) if (*at, word) in self.lines else at
            if word not in MATCHERS:
                self.wrong(where, f"unknown word{suggest(word, MATCHERS)}")
            elif spec.type not in MATCHERS[word].types:
                fits = [name for name, matcher in MATCHERS.items() if spec.type in matcher.types]
                self.wrong(where, f"{word} does not go with {spec.kind}.{spec.name} ({spec.type}): {', '.join(fits)} do")
            else:
                try:
                    yield Condition(spec, word, prepare(word, argument, spec))
                except BadArgumentError as error:
                    self.wrong(where, str(error))

    def _spec(self, name: str, kind: str, at: tuple[str | int, ...]) -> FactSpec | None:
        full = name if "." in name else f"{kind}.{name}"
        spec = self.vocabulary.get(full)
        if spec is None:
            known = [
                each if "." in name else each.partition(".")[2]
                for each in self.vocabulary
                if "." in name or each.startswith(f"{kind}.")
            ]
            self.wrong(at, f"unknown fact{suggest(name, known)}", "auditor rules facts lists all facts.")
        elif spec.kind not in (kind, *SINGLE_KINDS):
            self.wrong(at, f"a rule for {kind} cannot ask for {full}: a PC may have several of them")
            return None
        return spec

    def _examples(self, block: Any, kind: str) -> tuple[Example, ...]:
        if block is None:
            return ()
        if not isinstance(block, dict):
            self.wrong(("examples",), "must have pass and fail, and may have unknown")
            return ()
        for key in sorted(block.keys() - {"pass", "fail", "unknown", "on"}):
            self.wrong(("examples", key), f"unknown field{suggest(key, ['pass', 'fail', 'unknown', 'on'])}")
        day = block.get("on")
        if "on" in block and not isinstance(day, date):
            self.wrong(("examples", "on"), f"{day!r} must be a date such as 2026-11-24")
        found: list[Example] = []
        for key in ("pass", "fail", "unknown"):
            examples = block.get(key, [])
            if not isinstance(examples, list) or (not examples and key != "unknown"):
                self.wrong(("examples", key), "must list at least one example")
                continue
            found.extend(self._example(each, key, number, kind) for number, each in enumerate(examples))
        return tuple(each._replace(on=day if isinstance(day, date) else None) for each in found)

    def _example(self, example: Any, key: str, number: int, kind: str) -> Example:
        at = ("examples", key, number)
        parts = example if isinstance(example, list) else [example]
        subjects: list[Mapping[str, Value]] = []
        context: dict[str, Value] = {}
        for part in parts:
            if not isinstance(part, dict):
                self.wrong(at, "an example is a map of facts, or a list of such maps")
                continue
            subject: dict[str, Value] = {}
            for name, given in part.items():
                if (spec := self._spec(name, kind, at)) is None:
                    continue
                value = self._example_value(given, spec, at)
                if spec.kind != kind:
                    context[f"{spec.kind}.{spec.name}"] = value
                else:
                    subject[spec.name] = value
            if subject or not part or part is example:  # in a list, facts of other kinds alone are the PC around it
                subjects.append(subject)
        return Example(Outcome(key), tuple(subjects), context, self.lines.get(at, 1))

    def _example_value(self, given: Any, spec: FactSpec, at: tuple[str | int, ...]) -> Value:
        if spec.type in ("list", "features", "release"):
            wanted = list if spec.type == "list" else dict
            if not isinstance(given, wanted):
                self.wrong(at, f"{spec.name} must be a {'list' if wanted is list else 'map'}")
            if spec.type == "release" and isinstance(given, dict):
                return self._release(given, spec, at)
            return given if isinstance(given, list | dict) else None
        if spec.type == "version" and isinstance(given, str):
            return given
        try:
            value = prepare("before" if spec.type == "date" else "equals", given, spec)
        except BadArgumentError as error:
            self.wrong(at, f"{spec.name}: {error}")
            return None
        return str(value) if spec.type in ("date", "version") else value

    def _release(self, given: dict[str, Any], spec: FactSpec, at: tuple[str | int, ...]) -> Value:
        """A release as the knowledge base would tell it, where the example has all of it and nothing else."""
        said = ", ".join(f"{name} ({kind.__name__})" for name, kind in RELEASE.items())
        fits = all(isinstance(given.get(name), kind) for name, kind in RELEASE.items())
        numbers = given.get("newest") if isinstance(given.get("newest"), list) else [None]
        esr = given.get("esr", False)
        if not fits or given.keys() - RELEASE.keys() - {"esr"} or esr not in (True, False, None):
            self.wrong(at, f"{spec.name} must have {said}, and may have esr")
        elif not all(isinstance(each, str) for each in numbers or ()):
            self.wrong(at, f"{spec.name}.newest must be a list of versions in quotation marks")
        return {name: str(value) if isinstance(value, date) else value for name, value in given.items()}
