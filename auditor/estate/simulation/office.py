"""Where a PC with Windows keeps its Office, its policies, and the many other programs that nobody asks for."""

from __future__ import annotations

from auditor.estate.simulation.laid import Trace
from auditor.estate.simulation.windows import SOFTWARE, WOW, entry, store
from auditor.model import Value

_CDN = "http://officecdn.microsoft.com/pr/{}"
_CHANNELS = {
    "m365-current": "492350f6-3a01-4f97-b9c0-c7c6ddf67d60",
    "m365-monthly": "55336b82-a18d-4dd6-b5f6-9e5095c314a6",
    "m365-half-yearly": "7ffbc6bf-bc32-4f92-8982-f9dd17fd3114",
    "office-2019": "f2e724c1-748f-4b47-8fb8-8e0d210e9208",
    "office-2021": "5030841d-c919-4594-8d2d-84ae4f96e58e",
    "office-2024": "7983bac0-e531-40cf-be00-fd24fe66619c",
}
_PRODUCTS = {
    "office-2019": ("ProPlus2019Volume", "Microsoft Office Professional Plus 2019"),
    "office-2021": ("ProPlus2021Volume", "Microsoft Office LTSC Professional Plus 2021"),
    "office-2024": ("ProPlus2024Volume", "Microsoft Office LTSC Professional Plus 2024"),
}
_MSI = {"office-2016-msi": ("16", "2016"), "office-2013-msi": ("15", "2013"), "office-2010-msi": ("14", "2010")}
_PARTS = {"0016": "Excel", "001A": "Outlook", "0018": "PowerPoint", "0019": "Publisher", "001B": "Word", "00A1": "OneNote"}
PRODUCT_OF = {
    "m365": "microsoft-365-apps",
    "office-2019": "office-2019-professional-plus",
    "libreoffice": "libreoffice",
    "office-2021": "office-2021-professional-plus",
    "office-2024": "office-2024-professional-plus",
    "office-2016-msi": "office-2016-professional-plus",
    "office-2013-msi": "office-2013-professional-plus",
    "office-2010-msi": "office-2010-professional-plus",
    "office-mac": "office-mac",
}
"""Kind of Office → the product that it is found as."""


def suite(kind: str, version: str, culture: str) -> list[Trace]:
    """Every trace of one Office."""
    if kind == "libreoffice":
        return [
            entry(
                SOFTWARE,
                "{5F2B9C11-4D61-4F4E-8B0C-7C1E5A6B9D20}",
                f"LibreOffice {version}",
                version,
                "The Document Foundation",
                "C:\\Program Files\\LibreOffice\\",
            )
        ]
    if kind in _MSI:
        return _msi(*_MSI[kind], version)
    if kind == "none":
        return []
    identifier, name = _PRODUCTS.get(kind, ("O365ProPlusRetail", "Microsoft 365 Apps for enterprise"))
    place = _CDN.format(_CHANNELS[kind])
    values: dict[str, Value] = {
        "ProductReleaseIds": identifier,
        "VersionToReport": version,
        "Platform": "x64",
        "ClientCulture": culture,
        "CDNBaseUrl": place,
        "UpdateChannel": place,
        "AudienceId": _CHANNELS[kind],
        "OfficeMgmtCOM": "True",
        f"{identifier}.ExcludedApps": "groove,lync",
    }
    key = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
    listed = entry(
        SOFTWARE,
        f"{identifier} - {culture}",
        f"{name} - {culture}",
        version,
        "Microsoft Corporation",
        r"C:\Program Files\Microsoft Office",
    )
    return [("registry", key, values), listed]


def _msi(major: str, year: str, version: str) -> list[Trace]:
    place = r"C:\Program Files (x86)\Microsoft Office\\"[:-1]
    name, publisher = f"Microsoft Office Professional Plus {year}", "Microsoft Corporation"
    parent = f"Office{major}.PROPLUS"
    found = [
        entry(WOW, parent, name, version, publisher, place),
        entry(WOW, f"{{90{major}0000-0011-0000-0000-0000000FF1CE}}", name, version, publisher, place, SystemComponent=1),
    ]
    found += [
        entry(
            WOW,
            f"{{90{major}0000-{code}-0409-0000-0000000FF1CE}}",
            f"Microsoft {app} MUI (English) {year}",
            version,
            publisher,
            place,
            SystemComponent=1,
            ParentKeyName=parent,
        )
        for code, app in _PARTS.items()
    ]
    return found


