"""Companions of browsers and Office that are neither: Teams, the new Outlook, WebView2, updaters, hubs.

One row a product; what is not in the table is not looked for. An app is a subject of its
own kind, so that no rule for browsers or suites judges it. The classic Outlook and the
applications of Office are the suite's, and are not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from auditor.checks.collected import ARCHITECTURES, fact
from auditor.model import Fact, FactSpec, Reading, Subject


class App(NamedTuple):
    """A product and how each system names it.

    ``listed`` is a regular expression for the whole name in Windows' list of programs,
    ``client`` the updater and the id under which Google's or Microsoft's updater keeps
    it, ``appx`` its Store package, ``bundle`` its id on macOS.
    """

    product: str
    kind_of: str
    listed: str = ""
    client: tuple[str, str] = ("", "")
    appx: str = ""
    bundle: str = ""
    packages: tuple[str, ...] = ()
    flatpak: str = ""
    snap: str = ""


_EDGE_UPDATE, _GOOGLE_UPDATE = r"Microsoft\EdgeUpdate", r"Google\Update"

APPS: tuple[App, ...] = (
    App(
        "teams-classic",
        "collaboration",
        r"Microsoft Teams( classic)?",
        bundle="com.microsoft.teams",
        packages=("teams", "teams-insiders"),
        flatpak="com.microsoft.Teams",
    ),
    App("teams", "collaboration", appx="MSTeams", bundle="com.microsoft.teams2"),
    App("teams-consumer", "collaboration", appx="MicrosoftTeams"),
    App(
        "teams-for-linux",
        "collaboration",
        packages=("teams-for-linux",),
        flatpak="com.github.IsmaelMartinez.teams_for_linux",
        snap="teams-for-linux",
    ),
    App("teams-installer", "installer", "Teams Machine-Wide Installer"),
    App("outlook-new", "mail", appx="Microsoft.OutlookForWindows"),
    App("mail-and-calendar", "mail", appx="microsoft.windowscommunicationsapps"),
    App("onenote-store", "notes", appx="Microsoft.Office.OneNote"),
    App("office-hub", "hub", appx="Microsoft.MicrosoftOfficeHub"),
    App("microsoft-365-companions", "hub", "Microsoft 365 companion apps", appx="Microsoft.M365Companions"),
    App(
        "webview2",
        "runtime",
        "Microsoft Edge WebView2 Runtime",
        (_EDGE_UPDATE, "{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"),
    ),
    App("edge-update", "updater", "Microsoft Edge Update", (_EDGE_UPDATE, "{F3C4FE00-EFD5-403B-9569-398A20F1BA4A}")),
    App("google-update", "updater", "Google Update Helper", (_GOOGLE_UPDATE, "{430FD4D0-B729-4F61-AA34-91526481799D}")),
    App("mozilla-maintenance-service", "updater", r"Mozilla Maintenance Service( .*)?"),
)

FACTS: tuple[FactSpec, ...] = (
    FactSpec("app", "product", "text", "Which program: teams, outlook-new, webview2, edge-update."),
    FactSpec("app", "version", "version", "Full version."),
    FactSpec("app", "scope", "text", "Whether it is installed for everybody or for one user.", ("machine", "user")),
    FactSpec(
        "app",
        "architecture",
        "text",
        "What it is made for.",
        ("x86", "x86_64", "arm64", "arm", "ppc64", "s390x", "riscv64"),
    ),
    FactSpec(
        "app",
        "kind_of",
        "text",
        "What it is for.",
        ("collaboration", "mail", "notes", "hub", "runtime", "updater", "installer"),
    ),
)


def app_facts(
    row: App, where: str, scope: str, version: str, architecture: str, evidence: Iterable[Reading]
) -> Iterator[Fact]:
    """The facts of one app; ``architecture`` is any system's word for it, or empty."""
    subject, readings = Subject("app", row.product, where), tuple(evidence)
    yield fact(subject, "product", row.product, readings)
    yield fact(subject, "version", classic_teams(row, version) or None, readings, "nothing that was read has it")
    yield fact(subject, "scope", scope, readings)
    made_for = ARCHITECTURES.get(architecture.lower())
    yield fact(subject, "architecture", made_for, readings, "nothing that was read says what it is made for")
    yield fact(subject, "kind_of", row.kind_of, readings)


_TEAMS = re.compile(r"1\.00\.([0-9])([0-9]{5})")


def classic_teams(row: App, version: str) -> str:
    """Teams classic on a Mac writes 1.00.627656 for what its lists of releases call 1.6.00.27656."""
    match = _TEAMS.fullmatch(version) if row.product == "teams-classic" else None
    return f"1.{match.group(1)}.00.{match.group(2)}" if match else version


def numbers(version: str) -> list[int]:
    """A version for telling the newer of two."""
    return [int(part) for part in re.findall(r"[0-9]+", version)]


BY_PACKAGE: Mapping[str, App] = {name: row for row in APPS for name in row.packages}
BY_BUNDLE: Mapping[str, App] = {row.bundle: row for row in APPS if row.bundle}
BY_APPX: Mapping[str, App] = {row.appx.casefold(): row for row in APPS if row.appx}
BY_CLIENT: Mapping[tuple[str, str], App] = {row.client: row for row in APPS if row.client != ("", "")}
