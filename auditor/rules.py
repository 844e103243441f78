"""Rules: YAML files into :class:`Rule` values, every mistake named by file, line and field.

A rule file holds words, no expressions, no registry paths and no commands. Its place
is its name: ``<root>/<pack>/<…>/<name>.yaml`` is the rule ``<pack>/<…>/<name>``. What a
pack is called, its version and its sources' date stand in ``<root>/<pack>/pack.yaml``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError, UsageError
from auditor.matchers import MATCHERS, BadArgumentError, prepare, suggest
from auditor.model import FactSpec, Outcome, Severity, Value, Vocabulary

SINGLE_KINDS = frozenset({"os", "hardware", "device"})
"""Kinds of which a PC has exactly one, so that any rule may ask for their facts."""

_FIELDS = ("title", "severity", "for", "of", "from", "when", "require", "why", "fix", "source", "examples")
_NEEDED = ("title", "severity", "for", "require", "why", "fix", "source", "examples")
_SOURCE_FIELDS = ("address", "as_of", "basis")
_BASES = ("read", "secondary", "recalled", "assumption")
_PACK_FIELDS = ("title", "version", "description", "as_of")


class Condition(NamedTuple):
    """``browser.version at_least 120``: one fact, one word, its prepared argument."""

    spec: FactSpec
    word: str
    argument: Any


class Example(NamedTuple):
    """What the rule must answer for these ``subjects``, given ``context`` ("os.family" → value)."""

    expect: Outcome
    subjects: tuple[Mapping[str, Value], ...]
    context: Mapping[str, Value]
    line: int


class Pack(NamedTuple):
    """A set of rules for an audience. ``digest`` is SHA-256 over its files' names and bytes."""

    id: str
    title: str
    version: str
    description: str
    as_of: str
    digest: str


