"""collect.js: only what XP's script engine knows, nothing that changes a PC, and every way of reading with fakes of Windows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

esprima = pytest.importorskip("esprima", reason="the JavaScript parser of PyPI is not installed: pip install esprima")

from auditor.model import Reading, Source, Status  # noqa: E402
from auditor.sources import collect, kits  # noqa: E402

KIT = Path(__file__).resolve().parents[2] / "collect" / "collect.js"
TEXT = KIT.read_text(encoding="utf-8")
FAKES = Path(__file__).resolve().parent / "fake_windows.js"

NEVER = {
    r"Win32_Product\b": "it checks and repairs every installed program",
    r"(?i)wmic|systeminfo": "removed from Windows, or in the PC's language",
    r"(?i)vbscript|\.vbs": "switched off in Windows",
    r"RegWrite|RegDelete|\.Write\(|reg (add|delete|import|load|save)": "nothing is changed",
    r"\.Exec\(|ADODB|GetObject\(": "missing in some script hosts",
    r"JSON\.|\.trim\(|Object\.keys|\.forEach\(|\.map\(": "newer than the script engine of XP",
    r"USERPROFILE|%TEMP%|TempFolder|GetSpecialFolder": "no temporary files in anybody's profile",
}
ES3 = {
    "Program", "FunctionDeclaration", "FunctionExpression", "VariableDeclaration", "VariableDeclarator", "Identifier", "Literal",
    "ExpressionStatement", "CallExpression", "MemberExpression", "NewExpression", "AssignmentExpression", "BinaryExpression",
    "LogicalExpression", "UnaryExpression", "UpdateExpression", "ConditionalExpression", "ObjectExpression", "Property",
    "ArrayExpression", "ThisExpression", "IfStatement", "ForStatement", "ForInStatement", "WhileStatement", "DoWhileStatement",
    "BlockStatement", "ReturnStatement", "BreakStatement", "ContinueStatement", "TryStatement", "CatchClause", "ThrowStatement",
    "EmptyStatement", "SwitchStatement", "SwitchCase", "SequenceExpression",
}  # fmt: skip
RESERVED = {
    "abstract", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "debugger",
    "default", "delete", "do", "double", "else", "enum", "export", "extends", "false", "final", "finally", "float",
    "for", "function", "goto", "if", "implements", "import", "in", "instanceof", "int", "interface", "long", "native",
    "new", "null", "package", "private", "protected", "public", "return", "short", "static", "super", "switch",
    "synchronized", "this", "throw", "throws", "transient", "true", "try", "typeof", "var", "void", "volatile",
    "while", "with",
}  # fmt: skip


def faults(script: str) -> list[str]:
    """What an engine of ECMAScript 3 would not take."""
    found: list[str] = []

    def look(node: Any, _meta: Any) -> None:
        if node.type not in ES3:
            found.append(node.type)
        elif node.type == "VariableDeclaration" and node.kind != "var":
            found.append(node.kind)
        elif node.type == "Property" and (node.kind != "init" or node.shorthand or node.method or node.computed):
            found.append(f"{node.kind} property")
        if node.type == "MemberExpression" and not node.computed and node.property.name in RESERVED:
            found.append(f".{node.property.name}")
        if node.type == "Property" and node.key.type == "Identifier" and node.key.name in RESERVED:
            found.append(f"{node.key.name}:")

    esprima.parseScript(script, {"tolerant": False}, look)
    tokens = [token.value for token in esprima.tokenize(script)]
    found += ["trailing comma" for one, two in pairwise(tokens) if one == "," and two in ("}", "]")]
    return found


def test_only_ecmascript_3_is_used() -> None:
    assert faults(TEXT) == []
    assert TEXT.isascii()


@pytest.mark.parametrize(
    "newer",
    ["let x = 1;", "const x = 1;", "var f = () => 1;", "var o = {a: 1,};", "var o = {get a() { return 1; }};", "var x = `a`;",
     "var a = [1, 2,];", "var x = o.default;", "class A {}", "for (var x of y) {}", "var o = {f() {}};", "var o = {class: 1};"],
)  # fmt: skip
def test_what_is_newer_is_found(newer: str) -> None:
    try:
        found = faults(newer)
    except esprima.Error as refused:
        found = [str(refused)]
    assert found


@pytest.mark.parametrize("pattern", NEVER)
def test_what_must_never_stand_in_it(pattern: str) -> None:
    code = re.sub(r"(?m)^\s*//.*$", "", TEXT)
    assert not re.search(pattern, code), NEVER[pattern]


# --- run in node, with fakes of Windows ---

WANTS = [
    ["host", "cores"],
    ["host", "rights"],
    ["registry", r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#ProductName,UBR,Missing,?Secret"],
    ["registry", r"HKLM\SOFTWARE\Google\Update\Clients\*#pv"],
    ["registry", r"HKLM\SOFTWARE\Absent\Key\*#pv"],
    ["registry", r"HKLM\SOFTWARE\Office\*\Registration\*#ProductName,?ProductID"],
    ["registry", r"HKU\*\Software\Vivaldi\BLBeacon#version"],
    ["program", r"%ProgramFiles%\B\b.exe"],
    ["program", r"registry:HKLM\SOFTWARE\Clients\StartMenuInternet\*\shell\open\command"],
    ["registry", r"HKLM\SOFTWARE\Policies\Google\Chrome#?*,Disable3DAPIs,Target*"],
]


def run(tmp_path: Path, **how: Any) -> kits.Kit:
    """The kit's file as collect.js writes it with Windows faked; ``how`` is what the fakes are told."""
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed: the other ways of reading are tested with it")
    block = "var WANTS = " + json.dumps(WANTS) + ";\n"
    marks = re.split(r"(// --- generated by .*\n|// --- end of what is generated ---\n)", TEXT)
    script = tmp_path / "collect.js"
    script.write_text(marks[0] + block + marks[-1], encoding="utf-8")
    command = [node, str(FAKES), str(script), json.dumps(how)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8")
    assert done.returncode == 0, done.stderr + done.stdout
    files = json.loads(done.stdout)["files"]
    (name,) = [name for name in files if name.endswith(".kit.txt")]
    assert len(files) == 1, "temporary files are left"
    return kits.open_kit(("\ufeff" + files[name]).encode("utf-16-le", "surrogatepass"))


def answers(kit: kits.Kit) -> dict[str, list[Reading]]:
    return {where: list(collect([Source(kind, where)], kit.readers)) for kind, where in WANTS}


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize("enumerator", [False, True])
def test_reg_exe_and_stdregprov_tell_the_same(blocked: bool, enumerator: bool, tmp_path: Path) -> None:
    kit = run(tmp_path, blocked=blocked, enumerator=enumerator, provider=blocked)
    found = answers(kit)
    values = {where: [each.value for each in readings] for where, readings in found.items()}
    assert values[WANTS[0][1]] == [6]
    assert values[WANTS[2][1]] == [{"ProductName": 'Windows "10" É', "UBR": 5965, "Secret": {"present": True}}]
    assert values[WANTS[3][1]] == [{"pv": "138.0"}, {"pv": "1"}]
    assert found[WANTS[4][1]][0].status is Status.ABSENT
    assert values[WANTS[5][1]] == [{"ProductName": "Office", "ProductID": {"present": True}}]
    assert [(each.at, each.value) for each in found[WANTS[6][1]] if each.status is Status.READ] == [
        (r"HKU\S-1-5-21-1-2-3-1001\Software\Vivaldi\BLBeacon", {"version": "7.0"})
    ]
    assert values[WANTS[7][1]] == [{"version": "1.2.3.4", "machine": "x86_64"}]
    assert found[WANTS[8][1]][0].detail == r"named by HKLM\SOFTWARE\Clients\StartMenuInternet\Ghost\shell\open\command"
    assert values[WANTS[9][1]] == [{"Disable3DAPIs": 1, "TargetChannel{X}": "beta", "Token": {"present": True}}]
    assert any("reg.exe" in remark for remark in kit.remarks) is blocked


def test_a_secret_is_never_written(tmp_path: Path) -> None:
    node_output = run(tmp_path)
    assert "AAAAA-SECRET" not in repr([each for readings in answers(node_output).values() for each in readings])


def test_another_users_registry_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    refused = [each for each in answers(run(tmp_path))[WANTS[6][1]] if each.status is Status.DENIED]
    assert [each.at for each in refused] == [r"HKU\S-1-5-21-1-2-3-1002"]


def test_with_everything_blocked_a_file_is_written_that_says_so(tmp_path: Path) -> None:
    found = answers(run(tmp_path, blocked=True, wmi=False))
    assert found[WANTS[3][1]][0].status is Status.FAILED
    assert "blocked" in found[WANTS[3][1]][0].detail
    assert found[WANTS[0][1]][0].status is Status.FAILED
    assert found[WANTS[2][1]][0].status is Status.READ


def test_two_runs_write_two_files_of_the_same_pc(tmp_path: Path) -> None:
    assert run(tmp_path).whose._replace(salt="", taken_at="") == run(tmp_path).whose._replace(salt="", taken_at="")
