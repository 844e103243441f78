"""``auditor estate sites``: what a file of sites would do, before it is used."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from auditor.cli import EXIT_FAILED, options
from auditor.cli.privacy import read, text_of
from auditor.estate import sites
from auditor.model import Device
from auditor.report.text import table

MOST = 40
"""How many PCs are shown one by one."""

Devices = Callable[[Path], Iterable[tuple[str, Device]]]
"""From an estate's folder to its PCs, each with the name of the input that it came from."""


def hosts_in(text: str) -> Iterable[tuple[str, Device]]:
    """PCs by name, one a line; a path before the name is the folder that it would be handed in from."""
    for line in text.splitlines():
        if name := line.strip():
            folder, slash, host = name.replace("\\", "/").rpartition("/")
            yield f"{folder}{slash}{host}", Device("", host, "")


def command_over(devices: Devices) -> click.Command:
    """The command, over an estate's PCs as ``devices`` tells them."""

    @click.command(
        "sites",
        epilog="""\b
Examples:
  auditor estate sites sites.yaml --check                     with the PCs of the estate
  auditor estate sites sites.yaml --check --hosts names.txt   with a list of names""",
    )
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--check", is_flag=True, help="Show what FILE would do with each PC; exit with 1 where one has no site.")
    @click.option(
        "--hosts", metavar="LIST", help="Host names, one a line, with a folder before them if you like; - reads input."
    )
    @options.estate
    def command(file: Path, check: bool, hosts: str | None, estate: Path) -> None:
        """Check FILE, which says where PCs stand and what they are tagged with."""
        known = sites.load(file)
        if not check:
            click.echo(f"{file}: right. A site is told by {', then '.join(known.order)}.")
            return
        given = hosts_in(text_of(read(hosts))) if hosts else devices(estate)
        placed = [(name, device, known.assign(name, device)) for name, device in given]
        rows = [
            (
                device.hostname or device.id[:12],
                each.site or "none",
                " ".join(each.tags),
                "; ".join(each.why) or "nothing fits",
            )
            for _, device, each in placed[:MOST]
        ]
        width = options.terminal_width()
        click.echo(table(("PC", "site", "tags", "because"), rows, width))
        if len(placed) > MOST:
            click.echo(f"and {len(placed) - MOST} more.")
        counts = Counter(each.site or "none" for _, _, each in placed)
        click.echo()
        click.echo(table(("site", "PCs"), [(site, str(count)) for site, count in counts.most_common(MOST)], width))
        if counts["none"]:
            sys.exit(EXIT_FAILED)

    return command
