"""DQL text to tree: what is built, and what is said about text that is not DQL."""

from __future__ import annotations

import pytest

from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Boolean,
    Call,
    Duration,
    Each,
    Expression,
    Group,
    Hole,
    Index,
    Name,
    Null,
    Number,
    Parentheses,
    String,
    Unary,
    Variable,
    walk,
)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", Number(0, 0, 42)),
        ("0x1F", Number(0, 0, 31)),
        ("0xFFFFFFFFFFFFFFFF", Number(0, 0, 2**64 - 1)),
        ("9223372036854775808", Number(0, 0, 2**63)),
        ("2.5", Number(0, 0, 2.5)),
        ("1.6e-3", Number(0, 0, 0.0016)),
        ("3e5", Number(0, 0, 300000.0)),
        ("4min", Duration(0, 0, 4, "min")),
        ("3days", Duration(0, 0, 3, "days")),
        ("2M", Duration(0, 0, 2, "M")),
        ("@h", Unary(0, 0, "@", Duration(0, 0, 1, "h"))),
        ("TRUE", Boolean(0, 0, True)),
        ("Null", Null(0, 0)),
        ('"a b"', String(0, 0, "a b")),
        (r'"say \"b\"\n\x41\u00e9\ud83d\ude00"', String(0, 0, 'say "b"\nA\u00e9\U0001f600')),
        (r'"\d \ud83d"', String(0, 0, r"\d \ud83d")),
        ('"two\nlines // no comment"', String(0, 0, "two\nlines // no comment")),
        (r'"""raw \n "x" """', String(0, 0, r'raw \n "x" ')),
        ('""""x"""', String(0, 0, '"x')),
        ('"""x""""', String(0, 0, 'x"')),
        ('""""web-01""""', String(0, 0, '"web-01"')),
        ('"""""""', String(0, 0, '"')),
        ('""', String(0, 0, "")),
        ('""""""', String(0, 0, "")),
        ("dt.entity.host", Name(0, 0, "dt.entity.host")),
        ("avail.7d", Name(0, 0, "avail.7d")),
        (r"`a \` b\\c`", Name(0, 0, "a ` b\\c")),
        ("$host", Variable(0, 0, "host")),
        ("$host:noquote", Variable(0, 0, "host", "noquote")),
        ("a[0]", Index(0, 0, Name(0, 0, "a"), Number(0, 0, 0))),
        ("a[-1]", Index(0, 0, Name(0, 0, "a"), Unary(0, 0, "-", Number(0, 0, 1)))),
        ("a[`b c`]", Index(0, 0, Name(0, 0, "a"), Name(0, 0, "b c"))),
        ("a[][b.c]", Index(0, 0, Each(0, 0, Name(0, 0, "a")), Name(0, 0, "b.c"))),
        ("f( )[x]", Index(0, 0, Call(0, 0, Name(0, 0, "f"), []), Name(0, 0, "x"))),
        ("(a)", Parentheses(0, 0, Name(0, 0, "a"))),
        ("a <> 1", Binary(0, 0, "<>", Name(0, 0, "a"), Number(0, 0, 1))),
        ('a ~ "b"', Binary(0, 0, "~", Name(0, 0, "a"), String(0, 0, "b"))),
    ],
)
def test_literals_and_operands(text: str, expected: Expression) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("filter x", Argument(0, 0, Name(0, 0, "x"))),
        (
            "dedup sort:{a desc}",
            Argument(0, 0, Group(0, 0, [Argument(0, 0, Name(0, 0, "a"), direction="desc")]), Name(0, 0, "sort")),
        ),
        ("fields a = b", Argument(0, 0, Name(0, 0, "b"), alias=Name(0, 0, "a"))),
        ("lookup fields:a = b", Argument(0, 0, Name(0, 0, "b"), Name(0, 0, "fields"), Name(0, 0, "a"))),
        ("summarize {}", Argument(0, 0, Group(0, 0, []))),
        (
            "filter a in [fetch b]",
            Argument(
                0,
                0,
                Binary(
                    0,
                    0,
                    "in",
                    Name(0, 0, "a"),
                    Subquery(
                        0, 0, Pipeline(0, 0, [Command(0, 0, Name(0, 0, "fetch"), [Argument(0, 0, Name(0, 0, "b"))])])
                    ),
                ),
            ),
        ),
        ('data json:"""[1]"""', Argument(0, 0, String(0, 0, "[1]"), Name(0, 0, "json"))),
        ("sort alias:asc", Argument(0, 0, Name(0, 0, "asc"), Name(0, 0, "alias"))),
    ],
)
def test_arguments(text: str, expected: Argument) -> None:
    (command,) = commands(text)
    assert command.arguments == [expected]


RESERVED = ("true", "false", "null", "not", "and", "or", "xor", "mod")
CONTEXTUAL = (
    "in",
    "by",
    "is",
    "asc",
    "desc",
    "order",
    "group",
    "between",
    "contains",
    "like",
    "filter",
    "from",
    "fetch",
)


