"""The file that a kit writes, ``auditor kit/1``: its first line, its sections, and what it says of the PC.

Bytes into text and text into sections; what the sections mean is :mod:`auditor.sources.kits`'.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from auditor.errors import SourceError

MAX_BYTES = 16 * 1024 * 1024
"""Largest file of a kit that is read, in bytes, as large as a snapshot may be."""

MAX_SECTIONS = 20_000
"""Most control lines in one file."""

MAX_NAME = 255
"""Longest host name, site and tag, in characters."""

MAX_TAGS = 64
"""Most tags of one PC."""

FAMILIES = ("windows", "macos", "linux")
"""The words for the family of a PC's operating system."""

HINT = "docs/kits.md describes the file that a kit writes."

_FIRST = "#AUDITOR kit/"
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")
_FIRST_LINE = re.compile(r"#AUDITOR kit/(\d{1,9}) ([0-9A-Fa-f]{8}) ([!-~]{1,60})\s*$")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Section(NamedTuple):
    """A control line with its fields, and the body below it. ``line`` is its number in the file.

    ``torn`` is the last section of a file that is cut off: its body may be longer on the PC.
    """

    line: int
    word: str
    fields: tuple[str, ...]
    body: str
    torn: bool = False


class Whose(NamedTuple):
    """What the file says of the PC and of its own making.

    ``taken_at`` is ISO 8601 in UTC, ``salt`` 32 hex digits, ``rights`` one of user, admin,
    system, unknown. ``hostname`` and ``site`` may be empty.
    """

    family: str
    taken_at: str
    hostname: str
    site: str
    tags: tuple[str, ...]
    salt: str
    rights: str


class KitFile(NamedTuple):
    """One file in its parts. ``whole`` says that its last line is there."""

    collector: str
    whose: Whose
    sections: tuple[Section, ...]
    whole: bool


def is_kit(data: bytes) -> bool:
    """Whether these first bytes (64 are enough) are those of a kit's file, of any version and encoding."""
    return any(data.startswith(_FIRST.encode(encoding)) for encoding in _ENCODINGS)


def parse(data: bytes) -> KitFile:
    """The parts of a kit's file.

    :raises SourceError: it is none, of another version, too large, or does not say whose it is.
    """
    mark, collector, text = _begun(data)
    sections = list(_sections(text, mark))
    whole = bool(sections) and sections[-1].word == "end"
    if whole and sections[-1].body.strip("\ufeff\r\n\t "):
        raise SourceError(f"line {sections[-1].line}: something stands after the end", HINT)
    if not whole:
        sections = _without_the_torn_end(sections, text)
    salt = hashlib.sha256(b"auditor kit\n" + data).hexdigest()[:32]
    whose = _whose([each for each in sections if each.word == "meta"], salt)
    return KitFile(collector, whose, tuple(each for each in sections if each.word not in ("meta", "end")), whole)