def policies(domain: str) -> list[Trace]:
    """The policies of a managed site: updates are left alone, some features are decided upon."""
    return [
        (
            "registry",
            r"HKLM\SOFTWARE\Policies\Google\Chrome",
            {
                "HomepageLocation": f"https://intranet.{domain}/",
                "PasswordManagerEnabled": 0,
                "BrowserSignin": 0,
                "DefaultPopupsSetting": 2,
            },
        ),
        ("registry", r"HKLM\SOFTWARE\Policies\Google\Update", {"UpdateDefault": 1, "AutoUpdateCheckPeriodMinutes": 600}),
        (
            "registry",
            r"HKLM\SOFTWARE\Policies\Microsoft\Edge",
            {
                "HomepageLocation": f"https://intranet.{domain}/",
                "HideFirstRunExperience": 1,
                "InternetExplorerIntegrationLevel": 1,
                "InternetExplorerIntegrationSiteList": f"https://intranet.{domain}/sites.xml",
            },
        ),
        ("registry", r"HKLM\SOFTWARE\Policies\Mozilla\Firefox", {"DisableTelemetry": 1, "DisablePocket": 1}),
    ]


BLIND = {
    "programs": (("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall", "Access is denied"),),
    "office": ((r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun", "Access is denied"),),
    "policies": (
        (r"HKLM\SOFTWARE\Policies\Google", "Access is denied"),
        (r"HKLM\SOFTWARE\Policies\Microsoft\Edge", "Access is denied"),
    ),
    "files": (
        (r"%ProgramFiles%\Google", "Permission denied"),
        (r"%ProgramFiles%\*\application.ini", "Permission denied"),
        (r"%ProgramFiles(x86)%\Microsoft\Edge", "Permission denied"),
    ),
}
"""What could not be read of a PC → where sources begin that were refused, and the reason."""


def blind(what: str) -> list[Trace]:
    """The readings of a PC on which something was refused."""
    return [("denied", place, reason) for place, reason in BLIND[what]]


_MS, _ADOBE = "Microsoft Corporation", "Adobe"
_EXTRAS: dict[str, tuple[tuple[str, str, str, str, str], ...]] = {
    "acrobat": ((SOFTWARE, "{AC76BA86-1033-1033-7760-BC15014EA700}", "Adobe Acrobat (64-bit)", "25.001.20531", _ADOBE),),
    "7zip": ((SOFTWARE, "7-Zip", "7-Zip 24.09 (x64)", "24.09", "Igor Pavlov"),),
    "java": ((SOFTWARE, "{71024AE4-039E-4CA4-87B4-2F64180441F0}", "Java 8 Update 441 (64-bit)", "8.0.4410.7", "Oracle"),),
    "zoom": ((SOFTWARE, "{D12B0E2A-4C3B-4C7C-9B75-0A3B9B4C9E11}", "Zoom Workplace (64-bit)", "6.4.12064", "Zoom"),),
    "citrix": (
        (WOW, "CitrixOnlinePluginPackWeb", "Citrix Workspace 2402", "24.2.1000.1016", "Citrix Systems, Inc."),
        (
            WOW,
            "{8E2C0E4A-64D7-4E0B-8C1F-5BC9A6F7A012}",
            "Citrix Authentication Manager",
            "24.2.1000.4",
            "Citrix Systems, Inc.",
        ),
    ),
    "vlc": ((SOFTWARE, "VLC media player", "VLC media player", "3.0.21", "VideoLAN"),),
    "putty": (
        (SOFTWARE, "{4EEF2644-700F-46F8-9655-915145248986}", "PuTTY release 0.83 (64-bit)", "0.83.0.0", "Simon Tatham"),
    ),
    "notepad-plus-plus": ((SOFTWARE, "Notepad++", "Notepad++ (64-bit x64)", "8.7.9", "Notepad++ Team"),),
    "python": (
        (
            SOFTWARE,
            "{1D8E6291-B0D5-35EC-8441-6616F567A0F7}",
            "Python 3.12.10 (64-bit)",
            "3.12.10150.0",
            "Python Software Foundation",
        ),
    ),
    "visio-viewer": ((WOW, "{95160000-0052-0409-0000-0000000FF1CE}", "Microsoft Visio Viewer 2016", "16.0.4339.1001", _MS),),
    "dotnet": (
        (
            WOW,
            "{5C3A8F0D-1F0B-4C1C-8B2F-6A4D2B0A7E34}",
            "Microsoft Windows Desktop Runtime - 8.0.17 (x64)",
            "8.0.17.34853",
            _MS,
        ),
    ),
}
_EVERYWHERE = (
    (
        SOFTWARE,
        "{C77195A4-CEB8-38EE-BDD6-C46CB459EF6E}",
        "Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.42.34438",
        "14.42.34438",
        _MS,
    ),
    (
        SOFTWARE,
        "{E1902FC6-C423-4719-AB8A-AC7B2694B367}",
        "Microsoft Visual C++ 2022 X64 Additional Runtime - 14.42.34438",
        "14.42.34438",
        _MS,
    ),
    (
        WOW,
        "{CA8C8908-6D90-4C69-B1C7-1F0B3D1B3D9E}",
        "Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.42.34438",
        "14.42.34438.0",
        _MS,
    ),
    (
        WOW,
        "{D1E9C5B5-9C5E-4F6E-8F6C-4B3A2E0D7C11}",
        "Microsoft Visual C++ 2013 Redistributable (x86) - 12.0.40664",
        "12.0.40664.0",
        _MS,
    ),
    (
        WOW,
        "{9BE518E6-ECC6-35A9-88E4-87755C07200F}",
        "Microsoft Visual C++ 2008 Redistributable - x86 9.0.30729.6161",
        "9.0.30729.6161",
        _MS,
    ),
    (SOFTWARE, "{F4C9E1D3-53F5-4F0F-9E7C-3F6B1D1B7A55}", "Configuration Manager Client", "5.00.9132.1000", _MS),
    (SOFTWARE, "{1B3A5C7D-9E1F-4A3B-8C5D-7E9F1A3B5C7D}", "Microsoft Update Health Tools", "5.72.0.0", _MS),
    (SOFTWARE, "{0D2F4B6A-8C0E-4D2F-9B4A-6C8E0D2F4B6A}", "Sophos Endpoint Agent", "2024.3.4.1", "Sophos Limited"),
    (SOFTWARE, "{A9DEFB2C-5F1F-4C3D-8E7A-2B1C0D9E8F7A}", "Intel(R) Management Engine Components", "2409.5.63.0", "Intel"),
    (WOW, "{3B9E0A6B-0C0B-4D6E-8F2A-1D3C5B7A9E0F}", "Realtek Audio Driver", "6.0.9618.1", "Realtek Semiconductor Corp."),
    (SOFTWARE, "{7B4A3E52-6D0E-4C66-8E61-2E6B6B6B7C2A}", "PaperCut Print Deploy Client", "1.9.2978", "PaperCut Software"),
    (
        SOFTWARE,
        "{2F8D1B7C-3A5E-4B9D-9C1F-8E7D6C5B4A39}",
        "Cisco Secure Client - AnyConnect VPN",
        "5.1.6.103",
        "Cisco Systems",
    ),
)


def extras(*names: str) -> list[Trace]:
    """Other programs, by their words in the tables."""
    found = [entry(*each) for name in names for each in _EXTRAS.get(name, ())]
    if "teams" in names:
        found += [store("MSTeams", "25275.2601.4002.2815"), store("Microsoft.OutlookForWindows", "1.2025.916.300")]
    return found


def everywhere() -> list[Trace]:
    """What stands in the list of programs of every managed PC."""
    return [entry(*each) for each in _EVERYWHERE]
