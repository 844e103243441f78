r"""Where a PC with Windows keeps what it is and what browsers it has: keys, programs and files, as real ones have them."""

from __future__ import annotations

from auditor.estate.simulation.laid import Trace
from auditor.estate.simulation.machines import MODELS
from auditor.estate.simulation.plan import BUILDS, Browser, Machine, System
from auditor.model import Value

SOFTWARE = r"HKLM\SOFTWARE"
WOW = r"HKLM\SOFTWARE\WOW6432Node"
LIST = r"Microsoft\Windows\CurrentVersion\Uninstall"
USER = r"HKU\@@SID@@\Software"
_CONTROL = r"HKLM\SYSTEM\CurrentControlSet\Control"
_PACKAGES = rf"{USER}\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"
_FILES, _FILES_86, _LOCAL = r"C:\Program Files", r"C:\Program Files (x86)", r"C:\Users\@@USER@@\AppData\Local"

_NAMES = {
    "8.1": "Windows 8.1 {}",
    "7": "Windows 7 {}",
    "xp": "Microsoft Windows XP",
    "server-2025": "Windows Server 2025 Standard",
    "server-2022": "Windows Server 2022 Standard",
    "server-2019": "Windows Server 2019 Standard",
    "server-2016": "Windows Server 2016 Standard",
    "server-2012-r2": "Windows Server 2012 R2 Standard",
    "10-ltsc-2021": "Windows 10 Enterprise LTSC 2021",
    "10-ltsc-2019": "Windows 10 Enterprise LTSC 2019",
    "10-ltsb-2016": "Windows 10 Enterprise 2016 LTSB",
}
_IN_NAME = {"Professional": "Pro", "Core": "Home"}
_SHOWN = {
    19045: "22H2",
    19044: "21H2",
    19042: "20H2",
    22000: "21H2",
    22621: "22H2",
    22631: "23H2",
    26100: "24H2",
    26200: "25H2",
    20348: "21H2",
}
_RELEASE_ID = {18363: "1909", 17763: "1809", 14393: "1607"}


def entry(view: str, key: str, name: str, version: str, publisher: str, folder: str = "", **more: Value) -> Trace:
    """An entry in the list of programs: of the machine (``SOFTWARE``, ``WOW``) or of the user (``USER``)."""
    values: dict[str, Value] = {"DisplayName": name, "DisplayVersion": version, "Publisher": publisher}
    if folder:
        values["InstallLocation"] = folder
    return "registry", f"{view}\\{LIST}\\{key}", values | more


def store(name: str, version: str, architecture: str = "x64") -> Trace:
    """A Store package of the user."""
    whole = f"{name}_{version}_{architecture}__8wekyb3d8bbwe"
    folder = rf"C:\Program Files\WindowsApps\{whole}"
    return "registry", f"{_PACKAGES}\\{whole}", {"PackageID": whole, "PackageRootFolder": folder}


_NOBODYS: list[Trace] = [
    (
        "registry",
        rf"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-{number}",
        {"ProfileImagePath": {"REG_EXPAND_SZ": path}},
    )
    for number, path in (
        (18, r"%systemroot%\system32\config\systemprofile"),
        (19, r"%systemroot%\ServiceProfiles\LocalService"),
        (20, r"%systemroot%\ServiceProfiles\NetworkService"),
    )
]


