"""Patterns in queries: functions and the command `parse`, on every engine."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit
from dqlkit.types.kinds import ANY, IP, LONG, STRING, Array, Record
from dqlkit.types.values import Ip
from tests.engines.every import answer, plan_of
from tests.functions.running import CONTEXT, bound, on_every_engine

ROWS: list[dict[str, Any]] = [
    {"content": "10.0.0.1 GET /a 200", "code": "old", "ok": True},
    {"content": "::1 GET /b 404", "code": "old", "ok": None},
    {"content": "10.0.0.1 GET /a 99999999999", "code": "old", "ok": True},
    {"content": "10.0.0.1 " + "G" * 5000 + " /a 200", "code": "old", "ok": True},
    {"content": "none", "code": "old", "ok": False},
    {"content": None, "code": "old", "ok": True},
]
PATTERN = "IPADDR:ip ' ' UPPER:method ' ' LD:path ' ' INT:code"


def run(query: str, rows: list[dict[str, Any]] = ROWS) -> list[dict[str, Any]]:
    """The records of a query; every engine must agree on them."""
    return answer(plan_of(query), {"t": rows}, CONTEXT).records


def test_parse_adds_every_export() -> None:
    first, second, *rest = run(f'fetch t | parse content, "{PATTERN}"')
    assert list(first) == ["content", "code", "ok", "ip", "method", "path"]
    assert (first["ip"], first["method"], first["path"], first["code"]) == (Ip(4, 0x0A000001), "GET", "/a", 200)
    assert second["ip"] == Ip(6, 1)
    for failed in rest:
        assert [failed[name] for name in ("ip", "method", "path", "code")] == [None] * 4


def test_fields_are_kept_where_nothing_is_found() -> None:
    codes = [row["code"] for row in run(f'fetch t | parse content, "{PATTERN}", preserveFieldsOnFailure:true')]
    assert codes == [200, 404, "old", "old", "old", "old"]


def test_a_null_that_is_found_is_no_failure() -> None:
    rows = [{"content": "a", "n": 7}, {"content": "b", "n": 7}]
    found = run("""fetch t | parse content, "INT*:n 'a'", preserveFieldsOnFailure:true""", rows)
    assert [row["n"] for row in found] == [None, 7]


def test_only_what_meets_the_prerequisite_is_read() -> None:
    found = run(f'fetch t | parse content, "{PATTERN}", parsingPrerequisite:ok')
    assert [row["code"] for row in found] == [200, None, None, None, None, None]
    kept = run(f'fetch t | parse content, "{PATTERN}", parsingPrerequisite:ok, preserveFieldsOnFailure:true')
    assert [row["code"] for row in kept] == [200, "old", "old", "old", "old", "old"]


def test_the_base_time_gives_the_year() -> None:
    rows = [{"content": "Mar 4 10:00:00"}]
    query = (
        """fetch t | parse content, "TIMESTAMP('MMM d HH:mm:ss'):at", baseTime: toTimestamp("2019-01-01T00:00:00Z")"""
    )
    (found,) = run(query + " | fields year = getYear(at)", rows)
    assert found == {"year": 2019}


def test_what_is_no_text_does_not_match() -> None:
    assert [row["n"] for row in run('fetch t | parse content, "INT:n"', [{"content": 5}, {"content": "5"}])] == [
        None,
        5,
    ]


def test_columns_are_named_by_exports() -> None:
    calls = """parse(content, "LD:a"), parse(content, "LD:a ' ' LD:b"), parseAll(content, "INT:i")"""
    query = f"""fetch t | fields {calls}, parseAll(content, "INT:i LD:l")"""
    assert list(run(query)[0]) == ["a", "parsed_record", "i", "parsed_records"]


#: A pattern, and the static type of `parse`.
TYPES = [
    ("INT:i", LONG),
    ("IPADDR:ip", IP),
    ("INT:i LD:l", Record([("i", LONG), ("l", STRING)])),
    ("ARRAY{INT:i ','?}{1,}:a", Array(LONG)),
    ("JSON:j", ANY),
    ("JSON{STRING:a}:j", Record([("a", STRING)])),
    ("JSON{STRING:a, INT:b}(flat=true)", Record([("a", STRING), ("b", LONG)])),
]


@pytest.mark.parametrize(("pattern", "kind"), TYPES)
def test_types(pattern: str, kind: Any) -> None:
    from dqlkit.plan.schema import Schema
    from dqlkit.plan.typing import infer

    assert infer(bound(f'parse(content, "{pattern}")'), Schema({"content": STRING})) == kind


#: An expression over the rows, and whether it runs on whole columns.
EXPRESSIONS = [
    (f'parse(content, "{PATTERN}")', True),
    ("parse(content, \"LD 'GET ' LD:path ' '\")", True),
    ('parse(content, "LD JSON:j")', True),
    ('parse(content, "JSON:j EOS")', False),
    ('parseAll(content, "INT:i")', True),
    ('parseAll(content, "LD:l (SPACE | EOS)")', False),
    ('matchesPattern(content, "IPADDR SPACE WORD SPACE NSPACE SPACE INT")', True),
    ('replacePattern(content, "[0-9]{1,3} \'.\' INT", "$1")', True),
    ('replacePattern(content, "SPACE", "")', True),
    ('splitByPattern(content, "SPACE")', True),
    ('splitByPattern(content, "LD*")', False),
]


@pytest.mark.parametrize(("expression", "vectorised"), EXPRESSIONS)
def test_engines_agree(expression: str, vectorised: bool) -> None:
    _, row_by_row = on_every_engine(bound(expression), ROWS)
    assert (not row_by_row) == vectorised


def test_explain_tells_what_runs_record_by_record() -> None:
    query = dqlkit.parse('fetch t | parse content, "JSON_ARRAY{INT}:j" | parse content, "INT:i"')
    assert query.explain({"t": ROWS[:1]}).endswith("row by row:\n  parse(string, string)")
    assert dqlkit.parse('fetch t | parse content, "INT:i"').explain({"t": ROWS[:1]}).endswith("vectorised throughout")


def test_a_pattern_in_a_variable_is_put_in_first() -> None:
    query = dqlkit.parse("fetch t | parse content, $p:triplequote")
    assert not query.errors
    assert query.run({"t": [{"content": "5"}]}, variables={"p": "INT:n"}).records == [{"content": "5", "n": "5"}]
