from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import browsers_macos, office, office_click, office_windows
from auditor.checks import programs_windows as programs
from auditor.model import Detected, Source, Status
from pcs import Places, collected, facts, gaps, installed, only, why

UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"


def dpkg(
    *names: str, version: str = "4:7.4.7-1+deb12u14", kind: str = "dpkg", architecture: str = "amd64"
) -> dict[Source, Any]:
    wanted = [source for source in office.WANTS["linux"] if source.kind == kind]
    found: dict[Source, Any] = {}
    for name in names:
        source = next(
            each
            for each in wanted
            if each.where == name or (each.where.rstrip("*") != each.where and name.startswith(each.where.rstrip("*")))
        )
        text = f"Package: {name}\nVersion: {version}\nArchitecture: {architecture}"
        found.setdefault(source, Places())[f"/var/lib/dpkg/status#{name}"] = text
    return found


def linux(has: dict[Source, Any], **more: Any) -> Detected:
    return office.detect(collected("linux", has, **more))


def windows(*parts: dict[Source, Any], **more: Any) -> Detected:
    return office.detect(collected("windows", {source: what for part in parts for source, what in part.items()}, **more))


def listed(**entries: tuple[str, str]) -> dict[Source, Any]:
    place = {
        f"HKLM\\SOFTWARE\\{UNINSTALL}\\{key}": {"DisplayName": name, "DisplayVersion": version}
        for key, (name, version) in entries.items()
    }
    place[f"HKLM\\SOFTWARE\\{UNINSTALL}\\7-Zip"] = {"DisplayName": "7-Zip", "DisplayVersion": "24.08"}
    return {programs.MACHINE[0]: Places(place)}


def test_libreoffice_of_debian_is_one_product_of_many_packages() -> None:
    names = (
        "libreoffice-core-nogui",
        "libreoffice-writer-nogui",
        "libreoffice-calc",
        "libreoffice-l10n-de",
        "libreoffice-l10n-en-gb",
    )
    has = dpkg(*names) | {
        office.BOOTSTRAP[0]: Places({"/usr/lib/libreoffice/program/bootstraprc": "ProductKey=LibreOffice 7.4"})
    }
    assert only(linux(has), "office") == {
        "product": "libreoffice",
        "generation": "7.4",
        "version": "7.4.7",
        "service_pack": ("unknown", "only Microsoft Office installed by MSI has service packs"),
        "type": "suite",
        "channel": ("unknown", "a package follows its distribution"),
        "channel_evidence": ("unknown", "a package follows its distribution"),
        "architecture": "x86_64",
        "installer": "package",
        "apps": ["calc", "writer"],
        "languages": ["de", "en-gb"],
    }


def test_libreoffice_of_fedora_is_read_from_rpm() -> None:
    has = dpkg(
        "libreoffice-core", "libreoffice-langpack-pt-BR", version="1:5.2.5.1-6.fc25", kind="rpm", architecture="x86_64"
    )
    found = only(linux(has), "office")
    assert (found["version"], found["generation"], found["languages"], found["apps"]) == ("5.2.5.1", "5.2", ["pt-BR"], [])


def test_shared_parts_of_libreoffice_are_no_applications() -> None:
    assert "libreoffice-base" in {source.where for source in office.PARTS["dpkg"]}
    assert not {"libreoffice-base*", "libreoffice-base-core"} & {source.where for source in office.PARTS["dpkg"]}
    assert not linux(dpkg("libreoffice-writer")).facts


def test_a_suite_of_one_package_lists_neither_applications_nor_languages() -> None:
    found = facts(linux(dpkg("onlyoffice-desktopeditors", version="8.1.0-169", architecture="all")), "office")["onlyoffice"]
    assert (found["version"], found["generation"]) == ("8.1.0", "8.1")
    assert why(found, "apps") == why(found, "languages") == "it is one package"
    assert why(found, "architecture") == "its core is the same for all"


