"""Records come out of the journal as they went in, however many are packed together and however little they have in common."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dqlkit.store.packing import MANY, blocks, pack, unpacked
from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp

VALUES = st.one_of(
    st.booleans(),
    st.integers(LONG_MIN, LONG_MAX),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.builds(Timestamp, st.integers(0, LONG_MAX)),
    st.lists(st.integers(0, 9), max_size=2),
)
RECORD = st.dictionaries(st.sampled_from([*"abcdefghijklmnopqrstuvwxyz", ""]), VALUES, max_size=4)


def plain(value: Any) -> Any:
    return {"nanos": value.nanos} if type(value) is Timestamp else value


#: What is appended at once: records, each so many times.
APPENDED = st.lists(st.tuples(RECORD, st.sampled_from([1, 2, MANY, 2 * MANY])), max_size=3).map(
    lambda chosen: [record for record, times in chosen for _ in range(times)]
)


@settings(max_examples=40)
@given(st.lists(APPENDED, max_size=3))
def test_what_is_packed_is_unpacked(appended: list[list[dict[str, Any]]]) -> None:
    found = unpacked([pack(appended[0]) if appended else b"", b"".join(map(pack, appended[1:]))])
    expected = [record for records in appended for record in records]
    assert found.height == len(expected)
    columns = {name: list(values) for name, values in found.values.items()}
    assert all(len(values) == found.height for values in columns.values())
    for at, record in enumerate(expected):
        here = {name: values[at] for name, values in columns.items() if values[at] is not None}
        assert here == {name: plain(value) for name, value in record.items()}


def test_records_with_little_in_common_take_no_more_places_than_they_have_values() -> None:
    records = [{f"field {number}": number} for number in range(1000)]
    assert sum(len(block.values) * block.height for block in blocks(records)) <= 4 * len(records)


@pytest.mark.parametrize("value", [{"a": 1}, [[1]], 2**63])
def test_a_column_is_checked_as_records_are(value: Any) -> None:
    with pytest.raises(TypeError, match="a store holds no such value"):
        pack([{"a": 1, "b": 1}] * MANY + [{"a": value}])
