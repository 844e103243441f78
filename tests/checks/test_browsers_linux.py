from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.checks import browsers_linux as linux
from auditor.checks.collected import Collected
from auditor.model import Detected, Source, Status
from pcs import Places, collected, gaps, installed, only, why

STATUS = "/var/lib/dpkg/status"


def stanza(name: str, version: str, architecture: str = "amd64") -> str:
    return f"Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: {architecture}"


def package(name: str, version: str, architecture: str = "amd64", kind: str = "dpkg") -> dict[Source, Any]:
    place = STATUS if kind == "dpkg" else "/var/lib/rpm"
    return {Source(kind, name): Places({f"{place}#{name}": stanza(name, version, architecture)})}


def ini(name: str = "Firefox", version: str = "140.12.0", **more: str) -> str:
    lines = [f"{key}={value}" for key, value in ({"Name": name, "Version": version} | more).items()]
    return "[App]\nVendor=Mozilla\n" + "\n".join(lines) + "\n"


def at(place: str, folder: str, **more: str) -> dict[Source, Any]:
    return {Source("file", f"{place}/application.ini"): Places({f"{folder}/application.ini": ini(**more)})}


def detect(has: dict[Source, Any], **more: Any) -> Detected:
    return linux.detect(collected("linux", has, **more))


def test_firefox_esr_of_debian_is_read_from_its_own_file() -> None:
    found = only(
        detect(
            package("firefox-esr", "140.12.0esr-1~deb12u1")
            | at("/usr/lib/*", "/usr/lib/firefox-esr", RemotingName="firefox-esr")
            | {Source("file", "/etc/firefox/policies/policies.json"): json.dumps({"policies": {"DisableAppUpdate": True}})}
        ),
        "browser",
    )
    assert found == {
        "product": "firefox",
        "version": "140.12.0",
        "channel": "esr",
        "engine": "gecko",
        "engine_version": "140.12.0",
        "scope": "machine",
        "architecture": "x86_64",
        "package": "dpkg firefox-esr 140.12.0esr-1~deb12u1",
        "default": ("unknown", "no user has chosen a default, so the desktop decides"),
        "managed": ["DisableAppUpdate"],
        "file_version": "140.12.0",
        "default_for": ("unknown", "no user has chosen a default, so the desktop decides"),
        "update_policies": ["DisableAppUpdate=1 at /etc/firefox/policies/policies.json"],
        "feature_policies": [],
    }


@pytest.mark.parametrize(
    ("more", "channel"),
    [
        ({"RemotingName": "Firefox-esr"}, "esr"),
        ({"RemotingName": "firefox-esr"}, "esr"),
        ({"SourceRepository": "https://hg.mozilla.org/releases/mozilla-esr128"}, "esr"),
        ({"SourceRepository": "https://hg.mozilla.org/releases/mozilla-release"}, "stable"),
        ({"SourceRepository": "https://hg.mozilla.org/releases/mozilla-beta"}, "beta"),
        ({"SourceRepository": "https://hg.mozilla.org/mozilla-central"}, "nightly"),
    ],
)
def test_the_channel_is_the_name_it_runs_under_or_the_repository_it_was_built_from(
    more: dict[str, str], channel: str
) -> None:
    assert only(detect(at("/opt/*", "/opt/firefox", **more)), "browser")["channel"] == channel


def test_a_tarball_in_opt_is_an_installation_of_its_own() -> None:
    found = installed(detect(at("/opt/*", "/opt/firefox", version="115.9.0")), "browser")
    facts = found["firefox", "/opt/firefox"]
    assert (facts["version"], facts["scope"], facts["package"]) == ("115.9.0", "machine", "none")
    assert why(facts, "channel") == "the browser's files do not name its channel"
    assert why(facts, "architecture") == "only a package names it, and this is none"


@pytest.mark.parametrize(
    ("place", "folder", "rest"),
    [("~/*", "/home/jane.doe/firefox", "firefox"), ("~/*", "/root/firefox", "firefox"), ("~/*", "/home/jane.doe", ".")],
)
def test_an_installation_in_a_home_names_its_owner_by_a_pseudonym(place: str, folder: str, rest: str) -> None:
    ((_, where),) = installed(detect(at(place, folder)), "browser")
    owner = folder.split("/")[2] if folder.startswith("/home") else "root"
    assert where == f"{Collected.user(collected('linux', {}), owner)}: {rest}"
    assert "jane" not in where
    ((_, again),) = installed(detect(at(place, folder)), "browser")
    ((_, elsewhere),) = installed(detect(at(place, folder), device_id="f" * 32), "browser")
    assert where == again != elsewhere


