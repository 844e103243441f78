from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import system
from auditor.model import Source, Status
from pcs import collected, only, why

KEY, TYPE, ENV = system.CURRENT_VERSION, system.PRODUCT_TYPE, system.ENVIRONMENT


def windows(key: Any, more: dict[Any, Any] | None = None) -> dict[str, Any]:
    return only(system.detect(collected("windows", {KEY: key} | (more or {}))), "os")


def linux(text: Any, more: dict[Any, Any] | None = None) -> dict[str, Any]:
    return only(system.detect(collected("linux", {system.OS_RELEASE[0]: text} | (more or {}))), "os")


def macos(key: Any, more: dict[Any, Any] | None = None) -> dict[str, Any]:
    return only(system.detect(collected("macos", {system.SYSTEM_VERSION: key} | (more or {}))), "os")


WINDOWS_11 = {
    "ProductName": "Windows 10 Pro",
    "CurrentBuild": "22631",
    "CurrentBuildNumber": "22631",
    "UBR": 4602,
    "EditionID": "Professional",
    "InstallationType": "Client",
    "DisplayVersion": "23H2",
    "ReleaseId": "2009",
    "CurrentVersion": "6.3",
}


def test_windows_11_is_known_by_its_build_though_it_calls_itself_windows_10() -> None:
    facts = windows(WINDOWS_11, {ENV: {"PROCESSOR_ARCHITECTURE": "AMD64"}})
    assert facts == {
        "family": "windows",
        "name": "Windows 11",
        "edition": "Professional",
        "edition_group": "pro",
        "n_edition": False,
        "version": "10.0.22631",
        "build": 22631,
        "revision": 4602,
        "release": "23H2",
        "service_pack": "none",
        "architecture": "x86_64",
        "type": "client",
        "ltsc": False,
        "evaluation": False,
        "wine": False,
        "raw_name": "Windows 10 Pro",
    }


@pytest.mark.parametrize(
    ("build", "name", "version", "release"),
    [
        ("2600", "Windows XP", "5.1.2600", None),
        ("3790", "Windows XP", "5.2.3790", None),
        ("6002", "Windows Vista", "6.0.6002", None),
        ("7601", "Windows 7", "6.1.7601", None),
        ("9200", "Windows 8", "6.2.9200", None),
        ("9600", "Windows 8.1", "6.3.9600", None),
        ("10240", "Windows 10", "10.0.10240", "1507"),
        ("14393", "Windows 10", "10.0.14393", "1607"),
        ("19045", "Windows 10", "10.0.19045", "22H2"),
        ("21996", "Windows 11", "10.0.21996", None),
        ("22000", "Windows 11", "10.0.22000", "21H2"),
        ("22454", "Windows 11", "10.0.22454", None),
        ("26200", "Windows 11", "10.0.26200", "25H2"),
        ("2195", "Windows 2000", "5.0.2195", None),
        ("28000", "Windows 11", "10.0.28000", "26H1"),
        ("30000", "Windows, build 30000", "10.0.30000", None),
    ],
)
def test_a_client_is_named_by_its_build(build: str, name: str, version: str, release: str | None) -> None:
    facts = windows({"CurrentBuild": build, "InstallationType": "Client"})
    assert (facts["name"], facts["version"]) == (name, version)
    assert facts["release"] == release if release else why(facts, "release")


@pytest.mark.parametrize(
    ("build", "name"),
    [
        ("3790", "Windows Server 2003"),
        ("6001", "Windows Server 2008"),
        ("7601", "Windows Server 2008 R2"),
        ("9600", "Windows Server 2012 R2"),
        ("14393", "Windows Server 2016"),
        ("17763", "Windows Server 2019"),
        ("20348", "Windows Server 2022"),
        ("26100", "Windows Server 2025"),
        ("25398", "Windows Server, version 23H2"),
        ("30000", "Windows Server, build 30000"),
    ],
)
def test_a_server_of_the_same_build_is_another_system(build: str, name: str) -> None:
    facts = windows({"CurrentBuild": build}, {TYPE: {"ProductType": "ServerNT"}})
    assert (facts["name"], facts["type"]) == (name, "server")


@pytest.mark.parametrize(
    ("key", "product", "kind", "name"),
    [
        ({"InstallationType": "Client"}, "ServerNT", "client", "Windows 10"),
        ({"InstallationType": "Server"}, "WinNT", "server", "Windows Server 2019"),
        ({"InstallationType": "Server Core"}, "", "server", "Windows Server 2019"),
        ({}, "WinNT", "client", "Windows 10"),
        ({}, "LanmanNT", "server", "Windows Server 2019"),
        ({"ProductName": "Windows Server 2019 Standard"}, "", "server", "Windows Server 2019"),
        ({"ProductName": "Windows 10 Enterprise LTSC 2019"}, "", "client", "Windows 10"),
    ],
)
def test_client_or_server_is_told_by_installation_then_product_type_then_name(
    key: dict[str, Any], product: str, kind: str, name: str
) -> None:
    facts = windows({"CurrentBuild": "17763"} | key, {TYPE: {"ProductType": product}} if product else None)
    assert (facts["type"], facts["name"], facts["release"]) == (kind, name, "1809")


