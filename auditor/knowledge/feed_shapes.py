"""What vendors' machine-readable answers look like, and the plain rows that are made of them.

A function for each form of answer: decoded JSON in, rows out. What is not as the form has
it is a :class:`BadAnswerError` that names the place; nothing is guessed and nothing skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

Row = dict[str, Any]
"""Column → text, true or false, or None for what the source does not say; days are ISO texts."""


class BadAnswerError(ValueError):
    """An answer is not of the form that it should have; the message says where."""


class Shape(NamedTuple):
    """The columns of a table of rows with their types, and those that tell one row from another.

    A type is text, day or yes-no; with ``?`` the source may not say it.
    """

    columns: Mapping[str, str]
    key: tuple[str, ...]


CYCLES = Shape(
    {
        "cycle": "text", "label": "text", "released": "day?", "lts": "yes-no", "active_ends": "day?", "ends": "day?",
        "extended_ends": "day?", "ended": "yes-no", "latest": "text?", "latest_released": "day?",
    },
    ("cycle",),
)  # fmt: skip
"""Lines of releases with the ends of their support. ``ended``: the source says that it is over, with or without a day."""

RELEASES = Shape(
    {"channel": "text", "platform": "text", "version": "text", "released": "day?"}, ("channel", "platform", "version")
)
"""Single releases, each with its day."""

CURRENT = Shape({"channel": "text", "version": "text", "released": "day?"}, ("channel",))
"""The present version of each channel."""

_DAY = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+(Z|[+-][0-9:]+)?)?$")


def decode(data: bytes) -> Any:
    """The JSON in ``data``.

    :raises BadAnswerError: it is none: cut off, another format, not UTF-8.
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        raise BadAnswerError("a page (HTML or XML) came instead of JSON")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadAnswerError(f"not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise BadAnswerError("nested too deeply") from error
    except ValueError as error:
        raise BadAnswerError(f"not JSON, or cut off: {error}") from error


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def endoflife(answer: Any) -> list[Row]:
    """Rows of :data:`CYCLES` from a product of endoflife.date's API v1."""
    result = _get(answer, "result", dict, "$")
    rows = []
    for number, each in enumerate(_get(result, "releases", list, "$.result")):
        at = f"$.result.releases[{number}]"
        latest = _get(each, "latest", (dict, type(None)), at, None) or {}
        rows.append(
            {
                "cycle": _text(each, "name", at),
                "label": _text(each, "label", at),
                "released": _day(each, "releaseDate", at),
                "lts": _get(each, "isLts", bool, at, missing=False),
                "active_ends": _day(each, "eoasFrom", at),
                "ends": _day(each, "eolFrom", at),
                "extended_ends": _day(each, "eoesFrom", at),
                "ended": _get(each, "isEol", bool, at),
                "latest": _text(latest, "name", f"{at}.latest") if latest else None,
                "latest_released": _day(latest, "date", f"{at}.latest"),
            }
        )
    return rows


def chrome(answer: Any) -> list[Row]:
    """Rows of :data:`RELEASES` from Chrome's version history: a version counts from the day its first release was served."""
    first: dict[tuple[str, str, str], Row] = {}
    for number, each in enumerate(_get(answer, "releases", list, "$")):
        at = f"$.releases[{number}]"
        place = _text(each, "name", at).split("/")
        if len(place) < 5 or place[1] != "platforms" or place[3] != "channels":
            raise BadAnswerError(f"{at}.name is not product/platforms/…/channels/…")
        serving = _get(each, "serving", dict, at)
        row = {"channel": place[4], "platform": place[2], "version": _text(each, "version", at),
               "released": _day(serving, "startTime", f"{at}.serving")}  # fmt: skip
        _keep_earliest(first, row)
    return list(first.values())


_FIREFOX = {
    "LATEST_FIREFOX_VERSION": ("release", "LAST_RELEASE_DATE"),
    "LATEST_FIREFOX_DEVEL_VERSION": ("beta", ""),
    "FIREFOX_DEVEDITION": ("devedition", ""),
    "FIREFOX_NIGHTLY": ("nightly", ""),
    "FIREFOX_ESR": ("esr", ""),
    "FIREFOX_ESR_NEXT": ("esr-next", ""),
}
"""Key of Mozilla's answer → channel, and the key of its day."""


def firefox(answer: Any) -> list[Row]:
    """Rows of :data:`CURRENT` from Mozilla's firefox_versions.json; an older ESR is ``esr115``. Empty ones are left out."""
    if not isinstance(answer, dict):
        raise BadAnswerError("$ is not a map")
    rows = []
    for key in answer:
        older = re.fullmatch("FIREFOX_(ESR[0-9]+)", key)
        channel, day = (older[1].lower(), "") if older else _FIREFOX.get(key, ("", ""))
        if channel and (version := _get(answer, key, (str, type(None)), "$")):
            rows.append({"channel": channel, "version": version, "released": _day(answer, day, "$") if day else None})
    if not any(row["channel"] == "release" for row in rows):
        raise BadAnswerError("$.LATEST_FIREFOX_VERSION is missing")
    return rows


def edge(answer: Any) -> list[Row]:
    """Rows of :data:`RELEASES` from Microsoft's list of Edge products; processors and policy files are left out."""
    first: dict[tuple[str, str, str], Row] = {}
    if not isinstance(answer, list):
        raise BadAnswerError("$ is not a list")
    for number, product in enumerate(answer):
        channel = _text(product, "Product", f"$[{number}]").lower()
        for place, each in enumerate(_get(product, "Releases", list, f"$[{number}]")):
            at = f"$[{number}].Releases[{place}]"
            platform = _text(each, "Platform", at).lower()
            if platform != "any":
                row = {"channel": channel, "platform": platform, "version": _text(each, "ProductVersion", at),
                       "released": _day(each, "PublishedTime", at)}  # fmt: skip
                _keep_earliest(first, row)
    return list(first.values())


def sofa(answer: Any) -> list[Row]:
    """Rows of :data:`RELEASES` from SOFA's feed: each security release of macOS; the channel is its major version."""
    first: dict[tuple[str, str, str], Row] = {}
    for number, system in enumerate(_get(answer, "OSVersions", list, "$")):
        for place, each in enumerate(_get(system, "SecurityReleases", list, f"$.OSVersions[{number}]")):
            at = f"$.OSVersions[{number}].SecurityReleases[{place}]"
            version = _text(each, "ProductVersion", at)
            parts = version.split(".")
            channel = ".".join(parts[:2]) if parts[0] == "10" else parts[0]
            row = {"channel": channel, "platform": "mac", "version": version, "released": _day(each, "ReleaseDate", at)}
            _keep_earliest(first, row)
    return list(first.values())


def _keep_earliest(first: dict[tuple[str, str, str], Row], row: Row) -> None:
    known = first.setdefault((row["channel"], row["platform"], row["version"]), row)
    if row["released"] and (not known["released"] or row["released"] < known["released"]):
        known["released"] = row["released"]


PARSERS: Mapping[str, tuple[Shape, Callable[[Any], list[Row]]]] = {
    "endoflife": (CYCLES, endoflife),
    "chrome": (RELEASES, chrome),
    "firefox": (CURRENT, firefox),
    "edge": (RELEASES, edge),
    "sofa": (RELEASES, sofa),
}
"""Form of an answer → the shape of its rows, and the function that makes them."""

_NEEDED = object()


def _get(data: Any, key: str, kind: type | tuple[type, ...], at: str, missing: Any = _NEEDED) -> Any:
    if not isinstance(data, dict):
        raise BadAnswerError(f"{at} is not a map")
    if key not in data:
        if missing is _NEEDED:
            raise BadAnswerError(f"{at}.{key} is missing")
        return missing
    if not isinstance(data[key], kind):
        names = [each.__name__ for each in (kind if isinstance(kind, tuple) else (kind,))]
        raise BadAnswerError(f"{at}.{key} is {type(data[key]).__name__}, not {' or '.join(names)}")
    return data[key]


def _text(data: Any, key: str, at: str) -> str:
    text = " ".join(_get(data, key, str, at).split())
    if not text or len(text) > 200 or not text.isprintable():
        raise BadAnswerError(f"{at}.{key} is empty, too long, or not printable")
    return text


def _day(data: Any, key: str, at: str) -> str | None:
    """The day of a date or moment, as ISO text; None where the source has none."""
    given = _get(data, key, (str, type(None)), at, None)
    if given is None or given == "":
        return None
    match = _DAY.match(given)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else _no_day(given, key, at)
    except ValueError:
        return _no_day(given, key, at)


def _no_day(given: str, key: str, at: str) -> str:
    raise BadAnswerError(f"{at}.{key} is {given[:40]!r}, not a date")


def wrong_rows(rows: Iterable[Any], shape: Shape) -> list[str]:
    """What of ``rows`` is not as their shape has it, in words."""
    wrong = []
    for number, row in enumerate(rows):
        if not isinstance(row, dict) or row.keys() != shape.columns.keys():
            wrong.append(f"row {number}: must have {', '.join(shape.columns)}")
            continue
        wrong += [f"row {number}, {column}: {row[column]!r} is not {kind.rstrip('?')}"
                  for column, kind in shape.columns.items() if not _is(row[column], kind)]  # fmt: skip
    return wrong


def _is(value: Any, kind: str) -> bool:
    if value is None:
        return kind.endswith("?")
    if kind.startswith("day"):
        return isinstance(value, str) and len(value) == 10 and _is_day(value)
    return isinstance(value, bool) if kind == "yes-no" else isinstance(value, str) and bool(value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
