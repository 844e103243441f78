r"""How each family of browsers is started for the probe, and which program belongs to an installation.

What the switches and preferences do was tried with Chromium 67 to 156 and Firefox ESR 153
on Debian: with them, nothing is looked up in DNS and nothing is connected to but this
machine. No preference of Firefox is a feature's: it would hide what a policy sets.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.model import Detected, Fact, Status, Subject

NEW_HEADLESS = 112
"""The first Chromium whose headless mode is the browser itself (developer.chrome.com, "Chrome Headless mode")."""

CHROMIUM_FLAGS: tuple[str, ...] = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-quic",
    "--no-pings",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-features=Translate,MediaRouter,OptimizationHints,WebRtcHideLocalIpsWithMdns",
    "--proxy-server=http://127.0.0.1:9",
)
"""Quiet, and deaf to the world: the proxy is dead, and this machine is reached without one."""

OLD_HEADLESS = ("--headless", "--remote-debugging-port=0", "--proxy-bypass-list=127.0.0.1;localhost")
"""The old headless mode opens an address only where it can also be debugged; and before 72, this machine was no exception
from a proxy."""

NO_SOFTWARE_GL = "--disable-software-rasterizer"
"""Without it a headless Chromium draws WebGL by software, which the user's own window does not."""

FIREFOX_PREFERENCES: Mapping[str, bool | int | str] = MappingProxyType(
    {
        "app.normandy.enabled": False,
        "app.update.auto": False,
        "app.update.enabled": False,
        "browser.aboutwelcome.enabled": False,
        "browser.newtabpage.enabled": False,
        "browser.newtabpage.activity-stream.feeds.topsites": False,
        "browser.ping-centre.telemetry": False,
        "browser.region.network.url": "",
        "browser.safebrowsing.blockedURIs.enabled": False,
        "browser.safebrowsing.downloads.enabled": False,
        "browser.safebrowsing.malware.enabled": False,
        "browser.safebrowsing.phishing.enabled": False,
        "browser.search.update": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.homepage_override.mstone": "ignore",
        "browser.startup.page": 0,
        "browser.topsites.contile.enabled": False,
        "datareporting.healthreport.uploadEnabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "extensions.getAddons.cache.enabled": False,
        "extensions.systemAddon.update.enabled": False,
        "extensions.update.enabled": False,
        "media.gmp-manager.updateEnabled": False,
        "media.peerconnection.ice.obfuscate_host_addresses": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "network.dns.disabled": True,
        "network.dns.disablePrefetch": True,
        "network.http.speculative-parallel-limit": 0,
        "network.prefetch-next": False,
        "network.proxy.type": 0,
        "toolkit.telemetry.enabled": False,
        "toolkit.telemetry.reportingpolicy.firstRun": False,
    }
)
"""What keeps Firefox quiet: no telemetry, updates, start pages, look-ups. A locked policy wins over all of it."""


class Target(NamedTuple):
    """One installation that can be measured: where it is, and the program that starts it.

    ``where`` is that of its subject. ``managed`` names the policies that are set for it;
    None where that is not known. ``user`` says that it is one user's own.
    """

    product: str
    engine: str
    version: str
    where: str
    program: str
    managed: tuple[str, ...] | None = ()
    user: bool = False


class Program(NamedTuple):
    r"""What a product's program is called: in its folder on Linux, in Contents/MacOS on macOS, on Windows."""

    linux: tuple[str, ...] = ()
    macos: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()


PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {
        "chrome": Program(
            ("chrome",),
            ("Google Chrome", "Google Chrome Beta", "Google Chrome Dev", "Google Chrome Canary"),
            ("chrome.exe",),
        ),
        "edge": Program(
            ("msedge",),
            ("Microsoft Edge", "Microsoft Edge Beta", "Microsoft Edge Dev", "Microsoft Edge Canary"),
            ("msedge.exe",),
        ),
        "chromium": Program(("chromium", "chromium-browser", "chrome"), ("Chromium",), ("chrome.exe",)),
        "brave": Program(("brave",), ("Brave Browser", "Brave Browser Beta", "Brave Browser Nightly"), ("brave.exe",)),
        "vivaldi": Program(("vivaldi-bin",), ("Vivaldi", "Vivaldi Snapshot"), ("vivaldi.exe",)),
        "opera": Program(("opera",), ("Opera",), ("opera.exe",)),
        "opera-gx": Program((), ("Opera GX", "Opera"), ("opera.exe",)),
        "yandex": Program(("yandex_browser",), ("Yandex",), ("browser.exe",)),
        "firefox": Program(
            ("firefox-esr", "firefox", "firefox-bin", "firefox-beta", "firefox-devedition", "firefox-nightly"),
            ("firefox",),
            ("firefox.exe",),
        ),
        "librewolf": Program(("librewolf", "librewolf-bin"), ("librewolf",), ("librewolf.exe",)),
        "waterfox": Program(("waterfox", "waterfox-bin"), ("waterfox",), ("waterfox.exe",)),
        "zen": Program(("zen", "zen-bin"), ("zen",), ("zen.exe",)),
    }
)
"""Product → its programs. Only Chrome's and Firefox's on Debian were tried; a product that is not here is not started."""

