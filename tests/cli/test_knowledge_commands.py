from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.knowledge import holdings, shipped
from auditor.knowledge.feeds import FEEDS
from knowledge.samples import ANSWERS, ENDOFLIFE
from loopback import Server, body, serving, status

DAY = ("--as-of", "2026-11-24")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """A folder of downloaded answers, one for each topic."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for topic, feed in FEEDS.items():
        answer = ANSWERS[feed.form]
        if feed.form == "endoflife" and feed.browser:
            answer = changed(answer, latest={"name": "150.0.1", "date": "2026-08-06"})
        (folder / f"{topic}.json").write_text(json.dumps(answer))
    return folder


def changed(answer: Any, **first: Any) -> Any:
    """An answer of endoflife.date with the first release otherwise."""
    new, *rest = answer["result"]["releases"]
    return {"result": {"releases": [new | first, *rest]}}


def test_without_accept_changes_are_shown_and_nothing_is_written(run, downloads):
    done = run("knowledge", "refresh", "--from", downloads, "--to", "kept", *DAY)
    assert done.code == 0, done.err
    assert "26.04" in done.out
    assert f"{len(FEEDS)} topics could be refreshed. Nothing was written: --accept does." in done.out
    assert not Path("kept").exists()


def test_what_is_accepted_is_kept_shown_and_checked(run, downloads):
    assert run("knowledge", "refresh", "--from", downloads, "--to", "kept", "--accept", *DAY).code == 0
    assert sorted(path.name for path in Path("kept").iterdir()) == sorted(f"{topic}.json" for topic in FEEDS)
    document = json.loads(Path("kept/endoflife-ubuntu.json").read_text())
    source = document["sources"]["endoflife-ubuntu"]
    assert source["sha256"] == hashlib.sha256((downloads / "endoflife-ubuntu.json").read_bytes()).hexdigest()
    assert (source["as_of"], source["licence"]) == ("2026-11-24", "MIT")
    table = run("knowledge", "show", "--to", "kept", *DAY).out
    assert "0 of 90" in table
    assert "html5" in table
    assert "Not refreshed" not in table
    assert "2031-05-29" in run("knowledge", "show", "endoflife-ubuntu", "--to", "kept", *DAY).out
    again = run("knowledge", "refresh", "endoflife-ubuntu", "--from", downloads, "--to", "kept", *DAY)
    assert "endoflife-ubuntu: nothing changed" in again.out


def test_the_folder_comes_from_the_environment_too(run, downloads, monkeypatch):
    monkeypatch.setenv("AUDITOR_KNOWLEDGE", "mine")
    assert run("knowledge", "refresh", "endoflife-ubuntu", "--from", downloads, "--accept", *DAY).code == 0
    assert Path("mine/endoflife-ubuntu.json").is_file()


def test_check_names_what_is_too_old_and_what_is_broken(run, downloads):
    run("knowledge", "refresh", "endoflife-ubuntu", "chrome-releases", "--from", downloads, "--to", "kept", "--accept", *DAY)
    now = run("knowledge", "check", "--to", "kept", *DAY)
    assert [line.partition(":")[0] for line in now.out.splitlines()[:-1]] == ["office", "windows11"]
    late = run("knowledge", "check", "--to", "kept", "--as-of", "2026-12-20")
    assert late.code == 1
    assert "chrome-releases: as of 2026-11-24, 26 days old; it may be relied on for 14" in late.out
    assert "endoflife-ubuntu:" not in late.out
    Path("kept/chrome-releases.json").write_text("{")
    Path("kept/copy.json").write_bytes(Path("kept/endoflife-ubuntu.json").read_bytes())
    done = run("knowledge", "check", "--to", "kept", *DAY)
    assert done.code == 1
    assert "chrome-releases.json: not JSON" in done.out
    assert "endoflife-ubuntu is also in" in done.out


def test_a_file_is_of_the_day_on_which_it_was_last_changed(run, downloads):
    os.utime(downloads / "endoflife-ubuntu.json", (1795000000, 1795000000))  # 2026-11-18
    run("knowledge", "refresh", "endoflife-ubuntu", "--from", downloads, "--to", "kept", "--accept")
    assert json.loads(Path("kept/endoflife-ubuntu.json").read_text())["sources"]["endoflife-ubuntu"]["as_of"] == "2026-11-18"


LIES = [
    (json.dumps(changed(ENDOFLIFE, eolFrom="2020-01-01")), "ends 2020-01-01 is before its release of 2026-04-23"),
    (json.dumps(changed(ENDOFLIFE, eolFrom="-100-01-01")), "not a date"),
    (json.dumps(changed(ENDOFLIFE, eolFrom="9999-01-01")), "no day that can be meant"),
    (json.dumps(changed(ENDOFLIFE, isLts="yes")), "isLts is str, not bool"),
    (json.dumps({"result": {"releases": ENDOFLIFE["result"]["releases"][:1]}}), "1 rows, where the last refresh had 2"),
    (json.dumps(changed(ENDOFLIFE, latest={"name": "99.1", "date": None})), "version 99.1 is from the future"),
    (json.dumps(ENDOFLIFE)[:-200], "not JSON, or cut off"),
    ("<!DOCTYPE html>", "a page"),
]


@pytest.mark.parametrize(("answer", "said"), LIES, ids=[said for _, said in LIES])
def test_what_cannot_be_true_is_refused_and_nothing_of_it_is_written(run, downloads, answer, said):
    words = ("knowledge", "refresh", "endoflife-ubuntu", "--from", downloads, "--to", "kept", "--accept", *DAY)
    run(*words)
    before = Path("kept/endoflife-ubuntu.json").read_bytes()
    (downloads / "endoflife-ubuntu.json").write_text(answer)
    done = run(*words)
    assert done.code == 3
    assert said in done.err
    assert "What was known stays as it is." in done.err
    assert Path("kept/endoflife-ubuntu.json").read_bytes() == before


def test_an_older_answer_than_is_kept_is_refused(run, downloads):
    words = ("knowledge", "refresh", "endoflife-ubuntu", "--from", downloads, "--to", "kept", "--accept")
    run(*words, *DAY)
    os.utime(downloads / "endoflife-ubuntu.json", (1795000000, 1795000000))
    Path("kept/endoflife-ubuntu.json").write_text(
        Path("kept/endoflife-ubuntu.json").read_text().replace('2026-11-24", "sha', '2026-11-20", "sha')
    )
    assert "it is of 2026-11-18, and what is kept is of 2026-11-20" in run(*words).err


def test_one_bad_topic_costs_no_other(run, downloads):
    (downloads / "endoflife-debian.json").unlink()
    done = run("knowledge", "refresh", "--from", downloads, "--to", "kept", "--accept", *DAY)
    assert done.code == 3
    assert "endoflife-debian: " in done.err
    assert "cannot be read" in done.err
    assert f"{len(FEEDS) - 1} topics written to kept." in done.out
    assert "1 topics were refused or could not be had; they stay as they were." in done.err
    assert len(list(Path("kept").iterdir())) == len(FEEDS) - 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("refresh", "endoflife-ubunto"), "did you mean 'endoflife-ubuntu'?"),
        (("show", "endoflife-ubunto"), "did you mean 'endoflife-ubuntu'?"),
        (("show", "endoflife-ubuntu"), "auditor knowledge refresh endoflife-ubuntu --accept"),
    ],
)
def test_a_topic_that_is_not_there_is_said(run, words, said):
    done = run("knowledge", *words, "--to", "kept")
    assert done.code == 2
    assert said in done.err


def test_one_shipped_topic_can_be_shown(run):
    assert "@mdn/browser-compat-data" in run("knowledge", "show", "html5", "--to", "kept").out


def test_a_folder_that_is_none_is_said(run, downloads):
    Path("kept").write_text("")
    assert run("knowledge", "show", "--to", "kept").code == 3
    assert run("knowledge", "refresh", "--from", "nowhere", "--to", "kept").code == 3


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A source on loopback in the place of endoflife.date's for Ubuntu."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as running:
        feed = FEEDS["endoflife-ubuntu"]._replace(address=f"{running.address}/ubuntu")
        monkeypatch.setitem(FEEDS, "endoflife-ubuntu", feed)  # type: ignore[arg-type]
        yield running


def test_the_network_is_asked_with_the_tag_of_what_is_kept(run, server):
    server.answers["/ubuntu"] = body(json.dumps(ENDOFLIFE).encode(), etag='"7"')
    words = ("knowledge", "refresh", "endoflife-ubuntu", "--to", "kept", "--accept")
    assert run(*words, *DAY).code == 0
    server.answers["/ubuntu"] = status(304)
    done = run(*words, "--as-of", "2026-11-26")
    assert (done.code, "endoflife-ubuntu: nothing changed" in done.out) == (0, True)
    assert [headers.get("If-None-Match") for _, headers in server.asked] == [None, '"7"']
    assert all(headers["User-Agent"].startswith("auditor/") for _, headers in server.asked)
    source = json.loads(Path("kept/endoflife-ubuntu.json").read_text())["sources"]["endoflife-ubuntu"]
    assert (source["as_of"], source["etag"]) == ("2026-11-26", '"7"')


@pytest.mark.parametrize("answer", [status(500), status(304), body(b"<html>"), status(302, location="https://example.org/")])
def test_a_source_that_fails_is_named_and_changes_nothing(run, server, answer):
    server.answers["/ubuntu"] = answer
    done = run("knowledge", "refresh", "endoflife-ubuntu", "--to", "kept", "--accept", *DAY)
    assert done.code == 3
    assert done.err.startswith("endoflife-ubuntu: ")
    assert not list(Path("kept").glob("*"))


def test_the_support_knowledge_that_ships_is_shown(run):
    table = run("knowledge", "show", "--to", "kept", *DAY).out
    for topic in ("systems", "browsers", "office", "windows11", "costs", "services", "curated"):
        assert f"\n{topic} " in table
    assert "2026-08-18 to 2026-11-12" in table
    rows = run("knowledge", "show", "systems", "--to", "kept", *DAY).out
    assert "age 12 of 90 days" in rows
    line = next(each for each in rows.splitlines() if "windows-11-25h2-home-pro" in each)
    assert line.split() == [
        "lifecycles", "windows-11-25h2-home-pro", "Windows", "11", "home_pro", "2025-09-30", "2027-10-12", "2026-08-22",
        "secondary",
    ]  # fmt: skip
    assert "did you mean 'systems'?" in run("knowledge", "show", "system", "--to", "kept").err


def test_check_reads_the_organisations_overrides_too(run):
    Path("own.yaml").write_text("support: 7\n")
    done = run("knowledge", "check", "--to", "kept", "--overrides", "own.yaml", *DAY)
    assert (done.code, "own.yaml, line 1, support: must be a list" in done.out) == (1, True)
    assert "windows11: as of" in done.out


@pytest.mark.parametrize("schema", [True, False])
def test_check_names_what_is_wrong_with_a_file_that_ships(run, monkeypatch, schema):
    broken = {**shipped.topic("costs"), "conventions": [{"id": "x", "src": ["nobody"], "why": 7}]}
    monkeypatch.setattr(
        shipped, "topic", lambda name, real=shipped.topic: broken if name == "costs" and schema else real(name)
    )
    monkeypatch.setattr(holdings, "problems", lambda topic, document: [] if schema else [f"{topic} is odd"])
    known = holdings.about("windows11")
    monkeypatch.setattr(holdings, "about", lambda topic: known)
    monkeypatch.setattr(holdings, "past", lambda topic, today: 0)
    done = run("knowledge", "check", "--to", "kept", *DAY)
    assert done.code == 1
    assert (
        "costs (shipped): $.conventions[0].why: 7 is not of type 'string'" if schema else "costs (shipped): costs is odd"
    ) in done.out


def test_a_shipped_topic_that_was_refreshed_wholly_has_no_age_of_its_own(run, downloads):
    run("knowledge", "refresh", "--from", downloads, "--to", "kept", "--accept", *DAY)
    done = run("knowledge", "check", "--to", "kept", "--as-of", "2026-12-05")
    assert [line.partition(":")[0] for line in done.out.splitlines()[:-1]] == ["windows11"]


def test_none_is_no_folder_to_write_to(run, downloads):
    done = run("knowledge", "refresh", "--from", downloads, "--to", "none", "--accept", *DAY)
    assert (done.code, Path("none").exists()) == (2, False)
