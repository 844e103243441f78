"""The organisation's word on which PCs are one, from a YAML file.

::

    identity:
      - same: [ward-7, 3f2c…]          # host names or device ids, two or more: one PC
        reason: The board was replaced, ticket 4711
        by: J. Okafor
        as_of: 2026-11-24
      - apart: [lab-1, lab-2]          # never one PC, whatever their signals say
        reason: Clones of one image
        by: J. Okafor
        as_of: 2026-11-24

A decision wins over what signals say. Its reason is shown wherever it counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError
from auditor.matchers import suggest

_WORDS = ("same", "apart")
_FIELDS = (*_WORDS, "reason", "by", "as_of")
_WAYS_OUT = {
    "same": "Write same: [ward-7, ward-8]; an id that is all digits goes in quotation marks.",
    "apart": "Write apart: [lab-1, lab-2]; an id that is all digits goes in quotation marks.",
    "reason": "Write what shows it, for whoever reads the list of PCs.",
    "by": "Write who says so: J. Okafor.",
    "as_of": "Write the day on which it was found out: as_of: 2026-11-24.",
}
_EXAMPLE = "Write identity: and below it - same: [ward-7, ward-8], with reason, by and as_of."


class Decision(NamedTuple):
    """What the organisation says of two PCs or more, which it names by host name or device id.

    ``same``: they are one; else they are never one. ``place`` is the file and line.
    """

    same: bool
    names: tuple[str, ...]
    reason: str
    by: str
    as_of: date
    place: str = ""


def load(path: Path) -> tuple[Decision, ...]:
    """The decisions in ``path``.

    :raises RuleError: the file, or one field of one decision, is not right, or two decisions contradict each other;
        the message names file, line and field.
    """
    data, lines = strict_yaml.read(path)
    if unknown := sorted(data.keys() - {"identity"}):
        line = lines.get((unknown[0],), 1)
        raise RuleError(f"{path}, line {line}, {unknown[0]}: unknown field{suggest(unknown[0], ['identity'])}", _EXAMPLE)
    items = data.get("identity")
    if not isinstance(items, list):
        raise RuleError(f"{path}: must have one field, identity, with a list", _EXAMPLE)
    places = (f"{path}, line {lines.get(('identity', number), 1)}" for number in range(len(items)))
    found = tuple(_decision(item, place) for item, place in zip(items, places, strict=True))
    _must_agree(found)
    return found


def _decision(item: Any, place: str) -> Decision:
    if not isinstance(item, dict):
        raise RuleError(f"{place}: a decision is a map of {', '.join(_FIELDS)}", _EXAMPLE)
    if unknown := sorted(item.keys() - set(_FIELDS)):
        raise RuleError(
            f"{place}, {unknown[0]}: unknown field{suggest(unknown[0], _FIELDS)}", f"Known are {', '.join(_FIELDS)}."
        )
    words = [word for word in _WORDS if word in item]
    if len(words) != 1:
        what = "both same and apart stand here" if words else "neither same nor apart stands here"
        raise RuleError(f"{place}: {what}", "Write one of them: same: [ward-7, ward-8] or apart: [lab-1, lab-2].")
    names = item[words[0]]
    if not isinstance(names, list) or not all(_is_text(name) for name in names):
        raise _wrong(place, words[0], "must list host names or device ids")
    distinct = tuple(dict.fromkeys(name.strip() for name in names))
    if len({name.casefold() for name in distinct}) < 2:
        raise _wrong(place, words[0], "must name two PCs or more")
    for field in ("reason", "by"):
        if not _is_text(item.get(field)):
            raise _wrong(place, field, "must be text")
    if not isinstance(item.get("as_of"), date):
        raise _wrong(place, "as_of", "must be a date such as 2026-11-24")
    return Decision(words[0] == "same", distinct, item["reason"].strip(), item["by"].strip(), item["as_of"], place)


def _must_agree(decisions: Iterable[Decision]) -> None:
    """Refuse two names that are said to be one and apart, also where it takes several decisions to say so."""
    said = list(decisions)
    parent: dict[str, str] = {}

    def top(name: str) -> str:
        while parent.get(name, name) != name:
            name = parent[name]
        return name

    for each in said:
        for name in each.names[1:] if each.same else ():
            parent[top(name.casefold())] = top(each.names[0].casefold())
    for each in said:
        for one, other in combinations(each.names, 2) if not each.same else ():
            if top(one.casefold()) == top(other.casefold()):
                whole = [more.place for more in said if more.same and top(more.names[0].casefold()) == top(one.casefold())]
                raise RuleError(
                    f"{each.place}, apart: {one} and {other} are said to be one as well: {'; '.join(whole)[:300]}",
                    "Take one of these decisions away.",
                )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wrong(place: str, field: str, what: str) -> RuleError:
    return RuleError(f"{place}, {field}: {what}", _WAYS_OUT[field])
