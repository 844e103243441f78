from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import office_click as click
from auditor.model import Reading, Source, Status
from pcs import collected

ADDRESS = "http://officecdn.microsoft.com/pr/"
MONTHLY, SEMI = f"{ADDRESS}55336b82-a18d-4dd6-b5f6-9e5095c314a6", f"{ADDRESS}7FFBC6BF-BC32-4F92-8982-F9DD17FD3114"
CURRENT = f"{ADDRESS}492350f6-3a01-4f97-b9c0-c7c6ddf67d60"


def channel(has: dict[Source, Any] | None = None, *, of_2013: bool = False, **values: str) -> click.Channel:
    source = click.CONFIGURATIONS[of_2013]
    given = collected("windows", {source: values, **(has or {})})
    return click.channel(given, Reading(source, source.where.partition("#")[0], Status.READ, values))


def test_the_channel_that_the_updater_set_wins_over_where_the_first_installation_came_from() -> None:
    found = channel(CDNBaseUrl=SEMI, UpdateChannel=MONTHLY)
    assert found.name == "monthly enterprise"
    assert found.evidence == [
        f"Click-to-Run: UpdateChannel = {MONTHLY} (monthly enterprise)",
        f"Click-to-Run: CDNBaseUrl = {SEMI} (semi-annual enterprise)",
    ]


def test_a_policy_wins_over_what_click_to_run_has_and_the_losers_are_shown() -> None:
    found = channel({click.POLICY: {"updatebranch": "MonthlyEnterprise"}}, CDNBaseUrl=SEMI, UpdateChannel=CURRENT)
    assert found.name == "monthly enterprise"
    assert [line.split(" = ")[0] for line in found.evidence] == [
        "the policy: updatebranch",
        "Click-to-Run: UpdateChannel",
        "Click-to-Run: CDNBaseUrl",
    ]


def test_a_policys_path_wins_over_its_channel() -> None:
    found = channel({click.POLICY: {"updatebranch": "Current", "updatepath": r"\\files\office"}}, UpdateChannel=CURRENT)
    assert not found.name
    assert found.reason == r"its update address is not one of Microsoft's: \\files\office"
    assert found.evidence[0] == r"the policy: updatepath = \\files\office (names no channel)"


@pytest.mark.parametrize(("ignores", "name"), [(1, "semi-annual enterprise"), (0, "current"), (None, "current")])
def test_the_clouds_policy_counts_only_where_it_says_so(ignores: int | None, name: str) -> None:
    cloud: dict[str, Any] = {"updatebranch": "SemiAnnual"} | ({} if ignores is None else {"ignoregpo": ignores})
    has = {click.CLOUD_POLICY: cloud, click.POLICY: {"updatebranch": "Current"}}
    assert channel(has, UpdateChannel=MONTHLY).name == name


def test_a_share_and_configuration_manager_are_said() -> None:
    found = channel(UpdateUrl=r"\\fileserver\office\updates", CDNBaseUrl=SEMI, OfficeMgmtCOM="True")
    assert not found.name
    assert found.evidence == [
        r"Click-to-Run: UpdateUrl = \\fileserver\office\updates (names no channel)",
        f"Click-to-Run: CDNBaseUrl = {SEMI} (semi-annual enterprise)",
        "OfficeMgmtCOM: Configuration Manager hands out the updates",
    ]


def test_a_share_of_one_channel_is_that_channel() -> None:
    assert channel(UpdateUrl=r"\\files\office\492350F6-3A01-4F97-B9C0-C7C6DDF67D60").name == "current"


def test_a_policy_that_was_not_read_is_said_beside_what_was() -> None:
    found = channel({click.POLICY: Status.DENIED}, UpdateChannel=MONTHLY)
    assert found.name == "monthly enterprise"
    assert any("was not read" in line for line in found.evidence)


def test_the_policies_of_16_say_nothing_of_2013() -> None:
    found = channel(
        {click.POLICY: {"updatebranch": "Current"}},
        of_2013=True,
        CDNBaseUrl=f"{ADDRESS}39168D7E-077B-48E7-872C-B232C3E72675",
    )
    assert not found.name
    assert "the policy" not in " ".join(found.evidence)


def test_an_address_within_somebodys_profile_names_nobody() -> None:
    assert "jane" not in " ".join(channel(UpdateUrl=r"C:\Users\jane\updates").evidence)


