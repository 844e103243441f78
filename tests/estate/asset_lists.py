"""Asset lists in the exact shapes of the tools that write them; the PCs are made up."""

from __future__ import annotations

AD_HEADINGS = (
    "DistinguishedName,DNSHostName,Enabled,LastLogonDate,Name,ObjectClass,ObjectGUID,OperatingSystem,SamAccountName,SID"
)


def _ad(name: str, folder: str, enabled: str, system: str) -> str:
    cells = (
        f"CN={name},{folder},DC=clinic,DC=example", f"{name.lower()}.clinic.example", enabled, "11/24/2026 9:03:11 AM", name,
        "computer", "0b8f4a3e-1d7c-4b8e-9a53-2f1f5f9d0c11", system, f"{name}$", "S-1-5-21-1-2-3-1104",
    )  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


AD = "\r\n".join(
    (
        "#TYPE Microsoft.ActiveDirectory.Management.ADComputer",
        ",".join(f'"{heading}"' for heading in AD_HEADINGS.split(",")),
        _ad("WARD-7", "OU=Laptops,OU=Leeds", "True", "Windows 11 Enterprise"),
        _ad("WARD-8", "OU=Leeds\\, North,OU=Sites", "True", "Windows 10 Enterprise"),
        _ad("OLD-1", "OU=Leeds", "False", "Windows 7 Professional"),
        _ad("DC-1", "OU=Domain Controllers", "True", "Windows Server 2019 Standard"),
        "",
    )
)
"""Get-ADComputer -Filter * -Properties … | Export-Csv of PowerShell 5, which begins with the type."""

INTUNE = (
    "Device ID,Device name,Enrollment date,Last check-in,Azure AD Device ID,OS version,OS,Ownership,Compliance,"
    "Primary user UPN,Serial number,Manufacturer,Model,Category,Device state,Managed by\r\n"
    "6a1f,WARD-7,2025-03-01 08:00:00.0000000,2026-11-20 07:11:09.0000000,aa11,10.0.22631.4460,Windows,Corporate,Compliant,"
    "anna@clinic.example,5CG1234ABC,HP,EliteBook 840,Imaging,Managed,Intune\r\n"
    "6a20,Annas iPhone,2025-03-01 08:00:00.0000000,2026-11-20 07:11:09.0000000,aa12,17.1,iOS,Personal,Compliant,"
    "anna@clinic.example,F17XX,Apple,iPhone 13,Unknown,Managed,Intune\r\n"
    "6a21,DESKTOP-1ABCDEF,2025-03-01 08:00:00.0000000,2026-11-20 07:11:09.0000000,aa13,10.0.19045.1,Windows,Corporate,"
    "Noncompliant,,System Serial Number,LENOVO,20L5,,RetirePending,Intune\r\n"
)
"""Devices > All devices > Export of the portal."""

SCCM = (
    "\ufeffAll systems\r\nCollection: SMS00001\r\n\r\n"
    "Netbios_Name0,Resource_Domain_OR_Workgr0,AD_Site_Name0,Operating_System_Name_and0,SerialNumber0,Client0\r\n"
    "WARD-7,CLINIC,Leeds,Microsoft Windows NT Workstation 10.0,5CG1234ABC,1\r\n"
    "APP-1,CLINIC,Leeds,Microsoft Windows NT Advanced Server 10.0,VMware-56 4d 31,1\r\n"
    "UNKNOWN,,,,,0\r\n"
)
"""A report of Configuration Manager, saved as CSV: its title stands before the headings."""

REGISTER = (
    "Rechnername;Seriennummer;Standort;Abteilung;Zustand\r\n"
    "ward-7.clinic.example;5CG1234ABC;München;Radiologie, Aufnahme;in Betrieb\r\n"
    "WARD-7;5CG1234ABC;München;;\r\n"
    "ward-9;;Zürich;Labor;in Betrieb\r\n"
    "alt-1;;Zürich;Labor;ausgemustert\r\n"
    ";4711;Zürich;Labor;\r\n"
    "10.0.0.7;;Zürich;Labor;\r\n"
    "der PC am Empfang;;Zürich;Labor;\r\n"
    "ward-10;;Zürich;Labor;;;zu viel\r\n"
)
"""A register that somebody keeps in Excel, as its German CSV."""
