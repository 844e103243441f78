"""Texts of systeminfo, msinfo32 and Get-ComputerInfo: any language, any code page, whole or cut."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from auditor.errors import SourceError
from auditor.model import Reading, Source, Status
from auditor.sources import collect, offline, systemtexts
from auditor.sources.consoletext import decode
from auditor.sources.systemtexts import Report, reports

OS, HOST, FIRMWARE = Source("systeminfo", "os"), Source("host", "hostname"), Source("host", "firmware")
REGISTRY = Source("registry", r"HKLM\SOFTWARE\X#v")


def systeminfo(
    labels: str,
    name: str,
    version: str,
    role: str,
    locale: str,
    *,
    system: str = "x64-based PC",
    ends: str = "\r\n",
    host: str = "PC-7",
) -> str:
    """An output: labels of the host, name, version, maker, role, owner, system, processors and locale, between bars."""
    of = labels.split("|")
    values = [host, name, version, "Microsoft Corporation", role, "ada@example.org", system, "1"]
    rows = [f"{label}:{' ' * (40 - len(label))}{value}" for label, value in zip(of, [*values, locale], strict=True)]
    rows.insert(8, f"{' ' * 31}[01]: x64 Family 6 Model 158 Stepping 9 GenuineIntel ~2808 Mhz")
    return ends.join(["", *rows, "Hotfix(s):   2", f"{' ' * 31}[01]: KB5066791", ""])


ENGLISH = (
    "Host Name|OS Name|OS Version|OS Manufacturer|OS Configuration|Registered Owner|System Type|Processor(s)|System Locale"
)
TEXTS = {
    "en": (systeminfo(ENGLISH, "Microsoft Windows 11 Pro", "10.0.22631 N/A Build 22631", "Standalone Workstation",
                      "en-us;English (United States)"), ("ascii", "utf-8-sig", "utf-16")),
    "fr": (systeminfo("Nom de l'hôte|Nom du système d'exploitation|Version du système|Fabricant du système d'exploitation|"
                      "Configuration du système|Propriétaire enregistré|Type du système|Processeur(s)|Option régionale",
                      "Microsoft Windows\xa07 Entreprise N ", "6.1.7601 Service Pack 1 version 7601",
                      "Station de travail autonome", "fr;Français (France)", ends="\n"),
           ("cp850", "cp1252", "utf-8", "utf-16")),
    "de": (systeminfo("Hostname|Betriebssystemname|Betriebssystemversion|Betriebssystemhersteller|Betriebssystemkonfiguration|"
                      "Registrierter Benutzer|Systemtyp|Prozessor(en)|Systemgebietsschema",
                      "Microsoft Windows 10 Pro", "10.0.19045 Nicht zutreffend Build 19045", "Eigenständige Arbeitsstation",
                      "de;Deutsch (Österreich)", system="x64-basierter PC"), ("cp850", "cp1252", "utf-8", "utf-16")),
    "it": (systeminfo("Nome host|Nome SO|Versione SO|Produttore SO|Configurazione SO|Proprietà|Tipo sistema|Processore|Località",
                      "Microsoft Windows 10 Pro", "10.0.17134 N/D build 17134", "Workstation membro", "it;Italiano (Italia)"),
           ("cp850", "utf-16")),
    "es": (systeminfo("Nombre de host|Nombre del sistema operativo|Versión del sistema operativo|Fabricante|Configuración|"
                      "Propiedad de|Tipo de sistema|Procesador(es)|Configuración regional",
                      "Microsoft Windows 10 Pro", "10.0.17763 N/D Compilación 17763", "Estación de trabajo independiente",
                      "es;Español (internacional)"), ("cp850", "cp1252", "utf-8")),
    "nl": (systeminfo("Hostnaam|Naam van besturingssysteem|Versie van besturingssysteem|Fabrikant|Configuratie|"
                      "Geregistreerde eigenaar|Systeemtype|Processor(s)|Landinstelling", "Microsoft Windows 10 Home",
                      "10.0.18363 n.v.t. Build 18363", "Zelfstandig werkstation", "nl;Nederlands (België)"), ("cp850", "utf-8")),
    "ru": (systeminfo("Имя узла|Название ОС|Версия ОС|Изготовитель ОС|Параметры ОС|Владелец|Тип системы|Процессор(ы)|Язык",
                      "Майкрософт Ознакомительная версия Windows Server 2012 R2 Standard",
                      "6.3.9600 Н/Д построение 9600", "Основной контроллер домена", "ru;Русский",
                      system="Компьютер на базе x64"),
           ("cp866", "cp1251", "utf-8", "utf-16")),
    "zh": (systeminfo("主机名|OS 名称|OS 版本|OS 制造商|OS 配置|注册的所有人|系统类型|处理器|系统区域设置",
                      "Microsoft Windows 10 企业版 LTSC", "10.0.17763 暂缺 Build 17763", "独立工作站", "zh-cn;中文(中国)",
                      system="基于 x64 的电脑"),
           ("gbk", "utf-8", "utf-16")),
    "pt": (systeminfo("Nome do host|Nome do sistema operacional|Versão do sistema operacional|Fabricante|Configuração do SO|"
                      "Proprietário registrado|Tipo de sistema|Processador(es)|Localidade do sistema",
                      "Microsoft Windows 10 Pro", "10.0.19044 N/A compilação 19044", "Estação de trabalho autônoma",
                      "pt-br;Português (Brasil)", system="PC com base em x64"), ("cp850", "cp1252", "utf-8")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "encoding"), [(tongue, page) for tongue, (_, pages) in TEXTS.items() for page in pages]
)
def test_systeminfo_is_read_by_its_shape_in_any_language_and_encoding(language: str, encoding: str) -> None:
    text = TEXTS[language][0]
    [report] = reports(text.encode(encoding), "x.txt")
    lines = [line.partition(":")[2].strip() for line in text.splitlines()]
    assert report == Report(
        "x.txt", {"version": lines[3], "name": lines[2], "configuration": lines[5], "system": lines[7]}, "PC-7"
    )


def test_an_owners_address_and_everything_else_is_left_behind() -> None:
    for text, _ in TEXTS.values():
        assert "ada@example.org" not in str(reports(text.encode("utf-16"), "x"))
        assert "KB5066791" not in str(reports(text.encode("utf-16"), "x"))


def test_a_file_that_begins_in_the_middle_has_no_host_but_all_else() -> None:
    lines = TEXTS["es"][0].splitlines(keepends=True)
    [report] = reports("".join(lines[2:]).encode("cp850"), "x")
    assert (report.host, report.os["name"], report.os["system"]) == ("", "Microsoft Windows 10 Pro", "x64-based PC")
    [report] = reports("".join(lines[3:]).encode("cp850"), "x")
    assert (report.host, report.os.get("name"), report.os["version"]) == ("", None, "10.0.17763 N/D Compilación 17763")
    [report] = reports("".join(lines[4:]).encode("cp850"), "x")
    assert report.os == {"system": "x64-based PC"}


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        (
            "Host Name:   PC-7\nOS Name:   Microsoft Windows 10 Pro\nOS Version:   10.0.190",
            {"name": "Microsoft Windows 10 Pro"},
        ),
        (
            "Host Name:   PC-7\nOS Name:   Microsoft Windows 10 Pro\nOS Version:   10.0.19045 N/A Bu",
            {"name": "Microsoft Windows 10 Pro", "version": "10.0.19045 N/A Bu"},
        ),
    ],
)
def test_a_truncated_file_tells_what_is_whole_in_it(cut: str, told: dict[str, str]) -> None:
    assert reports(cut.encode(), "x") == [Report("x", told, "PC-7")]
    assert reports(b"Host Name:   PC-7\nOS Na", "x") == []


@pytest.mark.parametrize(
    "version",
    ["5.1.2600 Build 2600", "5.1.2600 Service Pack 3 Build 2600", "6.3.9600 \u041d/\u0414 9600", "10.0.17763 17763"],
)
def test_the_words_around_a_version_do_not_matter(version: str) -> None:
    text = systeminfo(ENGLISH, "Microsoft Windows XP Professional", version, "Standalone Workstation", "en-us;English")
    assert reports(text.encode("utf-16"), "x")[0].os["version"] == version


def test_xp_writes_its_system_type_in_another_case() -> None:
    text = TEXTS["en"][0].replace("System Type:", "System type:").replace("x64-based PC", "X86-based PC")
    assert reports(text.encode(), "x")[0].os["system"] == "X86-based PC"


def test_a_processor_is_not_taken_for_the_kind_of_system() -> None:
    text = TEXTS["en"][0].replace("x64-based PC", "UNKNOWN")
    assert "system" not in reports(text.encode(), "x")[0].os


def test_two_outputs_in_one_file_are_two_reports() -> None:
    both = TEXTS["en"][0] + TEXTS["it"][0].replace("PC-7", "PC-8")
    assert [(each.host, each.os["version"]) for each in reports(both.encode("utf-16"), "x")] == [
        ("PC-7", "10.0.22631 N/A Build 22631"),
        ("PC-8", "10.0.17134 N/D build 17134"),
    ]


def test_systeminfo_as_csv_is_the_same() -> None:
    text = (
        '"Host Name","OS Name","OS Version","OS Manufacturer","OS Configuration","OS Build Type","Owner","System Type"\r\n'
        '"PC-7","Microsoft Windows 10 Pro","10.0.19045 N/A Build 19045","Microsoft Corporation","Standalone Workstation",'
        '"Multiprocessor Free","ada","x64-based PC"\r\n'
    )
    [report] = reports(text.encode(), "x")
    assert (report.host, report.os["name"], report.os["system"]) == ("PC-7", "Microsoft Windows 10 Pro", "x64-based PC")


MSINFO = (
    "System Information report written at: 11/20/26 10:00:00\r\nSystem Name: PC-7\r\n[System Summary]\r\n\r\nItem\tValue\t\r\n"
    "OS Name\tMicrosoft Windows 11 Pro\t\r\nVersion\t10.0.26100 Build 26100\t\r\nOther OS Description \tNot Available\t\r\n"
    "OS Manufacturer\tMicrosoft Corporation\t\r\nSystem Name\tPC-7\t\r\nSystem Manufacturer\tLENOVO\t\r\n"
    "System Model\t20LFS06600\t\r\nSystem Type\tx64-based PC\t\r\nProcessor\tIntel(R) Core(TM) i5, 4 Core(s)\t\r\n"
    "BIOS Mode\tUEFI\t\r\nSecure Boot State\tOn\t\r\n"
    'Hardware Abstraction Layer\tVersion = "10.0.26100.1"\t\r\nUser Name\tPC-7\\ada\t\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "cp1252"])
def test_msinfo32_tells_the_system_its_name_and_its_firmware(encoding: str) -> None:
    [report] = reports(MSINFO.encode(encoding), "x")
    assert report == Report(
        "x",
        {
            "version": "10.0.26100 Build 26100",
            "name": "Microsoft Windows 11 Pro",
            "system": "x64-based PC",
            "secure_boot": "On",
        },
        "PC-7",
        "uefi",
    )


def test_msinfo32_without_its_first_lines_has_no_host() -> None:
    text = MSINFO.partition("Value\t\r\n")[2].replace("System Name\tPC-7\t\r\n", "")
    assert reports(text.encode(), "x")[0].host == ""


def test_get_computerinfo_is_read_by_its_properties() -> None:
    text = (
        "WindowsProductName : Windows 10 Pro\nWindowsVersion : 2009\nWindowsEditionId : Professional\n"
        "WindowsRegisteredOwner : ada@example.org\nCsName : PC-7\nBiosFirmwareType : Uefi\nCsSystemType : x64-based PC\n"
        "OsName : Microsoft Windows 11 Pro\nOsVersion : 10.0.26200\nOsBuildNumber : 26200\nOsArchitecture : 64 位\n"
    )
    [report] = reports(text.encode(), "x")
    assert report == Report(
        "x",
        {
            "product": "Windows 10 Pro", "edition": "Professional", "system": "x64-based PC", "name": "Microsoft Windows 11 Pro",
            "version": "10.0.26200", "build": "26200", "bits": "64 位",
        },
        "PC-7",
        "uefi",
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\r\x00\n\x00",
        b"HotFixID  InstalledOn\r\nKB4480056  1/9/2019\r\n",
        b"Windows 10 is nice: 10.0.19045 is its version\n",
        b"Registered Owner:  Windows User\nWindows Directory:  C:\\Windows\n",
    ],
    ids=["empty", "an empty answer of wmic", "a list of hotfixes", "prose", "the middle of a report"],
)
def test_another_text_is_no_report(data: bytes) -> None:
    assert reports(data, "x") == []


def test_a_no_break_space_of_a_code_page_is_one() -> None:
    data = b"Total Physical Memory:  32\xff503 MB\r\nSystem Locale:   en-us;English (United States)\r\n"
    assert "32\xa0503" in decode(data)


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)


def ask(path: Path, *sources: Source) -> list[Reading]:
    return list(collect(sources, offline.open_place(path).readers))


def test_a_report_makes_a_place_of_windows_that_has_no_registry(tmp_path: Path) -> None:
    put(tmp_path, "systeminfo.txt", TEXTS["en"][0].encode("utf-16"))
    put(tmp_path, "hotfixes.txt", b"KB5066791\r\n")
    system, host, firmware, registry = ask(tmp_path, OS, HOST, FIRMWARE, REGISTRY)
    assert (system.at, system.status) == ("systeminfo.txt", Status.READ)
    assert (host.at, host.value) == ("systeminfo.txt", "PC-7")
    assert (firmware.status, firmware.detail) == (Status.FAILED, "only a running PC can answer this")
    assert (registry.status, registry.detail) == (Status.FAILED, "not in what was given (systeminfo.txt)")


def test_reports_of_two_pcs_in_one_folder_name_no_host(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", TEXTS["en"][0].encode())
    put(tmp_path, "b.out", TEXTS["it"][0].replace("PC-7", "PC-8").encode("cp850"))
    *systems, host = ask(tmp_path, OS, HOST)
    assert [each.at for each in systems] == ["a.txt", "b.out"]
    assert (host.status, host.detail) == (Status.FAILED, "2 texts disagree: PC-7, PC-8")


def test_where_there_is_no_report_that_is_said_and_nothing_is_unknown_by_it(tmp_path: Path) -> None:
    put(tmp_path, "x.reg", b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n")
    [reading] = ask(tmp_path, OS)
    assert reading.status is Status.ABSENT
    [live] = systemtexts.none_given(OS)
    assert live.status is Status.ABSENT
    [other] = ask(tmp_path, Source("systeminfo", "hotfixes"))
    assert other.status is Status.FAILED


def test_a_text_that_is_nothing_of_a_pc_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "x.txt", b"hello\n")
    with pytest.raises(SourceError, match="nothing of a PC"):
        offline.open_place(tmp_path)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One mutation: cut, zeroed, shuffled, doubled, or random bytes."""
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    part = data[start:end]
    made = [
        data[:end],
        data[start:],
        data[:start] + bytes(end - start) + data[end:],
        data[:start] + bytes(chance.sample(part, len(part))) + data[end:],
        data[:end] + data[start:],
        data[:start] + chance.randbytes(min(len(part), 300)) + data[end:],
    ]
    return chance.choice(made)