def test_other_programs_with_the_same_kind_of_file_are_no_browsers() -> None:
    assert not detect(at("/usr/lib/*", "/usr/lib/thunderbird", name="Thunderbird")).facts


def test_packages_without_a_file_of_their_own_are_read_from_the_package() -> None:
    found = installed(
        detect(
            package("chromium", "150.0.7871.100-1~deb12u1")
            | package("epiphany-browser", "43.1-1", "all")
            | package("google-chrome-stable", "138.0.7204.97-1")
            | package("google-chrome-beta", "139.0.7258.5-1")
        ),
        "browser",
    )
    assert {key: each["version"] for key, each in found.items()} == {
        ("chrome", "/opt/google/chrome"): "138.0.7204.97",
        ("chrome", "/opt/google/chrome-beta"): "139.0.7258.5",
        ("chromium", "/usr/lib/chromium"): "150.0.7871.100",
        ("gnome-web", "dpkg epiphany-browser"): "43.1",
    }
    web = found["gnome-web", "dpkg epiphany-browser"]
    assert (web["engine"], web["channel"]) == ("webkit", "stable")
    assert why(web, "engine_version") == "the browser counts for itself"
    assert why(web, "managed") == "where its policies would be is not known"


def test_rpm_systems_keep_programs_in_another_folder() -> None:
    has = (
        package("firefox", "53.0.3-1.fc25", "x86_64", "rpm")
        | package("chromium", "58.0.3029.110-2.fc25", "x86_64", "rpm")
        | package("brave-browser", "1.70.123-1", "x86_64", "rpm")
        | package("opera-stable", "114.0.5282.102-0", "x86_64", "rpm")
        | package("MozillaFirefox", "128.5.0-150200.152", "x86_64", "rpm")
        | at("/usr/lib64/*", "/usr/lib64/firefox", version="53.0.3")
    )
    found = installed(detect(has), "browser")
    assert set(found) == {
        ("firefox", "/usr/lib64/firefox"),
        ("chromium", "/usr/lib64/chromium-browser"),
        ("brave", "/opt/brave.com/brave"),
        ("opera", "rpm opera-stable"),
    }
    assert found["firefox", "/usr/lib64/firefox"]["version"] == "53.0.3"


def test_a_launcher_package_is_listed_without_a_version() -> None:
    found = only(detect(package("torbrowser-launcher", "0.3.6-2")), "browser")
    assert found["channel"] == "launcher"
    assert why(found, "version") == "the package only fetches the browser"
    image = only(detect(flatpak("/var/lib/flatpak/app", "org.torproject.torbrowser-launcher", "0.3.7")), "browser")
    assert why(image, "version") == "the package only fetches the browser"


def test_ubuntus_transitional_packages_are_no_installations() -> None:
    has = package("firefox", "1:1snap1-0ubuntu2") | package("chromium-browser", "1:85.0.4183.83-0ubuntu2.22.04.1snap")
    assert not detect(has).facts


def test_a_mounted_snap_says_its_version() -> None:
    has = {
        linux.SNAPS: Places(
            {
                "/snap/firefox/current/meta/snap.yaml": "name: firefox\nversion: 138.0.1-1\narchitectures: [amd64]",
                "/snap/core22/current/meta/snap.yaml": "name: core22\nversion: '20240904'",
            }
        ),
        linux.SNAP_IMAGES: Places({"/var/lib/snapd/snaps/firefox_6159.snap": True}),
    } | at("/snap/*/current/usr/lib/*", "/snap/firefox/current/usr/lib/firefox", version="138.0.1", RemotingName="firefox")
    found = installed(detect(has), "browser")
    assert list(found) == [("firefox", "/snap/firefox")]
    assert (found["firefox", "/snap/firefox"]["version"], found["firefox", "/snap/firefox"]["package"]) == (
        "138.0.1",
        "snap firefox",
    )


