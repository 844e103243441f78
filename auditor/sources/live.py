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
    found: dict[str, Reader] = {
        **files.readers(root), "command": commands.read, "host": host.read, "process": host.processes,
    }  # fmt: skip
    if sys.platform == "win32":
        from auditor.sources import winregistry

        found["registry"] = winregistry.read
    elif sys.platform == "darwin":
        from auditor.sources import plists

        found |= plists.readers(root)
    else:
        from auditor.sources import packages

        found |= packages.readers(root)
    return found
