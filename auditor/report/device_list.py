"""The PCs of a page as data: columns of numbers, each the place of a whole cell among the distinct ones, as JSON.

A cell that many PCs share is written once, and a number of a column takes no more than three characters. The script
beside (``page_rows.js``) reads it. All texts are as a page shows them: control and direction marks are their codes already.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from auditor.estate.labels import NO_VERSION
from auditor.estate.result import STATES, DeviceRow, Estate
from auditor.model import Finding, Outcome
from auditor.report import words
from auditor.report.text import clean, one_line

MOST_LISTED = 100_000
"""Of an estate of more PCs than this only so many are listed, the worst: a page of more does not open in a second."""
MOST_WHOLE = 2_000
"""A list of up to so many PCs has ids and hashes in full; a longer one their beginnings only."""
PREFIX = 12
"""So many digits of a hash are enough to ask for a snapshot."""
ID_PREFIX = 9
"""So many of an id are shown where a PC has no name."""
MOST_WORDS = 60_000
"""So many characters of findings, and as many of websites, are kept; PCs that follow have their outcomes by rule only."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""The digits of a number, base 64: none of them has a meaning in JSON or HTML."""

_LONGEST = 400
_PIECE = 8_192
_LETTERS = {Outcome.PASS: "P", Outcome.FAIL: "F", Outcome.UNKNOWN: "U", Outcome.WAIVED: "W"}
_HEX = re.compile(r"[0-9a-f]*")


def why(device: DeviceRow) -> list[str]:
    """What makes a PC less than ready, a line each."""
    return [
        one_line(f"{each.outcome.value}: {each.rule}, {each.subject.name}: {each.waiver or each.actual}", _LONGEST)
        for each in words.failed(device)
    ]


def websites(device: DeviceRow, *, briefly: bool = False) -> list[str]:
    """Where services work on a PC and where not, a line each; ``briefly`` only those that do not, and what would help."""
    found = words.services(device.findings)
    return [_website(each, briefly) for each in found if not (briefly and each.outcome is Outcome.PASS)]


def _website(finding: Finding, briefly: bool) -> str:
    said = f"{finding.rule}: {words.SERVICE_WORDS[finding.outcome]}; {words.how(finding)}"
    long = f"{said} ({finding.actual})" if finding.outcome is Outcome.FAIL and not briefly else said
    return one_line(long, _LONGEST)


def missed(device: DeviceRow) -> list[str]:
    """What may have been missed on a PC, a line each."""
    return [one_line(f"{gap.kind}, {gap.scope}: {gap.reason}", _LONGEST) for gap in words.missed(device.gaps)]


class _Column:
    """A column of lists of texts: a text is written once, a list of them once, and each PC has the number of its list."""

    def __init__(self) -> None:
        self.size = 0
        self.texts: dict[str, int] = {}
        self.lists: dict[tuple[int, ...], int] = {}
        self.numbers = array("L")

    def add(self, texts: Iterable[str]) -> None:
        found = []
        for text in texts:
            number = self.texts.setdefault(text, len(self.texts))
            if number == len(self.texts) - 1 and number not in found:
                self.size += len(text)
            found.append(number)
        key = tuple(found)
        if key not in self.lists:
            self.lists[key] = len(self.lists)
            self.size += 3 * len(key)
        self.numbers.append(self.lists[key])

    def json(self) -> Iterator[str]:
        wide = max(1, _width(len(self.texts)))
        lists = ["".join(_digits(each, wide) for each in key) for key in self.lists]
        yield f'{{"texts":{_json(list(map(clean, self.texts)))},"wide":{wide},"lists":{_json(lists)},'
        width = _width(len(self.lists))
        known = [_digits(each, width) for each in range(len(self.lists))]
        yield f'"width":{width},"rows":"'
        for start in range(0, len(self.numbers) if width else 0, _PIECE):
            yield "".join(known[each] for each in self.numbers[start : start + _PIECE])
        yield '"}'


