"""The readers for the PC that auditor runs on, and which family of systems it is."""

from __future__ import annotations

import sys

from auditor.sources import Reader, commands, files, host


def family() -> str:
    """windows, macos or linux: what this PC runs."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def readers() -> dict[str, Reader]:
    """Kind of source → its reader here."""
    root = files.Root()
    found: dict[str, Reader] = {"command": commands.read, "host": host.read, "process": host.processes}
    if sys.platform == "win32":
        from auditor.sources import machineids, systemtexts, windisk, winfiles, winregistry

        registry = winregistry.reader()
        found |= {"registry": registry, "machine-id": machineids.reader(registry), "systeminfo": systemtexts.none_given}
        return found | winfiles.readers(windisk.Disk(registry))
    if sys.platform == "darwin":
        from auditor.sources import plists

        return found | files.readers(root) | plists.readers(root)
    from auditor.sources import packages

    return found | files.readers(root) | packages.readers(root)
