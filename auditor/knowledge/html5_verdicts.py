"""HTML5 of one browser, told: by its version, as measured here, and by the policies that are set.

The verdict on a feature joins the three. What was measured counts most, because it is
this browser on this PC; the version says what it should be able to do; a policy says why
it may not. What none of them tells is unknown, and never missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from auditor.knowledge import html5, html5_policies, refreshed
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Fact, FactSpec, Reading, Source, Status, Subject, Value

Facts = Mapping[str, Fact]

FACTS: tuple[FactSpec, ...] = (
    FactSpec("html5", "derived", "features", "Feature → supported, partial, missing or unknown, by the browser's version."),
    FactSpec(
        "html5",
        "verdict",
        "features",
        "Feature → supported, partial, missing, switched off or unknown, and why: measurement, version, policies joined.",
        tuple(html5.features()),
    ),
    FactSpec(
        "html5",
        "baseline",
        "date",
        "Everything that was Baseline on this day is in this version: the browsers' makers' common set, dated.",
    ),
    FactSpec(
        "html5",
        "release",
        "release",
        "Which of its product's releases this is: its date, how many newer ones are out, which the newest are.",
    ),
)

UNLESS_FORBIDDEN: Mapping[str, str] = {
    "cookies": "cookies",
    "perm-camera": "the camera",
    "perm-microphone": "the microphone",
    "perm-geolocation": "the location",
    "perm-notifications": "notifications",
}
"""What every browser has, or asks a person for: there, unless a policy or a measurement says no."""

NOT_MEASURABLE: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("gecko", "headless"): {
        "webgl": "without a window Firefox has no WebGL",
        "webgl2": "without a window Firefox has no WebGL",
        "eme-widevine": "a new profile has not fetched Widevine",
        "rtc-h264": "a new profile has not fetched H.264 for calls",
    },
}
"""(engine, mode) → features of which a negative answer means nothing, with the reason. All seen, in November 2026."""

_FFMPEG = "it needs the system's FFmpeg"
_GRAPHICS = "it needs a graphics adapter that the browser accepts"
NEEDS_MORE: Mapping[str, tuple[str, str, str]] = {
    "webgpu": ("", "", _GRAPHICS),
    "codec-h264": ("gecko", "linux", _FFMPEG),
    "codec-aac": ("gecko", "linux", _FFMPEG),
    "mse-h264": ("gecko", "linux", _FFMPEG),
}
"""Feature → (engine, family, what else the PC must have), so that no version promises it there; empty for any."""

HINTS: Mapping[str, str] = {"webgl": _GRAPHICS, "webgl2": _GRAPHICS}
"""What else may be the cause where something is off and no policy says why."""

SCRIPTS_OFF = "JavaScript is switched off in it"
"""What is the cause where the probe found that no page of today can work."""

NEWEST_SHOWN = 6
"""How many of the newest releases the fact ``release`` names."""


RESTS_ON = (
    "product", "version", "channel", "engine", "engine_version", "feature_policies", "probe", "probe_mode", "measured",
)  # fmt: skip
"""The facts of a browser that decide."""

_IDENTITY = ("product", "version", "engine_version")
"""The facts that say which column of the table a browser is judged by."""


def added(subject: Subject, facts: Facts, system: Facts, as_of: date, fresh: Refreshed = refreshed.NONE) -> list[Fact]:
    """The facts of :data:`FACTS` for one browser; ``system`` are those of the operating system."""
    derived = html5.derive(
        _text(facts, "product"), _text(facts, "version"), _text(facts, "engine"), _text(facts, "engine_version"),
        _text(system, "family"),
    )  # fmt: skip
    identity = _evidence(facts, *_IDENTITY)
    told = (*identity, _table(derived))
    everything = (*_evidence(facts, *_IDENTITY, "measured", "feature_policies"), _table(derived))
    states, verdicts = _told(derived, _measured(facts), _text(system, "family"))
    return [
        Fact(subject, "derived", states, told),
        Fact(subject, "verdict", verdicts, everything),
        _baseline(subject, derived, (*identity, _table(derived, "baseline", 1))),
        _release(subject, derived, facts, as_of, fresh),
    ]


def _text(facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return "" if fact is None or fact.unknown else str(fact.value)


def _evidence(facts: Facts, *names: str) -> tuple[Reading, ...]:
    found = {(each.source, each.at): each for name in names if name in facts for each in facts[name].evidence}
    return tuple(found.values())


def _table(derived: html5.Derived, name: str = "compat", source: int = 0) -> Reading:
    """The column of a table as evidence: which data, of when; ``source`` is the number of the package that it is made of."""
    about = html5.provenance()["sources"][source]
    column = f"{derived.column} {derived.release}".strip() or "no column"
    at = f"{about['package']} {about['version']} of {about['published']}: {column}"
    return Reading(Source("knowledge", f"html5/{name}.json"), at, Status.READ, derived.note or column)


def _said(state: str, why: str) -> str:
    return f"{state}: {why}" if why and state != "supported" else state


class Measured(NamedTuple):
    """What a browser showed of itself: those alike are worked out once. ``policies`` is None where they are not known."""

    engine: str
    answers: tuple[tuple[str, str], ...]
    policies: tuple[str, ...] | None
    probe: str
    mode: str


def _measured(facts: Facts) -> Measured:
    measured, policies = facts.get("measured"), facts.get("feature_policies")
    answers = measured.value if measured and isinstance(measured.value, dict) else {}
    listed = policies.value if policies and not policies.unknown and isinstance(policies.value, list) else None
    return Measured(
        _text(facts, "engine"),
        tuple((name, str(answer)) for name, answer in sorted(answers.items())),
        None if listed is None else tuple(str(each) for each in listed),
        _text(facts, "probe"),
        _text(facts, "probe_mode"),
    )


_KEPT: dict[tuple[int, Measured, str], tuple[html5.Derived, dict[str, Value], dict[str, Value]]] = {}
_MOST_KEPT = 4096


def _told(derived: html5.Derived, measured: Measured, family: str) -> tuple[dict[str, Value], dict[str, Value]]:
    """The facts ``derived`` and ``verdict``; the same values for browsers that are alike. Nobody may change them."""
    key = (id(derived.states), measured, family)
    found = _KEPT.get(key)
    if found is None or found[0].states is not derived.states:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        states: dict[str, Value] = {name: _said(*each) for name, each in derived.states.items()}
        found = _KEPT[key] = (derived, states, _verdicts(derived, measured, family))
    return found[1], found[2]


def _verdicts(derived: html5.Derived, measured: Measured, family: str) -> dict[str, Value]:
    """Feature → verdict, of every feature there is."""
    engine, answers = measured.engine, dict(measured.answers)
    known = measured.policies is not None
    off = html5_policies.switched_off(measured.policies or ())
    scripts_off = measured.probe == "script off"
    artefacts = NOT_MEASURABLE.get((engine, measured.mode), {})
    verdicts: dict[str, Value] = {}
    for name in html5.features():
        by_version = derived.states.get(name, ("unknown", "only measuring tells"))
        if by_version[0] != "missing" and (more := _needs(name, engine, family)):
            by_version = ("unknown", more)
        if name in UNLESS_FORBIDDEN and known:
            by_version = ("supported", f"no policy forbids {UNLESS_FORBIDDEN[name]}")
        elif name in UNLESS_FORBIDDEN:
            by_version = ("unknown", "its policies are not known")
        answer, hint = answers.get(name, ""), HINTS.get(name, "")
        if scripts_off and by_version[0] != "missing":
            answer, hint = "switched off", SCRIPTS_OFF
        if name in artefacts and answer in ("missing", "switched off"):
            answer, by_version = "", ("unknown", artefacts[name])
        verdicts[name] = _said(*joined(by_version, answer, off.get(name) or off.get("*", ""), hint))
    return verdicts


def _needs(name: str, engine: str, family: str) -> str:
    """What a feature needs besides the browser, on such a PC; empty for nothing."""
    of_engine, of_family, what = NEEDS_MORE.get(name, ("", "", ""))
    return what if of_engine in ("", engine) and of_family in ("", family) else ""


def joined(by_version: tuple[str, str], answer: str, policy: str, hint: str = "") -> tuple[str, str]:
    """(state, why) of one feature.

    ``by_version`` is what the version promises, with why; ``answer`` the measured state, empty
    where there is none; ``policy`` the policy that switches it off, empty for none; ``hint``
    what else may have done that. An answer
    counts above a promise: *yes* is a yes even where the table has none, and *no* where the
    version promises it is something switched off on this PC.
    """
    if by_version[0] == "missing" and answer in ("", "missing"):
        return by_version  # whatever a policy forbids: allowing it would not bring it
    if policy and (answer != "supported" or html5_policies.is_unseen(policy)):
        return "switched off", f"by {policy}"
    if answer == "supported":
        return "supported", "measured"
    if answer == "switched off" or (answer == "missing" and by_version[0] == "supported"):
        return "switched off", "measured; cause not found" + (f": {hint}" if hint else "")
    if answer == "missing":
        needs = by_version[0] == "unknown" and by_version[1].startswith("it needs")
        return "missing", by_version[1] if needs else "measured"
    if answer == "unknown":
        return "unknown", "it gave no answer in time"
    return by_version


def _baseline(subject: Subject, derived: html5.Derived, told: tuple[Reading, ...]) -> Fact:
    until = html5.baseline_until(derived.column, derived.release)
    reason = "" if until else derived.note or "not among the browsers that Baseline is about"
    return Fact(subject, "baseline", until.isoformat() if until else None, told, reason)


def _counted(facts: Facts) -> str:
    """The version that counts in the browser's column."""
    return html5.column_of(*(_text(facts, name) for name in ("product", "version", "engine", "engine_version")))[1]


