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
from auditor.model import BASES, FactSpec, Outcome, Severity, Value, Vocabulary
from auditor.rule_fields import (
    CONFIDENCES,
    DEMAND_FIELDS,
    EXAMPLE_FIELDS,
    FIELDS,
    NEEDED,
    SCOPES,
    SEVERITIES,
    SOURCE_FIELDS,
    STALE,
    STANDINGS,
    way_out,
)

SINGLE_KINDS = frozenset({"os", "hardware", "device"})
"""Kinds of which a PC has exactly one, so that any rule may ask for their facts."""


_WHOLE = "CONTRIBUTING.md shows a whole rule."


SERVED = ("browser", "html5")
"""What a service can have demands of: one browser that meets them all is enough."""

EXPECTED: Mapping[str, tuple[Outcome | None, bool]] = {
    "pass": (Outcome.PASS, False),
    "fail": (Outcome.FAIL, False),
    "unknown": (Outcome.UNKNOWN, True),
    "not_applicable": (None, True),
}
"""What examples may expect, and whether there may be none of them."""

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

    ``expect`` is None where the rule must not be about them. ``on`` is the day that it holds
    for, where that matters; None for any.
    """

    expect: Outcome | None
    subjects: tuple[Mapping[str, Value], ...]
    context: Mapping[str, Value]
    line: int
    on: date | None = None


class Rule(NamedTuple):
    """One rule. ``of`` is each, any or none; ``source`` has address, as_of and basis.

    Before ``since`` the rule does not apply: what it asks for had not happened yet.
    ``demands`` makes it the profile of a service: what ``require`` holds comes from them.
    ``stale`` is *unknown* or *warn*: what becomes of a fact whose reference data are too old.
    ``changed`` says, in words, what the pack that it is judged by made different from the pack that it comes from.
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
    stale: str = "unknown"
    changed: tuple[str, ...] = ()


