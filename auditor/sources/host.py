"""What only a running PC can say: names, processors, memory, disk, processes.

``host`` sources: hostname, machine-id (macOS), machine (the kernel's word for the processor),
kernel, cores, memory (bytes), disk (bytes of the system's disk), rights (user, admin, system),
firmware (uefi or bios, on Windows). ``process`` sources name programs, with ``*``, separated by commas.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

import psutil

from auditor.identity import hashed
from auditor.model import Reading, Source, Status, Value
from auditor.sources import commands


def _machine_id() -> Value:
    """The Mac's own id, hashed. Linux has its id in a file, which is a source of another kind."""
    found = re.search(r'"IOPlatformUUID" = "([^"]+)"', commands.run(["ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]))
    if not found:
        raise ValueError("ioreg names no platform id")
    return hashed(found.group(1))


def _machine() -> Value:
    """The operating system's processor: what the system has, not this process, which may be translated."""
    if sys.platform == "win32":
        return os.environ.get("PROCESSOR_ARCHITEW6432") or os.environ["PROCESSOR_ARCHITECTURE"]
    if sys.platform == "darwin" and _is_apples():
        return "arm64"
    return os.uname().machine


def _is_apples() -> bool:
    """Whether a Mac has Apple's own processor; others do not know the question."""
    try:
        return commands.run(["sysctl", "-n", "hw.optional.arm64"]).strip() == "1"
    except OSError:
        return False


def _kernel() -> Value:
    if sys.platform == "win32":
        return ".".join(map(str, sys.getwindowsversion()[:3]))
    return os.uname().release


def _disk() -> Value:
    return int(psutil.disk_usage(os.environ.get("SYSTEMDRIVE", "C:") + "\\" if sys.platform == "win32" else "/").total)


def _rights() -> Value:
    """What this process may do: the superuser's and an elevated administrator's rights are ``admin``."""
    if sys.platform == "win32":
        import ctypes

        if os.environ.get("USERNAME", "").endswith("$"):  # the PC's own account, which services run as
            return "system"
        return "admin" if ctypes.windll.shell32.IsUserAnAdmin() else "user"
    return "admin" if os.geteuid() == 0 else "user"


def _firmware() -> Value:
    """GetFirmwareType of kernel32, which Windows has since 8."""
    if sys.platform == "win32":
        import ctypes

        try:
            ask = ctypes.windll.kernel32.GetFirmwareType
        except AttributeError:
            raise ValueError("this Windows does not say") from None
        kind = ctypes.c_uint(0)
        return {1: "bios", 2: "uefi"}.get(kind.value) if ask(ctypes.byref(kind)) else None
    raise ValueError("only Windows is asked")


HOST: Mapping[str, Callable[[], Value]] = {
    "hostname": socket.gethostname,
    "machine-id": _machine_id,
    "machine": _machine,
    "kernel": _kernel,
    "cores": lambda: psutil.cpu_count(logical=False) or psutil.cpu_count(),
    "memory": lambda: int(psutil.virtual_memory().total),
    "disk": _disk,
    "rights": _rights,
    "firmware": _firmware,
}
"""Every name a ``host`` source may have, and how it is read."""


def read(source: Source) -> Iterator[Reading]:
    """Reader of kind host."""
    at = f"this PC: {source.where}"
    if source.where not in HOST:
        yield Reading(source, at, Status.FAILED, detail=f"no host source is called {source.where!r}")
        return
    try:
        value = HOST[source.where]()
    except FileNotFoundError as error:
        yield Reading(source, at, Status.ABSENT, detail=f"no {error.filename}")
    except PermissionError as error:
        yield Reading(source, at, Status.DENIED, detail=error.strerror or str(error))
    except (OSError, ValueError, KeyError, psutil.Error) as error:
        yield Reading(source, at, Status.FAILED, detail=str(error)[:200] or type(error).__name__)
    else:
        if value in (None, ""):
            yield Reading(source, at, Status.FAILED, detail="the system gave no value")
        else:
            yield Reading(source, at, Status.READ, value)


def _program(process: psutil.Process) -> str | None:
    """The path of its program, which costs less than its name; empty for the kernel's own, None for somebody else's."""
    try:
        return process.exe().removesuffix(" (deleted)")
    except psutil.AccessDenied:
        return None


def _is_wanted(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern) for pattern in patterns)


def processes(source: Source) -> Iterator[Reading]:
    """Reader of kind process: the programs' paths, each once. Arguments and users are never read."""
    patterns = source.where.casefold().split(",")
    paths: set[str] = set()
    hidden = 0
    for process in psutil.process_iter():
        try:
            path = _program(process)
            hidden += path is None and _is_wanted(process.name(), patterns)
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if path and _is_wanted(os.path.basename(path), patterns):
            paths.add(path)
    if paths:
        yield Reading(source, "running processes", Status.READ, [*sorted(paths)])
    if hidden:
        yield Reading(source, "running processes", Status.DENIED, detail="other users' programs cannot be seen")
    if not paths and not hidden:
        yield Reading(source, "running processes", Status.ABSENT, detail="none is running")
