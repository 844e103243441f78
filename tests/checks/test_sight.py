"""What a check does not see makes no difference to what it says: on every PC there is, for every reading of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor import checks
from auditor.checks import CHECKS, Check
from auditor.checks.browsers_windows_parts import GROUPS
from auditor.checks.collected import Collected
from auditor.checks.programs_windows import AMCACHE, MACHINE, USERS
from auditor.checks.sight import ALL, Sight
from auditor.errors import AuditorError
from auditor.estate.profile import Part, joined, part_of
from auditor.model import Reading, Snapshot, Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from truth import score
from truth.layout import laid_out

pytestmark = [  # the library that replays a hive's logs leaves its files to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TRAPS = Path(__file__).parents[1] / "snapshots"
REAL = Path(os.environ.get("AUDITOR_REALDATA") or Path(__file__).resolve().parents[3] / "shared" / "realdata")


def machines() -> Iterator[tuple[Mapping[str, Any], Path]]:
    for path in sorted(TRAPS.glob("*/expected.yaml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8")), path.parent
    for group, label in score.labels().items():
        if (REAL / group).is_dir():
            yield from ((machine, REAL / group) for machine in label["machines"])


@pytest.fixture(scope="module")
def every() -> list[Snapshot]:
    """Every PC of the tests and of the real data: as its scan gives it, and as without Amcache, which only files show."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, (machine, group) in enumerate(machines()):
            try:
                place = open_place(laid_out(machine, group, Path(scratch, str(number))))
                snapshot = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
            except AuditorError:
                continue
            running = [each for each in snapshot.readings if each.source != AMCACHE]
            found += [snapshot, snapshot._replace(readings=tuple(running))]
    return found


@pytest.fixture(scope="module")
def windows(every: list[Snapshot]) -> list[Snapshot]:
    return [each for each in every if each.device.family == "windows"]


def narrow() -> dict[str, Check]:
    """Every check that does not see all, and every part of one."""
    every_part = {
        f"{name} {number}": part
        for name, check in CHECKS.items()
        for number, part in enumerate(check.parts.get("windows", ()))
    }
    return {name: check for name, check in {**CHECKS, **every_part}.items() if check.sight is not ALL}


def said(check: Check, snapshot: Snapshot, readings: list[Reading]) -> Part:
    return part_of(check.detect(Collected(snapshot._replace(readings=tuple(readings)))))


def holds(sight: Sight, snapshot: Snapshot) -> bool:
    known = [each.source for each in snapshot.readings if each.status is Status.READ]
    return not sight.whole_beside & set(known) and all(known.count(source) < 2 for source in sight.one_of)


def hidden(sight: Sight, readings: list[Reading]) -> tuple[list[Reading], list[Reading]]:
    """What is seen, each as it is shown; and what is not."""
    shown = [(each, sight.shows(each)) for each in readings]
    return [less for _, less in shown if less is not None], [each for each, less in shown if less is None]


def one_each(readings: list[Reading]) -> list[Reading]:
    return list({each.source: each for each in readings}.values())


@pytest.mark.parametrize("name", narrow())
def test_what_is_not_seen_makes_no_difference(every: list[Snapshot], name: str) -> None:
    """Whichever of what makes no difference stays, and with what is shown in the place of the rest."""
    check, seen = narrow()[name], 0
    for snapshot in every:
        if snapshot.device.family not in check.wants or not holds(check.sight, snapshot):
            continue
        readings = list(snapshot.readings)
        whole = said(check, snapshot, readings)
        shown, rest = hidden(check.sight, readings)
        assert said(check, snapshot, [*shown, *one_each(rest)]) == whole
        assert said(check, snapshot, [*one_each(rest[::-1]), *shown]) == whole
        seen += len(rest)
    assert seen > 100, "else nothing was tried"


@pytest.mark.parametrize("name", ["browsers", "html5"])
def test_parts_say_together_what_their_check_says(windows: list[Snapshot], name: str) -> None:
    for snapshot in windows:
        collected = Collected(snapshot)
        whole = part_of(CHECKS[name].detect(collected))
        assert joined(part_of(part.detect(collected)) for part in CHECKS[name].parts["windows"]) == joined([whole])


