from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from auditor.checks import office, office_click, office_windows
from auditor.checks import programs_windows as programs
from auditor.checks.collected import Collected
from auditor.model import Detected, Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import Places, collected, facts, gaps, installed, only, why

UNINSTALL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
USER = r"HKU\S-1-5-21-1-2-3-1001"
PLUS_2010, PLUS_2016 = "{90140000-0011-0000-0000-0000000FF1CE}", "{90160000-0011-0000-1000-0000000FF1CE}"


def entries(*rows: tuple[str, dict[str, Any]], user: str = "") -> dict[Source, Any]:
    """A list of programs of (key's name, values), for the machine or for a user."""
    top, source = (f"{user}\\Software", programs.USERS[0]) if user else ("HKLM\\SOFTWARE", programs.MACHINE[0])
    path = UNINSTALL.removeprefix("SOFTWARE\\")
    places = {f"{top}\\{path}\\{key}": values for key, values in rows}
    places[f"{top}\\{path}\\7-Zip"] = {"DisplayName": "7-Zip", "DisplayVersion": "24.08"}
    return {source: Places(places)}


def row(key: str, name: str, version: str = "", **values: Any) -> tuple[str, dict[str, Any]]:
    return key, {"DisplayName": name} | ({"DisplayVersion": version} if version else {}) | values


def windows(*parts: dict[Source, Any], **more: Any) -> Detected:
    return office.detect(collected("windows", {source: what for part in parts for source, what in part.items()}, **more))


def named(*names: str) -> Detected:
    return windows(entries(*(row(f"key {number}", name, "1.0") for number, name in enumerate(names))))


def click(ids: str, folder: int = 0, **values: str) -> dict[Source, Any]:
    known = {"ProductReleaseIds": ids, "VersionToReport": "16.0.19328.20266", "Platform": "x64", "ClientCulture": "en-gb"}
    return {office_click.CONFIGURATIONS[folder]: known | values}


PARTS = (
    row("{90140000-0015-0409-0000-0000000FF1CE}", "Microsoft Office Access MUI (English) 2010", "14.0.6029.1000"),
    row("{90140000-001B-0409-0000-0000000FF1CE}", "Microsoft Office Word MUI (English) 2010", "14.0.6029.1000"),
    row("{90140000-001B-040C-0000-0000000FF1CE}", "Microsoft Office Word MUI (French) 2010", "14.0.6029.1000"),
    row("{90140000-006E-0409-0000-0000000FF1CE}", "Microsoft Office Shared MUI (English) 2010", "14.0.6029.1000"),
    row("{90140000-001F-0C0A-0000-0000000FF1CE}", "Microsoft Office Proof (Spanish) 2010", "14.0.6029.1000"),
    row("{90140000-002A-0000-1000-0000000FF1CE}", "Microsoft Office Office 64-bit Components 2010", "14.0.6029.1000"),
    row(
        f"{PLUS_2010}_Office14.PROPLUS_{{01F2485C-FAEE-47E7-986E-B4F2FFC22D57}}",
        "Microsoft Office 2010 Service Pack 2 (SP2)",
        "2",
        ParentKeyName="Office14.PROPLUS",
    ),
)


@pytest.mark.parametrize("component", [None, 1, 0, ""])
def test_a_suite_of_two_entries_and_many_parts_and_patches_is_one_product(component: int | str | None) -> None:
    mark = {} if component is None else {"SystemComponent": component}
    has = entries(
        row("Office14.PROPLUS", "Microsoft Office Professional Plus 2010", "14.0.6029.1000", **mark),
        row(PLUS_2010, "Microsoft Office Professional Plus 2010", "14.0.6029.1000", SystemComponent=1),
        *PARTS,
    )
    found = only(windows(has), "office")
    assert (found["product"], found["version"], found["service_pack"]) == (
        "office-2010-professional-plus",
        "14.0.6029.1000",
        "SP1",
    )
    assert (found["type"], found["architecture"], found["installer"]) == ("suite", "x86", "msi")
    assert (found["apps"], found["languages"]) == (["access", "word"], ["en-us", "fr-fr"])


def test_bitness_is_in_the_code_and_in_neither_the_name_nor_the_registrys_view() -> None:
    (source, what), *_ = entries(row(PLUS_2016, "Microsoft Office Professional Plus 2016", "16.0.4266.1001")).items()
    assert source == programs.MACHINE[0]
    assert only(windows({programs.MACHINE[1]: what}), "office")["architecture"] == "x86_64"


