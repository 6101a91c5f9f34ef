"""Strict decoders read what Python's `json` reads, or refuse it: the compiled one and Arrow's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit import compiled
from dqlkit.engines.polars.physical import values_of
from dqlkit.sources.json_strict import Strict, strict_decoder
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type
from tests.profiles import examples

SCALARS: dict[Type, st.SearchStrategy[Any]] = {
    BOOLEAN: st.booleans(),
    LONG: st.integers(-(2**63), 2**63 - 1),
    DOUBLE: st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 10**6).map(lambda number: number / 1000),
    STRING: st.text(max_size=20) | st.text('a"\\/\n\0é😀', max_size=9),
}
KINDS = st.recursive(
    st.sampled_from([*SCALARS, NULL]),
    lambda inner: (
        inner.map(Array)
        | st.dictionaries(st.sampled_from("xyé"), inner, min_size=1).map(lambda fields: Record(fields.items()))
    ),
    max_leaves=4,
)
FIELDS = st.dictionaries(st.sampled_from(["a", "b", "", "é", "long name"]), KINDS, min_size=1, max_size=4)
#: What stands in place of some bytes of a damaged text.
INSERTED = (b"", b'"', b"{", b"}", b",", b"\\u", b"\\ud83d", b"-", b"1", b"e5", b"null")
DAMAGE = st.tuples(st.floats(0, 1), st.integers(0, 4), st.sampled_from(INSERTED))


def values(kind: Type) -> st.SearchStrategy[Any]:
    if isinstance(kind, Array):
        return st.none() | st.lists(values(kind.element), max_size=3)
    if isinstance(kind, Record):
        return st.none() | st.fixed_dictionaries({name: values(member) for name, member in kind.fields})
    return st.none() | SCALARS.get(kind, st.none())


@st.composite
def exports(draw: st.DrawFn) -> tuple[dict[str, Type], bytes]:
    """Fields, and lines of records that have them, mostly."""
    kinds = draw(FIELDS)
    records = []
    for _ in range(draw(st.integers(1, 4))):
        record = {name: draw(values(kind)) for name, kind in kinds.items()}
        for name in draw(st.lists(st.sampled_from([*kinds, "other"]), max_size=1)):
            record[name] = draw(st.sampled_from([None, 1, 2**63, 0.5, "x", [], {}, {"x": 1}]))
        for name in draw(st.lists(st.sampled_from([*record]), max_size=1)):
            del record[name]
        records.append(record)
    ascii, compact = draw(st.booleans()), draw(st.booleans())
    written = (json.dumps(one, ensure_ascii=ascii, separators=(",", ":") if compact else None) for one in records)
    data = "\n".join(written).encode()
    for place, removed, added in draw(st.just([]) | st.lists(DAMAGE, max_size=2)):
        at = int(place * len(data))
        data = data[:at] + added + data[at + removed :]
    return kinds, data


def strict(kinds: Mapping[str, Type], is_compiled: bool, absent: frozenset[str] | None = None) -> Strict | None:
    with pytest.MonkeyPatch.context() as patch:
        if not is_compiled:
            patch.setattr(compiled, "json_decoder", None)
        return strict_decoder(kinds, absent)


def documents(data: bytes) -> list[Any]:
    text, found, at = data.decode(), [], 0
    while text[at:].strip(" \t\r\n"):
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n"))
        value, at = json.JSONDecoder(object_pairs_hook=unique).raw_decode(text, at)
        found.append(value)
    return found


def written(values: list[Any]) -> str:
    """The values with their types, whatever the order of members."""
    return json.dumps(values, sort_keys=True)


def unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(members) == len(dict(members))
    return dict(members)


def verified(decoder: Strict | None, data: bytes) -> list[dict[str, Any]]:
    """The records, if the decoder takes them, whose values it read."""
    found = decoder and decoder(data)
    if not found:
        return []
    columns, count = found
    records = documents(data)
    assert count == len(records)
    for name, (series, kind) in columns.items():
        assert written(values_of(series, kind)) == written([record.get(name) for record in records])
    return records


@pytest.mark.parametrize("is_compiled", [True, False], ids=["compiled", "Arrow"])
@given(exports())
@examples(150)
def test_all_fields(is_compiled: bool, export: tuple[dict[str, Type], bytes]) -> None:
    kinds, data = export
    assert all(record.keys() <= kinds.keys() for record in verified(strict(kinds, is_compiled), data))


@given(exports())
@examples(100)
def test_some_fields(export: tuple[dict[str, Type], bytes]) -> None:
    kinds, data = export
    (first, kind), *_ = kinds.items()
    records = verified(strict({first: kind}, True, frozenset({"other"})), data)
    assert not any("other" in record for record in records)


@pytest.mark.parametrize("is_compiled", [True, False], ids=["compiled", "Arrow"])
def test_what_is_as_expected_is_certain(is_compiled: bool) -> None:
    record = {"t": 'long "text" of 😀\n', "n": -(2**63), "d": 5e-324, "b": True, "a": [{"x": 0.1}, None], "z": None}
    kinds = {"t": STRING, "n": LONG, "d": DOUBLE, "b": BOOLEAN, "a": Array(Record({"x": DOUBLE}.items())), "z": NULL}
    decoder = strict(kinds, is_compiled)
    assert decoder is not None
    found = decoder((json.dumps(record) + "\n").encode() * 3)
    assert found is not None
    columns, count = found
    assert (list(columns), count) == (list(kinds), 3)
    assert [values_of(*column) for column in columns.values()] == [[value] * 3 for value in record.values()]


def test_a_value_of_another_type_makes_its_field_alone_doubtful() -> None:
    decoder = strict({"a": LONG, "b": Array(STRING), "c": STRING}, True)
    assert decoder is not None
    found = decoder(b'{"a": 1, "b": ["x"], "c": "y"}\n{"a": 2.5, "b": ["z", [{"k": 1}]], "c": "v"}\n')
    assert found is not None
    assert list(found[0]) == ["c"]
