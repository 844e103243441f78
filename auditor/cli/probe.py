"""``auditor probe``: HTML5 as the installed browsers themselves answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from auditor import checks
from auditor.checks import html5
from auditor.checks.collected import Collected
from auditor.cli import EXIT_STOPPED, options
from auditor.errors import AuditorError, UsageError
from auditor.evaluate import evaluate
from auditor.knowledge.enrich import enriched
from auditor.matchers import suggest
from auditor.model import Detected, Device, Fact, Reading, Snapshot, Subject, Value
from auditor.probe import browsers, result, run
from auditor.probe.agent import visitor
from auditor.probe.server import Server
from auditor.report import websites
from auditor.report.html5 import GROUP_HEAD, by_group
from auditor.report.text import clean, heading, table
from auditor.scan import take, with_measurements
from auditor.sources import live

SCHEMA = "auditor/probe/1"
"""Name and version of the JSON document."""

SERVICES = "services"
"""The pack whose websites are judged."""


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
@options.knowledge
@click.option("--page", is_flag=True, help="Serve the page for one visit, to be opened in any browser of this PC.")
def command(
    products: tuple[str, ...],
    seconds: float,
    no_renderer: bool,
    form: str,
    output: Path | None,
    knowledge_folder: Path | None,
    page: bool,
) -> None:
    """Measure HTML5: start each installed browser, out of sight and on a profile of its own, and ask it.

    Nothing of yours is opened, nothing leaves this PC, and nothing is left on it.
    """
    day = options.today(None)
    fresh = options.knowledge_from(knowledge_folder, day)
    try:
        with options.tidied_up():
            if page:
                readings = [_by_hand(renderer=not no_renderer)]
                detected = _who_came(readings[0])
            else:
                readings, detected = _measured(products, seconds, renderer=not no_renderer)
    except KeyboardInterrupt:
        click.echo("\nended before there was an answer; nothing was left behind", err=True)
        sys.exit(EXIT_STOPPED)
    rules = options.rules_for((), (SERVICES,))
    findings = evaluate(rules.rules, detected, day, fresh=fresh)
    if form == "json":
        document = {"schema": SCHEMA, "readings": [{"at": each.at, **_value(each)} for each in readings]}
        text = json.dumps(document, indent=1, ensure_ascii=True)
    else:
        known = enriched(detected, day, fresh=fresh).facts
        verdicts = {fact.subject.full_name: fact.value for fact in known if fact.name == "verdict"}
        width = options.terminal_width()
        parts = [_shown(each, verdicts.get(each.at), width) for each in readings]
        text = "\n".join([*parts, *websites.section(findings, rules, width)])
    options.emit(f"{text}\n", output)


def _measured(products: Sequence[str], seconds: float, *, renderer: bool) -> tuple[list[Reading], Detected]:
    """The readings of the installed browsers, or of those of ``products``, and what is understood of them on this PC."""
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
    readings += [run.not_run(subject, why) for subject, why in left if not products or subject.name in products]
    asked = {reading.at for reading in readings}
    found = checks.detect(with_measurements(snapshot, readings))
    facts = (fact for fact in found.facts if fact.subject.kind != "html5" or fact.subject.full_name in asked)
    return readings, Detected(tuple(facts))


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
    came = visitor(about.get("agent", ""), about.get("version", ""))
    return run.reading(Subject("browser", came.product or "unknown", "page"), value)


def _who_came(reading: Reading) -> Detected:
    """What is understood of a browser that was opened by hand: what it says of itself, and nothing of its policies."""
    came = visitor(str(_value(reading)["agent"]), str(_value(reading)["agent_version"]))
    subject, system = Subject("browser", came.product or "unknown", "page"), Subject("os", "system")
    known = {"product": came.product, "version": came.version, "engine": came.engine, "engine_version": came.engine_version}
    facts = [Fact(subject, name, text, (reading,)) for name, text in known.items() if text]
    facts.append(Fact(subject, "feature_policies", None, (reading,), "of a browser that came by itself they are not read"))
    family = came.family or live.family()
    around = [Fact(system, name, text, (reading,)) for name, text in (("family", family), ("name", came.system)) if text]
    collected = Collected(Snapshot(Device("0" * 32, "", family), "", "", "", (reading,)))
    return Detected((*around, *html5.detect(collected, Detected(tuple(facts))).facts))


def _value(reading: Reading) -> Mapping[str, Any]:
    return reading.value if isinstance(reading.value, dict) else {}


def _shown(reading: Reading, verdict: Value, width: int) -> str:
    """One browser for a person: who it is, how it went, and its groups of features."""
    value = _value(reading)
    name = " ".join(filter(None, (value["product"], value.get("version"))))
    lines = [heading(f"{name or 'The browser that came'} ({reading.at.partition(': ')[2]})")]
    if value["result"] != "done":
        so = "No page of today works in it." if value["result"] == "script off" else "Nothing can be said of its features."
        return "\n".join([*lines, f"{value['result']}: {clean(value['detail'])}", so])
    told = {
        "agent": value["agent"],
        "version by itself": value["agent_version"],
        "document mode": value["document_mode"],
        "WebGL drawn by": value["renderer"],
        "note": value["detail"],
    }
    lines += [f"{what}: {clean(text)}" for what, text in told.items() if text]
    rows = by_group(verdict if isinstance(verdict, dict) else {})
    return "\n".join([*lines, "", table(GROUP_HEAD, rows, width)])
