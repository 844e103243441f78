"""``auditor raw``: the last step from a number to the raw value."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli import options
from auditor.errors import AuditorError
from auditor.estate import upkeep
from auditor.estate.store import open_store


@click.command(
    epilog="""\b
Examples:
  auditor raw 4a5e1e4b                        the snapshot whose SHA-256 begins so
  auditor raw 4a5e1e4b -o s.json && sha256sum s.json
  auditor scan --offline s.json               and what follows from it"""
)
@click.argument("sha256")
@options.estate
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the snapshot to FILE.")
def command(sha256: str, estate: Path, output: Path | None) -> None:
    """Print the snapshot or kit's file with this SHA-256 (or its first 8 digits or more), byte for byte as it came."""
    with open_store(estate) as store:
        found = store.find(sha256.lower())
        if not found and (gone := upkeep.no_longer_kept(store, sha256.lower())):
            raise AuditorError(
                f"snapshot {gone[0][0]}, received {gone[0][1]}, is no longer kept by choice of retention",
                "auditor estate keep left each PC's newest of that month.",
            )
        if len(found) != 1:
            said = "no snapshot" if not found else f"{len(found)} snapshots"
            raise AuditorError(f"{said} in {estate} with a SHA-256 that begins {sha256!r}", "Reports name them in full.")
        data = store.raw(found[0])
    options.emit(data, output)
