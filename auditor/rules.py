"""Sets of rules: folders of YAML files into :class:`RuleSet` values, every mistake named.

A rule file holds words, no expressions, no registry paths and no commands. Its place
is its name: ``<root>/<pack>/<…>/<name>.yaml`` is the rule ``<pack>/<…>/<name>``. What a
pack is called, its version and its sources' date stand in ``<root>/<pack>/pack.yaml``,
and there a pack may take all the rules of packs that come with auditor (``extends``) and
change some (``overrides``, see :mod:`auditor.rule_overrides`). Rules that it takes keep their ids.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from auditor import places, strict_yaml
from auditor.errors import RuleError, UsageError
from auditor.matchers import suggest
from auditor.model import Vocabulary
from auditor.rule_file import Rule, RuleReader
from auditor.rule_overrides import override

PACK_FIELDS = ("title", "version", "description", "as_of", "extends", "overrides")
"""Every field of a pack's file."""
_TEXTS = PACK_FIELDS[:4]


class Pack(NamedTuple):
    """A set of rules for an audience. ``digest`` is SHA-256 over its files' names and bytes, and those that it extends.

    ``extends`` are the packs whose rules it takes, ``changes`` what it changes of them: (rule id, in words what).
    """

    id: str
    title: str
    version: str
    description: str
    as_of: str
    digest: str
    extends: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


class RuleSet(NamedTuple):
    """Rules in the order of their ids, and the packs they come from."""

    rules: tuple[Rule, ...]
    packs: Mapping[str, Pack]


def load(roots: Iterable[Path], vocabulary: Vocabulary, packs: Iterable[str] = (), shipped: Path | None = None) -> RuleSet:
    """All rules under ``roots`` (folders of packs, one pack, or single files).

    ``packs`` are those to read; empty for all. ``shipped`` is the folder of the packs that
    may be extended: by default of those that come with auditor.

    :raises RuleError: anything is wrong; the message lists every mistake with its way out.
    :raises UsageError: there is no such pack.
    """
    roots, chosen = tuple(roots), frozenset(packs)
    if chosen:
        there = {_id(base, path)[1] for root in roots for base, path in _files(root, [])}
        if missing := sorted(chosen - there):
            raise UsageError(f"no pack {missing[0]!r}{suggest(missing[0], there)}", "auditor rules list shows all.")
    rules, errors = check(roots, vocabulary, shipped, chosen)
    if errors:
        raise RuleError(told(errors))
    return rules


def told(errors: Iterable[RuleError]) -> str:
    """A line for each mistake, with the way out where the mistake itself does not say it."""
    return "\n".join(
        error.message if "did you mean" in error.message or not error.hint else f"{error.message}. {error.hint}"
        for error in errors
    )


def check(
    roots: Iterable[Path], vocabulary: Vocabulary, shipped: Path | None = None, only: Collection[str] = ()
) -> tuple[RuleSet, list[RuleError]]:
    """As :func:`load`, with the mistakes beside what is right instead of raised; ``only`` these packs, all by default."""
    rules: dict[str, Rule] = {}
    packs: dict[str, Pack] = {}
    errors: list[RuleError] = []
    for root in roots:
        found = [each for each in _files(root, errors) if not only or _id(*each)[1] in only]
        for base, path in found:
            rule_id, pack = _id(base, path)
            if path.name != PACK_FILE and (rule := _rule(path, rule_id, pack, vocabulary, errors)):
                _add(rule, rules, errors)
        for folder, name in dict.fromkeys(_pack_folder(base, path) for base, path in found):
            if name not in packs:
                whole = root.is_dir()
                packs[name], taken = _pack(folder, name, vocabulary, errors, shipped or places.rules_folder(), whole)
                for rule in taken:
                    _add(rule, rules, errors)
    return RuleSet(tuple(rules[name] for name in sorted(rules)), packs), errors


PACK_FILE = "pack.yaml"
"""The file that says what a pack is."""


def _id(base: Path, path: Path) -> tuple[str, str]:
    """A rule file's id and its pack's."""
    name = path.absolute().relative_to(base).with_suffix("").as_posix()
    pack = name.split("/", 1)[0] if "/" in name else base.name
    return name if "/" in name else f"{pack}/{name}", pack


def _pack_folder(base: Path, path: Path) -> tuple[Path, str]:
    name = _id(base, path)[1]
    return (base / name if "/" in path.absolute().relative_to(base).as_posix() else base), name


