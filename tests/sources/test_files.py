"""Files under a root, be it this PC's or a copy's: never out of the copy, never a wait, never a silent cut."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auditor.identity import hashed
from auditor.model import Reading, Source, Status
from auditor.sources import MAX_TEXT, collect, files
from auditor.sources.files import Root


def put(root: Path, path: str, text: str | bytes = "text") -> Path:
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode() if isinstance(text, str) else text)
    return place


def read(root: Path | str, where: str, kind: str = "file") -> list[Reading]:
    return list(collect([Source(kind, where)], files.readers(Root(str(root)))))


def only(root: Path | str, where: str, kind: str = "file") -> Reading:
    [reading] = read(root, where, kind)
    return reading


def unprivileged(ask: Callable[[], str]) -> str:
    """What ``ask`` answers in a process of its own that is nobody's; root may read everything."""
    end, start = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setegid(65534)
                os.seteuid(65534)
            os.write(start, ask().encode())
        finally:
            os._exit(0)
    os.close(start)
    with os.fdopen(end) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to give up the right to read everything")
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    put(tmp_path, "/etc/os-release", "ID=debian\n")
    assert only(tmp_path, "/etc/os-release") == Reading(
        Source("file", "/etc/os-release"), "/etc/os-release", Status.READ, "ID=debian\n"
    )


def test_a_file_that_is_not_there_is_absent(tmp_path: Path) -> None:
    put(tmp_path, "/etc/hostname")
    for where in ("/etc/os-release", "/none/at/all", "/etc/hostname/below"):
        assert (only(tmp_path, where).status, only(tmp_path, where).at) == (Status.ABSENT, where)


def test_a_wildcard_leads_to_every_match_in_order(tmp_path: Path) -> None:
    for name in ("b.desktop", "a.desktop", "c.txt"):
        put(tmp_path, f"/usr/share/{name}", name)
    assert [reading.at for reading in read(tmp_path, "/usr/*/*.desktop")] == [
        "/usr/share/a.desktop", "/usr/share/b.desktop",
    ]  # fmt: skip
    nothing = only(tmp_path, "/usr/share/*.xml")
    assert (nothing.status, nothing.detail) == (Status.ABSENT, "nothing there has such a name")


def test_a_wildcard_in_something_that_is_no_folder_is_absent(tmp_path: Path) -> None:
    put(tmp_path, "/etc/hostname")
    assert only(tmp_path, "/etc/hostname/*").status is Status.ABSENT


def test_folders_that_a_wildcard_matched_are_not_named_where_nothing_is_in_them(tmp_path: Path) -> None:
    put(tmp_path, "/home/ann/Divorce papers/letter")
    put(tmp_path, "/home/ann/a-file")
    for where in ("~/*/application.ini", "/home/*/.x", "~/.x"):
        nothing = only(tmp_path, where)
        assert (nothing.status, nothing.at) == (Status.ABSENT, where)
    put(tmp_path, "/home/ann/firefox/application.ini", "[App]")
    found = only(tmp_path, "~/*/application.ini")
    assert (found.status, found.at) == (Status.READ, "/home/ann/firefox/application.ini")


def test_what_is_refused_behind_a_wildcard_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "/opt/a/version")
    (tmp_path / "opt" / "b").mkdir()

    def refuse(path: str, *more: object) -> int:
        raise PermissionError(13, "Permission denied") if "/a/" in str(path) else FileNotFoundError(2, "none")

    monkeypatch.setattr(os, "open", refuse)
    refused = only(tmp_path, "/opt/*/version")
    assert (refused.status, refused.at) == (Status.DENIED, "/opt/a/version")


@pytest.mark.parametrize(
    ("content", "status"),
    [("0123456789abcdef\n", Status.READ), ("uninitialized\n", Status.FAILED), ("", Status.FAILED), (None, Status.ABSENT)],
)
def test_the_machine_id_is_given_only_hashed(tmp_path: Path, content: str | None, status: Status) -> None:
    if content is not None:
        put(tmp_path, "/etc/machine-id", content)
    reading = only(tmp_path, "/etc/machine-id", "machine-id")
    assert (reading.status, reading.at) == (status, "/etc/machine-id")
    assert "0123456789abcdef" not in str(reading)
    assert reading.value == (hashed("0123456789abcdef") if status is Status.READ else None)
    assert reading.detail or status is Status.READ