def test_a_flatpak_is_a_suite_whose_version_was_not_read() -> None:
    names = ("org.libreoffice.LibreOffice", "org.gimp.GIMP")
    has = {
        office.FLATPAKS[0]: Places(
            {f"/var/lib/flatpak/app/{name}/current/active/metadata": f"name={name}" for name in names}
        )
    }
    found = installed(linux(has), "office")
    assert list(found) == [("libreoffice", "flatpak org.libreoffice.LibreOffice")]
    assert "was not read" in why(found["libreoffice", "flatpak org.libreoffice.LibreOffice"], "version")


def test_a_snap_says_its_version() -> None:
    has = {office.SNAPS: Places({"/snap/libreoffice/current/meta/snap.yaml": "name: libreoffice\nversion: 24.8.2.1\n"})}
    found = only(linux(has), "office")
    assert (found["version"], found["generation"], found["installer"]) == ("24.8.2.1", "24.8", "snap")


def test_a_database_that_was_denied_is_a_gap() -> None:
    assert "access denied" in gaps(linux({office.CORES["dpkg"][0]: Status.DENIED}), "office")[0]
    found = linux({})
    assert (found.facts, found.gaps) == ((), ())


@pytest.mark.parametrize(
    ("code", "name", "product", "generation", "architecture"),
    [
        ("{90140000-0011-0000-0000-0000000FF1CE}", "Professional Plus 2010", "office-2010-professional-plus", "2010", "x86"),
        (
            "{90160000-0011-0000-1000-0000000FF1CE}",
            "Professional Plus 2016",
            "office-2016-professional-plus",
            "2016",
            "x86_64",
        ),
        (
            "{91140000-0013-0000-1000-0000000FF1CE}",
            "Famille et Petite Entreprise 2010",
            "office-2010-home-and-business",
            "2010",
            "x86_64",
        ),
        ("{90120000-0012-0000-0000-0000000ff1ce}", "Standard 2007", "office-2007-standard", "2007", "x86"),
        (
            "{90150000-0051-0000-0000-0000000FF1CE}",
            "Visio Professional 2013",
            "office-2013-visio-professional",
            "2013",
            "x86",
        ),
    ],
)
def test_an_msi_suite_is_known_by_its_product_code_in_any_language(
    code: str, name: str, product: str, generation: str, architecture: str
) -> None:
    found = facts(windows(listed(**{code: (f"Microsoft Office {name}", "14.0.6029.1000")})), "office")[product]
    assert (found["generation"], found["architecture"], found["installer"]) == (generation, architecture, "msi")
    assert found["version"] == "14.0.6029.1000"
    assert why(found, "channel") == "an MSI installation has none"


@pytest.mark.parametrize(
    "key",
    [
        "Office14.Click2Run",
        "{90160000-0011-0409-1000-0000000FF1CE}",
        "{90160000-001F-040C-1000-0000000FF1CE}",
        "{90160000-00C1-0000-1000-0000000FF1CE}",
        "{90140000-0011-0000-0000-0000000FF1CE}_Office14.PROPLUS_{DE28B448-32E8-4E8F-84F0-A52B21A49B5B}",
        "{90990000-0011-0000-0000-0000000FF1CE}",
        "{4A03706F-666A-4037-7777-5F2748764D10}",
    ],
)
def test_parts_languages_and_patches_are_no_products(key: str) -> None:
    assert not windows(listed(**{key: ("Microsoft Office Something", "16.0.4266.1001")})).facts


def test_names_with_office_that_are_not_office_do_not_count() -> None:
    names = ("Microsoft.MicrosoftOfficeHub", "Visual Studio 2010 Tools for Office Runtime", "Grammarly for Microsoft® Office Suite",
             "Microsoft 365 companion apps", "LibreCAD", "DjVuLibre", "LibreOffice 7.4 Help Pack (German)")  # fmt: skip
    entries = {f"key {number}": (name, "1.0") for number, name in enumerate(names)}
    store = {
        programs.AMCACHE: Places(
            {"AMCACHE\\a": {"Name": "Microsoft.Office.OneNote", "Version": "17.9", "Source": "AppxPackage"}}
        )
    }
    assert not windows(listed(**entries), store).facts


