"""Real browsers: what they answer, that they answer it again, and that nothing is left of them however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from auditor.model import Status, Subject
from auditor.probe import browsers, page, run, tree
from auditor.probe.browsers import Target
from auditor.probe.run import Options
from probing import browser, nothing_left, of_folder

ENGINES = ("blink", "gecko")
PATIENT = 120.0
"""Seconds that a browser gets where others use the machine too: how fast it is, is not what is tested."""

TIMES = 3
"""How often each browser is asked; benchmarks/probe.py asks twenty times."""

NOT_YES = {
    "blink": {"codec-hevc", "eme-widevine", "eme-playready", "webauthn-platform", "web-share", "webgl", "webgl2", "webgpu"},
    "gecko": {
        *("codec-aac", "codec-h264", "codec-hevc", "mse-h264", "rtc-h264", "eme-widevine", "eme-playready", "fs-access"),
        *("payment-request", "web-share", "webauthn-platform", "webgl", "webgl2", "webgpu"),
    },
}
"""What a Chromium 156 or a Firefox 153 on Debian need not have: parts of the build or of the system (codecs, keys),
what the machine lacks (graphics, authenticator), and what they do not have on Linux at all."""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_browser_answers_everything_the_same_each_time(engine: str, place: Path) -> None:
    target = browser(engine)
    ticks: list[None] = []
    readings = run.measure([target] * TIMES, Options(PATIENT), tick=lambda: ticks.append(None))
    assert len(ticks) == TIMES
    values = []
    for each in readings:
        assert (each.source, each.at, each.status) == (run.SOURCE, f"{target.product}: {target.where}", Status.READ)
        assert isinstance(each.value, dict)
        assert (each.value["result"], each.value["detail"]) == ("done", "")
        values.append(each.value["values"])
    assert values[0].keys() == page.ids()
    assert values[1:] == values[:1] * (TIMES - 1)
    assert "timeout" not in values[0].values()
    assert {name for name, said in values[0].items() if said not in ("1", "prompt")} <= NOT_YES[engine]
    assert nothing_left(place)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reading_says_what_was_measured_and_how(engine: str, place: Path) -> None:
    target = browser(engine)
    (reading,) = run.measure([target], Options(PATIENT, renderer=False))
    value = reading.value
    assert isinstance(value, dict)
    assert value["product"] == target.product
    assert value["version"] == target.version
    assert value["mode"] == "headless"
    assert f"/{target.version.partition('.')[0]}." in str(value["agent"])
    assert value["agent_version"] == (target.version if engine == "blink" else "")
    assert value["account"] == ("system" if psutil.Process().username() == "root" else "user")
    assert value["flags"] == browsers.digest(target, browsers.flags(target, as_root=os.geteuid() == 0))
    assert value["renderer"] == ""
    assert isinstance(value["milliseconds"], int)
    assert value["milliseconds"] > 0
    assert nothing_left(place)


def shown(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page be another."""
    monkeypatch.setattr(page, "text", lambda *_, **__: f"<!DOCTYPE html><title>other</title>{text}")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_that_never_ends_is_ended(engine: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown("<script>for (;;) {}</script>", monkeypatch)
    watched = run._watched

    def from_the_page_on(running: tree.Running, server: run.Server, _deadline: float) -> tuple[run.Heard, int | None]:
        while not server.wait(0.05).fetched:
            assert not running.has_ended()
        return watched(running, server, time.monotonic() + 1)

    monkeypatch.setattr(run, "_watched", from_the_page_on)
    (reading,) = run.measure([browser(engine)])
    assert isinstance(reading.value, dict)
    assert (reading.value["result"], reading.value["values"]) == ("timed out", {})
    assert "the page was fetched" in str(reading.value["detail"])
    assert nothing_left(place)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_browser_that_is_frozen_is_ended(engine: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown("<p>no answer</p>", monkeypatch)
    frozen: list[int] = []

    def watched(running: tree.Running, server: run.Server, _deadline: float) -> tuple[run.Heard, int | None]:
        while not server.wait(0.05).fetched:
            assert not running.has_ended()
        for each in of_folder(place):
            each.suspend()
            frozen.append(each.pid)
        return server.heard, None

    monkeypatch.setattr(run, "_watched", watched)
    monkeypatch.setattr(tree, "GENTLE", 0.5)
    (reading,) = run.measure([browser(engine)])
    assert frozen
    assert isinstance(reading.value, dict)
    assert (reading.value["result"], reading.value["values"]) == ("timed out", {})
    assert nothing_left(place)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_users_own_browser_of_the_same_kind_is_left_alone(
    engine: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = browser(engine)
    own = place / "own"
    (own / "profile").mkdir(parents=True)
    words = [
        *browsers.flags(target, as_root=os.geteuid() == 0),
        *(["--remote-debugging-port=0"] if engine == "blink" else []),
    ]
    command = browsers.command(target, words, str(own / "profile"), "about:blank")
    users = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(own)}
    )
    family = psutil.Process(users.pid)
    killed: list[int] = []
    kill = psutil.Process.kill
    monkeypatch.setattr(psutil.Process, "kill", lambda process: (killed.append(process.pid), kill(process)))
    theirs: set[int] = set()
    try:
        while len(theirs) < 3:
            assert users.poll() is None
            theirs |= {each.pid for each in family.children(recursive=True)}
        (reading,) = run.measure(
            [target], Options(PATIENT), lambda: theirs.update(each.pid for each in family.children(recursive=True))
        )
        assert isinstance(reading.value, dict)
        assert reading.value["result"] == "done"
        assert users.poll() is None
        assert not theirs & set(killed)
    finally:
        monkeypatch.undo()
        for each in [*family.children(recursive=True), family]:
            each.kill()
        users.wait()
    assert [each.name for each in place.iterdir()] == ["own"]


def program(place: Path, text: str) -> Target:
    """Something that is started like a browser and is none."""
    path = place.parent / f"{place.name}-program"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return Target("chromium", "blink", "156.0", "/here", str(path))


@pytest.fixture
def fake(place: Path) -> Callable[[str], Target]:
    folder = place / "made"
    folder.mkdir()

    def make(text: str) -> Target:
        return program(folder / "x", text)

    return make


def only_made(place: Path) -> bool:
    return [each.name for each in place.iterdir()] == ["made"]


def test_one_that_ends_at_once_refused_and_what_it_said_is_kept(place: Path, fake: Callable[[str], Target]) -> None:
    target = fake("echo '[1:2:0101/000000.1:ERROR:x.cc(1)] not \033[31mhere' >&2; echo dbus >&2; exit 7")
    value = run.measure([target])[0].value
    assert isinstance(value, dict)
    assert value["result"] == "refused"
    assert value["detail"] == "it ended with exit code 7 before it answered, the page was not fetched; it said: not [31mhere"
    assert only_made(place)


def test_what_it_says_without_end_is_cut(place: Path, fake: Callable[[str], Target]) -> None:
    value = run.measure([fake("yes 'a fault' | head -c 3000000 >&2; seq 1 100000 >&2; exit 1")])[0].value
    assert isinstance(value, dict)
    assert str(value["detail"]).endswith(" 99999 100000")
    assert len(str(value["detail"])) < run.MAX_ERRORS + 200


def test_one_that_does_nothing_is_mute_and_says_nothing_of_its_features(place: Path, fake: Callable[[str], Target]) -> None:
    value = run.measure([fake("sleep 600 & sleep 600")], Options(seconds=0.5))[0].value
    assert isinstance(value, dict)
    assert (value["result"], value["values"]) == ("mute", {})
    assert value["detail"] == "no answer within 0.5 seconds, the page was not fetched"
    assert only_made(place)


def test_processes_that_leave_their_session_and_their_parent_are_found_by_the_folder(
    place: Path, fake: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "_session", lambda _: -1)
    python = f"{sys.executable} -c 'import time; time.sleep(600)' \"$TMPDIR\""
    value = run.measure([fake(f"(setsid {python} &) ; sleep 0.5; exit 3")])[0].value
    assert isinstance(value, dict)
    assert "exit code 3" in str(value["detail"])
    assert only_made(place)
    assert of_folder(place) == []


def test_a_program_that_cannot_be_started_refused(place: Path, fake: Callable[[str], Target]) -> None:
    target = fake("exit 0")
    Path(target.program).chmod(0o644)
    value = run.measure([target])[0].value
    assert isinstance(value, dict)
    assert value["result"] == "refused"
    assert "could not be started" in str(value["detail"])
    assert only_made(place)


def test_what_cannot_be_ended_or_removed_is_said(
    place: Path, fake: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree.Running, "end", lambda self: self._process.kill() or (self._process.wait() and ["cat (7)"]))
    monkeypatch.setattr(run.shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(run.time, "sleep", lambda _: None)
    value = run.measure([fake("exec sleep 600")], Options(seconds=0.3))[0].value
    assert isinstance(value, dict)
    assert "still running: cat (7)" in str(value["detail"])
    assert f"could not be removed: {place}" in str(value["detail"])


def test_the_folder_is_for_this_account_alone_and_holds_all_that_is_a_home(
    place: Path, fake: Callable[[str], Target]
) -> None:
    target = fake('stat -c %a .. "$PWD" "$HOME" >&2; env >&2; exit 1')
    detail = str(run.measure([target])[0].value["detail"])  # type: ignore[index,call-overload]
    assert "said: 700 HOME=" in detail or "700" in detail.split("said: ")[1]
    assert "/root" not in detail.replace(os.environ["PATH"], "")
    for name in ("HOME=/home", "TMPDIR=/tmp", "XDG_CONFIG_HOME=/home/.config", "XDG_RUNTIME_DIR=/run"):
        assert name in detail


# --- who is not started ---


def test_a_policy_that_moves_the_profile_keeps_it_from_being_started(fake: Callable[[str], Target]) -> None:
    (reading,) = run.measure([fake("exit 0")._replace(managed=("Homepage", "UserDataDir"))])
    assert isinstance(reading.value, dict)
    assert (reading.value["result"], reading.value["values"]) == ("not run", {})
    assert "UserDataDir" in str(reading.value["detail"])


def test_policies_that_are_not_known_keep_it_from_being_started_where_such_a_policy_could_be(
    fake: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = fake("exit 0")._replace(managed=None)
    assert run.refusal(target) == ""
    monkeypatch.setattr(run.sys, "platform", "darwin")
    assert "policies are not known" in run.refusal(target)
    assert run.refusal(target._replace(engine="gecko")) == ""


def test_without_free_memory_none_is_started(fake: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch) -> None:
    target = fake("exit 0")
    monkeypatch.setattr(run, "MEMORY", 2**60)
    assert "of memory are free" in run.refusal(target)


@pytest.mark.parametrize("mode", [0o777, 0o757])
def test_a_program_that_everybody_could_have_put_there_is_not_started(fake: Callable[[str], Target], mode: int) -> None:
    target = fake("exit 0")
    Path(target.program).chmod(mode)
    assert "written by everybody" in run.refusal(target)


def test_a_program_of_another_user_is_not_started(fake: Callable[[str], Target]) -> None:
    target = fake("exit 0")
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(target.program, 65534, 65534)
    assert "another user" in run.refusal(target)
    assert "cannot be looked at" in run.refusal(target._replace(program="/no/such/program"))


def test_one_that_is_not_started_has_a_reading_with_the_reason() -> None:
    reading = run.not_run(Subject("browser", "safari", "/Applications/Safari.app"), "because")
    assert reading.at == "safari: /Applications/Safari.app"
    assert reading.value == {"result": "not run", "detail": "because", "product": "safari", "values": {}}


def test_a_long_path_for_temporary_files_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.tempfile, "tempdir", "/" + "x" * 40)
    assert run._place() == "/tmp"
    monkeypatch.setattr(run.tempfile, "tempdir", str(place))
    assert run._place() is None


def test_an_interruption_leaves_nothing_either(
    place: Path, fake: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_watched", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.measure([fake("sleep 600")])
    assert only_made(place)
    assert not [each for each in threading.enumerate() if "serve" in each.name]


def test_without_a_place_for_its_files_no_browser_is_started(
    fake: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(run.tempfile, "mkdtemp", refuse)
    [reading] = run.measure([fake("exit 0")])
    assert isinstance(reading.value, dict)
    assert reading.value["result"] == "not run"
    assert reading.value["detail"] == "what it needs could not be prepared here: Permission denied"