def test_suites_and_single_applications_of_any_generation_stand_side_by_side() -> None:
    has = entries(
        row(PLUS_2010, "Microsoft Office Professional Plus 2010", "14.0.7015.1000"),
        row("{90150000-0053-0000-0000-0000000FF1CE}", "Microsoft Visio Standard 2013", "15.0.4569.1506"),
        row("{90110409-6000-11D3-8CFE-0150048383C9}", "Microsoft Office Professional Edition 2003", "11.0.8173.0"),
        row("{90140000-001C-0000-0000-0000000FF1CE}", "Microsoft Access Runtime 2010", "14.0.4763.1000"),
    )
    found = facts(windows(has, click("O365ProPlusRetail,ProjectPro2021Volume")), "office")
    assert {name: (each["type"], each["installer"]) for name, each in found.items()} == {
        "office-2010-professional-plus": ("suite", "msi"),
        "office-2013-visio-standard": ("application", "msi"),
        "office-2003-professional": ("suite", "msi"),
        "office-2010-access-runtime": ("runtime", "msi"),
        "microsoft-365-apps": ("suite", "click-to-run"),
        "office-2021-project-professional": ("application", "click-to-run"),
    }
    assert found["office-2013-visio-standard"]["apps"] == ["visio"]


def test_one_suite_of_2003_in_two_languages_is_one_and_as_old_as_the_older() -> None:
    has = entries(
        row("{90110409-6000-11D3-8CFE-0150048383C9}", "Microsoft Office Professional Edition 2003", "11.0.8173.0"),
        row("{9011040C-6000-11D3-8CFE-0150048383C9}", "Microsoft Office Professional Edition 2003", "11.0.5614.0"),
    )
    found = only(windows(has), "office")
    assert (found["version"], found["service_pack"], found["languages"]) == ("11.0.5614.0", "none", ["en-us", "fr-fr"])


def test_the_entry_that_people_see_without_its_product_code_is_a_leftover() -> None:
    found = windows(entries(row("Office14.PROPLUS", "Microsoft Office Professional Plus 2010", "14.0.6029.1000")))
    assert not installed(found, "office")
    left = only(found, "leftover")
    assert (left["product"], left["version"], left["kind_of"]) == (
        "office-2010-professional-plus",
        "14.0.6029.1000",
        "office",
    )


@pytest.mark.parametrize("refused", [Status.FAILED, Status.DENIED])
def test_the_entry_that_people_see_is_the_suite_where_the_rest_of_the_list_was_not_read(refused: Status) -> None:
    """Office16.PROPLUS stands before {90160000-… in the registry: a kit's file may be cut off between the two."""
    ((source, places),) = entries(
        row("Office16.PROPLUS", "Microsoft Office Professional Plus 2016", "16.0.4266.1001")
    ).items()
    found = windows({source: Places({**places, "the rest": refused})})
    assert not installed(found, "leftover")
    suite = only(found, "office")
    assert (suite["product"], suite["service_pack"], suite["type"]) == ("office-2016-professional-plus", "none", "suite")
    for name in ("architecture", "apps", "languages"):
        assert why(suite, name)
    assert gaps(found, "office")


REGISTERED = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Registration"


def test_what_office_registered_and_the_programs_do_not_have_is_a_leftover() -> None:
    has = {office_windows.REGISTRATION: Places({f"{REGISTERED}\\{PLUS_2016}": {"ProductID": {"present": True}}})}
    found = windows(entries(), has)
    assert not installed(found, "office")
    assert only(found, "leftover")["product"] == "office-2016-professional-plus"


@pytest.mark.parametrize("rest", [Status.FAILED, Status.DENIED, None])
def test_what_office_registered_counts_where_the_programs_were_not_read(rest: Status | None) -> None:
    has = {office_windows.REGISTRATION: Places({f"{REGISTERED}\\{PLUS_2016}": {"DigitalProductID": {"present": True}}})}
    assert only(windows(has, rest=rest), "office")["product"] == "office-2016-professional-plus"


def test_a_volume_edition_is_registered_under_its_licence_and_names_its_product_code() -> None:
    keys = ("{C47456E3-265D-47B6-8CA0-C30ABBD0CA36}", "{D450596F-894D-49E0-966A-FD39ED4C4C64}")
    places = Places({f"{REGISTERED}\\{key}": {"ProductName": "Office", "ProductCode": PLUS_2016} for key in keys})
    found = only(windows({office_windows.REGISTRATION: places}), "office")
    assert (found["product"], found["architecture"]) == ("office-2016-professional-plus", "x86_64")


