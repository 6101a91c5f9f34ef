"""What the words of a query refer to, as binding finds it."""

from __future__ import annotations

import pytest

from dqlkit.languages.dql.bind import bind
from dqlkit.languages.dql.parse import parse


def found(query: str) -> list[tuple[str, str, str]]:
    """Each word with what it is and the name it stands for; `=` marks a definition."""
    references = bind(parse(query)).references
    return [(query[r.span.start : r.span.end], r.kind, ("=" if r.defines else "") + r.name) for r in references]


def test_words_of_a_query() -> None:
    query = (
        "FETCH logs, From:-1h | filter Contains(content, $v, CASESENSITIVE:true) | summarize n = count(), by:{`a b`}"
    )
    assert found(query) == [
        ("FETCH", "command", "fetch"),
        ("logs", "table", "logs"),
        ("From", "parameter", "from"),
        ("filter", "command", "filter"),
        ("Contains", "function", "contains"),
        ("content", "field", "content"),
        ("$v", "variable", "v"),
        ("CASESENSITIVE", "parameter", "caseSensitive"),
        ("summarize", "command", "summarize"),
        ("n", "field", "=n"),
        ("count", "function", "count"),
        ("by", "parameter", "by"),
        ("`a b`", "field", "a b"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("timeseries a = avg(m.x, filter:b == 1)", ("m.x", "metric", "m.x")),
        ("smartscapeNodes HOST", ("HOST", "type", "HOST")),
        ("fetch a | fieldsRename b = c", ("b", "field", "=b")),
        ("fetch a | fieldsKeep b", ("b", "field", "b")),
        ("fetch a | sort b[c][d] desc", ("b", "field", "b")),
        ("fetch a | filter b in [fetch c | fields d]", ("d", "field", "d")),
        ("fetch a | join [fetch b], on:{left[c] == right[d]}", ("d", "field", "d")),
        ("fetch a | lookup [fetch b], sourceField:c, lookupField:d", ("lookupField", "parameter", "lookupField")),
        ("fetch a | summarize {count(), by:{b}}", ("by", "parameter", "by")),
        ("fetch a | fieldsAdd b = c[] + iIndex()", ("iIndex", "function", "iIndex")),
    ],
)
def test_kinds_of_words(query: str, expected: tuple[str, str, str]) -> None:
    assert expected in found(query)


def test_members_of_records_and_sides_of_a_join_are_no_fields() -> None:
    words = [word for word, kind, _ in found("fetch a | filter b[c] == 1 | join [fetch d], on:{left[e] == right[f]}")]
    assert not {"c", "left", "right"} & {*words}
