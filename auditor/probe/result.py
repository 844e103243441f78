"""What a page's answer may say, and nothing else.

Any program on the PC could send an answer in a browser's place, so no text of it is taken
over as it comes: features by their known ids with the words below, a few pieces of
information in the form they must have. The rest is dropped, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from auditor.probe.page import ids

WORDS = frozenset({"1", "0", "off", "timeout", "prompt", "denied", "granted"})
"""Yes, no, there but refused, no answer in time, and the three states of a permission."""

REASONS = frozenset(
    {
        *("AbortError", "ConstraintError", "DataCloneError", "DataError", "EncodingError", "Error", "EvalError"),
        *("HierarchyRequestError", "IndexSizeError", "InUseAttributeError", "InvalidAccessError"),
        *("InvalidCharacterError", "InvalidModificationError", "InvalidNodeTypeError", "InvalidStateError"),
        *("NamespaceError", "NetworkError", "NoModificationAllowedError", "NotAllowedError", "NotFoundError"),
        *("NotReadableError", "NotSupportedError", "OperationError", "OptOutError", "QuotaExceededError", "RangeError"),
        *("ReadOnlyError", "ReferenceError", "SecurityError", "SyntaxError", "TimeoutError"),
        *("TransactionInactiveError", "TypeError", "TypeMismatchError", "URIError", "URLMismatchError", "UnknownError"),
        *("VersionError", "WrongDocumentError"),
    }
)
"""The names of errors in ECMAScript and Web IDL (webidl.spec.whatwg.org): what may follow ``off:``."""

INFORMATION: Mapping[str, re.Pattern[str]] = {
    "agent": re.compile(r"[\x20-\x7e]{1,400}"),
    "version": re.compile(r"[0-9]{1,5}(\.[0-9]{1,6}){0,4}"),
    "secure": re.compile(r"[01]"),
    "mode": re.compile(r"[0-9]{1,2}"),
    "renderer": re.compile(r"[\x20-\x7e]{1,200}"),
    "broken": re.compile(r"[0-9]{1,3}"),
    "ms": re.compile(r"[0-9]{1,6}"),
}
"""Information → its form. ``version`` is by client hints, ``secure`` whether the page counted as safe, ``mode`` is
documentMode, ``renderer`` what draws WebGL, ``broken`` how many tests broke, ``ms`` milliseconds."""


class Answers(NamedTuple):
    """Feature id → word, information by name, and how many lines were dropped or cut down."""

    values: Mapping[str, str]
    information: Mapping[str, str]
    dropped: int


def parse(body: bytes) -> Answers:
    r"""Lines ``f\tID\tVALUE`` and ``i\tNAME\tVALUE``; the first of a name counts."""
    values: dict[str, str] = {}
    information: dict[str, str] = {}
    dropped = 0
    known = ids()
    for line in body.decode("utf-8", "replace").split("\n"):
        kind, _, rest = line.partition("\t")
        name, _, value = rest.partition("\t")
        if kind == "f" and name in known and name not in values and (word := _word(value)):
            values[name] = word
            dropped += word != value
        elif kind == "i" and name not in information and _is_information(name, value):
            information[name] = value
        elif line:
            dropped += 1
    return Answers(values, information, dropped)


def _word(value: str) -> str:
    """The word that a value stands for; a refusal with a name that no browser gives is a refusal without."""
    word, colon, reason = value.partition(":")
    if value in WORDS or (word == "off" and reason in REASONS):
        return value
    return "off" if word == "off" and colon and reason.isascii() and reason.isalpha() else ""


def _is_information(name: str, value: str) -> bool:
    form = INFORMATION.get(name)
    return form is not None and form.fullmatch(value) is not None
