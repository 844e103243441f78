r"""Which browser each user's web links open with, on Windows.

Windows 11 writes the choice to UserChoiceLatest, 8 and later to UserChoice; on XP to 7 the
default of StartMenuInternet, or the program that opens links, counts where the user never
chose for them. A choice names
what the browser registers as, and never a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.checks import browsers_windows_places as places
from auditor.checks import system_windows
from auditor.checks.browsers import Browser, by_prog_id, by_program
from auditor.checks.collected import Collected, text_field
from auditor.model import Reading, Source

_CHOICES = r"HKU\*\Software\Microsoft\Windows\Shell\Associations\UrlAssociations"
CHOSEN = tuple(
    Source("registry", rf"{_CHOICES}\{scheme}\{key}#ProgId")
    for scheme in ("https", "http")
    for key in (r"UserChoiceLatest\ProgId", "UserChoice")
)
OF_USER = Source("registry", r"HKU\*\Software\Clients\StartMenuInternet#")
OF_MACHINE = Source("registry", r"HKLM\SOFTWARE\Clients\StartMenuInternet#")
OF_LINKS = Source("program", r"registry:HKLM\SOFTWARE\Classes\http\shell\open\command")

WANTS = (*CHOSEN, OF_USER, OF_MACHINE, OF_LINKS)

WINDOWS_8 = 9200
"""The first build in which StartMenuInternet no longer says what opens links."""

Choice = tuple[str, Reading]
"""What a user's links open with, by the name it is registered under, and the reading that says so."""


def choices(collected: Collected, folders: places.Folders) -> Mapping[str, Choice]:
    """User → choice, for every user who made one; the machine's own default goes by the user ``""``."""
    found: dict[str, Choice] = {}
    for source in CHOSEN:
        for reading in collected.read(source):
            if prog_id := text_field(reading, "ProgId"):
                found.setdefault(folders.user(places.user_of(reading)), (prog_id, reading))
    if (system_windows.build(collected) or 0) < WINDOWS_8:
        for reading in collected.read(OF_USER):
            if name := text_field(reading, ""):
                found.setdefault(folders.user(places.user_of(reading)), (name, reading))
        for reading in collected.read(OF_MACHINE):
            if name := text_field(reading, ""):
                found.setdefault("", (name, reading))
        for reading in collected.read(OF_LINKS):
            known = by_program(reading.at, text_field(reading, "product"))
            if known and known[0].prog_ids:
                found.setdefault("", (next(iter(known[0].prog_ids)), reading))
    return found


def picks(choice: Choice, row: Browser, channel: str) -> bool:
    """Whether a choice means that product, in that channel where the name tells channels apart."""
    known = by_prog_id(choice[0])
    return known is not None and known[0].product == row.product and (not channel or known[1] in ("", channel))


def of_installs(
    chosen: Mapping[str, Choice], installs: Iterable[tuple[int, Browser, str, str]]
) -> dict[int, dict[str, list[str]]]:
    """What each choice falls on: installation → {"sure" or "unsure": users}.

    ``installs`` are (number, row, user or "", channel). A user's own installation goes
    before the machine's; where several fit, the choice does not tell which.
    """
    every = list(installs)
    found: dict[int, dict[str, list[str]]] = {number: {"sure": [], "unsure": []} for number, *_ in every}
    for user, choice in chosen.items():
        fits = [each for each in every if picks(choice, each[1], "stable" if each[3] in ("extended", "esr") else each[3])]
        own = [each for each in fits if user and each[2] == user] or [each for each in fits if not each[2]]
        for number, *_ in own:
            found[number]["sure" if len(own) == 1 else "unsure"].append(user)
    return found
