r"""Where browsers on Windows leave traces, and whose a trace is.

The program's file is looked for where the table says, and where the registry names it:
as a browser (StartMenuInternet) or as a program (App Paths). Store packages are keys
named ``Name_Version_Architecture_Resource_Publisher``, for each user and for the machine.
"""

from __future__ import annotations

import re

from auditor.checks import programs_windows as programs
from auditor.checks.browsers import BROWSERS, Browser
from auditor.checks.collected import Collected, text_field
from auditor.model import Reading, Source

IE = Source("registry", r"HKLM\SOFTWARE\Microsoft\Internet Explorer#svcVersion,Version")
FIREFOX = tuple(
    Source("registry", rf"HKLM\SOFTWARE\{view}Mozilla\Mozilla Firefox#CurrentVersion") for view in ("", "WOW6432Node\\")
)

UPDATERS = {row.updater: row for row in BROWSERS if row.updater}
_VIEWS = ("WOW6432Node\\", "")
MACHINE_CLIENTS = tuple(
    Source("registry", rf"HKLM\SOFTWARE\{view}{updater}\Clients\*#pv,opv") for updater in UPDATERS for view in _VIEWS
)
USER_CLIENTS = tuple(Source("registry", rf"HKU\*\Software\{updater}\Clients\*#pv,opv") for updater in UPDATERS)
MACHINE_STATES = tuple(
    Source("registry", rf"HKLM\SOFTWARE\{view}{updater}\ClientState\*#ap") for updater in UPDATERS for view in _VIEWS
)
USER_STATES = tuple(Source("registry", rf"HKU\*\Software\{updater}\ClientState\*#ap") for updater in UPDATERS)

BEACONS = {
    Source("registry", rf"HKU\*\Software\{beacon}\BLBeacon#version"): (row, channel)
    for row in BROWSERS
    for beacon, channel in row.beacons.items()
}

_PACKAGES = r"HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"
_FOR_ALL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore"
USER_PACKAGES = {
    Source("registry", rf"{_PACKAGES}\{name}_*#PackageID,PackageRootFolder"): (row, channel)
    for row in BROWSERS
    for name, channel in row.appx.items()
}
MACHINE_PACKAGES = {
    Source("registry", rf"{_FOR_ALL}\{group}\{name}_*#Path"): (row, channel)
    for row in BROWSERS
    for name, channel in row.appx.items()
    for group in ("Applications", "InboxApplications")
}

FILES = {Source("program", file): row for row in BROWSERS for file in row.files}
WAITING = {
    Source("program", "\\".join((*file.split("\\")[:-1], row.waiting))): row
    for row in BROWSERS
    if row.waiting
    for file in row.files
}
REGISTERED = tuple(
    Source("program", rf"registry:{top}\Clients\StartMenuInternet\*\shell\open\command")
    for top in (r"HKLM\SOFTWARE", r"HKLM\SOFTWARE\WOW6432Node", r"HKU\*\Software")
)
_EXECUTABLES = sorted({file for row in BROWSERS for file in row.executables})
APP_PATHS = tuple(
    Source("program", rf"registry:{top}\Microsoft\Windows\CurrentVersion\App Paths\{file}")
    for top in (r"HKLM\SOFTWARE", r"HKU\*\Software")
    for file in _EXECUTABLES
)

_SOMEWHERE = ("Desktop", "Downloads")
PORTABLE_CHROME = tuple(Source("program", rf"~\{folder}\*\App\Chrome-bin\chrome.exe") for folder in _SOMEWHERE)
INIS = tuple(
    Source("file", rf"{place}\application.ini")
    for place in (
        r"%ProgramFiles%\*",
        r"%ProgramFiles(x86)%\*",
        r"~\AppData\Local\*",
        r"~\AppData\Local\Programs\*",
        *(rf"~\{folder}\{deeper}" for folder in _SOMEWHERE for deeper in ("*", r"*\App\Firefox*")),
    )
)
STAGED = tuple(
    Source("file", rf"{place}\*\updated\application.ini")
    for place in (r"%ProgramFiles%", r"%ProgramFiles(x86)%", r"~\AppData\Local")
)
"""Where Firefox and its kin put a whole new version, which takes the old one's place at the next start."""