CODE = "{90160000-0011-0000-1000-0000000FF1CE}"
REGISTERED = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Registration"


@pytest.mark.parametrize("label", ["", " (office_2016_01.reg)"])
@pytest.mark.parametrize("mark", ["ProductID", "DigitalProductID"])
def test_of_hundreds_of_registered_products_only_the_one_with_an_id_is_installed(label: str, mark: str) -> None:
    places = Places(
        {f"{REGISTERED}\\{{9016000{n:01X}-0011-0000-1000-0000000FF1CE}}{label}": {"ProductName": "Office"} for n in range(9)}
    )
    places[f"{REGISTERED}\\{CODE}{label}"] = {
        "ConvertToEdition": "Microsoft Office Professional 2016",
        mark: {"present": True},
    }
    found = only(windows({office_windows.REGISTRATION: places}), "office")
    assert (found["product"], found["architecture"]) == ("office-2016-professional-plus", "x86_64")
    assert "keeps no version" in why(found, "version")


def test_list_and_registration_speak_of_one_suite() -> None:
    has = {office_windows.REGISTRATION: Places({f"{REGISTERED}\\{CODE.lower()}": {"ProductID": {"present": True}}})}
    found = windows(listed(**{CODE: ("Microsoft Office Professional Plus 2016", "16.0.4266.1001")}), has)
    assert only(found, "office")["version"] == "16.0.4266.1001"


def click(ids: str, folder: int = 0, **values: str) -> dict[Source, Any]:
    known = {"ProductReleaseIds": ids, "VersionToReport": "16.0.19328.20266", "Platform": "x64", "ClientCulture": "en-gb"}
    return {office_click.CONFIGURATIONS[folder]: known | values}


BASE = "http://officecdn.microsoft.com/pr/"
MONTHLY, SEMI = "55336b82-a18d-4dd6-b5f6-9e5095c314a6", "7FFBC6BF-BC32-4F92-8982-F9DD17FD3114"


def test_click_to_run_is_known_by_its_configuration() -> None:
    found = only(windows(listed(), click("O365ProPlusRetail", CDNBaseUrl=BASE + SEMI)), "office")
    assert found == {
        "product": "microsoft-365-apps",
        "generation": "365",
        "version": "16.0.19328.20266",
        "service_pack": ("unknown", "only Microsoft Office installed by MSI has service packs"),
        "type": "suite",
        "channel": "semi-annual enterprise",
        "channel_evidence": [f"Click-to-Run: CDNBaseUrl = {BASE}{SEMI} (semi-annual enterprise)"],
        "architecture": "x86_64",
        "installer": "click-to-run",
        "apps": ["access", "excel", "onenote", "outlook", "powerpoint", "publisher", "skype-for-business", "word"],
        "languages": ["en-gb"],
    }


@pytest.mark.parametrize(
    ("identifier", "folder", "product", "generation"),
    [
        ("ProPlus2021Volume", 0, "office-2021-professional-plus", "2021"),
        ("ProPlus2019Retail", 0, "office-2019-professional-plus", "2019"),
        ("HomeBusiness2024Retail", 0, "office-2024-home-and-business", "2024"),
        ("ProPlusRetail", 0, "office-2016-professional-plus", "2016"),
        ("ProPlusRetail", 1, "office-2013-professional-plus", "2013"),
        ("O365HomePremRetail", 0, "microsoft-365-home", "365"),
        ("O365BusinessRetail", 0, "microsoft-365-apps-for-business", "365"),
        ("AccessRetail", 0, "office-2016-access", "2016"),
        ("VisioProXVolume", 0, "office-2016-visio-professional", "2016"),
        ("O365ProPlusEEANoTeamsRetail", 0, "microsoft-365-apps", "365"),
    ],
)
def test_an_id_of_click_to_run_tells_product_and_generation(
    identifier: str, folder: int, product: str, generation: str
) -> None:
    found = facts(windows(click(identifier, folder)), "office")[product]
    assert found["generation"] == generation


