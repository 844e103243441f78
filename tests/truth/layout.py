"""From a label to something that auditor can open: a group's files as they are, or laid out as on a PC.

A published file is often one piece of a PC. What its label calls ``lay`` says where that
piece would be. Nothing is added to what it says, but for what ``make`` spells out.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pe
import regf
from auditor.sources import regtext

HEADER = "Windows Registry Editor Version 5.00\r\n"


def laid_out(machine: Mapping[str, Any], group: Path, to: Path) -> Path:
    """The folder or file to open for one machine of a label."""
    lay = machine.get("lay", {})
    if not lay:
        return group / machine.get("place", ".")
    to.mkdir(parents=True, exist_ok=True)
    for step, told in lay.items():
        _STEPS[step](told, group, to)
    return to


def _files(told: Mapping[str, str], group: Path, to: Path) -> None:
    for target, source in told.items():
        _put(to, target, (group / source).read_bytes())


def _make(told: Mapping[str, str], group: Path, to: Path) -> None:
    for target, text in told.items():
        _put(to, target, text.encode())


def _links(told: Mapping[str, str], group: Path, to: Path) -> None:
    for target, pointed in told.items():
        (to / target).parent.mkdir(parents=True, exist_ok=True)
        (to / target).symlink_to(pointed)


def _hives(told: Mapping[str, str], group: Path, to: Path) -> None:
    """Hives made from exports: where on the disk → the export of what is in it."""
    for target, source in told.items():
        _put(to, target, regf.hive(_hive((group / source).read_text(encoding="utf-8")), target.rpartition("/")[2]))


def _programs(told: Mapping[str, Mapping[str, str]], group: Path, to: Path) -> None:
    """Program files that say their product and version and do nothing."""
    for target, words in told.items():
        _put(to, target, pe.program(**words))


def _cut(told: Mapping[str, int], group: Path, to: Path) -> None:
    """Files of which only so many bytes are left."""
    for target, size in told.items():
        (to / target).write_bytes((to / target).read_bytes()[:size])


def _inputs(told: str, group: Path, to: Path) -> None:
    """A fixture that holds files and what they said."""
    for target, text in json.loads((group / told).read_text(encoding="utf-8"))["input"].items():
        if target.startswith("/") and isinstance(text, str):
            _put(to, target[1:], text.encode())


def _programs_named(told: str, group: Path, to: Path) -> None:
    _put(to, "programs.reg", _uninstall(_names(group / told)))


def _names_of(told: Mapping[str, Any], group: Path, to: Path) -> None:
    """Every so many-th row of a list: two versions of one program, which stand together in it, come onto two PCs."""
    rows = list(_names(group / told["file"]))
    _put(to, "programs.reg", _uninstall(rows[told["part"] :: told["of"]]))


def _old_systems(told: str, group: Path, to: Path) -> None:
    _put(to, "setup.reg", _setup(json.loads((group / told).read_text(encoding="utf-8"))))


def _put(folder: Path, target: str, data: bytes) -> None:
    assert ".." not in target
    path = folder / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _tree(told: str, group: Path, to: Path) -> None:
    """A copy of a published tree, in which ``NAME.SYMLINK`` is a link again."""
    shutil.copytree(group / told, to, dirs_exist_ok=True)
    for file in sorted(to.rglob("*.SYMLINK")):
        file.with_suffix("").symlink_to(file.read_text(encoding="utf-8").strip())
        file.unlink()


def _hive(text: str) -> regf.Tree:
    """The tree of a hive from an export of it: what is below ``HKEY_LOCAL_MACHINE\\SOFTWARE`` or a user."""
    top = regf.Tree()
    for mount in regtext.mounts(text, "made", "")[0]:
        tree = top
        for part in mount.path[2:]:
            tree = tree.setdefault(part, {})
        _fill(tree, mount.key)
    return top


def _fill(tree: regf.Tree, key: Any) -> None:
    for name, kind, data in key.values():
        tree[name] = data if kind in ("REG_SZ", "REG_DWORD", "REG_MULTI_SZ") else bytes.fromhex(str(data))
    for name in key.subkeys():
        _fill(tree.setdefault(name, {}), key.child(name))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _names(path: Path) -> Iterable[tuple[str, str, str, str]]:
    """(key, name, version, publisher) of each row of a list of programs; the key and the rest may be missing."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()):
        columns = line.split("|")
        if len(columns) >= 7:
            yield columns[6] or f"row {number}", columns[3], columns[4], columns[5]
        elif line.strip():
            yield f"row {number}", line.strip(), "", ""


def _uninstall(rows: Iterable[tuple[str, str, str, str]]) -> bytes:
    """A list of programs as an export of Windows' own."""
    top = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
    lines = [HEADER, f"[{top}]"]
    for key, name, version, publisher in rows:
        lines += ["", f"[{top}\\{key}]"]
        values = {"DisplayName": name, "DisplayVersion": version, "Publisher": publisher}
        lines += [f'"{value}"="{_quoted(data)}"' for value, data in values.items() if data]
    return "\r\n".join([*lines, ""]).encode("utf-16")


def _setup(told: Mapping[str, Any]) -> bytes:
    """SYSTEM\\Setup as an export, from a list of its values."""
    lines = [HEADER]

    def key(path: str, values: Mapping[str, Any]) -> None:
        lines.extend(["", f"[{path}]"])
        for name, data in values.items():
            if isinstance(data, str):
                lines.append(f'"{_quoted(name)}"="{_quoted(data)}"')
            elif isinstance(data, int):
                lines.append(f'"{_quoted(name)}"=dword:{data & 0xFFFFFFFF:08x}')

    top = "HKEY_LOCAL_MACHINE\\SYSTEM"
    key(f"{top}\\Setup", told["Setup"])
    for old in told["SourceOS"]:
        key(f"{top}\\Setup\\{old['key']}", old["values"])
    key(f"{top}\\ControlSet001\\Control\\Windows", told["Control\\Windows"])
    return "\r\n".join([*lines, ""]).encode("utf-16")


_STEPS = {
    "tree": _tree, "files": _files, "make": _make, "links": _links, "hives": _hives, "programs": _programs,
    "inputs": _inputs, "cut": _cut, "programs_named": _programs_named, "names_of": _names_of, "setup": _old_systems,
}  # fmt: skip
"""What a label's ``lay`` may ask for → how it is done; in the label's order."""
