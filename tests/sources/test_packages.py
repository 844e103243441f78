"""Package databases: what is installed and nothing else, or why it is not known."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.model import Reading, Source, Status
from auditor.sources import collect, packages
from auditor.sources.files import Root

STATUS = """\
Package: firefox-esr
Status: install ok installed
Priority: optional
Maintainer: Somebody <somebody@example.org>
Architecture: amd64
Version: 140.12.0esr-1~deb12u1
Description: web browser
 Package: not-this-one
 Status: install ok installed

Package: libreoffice-writer
Status: hold ok installed
Architecture: amd64
Version: 4:7.4.7-1+deb12u14

Package: libreoffice-calc
Status: deinstall ok config-files
Architecture: amd64
Version: 4:7.4.7-1+deb12u14

Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 2.36-9+deb12u13

Package: libc6
Status: install ok installed
Architecture: i386
Multi-Arch: same
Version: 2.36-9+deb12u13

Package: chromium
Status: install ok triggers-pending
Architecture: amd64
Version: 150.0-1

Package: opera
Status: install reinstreq half-installed
Architecture: amd64
Version: 1.0
"""


def dpkg(root: Path, *names: str) -> list[Reading]:
    return list(collect([Source("dpkg", name) for name in names], packages.readers(Root(str(root)))))


def with_status(root: Path, text: str | bytes = STATUS) -> Path:
    place = root / "var" / "lib" / "dpkg" / "status"
    place.parent.mkdir(parents=True)
    place.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def test_an_installed_package_is_given_as_written_without_the_rest(tmp_path: Path) -> None:
    [reading] = dpkg(with_status(tmp_path), "firefox-esr")
    assert (reading.status, reading.at) == (Status.READ, "/var/lib/dpkg/status#firefox-esr")
    assert reading.value == (
        "Package: firefox-esr\nStatus: install ok installed\nArchitecture: amd64\nVersion: 140.12.0esr-1~deb12u1"
    )


def test_an_epoch_stays_where_it_is(tmp_path: Path) -> None:
    [reading] = dpkg(with_status(tmp_path), "libreoffice-writer")
    assert "Version: 4:7.4.7-1+deb12u14" in str(reading.value)


@pytest.mark.parametrize("name", ["libreoffice-calc", "opera", "not-this-one", "firefox"])
def test_what_is_removed_or_half_there_or_never_was_is_absent(tmp_path: Path, name: str) -> None:
    [reading] = dpkg(with_status(tmp_path), name)
    assert (reading.status, reading.detail) == (Status.ABSENT, "not among the installed packages")


def test_a_package_that_waits_for_a_trigger_is_installed(tmp_path: Path) -> None:
    [reading] = dpkg(with_status(tmp_path), "chromium")
    assert reading.status is Status.READ


def test_one_package_of_two_architectures_is_two_readings(tmp_path: Path) -> None:
    readings = dpkg(with_status(tmp_path), "libc6")
    assert [str(reading.value).splitlines()[2] for reading in readings] == ["Architecture: amd64", "Architecture: i386"]


def test_a_wildcard_leads_to_the_installed_ones(tmp_path: Path) -> None:
    assert [reading.at for reading in dpkg(with_status(tmp_path), "libreoffice-*", "*hrom*")] == [
        "/var/lib/dpkg/status#libreoffice-writer", "/var/lib/dpkg/status#chromium",
    ]  # fmt: skip
    [none] = dpkg(tmp_path, "brave-*")
    assert none.status is Status.ABSENT


def test_a_database_that_is_not_there_is_absent(tmp_path: Path) -> None:
    [reading] = dpkg(tmp_path, "firefox-esr")
    assert (reading.status, reading.detail) == (Status.ABSENT, "no dpkg database here")


def test_an_empty_database_is_failed_not_absent(tmp_path: Path) -> None:
    [reading] = dpkg(with_status(tmp_path, "\n"), "firefox-esr")
    assert (reading.status, reading.detail) == (Status.FAILED, "the database is empty")


def test_a_database_that_may_not_be_read_is_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_status(tmp_path)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    readings = dpkg(tmp_path, "firefox-esr", "chromium")
    assert [(reading.status, reading.detail) for reading in readings] == [(Status.DENIED, "Permission denied")] * 2


def test_a_folder_in_place_of_the_database_is_failed(tmp_path: Path) -> None:
    (tmp_path / "var" / "lib" / "dpkg" / "status").mkdir(parents=True)
    [reading] = dpkg(tmp_path, "firefox-esr")
    assert reading.status in (Status.FAILED, Status.DENIED)


def test_a_database_that_is_too_large_is_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_DATABASE", 10)
    [reading] = dpkg(with_status(tmp_path), "firefox-esr")
    assert (reading.status, reading.detail) == (Status.FAILED, "larger than 0 KB")


def test_the_database_is_read_once_for_all_sources(tmp_path: Path) -> None:
    readers = packages.readers(Root(str(with_status(tmp_path))))
    collect([Source("dpkg", "firefox-esr")], readers)
    (tmp_path / "var" / "lib" / "dpkg" / "status").unlink()
    [reading] = collect([Source("dpkg", "chromium")], readers)
    assert reading.status is Status.READ


def test_images_without_dpkg_itself_have_a_file_for_each_package(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "lib" / "dpkg" / "status.d"
    folder.mkdir(parents=True)
    (folder / "base").write_text("Package: base-files\nVersion: 12.4\n")
    (folder / "libc6").write_text("Package: libc6\nVersion: 2.36\n")
    (folder / "libc6.md5sums").write_text("Package: wrong\n")
    assert [reading.at for reading in dpkg(tmp_path, "*")] == [
        "/var/lib/dpkg/status.d#base-files", "/var/lib/dpkg/status.d#libc6",
    ]  # fmt: skip


def test_a_database_cut_or_garbled_anywhere_raises_nothing(tmp_path: Path) -> None:
    data = STATUS.encode()
    place = with_status(tmp_path) / "var" / "lib" / "dpkg" / "status"
    for end in range(0, len(data), 37):
        place.write_bytes(data[:end] + b"\xff\0\xfe" + data[end + 3 :])
        assert dpkg(tmp_path, "firefox-esr", "lib*")


needs_rpm = pytest.mark.skipif(not shutil.which("rpm"), reason="there is no rpm command here")


def rpm(root: Path, name: str = "*") -> Reading:
    [reading] = collect([Source("rpm", name)], packages.readers(Root(str(root))))
    return reading


def test_no_rpm_database_is_absent(tmp_path: Path) -> None:
    (tmp_path / "var" / "lib" / "rpm").mkdir(parents=True)
    assert (rpm(tmp_path).status, rpm(tmp_path).detail) == (Status.ABSENT, "no rpm database here")


@needs_rpm
def test_an_rpm_database_without_packages_is_failed(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "lib" / "rpm"
    folder.mkdir(parents=True)
    subprocess.run(["rpm", "--dbpath", str(folder), "--initdb"], check=True, capture_output=True)
    assert (rpm(tmp_path).status, rpm(tmp_path).detail) == (Status.FAILED, "rpm names no package at all")


@needs_rpm
def test_an_rpm_database_that_is_damaged_is_failed(tmp_path: Path) -> None:
    folder = tmp_path / "usr" / "lib" / "sysimage" / "rpm"
    folder.mkdir(parents=True)
    (folder / "rpmdb.sqlite").write_bytes(b"no database" * 100)
    assert rpm(tmp_path).status is Status.FAILED


def with_rpm(root: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """An rpm database whose rpm is the ``script``: no package can be installed into a real one without a package."""
    folder = root / "var" / "lib" / "rpm"
    folder.mkdir(parents=True)
    (folder / "rpmdb.sqlite").write_bytes(b"")
    tool = root / "bin" / "rpm"
    tool.parent.mkdir()
    tool.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    return root


needs_scripts = pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no scripts by their first line")


@needs_scripts
def test_what_rpm_names_is_given_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stanza = "Package: {}\\nVersion: {}\\nArchitecture: x86_64\\n\\n"
    script = f"print({stanza.format('firefox', '1:140.0-2.fc43')!r}.encode().decode('unicode_escape'), end='')"
    with_rpm(tmp_path, monkeypatch, script)
    reading = rpm(tmp_path, "fire*")
    assert (reading.at, reading.value) == (
        "/var/lib/rpm#firefox", "Package: firefox\nVersion: 1:140.0-2.fc43\nArchitecture: x86_64",
    )  # fmt: skip


@needs_scripts
def test_rpm_is_asked_for_the_copys_own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_rpm(tmp_path, monkeypatch, "print('Package:', sys.argv[2])")
    assert rpm(tmp_path).value == f"Package: {tmp_path}/var/lib/rpm\n"


@needs_scripts
def test_rpm_that_fails_is_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_rpm(tmp_path, monkeypatch, "sys.exit('cannot open Packages')")
    assert (rpm(tmp_path).status, rpm(tmp_path).detail) == (Status.FAILED, "exit code 1: cannot open Packages")


def test_an_rpm_database_without_rpm_is_failed_not_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var" / "lib" / "rpm").mkdir(parents=True)
    (tmp_path / "var" / "lib" / "rpm" / "Packages").write_bytes(b"")
    monkeypatch.setenv("PATH", str(tmp_path))
    reading = rpm(tmp_path)
    assert reading.status is Status.FAILED
    assert "no rpm command here to read it" in reading.detail
