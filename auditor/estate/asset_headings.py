"""Under which headings asset lists of several tools have what the estate expects of a PC, as literal data.

Headings are compared without regard to case, blanks and punctuation. Sources: the attributes of a computer in Active
Directory's schema and Get-ADComputer; the columns of Intune's reports Devices and DevicesWithInventory, and the
portal's headings for them; SMS_R_System of Configuration Manager and its view v_R_System; for lists made by hand what
people write.
"""

from __future__ import annotations

from collections.abc import Mapping

ROLES: Mapping[str, str] = {
    "name": "the PC's name",
    "dns": "its name with its domain, where the name is missing",
    "serial": "its serial number",
    "site": "where it stands",
    "path": "its place in the directory, of which the site is made where no column has it",
    "tags": "words on it; several columns may be named",
    "os": "its operating system, which tells servers and telephones",
    "enabled": "whether its account is enabled",
    "control": "userAccountControl, of which 2 stands for disabled",
    "state": "what became of it: disposed PCs are not expected",
}
"""What a column may be → its meaning."""

FORMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ad": {
        "name": ("Name", "CN", "SamAccountName"),
        "dns": ("DNSHostName",),
        "serial": ("serialNumber",),
        "site": ("Location",),
        "path": ("DistinguishedName", "DN", "CanonicalName"),
        "os": ("OperatingSystem",),
        "enabled": ("Enabled",),
        "control": ("UserAccountControl",),
        "tags": (),
        "state": (),
    },
    "intune": {
        "name": ("Device name", "DeviceName"),
        "dns": (),
        "serial": ("Serial number", "SerialNumber"),
        "site": (),
        "path": (),
        "os": ("OS", "Operating system", "OSDescription"),
        "enabled": (),
        "control": (),
        "tags": ("Category", "CategoryName", "Device category"),
        "state": ("Device state", "DeviceState", "ManagementState"),
    },
    "sccm": {
        "name": ("Netbios Name", "Netbios_Name0", "Name0", "Name", "Computer Name", "ComputerName", "Machine Name"),
        "dns": ("Full_Domain_Name0", "Resource_Names0"),
        "serial": ("Serial Number", "SerialNumber0", "SerialNumber", "PC BIOS Serial Number"),
        "site": ("AD Site Name", "AD_Site_Name0", "ADSiteName", "AD Site"),
        "path": ("Distinguished_Name0",),
        "os": ("Operating_System_Name_and0", "Operating System Name and Version", "Operating System", "OS Caption"),
        "enabled": (),
        "control": ("User_Account_Control0",),
        "tags": ("Device Category",),
        "state": (),
    },
    "register": {
        "name": (
            *("Asset name", "AssetName", "Computer", "Computer name", "Computername", "Host", "Hostname", "Host name"),
            *("PC", "PC name", "PC-Name", "Machine", "Machine name", "Device", "Device name", "System name", "Workstation"),
            *("Name", "Asset", "Rechner", "Rechnername", "Gerät", "Gerätename", "Nom", "Nom de l'ordinateur", "Ordinateur"),
            *("Nombre", "Nombre del equipo", "Equipo", "Nome", "Nome computer", "Nome do computador", "Computernaam"),
        ),
        "dns": ("FQDN", "DNS name", "DNSHostName"),
        "serial": (
            *(
                "Serial number",
                "Serial",
                "Serial no",
                "Serial no.",
                "S/N",
                "SN",
                "Service tag",
                "Seriennummer",
                "Serien-Nr.",
            ),
            *("Numéro de série", "N° de série", "Número de serie", "Numero di serie", "Número de série", "Serienummer"),
        ),
        "site": (
            *(
                "Site",
                "Location",
                "Building",
                "Office",
                "Branch",
                "Campus",
                "Standort",
                "Ort",
                "Gebäude",
                "Lieu",
                "Bâtiment",
            ),
            *("Ubicación", "Sede", "Sitio", "Locale", "Localização", "Locatie", "Vestiging"),
        ),
        "path": ("OU", "Organisational unit", "Organizational unit", "DistinguishedName", "CanonicalName"),
        "os": (
            "Operating system",
            "OS",
            "Betriebssystem",
            "Système d'exploitation",
            "Sistema operativo",
            "Besturingssysteem",
        ),
        "enabled": ("Enabled", "Active", "Aktiv", "Actif", "Activo", "Attivo"),
        "control": (),
        "tags": ("Tags", "Tag", "Labels", "Ring", "Group", "Department", "Abteilung", "Service", "Departamento", "Reparto"),
        "state": ("Status", "State", "Asset status", "Lifecycle", "Zustand", "État", "Statut", "Estado", "Stato"),
    },
}
"""Tool → role → headings, the surest first. Where two tools fit alike, the first here counts."""

MARKS: Mapping[str, tuple[str, ...]] = {
    "ad": ("DN", "DistinguishedName", "SamAccountName", "UserAccountControl", "ObjectGUID", "DNSHostName"),
    "intune": ("Device ID", "DeviceId", "Last check-in", "LastContact", "Ownership", "CompliantState", "Managed by"),
    "sccm": ("Netbios_Name0", "Netbios Name", "Resource ID", "ResourceID", "Client0", "AD_Site_Name0", "AD Site Name"),
}  # fmt: skip
"""Tool → headings that other tools' lists seldom have."""

NO = frozenset(
    (
        *("false", "no", "n", "0", "disabled", "inactive", "falsch", "nein", "deaktiviert", "faux", "non", "désactivé"),
        *("falso", "nee"),
    )
)
"""What a column of role enabled says of an account that is not."""

GONE = frozenset(
    (
        *(
            "disposed",
            "disposed of",
            "retired",
            "scrapped",
            "decommissioned",
            "sold",
            "stolen",
            "lost",
            "recycled",
            "destroyed",
        ),
        *("donated", "written off", "retirepending", "wipepending", "ausgemustert", "verschrottet", "verkauft", "entsorgt"),
        *("gestohlen", "mis au rebut", "réformé", "volé", "dado de baja", "dismesso", "afgevoerd"),
    )
)
"""What a column of role state says of a PC that nobody expects to hear from."""

NO_PCS = ("ios", "ipados", "iphone", "ipad", "android", "tvos", "watchos", "windows phone", "windows mobile", "blackberry")
"""Beginnings of operating systems of what is no PC."""

NO_SITES = frozenset(
    (
        *("computers", "computer", "workstations", "workstation", "desktops", "desktop", "laptops", "laptop", "notebooks"),
        *(
            "clients",
            "client",
            "pcs",
            "pc",
            "devices",
            "device",
            "endpoints",
            "managed",
            "windows",
            "windows 10",
            "windows 11",
        ),
        *(
            "win10",
            "win11",
            "standard",
            "production",
            "rechner",
            "arbeitsplätze",
            "ordinateurs",
            "postes",
            "equipos",
            "servers",
        ),
        *("domain controllers", "member servers", "users", "staging", "new"),
    )
)
"""Folders of a directory that say what is in them and not where it stands."""
