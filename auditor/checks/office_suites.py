"""Office suites: the table of them, and the facts that one has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from auditor.checks.collected import fact
from auditor.model import Fact, FactSpec, Reading, Subject


class Suite(NamedTuple):
    """A suite of the Linux world: its core packages, its applications' packages, how Windows lists it."""

    product: str
    core: tuple[str, ...]
    apps: Mapping[str, tuple[str, ...]]
    languages: tuple[str, ...] = ()
    flatpak: str = ""
    snap: str = ""
    uninstall: str = ""
    bundle: str = ""


NO_SERVICE_PACKS = "only Microsoft Office installed by MSI has service packs"
"""The reason that everything else has no service pack."""

_LIBREOFFICE_APPS = ("writer", "calc", "impress", "draw", "base", "math")
SUITES: tuple[Suite, ...] = (
    Suite(
        "libreoffice",
        ("libreoffice-core", "libreoffice-core-nogui", "libreoffice2*-core", "libreoffice7*-core", "libobasis*-core"),
        {name: (f"libreoffice-{name}", f"libreoffice-{name}-nogui") for name in _LIBREOFFICE_APPS},
        ("libreoffice-l10n-*", "libreoffice-langpack-*"),
        "org.libreoffice.LibreOffice",
        "libreoffice",
        r"LibreOffice(Dev)? [0-9][0-9.]*",
        "org.libreoffice.script",
    ),
    Suite(
        "openoffice",
        ("openoffice", "openoffice.org-core"),
        {},
        uninstall=r"OpenOffice(\.org)? [0-9][0-9.]*",
        bundle="org.openoffice.script",
    ),
    Suite(
        "onlyoffice",
        ("onlyoffice-desktopeditors",),
        {},
        flatpak="org.onlyoffice.desktopeditors",
        snap="onlyoffice-desktopeditors",
        uninstall=r"ONLYOFFICE( Desktop Editors)?( [0-9][0-9.]*)?( \((x64|x86)\))?",
        bundle="asc.onlyoffice.ONLYOFFICE",
    ),
    Suite(
        "wps-office",
        ("wps-office",),
        {},
        flatpak="com.wps.Office",
        uninstall=r"(金山(办公软件)?\s*)?WPS Office\b.*|Kingsoft Office( 20[0-9]{2})?( \([0-9.]+\))?",
        bundle="com.kingsoft.wpsoffice.mac",
    ),
    Suite(
        "softmaker-office",
        ("softmaker-office-20*",),
        {},
        uninstall=r"SoftMaker Office( Professional| Standard)?( NX| 20[0-9]{2})?.*",
    ),
    Suite("freeoffice", ("softmaker-freeoffice-20*",), {}, uninstall=r"(SoftMaker )?FreeOffice( 20[0-9]{2})?.*"),
    Suite("collabora-office", (), {}, uninstall=r"Collabora Office [0-9][0-9.]*.*"),
    Suite("neooffice", (), {}, bundle="org.neooffice.NeoOffice"),
)

FACTS: tuple[FactSpec, ...] = (
    FactSpec(
        "office",
        "product",
        "text",
        "Which product: libreoffice, office-2016-professional-plus, microsoft-365-apps, office-store, office-mac.",
    ),
    FactSpec("office", "generation", "text", 'The release people call it by: "2016", "365", "7.4".'),
    FactSpec("office", "version", "version", "Full version; on macOS that of the oldest application."),
    FactSpec(
        "office", "service_pack", "text", "The service pack that its version has reached.", ("none", "SP1", "SP2", "SP3")
    ),
    FactSpec(
        "office",
        "type",
        "text",
        "A suite, one application on its own (Visio, Project, Word), or a runtime that only opens what others made.",
        ("suite", "application", "runtime"),
    ),
    FactSpec("office", "channel", "text", "The update channel of Click-to-Run that counts."),
    FactSpec(
        "office",
        "channel_evidence",
        "list",
        "Every place that names a channel or an address to update from, the one that counts first.",
    ),
    FactSpec(
        "office",
        "architecture",
        "text",
        "What it is made for.",
        ("x86", "x86_64", "arm64", "arm", "ppc64", "s390x", "riscv64"),
    ),
    FactSpec(
        "office",
        "installer",
        "text",
        "How it was installed.",
        ("msi", "click-to-run", "store", "package", "archive", "flatpak", "snap", "app", "setup"),
    ),
    FactSpec("office", "apps", "list", "The applications of it that are installed."),
    FactSpec("office", "languages", "list", "The languages that were added or chosen."),
)


MAC_LICENCE_TELLS = "2019, 2021, 2024 and Microsoft 365 have one version: only the licence tells them apart"
_MAC_GENERATIONS = {"11": "2004", "12": "2008", "14": "2011", "15": "2016"}


def mac_generation(version: str) -> tuple[str, str]:
    """Which Office for Mac a version is, or an empty text and why it is not known; 16 was 2016 until 16.16."""
    major, minor = (*version.split("."), "", "")[:2]
    if major in _MAC_GENERATIONS:
        return _MAC_GENERATIONS[major], ""
    if major == "16" and minor.isdecimal() and int(minor) <= _LAST_MAC_2016:
        return "2016", ""
    return "", MAC_LICENCE_TELLS if major == "16" else f"no Office for Mac has version {version or 'none'}"


_LAST_MAC_2016 = 16


def suite_facts(
    subject: Subject, values: Mapping[str, object], evidence: list[Reading], reasons: Mapping[str, str]
) -> Iterator[Fact]:
    """The facts of one suite in the dictionary's order; what is not among ``values`` gets its reason."""
    evidence = list({id(reading): reading for reading in evidence}.values())
    yield fact(subject, "product", subject.name, evidence)
    for spec in FACTS[1:]:
        value = values.get(spec.name)
        known = value if isinstance(value, str | list) and value != "" else None
        yield fact(subject, spec.name, known, evidence, reasons.get(spec.name, "nothing that was read has it"))
