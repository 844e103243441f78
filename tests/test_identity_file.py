"""The organisation's word on which PCs are one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor.errors import RuleError
from auditor.identity_file import Decision, load

REST = "    reason: Ticket 4711\n    by: J. Okafor\n    as_of: 2026-11-24\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "identity.yaml"
    path.write_text(text)
    return path


def test_decisions_are_read_with_their_place(tmp_path: Path) -> None:
    text = f"identity:\n  - same: [ward-7, ward-8, ward-7]\n{REST}  - apart: [lab-1, lab-2]\n{REST}"
    path = written(tmp_path, text)
    who = ("Ticket 4711", "J. Okafor", date(2026, 11, 24))
    assert load(path) == (
        Decision(True, ("ward-7", "ward-8"), *who, f"{path}, line 2"),
        Decision(False, ("lab-1", "lab-2"), *who, f"{path}, line 6"),
    )
    assert load(written(tmp_path, "identity: []\n")) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("identify: []\n", "line 1, identify: unknown field; did you mean 'identity'?"),
        ("identity: ward-7\n", "must have one field, identity, with a list"),
        ("identity:\n  - ward-7\n", "line 2: a decision is a map of same, apart"),
        (f"identity:\n  - sames: [a, b]\n{REST}", "line 2, sames: unknown field; did you mean 'same'?"),
        (f"identity:\n  - same: [a, b]\n    apart: [a, b]\n{REST}", "line 2: both same and apart"),
        ("identity:\n  - reason: no\n", "line 2: neither same nor apart"),
        (f"identity:\n  - same: ward-7\n{REST}", "line 2, same: must list host names"),
        (f"identity:\n  - same: [1234, b]\n{REST}", "line 2, same: must list host names"),
        (f"identity:\n  - apart: [a, A]\n{REST}", "line 2, apart: must name two PCs or more"),
        ("identity:\n  - same: [a, b]\n    by: J\n    as_of: 2026-11-24\n", "line 2, reason: must be text"),
        ("identity:\n  - same: [a, b]\n    reason: J\n    as_of: 2026-11-24\n", "line 2, by: must be text"),
        ("identity:\n  - same: [a, b]\n    reason: J\n    by: J\n    as_of: soon\n", "line 2, as_of: must be a date"),
        (
            f"identity:\n  - same: [a, b]\n{REST}  - same: [B, c]\n{REST}  - apart: [a, c]\n{REST}",
            "line 10, apart: a and c are said to be one as well",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_a_way_out(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError) as raised:
        load(written(tmp_path, text))
    assert said in raised.value.message
    assert raised.value.hint
