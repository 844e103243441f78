"""What a rule file may hold, as a JSON schema: for editors, which then complete words and mark mistakes.

It follows the loader as far as a schema can: what one editor reads of YAML is not what
another does (dates are text to some), so it is a little laxer. :func:`auditor.rules.check` has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.matchers import AS_OF, MATCHERS, SIZE_UNITS
from auditor.model import BASES, FactSpec, Vocabulary
from auditor.rule_fields import (
    CONFIDENCES,
    DEMAND_FIELDS,
    EXAMPLE_FIELDS,
    FIELDS,
    NEEDED,
    SCOPES,
    SEVERITIES,
    SOURCE_FIELDS,
    STALE,
    STANDINGS,
    Field,
)
from auditor.rule_file import SERVED, SINGLE_KINDS

Schema = dict[str, Any]

TITLE = "auditor rule, version 1"

_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_SIZE: Schema = {"type": "string", "pattern": rf"^[0-9]{{1,9}}(\.[0-9]{{1,3}})? ?({'|'.join(SIZE_UNITS)})$"}
_VERSION: Schema = {"type": "string", "pattern": "[0-9]", "description": "In quotation marks."}


def schema(vocabulary: Vocabulary) -> Schema:
    """The schema of a rule over this dictionary of facts (JSON Schema draft 7, which editors know best)."""
    kinds = sorted({spec.kind for spec in vocabulary.values()})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": TITLE,
        "description": "One rule of auditor, a file of YAML. `auditor rules check FILE` has the last word.",
        "type": "object",
        "additionalProperties": False,
        "required": list(NEEDED),
        "oneOf": [
            {"required": ["require"]},
            {
                "required": ["demands", "of"],
                "properties": {"of": {"const": "any"}, "for": {"enum": list(SERVED)}},
            },
        ],
        "properties": {name: {**_described(field), **_SHAPES.get(name, {})} for name, field in FIELDS.items()}
        | {"for": {**_described(FIELDS["for"]), "enum": kinds}},
        "allOf": [
            {
                "if": {"properties": {"for": {"const": kind}}, "required": ["for"]},
                "then": {"properties": _of_kind(kind, vocabulary)},
            }
            for kind in kinds
        ],
        "definitions": {
            "source": _map(SOURCE_FIELDS, {"address": _TEXT, "as_of": _DAY, "basis": {"enum": list(BASES)}}, SOURCE_FIELDS),
            **{f"{name} words": {"enum": list(spec.words)} for name, spec in vocabulary.items() if spec.words},
            **{f"{kind} facts asked": _facts(kind, vocabulary, "asked") | {"minProperties": 1} for kind in kinds},
            **{f"{kind} facts given": _facts(kind, vocabulary, "given") for kind in kinds},
            **{f"{kind} examples": _examples(kind) for kind in kinds},
            **{f"{name} asked": _asked(spec) for name, spec in vocabulary.items()},
            **{f"{name} given": {"description": spec.meaning, **_value(spec)} for name, spec in vocabulary.items()},
        },
    }


_SHAPES: Mapping[str, Schema] = {
    "title": _TEXT,
    "why": _TEXT,
    "fix": _TEXT,
    "severity": {"enum": list(SEVERITIES)},
    "of": {"enum": list(SCOPES)},
    "from": _DAY,
    "stale": {"enum": list(STALE)},
    "source": {"$ref": "#/definitions/source"},
    "demands": {"type": "array", "minItems": 1},
    "examples": {"type": "object"},
}


def _described(field: Field) -> Schema:
    return {"description": f"{field.meaning} For example: {field.written}"}


def _map(fields: Mapping[str, Field], shapes: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {name: {**_described(field), **shapes.get(name, {})} for name, field in fields.items()},
    }


def _of_kind(kind: str, vocabulary: Vocabulary) -> Schema:
    """The fields that depend on what the rule is for: which facts it may ask for."""
    conditions: Schema = {"$ref": f"#/definitions/{kind} facts asked"}
    examples: Schema = {"$ref": f"#/definitions/{kind} examples"}
    product = vocabulary.get(f"{kind}.product")
    products: Schema = {"type": "array", "items": _member(product) if product else {}}
    demand = _map(
        DEMAND_FIELDS,
        {
            "needs": conditions,
            "products": products,
            "standing": {"enum": list(STANDINGS)},
            "confidence": {"enum": list(CONFIDENCES)},
            "source": {"$ref": "#/definitions/source"},
            "note": {"type": "string"},
        },
        ("needs", "standing", "confidence", "source"),
    )
    some: Schema = {"allOf": [examples, {"minItems": 1}]}
    told = {"pass": some, "fail": some, "unknown": examples, "not_applicable": examples, "on": _DAY}
    return {
        "when": conditions,
        "require": conditions,
        "demands": {"type": "array", "items": demand},
        "examples": _map(EXAMPLE_FIELDS, told, ("pass", "fail")),
    }


def _facts(kind: str, vocabulary: Vocabulary, how: str) -> Schema:
    """A map of the facts that a rule for ``kind`` may ask for, its own by their short names too."""
    names = {
        written: full
        for full, spec in vocabulary.items()
        for written in ((full, spec.name) if spec.kind == kind else (full,))
        if spec.kind in (kind, *SINGLE_KINDS)
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {written: {"$ref": f"#/definitions/{full} {how}"} for written, full in names.items()},
    }


def _examples(kind: str) -> Schema:
    one: Schema = {"$ref": f"#/definitions/{kind} facts given"}
    return {"type": "array", "items": {"oneOf": [one, {"type": "array", "items": one}]}}


def _asked(spec: FactSpec) -> Schema:
    """A fact in ``when`` or ``require``: a map of words, or a bare value, which means equals."""
    words: Schema = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            word: {"description": matcher.says, **_argument(matcher.argument, word, spec)}
            for word, matcher in MATCHERS.items()
            if spec.type in matcher.types
        },
    }
    bare = [_one(spec)] if spec.type in MATCHERS["equals"].types else []
    return {"description": spec.meaning, "oneOf": [words, *bare]} if bare else {"description": spec.meaning, **words}


def _argument(shape: str, word: str, spec: FactSpec) -> Schema:
    if word == "matches":
        return {"type": "string"}
    texts: Schema = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    several = {"many": _one(spec), "members": _member(spec)}
    if shape in several:
        return {"type": "array", "minItems": 1, "items": several[shape]}
    return {
        "one": _one(spec),
        "member": _member(spec),
        "count": {"type": "integer", "minimum": 1, "maximum": 60},
        "yes-no": {"type": "boolean"},
        "lists": {
            "type": "object",
            "additionalProperties": False,
            "required": ["pass", "fail"],
            "properties": {"pass": texts, "fail": texts, "otherwise": _TEXT},
        },
        "baseline": {"anyOf": [{"type": "integer", "minimum": 2015, "maximum": 2100}, {"enum": ["widely", "newly"]}, _DAY]},
    }[shape]


def _member(spec: FactSpec) -> Schema:
    return {"$ref": f"#/definitions/{spec.kind}.{spec.name} words"} if spec.words else {"type": "string"}


def _one(spec: FactSpec) -> Schema:
    """One value of the fact, as a rule writes it."""
    return {
        "text": _member(spec),
        "version": _VERSION,
        "whole": {"type": "integer"},
        "size": _SIZE,
        "yes-no": {"type": "boolean"},
        "date": {"anyOf": [_DAY, {"const": AS_OF}]},
    }.get(spec.type, {})


def _value(spec: FactSpec) -> Schema:
    """The fact as an example gives it."""
    if spec.type in ("features", "release"):
        return {"type": "object"}
    return {"list": {"type": "array"}, "version": {"type": "string"}}.get(spec.type) or _one(spec)
