"""Sets of rules: folders of YAML files into :class:`RuleSet` values, every mistake named.

A rule file holds words, no expressions, no registry paths and no commands. Its place
is its name: ``<root>/<pack>/<…>/<name>.yaml`` is the rule ``<pack>/<…>/<name>``. What a
pack is called, its version and its sources' date stand in ``<root>/<pack>/pack.yaml``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError, UsageError
from auditor.matchers import suggest
from auditor.model import Vocabulary
from auditor.rule_file import Rule, RuleReader

_PACK_FIELDS = ("title", "version", "description", "as_of")


class Pack(NamedTuple):
    """A set of rules for an audience. ``digest`` is SHA-256 over its files' names and bytes."""

    id: str
    title: str
    version: str
    description: str
    as_of: str
    digest: str


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
            reader = RuleReader(path, vocabulary)
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