@dataclass(slots=True)
class RuleReader:
    """Reads one file; collects every mistake instead of stopping at the first."""

    path: Path
    vocabulary: Vocabulary
    errors: list[RuleError] = field(default_factory=list)
    lines: strict_yaml.Lines = field(default_factory=dict)

    def wrong(self, at: tuple[str | int, ...], what: str, hint: str = "") -> None:
        """Note a mistake at this place; without a ``hint``, how the field is written is the way out."""
        line = next((self.lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in self.lines), 1)
        name = ".".join(str(part) for part in at)
        self.errors.append(RuleError(f"{self.path}, line {line}, {name}: {what}", hint or way_out(at) or _WHOLE))

    def rule(self, rule_id: str, pack: str) -> Rule | None:
        """The file's one rule; None where something is wrong with it."""
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
        severity = self.choice(data, "severity", SEVERITIES)
        of = self.choice(data, "of", SCOPES) if "of" in data else "each"
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
            self.conditions(data, "when", kind),
            tuple(each for _, conditions in demanded for each in conditions) or self.conditions(data, "require", kind),
            self._text(data, "why"),
            self._text(data, "fix"),
            self._source(data),
            self.examples(data.get("examples"), kind),
            str(self.path),
            self.since(data),
            tuple(demand for demand, _ in demanded),
            self.choice(data, "stale", STALE) or "unknown",
        )
        return None if self.errors else rule

    def since(self, data: dict[str, Any], inside: tuple[str | int, ...] = ()) -> date | None:
        """The day in the field ``from``; None without one."""
        since = data.get("from")
        if "from" in data and not isinstance(since, date):
            self.wrong((*inside, "from"), f"{since!r} must be a date such as 2026-11-24")
            return None
        return since

    def _fields(self, data: dict[str, Any]) -> None:
        for key in sorted(data.keys() - set(FIELDS)):
            self.wrong((key,), f"unknown field{suggest(key, FIELDS)}")
        for key in NEEDED:
            if key not in data:
                self.wrong((key,), "missing")
        if ("require" in data) == ("demands" in data):
            self.wrong(("require",), "a rule has require, or demands where it is the profile of a service: one of the two")

    def _text(self, data: dict[str, Any], key: str) -> str:
        value = data.get(key, "")
        if key in data and (not isinstance(value, str) or not value.strip()):
            self.wrong((key,), "must be text")
            return ""
        return str(value).strip()

    def choice(self, data: dict[str, Any], key: str, choices: Sequence[str], inside: tuple[str | int, ...] = ()) -> str:
        """The word in a field that takes one of ``choices``; empty where there is none."""
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
        for key in sorted(source.keys() ^ set(SOURCE_FIELDS)):
            self.wrong((*at, key), "missing" if key in SOURCE_FIELDS else f"unknown field{suggest(key, SOURCE_FIELDS)}")
        if "address" in source and (not isinstance(source["address"], str) or not source["address"].strip()):
            self.wrong((*at, "address"), "must be text")
        if "as_of" in source and not isinstance(source["as_of"], date):
            self.wrong((*at, "as_of"), f"{source['as_of']!r} must be a date such as 2026-11-24")
        self.choice(source, "basis", BASES, at)
        return {key: str(source.get(key, "")) for key in SOURCE_FIELDS}

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
        for key in sorted(data.keys() - set(DEMAND_FIELDS)):
            self.wrong((*at, key), f"unknown field{suggest(key, DEMAND_FIELDS)}")
        for key in ("needs", "standing", "confidence", "source"):
            if key not in data:
                self.wrong((*at, key), "missing")
        products = data.get("products", [])
        spec = self.vocabulary.get(f"{kind}.product")
        known = spec.words if spec else ()
        bad = [each for each in products if each not in known] if isinstance(products, list) else [products]
        if bad:
            near = suggest(bad[0], known) if isinstance(bad[0], str) else ""
            self.wrong((*at, "products"), f"must be a list of {kind}.product's words, not {bad[0]!r}{near}")
            return None
        demand = Demand(
            self.choice(data, "standing", STANDINGS, at),
            self.choice(data, "confidence", CONFIDENCES, at),
            self._source(data, at),
            tuple(products),
            str(data.get("note", "")).strip(),
        )
        return demand, tuple(each._replace(demand=demand) for each in self.conditions(data, "needs", kind, at))

    def conditions(
        self, data: dict[str, Any], key: str, kind: str, inside: tuple[str | int, ...] = ()
    ) -> tuple[Condition, ...]:
        """The conditions in the field ``key`` of a rule for ``kind``; none without it."""
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
            self.wrong(at, f"a rule for {kind} cannot ask for {full}: a PC may have several of them",
                       f"Write it in a rule with for: {spec.kind}; of other kinds a rule may ask for what a PC has one of: "
                       f"{', '.join(sorted(SINGLE_KINDS))}.")  # fmt: skip
            return None
        return spec

    def examples(self, block: Any, kind: str, inside: tuple[str | int, ...] = ()) -> tuple[Example, ...]:
        """What the field ``examples`` holds for a rule for ``kind``."""
        where = (*inside, "examples")
        if block is None:
            return ()
        if not isinstance(block, dict):
            self.wrong(where, "must have pass and fail, and may have unknown")
            return ()
        for key in sorted(block.keys() - set(EXAMPLE_FIELDS)):
            self.wrong((*where, key), f"unknown field{suggest(key, EXAMPLE_FIELDS)}")
        day = block.get("on")
        if "on" in block and not isinstance(day, date):
            self.wrong((*where, "on"), f"{day!r} must be a date such as 2026-11-24")
        found: list[Example] = []
        for key, (_, may_be_empty) in EXPECTED.items():
            examples = block.get(key, [])
            if not isinstance(examples, list) or not (examples or may_be_empty):
                self.wrong((*where, key), "must list at least one example")
                continue
            found.extend(self._example(each, (*where, key, number), kind) for number, each in enumerate(examples))
        return tuple(each._replace(on=day if isinstance(day, date) else None) for each in found)

    def _example(self, example: Any, at: tuple[str | int, ...], kind: str) -> Example:
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
        return Example(EXPECTED[str(at[-2])][0], tuple(subjects), context, self.lines.get(at, 1))

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
