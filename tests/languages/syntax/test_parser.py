"""A language of its own for the tests: from a grammar file to tables to values, and where the tables are kept."""

from __future__ import annotations

import marshal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit import kept
from dqlkit.languages.dql import parse as dql
from dqlkit.languages.syntax import tables
from dqlkit.languages.syntax.parser import Builder, Parser
from dqlkit.languages.syntax.tree import Bad, Binary, Expression, Number

SUMS = r"""
// sums of products; of two operators in a row, the first is one too many
?sums: sum
?sum: product | sum "+" product -> binary
?product: atom | product "*" atom -> binary
?atom: NUMBER | TEN | WORD | BAD | "(" sum ")" -> inner
TEN: /ten|zehn/i
WORD: /[a-z]+/i
NUMBER: /[0-9]+/
%declare BAD
SPACE: /\s+/
COMMENT: /#.*/
%ignore SPACE
%ignore COMMENT
"""


class Sums(Builder):
    def NUMBER(self, start: int, end: int, text: str) -> Number:
        return Number(start, end, int(text), text)

    def TEN(self, start: int, end: int, text: str) -> Number:
        return Number(start, end, 10, text)

    def WORD(self, start: int, end: int, text: str) -> Number:
        return Number(start, end, len(text), text)

    def BAD(self, start: int, end: int, text: str) -> Bad:
        return Bad(start, end, text)

    def binary(self, left: Expression, operator: int, right: Expression) -> Binary:
        return Binary(left.start, right.end, self.text[operator : operator + 1], left, right, operator)

    def inner(self, _open: int, inner: Expression, _close: int) -> Expression:
        return inner


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `sums.lark`, and an empty cache."""
    (tmp_path / "sums.lark").write_text(SUMS)
    monkeypatch.setattr(tables, "find_grammar", lambda name: str(tmp_path / f"{name}.lark"))
    monkeypatch.setattr(kept, "cache_folder", lambda: str(tmp_path / "cache"))
    return tmp_path


def sums() -> Parser:
    return Parser("sums", starts=("sums",), builder=Sums)


def shape(node: Any) -> str:
    match node:
        case Binary(operator=operator, left=left, right=right):
            return f"({shape(left)}{operator}{shape(right)})"
        case Bad(text=text):
            return f"?{text}"
    return str(node.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", "1"),
        ("1+2*3+4", "((1+(2*3))+4)"),
        ("(1 + 2) * 3", "((1+2)*3)"),
        ("TEN*zehn # 20", "(10*10)"),
        ("((((7))))", "7"),
        ("tenor", "5"),
    ],
)
@pytest.mark.usefixtures("language")
def test_a_grammar_and_a_builder_are_a_language(text: str, expected: str) -> None:
    parsed = sums().parse(text, "sums")
    assert parsed.diagnostics == []
    assert shape(parsed.tree) == expected
    assert [comment.text for comment in parsed.comments] == ["# 20"] * ("#" in text)


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("1+", "(1+?)", "expected `(`, found the end of the text"),
        ("1+)2", "(1+2)", "`)` closes no bracket"),
        ("(1+2", "(1+2)", "expected `)`, found the end of the text"),
        ("1 $ + 2", "(1+2)", "expected `+`, `*` or the end of the text, found `$`"),
        ("", "?", "expected `(`, found the end of the text"),
    ],
)
@pytest.mark.usefixtures("language")
def test_every_language_recovers(text: str, expected: str, message: str) -> None:
    parsed = sums().parse(text, "sums")
    assert (shape(parsed.tree), [d.message for d in parsed.diagnostics]) == (expected, [message])


def test_tables_are_stored_once_and_read_again(language: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sums().parse("1+2", "sums")
    (stored,) = (language / "cache").glob("sums.*")
    monkeypatch.setattr(tables, "build", lambda *_: pytest.fail("built twice"))
    assert sums().parse("1+2", "sums") == first
    assert marshal.loads(stored.read_bytes())[0].endswith(SUMS)


@pytest.mark.parametrize(
    "content", [b"", b"{", marshal.dumps([]), marshal.dumps(1), marshal.dumps(("x", {})), marshal.dumps(("x",))]
)
def test_a_stored_file_that_does_not_fit_is_replaced(language: Path, content: bytes) -> None:
    sums().parse("1", "sums")
    (stored,) = (language / "cache").glob("sums.*")
    stored.write_bytes(content)
    assert shape(sums().parse("1+2", "sums").tree) == "(1+2)"
    assert marshal.loads(stored.read_bytes())[1]["actions"]


def test_a_changed_grammar_is_built_again(language: Path) -> None:
    sums().parse("1", "sums")
    (language / "sums.lark").write_text(SUMS.replace('"+"', '"plus"'))
    assert shape(sums().parse("1 plus 2", "sums").tree) == "(1p2)"


def test_a_cache_that_cannot_be_written_is_no_error(language: Path) -> None:
    (language / "cache").write_text("a file where the folder should be")
    assert shape(sums().parse("1*2", "sums").tree) == "(1*2)"


def test_repetition_is_written_with_templates(language: Path) -> None:
    (language / "sums.lark").write_text('sums: "a"+')
    with pytest.raises(ValueError, match="template rule"):
        sums().parse("a", "sums")


def test_a_rule_cannot_be_named_as_another_part_of_a_builder(language: Path) -> None:
    (language / "sums.lark").write_text(SUMS.replace("-> inner", "-> text"))
    with pytest.raises(ValueError, match="text"):
        sums().parse("1", "sums")


@given(st.text(st.sampled_from("ab.1\"`'|=<>!{}$@#/* \n\\é\0"), max_size=60))
def test_tokens_are_the_text_again(text: str) -> None:
    tokens = dql.PARSER.scan(text)
    assert "".join(tokens.pieces) == text
    assert all(text[start:end] == piece for _, piece, start, end in tokens)


def test_nothing_heavy_is_imported_once_tables_are_stored() -> None:
    dql.parse("fetch logs")
    program = (
        "import sys; before = {*sys.modules}; from dqlkit.languages.dql.parse import parse\n"
        "assert not parse('fetch logs | filter a == 1').diagnostics\n"
        "print(*sorted({m.split('.')[0] for m in {*sys.modules} - before}))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    imported = set(done.stdout.split())
    assert not imported & {"lark", "polars", "pyarrow", "numpy", "asyncio", "typing_extensions"}