def _release(subject: Subject, derived: html5.Derived, facts: Facts, as_of: date, fresh: Refreshed) -> Fact:
    channel, told = _text(facts, "channel"), (*_evidence(facts, *_IDENTITY, "channel"), _table(derived, "releases"))
    column, columns = derived.column, fresh.columns
    out = html5.newest(column, as_of, columns)
    mine = html5.release_of(column, _counted(facts), columns) if column else None
    if column in columns and out:
        told = (*told, *fresh.newest_reading(column, out))
    if mine is None or mine.date is None or not out:
        return Fact(subject, "release", None, told, derived.note or "its releases are not in the table")
    if not html5.counts_as_its_column(_text(facts, "product")):
        return Fact(subject, "release", None, told, "of its own releases the dates are not known, only of its engine's")
    majors = list(dict.fromkeys(each.version.partition(".")[0] for each in out))
    major = mine.version.partition(".")[0]
    value: dict[str, Value] = {
        "release": mine.version,
        "date": mine.date.isoformat(),
        "behind": majors.index(major) if major in majors else 0,
        "newest": list(majors[:NEWEST_SHOWN]),
        "esr": (channel == "esr" if channel else None) if html5.is_extended(column, mine, as_of, columns) else False,
        "known_until": fresh.known_until(column).isoformat(),
    }
    return Fact(subject, "release", value, told)
