"""The Python agent on something like Windows: winreg, the folders, the programs, all for real, under Wine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pe
import regf
from auditor.model import Source
from auditor.sources import collect, offline
from wine.wine import FIXTURES, HIVES, USER, Prefix, on_z, python

P, P86, OWN = "C:\\Program Files\\", "C:\\Program Files (x86)\\", "C:\\users\\root\\AppData\\Local\\"
CHROME, EDGE, FIREFOX = (
    "Google\\Chrome\\Application\\chrome.exe",
    "Microsoft\\Edge\\Application\\msedge.exe",
    "Mozilla Firefox\\firefox.exe",
)
MODERN = {
    OWN + "Programs\\Opera\\opera.exe": ("119.0.5497.131", "Opera Internet Browser"),
    OWN + "Vivaldi\\Application\\vivaldi.exe": ("7.5.3735.44", "Vivaldi"),
}
PROGRAMS: dict[str, dict[str, tuple[str, str]]] = {
    "xp": {P + FIREFOX: ("45.9.0", "Firefox")},
    "win7": {P86 + FIREFOX: ("115.25.0", "Firefox"), P86 + CHROME: ("109.0.5414.120", "Google Chrome")},
    "win10": {P + CHROME: ("138.0.7204.50", "Google Chrome"), P86 + EDGE: ("138.0.3351.65", "Microsoft Edge"),
              P + FIREFOX: ("128.12.0", "Firefox"), **MODERN},
    "win11": {P + CHROME: ("139.0.7258.66", "Google Chrome"), P86 + EDGE: ("139.0.3405.86", "Microsoft Edge"),
              P + FIREFOX: ("141.0", "Firefox"), **MODERN},
}  # fmt: skip
"""Fixture → programs that its registry names: where, version, product. Those of XP's user would lie where Wine has no profile."""


class PC:
    """A prefix with one fixture imported, and what the agent made of it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        folder.mkdir()
        self.prefix = Prefix(folder / "pc")
        self.prefix.strip()
        self.prefix.import_reg(FIXTURES / f"{name}.reg")
        for path, (version, product) in PROGRAMS[name].items():
            machine = "x86" if name == "xp" or P86 in path else "x86_64"
            self.prefix.put(path, pe.program(version, product, machine, product_version=version))
        saved = folder / "snapshot.json"
        self.done = self.prefix.agent("scan", "--format", "json", "--fail-on", "never", "--save", on_z(saved))
        assert self.done.code == 0, self.done.error.decode()
        self.scan: dict[str, Any] = json.loads(self.done.output)
        self.readings: list[dict[str, Any]] = json.loads(saved.read_bytes())["readings"]

    def of(self, kind: str, where: str = "") -> list[dict[str, Any]]:
        """The saved readings of one kind of source, and of one place."""
        return [each for each in self.readings if each["source"][0] == kind and where in ("", each["source"][1])]


@pytest.fixture(scope="module", params=sorted(PROGRAMS))
def pc(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PC]:
    made = PC(request.param, tmp_path_factory.mktemp("wine") / request.param)
    yield made
    made.prefix.stop()


def found(scan: dict[str, Any], *kinds: str) -> dict[tuple[str, str, str], str]:
    """Every subject of these kinds with its version; users go by one name, since each reading of a PC has its own for them."""
    return {
        (each["kind"], each["name"], re.sub(r"user [0-9a-f]{8}", "user", each["where"])): _version(each)
        for each in scan["subjects"]
        if each["kind"] in kinds
    }


def _version(subject: dict[str, Any]) -> str:
    facts = (
        {fact["name"]: fact.get("value") for fact in subject["facts"]}
        if isinstance(subject["facts"], list)
        else subject["facts"]
    )
    version = facts.get("version")
    return str(version.get("value") if isinstance(version, dict) else version)


def test_the_agent_finds_what_the_fixture_says(pc: PC) -> None:
    """The same export read as a file, here, gives the same browsers, suites and companions with the same versions."""
    words = ["scan", "--offline", FIXTURES / f"{pc.name}.reg", "--format", "json", "--fail-on", "never"]
    done = subprocess.run([sys.executable, "-m", "auditor", *words], capture_output=True, check=True)
    kinds = ("browser", "office", "app")
    expected = {each: version for each, version in found(json.loads(done.stdout), *kinds).items() if each[1] != "ie"}
    assert {each: version for each, version in found(pc.scan, *kinds).items() if each[1] != "ie"} == expected


def test_every_key_reads_alike_through_windows_and_in_its_export(pc: PC) -> None:
    """What winreg answers, and what Wine's own reg.exe exports of the same registry, differ in nothing."""
    folder = pc.folder / "export"
    folder.mkdir(exist_ok=True)
    for number, key in enumerate((r"HKLM\SOFTWARE", r"HKLM\SYSTEM", r"HKLM\HARDWARE", rf"HKU\{USER}")):
        done = pc.prefix.run("reg", "export", key, on_z(folder / f"{number}.reg"), "/y")
        assert done.code == 0, done.text
    here = offline.open_place(folder).readers
    asked = {tuple(each["source"]) for each in pc.of("registry") if not each["source"][1].startswith("AMCACHE")}
    read = 0
    for kind, where in sorted(asked):
        live = [(_key(each["at"]), each["status"], each.get("value")) for each in pc.of(kind, where)]
        filed = [(_key(each.at), each.status.value, each.value) for each in collect([Source(kind, where)], here)]
        assert sorted(live, key=str) == sorted(filed, key=str), where
        read += sum(status == "read" for _, status, _ in live)
    assert read > 20


