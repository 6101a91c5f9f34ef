"""DQL text to tree: what is built, and what is said about text that is not DQL."""

from __future__ import annotations

import pytest

from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Binary, Duration, Expression, Name, Number, Unary


def expression(text: str) -> Expression:
    parsed = parse(text, "expression")
    assert parsed.diagnostics == []
    assert isinstance(parsed.tree, Expression)
    return parsed.tree


def commands(text: str) -> list[Command]:
    parsed = parse(text)
    assert parsed.diagnostics == []
    assert isinstance(parsed.tree, Pipeline)
    return parsed.tree.commands


def shape(node: object) -> str:
    """An expression with every binary and unary operator in parentheses."""
    match node:
        case Binary(operator=operator, left=left, right=right):
            return f"({shape(left)} {operator} {shape(right)})"
        case Unary(operator=operator, operand=operand):
            return f"({operator} {shape(operand)})"
        case Name(name=name):
            return name
        case Number(text=text):
            return text
        case Duration(amount=amount, unit=unit):
            return f"{amount}{unit}"
        case _:
            return type(node).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c", "(a + (b * c))"),
        ("-a * b", "((- a) * b)"),
        ("not a == b and c", "((not (a == b)) and c)"),
        ("a or b xor c and d", "(a or (b xor (c and d)))"),
        ("a < b == c", "((a < b) == c)"),
        ("a mod b", "(a % b)"),
        ("-2h@d", "((- 2h) @ 1d)"),
        ("x@w1", "(x @ 1w1)"),
        ("x - 2h@h", "((x - 2h) @ 1h)"),
        ("x - a@h", "(x - (a @ 1h))"),
        ("x + 1d@d - 5m", "(((x + 1d) @ 1d) - 5m)"),
        ("a * b@15m", "((a * b) @ 15m)"),
        ("in and by or asc", "((in and by) or asc)"),
    ],
)
def test_precedence(text: str, expected: str) -> None:
    assert shape(expression(text)) == expected


def test_stages_have_names_arguments_and_spans() -> None:
    fetch, sort = commands("fetch logs, from:-2h | sort by desc, asc")
    assert [fetch.name.name, sort.name.name] == ["fetch", "sort"]
    assert (fetch.span, sort.span) == ((0, 20), (23, 40))
    assert fetch.arguments[1].name == Name(0, 0, "from")
    assert [(a.value, a.direction) for a in sort.arguments] == [(Name(0, 0, "by"), "desc"), (Name(0, 0, "asc"), "")]
