"""The kits for Windows, run: what they read is what stands in the registry that was imported, in any language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import pe
from auditor import checks
from auditor.cli.handed_in import understand
from auditor.model import Snapshot, Source, Status, Value
from auditor.scan import take
from auditor.sources import offline
from wine.test_python_agent import P86, PROGRAMS
from wine.wine import FIXTURES, ROOT, Done, Prefix

SYSTEMS = ("xp", "win7", "win10", "win11")
CHROME = r"C:\Program Files\Google\Chrome\Application\chrome.exe"


def machine(folder: Path, system: str, language: str = "C.UTF-8") -> Prefix:
    prefix = Prefix(folder, language)
    prefix.strip()
    prefix.import_reg(FIXTURES / f"{system}.reg")
    for path, (version, product) in PROGRAMS[system].items():
        made_for = "x86" if system == "xp" or P86 in path else "x86_64"
        prefix.put(path, pe.program(version, product, made_for, product_version=version))
    for name in ("collect.js", "collect.cmd"):
        prefix.put(rf"C:\kit\{name}", (ROOT / "collect" / name).read_bytes())
    prefix.path(r"C:\out").mkdir(exist_ok=True)
    return prefix


def run(prefix: Prefix, *command: str) -> tuple[Done, bytes]:
    """What the kit said, and the one file that it wrote."""
    before = set(prefix.path(r"C:\out").iterdir())
    done = prefix.run(*command, r"/out:C:\out", "/site:Leeds", folder=prefix.path(r"C:\kit"))
    (file,) = set(prefix.path(r"C:\out").iterdir()) - before
    assert file.name.endswith(".kit.txt"), done.text
    assert not list(prefix.path(r"C:\windows\temp").glob("auditor-*")), "temporary files are left"
    return done, file.read_bytes()


def script(prefix: Prefix) -> bytes:
    return run(prefix, "cscript", "//nologo", "collect.js")[1]


def command_line(prefix: Prefix, *more: str) -> bytes:
    return run(prefix, "cmd", "/c", "collect.cmd", *more)[1]


def plain(value: Value) -> Value:
    """A text of any type of the registry as text: RegRead does not tell one from another."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name not in ("REG_SZ", "REG_EXPAND_SZ")} or next(
            iter(value.values()), ""
        )
    return value


def read(snapshot: Snapshot) -> dict[tuple[Source, str], Value]:
    """What was read of the registry; users and files go unnamed."""
    found: dict[tuple[Source, str], Value] = {}
    for reading in snapshot.readings:
        if reading.source.kind == "registry" and reading.status is Status.READ:
            parts = re.sub(r" \(\w+\.reg\)$", "", reading.at).split("\\")
            if parts[0] == "HKU":
                parts[1] = "*"
            found[reading.source, "\\".join(parts).casefold()] = plain(reading.value)
    return found


def expected(system: str) -> dict[tuple[Source, str], Value]:
    place = offline.open_place(FIXTURES / f"{system}.reg")
    return read(take("windows", place.readers, taken_at="2026-11-24T09:00:00Z", salt="0" * 32))


def subjects(snapshot: Snapshot) -> set[tuple[str, str, str, str]]:
    """Every browser, suite and companion by what it is, where and in which version; Wine's own IE is left out."""
    return {
        (fact.subject.kind, fact.subject.name, re.sub("user [0-9a-f]{8}", "user", fact.subject.where), str(fact.value))
        for fact in checks.detect(snapshot).facts
        if fact.subject.kind in ("browser", "office", "app") and fact.name == "version" and fact.subject.name != "ie"
    }


def system_of(snapshot: Snapshot) -> dict[str, Value]:
    """The facts of the operating system that its registry alone decides."""
    facts = {fact.name: fact.value for fact in checks.detect(snapshot).facts if fact.subject.kind == "os"}
    return {name: facts[name] for name in ("name", "edition", "build", "revision", "release", "type", "service_pack")}


def differences(system: str, snapshot: Snapshot, passed_over: tuple[str, ...] = ("#ComputerName",)) -> dict[Any, Any]:
    """Where the kit's answer is not the export's; what Wine itself writes at each start, and has beside it, does not count."""
    have = read(snapshot)
    return {
        (key[1], str(key[0].where)[-60:]): (value, have.get(key))
        for key, value in expected(system).items()
        if not is_part(value, have.get(key)) and not any(part in key[0].where for part in passed_over)
    }


def is_part(value: Value, whole: Value) -> bool:
    """Whether all of a key's values are there; Wine itself has some more in its own."""
    if isinstance(value, dict):
        return isinstance(whole, dict) and all(whole.get(name) == each for name, each in value.items())
    return value == whole


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8", "pl_PL.UTF-8"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_both_kits_read_what_stands_in_the_registry(system: str, language: str, tmp_path: Path) -> None:
    prefix = machine(tmp_path / "pc", system, language)
    try:
        by_script, alone = understand(script(prefix)), understand(command_line(prefix, "/nojs"))
    finally:
        prefix.stop()
    assert differences(system, by_script) == {}
    assert differences(system, alone, ("#ComputerName", "?", "Enrollments")) == {}
    offline_place = offline.open_place(FIXTURES / f"{system}.reg")
    told = take("windows", offline_place.readers, taken_at="2026-11-24T09:00:00Z", salt="0" * 32)
    assert subjects(by_script) == subjects(told)
    assert subjects(alone) == subjects(told)
    assert system_of(by_script) == system_of(alone) == system_of(told)
    assert by_script.device.id == alone.device.id
    assert by_script.device.site == alone.device.site == "Leeds"
    assert (by_script.agent, alone.agent) == ("collect.js/0.1.0", "collect.cmd/0.1.0")
    assert checks.detect(by_script).facts


def test_the_command_line_starts_the_script_and_each_run_writes_a_file_of_its_own(tmp_path: Path) -> None:
    prefix = machine(tmp_path / "pc", "win10")
    try:
        first, second = understand(command_line(prefix)), understand(command_line(prefix, "/tag:again"))
        tested = prefix.run("cmd", "/c", "collect.cmd", "/selftest", folder=prefix.path(r"C:\kit"))
    finally:
        prefix.stop()
    assert first.agent == second.agent == "collect.js/0.1.0"
    assert (first.device.id, second.device.tags) == (second.device.id, ("again",))
    chrome = [each for each in first.readings if each.at == CHROME and each.status is Status.READ]
    assert [each.value for each in chrome if "named_by" not in str(each.value)] == [
        {"version": PROGRAMS["win10"][CHROME][0], "machine": "x86_64"}
    ]
    assert "reg.exe: answers" in tested.text
    assert len(list(prefix.path(r"C:\out").iterdir())) == 2
