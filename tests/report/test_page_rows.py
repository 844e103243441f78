"""The list of PCs as data, and the script that reads, filters and sorts it, run by Node where that is here."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from auditor.errors import UsageError
from auditor.estate.filters import parse_filters
from auditor.estate.result import STATES, Estate
from auditor.model import Outcome
from auditor.report import device_list, filter_links
from auditor.report.text import clean
from estates import HOSTILE, SEVERITIES, device, estate, estates, finding
from filter_cases import CASES, PCS, left

SCRIPT = Path(device_list.__file__).with_name("page_rows.js")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node here to run the page's script")


def asked(of: Estate, question: str) -> Any:
    """What the script says of an estate's rows; ``question`` is an expression about ``rows``."""
    data = "".join(device_list.pieces(of))
    program = f"{SCRIPT.read_text(encoding='utf-8')}\nvar rows = new auditorRows({data});\nconsole.log(JSON.stringify({question}));"
    done = subprocess.run([str(NODE), "-"], input=program, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_cases_are_what_the_command_line_chooses() -> None:
    for texts, expected in CASES.items():
        if expected is None:
            with pytest.raises(UsageError):
                parse_filters(texts, list(SEVERITIES))
        else:
            filters = parse_filters(texts, list(SEVERITIES))
            found = [number for number, pc in enumerate(PCS, 1) if all(left(pc, each) for each in filters)]
            assert found == list(expected), texts


@needs_node
def test_the_page_chooses_the_same() -> None:
    questions = json.dumps([list(texts) for texts in CASES])
    told = asked(estate(*PCS), f"{questions}.map(function (each) {{ return rows.choose(each); }})")
    for (texts, expected), found in zip(CASES.items(), told, strict=True):
        assert isinstance(found, str) if expected is None else [each + 1 for each in found] == list(expected), texts


@needs_node
def test_letters_match_in_either_case_as_on_the_command_line() -> None:
    pairs = [
        ("STRASSE", "straße"),
        ("ẞ", "ss"),
        ("ΟΔΟΣ", "οδος"),
        ("ſ", "S"),
        ("İ", "i̇"),
        ("ı", "I"),
        ("ǰ", "J̌"),
        ("K", "k"),
    ]
    of = estate(*(device(number, site=site) for number, (site, _) in enumerate(pairs)))
    told = asked(
        of, f"{json.dumps([f'site={text}' for _, text in pairs])}.map(function (each) {{ return rows.choose([each]); }})"
    )
    assert [(number in found) for number, found in enumerate(told)] == [
        one.casefold() == two.casefold() for one, two in pairs
    ]


@needs_node
def test_every_cell_comes_back() -> None:
    gone = device(
        7, hostname=HOSTILE[3], site=HOSTILE[6], tags=("a", "b"), office=("x 1",), blocked_by=("S: P",), expected=True
    )
    of = estate(device(1, "not ready", findings=(finding(),)), gone)
    cells = "rows.order.map(function (i) { return [rows.names[i], rows.digits('devices', i), rows.digits('snapshots', i),"
    names = ("state", "site", "os", "browsers", "office", "tags", "seen", "blocked", "expected")
    told = asked(of, cells + ",".join(f"rows.cell('{name}', i)" for name in names) + "]; })")
    for row, pc in zip(told, (of.devices), strict=True):
        expected = () if pc.expected is None else ("yes",)
        cells_of = (
            (pc.state,),
            (pc.site_name,),
            (pc.os,),
            pc.browsers,
            pc.office,
            pc.tags,
            (pc.taken_at[:10],),
            pc.blocked_by,
        )
        wanted = [
            clean(pc.hostname),
            pc.id,
            pc.snapshot,
            *([clean(each) for each in cell] for cell in (*cells_of, expected)),
        ]
        assert row == wanted
    assert asked(of, "[rows.cell('why', 0), rows.cell('why', 1), rows.rulesWith('rules', 0, 'F')]") == [
        ["fail: test/old-browser, chrome: version 138.10"], [], ["test/old-browser"],
    ]  # fmt: skip


@needs_node
def test_rows_are_sorted_by_a_cell_and_stay_in_order_where_it_is_the_same() -> None:
    of = estate(
        *(device(number, STATES[number % 3], site="ba"[number % 2], hostname=f"PC-{9 - number}") for number in range(6))
    )
    told = asked(of, """[['site', false], ['site', true], ['state', false], ['names', false], ['', false]].map(function (each) {
        rows.sort(each[0], each[1]); return rows.choose([]); })""")  # fmt: skip
    assert told == [[1, 3, 5, 0, 2, 4], [0, 2, 4, 1, 3, 5], [0, 3, 1, 4, 2, 5], [5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4, 5]]


@needs_node
def test_a_long_list_has_beginnings_of_ids_and_compares_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_list, "MOST_WHOLE", 1)
    ids = [f"{letter * 12}{'0' * 20}" for letter in "ab"]
    of = estate(*(device(number, id=each, hostname=f"x{number}") for number, each in enumerate(ids)))
    questions = [f"device={ids[0]}", f"device={ids[1][:15]}*", "device=*bb*", "device=x1"]
    told = asked(of, f"{json.dumps(questions)}.map(function (each) {{ return rows.choose([each]); }})")
    assert told == [[0], [1], [1], [1]]
    assert asked(of, "rows.digits('snapshots', 0).length") == device_list.PREFIX


