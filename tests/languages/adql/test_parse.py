"""ADQL text to tree: what is built, and what is said about text that is not ADQL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit import Query, lint
from dqlkit.diagnostics import Diagnostic
from dqlkit.languages.adql.parse import LONGEST, parse
from dqlkit.languages.adql.tree import Between, Match, Membership
from dqlkit.languages.adql.tree import Path as FieldPath
from dqlkit.languages.adql.tree import Query as Statement
from dqlkit.languages.syntax.tree import Binary, Call, Expression, Name, Number, Unary, walk
from tests.languages.adql.strategies import adql_queries
from tests.profiles import examples


def condition(text: str) -> Expression:
    parsed = parse(text, "expression")
    assert parsed.diagnostics == []
    assert isinstance(parsed.tree, Expression)
    return parsed.tree


def shape(node: object) -> str:
    """An expression with every operator in parentheses."""
    match node:
        case Binary(operator=operator, left=left, right=right):
            return f"({shape(left)} {operator} {shape(right)})"
        case Unary(operator=operator, operand=operand):
            return f"({operator} {shape(operand)})"
        case Name() | FieldPath():
            return node.name
        case Number(text=text):
            return text
        case Membership(operand=operand):
            return f"({shape(operand)} in)"
        case Between(operand=operand):
            return f"({shape(operand)} between)"
        case Match(operator=operator, operand=operand):
            return f"({shape(operand)} {operator})"
        case Call(function=function):
            return f"{function.name}()"
    return shape(node.inner) if hasattr(node, "inner") else type(node).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1 OR b = 2 AND NOT c = 3", "((a = 1) or ((b = 2) and (not (c = 3))))"),
        ("a - b - c > 0", "(((a - b) - c) > 0)"),
        ("a + b * c % d > 0", "((a + ((b * c) % d)) > 0)"),
        ("(a + b) * c > 0", "(((a + b) * c) > 0)"),
        ("- a * b > -1", "(((- a) * b) > (- 1))"),
        ("(a = 1 OR b = 2) AND c = 3", "(((a = 1) or (b = 2)) and (c = 3))"),
        ("(a % 3) IN (1, 2) AND b LIKE 'x'", "(((a % 3) in) and (b like))"),
        ("a BETWEEN (1, 2] AND b = 3", "((a between) and (b = 3))"),
        ("a.b.`c d`.e = 1", "(a.b.c d.e = 1)"),
        ("`a.b` = 1", "(a.b = 1)"),
    ],
)
def test_precedence(text: str, expected: str) -> None:
    assert shape(condition(text)) == expected


def test_a_path_has_parts_and_a_quoted_name_is_one() -> None:
    path, name = condition("a.`b.c` = 1"), condition("`a.b.c` = 1")
    assert isinstance(path, Binary)
    assert isinstance(name, Binary)
    assert isinstance(path.left, FieldPath)
    assert [part.name for part in path.left.parts] == ["a", "b.c"]
    assert name.left == Name(0, 0, "a.b.c")


def test_clauses_have_spans() -> None:
    text = "SELECT a AS b FROM t WHERE a = 1 SINCE 1 h UNTIL 5 m HAVING b > 1 ORDER BY b DESC LIMIT 5, 3;"
    parsed = parse(text)
    assert parsed.diagnostics == []
    assert isinstance(parsed.tree, Statement)
    found = [text[clause.start : clause.end] for clause in parsed.tree.clauses()]
    assert found == [
        "SELECT a AS b",
        "FROM t",
        "WHERE a = 1",
        "SINCE 1 h UNTIL 5 m",
        "HAVING b > 1",
        "ORDER BY b DESC",
        "LIMIT 5, 3",
    ]


# ---- what is said ---------------------------------------------------------------------------------------------------

MESSAGES = Path(__file__).with_name("messages.jsonl")
CASES = [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]


def said(text: str) -> list[list[object]]:
    return [_written(d) for d in Query(text, "adql").diagnostics]


def _written(found: Diagnostic) -> list[object]:
    edits = [[*edit.span, edit.text] for edit in found.fix.edits] if found.fix else []
    return [found.code, found.severity, *found.span, found.message, found.help, edits]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"][:40])
def test_message(case: dict[str, object]) -> None:
    """`messages.jsonl` keeps what is said, to be read and to be improved."""
    assert said(str(case["query"])) == case["said"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"][:40])
def test_safe_fixes_mend(case: dict[str, object]) -> None:
    """A text whose errors all have a safe fix is right once they are applied."""
    text = str(case["query"])
    found = Query(text, "adql").errors
    if not found or not all(d.fix and d.fix.safe for d in found):
        return
    edits = sorted({edit for d in found for edit in (d.fix.edits if d.fix else ())}, reverse=True)
    for edit in edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert not Query(text, "adql").errors, text


def test_a_long_query_is_refused() -> None:
    text = "SELECT a FROM t WHERE " + " AND ".join(["a = 1"] * 700)
    (found,) = Query(text, "adql").errors
    assert (found.code, tuple(found.span)) == ("A004", (LONGEST, len(text)))


# ---- robustness -----------------------------------------------------------------------------------------------------

_WORDS = "select from where since until having order by limit and or not in between like regexp is null distinct as asc"
_HABITS = "group facet || -- /* | { } ‘x’ 1h"
_PUNCTUATION = "( ) [ ] , ; ' \" ` a b.c 5 -1 * = != count(*) filter( avg(x) range( funnel( 'x*'"
_PIECES = st.sampled_from(f"{_WORDS} {_HABITS} {_PUNCTUATION}".split())


@examples(150)
@given(adql_queries(), st.lists(st.tuples(st.integers(0, 200), _PIECES), min_size=1, max_size=3))
def test_any_text_is_answered(text: str, insertions: list[tuple[int, str]]) -> None:
    for place, piece in insertions:
        text = f"{text[:place]} {piece} {text[place:]}"
    query = Query(text, "adql")
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in query.diagnostics)
    assert all(0 <= node.start <= node.end <= len(text) for node in walk(query.parsed.tree))
    formatted = query.format()
    if not query.errors:
        assert Query(formatted, "adql").plan == query.plan


@examples(100)
@given(adql_queries())
def test_formatting_is_stable_and_keeps_the_meaning(text: str) -> None:
    query = Query(text, "adql")
    once = query.format()
    assert Query(once, "adql").format() == once
    assert Query(once, "adql").plan == query.plan
    assert Query(query.canonical(), "adql").plan == query.plan
    assert Query(query.canonical(), "adql").canonical() == query.canonical()


@pytest.mark.parametrize("piece", ["(", "not ", "a and ", "`", "a = 'x' b ", ", ", "from ", "[1, ", "'"])
def test_time_grows_with_the_text(piece: str) -> None:
    parse("select a from t where " + piece * 20_000)


def test_the_linter_passes_on_whatever_is_found() -> None:
    """A code of an early stage that no rule for ADQL has would be lost."""
    for case in CASES:
        text = str(case["query"])
        told = {d.code for d in lint(text, "adql", select=["ALL"])}
        assert {d.code for d in Query(text, "adql").diagnostics} <= told, text