def test_the_licences_name_and_the_translated_name_of_the_program_decide_nothing() -> None:
    code = "{91140000-0013-0000-1000-0000000FF1CE}"
    has = entries(row(code, "Microsoft Office Famille et Petite Entreprise 2010", "14.0.7015.1000"))
    licence = {"ProductName": "Microsoft Office Profesjonalny 2010", "ConvertToEdition": "Microsoft Office Professionnel 2010",
               "ProductID": {"present": True}}  # fmt: skip
    registered = {office_windows.REGISTRATION: Places({f"{REGISTERED.replace('16', '14')}\\{code}": licence})}
    found = only(windows(has, registered), "office")
    assert (found["product"], found["service_pack"]) == ("office-2010-home-and-business", "SP2")


def test_keys_of_versions_that_hold_nothing_are_no_office() -> None:
    empty = {office_windows.REGISTRATION: Places({f"{REGISTERED.replace('16', '11')}\\{PLUS_2010}": {"ProductName": ""}})}
    blank = {office_click.CONFIGURATIONS[1]: {"ProductReleaseIds": ""}}
    assert not windows(entries(), empty, blank).facts


def test_a_code_without_a_version_is_a_product_whose_service_pack_is_not_known() -> None:
    found = only(windows(entries(row(PLUS_2010, "Microsoft Office Professional Plus 2010"))), "office")
    assert why(found, "version")
    assert why(found, "service_pack") == "its version is not known"


def test_office_97_has_no_product_code_and_goes_by_its_setup() -> None:
    found = windows(entries(row("Office8.0", "Microsoft Office 97, Professional Edition")))
    suite = only(found, "office")
    assert (suite["product"], suite["generation"], suite["type"]) == ("office-97-professional", "97", "suite")
    assert why(suite, "version")
    for other in ("Microsoft Word 97 Viewer", "Microsoft Office 97 Converter Pack", "Microsoft Excel Viewer 97"):
        assert not named(other).facts


def test_an_application_of_97_is_one_application() -> None:
    assert only(named("Microsoft Word 97"), "office")["apps"] == ["word"]


def test_each_language_of_click_to_run_has_an_entry_and_all_are_one_product() -> None:
    has = entries(
        row("O365ProPlusRetail - de-de", "Microsoft 365 Apps for Enterprise - de-de", "16.0.19328.20266"),
        row("O365ProPlusRetail - en-us", "Microsoft 365 Apps for enterprise - en-us", "16.0.19328.20266"),
    )
    found = only(windows(has, click("O365ProPlusRetail", ClientCulture="de-de")), "office")
    assert (found["product"], found["languages"]) == ("microsoft-365-apps", ["de-de", "en-us"])


def test_a_makers_eight_entries_in_four_languages_are_two_products() -> None:
    languages = ("en-us", "es-es", "fr-fr", "pt-br")
    rows = [row(f"O365HomePremRetail - {each}", f"Microsoft 365 - {each}", "16.0.14326.20454") for each in languages]
    rows += [row(f"OneNoteFreeRetail - {each}", f"Microsoft OneNote - {each}", "16.0.14326.20454") for each in languages]
    found = facts(windows(entries(*rows), click("O365HomePremRetail,OneNoteFreeRetail")), "office")
    assert set(found) == {"microsoft-365-home", "onenote"}
    assert found["microsoft-365-home"]["languages"] == ["en-gb", *languages]
    assert why(found["onenote"], "generation")


@pytest.mark.parametrize("rest", [Status.FAILED, Status.DENIED, None])
def test_without_its_configuration_the_key_of_an_entry_names_product_and_language(rest: Status | None) -> None:
    has = entries(row("O365HomePremRetail - fr-fr", "Microsoft 365 - fr-fr", "16.0.17328.20162"))
    found = only(windows(has, rest=rest), "office")
    assert (found["product"], found["generation"], found["version"]) == ("microsoft-365-home", "365", "16.0.17328.20162")
    assert (found["languages"], found["installer"]) == (["fr-fr"], "click-to-run")
    for name in ("channel", "channel_evidence", "architecture", "apps"):
        assert why(found, name)