def system(of: System) -> list[Trace]:
    """What says which Windows it is."""
    build, is_server = BUILDS[of.release], of.release.startswith("server")
    word = _IN_NAME.get(of.edition, of.edition)
    product = _NAMES.get(of.release, "Windows 10 {}").format(of.edition if of.release == "7" else word)
    version: dict[str, Value] = {"ProductName": product, "CurrentVersion": "6.3" if build >= 9600 else "6.1"}
    if of.release == "xp":
        version |= {
            "CurrentVersion": "5.1",
            "CurrentBuildNumber": "2600",
            "CSDVersion": "Service Pack 3",
            "CurrentBuild": "1.511.1 () (Obsolete data - do not use)",
        }
    else:
        installation = "Server" if is_server else "Client"
        version |= {
            "CurrentBuild": str(build),
            "CurrentBuildNumber": str(build),
            "EditionID": of.edition,
            "InstallationType": installation,
        }
    if of.release == "7":
        version["CSDVersion"] = "Service Pack 1"
    if of.revision:
        version["UBR"] = int(of.revision)
    if (build in _SHOWN and not is_server) or of.release in ("server-2025", "server-2022"):
        version["DisplayVersion"] = _SHOWN[build]
    if build >= 10240:
        version["ReleaseId"] = _RELEASE_ID.get(build, "2009")
    pack = {"xp": 0x300, "7": 0x100}.get(of.release, 0)
    architecture = "x86" if of.release == "xp" else "AMD64"
    return [
        ("registry", r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion", version),
        (
            "registry",
            rf"{_CONTROL}\ProductOptions",
            {"ProductType": "ServerNT" if is_server else "WinNT", "ProductSuite": ["Terminal Server"]},
        ),
        ("registry", rf"{_CONTROL}\Windows", {"CSDVersion": pack}),
        ("registry", rf"{_CONTROL}\Session Manager\Environment", {"PROCESSOR_ARCHITECTURE": architecture}),
        (
            "registry",
            r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion",
            {"ProgramFilesDir": _FILES, "ProgramFilesDir (x86)": _FILES_86},
        ),
        (
            "registry",
            r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\@@SID@@",
            {"ProfileImagePath": {"REG_EXPAND_SZ": r"C:\Users\@@USER@@"}},
        ),
        *_NOBODYS,
    ]


def whose(domain: str, rights: str, enrolled: bool) -> list[Trace]:
    """Whose PC it is: its name and id, its domain, and the rights that it was read with."""
    found: list[Trace] = [
        ("host", "hostname", "@@HOST@@"),
        ("registry", r"HKLM\SOFTWARE\Microsoft\Cryptography", {"MachineGuid": "@@GUID@@"}),
        ("registry", rf"{_CONTROL}\ComputerName\ComputerName", {"ComputerName": "@@HOST@@"}),
        ("host", "rights", rights),
        ("registry", r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters", {"Domain": domain}),
    ]
    if enrolled:
        key = r"HKLM\SOFTWARE\Microsoft\Enrollments\0FD5A7A6-3F0B-4D27-9B36-51A7A2B4B5C0"
        found.append(("registry", key, {"ProviderID": "MS DM Server"}))
    return found


def machine(of: Machine, tells_firmware: bool) -> list[Trace]:
    """What the kernel and the firmware say of the machine."""
    model = MODELS[of.model]
    key = "{@@UUID@@}"
    made: dict[str, Value] = {"SystemManufacturer": model.vendor, "SystemProductName": model.name}
    processor = r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    found: list[Trace] = [
        ("host", "cores", model.cores),
        ("host", "memory", of.memory * 2**30 - 170_000_000 - 1_048_576 * of.memory),
        ("host", "disk", of.disk),
        ("registry", processor, {"ProcessorNameString": model.cpu, "Identifier": model.identifier, "~MHz": model.mhz}),
        (
            "registry",
            rf"{_CONTROL}\Session Manager\Environment",
            {"PROCESSOR_IDENTIFIER": f"{model.identifier}, {'AuthenticAMD' if 'AMD' in model.cpu else 'GenuineIntel'}"},
        ),
        ("registry", r"HKLM\HARDWARE\DESCRIPTION\System\BIOS", made),
    ]
    if tells_firmware:
        found += [
            ("registry", rf"HKLM\SYSTEM\HardwareConfig\{key}", made | {"EnclosureType": model.chassis}),
            ("registry", r"HKLM\SYSTEM\HardwareConfig", {"LastConfig": key}),
            ("host", "firmware", "uefi" if of.uefi else "bios"),
            ("registry", _CONTROL, {"PEFirmwareType": 2 if of.uefi else 1}),
        ]
    if of.uefi:
        found.append(("registry", rf"{_CONTROL}\SecureBoot\State", {"UEFISecureBootEnabled": 1}))
    if model.tpm:
        device = r"ACPI\MSFT0101\1" if model.tpm == "2.0" else r"ACPI\IFX0102\1"
        found.append(("registry", r"HKLM\SYSTEM\CurrentControlSet\Services\TPM\Enum", {"Count": 1, "0": device}))
    if model.tpm == "2.0":
        found.append(
            (
                "registry",
                r"HKLM\SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101\1",
                {"HardwareID": [r"ACPI\VEN_MSFT&DEV_0101", r"ACPI\MSFT0101", "*MSFT0101"]},
            )
        )
    return found


def _program(path: str, version: str, product: str, product_version: str = "", machine: str = "x86_64") -> dict[str, Value]:
    return {
        "version": version,
        "product_version": product_version or version,
        "product": product,
        "machine": machine,
        "at": path,
    }


def _registered(program: dict[str, Value], name: str, *, own: bool) -> list[Trace]:
    """A program file, as the disk and the registry show it."""
    path = str(program["at"])
    described: dict[str, Value] = {key: value for key, value in program.items() if key != "at"}
    top = USER if own else SOFTWARE
    file = path.rpartition("\\")[2]
    return [
        ("program", path, described),
        ("named", rf"{top}\Clients\StartMenuInternet\{name}\shell\open\command", program),
        ("named", rf"{top}\Microsoft\Windows\CurrentVersion\App Paths\{file}", program),
    ]


_CHROMIUM = {
    "chrome": ("Google Chrome", "Google LLC", r"Google\Chrome", r"Google\Update", "{8A69D345-D564-463C-AFF1-A69D9E530F96}"),
    "edge": (
        "Microsoft Edge",
        "Microsoft Corporation",
        r"Microsoft\Edge",
        r"Microsoft\EdgeUpdate",
        "{56EB18F8-B008-4CBD-B6D2-8C97FE7E9062}",
    ),
    "brave": (
        "Brave",
        "Brave Software Inc",
        r"BraveSoftware\Brave-Browser",
        r"BraveSoftware\Update",
        "{AFE6A462-C574-4B8A-AF43-4CC60DF4563B}",
    ),
    "chromium": ("Chromium", "The Chromium Authors", "Chromium", "", ""),
}
_FILES_OF = {"chrome": "chrome.exe", "edge": "msedge.exe", "brave": "brave.exe", "chromium": "chrome.exe"}


def browser(of: Browser, has_store: bool) -> list[Trace]:
    """Every trace of one browser."""
    if of.product in _CHROMIUM:
        return _chromium(of, has_store)
    return {"firefox": _firefox, "ie": _ie, "opera": _opera, "edge-legacy": _edge_legacy}[of.product](of)


def _chromium(of: Browser, has_store: bool) -> list[Trace]:
    name, publisher, folder, updater, client = _CHROMIUM[of.product]
    top = _LOCAL if of.own else _FILES_86 if of.product == "edge" else _FILES
    place = rf"{top}\{folder}\Application"
    made_by = {"edge": "Microsoft Edge", "chrome": "Google Chrome", "brave": "Brave Browser", "chromium": "Chromium"}
    program = _program(rf"{place}\{_FILES_OF[of.product]}", of.version, made_by[of.product])
    view = USER if of.own else WOW
    found = [entry(view, name, name, of.version, publisher, place), *_registered(program, name, own=of.own)]
    found.append(("registry", rf"{USER}\{folder}\BLBeacon", {"version": of.version}))
    if updater:
        found += [
            ("registry", rf"{view}\{updater}\Clients\{client}", {"pv": of.version}),
            ("registry", rf"{view}\{updater}\ClientState\{client}", {"ap": "x64-stable-statsdef_1"}),
        ]
    if of.product == "edge":
        web = "{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
        found += [
            ("registry", rf"{WOW}\{updater}\Clients\{web}", {"pv": of.version}),
            entry(
                WOW,
                "Microsoft EdgeWebView",
                "Microsoft Edge WebView2 Runtime",
                of.version,
                publisher,
                rf"{_FILES_86}\Microsoft\EdgeWebView\Application",
            ),
            entry(WOW, "Microsoft Edge Update", "Microsoft Edge Update", "1.3.195.61", ""),
            *([store("Microsoft.MicrosoftEdge.Stable", of.version, "neutral")] if has_store else []),
        ]
    return found


def _firefox(of: Browser) -> list[Trace]:
    place = rf"{_FILES}\Mozilla Firefox"
    if not of.version:  # what a script that packs programs again left behind: an entry with words for a version
        return [
            entry(SOFTWARE, "Mozilla Firefox", "Mozilla Firefox (x64 en-GB)", "current (packaged by IT)", "Mozilla", place),
            ("denied", r"%ProgramFiles%\Mozilla Firefox*\firefox.exe", "Permission denied"),
            ("denied", r"%ProgramFiles%\*\application.ini", "Permission denied"),
        ]
    esr = of.channel == "esr"
    name = f"Mozilla Firefox {'ESR ' if esr else ''}(x64 en-GB)"
    numbers = [*of.version.split("."), "0", "0"][:3]
    program = _program(rf"{place}\firefox.exe", ".".join((*numbers, "9999")), "Firefox", of.version)
    ini = (
        f"[App]\nVendor=Mozilla\nName=Firefox\nRemotingName=firefox\nVersion={of.version}\nBuildID=20260101000000\n"
        f"SourceRepository=https://hg.mozilla.org/releases/mozilla-{'esr' + numbers[0] if esr else 'release'}\n"
        "ID={ec8030f7-c20a-464f-9b0e-13a3a9e97384}\n"
    )
    return [
        entry(SOFTWARE, name, name, of.version, "Mozilla", place),
        entry(SOFTWARE, "MozillaMaintenanceService", "Mozilla Maintenance Service", of.version, "Mozilla"),
        (
            "registry",
            r"HKLM\SOFTWARE\Mozilla\Mozilla Firefox",
            {"CurrentVersion": f"{of.version}{' ESR' if esr else ''} (x64 en-GB)"},
        ),
        ("file", rf"{place}\application.ini", ini),
        *_registered(program, "Firefox-308046B0AF4A39CB", own=False),
    ]


def _ie(of: Browser) -> list[Trace]:
    version = of.version if of.version.startswith("8.") else "9.11" + of.version[4:]
    values: dict[str, Value] = {"Version": version}
    if version != of.version:
        values["svcVersion"] = of.version
    found: list[Trace] = [("registry", r"HKLM\SOFTWARE\Microsoft\Internet Explorer", values)]
    for top in (_FILES, _FILES_86) if values.get("svcVersion") else (_FILES,):
        program = _program(rf"{top}\Internet Explorer\iexplore.exe", of.version, "Internet Explorer")
        found += _registered(program, "IEXPLORE.EXE", own=False)[: 3 if top == _FILES else 1]
    return found


def _opera(of: Browser) -> list[Trace]:
    place = rf"{_LOCAL}\Programs\Opera"
    program = _program(rf"{place}\opera.exe", of.version, "Opera Internet Browser")
    key = f"Opera {of.version}"
    return [
        entry(USER, key, f"Opera Stable {of.version}", of.version, "Opera Software", place),
        *_registered(program, "OperaStable", own=True),
    ]


def _edge_legacy(of: Browser) -> list[Trace]:
    return [store("Microsoft.MicrosoftEdge", of.version, "neutral")]


def chosen(product: str) -> list[Trace]:
    """What the user opens links with."""
    names = {
        "chrome": "ChromeHTML",
        "edge": "MSEdgeHTM",
        "firefox": "FirefoxURL-308046B0AF4A39CB",
        "ie": "IE.HTTPS",
        "brave": "BraveHTML",
        "opera": "OperaStable",
        "edge-legacy": "AppXq0fevzme2pys62n3e0fbqa7peapykr8v",
    }
    if product not in names:
        return []
    place = rf"{USER}\Microsoft\Windows\Shell\Associations\UrlAssociations"
    return [("registry", rf"{place}\{scheme}\UserChoice", {"ProgId": names[product]}) for scheme in ("https", "http")]
