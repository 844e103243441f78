"""The house rules that a machine can hold: who may import whom, what may be used where, how long things are."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "auditor"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAY_IMPORT = {
    "model": set(),
    "errors": set(),
    "places": set(),
    "versions": set(),
    "browser_words": {"knowledge", "model"},
    "matchers": {"browser_words", "errors", "model", "versions"},
    "strict_yaml": {"errors"},
    "identity": {"model"},
    "privacy_words": set(),
    "privacy": {"model", "privacy_words"},
    "privacy_bytes": {"privacy"},
    "privacy_keys": {"errors", "privacy", "snapshot"},
    "agent_file": {"errors", "strict_yaml"},
    "rule_fields": {"model"},
    "rule_file": {"errors", "matchers", "model", "rule_fields", "strict_yaml"},
    "rule_overrides": {"matchers", "model", "rule_fields", "rule_file"},
    "rule_schema": {"matchers", "model", "rule_fields", "rule_file"},
    "rules": {"errors", "matchers", "model", "places", "rule_file", "rule_overrides", "strict_yaml"},
    "dictionary": {"checks", "knowledge", "model"},
    "advice": {"knowledge", "model"},
    "overrides_file": {"errors", "knowledge", "matchers", "strict_yaml"},
    "trial": {"evaluate", "finding_words", "knowledge", "model", "rule_file", "subjects"},
    "waivers": {"errors", "matchers", "model", "strict_yaml"},
    "identity_file": {"errors", "matchers", "strict_yaml"},
    "subjects": {"knowledge", "model", "rule_file"},
    "finding_words": {"matchers", "rule_file", "subjects"},
    "evaluate": {"advice", "finding_words", "knowledge", "matchers", "model", "rule_file", "subjects"},
    "sources": {"errors", "identity", "model"},
    "probe": {"errors", "model"},
    "checks": {"identity", "model", "versions"},
    "scan": {"checks", "identity", "model", "sources"},
    "knowledge": {"errors", "model", "versions"},
    "snapshot": {"errors", "model"},
    "remote": {"errors"},
    "estate": {
        "checks",
        "errors",
        "evaluate",
        "identity",
        "identity_file",
        "knowledge",
        "matchers",
        "model",
        "privacy",
        "rule_file",
        "rules",
        "snapshot",
        "subjects",
        "strict_yaml",
        "versions",
        "waivers",
    },
    "report": {
        "errors",
        "estate",
        "evaluate",
        "finding_words",
        "knowledge",
        "matchers",
        "model",
        "rule_file",
        "rules",
        "trial",
    },
    "cli": None,
    "__main__": {"cli"},
    "__init__": set(),
}
"""Part of auditor → the other parts it may import; None is all of them."""

ONLY_IN = {
    "winreg": ("sources",),
    "subprocess": ("sources", "probe"),
    "psutil": ("sources", "probe"),
    "regipy": ("sources",),
    "pefile": ("sources",),
    "click": ("cli",),
    "requests": ("remote",),
    "urllib3": ("remote",),
    "yaml": ("strict_yaml",),
    "tabulate": ("report",),
    "jinja2": ("report",),
    "markupsafe": ("report",),
    "docx": ("report",),
    "docxtpl": ("report",),
    "resvg_py": ("report",),
    "typst": ("report",),
    "xlsxwriter": ("report",),
    "packaging": ("versions",),
    "msgspec": ("snapshot", "estate"),
    "duckdb": ("estate",),
    "pyarrow": ("estate",),
    "pyspark": ("estate",),
    "filelock": ("estate",),
    "numpy": ("estate",),
    "zstandard": ("estate",),
}
"""Library → the only parts of auditor that may import it."""

MAY_CATCH_ALL = {"sources/__init__.py", "sources/hives.py", "checks/__init__.py"}
"""Where one broken part must leave a gap and stop no other."""

TABLES = {"checks/browsers.py"}
"""Modules that are one long table, and may be longer than others."""

AGENT_MAY_IMPORT = {"auditor", "click", "psutil", "packaging", "yaml", "tabulate", "_yaml", "cython_runtime", "wcwidth"}
"""Everything outside the standard library that ``auditor scan`` may load."""


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_part_imports_only_what_the_table_allows(path: Path) -> None:
    allowed = MAY_IMPORT[part(path)]
    used = {each.split(".")[1] for each in imports(path) if each.startswith("auditor.")}
    used = {each for each in used if each in MAY_IMPORT} - {part(path)}
    assert allowed is None or used <= allowed, f"{name(path)} must not import {sorted(used - allowed)}"
    assert part(path) == "cli" or "cli" not in used or part(path) == "__main__"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_library_is_used_only_in_its_home(path: Path) -> None:
    used = {each.split(".")[0] for each in imports(path)} & ONLY_IN.keys()
    assert all(part(path) in ONLY_IN[each] for each in used), f"{name(path)} imports {sorted(used)}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_clock_the_environment_and_the_screen_stay_at_the_edge(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if part(path) != "cli":
        assert not re.search(r"\b(date\.today|datetime\.now|datetime\.utcnow|time\.time)\(", text), "the clock"
        assert not re.search(r"\bsys\.exit\(", text), "an exit"
    if part(path) not in ("sources", "probe"):
        assert "os.environ" not in text, "the environment"
    assert not any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print" for node in ast.walk(tree(path)))


def is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or getattr(handler.type, "id", "") in ("Exception", "BaseException")


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_everything_is_caught_only_where_one_part_must_not_stop_the_others(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and not isinstance(node.body[-1], ast.Raise)
    ]
    assert not broad or name(path) in MAY_CATCH_ALL, f"{name(path)}:{broad}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_stay_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400 or name(path) in TABLES, f"{name(path)} has {lines} lines"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 60, f"{name(path)}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_everything_public_says_what_it_means(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module), f"{name(path)} has no docstring"
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name(path)}: {node.name} has no docstring"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    banned = re.compile(r"(^|/)(utils?|helpers?|common|core|base|misc|tools?|manager)s?(\.py|/|$)")
    assert not [name(path) for path in MODULES if banned.search(name(path))]


def test_the_agent_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "from auditor.cli import group\n"
        "group.main(['scan', '--fail-on', 'never', '-o', sys.argv[1]], standalone_mode=False)\n"
        "print('\\n'.join(sorted(set(sys.modules) - before)))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "scan.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PACKAGE.parent)
    loaded = {each.split(".")[0] for each in done.stdout.split()}
    assert "auditor.probe" not in done.stdout.split()
    foreign = {each for each in loaded - sys.stdlib_module_names - AGENT_MAY_IMPORT if not each.startswith("_cython")}
    assert loaded, done.stderr
    assert "psutil" in loaded
    assert not foreign, f"auditor scan also loads {sorted(foreign)}"
    for heavy in (
        "requests",
        "msgspec",
        "duckdb",
        "pyarrow",
        "numpy",
        "regipy",
        "jinja2",
        "docx",
        "lxml",
        "resvg_py",
        "typst",
        "xlsxwriter",
        "asyncio",
        "ssl",
        "unittest",
        "http",
    ):
        assert heavy not in loaded, f"auditor scan loads {heavy}"