def test_of_entries_that_disagree_the_oldest_counts_by_number_and_not_by_text() -> None:
    versions = ("16.0.19725.20152", "16.0.9999.20100", "16.0.10417.20000")
    rows = [row(f"O365ProPlusRetail - {language}", "Microsoft 365", version)
            for language, version in zip(("de-de", "en-us", "fr-fr"), versions, strict=True)]  # fmt: skip
    assert only(windows(entries(*rows), rest=Status.FAILED), "office")["version"] == "16.0.9999.20100"


def test_an_entry_that_the_configuration_does_not_know_is_a_leftover() -> None:
    has = entries(row("ProPlus2019Retail - fr-fr", "Microsoft Office Professionnel Plus 2019 - fr-fr", "16.0.10417.20000"))
    for configuration in (click("O365ProPlusRetail"), {}):
        found = windows(has, configuration)
        assert only(found, "leftover")["product"] == "office-2019-professional-plus"
        assert "office-2019-professional-plus" not in facts(found, "office")


def test_one_id_in_both_configurations_is_the_newer_and_the_older_is_left_over() -> None:
    old = click("O365ProPlusRetail", folder=1, VersionToReport="15.0.5603.1000", Platform="x86")
    found = windows(entries(), click("O365ProPlusRetail"), old)
    suite, left = only(found, "office"), only(found, "leftover")
    assert (suite["version"], suite["architecture"]) == ("16.0.19328.20266", "x86_64")
    assert (left["product"], left["version"]) == ("microsoft-365-apps", "15.0.5603.1000")


def test_two_ids_of_one_product_in_one_configuration_are_one_product_and_nothing_is_left_over() -> None:
    found = windows(entries(), click("ProPlusRetail,ProPlusVolume"))
    assert only(found, "office")["product"] == "office-2016-professional-plus"
    assert not installed(found, "leftover")


def test_codes_of_both_kinds_of_bits_tell_none() -> None:
    codes = ("{90140000-0011-0000-0000-0000000FF1CE}", "{90140000-0011-0000-1000-0000000FF1CE}")
    has = entries(*(row(code, "Microsoft Office Professional Plus 2010", "14.0.7015.1000") for code in codes))
    assert why(only(windows(has), "office"), "architecture").startswith("its product codes disagree")


def test_components_of_click_to_run_that_lag_behind_are_neither_products_nor_versions() -> None:
    has = entries(
        row("{90160000-008C-0000-1000-0000000FF1CE}", "Office 16 Click-to-Run Extensibility Component", "16.0.16626.20118"),
        row("{90160000-007E-0000-1000-0000000FF1CE}", "Office 16 Click-to-Run Licensing Component", "16.0.16626.20118"),
        row("{90160000-008C-0409-1000-0000000FF1CE}", "Office 16 Click-to-Run Localization Component", "16.0.14131.20278"),
    )
    assert only(windows(has, click("O365ProPlusRetail")), "office")["version"] == "16.0.19328.20266"
    assert not windows(has).facts


def test_version_16_is_told_by_the_id_and_a_build_that_no_table_has_is_only_quoted() -> None:
    found = facts(windows(click("ProPlus2021Volume", VersionToReport="16.0.14332.20478")), "office")
    suite = found["office-2021-professional-plus"]
    assert (suite["generation"], suite["version"]) == ("2021", "16.0.14332.20478")
    assert why(suite, "service_pack")


def test_several_ids_each_have_the_applications_that_their_own_setup_kept() -> None:
    left_out = {"O365ProPlusRetail.ExcludedApps": "access,publisher,lync,onenote"}
    found = facts(windows(click("O365ProPlusRetail,VisioPro2021Volume", **left_out)), "office")
    assert found["microsoft-365-apps"]["apps"] == ["excel", "outlook", "powerpoint", "word"]
    assert found["office-2021-visio-professional"]["apps"] == ["visio"]


def package(name: str, version: str, user: str = "", architecture: str = "x64") -> dict[Source, Any]:
    mine, everyone, _ = office_windows.STORE_PACKAGES
    full = f"{name}_{version}_{architecture}__8wekyb3d8bbwe"
    source, value = (mine, {"PackageID": full}) if user else (everyone, {"Path": "C:\\x"})
    top = source.where.partition("#")[0].rpartition("\\")[0].replace("HKU\\*", user or "")
    return {source: Places({f"{top}\\{full}": value})}


