"""What is said about text that is not DQL, where, and that the tree is that of what was meant."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from dqlkit.diagnostics import Fix
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.syntax.tree import Bad, walk


class Case(NamedTuple):
    text: str
    code: str
    at: str
    """The text of the span."""
    message: str
    fixed: str = ""
    """The text after the fix; its tree has to be the one that was recovered."""


CASES = [
    # ---- something is missing ----
    Case("fetch logs | filter a == | sort b", "E001", "|", "expected an expression, found `|`"),
    Case("fetch logs | filter a == and b", "E001", "and", "expected an expression, found `and`"),
    Case("fetch logs | fieldsAdd x = f(, b)", "E001", ",", "expected an expression or `)`, found `,`"),
    Case(
        "fetch logs | filter (a == 1 | sort b",
        "E001",
        "|",
        "expected `)`, found `|`",
        "fetch logs | filter (a == 1) | sort b",
    ),
    Case(
        "fetch logs | filter a[0 | sort b", "E001", "|", "expected `]`, found `|`", "fetch logs | filter a[0] | sort b"
    ),
    Case(
        "append [ fetch logs | limit 3",
        "E001",
        "",
        "expected `]`, found the end of the query",
        "append [ fetch logs | limit 3]",
    ),
    Case(
        "fetch logs | limit 3 |", "E001", "", "expected a command, found the end of the query", "fetch logs | limit 3 "
    ),
    Case("fetch logs | | limit 3", "E001", "|", "expected a command, found `|`", "fetch logs  | limit 3"),
    Case(
        "fetch logs | fields a,",
        "E001",
        "",
        "expected an expression, found the end of the query",
        "fetch logs | fields a",
    ),
    Case("fetch logs from:-2h", "E001", "from", "expected `,` before `from`", "fetch logs, from:-2h"),
    Case("summarize by:{a} n = count()", "E001", "n", "expected `,` before `n`", "summarize by:{a}, n = count()"),
    Case("summarize count() by:{a}", "E001", "by", "expected `,` before `by`", "summarize count(), by:{a}"),
    Case(
        "summarize count() by a, b", "E001", "by", "expected `,` and `by:`, found `by`", "summarize count(), by:{a, b}"
    ),
    Case("fetch logs filter a == 1", "E001", "filter", "expected `|` before `filter`", "fetch logs | filter a == 1"),
    Case("fetch logs\nfilter a", "E001", "filter", "expected `|` before `filter`", "fetch logs |\nfilter a"),
    Case(
        'filter contains a, "b") | limit 1', "E001", "a", "expected `(` before `a`", 'filter contains(a, "b") | limit 1'
    ),
    Case(
        "summarize sum(a, by:{b} | limit 1",
        "E001",
        ",",
        "expected `)`, found `,`",
        "summarize sum(a), by:{b} | limit 1",
    ),
    # ---- something is too much ----
    Case("filter a == 1)) | sort b", "E001", "))", "`)` closes no bracket", "filter a == 1 | sort b"),
    Case(
        "summarize count(), by:{a, b) | sort c",
        "E001",
        ")",
        "expected `}`, found `)`",
        "summarize count(), by:{a, b} | sort c",
    ),
    Case("fetch logs;", "E001", ";", "expected an operator, `,`, `|` or the end of the query, found `;`", "fetch logs"),
    Case("| filter a", "E001", "|", "expected a command, found `|`", " filter a"),
    Case("summarize count(*)", "E001", "*", "expected an expression or `)`, found `*`", "summarize count()"),
    # ---- literals ----
    Case("filter a == 'b'", "E002", "'b'", "expected a string in double quotes, found one in ''", 'filter a == "b"'),
    Case(
        "filter a == 'say \"b\"'",
        "E002",
        "'say \"b\"'",
        "expected a string in double quotes, found one in ''",
        'filter a == "say \\"b\\""',
    ),
    Case("filter a == “b”", "E002", "“b”", "expected a string in double quotes, found one in “”", 'filter a == "b"'),
    Case('filter a == "b\n| sort c', "E001", '"', 'expected a closing `"`, found none'),
    Case("filter `a == 1", "E001", "`", "expected a closing backtick, found none"),
    Case(
        "fetch logs, from:-1.5h",
        "E001",
        "1.5h",
        "expected a whole number of `h`, found `1.5h`",
        "fetch logs, from:-90m",
    ),
    Case("filter 5xx > 1", "E001", "5xx", "expected a number, a duration or a name, found `5xx`"),
    Case("fieldsAdd t = now()@foo", "E001", "@foo", "expected a time unit after `@`, found `foo`"),
    Case(
        "fetch logs, from:2024-01-01T00:00:00Z",
        "E001",
        "2024-01-01T00:00:00Z",
        "expected a string, found the timestamp 2024-01-01T00:00:00Z",
        'fetch logs, from:"2024-01-01T00:00:00Z"',
    ),
    Case(
        "limit 99999999999999999999",
        "E001",
        "99999999999999999999",
        "expected a number of at most 64 bits, found a larger one",
    ),
    Case("load /lookups/a-b", "E001", "/lookups/a-b", "expected a string, found `/lookups/a-b`", 'load "/lookups/a-b"'),
    Case("smartscapeNodes K8S_*", "E001", "K8S_*", "expected a string, found `K8S_*`", 'smartscapeNodes "K8S_*"'),
    Case(
        "fieldsAdd b = tags:azure[a]",
        "E001",
        ":",
        "expected an operator, `,`, `|` or the end of the query, found `:`",
        "fieldsAdd b = `tags:azure`[a]",
    ),
    # ---- conditions ----
    Case("filter a = 1", "E003", "=", "expected a condition, found an assignment with `=`", "filter a == 1"),
    Case(
        "filter a = 1 and b == 2",
        "E003",
        "=",
        "expected a condition, found an assignment with `=`",
        "filter a == 1 and b == 2",
    ),
    Case("filter {a = 1}", "E003", "=", "expected a condition, found an assignment with `=`", "filter {a == 1}"),
    Case(
        "filter b == 2 or a = 1",
        "E003",
        "=",
        "expected a condition, found an assignment with `=`",
        "filter b == 2 or a == 1",
    ),
    Case(
        "summarize countIf(a = 1)",
        "E003",
        "=",
        "expected a condition, found an assignment with `=`",
        "summarize countIf(a == 1)",
    ),
    Case(
        "timeseries sum(a), filter:{b = 1}",
        "E003",
        "=",
        "expected a condition, found an assignment with `=`",
        "timeseries sum(a), filter:{b == 1}",
    ),
    # ---- operators of other languages ----
    Case("filter a && b", "E004", "&&", "expected `and`, found `&&`", "filter a and b"),
    Case("filter a || b", "E004", "||", "expected `or`, found `||`", "filter a or b"),
    Case("filter a !== b", "E004", "!==", "expected `!=`, found `!==`", "filter a != b"),
    Case("filter !isNull(a)", "E004", "!", "expected `not`, found `!`", "filter not isNull(a)"),
    Case("filter a – 1 > 2", "E004", "–", "expected `-`, found `–`", "filter a - 1 > 2"),
    Case(
        'filter a contains "b" and c',
        "E004",
        "contains",
        "expected an operator, found the function `contains`",
        'filter contains(a, "b") and c',
    ),
    Case(
        'filter a not like "b%"',
        "E004",
        "not like",
        "expected an operator, found `not` and the function `like`",
        'filter not like(a, "b%")',
    ),
    Case(
        'filter a in ["b", "c"]',
        "E004",
        '["b", "c"]',
        "expected `[` and a query after `in`, found values",
        'filter in(a, "b", "c")',
    ),
    Case(
        'filter a not in ("b", "c")',
        "E004",
        '("b", "c")',
        "expected `[` and a query after `in`, found values",
        'filter not in(a, "b", "c")',
    ),
    Case(
        "filter a in {b, c}",
        "E004",
        "{b, c}",
        "expected `[` and a query after `in`, found values",
        "filter in(a, {b, c})",
    ),
    Case("filter a not in [fetch b]", "E004", "not in", "expected `in`, found `not in`", "filter not a in [fetch b]"),
    Case("filter a is null", "E004", "is null", "expected an operator, found `is null`", "filter isNull(a)"),
    Case(
        "filter a IS NOT NULL or b",
        "E004",
        "IS NOT NULL",
        "expected an operator, found `IS NOT NULL`",
        "filter isNotNull(a) or b",
    ),
    Case(
        "filter a between 1 and 5",
        "E004",
        "between",
        "expected an operator, found `between`",
        "filter (a >= 1 and a <= 5)",
    ),
    Case(
        'smartscapeNodes ["A", "B"]',
        "E004",
        '["A", "B"]',
        "expected an expression, found a list in brackets",
        'smartscapeNodes {"A", "B"}',
    ),
    # ---- commands of other languages ----
    Case(
        "fetch logs | where a == 1",
        "E005",
        "where",
        "expected a DQL command, found `where`",
        "fetch logs | filter a == 1",
    ),
    Case(
        "fetch logs | order by a desc",
        "E005",
        "order by",
        "expected a DQL command, found `order by`",
        "fetch logs | sort a desc",
    ),
    Case("fetch logs | take 5", "E005", "take", "expected a DQL command, found `take`", "fetch logs | limit 5"),
    Case(
        "fetch logs | mv-expand a",
        "E005",
        "mv-expand",
        "expected a DQL command, found `mv-expand`",
        "fetch logs | expand a",
    ),
    Case("fetch logs | rename a", "E005", "rename", "expected a DQL command, found `rename`"),
    Case("fetch logs | sort by a", "E001", "by", "expected an expression, found `by`", "fetch logs | sort a"),
    Case(
        "fetch logs | sort a descending",
        "E001",
        "descending",
        "expected `desc`, found `descending`",
        "fetch logs | sort a desc",
    ),
]


def apply(text: str, fix: Fix) -> str:
    for edit in sorted(fix.edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_one_error(case: Case) -> None:
    parsed = parse(case.text)
    assert len(parsed.diagnostics) == 1, parsed.diagnostics
    (found,) = parsed.diagnostics
    assert (found.code, case.text[slice(*found.span)], found.message) == (case.code, case.at, case.message)
    if not case.fixed:
        return
    assert found.fix is not None
    assert apply(case.text, found.fix) == case.fixed
    mended = parse(case.fixed)
    assert mended.diagnostics == []
    assert mended.tree == parsed.tree


def errors(text: str) -> list[tuple[str, str]]:
    return [(d.code, text[slice(*d.span)]) for d in parse(text).diagnostics]


def test_all_errors_in_one_go() -> None:
    text = "fetch logs | where a = 'x' && b | sort c desc, d, | limit"
    assert errors(text) == [("E005", "where"), ("E003", "="), ("E002", "'x'"), ("E004", "&&")]


def test_a_stage_that_makes_no_sense_leaves_the_others_alone() -> None:
    good, broken = parse("fetch a | limit 1 | sort b"), parse("fetch a | ?? !! 5 5 ( | sort b")
    assert isinstance(good.tree, Pipeline)
    assert isinstance(broken.tree, Pipeline)
    assert [broken.tree.commands[0], broken.tree.commands[-1]] == [good.tree.commands[0], good.tree.commands[-1]]
    assert broken.tree.commands[1].bad is not None


def test_recovery_inside_a_subquery() -> None:
    parsed = parse("fetch a | lookup [ fetch b | filter c == ) | fields d ], sourceField:e | sort f")
    assert isinstance(parsed.tree, Pipeline)
    lookup, sort = parsed.tree.commands[1:]
    assert [argument.name and argument.name.name for argument in lookup.arguments] == [None, "sourceField"]
    assert sort.name.name == "sort"
    assert len(parsed.diagnostics) == 1


def test_what_was_left_out_is_in_the_tree() -> None:
    parsed = parse("filter a == 1 ~~ 2 3 4 | limit 1")
    bad = [node for node in walk(parsed.tree) if isinstance(node, Bad)]
    assert bad
    assert all(parsed.text[node.start : node.end] == node.text for node in bad)


def test_a_query_that_is_empty() -> None:
    for text in ("", "  \n", "// nothing"):
        (found,) = parse(text).diagnostics
        assert found.message == "expected a command, found the end of the query"


def test_messages_have_no_token_names() -> None:
    terminals = {"NAME", "NUMBER", "STRING", "COMPARE", "INFIX", "VBAR", "COMMA", "LPAR", "RPAR", "BAD", "HOLE", "$END"}
    messages = " ".join(d.message for case in CASES for d in parse(case.text).diagnostics)
    assert not terminals & set(messages.replace(",", "").split())