def test_a_snap_that_is_not_mounted_shows_only_a_revision() -> None:
    images = ("chromium_2905.snap", "chromium_2897.snap", "core22_1621.snap")
    found = only(detect({linux.SNAP_IMAGES: Places({f"/var/lib/snapd/snaps/{name}": True for name in images})}), "browser")
    assert found["product"] == "chromium"
    assert why(found, "version") == "the snap is not mounted, and its image shows only a revision"


FLATPAK = "/var/lib/flatpak/app/org.mozilla.firefox"


def flatpak(root: str, app: str, version: str = "") -> dict[Source, Any]:
    metadata = Places(
        {f"{root}/{app}/current/active/metadata": f"[Application]\nname={app}\nruntime=org.freedesktop.Platform"}
    )
    has: dict[Source, Any] = {linux.FLATPAKS[0]: metadata}
    if version:
        has[linux.FLATPAK_VERSIONS[0]] = Places(
            {
                f"{root}/{app}/current/active/files/share/metainfo/{app}.xml": f'<release date="2026-11-01" version="{version}">\n'
                '<release version="1.0">'
            }
        )
    return has


def test_a_flatpak_says_its_version_in_its_description() -> None:
    found = installed(detect(flatpak("/var/lib/flatpak/app", "com.google.Chrome", "138.0.7204.97")), "browser")
    facts = found["chrome", "/var/lib/flatpak/app/com.google.Chrome"]
    assert (facts["version"], facts["scope"], facts["package"]) == ("138.0.7204.97", "machine", "flatpak com.google.Chrome")


def test_a_flatpak_without_a_release_is_listed_without_a_version() -> None:
    found = only(detect(flatpak("/var/lib/flatpak/app", "org.chromium.Chromium")), "browser")
    assert why(found, "version") == "the flatpak's description names no release"


def test_a_users_flatpak_is_that_users_and_its_own_file_speaks_for_it() -> None:
    root = "/home/ana/.local/share/flatpak/app"
    own = f"{root}/org.mozilla.firefox/current/active/files/lib/firefox"
    has = flatpak(root, "org.mozilla.firefox", "100.0") | at(
        "~/.local/share/flatpak/app/*/current/active/files/lib/*", own, version="131.0.3"
    )
    found = installed(detect(has), "browser")
    ((_, where),) = found
    assert where.endswith(": .local/share/flatpak/app/org.mozilla.firefox")
    assert (found["firefox", where]["version"], found["firefox", where]["scope"]) == ("131.0.3", "user")


def test_other_flatpaks_are_no_browsers() -> None:
    assert not detect(flatpak("/var/lib/flatpak/app", "org.gimp.GIMP", "2.10")).facts


def test_several_installations_of_one_browser_stay_apart() -> None:
    has = (
        package("firefox-esr", "128.3.0esr-1")
        | at("/opt/*", "/opt/firefox", version="131.0")
        | at("~/*", "/home/bo/firefox-nightly", version="133.0a1")
    )
    versions = {each["version"] for each in installed(detect(has), "browser").values()}
    assert versions == {"128.3.0esr", "131.0", "133.0a1"}


def running(*paths: str) -> dict[Source, Any]:
    return {linux.PROCESSES: Places({"running processes": list(paths)})}


def test_a_browser_running_from_a_folder_that_nothing_accounts_for_is_found_without_a_version() -> None:
    found = installed(
        detect(running("/home/ana/apps/chrome-linux64/chrome", "/home/ana/apps/chrome-linux64/chrome")), "browser"
    )
    ((name, where),) = found
    assert (name, where.partition(": ")[2]) == ("chrome", "apps/chrome-linux64")
    assert why(found[name, where], "version") == "it is running, but nothing beside it says its version"
    assert found[name, where]["scope"] == "user"


def test_a_running_browser_that_is_accounted_for_is_not_counted_twice() -> None:
    has = at("~/*", "/home/ana/firefox") | running(
        "/home/ana/firefox/firefox-bin", "/usr/lib/chromium/chromium", "/snap/firefox/1/usr/lib/firefox/firefox"
    )
    assert len(installed(detect(has), "browser")) == 1


def test_a_folder_whose_name_begins_like_anothers_is_not_the_same() -> None:
    has = at("~/*", "/home/ana/firefox") | running("/home/ana/firefox-copy/firefox")
    assert len(installed(detect(has), "browser")) == 2


