"""What an uninstall or an upgrade left behind: an entry, a key or a stub of something that is not installed.

It is a kind of its own, so that no rule ever judges it as the thing that it once was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.checks.collected import fact
from auditor.model import Fact, FactSpec, Reading, Subject

FACTS: tuple[FactSpec, ...] = (
    FactSpec("leftover", "product", "text", "What it was."),
    FactSpec("leftover", "version", "version", "The version that was left behind, where it is named."),
    FactSpec("leftover", "kind_of", "text", "What kind of thing it was.", ("browser", "office")),
    FactSpec("leftover", "reason", "text", "What shows that it is not installed."),
)


def facts(kind_of: str, product: str, where: str, version: str, reason: str, evidence: Iterable[Reading]) -> Iterator[Fact]:
    """The facts of one leftover; ``version`` may be empty."""
    subject, readings = Subject("leftover", product, where), tuple(evidence)
    yield fact(subject, "product", product, readings)
    yield fact(subject, "version", version or None, readings, "what is left names none")
    yield fact(subject, "kind_of", kind_of, readings)
    yield fact(subject, "reason", reason, readings)