def test_several_ids_are_several_products() -> None:
    assert set(facts(windows(click("O365ProPlusRetail, VisioPro2021Volume,ProjectStdRetail")), "office")) == {
        "microsoft-365-apps",
        "office-2021-visio-professional",
        "office-2016-project-standard",
    }


def test_an_id_that_is_not_understood_is_kept_as_it_is() -> None:
    found = only(windows(click("Mondo-2099")), "office")
    assert found["product"] == "mondo-2099"
    assert why(found, "generation")


def test_the_update_channel_that_policy_set_wins_and_an_unknown_address_is_quoted() -> None:
    both = only(windows(click("O365ProPlusRetail", CDNBaseUrl=BASE + SEMI, UpdateChannel=BASE + MONTHLY + "/")), "office")
    assert both["channel"] == "monthly enterprise"
    own = only(windows(click("O365ProPlusRetail", UpdateChannel=r"\\server\office")), "office")
    assert why(own, "channel") == r"its update address is not one of Microsoft's: \\server\office"
    assert why(only(windows(click("O365ProPlusRetail")), "office"), "channel") == "it names no update address"


def test_a_configuration_without_products_is_none() -> None:
    assert not windows(listed(), click("")).facts
    bare = only(windows({office_click.CONFIGURATIONS[0]: {"ProductReleaseIds": "O365ProPlusRetail"}}), "office")
    assert why(bare, "languages")
    assert why(bare, "architecture")


def test_libreoffice_on_windows_is_known_by_name_and_its_version_stands_in_the_name() -> None:
    has = listed(
        a=("LibreOffice 7.4.7.2", "7.4.7.2"), b=("OpenOffice 4.1.11", "4.111.9808"), c=("WPS Office (11.2.0)", "11.2.0.9")
    )
    found = facts(windows(has), "office")
    assert {name: (each["version"], each["generation"]) for name, each in found.items()} == {
        "libreoffice": ("7.4.7.2", "7.4"),
        "openoffice": ("4.1.11", "4.1"),
        "wps-office": ("11.2.0.9", "11.2"),
    }


def test_libreoffice_of_one_user_is_that_users_and_a_part_of_it_does_not_count() -> None:
    top = rf"HKU\S-1-5-21-1\Software\{UNINSTALL}"
    users = Places(
        {
            f"{top}\\a": {"DisplayName": "LibreOffice 7.4.7.2", "DisplayVersion": "7.4.7.2"},
            f"{top}\\b": {"DisplayName": "OpenOffice 4.1.11", "ParentKeyName": "OpenOffice"},
        }
    )
    ((name, where),) = installed(windows({programs.USERS[0]: users}), "office")
    assert name == "libreoffice"
    assert where.startswith("user ")


def test_a_configuration_that_was_refused_is_a_gap() -> None:
    found = gaps(windows(listed(), {office_click.CONFIGURATIONS[0]: Status.DENIED}), "office")
    assert found == ["Permission denied: whether Office was installed by Click-to-Run is not known"]
    assert gaps(windows(listed()), "office") == []


def mac(**apps: tuple[str, str]) -> Detected:
    places = Places(
        {
            f"/Applications/{name}.app/Contents/Info.plist": {
                "CFBundleIdentifier": bundle,
                "CFBundleShortVersionString": version,
            }
            for name, (bundle, version) in apps.items()
        }
    )
    return office.detect(collected("macos", {browsers_macos.APPS[0]: places}))


def test_mac_office_is_as_old_as_its_oldest_application() -> None:
    found = only(
        mac(
            Word=("com.microsoft.Word", "16.79.2"),
            Outlook=("com.microsoft.Outlook", "16.79.3"),
            OneNote=("com.microsoft.onenote.mac", "16.84"),
            Excel=("com.microsoft.Excel", "16.100"),
        ),
        "office",
    )
    assert (found["product"], found["version"], found["installer"]) == ("office-mac", "16.79.2", "app")
    assert found["apps"] == ["excel", "onenote", "outlook", "word"]
    assert why(found, "generation").startswith("2019, 2021, 2024 and Microsoft 365 have one version")


