"""Where dated facts can be had by machine: one row a topic, nothing else in the program names an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from auditor.knowledge.feed_shapes import PARSERS, Shape


class Feed(NamedTuple):
    """One source of one topic.

    ``form`` is a key of :data:`auditor.knowledge.feed_shapes.PARSERS`. ``hosts`` are those that a
    redirect may lead to besides the address's own. ``basis`` is *read* at the vendor or
    *secondary*. ``limit`` is the age in days up to which the rows may be relied on. ``grows``:
    the source never drops a row, so fewer than before are a mistake. ``browser`` is the name in the tables of
    HTML5 of a browser whose newest version is known from there, roughly.
    """

    topic: str
    about: str
    address: str
    form: str
    licence: str
    basis: str
    limit: int
    grows: bool = True
    browser: str = ""
    hosts: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """The columns of its rows."""
        return PARSERS[self.form][0]


END_DATES, BUILDS, BROWSERS = 90, 35, 14
"""Ages in days up to which ends of support, builds of systems, and browsers may be relied on."""


def _endoflife(product: str, about: str, limit: int = END_DATES, browser: str = "") -> Feed:
    address = f"https://endoflife.date/api/v1/products/{product}/"
    return Feed(f"endoflife-{product}", about, address, "endoflife", "MIT", "secondary", limit, browser=browser)


_ALL: tuple[Feed, ...] = (
    _endoflife("windows", "Windows: releases and ends of support"),
    _endoflife("windows-server", "Windows Server: releases and ends of support"),
    _endoflife("macos", "macOS: releases, and which Apple still mends"),
    _endoflife("ubuntu", "Ubuntu: releases and ends of support"),
    _endoflife("debian", "Debian: releases and ends of support"),
    _endoflife("rhel", "Red Hat Enterprise Linux: releases and ends of support"),
    _endoflife("fedora", "Fedora: releases and ends of support"),
    _endoflife("office", "Microsoft Office: generations and ends of support"),
    _endoflife("libreoffice", "LibreOffice: branches and ends of support"),
    _endoflife("firefox", "Firefox: releases, and ends of extended support", BROWSERS, "firefox"),
    _endoflife("chrome", "Chrome: releases and their ends", BROWSERS, "chrome"),
    Feed(
        "chrome-releases", "Chrome for Windows: the latest stable releases",
        "https://versionhistory.googleapis.com/v1/chrome/platforms/win64/channels/stable/versions/all/releases?page_size=1000",
        "chrome", "CC-BY-4.0", "read", BROWSERS, grows=False, browser="chrome",
    ),
    Feed(
        "firefox-current", "Firefox: the present version of each channel",
        "https://product-details.mozilla.org/1.0/firefox_versions.json",
        "firefox", "no licence named; facts", "read", BROWSERS, grows=False, browser="firefox",
    ),
    Feed(
        "edge-releases", "Edge: the latest releases of each channel and platform",
        "https://edgeupdates.microsoft.com/api/products",
        "edge", "no licence named; facts", "read", BROWSERS, grows=False, browser="edge",
    ),
    Feed(
        "macos-releases", "macOS: every release with security fixes",
        "https://sofafeed.macadmins.io/v2/macos_data_feed.json",
        "sofa", "Apache-2.0", "secondary", BUILDS, grows=False,
    ),
)  # fmt: skip

FEEDS: Mapping[str, Feed] = {feed.topic: feed for feed in _ALL}
"""Topic → its source."""
