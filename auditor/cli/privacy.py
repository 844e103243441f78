"""``auditor privacy``: keys of pseudonyms, and whose a pseudonym is."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from auditor import privacy, privacy_keys
from auditor.cli import EXIT_FAILED, options
from auditor.errors import PrivacyError, UsageError
from auditor.report.text import table

MAX_NAMES = 256 * 1024 * 1024
"""Largest list of names that is read, in bytes."""

key_file = click.option(
    "--privacy-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="AUDITOR_PRIVACY_KEY",
    help="The keys of pseudonyms, from auditor privacy key.  [env: AUDITOR_PRIVACY_KEY]",
)
"""The option that names the file of keys."""


@click.group()
def command() -> None:
    """Pseudonyms of users and PCs: make their keys, and find out whose they are."""


@command.command(
    epilog="""\b
Examples:
  auditor privacy key --new /etc/auditor/privacy.key
  auditor privacy key --rotate /etc/auditor/privacy.key
  auditor privacy key --ids /etc/auditor/privacy.key"""
)
@click.option("--new", type=click.Path(path_type=Path), metavar="FILE", help="Make a file with a new key.")
@click.option("--rotate", type=click.Path(path_type=Path), metavar="FILE", help="Put a new key before those of FILE.")
@click.option("--ids", type=click.Path(path_type=Path), metavar="FILE", help="Show the ids of the keys in FILE.")
def key(new: Path | None, rotate: Path | None, ids: Path | None) -> None:
    """Make or change a file of keys. A key itself is never shown.

    After --rotate the same user gets another pseudonym; the older keys stay in the file for resolving.
    """
    if sum(each is not None for each in (new, rotate, ids)) != 1:
        raise UsageError("one of --new, --rotate and --ids says what to do", "auditor privacy key --new FILE makes a key.")
    if new:
        click.echo(f"key {privacy_keys.make(new).id} in {new}: keep a copy where only IT may read it.")
    elif rotate:
        click.echo(f"key {privacy_keys.rotate(rotate).id} is the present one of {rotate}; the older ones still resolve.")
    elif ids:
        for number, each in enumerate(privacy_keys.load(ids)):
            click.echo(f"{each.id}  {'present' if number == 0 else 'older'}")


@command.command(
    epilog="""\b
Examples:
  auditor privacy resolve user-7f3a9c1e2203b4d5a6f7 --names users.csv
  net user /domain | auditor privacy resolve user-7f3a9c1e2203b4d5a6f7 --names -"""
)
@click.argument("pseudonyms", nargs=-1, required=True, metavar="PSEUDONYM...")
@click.option("--names", required=True, metavar="FILE", help="A list of names, as text or CSV; - reads standard input.")
@key_file
def resolve(pseudonyms: tuple[str, ...], names: str, privacy_key: Path | None) -> None:
    r"""Say whose PSEUDONYM... are, by trying every name of a list with every key.

    A pseudonym cannot be reckoned back. FILE is any export that has the names: of Active Directory's users
    or computers, one name a line or CSV. Each cell counts: name, DOMAIN\name, name@domain, a security identifier.
    """
    if privacy_key is None:
        raise UsageError("without the key that made it no pseudonym is resolved", "Name it with --privacy-key FILE.")
    found = privacy.resolved(pseudonyms, cells(text_of(read(names))), privacy_keys.load(privacy_key))
    rows = [
        (each, found[each].name if each in found else "nobody of this list", found[each].key if each in found else "")
        for each in dict.fromkeys(pseudonyms)
    ]
    click.echo(table(("pseudonym", "name", "key"), rows, options.terminal_width()))
    if len(found) < len(rows):
        sys.exit(EXIT_FAILED)


def read(names: str) -> bytes:
    """The bytes of a list of names; ``-`` is standard input.

    :raises PrivacyError: it cannot be read, or is too large.
    """
    try:
        if names == "-":
            data: bytes = sys.stdin.buffer.read(MAX_NAMES + 1)
        else:
            with Path(names).open("rb") as file:
                data = file.read(MAX_NAMES + 1)
    except OSError as error:
        raise PrivacyError(
            f"{names}: cannot be read: {error.strerror}", "Name a list of names that you may read."
        ) from error
    if len(data) > MAX_NAMES:
        raise PrivacyError(f"{names}: larger than {MAX_NAMES // 2**20} MB", "Split it into several lists.")
    return data


def text_of(data: bytes) -> str:
    """A list's text: UTF-16 by its mark, UTF-8 if it is that, else Windows' Western European."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def cells(text: str) -> Iterator[str]:
    """Every line, and every cell of it where it is CSV with commas, semicolons or tabs."""
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    for line in text.splitlines():
        yield line.strip()
    if mark in first:
        try:
            for row in csv.reader(io.StringIO(text), delimiter=mark):
                yield from (cell.strip() for cell in row)
        except csv.Error as error:
            raise PrivacyError(f"the list of names is no CSV: {error}", "One name a line will do.") from error
