from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RULE = """\
title: Firefox is older than the intranet needs
severity: medium
for: browser
when: {product: firefox}
require: {version: {at_least: "141"}}
why: The intranet needs it.
fix: Update Firefox.
source: {address: intranet, as_of: 2026-11-24, basis: assumption}
examples:
  pass: [{product: firefox, version: "141.0"}]
  fail: [{product: firefox, version: "140.12.0"}]
"""


def test_this_pc_is_read_and_judged(run):
    done = run("scan", "--fail-on", "never")
    assert done.code == 0
    assert "os.family" in done.out
    assert "Browsers" in done.out
    assert "This PC is" in done.out.splitlines()[-1]


def test_the_json_has_what_was_found_on_this_pc(run):
    document = json.loads(run("scan", "--format", "json", "--fail-on", "never").out)
    kinds = {subject["kind"] for subject in document["subjects"]}
    assert document["schema"] == "auditor/scan/1"
    assert {"device", "os", "hardware"} <= kinds
    memory = next(each for each in document["subjects"] if each["kind"] == "hardware")["facts"]["memory"]
    assert memory > 100 * 2**20


@pytest.mark.skipif(
    not shutil.which("chromium") or not shutil.which("dpkg-query"), reason="needs Debian's chromium, to be found"
)
def test_the_chromium_that_is_installed_here_is_found_with_the_version_that_it_says(run):
    document = json.loads(run("scan", "--format", "json", "--fail-on", "never").out)
    said = subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    found = [each["facts"] for each in document["subjects"] if each["kind"] == "browser" and each["name"] == "chromium"]
    assert [facts["version"] for facts in found] == [said]