NEAR = (
    *(
        "Google Chrome",
        "Google Chrome Enterprise Helper",
        "Google Chrome Canary",
        "google chrome",
        "Chrome Remote Desktop Host",
    ),
    *(
        "Mozilla Firefox (x64 en-US)",
        "Mozilla Firefox 128.3.0 ESR (x64 de)",
        "Mozilla Maintenance Service",
        "Firefox Helper",
    ),
    *("Microsoft Edge", "Microsoft Edge Update", "Microsoft Edge WebView2 Runtime", "Microsoft Edge Beta", "Edge"),
    *(
        "Microsoft Office Proof (German) 2016",
        "Microsoft Office Professional Plus 2016",
        "Microsoft Office 97, Professional",
    ),
    *(
        "Microsoft 365 Apps für Unternehmen - de-de",
        "Visionneuse Microsoft Office",
        "Microsoft Teams",
        "Microsoft Teams classic",
    ),
    *(
        "LibreOffice 24.2.5.2",
        "LibreOffice 24.2 Help Pack (German)",
        "OpenOffice 4.1.15",
        "WPS Office (12.2)",
        "Opera Stable 101",
    ),
    *("Windows Internet Explorer 8", "Brave", "Bravery", "Vivaldi", "Tor Browser", "Teams Machine-Wide Installer", "", " "),
    *("7-Zip 24.08 (x64)", "Navigateur Opera", "Браузер Яндекс", "Yandex", "谷歌浏览器", "ﬀ", "ſafari", "Safari\n"),
)
KEYS = (
    *("Google Chrome", "{90160000-0011-0000-0000-0000000FF1CE}", "{90160000-001F-0407-0000-0000000FF1CE}", "Office16.PROPLUS"),
    *("O365ProPlusRetail - de-de", "o365proplusretail - DE-DE", "{12345678-1234-1234-1234-1234567890AB}", "Office16.CLICK2RUN"),
    *("Mozilla Firefox 128.0 (x64 en-US)", "x", "", "{9016000F-0011-0000-1000-0000000ﬀ1CE}", "microsoft edge"),
)  # fmt: skip
LISTS = (*MACHINE, *USERS)


def entry(source: Source, key: str, name: str) -> Reading:
    user = "S-1-5-21-1-2-3-1001"
    top = rf"HKU\{user}" if source in USERS else "HKLM"
    value = {"DisplayName": name, "DisplayVersion": "16.0.1", "InstallLocation": rf"C:\Program Files\{name}"}
    return Reading(source, rf"{top}\SOFTWARE\Uninstall\{key} (this PC)", Status.READ, value)


@pytest.mark.parametrize("check", [name for name in narrow() if name not in ("browsers", "html5")])
def test_an_entry_that_is_not_seen_can_come_and_go(windows: list[Snapshot], check: str) -> None:
    """Names near those that are looked for, under keys near those, beside what a PC has."""
    which = narrow()[check]
    places = [each for each in windows if holds(which.sight, each)][:: max(len(windows) // 6, 1)]
    entries = [entry(LISTS[(n + m) % 3], key, name) for n, name in enumerate(NEAR) for m, key in enumerate(KEYS)]
    unseen = [each for each in entries if which.sight.shows(each) is None]
    assert 0 < len(unseen) < len(entries)
    for snapshot in places:
        # a list that had nothing has something then: what counts is whether its source was looked at and has an answer
        before = [*snapshot.readings, *(entry(source, "other", "Something else") for source in LISTS)]
        assert said(which, snapshot, [*before, *unseen]) == said(which, snapshot, before)
        for each in unseen[::17]:
            assert said(which, snapshot, [each, *before]) == said(which, snapshot, before)


def test_every_entry_of_a_browser_is_seen_by_one_part_alone() -> None:
    for name in NEAR:
        seen = [part for part in CHECKS["browsers"].parts["windows"] if part.sight.shows(entry(LISTS[0], "x", name))]
        assert len(seen) == (checks.browsers.by_uninstall_name(name) is not None)


def test_every_browser_is_in_one_part() -> None:
    assert sorted(product for group in GROUPS for product in group) == sorted(
        row.product for row in checks.browsers.BROWSERS
    )


@pytest.mark.parametrize("name", narrow())
def test_a_reading_that_holds_anything_is_no_reason_to_break(name: str) -> None:
    check = narrow()[name]
    for source in {source for wanted in check.wants.values() for source in wanted}:
        for value in (
            {},
            [],
            "",
            7,
            True,
            None,
            {"DisplayName": []},
            {"pv": {}},
            {"ProgId": {"x": []}},
            {"CurrentBuild": -1},
        ):
            for at in ("", "\\", "x", "HKU\\", f"{source.where} (x)"):
                check.sight.shows(Reading(source, at, Status.READ, value))
