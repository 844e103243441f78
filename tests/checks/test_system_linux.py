"""Distributions by their files: derivatives, rolling releases, and systems from before os-release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.checks import system
from auditor.errors import SourceError
from auditor.model import Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import Places, collected, only, why

LSB = system.LSB_RELEASE


def linux(has: dict[Source, Any]) -> dict[str, Any]:
    return only(system.detect(collected("linux", has)), "os")


def old(file: str) -> Source:
    return Source("file", f"/etc/{file}")


@pytest.mark.parametrize(
    ("file", "line", "name", "version"),
    [
        ("redhat-release", "Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n", "Red Hat Enterprise Linux Server 5.11", "5.11"),
        ("redhat-release", "CentOS release 5.11 (Final)\n", "CentOS 5.11", "5.11"),
        ("redhat-release", "CloudLinux Server release 5.11 (Vladislav Volkov)\n", "CloudLinux Server 5.11", "5.11"),
        ("redhat-release", "Fedora Core release 6 (Zod)\n", "Fedora Core 6", "6"),
        ("system-release", "Amazon Linux AMI release 2014.03\n", "Amazon Linux AMI 2014.03", "2014.03"),
        ("SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
         "SUSE Linux Enterprise Server 11.4", "11.4"),
        ("SuSE-release", "openSUSE 12.3 (x86_64)\nVERSION = 12.3\nCODENAME = Dartmouth\n", "openSUSE 12.3", "12.3"),
        ("mandriva-release", "Mandriva Linux release 2011.0 (Official) for x86_64\n", "Mandriva Linux 2011.0", "2011.0"),
        ("slackware-version", "Slackware 14.1\n", "Slackware 14.1", "14.1"),
        ("gentoo-release", "Gentoo Base System release 2.2\n", "Gentoo Base System 2.2", "2.2"),
        ("alpine-release", "3.18.4\n", "Alpine Linux 3.18.4", "3.18.4"),
    ],
)  # fmt: skip
def test_a_system_without_os_release_is_told_by_its_one_line(file: str, line: str, name: str, version: str) -> None:
    facts = linux({old(file): line})
    assert (facts["name"], facts["version"], facts["family"], facts["edition"]) == (name, version, "linux", "none")


def test_an_empty_file_may_be_all_that_a_rolling_release_has() -> None:
    facts = linux({old("arch-release"): ""})
    assert facts["name"] == "Arch Linux"
    assert why(facts, "version") == "the distribution has no version number"


def test_a_line_without_a_number_is_a_name_without_a_version() -> None:
    facts = linux({old("redhat-release"): "Rawhide\n"})
    assert (facts["name"], why(facts, "version")) == ("Rawhide", "the distribution has no version number")


def test_an_oracle_linux_that_calls_itself_red_hat_is_told_by_its_own_file() -> None:
    theirs, own = "Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n", "Oracle Linux Server release 5.11\n"
    assert linux({old("redhat-release"): theirs, old("oracle-release"): own})["name"] == "Oracle Linux Server 5.11"


def test_borrowed_numbers_in_old_files_do_not_count_beside_os_release() -> None:
    facts = linux(
        {
            system.OS_RELEASE[0]: 'NAME="Oracle Linux Server"\nVERSION_ID="7.8"\nID=ol\n',
            old("redhat-release"): "Red Hat Enterprise Linux Server release 7.8.2003 (Core)\n",
        }
    )
    assert (facts["name"], facts["version"]) == ("Oracle Linux Server 7.8", "7.8")


def test_an_empty_os_release_is_passed_over() -> None:
    facts = linux({system.OS_RELEASE[0]: "", old("system-release"): "Amazon Linux release 2\n"})
    assert (facts["name"], facts["version"]) == ("Amazon Linux 2", "2")


PARENTS = (
    'NAME="Ubuntu"\nVERSION="14.04.3 LTS, Trusty Tahr"\nID=ubuntu\nVERSION_ID="14.04"\nPRETTY_NAME="Ubuntu 14.04.3 LTS"\n'
)
MINT = 'DISTRIB_ID=LinuxMint\nDISTRIB_RELEASE=17.3\nDISTRIB_CODENAME=rosa\nDISTRIB_DESCRIPTION="Linux Mint 17.3 Rosa"\n'


def test_a_derivative_that_leaves_os_release_to_its_parent_is_told_by_lsb_release() -> None:
    facts = linux({system.OS_RELEASE[0]: PARENTS, LSB: MINT})
    assert (facts["name"], facts["version"], facts["release"], facts["raw_name"]) == (
        "Linux Mint 17.3", "17.3", "rosa", "Linux Mint 17.3 Rosa",
    )  # fmt: skip


def test_lsb_release_does_not_overrule_a_distributions_own_os_release() -> None:
    own = "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\nDISTRIB_CODENAME=trusty\n"
    assert linux({system.OS_RELEASE[0]: PARENTS, LSB: own})["name"] == "Ubuntu 14.04"
    rolling = linux(
        {system.OS_RELEASE[0]: 'NAME="Manjaro Linux"\nID=manjaro\n', LSB: "DISTRIB_ID=ManjaroLinux\nDISTRIB_RELEASE=15.12\n"}
    )
    assert rolling["name"] == "Manjaro Linux"
    assert why(rolling, "version") == "the distribution has no version number"


def test_lsb_release_is_believed_where_there_is_no_os_release() -> None:
    facts = linux(
        {LSB: 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\nDISTRIB_DESCRIPTION="Ubuntu 10.04.4 LTS"\n'}
    )
    assert (facts["name"], facts["release"], facts["raw_name"]) == ("Ubuntu 10.04", "lucid", "Ubuntu 10.04.4 LTS")
    modules = "LSB_VERSION=base-4.0-amd64:core-4.0-amd64\n"
    assert linux({LSB: modules, old("redhat-release"): "CentOS release 6.7 (Final)\n"})["name"] == "CentOS 6.7"


def test_chromeos_is_a_family_of_its_own() -> None:
    by_os_release = linux({system.OS_RELEASE[0]: "NAME=Chrome OS\nID=chromeos\nVERSION_ID=114\nBUILD_ID=15437.63.0\n"})
    by_lsb = linux(
        {
            LSB: "CHROMEOS_RELEASE_NAME=Chrome OS\nCHROMEOS_RELEASE_CHROME_MILESTONE=114\nCHROMEOS_RELEASE_VERSION=15437.63.0\n"
        }
    )
    for facts in (by_os_release, by_lsb):
        assert (facts["family"], facts["name"], facts["version"]) == ("chromeos", "Chrome OS 114", "114")


def test_what_calls_itself_a_bsd_is_no_linux() -> None:
    facts = linux({system.OS_RELEASE[0]: "NAME=FreeBSD\nVERSION=12.2-PRERELEASE\nVERSION_ID=12.2\nID=freebsd\n"})
    assert {why(facts, name) for name in facts} == {"it calls itself FreeBSD, which is no Linux"}


def test_debians_point_release_may_stand_in_os_release_itself() -> None:
    text = 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="13"\nDEBIAN_VERSION_FULL=13.1\nVERSION="13 (trixie)"\n'
    assert linux({system.OS_RELEASE[0]: text})["version"] == "13.1"
    facts = linux({system.OS_RELEASE[0]: text, system.DEBIAN_VERSION: "13.2\n"})
    assert (facts["version"], facts["release"]) == ("13.2", "trixie")


def test_a_container_does_not_take_its_hosts_kernel_for_its_release() -> None:
    text = 'NAME="Amazon Linux"\nID=amzn\nVERSION_ID="2022"\n'
    facts = linux({system.OS_RELEASE[0]: text, Source("host", "kernel"): "5.10.103-0-virt", system.MACHINE: "x86_64"})
    assert "5.10" not in str(facts)
    rolling = linux(
        {system.OS_RELEASE[0]: "NAME=Arch Linux\nID=arch\n", Source("host", "kernel"): "6.8.7-hardened1-2-hardened"}
    )
    assert why(rolling, "version") == "the distribution has no version number"


def test_a_derivative_of_a_known_parent_keeps_its_own_name_and_number() -> None:
    text = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n'
    facts = linux({system.OS_RELEASE[0]: text, system.DEBIAN_VERSION: "trixie/sid\n"})
    assert (facts["name"], facts["version"], facts["release"]) == ("Linux Mint 22", "22", "wilma")


def test_an_old_tree_is_known_for_a_linux_by_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "centos-release").write_text("CentOS release 5.11 (Final)\n")
    (tmp_path / "etc" / "redhat-release").symlink_to("centos-release")
    place = open_place(tmp_path)
    found = checks.detect(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32))
    assert (only(found, "os")["name"], only(found, "os")["version"]) == ("CentOS 5.11", "5.11")


FIXTURES = {
    "almalinux_8_3_beta": ("AlmaLinux 8.3", "8.3"),
    "amazon_linux_2": ("Amazon Linux 2", "2"),
    "amazon_linux_2018.03": ("Amazon Linux AMI 2018.03", "2018.03"),
    "amazon_linux_release_2": ("Amazon Linux 2", "2"),
    "arch_linux_no_arch-release_na": ("Arch Linux", None),
    "centos_6.7": ("CentOS 6.7", "6.7"),
    "centos_stream_8": ("CentOS Stream 8", "8"),
    "clearlinux_28120": ("Clear Linux OS 28120", "28120"),
    "core_os_976.0.0": ("CoreOS 976.0.0", "976.0.0"),
    "cumulus_linux_3.7.3": ("Cumulus Linux 3.7.3", "3.7.3"),
    "deepin_20.4": ("Deepin 20.4", "20.4"),
    "eurolinux_8.5": ("EuroLinux 8.5", "8.5"),
    "fedora_25": ("Fedora 25", "25"),
    "flatcar_3139.2.0": ("Flatcar Container Linux by Kinvolk 3139.2.0", "3139.2.0"),
    "kde_neon_16.04": ("KDE neon 16.04", "16.04"),
    "linux_mint_18.2": ("Linux Mint 18.2", "18.2"),
    "miracle_linux_9": ("MIRACLE LINUX 9.2", "9.2"),
    "opensuse_leap_15.0": ("openSUSE Leap 15.0", "15.0"),
    "opensuse_leap_42.1": ("openSUSE Leap 42.1", "42.1"),
    "parrot_4.8": ("Parrot GNU/Linux 4.8", "4.8"),
    "redhat_6.7": ("Red Hat Enterprise Linux Server 6.7", "6.7"),
    "redhat_7.7": ("Red Hat Enterprise Linux Server 7.7", "7.7"),
    "sl-micro": ("SL-Micro 6.0", "6.0"),
    "sles_11.4": ("SLES 11.4", "11.4"),
    "sles_12_sp1": ("SLES 12.1", "12.1"),
    "ubuntu_12.04": ("Ubuntu 12.04", "12.04"),
    "ubuntu_16.04": ("Ubuntu 16.04", "16.04"),
    "uos_20": ("UnionTech OS Server 20", "20"),
}
UNLIKE = {
    "debian_7.9": ("Debian GNU/Linux 7", "7"),  # its point release is in a file that the fixture leaves out
    "osmc": ("OSMC 2022.03-1", "2022.03-1"),  # the fixture expects the words "March 2022"
    "steamos_2.0": ("SteamOS GNU/Linux 2", "2"),  # 2.0 is in lsb-release alone
    "truenas_12.0rc1": (None, None),  # a FreeBSD
}
"""Where the fixtures' own result is another, and why."""
NO_LINUX = {"dragonfly_5.2.2", "nexenta_3", "omnios", "openindiana", "smartos_zone", "solaris_10", "solaris_11.4"}


