"""Editions of Windows by their ids and by their names in many languages."""

from __future__ import annotations

import pytest

from auditor.checks.windows_editions import GROUPS, by_id, by_name, plain


@pytest.mark.parametrize(
    ("edition", "group"),
    [
        ("Core", "home"), ("CoreN", "home"), ("CoreSingleLanguage", "home"), ("CoreCountrySpecific", "home"),
        ("CoreARM", "home"), ("HomeBasic", "home"), ("HomePremiumN", "home"), ("Starter", "home"),
        ("Professional", "pro"), ("ProfessionalN", "pro"), ("ProfessionalWorkstation", "pro"), ("Business", "pro"),
        ("ProfessionalEducation", "pro"), ("Enterprise", "enterprise"), ("EnterpriseS", "enterprise"),
        ("EnterpriseG", "enterprise"), ("ServerRdsh", "enterprise"), ("Education", "education"), ("EducationN", "education"),
        ("IoTEnterprise", "iot"), ("IoTEnterpriseS", "iot"), ("IoTUAP", "iot"), ("Ultimate", "ultimate"),
        ("EmbeddedIndustry", "embedded"), ("PPIPro", "team"), ("CloudEdition", "education"),
        ("ServerStandard", "server"), ("ServerDatacenterEvalCor", "server"), ("ServerTurbine", "server"), ("Andromeda", ""),
        ("NanoServer", "server"), ("ServerDatacenterNano", "server"), ("CloudN", "pro"), ("ProfessionalWMC", "pro"),
        ("EnterpriseSubscription", "enterprise"),
    ],
)  # fmt: skip
def test_an_edition_belongs_to_a_group(edition: str, group: str) -> None:
    assert by_id(edition).group == group
    assert group in (*GROUPS, "")


@pytest.mark.parametrize(
    ("edition", "n", "ltsc", "evaluation"),
    [
        ("Professional", False, False, False),
        ("Education", False, False, False),
        ("ProfessionalN", True, False, False),
        ("ProfessionalKN", True, False, False),
        ("ProfessionalWorkstationN", True, False, False),
        ("EnterpriseNEval", True, False, True),
        ("EnterpriseS", False, True, False),
        ("EnterpriseSN", True, True, False),
        ("EnterpriseGN", True, False, False),
        ("EnterpriseSubscription", False, False, False),
        ("EnterpriseSubscriptionN", True, False, False),
        ("IoTEnterpriseSK", False, True, False),
        ("EnterpriseSNEval", True, True, True),
        ("IoTEnterpriseS", False, True, False),
        ("ServerStandardEval", False, False, True),
    ],
)
def test_suffixes_of_an_id_say_the_rest(edition: str, n: bool, ltsc: bool, evaluation: bool) -> None:
    assert by_id(edition)[2:] == (n, ltsc, evaluation)