def test_other_suites_on_a_mac_are_known_by_bundle_id() -> None:
    found = installed(mac(LibreOffice=("org.libreoffice.script", "24.2.5"), Teams=("com.microsoft.teams", "1.0")), "office")
    assert list(found) == [("libreoffice", "/Applications/LibreOffice.app")]
    assert found["libreoffice", "/Applications/LibreOffice.app"]["generation"] == "24.2"


def test_a_mac_whose_applications_could_not_be_listed_has_a_gap() -> None:
    found = office.detect(collected("macos", {browsers_macos.APPS[0]: Status.DENIED}))
    assert "access denied" in gaps(found, "office")[0]


def test_a_users_own_suite_on_a_mac_names_its_owner_by_a_pseudonym() -> None:
    plist = {"CFBundleIdentifier": "org.libreoffice.script", "CFBundleShortVersionString": "24.2.5"}
    has = {browsers_macos.APPS[2]: Places({"/Users/jane/Applications/LibreOffice.app/Contents/Info.plist": plist})}
    ((_, where),) = installed(office.detect(collected("macos", has)), "office")
    assert where.endswith(": Applications/LibreOffice.app")
    assert "jane" not in where


@pytest.mark.parametrize("source", [office.FLATPAKS[0], office.SNAPS, *office.BOOTSTRAP])
def test_a_place_of_suites_that_was_not_read_is_a_gap(source: Source) -> None:
    assert "access denied" in gaps(linux({source: Places({"/somewhere": Status.DENIED})}), "office")[0]


def test_a_users_flatpaks_that_were_not_read_are_a_gap_for_users_that_names_nobody() -> None:
    found = linux({office.FLATPAKS[1]: Places({"/home/ana/.local/share/flatpak/app": Status.DENIED})})
    assert not gaps(found, "office")
    (reason,) = gaps(found, "office", "user")
    assert "ana" not in reason


@pytest.mark.parametrize(
    ("code", "version", "product"),
    [
        ("{90110409-6000-11D3-8CFE-0150048383C9}", "11.0.8173.0", "office-2003-professional"),
        ("{9012040C-6000-11D3-8CFE-0150048383C9}", "11.0.8173.0", "office-2003-standard"),
        ("{90510409-6000-11d3-8cfe-0150048383c9}", "11.0.8173.0", "office-2003-visio-professional"),
        ("{91CA0409-6000-11D3-8CFE-0150048383C9}", "11.0.8173.0", "office-2003-small-business"),
        ("{90280409-6000-11D3-8CFE-0050048383C9}", "10.0.6626.0", "office-2002-professional-frontpage"),
        ("{91130409-6000-11D3-8CFE-0050048383C9}", "10.0.6626.0", "office-2002-small-business"),
        ("{00010409-78E1-11D2-B60F-006097C998E7}", "9.00.2720", "office-2000-professional"),
        ("{00160409-78E1-11D2-B60F-006097C998E7}", "9.00.2720", "office-2000-outlook"),
    ],
)
def test_suites_before_2007_are_known_by_their_own_scheme_of_codes(code: str, version: str, product: str) -> None:
    found = only(windows(listed(**{code: ("Microsoft Office", version)})), "office")
    assert (found["product"], found["generation"], found["version"]) == (product, product.split("-")[1], version)
    assert (found["architecture"], found["installer"]) == ("x86", "msi")


@pytest.mark.parametrize(
    "code",
    [
        "{90E60409-6000-11D3-8CFE-0150048383C9}",
        "{901F0409-6000-11D3-8CFE-0150048383C9}",
        "{00300409-78E1-11D2-B60F-006097C998E7}",
        "{90110409-6000-11D4-8CFE-0150048383C9}",
    ],
)
def test_parts_and_proofing_tools_before_2007_are_no_products(code: str) -> None:
    assert not windows(listed(**{code: ("Microsoft Office Something", "11.0.8173.0")})).facts


def test_a_suite_whose_code_is_not_known_goes_by_its_code() -> None:
    found = only(windows(listed(**{"{90140000-006D-0000-0000-0000000FF1CE}": ("Microsoft Office", "14.0.1")})), "office")
    assert (found["product"], found["generation"]) == ("office-2010-006D", "2010")