@pytest.mark.parametrize(
    "program",
    [
        "chromedriver",
        "zenity",
        "operator-sdk",
        "yandex-disk",
        "firefoxes",
        "brave-keyring",
        "falkonette",
        "konqueror-helper",
        "thunderbird",
    ],
)
def test_a_program_whose_name_merely_begins_like_a_browsers_is_none(program: str) -> None:
    assert not detect(running(f"/home/ana/bin/{program}")).facts


def test_processes_that_are_no_list_are_passed_over() -> None:
    assert not detect({linux.PROCESSES: "firefox"}).facts


def test_look_alike_packages_are_not_asked_for() -> None:
    asked = {source.where for source in (*linux.DPKG, *linux.RPM)}
    assert not asked & {
        "php-sebastian-resource-operations",
        "xorg-x11-drv-openchrome",
        "fedora-user-agent-chrome",
        "hedgewars",
    }
    assert not any("*" in name for name in asked)


DEFAULT = "x-scheme-handler/https="


@pytest.mark.parametrize(
    ("text", "default"),
    [
        (f"[Default Applications]\n{DEFAULT}firefox-esr.desktop", True),
        (f"[Default Applications]\n{DEFAULT}userapp-Firefox-4XJ2B1.desktop", True),
        (f"[Default Applications]\n{DEFAULT}chromium.desktop;firefox-esr.desktop", False),
        (
            f"[Added Associations]\n{DEFAULT}firefox.desktop;chromium.desktop\n[Default Applications]\n{DEFAULT}chromium.desktop",
            False,
        ),
        (f"[Added Associations]\n{DEFAULT}firefox.desktop;chromium.desktop\n[Default Applications]", True),
        (f"[Added Associations]\n{DEFAULT}chromium.desktop;\n{DEFAULT}firefox.desktop", False),
        (f"{DEFAULT}firefox.desktop", True),
    ],
)
def test_the_default_browser_is_what_a_user_chose_not_what_could_also_open_links(text: str, default: bool) -> None:
    has = package("firefox-esr", "128.3.0esr-1") | {linux.DEFAULTS: Places({"/home/ana/.config/mimeapps.list": text})}
    assert only(detect(has), "browser")["default"] is default


@pytest.mark.parametrize("text", ["", "[Default Applications]", f"[Removed Associations]\n{DEFAULT}firefox.desktop"])
def test_a_list_without_a_choice_leaves_the_default_unknown(text: str) -> None:
    has = package("firefox-esr", "128.3.0esr-1") | {linux.DEFAULTS: text}
    assert why(only(detect(has), "browser"), "default") == "no user has chosen a default, so the desktop decides"


def test_a_default_that_could_not_be_read_or_not_be_recognised_is_unknown() -> None:
    denied = only(detect(package("firefox-esr", "128.3.0esr-1") | {linux.DEFAULTS: Status.DENIED}), "browser")
    assert "access denied" in why(denied, "default")
    chosen = {linux.DEFAULTS: f"{DEFAULT}yandex-browser.desktop"}
    nameless = only(detect(package("yandex-browser-stable", "24.1") | chosen), "browser")
    assert why(nameless, "default") == "under which name it would be chosen is not known"


CHROME = package("google-chrome-stable", "138.0.7204.97-1")
MANAGED = Source("file", "/etc/opt/chrome/policies/managed/*.json")


def test_policies_are_the_names_that_are_set() -> None:
    folder = "/etc/opt/chrome/policies/managed"
    has = CHROME | {
        MANAGED: Places({f"{folder}/a.json": '{"WebGLDisabled": true}', f"{folder}/b.json": '{"AudioCaptureAllowed": 0}'})
    }
    assert only(detect(has), "browser")["managed"] == ["AudioCaptureAllowed", "WebGLDisabled"]
    assert only(detect(CHROME), "browser")["managed"] == []


@pytest.mark.parametrize("text", ["{", "[1]", "3", "", "[" * 100_000])
def test_a_policy_file_that_is_broken_leaves_the_policies_unknown(text: str) -> None:
    has = CHROME | {MANAGED: Places({"/etc/opt/chrome/policies/managed/a.json": text})}
    assert (
        why(only(detect(has), "browser"), "managed")
        == "/etc/opt/chrome/policies/managed/a.json is not a policy file that can be read"
    )


