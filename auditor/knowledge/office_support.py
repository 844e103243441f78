"""How an office suite is supported on a day, whether it may still be used with Microsoft 365, and how far behind it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from auditor.knowledge import lifecycles, office_builds, refreshed, shipped
from auditor.knowledge.ageing import why_stale
from auditor.knowledge.lifecycles import Support, text, unknown
from auditor.knowledge.office_builds import Judged
from auditor.knowledge.os_updates import behind, is_before, points
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Reading, Subject
from auditor.versions import NotComparable, compare

Facts = Mapping[str, Fact]

RESTS_ON = ("product", "generation", "version", "channel", "service_pack", "installer")
"""The facts of a suite that decide."""

SUBSCRIPTION = "365"
"""The generation of Microsoft 365 Apps."""


def added(
    subject: Subject, facts: Facts, system: Facts, own: Overrides, day: date, fresh: Refreshed = refreshed.NONE
) -> list[Fact]:
    """The facts of support of one suite."""
    seen = lifecycles.evidence(facts, *RESTS_ON)
    judged = _judged(facts, system, day, fresh)
    support = judged.support
    bought = own.bought and own.support("office", text(facts, "product"), text(system, "edition_group"), day)
    if (entry := bought or None) and support.state not in ("supported", "ending"):
        support = lifecycles.bought(entry, support)
    told = (*seen, *support.readings)
    return [
        _release(subject, facts, seen),
        *lifecycles.facts(subject, support, seen, day),
        _connects(subject, facts, system, support, told, day, fresh),
        _days(subject, facts, judged, told, day),
    ]


def _judged(facts: Facts, system: Facts, day: date, fresh: Refreshed) -> Judged:
    product, generation = text(facts, "product"), text(facts, "generation")
    if product.startswith("libreoffice"):
        return _libreoffice(facts, day, fresh)
    if generation == SUBSCRIPTION:
        return _subscription(facts, system, day)
    if not is_microsofts(product):
        return _none(f"the knowledge base has no dates of {product or 'it'}")
    if not generation:
        return _none(lifecycles.why_not(facts, "generation"))
    row = suite(generation, product, fresh)
    if row is None:
        return _none(f"the knowledge base has no dates of Office {generation}")
    support = lifecycles.on_day(_file(row), row, day)
    needed, pack = row.get("service_pack"), text(facts, "service_pack")
    if needed and support.state in ("supported", "ending") and pack != f"SP{needed}":
        why = lifecycles.why_not(facts, "service_pack") or f"fixes need Service Pack {needed}, which it lacks"
        return _none(why, *support.readings)
    return Judged(support, None, "which updates it has is not in the knowledge base")


def _none(why: str, *readings: Reading) -> Judged:
    return Judged(unknown(why, *readings), None, why)


def is_microsofts(product: str) -> bool:
    """Whether a product is one of Microsoft's."""
    return product.startswith(("office-", "microsoft-365")) or product in _SHARED


_SHARED = frozenset({"visio-professional", "project-professional", "access-runtime", "onenote"})
"""Names that several generations share."""


def suite(generation: str, product: str, fresh: Refreshed = refreshed.NONE) -> Row | None:
    """The lifecycle of a generation, which all its suites and applications share; Macs have their own."""
    family = "macos" if product.startswith("office-mac") else "windows"
    return next((each for each in fresh.suites() if (each["generation"], each["family"]) == (generation, family)), None)


def _file(row: Row) -> str:
    return "curated" if "reviewer" in row else "office"


def _subscription(facts: Facts, system: Facts, day: date) -> Judged:
    """By its channel's rule, and no longer than Microsoft mends it on its Windows."""
    found = office_builds.judged(text(facts, "version"), text(facts, "channel"), day)
    limit = next((each for each in shipped.topic("office")["windows"] if each["windows"] == text(system, "name")), None)
    ends = shipped.day(limit["ends"]) if limit else None
    if limit is None or ends is None:
        return found
    reading = shipped.reading("office", limit, f"on {limit['windows']} until {ends}")
    if day > ends:
        of = shipped.as_of("office", limit)
        support = Support(supported=False, state="ended", ends=ends, of=of, readings=(*found.support.readings, reading))
        return found._replace(support=support)
    if found.support.ends and ends < found.support.ends:
        return found._replace(support=found.support._replace(ends=ends, readings=(*found.support.readings, reading)))
    return found


