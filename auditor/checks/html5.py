"""HTML5 support of each browser on this PC, as measured by starting it.

Measuring is the probe's work: its readings come as sources of kind ``probe``, and a
snapshot without them says so for every browser. What a browser should support by its
version is reference data, added at evaluation, and never stands in for a measurement.
"""

from __future__ import annotations

from auditor.checks.collected import Collected, fact, why
from auditor.model import Detected, FactSpec, Source, Subject

PROBE = Source("probe", "html5")

WANTS: dict[str, tuple[Source, ...]] = {"linux": (PROBE,), "macos": (PROBE,), "windows": (PROBE,)}

FACTS: tuple[FactSpec, ...] = (
    FactSpec(
        "html5", "probe", "text", "How measuring this browser went.", ("done", "mute", "refused", "timed out", "not run")
    ),
    FactSpec("html5", "measured", "features", "Feature → supported, missing, or unknown, as the browser itself answered."),
)


def detect(collected: Collected, browsers: Detected) -> Detected:
    """One html5 subject for each browser that was found; both facts say why there is nothing yet."""
    subjects = dict.fromkeys(each.subject for each in browsers.facts if each.subject.kind == "browser")
    readings = collected.all(PROBE)
    facts = [
        each
        for browser in subjects
        for each in (
            fact(Subject("html5", browser.name, browser.where), "probe", "not run", readings),
            fact(
                Subject("html5", browser.name, browser.where),
                "measured",
                None,
                readings,
                why(readings, "the probe was not run"),
            ),
        )
    ]
    return Detected(tuple(facts), looked={"html5": browsers.looked.get("browser", ())})
