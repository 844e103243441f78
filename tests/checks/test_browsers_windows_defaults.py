"""Which browser each user's links open with, on every Windows."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import browsers_windows as windows
from auditor.checks import browsers_windows_defaults as defaults
from auditor.checks import programs_windows as programs
from auditor.checks.system_windows import CURRENT_VERSION
from auditor.model import Source, Status
from pcs import DEVICE, Places, collected, installed, why

UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
NOT_LOOKED = {source: Status.FAILED for source in windows.WANTS if source.kind in ("program", "file")}
LATEST, CHOICE, LATEST_HTTP, CHOICE_HTTP = defaults.CHOSEN
ANA, BO = "S-1-5-21-1", "S-1-12-1-2"


def chose(source: Source, **by_user: str) -> dict[Source, Any]:
    users = {"ana": ANA, "bo": BO}
    return {source: Places({rf"HKU\{users[user]}\Software\x": {"ProgId": prog_id} for user, prog_id in by_user.items()})}


def entry(name: str, version: str) -> dict[str, str]:
    return {"DisplayName": name, "DisplayVersion": version}


def found(has: dict[Source, Any], *more: tuple[str, str], build: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    names = (("Google Chrome", "138.0.7204.97"), ("Mozilla Firefox 140.0 (x64 fr)", "140.0"), *more)
    listed = {rf"HKLM\SOFTWARE\{UNINSTALL}\{name}": entry(name, version) for name, version in names}
    system = {CURRENT_VERSION: {"CurrentBuild": build}} if build else {}
    return installed(
        windows.detect(collected("windows", NOT_LOOKED | {programs.MACHINE[0]: Places(listed)} | system | has)), "browser"
    )


def whose(facts: dict[tuple[str, str], dict[str, Any]], product: str) -> Any:
    return next(each["default_for"] for (name, _), each in facts.items() if name == product)


def pseudonym(user: str) -> str:
    return collected("windows", {}).user(user)


def test_each_user_has_a_default_of_their_own_by_pseudonym() -> None:
    facts = found(chose(CHOICE, ana="ChromeHTML", bo="FirefoxURL-308046B0AF4A39CB"))
    assert whose(facts, "chrome") == [pseudonym(ANA)]
    assert whose(facts, "firefox") == [pseudonym(BO)]
    assert ANA not in str(facts)
    assert DEVICE.id not in str(facts)


def test_the_latest_choice_of_windows_11_goes_before_the_older_one() -> None:
    facts = found(chose(LATEST, ana="FirefoxURL-308046B0AF4A39CB") | chose(CHOICE, ana="ChromeHTML"))
    assert (whose(facts, "firefox"), whose(facts, "chrome")) == ([pseudonym(ANA)], [])


def test_a_choice_for_secure_links_goes_before_one_for_others() -> None:
    facts = found(
        chose(CHOICE, ana="ChromeHTML") | chose(LATEST_HTTP, ana="FirefoxURL-1") | chose(CHOICE_HTTP, bo="IE.HTTP")
    )
    assert (whose(facts, "chrome"), whose(facts, "firefox")) == ([pseudonym(ANA)], [])


@pytest.mark.parametrize("prog_id", ["ChromeHTML", "chromehtml", "ChromeHTML.ABCDEF", "Google Chrome"])
def test_a_choice_is_known_by_its_name_whatever_follows_it(prog_id: str) -> None:
    assert whose(found(chose(CHOICE, ana=prog_id)), "chrome") == [pseudonym(ANA)]


def test_a_name_that_merely_begins_alike_is_another() -> None:
    assert whose(found(chose(CHOICE, ana="ChromeHTMLX")), "chrome") == []


def test_channels_have_names_of_their_own() -> None:
    facts = found(chose(CHOICE, ana="ChromeSSHTM.ABC"), ("Google Chrome Canary", "140.0.1.2"))
    by_place = {where: each["default"] for (name, where), each in facts.items() if name == "chrome"}
    assert by_place == {"machine: stable": False, "machine: canary": True}


def test_a_users_own_installation_goes_before_the_machines() -> None:
    own = {
        programs.USERS[0]: Places({rf"HKU\{ANA}\Software\{UNINSTALL}\Google Chrome": entry("Google Chrome", "137.0.1.1")})
    }
    facts = found(own | chose(CHOICE, ana="ChromeHTML"))
    by_scope = {each["scope"]: each["default"] for (name, _), each in facts.items() if name == "chrome"}
    assert by_scope == {"user": True, "machine": False}


def test_a_choice_that_fits_several_is_unknown_for_them_and_no_for_the_rest() -> None:
    facts = found(chose(CHOICE, ana="FirefoxURL-308046B0AF4A39CB"), ("Mozilla Firefox 52.9.0 ESR (x86 fr)", "52.9.0"))
    firefoxes = [each for (name, _), each in facts.items() if name == "firefox"]
    assert [why(each, "default") for each in firefoxes] == [
        "several of it are installed, and the choice does not tell which"
    ] * 2
    assert [each["default"] for (name, _), each in facts.items() if name == "chrome"] == [False]


def test_before_windows_8_the_default_of_the_start_menu_counts() -> None:
    named = {defaults.OF_USER: Places({rf"HKU\{ANA}\Software\Clients\StartMenuInternet": {"": "FIREFOX.EXE"}})}
    assert whose(found(named, build="7601"), "firefox") == [pseudonym(ANA)]
    assert whose(found(named), "firefox") == [pseudonym(ANA)]
    assert why(next(iter(found(named, build="19045").values())), "default") == "no user has chosen one"
    chosen = named | chose(CHOICE, ana="ChromeHTML")
    assert whose(found(chosen, build="7601"), "chrome") == [pseudonym(ANA)]


def test_the_machines_own_default_is_a_default_of_nobody_in_particular() -> None:
    machine = {defaults.OF_MACHINE: {"": "Google Chrome"}}
    facts = found(machine, build="2600")
    chrome = next(each for (name, _), each in facts.items() if name == "chrome")
    assert (chrome["default"], chrome["default_for"]) == (True, [])


def test_before_windows_8_the_program_that_opens_links_may_be_all_that_is_known() -> None:
    at = r"C:\Program Files\Mozilla Firefox\firefox.exe"
    facts = found(
        {defaults.OF_LINKS: Places({at: {"named_by": r"HKLM\SOFTWARE\Classes\http\shell\open\command"}})}, build="2600"
    )
    assert {name: each["default"] for (name, _), each in facts.items()} == {"chrome": False, "firefox": True}