def test_a_build_that_client_and_server_share_has_no_name_while_its_type_is_unknown() -> None:
    facts = windows({"CurrentBuild": "17763"}, {TYPE: (Status.FAILED, "not in what was given (SOFTWARE)")})
    assert why(facts, "name") == "client and server share build 17763, and its type is unknown"
    assert "not in what was given (SOFTWARE)" in why(facts, "type")
    assert facts["build"] == 17763
    assert windows({"CurrentBuild": "19045"}, {TYPE: Status.FAILED})["name"] == "Windows 10"


def test_xp_has_words_in_current_build_and_the_number_in_its_twin() -> None:
    facts = windows(
        {
            "ProductName": "Microsoft Windows XP",
            "CurrentBuild": "1.511.1 () (Obsolete data - do not use)",
            "CurrentBuildNumber": "2600",
            "CSDVersion": "Service Pack 3",
            "CurrentVersion": "5.1",
        },
        {ENV: {"PROCESSOR_ARCHITECTURE": {"REG_EXPAND_SZ": "x86"}}},
    )
    assert (facts["name"], facts["version"], facts["service_pack"]) == ("Windows XP", "5.1.2600", "Service Pack 3")
    assert (facts["type"], facts["architecture"], facts["ltsc"]) == ("client", "x86", False)
    assert why(facts, "evaluation"), "there were evaluation copies of XP, and nothing in its key tells one"
    assert why(facts, "release") == "Windows of this age has service packs, not releases"
    assert why(facts, "revision") == "this Windows keeps no revision in the registry"
    assert why(facts, "edition")


@pytest.mark.parametrize(
    ("edition", "ltsc", "evaluation"),
    [
        ("EnterpriseS", True, False),
        ("EnterpriseSN", True, False),
        ("IoTEnterpriseS", True, False),
        ("EnterpriseSEval", True, True),
        ("EnterpriseEval", False, True),
        ("ServerStandardEval", False, True),
        ("ServerDatacenterEvalCor", False, True),
        ("Core", False, False),
    ],
)
def test_long_term_and_evaluation_editions_are_told_by_the_edition(edition: str, ltsc: bool, evaluation: bool) -> None:
    facts = windows({"CurrentBuild": "19044", "EditionID": edition})
    assert (facts["edition"], facts["ltsc"], facts["evaluation"]) == (edition, ltsc, evaluation)


def test_a_release_is_the_displayed_one_and_never_the_frozen_release_id() -> None:
    assert windows({"CurrentBuild": "19045", "ReleaseId": "2009"})["release"] == "22H2"
    assert windows({"CurrentBuild": "18363", "ReleaseId": "1909"})["release"] == "1909"


def test_without_the_software_hive_everything_is_unknown_and_says_that_access_was_denied() -> None:
    facts = windows(
        (Status.DENIED, "Zugriff verweigert"),
        {
            TYPE: {"ProductType": "WinNT"},
            ENV: {"PROCESSOR_ARCHITECTURE": "ARM64"},
            system.WINE: (Status.DENIED, "Zugriff verweigert"),
        },
    )
    assert facts.pop("family") == "windows"
    assert (facts.pop("type"), facts.pop("architecture")) == ("client", "arm64")
    for name in facts:
        assert "access denied: Zugriff verweigert" in why(facts, name), name


def test_without_the_system_hive_the_census_still_tells_the_architecture_and_edition() -> None:
    facts = windows(
        Status.FAILED,
        {
            TYPE: Status.FAILED,
            ENV: Status.FAILED,
            system.CENSUS_OS: {"OSEdition": "ServerStandardEval", "InstallationType": "Server"},
            system.CENSUS_PROCESSOR: {"ProcessorArchitecture": 9},
        },
    )
    assert (facts["edition"], facts["type"], facts["architecture"]) == ("ServerStandardEval", "server", "x86_64")
    assert facts["evaluation"] is True
    assert "broken" in why(facts, "name")


def test_an_architecture_that_has_no_word_here_is_unknown() -> None:
    facts = windows(WINDOWS_11, {ENV: {"PROCESSOR_ARCHITECTURE": "IA64"}})
    assert why(facts, "architecture") == "nothing that was read has it"


def test_a_revision_that_is_no_number_is_unknown() -> None:
    assert why(windows(WINDOWS_11 | {"UBR": {"REG_BINARY": "fa11"}}), "revision")
    assert why(windows(WINDOWS_11 | {"UBR": True}), "revision")