@pytest.mark.parametrize(("what", "says"), [(Status.DENIED, "access denied"), (Status.FAILED, "broken")])
def test_a_policy_file_that_could_not_be_read_leaves_the_policies_unknown(what: Status, says: str) -> None:
    assert says in why(only(detect(CHROME | {MANAGED: what}), "browser"), "managed")


def test_a_distributions_policies_beside_the_program_count_too() -> None:
    path = "/usr/lib/firefox-esr/distribution/policies.json"
    other = "/usr/lib/firefox/distribution/policies.json"
    has = package("firefox-esr", "128.3.0esr-1") | {
        linux.DISTRIBUTION[0]: Places(
            {path: '{"policies": {"BlockAboutConfig": true}}', other: '{"policies": {"Other": 1}}'}
        )
    }
    assert only(detect(has), "browser")["managed"] == ["BlockAboutConfig"]


def test_a_database_that_was_denied_is_a_gap() -> None:
    found = detect({Source("dpkg", "firefox"): Places({"dpkg database": (Status.DENIED, "Permission denied")})})
    assert gaps(found, "browser") == ["dpkg database: access denied: Permission denied"]


def test_a_system_with_neither_database_is_a_gap() -> None:
    has = {source: Places({"x": (Status.ABSENT, "no dpkg database here")}) for source in linux.DPKG}
    has |= {source: Places({"x": (Status.ABSENT, "no rpm database here")}) for source in linux.RPM}
    assert gaps(detect(has), "browser") == ["no dpkg and no rpm database: other kinds of packages are not read"]


def test_images_that_were_denied_are_a_gap() -> None:
    assert gaps(detect({linux.SNAPS: Status.DENIED}), "browser")
    assert gaps(detect({linux.FLATPAKS[0]: Status.DENIED}), "browser")


def test_other_users_homes_are_a_gap_for_users_only() -> None:
    found = detect({Source("file", "~/*/application.ini"): Places({"/home/ana": Status.DENIED, "/root": Status.DENIED})})
    assert gaps(found, "browser") == []
    assert gaps(found, "browser", "user") == ["~/*/application.ini: access denied: Permission denied"]


def test_a_clean_pc_has_no_gaps_and_no_browsers() -> None:
    found = detect({})
    assert (found.facts, found.gaps) == ((), ())


def test_what_was_not_collected_is_a_gap_and_no_clean_pc() -> None:
    assert gaps(detect({}, rest=None), "browser")


def test_red_hats_package_does_not_tell_an_esr_from_a_release() -> None:
    found = installed(detect(package("firefox", "115.9.1-1.el9_3", "x86_64", "rpm")), "browser")
    assert why(found["firefox", "/usr/lib64/firefox"], "channel")


def test_an_engine_is_not_claimed_for_a_version_that_is_not_known() -> None:
    has = {
        linux.FLATPAKS[0]: Places({"/var/lib/flatpak/app/com.opera.Opera/current/active/metadata": "name=com.opera.Opera"})
    }
    facts = only(detect(has), "browser")
    assert why(facts, "engine") == why(facts, "version")


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (linux.INI_PLACES[3], "/opt/firefox/application.ini"),
        (linux.INI_PLACES[6], "/snap"),
        (linux.FLATPAKS[0], "/var/lib/flatpak/app"),
        (linux.SNAPS, "/snap"),
        (linux.SNAP_IMAGES, "/var/lib/snapd/snaps"),
    ],
)
@pytest.mark.parametrize("status", [Status.DENIED, Status.FAILED])
def test_every_place_outside_homes_that_was_not_read_is_a_gap(source: Source, place: str, status: Status) -> None:
    found = detect({source: Places({place: status})})
    (reason,) = gaps(found, "browser")
    assert reason.startswith(f"{place}: ")
    assert not gaps(found, "browser", "user")


@pytest.mark.parametrize("place", ["/home", "/home/ana", "/home/ana/.local/share/flatpak/app", "/root", "~/.local/*"])
@pytest.mark.parametrize("source", [linux.FLATPAKS[1], Source("file", "~/.local/*/application.ini")])
def test_a_home_that_was_not_read_is_a_gap_for_users_that_names_nobody(source: Source, place: str) -> None:
    found = detect({source: Places({place: Status.DENIED})})
    assert not gaps(found, "browser")
    (reason,) = gaps(found, "browser", "user")
    assert reason.startswith("~/.local/")
    assert "ana" not in reason


