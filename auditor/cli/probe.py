"""``auditor probe``: HTML5 as the installed browsers themselves answer."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from auditor import checks
from auditor.cli import EXIT_STOPPED, options
from auditor.errors import AuditorError, UsageError
from auditor.matchers import suggest
from auditor.model import Reading, Subject
from auditor.probe import browsers, result, run
from auditor.probe.server import Server
from auditor.probe.summary import groups
from auditor.report.text import clean, heading, table
from auditor.scan import take
from auditor.sources import live

SCHEMA = "auditor/probe/1"
"""Name and version of the JSON document."""


@click.command(
    epilog="""\b
Examples:
  auditor probe                   every browser on this PC that can be started
  auditor probe --only firefox
  auditor probe --format json -o html5.json
  auditor probe --page            a browser that you open yourself: Safari, Internet Explorer, a phone's emulator"""
)
@click.option("--only", "products", multiple=True, metavar="PRODUCT", help="Measure this browser alone; can be given again.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(1, 600),
    default=run.DEADLINE,
    show_default=True,
    help="Seconds that each browser gets.",
)
@click.option("--no-renderer", is_flag=True, help="Do not ask for the name of the graphics processor.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to show the result.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the result to FILE.")
@click.option("--page", is_flag=True, help="Serve the page for one visit, to be opened in any browser of this PC.")
def command(
    products: tuple[str, ...], seconds: float, no_renderer: bool, form: str, output: Path | None, page: bool
) -> None:
    """Measure HTML5: start each installed browser, out of sight and on a profile of its own, and ask it.

    Nothing of yours is opened, nothing leaves this PC, and nothing is left on it.
    """
    before = signal.signal(signal.SIGTERM, _ended)
    try:
        readings = [_by_hand(renderer=not no_renderer)] if page else _measured(products, seconds, renderer=not no_renderer)
    except KeyboardInterrupt:
        click.echo("\nended before there was an answer; nothing was left behind", err=True)
        sys.exit(EXIT_STOPPED)
    finally:
        signal.signal(signal.SIGTERM, before)
    if form == "json":
        document = {"schema": SCHEMA, "readings": [{"at": each.at, **_value(each)} for each in readings]}
        text = json.dumps(document, indent=1, ensure_ascii=True)
    else:
        text = "\n".join(_shown(each, options.terminal_width()) for each in readings)
    options.emit(text.encode() + b"\n", output)


def _ended(number: int, _frame: object) -> None:
    """Leave as with Ctrl-C, so that no browser is left running."""
    raise KeyboardInterrupt(number)


def _measured(products: Sequence[str], seconds: float, *, renderer: bool) -> list[Reading]:
    """The readings of the installed browsers, or of those of ``products``."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    snapshot = take(live.family(), live.readers(), taken_at=now, salt=os.urandom(16).hex())
    targets, left = browsers.targets(checks.detect(snapshot))
    here = {each.product for each in targets} | {subject.name for subject, _ in left}
    for product in products:
        if product not in here:
            raise UsageError(f"no {product} is installed here{suggest(product, here)}", _installed(here))
    if not here:
        raise AuditorError("no browser was found on this PC", "auditor scan shows where it was looked for.")
    chosen = [each for each in targets if not products or each.product in products]
    with options.progress("Measuring", len(chosen)) as tick:
        readings = run.measure(chosen, run.Options(seconds, renderer), tick)
    return readings + [run.not_run(subject, why) for subject, why in left if not products or subject.name in products]


def _installed(here: set[str]) -> str:
    return f"Installed: {', '.join(sorted(here))}." if here else "No browser was found on this PC."


def _by_hand(*, renderer: bool) -> Reading:
    """The reading of whichever browser comes to the page."""
    with Server(renderer=renderer) as server:
        click.echo(
            f"Open this address in the browser on this PC that you want to measure:\n\n  {server.address}\n", err=True
        )
        click.echo("Waiting for it; Ctrl-C ends.", err=True)
        while server.heard.answer is None and not server.heard.script_off:
            server.wait(0.5)
        heard = server.heard
    answers = result.parse(heard.answer or b"")
    about = answers.information
    value: dict[str, Any] = {
        "result": "done" if heard.answer is not None else "script off",
        "detail": "" if heard.answer is not None else "JavaScript is switched off in it, so nothing can be asked",
        "product": "",
        "mode": "by hand",
        "agent": about.get("agent", ""),
        "agent_version": about.get("version", ""),
        "document_mode": about.get("mode", ""),
        "values": {**answers.values},
        "renderer": about.get("renderer", ""),
    }
    return run.reading(Subject("browser", "", "page"), value)


def _value(reading: Reading) -> Mapping[str, Any]:
    return reading.value if isinstance(reading.value, dict) else {}


def _shown(reading: Reading, width: int) -> str:
    """One browser for a person: who it is, how it went, and its groups of features."""
    value = _value(reading)
    name = " ".join(filter(None, (value["product"], value.get("version"))))
    lines = [heading(f"{name or 'The browser that came'} ({reading.at})")]
    if value["result"] != "done":
        return "\n".join([*lines, f"{value['result']}: {clean(value['detail'])}", "Nothing can be said of its features."])
    told = {
        "agent": value["agent"],
        "version by itself": value["agent_version"],
        "document mode": value["document_mode"],
        "WebGL drawn by": value["renderer"],
        "note": value["detail"],
    }
    lines += [f"{what}: {clean(text)}" for what, text in told.items() if text]
    engine = value.get("engine", "") if value["mode"] == "headless" else ""
    rows = [
        (group.name, group.there, *(", ".join(names) for names in (group.missing, group.off, group.untold)))
        for group in groups(value["values"], engine)
    ]
    return "\n".join([*lines, "", table(("", "there", "missing", "switched off or refused", "not told"), rows, width)])
