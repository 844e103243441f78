"""The fields of a rule file, each with what it means and how it is written.

Errors point with it at the way out, and the schema for editors is described by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from auditor.model import Severity

SEVERITIES = tuple(level.name.lower() for level in Severity)
SCOPES = ("each", "any", "none")
"""``each``: every subject by itself. ``any``: one that meets the rule is enough. ``none``: one is too many."""
STANDINGS = ("published", "inferred")
"""Whether whoever runs a service says that it needs something, or we conclude it from what the service does."""
CONFIDENCES = ("high", "medium", "low")
STALE = ("unknown", "warn")
"""What a rule makes of a fact whose reference data are too old: it is unknown, or used with a warning."""


class Field(NamedTuple):
    """What a field means, and one way to write it."""

    meaning: str
    written: str


FIELDS: Mapping[str, Field] = {
    "title": Field("What is wrong on a PC that fails, in a line.", "title: Browser is too old"),
    "severity": Field("How much a failure matters.", "severity: high"),
    "for": Field("The kind of thing that is judged.", "for: browser"),
    "of": Field("Whether every one is judged (each), one must meet it (any), or not one may (none).", "of: each"),
    "from": Field("The first day on which the rule applies.", "from: 2026-11-24"),
    "stale": Field("What becomes of facts with reference data that are too old: unknown, or a warning.", "stale: warn"),
    "when": Field("To which of them the rule applies; of other kinds by the full name.", "when: {os.family: windows}"),
    "require": Field("What must hold.", 'require: {version: {at_least: "120"}}'),
    "demands": Field(
        "Of a service: each thing that it asks for, and who says so.",
        "demands: [{needs: {…}, standing: inferred, confidence: low, source: {…}}]",
    ),
    "why": Field("Why it matters, for the person at the PC.", "why: Older ones miss features that our forms need."),
    "fix": Field("What to do on a PC that fails.", "fix: Update the browser."),
    "source": Field("Where it comes from.", "source: {address: https://example.org/, as_of: 2026-11-24, basis: read}"),
    "examples": Field(
        "What the rule must answer; run as tests.",
        'examples: {pass: [{version: "138"}], fail: [{version: "95"}]}',
    ),
}
"""Every field of a rule, in the order that people read them in."""

NEEDED = ("title", "severity", "for", "why", "fix", "source", "examples")
"""Fields that every rule has; and require, or demands."""

DEMAND_FIELDS: Mapping[str, Field] = {
    "needs": Field("What it asks for, as in require.", "needs: {verdict: {supports: [fetch]}}"),
    "products": Field("Only of these browsers; left out for all.", "products: [chrome, edge]"),
    "standing": Field("Whether its makers publish it or we infer it.", "standing: published"),
    "confidence": Field("How sure that is.", "confidence: high"),
    "source": Field("Where it comes from.", FIELDS["source"].written),
    "note": Field("Anything else, as text.", "note: of the present list"),
}
"""Every field of one demand of a service."""

SOURCE_FIELDS: Mapping[str, Field] = {
    "address": Field("Where to read it.", "address: https://example.org/"),
    "as_of": Field("The day for which it holds.", "as_of: 2026-11-24"),
    "basis": Field("How it is known.", "basis: read"),
}
"""Every field of a source."""

EXAMPLE_FIELDS: Mapping[str, Field] = {
    "pass": Field("PCs or things that must pass.", 'pass: [{version: "138"}]'),
    "fail": Field("PCs or things that must fail.", 'fail: [{version: "95"}]'),
    "unknown": Field("PCs or things that cannot be told.", "unknown: [{version: nightly}]"),
    "not_applicable": Field("PCs or things that the rule must not be about.", "not_applicable: [{product: firefox}]"),
    "on": Field("The day for which they hold.", "on: 2026-11-24"),
}
"""Every field of the examples."""

_INNER: Mapping[str, Mapping[str, Field]] = {
    "source": SOURCE_FIELDS,
    "demands": DEMAND_FIELDS,
    "examples": EXAMPLE_FIELDS,
}


def way_out(at: Sequence[str | int]) -> str:
    """How the field at this place is written, as a hint for whoever wrote it otherwise; empty for a field that is none."""
    names = [part for part in at if isinstance(part, str)]
    if names[:1] == ["overrides"]:
        names = names[2:]
    table, found = FIELDS, ""
    for name in names:
        if name not in table:
            break
        found, table = table[name].written, _INNER.get(name, {})
    return f"Write it as {found}" if found else ""