def test_the_fixtures_of_another_tool_are_told_as_it_tells_them(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "linux-distribution-ansible"
    assert {path.stem for path in folder.glob("*.json")} == FIXTURES.keys() | UNLIKE.keys() | NO_LINUX
    for name, expected in (FIXTURES | UNLIKE).items():
        read = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for path, text in read["input"].items():
            target = tmp_path / name / path.lstrip("/")
            if path.startswith("/") and isinstance(text, str):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
        place = open_place(tmp_path / name)
        facts = only(checks.detect(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)), "os")
        told = tuple(None if isinstance(facts[fact], tuple) else facts[fact] for fact in ("name", "version"))
        assert told == expected, name
        if name in FIXTURES and expected[1]:
            assert told[1] == read["result"]["distribution_version"], name


def test_the_fixtures_that_are_no_linux_are_refused(realdata: Path, tmp_path: Path) -> None:
    for name in sorted(NO_LINUX):
        read = json.loads((realdata / "linux-distribution-ansible" / f"{name}.json").read_text(encoding="utf-8"))
        tree = tmp_path / name
        tree.mkdir()
        for path, text in read["input"].items():
            if path.startswith("/") and isinstance(text, str):
                (tree / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
                (tree / path.lstrip("/")).write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match="nothing of a PC"):
            open_place(tree)