class Rule(NamedTuple):
    """One rule. ``of`` is each, any or none; ``source`` has address, as_of and basis.

    Before ``since`` the rule does not apply: what it asks for had not happened yet.
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


class RuleSet(NamedTuple):
    """Rules in the order of their ids, and the packs they come from."""

    rules: tuple[Rule, ...]
    packs: Mapping[str, Pack]


def load(roots: Iterable[Path], vocabulary: Vocabulary, packs: Iterable[str] = ()) -> RuleSet:
    """All rules under ``roots`` (folders of packs, one pack, or single files).

    ``packs`` keeps only those; empty keeps all.

    :raises RuleError: anything is wrong; the message lists every mistake.
    :raises UsageError: there is no such pack.
    """
    rules, errors = check(roots, vocabulary)
    if errors:
        raise RuleError("\n".join(error.message for error in errors), errors[0].hint)
    chosen = frozenset(packs)
    if missing := sorted(chosen - set(rules.packs)):
        raise UsageError(f"no pack {missing[0]!r}{suggest(missing[0], rules.packs)}", "auditor rules list shows all.")
    if not chosen:
        return rules
    return RuleSet(
        tuple(rule for rule in rules.rules if rule.pack in chosen),
        {name: pack for name, pack in rules.packs.items() if name in chosen},
    )


def check(roots: Iterable[Path], vocabulary: Vocabulary) -> tuple[RuleSet, list[RuleError]]:
    """As :func:`load`, with the mistakes beside what is right instead of raised."""
    rules: dict[str, Rule] = {}
    packs: dict[str, Pack] = {}
    errors: list[RuleError] = []
    for root in roots:
        for base, path in _files(root, errors):
            name = path.absolute().relative_to(base).with_suffix("").as_posix()
            pack = name.split("/", 1)[0] if "/" in name else base.name
            rule_id = name if "/" in name else f"{pack}/{name}"
            if rule_id in rules:
                errors.append(RuleError(f"{path}: rule {rule_id} is also in {rules[rule_id].path}"))
                continue
            reader = _RuleReader(path, vocabulary)
            rule = reader.rule(rule_id, pack)
            errors.extend(reader.errors)
            if rule:
                rules[rule_id] = rule
            if pack not in packs:
                packs[pack] = _pack(base / pack if "/" in name else base, pack, errors)
    return RuleSet(tuple(rules[name] for name in sorted(rules)), packs), errors


def _files(root: Path, errors: list[RuleError]) -> list[tuple[Path, Path]]:
    """(absolute folder the ids are relative to, rule file) of everything under ``root``."""
    try:
        return _files_below(root, errors)
    except OSError as error:
        errors.append(RuleError(f"{root}: cannot be read: {error.strerror}", "Name a place that you may read."))
        return []


def _files_below(root: Path, errors: list[RuleError]) -> list[tuple[Path, Path]]:
    place = root.absolute()
    if root.is_file():
        packs = [parent for parent in place.parents if (parent / "pack.yaml").is_file()]
        return [(packs[-1].parent if packs else place.parent, root)]
    if not root.is_dir():
        errors.append(RuleError(f"{root}: no such file or folder", "Name a rule file or a folder of rules."))
        return []
    base = place.parent if (root / "pack.yaml").is_file() else place
    found = [(base, path) for path in _yaml_files(root, errors) if path.name != "pack.yaml"]
    if not found:
        errors.append(RuleError(f"{root}: no rules here", "A rule is a file that ends in .yaml or .yml."))
    return found


def _yaml_files(folder: Path, errors: list[RuleError]) -> list[Path]:
    """Every file below ``folder`` that may hold a rule; a folder that may not be entered is a mistake, not an empty one."""

    def refused(error: OSError) -> None:
        errors.append(RuleError(f"{error.filename}: cannot be read: {error.strerror}", "Name a place that you may read."))

    below = os.walk(folder, onerror=refused)
    paths = (Path(place, name) for place, folders, names in below for name in (*folders, *names))
    return sorted(path for path in paths if path.suffix in (".yaml", ".yml"))


def _pack(folder: Path, name: str, errors: list[RuleError]) -> Pack:
    digest = hashlib.sha256()
    for path in _yaml_files(folder, []):  # reading the rules has named what is refused
        with contextlib.suppress(RuleError):  # reading it as a rule has said so already
            data = strict_yaml.read_plain(path, strict_yaml.MAX_BYTES)
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + data + b"\0")
    about: dict[str, Any] = {}
    if (folder / "pack.yaml").is_file():
        try:
            about, lines = strict_yaml.read(folder / "pack.yaml")
        except RuleError as error:
            errors.append(error)
        where = folder / "pack.yaml"
        errors.extend(
            RuleError(f"{where}, line {lines[(key,)]}: unknown field {key!r}{suggest(key, _PACK_FIELDS)}")
            for key in sorted(about.keys() - set(_PACK_FIELDS))
        )
    text = {key: str(about.get(key, "")) for key in _PACK_FIELDS}
    return Pack(
        name, text["title"] or name, text["version"] or "unversioned", text["description"], text["as_of"], digest.hexdigest()
    )


@dataclass(slots=True)
class _RuleReader:
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
        of = self._choice(data, "of", ["each", "any", "none"]) if "of" in data else "each"
        rule = Rule(
            rule_id,
            pack,
            self._text(data, "title"),
            Severity[(severity or "info").upper()],
            kind,
            of or "each",
            self._conditions(data, "when", kind),
            self._conditions(data, "require", kind),
            self._text(data, "why"),
            self._text(data, "fix"),
            self._source(data),
            self._examples(data.get("examples"), kind),
            str(self.path),
            self._since(data),
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

    def _text(self, data: dict[str, Any], key: str) -> str:
        value = data.get(key, "")
        if key in data and (not isinstance(value, str) or not value.strip()):
            self.wrong((key,), "must be text")
            return ""
        return str(value).strip()

    def _choice(self, data: dict[str, Any], key: str, choices: list[str]) -> str:
        value = data.get(key)
        if key in data and value not in choices:
            near = suggest(value, choices) if isinstance(value, str) else ""
            self.wrong((key,), f"{value!r} is not one of {', '.join(choices)}{near if 'did you mean' in near else ''}")
            return ""
        return str(value or "")

    def _source(self, data: dict[str, Any]) -> Mapping[str, str]:
        source = data.get("source")
        if "source" not in data:
            return {}
        if not isinstance(source, dict):
            self.wrong(("source",), "must have address, as_of and basis")
            return {}
        for key in sorted(source.keys() ^ set(_SOURCE_FIELDS)):
            self.wrong(("source", key), "missing" if key in _SOURCE_FIELDS else "unknown field")
        if "as_of" in source and not isinstance(source["as_of"], date):
            self.wrong(("source", "as_of"), f"{source['as_of']!r} must be a date such as 2026-11-24")
        if "basis" in source and source["basis"] not in _BASES:
            self.wrong(("source", "basis"), f"{source['basis']!r} is not one of {', '.join(_BASES)}")
        return {key: str(source.get(key, "")) for key in _SOURCE_FIELDS}

    def _conditions(self, data: dict[str, Any], key: str, kind: str) -> tuple[Condition, ...]:
        block = data.get(key)
        if key not in data:
            return ()
        if not isinstance(block, dict) or not block:
            self.wrong((key,), 'must be a map of facts, such as {version: {at_least: "120"}}')
            return ()
        found: list[Condition] = []
        for name, wanted in block.items():
            if spec := self._spec(name, kind, (key, name)):
                words = wanted if isinstance(wanted, dict) else {"equals": wanted}
                found.extend(self._words(words, spec, (key, name)))
        return tuple(found)

    def _words(self, words: dict[str, Any], spec: FactSpec, at: tuple[str, ...]) -> Iterable[Condition]:
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
        for key in sorted(block.keys() - {"pass", "fail", "unknown"}):
            self.wrong(("examples", key), f"unknown field{suggest(key, ['pass', 'fail', 'unknown'])}")
        found: list[Example] = []
        for key in ("pass", "fail", "unknown"):
            examples = block.get(key, [])
            if not isinstance(examples, list) or (not examples and key != "unknown"):
                self.wrong(("examples", key), "must list at least one example")
                continue
            found.extend(self._example(each, key, number, kind) for number, each in enumerate(examples))
        return tuple(found)

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
        if spec.type in ("list", "features"):
            wanted = list if spec.type == "list" else dict
            if not isinstance(given, wanted):
                self.wrong(at, f"{spec.name} must be a {'list' if wanted is list else 'map'}")
            return given if isinstance(given, list | dict) else None
        if spec.type == "version" and isinstance(given, str):
            return given
        try:
            value = prepare("before" if spec.type == "date" else "equals", given, spec)
        except BadArgumentError as error:
            self.wrong(at, f"{spec.name}: {error}")
            return None
        return str(value) if spec.type in ("date", "version") else value