def test_damaged_reports_never_raise_and_say_only_what_they_hold() -> None:
    chance = random.Random(20261120)
    whole = [text.encode(page) for text, pages in TEXTS.values() for page in pages] + [MSINFO.encode("utf-16")]
    for data in whole:
        for _ in range(25):
            for report in reports(damaged(data, chance), "x"):
                assert set(report.os) <= {"name", "version", "configuration", "system", "secure_boot"}
                assert all(isinstance(value, str) and value for value in report.os.values())


@pytest.mark.parametrize(
    "data", [b" " * 300_000, b"A: " * 100_000, b"\t" * 300_000, b"10.0.19045 " * 30_000, b"\xff" * 300_000]
)
def test_endless_lines_are_no_report(data: bytes) -> None:
    assert reports(data, "x") == []


@pytest.mark.parametrize(
    "name",
    [
        "Microsoftr Windowsr Web Server 2008 ",
        "Microsoft Windows Storage Server 2012 R2 Standard",
        "Microsoft Windows MultiPoint Server 2012 Premium",
        "Microsoft Windows Embedded Standard",
        "Microsoft Windows Embedded 8.1 Industry Pro",
        "Windows Thin PC",
    ],
)
def test_a_system_that_is_not_called_windows_and_a_number_is_named_too(name: str) -> None:
    [found] = reports(systeminfo(ENGLISH, name, "6.1.7601 Service Pack 1 Build 7601", "x", "en-us;x").encode(), "a.txt")
    assert (found.os["name"], found.host) == (name.strip(), "PC-7")


