"""Any text whatever: answered, in a time that grows with its length, with spans inside it."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dqlkit
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.parser import MOST_ERRORS
from dqlkit.languages.syntax.tree import DEEPEST, Node, Parsed, walk
from tests.profiles import examples

PIECES = (
    *(
        "fetch",
        "logs",
        "filter",
        "summarize",
        "by",
        "in",
        "not",
        "and",
        "or",
        "is",
        "null",
        "like",
        "between",
        "asc",
        "x.y",
        "`z`",
    ),
    *(
        "|",
        ",",
        ":",
        "=",
        "==",
        "!",
        "&&",
        "<",
        ">",
        "+",
        "-",
        "*",
        "/",
        "@",
        "@h",
        "~",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ".",
        "?",
        ";",
    ),
    *(
        '"',
        '"s"',
        '"""',
        "'",
        "'s'",
        "`",
        "\\",
        "1",
        "2h",
        "1.5",
        "0x1F",
        "$v",
        "{{",
        "}}",
        "${",
        "<p>",
        "...",
        "//",
        "/*",
        "*/",
    ),
    *(" ", "\n", "\t", "é", "\0", "😀"),
)
PARTS = st.sampled_from(("query", "stages", "expression"))
soup = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join) | st.lists(
    st.sampled_from(PIECES), max_size=60
).map("".join)


def check(parsed: Parsed) -> None:
    size = len(parsed.text)
    for span in [d.span for d in parsed.diagnostics] + [c.span for c in parsed.comments]:
        assert 0 <= span.start <= span.end <= size
    for diagnostic in parsed.diagnostics:
        assert diagnostic.code in {"E001", "E002", "E003", "E004", "E005", "E006", "E016"}
        edits = sorted(diagnostic.fix.edits) if diagnostic.fix else []
        assert all(0 <= edit.span.start <= edit.span.end <= size for edit in edits)
        assert all(one.span.end <= other.span.start for one, other in pairwise(edits))
    for node in walk(parsed.tree):
        assert 0 <= node.start <= node.end <= size, node


@given(soup | st.text(max_size=80), PARTS)
@examples(400)
@example("| ? ] fetch", "query")
@example("fetch asc fetch", "query")
@example("filter fetch fetch", "query")
@example("summarize by a count(", "query")
@example('filter a == "b\n| filter c == "d', "query")
@example("f(a, by:{", "expression")
@example("[|", "query")
def test_any_text(text: str, part: Part) -> None:
    check(parse(text, part))
    for diagnostic in dqlkit.lint(text, part=part, select=["ALL"]):
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


@given(st.lists(soup, min_size=1, max_size=3))
@examples(150)
@example(["fetch ] fetch"])
def test_what_brackets_and_quotes_do_not_reach_stays(broken: list[str]) -> None:
    """Stages before a broken one are the same as without it."""
    good = "fetch logs, from:-2h | filter a == 1 and not b | sort c desc"
    parsed = parse(good + " | " + " | ".join(broken))
    assert isinstance(parsed.tree, Pipeline)
    expected = parse(good).tree
    assert isinstance(expected, Pipeline)
    assert parsed.tree.commands[:2] == expected.commands[:2]


TALL = {
    "open parentheses": ("filter ", "("),
    "open brackets": ("filter ", "["),
    "open braces": ("filter ", "{"),
    "open indexes": ("filter ", "a["),
    "open calls": ("filter ", "f(a, "),
    "open subqueries": ("", "append [ "),
    "closers": ("filter ", ")"),
    "minus signs": ("filter ", "-"),
    "negations": ("filter ", "not "),
    "sums": ("filter ", "a + "),
    "alternatives": ("filter ", "a or "),
    "indexes": ("filter a", "[0]"),
    "quotes": ("filter ", '"'),
    "escaped quotes": ("filter ", '\\"'),
    "raw quotes": ("filter ", '"""x'),
    "apostrophes": ("filter ", "'"),
    "pipes": ("", "| "),
    "commas": ("filter ", ", "),
    "names": ("filter ", "a "),
    "a long name": ("filter a", ".a"),
    "digits": ("filter ", "1"),
    "placeholders": ("filter ", "{{ "),
    "angles": ("filter ", "<a "),
    "comments": ("filter ", "/* "),
    "lists": ("filter ", "a in ("),
    "conditions": ("filter ", "a = 1 and "),
    "broken stages": ("fetch a", "| filter ( "),
    "strings over lines": ("fetch a", '| filter a == "\n'),
    "calls without end": ("filter ", "f(a, b = "),
}


def steps(text: str) -> int:
    """Calls of functions while parsing, Python's and C's: a measure of work that no other process disturbs."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        parse(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", TALL)
def test_work_grows_with_the_length(shape: str) -> None:
    begin, repeated = TALL[shape]
    parse(begin + repeated * 10)
    few, many = steps(begin + repeated * 1_000), steps(begin + repeated * 4_000)
    assert many < 4.5 * few + 5_000


def test_valid_text_grows_with_its_length() -> None:
    stage = '| fieldsAdd x = if(contains(content, "a"), toLong(a.b) + 12 * c, else: d[0]) // why\n'
    few, many = steps("fetch logs\n" + stage * 100), steps("fetch logs\n" + stage * 1_000)
    assert many < 10.5 * few


@pytest.mark.parametrize("shape", TALL)
def test_ten_thousand_of_a_kind(shape: str) -> None:
    begin, repeated = TALL[shape]
    parsed = parse(begin + repeated * 10_000)
    check(parsed)
    assert len(parsed.diagnostics) <= MOST_ERRORS


def depth(root: Node) -> int:
    deepest, stack = 0, [(root, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(child, level + 1) for child in node.children()]
    return deepest


@pytest.mark.parametrize(
    "text", ["(" * 10_000 + "a" + ")" * 10_000, "a" + "[0]" * 10_000, "-" * 10_000 + "a", "a" + " + a" * 10_000]
)
def test_what_is_nested_too_deeply_is_told_and_left_out(text: str) -> None:
    parsed = parse(text, "expression")
    assert {d.message for d in parsed.diagnostics} == {f"expected at most {DEEPEST} levels of nesting, found more"}
    assert depth(parsed.tree) <= DEEPEST + 2


def test_long_chains_of_conditions_are_no_error() -> None:
    text = " or ".join(f"a == {n}" for n in range(20_000))
    parsed = parse(text, "expression")
    assert parsed.diagnostics == []
    assert depth(parsed.tree) < 30
    assert [node.value for node in walk(parsed.tree) if hasattr(node, "value")] == [*range(20_000)]


def test_chains_of_common_length_stay_as_they_are_written() -> None:
    short, long = parse("a or b or c", "expression").tree, parse(" or ".join("a" * 100), "expression").tree
    assert depth(short) == 3
    assert depth(long) == 100