TREES = {
    "almalinux10": ("AlmaLinux 10.0", "10.0"), "altlinux10": ("ALT Server 10.1", "10.1"),
    "amazon2016": ("Amazon Linux AMI 2016.03", "2016.03"), "arch": ("Arch Linux", None), "bttcb1": ("Debian GNU/Linux 11", "11"),
    "centos5": ("CentOS 5.11", "5.11"), "centosstream10": ("CentOS Stream 10", "10"), "centosstream9": ("CentOS Stream 9", "9"),
    "cloudlinux6": ("CloudLinux Server 6.8", "6.8"), "coreos": ("CoreOS 899.15.0", "899.15.0"),
    "debian13": ("Debian GNU/Linux 13", "13.1"), "debiantesting": ("Debian GNU/Linux", None), "fedora19": ("Fedora 19", "19"),
    "fedora30": ("Fedora 30", "30"), "guix": ("Guix System", None), "kvmibm1": ("KVM for IBM z Systems 1.1.1", "1.1.1"),
    "mageia5": ("Mageia 5", "5"), "manjaro1512": ("Manjaro Linux", None), "openelec6": ("OpenELEC 6.0", "6.0"),
    "opensuse42": ("openSUSE Leap 42.1", "42.1"), "raspbian7": ("Raspbian GNU/Linux 7", "7"),
    "rhel10": ("Red Hat Enterprise Linux 10.0", "10.0"), "rhel6": ("Red Hat Enterprise Linux Server 6.5", "6.5"),
    "rhel9": ("Red Hat Enterprise Linux 9.6", "9.6"), "rocky10": ("Rocky Linux 10.0", "10.0"),
    "scientific6": ("Scientific Linux 6.4", "6.4"), "slackware14": ("Slackware 14.1", "14.1"),
    "ubuntu14": ("Ubuntu 14.04", "14.04"), "ubuntu24": ("Ubuntu 24.04", "24.04"), "ubuntu2510": ("Ubuntu 25.10", "25.10"),
}  # fmt: skip
NO_TREES = {"freebsd111", "netbsd711"}


