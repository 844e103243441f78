"""What an end date means on a day: supported, ending, extended or ended, and the facts that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from auditor.knowledge import shipped
from auditor.knowledge.ageing import aged
from auditor.knowledge.overrides import Bought
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Reading, Source, Status, Subject

ENDING_DAYS = 183
"""What ends in fewer days than these is ending."""


class Support(NamedTuple):
    """How a thing is supported on a day, and what that rests on.

    ``supported`` and ``state`` are None where ``why`` says that they are not known, ``ends`` where
    ``why_no_end`` does. ``of`` is the day the facts are of and ``about`` what they are about, a key of
    :data:`auditor.knowledge.ageing.LIMITS`; what the organisation says of itself has no age (``of`` is None).
    ``doubt`` is what else may have ended it since, or empty: as with facts that are too old, the last known
    value is then kept beside the reason.
    """

    supported: bool | None
    state: str | None
    ends: date | None
    of: date | None
    readings: tuple[Reading, ...] = ()
    why: str = ""
    why_no_end: str = ""
    about: str = "end dates"
    doubt: str = ""

    def same_as(self, other: Support) -> bool:
        """Whether both say the same of the day, whatever they say of its end."""
        return (self.supported, self.state) == (other.supported, other.state)


def unknown(why: str, *readings: Reading) -> Support:
    """Nothing is known of the support, because of ``why``."""
    return Support(None, None, None, None, readings, why, why)


def on_day(name: str, row: Row, day: date) -> Support:
    """What a row with ``released``, ``ends`` and maybe ``extended`` says of a day.

    Extended support counts as possible, not as had: whether this PC has it is for the caller to say.
    """
    released, ends, of = shipped.day(row["released"]), shipped.day(row["ends"]), shipped.as_of(name, row)
    told = (shipped.reading(name, row, _said(row)),)
    if released and day < released:
        return unknown(f"it came out on {released}, after the day that is asked for", *told)
    if row.get("certain_after") and day <= date.fromisoformat(row["certain_after"]):
        return unknown(f"only that it had ended by {ends} is known", *told)
    if ends is None:
        return unknown("no end of its support is published", *told)
    if day <= ends:
        state = "ending" if (ends - day).days < ENDING_DAYS else "supported"
        return Support(supported=True, state=state, ends=ends, of=of, readings=told)
    last = max((each["ends"] for each in row.get("extended", ())), default="")
    if last and day <= date.fromisoformat(last):
        name_of_it = next(each["name"] for each in row["extended"] if each["ends"] >= day.isoformat())
        why = (
            f"its support ended on {ends}; {name_of_it} is for those who pay or are enrolled, and nothing "
            "that was read shows whether this PC is"
        )
        return Support(None, "extended", None, of, told, why, why)
    return Support(supported=False, state="ended", ends=ends, of=of, readings=told)


def _said(row: Row) -> str:
    said = [f"ends {row['ends'] or 'on no published day'}"]
    said += [f"{each['name']} until {each['ends']}" for each in row.get("extended", ())]
    return ", ".join(said)


def bought(entry: Bought, before: Support) -> Support:
    """The support that the organisation says it bought, where it lasts longer than what everybody gets."""
    reading = Reading(Source("knowledge", f"overrides#{entry.place}"), entry.place, Status.READ, entry.reason)
    readings = (*before.readings, reading)
    return Support(supported=True, state="extended", ends=entry.until, of=None, readings=readings)


def facts(subject: Subject, support: Support, evidence: Sequence[Reading], day: date) -> list[Fact]:
    """``supported``, ``support_state`` and ``support_ends``; what says that all is well is unknown once it is too old."""
    seen = (*evidence, *support.readings)
    over = support.ends is not None and support.ends < day
    values = (
        ("supported", support.supported, support.why, support.supported is False),
        ("support_state", support.state, support.why, support.state == "ended"),
        ("support_ends", support.ends.isoformat() if support.ends else None, support.why_no_end or support.why, over),
    )
    found = []
    for name, value, why, certain in values:
        if value is None or certain or support.of is None:
            found.append(Fact(subject, name, value, seen, "" if value is not None else why or "not known"))
        else:
            fact = aged(subject, name, value, seen, support.about, support.of, day)
            found.append(fact if fact.unknown else Fact(subject, name, value, seen, support.doubt))
    return found


def together(found: Sequence[Support], why: str) -> Support:
    """One answer from several that may each be right: what they agree on, with the earliest end; else unknown."""
    if not found or any(not each.same_as(found[0]) for each in found):
        return unknown(why, *(reading for each in found for reading in each.readings))
    return min(found, key=lambda each: (each.ends is not None, each.ends or date.min))


def text(known: Mapping[str, Fact], name: str) -> str:
    """A known fact as text; empty where it is unknown or not there."""
    fact = known.get(name)
    return "" if fact is None or fact.unknown else str(fact.value)


def whole(known: Mapping[str, Fact], name: str) -> int | None:
    """A known fact as a whole number; None where it is unknown or none."""
    fact = known.get(name)
    return fact.value if fact and not fact.unknown and type(fact.value) is int else None


def why_not(known: Mapping[str, Fact], name: str) -> str:
    """Why a fact is not known; empty where it is."""
    fact = known.get(name)
    return f"{name} was not read" if fact is None else named(name, fact.unknown) if fact.unknown else ""


def named(name: str, why: str) -> str:
    """A reason with what it is about before it, once."""
    return why if why.startswith(f"{name}: ") else f"{name}: {why}"


def evidence(known: Mapping[str, Fact], *names: str) -> tuple[Reading, ...]:
    """The readings that facts rest on, each once."""
    found = {(each.source, each.at): each for name in names if name in known for each in known[name].evidence}
    return tuple(found.values())