def test_home_stands_for_every_home_folder(tmp_path: Path) -> None:
    for home in ("/home/ada", "/home/bob", "/Users/Shared", "/Users/cy", "/root"):
        put(tmp_path, f"{home}/.config/x", home)
    put(tmp_path, "/home/a-file")
    found = {reading.at: reading.value for reading in read(tmp_path, "~/.config/x")}
    assert found == {f"{home}/.config/x": home for home in ("/home/ada", "/home/bob", "/Users/cy", "/root")}
    assert only(tmp_path / "home", "~/.config/x").status is Status.ABSENT


def test_this_users_home_is_one_of_the_running_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    put(tmp_path, ".auditor-test", "mine")
    assert "mine" in [reading.value for reading in read("", "~/.auditor-test")]


def test_a_link_out_of_the_copy_is_followed_inside_it(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside.txt", "the host's")
    copy = tmp_path / "copy"
    (copy / "etc").mkdir(parents=True)
    (copy / "etc" / "absolute").symlink_to(outside)
    (copy / "etc" / "relative").symlink_to("../../outside.txt")
    (copy / "etc" / "passwd").symlink_to("/etc/passwd.real")
    put(copy, "/etc/passwd.real", "the copy's")
    (copy / "all").symlink_to("/")
    (copy / "up").symlink_to("..")
    for kind in ("file", "exists"):
        assert only(copy, "/etc/absolute", kind).status is Status.ABSENT
        assert only(copy, "/etc/relative", kind).status is Status.ABSENT
    assert only(copy, "/etc/passwd").value == "the copy's"
    assert only(copy, "/all/etc/passwd").value == "the copy's"
    assert only(copy, "/up/etc/passwd").value == "the copy's"
    assert [reading.at for reading in read(copy, "/up/*.txt")] == ["/up/*.txt"]


def test_a_folder_that_is_a_link_out_of_the_copy_stays_inside_for_links_too(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "default.target").symlink_to("host.target")
    copy = tmp_path / "copy"
    (copy / "etc").mkdir(parents=True)
    (copy / "etc" / "systemd").symlink_to(tmp_path / "host")
    assert only(copy, "/etc/systemd/default.target", "link").status is Status.ABSENT
    inside = copy / str(tmp_path).lstrip("/") / "host"
    inside.mkdir(parents=True)
    (inside / "default.target").symlink_to("copy.target")
    assert only(copy, "/etc/systemd/default.target", "link").value == "copy.target"


def test_a_home_that_is_a_link_out_of_the_copy_is_none(tmp_path: Path) -> None:
    put(tmp_path, "host/.x", "the host's")
    (tmp_path / "copy" / "home").mkdir(parents=True)
    (tmp_path / "copy" / "home" / "ada").symlink_to(tmp_path / "host")
    (tmp_path / "copy" / "home" / "loop").symlink_to("loop")
    assert only(tmp_path / "copy", "~/.x").status is Status.ABSENT


def test_a_circle_of_links_is_failed(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("/a")
    (tmp_path / "deep").symlink_to("deep/er")
    for where in ("/a", "/deep", "/a/x"):
        assert (only(tmp_path, where).status, only(tmp_path, where).detail) == (Status.FAILED, "too many links")
    assert only(tmp_path, "/a/*").status is Status.FAILED


def test_a_link_is_read_not_followed(tmp_path: Path) -> None:
    (tmp_path / "default.target").symlink_to("/lib/graphical.target")
    assert only(tmp_path, "/default.target", "link").value == "/lib/graphical.target"
    assert only(tmp_path, "/none", "link").status is Status.ABSENT
    put(tmp_path, "plain")
    assert only(tmp_path, "/plain", "link").status is Status.FAILED


def test_existence_is_told_of_files_and_folders(tmp_path: Path) -> None:
    put(tmp_path, "/sys/firmware/efi/x")
    assert only(tmp_path, "/sys/firmware/efi", "exists").value is True
    assert only(tmp_path, "/sys/firmware/*", "exists").at == "/sys/firmware/efi"
    assert only(tmp_path, "/sys/class", "exists").status is Status.ABSENT


def test_only_the_chosen_lines_are_kept_each_once(tmp_path: Path) -> None:
    put(tmp_path, "/proc/cpuinfo", "model name: A\nflags: x\r\n  model name: B\r\nmodel name: A\nHardware: C")
    assert (
        only(tmp_path, "/proc/cpuinfo#model name,Hardware", "lines").value == "model name: A\n  model name: B\nHardware: C"
    )
    assert only(tmp_path, "/proc/cpuinfo#none", "lines").value == ""


@pytest.mark.parametrize("kind", ["file", "lines"])
def test_bytes_that_are_not_utf_8_are_shown_as_what_they_are(tmp_path: Path, kind: str) -> None:
    put(tmp_path, "/a", "für ".encode("latin-1"))
    assert only(tmp_path, "/a#f", kind).value == "f\\xfcr "


def test_a_name_that_is_not_utf_8_is_shown_as_what_it_is(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"f\xfcr")).write_text("x")
        (tmp_path / "link").symlink_to(os.fsdecode(b"f\xfcr"))
    except (OSError, UnicodeError):
        pytest.skip("this file system takes only UTF-8 names")
    assert (only(tmp_path, "/f*").at, only(tmp_path, "/f*").value) == ("/f\\xfcr", "x")
    assert only(tmp_path, "/link", "link").value == "f\\xfcr"


def test_a_file_that_is_too_large_is_failed_not_cut(tmp_path: Path) -> None:
    put(tmp_path, "/just", "x" * MAX_TEXT)
    put(tmp_path, "/large", "x" * (MAX_TEXT + 1))
    assert only(tmp_path, "/just").status is Status.READ
    reading = only(tmp_path, "/large")
    assert (reading.status, reading.value, reading.detail) == (Status.FAILED, None, "larger than 256 KB")


def test_too_many_lines_to_choose_from_are_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINES", 10)
    put(tmp_path, "/large", "name: a\nname: b\n")
    assert only(tmp_path, "/large#name", "lines").status is Status.FAILED


def test_more_matches_than_are_followed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_MATCHES", 2)
    for name in "abc":
        put(tmp_path, name)
    assert [(reading.at, reading.status) for reading in read(tmp_path, "/*")] == [
        ("/a", Status.READ), ("/b", Status.READ), ("/*", Status.FAILED),
    ]  # fmt: skip


@needs_pipes
@pytest.mark.parametrize("kind", ["file", "lines"])
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = only(tmp_path, "/pipe#x", kind)
    assert (reading.status, reading.detail) == (Status.FAILED, "not a plain file")


def test_folders_devices_and_sockets_are_not_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    assert only(tmp_path, "/folder").status in (Status.FAILED, Status.DENIED)
    if sys.platform != "win32":
        assert only("", "/dev/null").detail == "not a plain file"
        monkeypatch.chdir(tmp_path)  # a socket's name must be short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket")
        assert only(tmp_path, "/socket").status is Status.FAILED


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        put(folder, "reached")
        if unprivileged(lambda: only(folder, "/reached").status.value) != "read":
            pytest.skip("the folder for temporary files is not open to everybody")
        yield folder


@needs_fork
def test_a_file_without_the_right_to_read_it_is_denied(shared: Path) -> None:
    put(shared, "secret").chmod(0)
    assert unprivileged(lambda: only(shared, "/secret").status.value) == "denied"


@needs_fork
def test_a_folder_without_the_right_to_list_it_is_denied_beside_what_was_found(shared: Path) -> None:
    put(shared, "/opt/open/version", "1")
    put(shared, "/opt/shut/version", "2")
    (shared / "opt" / "shut").chmod(0)
    (shared / "home").mkdir()
    (shared / "home").chmod(0)

    def ask() -> str:
        found = [reading for where in ("/opt/*/v*", "~/.x") for reading in read(shared, where)]
        return " ".join(f"{reading.at}={reading.status.value}" for reading in found)

    answer = unprivileged(ask)
    (shared / "opt" / "shut").chmod(0o700)
    (shared / "home").chmod(0o700)
    assert answer == "/opt/open/version=read /opt/shut=denied /home=denied"


def test_what_the_system_refuses_is_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "/home/ada/.x")

    def refuse(*_: object) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    assert [(r.at, r.status) for r in read(tmp_path, "/home/*/.x")] == [("/home", Status.DENIED)]
    assert [(r.at, r.status) for r in read(tmp_path, "~/.x")] == [("/home", Status.DENIED), ("/Users", Status.DENIED)]
    monkeypatch.setattr(os, "open", refuse)
    assert only(tmp_path, "/home/ada/.x").status is Status.DENIED


def test_the_running_system_follows_its_own_links() -> None:
    assert Root("").real("/etc/../etc") == "/etc/../etc"
    assert Root("/").folder == ""
