"""The command line. It parses, wires and exits; nothing is decided here.

Each command is loaded when it is called, so ``auditor scan`` never pays for, nor needs,
what only the estate's commands import.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping

import click

from auditor import __version__
from auditor.errors import AuditorError, UsageError

EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 1, 2, 3
"""0 nothing failed; 1 a failure at or above ``--fail-on``; 2 bad usage; 3 the job could not be done."""

COMMANDS: Mapping[str, tuple[str, str]] = {
    "scan": ("auditor.cli.scan", "Read this PC (or what was taken from one) and judge it."),
    "probe": ("auditor.cli.probe", "Measure HTML5 in the browsers that are installed."),
    "ingest": ("auditor.cli.ingest", "Take snapshots into the estate."),
    "report": ("auditor.cli.report", "Report on the whole estate."),
    "compare": ("auditor.cli.compare", "Compare two states of an estate: what changed, and why."),
    "estate": ("auditor.cli.estate", "Look after the estate: whole, expected, which PCs are one, forgotten, simulated."),
    "raw": ("auditor.cli.raw", "Print a snapshot of the estate, byte for byte as it came."),
    "privacy": ("auditor.cli.privacy", "Make keys of pseudonyms, and find out whose one is."),
    "knowledge": ("auditor.cli.knowledge", "Show, check and refresh the dated facts."),
    "rules": ("auditor.cli.rules", "List, explain, check and test rules."),
}
"""Command → its module, and the line that ``auditor --help`` shows for it."""


class _Commands(click.Group):
    """A group that knows its commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  auditor scan                                this PC, on screen
  auditor scan --save here.json               and its snapshot, to hand in
  auditor ingest here.json //share/snapshots  snapshots into the estate
  auditor report                              the estate, on screen
  auditor report --format html -o report.html

\b
Exit codes:
  0 nothing failed    1 a failure at or above --fail-on
  2 bad usage         3 the job could not be done""",
)
@click.version_option(__version__, prog_name="auditor")
def group() -> None:
    """Which PCs can use which websites, what is in the way, and the evidence for it."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    from auditor.cli import console

    console.settle()
    try:
        group.main(arguments, prog_name="auditor", standalone_mode=True)
    except AuditorError as error:
        from auditor.report.text import clean

        for number, line in enumerate(error.message.splitlines()):
            click.echo(("error: " if number == 0 else "       ") + clean(line), err=True)
        if error.hint:
            click.echo(f"       {clean(error.hint)}", err=True)
        sys.exit(EXIT_USAGE if isinstance(error, UsageError) else EXIT_STOPPED)
