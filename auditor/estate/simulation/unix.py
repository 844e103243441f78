"""Where a Mac and a PC with Linux keep what they are and what they have: property lists, packages and the kernel's files."""

from __future__ import annotations

from auditor.estate.simulation.laid import Trace
from auditor.estate.simulation.machines import MODELS
from auditor.estate.simulation.plan import Browser, Machine, System
from auditor.model import Value

_DARWIN = {"27": "26A", "26": "25G", "15": "24G", "14": "23H", "13": "22H", "12": "21H", "11": "20G", "10": "19H"}
_BUNDLES = {
    "chrome": ("com.google.Chrome", "Google Chrome"),
    "edge": ("com.microsoft.edgemac", "Microsoft Edge"),
    "firefox": ("org.mozilla.firefox", "Firefox"),
    "safari": ("com.apple.Safari", "Safari"),
}
_OFFICE = ("Word", "Excel", "PowerPoint", "Outlook", "onenote.mac")

_DISTRIBUTIONS = {
    "ubuntu": ("Ubuntu", {"26.04": "resolute", "24.04": "noble", "22.04": "jammy", "20.04": "focal"}),
    "debian": ("Debian GNU/Linux", {"13": "trixie", "12": "bookworm", "11": "bullseye"}),
    "fedora": ("Fedora Linux", {}),
    "rhel": ("Red Hat Enterprise Linux", {}),
}


def mac_system(of: System) -> list[Trace]:
    """What says which macOS it is, and whose."""
    build = f"{_DARWIN[of.release.split('.')[0]]}90"
    version: dict[str, Value] = {"ProductName": "macOS", "ProductVersion": of.release, "ProductBuildVersion": build}
    return [
        ("host", "hostname", "@@HOST@@"),
        ("host", "machine-id", "@@GUID@@"),
        ("plist", "/System/Library/CoreServices/SystemVersion.plist", version),
    ]


def mac_machine(of: Machine, rights: str) -> list[Trace]:
    """What the kernel says of a Mac."""
    model, cpu, cores, memory = of.mac
    return [
        ("host", "rights", rights),
        ("host", "machine", "arm64" if cpu.startswith("Apple") else "x86_64"),
        ("host", "cores", cores),
        ("host", "memory", memory * 2**30),
        ("host", "disk", of.disk),
        ("command", "sysctl -n machdep.cpu.brand_string", f"{cpu}\n"),
        ("command", "sysctl -n hw.model", f"{model}\n"),
    ]


def mac_browser(of: Browser, release: str) -> list[Trace]:
    """A browser among the applications."""
    bundle, name = _BUNDLES[of.product]
    if of.product == "firefox":
        ini = _ini(of)
        return [
            _app(name, bundle, of.version),
            ("file", f"/Applications/{name}.app/Contents/Resources/application.ini", ini),
        ]
    return [_app(name, bundle, of.version)]


def mac_office(version: str, release: str) -> list[Trace]:
    """Office's applications; none where there is no version."""
    return [_app(f"Microsoft {name.split('.')[0]}", f"com.microsoft.{name}", version) for name in _OFFICE if version]


def _ini(of: Browser) -> str:
    branch = f"esr{of.version.split('.')[0]}" if of.channel == "esr" else "release"
    address = f"https://hg.mozilla.org/releases/mozilla-{branch}"
    return f"[App]\nVendor=Mozilla\nName=Firefox\nVersion={of.version}\nSourceRepository={address}\n"


def _app(name: str, bundle: str, version: str) -> Trace:
    values: dict[str, Value] = {
        "CFBundleIdentifier": bundle,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleName": name,
    }
    return "plist", f"/Applications/{name}.app/Contents/Info.plist", values


def packages_of(release: str) -> str:
    """Which database of packages a distribution has."""
    return "rpm" if release.startswith(("fedora", "rhel")) else "dpkg"


def linux_system(of: System) -> list[Trace]:
    """What says which distribution it is, and whose."""
    identity, _, number = of.release.partition("-")
    name, codenames = _DISTRIBUTIONS[identity]
    codename = f"VERSION_CODENAME={codenames[number]}\n" if number in codenames else ""
    release = f'PRETTY_NAME="{name} {number}"\nNAME="{name}"\nVERSION_ID="{number}"\nID={identity}\n{codename}'
    kind = packages_of(of.release)
    return [
        ("host", "hostname", "@@HOST@@"),
        ("machine-id", "/etc/machine-id", "@@GUID@@"),
        ("file", "/etc/hostname", "@@HOST@@\n"),
        ("file", "/etc/os-release", release),
        ("file", "/usr/lib/os-release", release),
        ("host", "machine", "x86_64"),
        ("link", "/etc/systemd/system/default.target", "/lib/systemd/system/graphical.target"),
        *(_package(kind, each, "2.39-1") for each in (("libc6", "dpkg") if kind == "dpkg" else ("glibc",))),
    ]


def linux_machine(of: Machine, rights: str) -> list[Trace]:
    """What the kernel says of a PC with Linux."""
    model = MODELS[of.model]
    chip: list[Trace] = [("exists", "/sys/class/tpm/tpm0", True), ("file", "/sys/class/tpm/tpm0/tpm_version_major", "2\n")]
    return [
        ("host", "rights", rights),
        ("host", "cores", model.cores),
        ("host", "memory", of.memory * 2**30 - 400_000_000),
        ("host", "disk", of.disk),
        ("lines", "/proc/cpuinfo", f"model name\t: {model.cpu}"),
        ("exists", "/sys/firmware/efi", True),
        ("exists", "/sys/class/tpm", True),
        *(chip if model.tpm == "2.0" else []),
        ("file", "/sys/class/dmi/id/chassis_type", f"{model.chassis}\n"),
        ("file", "/sys/class/dmi/id/sys_vendor", f"{model.vendor}\n"),
        ("file", "/sys/class/dmi/id/product_name", f"{model.name}\n"),
    ]


def linux_browser(of: Browser, release: str) -> list[Trace]:
    """A browser's package, and the file that Firefox has beside its program."""
    kind = packages_of(release)
    if of.product != "firefox":
        name = {"chrome": "google-chrome-stable", "edge": "microsoft-edge-stable"}[of.product]
        return [_package(kind, name, f"{of.version}-1")]
    name = "firefox-esr" if release.startswith("debian") else "firefox"
    folder = f"/usr/lib/{name}" if kind == "dpkg" else "/usr/lib64/firefox"
    version = f"{of.version}{'esr' if name == 'firefox-esr' else ''}-1~deb12u1" if kind == "dpkg" else f"{of.version}-1.fc43"
    return [_package(kind, name, version), ("file", f"{folder}/application.ini", _ini(of))]


def linux_office(version: str, release: str) -> list[Trace]:
    """LibreOffice's packages; none where there is no version."""
    kind, parts = packages_of(release), ("core", "writer", "calc", "impress", "draw")
    whole = f"{'4:' if kind == 'dpkg' else '1:'}{version}-1"
    return [_package(kind, f"libreoffice-{part}", whole) for part in parts if version]


def _package(kind: str, name: str, version: str) -> Trace:
    status = "Status: install ok installed\n" if kind == "dpkg" else ""
    return (
        kind,
        name,
        f"Package: {name}\n{status}Version: {version}\nArchitecture: {'amd64' if kind == 'dpkg' else 'x86_64'}",
    )
