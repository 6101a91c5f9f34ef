"""Hover, signature help, symbols, folding and colours. `‸` is the caret."""

from __future__ import annotations

import pytest

from dqlkit.editing import Draft
from dqlkit.editing.hover import hover
from dqlkit.editing.outline import folds, selections, symbols
from dqlkit.editing.signatures import signature_help
from dqlkit.editing.tokens import tokens
from tests.editing.test_completion import KNOWN

TEXT = """fetch logs // all of them
// of today
| append [
    fetch hosts
    | limit 1
  ]
| summarize { n = count() }, by: {level}
"""


def draft(text: str) -> tuple[Draft, int]:
    return Draft(text.replace("‸", ""), known=KNOWN), text.index("‸")


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("fet‸ch logs", "fetch", "The records of a data object."),
        ("fetch lo‸gs", "logs", "`content` string, 50%"),
        ("fetch logs, ‸from:-2h", "from", "Parameter of `fetch"),
        ("fetch logs | filter cont‸ent == 1", "content", "In 50% of the records of `logs`."),
        ("fetch logs | filter lev‸el == 1", "level", "For example `ERROR`, `INFO`."),
        ("fetch logs | fieldsAdd x = size * 2, y = 1 | sort ‸x", "x", "Field `x`: long\n\nMade by `x = size * 2`"),
        ('fetch logs | filter conta‸ins(level, "x")', "contains", "-> boolean"),
        ("fetch logs | filter level == $Oth‸er", "$Other", "The document does not define it."),
        ('fetch logs | parse content, "IN‸T:a"', "INT", "A whole number of 32 bits"),
    ],
)
def test_hover(text: str, word: str, said: str) -> None:
    query, offset = draft(text)
    found = hover(query, offset)
    assert found is not None
    assert query.text[found.span.start : found.span.end] == word
    assert said in found.text


@pytest.mark.parametrize(
    ("text", "name", "active", "takes"),
    [
        ("fetch logs | filter contains(level, ‸", "contains(", "substring string", ""),
        ("fetch logs | summarize sum(‸size)", "sum(", "expression double|duration|long", ""),
        ("fetch logs, from: ‸", "fetch ", "[from:]", "duration, long, string, timestamp"),
        ("fetch logs | sort ‸", "| sort ", "expression, …", "an expression, with `asc` or `desc`"),
    ],
)
def test_signature_help(text: str, name: str, active: str, takes: str) -> None:
    found = signature_help(*draft(text))
    assert found is not None
    assert found.label.startswith(name)
    assert found.active is not None
    assert found.parameters[found.active] == active
    assert all(piece in found.label for piece in found.parameters)
    assert takes in found.takes[found.active]


def test_symbols_are_stages() -> None:
    found = symbols(Draft(TEXT))
    assert [(symbol.name, [inner.name for inner in symbol.inside]) for symbol in found] == [
        ("fetch", []),
        ("append", ["fetch", "limit"]),
        ("summarize", []),
    ]
    assert found[1].detail == "[ fetch hosts | limit 1 ]"
    clauses = symbols(Draft("SELECT avg(ms) FROM t WHERE a = 1", "adql"))
    assert [(symbol.name, symbol.detail) for symbol in clauses] == [
        ("SELECT", "avg(ms)"),
        ("FROM", "t"),
        ("WHERE", "a = 1"),
    ]


def test_folding_and_selecting() -> None:
    query = Draft(TEXT)
    first = [query.text[span.start : span.end].split()[0] for span in folds(query)]
    assert first == ["//", "append", "["]
    around = [query.text[span.start : span.end].split()[0] for span in selections(query, TEXT.index("hosts"))]
    assert around == ["hosts", "fetch", "fetch", "[", "append", "fetch", "fetch"]


def test_words_have_colours_by_what_they_mean() -> None:
    query = Draft(TEXT)
    found = {query.text[token.span.start : token.span.end]: token for token in tokens(query)}
    assert {word: found[word].kind for word in ("fetch", "logs", "|", "1", "n", "count", "by", "level")} == {
        "fetch": "keyword",
        "logs": "class",
        "|": "operator",
        "1": "number",
        "n": "property",
        "count": "function",
        "by": "parameter",
        "level": "property",
    }
    assert found["n"].defines
    assert found["// of today"].kind == "comment"