BY_HAND = "open the page of `auditor probe --page` in it"
"""What can be done where a browser is not started by itself."""

NOT_STARTED: Mapping[str, str] = MappingProxyType(
    {
        "safari": f"Safari has no headless mode, and would open the user's own session: {BY_HAND}",
        "ie": f"Internet Explorer has no headless mode: {BY_HAND}",
        "edge-legacy": f"this Edge has no headless mode: {BY_HAND}",
        "tor": "Tor Browser starts Tor with itself, which goes out to the network",
    }
)
"""Product → why it is not started."""

_ENGINES = ("blink", "gecko")


def targets(
    detected: Detected, is_file: Callable[[str], bool] = os.path.isfile
) -> tuple[list[Target], list[tuple[Subject, str]]]:
    """The installations that can be measured, and for each other one why not."""
    found: list[Target] = []
    left: list[tuple[Subject, str]] = []
    by_subject: dict[Subject, dict[str, Fact]] = {}
    for fact in detected.facts:
        if fact.subject.kind == "browser":
            by_subject.setdefault(fact.subject, {})[fact.name] = fact
    for subject, facts in by_subject.items():
        engine = _text(facts, "engine")
        program, reason = _program(subject, engine, facts, is_file)
        if not program:
            left.append((subject, reason))
            continue
        version = _text(facts, "engine_version") or _text(facts, "version")
        managed = facts["managed"].value if "managed" in facts else None
        policies = tuple(str(each) for each in managed) if isinstance(managed, list) else None
        own = _text(facts, "scope") == "user"
        found.append(Target(subject.name, engine, version, subject.where, program, policies, own))
    return found, left


def _text(facts: Mapping[str, Fact], name: str) -> str:
    value = facts[name].value if name in facts else None
    return value if isinstance(value, str) else ""


def _program(subject: Subject, engine: str, facts: Mapping[str, Fact], is_file: Callable[[str], bool]) -> tuple[str, str]:
    """The program's path; or nothing, and why."""
    names = PROGRAMS.get(subject.name)
    if subject.name in NOT_STARTED:
        return "", NOT_STARTED[subject.name]
    if names is None or engine not in _ENGINES:
        return "", f"{subject.name} cannot be started headless on a profile of its own: {BY_HAND}"
    package = _text(facts, "package")
    if package.startswith(("flatpak", "snap")):
        return "", f"a {package.partition(' ')[0]} is started through its sandbox, with a home of its own: {BY_HAND}"
    for path in _candidates(subject, names, facts):
        if is_file(path):
            return path, ""
    return "", "its program file was not found where it is installed"


def _candidates(subject: Subject, names: Program, facts: Mapping[str, Fact]) -> Iterable[str]:
    """Where the program may be: by the subject's own place, else by the places that its facts were read from."""
    places = [subject.where] if subject.where.startswith("/") else []
    for fact in facts.values():
        for reading in fact.evidence:
            if reading.status is not Status.READ:
                continue
            if reading.source.kind == "program" and _base(reading.at) in names.windows:
                yield reading.at
            elif reading.source.kind in ("file", "plist") and _base(reading.at) in ("application.ini", "info.plist"):
                places.append(reading.at[: -len(_base(reading.at)) - 1].removesuffix("/Contents/Resources"))
    for place in dict.fromkeys(each.removesuffix("/Contents") for each in places):
        if place.endswith(".app"):
            yield from (f"{place}/Contents/MacOS/{name}" for name in names.macos)
        elif "\\" in place:
            yield from (f"{place}\\{name}" for name in names.windows)
        else:
            yield from (f"{place}/{name}" for name in names.linux)


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].casefold()


def major(target: Target) -> int:
    """The first number of the engine's version; 0 where it is not known."""
    text = target.version.partition(".")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def is_old(target: Target) -> bool:
    """Whether its headless mode is the old one of Chromium, which heeds no policies."""
    return target.engine == "blink" and 0 < major(target) < NEW_HEADLESS


def flags(target: Target, *, as_root: bool = False, software_gl: bool = False) -> tuple[str, ...]:
    """The words that start it, without profile and address.

    ``as_root``: it is started by root on Linux, where Chromium's sandbox cannot be used.
    ``software_gl`` leaves WebGL by software to Chromium.
    """
    if target.engine == "gecko":
        return ("-headless", "-no-remote", "-wait-for-browser")
    mode = OLD_HEADLESS if is_old(target) else ("--headless=new",)
    gl = () if software_gl else (NO_SOFTWARE_GL,)
    return (*mode, *CHROMIUM_FLAGS, *gl, *(("--no-sandbox",) if as_root else ()))


def command(target: Target, words: Iterable[str], profile: str, address: str) -> list[str]:
    """The whole command, for a profile's folder and a page's address."""
    own = ["-profile", profile] if target.engine == "gecko" else [f"--user-data-dir={profile}"]
    return [target.program, *words, *own, address]


def user_js() -> str:
    """The preferences as Firefox reads them from ``user.js``."""
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in FIREFOX_PREFERENCES.items())
    return "".join(lines)


def digest(target: Target, words: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, of all that the browser was told beside profile and address."""
    told = [*words, *([user_js()] if target.engine == "gecko" else [])]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