@pytest.mark.parametrize("number", ["0043", "007E", "008C", "1014"])
def test_shared_components_of_all_languages_are_no_products(number: str) -> None:
    assert not windows(listed(**{f"{{90160000-{number}-0000-1000-0000000FF1CE}}": ("Microsoft Office", "16.0")})).facts


@pytest.mark.parametrize("folder", [0, 1])
@pytest.mark.parametrize(
    ("identifier", "product"),
    [("VisioProRetail", "visio-professional"), ("ProjectProRetail", "project-professional")],
)
def test_an_id_that_a_purchase_and_a_subscription_share_tells_no_generation(
    identifier: str, product: str, folder: int
) -> None:
    found = only(windows(click(identifier, folder)), "office")
    assert found["product"] == product
    assert why(found, "generation") == f"{identifier} is both what is bought once and the subscription"
    assert only(windows(click(identifier.replace("Retail", "2021Retail"))), "office")["generation"] == "2021"


def test_either_configuration_of_click_to_run_that_was_refused_is_a_gap() -> None:
    assert gaps(windows(listed(), {office_click.CONFIGURATIONS[1]: Status.DENIED}), "office")


def opt(folder: str, line: str) -> dict[Source, Any]:
    source = next(each for each in office.BOOTSTRAP if each.where.startswith(f"/opt/{folder.rstrip('0123456789.')}"))
    return {source: Places({f"/opt/{folder}/program/bootstraprc": line})}


def test_a_suite_that_was_unpacked_below_opt_names_only_its_series() -> None:
    found = installed(linux(opt("libreoffice24.2", "ProductKey=LibreOffice 24.2")), "office")
    suite = found["libreoffice", "/opt/libreoffice24.2"]
    assert (suite["generation"], suite["installer"], suite["type"]) == ("24.2", "archive", "suite")
    assert why(suite, "version") == "its own files name only the series 24.2"


def test_the_number_of_a_build_is_no_version() -> None:
    assert not {where for where in (source.where for source in office.WANTS["linux"]) if "versionrc" in where}


def test_the_packages_of_its_makers_stand_beside_the_distributions() -> None:
    has = dpkg("libreoffice-core", "libreoffice-writer", version="4:7.4.7-1+deb12u14")
    own = "Package: libobasis24.2-core\nVersion: 24.2.5.2-2\nArchitecture: amd64"
    has[Source("dpkg", "libobasis*-core")] = Places({"/var/lib/dpkg/status#libobasis24.2-core": own})
    has |= opt("libreoffice24.2", "ProductKey=LibreOffice 24.2")
    found = installed(linux(has), "office")
    assert {key: facts["version"] for key, facts in found.items()} == {
        ("libreoffice", "machine"): "7.4.7",
        ("libreoffice", "/opt/libreoffice24.2"): "24.2.5.2",
    }
    assert found["libreoffice", "/opt/libreoffice24.2"]["installer"] == "package"


def test_an_epoch_that_changes_is_no_part_of_the_version() -> None:
    versions = [
        only(linux(dpkg("libreoffice-core", version=f"{epoch}7.4.7-1+deb12u14")), "office")["version"]
        for epoch in ("1:", "4:", "")
    ]
    assert versions == ["7.4.7"] * 3


def test_a_flatpaks_description_names_its_version_and_each_users_is_that_users() -> None:
    places, info = Places(), Places()
    for home in ("/home/ana/.local/share", "/home/bo/.local/share"):
        app = f"{home}/flatpak/app/org.libreoffice.LibreOffice/current/active"
        places[f"{app}/metadata"] = "name=org.libreoffice.LibreOffice"
        info[f"{app}/files/share/metainfo/x.xml"] = '<release version="24.8.2.1" date="2024-09-27"/>'
    found = installed(linux({office.FLATPAKS[1]: places, office.FLATPAK_VERSIONS[2]: info}), "office")
    assert [facts["version"] for facts in found.values()] == ["24.8.2.1"] * 2
    assert not [where for _, where in found if "ana" in where or "bo/" in where]
