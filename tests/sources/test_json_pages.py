"""Documents that wrap records are read as a stream, with the same result as when they are held as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.table import EVERYTHING, Want
from dqlkit.sources import SourceError, json_file, json_scan, json_sketch, open_table, read_table
from dqlkit.sources.frames import table_of
from dqlkit.sources.json_pages import WrappedRecords
from dqlkit.sources.table import narrowed
from dqlkit.wire import read_items
from tests.profiles import examples


@pytest.fixture(params=[(1 << 16, 1 << 22, 1 << 18), (7, 11, 60), (40, 60, 90)], ids=["large", "small", "few"])
def sizes(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scan, "FIRST", request.param[0])
        patch.setattr(json_scan, "SIZE", request.param[1])
        patch.setattr(json_sketch, "_KEPT", request.param[2])
        yield


FIELDS = {
    "b": "boolean",
    "d": "double",
    "l": "long",
    "n": "duration",
    "s": "string",
    "t": "timestamp",
    "u": "undefined",
}
SPELLED = st.sampled_from(
    [None, True, 0.5, 1, "7", "-12", "9223372036854775807", "9223372036854775808", "x", "NaN", "2026-01-05T08:00:00Z"]
    + ["2026-01-05T08:00:00.123456789+01:00", "2026-02-30T08:00:00Z", "9999-12-31T00:00:00Z", [], {"a": 1}]
)
USUAL = {"b": True, "d": 0.5, "l": "7", "n": "-12", "s": "x", "t": "2026-01-05T08:00:00.000000000Z", "u": {"a": [1]}}


def streamed(text: str, want: Want = EVERYTHING) -> Any:
    """What the streaming reader finds in a text."""
    found = WrappedRecords.of(lambda: nullcontext(BytesIO(text.encode())), lenient=False)
    assert found is not None
    return found.table((), want)


def told(read: Any) -> Any:
    try:
        table = read()
    except SourceError as fault:
        return str(fault)
    return table.schema, repr(table.frame.records()), table.notices, table.format


WRAPPED = {
    "bare": lambda answer: answer,
    "status": lambda answer: {"state": "SUCCEEDED", "progress": 100, "result": answer},
    "dtctl": lambda answer: {"ok": True, "result": answer},
    "compact": lambda answer: {**answer, "constant": {"c": "9"}},
}


@pytest.mark.usefixtures("sizes")
@given(
    st.lists(
        st.dictionaries(st.sampled_from([*USUAL]), st.none() | st.just("usual") | SPELLED, max_size=4) | st.none(),
        max_size=5,
    ),
    st.lists(st.sets(st.sampled_from([*USUAL])), min_size=1, max_size=3),
    st.sampled_from([*WRAPPED.values()]),
    st.integers(1, 2),
    st.sampled_from([None, 1]),
)
@examples(60)
def test_a_stream_is_read_as_a_document(
    rows: list[Any], named: list[set[str]], wrap: Any, pages: int, indent: int
) -> None:
    rows = [row and {name: USUAL[name] if value == "usual" else value for name, value in row.items()} for row in rows]
    types = [
        {"indexRange": [2 * k, 2 * k + 1], "mappings": {name: {"type": FIELDS[name]} for name in names}}
        for k, names in enumerate(named)
    ]
    documents = [wrap({"records": rows, "types": types})] * pages
    expected = told(lambda: table_of(read_items(documents), ()))
    text = "\n".join(json.dumps(document, indent=indent) for document in documents)
    for form in (text, json.dumps(documents, indent=indent)):
        found = told(lambda form=form: streamed(form))
        assert found == expected or isinstance(found, str)  # of several faults each way tells its first one
        assert isinstance(found, str) == isinstance(expected, str)


PAGES = {
    "v2": {
        "totalCount": 3,
        "nextPageKey": "k",
        "events": [{"startTime": 1, "properties": [{"key": "a", "value": "b"}]}] * 3,
    },
    "v1": {"events": [{"startTime": 1, "endTime": -1, "a": {"b": [1, 2]}}] * 3, "from": 1},
    "analytics": {
        "fields": [{"label": "n", "type": "integer"}, {"label": "s"}],
        "results": [[1, "x"], [2, None]],
        "moreData": True,
    },
    "controller": {"data": [{"chunk": [{"fields": [{"label": "n", "type": "integer"}], "results": [[1], [2]]}]}]},
    "problems": {"result": {"problems": [{"startTime": 1, "endTime": -1}, {"startTime": 2}]}},
    "otlp": {
        "resourceLogs": [
            {"scopeLogs": [{"logRecords": [{"body": {"stringValue": "a"}}, {"body": {"stringValue": "b"}}]}]}
        ]
        * 2
    },
    "metrics": {"totalCount": 1, "result": [{"metricId": "m", "data": [{"timestamps": [1, 2], "values": [1, None]}]}]},
}


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_kind_of_page(page: Any) -> None:
    for documents in ([page], [page, page]):
        assert told(lambda d=documents: streamed(json.dumps(d))) == told(
            lambda d=documents: table_of(read_items(d), ())
        )


ANSWER = {
    "records": [{"a": str(k), "b": {"c": [k]}, "d": None if k == 3 else "x"} for k in range(9)],
    "types": [{"mappings": {"a": {"type": "long"}}}],
}


@pytest.mark.usefixtures("sizes")
def test_only_what_is_wanted_is_read() -> None:
    table = streamed(json.dumps(ANSWER), Want(frozenset({"a", "z"})))
    assert table.frame.records() == [{"a": k} for k in range(9)]
    table = streamed(json.dumps(ANSWER), Want(frozenset({"d"})))
    assert [record["d"] for record in table.frame.records()] == ["x"] * 3 + [None] + ["x"] * 5
    assert not table.schema.stored  # one record names it with null


def test_no_more_is_read_than_the_limit_asks_for() -> None:
    wrong = {**ANSWER, "records": [*ANSWER["records"] * 2000, {"a": "x"}]}
    text = json.dumps(wrong)
    assert streamed(text, Want(limit=2)).frame.records() == [{"a": k, "b": {"c": [k]}, "d": "x"} for k in range(2)]
    with pytest.raises(SourceError, match="record 18001, field `a`"):
        streamed(text)


@pytest.mark.usefixtures("sizes")
def test_files_are_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "content", None)  # which reads a file as a whole
    path = tmp_path / "answer.json"
    for text in (json.dumps(ANSWER), json.dumps([ANSWER]), json.dumps(ANSWER, indent=2) + "\n" + json.dumps(ANSWER)):
        path.write_text(text)
        assert len(read_table(path).frame.records()) in (9, 18)
    records = [{"a": [{"b": 1}, {"c": "]}"}]}, {"a": None}] * 50
    for text in (
        json.dumps(records),
        json.dumps(records, indent=1),
        "\n".join(json.dumps(one, indent=1) for one in records),
        "".join(map(json.dumps, records)),
    ):
        path.write_text(text)
        assert read_table(path).frame.records() == records
        table = narrowed(open_table(path), Want(limit=1))
        assert table.schema.fields.keys() == {"a"}


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"records": [{"a": 1}, {"a": }], "types": []}',
            "record 1, byte 29, line 1, column 30: expected a JSON value",
        ),
        ('{"records": [{"a": 1}, {"a": 2}', "expected `,` or the end of the array"),
        ('{"records": [{"a": 1}], "types": []} x', "expected a JSON value, found `x`"),
        ('{"records": [{"a": 1}], "records": 5}', ""),
    ],
)
def test_what_is_no_such_document_is_told_as_before(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text)
    if message:
        with pytest.raises(SourceError) as caught:
            read_table(path)
        assert message in str(caught.value)
    else:  # of two members of one name the last one counts
        assert read_table(path).frame.records() == [{"records": 5}]


@pytest.mark.usefixtures("sizes")
def test_names_and_places_of_long_texts(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    long = "y" * 500
    path.write_text(
        json.dumps(
            {"records": [{long: long, "\u00e4": "\u00e4" * 40}], "types": [], "metadata": {"m": long}},
            ensure_ascii=False,
        )
    )
    assert read_table(path).frame.records() == [{long: long, "\u00e4": "\u00e4" * 40}]
