"""The file of overrides: what it may say, which PCs an entry is about, and errors that name their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor import overrides_file
from auditor.errors import RuleError
from auditor.knowledge.overrides import NONE, Overrides, Scope

EXAMPLE = (overrides_file.__doc__ or "").partition("::\n")[2]


def load(tmp_path: Path, text: str) -> Overrides:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    return overrides_file.load(path)


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    own = load(tmp_path, EXAMPLE)
    [bought] = own.bought
    assert (bought.kind, bought.product, bought.editions) == ("os", "Windows 10", ("pro", "enterprise"))
    assert (bought.until, bought.scope) == (date(2027, 10, 12), Scope(tags=("esu",)))
    assert bought.place.endswith("own.yaml, line 3")
    [cut] = own.segregated
    assert (cut.scope.devices, cut.approver) == (("mri-*",), "J. Okafor, head of imaging")
    [price] = own.prices
    assert (price.id, price.low, price.value, price.high) == ("laptop_replace", 600, 700, 900)
    [service] = own.services
    assert (service.name, service.as_of) == ("Ticket shop", date(2026, 11, 24))


def test_what_is_about_one_pc_is_told_by_its_names_site_and_tags(tmp_path: Path) -> None:
    own = load(tmp_path, EXAMPLE)
    assert own.of(("MRI-3", "ab" * 16), "Leeds", ()).segregated == own.segregated
    assert own.of(("mri-3",), "Leeds", ("ESU", "ward")).bought == own.bought
    assert own.of(("desk-7",), "Leeds", ("other",)) == NONE
    assert own.of(("desk-7",), "", ()) == NONE


SCOPES = [
    (Scope(), True),
    (Scope(devices=("desk-*",)), True),
    (Scope(devices=("other",)), False),
    (Scope(sites=("leeds",)), True),
    (Scope(sites=("York",)), False),
    (Scope(tags=("ward",)), True),
    (Scope(tags=("lab",)), False),
    (Scope(devices=("other",), tags=("Ward",)), True),
]


@pytest.mark.parametrize(("scope", "covers"), SCOPES)
def test_a_scope(scope: Scope, covers: bool) -> None:
    assert scope.covers(("DESK-7", "ab" * 16), "Leeds", ("ward",)) is covers


SUPPORT = "support:\n  - {kind: os, product: Windows 10, until: 2027-10-12, reason: r}\n"
WRONG = [
    ("suport: []\n", "line 1, suport: unknown field; did you mean 'support'?"),
    ("support: yes\n", "line 1, support: must be a list"),
    ("support:\n  - 7\n", "line 2: an entry of support is a map of kind, product"),
    (SUPPORT.replace("until: 2027-10-12", "until: soon"), "line 2, until: must be a date such as 2027-10-12"),
    (SUPPORT.replace(", reason: r", ""), "line 2, reason: must be text"),
    (SUPPORT.replace("reason: r", "reason: r, tag: x"), "line 2, tag: unknown field; did you mean 'tags'?"),
    (SUPPORT.replace("reason: r", "reason: r, tags: x"), "line 2, tags: must be a list of texts"),
    (SUPPORT.replace("kind: os", "kind: oss"), "line 2, kind: is never 'oss'; did you mean 'os'?"),
    ("segregated:\n  - {until: 2027-01-01, reason: r, approver: a}\n", "line 2: devices, sites or tags must say"),
    ("prices:\n  - {id: laptop, low: 1, value: 2, high: 3, currency: GBP, reason: r}\n", "id: no assumption 'laptop'; did"),
    ("prices:\n  - {id: laptop_replace, low: 3, value: 2, high: 3, currency: GBP, reason: r}\n", "value: must be between"),
    ("prices:\n  - {id: laptop_replace, low: -1, value: 2, high: 3, currency: GBP, reason: r}\n", "low: must be a number"),
    ("services:\n  - {name: n, statement: s, source: x}\n", "line 2, as_of: must be a date"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_mistakes_are_named_by_file_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        load(tmp_path, text)
    assert caught.value.message.startswith(str(tmp_path / "own.yaml"))
    assert message in caught.value.message
    assert caught.value.hint


def test_a_file_may_say_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "support: []\n") == NONE


def test_numbers_may_be_broken(tmp_path: Path) -> None:
    text = "prices:\n  - {id: browser_update_hours, low: 0.05, value: 0.1, high: 0.2, currency: hours, reason: r}\n"
    assert load(tmp_path, text).prices[0].value == 0.1
