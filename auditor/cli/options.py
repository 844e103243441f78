"""What several commands take and do alike: rules, dates, waivers, progress, and where results go."""

from __future__ import annotations

import codecs
import itertools
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from auditor import places
from auditor.cli.console import encodable
from auditor.dictionary import VOCABULARY
from auditor.errors import AuditorError, KnowledgeError, UsageError
from auditor.knowledge import overrides, refreshed
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.matchers import suggest
from auditor.model import Severity
from auditor.overrides_file import load as load_overrides
from auditor.report.text import clean
from auditor.rules import RuleSet, load
from auditor.waivers import Waiver
from auditor.waivers import load as load_waivers

DEFAULT_PACKS = ("baseline", "services")
"""The packs that are judged by when none is named."""

SEVERITIES = [level.name.lower() for level in Severity]


knowledge = click.option(
    "--knowledge",
    "knowledge_folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    envvar="AUDITOR_KNOWLEDGE",
    help="Where auditor knowledge refresh keeps its facts; 'none' for those that ship.  "
    "[env: AUDITOR_KNOWLEDGE; default: the folder of your own, if there is one]",
)
"""The option that names the refreshed facts to judge by."""

NO_KNOWLEDGE = Path("none")
"""In the place of a folder: judge by what ships alone."""


def own_knowledge() -> Path:
    """The folder of the user's own in which refreshed facts are kept."""
    return Path(click.get_app_dir("auditor")) / "knowledge"


