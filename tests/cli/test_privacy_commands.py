"""Keys and pseudonyms from the command line: what is made, what is refused, what is found again, and what leaves a PC."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from auditor import agent_file, privacy, privacy_keys
from auditor.cli import leaving
from auditor.errors import PrivacyError

HOME = "home/anna.schmidt/firefox/application.ini"


@pytest.fixture
def key(run, tmp_path):
    assert run("privacy", "key", "--new", tmp_path / "privacy.key").code == 0
    return tmp_path / "privacy.key"


@pytest.fixture
def home(linux):
    """A PC on which somebody has a Firefox of the own."""
    path = linux / HOME
    path.parent.mkdir(parents=True)
    path.write_text("[App]\nVendor=Mozilla\nName=Firefox\nVersion=140.0\nID={ec8030f7-c20a-464f-9b0e-13a3a9e97384}\n")
    return linux


def test_a_new_key_is_its_owners_alone_and_never_shown(run, tmp_path):
    made = run("privacy", "key", "--new", "k")
    assert made.code == 0
    text = (tmp_path / "k").read_text()
    [secret] = [line.split()[1] for line in text.splitlines() if not line.startswith("#")]
    assert secret not in made.out + made.err + run("privacy", "key", "--ids", "k").out
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    again = run("privacy", "key", "--new", "k")
    assert again.code == 3
    assert "is there already" in again.err
    assert (tmp_path / "k").read_text() == text


def test_after_a_rotation_the_older_key_still_resolves(run, key, tmp_path):
    [old] = privacy_keys.load(key)
    assert run("privacy", "key", "--rotate", key).code == 0
    new, kept = privacy_keys.load(key)
    assert (kept, new != old) == (old, True)
    assert run("privacy", "key", "--ids", key).out.split() == [new.id, "present", old.id, "older"]
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    (tmp_path / "users.csv").write_bytes("Name;SamAccountName\nZoë;CLINIC\\zoë\nBob;bob\n".encode("cp1252"))
    asked = [privacy.user("zoë", old), privacy.user("BOB", new), privacy.user("carl", new)]
    found = run("privacy", "resolve", *asked, "--names", "users.csv", "--privacy-key", key)
    assert found.code == 1
    rows = {line.split()[0]: line for line in found.out.splitlines() if line.startswith("user-")}
    assert "Zoë" in rows[asked[0]]
    assert old.id in rows[asked[0]]
    assert "Bob" in rows[asked[1]]
    assert "nobody of this list" in rows[asked[2]]


WRONG = [
    (b"", "holds no key"),
    (b"# nothing\n", "holds no key"),
    (b"0" * 8 + b" " + b"0" * 64, "line 1: not a key, or one that was changed"),
    (b"x" * 70_000, "larger than"),
    (b"\xff\xfe\x00", "not a key"),
]


@pytest.mark.parametrize(("data", "said"), WRONG)
def test_a_file_that_holds_no_keys_is_refused(tmp_path, data, said):
    path = tmp_path / "k"
    path.touch(0o600)
    path.write_bytes(data)
    with pytest.raises(PrivacyError, match=said):
        privacy_keys.load(path)


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(run, key, mode):
    key.chmod(mode)
    refused = run("privacy", "key", "--ids", key)
    assert refused.code == 3
    assert "others than its owner" in refused.err
    assert "chmod 600" in refused.err


def test_what_cannot_be_done_is_said(run, key, tmp_path):
    assert run("privacy", "key").code == 2
    assert run("privacy", "key", "--new", "a", "--rotate", "b").code == 2
    assert "cannot be written" in run("privacy", "key", "--new", "nowhere/k").err
    assert "cannot be read" in run("privacy", "key", "--rotate", "nowhere").err
    assert "cannot be read" in run("privacy", "key", "--ids", tmp_path).err
    assert "without the key" in run("privacy", "resolve", "user-0", "--names", "x").err
    assert "cannot be read" in run("privacy", "resolve", "user-0", "--names", "nowhere", "--privacy-key", key).err


def test_what_leaves_a_pc_has_pseudonyms_and_what_is_shown_there_has_names(run, home, tmp_path):
    (tmp_path / "share").mkdir()
    done = run("scan", "--offline", home, "--save", "s.json", "--send", "share", "--format", "json", "--fail-on", "never")
    assert done.code == 0
    [sent] = (tmp_path / "share").iterdir()
    assert sent.read_bytes() == (tmp_path / "s.json").read_bytes()
    assert b"schmidt" not in sent.read_bytes()
    assert b"/home/user-" in sent.read_bytes()
    assert b"desk-7" in sent.read_bytes()
    assert "anna.schmidt" in done.out
    assert "anna.schmidt" not in run("scan", "--offline", home, "--show").out


def test_without_a_key_no_two_snapshots_name_the_user_alike_and_with_one_they_do(run, home, key, tmp_path, monkeypatch):
    def users(*words):
        assert run("scan", "--offline", home, "--save", "s.json", "--fail-on", "never", *words).code == 0
        readings = json.loads((tmp_path / "s.json").read_bytes())["readings"]
        return {each["at"].split("/")[2] for each in readings if each["at"].startswith("/home/")}

    assert len(users() | users()) == 2
    expected = {privacy.user("anna.schmidt", privacy_keys.load(key)[0])}
    assert users("--privacy-key", key) == expected
    monkeypatch.setenv("AUDITOR_PRIVACY_KEY", str(key))
    assert users() == expected
    assert users("--names", "keep") == {"anna.schmidt"}


def test_names_that_are_kept_are_pointed_out(run, home):
    kept = run("scan", "--offline", home, "--show", "--names", "keep")
    assert "users' names are kept" in kept.err
    assert "anna.schmidt" in kept.out


def test_a_host_name_is_replaced_by_choice_and_with_a_key(run, home, key):
    refused = run("scan", "--offline", home, "--show", "--hosts", "pseudonym")
    assert refused.code == 2
    assert "--privacy-key" in refused.err
    shown = json.loads(run("scan", "--offline", home, "--show", "--hosts", "pseudonym", "--privacy-key", key).out)
    assert shown["device"]["hostname"] == privacy.host("desk-7", privacy_keys.load(key)[0])
    assert "desk-7" not in json.dumps(shown)


def test_the_configuration_says_what_options_do_not(run, home, key, tmp_path):
    (tmp_path / "share").mkdir()
    config = tmp_path / "agent.yaml"
    config.write_text("site: Leeds\ntags: [imaging]\nsend: share\nprivacy_key: privacy.key\nhosts: pseudonym\n")
    told = run("scan", "--offline", home, "--config", config, "--send", "--fail-on", "never")
    assert told.code == 0
    [sent] = (tmp_path / "share").iterdir()
    device = json.loads(sent.read_bytes())["device"]
    assert (device["site"], device["tags"]) == ("Leeds", ["imaging"])
    assert device["hostname"].startswith("pc-")
    shown = run("scan", "--offline", home, "--config", config, "--show", "--site", "Bath", "--tag", "x", "--hosts", "keep")
    device = json.loads(shown.out)["device"]
    assert (device["site"], device["tags"], device["hostname"]) == ("Bath", ["x"], "desk-7")
    assert [*(tmp_path / "share").iterdir()] == [sent], "nothing is sent because of a configuration"
    assert run("scan", "--offline", home, "--send").code == 2


MISTAKES = [
    ("sites: x", "line 1, sites: unknown field; did you mean 'site'?"),
    ("site: [x]", "line 1, site: must be text"),
    ("site: Leeds\ntags: x", "line 2, tags: must be a list of texts"),
    ("names: hide", "line 1, names: is never 'hide'"),
    ("hosts: 7", "line 1, hosts: is never '7'"),
    ("- x", "must be a map"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_in_the_configuration_is_named_with_its_place(run, tmp_path, text, said):
    (tmp_path / "agent.yaml").write_text(text + "\n")
    refused = run("scan", "--config", "agent.yaml", "--show")
    assert refused.code == 3
    assert said in refused.err
    assert "no such file" in run("scan", "--config", "nowhere.yaml").err


def test_a_configuration_of_this_pc_is_found_without_being_named(run, home, tmp_path, monkeypatch):
    monkeypatch.delenv("AUDITOR_CONFIG")
    monkeypatch.setitem(agent_file.FOLDERS, "linux", str(tmp_path / "etc"))
    monkeypatch.setattr("sys.platform", "linux")
    assert json.loads(run("scan", "--offline", home, "--show").out)["device"]["site"] == ""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "agent.yaml").write_text("site: York\n")
    assert json.loads(run("scan", "--offline", home, "--show").out)["device"]["site"] == "York"
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin" / "auditor"))
    assert leaving.own_files()[0] == Path(tmp_path / "bin" / "agent.yaml")


def test_the_list_of_names_may_come_by_standard_input(run, key, tmp_path, monkeypatch):
    (tmp_path / "names").write_bytes("anna\r\n".encode("utf-16"))
    asked = privacy.user("anna", privacy_keys.load(key)[0])
    with (tmp_path / "names").open() as given:
        monkeypatch.setattr("sys.stdin", given)
        assert run("privacy", "resolve", asked, "--names", "-", "--privacy-key", key).code == 0


def test_help_shows_examples(run):
    for words in (("privacy", "key"), ("privacy", "resolve")):
        assert "Examples:" in run(*words, "--help").out