def test_every_tree_of_release_files_is_told_by_name_and_version(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "linux-os-release"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == TREES.keys() | NO_TREES
    for name, expected in TREES.items():
        copy = tmp_path / name
        shutil.copytree(folder / name, copy)
        for file in sorted(copy.rglob("*.SYMLINK")):
            file.with_suffix("").symlink_to(file.read_text(encoding="utf-8").strip())
            file.unlink()
        place = open_place(copy)
        facts = only(checks.detect(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)), "os")
        assert tuple(None if isinstance(facts[fact], tuple) else facts[fact] for fact in ("name", "version")) == expected, (
            name
        )
    for name in sorted(NO_TREES):
        with pytest.raises(SourceError, match="nothing of a PC"):
            open_place(folder / name)


def test_a_refused_release_file_is_the_reason_for_what_is_unknown() -> None:
    refused = (Status.DENIED, "Permission denied")
    facts = linux(dict.fromkeys((*system.OS_RELEASE, LSB, *system.OLD_RELEASES), refused))
    assert "access denied" in why(facts, "name")


@pytest.mark.parametrize(
    ("libraries", "kernel", "architecture"),
    [
        (("i386", "amd64"), "x86_64", "x86_64"),
        (("i386",), "x86_64", "x86"),
        (("armhf", "arm64"), "", "arm64"),
        (("i386", "amd64"), "", "x86_64"),
    ],
)
def test_libraries_for_another_processor_do_not_make_the_system_one(
    libraries: tuple[str, ...], kernel: str, architecture: str
) -> None:
    found = Places({f"status#libc6 {each}": f"Package: libc6\nArchitecture: {each}" for each in libraries})
    has: dict[Source, Any] = {system.OS_RELEASE[0]: "NAME=X\nID=x\n", Source("dpkg", "libc6"): found}
    assert linux(has | ({system.MACHINE: kernel} if kernel else {}))["architecture"] == architecture


def test_the_packager_itself_is_of_the_systems_own_architecture() -> None:
    found = Places({f"status#libc6 {each}": f"Package: libc6\nArchitecture: {each}" for each in ("amd64", "i386")})
    has: dict[Source, Any] = {
        Source("dpkg", "libc6"): found,
        Source("dpkg", "dpkg"): "Package: dpkg\nArchitecture: i386",
        system.MACHINE: "x86_64",
    }
    assert linux({system.OS_RELEASE[0]: "NAME=X\nID=x\n", **has})["architecture"] == "x86"
