"""How a browser is supported on a day: by the line of releases it is of, and what that line's makers mend.

Chrome, Edge, Firefox, Safari and Opera mend their newest release, and one or more extended lines for those
who follow them. What others make from Chromium or Firefox goes by its engine. Only releases that were out
when the table of releases was made are certain: one that was planned makes what is older unknown, not ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from auditor.knowledge import browser_lines, html5, ie_support, lifecycles, refreshed, shipped
from auditor.knowledge.ageing import why_stale
from auditor.knowledge.browser_lines import Line
from auditor.knowledge.browsers_on_systems import last_on
from auditor.knowledge.lifecycles import Support, text, unknown
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Fact, Reading, Subject, Value

Facts = Mapping[str, Fact]

RESTS_ON = ("product", "version", "channel", "engine", "engine_version")
"""The facts of a browser that decide."""

SYSTEM = (
    "family", "name", "version", "ltsc", "edition", "edition_group", "type", "build", "revision", "service_pack", "wine",
)  # fmt: skip
"""The facts of the system that may decide: Internet Explorer is mended as its Windows is."""

PREVIEWS = frozenset({"beta", "dev", "developer", "alpha", "canary", "nightly", "snapshot", "preview"})
"""Channels for testing, which no maker promises to mend."""


_EXTENDED = frozenset({"chrome", "edge"})
"""The columns of the browsers that have an extended channel."""


class Judged(NamedTuple):
    """The support of a browser, the days it is behind (None: ``why`` not), and when its release came out."""

    support: Support
    days: int | None
    why: str
    released: date | None = None


def added(
    subject: Subject, facts: Facts, system: Facts, own: Overrides, day: date, fresh: Refreshed = refreshed.NONE
) -> list[Fact]:
    """The facts of support of one browser."""
    seen = lifecycles.evidence(facts, *RESTS_ON)
    judged = _judged(facts, system, day, fresh)
    support = judged.support
    bought = own.bought and own.support("browser", text(facts, "product"), text(system, "edition_group"), day)
    if (entry := bought or None) and support.state not in ("supported", "ending"):
        support = lifecycles.bought(entry, support)
    told = (*seen, *support.readings)
    released = judged.released.isoformat() if judged.released else None
    return [
        *lifecycles.facts(subject, support, seen, day),
        Fact(subject, "release_date", released, told, "" if released else "its releases are not in the table"),
        _days(subject, judged, told, day),
    ]


def newest_added(
    subject: Subject, facts: Facts, system: Facts, _: Overrides, day: date, fresh: Refreshed = refreshed.NONE
) -> list[Fact]:
    """``newest_for_os``, by itself: it depends on more of the system than all else, and few ask for it."""
    return [_newest_for_os(subject, facts, system, day, fresh)]


def _days(subject: Subject, judged: Judged, told: tuple[Reading, ...], day: date) -> Fact:
    """``days_behind``: that nothing is lacking is certain only while the facts are young."""
    why, support = judged.why, judged.support
    if judged.days == 0 and support.of:
        why = why_stale("browsers", support.of, day) or support.doubt
    return Fact(subject, "days_behind", judged.days, told, why if judged.days in (0, None) else "")


def _judged(facts: Facts, system: Facts, day: date, fresh: Refreshed) -> Judged:
    product, version, channel = (text(facts, name) for name in ("product", "version", "channel"))
    if not product:
        return _none(lifecycles.why_not(facts, "product"))
    if product in ie_support.PRODUCTS:
        support = ie_support.supported(product, version, system, day, fresh)
        return Judged(support, None, "its fixes come with Windows'")
    channel = channel or ("esr" if "esr" in version else "")
    column, counted, reason = html5.column_of(product, version, text(facts, "engine"), text(facts, "engine_version"))
    if channel in PREVIEWS:
        return _none(f"the channel {channel} is for testing, and nobody promises to mend it")
    line = browser_lines.line(column, counted, day, fresh) if column else None
    if line is None:
        return _none(reason or lifecycles.why_not(facts, "version") or f"{counted} is not in the table of releases")
    if line.newer:
        return _ahead(f"{counted} is newer than the knowledge base of {line.known_until}", line.reading)
    if product not in html5.OWN:
        return _derivative(line, day)
    return _MAKERS.get(column, _stable)(line, channel, system, day)


def _ahead(why: str, *readings: Reading) -> Judged:
    """Newer than what is known: unknown, though nothing is known that it lacks."""
    return Judged(unknown(why, *readings), 0, why)


def _none(why: str, *readings: Reading) -> Judged:
    return Judged(unknown(why, *readings), None, why)


def _stable(line: Line, channel: str, _system: Facts, day: date) -> Judged:
    """The newest release alone is mended."""
    if channel == "extended":
        return _extended(line, day)
    if line.next:
        ended = line.next - timedelta(days=1)
        support = Support(supported=False, state="ended", ends=ended, of=line.known_until, readings=(line.reading,))
        return Judged(support, (day - line.next).days, "", line.released)
    return _newest(line)


def _newest(line: Line) -> Judged:
    """The newest release that is known: mended, unless one that was planned is out by now."""
    doubt = f"the next release {browser_lines.doubted(line.planned, line.known_until)}" if line.planned else ""
    support = Support(
        supported=True, state="supported", ends=None, of=line.known_until, readings=(line.reading,), about="browsers",
        why_no_end="it ends when the next release comes out", doubt=doubt,
    )  # fmt: skip
    return Judged(support, 0, "", line.released)


def _extended(line: Line, day: date) -> Judged:
    """The extended channel of Chrome and Edge: every second release, then eight weeks each."""
    if line.column not in _EXTENDED:
        return _none("only Chrome and Edge have an extended channel")
    rule = shipped.topic("curated")["cadence"][0]
    reading = shipped.reading("curated", rule, f"{rule['weeks']} weeks")
    if line.major < rule["first"]:
        return _none(f"there was no extended channel before {rule['first']}", reading)
    if line.released is None:
        return _none("the day its release came out is not known", reading)
    replaced = browser_lines.extended_until(line, rule)
    if replaced is None or day < replaced:
        newest = _newest(line if replaced is None else line._replace(planned=None))
        return newest._replace(support=newest.support._replace(readings=(line.reading, reading)))
    support = Support(
        supported=False, state="ended", ends=replaced - timedelta(days=1), of=line.known_until,
        readings=(line.reading, reading),
    )  # fmt: skip
    return Judged(support, (day - replaced).days, "", line.released)


def _firefox(line: Line, channel: str, system: Facts, day: date) -> Judged:
    """The newest release and the extended lines. A point release tells an extended line, which alone has them."""
    row = browser_lines.extended_line(line.major, line.fresh)
    if row is None or (channel not in ("esr", "") and not line.minor):
        return _stable(line, channel, system, day)
    if not channel and not line.minor:
        return _none(f"whether it is Firefox {line.major} or its extended line was not read", line.reading)
    ends, of, told = browser_lines.end_of_line(row, system, line.fresh)
    readings: tuple[Reading, ...] = (line.reading, told)
    if ends and day > ends:
        support = Support(supported=False, state="ended", ends=ends, of=of, readings=readings)
        return Judged(support, (day - ends).days, "", line.released)
    point = browser_lines.next_point(line, day)
    readings += (browser_lines.step(line),)
    if point.why:
        return Judged(unknown(point.why, *readings), None, point.why, line.released)
    if point.day:
        ended = point.day - timedelta(days=1)
        support = Support(supported=False, state="ended", ends=ended, of=of, readings=readings)
        return Judged(support, (day - point.day).days, "", line.released)
    doubt = f"the next {browser_lines.doubted(point.planned, line.known_until)}" if point.planned else ""
    if point.newer:
        doubt = f"{line.major}.{line.minor} is newer than the knowledge base of {line.known_until}"
    state = "ending" if ends and (ends - day).days < lifecycles.ENDING_DAYS else "supported"
    no_end = "" if ends else "no end of this line is published"
    support = Support(
        supported=True, state=state, ends=ends, of=of, readings=readings, why_no_end=no_end, about="browsers", doubt=doubt
    )  # fmt: skip
    return Judged(support, 0, "", line.released)


def _derivative(line: Line, day: date) -> Judged:
    """A browser that others make from an engine: mended while the engine's release is not long replaced."""
    rule = shipped.topic("curated")["cadence"][1]
    readings = (line.reading, shipped.reading("curated", rule, f"{rule['behind_days']} days after the engine"))
    behind = (day - line.next).days if line.next else 0
    if line.next is None or behind <= rule["behind_days"]:
        newest = _newest(line)
        support = newest.support._replace(readings=readings, why_no_end="its makers publish no end")
        return Judged(support, behind, "")
    if behind <= rule["extended_days"] or browser_lines.alive(line, day):
        why = f"its engine was replaced {behind} days ago; whether it follows an extended line is not known"
        return Judged(unknown(why, *readings), None, why)
    ended = line.next + timedelta(days=rule["behind_days"])
    return Judged(Support(supported=False, state="ended", ends=ended, of=line.known_until, readings=readings), behind, "")


