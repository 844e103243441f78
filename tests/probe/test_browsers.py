"""Which program an installation is started by, and with which words."""

from __future__ import annotations

import json
import re

import pytest

from auditor.model import Detected, Fact, Reading, Source, Status, Subject, Value
from auditor.probe import browsers
from auditor.probe.browsers import Target


def detected(name: str, where: str, *evidence: Reading, **facts: Value) -> Detected:
    subject = Subject("browser", name, where)
    return Detected(
        tuple(
            Fact(subject, fact, value, evidence, "" if value is not None else "could not be read")
            for fact, value in {"product": name, **facts}.items()
        )
    )


def read(kind: str, at: str) -> Reading:
    return Reading(Source(kind, at), at, Status.READ, {"version": "1"})


CASES = {
    "a package of Debian": (
        detected("chromium", "/usr/lib/chromium", engine="blink", version="156.0.1", managed=["Disable3DAPIs"], package="dpkg chromium 1"),
        "/usr/lib/chromium/chromium",
        Target("chromium", "blink", "156.0.1", "/usr/lib/chromium", "/usr/lib/chromium/chromium", ("Disable3DAPIs",)),
    ),
    "a program in a home": (
        detected("firefox", "user 1: firefox", read("file", "/home/ann/firefox/application.ini"), engine="gecko", version="140.0", scope="user"),
        "/home/ann/firefox/firefox",
        Target("firefox", "gecko", "140.0", "user 1: firefox", "/home/ann/firefox/firefox", None, True),
    ),
    "a program of Windows": (
        detected("edge", "machine: stable", read("program", r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"), engine="blink", version="138.0", managed=[]),
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        Target("edge", "blink", "138.0", "machine: stable", r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe", ()),
    ),
    "a Firefox of Windows, by the file beside it": (
        detected("firefox", "machine: esr", read("file", r"C:\Program Files\Mozilla Firefox\application.ini"), engine="gecko", version="140.0", managed=[]),
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
        Target("firefox", "gecko", "140.0", "machine: esr", r"C:\Program Files\Mozilla Firefox\firefox.exe", ()),
    ),
    "an application of macOS": (
        detected("chrome", "/Applications/Google Chrome.app", engine="blink", version="156.0", managed=[]),
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        Target("chrome", "blink", "156.0", "/Applications/Google Chrome.app", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", ()),
    ),
    "an application in a home on macOS": (
        detected("firefox", "user 1: Applications/Firefox.app", read("plist", "/Users/ann/Applications/Firefox.app/Contents/Info.plist"), engine="gecko", version="150.0", managed=[], scope="user"),
        "/Users/ann/Applications/Firefox.app/Contents/MacOS/firefox",
        Target("firefox", "gecko", "150.0", "user 1: Applications/Firefox.app", "/Users/ann/Applications/Firefox.app/Contents/MacOS/firefox", (), True),
    ),
    "the engine's version counts": (
        detected("brave", "/opt/brave.com/brave", engine="blink", version="1.80.113", engine_version="138", managed=None),
        "/opt/brave.com/brave/brave",
        Target("brave", "blink", "138", "/opt/brave.com/brave", "/opt/brave.com/brave/brave", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_program_of_an_installation_is_found(case: str) -> None:
    given, there, target = CASES[case]
    assert browsers.targets(given, {there}.__contains__) == ([target], [])


@pytest.mark.parametrize(
    ("name", "facts", "why"),
    [
        ("safari", {"engine": "webkit"}, "auditor probe --page"),
        ("ie", {"engine": "trident"}, "auditor probe --page"),
        ("edge-legacy", {"engine": "edgehtml"}, "auditor probe --page"),
        ("gnome-web", {"engine": "webkit"}, "auditor probe --page"),
        ("falkon", {"engine": "blink"}, "auditor probe --page"),
        ("tor", {"engine": "gecko"}, "network"),
        ("opera", {"engine": "presto"}, "auditor probe --page"),
        ("firefox", {"engine": "gecko", "package": "flatpak org.mozilla.firefox"}, "sandbox"),
        ("firefox", {"engine": "gecko", "package": "snap firefox"}, "sandbox"),
        ("firefox", {"engine": None}, "auditor probe --page"),
        ("chrome", {"engine": "blink"}, "was not found"),
    ],
)
def test_what_cannot_be_started_says_why(name: str, facts: dict[str, Value], why: str) -> None:
    found, left = browsers.targets(detected(name, "/somewhere", **facts), lambda _: False)
    assert found == []
    assert [subject.name for subject, _ in left] == [name]
    assert why in left[0][1]


CHROMIUM = Target("chromium", "blink", "156.0", "/x", "/x/chromium")
FIREFOX = Target("firefox", "gecko", "153.0", "/x", "/x/firefox")


def test_a_chromium_is_headless_quiet_and_without_a_way_out() -> None:
    words = browsers.flags(CHROMIUM)
    assert "--headless=new" in words
    assert "--proxy-server=http://127.0.0.1:9" in words
    assert "--disable-software-rasterizer" in words
    assert "--no-sandbox" not in words
    assert "--no-sandbox" in browsers.flags(CHROMIUM, as_root=True)
    assert "--disable-software-rasterizer" not in browsers.flags(CHROMIUM, software_gl=True)


@pytest.mark.parametrize(
    ("version", "old"), [("111.0.1", True), ("112.0", False), ("", False), ("nightly", False), ("67", True)]
)
def test_the_headless_mode_before_112_is_another(version: str, old: bool) -> None:
    target = CHROMIUM._replace(version=version)
    assert browsers.is_old(target) == old
    assert ("--remote-debugging-port=0" in browsers.flags(target)) == old
    assert not browsers.is_old(FIREFOX._replace(version=version))


def test_profile_and_address_come_last() -> None:
    assert browsers.command(CHROMIUM, ["-a"], "/p", "http://x") == ["/x/chromium", "-a", "--user-data-dir=/p", "http://x"]
    assert browsers.command(FIREFOX, ["-a"], "/p", "http://x") == ["/x/firefox", "-a", "-profile", "/p", "http://x"]


def test_no_preference_of_firefox_is_a_feature_that_is_asked_for() -> None:
    features = (
        "webgl",
        "dom.",
        "geo.",
        "javascript.",
        "media.peerconnection.enabled",
        "media.eme",
        "media.mediasource",
        "pdfjs",
        "permissions.",
        "network.cookie",
    )
    assert not [name for name in browsers.FIREFOX_PREFERENCES if name.startswith(features)]
    lines = browsers.user_js().splitlines()
    found = {
        m.group(1): json.loads(m.group(2)) for line in lines if (m := re.fullmatch(r'user_pref\("([\w.-]+)", (.+)\);', line))
    }
    assert found == dict(browsers.FIREFOX_PREFERENCES)


def test_what_a_browser_was_told_has_one_hash() -> None:
    words = browsers.flags(CHROMIUM)
    assert browsers.digest(CHROMIUM, words) == browsers.digest(CHROMIUM, words)
    assert (
        len({browsers.digest(CHROMIUM, words), browsers.digest(CHROMIUM, words[1:]), browsers.digest(FIREFOX, words)}) == 3
    )
