"""Refreshed facts laid over what ships: the newer of two counts, and of two ends that contradict the earlier.

Pure: rows of feeds in, tables out. A feed's row counts only where its day is after that of what ships, which
people may have decided; where both name an end and differ by more than a week, the earlier is taken and the
evidence says so. What a feed does not say stays as it ships, so nothing becomes better by being left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from auditor.knowledge import browser_lines, laying_columns, shipped
from auditor.knowledge.packed import numbers
from auditor.knowledge.refreshed import NONE, Refreshed, Used, shipped_suites
from auditor.knowledge.shelf import Known
from auditor.knowledge.shipped import Renewed, Row
from auditor.versions import NotComparable

MOST_APART = timedelta(days=7)
"""Two sources whose ends are further apart contradict each other."""

EDITIONS: Mapping[str, tuple[str, ...]] = {
    "": ("home_pro", "ent_edu"),
    "-w": ("home_pro",),
    "-e": ("ent_edu",),
    "-e-lts": ("ltsc",),
    "-iot-lts": ("iot_ltsc",),
}
"""How endoflife.date ends the name of a Windows → the editions that are meant."""

_WINDOWS = re.compile(r"(10|11)-([0-9]{2}(?:[0-9]{2}|h[12]))(-w|-e|-e-lts|-iot-lts)?")
_SERVER = re.compile(r"([0-9]{4})(-r2)?(?:-sp([0-9]))?|([0-9]{2}h[12])-ac")
_OLD = {"8.1": "windows-8.1", "8": "windows-8", "7-sp1": "windows-7", "6-sp2": "windows-vista", "5-sp3": "windows-xp"}


class Cycle(NamedTuple):
    """A feed's row about the support of one thing, its id in the tables that ship, and ``new``: its fields if it is new."""

    row: Mapping[str, Any]
    id: str
    new: Row | None


def laid(known: Iterable[Known]) -> Refreshed:
    """The tables as they are with the topics of a folder; none that is older than what ships changes anything."""
    topics = {each.topic: each for each in known}
    if not topics:
        return NONE
    columns, sources = laying_columns.columns(topics)
    return Refreshed(
        used=tuple(
            Used(name, date.fromisoformat(each.origin.as_of), each.origin.sha256) for name, each in sorted(topics.items())
        ),
        systems=_systems(topics),
        macs=_macs(topics.get("macos-releases")),
        offices=_over("office", shipped_suites(), topics.get("endoflife-office"), _office),
        libreoffices=_libreoffice(topics.get("endoflife-libreoffice")),
        columns=columns,
        sources=sources,
        lines=_lines(topics.get("endoflife-firefox")),
        alive=_alive(topics.get("firefox-current")),
    )


def renewed(known: Known, row: str, note: str = "") -> Renewed:
    """That something rests on a row of a topic."""
    origin = known.origin
    of = shipped.Origin(origin.address, date.fromisoformat(origin.as_of), origin.basis)
    return Renewed(known.topic, row, of, origin.sha256, note)


