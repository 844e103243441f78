"""HTML5 support of each browser on this PC, as measured by starting it.

Measuring is the probe's work: its readings come as sources of kind ``probe``, one a
browser, and a snapshot without them says so for every browser. What a browser should
support by its version is reference data, added at evaluation. So that a subject can be
joined to it on its own, it repeats what the browsers check says of the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from auditor.checks.collected import Collected, fact, why
from auditor.model import Detected, Fact, FactSpec, Reading, Source, Status, Subject, Value

PROBE = Source("probe", "html5")

WANTS: dict[str, tuple[Source, ...]] = {"linux": (PROBE,), "macos": (PROBE,), "windows": (PROBE,)}

RESULTS = ("done", "mute", "refused", "timed out", "script off", "not run")
"""How measuring may end. Only *done* says anything of a feature: a browser that does not answer is not one without HTML5."""

OF_THE_BROWSER = ("product", "version", "channel", "engine", "engine_version", "feature_policies")
"""What is repeated of the browser."""

STATES: Mapping[str, str] = {
    "1": "supported",
    "granted": "supported",
    "prompt": "supported",
    "0": "missing",
    "off": "switched off",
    "denied": "switched off",
    "timeout": "unknown",
}
"""A measured value → the state it means; *prompt* is a permission that a person will be asked for."""

MOST_FEATURES = 1000
"""Most features that are taken from one measurement, several times what the page asks for: a snapshot may hold anything."""

_FEATURE = re.compile(r"[a-z][a-z0-9-]{1,40}")


def _repeated(browsers: tuple[FactSpec, ...]) -> tuple[FactSpec, ...]:
    return tuple(
        FactSpec("html5", spec.name, spec.type, f"As browser.{spec.name}: {spec.meaning}", spec.words)
        for spec in browsers
        if spec.name in OF_THE_BROWSER
    )


def facts(browsers: tuple[FactSpec, ...]) -> tuple[FactSpec, ...]:
    """The facts of html5, given those of the browsers."""
    return (
        *_repeated(browsers),
        FactSpec("html5", "probe", "text", "How measuring this browser went.", RESULTS),
        FactSpec(
            "html5", "probe_mode", "text", "Whether it was measured without a window or with one.", ("headless", "headed")
        ),
        FactSpec(
            "html5",
            "measured",
            "features",
            "Feature → supported, missing, switched off or unknown, as the browser itself answered.",
        ),
    )


def detect(collected: Collected, browsers: Detected) -> Detected:
    """One html5 subject for each browser that was found, with what the probe measured of it.

    Where browsers may have been missed, so may what they can do: a website may work in one of them.
    """
    measured = {reading.at: reading for reading in collected.read(PROBE) if isinstance(reading.value, dict)}
    found: list[Fact] = []
    for subject, known in _by_browser(browsers).items():
        html5 = Subject("html5", subject.name, subject.where)
        found += [Fact(html5, each.name, each.value, each.evidence, each.unknown) for each in known]
        reading = measured.get(subject.full_name)
        found += _measured(html5, reading) if reading else _not_run(html5, collected.all(PROBE))
    gaps = tuple(gap._replace(kind="html5") for gap in browsers.gaps if gap.kind == "browser" and gap.scope == "machine")
    return Detected(tuple(found), gaps, {"html5": browsers.looked.get("browser", ())})


def _by_browser(browsers: Detected) -> dict[Subject, list[Fact]]:
    """The facts to repeat, by browser; one of which none is to be repeated is there too."""
    found: dict[Subject, list[Fact]] = {}
    for each in browsers.facts:
        if each.subject.kind == "browser":
            known = found.setdefault(each.subject, [])
            if each.name in OF_THE_BROWSER:
                known.append(each)
    return found


def _not_run(subject: Subject, readings: list[Reading]) -> Iterable[Fact]:
    refused = [each for each in readings if each.status is not Status.READ]
    reason = why(refused, "the probe was not run on this browser")
    yield fact(subject, "probe", "not run", readings[:1])
    yield fact(subject, "probe_mode", None, readings[:1], reason)
    yield fact(subject, "measured", None, readings[:1], reason)


def _measured(subject: Subject, reading: Reading) -> Iterable[Fact]:
    said = reading.value if isinstance(reading.value, dict) else {}
    result = said.get("result")
    result = result if result in RESULTS else "not run"
    detail = str(said.get("detail") or "")[:300]
    mode = said.get("mode")
    yield fact(subject, "probe", result, [reading])
    yield fact(subject, "probe_mode", mode if mode in ("headless", "headed") else None, [reading], "the probe did not say")
    values = _states(said.get("values")) if result == "done" else None
    ended = f"the probe ended as {result}" + (f": {detail}" if detail and result == "not run" else "")
    yield fact(
        subject, "measured", values, [reading], ended
    )  # what a browser printed is in the reading: no two print the same


def _states(values: Value) -> dict[str, Value]:
    """Feature → state of each measured value; what is no such value is unknown."""
    if not isinstance(values, dict):
        return {}
    names = sorted(name for name in values if _FEATURE.fullmatch(name))[:MOST_FEATURES]
    return {name: STATES.get(str(values[name]).partition(":")[0], "unknown") for name in names}