def _key(at: str) -> str:
    return (at.rpartition(" (")[0] or at).casefold()


def test_programs_are_found_in_their_places_and_where_the_registry_names_them(pc: PC) -> None:
    versions = {each["at"].casefold(): each["value"] for each in pc.of("program") if each["status"] == "read"}
    for path, (version, product) in PROGRAMS[pc.name].items():
        value = versions[path.casefold()]
        assert (value["product_version"], value["product"]) == (version, product)
        assert value["machine"] == ("x86" if pc.name == "xp" or P86 in path else "x86_64")
    named = {each["at"].casefold() for each in pc.of("program") if each["source"][1].startswith("registry:HKLM")}
    assert (P86 if pc.name == "win7" else P).casefold() + FIREFOX.casefold() in named or pc.name == "xp"


def test_a_program_that_is_only_named_is_absent(pc: PC) -> None:
    if pc.name in ("win10", "win11"):
        [ghost] = [each for each in pc.of("program") if each["at"].endswith("old.exe")]
        assert (ghost["status"], ghost["at"]) == ("absent", r"C:\Program Files\Old Browser\old.exe")
        assert ghost["detail"] == r"named by HKLM\SOFTWARE\Clients\StartMenuInternet\Old Browser\shell\open\command"


def test_both_views_are_read_whatever_their_names_hold(pc: PC) -> None:
    names = {each["value"].get("DisplayName") for each in pc.of("registry") if isinstance(each.get("value"), dict)}
    assert "Évry — Ünïcode 日本" in names or pc.name in ("xp", "win7")
    uninstall = [each["at"] for each in pc.of("registry") if each["status"] == "read" and "Uninstall\\" in each["at"]]
    assert any("WOW6432Node" in each for each in uninstall) == (pc.name != "xp")
    assert all(each.endswith(" (this PC)") for each in uninstall)


