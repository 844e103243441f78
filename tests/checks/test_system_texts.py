"""Every text that real PCs printed of themselves, against what their publishers say they are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.model import Detected
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import are_sound, gaps, installed, only, why

NO_REVISION = "the update revision is not in this source"


def understood(path: Path) -> Detected:
    place = open_place(path)
    found = checks.detect(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32))
    assert are_sound(found)
    return found


def told(path: Path) -> tuple[Any, ...]:
    """Name, edition, build, service pack, type and architecture; that nothing else is made up is checked on the way."""
    found = understood(path)
    facts = only(found, "os")
    assert why(facts, "revision") == NO_REVISION
    for kind in ("browser", "office"):
        assert installed(found, kind) == {}
        assert gaps(found, kind)
    return tuple(facts[name] for name in ("name", "edition", "build", "service_pack", "type", "architecture"))


WESNG = {
    "10_1803_x64_pro_it_systeminfo": ("Windows 10", "Professional", 17134, "none", "client", "x86_64"),
    "10_1803_x64_proforworkstations_en-us_A_20190305_systeminfo":
        ("Windows 10", "ProfessionalWorkstation", 17134, "none", "client", "x86_64"),
    "10_1803_x86_enterprise_nl_systeminfo": ("Windows 10", "Enterprise", 17134, "none", "client", "x86"),
    "10_1809_x64_education_en-us_20190306_systeminfo": ("Windows 10", "Education", 17763, "none", "client", "x86_64"),
    "10_1809_x64_enterprise_zh-cn_systeminfo": ("Windows 10", "EnterpriseS", 17763, "none", "client", "x86_64"),
    "10_22H2_x64_enterprise_en-us_systeminfo": ("Windows 10", "Enterprise", 19045, "none", "client", "x86_64"),
    "11_22H2_x64_home-single-language_systeminfo": ("Windows 11", "CoreSingleLanguage", 22621, "none", "client", "x86_64"),
    "11_23H2_x64_enterprise_systeminfo": ("Windows 11", "Enterprise", 22631, "none", "client", "x86_64"),
    "7_sp1_x64_enterprise_fr_systeminfo_cmd": ("Windows 7", "EnterpriseN", 7601, "Service Pack 1", "client", "x86_64"),
    "7_sp1_x64_enterprise_fr_systeminfo_powershell": ("Windows 7", "EnterpriseN", 7601, "Service Pack 1", "client", "x86_64"),
    "7_sp1_x64_ultimaten_de_systeminfo": ("Windows 7", "UltimateN", 7601, "Service Pack 1", "client", "x86_64"),
    "7_sp1_x86_enterprise_en-us_systeminfo": ("Windows 7", "Enterprise", 7601, "Service Pack 1", "client", "x86"),
    "8.1_u1_x64_enterprise_en-us_systeminfo": ("Windows 8.1", "Enterprise", 9600, "none", "client", "x86_64"),
    "srv_2003r2_sp2_x86_standard_en-us_systeminfo":
        ("Windows Server 2003", "ServerStandard", 3790, "Service Pack 2", "server", "x86"),
    "srv_2008_rtm_x64_standard_en-us_systeminfo":
        ("Windows Server 2008", "ServerStandard", 6001, "Service Pack 1", "server", "x86_64"),
    "srv_2012r2_x64_standard_ru_systeminfo": ("Windows Server 2012 R2", "ServerStandardEval", 9600, "none", "server", "x86_64"),
    "srv_2019_rtm_datacenter_en-us_systeminfo": ("Windows Server 2019", "ServerDatacenter", 17763, "none", "server", "x86_64"),
    "srv_2022_systeminfo": ("Windows Server 2022", "ServerStandard", 20348, "none", "server", "x86_64"),
    "vista_x64_sp2_systeminfo": ("Windows Vista", "Enterprise", 6002, "Service Pack 2", "client", "x86_64"),
    "xp_sp2_x64_systeminfo": ("Windows XP", "Professional", 3790, "Service Pack 2", "client", "x86_64"),
    "xp_sp3_x86_professional_en-us_systeminfo": ("Windows XP", "Professional", 2600, "Service Pack 3", "client", "x86"),
}  # fmt: skip
"""File → what it says. Of the labels in the names three are more than that: R2 of 2003 shows nowhere, Server 2008 began
with Service Pack 1, so there was no RTM, and the French and Chinese Enterprise are its N and LTSC editions."""


def test_every_output_in_seven_languages_and_five_encodings(realdata: Path) -> None:
    folder = realdata / "windows-systeminfo-wesng"
    assert {path.stem for path in folder.glob("*_systeminfo*.txt")} == WESNG.keys()
    for name, expected in WESNG.items():
        assert told(folder / f"{name}.txt") == expected, name


def test_lists_of_hotfixes_are_no_reports_and_say_nothing_of_the_revision(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "windows-systeminfo-wesng"
    (tmp_path / "a_qfe.txt").write_bytes((folder / "10_1809_x64_education_en-us_20190306_qfe.txt").read_bytes())
    name = "10_1809_x64_education_en-us_20190306_systeminfo"
    (tmp_path / "b.txt").write_bytes((folder / f"{name}.txt").read_bytes())
    assert told(tmp_path) == WESNG[name]


def test_the_evaluation_and_long_term_editions_are_told(realdata: Path) -> None:
    folder = realdata / "windows-systeminfo-wesng"
    russian = only(understood(folder / "srv_2012r2_x64_standard_ru_systeminfo.txt"), "os")
    chinese = only(understood(folder / "10_1809_x64_enterprise_zh-cn_systeminfo.txt"), "os")
    french = only(understood(folder / "7_sp1_x64_enterprise_fr_systeminfo_cmd.txt"), "os")
    assert (russian["evaluation"], chinese["ltsc"], french["n_edition"]) == (True, True, True)


def test_owners_addresses_are_in_no_reading(realdata: Path) -> None:
    for path in sorted((realdata / "windows-systeminfo-wesng").glob("*_systeminfo*.txt")):
        place = open_place(path)
        assert "example.com" not in str(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32))


LABEL = re.compile(
    r"W(?:indows)?(?P<of>8|10|11|Server\d{4}(?:R2)?)_(?:[\w.]*?_)?(?P<edition>Pro|Standard)_(?:\d{8}_)?(?P<build>\d{4,5})"
)
NAMES = {"8": "Windows 8", "10": "Windows 10", "11": "Windows 11", "Server2008": "Windows Server 2008",
         "Server2012R2": "Windows Server 2012 R2", "Server2016": "Windows Server 2016", "Server2019": "Windows Server 2019",
         "Server2022": "Windows Server 2022", "Server2025": "Windows Server 2025"}  # fmt: skip
WRONG_BUILDS = {
    "W10_20H2_Pro_20201208_19041.685": 19042,
    "W10_20H2_Pro_20210209_19041.804": 19042,
    "W10_20H2_Pro_20210413_19041.928": 19042,
    "W10_20H2_Pro_20210608_19041.1052": 19042,
    "W10_20H2_Pro_20210810_19041.1165": 19042,
    "W10_20H2_Pro_20211012_19041.1288": 19042,
    "W10_20H2_Pro_20211214_19041.1415": 19042,
}
"""Labels that give the base's build, where 20H2 is 19042, as the file itself says too."""
EVALUATIONS = {"WindowsServer2025_24H2_Standard_20241101_26100.1742"}
"""Files that call themselves evaluations, which their labels leave out."""


