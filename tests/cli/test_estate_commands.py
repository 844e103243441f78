from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

TODAY = datetime.now(UTC).date()


@pytest.fixture
def snapshots(run, linux, tmp_path):
    """Three snapshots: two PCs at two sites, and one whose name is hostile."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, (name, site) in enumerate(
        (("desk-1", "Leeds"), ("desk-2", "York"), ('=HYPERLINK("x")</script>\x1b[2J', "Leeds"))
    ):
        (linux / "etc/hostname").write_text(name)
        run("scan", "--offline", linux, "--site", site, "--save", folder / f"{number}.json", "--fail-on", "never")
    return folder


def test_snapshots_are_taken_in_once(run, snapshots):
    first = run("ingest", snapshots)
    assert first.code == 0
    assert "3 accepted (3 new PCs, 0 newer, 0 older), 0 unchanged, 0 quarantined" in first.out
    assert "0 accepted (0 new PCs, 0 newer, 0 older), 3 unchanged" in run("ingest", snapshots).out


def test_what_is_no_snapshot_is_named_with_its_reason_and_the_rest_is_kept(run, snapshots):
    (snapshots / "cut.json").write_bytes((snapshots / "0.json").read_bytes()[:500])
    done = run("ingest", snapshots, "nowhere.json")
    assert done.code == 0
    assert "3 accepted" in done.out
    assert "1 quarantined, 1 unreadable" in done.out
    assert "cut.json" in done.out
    assert "nowhere.json" in done.out
    assert "cut.json" in run("report").out


def test_nothing_readable_at_all_is_a_failure(run):
    assert run("ingest", "nowhere.json").code == 3


def test_many_refused_files_are_cut_to_a_screenful(run, tmp_path):
    (tmp_path / "many.ndjson").write_text("no\n" * 30)
    done = run("ingest", "many.ndjson")
    assert "30 quarantined" in done.out
    assert "and 10 more." in done.out


def test_the_report_counts_the_same_in_every_format(run, snapshots):
    run("ingest", snapshots)
    table = run("report").out
    document = json.loads(run("report", "--format", "json").out)
    rows = list(csv.DictReader(io.StringIO(run("report", "--format", "csv-exact").out)))
    page = run("report", "--format", "html").out
    assert document["total"]["total"] == len(rows) == len(document["devices"]) == page.count('<tr id="pc-') == 3
    assert sum(site["total"] for site in document["by_site"]) == sum(group["total"] for group in document["by_os"]) == 3
    assert f"{sum(row['state'] in ('ready', 'waived') for row in rows)} of 3 PCs ready" in table
    assert f"{sum(row['state'] in ('ready', 'waived') for row in rows)} of 3 PCs ready" in page


def test_a_hostile_name_is_only_text_everywhere(run, snapshots):
    run("ingest", snapshots)
    assert "\x1b" not in run("report").out
    assert "'=HYPERLINK" in run("report", "--format", "csv").out
    page = run("report", "--format", "html").out
    assert "\x1b" not in page
    assert page.count("</script>") == 2
    assert "=HYPERLINK(&#34;x&#34;)&lt;/script&gt;\\x1b[2J" in page


def test_filters_choose_pcs(run, snapshots):
    run("ingest", snapshots)
    document = json.loads(run("report", "--filter", "site=Y*", "--format", "json").out)
    assert [device["hostname"] for device in document["devices"]] == ["desk-2"]
    assert document["heard"] == 3
    wrong = run("report", "--filter", "sight=York")
    assert wrong.code == 2
    assert "site" in wrong.err


def test_a_pc_unheard_for_too_long_is_stale(run, snapshots):
    run("ingest", snapshots)
    later = (TODAY + timedelta(days=40)).isoformat()
    assert json.loads(run("report", "--as-of", later, "--format", "json").out)["total"]["stale"] == 3
    words = ("report", "--as-of", later, "--stale-days", "60", "--format", "json")
    assert json.loads(run(*words).out)["total"]["stale"] == 0


def test_a_report_without_an_estate_says_how_to_make_one(run):
    done = run("report")
    assert done.code == 3
    assert "auditor ingest" in done.err


def test_a_report_can_be_written_to_a_file(run, snapshots, tmp_path):
    run("ingest", snapshots)
    assert run("report", "--format", "html", "-o", "report.html").out == ""
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")


def test_a_snapshot_comes_back_byte_for_byte_by_its_hash(run, snapshots, tmp_path):
    run("ingest", snapshots)
    device = json.loads(run("report", "--format", "json").out)["devices"][0]
    assert run("raw", device["snapshot"][:12], "-o", "raw.json").code == 0
    raw = (tmp_path / "raw.json").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == device["snapshot"]
    assert raw in [path.read_bytes() for path in snapshots.iterdir()]


def test_a_hash_that_no_snapshot_has_is_refused(run, snapshots):
    run("ingest", snapshots)
    assert "no snapshot in" in run("raw", "0" * 64).err


def test_a_pc_whose_clock_runs_ahead_is_counted_where_it_is_left_out(run, snapshots):
    late = json.loads((snapshots / "0.json").read_bytes())
    late["device"]["id"], late["taken_at"] = "f" * 32, "2099-01-01T00:00:00Z"
    (snapshots / "late.json").write_text(json.dumps(late))
    run("ingest", snapshots)
    document = json.loads(run("report", "--format", "json").out)
    assert (document["total"]["total"], document["later"]) == (3, 1)
    assert "1 PC" in run("report").out


REAL = (
    "linux-debian12-browsers-office", "winxp-uninstall-reg", "win11-21h2-amcache", "win10-1909-fr-amcache",
    "win7-ntuser-peruser-chrome18", "win10-ntuser-edge131", "windows-reg-exports",
)  # fmt: skip


def test_real_machines_and_this_pc_give_one_report_whose_totals_add_up_in_every_format(run, realdata, tmp_path):
    (tmp_path / "real").mkdir()
    for name in REAL:
        words = ("--offline", realdata / name, "--hostname", name, "--save", tmp_path / "real" / f"{name}.json")
        assert run("scan", *words, "--fail-on", "never").code == 0
    run("scan", "--save", tmp_path / "real" / "this.json", "--fail-on", "never")
    assert f"{len(REAL) + 1} accepted ({len(REAL) + 1} new PCs" in run("ingest", "real").out
    document = json.loads(run("report", "--format", "json").out)
    rows = list(csv.DictReader(io.StringIO(run("report", "--format", "csv-exact").out)))
    states = Counter(row["state"] for row in rows)
    total = document["total"]
    assert total["total"] == len(rows) == len(document["devices"]) == len(REAL) + 1
    assert {state: count for state, count in total.items() if count and state != "total"} == dict(states)
    for groups in ("by_site", "by_os"):
        assert {state: sum(group[state] for group in document[groups]) for state in total} == total
    for rule in document["by_rule"]:
        assert sum(rule[key] for key in ("pass", "fail", "unknown", "waived", "not_applicable")) == total["total"]
    table, page = run("report").out, run("report", "--format", "html").out
    sentence = f"{states['ready'] + states['waived']} of {total['total']} PCs ready"
    assert sentence in table
    assert sentence in page
    assert page.count('<tr id="pc-') == total["total"]
