"""What is wired around ``auditor ingest``: sites, names, signals and identity, clocks, quarantine, and the estate's group."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import identity, privacy, privacy_keys
from auditor.estate import ingest as ingesting
from auditor.estate import parquet
from auditor.estate.items import Refused
from auditor.estate.store import open_store
from auditor.model import Device, Reading, Snapshot, Source, Status
from auditor.snapshot.write import encode

GUID = identity.WANTS["windows"][1]
SERIAL = identity.SIGNALS["windows"][1]
HOME = Source("registry", r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\*#ProfileImagePath")


def windows(
    name: str,
    *,
    machine: str = "",
    serial: str = "",
    user: str = "",
    sid: str = "S-1-5-21-1-2-3-1001",
    day: str = "2026-11-20",
    site: str = "",
) -> bytes:
    """A PC with what tells it from others, and somebody who uses it."""
    readings = [Reading(GUID, GUID.where, Status.READ, {"MachineGuid": machine or f"{name}-guid"})]
    if serial:
        readings.append(Reading(SERIAL, SERIAL.where, Status.READ, identity.hashed(serial)))
    if user:
        at = HOME.where.replace("*", sid).partition("#")[0]
        readings.append(Reading(HOME, at, Status.READ, {"ProfileImagePath": {"REG_EXPAND_SZ": rf"C:\Users\{user}"}}))
    device = Device(identity.hashed(name + machine)[:32], name, "windows", site)
    return encode(Snapshot(device, f"{day}T12:00:00Z", "test", "0" * 32, tuple(readings)))


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    with open_store(folder) as store:
        return [row for path in store.files(table) for batch in parquet.read(path, table) for row in batch.to_pylist()]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    for site, names in {"Leeds": ("a", "b"), "York": ("c",)}.items():
        (tmp_path / "snapshots" / site).mkdir(parents=True)
        for name in names:
            (tmp_path / "snapshots" / site / f"{name}.json").write_bytes(windows(name))
    return tmp_path / "snapshots"


def test_the_group_offers_everything_and_each_command_explains_itself(run):
    listed = run("estate", "--help")
    assert listed.code == 0
    for name in ("expect", "identities", "sites", "retry", "simulate", "check", "compact", "forget", "migrate"):
        assert f"\n  {name} " in listed.out
        assert "Examples" in run("estate", name, "--help").out or name in ("check", "compact", "migrate")


def test_a_folder_names_the_site_and_bytes_stay_as_they_came(run, share, tmp_path):
    assert run("ingest", "snapshots", "--site-from-folder", "snapshots/{site}/*").code == 0
    assert {row["hostname"]: row["site"] for row in rows(tmp_path / "estate", "device")} == {
        "a": "Leeds",
        "b": "Leeds",
        "c": "York",
    }
    with open_store(tmp_path / "estate") as store:
        kept = {store.raw(str(row["sha256"])) for row in rows(tmp_path / "estate", "device")}
    assert kept == {path.read_bytes() for path in share.rglob("*.json")}


def test_a_file_of_sites_places_and_tags(run, share, tmp_path, monkeypatch):
    (tmp_path / "sites.yaml").write_text(
        "hosts:\n  - {match: 'a*', site: Bath, tags: [ward]}\nfolders: ['snapshots/{site}/*']\n"
    )
    monkeypatch.setenv("AUDITOR_SITES", "sites.yaml")
    assert run("ingest", "snapshots").code == 0
    found = {row["hostname"]: (row["site"], row["tags"]) for row in rows(tmp_path / "estate", "device")}
    assert found == {"a": ("Bath", '["ward"]'), "b": ("Leeds", "[]"), "c": ("York", "[]")}
    tried = run("estate", "sites", "sites.yaml", "--check")
    assert tried.code == 0
    assert "hosts says a*" in tried.out
    assert run("ingest", "snapshots", "--site-from-folder", "x/{site}/*").code == 2


def test_a_mistake_in_sites_is_told_before_anything_is_taken(run, share, tmp_path):
    (tmp_path / "sites.yaml").write_text("hosts: 7\n")
    assert run("ingest", "snapshots", "--sites", "sites.yaml").code == 3
    assert run("ingest", "snapshots", "--site-from-folder", "{where}/*").code == 3
    assert run("ingest", "snapshots", "--sites", "sites.yaml", "--site-from-folder", "x/{site}/*").code == 2
    assert not (tmp_path / "estate").exists()


def test_names_become_pseudonyms_and_the_same_file_again_is_unchanged(run, tmp_path):
    (tmp_path / "x.json").write_bytes(windows("a", user="anna.smith"))
    first = run("ingest", "x.json")
    assert "1 accepted" in first.out
    assert "made in" in first.err
    again = run("ingest", "x.json")
    assert "1 unchanged" in again.out
    assert "made in" not in again.err
    (row,) = rows(tmp_path / "estate", "device")
    with open_store(tmp_path / "estate") as store:
        kept = store.raw(str(row["sha256"]))
    assert b"anna" not in kept
    assert b"user-" in kept
    log = rows(tmp_path / "estate", "log")
    came = hashlib.sha256((tmp_path / "x.json").read_bytes()).hexdigest()
    assert [each["sha256"] for each in log] == [row["sha256"]] * 2
    assert str(log[0]["reason"]).endswith(came)
    assert run("estate", "check").code == 0


def test_a_named_key_makes_the_pseudonyms_that_it_resolves(run, tmp_path):
    run("privacy", "key", "--new", "privacy.key")
    (tmp_path / "x.json").write_bytes(windows("a", user="anna.smith"))
    assert run("ingest", "x.json", "--privacy-key", "privacy.key").code == 0
    pseudonym = privacy.user("anna.smith", privacy_keys.load(tmp_path / "privacy.key")[0])
    (row,) = rows(tmp_path / "estate", "device")
    with open_store(tmp_path / "estate") as store:
        assert pseudonym.encode() in store.raw(str(row["sha256"]))
    assert run("ingest", "x.json", "--privacy-key", "nowhere.key").code == 3


def test_names_are_kept_where_that_is_asked_for(run, tmp_path):
    (tmp_path / "x.json").write_bytes(windows("a", user="anna.smith"))
    assert "made in" not in run("ingest", "x.json", "--names", "keep").err
    (row,) = rows(tmp_path / "estate", "device")
    with open_store(tmp_path / "estate") as store:
        assert store.raw(str(row["sha256"])) == (tmp_path / "x.json").read_bytes()


def test_a_snapshot_without_names_stays_byte_for_byte(run, tmp_path):
    key = privacy.Key(b"k" * 32)
    (tmp_path / "x.json").write_bytes(
        windows("a", user=privacy.user("anna", key), sid=privacy.identifier("S-1-5-21-1-2-3-1001", key))
    )
    run("ingest", "x.json")
    (row,) = rows(tmp_path / "estate", "log")
    assert row["reason"] == ""


def test_a_pc_that_was_renamed_counts_once_and_a_decision_parts_it(run, tmp_path):
    (tmp_path / "old.json").write_bytes(windows("ward-7", machine="m", serial="5CG1", day="2026-03-01"))
    (tmp_path / "new.json").write_bytes(windows("ward-8", machine="m", serial="5CG1", day="2026-05-01"))
    done = run("ingest", "old.json", "new.json")
    assert "1 ids turned out to be PCs" in done.out
    assert "renamed" in done.out
    assert len(rows(tmp_path / "estate", "device")) == 1
    listed = run("estate", "identities")
    assert "One PC: 1 ids" in listed.out
    (tmp_path / "identity.yaml").write_text(
        "identity:\n  - apart: [ward-7, ward-8]\n    reason: Ticket 1\n    by: J. Okafor\n    as_of: 2026-11-24\n"
    )
    run("estate", "identities", "--decisions", "identity.yaml", "--dry-run")
    assert len(rows(tmp_path / "estate", "device")) == 1
    assert "goes by 1 decisions" in run("estate", "identities", "--decisions", "identity.yaml").out
    assert len(rows(tmp_path / "estate", "device")) == 2
    (tmp_path / "later.json").write_bytes(windows("ward-8", machine="m", serial="5CG1", day="2026-06-01"))
    run("ingest", "later.json")
    assert len(rows(tmp_path / "estate", "device")) == 2, "the decision is remembered"
    assert run("estate", "check").code == 0


def test_ids_without_signals_can_be_decided_on_too(run, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_bytes(
            encode(
                Snapshot(
                    Device(identity.hashed(name)[:32], f"{name}.example.org", "macos"),
                    "2026-01-01T00:00:00Z",
                    "t",
                    "0" * 32,
                    (),
                )
            )
        )
    run("ingest", "one.json", "two.json")
    (tmp_path / "identity.yaml").write_text(
        "identity:\n  - same: [ONE, two]\n    reason: Ticket 1\n    by: J. Okafor\n    as_of: 2026-11-24\n"
    )
    (tmp_path / "two.json").write_bytes((tmp_path / "two.json").read_bytes().replace(b"2026-01-01", b"2026-02-01"))
    assert "One PC: 1 ids" in run("estate", "identities", "--decisions", "identity.yaml").out
    assert len(rows(tmp_path / "estate", "device")) == 1


def test_a_clock_that_runs_ahead_is_told_and_its_snapshot_kept(run, tmp_path):
    (tmp_path / "x.json").write_bytes(windows("fast", day="2099-01-01"))
    (tmp_path / "y.json").write_bytes(windows("right"))
    done = run("ingest", "x.json", "y.json")
    assert "2 accepted" in done.out
    assert "Dated ahead of the time: 1 snapshots" in done.out
    assert "2099-01-01" in done.out


def test_what_is_refused_is_summed_up_by_reason_with_the_way_to_retry(run, tmp_path):
    (tmp_path / "many.ndjson").write_text("no\n" * 30 + "{}\n")
    done = run("ingest", "many.ndjson")
    assert "Not taken, by reason" in done.out
    assert "auditor estate retry" in done.out
    assert done.err.count("Ingesting") == 0, "no progress where there is no terminal"


def test_quarantine_is_taken_again_once_it_can_be(run, tmp_path):
    good = windows("a", user="anna.smith")
    (tmp_path / "x.json").write_bytes(good)
    (tmp_path / "y.json").write_bytes(b"{}")
    run("ingest", "x.json", "y.json", "--names", "keep")
    # an estate as one has it whose auditor did not know such snapshots yet
    with open_store(tmp_path / "other", write=True) as store:
        items = [
            Refused(name, hashlib.sha256(data).hexdigest(), data, "of a later version")
            for name, data in (
                ("x.json", good),
                ("y.json", b"{}"),
                ("z.json", good),
            )
        ]
        store.write(items, "2026-11-20T00:00:00Z")
    done = run("estate", "retry", "--estate", "other")
    assert done.code == 1
    assert "1 accepted" in done.out
    assert "1 unchanged, 1 quarantined" in done.out
    assert "y.json" in done.out
    with open_store(tmp_path / "other") as store:
        assert [each.name for each in store.quarantined()] == ["y.json"]
    assert not [path for path in (tmp_path / "other" / "quarantine").iterdir() if b"anna" in path.read_bytes()]
    assert run("estate", "check", "--estate", "other").code == 0
    assert run("estate", "retry", "--estate", "other").code == 1
    run("ingest", "x.json", "--estate", "empty")
    assert "Nothing stands" in run("estate", "retry", "--estate", "empty").out
    assert run("estate", "retry", "--estate", "nowhere").code == 3


def test_reasons_count_together_whatever_is_particular_in_them():
    assert ingesting.reason_kind("$.readings[3]: 17 is no 'x'") == ingesting.reason_kind("$.device.id: 4 is no 'y'")


def test_either_paths_or_a_folder_to_watch(run):
    assert run("ingest").code == 2
    assert run("ingest", "x.json", "--watch", ".").code == 2
    assert run("ingest", "x.json", "--delete").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_watch_takes_what_comes_until_it_is_ended(tmp_path, share):
    command = [
        sys.executable,
        "-m",
        "auditor",
        "ingest",
        "--watch",
        str(share),
        "--every",
        "1",
        "--names",
        "keep",
    ]
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "AUDITOR_ESTATE": str(tmp_path / "estate")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        for line in process.stderr:
            if "3 accepted" in line:
                break
        process.terminate()
        assert "stopping" in process.stderr.read()
        assert "3 accepted (3 new PCs" in process.stdout.read()
    assert process.returncode == 0
    assert len(rows(tmp_path / "estate", "device")) == 3