def test_nothing_went_wrong_that_windows_could_answer(pc: PC) -> None:
    excused = ("host", "process", "probe", "systeminfo")
    failed = [each for each in pc.readings if each["status"] in ("failed", "denied") and each["source"][0] not in excused]
    assert not [each for each in failed if not each["source"][1].startswith("AMCACHE")]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefix]:
    """A PC with a second user, who is not signed in and has a Chrome of her own; a service has a profile too."""
    prefix = Prefix(tmp_path_factory.mktemp("wine") / "pc")
    prefix.strip()
    prefix.import_reg(FIXTURES / "win10.reg")
    ada = {"Software": {"Microsoft": {"Windows": {"CurrentVersion": {"Uninstall": {
        "Chromium": {"DisplayName": "Chromium", "DisplayVersion": "120.0.6099.0"}}}}}}}  # fmt: skip
    prefix.put(r"C:\users\ada\NTUSER.DAT", regf.hive(ada))
    prefix.put(r"C:\users\ada\AppData\Local\Chromium\Application\chrome.exe", pe.program("120.0.6099.0", "Chromium"))
    packages = ["Local Settings", "Software", "Microsoft", "Windows", "CurrentVersion", "AppModel", "Repository", "Packages"]
    classes: dict[str, Any] = {
        "MSTeams_25163.3611.3774.6315_x64__8wekyb3d8bbwe": {"PackageID": "MSTeams_25163.3611.3774.6315_x64__8wekyb3d8bbwe"}
    }
    for name in reversed(packages):
        classes = {name: classes}
    prefix.put(r"C:\users\ada\AppData\Local\Microsoft\Windows\UsrClass.dat", regf.hive(classes))
    prefix.put(
        r"C:\users\ada\AppData\Local\Google\Chrome\Application\chrome.exe", pe.program("77.0.3865.90", "Google Chrome")
    )
    listed = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
    for sid, folder in (
        ("S-1-5-21-0-0-0-1002", r"C:\users\ada"),
        ("S-1-5-18", r"%systemroot%\system32\config\systemprofile"),
    ):
        assert (
            prefix.run(
                "reg", "add", rf"{listed}\{sid}", "/v", "ProfileImagePath", "/t", "REG_EXPAND_SZ", "/d", folder, "/f"
            ).code
            == 0
        )
    yield prefix
    prefix.stop()


def test_a_user_who_is_not_signed_in_is_read_from_her_own_files(shared: Prefix) -> None:
    done = shared.agent("scan", "--format", "json", "--fail-on", "never", more=HIVES)
    assert done.code == 0, done.error.decode()
    subjects = found(json.loads(done.output), "browser", "app")
    assert ("browser", "chromium", "user: stable") in subjects
    assert ("browser", "chrome", "user: stable") in subjects
    assert any(kind == "app" and "teams" in name for kind, name, _ in subjects)


def test_without_the_library_for_hives_she_is_out_of_reach_and_that_is_said(shared: Prefix) -> None:
    done = shared.agent("scan", "--format", "json", "--fail-on", "never")
    scan = json.loads(done.output)
    assert ("browser", "chrome", "user: stable") in found(scan, "browser")
    gaps = [each for each in scan["gaps"] if each["scope"] == "user" and "1 user not signed in" in each["reason"]]
    assert gaps
    assert "ada" not in json.dumps(scan["gaps"])


def test_windows_itself_reads_the_same_versions_of_programs(shared: Prefix) -> None:
    """The programs that tests make are programs to Windows' own functions too."""
    shared.put(r"C:\t\a.exe", pe.program("138.0.7204.50", "Google Chrome", product_version="138.0"))
    script = (
        "import ctypes; v = ctypes.windll.version; n = v.GetFileVersionInfoSizeW(r'C:\\t\\a.exe', None);"
        "b = ctypes.create_string_buffer(n); assert v.GetFileVersionInfoW(r'C:\\t\\a.exe', 0, n, b);"
        "p = ctypes.c_void_p(); l = ctypes.c_uint();"
        "v.VerQueryValueW(b, '\\\\', ctypes.byref(p), ctypes.byref(l));"
        "f = (ctypes.c_uint32 * 13).from_address(p.value); print(f[2] >> 16, f[2] & 65535, f[3] >> 16, f[3] & 65535);"
        "v.VerQueryValueW(b, r'\\StringFileInfo\\040904b0\\ProductVersion', ctypes.byref(p), ctypes.byref(l));"
        "print(ctypes.wstring_at(p.value))"
    )
    done = shared.run(str(python()), "-c", script)
    assert done.text.split() == ["138", "0", "7204", "50", "138.0"], done.error.decode()