def _systems(topics: Mapping[str, Known]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for family, feeds in SYSTEMS.items():
        rows = shipped.lifecycles(family)
        for topic, meant in feeds.items():
            rows = _over("systems", rows, topics.get(topic), meant) or rows
        if any(topic in topics for topic in feeds):
            found[family] = rows
    return found


def unplaced(known: Known) -> tuple[str, ...]:
    """The rows of a topic on support that change nothing, because what they are about cannot be told from their names."""
    feeds = [(shipped.lifecycles(family), meant[known.topic]) for family, meant in SYSTEMS.items() if known.topic in meant]
    if known.topic == "endoflife-office":
        feeds = [(shipped_suites(), _office)]
    return tuple(
        row["cycle"]
        for rows, meant in feeds
        for row in known.rows
        if not any(_places(each, rows) for each in meant(row, rows))
    )


def _places(cycle: Cycle, rows: Sequence[Row]) -> bool:
    return cycle.new is not None or any(row["id"] == cycle.id for row in rows)


Meant = Callable[[Mapping[str, Any], Sequence[Row]], Iterable[Cycle]]
"""(a row of a feed, the rows that ship) → what of them it is about: none where that cannot be told."""


def _over(name: str, rows: Sequence[Row], known: Known | None, meant: Meant) -> tuple[Row, ...] | None:
    """``rows`` of a table with a topic's laid over them; None where the topic was not refreshed."""
    if known is None:
        return None
    found = {row["id"]: row for row in rows}
    for cycle in (each for row in known.rows for each in meant(row, rows)):
        if cycle.id in found:
            found[cycle.id] = merged(name, found[cycle.id], cycle.row, known)
        elif cycle.new is not None:
            end = _end(cycle.row, known)
            found[cycle.id] = {"id": cycle.id, "src": [], **cycle.new, "released": cycle.row["released"], **end,
                               "renewed": renewed(known, cycle.row["cycle"])}  # fmt: skip
    return tuple(found.values())


def merged(name: str, row: Row, cycle: Mapping[str, Any], known: Known) -> Row:
    """A row that ships with what a feed says of its end: the newer counts, of a contradiction the earlier end."""
    file = "curated" if name == "office" and "reviewer" in row else name
    if date.fromisoformat(known.origin.as_of) <= shipped.as_of(file, row):
        return row
    end = _end(cycle, known)
    old, new = shipped.day(row["ends"]), shipped.day(end["ends"])
    note = ""
    if old and new and "certain_after" in end and old <= new:
        end = {"ends": row["ends"]}
    elif old and (new is None or new - old > MOST_APART):
        note = f"it says {f'until {new}' if new else 'that it goes on'}, what ships {old}: the earlier is taken"
        end = {"ends": row["ends"]}
    elif old and new and old - new > MOST_APART:
        note = f"what ships says until {old}: the earlier is taken"
    extended = {"extended": end.pop("extended")} if "extended" in end and not row.get("extended") else {}
    end.pop("extended", None)
    return {**row, **end, **extended, "renewed": renewed(known, cycle["cycle"], note)}


def _end(cycle: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The end that a feed names. One that is over without a day was over when the feed was asked, and maybe long before."""
    if cycle["ends"] is None and cycle["ended"]:
        day = (date.fromisoformat(known.origin.as_of) - timedelta(days=1)).isoformat()
        return {"ends": day, "certain_after": day}
    end: dict[str, Any] = {"ends": cycle["ends"]}
    if cycle["extended_ends"] and cycle["ends"] and cycle["extended_ends"] > cycle["ends"]:
        end["extended"] = [{"name": "extended support", "ends": cycle["extended_ends"]}]
    return end


def _build(row: Mapping[str, Any]) -> int | None:
    parts = numbers(row["latest"] or "")
    return parts[2] if not isinstance(parts, NotComparable) and len(parts) > 2 else None


def _windows(row: Mapping[str, Any], rows: Sequence[Row]) -> Iterable[Cycle]:
    if row["cycle"] in _OLD:
        return [Cycle(row, _OLD[row["cycle"]], None)]
    match = _WINDOWS.fullmatch(row["cycle"])
    if match is None:
        return []
    name, release = f"Windows {match[1]}", match[2].upper()
    found, build = [], _build(row)
    for editions in EDITIONS[match[3] or ""]:
        there = (each["id"] for each in rows if each.get("name") == name if
                 (each.get("release"), each["editions"]) == (release, editions))  # fmt: skip
        new = {"family": "windows", "name": name, "type": "client", "build": [build], "release": release,
               "editions": editions} if build else None  # fmt: skip
        found.append(Cycle(row, next(there, f"windows-{row['cycle']}-{editions}"), new))
    return found


def _server(row: Mapping[str, Any], rows: Sequence[Row]) -> Iterable[Cycle]:
    match = _SERVER.fullmatch(row["cycle"])
    if match is None or (match[1] == "2003" and match[3] != "2"):
        return []
    release = match[4] or f"{match[1]}{match[2] or ''}"
    build = _build(row)
    new = {"family": "windows", "name": f"Windows Server {release.upper().replace('-', ' ')}", "type": "server",
           "build": [build], "editions": "all"} if build else None  # fmt: skip
    return [Cycle(row, f"windows-server-{release}", new)]


def _mac(row: Mapping[str, Any], rows: Sequence[Row]) -> Iterable[Cycle]:
    version = row["cycle"]
    if not re.fullmatch(r"10\.[0-9]+|[0-9]{2}", version):
        return []
    return [Cycle(row, f"macos-{version}", {"family": "macos", "name": "macOS", "version": version})]


def _linux_of(line: str) -> Meant:
    def meant(row: Mapping[str, Any], rows: Sequence[Row]) -> Iterable[Cycle]:
        version = row["cycle"]
        return [Cycle(row, f"{line}-{version}", {"family": "linux", "line": line, "version": version})]

    return meant


SYSTEMS: Mapping[str, Mapping[str, Meant]] = {
    "windows": {"endoflife-windows": _windows, "endoflife-windows-server": _server},
    "macos": {"endoflife-macos": _mac},
    "linux": {f"endoflife-{line}": _linux_of(line) for line in ("ubuntu", "debian", "rhel", "fedora")},
}
"""Family of systems → the topics on their support, and what a row of each is about."""


def _office(row: Mapping[str, Any], rows: Sequence[Row]) -> Iterable[Cycle]:
    """A generation: all suites of it that ship, for Windows or for Macs. The subscription has no row of its own."""
    match = re.fullmatch(r"(xp|[0-9]{4})(-ltsc)?(-for-mac)?", row["cycle"])
    if match is None:
        return []
    generation, family = {"xp": "2002"}.get(match[1], match[1]), "macos" if match[3] else "windows"
    mine = [each for each in rows if (each["generation"], each["family"]) == (generation, family)]
    if mine:
        ltsc = [each for each in mine if "ltsc" in each["id"]]
        wanted = ltsc if match[2] else [each for each in mine if each not in ltsc] or mine
        return [Cycle(row, each["id"], None) for each in wanted]
    new = {"family": family, "name": f"Office {row['label']}", "generation": generation}
    return [Cycle(row, f"office-{row['cycle']}", new)]


def _libreoffice(known: Known | None) -> tuple[Row, ...] | None:
    def meant(row: Mapping[str, Any], rows: Sequence[Row]) -> Iterable[Cycle]:
        whole = row["latest"] and row["latest_released"]
        new = {"series": row["cycle"], "newest": row["latest"], "newest_released": row["latest_released"]}
        return [Cycle(row, f"libreoffice-{row['cycle']}", new if whole else None)]

    shipped_rows: Sequence[Row] = shipped.topic("office")["libreoffice"]
    rows = _over("office", shipped_rows, known, meant)
    if rows is None or known is None:
        return None
    latest = {f"libreoffice-{row['cycle']}": row for row in known.rows if row["latest"] and row["latest_released"]}
    told = [
        _updated(row, latest[row["id"]])
        if "renewed" in row and row["id"] in latest and latest[row["id"]]["latest_released"] > row["newest_released"]
        else row
        for row in rows
    ]
    return tuple(sorted(told, key=lambda row: _order(row["series"]), reverse=True))


def _updated(row: Row, cycle: Mapping[str, Any]) -> Row:
    """A series of LibreOffice with the newest update of a feed beside the one that ships."""
    newest = (cycle["latest"], cycle["latest_released"])
    updates = ((row["newest"], row["newest_released"]), newest)
    return {**row, "newest": newest[0], "newest_released": newest[1], "updates": updates}


def _order(version: str) -> tuple[int, ...]:
    parts = numbers(version)
    return () if isinstance(parts, NotComparable) else parts


def _macs(known: Known | None) -> dict[str, Row]:
    """Major version of macOS → its updates with their days, where the feed is newer than what ships."""
    found: dict[str, Row] = {}
    old = {row["version"]: row for row in shipped.topic("systems")["builds"] if row["kind"] == "macos"}
    for channel in sorted({row["channel"] for row in known.rows}) if known else ():
        before = old.get(channel)
        if known is None or (before and date.fromisoformat(known.origin.as_of) <= shipped.as_of("systems", before)):
            continue
        told = {row["version"]: row["released"] for row in known.rows if row["channel"] == channel and row["released"]}
        if before:
            told.setdefault(before["newest"], before["released"])
        if told:
            updates = tuple(sorted(told.items(), key=lambda each: _order(each[0])))
            found[channel] = {"id": f"macos-{channel}-newest", "kind": "macos", "version": channel, "src": [],
                              "newest": updates[-1][0], "released": updates[-1][1], "updates": updates,
                              "renewed": renewed(known, f"{channel} {updates[-1][0]}")}  # fmt: skip
    return found


def _lines(known: Known | None) -> tuple[Row, ...] | None:
    """Firefox's extended lines. Where the end that is named is that of most systems, the line stays as it ships."""
    if known is None:
        return None
    found = {row["line"]: row for row in browser_lines.extended_lines()}
    for cycle in known.rows:
        if not (cycle["lts"] and re.fullmatch("[0-9]{1,4}", cycle["cycle"])):
            continue
        line, row = int(cycle["cycle"]), found.get(int(cycle["cycle"]))
        if row is None:
            row = {"id": f"firefox-esr-{line}", "line": line, "src": [], "released": cycle["released"]}
            if cycle["released"]:
                found[line] = {**row, **_end(cycle, known), "renewed": renewed(known, cycle["cycle"])}
        elif not _is_elsewhere(row, cycle):
            found[line] = merged("browsers", row, cycle, known)
    return tuple(found[line] for line in sorted(found))


def _is_elsewhere(row: Row, cycle: Mapping[str, Any]) -> bool:
    there, said = shipped.day(row.get("elsewhere")), shipped.day(cycle["ends"])
    return there is not None and said is not None and abs(there - said) <= MOST_APART


def _alive(known: Known | None) -> dict[int, date]:
    """The extended lines that Mozilla lists."""
    rows = known.rows if known else ()
    of = date.fromisoformat(known.origin.as_of) if known else date.min
    extended = (row["version"] for row in rows if re.fullmatch(r"esr(-next|[0-9]+)?", row["channel"]))
    return {parts[0]: of for parts in map(_order, extended) if parts}