def test_the_version_of_powershell_is_no_version_of_the_system() -> None:
    """It lags behind: 10.0.26100 on a PC of build 26200."""
    text = "Name                           Value\nPSVersion                      5.1.26100.8115\n"
    text += "PSEdition                      Desktop\nBuildVersion                   10.0.26100.8115\nCLRVersion  4.0.30319.42000\n"
    assert reports(text.encode(), "a.txt") == []
    assert reports(text.replace("  ", " :", 1).encode(), "a.txt") == []


def test_a_files_name_and_its_folders_say_nothing_of_what_is_in_it(tmp_path: Path) -> None:
    """A folder called 21H2 and 19044 held the output of a 21H1, 19043."""
    text = systeminfo(ENGLISH, "Microsoft Windows 10 Pro", "10.0.19043 N/A Build 19043", "Standalone Workstation", "en-us;x")
    folder = tmp_path / "W10_21H2_Pro_20211214_19044.1415"
    folder.mkdir()
    (folder / "W10_21H2_Pro_20211214_19044.1415.txt").write_text(text)
    [reading] = collect([OS], offline.open_place(folder).readers)
    assert isinstance(reading.value, dict)
    assert reading.value["version"] == "10.0.19043 N/A Build 19043"


@pytest.mark.parametrize("data", [b"\xff\xfe\r\0\n\0", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf\r\n"])
def test_an_answer_of_nothing_but_marks_and_line_ends_is_no_report(tmp_path: Path, data: bytes) -> None:
    assert reports(data, "qfe.txt") == []
    (tmp_path / "qfe.txt").write_bytes(data)
    with pytest.raises(SourceError, match="nothing of a PC was found here"):
        offline.open_place(tmp_path)


def test_powershell_7_names_the_revision_and_older_ones_do_not() -> None:
    text = "WindowsProductName : Windows 10 Pro\nOsBuildNumber : 26100\nOsName : Microsoft Windows 11 Pro\n"
    [old], [new] = reports(text.encode(), "a.txt"), reports(f"{text}WindowsUBR : 4602\n".encode(), "b.txt")
    assert ("revision" in old.os, new.os["revision"]) == (False, "4602")