NAMES = {
    "Microsoft Windows 10 Pro": "Professional",
    "Microsoft Windows 10 Pro N": "ProfessionalN",
    "Microsoft Windows 10 Pro for Workstations": "ProfessionalWorkstation",
    "Microsoft Windows 11 Pro N for Workstations": "ProfessionalWorkstationN",
    "Microsoft Windows 10 Pro Education": "ProfessionalEducation",
    "Microsoft Windows 11 Pro Insider Preview": "Professional",
    "Microsoft Windows 10 Professionnel": "Professional",
    "Microsoft Windows 8.1 Pro with Media Center": "ProfessionalWMC",
    "Microsoft Windows XP Media Center Edition": "HomePremium",
    "Microsoft Windows 11 Pro Single Language": "ProfessionalSingleLanguage",
    "Microsoft Windows 10 S": "Cloud",
    "Microsoft Windows 11 SE": "CloudEdition",
    "Microsoft Windows 10 Enterprise G": "EnterpriseG",
    "Microsoft Windows 10 Enterprise 2015 LTSB": "EnterpriseS",
    "Microsoft Windows Embedded Standard": "Embedded",
    "Microsoftr Windowsr Web Server 2008 ": "ServerWeb",
    "Microsoft Windows Storage Server 2012 R2 Standard": "ServerStorageStandard",
    "Майкрософт Windows 7 Профессиональная": "Professional",
    "Microsoft Windows 10 专业版": "Professional",
    "Microsoft Windows 10 專業版": "Professional",
    "Microsoft Windows 11 Home": "Core",
    "Microsoft Windows 10 Famille": "Core",
    "Майкрософт Windows 10 Домашняя": "Core",
    "Microsoft Windows 10 家庭版": "Core",
    "Microsoft Windows 11 Home Single Language": "CoreSingleLanguage",
    "Майкрософт Windows 10 Домашняя для одного языка": "CoreSingleLanguage",
    "Microsoft Windows 11 家庭单语言版": "CoreSingleLanguage",
    "Windows 10 Home China": "CoreCountrySpecific",
    "Microsoft Windows 10 家庭中文版": "CoreCountrySpecific",
    "Microsoft Windows 8.1": "Core",
    "Microsoft Windows 8": "Core",
    "Microsoft Windows 8.1 Single Language": "CoreSingleLanguage",
    "Microsoft Windows RT 8.1": "CoreARM",
    "Microsoft Windows\xa07 Entreprise N ": "EnterpriseN",
    "Microsoft Windows 7 Ultimate N ": "UltimateN",
    "Microsoft Windows 7 Édition Intégrale": "Ultimate",
    "Майкрософт Windows 7 Максимальная": "Ultimate",
    "Microsoft Windows 7 Édition Familiale Premium": "HomePremium",
    "Microsoft Windows 7 Home Basic": "HomeBasic",
    "Microsoft Windows 7 Starter": "Starter",
    "Microsoftr Windows VistaT Enterprise ": "Enterprise",
    "Microsoft® Windows Vista™ Business": "Business",
    "Microsoft Windows 10 Enterprise 2016 LTSB": "EnterpriseS",
    "Microsoft Windows 11 Enterprise LTSC": "EnterpriseS",
    "Microsoft Windows 10 Enterprise N LTSC": "EnterpriseSN",
    "Microsoft Windows 10 企业版 LTSC": "EnterpriseS",
    "Microsoft Windows 10 IoT Enterprise LTSC": "IoTEnterpriseS",
    "Microsoft Windows 11 IoT Enterprise": "IoTEnterprise",
    "Microsoft Windows 10 Enterprise Evaluation": "EnterpriseEval",
    "Microsoft Windows 10 Enterprise LTSC Evaluation": "EnterpriseSEval",
    "Microsoft Windows 11 Enterprise multi-session": "ServerRdsh",
    "Microsoft Windows 10 Enterprise for Virtual Desktops": "ServerRdsh",
    "Microsoft Windows 10 Education N": "EducationN",
    "Microsoft Windows 10 Éducation": "Education",
    "Microsoft Windows 10 教育版": "Education",
    "Microsoft Windows XP Professional": "Professional",
    "Microsoft Windows XP Home Edition": "Core",
    "Microsoft(R) Windows(R) XP Professional x64 Edition": "Professional",
    "Microsoft(R) Windows(R) Server 2003, Standard Edition": "ServerStandard",
    "Microsoft(R) Windows(R) Server 2003 Standard x64 Edition": "ServerStandard",
    "Microsoftr Windows Serverr 2008 Standard ": "ServerStandard",
    "Microsoft Windows Server 2008 R2 Enterprise": "ServerEnterprise",
    "Майкрософт Ознакомительная версия Windows Server 2012 R2 Standard": "ServerStandardEval",
    "Microsoft Windows Server 2022 Datacenter Evaluation": "ServerDatacenterEval",
    "Microsoft Windows Server 2022 Datacenter Azure Edition": "ServerTurbine",
    "Microsoft Windows Server 2012 R2 Essentials": "ServerSolution",
    "Microsoft Hyper-V Server 2019": "ServerHyperCore",
}


@pytest.mark.parametrize(("name", "edition"), NAMES.items())
def test_a_name_in_any_language_stands_for_an_id(name: str, edition: str) -> None:
    assert by_name(name) == by_id(edition)


@pytest.mark.parametrize("name", ["", "Microsoft Windows 10", "Microsoft Windows 11 Xyzzy", "Microsoft Windows Server 2016"])
def test_a_name_without_a_known_word_is_no_edition(name: str) -> None:
    assert by_name(name) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Microsoftr Windows VistaT Enterprise ", "Microsoft Windows Vista Enterprise"),
        ("Microsoftr Windows Serverr 2008 Standard ", "Microsoft Windows Server 2008 Standard"),
        ("Microsoft(R) Windows(R) Server 2003, Standard Edition", "Microsoft Windows Server 2003, Standard Edition"),
        ("Microsoft® Windows Vista™ Business", "Microsoft Windows Vista Business"),
        ("Microsoft Windows\xa07 Entreprise N ", "Microsoft Windows 7 Entreprise N"),
    ],
)
def test_trade_marks_and_odd_blanks_are_no_part_of_a_name(name: str, shown: str) -> None:
    assert plain(name) == shown