class _Names:
    """A column of texts that are mostly distinct, each without what it begins alike with the one before."""

    def __init__(self, digits: int = 0) -> None:
        self.digits = digits
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        self.texts.append(clean(text[: self.digits] if self.digits else text))

    def json(self) -> Iterator[str]:
        if self.digits and all(len(each) == self.digits and _HEX.fullmatch(each) for each in self.texts):
            yield f'{{"digits":{self.digits},"packed":"'
            for start in range(0, len(self.texts), _PIECE):
                yield "".join(map(packed, self.texts[start : start + _PIECE]))
            yield '"}'
            return
        yield '{"names":"'
        last = ""
        for start in range(0, len(self.texts), _PIECE):
            lines = []
            for text in self.texts[start : start + _PIECE]:
                alike = _alike(last, text)
                lines.append(ALPHABET[alike] + text[alike:])
                last = text
            yield _json(("\n" if start else "") + "\n".join(lines))[1:-1]
        yield '"}'


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin alike with, as a digit and as scripts count: up to the first they need two for."""
    most = min(len(one), len(other), len(ALPHABET) - 1)
    return next((at for at in range(most) if one[at] != other[at] or one[at] > "\uffff"), most)


def packed(digits: str) -> str:
    """Hexadecimal digits, three in two characters."""
    table = _triples()
    return "".join(table[digits[at : at + 3]] for at in range(0, len(digits), 3))


@cache
def _triples() -> dict[str, str]:
    """Up to three hexadecimal digits → two characters; digits that the last ones lack count as zeros."""
    return {f"{each:03x}"[:size]: _digits(each, 2) for size in (1, 2, 3) for each in range(0, 4096, 16 ** (3 - size))}


def _digits(number: int, width: int) -> str:
    return "".join(ALPHABET[number >> 6 * place & 63] for place in reversed(range(width)))


def _width(size: int) -> int:
    """So many digits tell ``size`` things apart: none do for one."""
    return next(width for width in range(7) if 64**width >= size)


def _json(value: Any) -> str:
    """JSON that is only text inside a page, whatever it holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def products(device: DeviceRow) -> tuple[str, ...]:
    """The names of a PC's browsers without a version, each once."""
    named = (each.removesuffix(f" {NO_VERSION}") if each.endswith(NO_VERSION) else each.rpartition(" ")[0]
             for each in device.browser_groups)  # fmt: skip
    return tuple(dict.fromkeys(named))


class _Table:
    """All columns, filled from a listing that is gone through once."""

    def __init__(self, rules: Sequence[str], services: Sequence[str], of: int) -> None:
        digits = (32, 64) if of <= MOST_WHOLE else (ID_PREFIX, PREFIX)
        self.rules, self.services = rules, services
        self.names, self.ids, self.snapshots = _Names(), _Names(digits[0]), _Names(digits[1])
        self.columns = {name: _Column() for name in (
            "state", "site", "os", "os_names", "browsers", "browser_names", "office", "tags", "seen", "expected", "blocked",
            "rules", "services")}  # fmt: skip
        self.lines = {"why": _Column(), "websites": _Column(), "missed": _Column()}
        self.is_explained = True

    def add(self, device: DeviceRow) -> None:
        self.names.add(device.hostname)
        self.ids.add(device.id)
        self.snapshots.add(device.snapshot)
        cells = {
            "state": (device.state,), "site": (device.site_name,), "os": (device.os,), "os_names": device.os_names,
            "browsers": device.browsers, "browser_names": (*device.browser_groups, *products(device)),
            "office": device.office, "tags": device.tags, "seen": (device.taken_at[:10],), "blocked": device.blocked_by,
            "expected": () if device.expected is None else ("yes" if device.expected else "no",),
            "rules": (_letters(device.outcomes, self.rules),), "services": (_letters(device.outcomes, self.services),),
        }  # fmt: skip
        for name, cell in cells.items():
            self.columns[name].add(cell)
        self.lines["missed"].add(missed(device))
        self.is_explained = self.is_explained and device.explained
        for name, lines in (("why", why), ("websites", _briefly)):
            column = self.lines[name]
            if self.is_explained and len(column.numbers) == len(self.names.texts) - 1 and column.size < MOST_WORDS:
                column.add(lines(device))


def _briefly(device: DeviceRow) -> list[str]:
    return websites(device, briefly=True)


def _letters(outcomes: Mapping[str, Outcome], rules: Sequence[str]) -> str:
    """A letter for each rule, a dash where it does not apply."""
    return "".join(_LETTERS[outcomes[rule]] if rule in outcomes else "-" for rule in rules)


def pieces(estate: Estate) -> Iterator[str]:
    """The list of an estate's PCs as JSON, in pieces; of at most :data:`MOST_LISTED`."""
    gravest = words.gravest(estate)
    counts = {each.rule: each for each in (*estate.by_rule, *estate.by_service)}
    rules = [rule for rule in gravest if not counts[rule].service]
    services = [rule for rule in gravest if counts[rule].service]
    table = _Table(rules, services, estate.total.total)
    for device in estate.devices.rows(MOST_LISTED):
        table.add(device)
    titles = {name: [clean(counts[rule].title) for rule in of] for name, of in (("rules", rules), ("services", services))}
    explained = {name: len(table.lines[name].numbers) for name in ("why", "websites")}
    head = {
        "of": estate.total.total, "size": len(table.names.texts), "explained": explained, "states": STATES,
        "titles": titles, "ids": {"rules": list(map(clean, rules)), "services": list(map(clean, services))},
    }  # fmt: skip
    yield _json(head)[:-1]
    parts: dict[str, _Names | _Column] = {"names": table.names, "devices": table.ids, "snapshots": table.snapshots}
    parts |= table.columns | table.lines
    for name, part in parts.items():
        yield f',"{name}_of":'
        yield from part.json()
    yield "}"
