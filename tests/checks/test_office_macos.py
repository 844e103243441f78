from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import browsers_macos, office, office_macos
from auditor.model import Detected, Source, Status
from pcs import Places, collected, installed, only, why


def mac(*apps: tuple[str, str, str], licence: Any = None, **more: str) -> Detected:
    """A Mac with (path, bundle id, version)."""
    places = Places(
        {
            f"{path}/Contents/Info.plist": {"CFBundleIdentifier": bundle, "CFBundleShortVersionString": version} | more
            for path, bundle, version in apps
        }
    )
    has: dict[Source, Any] = {browsers_macos.APPS[0]: places}
    if licence is not None:
        has[office_macos.VOLUME_LICENCE] = licence
    return office.detect(collected("macos", has))


WORD, EXCEL = "com.microsoft.Word", "com.microsoft.Excel"


@pytest.mark.parametrize(
    ("version", "generation"),
    [("11.2.0", "2004"), ("12.2.8", "2008"), ("14.0.2", "2011"), ("15.33", "2016"), ("16.16.27", "2016")],
)
def test_the_version_tells_the_generation_until_2016(version: str, generation: str) -> None:
    assert only(mac(("/Applications/Microsoft Word.app", WORD, version)), "office")["generation"] == generation


def test_version_16_is_many_generations_and_the_licence_tells_a_little() -> None:
    app = ("/Applications/Microsoft Word.app", WORD, "16.84.1")
    assert why(only(mac(app, licence=True), "office"), "generation").endswith("a volume licence, so it is no subscription")
    assert why(only(mac(app, licence=Status.ABSENT), "office"), "generation").endswith("this Mac has no volume licence")
    assert why(only(mac(app, licence=Status.DENIED), "office"), "generation").endswith("only the licence tells them apart")
    assert why(only(mac(("/Applications/Microsoft Word.app", WORD, "99.1")), "office"), "generation")


def test_applications_that_update_one_by_one_are_one_suite_as_old_as_the_oldest() -> None:
    found = only(
        mac(("/Applications/Microsoft Word.app", WORD, "15.41"), ("/Applications/Microsoft Excel.app", EXCEL, "16.9.1")),
        "office",
    )
    assert (found["version"], found["generation"], found["type"]) == ("15.41", "2016", "suite")
    found = only(
        mac(("/Applications/Microsoft Word.app", WORD, "16.79.2"), ("/Applications/Microsoft Excel.app", EXCEL, "16.84")),
        "office",
    )
    assert (found["product"], found["version"], found["apps"]) == ("office-mac", "16.79.2", ["excel", "word"])


def test_an_old_office_beside_a_new_one_is_another() -> None:
    found = installed(
        mac(
            ("/Applications/Microsoft Office 2011/Microsoft Word.app", WORD, "14.7.7"),
            ("/Applications/Microsoft Word.app", WORD, "16.84"),
        ),
        "office",
    )
    assert {name: facts["version"] for (name, _), facts in found.items()} == {
        "office-mac-2011": "14.7.7",
        "office-mac": "16.84",
    }


def test_one_application_alone_is_no_suite() -> None:
    assert only(mac(("/Applications/Microsoft Excel.app", EXCEL, "16.84")), "office")["type"] == "application"


def test_somebodys_own_office_names_its_owner_by_a_pseudonym() -> None:
    ((_, where),) = installed(mac(("/Users/jane/Applications/Microsoft Word.app", WORD, "16.84")), "office")
    assert where.startswith("user ")
    assert "jane" not in where


@pytest.mark.parametrize(
    ("bundle", "product"),
    [
        ("org.libreoffice.script", "libreoffice"),
        ("org.openoffice.script", "openoffice"),
        ("org.neooffice.NeoOffice", "neooffice"),
        ("asc.onlyoffice.ONLYOFFICE", "onlyoffice"),
    ],
)
def test_other_suites_are_one_application_each(bundle: str, product: str) -> None:
    found = only(mac(("/Applications/X.app", bundle, "24.2.5")), "office")
    assert (found["product"], found["generation"], found["type"]) == (product, "24.2", "suite")


def test_teams_and_helpers_are_no_office() -> None:
    apps = ("com.microsoft.teams", "com.microsoft.teams2", "com.microsoft.OneDrive", "com.microsoft.autoupdate2")
    assert not installed(mac(*((f"/Applications/{each}.app", each, "1.0") for each in apps)), "office")