@pytest.mark.parametrize(
    ("identifier", "is_2013", "name", "generation", "kind"),
    [
        ("ProPlus2024Volume", False, "office-2024-professional-plus", "2024", "suite"),
        ("Home2024Retail", False, "office-2024-home", "2024", "suite"),
        ("Standard2021Volume", False, "office-2021-standard", "2021", "suite"),
        ("VisioPro2019Volume", False, "office-2019-visio-professional", "2019", "application"),
        ("ProjectStdXVolume", False, "office-2016-project-standard", "2016", "application"),
        ("AccessRuntimeRetail", True, "office-2013-access-runtime", "2013", "runtime"),
        ("AccessRuntimeRetail", False, "access-runtime", "", "runtime"),
        ("OneNoteFreeRetail", False, "onenote", "", "application"),
        ("SkypeforBusinessEntryRetail", False, "office-2016-skype-for-business", "2016", "application"),
        ("WordRetail", False, "office-2016-word", "2016", "application"),
        ("VisioProRetail", False, "visio-professional", "", "application"),
        ("O365HomePremRetail", False, "microsoft-365-home", "365", "suite"),
        ("HomeStudentARM2019Retail", False, "office-2019-home-and-student", "2019", "suite"),
        ("AccessRuntime2019Retail", False, "office-2019-access-runtime", "2019", "runtime"),
        ("InfoPathRetail", True, "office-2013-infopath", "2013", "application"),
        ("ProPlus2027Volume", False, "office-2027-professional-plus", "2027", "suite"),
        ("O365AppsBasicRetail", False, "o365appsbasicretail", "365", ""),
        ("SkypeServiceBypassRetail", False, "skypeservicebypassretail", "", ""),
        ("Novelty2024Retail", False, "novelty2024retail", "2024", ""),
        ("SomethingNew", False, "somethingnew", "", ""),
    ],
)
def test_an_id_tells_product_generation_and_type(
    identifier: str, is_2013: bool, name: str, generation: str, kind: str
) -> None:
    found = click.product(identifier, is_2013=is_2013)
    assert found is not None
    assert (found.name, found.generation, found.type) == (name, generation, kind)
    assert bool(found.reason) == (not generation)


@pytest.mark.parametrize("identifier", ["LanguagePack", "ProofingTools"])
def test_language_packs_are_no_products(identifier: str) -> None:
    assert click.product(identifier, is_2013=False) is None


def apps(identifier: str, version: str = "16.0.19328.20266", **values: str) -> list[str] | None:
    product = click.product(identifier, is_2013=False)
    assert product is not None
    source = click.CONFIGURATIONS[0]
    return click.apps(product, version, Reading(source, source.where, Status.READ, values))


def test_the_applications_are_the_products_but_for_those_that_setup_left_out() -> None:
    left_out = {"O365ProPlusRetail.ExcludedApps": "groove, Lync,access,publisher,teams"}
    assert apps("O365ProPlusRetail", **left_out) == ["excel", "onenote", "outlook", "powerpoint", "word"]
    assert apps("HomeStudent2021Retail", **left_out) == ["excel", "onenote", "powerpoint", "word"]
    assert apps("VisioPro2021Volume") == ["visio"]
    assert apps("AccessRuntimeRetail") is None
    assert apps("SomethingNew") is None


def test_what_setup_left_out_counts_whatever_the_case_of_the_id_and_is_not_guessed() -> None:
    left_out = {"ProPlus2019Volume.ExcludedApps": "publisher,access,lync"}
    assert apps("proplus2019volume", **left_out) == ["excel", "onenote", "outlook", "powerpoint", "word"]
    assert apps("ProPlusSPLA2021Volume") is None, "what was left out of it is not asked for"
    assert apps("HomeBusinessPipcRetail") is None


def test_publisher_is_not_said_of_what_may_not_have_it_any_more() -> None:
    assert "publisher" in (apps("O365BusinessRetail", "16.0.20228.20190") or ())
    assert "publisher" not in (apps("O365BusinessRetail", "16.0.20512.20000") or ())
    assert "publisher" not in (apps("ProPlus2024Volume", "16.0.17932.20222") or ())
    assert "publisher" in (apps("ProPlus2021Volume", "16.0.14332.20492") or ())


def test_an_entrys_key_names_product_and_language() -> None:
    assert click.row("O365HomePremRetail - fr-fr") == ("O365HomePremRetail", "fr-fr")
    assert click.row("ProPlus2021Volume - sr-Latn-RS") == ("ProPlus2021Volume", "sr-latn-rs")
    for other in ("O365HomePremRetail", "Foxit - en-us", "Retail - ", "O365ProPlusRetail - en-us (2)", "7-Zip"):
        assert click.row(other) == ("", "")


def test_what_setup_left_out_is_asked_for_by_the_name_of_every_suite() -> None:
    for identifier in ("O365ProPlusRetail", "ProPlus2024Volume", "HomeBusiness2019Retail", "Home2024Retail"):
        assert f"{identifier}.ExcludedApps" in click.CONFIGURATIONS[0].where