def test_every_clean_installation_is_what_its_label_says_or_ought_to(realdata: Path) -> None:
    folder = realdata / "windows-systeminfo-vanilla"
    labels = json.loads((folder / "EXPECTED-from-folder-names.json").read_text(encoding="utf-8"))
    assert len(labels) > 120
    for file, label in labels.items():
        match = LABEL.match(label["label"])
        assert match, label
        build = WRONG_BUILDS.get(Path(file).stem, int(match["build"]))
        pack = "Service Pack 2" if build == 6002 else "none"
        expected = {"Pro": "Professional", "Standard": "ServerStandard"}[match["edition"]]
        expected += "Eval" if Path(file).stem in EVALUATIONS else ""
        kind = "server" if "Server" in match["of"] else "client"
        assert told(folder / file) == (NAMES[match["of"]], expected, build, pack, kind, "x86_64"), file


def test_the_outputs_of_another_collection(realdata: Path) -> None:
    folder = realdata / "windows-systeminfo-jc"
    ten = ("Windows 10", "Enterprise", 19042, "none", "client", "x86_64")
    assert told(folder / "windows-10-systeminfo.out") == ten
    seven = ("Windows 7", "Professional", 7601, "Service Pack 1", "client", "x86_64")
    assert told(folder / "windows-7-systeminfo.out") == seven
    for name in ("windows-10-systeminfo", "windows-7-systeminfo"):
        theirs = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        found = understood(folder / f"{name}.out")
        assert only(found, "device")["hostname"] == theirs["host_name"]
        assert only(found, "os")["raw_name"] == theirs["os_name"].strip()


