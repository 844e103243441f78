"""Every number that the report states, and how to count it again out of devices.csv.

``where`` of a claim is in the language of ``auditor report --filter`` (:mod:`auditor.estate.filters`), and means here what
it means there, with one difference: devices.csv has each operating system by the one name that the report gives it, so
``os=`` is compared with that name alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from auditor.errors import AuditorError, UsageError
from auditor.estate.filters import NOT_APPLICABLE, Filter, parse_filters, parted
from auditor.estate.result import NO_SITE, Estate
from auditor.report import contents, csvfile
from auditor.report.document import Claim
from auditor.report.text import clean

FILE = "devices.csv"
"""The file whose claims are counted again: what ``auditor report --format csv-exact`` writes."""

_REMEMBERED = 20_000
"""Of so many different texts it is remembered what they fulfil; PCs of an estate are much alike."""

_RULES: Mapping[str, tuple[str, str]] = {
    "fail": ("failed", "services_failed"),
    "unknown": ("unknown", "services_unknown"),
    "waived": ("waived", "services_waived"),
    "pass": ("passed", "services_passed"),
}
"""Outcome → the columns with the rules that have it."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "site": ("site",),
    "tag": ("tags",),
    "os": ("operating_system",),
    "device": ("hostname", "id"),
    "browser": ("browsers", "browser_groups"),
    "state": ("state",),
    "rule": ("state", *(column for pair in _RULES.values() for column in pair)),
}
"""Filter → the columns that it looks at."""


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The claims as CSV, as safe for spreadsheets as :func:`auditor.report.csvfile.table` is; ``width`` is not used."""
    said = contents.document(estate).claims
    yield from csvfile.table(Claim._fields, ([("" if cell is None else cell) for cell in claim] for claim in said))


def read(rows: Iterable[Mapping[str, str]]) -> Iterator[Claim]:
    """The claims of a claims.csv, given as its rows by column.

    :raises AuditorError: it is none.
    """
    for row in rows:
        try:
            base = int(row["base"]) if row["base"] else None
            yield Claim(row["id"], row["says"], int(row["value"]), base, row["of"], row["file"], row["where"])
        except (KeyError, ValueError) as error:
            raise AuditorError(f"no list of claims: {error}", "Give what auditor report --format claims wrote.") from error


def recount(claims: Iterable[Claim], rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[Claim, int]]:
    """Each claim about :data:`FILE` with how many of its ``rows`` (by column, every text exact) fulfil ``where``.

    The rows are gone through once, and none is kept. A rule's outcome is that of PCs that are not stale, as in all of the
    report. Control characters are compared as their codes, since a list of claims has them so.

    :raises UsageError: ``where`` is no filter, or one that the file cannot answer.
    :raises AuditorError: ``rows`` are those of another file.
    """
    asked = [claim for claim in claims if claim.file == FILE]
    every = (1 << len(asked)) - 1
    wanted: dict[str, dict[Filter, int]] = {}
    for number, claim in enumerate(asked):
        for each in parse_filters(parted(clean(claim.where)), None):
            of = wanted.setdefault(each.key, {})
            of[each] = of.get(each, 0) | 1 << number
    tests = [(_COLUMNS[key], _failing(key, of)) for key, of in wanted.items()]
    counts: Counter[int] = Counter()
    for row in rows:
        left = every
        for columns, failing in tests:
            left &= ~failing(*_cells(row, columns))
        counts[left] += 1
    for number, claim in enumerate(asked):
        yield claim, sum(count for left, count in counts.items() if left >> number & 1)


def _cells(row: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    try:
        return [row[column] for column in columns]
    except KeyError as error:
        raise AuditorError(
            f"not a devices.csv: it has no column {error}", "Give what auditor report --format csv-exact wrote."
        ) from error


def _failing(key: str, wanted: Mapping[Filter, int]) -> Callable[..., int]:
    """Cells of one PC → the claims (as bits) with a filter of ``key`` that they do not fulfil."""
    accepts = _accepts_rule if key == "rule" else _accepts_text

    @lru_cache(maxsize=_REMEMBERED)
    def failing(*cells: str) -> int:
        shown = [clean(cell) for cell in cells]
        found = 0
        for each, bits in wanted.items():
            if not accepts(each, shown):
                found |= bits
        return found

    return failing


def _accepts_text(wanted: Filter, cells: Sequence[str]) -> bool:
    match wanted.key:
        case "site":
            texts = [cells[0] or NO_SITE]
        case "browser":
            groups = _several(cells[1])
            texts = [*_several(cells[0]), *groups, *(each.rpartition(" (")[0] or each.rpartition(" ")[0] for each in groups)]
        case "tag":
            texts = _several(cells[0])
        case _:
            texts = [each for each in cells if each]
    return wanted.accepts(*texts)


def _accepts_rule(wanted: Filter, cells: Sequence[str]) -> bool:
    state, *lists = cells
    if state == "stale":
        return False
    of = {outcome: [*_several(lists[2 * at]), *_several(lists[2 * at + 1])] for at, outcome in enumerate(_RULES)}
    if wanted.outcome != NOT_APPLICABLE:
        return wanted.accepts(*of[wanted.outcome])
    if "*" in wanted.pattern:
        raise UsageError(
            f"rule={wanted.pattern}:{wanted.outcome} cannot be counted in {FILE}, which has no list of all rules",
            "Name one rule without *.",
        )
    return not any(wanted.accepts(*rules) for rules in of.values())


def _several(cell: str) -> list[str]:
    return cell.split(csvfile.BETWEEN) if cell else []