def _begun(data: bytes) -> tuple[str, str, str]:
    """The mark, the collector and the text after the first line."""
    if len(data) > MAX_BYTES:
        raise SourceError(f"larger than {MAX_BYTES // 2**20} MB", "A kit writes much less; this is something else.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif data[1:2] == b"\0":
        text = data.decode("utf-16-le", "replace")
    else:
        text = data.decode("utf-8-sig", "backslashreplace")
    first, _, rest = text.partition("\n")
    match = _FIRST_LINE.match(first)
    if not match:
        raise SourceError("not the first line of a kit's file", HINT)
    if match[1] != "1":
        raise SourceError(f"kit/{match[1]}: this version of auditor reads kit/1", "Update auditor here.")
    return match[2], match[3], rest.replace("\r\n", "\n") if first.endswith("\r") else rest


def _sections(text: str, mark: str) -> Iterator[Section]:
    """The control lines in order, each with what stands below it."""
    found = list(re.finditer(rf"(?m)^\ufeff?#{mark} ([^\t\n]*)(?:\t([^\n]*))?(?:\n|\Z)", text))
    if len(found) > MAX_SECTIONS:
        raise SourceError(f"more than {MAX_SECTIONS} control lines", HINT)
    line, counted = 2, 0
    for match, end in zip(found, [*(each.start() for each in found[1:]), len(text)], strict=False):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        fields = tuple(match[2].rstrip(" ").split("\t")) if match[2] is not None else ()
        yield Section(line, match[1].strip(), fields, text[match.end() : end])


def _without_the_torn_end(sections: list[Section], text: str) -> list[Section]:
    """The sections of a file that is cut off, without its last line, which may be half of one."""
    if not sections:
        return sections
    *before, last = sections
    if not text.endswith("\n"):
        if not last.body:
            return before  # the control line itself is torn, which ends the section before it
        last = last._replace(body=last.body[: last.body.rfind("\n") + 1])
    return [*before, last._replace(torn=True)]


def _whose(sections: list[Section], salt: str) -> Whose:
    """What the sections of word ``meta`` say, where they give none with this ``salt``; unknown names are passed over."""
    said: dict[str, str] = {"salt": salt}
    given: set[str] = set()
    tags: dict[str, None] = {}
    for section in sections:
        if len(section.fields) < 2:
            raise SourceError(f"line {section.line}: meta needs a name and a value", HINT)
        name, value = section.fields[0], section.fields[1].strip()
        if len(value) > MAX_NAME or not value.isprintable():
            raise SourceError(f"line {section.line}: {name[:40]} is too long or not printable", HINT)
        if name == "tag":
            tags[value] = None
        elif name in given and said[name] != value:
            raise SourceError(f"line {section.line}: {name[:40]} is said twice, and differently", HINT)
        else:
            said[name] = value
            given.add(name)
    family = said.get("family", "not said")
    if family not in FAMILIES:
        raise SourceError(f"the family is {family[:40]!r}, not one of {', '.join(FAMILIES)}", HINT)
    if len(tags) > MAX_TAGS:
        raise SourceError(f"more than {MAX_TAGS} tags", HINT)
    if not re.fullmatch("[0-9a-fA-F]{32}", said["salt"]):
        raise SourceError("the salt is not 32 hex digits", HINT)
    return Whose(
        family, _moment(said), said.get("hostname", ""), said.get("site", ""), tuple(tags), said["salt"].lower(),
        said.get("rights", "unknown"),
    )  # fmt: skip


def _moment(said: Mapping[str, str]) -> str:
    """When the kit was run: ``taken-at``, or the PC's own clock with what is needed to understand it."""
    taken = said.get("taken-at", "")
    try:
        if taken:
            if not _TIME.fullmatch(taken):
                raise ValueError("not like 2026-11-24T09:00:00Z")
            datetime.fromisoformat(taken.removesuffix("Z"))
            return taken
        return _local_moment(said["taken-local"], said.get("date-order", ""), said.get("bias", ""))
    except KeyError:
        raise SourceError("it does not say when it was taken", HINT) from None
    except (ValueError, OverflowError) as error:
        raise SourceError(
            f"when it was taken cannot be told ({error})", "Set the PC's clock and run the kit again."
        ) from None


def _local_moment(text: str, order: str, bias: str) -> str:
    """``%DATE% %TIME%`` of Windows as UTC. ``order`` is its iDate: 0 month first, 1 day, 2 year; ``bias`` ActiveTimeBias.

    Where the PC has no bias, its clock is taken to show UTC.
    """
    numbers = [int(digits) for digits in re.findall(r"[0-9]{1,4}", text)][:6]
    numbers += [0] if len(numbers) == 5 else []
    if len(numbers) < 6 or order not in ("0", "1", "2"):
        raise ValueError(f"{text[:60]!r} is not a date and a time")
    first, second, third, hour, minute, seconds = numbers
    if half := re.search(r"\b([AP])M\b", text, re.I):
        hour = hour % 12 + (12 if half[1].upper() == "P" else 0)
    year, month, day = ((third, first, second), (third, second, first), (first, second, third))[int(order)]
    year += 2000 if year < 100 else 0
    if not 2000 <= year < 2400:  # the calendars of Thailand, Iran and others count otherwise
        raise ValueError(f"the year {year}")
    minutes = int(bias or "0", 0)
    minutes -= 2**32 if minutes >= 2**31 else 0
    moment = datetime(year, month, day, hour, minute, seconds, tzinfo=UTC) + timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