@pytest.mark.skipif(not shutil.which("firefox-esr"), reason="needs Debian's firefox-esr, to be found")
def test_the_firefox_that_is_installed_here_is_found_as_an_esr(run):
    document = json.loads(run("scan", "--format", "json", "--fail-on", "never").out)
    said = subprocess.run(["firefox-esr", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    found = [each["facts"] for each in document["subjects"] if each["kind"] == "browser" and each["name"] == "firefox"]
    assert [(facts["version"], facts["channel"]) for facts in found] == [(said.removesuffix("esr"), "esr")]


def test_a_copied_disk_is_read_instead_of_this_pc(run, linux):
    document = json.loads(run("scan", "--offline", linux, "--format", "json").out)
    found = {each["name"]: each["facts"].get("version") for each in document["subjects"] if each["kind"] == "browser"}
    assert found == {"firefox": "140.12.0esr", "chromium": "158.0.8100.10"}
    assert document["device"]["hostname"] == "desk-7"


def test_evidence_leads_to_the_reading_in_the_snapshot(run, linux, tmp_path):
    document = json.loads(run("scan", "--offline", linux, "--format", "json", "--save", tmp_path / "s.json").out)
    readings = json.loads((tmp_path / "s.json").read_bytes())["readings"]
    for subject in document["subjects"]:
        for evidence in subject["evidence"]:
            if evidence["source"].startswith("knowledge:"):  # reference data, which no PC tells
                assert evidence["reading"] is None
                continue
            reading = readings[evidence["reading"]]
            assert (reading["at"], reading["status"]) == (evidence["at"], evidence["status"])
            assert reading.get("value") == evidence.get("value")


def test_a_saved_snapshot_gives_the_same_subjects_again(run, linux, tmp_path):
    first = json.loads(run("scan", "--offline", linux, "--format", "json", "--save", tmp_path / "s.json").out)
    again = json.loads(run("scan", "--offline", tmp_path / "s.json", "--format", "json").out)
    assert again == first


def test_show_prints_the_snapshot_that_would_be_sent_and_nothing_else(run, linux, tmp_path):
    shown = run("scan", "--offline", linux, "--show", "--save", tmp_path / "s.json")
    assert json.loads(shown.out) == json.loads((tmp_path / "s.json").read_bytes())


def test_sending_gives_each_snapshot_a_name_of_its_own(run, linux, tmp_path):
    (tmp_path / "share").mkdir()
    for _ in range(2):
        assert run("scan", "--offline", linux, "--send", tmp_path / "share", "--fail-on", "never").code == 0
    names = os.listdir(tmp_path / "share")
    assert len(names) == 2
    assert all(name.endswith(".json") for name in names)


def test_the_exit_code_follows_the_severity(run, linux, tmp_path):
    (tmp_path / "rule.yaml").write_text(RULE)
    words = ("scan", "--offline", linux, "--rules", tmp_path / "rule.yaml")
    assert run(*words, "--fail-on", "medium").code == 1
    assert run(*words).code == 0
    assert run(*words, "--fail-on", "never").code == 0


def test_strict_counts_unknown_as_failed(run, linux):
    """Which browser is the default is not known of this disk."""
    rule = RULE.replace('{version: {at_least: "141"}}', "{default: true}").replace('version: "141.0"', "default: true")
    Path("default.yaml").write_text(rule.replace('version: "140.12.0"', "default: false"))
    words = ("scan", "--offline", linux, "--rules", "default.yaml", "--fail-on", "medium")
    assert "unknown" in run(*words).out
    assert run(*words).code == 0
    assert run(*words, "--strict").code == 1


def test_a_waiver_is_shown_and_counted_until_it_expires(run, linux, tmp_path):
    (tmp_path / "rule.yaml").write_text(RULE)
    waiver = "waivers:\n- {rule: RULE, devices: [desk-*], reason: the scanner, approver: J. Okafor, expires: 2026-12-31}\n"
    name = json.loads(run("scan", "--offline", linux, "--rules", tmp_path / "rule.yaml", "--format", "json").out)[
        "findings"
    ][0]["rule"]
    (tmp_path / "waivers.yaml").write_text(waiver.replace("RULE", name))
    words = (
        "scan",
        "--offline",
        linux,
        "--rules",
        tmp_path / "rule.yaml",
        "--waivers",
        tmp_path / "waivers.yaml",
        "--fail-on",
        "low",
    )
    assert run(*words, "--as-of", "2026-12-31").code == 0
    assert "accepted by J. Okafor" in run(*words, "--as-of", "2026-12-31").out
    assert run(*words, "--as-of", "2027-01-01").code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--offline", "nowhere"), "nowhere: no such file or folder"),
        (("--rules", "nowhere"), "nowhere: no such file or folder"),
        (("--waivers", "nowhere"), "nowhere: cannot be read"),
        (("--save", "nowhere/s.json"), "cannot be written"),
        (("--send", "nowhere"), "nowhere: no such file or folder"),
        (("--send", "https://example.org/"), "only folders can be sent to"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_out(run, words, said):
    done = run("scan", *words)
    assert done.code == 3
    assert said in done.err
    assert "Traceback" not in done.err


def test_bad_usage_has_a_code_of_its_own(run):
    assert run("scan", "--as-of", "yesterday").code == 2
    assert run("scna").code == 2
    assert run("scan", "--format", "docx").code == 2
    unknown = run("scan", "--pack", "baselin")
    assert (unknown.code, "did you mean 'baseline'" in unknown.err) == (2, True)


@pytest.mark.parametrize("data", [b"{", b'{"schema": "auditor/snapshot/2"}', b"{" * 100_000], ids=["cut", "newer", "nested"])
def test_a_broken_snapshot_is_an_error_not_a_traceback(run, tmp_path, data):
    (tmp_path / "s.json").write_bytes(data)
    done = run("scan", "--offline", tmp_path / "s.json")
    assert done.code == 3
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err


def test_a_folder_with_nothing_of_a_pc_says_what_it_should_hold(run, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("scan", "--offline", tmp_path / "empty")
    assert done.code == 3
    assert "nothing of a PC was found" in done.err
    assert "SOFTWARE" in done.err


def test_a_part_that_cannot_be_used_is_noted_and_the_rest_is_read(run, tmp_path):
    (tmp_path / "pc").mkdir()
    (tmp_path / "pc" / "SOFTWARE").write_bytes(bytes(8192))
    (tmp_path / "pc" / "cpu.reg").write_bytes(
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0]\r\n"
        '"ProcessorNameString"="Some CPU"\r\n'.encode("utf-16")
    )
    done = run("scan", "--offline", tmp_path / "pc", "--fail-on", "never")
    assert done.code == 0
    assert "SOFTWARE: neither a hive nor a .reg export (only zeros)" in done.err
    assert "Some CPU" in done.out


def test_escape_sequences_in_a_host_name_do_not_reach_the_terminal(run, linux):
    (linux / "etc/hostname").write_text("\x1b[31mred\u202e\n")
    done = run("scan", "--offline", linux, "--fail-on", "never")
    assert "\x1b" not in done.out
    assert "\\x1b[31mred\\u202e" in done.out


def test_a_full_disk_loses_no_older_result(linux, tmp_path):
    target = tmp_path / "s.json"
    target.write_text("older")
    script = "import resource, sys; from auditor.cli import main; resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)); main(sys.argv[1:])"
    command = [sys.executable, "-c", script, "scan", "--offline", str(linux), "--save", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert target.read_text() == "older"
    assert sorted(os.listdir(tmp_path)) == ["disk", "s.json"]


def test_help_has_examples_and_the_exit_codes_are_listed(run):
    assert "Exit codes" in run("--help").out
    for command in ("scan", "ingest", "report", "rules"):
        assert "Examples:" in run(command, "--help").out


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
@pytest.mark.parametrize(
    ("words", "said"), [(["scan", "--fail-on", "never"], "Reading"), (["ingest", "s.json"], "Ingesting: 1")]
)
def test_progress_is_shown_on_a_terminal_only(linux, tmp_path, words, said):
    base = [sys.executable, "-m", "auditor"]
    subprocess.run(
        [*base, "scan", "--offline", str(linux), "--save", "s.json"], cwd=tmp_path, capture_output=True, check=False
    )
    master, slave = os.openpty()
    subprocess.run([*base, *words], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=slave, check=True)
    os.close(slave)
    assert said in os.read(master, 65536).decode()
    os.close(master)
    quiet = subprocess.run([*base, *words], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert quiet.stderr == ""


def test_a_waiver_for_a_rule_that_is_not_judged_by_is_pointed_out(run, linux, tmp_path):
    waiver = "waivers:\n- {rule: baseline/firefox-to-old, devices: ['*'], reason: r, approver: a, expires: 2026-12-31}\n"
    (tmp_path / "waivers.yaml").write_text(waiver)
    done = run("scan", "--offline", linux, "--waivers", "waivers.yaml", "--fail-on", "never")
    assert "no rule 'baseline/firefox-to-old' is judged by here; did you mean 'baseline/firefox-too-old'?" in done.err


def test_a_remark_cannot_act_on_the_terminal(run, tmp_path):
    text = 'Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n\x1b]0;pwned\x07\x1b[31m\n"v"="1"\n'
    (tmp_path / "pc.reg").write_bytes(text.encode("utf-16"))
    done = run("scan", "--offline", "pc.reg", "--fail-on", "never")
    assert "not understood" in done.err
    assert "\x1b" not in done.err


def test_options_that_a_taken_snapshot_does_not_heed_are_pointed_out(run, linux):
    run("scan", "--offline", linux, "--save", "s.json")
    assert "do not change a snapshot" in run("scan", "--offline", "s.json", "--site", "Leeds", "--fail-on", "never").err


@pytest.mark.skipif(not hasattr(os, "fork") or os.getuid() != 0, reason="needs to drop the rights of root")
@pytest.mark.parametrize("option", ["--offline", "--rules", "--send", "--waivers"])
def test_a_place_without_rights_is_an_error_not_a_traceback(tmp_path, option):
    (tmp_path / "shut").mkdir(mode=0o700)
    (tmp_path / "shut" / "x").mkdir()
    script = (
        "import os, sys\nfrom auditor.cli import main\n"
        "for option in ('--offline', '--rules', '--send', '--waivers'):\n"  # all that is imported late, while it may be read
        "    try: main(['scan', option, '/nonexistent'])\n"
        "    except SystemExit: pass\n"
        "os.setgid(65534); os.setuid(65534); main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", script, "scan", option, str(tmp_path / "shut" / "x")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert "ermission denied" in done.stderr


def test_a_file_that_may_not_be_opened_is_an_error_not_a_traceback(run, tmp_path, monkeypatch):
    (tmp_path / "s.json").write_text("{}")
    opened = Path.open

    def refuse(path, *words, **more):
        if path.name == "s.json":
            raise PermissionError(13, "Permission denied")
        return opened(path, *words, **more)

    monkeypatch.setattr(Path, "open", refuse)
    done = run("scan", "--offline", "s.json")
    assert (done.code, "s.json: cannot be read: Permission denied" in done.err) == (3, True)