def _rule(path: Path, rule_id: str, pack: str, vocabulary: Vocabulary, errors: list[RuleError]) -> Rule | None:
    reader = RuleReader(path, vocabulary)
    rule = reader.rule(rule_id, pack)
    errors.extend(reader.errors)
    return rule


def _add(rule: Rule, rules: dict[str, Rule], errors: list[RuleError]) -> None:
    if (other := rules.get(rule.id)) is None:
        rules[rule.id] = rule
        return
    way = "Rename one of them, or load the rules one way only: a pack that extends another has its rules already."
    errors.append(RuleError(f"{rule.path}: rule {rule.id} is also in {other.path}", way))


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
    found = [(base, path) for path in _yaml_files(root, errors)]
    if all(path.name == PACK_FILE and not _extends_any(path) for _, path in found):
        errors.append(RuleError(f"{root}: no rules here", "A rule is a file that ends in .yaml or .yml."))
    return found


def _extends_any(path: Path) -> bool:
    try:
        return "extends" in strict_yaml.read(path)[0]
    except RuleError:
        return True  # whoever reads the pack says what is wrong


def _yaml_files(folder: Path, errors: list[RuleError]) -> list[Path]:
    """Every file below ``folder`` that may hold a rule; a folder that may not be entered is a mistake, not an empty one."""

    def refused(error: OSError) -> None:
        errors.append(RuleError(f"{error.filename}: cannot be read: {error.strerror}", "Name a place that you may read."))

    below = os.walk(folder, onerror=refused)
    paths = (Path(place, name) for place, folders, names in below for name in (*folders, *names))
    return sorted(path for path in paths if path.suffix in (".yaml", ".yml"))


def _digest(folder: Path) -> bytes:
    digest = hashlib.sha256()
    for path in _yaml_files(folder, []):  # reading the rules has named what is refused
        with contextlib.suppress(RuleError):  # reading it as a rule has said so already
            data = strict_yaml.read_plain(path, strict_yaml.MAX_BYTES)
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + data + b"\0")
    return digest.digest()


def _pack(
    folder: Path, name: str, vocabulary: Vocabulary, errors: list[RuleError], shipped: Path, whole: bool
) -> tuple[Pack, tuple[Rule, ...]]:
    """A pack, and the rules that it takes from others: none where not the ``whole`` pack is asked for."""
    reader = RuleReader(folder / PACK_FILE, vocabulary)
    about: dict[str, Any] = {}
    if reader.path.is_file():
        try:
            about, reader.lines = strict_yaml.read(reader.path)
        except RuleError as error:
            errors.append(error)
    for key in sorted(about.keys() - set(PACK_FIELDS)):
        reader.wrong((key,), f"unknown field{suggest(key, PACK_FIELDS)}", f"A pack has {', '.join(PACK_FIELDS)}.")
    extends = _extends(about, reader, shipped)
    taken: list[Rule] = []
    for other in extends if whole else ():
        inherited, theirs = check([shipped / other], vocabulary, shipped)
        errors.extend(theirs)
        taken += [rule for rule in inherited.rules if rule.pack == other]
    changed = override(taken, name, about.get("overrides", {}), reader) if whole else override((), name, {}, reader)
    errors.extend(reader.errors)
    text = {key: str(about.get(key, "")) for key in _TEXTS}
    digest = hashlib.sha256(_digest(folder) + b"".join(_digest(shipped / other) for other in extends)).hexdigest()
    pack = Pack(
        name, text["title"] or name, text["version"] or "unversioned", text["description"], text["as_of"], digest,
        extends, changed.changes,
    )  # fmt: skip
    return pack, changed.rules


def _extends(about: dict[str, Any], reader: RuleReader, shipped: Path) -> tuple[str, ...]:
    """The packs that one extends, of those that come with auditor."""
    if "extends" not in about:
        if "overrides" in about:
            reader.wrong(("overrides",), "there is nothing to change: the pack extends no other", "Write extends: baseline.")
        return ()
    given = about["extends"]
    names = given if isinstance(given, list) else [given]
    known = sorted(path.parent.name for path in shipped.glob(f"*/{PACK_FILE}"))
    for name in names:
        if name not in known:
            near = suggest(name, known) if isinstance(name, str) else ""
            reader.wrong(("extends",), f"no pack {name!r} comes with auditor{near}", "Write extends: baseline, or a list.")
    return tuple(dict.fromkeys(name for name in names if name in known))