TOR = tuple(
    Source("file", rf"{place}\*\Browser\tbb_version.json")
    for place in (r"~\Desktop", r"~\Downloads", r"~\AppData\Local", "~", r"%ProgramFiles%", r"%ProgramFiles(x86)%")
)

FOLDERS = Source("registry", r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion#ProgramFilesDir,ProgramFilesDir (x86)")
PROFILES = Source("registry", r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\*#ProfileImagePath")

WANTS = (
    *programs.WANTS, IE, *FIREFOX, *MACHINE_CLIENTS, *USER_CLIENTS, *MACHINE_STATES, *USER_STATES, *BEACONS,
    *USER_PACKAGES, *MACHINE_PACKAGES, *FILES, *WAITING, *REGISTERED, *APP_PATHS, *PORTABLE_CHROME, *INIS, *STAGED, *TOR,
    FOLDERS, PROFILES,
)  # fmt: skip

_HOME = re.compile(r"^([a-z]:\\(?:users|documents and settings)\\([^\\]+))(?:\\|$)", re.I)
_PERSON = re.compile(r"^S-1-(?:5-21|12-1)-", re.I)


class Folders:
    """Whose a folder is, and which of the table's places cover it.

    Hives name a user by security identifier or by the profile's folder: one name is used for both.
    """

    def __init__(self, collected: Collected) -> None:
        self._profiles: dict[str, str] = {}
        for reading in collected.read(PROFILES):
            sid, path = last_key(reading.at), text_field(reading, "ProfileImagePath")
            if _PERSON.match(sid) and path:
                self._profiles[_expanded(path)] = sid
        key = collected.first(FOLDERS)
        named = {"%ProgramFiles%": "ProgramFilesDir", "%ProgramFiles(x86)%": "ProgramFilesDir (x86)"}
        self._tops = {top: _expanded(text_field(key, name)) for top, name in named.items() if text_field(key, name)}

    def owner(self, path: str) -> str:
        """The user in whose profile a path is; empty where it is in none."""
        for profile, sid in self._profiles.items():
            if f"{path}\\".casefold().startswith(f"{profile}\\"):
                return sid
        home = _HOME.match(path)
        return home.group(2) if home and home.group(2).casefold() not in ("public", "all users", "default") else ""

    def user(self, name: str) -> str:
        """The one name of a user: the security identifier of whoever has that profile, where a list says so."""
        if _PERSON.match(name):
            return name
        sids = {sid for path, sid in self._profiles.items() if path.rpartition("\\")[2] == name.casefold()}
        return sids.pop() if len(sids) == 1 else name

    def homeless(self, folder: str) -> str:
        """The folder with ``~`` instead of the profile that it is in."""
        for profile in self._profiles:
            if f"{folder}\\".casefold().startswith(f"{profile}\\"):
                return "~" + folder[len(profile) :]
        home = _HOME.match(folder)
        return "~" + folder[len(home.group(1)) :] if home else folder

    def waiting_of(self, row: Browser) -> tuple[Source, ...]:
        """The sources that would show a version that waits for the next start; none where that is not known."""
        return STAGED if row.ini else tuple(source for source, known in WAITING.items() if known is row)

    def places_of(self, row: Browser, folder: str) -> tuple[Source, ...]:
        """The sources that would have shown a program in ``folder``; none where none of them looks there."""
        written = {self.homeless(folder).casefold()}
        for top, path in self._tops.items():
            if f"{folder}\\".startswith(f"{path}\\"):
                written.add(top.casefold() + folder[len(path) :])
        return tuple(
            source
            for source, known in FILES.items()
            if known is row and any(_fits(source.where.rpartition("\\")[0].casefold(), each) for each in written)
        )


def _fits(pattern: str, folder: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", r"[^\\]*"), folder))


def _expanded(path: str) -> str:
    return path.replace("%SystemDrive%", "C:").replace("%systemdrive%", "C:").rstrip("\\").casefold()


def last_key(at: str) -> str:
    """The last name of a key's path, without the file that it was read from."""
    return at.rpartition("\\")[2].partition(" (")[0]


def user_of(reading: Reading) -> str:
    """The user whose hive a reading is from, by the name that the hive goes by; empty for the machine's."""
    parts = reading.at.split("\\")
    return parts[1] if parts[0] == "HKU" and len(parts) > 1 else ""
