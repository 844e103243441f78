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


_LIBREOFFICE_APPS = ("writer", "calc", "impress", "draw", "base", "math")
SUITES: tuple[Suite, ...] = (
    Suite(
        "libreoffice",
        ("libreoffice-core", "libreoffice-core-nogui", "libreoffice2*-core", "libreoffice7*-core", "libobasis*-core"),
        {name: (f"libreoffice-{name}", f"libreoffice-{name}-nogui") for name in _LIBREOFFICE_APPS},
        ("libreoffice-l10n-*", "libreoffice-langpack-*"),
        "org.libreoffice.LibreOffice",
        "libreoffice",
        r"LibreOffice [0-9][0-9.]*",
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
        uninstall=r"ONLYOFFICE Desktop Editors.*",
        bundle="asc.onlyoffice.ONLYOFFICE",
    ),
    Suite(
        "wps-office",
        ("wps-office",),
        {},
        flatpak="com.wps.Office",
        uninstall=r"WPS Office.*",
        bundle="com.kingsoft.wpsoffice.mac",
    ),
)

FACTS: tuple[FactSpec, ...] = (
    FactSpec(
        "office",
        "product",
        "text",
        "Which product: libreoffice, office-2016-professional-plus, microsoft-365-apps, office-mac.",
    ),
    FactSpec("office", "generation", "text", 'The release people call it by: "2016", "365", "7.4".'),
    FactSpec("office", "version", "version", "Full version; on macOS that of the oldest application."),
    FactSpec("office", "channel", "text", "The update channel of Click-to-Run."),
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
        ("msi", "click-to-run", "package", "flatpak", "snap", "app", "setup"),
    ),
    FactSpec("office", "apps", "list", "The applications of it that are installed."),
    FactSpec("office", "languages", "list", "The languages that were added or chosen."),
)


def suite_facts(
    subject: Subject, values: Mapping[str, object], evidence: list[Reading], reasons: Mapping[str, str]
) -> Iterator[Fact]:
    """The facts of one suite in the dictionary's order; what is not among ``values`` gets its reason."""
    yield fact(subject, "product", subject.name, evidence)
    for spec in FACTS[1:]:
        value = values.get(spec.name)
        known = value if isinstance(value, str | list) and value != "" else None
        yield fact(subject, spec.name, known, evidence, reasons.get(spec.name, "nothing that was read has it"))
