from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.estate.index import Index, hex_keys, id_keys, joined

# Few different halves, so that many keys share their first 64 bits.
halves = st.sampled_from(["0" * 16, "0" * 15 + "1", "f" * 16, "a5" * 8])
keys = st.builds(lambda high, low: high + low, halves, halves)


@given(
    st.lists(
        st.lists(st.tuples(keys, st.binary(min_size=1, max_size=3).filter(lambda each: not each.endswith(b"\0")))),
        max_size=6,
    )
)
def test_each_key_has_its_greatest_value(batches: list[list[tuple[str, bytes]]]) -> None:
    index, known = Index(3), {}
    for batch in batches:
        asked = [key for key, _ in batch] + ["0" * 32]
        assert index.find(hex_keys(asked)).tolist() == [known.get(key, b"") for key in asked]
        index.add(hex_keys([key for key, _ in batch]), [value for _, value in batch])
        for key, value in batch:
            known[key] = max(value, known.get(key, b""))
    assert index.find(hex_keys(list(known))).tolist() == list(known.values())


@given(st.lists(st.sets(st.integers(0, 2**63 - 1))), st.sets(st.integers(0, 2**63 - 1)))
def test_ids_are_there_or_not(batches: list[set[int]], others: set[int]) -> None:
    index = Index()
    for batch in batches:
        index.add(id_keys(batch))
    known = set().union(*batches)
    asked = list(known | others)
    assert index.find(id_keys(asked)).tolist() == [each in known for each in asked]
    assert len(joined(id_keys(batch) for batch in batches).high) == sum(map(len, batches))


def test_what_is_no_hash_has_a_key_all_the_same() -> None:
    index = Index()
    index.add(hex_keys(["short", "x" * 32]))
    assert index.find(hex_keys(["short", "x" * 32, "\ud800", "y" * 32])).tolist() == [True, True, False, False]