def _safari(line: Line, _channel: str, system: Facts, day: date) -> Judged:
    """The newest release is mended, by Apple's practice; on Windows none has been since 2012."""
    if text(system, "family") == "windows":
        row = last_on("safari", "windows", "Windows 7", "")
        reading = shipped.reading("curated", shipped.by_id("curated", "last_versions", row.row if row else ""), "5.1.7")
        ended = Support(
            supported=False, state="ended", ends=None, of=None, readings=(reading,), why_no_end="it ended in 2012"
        )
        return Judged(ended, None, "no release for Windows came after it", line.released)
    return _stable(line, "", system, day)


_MAKERS: Mapping[str, Callable[[Line, str, Facts, date], Judged]] = {"firefox": _firefox, "safari": _safari}
"""Column of the table of releases → what its makers mend, where that is more than the newest release."""


def _newest_for_os(subject: Subject, facts: Facts, system: Facts, day: date, fresh: Refreshed) -> Fact:
    """The newest version that runs on this system: the end of the line there, else the newest that is out."""
    product, family, name, version = text(facts, "product"), *(text(system, each) for each in ("family", "name", "version"))
    seen = (*lifecycles.evidence(facts, "product", "channel"), *lifecycles.evidence(system, "family", "name", "version"))
    if not family or not (version if family == "macos" else name):
        return Fact(subject, "newest_for_os", None, seen, "which system it runs on is not known")
    last = last_on(product, family, name, version)
    if last and last.version:
        reading = shipped.reading("curated", shipped.by_id("curated", "last_versions", last.row), last.version)
        out = browser_lines.out_by(product, last.version, day, fresh)
        if out is None or out:
            moving = last.fixes_end is not None and day <= last.fixes_end
            of = shipped.as_of("curated", shipped.by_id("curated", "last_versions", last.row))
            why = why_stale("browsers", of, day) if moving else ""
            return Fact(subject, "newest_for_os", last.version, (*seen, reading), why)
    column = html5.OWN.get(product, "")
    return _newest_out(subject, column, text(facts, "channel"), seen, day, fresh)


def _newest_out(subject: Subject, column: str, channel: str, seen: Sequence[Reading], day: date, fresh: Refreshed) -> Fact:
    newest = browser_lines.newest(column, day, fresh)
    if newest is None or channel in PREVIEWS or channel == "extended":
        why = "the releases of this channel are not in the table" if column else "its releases are not in the table"
        return Fact(subject, "newest_for_os", None, tuple(seen), why)
    value: Value = newest.version
    if channel == "esr":
        lines = [row for row in browser_lines.extended_lines(fresh) if row["released"] <= day.isoformat()]
        line = max((row["line"] for row in lines), default=None)
        value = f"{line}.{int(newest.version) - line}" if line else None
    why = why_stale("browsers", newest.known_until, day) or newest.why
    return Fact(subject, "newest_for_os", value, (*seen, newest.reading), why if value else "no extended line was out")
