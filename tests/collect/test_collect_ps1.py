"""The PowerShell kit, which cannot be run here: its syntax, every command and method it uses, and its list of wants."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from auditor import __version__
from auditor.checks import wants

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "collect" / "collect.ps1"
TEXT = SCRIPT.read_bytes().decode("ascii")
PARSER = Parser(Language(tree_sitter_powershell.language()))

COMMANDS = {
    "ForEach-Object", "Get-ChildItem", "Get-Command", "Get-Content", "Get-Date", "Get-Item", "Get-ItemProperty",
    "Get-Random", "Get-WmiObject", "Measure-Object", "Move-Item", "Select-Object", "Set-Content", "Sort-Object",
    "Start-Sleep", "Test-Path", "Where-Object", "Write-Output", "Write-Warning",
}  # fmt: skip
"""Every command of PowerShell 2.0 that the kit may use: they read, save the two that write its own file."""

NEWER_COMMANDS = {"Get-CimInstance"}
"""Commands that PowerShell 2.0 has not, each asked for with Get-Command first."""

PARAMETERS = {
    "-Destination", "-Encoding", "-ErrorAction", "-First", "-Force", "-LiteralPath", "-Maximum", "-Minimum",
    "-Name", "-OperationTimeoutSec", "-PathType", "-Property", "-Query", "-Seconds", "-Sum", "-TotalCount", "-Unique",
    "-Value",
}  # fmt: skip
"""Every parameter that the kit may give; PowerShell 2.0 has them all, but for the one of Get-CimInstance."""

METHODS = {
    "[guid]::NewGuid",
    "[regex]::Escape",
    "ContainsKey",  # of a hashtable
    "Substring", "ToCharArray", "Trim", "TrimEnd",  # of a string
    "ToUniversalTime",  # of a date
}  # fmt: skip
"""Every method that the kit may call: those of types that Constrained Language Mode allows."""

TYPES = {"bool", "byte[]", "guid", "int", "long", "regex", "string", "string[]", "switch", "uint32", "uint64"}
"""Every type that the kit may name; Constrained Language Mode allows them all."""

OPERATORS = {
    "-cmatch", "-contains", "-eq", "-ge", "-gt", "-is", "-join", "-like", "-lt", "-match", "-ne", "-notcontains",
    "-notlike", "-notmatch", "-replace", "-split",
}  # fmt: skip
"""Every operator with a name that the kit may use; -in, -notin, -shl and others came after PowerShell 2.0."""

NOT_READ = {"machine-id", "probe", "process", "systeminfo"}
"""Kinds of wants that are no kit's: measurements, and the texts of other programs."""


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def parsed(text: str) -> Node:
    return PARSER.parse(text.encode()).root_node


def is_right(text: str) -> bool:
    return not any(node.is_error or node.is_missing for node in nodes(parsed(text)))


def of_type(*types: str, text: str = TEXT) -> list[Node]:
    return [node for node in nodes(parsed(text)) if node.type in types]


def said(node: Node | None) -> str:
    return (node.text or b"").decode() if node else ""


def code() -> str:
    """The script without its comments and the list of what is read."""
    lines = TEXT.split("\n")
    for node in of_type("comment", "verbatim_here_string_characters"):
        (first, column), (last, end) = node.start_point, node.end_point
        for number in range(first, last + 1):
            begin, stop = column if number == first else 0, end if number == last else len(lines[number])
            lines[number] = lines[number][:begin] + " " * (stop - begin) + lines[number][stop:]
    return "\n".join(lines)


CODE = code()


def test_the_script_is_free_of_errors_of_syntax() -> None:
    assert is_right(TEXT)


def after(text: str, change: Callable[[str], str]) -> str:
    changed = change(text)
    assert changed != text, "the change finds nothing to change any more"
    return changed


