"""Lines of JSON and cells of CSV are what the records are, however their columns are written."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit import compiled
from dqlkit.results import Result, write
from dqlkit.results.json_lines import write_lines
from dqlkit.types import Duration, Ip, Timeframe, Timestamp
from dqlkit.types.text import format_double
from tests.profiles import examples

INSTANTS = st.integers(-(2**63), 2**63 - 1).map(Timestamp)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(exclude_categories=["Cs"])),
    INSTANTS,
    st.integers(-(2**63), 2**63 - 1).map(Duration),
    st.integers(0, 2**32 - 1).map(lambda number: Ip(4, number)),
    st.tuples(INSTANTS, INSTANTS).map(lambda bounds: Timeframe(*bounds)),
)


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records whose fields hold values of one class mostly, alone or inside of arrays and objects."""
    kinds = draw(st.lists(st.sampled_from([SCALARS, *SCALARS.original_strategies]), min_size=4, max_size=4))
    a, b, c, d = (st.none() | kind for kind in kinds)
    fields = {
        "a": a,
        "b": b,
        "c": st.none() | st.lists(c, max_size=3),
        "d.e": st.none() | st.fixed_dictionaries({"x": d}),
    }
    return draw(st.lists(st.fixed_dictionaries({}, optional=fields), max_size=4))


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@given(tables(), st.sampled_from(["UTC", "Europe/Vienna", "+05:30"]), st.booleans(), st.booleans())
@examples(60)
def test_lines_are_the_records(records: list[dict[str, Any]], zone: str, typed: bool, made: bool) -> None:
    query = "fetch t" + (" | fieldsAdd f = a, g = array(a, b)" if made else "")
    result = dqlkit.query(query, {"t": records}, timezone=zone)
    result = result.typed() if typed else result
    assert repr([json.loads(line) for line in lines(result)]) == repr(plain(result.records))
    encoded = lines(result)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "json_encoder", None)
        assert lines(result) == encoded
    names, *rows = csv.reader(io.StringIO(written(result), newline=""))
    assert names == list(result.schema.fields)
    if names:
        for cells, record in zip(rows, plain(result.records), strict=True):
            assert [*map(cell, cells or [""])] == [*map(expected, map(record.get, names))]


def lines(result: Result) -> list[str]:
    stream = io.StringIO()
    write_lines(stream, result, behind="\n")
    return stream.getvalue().split("\n")[:-1]


def written(result: Result) -> str:
    stream = io.StringIO()
    write(result, "csv", stream)
    return stream.getvalue()


def cell(text: str) -> Any:
    """What a cell holds: JSON where it is an array or an object."""
    return repr(json.loads(text)) if text[:1] in ("[", "{") and text[-1:] in ("]", "}") else text


def expected(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return repr(value)
    if isinstance(value, float):
        return format_double(value)
    return "" if value is None else json.dumps(value) if isinstance(value, (bool, int)) else value


@pytest.mark.parametrize(
    "number", [1e16, 1e-7, -0.0, 5e-324, 1.7976931348623157e308, 123456789012345680.0, math.inf, math.nan]
)
def test_numbers(number: float) -> None:
    (line,) = lines(dqlkit.query("fetch t", {"t": [{"a": number}]}))
    assert repr(json.loads(line)) == repr(plain(dqlkit.query("fetch t", {"t": [{"a": number}]}).records[0]))


@given(st.lists(st.text() | st.none(), max_size=5), st.lists(st.integers(-(2**63), 2**63 - 1) | st.none(), max_size=5))
@examples(60)
def test_compiled_lines_are_those_of_the_engine(texts: list[str | None], numbers: list[int | None]) -> None:
    records = [
        {"t": t, "n": n, "x": [{"t": t, "n": n}, None]} for t in [*texts, '\x7f\\"\t\b\f\r'] for n in [*numbers, 0]
    ]
    result = dqlkit.query("fetch t", {"t": records}).typed()
    encoded = lines(result)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "json_encoder", None)
        assert lines(result) == encoded
