from __future__ import annotations

import pytest

from auditor.checks.office_codes import Code, decode, parent, part_of, service_pack


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("{90120000-0013-0000-0000-0000000FF1CE}", Code("2007", "basic", "suite", "x86", "")),
        ("{91140000-0013-0000-1000-0000000FF1CE}", Code("2010", "home-and-business", "suite", "x86_64", "")),
        ("{91120000-00A3-0000-0000-0000000FF1CE}", Code("2007", "onenote-home-and-student", "application", "x86", "")),
        ("{90140000-0057-0000-1000-0000000FF1CE}", Code("2010", "visio", "application", "x86_64", "")),
        ("{91140000-008B-0000-0000-0000000FF1CE}", Code("2010", "small-business-basics", "suite", "x86", "")),
        ("{91140000-011D-0000-1000-0000000FF1CE}", Code("2010", "professional-plus-subscription", "suite", "x86_64", "")),
        ("{90150000-003B-0000-0000-0000000FF1CE}", Code("2013", "project-professional", "application", "x86", "")),
        ("{90140000-001C-0000-0000-0000000ff1ce}", Code("2010", "access-runtime", "runtime", "x86", "")),
        ("{90160000-012B-0000-1000-0000000FF1CE}", Code("2016", "skype-for-business", "application", "x86_64", "")),
        ("{90510409-6D54-11D4-BEE3-00C04F990354}", Code("2002", "visio-professional", "application", "x86", "en-us")),
        ("{90540407-6D54-11D4-BEE3-00C04F990354}", Code("2002", "visio-standard", "application", "x86", "de-de")),
        ("{901C0409-6000-11D3-8CFE-0150048383C9}", Code("2003", "access-runtime", "runtime", "x86", "en-us")),
        ("{90E0040C-6000-11D3-8CFE-0150048383C9}", Code("2003", "outlook", "application", "x86", "fr-fr")),
        ("{91E30409-6000-11D3-8CFE-0150048383C9}", Code("2003", "professional-with-infopath", "suite", "x86", "en-us")),
        ("{90270409-6000-11D3-8CFE-0050048383C9}", Code("2002", "project", "application", "x86", "en-us")),
        ("{00180409-78E1-11D2-B60F-006097C998E7}", Code("2000", "access-runtime", "runtime", "x86", "en-us")),
        ("{00000443-78E1-11D2-B60F-006097C998E7}", Code("2000", "premium", "suite", "x86", "0443")),
    ],
)
def test_a_product_code_tells_suite_application_and_runtime_apart(code: str, meant: Code) -> None:
    assert decode(code) == meant


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("{90140000-002A-0000-1000-0000000FF1CE}", "64-bit components of a 32-bit Office"),
        ("{90160000-00C1-0000-1000-0000000FF1CE}", "32-bit components of a 64-bit Office"),
        ("{90140000-2005-0000-0000-0000000FF1CE}", "the file validation add-in"),
        ("{90120000-0020-0409-0000-0000000FF1CE}", "the compatibility pack"),
        ("{90120000-00B2-0409-0000-0000000FF1CE}", "the PDF add-in"),
        ("{90140000-0052-0000-0000-0000000FF1CE}", "the Visio viewer"),
        ("{90120000-00AF-0409-0000-0000000FF1CE}", "the PowerPoint viewer"),
        ("{90140000-110D-0000-1000-0000000FF1CE}", "SharePoint Server"),
        ("{90160000-008C-0000-1000-0000000FF1CE}", "Click-to-Run's extensibility"),
        ("{90160000-007E-0000-1000-0000000FF1CE}", "Click-to-Run's licensing"),
        ("{90160000-008F-0000-1000-0000000FF1CE}", "Click-to-Run's licensing"),
        ("{90160000-001B-0409-1000-0000000FF1CE}", "Word's texts in English"),
        ("{90850409-6000-11D3-8CFE-0150048383C9}", "the Word viewer of 2003"),
        ("{90140409-6000-11D3-8CFE-0150048383C9}", "SharePoint Services"),
        ("{00040409-78E1-11D2-B60F-006097C998E7}", "the second disc of Office 2000 Premium"),
    ],
)
def test_shared_parts_viewers_converters_and_servers_are_parts(code: str, what: str) -> None:
    found = decode(code)
    assert found is not None, what
    assert found.type == "part", what


@pytest.mark.parametrize(
    "key",
    [
        "",
        "Office14.PROPLUS",
        "{90140000-0011-0000-0000-0000000FF1CE}_Office14.PROPLUS_{DE28B448-32E8-4E8F-84F0-A52B21A49B5B}",
        "{90140000-00D1-0409-1000-0000000FF3CE}",
        "{10140000-0011-0000-0000-0000000FF1CE}",
        "{90110409-6000-11D4-8CFE-0150048383C9}",
    ],
)
def test_other_keys_say_nothing(key: str) -> None:
    assert decode(key) is None


def test_the_entry_that_people_see_names_generation_and_product() -> None:
    assert parent("Office14.PROPLUS") == parent("office14.proplusr") == ("2010", "professional-plus")
    assert parent("Office12.VISPRO") == ("2007", "visio-professional")
    assert parent("Office16.MONDO") == ("2016", "mondo")
    for other in ("Office14.Click2Run", "Office8.0", "Office99.PRO", "{90140000-0011-0000-0000-0000000FF1CE}"):
        assert parent(other) is None


def test_the_part_of_a_language_names_its_application() -> None:
    assert part_of("{90140000-001A-040C-0000-0000000FF1CE}") == ("outlook", "fr-fr")
    assert part_of("{90140000-006E-0409-0000-0000000FF1CE}") == ("", "en-us")
    assert part_of("{90140000-001F-0C0A-0000-0000000FF1CE}") == ("", "")  # proofing tools
    assert part_of("{90140000-0011-0000-0000-0000000FF1CE}") == ("", "")


@pytest.mark.parametrize(
    ("generation", "version", "pack"),
    [
        ("2002", "10.0.2627.01", "none"),
        ("2002", "10.0.6626.0", "SP3"),
        ("2003", "11.0.5614.0", "none"),
        ("2003", "11.0.6361.0", "SP1"),
        ("2003", "11.0.7969.0", "SP2"),
        ("2003", "11.0.8173.0", "SP3"),
        ("2007", "12.0.4518.1014", "none"),
        ("2007", "12.0.6215.1000", "SP1"),
        ("2007", "12.0.6425.1000", "SP2"),
        ("2007", "12.0.6514.5001", "SP2"),
        ("2007", "12.0.6612.1000", "SP3"),
        ("2010", "14.0.4763.1000", "none"),
        ("2010", "14.0.6029.1000", "SP1"),
        ("2010", "14.0.6112.5000", "SP1"),
        ("2010", "14.0.7015.1000", "SP2"),
        ("2013", "15.0.4420.1017", "none"),
        ("2013", "15.0.4569.1506", "SP1"),
        ("2016", "16.0.4266.1001", "none"),
    ],
)
def test_the_build_tells_the_service_pack(generation: str, version: str, pack: str) -> None:
    assert service_pack(generation, version) == pack


@pytest.mark.parametrize("version", ["", "14", "VersionApplication", "14.0.", "14.0.1000", "20090308.140743"])
def test_what_is_no_build_tells_no_service_pack(version: str) -> None:
    assert not service_pack("2010", version)
    assert not service_pack("2000", "9.00.2720")