def test_other_users_programs_are_a_gap_for_users_and_what_only_a_running_pc_tells_is_none() -> None:
    hidden = detect(
        {linux.PROCESSES: Places({"running processes": (Status.DENIED, "other users' programs cannot be seen")})}
    )
    assert not gaps(hidden, "browser")
    assert gaps(hidden, "browser", "user") == ["running processes: access denied: other users' programs cannot be seen"]
    assert not detect({linux.PROCESSES: (Status.FAILED, "only a running PC can answer this")}).gaps


def test_where_browsers_were_looked_for_is_shown_by_a_handful_of_readings() -> None:
    looked = detect({}).looked["browser"]
    assert {reading.source.kind for reading in looked} >= {"dpkg", "rpm", "lines", "exists", "process", "file"}
    assert len(looked) <= 8


def test_a_default_that_was_refused_names_no_user() -> None:
    refused = {linux.DEFAULTS: Places({f"/home/{name}/.config/mimeapps.list": Status.DENIED for name in ("ana", "bo")})}
    found = only(detect(package("firefox-esr", "128.3.0esr-1") | refused), "browser")
    assert why(found, "default") == "~/.config/mimeapps.list: access denied: Permission denied"


@pytest.mark.parametrize(
    "program",
    ["firefox", "firefox-bin", "firefox.real", "brave-browser-nightly", "yandex_browser", "opera-beta", ".firefox-wrapped"],
)
def test_a_browsers_program_may_have_a_variants_name(program: str) -> None:
    assert len(installed(detect(running(f"/home/ana/bin/{program}")), "browser")) == 1


@pytest.mark.parametrize("folder", ["/opt/x", "/srv/apps/x", "/tmp/x", "/nix/store/x/bin"])
def test_a_browser_running_outside_homes_is_the_machines_by_its_folder(folder: str) -> None:
    found = installed(detect(running(f"{folder}/firefox")), "browser")
    assert list(found) == [("firefox", folder)]
    assert found["firefox", folder]["scope"] == "machine"


@pytest.mark.parametrize(
    "path",
    [
        "/snap/firefox/1/firefox",
        "/app/bin/firefox",
        "/newroot/app/firefox",
        "/usr/bin/firefox",
        "/var/lib/flatpak/app/x/firefox",
    ],
)
def test_a_running_program_of_a_package_or_an_image_is_no_installation_of_its_own(path: str) -> None:
    assert not detect(running(path)).facts


def test_a_package_whose_folder_is_not_known_accounts_for_its_browser_wherever_that_runs() -> None:
    has = package("opera-stable", "114.0.5282.102") | running("/opt/opera/opera", "/home/ana/opera/opera")
    assert {where.partition(" ")[0] for _, where in installed(detect(has), "browser")} == {"dpkg", "user"}


def test_roots_own_folder_is_a_home() -> None:
    ((_, where),) = installed(detect(running("/root/firefox")), "browser")
    assert where.startswith("user ")
    assert where.endswith(": .")


def test_red_hats_other_browsers_follow_the_channel_of_their_package() -> None:
    found = installed(detect(package("google-chrome-stable", "158.0.8100.10-1.el9", "x86_64", "rpm")), "browser")
    assert found["chrome", "/opt/google/chrome"]["channel"] == "stable"


def test_tor_browser_is_found_by_the_file_that_only_it_has() -> None:
    line = '{"version":"14.5.6","architecture":"linux-x86_64","channel":"release","locale":"en-US"}'
    folder = "/home/ana/.local/share/torbrowser/tbb/x86_64/tor-browser/Browser"
    has = {linux.TOR[2]: Places({f"{folder}/tbb_version.json": line})}
    ((_, where),) = found = installed(detect(has), "browser")
    tor = found["tor", where]
    assert (tor["version"], tor["file_version"], tor["channel"], tor["scope"]) == ("14.5.6", "14.5.6", "stable", "user")
    assert "ana" not in where
    broken = only(detect({linux.TOR[0]: Places({"/home/ana/tor-browser/Browser/tbb_version.json": "{"})}), "browser")
    assert why(broken, "version") == "the file beside it names none"


