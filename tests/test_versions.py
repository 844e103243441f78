"""Vendors' version texts: what is compared, what is honestly not, and nothing raises."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.versions import MAX_LENGTH, NotComparable, Version, compare, parse, upstream

SAME = [
    ("115.9.0esr", "115.9.0"),
    ("115.9.0esr-1~deb12u1", "115.9.0"),
    ("1:7.0.4-4+deb11u10", "7.0.4"),
    ("11.00.17763.1 (winbuild.160101.0800)", "11.0.17763.1"),
    ("20.028.0206.0009", "20.28.206.9"),
    ("2.0.0.23 (en-US)", "2.0.0.23"),
    ("1 . 2 . 2", "1.2.2"),
    ("12,4", "12.4"),
    ("1.0.38.171.g5e1cd7b2", "1.0.38.171"),
    ("5.15.0-91-generic", "5.15.0"),
    ("16.0.17126.20132", "16.0.17126.20132"),
    ("v1.2", "1.2"),
    (" 120.0 ", "120"),
    ("1.2.0", "1.2"),
    ("2.2.0-2", "2.2.0"),
]

RISING = [
    ["68.0", "99.0.4844.51", "100.0"],
    ["138.9", "138.10"],
    ["139.0a1", "139.0b3", "139.0b12", "139.0rc1", "139.0"],
    ["7.4.7~rc1", "7.4.7"],
    ["2.8.14", "2.8.14p2", "2.8.14p10", "2.8.15"],
    ["5.9.7", "5.9.7 (3931)", "5.9.7 (10001)", "5.9.8"],
    ["1.0dev2", "1.0alpha1", "1.0-beta.2", "1.0 preview", "1.0"],
    ["10.0.9", "10.0.10240", "10.0.22631.3007"],
]

UNORDERED = [
    ("", "empty"),
    ("   ", "empty"),
    ("nightly", "does not begin with a number"),
    ("R 3.1.3 GUI 1.65 Mavericks build", "does not begin with a number"),
    ("٣.١", "does not begin with a number"),
    ("20090308.140743", "a date, not a version"),
    ("20080414", "a date, not a version"),
    ("24H2", "what follows '24' has no known order"),
    ("1.0.2k", "what follows '1.0.2' has no known order"),
    ("1.0.2a", "what follows '1.0.2' has no known order"),
    ("VersionApplication", "does not begin with a number"),
    ("#", "does not begin with a number"),
    ("1..2", "what follows '1' has no known order"),
    ("1.1234567890123456", "what follows '1' has no known order"),
    ("9" * 10**6, f"longer than {MAX_LENGTH} characters"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_a_vendors_spelling_equals_its_plain_numbers(left: str, right: str) -> None:
    assert compare(left, right) == 0
    assert compare(right, left) == 0


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[-1])
def test_versions_rise_in_the_vendors_order(rising: list[str]) -> None:
    for older, newer in pairwise(rising):
        assert compare(older, newer) == -1, (older, newer)
        assert compare(newer, older) == 1, (newer, older)


@pytest.mark.parametrize(("text", "reason"), UNORDERED, ids=lambda text: text[:20])
def test_what_has_no_order_says_why(text: str, reason: str) -> None:
    parsed = parse(text)
    assert isinstance(parsed, NotComparable)
    assert parsed.reason == reason
    assert len(parsed.text) <= MAX_LENGTH


def test_one_side_without_order_leaves_both_undecided() -> None:
    for pair in (("nightly", "120"), ("120", "nightly")):
        answer = compare(*pair)
        assert isinstance(answer, NotComparable)
        assert answer.text == "nightly"


def test_the_text_stays_as_the_vendor_wrote_it() -> None:
    parsed = parse("11.00.17763.1 (winbuild.160101.0800)")
    assert isinstance(parsed, Version)
    assert parsed.text == "11.00.17763.1 (winbuild.160101.0800)"


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(parse(text), Version | NotComparable)


_numbers = st.lists(st.integers(0, 99_999), min_size=1, max_size=5).map(lambda parts: ".".join(map(str, parts)))
_texts = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "1:", "v"]),
    _numbers,
    st.sampled_from(
        ["", "", "esr", "b3", "rc1", "~beta2", "p2", " (3931)", "-1+deb12u1", ".g5e1c", "dev4", "~alpha", "pre"]
    ),
)


@given(_texts, _texts, _texts)
def test_the_order_is_total_on_what_compares(a: str, b: str, c: str) -> None:
    ab, ba, bc, ac = compare(a, b), compare(b, a), compare(b, c), compare(a, c)
    if any(isinstance(each, NotComparable) for each in (ab, bc, ac)):
        return  # a number that looks like a date
    assert compare(a, a) == 0
    assert ab == -ba
    if ab <= 0 and bc <= 0:
        assert ac <= 0
    if ab == bc == 0:
        assert ac == 0


@pytest.mark.parametrize(
    ("package", "wanted"),
    [
        ("4:7.4.7-1+deb12u14", "7.4.7"),
        ("140.12.0esr-1~deb12u1", "140.12.0esr"),
        ("1:7.0.4-4+deb11u10", "7.0.4"),
        ("5.15.0-91-generic", "5.15.0-91"),
        ("102.0", "102.0"),
        ("140.0.2+build1-0ubuntu0.22.04.1", "140.0.2"),
        ("140.0.2+linuxmint1+xia", "140.0.2"),
        ("138.0.7204.92~linuxmint1+xia", "138.0.7204.92"),
        ("1:24.8.1~rc2-1", "24.8.1~rc2"),
        ("141.0~b5-1", "141.0~b5"),
        ("55.0.2883.87-1.fc25", "55.0.2883.87"),
        ("+build", "+build"),
        ("2:3", "3"),
        ("", ""),
    ],
)
def test_upstream_drops_epoch_and_packagers_revision(package: str, wanted: str) -> None:
    assert upstream(package) == wanted


def test_nearly_all_versions_of_a_real_list_have_an_order_and_the_rest_a_reason(realdata: Path) -> None:
    rows = (realdata / "winget-arp-names" / "InputARPData.txt").read_text(encoding="utf-8-sig").splitlines()
    parsed = [parse(version) for row in rows if len(row.split("|")) > 6 and (version := row.split("|")[4])]
    refused = [each for each in parsed if isinstance(each, NotComparable)]
    assert len(parsed) > 80
    assert len(refused) <= 3
    assert all(each.reason for each in refused)
