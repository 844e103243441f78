"""``auditor report``: the whole estate, in any format."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.errors import AuditorError, UsageError
from auditor.estate.covering import MOST_NAMED
from auditor.estate.engines import open_engine
from auditor.estate.filters import KEYS
from auditor.estate.query import summarise
from auditor.estate.store import open_store
from auditor.report import contents, template, terminal
from auditor.report.contents import opening
from auditor.report.formats import BINARY, FORMATS

NAMED = {
    **dict.fromkeys(("html", "pdf", "docx", "markdown"), opening.MOST_NAMED),
    "table": terminal.MOST_NAMED,
    "json": MOST_NAMED,
}
"""How many PCs that are missing or not on the list a format names."""


@click.command(
    epilog="""\b
Examples:
  auditor report
  auditor report --format html -o report.html
  auditor report --filter site=Leeds* --filter state='not ready' --format csv -o leeds.csv
  auditor report --as-of 2026-03-31           the estate as it was then
  auditor report --trend 12 --format html -o year.html
  auditor report --format docx --template ours.docx -o board.docx

\b
Filters (* for any text, "..." for exactly this text; several must all hold):
"""
    + "\n".join(f"  {key}=  {meaning}" for key, meaning in KEYS.items())
)
@options.estate
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="table", show_default=True, help="Shown how.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to FILE.")
@click.option(
    "--template",
    "template_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --format docx: a Word file of your own to fill in.",
)
@click.option("--filter", "filters", multiple=True, metavar="KEY=VALUE", help="Only these PCs; can be given again.")
@click.option("--stale-days", type=click.IntRange(1), default=30, show_default=True, help="Unheard for longer is stale.")
@click.option(
    "--trend",
    "months",
    type=click.IntRange(0, 600),
    default=0,
    metavar="MONTHS",
    help="Also the ends of so many months before.",
)
@options.judging
@options.engine
@options.engine_settings
@options.engine_paths
def command(
    estate: Path,
    form: str,
    output: Path | None,
    template_file: Path | None,
    filters: tuple[str, ...],
    stale_days: int,
    months: int,
    roots: tuple[Path, ...],
    packs: tuple[str, ...],
    as_of: datetime | None,
    waivers_file: Path | None,
    overrides_file: Path | None,
    knowledge_folder: Path | None,
    engine: str,
    engine_settings: tuple[str, ...],
    engine_paths: tuple[str, ...],
) -> None:
    """Report on the estate: readiness by site, rule, operating system and browser, down to each PC."""
    options.keep_off_screen(form in BINARY, form, output)
    if template_file and form != "docx":
        raise UsageError("--template is for Word files only", "Add --format docx.")
    own_form = _template(template_file) if template_file else b""
    rules, day = options.rules_for(roots, packs), options.today(as_of)
    waivers, own = options.waivers_from(waivers_file, rules), options.overrides_from(overrides_file)
    fresh = options.knowledge_from(knowledge_folder, day)
    settings = options.settings_of(engine_settings)
    seen_as = options.settings_of(engine_paths, "--engine-path-prefix", "/mnt/estate=s3a://bucket/estate")
    with open_store(estate) as store, closing(open_engine(engine, None, settings, seen_as)) as asked:
        content = summarise(
            store, asked, rules, waivers, own, fresh, as_of=day, stale_days=stale_days, filters=filters, months=months,
            named=NAMED.get(form, 0),
        )  # fmt: skip
        if template_file:
            options.emit(template.fill(own_form, contents.document(content), template_file.name), output)
            return
        pieces = FORMATS[form](content, options.terminal_width())
        options.emit(b"".join(pieces).decode() if form == "table" else pieces, output)


def _template(path: Path) -> bytes:
    """What is in a template's file; read before the estate is counted, which can take long.

    :raises AuditorError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            return file.read(template.LARGEST + 1)
    except OSError as error:
        raise AuditorError(f"{path}: cannot be read: {error.strerror}", "Name a Word file (.docx) of your own.") from error
