"""What the service remarks of a query's text, with its types, words and places."""

from __future__ import annotations

import pytest

import dqlkit

TABLES = {"t": [{"a": 1, "b": 2}], "dt.entity.host": [{"id": "HOST-1", "a": None}]}


@pytest.mark.parametrize(
    ("query", "severity", "type", "at", "said"),
    [
        (
            "fetch t | summarize count(), by: a, b",
            "INFO",
            "PARAMETERS_SHOULD_BE_GROUPED",
            "by: a",
            "The parameters should be grouped with curly braces: {}.",
        ),
        (
            "fetch dt.entity.host",
            "INFO",
            "DEPRECATED_ENTITY_DATAOBJECT",
            "dt.entity.host",
            "The data object `dt.entity.host` is deprecated. Use the command `smartscapeNodes` instead.",
        ),
        (
            "fetch t\n| filter a == a",
            "WARNING",
            "EXPRESSION_ALWAYS_TRUE_EQUALS",
            "a == a",
            "The expression `a == a` is always true because the two arguments of == are equal.",
        ),
    ],
)
def test_remarks(query: str, severity: str, type: str, at: str, said: str) -> None:
    (found,) = dqlkit.query(query, TABLES).metadata["grail"]["notifications"]
    assert (found["severity"], found["notificationType"], found["message"]) == (severity, type, said)
    start, end = found["syntaxPosition"]["start"], found["syntaxPosition"]["end"]
    assert query[start["index"] : end["index"] + 1] == at
    line, column = query[: start["index"]].count("\n") + 1, start["index"] - query.rfind("\n", 0, start["index"])
    assert (start["line"], start["column"]) == (line, column)


def test_types_of_edges_and_nodes_should_be_grouped() -> None:
    """As the service remarks, once for each of the two parameters."""
    tables = {
        "smartscapeNodes": [{"id": "a", "type": "SERVICE"}],
        "smartscapeEdges": [{"source_id": "a", "target_id": "a"}],
    }
    query = "smartscapeNodes SERVICE | traverse runs_on, HOST"
    found = dqlkit.query(query, tables).metadata["grail"]["notifications"]
    assert [one["syntaxPosition"]["start"]["column"] for one in found if "GROUPED" in one["notificationType"]] == [
        36,
        45,
    ]
    grouped = dqlkit.query("smartscapeNodes SERVICE | traverse {runs_on}, {HOST}", tables).metadata["grail"]
    assert not any("GROUPED" in one["notificationType"] for one in grouped["notifications"])


@pytest.mark.parametrize("query", ["fetch t | summarize count(), by: {a, b}", "fetch t | filter a == b or a == 1"])
def test_nothing_to_remark(query: str) -> None:
    assert dqlkit.query(query, TABLES).metadata["grail"]["notifications"] == []
