"""Documents on a page: what stays on a line, what breaks, and where comments go."""

from __future__ import annotations

import pytest

from dqlkit.languages.syntax.layout import LINE, Above, Cat, Chain, Doc, Indent, List, Suffix, render


def call(name: str, *items: Doc) -> Doc:
    return Cat([name, List("(", items, ")")])


def chain(*parts: Doc) -> Chain:
    made = Chain(1, parts[0])
    for part in parts[1:]:
        made.add(Cat(["and ", part]))
    return made


@pytest.mark.parametrize(
    ("doc", "width", "expected"),
    [
        (call("f", "a", "b"), 7, "f(a, b)"),
        (call("f", "a", "b"), 6, "f(\n  a,\n  b\n)"),
        (call("f"), 1, "f()"),
        (call("f", call("g", "aaa", "bbb")), 12, "f(g(\n  aaa,\n  bbb\n))"),
        (call("f", "a", List("{", ["bb", "cc"], "}")), 9, "f(a, {\n  bb,\n  cc\n})"),
        (Cat(["s", List(" ", ["aa", "bb"], "")]), 7, "s\n  aa,\n  bb"),
        (Cat(["s", List(" ", ["aa", "bb"], "")]), 8, "s aa, bb"),
        (Cat(["s", List(" ", ["a" * 9], "")]), 5, "s " + "a" * 9),
        (Cat(["s", List(" ", ["a", "b" * 9], "")]), 5, "s a, " + "b" * 9),
        (Cat(["s", List(" ", [List("{", ["aa", "bb"], "}"), "c"], "")]), 9, "s {\n  aa,\n  bb\n}, c"),
        (chain("a", "b", "c"), 15, "a and b and c"),
        (chain("a", "b", "c"), 12, "a\nand b\nand c"),
        (Cat(["x = ", chain("a", "b")]), 8, "x = a\n  and b"),
        (call("f", "a", Cat([call("g", "b"), "[0]"])), 9, "f(\n  a,\n  g(b)[0]\n)"),
    ],
)
def test_breaking(doc: Doc, width: int, expected: str) -> None:
    assert render(doc, width=width) == expected


def test_what_follows_a_bracket_counts() -> None:
    doc = Cat([call("f", "a", "b"), " == c"])
    assert render(doc, width=12) == "f(a, b) == c"
    assert render(doc, width=11) == "f(\n  a,\n  b\n) == c"


def test_lines_inside_a_list_break_it() -> None:
    block = List("[", [Cat(["a", LINE, Indent(Cat(["b", LINE, "c"]))])], "]")
    assert render(call("f", block, "d")) == "f([\n  a\n  b\n    c\n], d)"


def test_comments() -> None:
    assert render(call("f", Cat(["a", Suffix("// one")]), "b")) == "f(\n  a, // one\n  b\n)"
    assert render(call("f", Above(["// one"], "a"))) == "f(\n  // one\n  a\n)"
    assert render(Cat(["f", List("(", ["a"], ")", before_close=["// one"])])) == "f(\n  a\n  // one\n)"
    assert render(Cat(["f", List("(", ["a"], ")", after_open=[Suffix("// one")])])) == "f( // one\n  a\n)"


def test_texts_of_several_lines() -> None:
    doc = Cat(["p", List(" ", ['"""one\ntwo"""', "b"], "")])
    assert render(doc, width=12) == 'p """one\ntwo""", b'


def test_empty_lines_carry_no_blanks() -> None:
    assert render(Indent(Cat(["a", LINE, LINE, "b"]))) == "a\n\n  b"
