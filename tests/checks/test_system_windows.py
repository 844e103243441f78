"""What is told of Windows where the registry, or what somebody kept of it, misleads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import checks
from auditor.checks import system
from auditor.model import Detected, Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import Places, collected, only, value, why

KEY, TYPE, ENV, PACK = system.CURRENT_VERSION, system.PRODUCT_TYPE, system.ENVIRONMENT, system.SERVICE_PACK
GONE = (Status.FAILED, "not in what was given (x.txt)")


def windows(has: dict[Source, Any]) -> dict[str, Any]:
    return only(
        system.detect(collected("windows", {KEY: GONE, TYPE: GONE, ENV: GONE, PACK: GONE, system.WINE: GONE} | has)), "os"
    )


def text(**says: str) -> dict[str, Any]:
    return windows({system.TEXT: Places({"systeminfo.txt": says})})


def understood(path: Path) -> Detected:
    place = open_place(path)
    return checks.detect(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32))


def test_a_kept_text_tells_all_but_the_revision() -> None:
    facts = text(
        name="Microsoft Windows 11 Pro", version="10.0.26100 N/A Build 26100", configuration="x", system="x64-based PC"
    )
    assert facts == {
        "family": "windows",
        "name": "Windows 11",
        "edition": "Professional",
        "edition_group": "pro",
        "n_edition": False,
        "version": "10.0.26100",
        "build": 26100,
        "revision": ("unknown", "the update revision is not in this source"),
        "release": "24H2",
        "service_pack": "none",
        "architecture": "x86_64",
        "type": "client",
        "ltsc": False,
        "evaluation": False,
        "wine": ("unknown", r"HKLM\SOFTWARE\Wine\LicenseInformation: not in what was given (x.txt)"),
        "raw_name": "Microsoft Windows 11 Pro",
    }


def test_a_kept_text_of_powershell_7_has_the_revision_too() -> None:
    told = {"name": "Microsoft Windows 11 Pro", "build": "26100", "revision": "4602"}
    assert text(**told)["revision"] == 4602
    key = {"CurrentBuild": "26100", "UBR": 5001}
    assert windows({KEY: key, system.TEXT: Places({"old.txt": told})})["revision"] == 5001
    assert why(text(**told | {"revision": "x"}), "revision")


def test_the_registry_is_believed_before_a_kept_text() -> None:
    key = {"CurrentBuild": "26200", "UBR": 9168, "EditionID": "Core", "InstallationType": "Client"}
    kept = {"name": "Microsoft Windows 10 Pro", "version": "10.0.19045 N/A Build 19045", "system": "x64-based PC"}
    facts = windows({KEY: key, system.TEXT: Places({"old.txt": kept})})
    assert (facts["name"], facts["edition"], facts["revision"], facts["architecture"]) == (
        "Windows 11",
        "Core",
        9168,
        "x86_64",
    )


def test_texts_that_cannot_be_of_one_system_tell_nothing_and_say_so() -> None:
    one = {"name": "Microsoft Windows 10 Pro", "version": "10.0.19045 N/A Build 19045"}
    two = {"name": "Microsoft Windows 11 Pro", "version": "10.0.22631 N/A Build 22631"}
    facts = windows({system.TEXT: Places({"a.txt": one, "b.txt": two})})
    for name in facts.keys() - {"family", "wine"}:
        assert why(facts, name).startswith(
            "2 texts disagree: Microsoft Windows 10 Pro, Microsoft Windows 11 Pro, 19045, 22631"
        )


def test_texts_of_two_tools_on_one_system_are_put_together() -> None:
    kept = {"name": "Microsoft Windows 10 Pro ", "version": "10.0.19045 N/A Build 19045", "system": "x64-based PC"}
    facts = windows({system.TEXT: Places({"a.txt": {"build": "19045", "bits": "64-bit"}, "b.txt": kept})})
    assert (facts["name"], facts["architecture"], facts["edition"]) == ("Windows 10", "x86_64", "Professional")


def test_a_text_that_was_cut_has_a_reason_for_what_it_lacks() -> None:
    facts = text(name="Microsoft Windows 10 Pro")
    assert (facts["edition"], facts["type"]) == ("Professional", "client")
    for name in ("name", "build", "version", "service_pack", "release", "architecture"):
        assert why(facts, name)
    only_version = text(version="10.0.17763 N/A Build 17763")
    assert only_version["build"] == 17763
    assert why(only_version, "name") == "client and server share build 17763, and its type is unknown"
    assert why(only_version, "edition") == "nothing that was read names an edition"


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("Standalone Workstation", "Windows 10"),
        ("Eigenständige Arbeitsstation", "Windows 10"),
        ("Station de travail autonome", "Windows 10"),
        ("Estación de trabajo independiente", "Windows 10"),
        ("独立工作站", "Windows 10"),
        ("Standalone Server", "Windows Server 2019"),
        ("Primary Domain Controller", "Windows Server 2019"),
        ("Primärer Domänencontroller", "Windows Server 2019"),
        ("Основной контроллер домена", "Windows Server 2019"),
        ("独立服务器", "Windows Server 2019"),
    ],
)
def test_the_role_decides_where_a_cut_text_has_no_name(role: str, name: str) -> None:
    assert text(version="10.0.17763 N/A Build 17763", configuration=role)["name"] == name


@pytest.mark.parametrize(
    ("name", "version", "told"),
    [
        ("Microsoft Windows 11 Pro", "10.0.21996 N/A Build 21996", "Windows 11"),
        ("Microsoft Windows 11 Enterprise Insider Preview", "10.0.26640 N/A Build 26640", "Windows 11"),
        ("Microsoft Windows 10 Pro", "10.0.19044 N/A Build 19044", "Windows 10"),
        ("Microsoft Windows Server 2022 Standard", "10.0.20348 N/A Build 20348", "Windows Server 2022"),
        ("Microsoft Windows 10 Pro", "10.0.14393 N/A Build 14393", "Windows 10"),
        ("Microsoft Windows Server 2016 Standard", "10.0.14393 N/A Build 14393", "Windows Server 2016"),
        ("Microsoft Windows Server 2025 Datacenter", "10.0.26100 N/A Build 26100", "Windows Server 2025"),
        ("Microsoft(R) Windows(R) XP Professional x64 Edition", "5.2.3790 Service Pack 2 Build 3790", "Windows XP"),
        ("Microsoft(R) Windows(R) Server 2003, Standard Edition", "5.2.3790 Build 3790", "Windows Server 2003"),
        ("Microsoftr Windows Serverr 2008 Standard ", "6.0.6001 Service Pack 1 Build 6001", "Windows Server 2008"),
        ("Microsoft Windows XP Professional", "5.1.2600 Build 2600", "Windows XP"),
        ("Microsoft Hyper-V Server 2019", "10.0.17763 N/A Build 17763", "Windows Server 2019"),
        ("Microsoftr Windowsr Web Server 2008 ", "6.0.6002 Service Pack 2 Build 6002", "Windows Server 2008"),
        ("Microsoft Windows Storage Server 2012 R2 Standard", "6.3.9600 N/A Build 9600", "Windows Server 2012 R2"),
        ("Microsoft Windows Embedded 8.1 Industry Pro", "6.3.9600 N/A Build 9600", "Windows 8.1"),
    ],
)
def test_client_and_server_of_one_build_are_told_apart_by_the_name(name: str, version: str, told: str) -> None:
    assert text(name=name, version=version)["name"] == told


def test_21h2_is_three_products() -> None:
    told = {
        build: (facts["name"], facts["release"])
        for build, kind in (("19044", "Client"), ("22000", "Client"), ("20348", "Server"))
        for facts in [windows({KEY: {"CurrentBuild": build, "InstallationType": kind}})]
    }
    assert told == {
        "19044": ("Windows 10", "21H2"),
        "22000": ("Windows 11", "21H2"),
        "20348": ("Windows Server 2022", "21H2"),
    }


def test_a_build_between_releases_has_no_release_and_says_so() -> None:
    for build in ("21996", "22454", "26640"):
        facts = windows({KEY: {"CurrentBuild": build, "InstallationType": "Client"}})
        assert facts["name"] == "Windows 11"
        assert why(facts, "release") == f"build {build} is no release that is known here: a preview, or newer than this list"


def test_what_stands_beside_the_build_and_the_edition_does_not_count() -> None:
    beside = {
        "BuildLab": "19041.vb_release.191206-1406", "BuildLabEx": "19041.1.amd64fre", "ReleaseId": "2009",
        "CompositionEditionID": "Enterprise", "CurrentVersion": "6.3", "InstallDate": 1548585572,
    }  # fmt: skip
    wanted = set(KEY.where.partition("#")[2].split(","))
    assert not wanted & {"BuildLab", "BuildLabEx", "CompositionEditionID", "InstallDate"}
    facts = windows({KEY: {"CurrentBuild": "19045", "EditionID": "Professional", "InstallationType": "Client"} | beside})
    assert (facts["build"], facts["release"], facts["edition"], facts["version"]) == (
        19045,
        "22H2",
        "Professional",
        "10.0.19045",
    )


def test_what_upgrades_leave_behind_of_older_versions_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "SYSTEM.reg").write_text(
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Setup\\Source OS (Updated on 1/6/2019 02:18:37)]\r\n"
        '"ProductName"="Windows 10 Pro"\r\n"CurrentBuild"="15063"\r\n"ReleaseId"="1703"\r\n"UBR"=dword:0000056b\r\n',
        encoding="utf-16",
    )
    facts = only(understood(tmp_path), "os")
    for name in facts.keys() - {"family"}:
        assert "not in what was given (SYSTEM.reg)" in why(facts, name)


@pytest.mark.parametrize(
    ("number", "pack"), [(0, "none"), (0x100, "Service Pack 1"), (0x200, "Service Pack 2"), (0x300, "Service Pack 3")]
)
def test_without_software_the_service_pack_is_the_number_in_system(number: int, pack: str) -> None:
    assert windows({PACK: {"CSDVersion": number}})["service_pack"] == pack


def test_a_service_pack_by_name_is_believed_before_the_number() -> None:
    facts = windows({KEY: {"CurrentBuildNumber": "2600", "CSDVersion": "Service Pack 3"}, PACK: {"CSDVersion": 0x200}})
    assert facts["service_pack"] == "Service Pack 3"


@pytest.mark.parametrize(
    ("build", "pack"),
    [("6001", "Service Pack 1"), ("6002", "Service Pack 2"), ("7601", "Service Pack 1"), ("7600", "none"), ("9600", "none")],
)
def test_a_build_that_only_a_service_pack_has_tells_it(build: str, pack: str) -> None:
    assert windows({KEY: {"CurrentBuild": build}})["service_pack"] == pack


@pytest.mark.parametrize(
    ("version", "pack"),
    [
        ("6.1.7601 Service Pack 1 version 7601", "Service Pack 1"),
        ("5.1.2600 Service Pack 3 Build 2600", "Service Pack 3"),
        ("5.1.2600 Build 2600", "none"),
        ("6.3.9600 Н/Д построение 9600", "none"),
    ],
)
def test_a_texts_version_names_the_service_pack_in_every_language(version: str, pack: str) -> None:
    assert text(name="Microsoft Windows 7 Enterprise", version=version)["service_pack"] == pack


@pytest.mark.parametrize(
    ("system_type", "architecture"),
    [
        ("x64-based PC", "x86_64"),
        ("X86-based PC", "x86"),
        ("ARM64-based PC", "arm64"),
        ("x64-basierter PC", "x86_64"),
        ("Компьютер на базе x64", "x86_64"),
        ("基于 x64 的电脑", "x86_64"),
        ("ARM-based PC", "arm"),
    ],
)
def test_the_kind_of_system_is_told_in_any_language(system_type: str, architecture: str) -> None:
    assert text(name="Microsoft Windows 10 Pro", system=system_type)["architecture"] == architecture


def test_an_arm_pc_is_one_though_programs_on_it_are_told_otherwise() -> None:
    key = {"CurrentBuild": "26100", "InstallationType": "Client"}
    facts = windows({KEY: key, ENV: {"PROCESSOR_ARCHITECTURE": "ARM64"}, Source("host", "machine"): "AMD64"})
    assert facts["architecture"] == "arm64"
    assert windows({KEY: key, ENV: {"PROCESSOR_ARCHITECTURE": "ARM"}})["architecture"] == "arm"


def test_64_bits_alone_are_no_architecture() -> None:
    assert why(text(product="Windows 10 Pro", build="26200", bits="64 位"), "architecture").startswith("that it has 64 bits")
    assert text(product="Windows 10 Pro", build="19045", bits="32-bit")["architecture"] == "x86"


def test_get_computerinfo_says_windows_10_on_windows_11_too() -> None:
    facts = text(product="Windows 10 Pro", build="26200", edition="Core", installation="Client")
    assert (facts["name"], facts["raw_name"], facts["edition"]) == ("Windows 11", "Windows 10 Pro", "Core")
    localised = text(
        product="Windows 10 Pro", name="Microsoft Windows 10 Professionnel", build="19045", product_type="WorkStation"
    )
    assert (localised["raw_name"], localised["edition"]) == ("Microsoft Windows 10 Professionnel", "Professional")


def test_several_users_at_once_are_a_client_of_the_enterprise_group() -> None:
    key = {"CurrentBuild": "26100", "EditionID": "ServerRdsh", "InstallationType": "Client"}
    for facts in (
        windows({KEY: key, TYPE: {"ProductType": "ServerNT"}}),
        windows({KEY: key | {"InstallationType": "Server"}, TYPE: {"ProductType": "ServerNT"}}),
        text(name="Microsoft Windows 11 Enterprise multi-session", version="10.0.26100 N/A Build 26100"),
    ):
        assert (facts["name"], facts["type"], facts["edition_group"]) == ("Windows 11", "client", "enterprise")


def test_a_server_core_is_a_server_though_its_name_does_not_say_core() -> None:
    key = {
        "CurrentBuild": "20348",
        "InstallationType": "Server Core",
        "ProductName": "Windows Server 2022 Standard Evaluation",
    }
    facts = windows({KEY: key | {"EditionID": "ServerStandardEval"}})
    assert (facts["name"], facts["type"], facts["edition_group"], facts["evaluation"]) == (
        "Windows Server 2022", "server", "server", True,
    )  # fmt: skip


def test_an_unknown_edition_is_told_and_its_group_is_not_guessed() -> None:
    facts = windows({KEY: {"CurrentBuild": "26100", "EditionID": "Andromeda", "InstallationType": "Client"}})
    assert facts["edition"] == "Andromeda"
    assert why(facts, "edition_group") == "the edition 'Andromeda' is in no group that is known here"
    named = text(name="Microsoft Windows 11 Xyzzy", version="10.0.26100 N/A Build 26100")
    assert why(named, "edition") == "no edition is known by the name 'Microsoft Windows 11 Xyzzy'"
    assert why(named, "ltsc")


@pytest.mark.parametrize(("suite", "edition", "group"), [(["Personal"], "Home", "home"), (["Terminal Server"], "Professional", "pro"),
                                                         (["EmbeddedNT"], "Embedded", "embedded")])  # fmt: skip
def test_xp_has_no_edition_but_what_it_is_licensed_for(suite: list[str], edition: str, group: str) -> None:
    key = {"CurrentBuildNumber": "2600", "CurrentVersion": "5.1", "ProductName": "Microsoft Windows XP"}
    facts = windows({KEY: key, TYPE: {"ProductType": "WinNT", "ProductSuite": suite}})
    assert (facts["edition"], facts["edition_group"]) == (edition, group)


def test_wine_says_that_it_is_wine() -> None:
    key = {"CurrentBuild": "19045", "ProductName": "Windows 10 Pro"}
    assert windows({KEY: key, system.WINE: {"Kernel-MUI-Number-Allowed": 1000}})["wine"] is True
    assert windows({KEY: key, system.WINE: Status.ABSENT})["wine"] is False


def test_an_inventory_has_no_build_and_none_is_made_up() -> None:
    facts = windows({system.CENSUS_OS: {"OSEdition": "Professional", "InstallationType": "Client"}})
    assert (facts["edition"], facts["edition_group"], facts["type"]) == ("Professional", "pro", "client")
    assert why(facts, "build")
    assert why(facts, "name")


def test_the_evidence_of_a_fact_from_a_text_is_that_text() -> None:
    kept = {"name": "Microsoft Windows 10 Pro", "version": "10.0.19045 N/A Build 19045"}
    found = system.detect(collected("windows", {KEY: GONE, system.TEXT: Places({"systeminfo.txt": kept})}))
    for fact in found.facts:
        if fact.name in ("name", "build", "edition", "version", "raw_name"):
            assert {reading.at for reading in fact.evidence} == {"systeminfo.txt"}, fact.name
            assert value(fact)


def test_a_nano_server_is_a_server_though_its_installation_begins_otherwise() -> None:
    key = {"CurrentBuild": "14393", "EditionID": "ServerStandardNano", "InstallationType": "Nano Server"}
    facts = windows({KEY: key})
    assert (facts["name"], facts["type"]) == ("Windows Server 2016", "server")


def test_a_stack_shares_its_build_with_a_server_and_is_none_by_name() -> None:
    key = {"CurrentBuild": "25398", "EditionID": "ServerAzureStackHCICor", "InstallationType": "Server Core"}
    facts = windows({KEY: key | {"DisplayVersion": "23H2"}})
    assert (facts["name"], facts["release"], facts["type"]) == ("Azure Stack HCI", "23H2", "server")


def test_before_10_the_version_of_nt_is_the_tables_or_the_registrys() -> None:
    four = {"CurrentBuildNumber": "1381", "CurrentVersion": "4.0", "CSDVersion": "Service Pack 6"}
    facts = windows({KEY: four, TYPE: {"ProductType": "WinNT"}})
    assert (facts["name"], facts["version"], facts["service_pack"]) == ("Windows NT 4.0", "4.0.1381", "Service Pack 6")
    assert windows({KEY: {"CurrentBuild": "7100", "CurrentVersion": "6.1"}})["version"] == "6.1.7100"
    assert why(windows({KEY: {"CurrentBuild": "7100"}}), "version")


PARTLY = (Status.FAILED, "only a part of it was given")


@pytest.mark.parametrize("build", ["2600", "3790"])
def test_where_only_a_part_of_the_key_was_printed_no_service_pack_is_not_said(build: str) -> None:
    """reg query was asked for the build alone: that no service pack is printed does not say that there is none."""
    facts = windows({KEY: Places({"HKLM\\x": {"CurrentBuildNumber": build}, "HKLM\\x (a.txt)": PARTLY})})
    assert "only a part of it was given" in why(facts, "service_pack")
    assert "only a part of it was given" in why(facts, "edition")
    assert windows({KEY: {"CurrentBuildNumber": build}})["service_pack"] == "none"


@pytest.mark.parametrize("build", ["7600", "9200", "9600", "19045"])
def test_a_build_that_never_had_a_service_pack_has_none_even_then(build: str) -> None:
    facts = windows({KEY: Places({"HKLM\\x": {"CurrentBuildNumber": build}, "HKLM\\x (a.txt)": PARTLY})})
    assert facts["service_pack"] == "none"


def test_whether_it_is_an_evaluation_is_not_known_without_its_edition() -> None:
    """Editions for evaluation were there long before Windows 10."""
    assert why(windows({KEY: {"CurrentBuild": "9600", "InstallationType": "Server"}}), "evaluation")


def test_one_key_printed_in_two_pieces_is_put_together() -> None:
    pieces = Places({"HKLM\\x (a.txt)": {"CurrentBuild": "22631", "InstallationType": "Client"},
                     "HKLM\\x (b.txt)": {"UBR": 4602, "EditionID": "Professional"}})  # fmt: skip
    facts = windows({KEY: pieces})
    assert (facts["build"], facts["revision"], facts["edition"]) == (22631, 4602, "Professional")


@pytest.mark.parametrize("other", [{"CurrentBuild": "20348"}, {"CurrentBuild": "22631", "UBR": 5039},
                                   {"CurrentBuild": "22631", "ProductName": "Windows 10 Home"}])  # fmt: skip
def test_version_keys_of_several_pcs_tell_nothing_and_say_so(other: dict[str, Any]) -> None:
    one = {"CurrentBuild": "22631", "UBR": 4602, "ProductName": "Windows 10 Pro", "InstallationType": "Client"}
    facts = windows({KEY: Places({"HKLM\\x (a.reg)": one, "HKLM\\x (b.reg)": other})})
    for name in ("name", "build", "version", "revision", "edition", "release", "ltsc", "evaluation", "raw_name"):
        assert why(facts, name).startswith("2 version keys disagree: ")


def test_kinds_and_processors_of_several_pcs_are_not_mixed() -> None:
    key = {"CurrentBuild": "26100", "UBR": 1}
    kinds = Places({"HKLM\\x (a.reg)": {"ProductType": "WinNT"}, "HKLM\\x (b.reg)": {"ProductType": "ServerNT"}})
    made = Places({f"HKLM\\x ({n}.reg)": {"PROCESSOR_ARCHITECTURE": word} for n, word in enumerate(("AMD64", "ARM64"))})
    facts = windows({KEY: key, TYPE: kinds, ENV: made})
    assert why(facts, "type")
    assert why(facts, "architecture")


def test_an_arm_processor_shows_in_the_words_for_its_bits() -> None:
    assert text(name="Microsoft Windows 11 Pro", bits="ARM 64-bit Processor")["architecture"] == "arm64"


FIELDS = ["name", "version", "build", "edition", "installation", "product_type", "bits", "system", "configuration",
          *KEY.where.partition("#")[2].split(","), "ProductType", "ProductSuite", "PROCESSOR_ARCHITECTURE"]  # fmt: skip
SAYS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text(), max_size=2)
    | st.sampled_from(
        [
            "10.0.17763 N/A Build 17763",
            "5.1",
            "22631",
            "Microsoft Windows 8",
            "Server",
            "WinNT",
            "Service Pack 9999",
            "ServerRdshN",
        ]
    )
)


@given(data=st.data())
def test_whatever_a_windows_says_each_fact_is_of_its_type_or_has_a_reason(data: st.DataObject) -> None:
    has = {
        source: data.draw(
            SAYS | st.dictionaries(st.sampled_from(FIELDS), SAYS | st.dictionaries(st.text(), SAYS, max_size=1))
        )
        for source in data.draw(st.lists(st.sampled_from(system.WANTS["windows"]), unique=True))
    }
    for name, told in windows({**has}).items():
        spec = checks.VOCABULARY[f"os.{name}"]
        if not isinstance(told, tuple):
            assert type(told) is {"text": str, "version": str, "whole": int, "yes-no": bool}[spec.type], name
            assert not spec.words or told in spec.words
