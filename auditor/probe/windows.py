r"""Starting a browser on Windows: in a job that ends all of it, in the session of whoever is signed in.

A job object holds every process that a browser starts, whoever its parent is, and ends them
when it is closed: also where auditor itself is ended. Firefox starts through a
launcher that ends at once, so that the end of the job counts and not of the program.
Written from Microsoft's documentation (learn.microsoft.com, "Job Objects"); it was never run.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import contextlib
    import ctypes
    import os
    import subprocess
    from collections.abc import Sequence
    from ctypes import wintypes
    from pathlib import Path

    import psutil

    from auditor.probe.browsers import Target
    from auditor.probe.tree import Running

    _KILL_ON_CLOSE = 0x2000  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    _EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
    _PROCESS_LIST = 3  # JobObjectBasicProcessIdList
    _SUSPENDED = 0x4  # CREATE_SUSPENDED
    _MOST_PROCESSES = 1024

    class _BasicLimits(ctypes.Structure):
        """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; the six in the middle are IO_COUNTERS."""

        _fields_ = (
            ("BasicLimitInformation", _BasicLimits),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    class _ProcessList(ctypes.Structure):
        """JOBOBJECT_BASIC_PROCESS_ID_LIST, with room for many."""

        _fields_ = (
            ("NumberOfAssignedProcesses", wintypes.DWORD),
            ("NumberOfProcessIdsInList", wintypes.DWORD),
            ("ProcessIdList", ctypes.c_size_t * _MOST_PROCESSES),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
    _kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
    _kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _kernel.QueryInformationJobObject.argtypes = (
        wintypes.HANDLE,
        ctypes.c_int,
        ctypes.c_void_p,
        wintypes.DWORD,
        ctypes.c_void_p,
    )
    _kernel.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _kernel.ProcessIdToSessionId.argtypes = (wintypes.DWORD, ctypes.POINTER(wintypes.DWORD))

    class InJob(Running):
        """A browser in a job: what is in the job is the browser."""

        def __init__(self, process: subprocess.Popen[bytes], folder: Path, job: int) -> None:
            super().__init__(process, folder)
            self._job = job

        def has_ended(self) -> bool:
            """Whether the last process of the job has ended."""
            self._process.poll()
            return not self._alive()

        def end(self) -> list[str]:
            """End the job, then whatever is left; the names of what could not be ended."""
            _kernel.TerminateJobObject(self._job, 1)
            left = super().end()
            _kernel.CloseHandle(self._job)
            return left

        def _alive(self) -> list[psutil.Process]:
            listed = _ProcessList()
            if not _kernel.QueryInformationJobObject(
                self._job, _PROCESS_LIST, ctypes.byref(listed), ctypes.sizeof(listed), None
            ):
                return super()._alive()
            found = []
            for number in listed.ProcessIdList[: listed.NumberOfProcessIdsInList]:
                with contextlib.suppress(psutil.Error):
                    found.append(psutil.Process(number))
            return found

    def start(command: Sequence[str], folder: Path) -> Running:
        """Start a browser whose every file is to be in ``folder``, in a job of its own.

        It begins suspended and goes on in the job, so that nothing it starts can be outside.

        :raises OSError: it cannot be started, or no job can be made for it.
        """
        job = _kernel.CreateJobObjectW(None, None)
        limits = _ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = _KILL_ON_CLOSE
        if not job or not _kernel.SetInformationJobObject(
            job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        ):
            raise ctypes.WinError(ctypes.get_last_error())
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment(folder),
            creationflags=_SUSPENDED | subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW,
        )
        if not _kernel.AssignProcessToJobObject(job, int(process._handle)):  # type: ignore[attr-defined]
            error = ctypes.WinError(ctypes.get_last_error())
            process.kill()
            _kernel.CloseHandle(job)
            raise error
        psutil.Process(process.pid).resume()
        return InJob(process, folder, job)

    def environment(folder: Path) -> dict[str, str]:
        """The environment of this session, with the folders of the user's own data in the throw-away one."""
        own = {**os.environ, "MOZ_CRASHREPORTER_DISABLE": "1"}
        own |= {"LOCALAPPDATA": str(folder / "home"), "APPDATA": str(folder / "home")}
        return own | {"TEMP": str(folder / "tmp"), "TMP": str(folder / "tmp")}

    def refusal(target: Target) -> str:
        """Why a browser is not started from here: another user's program, or the session of services, which has no user."""
        home = os.environ.get("USERPROFILE", "")
        if target.user and not (home and target.program.casefold().startswith(f"{home}\\".casefold())):
            return "its program belongs to another user: that user can measure it"
        session = wintypes.DWORD()
        if _kernel.ProcessIdToSessionId(os.getpid(), ctypes.byref(session)) and session.value == 0:
            return "this is the session of services, where no user's policies count: start it as the user who is signed in"
        return ""
