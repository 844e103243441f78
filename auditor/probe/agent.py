"""Which browser it is that came to the page, from what it says of itself.

A user agent's text is made to be mistaken for others', so the order of the rows matters:
each name that only one browser has comes before those that all of its kin have.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Visitor(NamedTuple):
    """``product``, ``engine`` and ``family`` are the checks' words; empty where the text does not tell.

    ``engine_version`` is set where it counts apart from ``version``. ``system`` is the name of
    Windows, where its number tells one.
    """

    product: str
    version: str
    engine: str
    engine_version: str
    family: str
    system: str


PRODUCTS = (
    (r"Edge/([0-9.]+)", "edge-legacy", "edgehtml"),
    (r"Edg/([0-9.]+)", "edge", "blink"),
    (r"OPR/([0-9.]+)", "opera", "blink"),
    (r"Vivaldi/([0-9.]+)", "vivaldi", "blink"),
    (r"YaBrowser/([0-9.]+)", "yandex", "blink"),
    (r"SamsungBrowser/([0-9.]+)", "samsung", "blink"),
    (r"Firefox/([0-9.]+)", "firefox", "gecko"),
    (r"(?:Headless)?Chrome/([0-9.]+)", "chrome", "blink"),
    (r"Version/([0-9.]+).* Safari/", "safari", "webkit"),
    (r"Trident/.*rv:([0-9.]+)", "ie", "trident"),
    (r"MSIE ([0-9.]+)", "ie", "trident"),
)
"""Pattern with the version, product, engine. Brave, Arc and others give no name of their own: they say Chrome."""

WINDOWS = {
    "5.1": "Windows XP",
    "5.2": "Windows XP",
    "6.0": "Windows Vista",
    "6.1": "Windows 7",
    "6.2": "Windows 8",
    "6.3": "Windows 8.1",
}
"""Number of NT → Windows. 10.0 is 10 and 11, which a user agent does not tell apart."""

FAMILIES = (("Windows NT", "windows"), ("Mac OS X", "macos"), ("CrOS", "linux"), ("Linux", "linux"), ("X11", "linux"))


def visitor(agent: str, full_version: str = "") -> Visitor:
    """The browser that says ``agent``; ``full_version`` is what it told besides of its whole version, or empty."""
    family = next((family for mark, family in FAMILIES if mark in agent), "")
    nt = re.search(r"Windows NT ([0-9.]+)", agent)
    system = WINDOWS.get(nt.group(1), "") if nt else ""
    said = ((re.search(pattern, agent), product, engine) for pattern, product, engine in PRODUCTS)
    version, product, engine = next(((found[1], product, engine) for found, product, engine in said if found), ("", "", ""))
    if not product:
        return Visitor("", "", "", "", family, system)
    chrome = re.search(r"Chrome/([0-9.]+)", agent)
    whole = full_version if full_version.partition(".")[0] == version.partition(".")[0] else version
    if product == "ie" and (trident := re.search(r"Trident/([0-9]+)", agent)):
        whole = f"{int(trident.group(1)) + 4}.0"  # in its compatibility view it claims to be 7
    return Visitor(product, whole, engine, chrome.group(1) if chrome and engine == "blink" else "", family, system)