def test_reports_of_msinfo32_tell_the_system_and_its_firmware(realdata: Path) -> None:
    folder = realdata / "windows-msinfo32-text"
    ten, eleven = folder / "win10-20h2-inspiron-7559.txt", folder / "win11-24h2-thinkpad-x1-yoga.txt"
    assert told(ten) == ("Windows 10", "Professional", 19042, "none", "client", "x86_64")
    assert told(eleven) == ("Windows 11", "Professional", 26100, "none", "client", "x86_64")
    assert only(understood(eleven), "os")["release"] == "24H2"
    assert only(understood(eleven), "hardware")["firmware"] == "uefi"


def test_a_chinese_get_computerinfo_of_windows_11(realdata: Path) -> None:
    facts = only(understood(realdata / "export-shapes" / "get-computerinfo-win11-25h2-zh.sample.txt"), "os")
    assert (facts["name"], facts["build"], facts["release"]) == ("Windows 11", 26200, "25H2")
    assert why(facts, "architecture")


def test_reg_query_of_a_windows_11_that_calls_itself_10(realdata: Path) -> None:
    folder = realdata / "win11-23h2-currentversion-regquery"
    facts = only(understood(folder / "currentversion.reg-query.txt"), "os")
    assert (facts["name"], facts["release"], facts["build"], facts["edition"], facts["raw_name"], facts["type"]) == (
        "Windows 11", "23H2", 22631, "Professional", "Windows 10 Pro", "client",
    )  # fmt: skip
    assert why(facts, "revision") == NO_REVISION
    assert "Windows 11" in (folder / "EXPECTED.txt").read_text(encoding="utf-8")


def lines_of(key: str, values: dict[str, Any]) -> str:
    kinds = {name: "REG_DWORD" if isinstance(data, int) else "REG_SZ" for name, data in values.items()}
    rows = [
        f"    {name}    {kinds[name]}    {hex(data) if isinstance(data, int) else data}" for name, data in values.items()
    ]
    return "\r\n".join([f"HKEY_LOCAL_MACHINE\\SYSTEM\\{key}", *rows, "", ""])


def test_version_keys_that_upgrades_left_behind_are_not_taken_for_the_system(realdata: Path, tmp_path: Path) -> None:
    kept = json.loads((realdata / "win10-1903-setup-source-os-keys" / "setup-source-os.json").read_text(encoding="utf-8"))
    text = (
        "\r\n" + lines_of("CurrentControlSet\\Control\\Windows", kept["Control\\Windows"]) + lines_of("Setup", kept["Setup"])
    )
    text += "".join(lines_of(f"Setup\\{old['key']}", old["values"]) for old in kept["SourceOS"])
    (tmp_path / "system.txt").write_bytes(text.encode("utf-16"))
    facts = only(understood(tmp_path), "os")
    for name in ("name", "build", "version", "revision", "release", "edition", "raw_name"):
        assert why(facts, name)
    assert facts["service_pack"] == "none"


@pytest.mark.parametrize(("group", "pack"), [("win7sp1-x86-system", "Service Pack 1"), ("win10-21h2-system", "none")])
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_system_hive_has_the_service_pack_as_a_number(realdata: Path, group: str, pack: str) -> None:
    facts = only(understood(realdata / group), "os")
    assert facts["service_pack"] == pack
    assert why(facts, "build"), "its CSDBuildNumber is another number"
