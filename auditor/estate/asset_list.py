"""Which PCs an organisation expects, read from a list of Active Directory, Intune, Configuration Manager or a register.

Nothing is taken over in silence: how the file was understood (:class:`Understood`) is shown for confirmation, each row
that is refused is named with its line and reason, and what is left out on purpose is counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import NamedTuple

from auditor.errors import SourceError, UsageError, suggest
from auditor.estate import asset_text
from auditor.estate.asset_headings import FORMS, GONE, MARKS, NO, NO_PCS, NO_SITES, ROLES
from auditor.estate.asset_text import Row
from auditor.identity import host_key, signal

_NAME = re.compile(r"[^\s\x00-\x1f\\/:*?\"<>|,;@=+\[\](){}]{1,63}")
_FORMULA = re.compile(r'="(.*)"', re.S)
_BETWEEN = re.compile(r"[;,|]")
_PART = re.compile(r"(?:^|(?<!\\),)\s*(CN|OU|DC)=((?:[^,\\]|\\.)*)", re.I)
_DISABLED = 2


class Expected(NamedTuple):
    """A PC that is expected, as the table ``expected`` keeps it.

    ``name`` is without domain, as it is written; ``tags`` is a canonical JSON list; ``serial`` the hash of the serial
    number (:func:`auditor.identity.signal`), empty where there is none; ``source`` the list's name, ``row`` the line.
    """

    name: str
    site: str = ""
    tags: str = "[]"
    serial: str = ""
    source: str = ""
    row: int = 0


class Refused(NamedTuple):
    """A row that was not taken: its line, counted from 1, and why."""

    line: int
    reason: str


class Sample(NamedTuple):
    """A row as it was written, by role, and what was made of it."""

    written: Mapping[str, str]
    made: Expected


class Understood(NamedTuple):
    """A list, and how it was understood.

    ``form`` is the tool it seems to be of; ``columns`` role → headings; ``unused`` the headings of no role;
    ``doubles`` a name and the lines after the first that have it; ``left_out`` reason → how many rows.
    """

    rows: tuple[Expected, ...]
    form: str
    encoding: str
    delimiter: str
    headings_at: int
    columns: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    refused: tuple[Refused, ...]
    doubles: tuple[tuple[str, tuple[int, ...]], ...]
    left_out: Mapping[str, int]
    samples: tuple[Sample, ...]


class _Layout(NamedTuple):
    form: str
    delimiter: str
    at: int
    width: int
    headings: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]


MOST_SAMPLES = 5
"""How many rows are shown as they were and as they became."""


def read(
    data: bytes,
    *,
    source: str = "",
    encoding: str = "",
    columns: Mapping[str, tuple[str, ...]] | None = None,
    servers: bool = False,
) -> Understood:
    """Understand an asset list.

    ``source`` names the list (otherwise the tool it seems to be of), ``columns`` says role → headings where they cannot
    be told or are told wrongly, ``servers`` takes servers in as well.

    :raises SourceError: it is no text, a quotation mark is not closed, or no heading is known.
    :raises UsageError: a role or heading that was named does not exist.
    """
    text, shown = asset_text.decoded(data, encoding)
    skipped, named = asset_text.preamble(text)
    layout = _layout(text, named, skipped, columns or {})
    taken: list[tuple[Expected, Mapping[str, str]]] = []
    refused: list[Refused] = []
    left_out: Counter[str] = Counter()
    for row in asset_text.rows(text, layout.delimiter):
        if row.line <= layout.at:
            continue
        cells = _cells(row, layout)
        fault = _wrong_width(row, layout) or _wrong_name(_named(cells))
        if why := _not_expected(cells, servers):
            left_out[why] += 1
        elif fault:
            refused.append(Refused(row.line, fault))
        else:
            taken.append((_expected(cells, source or layout.form, row.line), cells))
    kept, doubles = _without_doubles(taken)
    used = {at for places in layout.places.values() for at in places}
    return Understood(
        tuple(made for made, _ in kept), layout.form, shown, asset_text.DELIMITERS.get(layout.delimiter, layout.delimiter),
        layout.at, {role: tuple(layout.headings[at] for at in places) for role, places in layout.places.items()},
        tuple(heading for at, heading in enumerate(layout.headings) if at not in used and heading),
        tuple(refused), doubles, dict(sorted(left_out.items())),
        tuple(Sample(cells, made) for made, cells in kept[:MOST_SAMPLES]),
    )  # fmt: skip


def plain(heading: str) -> str:
    """What headings are compared by: letters and digits, in small letters."""
    return "".join(char for char in heading.casefold() if char.isalnum())


def _layout(text: str, delimiter: str, skipped: int, columns: Mapping[str, tuple[str, ...]]) -> _Layout:
    """The delimiter and the row of headings that fit best."""
    for role in columns:
        if role not in ROLES:
            raise UsageError(f"no column is called {role!r}{suggest(role, ROLES)}", "Write --column name=HEADING.")
    best: tuple[tuple[int, int, int], _Layout] | None = None
    widest: Row = Row(1, ())
    for each in [delimiter] if delimiter else asset_text.DELIMITERS:
        for row in asset_text.first_rows(text, each):
            if row.line <= skipped:
                continue
            widest = max(widest, row, key=lambda one: len(one.cells))
            found = _mapped(row, each, columns)
            if found and (best is None or found[0] > best[0]):
                best = found
    if best is None:
        seen = ", ".join(cell.strip() for cell in widest.cells[:20])
        wanted = [heading for headings in columns.values() for heading in headings]
        what = f"no headings {' and '.join(wanted)}" if wanted else "no heading that is known for a PC's name"
        raise SourceError(f"{what} among the first lines; there are: {seen[:300]}", "Write --column name=HEADING.")
    return best[1]


def _mapped(row: Row, delimiter: str, columns: Mapping[str, tuple[str, ...]]) -> tuple[tuple[int, int, int], _Layout] | None:
    """The columns of a row of headings with how well it fits; None where it is none."""
    headings = tuple(cell.strip() for cell in row.cells)
    at = {plain(heading): number for number, heading in reversed([*enumerate(headings)]) if plain(heading)}
    if any(plain(heading) not in at for named in columns.values() for heading in named):
        return None
    marks = {form: sum(plain(each) in at for each in MARKS.get(form, ())) for form in FORMS}
    form = max(FORMS, key=lambda each: (marks[each], sum(any(plain(h) in at for h in hs) for hs in FORMS[each].values())))
    if not marks[form]:
        form = "register"
    places: dict[str, tuple[int, ...]] = {}
    for role in ROLES:
        if role in columns:
            places[role] = tuple(at[plain(heading)] for heading in columns[role])
        elif found := [at[plain(heading)] for heading in (*FORMS[form][role], *_others(role)) if plain(heading) in at]:
            places[role] = (found[0],)
    if not places.keys() & {"name", "dns"}:
        return None
    layout = _Layout(form, delimiter, row.line, len(headings), headings, places)
    return (len(places), len(headings), -row.line), layout


def _others(role: str) -> tuple[str, ...]:
    """What people call a column in any list; a state and tags are too easily something else."""
    return () if role in ("state", "tags") else FORMS["register"][role]


def _cells(row: Row, layout: _Layout) -> dict[str, str]:
    """Role → what the row has there; the columns of role tags are joined."""
    found: dict[str, str] = {}
    for role, places in layout.places.items():
        cells = [_FORMULA.sub(r"\1", row.cells[at].strip()).strip() for at in places if at < len(row.cells)]
        found[role] = "; ".join(filter(None, cells))
    return found


def _named(cells: Mapping[str, str]) -> str:
    return cells.get("name") or cells.get("dns", "")


def _wrong_width(row: Row, layout: _Layout) -> str:
    if len(row.cells) > layout.width and any(cell.strip() for cell in row.cells[layout.width :]):
        return (
            f"{len(row.cells)} columns, and {layout.width} headings: a text with the delimiter in it needs quotation marks"
        )
    return ""


def _wrong_name(written: str) -> str:
    """Why this is no name of a PC; empty where it is one."""
    if not written:
        return "no name"
    try:
        ip_address(written)
    except ValueError:
        name = _short(written)
        if not _NAME.fullmatch(name):
            return f"{written[:60]!r} is no name of a PC"
        return "" if signal(host_key(name)) else f"{written[:60]!r} names no PC in particular"
    return f"{written} is an address, no name"


def _short(written: str) -> str:
    return written.strip().rpartition("\\")[2].partition(".")[0].rstrip("$").strip()


def _not_expected(cells: Mapping[str, str], servers: bool) -> str:
    """Why nobody expects to hear from it; empty where somebody does."""
    system = cells.get("os", "").casefold()
    control = cells.get("control", "")
    if cells.get("enabled", "").casefold() in NO or (control.isdecimal() and int(control) & _DISABLED):
        return "the account is disabled"
    if cells.get("state", "").casefold() in GONE:
        return "it is disposed of, or about to be"
    if system.startswith(NO_PCS):
        return "no PC, but a telephone or tablet"
    if "server" in system and not servers:
        return "a server"
    return ""


def _expected(cells: Mapping[str, str], source: str, line: int) -> Expected:
    tags = dict.fromkeys(filter(None, (tag.strip() for tag in _BETWEEN.split(cells.get("tags", "")))))
    site = cells.get("site") or site_of(cells.get("path", ""))
    serial = cells.get("serial", "")
    text = json.dumps([*tags], separators=(",", ":"))
    return Expected(_short(_named(cells)), site, text, signal(serial) if serial else "", source, line)


def site_of(path: str) -> str:
    """The innermost folder of a place in the directory that does not only say what is in it; empty where there is none.

    ``CN=PC-1,OU=Laptops,OU=Leeds,DC=clinic,DC=example`` and ``clinic.example/Leeds/Laptops/PC-1`` are in Leeds.
    """
    if "=" in path:
        folders = [re.sub(r"\\(.)", r"\1", name).strip() for kind, name in _PART.findall(path) if kind.upper() == "OU"]
    else:
        folders = [*reversed(path.split("/")[1:-1])]
    return next((folder for folder in folders if folder and folder.casefold() not in NO_SITES), "")


_Taken = list[tuple[Expected, Mapping[str, str]]]


def _without_doubles(
    taken: Iterable[tuple[Expected, Mapping[str, str]]],
) -> tuple[_Taken, tuple[tuple[str, tuple[int, ...]], ...]]:
    """The rows without those that name a PC again; two serial numbers are two PCs, though they have one name."""
    kept: _Taken = []
    serials: dict[str, set[str]] = {}
    doubles: dict[str, list[int]] = {}
    for made, cells in taken:
        key = host_key(made.name)
        seen = serials.setdefault(key, set())
        if not seen or (made.serial and made.serial not in seen and "" not in seen):
            kept.append((made, cells))
        if seen:
            doubles.setdefault(key, []).append(made.row)
        seen.add(made.serial)
    return kept, tuple(sorted((key, tuple(lines)) for key, lines in doubles.items()))


def described(understood: Understood) -> Iterator[tuple[str, str]]:
    """What to confirm, as (what, how it was understood)."""
    yield (
        "taken for",
        {"ad": "Active Directory", "intune": "Intune", "sccm": "Configuration Manager"}.get(
            understood.form, "a register made by hand"
        ),
    )
    yield "encoding", understood.encoding
    yield "columns are parted by", understood.delimiter
    yield "headings", f"line {understood.headings_at}"
    for role, headings in understood.columns.items():
        yield re.split("[,;:]", ROLES[role])[0], " and ".join(headings)
    yield "not used", ", ".join(understood.unused) or "nothing"
    yield "expected PCs", f"{len(understood.rows):,}"
    for reason, count in understood.left_out.items():
        yield "left out", f"{count:,}: {reason}"
    yield "named more than once", f"{len(understood.doubles):,}"
    yield "refused", f"{len(understood.refused):,}"