DEBIAN = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
# a comment=with a sign
VERSION_CODENAME=bookworm
ID=debian
"""


def test_debian_keeps_its_point_release_in_a_file_of_its_own() -> None:
    facts = linux(
        DEBIAN,
        {
            system.DEBIAN_VERSION: "12.15\n",
            system.BASE_PACKAGES[0]: "Package: libc6\nVersion: 2.36-9\nArchitecture: i386",
            system.MACHINE: "x86_64",
            system.DEFAULT_TARGET: "/lib/systemd/system/graphical.target",
        },
    )
    assert facts == {
        "family": "linux",
        "name": "Debian GNU/Linux 12",
        "edition": "none",
        "version": "12.15",
        "release": "bookworm",
        "architecture": "x86",
        "type": "client",
        "raw_name": "Debian GNU/Linux 12 (bookworm)",
    }


def test_a_derivative_does_not_take_debians_point_release() -> None:
    facts = linux(DEBIAN.replace("ID=debian\n", "ID=raspbian\n"), {system.DEBIAN_VERSION: "12.15\n"})
    assert facts["version"] == "12"


def test_debian_testing_and_rolling_releases_have_no_version() -> None:
    facts = linux('NAME="Debian GNU/Linux"\nID=debian\n', {system.DEBIAN_VERSION: "trixie/sid\n"})
    assert facts["name"] == facts["raw_name"] == "Debian GNU/Linux"
    assert why(facts, "version") == "the distribution has no version number"
    assert why(facts, "release") == "the distribution names no release"


def test_a_system_without_os_release_is_read_from_its_one_line() -> None:
    line = "Red Hat Enterprise Linux Server release 6.5 (Santiago)\n"
    facts = linux(Status.ABSENT, {system.OLD_RELEASES[2]: line})
    assert (facts["name"], facts["version"], facts["raw_name"]) == (
        "Red Hat Enterprise Linux Server 6.5",
        "6.5",
        line.strip(),
    )


def test_words_in_os_release_are_not_taken_for_the_old_line() -> None:
    facts = linux('PRETTY_NAME="Foo release 9"\nNAME=Foo\nVERSION_ID=9.2\n')
    assert (facts["name"], facts["version"], facts["raw_name"]) == ("Foo 9.2", "9.2", "Foo release 9")


def test_the_second_place_of_os_release_counts_where_the_first_is_missing() -> None:
    assert linux(Status.ABSENT, {system.OS_RELEASE[1]: "NAME=Arch Linux\nID=arch\n"})["name"] == "Arch Linux"


def test_without_any_release_file_everything_is_unknown_with_the_refusal() -> None:
    facts = linux(Status.DENIED, {system.MACHINE: "aarch64"})
    assert (facts["family"], facts["architecture"]) == ("linux", "arm64")
    for name in ("name", "edition", "version", "release", "raw_name"):
        assert why(facts, name) == "/etc/os-release: access denied: Permission denied"
    assert why(facts, "type") == "the system does not say what it is for"


def test_an_empty_release_file_says_nothing() -> None:
    facts = linux("")
    assert why(facts, "name") == why(facts, "version") == "nothing that was read has it"


def test_chromeos_is_a_family_of_its_own() -> None:
    facts = linux("NAME=Chrome OS\nID=chromeos\nVERSION_ID=126\n")
    assert (facts["family"], facts["name"]) == ("chromeos", "Chrome OS 126")


@pytest.mark.parametrize(
    ("lines", "target", "edition", "kind"),
    [
        ("VARIANT_ID=workstation", None, "workstation", "client"),
        ('VARIANT="Server Edition"\n', "graphical.target", "Server Edition", "server"),
        ("VARIANT_ID=desktop", None, "desktop", "client"),
        ("VARIANT_ID=cinnamon", "/usr/lib/systemd/system/multi-user.target", "cinnamon", "server"),
        ("", "graphical.target", "none", "client"),
    ],
)
def test_desk_or_rack_is_told_by_the_variant_then_by_what_is_started(
    lines: str, target: str | None, edition: str, kind: str
) -> None:
    facts = linux(f"NAME=Fedora Linux\nVERSION_ID=40\n{lines}\n", {system.DEFAULT_TARGET: target} if target else None)
    assert (facts["edition"], facts["type"]) == (edition, kind)


def test_an_architecture_that_nothing_says_is_unknown_with_the_failure() -> None:
    facts = linux(DEBIAN, {system.MACHINE: (Status.FAILED, "only a running PC can answer this")})
    assert "only a running PC can answer this" in why(facts, "architecture")
    assert linux(DEBIAN, {system.MACHINE: "vax"})["architecture"][0] == "unknown"


def test_mac_os_x_has_two_numbers_in_its_name_and_macos_one() -> None:
    old = macos({"ProductName": "Mac OS X", "ProductVersion": "10.5.8", "ProductBuildVersion": "9L34"})
    new = macos(
        {"ProductName": "macOS", "ProductVersion": "14.3", "ProductBuildVersion": "23D56"}, {system.MACHINE: "arm64"}
    )
    assert (old["name"], old["version"], old["build_name"], old["beta"]) == ("Mac OS X 10.5", "10.5.8", "9L34", False)
    assert new == {
        "family": "macos",
        "name": "macOS 14",
        "version": "14.3",
        "release": ("unknown", "macOS has no release apart from its version"),
        "build_name": "23D56",
        "beta": False,
        "architecture": "arm64",
        "type": "client",
        "raw_name": "macOS 14.3 (23D56)",
    }


def test_a_beta_of_macos_shows_only_in_its_build() -> None:
    facts = macos({"ProductName": "macOS", "ProductVersion": "14.2", "ProductBuildVersion": "23C5030f"})
    assert (facts["name"], facts["version"], facts["beta"]) == ("macOS 14", "14.2", True)


@pytest.mark.parametrize(
    ("version", "build", "beta"),
    [
        ("10.5.8", "9L34", False),
        ("12.2", "21D49", False),
        ("12.2", "21D5025f", True),
        ("13.0", "22A5266r", True),
        ("13.0", "22A5373b", True),
        ("13.3.1", "22E772610a", False),
        ("13.4.1", "22F770820d", False),
        ("26.0", "25A5279m", True),
    ],
)
def test_a_rapid_security_response_is_no_beta_though_its_build_ends_like_one(version: str, build: str, beta: bool) -> None:
    facts = macos({"ProductName": "macOS", "ProductVersion": version, "ProductBuildVersion": build})
    assert (facts["version"], facts["build_name"], facts["beta"]) == (version, build, beta)


@pytest.mark.parametrize(
    ("product", "version", "name"),
    [
        ("Mac OS X", "10.5.8", "Mac OS X 10.5"),
        ("OS X", "10.9.1", "OS X 10.9"),
        ("Mac OS X", "10.15.7", "Mac OS X 10.15"),
        ("macOS", "11.5.1", "macOS 11"),
        ("macOS", "26.0", "macOS 26"),
    ],
)
def test_a_mac_is_called_what_its_version_called_itself(product: str, version: str, name: str) -> None:
    assert macos({"ProductName": product, "ProductVersion": version})["name"] == name


@pytest.mark.parametrize(("build", "name"), [("20G1427", "macOS 11"), ("23H626", "macOS 14"), ("25A354", "macOS 26")])
def test_what_a_mac_tells_old_programs_is_not_its_version(build: str, name: str) -> None:
    facts = macos({"ProductName": "Mac OS X", "ProductVersion": "10.16", "ProductBuildVersion": build})
    assert (facts["name"], facts["build_name"], facts["beta"]) == (name, build, False)
    assert why(facts, "version") == "the system said 10.16, which it tells old programs in place of its version"


def test_a_mac_that_tells_old_programs_a_number_and_an_unknown_build_has_no_name() -> None:
    facts = macos({"ProductName": "Mac OS X", "ProductVersion": "10.16", "ProductBuildVersion": "99A1"})
    assert why(facts, "name").startswith("the system said 10.16")
    assert why(macos({"ProductName": "Mac OS X", "ProductVersion": "10.16"}), "name")


def test_nothing_is_told_of_a_macs_security_updates_which_its_build_does_not_show() -> None:
    facts = macos({"ProductName": "Mac OS X", "ProductVersion": "10.5.8", "ProductBuildVersion": "9L34"})
    assert "revision" not in facts
    assert not [name for name in facts if "security" in name]


def test_mac_os_x_server_is_a_server() -> None:
    assert macos({"ProductName": "Mac OS X Server", "ProductVersion": "10.6.8"})["type"] == "server"


def test_a_mac_that_hid_its_version_is_unknown_with_the_refusal() -> None:
    facts = macos((Status.DENIED, "Operation not permitted"), {system.MACHINE: (Status.FAILED, "no answer")})
    assert facts.pop("family") == "macos"
    assert "no answer" in why(facts, "architecture")
    assert why(facts, "release") == "macOS has no release apart from its version"
    del facts["architecture"], facts["release"]
    for name in facts:
        assert "access denied: Operation not permitted" in why(facts, name)


def test_a_mac_whose_list_is_empty_is_unknown() -> None:
    facts = macos({})
    assert {name for name, value in facts.items() if isinstance(value, tuple)} == facts.keys() - {"family"}


def test_the_kernels_release_is_not_a_macs_version() -> None:
    facts = macos((Status.FAILED, "no answer"), {Source("host", "kernel"): "20.6.0"})
    assert "no answer" in why(facts, "version")
    assert "20.6" not in str(facts)
