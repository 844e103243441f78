"""``auditor scan``: this PC, or what was taken from one."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor import checks
from auditor.cli import EXIT_FAILED, options
from auditor.cli.leaving import Leaving, chosen
from auditor.dictionary import VOCABULARY
from auditor.errors import AuditorError, UsageError
from auditor.evaluate import evaluate
from auditor.knowledge.enrich import enriched
from auditor.model import Finding, Outcome, Severity, Snapshot
from auditor.report import pc
from auditor.scan import take, take_kit, with_measurements
from auditor.snapshot import MAX_BYTES, write
from auditor.waivers import waive


@click.command(
    epilog="""\b
Examples:
  auditor scan
  auditor scan --format json -o here.json
  auditor scan --offline /mnt/disk            a copy of a disk, hives, or .reg exports
  auditor scan --offline old-snapshot.json    judge it again, without the PC
  auditor scan --offline PC-20261124.kit.txt  what a kit of collect/ wrote on a PC
  auditor scan --probe                        ask each browser itself what it can do, too
  auditor scan --send //share/snapshots       hand the snapshot in, users' names as pseudonyms
  auditor scan --pack all --fail-on medium"""
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to show the result.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the result to FILE.")
@options.judging
@click.option(
    "--fail-on",
    type=click.Choice([*options.SEVERITIES, "never"]),
    default="high",
    show_default=True,
    help="Exit with 1 when a rule of this severity or above failed.",
)
@click.option("--strict", is_flag=True, help="Count what is unknown as failed, for the exit code.")
@click.option("--offline", type=click.Path(path_type=Path), metavar="PATH", help="Read PATH instead of this PC.")
@click.option("--probe", is_flag=True, help="Start each browser, out of sight, and ask it what it can do.")
@click.option("--hostname", default="", metavar="NAME", help="What to call a PC whose own files do not name it.")
@chosen
def command(
    form: str,
    output: Path | None,
    roots: tuple[Path, ...],
    packs: tuple[str, ...],
    as_of: datetime | None,
    waivers_file: Path | None,
    overrides_file: Path | None,
    knowledge_folder: Path | None,
    fail_on: str,
    strict: bool,
    offline: Path | None,
    probe: bool,
    hostname: str,
    leaving: Leaving,
) -> None:
    """Read this PC and judge it: operating system, browsers, Office, hardware.

    Nothing is changed on the PC and nothing leaves it unless --send or --save says so. In what
    leaves it users' names are pseudonyms.
    """
    rules, day = options.rules_for(roots, packs), options.today(as_of)
    waivers, overrides = options.waivers_from(waivers_file, rules), options.overrides_from(overrides_file)
    fresh = options.knowledge_from(knowledge_folder, day)
    if probe and offline:
        raise UsageError("--probe starts the browsers of this PC: it does not go with --offline", "Leave one of them out.")
    snapshot = _snapshot(offline, leaving.site, leaving.tags, hostname)
    snapshot = measured(snapshot) if probe else snapshot
    if leaving.show or leaving.save or leaving.send is not None:
        outgoing = leaving.outgoing(snapshot)
        leaving.hand_in(outgoing)
        if leaving.show:
            options.emit(json.dumps(write.document(outgoing), indent=1, ensure_ascii=True).encode() + b"\n", output)
            return
    device = snapshot.device
    own = overrides.of((device.hostname, device.id), device.site, device.tags)
    detected = enriched(checks.detect(snapshot), day, own, fresh=fresh)
    findings = waive(evaluate(rules.rules, detected, day, own, fresh), waivers, device, day)
    if form == "json":
        text = json.dumps(pc.document(snapshot, detected, findings, day.isoformat()), indent=1, ensure_ascii=True)
    else:
        text = pc.tables(snapshot, detected, findings, rules, VOCABULARY, options.terminal_width())
    options.emit(f"{text}\n", output)
    if _fails(findings, fail_on, strict):
        sys.exit(EXIT_FAILED)


def _snapshot(offline: Path | None, site: str, tags: tuple[str, ...], hostname: str) -> Snapshot:
    """A new snapshot of this PC or of ``offline``; an old one if that is what ``offline`` is."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if offline is None:
        from auditor.sources import live

        family, readers = live.family(), live.readers()
    elif _is_snapshot(offline):
        from auditor.snapshot.read import decode

        if site or tags or hostname:
            options.note("--site, --tag and --hostname do not change a snapshot that was already taken")
        return decode(_start(offline, MAX_BYTES + 1))
    else:
        from auditor.sources import offline as offline_place

        place = offline_place.open_place(offline)
        for remark in place.remarks:
            options.note(remark)
        if place.kit:
            with options.progress("Reading", len(checks.wants(place.family))) as tick:
                return take_kit(place.kit, hostname=hostname, site=site, tags=tags, tick=tick)
        family, readers = place.family, dict(place.readers)
    with options.progress("Reading", len(checks.wants(family))) as tick:
        return take(
            family,
            readers,
            taken_at=now,
            salt=os.urandom(16).hex(),
            hostname=hostname,
            site=site,
            tags=tags,
            tick=tick,
        )


def measured(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` of this PC with what each of its browsers answers; those that cannot be asked say why."""
    from auditor.probe import browsers, run  # only those who ask for it pay for loading it

    targets, left = browsers.targets(checks.detect(snapshot))
    try:
        with options.tidied_up(), options.progress("Measuring", len(targets)) as tick:
            readings = run.measure(targets, tick=tick)
    except KeyboardInterrupt:
        raise AuditorError(
            "ended while browsers were measured; nothing was left behind", "Without --probe none is."
        ) from None
    return with_measurements(snapshot, [*readings, *(run.not_run(subject, why) for subject, why in left)])


def _is_snapshot(path: Path) -> bool:
    if not options.readable(path).is_file():
        return False
    return _start(path, 64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _start(path: Path, size: int) -> bytes:
    """The first ``size`` bytes of a file."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise AuditorError(f"{path}: cannot be read: {error.strerror}", "Name a file that you may read.") from error


def _fails(findings: tuple[Finding, ...], fail_on: str, strict: bool) -> bool:
    if fail_on == "never":
        return False
    counted = {Outcome.FAIL, Outcome.UNKNOWN} if strict else {Outcome.FAIL}
    limit = Severity[fail_on.upper()]
    return any(finding.outcome in counted and finding.severity >= limit for finding in findings)
