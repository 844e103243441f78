"""Builds of Windows and the names they go by. Inert data; sources and dates are in the knowledge base of the rules.

Client and server share builds, so a name is looked up by build and kind.
"""

from __future__ import annotations

from collections.abc import Mapping

CLIENTS = (
    (1381, 1381, "Windows NT 4.0"),
    (2195, 2195, "Windows 2000"),
    (2600, 2600, "Windows XP"),
    (3790, 3790, "Windows XP"),
    (6000, 6003, "Windows Vista"),
    (7600, 7601, "Windows 7"),
    (9200, 9200, "Windows 8"),
    (9600, 9600, "Windows 8.1"),
    (10240, 21995, "Windows 10"),
    (21996, 29999, "Windows 11"),
)
"""First build, last build, name. 21996 is the preview of Windows 11 that leaked; what is beyond has no name yet."""

SERVERS: Mapping[int, str] = {
    1381: "Windows NT Server 4.0",
    2195: "Windows 2000 Server",
    3790: "Windows Server 2003",
    6001: "Windows Server 2008",
    6002: "Windows Server 2008",
    6003: "Windows Server 2008",
    7600: "Windows Server 2008 R2",
    7601: "Windows Server 2008 R2",
    9200: "Windows Server 2012",
    9600: "Windows Server 2012 R2",
    14393: "Windows Server 2016",
    17763: "Windows Server 2019",
    20348: "Windows Server 2022",
    26100: "Windows Server 2025",
}

CHANNEL_SERVERS: Mapping[int, str] = {
    16299: "Windows Server, version 1709",
    17134: "Windows Server, version 1803",
    18362: "Windows Server, version 1903",
    18363: "Windows Server, version 1909",
    19041: "Windows Server, version 2004",
    19042: "Windows Server, version 20H2",
    25398: "Windows Server, version 23H2",
}
"""Servers of the semi-annual and annual channels, which have no year in their names."""

RELEASES: Mapping[int, str] = {
    10240: "1507",
    10586: "1511",
    14393: "1607",
    15063: "1703",
    16299: "1709",
    17134: "1803",
    17763: "1809",
    18362: "1903",
    18363: "1909",
    19041: "2004",
    19042: "20H2",
    19043: "21H1",
    19044: "21H2",
    19045: "22H2",
    20348: "21H2",
    22000: "21H2",
    22621: "22H2",
    22631: "23H2",
    25398: "23H2",
    26100: "24H2",
    26200: "25H2",
    28000: "26H1",
}

NT: Mapping[int, str] = {
    1381: "4.0",
    2195: "5.0",
    2600: "5.1",
    3790: "5.2",
    6000: "6.0",
    6001: "6.0",
    6002: "6.0",
    6003: "6.0",
    7600: "6.1",
    7601: "6.1",
    9200: "6.2",
    9600: "6.3",
}
"""Build → the version of NT before it, where that is not 10.0."""

FIRST_10 = 9841
"""The first build of any Windows 10, previews included: since then the version of NT is 10.0."""

PACKED: Mapping[int, str] = {
    6001: "Service Pack 1",
    6002: "Service Pack 2",
    6003: "Service Pack 2",
    7601: "Service Pack 1",
}
"""Builds that exist only with a service pack."""

NEVER_PACKED = (6000, 7600)
"""Builds of their time's first release, which a service pack changes."""

FIRST_WITHOUT_PACKS = 9200
"""Since Windows 8 there are no service packs."""