def judging(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say by what to judge: rules, packs, the day, waivers, overrides, refreshed facts."""
    decorators: tuple[Any, ...] = (
        click.option(
            "--rules",
            "roots",
            type=click.Path(path_type=Path),
            multiple=True,
            metavar="PATH",
            help="Judge by the rules in this file or folder instead of those that come with auditor.",
        ),
        click.option(
            "--pack",
            "packs",
            multiple=True,
            metavar="NAME",
            help="Judge by this pack; repeatable; 'all' for every pack. "
            f"Default: {' and '.join(DEFAULT_PACKS)}, or all of --rules.",
        ),
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            default=None,
            metavar="DATE",
            help="Judge for this date. Default: today (UTC).",
        ),
        click.option(
            "--waivers",
            "waivers_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Failures that somebody accepts until a date, as YAML.",
        ),
        click.option(
            "--overrides",
            "overrides_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            envvar="AUDITOR_OVERRIDES",
            help="What the organisation says of itself, as YAML: support it bought …  [env: AUDITOR_OVERRIDES]",
        ),
        knowledge,
    )
    for decorator in reversed(decorators):
        function = decorator(function)
    return function


def rules_for(roots: tuple[Path, ...], packs: tuple[str, ...]) -> RuleSet:
    """The rules that the options ask for."""
    chosen = packs or (() if roots else DEFAULT_PACKS)
    return load(roots or (places.rules_folder(),), VOCABULARY, () if "all" in chosen else chosen)


def waivers_from(path: Path | None, rules: RuleSet) -> tuple[Waiver, ...]:
    """The waivers in ``path``; none without one. One for a rule that is not judged by is pointed out."""
    waivers = load_waivers(path) if path else ()
    known = {rule.id for rule in rules.rules}
    for name in sorted({waiver.rule for waiver in waivers} - known):
        note(f"{path}: no rule {name!r} is judged by here{suggest(name, known)}")
    return waivers


def overrides_from(path: Path | None) -> Overrides:
    """The overrides in ``path``; none without one."""
    return load_overrides(path) if path else overrides.NONE


def knowledge_from(folder: Path | None, day: date) -> Refreshed:
    """What was refreshed, of ``folder`` or of the user's own; nothing where that is not there, or for ``none``.

    ``day`` is what is judged for: a file may be of any day up to that or up to today.

    :raises KnowledgeError: a file is broken, or cannot be true.
    :raises AuditorError: the folder is not there, or may not be read.
    """
    if folder is None and _is_folder(own_knowledge()):
        folder = own_knowledge()
    if folder is None or folder == NO_KNOWLEDGE:
        return refreshed.NONE
    from auditor.cli import kept  # only who has refreshed facts pays for loading what they need
    from auditor.knowledge.laying import laid

    found = kept.kept(readable(folder), max(day, today(None)))
    for error in found.errors:
        way = "Judge by --knowledge none until it is mended."
        raise KnowledgeError(error.message, f"{error.hint} {way}".strip())
    return laid(each for _, each in found.known.values())


def _is_folder(path: Path) -> bool:
    """Whether a folder is there, as far as it may be looked at."""
    try:
        return path.is_dir()
    except OSError:
        return False


def note(text: str) -> None:
    """A remark on standard error, with nothing in it that a terminal would act on."""
    click.echo(f"note: {clean(text)}", err=True)


def today(as_of: datetime | None) -> date:
    """``as_of``, or today in UTC, which snapshots are dated by. Only the command line looks at the clock."""
    return (as_of or datetime.now(UTC)).date()


def keep_off_screen(is_binary: bool, form: str, output: Path | None) -> None:
    """Refuse to write what is no text to a terminal.

    :raises UsageError: that is what was asked for.
    """
    if is_binary and output is None and sys.stdout.isatty():
        raise UsageError(f"--format {form} is no text for a screen", f"Write it to a file: -o report.{form}")


def emit(result: str | bytes | Iterator[bytes], output: Path | None) -> None:
    """Write a result, or its pieces, to ``output``, whole or not at all, or to standard output.

    Text goes to a file as UTF-8, and to standard output in the letters that it has. Bytes are for programs and stay as they
    are, but on a terminal: there they are text, with nothing in it that the terminal would act on.
    """
    if output is None:
        pieces = (result,) if isinstance(result, str | bytes) else result
        for text in _text(pieces) if sys.stdout.isatty() else pieces:
            click.echo(encodable(text, sys.stdout.encoding) if isinstance(text, str) else text, nl=False)
        return
    from auditor.snapshot.write import write_atomically

    write_atomically(output, result.encode() if isinstance(result, str) else result)
    click.echo(f"written: {output}", err=True)


def _text(pieces: Iterable[str | bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")("backslashreplace")
    for piece in pieces:
        text = piece if isinstance(piece, str) else decoder.decode(piece).replace("\r\n", "\n")
        yield "\n".join(map(clean, text.split("\n")))


def terminal_width() -> int:
    """Columns of the terminal; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


@contextmanager
def progress(label: str, length: int | None = None) -> Iterator[Callable[[], None]]:
    """A function to call at each step; it shows a count, on a terminal's standard error only, and without escapes."""
    done = itertools.count(1)
    of = "" if length is None else f" of {length:,}"
    with counting(label, of) as shown:
        yield lambda: shown(next(done))


_ENDINGS = ("SIGTERM", "SIGHUP")


@contextmanager
def tidied_up() -> Iterator[None]:
    """Let the system end this as Ctrl-C does, by which what was started is ended and what was made is removed."""
    numbers = [getattr(signal, name) for name in _ENDINGS if hasattr(signal, name)]
    before = {number: signal.signal(number, _interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


def readable(path: Path) -> Path:
    """``path``, if there is something that may be looked at.

    :raises AuditorError: there is not, or it may not.
    """
    try:
        path.stat()
    except OSError as error:
        said = "no such file or folder" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise AuditorError(f"{path}: {said}", "Name something that you may read.") from error
    return path


estate = click.option(
    "--estate",
    type=click.Path(path_type=Path),
    default=Path("estate"),
    show_default=True,
    envvar="AUDITOR_ESTATE",
    metavar="FOLDER",
    help="The estate's folder.  [env: AUDITOR_ESTATE]",
)
"""The option that names the estate."""


engine = click.option(
    "--engine",
    default="duckdb",
    show_default=True,
    envvar="AUDITOR_ENGINE",
    metavar="ENGINE",
    help="Who counts: duckdb, or a Spark master such as spark://host:7077.  [env: AUDITOR_ENGINE]",
)
"""The option that names the engine."""

engine_settings = click.option(
    "--engine-setting",
    "engine_settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of Spark's own, such as spark.driver.memory=8g; repeatable.",
)
"""The option for what an engine has to know besides."""


engine_paths = click.option(
    "--engine-path-prefix",
    "engine_paths",
    multiple=True,
    metavar="FROM=TO",
    help="What Spark's workers call a folder, such as /mnt/estate=s3a://bucket/estate; repeatable.",
)
"""The option for where an engine on other machines finds the estate."""


def settings_of(
    texts: tuple[str, ...], option: str = "--engine-setting", like: str = "spark.driver.memory=8g"
) -> dict[str, str]:
    """``KEY=VALUE`` each.

    :raises UsageError: one has no key or no value.
    """
    found = dict(text.partition("=")[::2] for text in texts)
    for key, value in found.items():
        if not key or not value:
            raise UsageError(f"{option} {key!r}: no value", f"Write it as {like}.")
    return found


@contextmanager
def counting(label: str, of: str = "") -> Iterator[Callable[[int], None]]:
    """A function to tell how much is done (``of`` says of what); shown on a terminal's standard error only."""
    shown = sys.stderr.isatty()
    yield lambda done: click.echo(f"\r{label}: {done:,}{of}", err=True, nl=False) if shown else None
    if shown:
        click.echo(err=True)
