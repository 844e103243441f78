"""Which version of what was out on which day: release lists as literal tables, and full build numbers by rule.

Majors of Chrome, Edge and Firefox with their days are MDN's browser-compat-data 8.1.9 (CC0), builds of Microsoft 365
Apps and the revisions of Windows DataForGeeks' tables of Microsoft's pages (MIT, 2026-08). They are copies, so that
an estate of one seed stays the same when the knowledge base is refreshed. After a table's last row browsers go on in
the last rhythm, and Firefox ESR with Firefox; of Windows and Office nothing newer comes out, of which no table of
builds would know. Build numbers within a major, and revisions between two known ones, are made by rule: they look
right and are in order, and are not claimed to have existed.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache
from itertools import pairwise
from typing import NamedTuple

_CHROME = """
90 2021-04-13 91 2021-05-25 92 2021-07-20 93 2021-08-31 94 2021-09-21 95 2021-10-19 96 2021-11-15 97 2022-01-04
98 2022-02-01 99 2022-03-01 100 2022-03-29 101 2022-04-26 102 2022-05-24 103 2022-06-21 104 2022-08-02 105 2022-09-02
106 2022-09-27 107 2022-10-25 108 2022-11-29 109 2023-01-10 110 2023-02-07 111 2023-03-07 112 2023-04-04 113 2023-05-02
114 2023-05-30 115 2023-07-18 116 2023-08-15 117 2023-09-12 118 2023-10-10 119 2023-10-31 120 2023-12-05 121 2024-01-23
122 2024-02-20 123 2024-03-19 124 2024-04-16 125 2024-05-14 126 2024-06-11 127 2024-07-23 128 2024-08-20 129 2024-09-17
130 2024-10-15 131 2024-11-12 132 2025-01-14 133 2025-02-04 134 2025-03-04 135 2025-04-01 136 2025-04-29 137 2025-05-27
138 2025-06-24 139 2025-08-05 140 2025-09-02 141 2025-09-30 142 2025-10-28 143 2025-12-02 144 2026-01-13 145 2026-02-10
146 2026-03-10 147 2026-04-07 148 2026-05-05 149 2026-06-02 150 2026-06-30 151 2026-07-28 152 2026-08-25 153 2026-09-08
154 2026-09-22 155 2026-10-06 156 2026-10-20 157 2026-11-03 158 2026-11-17
"""
_FIREFOX = """
90 2021-07-13 91 2021-08-10 92 2021-09-07 93 2021-10-05 94 2021-11-02 95 2021-12-07 96 2022-01-11 97 2022-02-08
98 2022-03-08 99 2022-04-05 100 2022-05-03 101 2022-05-31 102 2022-06-28 103 2022-07-26 104 2022-08-23 105 2022-09-20
106 2022-10-18 107 2022-11-15 108 2022-12-13 109 2023-01-17 110 2023-02-14 111 2023-03-14 112 2023-04-11 113 2023-05-09
114 2023-06-06 115 2023-07-04 116 2023-08-01 117 2023-08-29 118 2023-09-26 119 2023-10-24 120 2023-11-21 121 2023-12-19
122 2024-01-23 123 2024-02-20 124 2024-03-19 125 2024-04-16 126 2024-05-14 127 2024-06-11 128 2024-07-09 129 2024-08-06
130 2024-09-03 131 2024-10-01 132 2024-10-29 133 2024-11-26 134 2025-01-07 135 2025-02-04 136 2025-03-04 137 2025-04-01
138 2025-04-29 139 2025-05-27 140 2025-06-24 141 2025-07-22 142 2025-08-19 143 2025-09-16 144 2025-10-14 145 2025-11-11
146 2025-12-09 147 2026-01-13 148 2026-02-24 149 2026-03-24 150 2026-04-21 151 2026-05-19 152 2026-06-16 153 2026-07-21
154 2026-08-18 155 2026-09-01 156 2026-09-15 157 2026-09-29 158 2026-10-13 159 2026-10-27 160 2026-11-10 161 2026-11-24
"""
_CURRENT = """
16501.20210 2023-06-01 16626.20170 2023-07-26 16731.20234 2023-08-28 16827.20166 2023-09-28 16924.20150 2023-10-25
17029.20108 2023-11-29 17126.20132 2024-01-04 17231.20236 2024-01-30 17328.20184 2024-02-28 17425.20176 2024-03-27
17531.20152 2024-04-29 17628.20164 2024-05-30 17726.20160 2024-06-26 17830.20166 2024-08-01 17928.20156 2024-08-26
18025.20160 2024-09-23 18129.20158 2024-10-28 18227.20162 2024-12-05 18324.20194 2025-01-07 18429.20158 2025-01-30
18526.20168 2025-03-05 18623.20208 2025-04-02 18730.20186 2025-04-29 18827.20176 2025-05-29 18925.20184 2025-07-01
19029.20208 2025-07-30 19127.20264 2025-08-26 19231.20216 2025-10-01 19328.20244 2025-10-30 19426.20218 2025-12-03
19530.20184 2026-01-08 19628.20214 2026-01-27 19725.20190 2026-02-24 19822.20182 2026-03-24 19929.20172 2026-04-29
20026.20182 2026-05-20 20131.20154 2026-06-25 20228.20190 2026-07-23
"""
_MONTHLY = """
16501.20286 2023-07-11 16529.20254 2023-08-08 16626.20222 2023-09-12 16731.20398 2023-10-10 16827.20324 2023-11-14
16924.20202 2023-12-12 17029.20178 2024-01-09 17126.20216 2024-02-13 17231.20304 2024-03-12 17328.20346 2024-04-09
17425.20258 2024-05-14 17531.20210 2024-06-11 17628.20206 2024-07-09 17726.20222 2024-08-13 17830.20232 2024-09-10
17928.20286 2024-10-08 18025.20242 2024-11-12 18129.20242 2024-12-10 18227.20240 2025-01-14 18324.20272 2025-02-11
18429.20240 2025-03-11 18526.20438 2025-04-08 18623.20316 2025-05-13 18730.20260 2025-06-10 18827.20244 2025-07-08
18925.20268 2025-08-12 19029.20300 2025-09-09 19127.20402 2025-10-14 19231.20300 2025-11-11 19328.20306 2025-12-09
19426.20314 2026-01-13 19530.20282 2026-02-10 19725.20346 2026-03-10 19822.20288 2026-04-14 19929.20264 2026-05-12
20026.20266 2026-06-09 20131.20206 2026-07-14 20228.20188 2026-08-11
"""
_HALF_YEARLY = """
16130.21094 2023-07-11 16731.21114 2024-01-09 17328.20882 2024-07-09 17928.20776 2025-01-14 18526.20714 2025-07-08
19127.20752 2026-01-13 20131.20150 2026-07-14
"""

WINDOWS_REVISIONS = {
    14393: ("2016-08-02", 10, "2026-08-11", 9418),
    15063: ("2017-04-11", 138, "2021-03-09", 2679),
    16299: ("2017-10-17", 19, "2020-10-13", 2166),
    17134: ("2018-04-30", 1, "2021-05-11", 2208),
    17763: ("2018-11-13", 134, "2026-08-11", 9121),
    18363: ("2019-11-12", 418, "2022-05-10", 2274),
    19041: ("2020-05-27", 264, "2021-12-14", 1415),
    19042: ("2020-10-20", 572, "2023-05-09", 2965),
    19044: ("2021-11-16", 1288, "2026-08-11", 7663),
    19045: ("2022-10-18", 2130, "2026-08-11", 7663),
    20348: ("2021-08-18", 169, "2026-08-11", 5600),
    22000: ("2021-10-04", 194, "2024-10-08", 3260),
    22621: ("2022-09-20", 382, "2025-10-14", 6060),
    22631: ("2023-10-31", 2428, "2026-08-11", 7517),
    26100: ("2024-10-01", 1742, "2026-08-11", 9168),
    26200: ("2025-09-30", 6584, "2026-08-11", 9168),
    9600: ("2018-01-09", 18895, "2023-01-10", 20778),
}
"""Build → (first day, its revision, the day of the last update that is known, its revision)."""

ESR_LINES = {"115": ("2023-07-04", "2027-03-31"), "128": ("2024-07-09", "2025-09-16"), "140": ("2025-06-24", "2026-09-29"),
             "153": ("2026-07-21", "2027-09-30")}  # fmt: skip
"""Firefox ESR: line → (first day, last day), as endoflife.date has them; the last one's end is an assumption."""

