from __future__ import annotations

import json


def hand_in(run, linux, folder):
    folder.mkdir()
    for number, name in enumerate(("desk-1", "desk-2")):
        (linux / "etc/hostname").write_text(name)
        (linux / "etc/machine-id").write_text(f"{number:032x}")
        run("scan", "--offline", linux, "--save", folder / f"{number}.json", "--fail-on", "never")
    assert "2 accepted" in run("ingest", folder).out


def test_an_estate_is_checked_compacted_and_checked_again(run, linux, tmp_path):
    hand_in(run, linux, tmp_path / "in")
    assert run("estate", "check").out.startswith("Whole: 2 snapshots, ")
    (tmp_path / "estate" / "segments" / "000009.zst").write_bytes(b"torn")
    done = run("estate", "check", "--quick")
    assert (done.code, "belongs to nobody" in done.out, "without the bytes" in done.out) == (0, True, True)
    assert "1 old files removed" in run("estate", "compact").out
    assert run("estate", "check").code == 0


def test_damage_is_named_with_exit_code_3(run, linux, tmp_path):
    hand_in(run, linux, tmp_path / "in")
    segment = tmp_path / "estate" / "segments" / "000001.zst"
    segment.write_bytes(segment.read_bytes()[:-1])
    done = run("estate", "check")
    assert done.code == 3
    assert "is cut" in done.out
    assert "1 problems" in done.out


def test_a_pc_is_forgotten_by_its_name(run, linux, tmp_path):
    hand_in(run, linux, tmp_path / "in")
    assert "Forgotten: 1 device ids, 1 snapshots" in run("estate", "forget", "desk-1").out
    assert run("estate", "check").code == 0
    done = run("estate", "forget", "desk-1")
    assert (done.code, "no PC 'desk-1'" in done.err) == (2, True)


def test_a_new_estate_needs_no_migration_and_none_is_made(run, linux, tmp_path):
    assert run("estate", "migrate", "--estate", tmp_path / "nowhere").code == 3
    hand_in(run, linux, tmp_path / "in")
    assert "has the present layout, with 2 snapshots." in run("estate", "migrate").out
    assert json.loads((tmp_path / "estate" / "estate.json").read_text())["schema"] == "auditor/estate/2"