def test_office_from_the_store_is_one_product_of_several_packages() -> None:
    places = Places()
    for name in ("Microsoft.Office.Desktop", "Microsoft.Office.Desktop.Word", "Microsoft.Office.Desktop.Excel"):
        ((source, what),) = package(name, "16051.17328.20162.0").items()
        places |= what
    found = only(windows(entries(), {source: places}), "office")
    assert (found["product"], found["installer"], found["apps"]) == ("office-store", "store", ["excel", "word"])
    assert (found["version"], found["architecture"]) == ("16051.17328.20162.0", "x86_64")
    assert why(found, "generation")
    assert why(found, "channel") == "the Store updates it"


def test_office_from_the_store_of_one_user_is_that_users() -> None:
    ((name, where),) = installed(windows(entries(), package("Microsoft.Office.Desktop", "16051.1.2.0", USER)), "office")
    assert (name, where[:5]) == ("office-store", "user ")


LOOK_ALIKES = (
    "Visual Studio 2010 Tools for Office Runtime",
    "Microsoft Visual Studio 2010 Tools for Office Runtime (x64)",
    "Microsoft 365 companion apps",
    "Teams Machine-Wide Installer",
    "Microsoft Teams Meeting Add-in for Microsoft Office",
    "Grammarly for Microsoft® Office Suite",
    "Compatibility Pack for the 2007 Office system",
    "Microsoft Office Word Viewer 2003",
    "Microsoft Visio Viewer 2016",
    "Outils de vérification linguistique 2016 de Microsoft Office\xa0- Français",
    "LibreCAD",
    "DjVuLibre",
    "Kingsoft Office Converter",
    "Microsoft Office File Validation Add-In",
    "Microsoft Office Live Meeting 2007",
    "Microsoft Access database engine 2016 (English)",
    "OpenOffice 4.1.11 Language Pack (French)",
    "LibreOffice 24.2 Help Pack (German)",
    "LibreOffice SDK 24.2.0.3",
    "ONLYOFFICE Community Server",
    "Update for Microsoft Office 2010 (KB2553385)",
)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_what_only_has_office_in_its_name_is_no_suite(name: str) -> None:
    assert not named(name).facts


def test_the_hub_and_onenote_from_the_store_are_no_suites() -> None:
    inventory = {
        programs.AMCACHE: Places(
            {
                f"AMCACHE\\InventoryApplication\\{name}": {"Name": name, "Version": "18.1", "Source": "AppxPackage"}
                for name in ("Microsoft.MicrosoftOfficeHub", "Microsoft.Office.OneNote", "Microsoft.OutlookForWindows")
            }
        )
    }
    assert not windows(entries(), inventory).facts


@pytest.mark.parametrize(
    ("name", "listed", "product", "version", "generation"),
    [
        ("LibreOffice 24.2.0.3", "24.2.0.3", "libreoffice", "24.2.0.3", "24.2"),
        ("LibreOffice 24.2.0.3 \xa0", "24.2.0.3", "libreoffice", "24.2.0.3", "24.2"),
        ("LibreOffice 7.4", "7.4.7.2", "libreoffice", "7.4.7.2", "7.4"),
        ("LibreOffice 7.4", "VersionApplication", "libreoffice", "7.4", "7.4"),
        ("OpenOffice 4.1.11", "4.111.9808", "openoffice", "4.1.11", "4.1"),
        ("OpenOffice 4.1", "4.11.9775", "openoffice", "4.1", "4.1"),
        ("OpenOffice.org 3.2", "3.2.9483", "openoffice", "3.2.9483", "3.2"),
        ("ONLYOFFICE Desktop Editors 5.6 (x64)", "5.6.5", "onlyoffice", "5.6.5", "5.6"),
        ("ONLYOFFICE Desktop Editors 5.6 (x64)", "", "onlyoffice", "5.6", "5.6"),
        ("WPS Office (12.2.0.13431)", "12.2.0.13431", "wps-office", "12.2.0.13431", "12.2"),
        ("金山WPS Office 专业版", "11.8.2.12055", "wps-office", "11.8.2.12055", "11.8"),
        ("Kingsoft Office 2013 (9.1.0.4468)", "9.1.0.4468", "wps-office", "9.1.0.4468", "9.1"),
        ("LibreOfficeDev 25.8.0.0", "25.8.0.0", "libreoffice", "25.8.0.0", "25.8"),
        ("SoftMaker FreeOffice 2021", "21.0.8242", "freeoffice", "21.0.8242", "21.0"),
        ("SoftMaker Office Professional 2024", "24.0.1222", "softmaker-office", "24.0.1222", "24.0"),
        ("Collabora Office 23.05.10.1", "23.05.10.1", "collabora-office", "23.05.10.1", "23.05"),
    ],
)
def test_other_suites_are_known_by_name_and_a_recoded_version_by_the_name(
    name: str, listed: str, product: str, version: str, generation: str
) -> None:
    found = only(windows(entries(row("a key", name, listed))), "office")
    assert (found["product"], found["version"], found["generation"]) == (product, version, generation)


