"""An answer may come from any program on the PC: what is not known is dropped, and counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.probe import page, result


def test_values_and_information_are_taken() -> None:
    body = b"f\twebgl\toff\nf\tcsp\t1\nf\tindexeddb\toff:SecurityError\nf\tperm-camera\tprompt\ni\tversion\t156.0.8078.108\ni\tms\t512\n"
    found = result.parse(body)
    assert found.values == {"webgl": "off", "csp": "1", "indexeddb": "off:SecurityError", "perm-camera": "prompt"}
    assert found.information == {"version": "156.0.8078.108", "ms": "512"}
    assert found.dropped == 0


@pytest.mark.parametrize(
    "line",
    [
        "f\tno-such-feature\t1",
        "f\twebgl\tyes",
        "f\twebgl\t",
        "f\twebgl\toff:<b>",
        "f\twebgl\toff:Security Error",
        "f\twebgl\t1\t1",
        "f\twebgl\t1\r",
        "F\twebgl\t1",
        "i\tagent\t",
        "i\tagent\t\x1b[31m",
        "i\tagent\t" + "x" * 500,
        "i\tversion\t1.2.3-<script>",
        "i\tms\t-1",
        "i\tname\tAlice",
        "anything else",
    ],
)
def test_what_is_not_known_is_dropped_and_counted(line: str) -> None:
    assert result.parse(line.encode()) == ({}, {}, 1)


def test_a_refusal_by_a_name_that_no_browser_gives_loses_the_name() -> None:
    assert result.parse(b"f\twebgl\toff:Hacked") == ({"webgl": "off"}, {}, 1)


def test_the_first_of_a_name_counts() -> None:
    assert result.parse(b"f\tcsp\t1\nf\tcsp\t0\ni\tms\t1\ni\tms\t2") == ({"csp": "1"}, {"ms": "1"}, 2)


@given(st.binary(max_size=400) | st.lists(st.tuples(st.sampled_from("fi"), st.text(), st.text())).map(repr).map(str.encode))
def test_nothing_but_the_vocabulary_comes_out(body: bytes) -> None:
    found = result.parse(body)
    assert set(found.values) <= page.ids()
    assert all(each in result.WORDS or each.removeprefix("off:") in result.REASONS for each in found.values.values())
    assert all(result.INFORMATION[name].fullmatch(text) for name, text in found.information.items())
