"""The estate report as one HTML file: no network, no script, readable on paper and in old browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor.errors import MissingExtraError
from auditor.estate.result import NO_SITE, STATES, Coverage, DeviceRow, Estate, SiteCoverage, Tally, TrendPoint
from auditor.report import words
from auditor.report.text import clean

TEMPLATE = Path(__file__).with_name("page.html.j2")
"""The page. Everything that is put into it is escaped."""

MOST_LISTED = 2_000
"""Of an estate of more PCs than this only so many are listed, the worst, so that the page stays small enough to open."""
MOST_NAMED = 200
"""How many PCs that were never heard, and that are not on the list, are named."""
PREFIX = 12
"""How many digits of a snapshot's SHA-256 are enough to ask for it."""

Listed = Mapping[str, list[DeviceRow]]
"""Group → its PCs; empty where they are not listed."""


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The page as UTF-8; ``width`` is not used.

    :raises MissingExtraError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("HTML needs Jinja2", "pip install 'estate-auditor[report]'") from error
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_visible
    )
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    listed = list(estate.devices.rows(MOST_LISTED))
    shown = listed if estate.total.total <= MOST_LISTED else []
    yield page.render(
        estate=estate, words=words, states=STATES, bars=bars, failing=_failing(shown), devices=listed, css_class=css_class,
        most_listed=MOST_LISTED, most_named=MOST_NAMED, no_site=NO_SITE, prefix=PREFIX, columns=columns,
        of_sites=[_whole(of), *of.by_site] if (of := estate.coverage) else [],
        in_state=_listed(shown, lambda device: [device.state]),
        at_site=_listed(shown, lambda device: [device.site_name]),
        with_os=_listed(shown, lambda device: [device.os]),
        with_browser=_listed(shown, lambda device: device.browser_groups),
    ).encode("utf-8", "backslashreplace")  # fmt: skip


def _visible(value: Any) -> Any:
    """Control and direction marks as their codes; what is already safe (markup of ours, numbers) as it is."""
    return clean(value) if type(value) is str else value


def css_class(state: str) -> str:
    """A state as a class name."""
    return state.replace(" ", "-")


def bars(tally: Tally) -> Iterator[tuple[str, int, str, str]]:
    """(state, count, x, width) of the parts of a stacked bar, 0 to 100, for the states that occur."""
    position = 0.0
    for state, count in zip(STATES, tally.counts, strict=True):
        if count:
            width = 100 * count / tally.total
            yield state, count, f"{position:.3f}", f"{width:.3f}"
            position += width


def _whole(of: Coverage) -> SiteCoverage:
    """The first line of the table by site."""
    return SiteCoverage("all", of.expected, of.heard, of.stale, of.never, of.elsewhere, of.unexpected)


def columns(points: Sequence[TrendPoint]) -> Iterator[tuple[str, str, str, str, str]]:
    """(state, x, y, width, height) of the parts of a chart with a column a point, 100 wide and high for the tallest.

    A column is as high as the PCs that are expected, where a list says so, or those that were heard: what is above its
    states was never heard. Its foot is what is ready.
    """
    most = max((max(each.total.total, each.coverage.expected if each.coverage else 0) for each in points), default=0)
    room = 100 / len(points) if points else 0
    for number, point in enumerate(points):
        height = 0.0
        for state, count in zip(STATES, point.total.counts, strict=True):
            if count:
                part = 100 * count / most
                height += part
                yield state, f"{number * room:.3f}", f"{100 - height:.3f}", f"{room * 0.8:.3f}", f"{part:.3f}"


def _listed(devices: Sequence[DeviceRow], groups_of: Callable[[DeviceRow], Iterable[str]]) -> Listed:
    """The PCs of each group that ``groups_of`` names, in the order of the report."""
    found: dict[str, list[DeviceRow]] = {}
    for device in devices:
        for name in groups_of(device):
            found.setdefault(name, []).append(device)
    return found


def _failing(devices: Sequence[DeviceRow]) -> dict[str, dict[str, list[DeviceRow]]]:
    """Rule → outcome → the PCs, so that every number of the tables of rules and websites opens to its PCs."""
    found: dict[str, dict[str, list[DeviceRow]]] = {}
    for device in devices:
        if device.state == "stale":
            continue
        seen: dict[str, str] = {}
        for finding in (*words.failed(device), *words.services(device.findings)):
            seen.setdefault(finding.rule, finding.outcome.value)
        for rule, outcome in seen.items():
            found.setdefault(rule, {}).setdefault(outcome, []).append(device)
    return found
