"""``auditor probe``, as a person uses it: the browsers of this PC, and one that comes to the page by itself."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from auditor import checks
from auditor.checks import html5
from auditor.cli import probe
from auditor.model import Detected, Fact, Reading, Source, Status, Subject
from auditor.probe import browsers, page, run
from auditor.probe.browsers import Target
from auditor.probe.server import Server
from auditor.sources import live
from cli.conftest import Run
from probing import ROOT, browser

NOTHING = {
    "result": "done",
    "detail": "",
    "agent": "",
    "agent_version": "",
    "document_mode": "",
    "renderer": "",
    "account": "",
}


def test_the_installed_browser_that_is_asked_for_is_measured(run: Run, tmp_path: Path) -> None:
    target = browser("blink")
    done = run("probe", "--only", target.product, "--timeout", "120", "--format", "json", "-o", tmp_path / "html5.json")
    assert (done.code, done.out) == (0, "")
    document = json.loads((tmp_path / "html5.json").read_text(encoding="utf-8"))
    assert document["schema"] == "auditor/probe/1"
    (reading,) = document["readings"]
    assert reading["at"] == f"{target.product}: {target.where}"
    assert reading["result"] == "done"
    assert reading["values"].keys() == page.ids()


def pc(monkeypatch: pytest.MonkeyPatch, *subjects: tuple[str, str]) -> None:
    """Let this be a PC with these browsers."""
    facts = [
        Fact(Subject("browser", name, f"/opt/{name}"), "engine", engine, (Reading(Source("a", "b"), "c", Status.READ, 1),))
        for name, engine in subjects
    ]
    monkeypatch.setattr(probe.checks, "detect", lambda _: Detected(tuple(facts)))


def test_what_is_not_installed_cannot_be_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    pc(monkeypatch, ("firefox", "gecko"))
    done = run("probe", "--only", "firefix")
    assert done.code == 2
    assert "did you mean firefox?" in done.err or "firefox" in done.err
    pc(monkeypatch)
    assert run("probe", "--only", "firefox").code == 2
    none = run("probe")
    assert none.code == 3
    assert "no browser was found" in none.err


def test_one_that_is_not_started_is_shown_with_the_reason(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    pc(monkeypatch, ("safari", "webkit"))
    done = run("probe")
    assert done.code == 0
    assert "not run: Safari has no headless mode" in done.out
    assert "Nothing can be said of its features." in done.out


def test_the_table_tells_the_verdict_on_each_group(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    values = dict.fromkeys(page.ids(), "1") | {"webgl": "off", "web-share": "0", "perm-camera": "denied", "csp": "timeout"}
    target = Target("chromium", "blink", "156.0", "/usr/lib/chromium", "/x")
    value = {**NOTHING, "product": "chromium", "engine": "blink", "version": "156.0", "mode": "headless", "values": values}
    subject = Subject("browser", "chromium", "/usr/lib/chromium")
    known = {"product": "chromium", "version": "156.0", "engine": "blink", "engine_version": "156.0"}
    found = [Fact(subject, name, text, ()) for name, text in known.items()]
    found.append(Fact(subject, "feature_policies", ["Disable3DAPIs=1 at /etc/x.json"], ()))
    kept = {"system": checks.CHECKS["system"], "html5": found_and_asked(Detected(tuple(found)))}
    monkeypatch.setattr(probe.checks, "CHECKS", kept)
    monkeypatch.setattr(probe.browsers, "targets", lambda _: ([target], []))
    monkeypatch.setattr(
        probe.run, "measure", lambda *_: [Reading(probe.run.SOURCE, "chromium: /usr/lib/chromium", Status.READ, value)]
    )
    out = run("probe").out
    assert "chromium 156.0 (/usr/lib/chromium)" in out.splitlines()
    rows = {re.split(r"\s{2,}", line)[0]: re.split(r"\s{2,}", line.strip())[1:] for line in out.splitlines()}
    assert rows["Graphics and images"] == ["10 of 11", "none", "WebGL (by Disable3DAPIs=1 at /etc/x.json)", "none"]
    assert rows["Integration"][0] == "17 of 18"
    assert "Sharing" in rows["Integration"][1 if live.family() == "linux" else 2]
    assert rows["WebRTC and capture"] == ["6 of 7", "none", "Permission: camera (measured; cause not found)", "none"]
    assert rows["Security"] == ["8 of 9", "none", "none", "Content security policy"]
    assert rows["A page with video"] == ["works", "with chromium 156.0"]
    board = next(line for line in out.splitlines() if line.startswith("A shared board"))
    assert "does not work" in board
    assert "works after chromium is allowed what is switched off: webgl (by Disable3DAPIs=1 at /etc/x.json)" in out


def found_and_asked(browsers_found: Detected) -> checks.Check:
    """The html5 check of a PC on which these browsers were found."""
    real = checks.CHECKS["html5"]
    return real._replace(detect=lambda collected: html5.detect(collected, browsers_found))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``auditor probe --page`` that waits, and the address that it printed."""
    command = [sys.executable, "-m", "auditor", "probe", "--page", "-o", str(tmp_path / "page.txt")]
    waiting = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"})
    assert waiting.stderr is not None
    try:
        yield waiting, address(waiting.stderr)
    finally:
        waiting.kill()
        waiting.wait()
        waiting.stderr.close()


def address(stream: IO[str]) -> str:
    for line in stream:
        if found := re.search(r"http://127\.0\.0\.1:\d+/p/\S+", line):
            return found.group()
    raise AssertionError("no address was printed")


def test_a_browser_that_comes_to_the_page_is_shown(served: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    waiting, where = served
    target = browser("blink")
    words = browsers.flags(target, as_root=os.geteuid() == 0)
    command = browsers.command(target, words, str(tmp_path / "profile"), where)
    coming = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(tmp_path)}
    )
    waiting.wait()
    coming.terminate()
    coming.wait()
    assert waiting.returncode == 0
    text = (tmp_path / "page.txt").read_text(encoding="utf-8")
    assert "The browser that came (page)" in text
    assert "HeadlessChrome/" in text
    assert re.search(r"^JavaScript +29 of 29 ", text, re.M)
    assert re.search(r"^Eventbrite +works +with chrome [0-9.]+$", text, re.M)


def test_an_interruption_ends_the_waiting_cleanly(served: tuple[subprocess.Popen[str], str]) -> None:
    waiting, _ = served
    waiting.send_signal(signal.SIGINT)
    _, errors = waiting.communicate()
    assert waiting.returncode == 3
    assert "ended before there was an answer" in errors
    assert "Traceback" not in errors


def test_a_browser_without_scripts_is_said_to_be_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = Server.wait

    def hit(server: Server, seconds: float) -> object:
        server.note(script_off=True)
        return wait(server, 0)

    monkeypatch.setattr(Server, "wait", hit)
    done = run("probe", "--page")
    assert done.code == 0
    assert "script off: JavaScript is switched off" in done.out
    assert "No page of today works in it." in done.out


def test_the_deadline_is_the_modules_own(run: Run) -> None:
    assert f"[default: {run_deadline()}" in run("probe", "--help").out


def run_deadline() -> float:
    return run.DEADLINE