def test_a_browser_that_is_made_of_tors_is_another() -> None:
    line = '{"version":"14.5.6","architecture":"linux-x86_64","channel":"release","locale":"en-US"}'
    has = {linux.TOR[3]: Places({"/opt/mullvad-browser/Browser/tbb_version.json": line})}
    found = only(detect(has), "browser")
    assert (found["product"], found["version"], found["scope"]) == ("mullvad", "14.5.6", "machine")


def test_each_user_has_a_default_of_their_own_by_pseudonym() -> None:
    lists = {
        f"/home/{name}/.config/mimeapps.list": f"{DEFAULT}{file}"
        for name, file in (("ana", "firefox-esr.desktop"), ("bo", "x.desktop"))
    }
    found = only(detect(package("firefox-esr", "128.3.0esr-1") | {linux.DEFAULTS: Places(lists)}), "browser")
    assert found["default"] is True
    assert found["default_for"] == [Collected.user(collected("linux", {}), "ana")]


def test_policies_that_switch_features_off_are_told_with_value_and_place() -> None:
    text = json.dumps({"DefaultJavaScriptSetting": 2, "AudioCaptureAllowed": True, "WebRtcIPHandling": "default"})
    found = only(detect(CHROME | {MANAGED: Places({"/etc/opt/chrome/policies/managed/a.json": text})}), "browser")
    assert found["feature_policies"] == ["DefaultJavaScriptSetting=2 at /etc/opt/chrome/policies/managed/a.json"]
    assert found["update_policies"] == []
    assert found["managed"] == ["AudioCaptureAllowed", "DefaultJavaScriptSetting", "WebRtcIPHandling"]


@pytest.mark.parametrize(
    ("place", "folder"),
    [("/usr/lib64/*", "/usr/lib64/firefox"), ("/opt/*", "/opt/firefox"), ("~/*", "/home/jane/firefox")],
)
def test_a_policy_file_beside_the_program_counts_wherever_that_is(place: str, folder: str) -> None:
    file = Source("file", f"{place}/distribution/policies.json")
    has = at(place, folder) | {
        file: Places({f"{folder}/distribution/policies.json": '{"policies": {"AppAutoUpdate": false}}'})
    }
    [update] = only(detect(has), "browser")["update_policies"]
    assert update == f"AppAutoUpdate=0 at {folder.replace('/home/jane', '~')}/distribution/policies.json"


def test_chromiums_policies_are_in_one_of_two_folders() -> None:
    path = "/etc/chromium-browser/policies/managed/site.json"
    has = package("chromium", "138.0.7204.92-1~deb12u1") | {
        Source("file", "/etc/chromium-browser/policies/managed/*.json"): Places({path: '{"Disable3DAPIs": true}'})
    }
    assert only(detect(has), "browser")["feature_policies"] == [f"Disable3DAPIs=1 at {path}"]


def test_the_systems_policies_are_not_a_flatpaks() -> None:
    has: dict[Source, Any] = {
        linux.FLATPAKS[0]: Places(
            {"/var/lib/flatpak/app/com.google.Chrome/current/active/metadata": "name=com.google.Chrome"}
        ),
        MANAGED: Places({"/etc/opt/chrome/policies/managed/a.json": '{"Disable3DAPIs": true}'}),
    }
    facts = only(detect(has), "browser")
    for name in ("managed", "update_policies", "feature_policies"):
        assert why(facts, name) == "a flatpak does not see the system's policy files, and its own were not read"


def test_amazons_package_does_not_tell_an_esr_from_a_release() -> None:
    facts = only(detect(package("firefox", "128.12.0-1.amzn2.0.1", "x86_64", "rpm")), "browser")
    assert (facts["version"], facts["channel"][0]) == ("128.12.0", "unknown")


@pytest.mark.parametrize(
    ("name", "written", "version"),
    [
        ("firefox", "140.0.2+linuxmint1+xia", "140.0.2"),
        ("firefox", "1:140.0.2+build1-0ubuntu0.22.04.1~mt1", "140.0.2"),
        ("chromium", "138.0.7204.92~linuxmint1+xia", "138.0.7204.92"),
        ("chromium", "55.0.2883.87-1.fc25", "55.0.2883.87"),
    ],
)
def test_a_packagers_additions_are_not_the_browsers_version(name: str, written: str, version: str) -> None:
    assert only(detect(package(name, written)), "browser")["version"] == version
