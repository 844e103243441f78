"""A kit's file on the command line: read like a place, taken in like a snapshot, kept byte for byte."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor import privacy_keys
from auditor.cli import group
from auditor.cli.handed_in import at_intake, understand
from auditor.errors import SnapshotError, SourceError
from auditor.snapshot import MAX_READINGS

BODY = r"""
#0a1b2c3d reg	HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName	read
[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName]
"ComputerName"="DESK-7"
#0a1b2c3d failed	WMI	blocked
#0a1b2c3d end
"""
META = "#0a1b2c3d meta\tfamily\twindows\n#0a1b2c3d meta\ttaken-at\t2026-11-24T09:00:00Z\n"
KIT = f"#AUDITOR kit/1 0a1b2c3d test/1\n{META}{BODY.lstrip()}".encode("utf-16")


def run(*words: str) -> str:
    done = CliRunner().invoke(group, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("name", ["DESK-7.kit.txt", "renamed", "DESK-7.kit.txt.gz"])
def test_a_kits_file_is_scanned_like_a_place(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(KIT) if name.endswith(".gz") else KIT)
    output = run("scan", "--offline", str(file), "--fail-on", "never", "--tag", "x")
    assert "DESK-7" in output
    assert "note: WMI: blocked" in output
    shown = json.loads(run("scan", "--offline", str(file), "--show").partition("\n")[2])
    assert (shown["agent"], shown["taken_at"], shown["device"]["hostname"]) == ("test/1", "2026-11-24T09:00:00Z", "DESK-7")


def test_a_folder_of_kits_is_taken_in_and_kept_byte_for_byte(tmp_path: Path) -> None:
    share, estate = tmp_path / "share", str(tmp_path / "estate")
    share.mkdir()
    (share / "DESK-7.kit.txt").write_bytes(KIT)
    (share / "again.kit.txt.gz").write_bytes(gzip.compress(KIT))
    (share / "cut.kit.txt").write_bytes(KIT[:-20])
    (share / "bad.kit.txt").write_bytes(KIT.replace("windows".encode("utf-16-le"), "beos".encode("utf-16-le")))
    (share / "half.KIT.TXT.part").write_bytes(KIT[:99])
    output = run("ingest", str(share), "--estate", estate, "--names", "keep")
    assert "2 accepted (1 new PCs, 0 newer, 1 older), 1 unchanged, 1 quarantined" in output
    assert "the family is 'beos'" in output
    sha256 = hashlib.sha256(KIT).hexdigest()
    kept = tmp_path / "kept"
    run("raw", sha256, "--estate", estate, "-o", str(kept))
    assert kept.read_bytes() == KIT
    assert "DESK-7" in run("scan", "--offline", str(kept), "--fail-on", "never")
    assert "1 unchanged" in run("ingest", str(share / "DESK-7.kit.txt"), "--estate", estate, "--names", "keep")


def test_of_a_kits_file_the_snapshot_without_names_is_kept(tmp_path: Path) -> None:
    (tmp_path / "DESK-7.kit.txt").write_bytes(KIT)
    key = tmp_path / "privacy.key"
    run("privacy", "key", "--new", str(key))
    words = ("ingest", str(tmp_path / "DESK-7.kit.txt"), "--estate", str(tmp_path / "estate"), "--privacy-key", str(key))
    assert "1 accepted" in run(*words)
    assert "1 unchanged" in run(*words)
    kept = at_intake(KIT, privacy_keys.load(key)[0])
    run("raw", hashlib.sha256(kept).hexdigest(), "--estate", str(tmp_path / "estate"), "-o", str(tmp_path / "kept"))
    assert (tmp_path / "kept").read_bytes() == kept != KIT


def test_what_is_no_kit_is_a_snapshot_or_refused() -> None:
    with pytest.raises(SnapshotError):
        understand(b"{}")
    with pytest.raises(SourceError):
        understand(KIT[:40])


def test_a_kit_that_would_make_more_than_a_snapshot_may_hold_is_refused() -> None:
    tops = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall", r"HKLM\SOFTWARE\Google\Update\Clients"
    for top in tops:
        long = top.replace("HKLM", "HKEY_LOCAL_MACHINE")
        keys = "".join(f'[{long}\\{number}]\n"pv"="1"\n"DisplayName"="x"\n' for number in range(6000))
        text = f"#AUDITOR kit/1 0a1b2c3d test/1\n{META}#0a1b2c3d reg\t{top}\tread\n{keys}#0a1b2c3d end\n"
        assert len(understand(text.encode()).readings) < MAX_READINGS
    name = f"#AUDITOR kit/1 0a1b2c3d test/1\n{META}{BODY.lstrip()}".replace("DESK-7", "x" * 300)
    with pytest.raises(SnapshotError, match="a host name of 300"):
        understand(name.encode())