def test_two_entries_of_onlyoffice_are_one_suite_and_one_names_the_bitness() -> None:
    has = entries(
        row("{BCD0F16A-6306-A9BA-5740-C04AE87E9AB3}", "ONLYOFFICE", "8.3.1.25"),
        row("ONLYOFFICE Desktop Editors", "ONLYOFFICE 8.3.1 (x64)", "8.3.1.25"),
    )
    found = only(windows(has), "office")
    assert (found["version"], found["architecture"]) == ("8.3.1.25", "x86_64")


def test_a_suite_of_one_user_is_invisible_to_the_machine_and_still_found() -> None:
    has = entries(row("Kingsoft Office", "WPS Office (12.2.0.13431)", "12.2.0.13431"), user=USER)
    ((name, where),) = installed(windows(entries(), has), "office")
    assert (name, where[:5]) == ("wps-office", "user ")
    assert "1001" not in where


def test_two_series_of_one_suite_are_two_installations() -> None:
    has = entries(row("a", "LibreOffice 7.4.7.2", "7.4.7.2"), row("b", "LibreOffice 24.2.0.3", "24.2.0.3"))
    assert {where for _, where in installed(windows(has), "office")} == {"machine: 7.4", "machine: 24.2"}


def test_a_policy_of_updates_that_was_refused_is_no_gap() -> None:
    assert not gaps(windows(entries(), {office_click.POLICY: Status.DENIED}), "office")


def real_names(realdata: Path) -> Iterable[tuple[str, str]]:
    """1,248 names of real lists of programs, and the versions of those that come with one."""
    folder = realdata / "winget-arp-names"
    for line in (folder / "InputARPData.txt").read_text(encoding="utf-8-sig").splitlines():
        fields = line.split("|")
        yield fields[3], fields[4]
    for name in (folder / "InputNames.txt").read_text(encoding="utf-8-sig").splitlines():
        yield name, ""


def test_of_1248_real_names_exactly_these_are_suites(realdata: Path) -> None:
    names = [name for name in real_names(realdata) if name[0]]
    assert len(names) > 1200
    found = {name: only(windows(entries(row("key", name, version))), "office")["product"]
             for name, version in names if windows(entries(row("key", name, version))).facts}  # fmt: skip
    assert found == {
        "OpenOffice 4.1.11": "openoffice",
        "OpenOffice 4.1.7": "openoffice",
        "LibreOffice 7.0.1.2": "libreoffice",
        "LibreOffice 7.0.2.2": "libreoffice",
        "ONLYOFFICE Desktop Editors 5.6 (x64)": "onlyoffice",
    }


def understood(place: Path) -> dict[str, Any]:
    opened = open_place(place)
    snapshot = take(opened.family, opened.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
    return only(office.detect(Collected(snapshot)), "office")


ALL = ["access", "excel", "infopath", "onenote", "outlook", "powerpoint", "publisher", "word"]


def test_an_xp_pcs_office_of_19_keys_and_hundreds_of_patches(realdata: Path) -> None:
    found = understood(realdata / "winxp-uninstall-reg")
    assert (found["product"], found["service_pack"], found["type"]) == ("office-2010-professional-plus", "SP1", "suite")
    assert (found["apps"], found["languages"]) == (ALL, ["en-us"])


def test_an_inventory_of_one_suite_and_fifteen_parts_whose_names_are_in_three_languages(realdata: Path) -> None:
    found = understood(realdata / "win10-1607-office2016-chrome54-amcache")
    assert (found["product"], found["service_pack"], found["architecture"]) == (
        "office-2016-professional-plus",
        "none",
        "x86_64",
    )
    assert (found["apps"], found["languages"]) == (ALL, ["en-us"])