@pytest.mark.parametrize("word", CONTEXTUAL)
@pytest.mark.parametrize(
    "text",
    [
        "filter {} == 1",
        "fields a, {}",
        "fields {} = {}",
        "sort {} desc",
        "f {}:{}",
        "filter f({})[{}]",
        "filter not {}",
    ],
)
def test_words_that_are_not_reserved_are_names(word: str, text: str) -> None:
    (command,) = commands(text.replace("{}", word))
    assert any(isinstance(node, Name) and node.name == word for node in walk(command.arguments[-1]))


@pytest.mark.parametrize("word", RESERVED)
def test_reserved_words_are_none(word: str) -> None:
    assert parse(f"fieldsAdd {word} = 1").diagnostics
    assert not parse(f"fieldsAdd `{word}` = 1").diagnostics


def test_words_of_the_language_in_any_case() -> None:
    small, large = "filter not a and b in [fetch c] | sort d desc", "FILTER NOT a AND b IN [FETCH c] | SORT d DESC"
    assert [shape(argument.value) for command in commands(small) for argument in command.arguments] == [
        shape(argument.value) for command in commands(large) for argument in command.arguments
    ]
    assert commands(large)[1].arguments[0].direction == "desc"


def test_parts() -> None:
    assert isinstance(parse('matchesValue(a, "b") and c', "expression").tree, Binary)
    for text in ("| filter a | limit 1", "filter a | limit 1"):
        parsed = parse(text, "stages")
        assert not parsed.diagnostics
        assert isinstance(parsed.tree, Pipeline)
        assert parsed.tree.leading_pipe == text.startswith("|")
        assert [command.name.name for command in parsed.tree.commands] == ["filter", "limit"]


def test_spans_are_what_was_written() -> None:
    text = (
        "/* a */ fetch logs, from:-2h // b\n"
        '| fieldsAdd x = f("é", {y, 1.5}) + `z w`[0]@d - (q), alias:"n"\n'
        "| sort x desc"
    )
    written = {(type(node).__name__, text[node.start : node.end]) for node in walk(parse(text).tree)}
    assert written >= {
        ("Pipeline", text[8:]),
        ("Command", "fetch logs, from:-2h"),
        ("Argument", "from:-2h"),
        ("Unary", "-2h"),
        ("Duration", "2h"),
        ("Argument", 'x = f("é", {y, 1.5}) + `z w`[0]@d - (q)'),
        ("Call", 'f("é", {y, 1.5})'),
        ("Group", "{y, 1.5}"),
        ("Binary", 'f("é", {y, 1.5}) + `z w`[0]@d'),
        ("Binary", "`z w`[0]@d"),
        ("Duration", "d"),
        ("Index", "`z w`[0]"),
        ("Parentheses", "(q)"),
        ("Argument", "x desc"),
    }
    assert [comment.text for comment in parse(text).comments] == ["/* a */", "// b"]


def test_operators_know_where_they_stand() -> None:
    text = "a  AND b in [fetch c] or d@h"
    found = {
        text[node.operator_start :][:3] for node in walk(parse(text, "expression").tree) if isinstance(node, Binary)
    }
    assert found == {"AND", "in ", "or ", "@h"}


@pytest.mark.parametrize(
    ("text", "holes"),
    [
        ('fetch {{ .table }} | filter a == "{{x}}" | limit {{.n}}', ["{{ .table }}", "{{.n}}"]),
        ("fetch logs, from:${from} | ${filter} | limit 1", ["${from}"]),
        ("timeseries avg(dt.host.<metric>), by:{<dim>}", ["dt.host.<metric>", "<dim>"]),
        ("fetch logs | ... | summarize ..., by:{a}", ["..."]),
        ("summarize ${function}(a), {{name}}:b, {{alias}} = c", []),
        ("filter a ${operator} b | fields f(a)${more}", ["${more}"]),
        ('filter contains(a, "${x.replace("b", "c")}") and ${condition}', ["${condition}"]),
        ("filter a == %s and b < 5 and c > 3", ["%s"]),
    ],
)
def test_placeholders(text: str, holes: list[str]) -> None:
    parsed = parse(text)
    assert parsed.diagnostics == []
    assert [node.text for node in walk(parsed.tree) if isinstance(node, Hole)] == holes


def test_a_placeholder_as_a_stage() -> None:
    _, hole, limit = commands("fetch logs | ${filter} | limit 1")
    assert (hole.hole, hole.name.name, limit.hole) == (True, "${filter}", False)


def test_what_looks_like_a_placeholder_and_is_none() -> None:
    for text in ('fields concat("${", a, "}")', "filter a<b and c>d", "fields {a, b}, x % s", "filter a <b"):
        assert not [node for node in walk(parse(text).tree) if isinstance(node, Hole)]
        assert not parse(text).diagnostics