LAST_ON = {"10": "999", "8.1": "109", "7": "109", "xp": "49"}
"""The last major of Chrome and Edge on older Windows; Firefox ended there at 115 ESR (XP: 52 ESR)."""

OLD_CHROME = {"49": "49.0.2623.112", "109": "109.0.5414.168"}
_END = date(2035, 1, 1).toordinal()


class Release(NamedTuple):
    """A version and the day (proleptic ordinal) it came out."""

    day: int
    version: str


def _rows(text: str) -> list[tuple[str, int]]:
    words = text.split()
    return [(name, date.fromisoformat(day).toordinal()) for name, day in zip(words[::2], words[1::2], strict=True)]


@cache
def listing(product: str) -> tuple[Release, ...]:
    """Every release of a product or channel, oldest first: chrome, opera, firefox, esr-140, current, windows-26100."""
    if product.startswith("windows-"):
        return tuple(_windows(int(product.partition("-")[2])))
    if product.startswith("esr-"):
        return tuple(_esr(product.partition("-")[2]))
    if product == "firefox":
        return tuple(_firefox())
    channels = {"current": _CURRENT, "monthly": _MONTHLY, "half-yearly": _HALF_YEARLY}
    if product in channels:
        return tuple(_microsoft_365(channels[product]))
    return tuple(_chromium(product))


