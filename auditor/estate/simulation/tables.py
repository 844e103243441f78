"""Shares of what there is in an estate, in thousandths unless said otherwise, and the names it goes by.

Shares are assumptions made to look like a large public body at the end of 2026, nearest to what StatCounter and
Microsoft's and NHS England's public figures of Windows 10 and 11 then suggest; ``WILD`` stands for PCs that nobody
manages. Nothing is a measurement, and nothing should be quoted as one.
"""

from __future__ import annotations

from auditor.estate.simulation.dice import weighted, zipf

FAMILIES = weighted({"windows": 880, "macos": 80, "linux": 40})
WILD_FAMILIES = weighted({"windows": 780, "macos": 150, "linux": 70})

WINDOWS = weighted(
    {
        "11-25h2": 190, "11-24h2": 250, "11-23h2": 110, "11-22h2": 22, "11-21h2": 6, "10-22h2": 250, "10-21h2": 14,
        "10-20h2": 8, "10-1909": 6, "10-1809": 4, "10-ltsc-2021": 22, "10-ltsc-2019": 12, "10-ltsb-2016": 5, "8.1": 4,
        "7": 22, "xp": 3, "server-2025": 6, "server-2022": 28, "server-2019": 24, "server-2016": 10, "server-2012-r2": 4,
    }
)  # fmt: skip
"""Releases of Windows. The servers are terminal servers and the PCs in server rooms that people work at."""

OLDER = {"11-25h2": "11-24h2", "11-24h2": "11-23h2", "11-23h2": "10-22h2", "11-22h2": "10-21h2", "11-21h2": "10-20h2",
         "10-22h2": "10-21h2", "10-21h2": "10-20h2", "10-20h2": "10-1909", "10-1909": "10-1809"}  # fmt: skip
"""What a PC ran before it was upgraded."""

MACOS = weighted({"27.0": 90, "26.6.2": 330, "26.5": 60, "15.7.9": 220, "15.6.1": 40, "14.8.9": 120, "14.6.1": 20,
                  "13.7.8": 60, "12.7.6": 30, "11.7.11": 15, "10.15.7": 15})  # fmt: skip
LINUX = weighted({"ubuntu-24.04": 330, "ubuntu-22.04": 220, "ubuntu-20.04": 60, "ubuntu-26.04": 80, "debian-12": 110,
                  "debian-13": 70, "debian-11": 30, "fedora-43": 30, "fedora-42": 20, "rhel-9": 40,
                  "rhel-8": 10})  # fmt: skip

EDITIONS = weighted({"Enterprise": 620, "Professional": 300, "Education": 60, "Core": 20})
WILD_EDITIONS = weighted({"Professional": 520, "Core": 340, "Enterprise": 90, "Education": 50})

PLACES = ("Leeds", "Harrogate", "Whitby", "Ripon", "Skipton", "Otley", "Selby", "Malton", "Goole", "Hexham", "Alnwick",
          "Kendal", "Penrith", "Buxton", "Matlock", "Oakham", "Stamford", "Ludlow", "Ledbury", "Tetbury", "Frome", "Bude",
          "Totnes", "Lewes", "Rye", "Deal", "Diss", "Thetford", "Ely", "Wisbech")  # fmt: skip
KINDS_OF_SITE = ("General", "Infirmary", "Community Hospital", "Health Centre", "Surgery", "Town Hall", "Clinic", "Depot",
                 "Library", "College")  # fmt: skip
"""Site names are made of one of each: the places exist, the sites are made up."""

RINGS = weighted({"ring-pilot": 50, "ring-early": 200, "ring-broad": 600, "ring-late": 150})
RING_LAGS = {"ring-pilot": (0, 3), "ring-early": (4, 8), "ring-broad": (10, 18), "ring-late": (30, 45)}
"""Days that a ring is behind a release: at least, and how much a site may add."""

PINNED = zipf((60, 120, 200, 330, 480, 700))
"""Days that a site's ring is behind where somebody pinned a version and forgot it."""

STRAGGLING = zipf((25, 50, 80, 120, 180, 260, 380, 540, 760, 1000))
"""Days that a PC is behind on which updates do not work."""

SILENT_FOR = weighted({"8": 260, "15": 220, "31": 200, "61": 130, "121": 100, "250": 60, "420": 30})
"""At least so many days a PC that does not report any more has been silent; up to as many again."""

OFFICE = weighted({"m365-current": 150, "m365-monthly": 320, "m365-half-yearly": 110, "office-2016-msi": 90,
                   "office-2019": 70, "office-2021": 80, "office-2024": 30, "office-2013-msi": 15, "office-2010-msi": 6,
                   "libreoffice": 40, "none": 89})  # fmt: skip
WILD_OFFICE = weighted({"m365-current": 330, "m365-monthly": 20, "office-2016-msi": 60, "office-2019": 90,
                        "office-2021": 100, "office-2024": 40, "office-2013-msi": 30, "office-2010-msi": 20,
                        "libreoffice": 170, "none": 140})  # fmt: skip
LIBREOFFICE = zipf(("26.2.5.2", "25.8.7.3", "25.2.7.2", "24.8.7.2", "24.2.7.2", "7.6.7.2", "7.4.7.2"))

BROWSERS = {"chrome": 760, "firefox": 240, "chrome-user": 18, "brave": 4, "opera": 3, "chromium": 1}
"""Of a thousand PCs with Windows so many have it, beside Edge and Internet Explorer, which come with Windows."""

WILD_BROWSERS = {"chrome": 700, "firefox": 380, "chrome-user": 90, "brave": 70, "opera": 60, "chromium": 10}
ESR = weighted({"153": 760, "140": 150, "115": 60, "128": 30})

MANAGED_SHARE = {"policies": 700, "esr": 620}
"""Of a thousand sites, or Firefoxes, so many: with policies, of the ESR."""

EXTRAS = {"teams": 820, "acrobat": 640, "7zip": 420, "java": 190, "zoom": 160, "citrix": 140, "vlc": 120, "putty": 30,
          "notepad-plus-plus": 110, "python": 20, "visio-viewer": 25, "dotnet": 520}  # fmt: skip
"""Other programs, of a thousand PCs. None is judged by a rule that ships; the list of programs is as long as in life."""

RIGHTS = weighted({"system": 560, "admin": 260, "user": 180})
CULTURES = weighted({"en-gb": 900, "en-us": 80, "de-de": 10, "fr-fr": 10})

EVENTS = weighted(
    {"chrome": 260, "edge": 240, "firefox": 120, "os": 180, "office": 160, "new-browser": 20, "os-upgrade": 20}
)
"""What changes on a PC that changes."""

ODD_NAMES = (
    "DESKTOP-7F3K2QX",
    "büro-pc",
    "ПК-ОТДЕЛ",
    "laptop of J",
    "WIN-0000000000",
    "x" * 63,
    "pc_with_underscore",
    "受付",
)
"""Beginnings of host names as nobody should give them; a number follows."""
