"""JSON of any size is read as Python's own `json` reads it, whatever block a record falls in and whatever is wanted of it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit import compiled
from dqlkit.engines.table import Want
from dqlkit.sources import SourceError, json_columns, json_scan, json_strict, open_table, read_table
from dqlkit.sources.table import FrameTable, narrowed
from dqlkit.types import DOUBLE, LONG, STRING, Type, Variant
from dqlkit.types.values import type_of
from tests.profiles import examples


@pytest.fixture(
    autouse=True,
    params=[
        (1 << 16, 1 << 22, 0, 1 << 19, True),
        (7, 11, 1 << 14, 1, True),
        (7, 11, 0, 1, True),
        (7, 11, 0, 1, False),
        (7, 1 << 10, 0, 16, True),
    ],
    ids=["large", "small", "strict", "strict by Arrow", "side by side"],
)
def block_sizes(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scan, "FIRST", request.param[0])
        patch.setattr(json_scan, "SIZE", request.param[1])
        patch.setattr(json_columns, "_WORTH", request.param[2])
        patch.setattr(json_strict, "_PART", request.param[3])
        if not request.param[4]:
            patch.setattr(compiled, "json_decoder", None)
        yield


def read(folder: Path, text: str | bytes, want: Want | None = None) -> FrameTable:
    path = folder / "export.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    table = read_table(path, times=()) if want is None else narrowed(open_table(path), want)
    assert isinstance(table, FrameTable)
    return table


def values(table: FrameTable, name: str = "v") -> list[Any]:
    return [record.get(name) for record in table.frame.records()]


LONG_NUMBER = "1" * 5000


@pytest.mark.parametrize("form", ["{}\n", "\n{}\r\n", "[{}]", "{}"])
@pytest.mark.parametrize(
    ("written", "value", "told"),
    [
        ("9223372036854775807", 2**63 - 1, ""),
        ("9223372036854775808", 2.0**63, "1 whole number of more than 64 bits became the nearest double"),
        ("-9223372036854775809", -(2.0**63), "1 whole number of more than 64 bits became the nearest double"),
        ("[9223372036854775808]", [2.0**63], "1 whole number of more than 64 bits became the nearest double"),
        ('{"a": {"b": 1180591620717411303424}}', {"a": {"b": 2.0**70}}, "1 whole number of more than 64 bits"),
        ("1" + "0" * 400, "1" + "0" * 400, "1 number beyond the range of the type double stayed text"),
        (LONG_NUMBER, LONG_NUMBER, "1 number beyond the range of the type double stayed text"),
        ("1e400", "1e400", "1 number beyond the range of the type double stayed text"),
        ("-1E1000000", "-1E1000000", "1 number beyond the range of the type double stayed text"),
        ("1e-400", 0.0, ""),
        ("1.10", 1.1, ""),
        ("0.1000000000000000055511151231257827", 0.1, ""),
        ("-0", 0, ""),
        ('"\\ud83d"', "\ufffd", "1 text with half a surrogate pair got U+FFFD in its place"),
        ('"\\ud83d\\ude00"', "😀", ""),
        ('"\\u0000"', "\0", ""),
        ('{"": {"": 1}}', {"": {"": 1}}, ""),
        ('{"a": 1, "a": 2}', {"a": 2}, ""),
        ("{}", {}, ""),
        ("[]", [], ""),
        ("[[], [1, null], null]", [[], [1, None], None], ""),
    ],
)
def test_values_at_the_edge(tmp_path: Path, form: str, written: str, value: Any, told: str) -> None:
    for want in (None, Want(frozenset({"v"}))):
        table = read(tmp_path, form.replace("{}", f'{{"n": 0, "v": 3, "v": {written}}}'), want)
        assert values(table) == [value]
        assert type(values(table)[0]) is type(value)
        assert [told in notice.message for notice in table.notices] == ([True] if told else [])


def test_numbers_and_texts_in_one_field_keep_their_types_and_are_counted(tmp_path: Path) -> None:
    lines = [
        f'{{"v": {value}}}'
        for value in ('"x"', "1", "1.0", "1180591620717411303424", "1e400", "1180591620717411303425")
    ]
    table = read(tmp_path, "\n".join(lines))
    assert values(table) == ["x", 1, 1.0, 2.0**70, "1e400", 2.0**70]
    assert table.schema.type("v") == Variant([STRING, LONG, DOUBLE])
    assert [notice.message for notice in table.notices] == [
        "`v`: 2 whole numbers of more than 64 bits became the nearest double.",
        "`v`: 1 number beyond the range of the type double stayed text.",
    ]


@pytest.mark.parametrize("member", ["{}", '{"in": {}}', "[{}]"])
@pytest.mark.parametrize(
    ("few", "kind"), [("2", LONG), ("2.0", DOUBLE), ("-0", LONG), ("3e0", DOUBLE), ("7e22", DOUBLE)]
)
def test_few_whole_numbers_among_doubles_keep_their_types(tmp_path: Path, member: str, few: str, kind: Type) -> None:
    numbers = ["0.5", *(f"{k}.25" for k in range(90)), few, "1.5"]
    lines = [f'{{"v": {member.replace("{}", number)}}}' for number in numbers]
    found = values(read(tmp_path, "\n".join(lines) + "\n"))
    assert repr(found) == repr([json.loads(line)["v"] for line in lines])
    assert type_of(json.loads(few)) == kind


@pytest.mark.parametrize("blank", ["", "\n", " \n", "\r", "\r\n "])
@pytest.mark.parametrize("at", [1, 40, 79])
def test_a_null_in_place_of_a_record_is_an_error(tmp_path: Path, blank: str, at: int) -> None:
    lines = [f'{{"v": {k}, "w": null}}' for k in range(80)]
    lines.insert(at, f"{blank}null")
    with pytest.raises(SourceError, match=f"record {at + 1}: expected an object, found null"):
        read(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("empty", ["null", "[]", "[null]", '{"in": null}'])
@pytest.mark.parametrize("form", ["{}", "[{}]", '{"in": {}}'])
def test_a_block_without_values_adds_no_type(tmp_path: Path, form: str, empty: str) -> None:
    written = [form.replace("{}", value) for value in ('{"a": 1}', '{"b": 1}')] + [empty]
    lines = [f'{{"v": {value}, "long enough for a block": "{"x" * 99}"}}' for value in written]
    assert read(tmp_path, "\n".join(lines)).schema == read_table([*map(json.loads, lines)], times=()).schema


def test_an_empty_name_is_a_name(tmp_path: Path) -> None:
    assert values(read(tmp_path, '{"": 1}\n{"": 2, "a": 3}\n'), "") == [1, 2]
    assert values(read(tmp_path, '{"": 1}\n{"": 2, "a": 3}\n', Want(frozenset({""}))), "") == [1, 2]


def test_a_field_that_is_wanted_and_in_no_record_is_none(tmp_path: Path) -> None:
    table = read(tmp_path, '{"a": 1}\n{"b": null}\n', Want(frozenset({"b", "c"})))
    assert list(table.schema.fields) == ["b"]
    assert table.facts.rows == 2


def test_no_more_is_read_than_the_limit_asks_for(tmp_path: Path) -> None:
    text = f'{{"a": 1, "b": "{"x" * 81}"}}\n' * 700 + "no JSON"
    table = read(tmp_path, text, Want(limit=3))
    assert (values(table, "a"), table.facts.rows) == ([1, 1, 1], None)
    with pytest.raises(SourceError, match="record 701, byte 69300, line 701, column 1: expected a JSON value"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a": }\n{"a": 3}', "record 2, byte 15, line 2, column 7: expected a JSON value, found `}`"),
        ('{"a": 1}\n{"a": \n{"a": 3}\n', "record 2, byte 15, line 2, column 7: expected a JSON value, found the end"),
        ('{"a": 1}\n\n{"a": "é", 2}\n', "record 2, byte 22, line 3, column 12: expected a name in double quotes"),
        ('{"a": 1}\n{"a": 2', "record 2, byte 16, line 2, column 8: expected `,` or the end of the array or object"),
        ('[{"a": 1}, {"a": 2}, {"a"}]', "record 3, byte 25, line 1, column 26: expected `:` after the name"),
        ('[{"a": 1}, {"a": 2}', "record 2, byte 19, line 1, column 20: expected `,` or the end of the array or object"),
        (b'{"a": 1}\n{"a": "\xff"}\n', "expected UTF-8 text, found 0xff at byte 16"),
        ('{"a": 1}\n5\n', "record 2: expected an object, found a number"),
        ('{"a": 1}\n{"a": ' + "[" * 100_000, "nested too deeply"),
        ('{"a": 1}\n{"a": ' + "[" * 500 + "]" * 500 + "}", "at most 48 levels"),
    ],
)
def test_errors_say_which_record_and_where(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_documents_that_go_over_lines_may_follow_one_that_does_not(tmp_path: Path) -> None:
    assert values(read(tmp_path, '{"v": 1}\n{\n"v": 2\n}\n{"v": 3} {"v": 4}\n')) == [1, 2, 3, 4]


def test_many_members(tmp_path: Path) -> None:
    record = {f"m{k}": k for k in range(10_000)}
    assert read(tmp_path, json.dumps(record)).frame.records() == [record]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert values(read(tmp_path, '{"v": "é"}\n{"v": "😀"}\n'.encode(encoding))) == ["é", "😀"]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number or 0.0),
    st.text(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "", "é"]), VALUES), max_size=6)


@given(RECORDS, st.booleans(), st.sampled_from([None, 0, 2]))
@examples(60)
def test_any_records(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], lines: bool, indent: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records, indent=indent)
    expected = [json.loads(json.dumps(record)) for record in records]
    table = read(folder, text)
    names = list(dict.fromkeys(name for record in expected for name in record))
    assert list(table.schema.fields) == names
    assert table.frame.schema == read_table(expected, times=()).schema
    assert repr(table.frame.records()) == repr([{name: record.get(name) for name in names} for record in expected])
    some = read(folder, text, Want(frozenset({"b", ""})))
    for name in ("b", ""):
        assert repr(values(some, name)) == repr([record.get(name) for record in expected])


def _double(text: str) -> float | str:
    """A number beyond doubles stays text."""
    return float(text) if math.isfinite(float(text)) else text


def _whole(text: str) -> int | float | str:
    """A whole number beyond 64 bits is a double."""
    return int(text) if -(2**63) <= int(text) < 2**63 else _double(text)


MUTATIONS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=2), st.integers(0, 3)), max_size=3)


@given(RECORDS, MUTATIONS)
@examples(60)
def test_damaged_lines_are_read_as_python_reads_them_or_refused(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], mutations: list[tuple[float, bytes, int]]
) -> None:
    data = "\n".join(json.dumps(record, ensure_ascii=False) for record in [{"a": 1}, *records]).encode(
        "utf-8", "replace"
    )
    for at, inserted, removed in mutations:
        place = int(at * len(data))
        data = data[:place] + inserted + data[place + removed :]
    try:
        table = read(tmp_path_factory.mktemp("damaged"), data)
    except SourceError:
        return
    try:
        lines = [line for line in data.decode().split("\n") if line.strip()]
        expected = [json.loads(line, parse_float=_double, parse_int=_whole) for line in lines]
    except ValueError:
        return  # several documents in a line, or one over several
    names = list(table.schema.fields)
    assert repr(table.frame.records()) == repr([{name: record.get(name) for name in names} for record in expected])


@pytest.mark.parametrize(
    "text",
    [
        '{"v": 1}\n{"v": \n5\n{"v": 2}\n{"v": 3',
        '{nothing\n{"v": 1}\n\n[\n{"v": 2}\n',
        '{"v": 1}\n"x"\n{"v": 2}\n{a: 1}\n{]\n',
    ],
)
def test_records_that_cannot_be_read_may_be_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(text)
    table = read_table(path, ignore_errors=True)
    assert values(table) == [1, 2]
    (notice,) = table.notices
    lines = len([line for line in text.split("\n") if line]) - 2
    assert notice.message == f"{lines} lines cannot be read and are left out."


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ('[{"v": 1}, {"v": }, {"v": 2}]', 1),
        ('[{"v": 1}, 5, {"v": 2}, "x"]', 2),
        ('[{"v": 1, "w": [{"x": 1}]}, {"v": 3, "w": [{"x": 1}, {"x": 2}}, {"v": 2}', 1),
        ('[{"v": 1},\n {"v": 2},\n {"v": 3,', 1),
    ],
)
def test_elements_that_cannot_be_read_may_be_left_out(tmp_path: Path, text: str, skipped: int) -> None:
    path = tmp_path / "export.json"
    path.write_text(text)
    table = read_table(path, ignore_errors=True)
    assert values(table) == [1, 2]
    assert [notice.message.split()[0] for notice in table.notices] == [str(skipped)]


def test_names_with_a_character_of_code_0_are_names(tmp_path: Path) -> None:
    """Arrow cannot tell them, which arrays of records are made with."""
    mixed = [{"v": {"À\0": 1}}, {"v": 2}] * 3
    assert read(tmp_path, "\n".join(map(json.dumps, mixed))).frame.records() == mixed
    record = {"a": [{"\0": "n"}], "b": [[{"x\0y": [2.5]}], None]}
    path = tmp_path / "t.ndjson"
    path.write_text("\n".join(json.dumps(one) for one in [record] * 200 + [{"a": None}, {"a": []}]))
    result = dqlkit.query("fetch t", {"t": path})
    assert result.records == [record] * 200 + [{}, {"a": []}]
    result.write(tmp_path / "out.ndjson")
    assert json.loads((tmp_path / "out.ndjson").read_text().splitlines()[0]) == record
