"""The schema for editors: every rule that comes with auditor fits it, and mistakes do not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from auditor import places
from auditor.dictionary import VOCABULARY as WHOLE
from auditor.rule_schema import schema
from rulekit import RULE, VOCABULARY
from test_rules import MISTAKES, PRODUCTS, SERVICE, WRONG_DEMANDS

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted(path for path in places.rules_folder().glob("*/**/*.yaml") if path.name != "pack.yaml")


def as_an_editor_reads(value: Any) -> Any:
    """YAML 1.2, as most editors have it: a date is text."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else "on": as_an_editor_reads(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_an_editor_reads(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def fits(text: str, validator: jsonschema.Draft7Validator) -> bool:
    return bool(validator.is_valid(as_an_editor_reads(yaml.load(text, yaml.CSafeLoader))))


@pytest.fixture(scope="module")
def shipped() -> jsonschema.Draft7Validator:
    content = json.loads((ROOT / "schemas" / "rule-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(content)
    return jsonschema.Draft7Validator(content)


@pytest.fixture(scope="module")
def small() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(schema(VOCABULARY))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_rule_that_comes_with_auditor_fits(path: Path, shipped: jsonschema.Draft7Validator) -> None:
    data = as_an_editor_reads(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    assert [f"{error.json_path}: {error.message[:200]}" for error in shipped.iter_errors(data)] == []


def test_the_schema_is_of_the_whole_dictionary(shipped: jsonschema.Draft7Validator) -> None:
    assert {f"{name} asked" for name in WHOLE} <= shipped.schema["definitions"].keys()


def test_a_right_rule_fits(small: jsonschema.Draft7Validator) -> None:
    assert fits(RULE, small)
    assert fits(
        RULE.replace('{at_least: "120"}', '"120"') + "when: {os.family: windows}\nstale: warn\nfrom: 2027-01-01\n", small
    )
    assert fits(SERVICE, jsonschema.Draft7Validator(schema(PRODUCTS)))


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[message[:60] for _, _, message in MISTAKES])
def test_a_mistake_that_the_loader_names_does_not_fit(
    old: str, new: str, message: str, small: jsonschema.Draft7Validator
) -> None:
    assert not fits(RULE.replace(old, new), small)


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG_DEMANDS)
def test_a_mistake_in_a_demand_does_not_fit(right: str, wrong: str, message: str) -> None:
    assert not fits(SERVICE.replace(right, wrong, 1), jsonschema.Draft7Validator(schema(PRODUCTS)))


def test_facts_of_other_kinds_do_not_fit_but_where_a_pc_has_one(small: jsonschema.Draft7Validator) -> None:
    assert fits(RULE + "when: {hardware.memory: {at_least: 4 GB}}\n", small)
    assert not fits(RULE + "when: {office.product: x}\n", small)
    assert not fits(RULE.replace("for: browser", "for: office"), small)