@needs_node
def test_ids_that_are_no_digits_come_back_too() -> None:
    of = estate(device(1, id="desk/1"), device(2, id="desk\n2"))
    assert asked(of, "[rows.digits('devices', 0), rows.digits('devices', 1)]") == ["desk/1", "desk\\x0a2"]


@settings(max_examples=30)
@given(estates())
def test_the_data_are_json_without_a_bracket_that_a_page_could_take_for_its_own(of: Estate) -> None:
    text = "".join(device_list.pieces(of))
    assert "<" not in text
    data = json.loads(text)
    assert data["of"] == len(of.devices)
    assert data["ids"]["services"] == [each.rule for each in of.by_service]


def test_only_so_many_words_are_kept_and_only_so_many_pcs(monkeypatch: pytest.MonkeyPatch) -> None:
    of = estate(*(device(number, "not ready", findings=(finding(actual=f"version {number}"),)) for number in range(9)))
    assert json.loads("".join(device_list.pieces(of)))["explained"] == {"why": 9, "websites": 9}
    monkeypatch.setattr(device_list, "MOST_WORDS", 100)
    assert json.loads("".join(device_list.pieces(of)))["explained"] == {"why": 3, "websites": 9}
    monkeypatch.setattr(device_list, "MOST_LISTED", 4)
    data = json.loads("".join(device_list.pieces(of)))
    assert (data["of"], data["names_of"]["names"].count("\n")) == (9, 3)


def test_a_pc_without_words_ends_the_explained_ones() -> None:
    explained = device(1, "not ready", findings=(finding(),))
    data = json.loads("".join(device_list.pieces(estate(explained, device(2, explained=False), device(3)))))
    assert data["explained"] == {"why": 1, "websites": 1}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", "pcs"),
        ("state=not-ready", "pcs?state=not-ready"),
        ("site=Leeds and state=not ready", "pcs?site=Leeds&state=not%20ready"),
        ("site=Marks and Spencer and rule=a/b:fail", "pcs?site=Marks%20and%20Spencer&rule=a/b:fail"),
        ("site=a&b=c#d%", "pcs?site=a%26b%3Dc%23d%25"),
        ("site=\u202e\ud800", "pcs?site=%5Cu202e%5Cud800"),
        ("site=*", "pcs?site=*"),
    ],
)
def test_a_filter_becomes_a_fragment(where: str, expected: str) -> None:
    assert filter_links.fragment(where) == expected


def test_a_website_that_fails_says_what_would_help_and_why() -> None:
    pc = device(
        1, findings=(finding("test/tickets", Outcome.FAIL), finding("test/tickets", Outcome.PASS, actual="chrome: 138"))
    )
    assert device_list.websites(pc) == [
        "test/tickets: does not work; Update it. (version 138.10)", "test/tickets: works; with chrome 138",
    ]  # fmt: skip