def _libreoffice(facts: Facts, day: date, fresh: Refreshed) -> Judged:
    version = text(facts, "version") or text(facts, "generation")
    series = ".".join(version.split(".")[:2])
    rows = fresh.libreoffice()
    row = next((each for each in rows if each["series"] == series), None)
    if row is None:
        order = compare(series, rows[0]["series"]) if series else NotComparable("", "")
        newer = not isinstance(order, NotComparable) and order > 0
        of = shipped.as_of("office", rows[0])
        name = f"LibreOffice {series}".strip()
        return _none(
            f"{name} is newer than the knowledge base of {of}" if newer else f"the knowledge base has no dates of {name}"
        )
    support = lifecycles.on_day("office", row, day)
    if support.state == "ended" and text(facts, "installer") == "package":
        why = "its makers mend it no more, and whether the distribution that packaged it does is not known"
        return Judged(unknown(why, *support.readings), None, why)
    order = compare(version, row["newest"])
    released = date.fromisoformat(row["newest_released"])
    if isinstance(order, NotComparable) or not text(facts, "version"):
        return Judged(support, None, "its version cannot be compared")
    known = points(row, row["newest_released"])
    lacking = [when for number, when in known if is_before(version, number) and when <= day]
    fact = behind(
        Subject("office", ""), lacking, ahead=order > 0 and not version.startswith(row["newest"]), newest=released, old="",
        told=(), day=day,
    )  # fmt: skip
    return Judged(support, fact.value if type(fact.value) is int else None, fact.unknown)


def _release(subject: Subject, facts: Facts, seen: tuple[Reading, ...]) -> Fact:
    product = text(facts, "product")
    if product.startswith("libreoffice"):
        series = ".".join((text(facts, "version") or text(facts, "generation")).split(".")[:2])
        return Fact(subject, "release", series or None, seen, "" if series else lifecycles.why_not(facts, "version"))
    if text(facts, "installer") == "msi":
        return Fact(subject, "release", None, seen, "what MSI installs has service packs, not feature releases")
    if not is_microsofts(product) or product.startswith("office-mac"):
        return Fact(subject, "release", None, seen, "only Office by Click-to-Run has feature releases")
    release, row, why = office_builds.release_of(text(facts, "version"))
    file = "office" if row and "channels" in row else "curated"
    told = (shipped.reading(file, row, f"build {text(facts, 'version')}"),) if row else ()
    return Fact(subject, "release", release or None, (*seen, *told), why)


def _connects(
    subject: Subject, facts: Facts, system: Facts, support: Support, told: tuple[Reading, ...], day: date, fresh: Refreshed
) -> Fact:
    """Until the day that Microsoft names for a generation; a subscription while it is supported; nothing that has ended."""
    product, generation = text(facts, "product"), text(facts, "generation")
    if product.startswith("office-mac") and text(system, "family") == "windows":
        generation = ""
    if not is_microsofts(product):
        return Fact(subject, "connects", None, told, "only Microsoft's own is meant to be used with Microsoft 365")
    if support.supported is False and support.state == "ended":
        return Fact(subject, "connects", value=False, evidence=told)
    row = suite(generation, product, fresh) if generation and generation != SUBSCRIPTION else None
    until = shipped.day(row.get("connects_until")) if row else None
    if row and until:
        value = day <= until
        why = why_stale("end dates", shipped.as_of(_file(row), row), day) if value else ""
        return Fact(subject, "connects", value, (*told, shipped.reading(_file(row), row, f"connects until {until}")), why)
    if generation == SUBSCRIPTION and support.supported:
        why = why_stale(support.about, support.of, day) if support.of else ""
        return Fact(subject, "connects", value=True, evidence=told, unknown=why)
    return Fact(subject, "connects", None, told, support.why or "no day is published for it")


def _days(subject: Subject, facts: Facts, judged: Judged, told: tuple[Reading, ...], day: date) -> Fact:
    why = judged.why
    if judged.days == 0 and judged.support.of:
        why = why_stale("builds", judged.support.of, day)
    if judged.days is None and not why:
        why = lifecycles.why_not(facts, "version") or "not known"
    return Fact(subject, "days_behind", judged.days, told, why if judged.days in (0, None) else "")