def _continued(rows: list[tuple[str, int]], days: int) -> list[tuple[int, int]]:
    """(major, day) of the table, and on in the rhythm of ``days`` after it."""
    found = [(int(name), day) for name, day in rows]
    while found[-1][1] < _END:
        found.append((found[-1][0] + 1, found[-1][1] + days))
    return found


def _chromium(product: str) -> list[Release]:
    lag = {"chrome": 0, "edge": 2, "brave": 3, "opera": 20}[product]
    majors = _continued(_rows(_CHROME), 14)
    found: list[Release] = []
    for (major, day), (_, following) in pairwise(majors):
        for week in range(max(1, (following - day) // 7)):
            names = {
                "chrome": f"{major}.0.{7204 + 56 * (major - 138)}.{49 + 51 * week}",
                "edge": f"{major}.0.{3351 + 54 * (major - 138)}.{55 + 21 * week}",
                "brave": f"{major}.1.{80 + (major - 138) % 12}.{113 + week}",
                "opera": f"{major - 17}.0.{5600 + 40 * (major - 138)}.{28 + 9 * week}",
            }
            found.append(Release(day + lag + 7 * week, names[product]))
    return found


def _firefox() -> list[Release]:
    majors = _continued(_rows(_FIREFOX), 14)
    found: list[Release] = []
    for (major, day), (_, following) in pairwise(majors):
        found += [
            Release(day + 7 * point, f"{major}.0" + (f".{point}" if point else ""))
            for point in range(min(3, max(1, (following - day) // 7)))
        ]
    return found


def _esr(line: str) -> list[Release]:
    first, last = (date.fromisoformat(day).toordinal() for day in ESR_LINES[line])
    since = [(major, day) for major, day in _continued(_rows(_FIREFOX), 14) if first <= day <= last]
    return [Release(day, f"{line}.{major - int(line)}.0") for major, day in since]


def _microsoft_365(text: str) -> list[Release]:
    return [Release(day, f"16.0.{name}") for name, day in _rows(text)]


def _windows(build: int) -> list[Release]:
    """A revision for each month, spread evenly between the known ones; the number is the revision alone."""
    first, low, later, high = WINDOWS_REVISIONS[build]
    start, end = date.fromisoformat(first).toordinal(), date.fromisoformat(later).toordinal()
    months = max(1, (end - start) // 28)
    return [Release(end - 28 * back, str(high - (high - low) * back // months)) for back in range(months, -1, -1)]


@cache
def _days(product: str) -> tuple[int, ...]:
    return tuple(release.day for release in listing(product))


def version_on(product: str, day: int) -> str:
    """The newest version of a product that was out on ``day``; its oldest where none was yet."""
    return listing(product)[max(0, bisect_right(_days(product), day) - 1)].version