MUTATIONS: dict[str, Callable[[str], str]] = {
    "a closing brace is missing": lambda text: text.replace("    exit 2\n}", "    exit 2\n", 1),
    "a closing bracket too many": lambda text: text.replace("$Rights = Get-Rights", "$Rights = Get-Rights)", 1),
    "a quotation mark is not closed": lambda text: text.replace("$Fault = ''", "$Fault = '", 1),
    "the list's end is not at the beginning of its line": lambda text: text.replace("\n'@\n", "\n '@\n", 1),
    "an if without its bracket": lambda text: text.replace("if ($SelfTest) {", "if $SelfTest {", 1),
    "an operator that nobody knows": lambda text: text.replace("-notcontains", "-hasnot", 1),
    "a hashtable's brace is missing": lambda text: text.replace("0x01c4 = 'arm' }", "0x01c4 = 'arm'", 1),
    "a comma before the end of a hashtable": lambda text: text.replace("0x01c4 = 'arm' }", "0x01c4 = 'arm', }", 1),
    "a bracket where a brace belongs": lambda text: text.replace("function Get-Rights {", "function Get-Rights (", 1),
    "a choice as PowerShell 7 writes it": lambda text: text.replace("$Fault = ''", "$Fault = $Out ? '' : 'x'", 1),
    "a fallback as PowerShell 7 writes it": lambda text: text.replace("$Fault = ''", "$Fault = $Out ?? ''", 1),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_error_of_syntax_is_seen(name: str) -> None:
    assert not is_right(after(TEXT, MUTATIONS[name]))


def test_the_script_is_plain_ascii_with_unix_line_ends() -> None:
    assert TEXT.isascii()
    assert "\r" not in TEXT
    assert "\t" not in TEXT


@pytest.mark.parametrize("newer", ["&&", "||", "?.", "?[", "??", "::new(", "[ordered]", "$PSScriptRoot", "$using:", "-Raw"])
def test_nothing_is_used_that_came_after_powershell_2(newer: str) -> None:
    assert newer not in re.sub(r"'[^'\n]*'", "''", CODE)


def test_words_that_came_after_powershell_2_are_not_used() -> None:
    assert not re.search(r"(?im)^\s*(class|enum|using|workflow|configuration)\s", CODE)


def test_no_text_runs_a_name_into_a_colon() -> None:
    assert not re.search(r"\$(?!env:)[A-Za-z_]+:", CODE), 'in "$name:" PowerShell sees a drive'


FORBIDDEN = (
    "Add-Type", "New-Object", "Invoke-Expression", "iex", "Start-Job", "Start-Process", "Invoke-Command", "Invoke-WebRequest",
    "Invoke-RestMethod", "Win32_Product", "wmic", "cscript", "wscript", "vbscript", "reg.exe", "systeminfo", "Set-ItemProperty",
    "New-ItemProperty", "Remove-Item", "New-Item", "Set-ExecutionPolicy", "Out-File", "$env:TEMP", "$env:TMP", "Reflection",
    "EncodedCommand", "FromBase64String", "DownloadString", "reg load", "Get-Culture", "Exception.Message",
)  # fmt: skip


@pytest.mark.parametrize("word", FORBIDDEN)
def test_forbidden_words_are_absent(word: str) -> None:
    assert not re.search(rf"(?i)(?<![\w-]){re.escape(word)}(?![\w-])", CODE)


def test_a_forbidden_word_would_be_seen() -> None:
    assert re.search(r"(?i)(?<![\w-])Move-Item(?![\w-])", CODE)


def commands(text: str) -> set[str]:
    """The commands that are not the script's own functions; what & or . runs goes by that sign."""
    own = {said(node) for node in of_type("function_name", text=text)}
    used = {said(node) for node in of_type("command_name", "command_invokation_operator", text=text)}
    return used - own


def methods(text: str) -> set[str]:
    """The methods that are called; static ones and static properties with their type."""
    found = set()
    for node in of_type("invokation_expression", "member_access", text=text):
        (name,) = [said(child) for child in node.children if child.type == "member_name"]
        holder = node.children[0]
        if any(child.type == "::" for child in node.children):
            found.add(f"{said(holder)}::{name}")
        elif node.type == "invokation_expression":
            found.add(name)
    return found


def types(text: str) -> set[str]:
    return {said(node).replace(" ", "")[1:-1] for node in of_type("type_literal", text=text)}


def test_every_command_is_a_known_one() -> None:
    assert commands(TEXT) == COMMANDS | NEWER_COMMANDS
    own = {said(node) for node in of_type("function_name")}
    assert own <= {said(node) for node in of_type("command_name")}, "a function that nobody calls"
    for name in NEWER_COMMANDS:
        assert f"Get-Command {name} -ErrorAction SilentlyContinue" in CODE


def test_every_parameter_is_a_known_one() -> None:
    assert {said(node) for node in of_type("command_parameter")} == PARAMETERS


def test_only_the_kits_own_file_is_written() -> None:
    assert CODE.count("Set-Content") == CODE.count('Set-Content -LiteralPath "$File.part"') == 1
    assert CODE.count("Move-Item") == CODE.count('Move-Item -LiteralPath "$File.part" -Destination $File') == 1


def test_every_method_that_is_called_is_of_a_permitted_type() -> None:
    assert methods(TEXT) == METHODS


def test_every_type_that_is_named_is_permitted() -> None:
    assert types(TEXT) == TYPES


@pytest.mark.parametrize(
    ("planted", "seen", "permitted"),
    [
        ("Remove-Item $x", commands, COMMANDS | NEWER_COMMANDS),
        ("& cmd /c dir", commands, COMMANDS | NEWER_COMMANDS),
        (". $x", commands, COMMANDS | NEWER_COMMANDS),
        ("$y = @(1 | ForEach-Object { iex $_ })", commands, COMMANDS | NEWER_COMMANDS),
        ("$y = (Get-Item $x).GetValueNames()", methods, METHODS),
        ("$y = [System.IO.File]::ReadAllText($x)", methods, METHODS),
        ("$y = [regex]::Match('a', 'b')", methods, METHODS),
        ("$y = [math]::Pi", methods, METHODS),
        ("$y = $x -is [Microsoft.Win32.RegistryKey]", types, TYPES),
        ("$y = [xml]$x", types, TYPES),
    ],
)
def test_what_is_not_permitted_would_be_seen(planted: str, seen: Callable[[str], set[str]], permitted: set[str]) -> None:
    assert is_right(f"{TEXT}{planted}\n")
    assert seen(f"{TEXT}{planted}\n") - permitted


def test_every_operator_is_one_that_powershell_2_has() -> None:
    assert {said(node).lower() for node in of_type("comparison_operator")} == OPERATORS


def test_each_case_of_a_switch_has_its_own_line() -> None:
    lines = [node.start_point[0] for node in of_type("switch_clause")]
    assert lines
    assert len(lines) == len(set(lines))


def test_no_function_hides_a_variable_of_the_whole_script() -> None:
    inside: set[str] = set()
    outside: set[str] = set()
    for node in nodes(parsed(TEXT)):
        if node.type == "left_assignment_expression":
            if "[" in said(node):  # a place in a table that all share
                continue
            names = {name.lower() for name in re.findall(r"\$(\w+)", said(node))}
            parent = node.parent
            while parent and parent.type != "function_statement":
                parent = parent.parent
            (inside if parent else outside).update(names)
    loops = [child for node in of_type("foreach_statement") for child in node.children if child.type == "variable"]
    inside |= {said(node).lower().strip("$") for node in loops}
    assert "report" in outside
    assert "problem" in inside
    assert "each" in inside
    assert sorted(inside & outside) == [], "PowerShell's names have no case"


def test_what_a_function_names_is_a_parameter_or_set_somewhere() -> None:
    given = {"_", "args", "env", "executioncontext", "false", "matches", "null", "psversiontable", "true"}
    named = {said(node).lower() for node in of_type("script_parameter", "left_assignment_expression")}
    known = given | {name for text in named for name in re.findall(r"\$(\w+)", text)}
    known |= {name.lower() for name in re.findall(r"foreach \(\$(\w+) in", CODE)}
    used = {re.sub(r"^[$@]\{?|:.*|\}$", "", said(node)).lower() for node in of_type("variable")}
    assert used <= known, used - known


def listed() -> list[list[str]]:
    match = re.search(r"(?s)\n\$Wants = @'\n(.*?)\n'@\n", TEXT)
    assert match
    return [line.split(" ", 1) for line in match[1].split("\n")]


def written() -> str:
    spec = importlib.util.spec_from_file_location("write_generated", ROOT / "tools" / "write_generated.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text: str = tool.kit_ps1()
    return text


def test_the_list_is_what_the_checks_want() -> None:
    wanted = [source for source in wants("windows") if source.kind not in NOT_READ]
    assert listed() == [list(source) for source in wanted if not source.where.startswith("AMCACHE")]
    assert written() == TEXT, "run: make generated"


def test_every_kind_in_the_list_has_a_reader() -> None:
    assert {kind for kind, _ in listed()} <= {"registry", "program", "file", "lines", "exists", "host"}
    answers = {said(node).strip("'") for node in of_type("switch_clause_condition")}
    assert {where for kind, where in listed() if kind == "host"} <= answers


def test_every_place_in_the_list_is_one_that_the_script_knows() -> None:
    folders = ("~", "%ProgramFiles%", "%ProgramFiles(x86)%", "%SystemRoot%", "%ProgramData%")
    for kind, where in listed():
        if kind == "registry" or where.startswith("registry:"):
            assert where.removeprefix("registry:").startswith(("HKLM\\", "HKU\\*\\")), where
        elif kind != "host":
            assert where.partition("\\")[0] in folders, where


def test_no_product_is_named_outside_the_list() -> None:
    products = r"(?i)chrome|firefox|mozilla|msedge|\bedge\b|brave|vivaldi|opera\b|office|google|clicktorun|teams|onenote"
    assert not re.search(products, CODE)


def test_it_says_its_version() -> None:
    assert f"$Collector = 'collect.ps1/{__version__}'" in TEXT


def test_the_header_says_how_to_run_it() -> None:
    header = TEXT.partition("#>")[0]
    for words in (
        r"powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 -Out \\server\share",
        "Intune",
        "ConfigMgr",
    ):
        assert words in header
    parameters = re.findall(r"\$(\w+)", TEXT.partition("#>")[2].partition("\n)\n")[0])
    assert {"Out", "Site", "Tag", "DelaySeconds", "DeadlineSeconds", "SelfTest"} <= set(parameters)
    assert all(f"-{name}" in header for name in parameters if name not in ("true", "false"))
