"""Whole columns against the matcher, on generated patterns and texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars.physical import series_of, values_of
from dqlkit.engines.polars.pieces import joined
from dqlkit.languages.dpl import Clock, Pattern, compiled
from dqlkit.languages.dpl.columns import Columns
from dqlkit.languages.dpl.document_columns import read_inner
from dqlkit.languages.dpl.regular import NotRegular
from dqlkit.types.kinds import Array
from dqlkit.types.order import encode
from dqlkit.types.values import Ip, Timestamp
from tests.profiles import examples

CLOCK = Clock(Timestamp(1_710_000_000_000_000_000), "Europe/Vienna")

#: Elements, and texts that they might be looking at.
LITERALS = {
    "'a'": "a",
    "' '": " ",
    "','": ",",
    "': '": ": ",
    "'ab'": "ab",
    "'id='": "id=",
    "'-'": "-",
    "'('": "(",
    "')'": ")",
}
LITERALS |= {"'1'": "1", "'aa'": "aa", "'ä'": "ä"}
TEXTS = dict.fromkeys(["LD", "DATA", "LD*", "LD?", "LD{1,3}", "DATA{2}"], "x y|ab|a, b|two\nlines|€|.")
RUNS = dict.fromkeys(
    ["WORD", "ALNUM", "UPPER", "LOWER{2,4}", "[a-c]", "[^,]+", "[0-9]{1,3}", "NSPACE", "XDIGIT*"], "abc|ABC|a_1|42"
)
RUNS |= {"SPACE": " |  |\t", "SPACE*": " |", "PUNCT": ",|-->", "BLANK": "  "}
WHOLE = "42|-7|99999999999|007|0|+5"
VALUES = dict.fromkeys(["INT", "LONG", "INT(max=50)", "INT*", "LONG(min=1)"], WHOLE) | {
    "DOUBLE": "3.5|1e3|-2|1e999|5.",
    "CDOUBLE": "2,5|7",
    "HEXINT": "0xFf|ff|-xFE|123456789",
    "BOOLEAN": "true|FALSE",
    "IPADDR": "10.0.0.1|300.1.1.1|1.2.3.4567|::1|fe80::1:2|1:2:3:4:5:6:7:8|010.1.1.1|::ffff:1.2.3.4|std::cout|::12345",
    "IPV4": "10.0.0.1|1.2.3.4.5",
    "IPV6": "::1|fe80::1:2|1::2:3g",
    "UUIDSTRING": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "TIMESTAMP": "2024-02-29 10:00:00|2023-02-29 10:00:00|2024-03-31 02:30:00|2024- 1- 2  3:04:05|2024-10-27 02:30:00"
    "|9999-01-01 00:00:00",
    "TIMESTAMP('dd.MM.yyyy HH:mm')": "01.02.2024 03:04|32.01.2024 00:00",
    "TIMESTAMP('MMM d HH:mm:ss')": "Mar  4 10:00:00|Feb 30 10:00:00|Dec. 1 00:00:00",
    "TIMESTAMP('yyyy-MM-ddTHH:mm:ss,SSS', tz='PST')": "2024-05-06T07:08:09,123|2024-05-06T07:08:60,123",
    "TIMESTAMP('d/M/yyyy H:m:s Z')": "1/2/2024 3:4:5 +0200|1/2/2024 3:4:5 CET",
    "ISO8601": "2024-01-01T00:00:60Z|2024-01-01T00:00:00.123Z|2024-01-01T00:00:00,5+01|0001-01-01T00:00:00Z"
    "|2024-02-30T00:00:00Z",
    "JSONTIMESTAMP": "2024-01-01T00:00:00PST|2024-01-01T00:00:00.1z",
    "HTTPDATE": "14/Mar/2016:23:34:25 +0200|14/mar/2016:23:34:25 UTC|31/Feb/2016:23:34:25 Z",
    "SQS": "'q'|'d\\'oh'|''|'a\\\\b'",
    "STRING": "'q' x|\"d\"|ab c|it's|'open|two\nlines",
    "DQS": '"a\\"b"|"x"',
    "CSVDQS": '"x ""y"" z"|""""',
    "ENUM{'ok'=1,'okay'=2,''=0}": "ok|okay|",
    "ENUM{'OK'=1,'ab'=2}(cis=true)": "Ok|AB",
    "SMARTSCAPEID": "HOST-000000000000007B|K8S_POD-00000000000000FF",
}
PLACES = {"EOL": "\n", "EOS": "", "(EOL | EOS)": "\n|", "BOS": ""}
KINDS = {"text": TEXTS, "run": RUNS, "value": VALUES, "literal": LITERALS, "place": PLACES}


@st.composite
def patterns(draw: st.DrawFn, depth: int = 0, names: list[int] | None = None) -> tuple[str, str]:
    """A pattern whose exports have different names, and a text that it may match."""
    names = [0] if names is None else names

    def element() -> tuple[str, str]:
        kind = draw(
            st.sampled_from(["text", "run", "value", "literal", "literal", "place", *(["group"] * (depth < 2))])
        )
        if kind == "group":
            parts = [draw(patterns(depth + 1, names)) for _ in range(draw(st.integers(1, 2)))]
            group = "(" + " | ".join(pattern for pattern, _ in parts) + ")"
            return group + draw(st.sampled_from(["", "?"])) + name(3), draw(
                st.sampled_from([text for _, text in parts])
            )
        pattern, texts = draw(st.sampled_from(sorted(KINDS[kind].items())))
        text = draw(st.sampled_from(texts.split("|")))
        if kind == "literal":
            return pattern + draw(st.sampled_from(["", "", "", "?", "{1,2}"])), text
        return pattern + (name(1) if kind != "place" else ""), text

    def name(rare: int) -> str:
        if draw(st.integers(0, rare)):
            return ""
        names[0] += 1
        return f":e{names[0]}"

    elements = [element() for _ in range(draw(st.integers(1, 5 if depth == 0 else 3)))]
    return " ".join(pattern for pattern, _ in elements), "".join(text for _, text in elements)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[str | None]]:
    """A pattern and texts: some that it may match, as they are or with something in them, and some others."""
    pattern, text = draw(patterns())
    rows: list[str | None] = [text, None]
    for _ in range(draw(st.integers(1, 6))):
        start, end = sorted(draw(st.integers(0, len(text))) for _ in range(2))
        other = draw(patterns())[1]
        rows.append(
            draw(
                st.sampled_from(
                    [text[:start] + other + text[start:], text[:start] + text[end:], other + text, text * 2]
                )
            )
        )
    return pattern, rows


SETTINGS = examples(200)


def same(one: Any, other: Any) -> bool:
    return encode(one) == encode(other)


def parsed(pattern: Pattern, text: str | None) -> Any:
    found = None if text is None else pattern.match(text, CLOCK)
    return None if found is None else found.exports


@SETTINGS
@given(cases())
def test_columns_find_what_the_matcher_finds(case: tuple[str, list[str | None]]) -> None:
    text, rows = case
    pattern = compiled(text).pattern
    if pattern is None or not pattern.exports or isinstance(pattern.columns, NotRegular):
        return
    same_on_columns(text, rows)


def same_on_columns(text: str, rows: Sequence[str | None]) -> None:
    """Hold what the columns of a pattern find against the pattern itself."""
    pattern = compiled(text).pattern
    assert pattern is not None
    assert not isinstance(pattern.columns, NotRegular)
    kind = pattern.record
    # What is asked of the matcher is answered by it, so only what the columns say by themselves can differ.
    column = pattern.columns.run(
        pl.Series(rows, dtype=pl.String),
        CLOCK,
        lambda texts: series_of([parsed(pattern, one) for one in texts], kind),
        single=False,
    )
    for row, actual in zip(rows, values_of(column, kind), strict=True):
        assert same(parsed(pattern, row), actual), (text, row)


@pytest.mark.parametrize("lead", ["LD 'at='", "LD", "DATA 'at=' LD", "LD 'at=' ' '?", "'at='", "LD* 'at='"])
def test_few_texts_of_another_form_than_most_are_read_alike(lead: str) -> None:
    rows = [
        *("x at=10.0.0.1",) * 40,
        *(
            "at=10.0.0.2",
            "at=1.1.1.1 at=2.2.2.2",
            "at=::1 at=10.0.0.3",
            "x at=::1",
            "x at=::1 10.0.0.4",
            "fe80::1 1.2.3.4",
        ),
        *("x\nat=10.0.0.5", "x at=1.2.3", "x at=300.1.1.1 at=10.0.0.6", "at=", "", None),
    ]
    same_on_columns(f"{lead} IPADDR:ip", rows)
    same_on_columns(f"{lead} IPADDR:ip ' ' LD:rest", rows)


#: What the end of a pattern may be.
DOCUMENTS = [
    "JSON:j",
    "JSON{STRING:a, INT:b}:j",
    "JSON{STRING:a, INT:b}(flat=true)",
    "JSON{INT+:a, IPADDR:b}(flat=true)",
    "JSON{JSON{INT:b}:a}(flat=true):x",
    "JSON{TIMESTAMP:a, INT[]:b}:j",
    "JSON{JSON{INT:b}:a, BOOLEAN:b}:j",
    "JSON{JSON:a, JSON_VALUE:'b c':b}(flat=true)",
    "JSON{WORD:a, DOUBLE:a:b}(flat=true)",
    "JSON",
]
MEMBERS = st.sampled_from(
    [
        "1",
        '"1"',
        "-0",
        "1.5",
        "1e2",
        "99999999999",
        "true",
        "null",
        '"x y"',
        '"x"',
        r'"\u00e4\n"',
        '"10.0.0.1"',
        '"::1"',
        "[1, 2]",
    ]
    + ['["1", null]', '{"b": 3}', '{"b": "3", "c": null}', "{}", '"2024-02-29 10:00:00"', "01", "tru", '"']
)
OBJECTS = st.builds(
    lambda form, a, b: form.replace("A", a).replace("B", b),
    st.sampled_from(['{"a": A, "b": B}', '{"a":A,"b c":B}', '{"b":B} rest', '{"a":A, "a":B}', '{"a":A', "{A} {}", "A"]),
    MEMBERS,
    MEMBERS,
)


@SETTINGS
@given(st.sampled_from(["", "LD", "DATA", "INT:i ", "LD:l", "'a'"]), st.sampled_from(DOCUMENTS), st.data())
def test_documents_are_what_the_matcher_reads(lead: str, document: str, data: st.DataObject) -> None:
    pattern = compiled(f"{lead} {document}").pattern
    assert pattern is not None
    columns = pattern.columns
    if not pattern.exports:
        return
    assert not isinstance(columns, NotRegular), columns
    begun = data.draw(st.lists(st.sampled_from(["", "a", "5 ", "{", "x { ", "{}", "\n"]), min_size=1, max_size=2))
    objects = data.draw(st.lists(OBJECTS, min_size=1, max_size=3))
    rows = [None, *(start + one for start in begun for one in objects for _ in range(9))]
    same_in_documents(pattern, columns, rows)


def test_members_that_columns_leave_in_doubt_are_matched_one_by_one() -> None:
    pattern = compiled("JSON{IPADDR:b}:j").pattern
    assert pattern is not None
    assert not isinstance(pattern.columns, NotRegular)
    rows = ['{"b": "10.0.0.1"}', '{"b": "::1"}', '{"b": "no"}'] * 30
    same_in_documents(pattern, pattern.columns, rows)
    assert parsed(pattern, rows[1]) == {"j": {"b": Ip(6, 1)}}


#: Arrays, records and loops, and texts that they may match; each is one text in a row of such.
INNER = {
    "JSON_ARRAY:e": [
        "[]",
        "[1, 2.5, null]",
        '["a", "\\u00e4", true]',
        '[{"a": 1}, {"a": "x"}]',
        "[[[[[1]]]]]",
        "[1",
        "[01]",
    ],
    "JSON_ARRAY(strict=false):e": ["[a, b]", '["a"]', "[]", "x"],
    "ARRAY{INT:e ','?}{1,}:l": ["1,2,3", "", "7", "1,99999999999,2", "1,x"],
    "ARRAY{SQS:e ', '?}{0,2}:l": ["'a', 'b', 'c'", "", "'a\\'b'", "'"],
    "ARRAY{DATA '=' LONG:k JSON_ARRAY:v}{1,9}:l": ["a=1[1]b=2[]", "a=1", "=1[[2]]", "a=x=3[4]"],
    "ARRAY{'<' LD:a '>' ('x' INT:b)?}{2,}:l": ["<p>x1<q>", "<p>", "<p>x<q>x2<"],
    "STRUCTURE{ INT:a ',' WORD:b }:l": ["1,x", "1,", "99999999999,x", "1,xyz"],
    "STRUCTURE{ INT:a ('|' SQS:b)? JSON_ARRAY:v }:l": ["1|'b'[1]", "1|[1]", "1[]", "1['x']", "1"],
    "STRUCTURE{ ARRAY{INT:e ','}{1,9}:a STRUCTURE{ SQS:b }:c }:l": ["1,2,'x'", "1,'a\\'b'", "1,", "'x'"],
    "KVP{ WORD:key '=' INT:value ' '? }:l": ["a=1 b=2", "a=1 b=x", "a=1 a=2 ", "=1", "a=99999999999 b=1"],
    "KVP{ '<' LD:key '>' (LONG:value1 ';')? BOOLEAN:value2 }{0,3}:l": ["<a>1;true<b>false", "<a><b>", "", "<>true" * 4],
    "ARRAY{JSON_ARRAY:e ';'}{1,300}:l": ["[1];[];", "[1]", "[1];" * 250],
}


@examples(15)
@given(st.lists(st.sampled_from(sorted(INNER)), min_size=1, max_size=2), st.data())
def test_what_follows_an_array_a_record_or_a_loop_is_read_behind_it(elements: list[str], data: st.DataObject) -> None:
    lead, between, end = (data.draw(st.sampled_from(["", "' '", "'('", "LD '|'"])) for _ in range(3))
    names = [element.replace(":e", f":e{k}").replace(":l", f":l{k}") for k, element in enumerate(elements)]
    pattern = compiled(" ".join([lead, f" {between} ".join(names), end])).pattern
    assert pattern is not None
    assert not isinstance(pattern.columns, NotRegular)
    texts = {"": ["", "x"], "' '": [" "], "'('": ["("], "LD '|'": ["|", "a|", "a\n|"]}
    rows: list[str | None] = [None]
    for _ in range(data.draw(st.integers(1, 6))):
        parts = [data.draw(st.sampled_from(INNER[element])) for element in elements]
        inside = data.draw(st.sampled_from(texts[between])).join(parts)
        rows.append(data.draw(st.sampled_from(texts[lead])) + inside + data.draw(st.sampled_from(texts[end])))
    same_in_documents(pattern, pattern.columns, rows)


def same_in_documents(pattern: Pattern, columns: Columns, rows: Sequence[str | None]) -> None:
    """Hold what the columns of a pattern with documents or loops find against the pattern itself."""
    kind = pattern.record
    column = columns.run(
        pl.Series(rows, dtype=pl.String),
        CLOCK,
        lambda texts: series_of([parsed(pattern, one) for one in texts], kind),
        single=False,
        inner=partial(read_inner, joined=joined),
    )
    for row, actual in zip(rows, values_of(column, kind), strict=True):
        assert same(parsed(pattern, row), actual), row


@SETTINGS
@given(cases())
def test_whole_texts_match_as_the_matcher_says(case: tuple[str, list[str | None]]) -> None:
    text, rows = case
    pattern = compiled(text).pattern
    if pattern is None or isinstance(pattern.entirely, NotRegular):
        return
    holds = pattern.entirely.holds(
        pl.Series(rows, dtype=pl.String),
        CLOCK,
        lambda texts: pl.Series([pattern.matches_whole(t, CLOCK) for t in texts]),
    )
    wanted = [None if row is None else pattern.matches_whole(row, CLOCK) for row in rows]
    assert holds.to_list() == wanted, (text, rows, pattern.entirely.regex)


@SETTINGS
@given(cases())
def test_searches_find_what_the_matcher_finds(case: tuple[str, list[str | None]]) -> None:
    text, rows = case
    pattern = compiled(text).pattern
    if pattern is None or isinstance(pattern.search, NotRegular):
        return

    def pieces(row: str) -> list[str]:
        found = [match[:2] for match in pattern.matches(row, CLOCK)]
        bounds = [0, *(at for span in found for at in span), len(row)]
        return [row[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]

    split = pattern.search.split(
        pl.Series(rows, dtype=pl.String),
        lambda texts: pl.Series([pieces(t) if t else [] for t in texts], dtype=pl.List(pl.String)),
    )
    wanted = [None if row is None else pieces(row) if row else [] for row in rows]
    assert split.to_list() == wanted, (text, rows, pattern.search.regex)
    if not pattern.search.finds_values:
        return
    kind = pattern.kind

    def values(row: str) -> list[Any]:
        return [pattern.value(found) for found in pattern.matches(row, CLOCK)]

    array = Array(kind)
    found = pattern.search.values(
        pl.Series(rows, dtype=pl.String), CLOCK, lambda texts: series_of([values(t) for t in texts], array)
    )
    for row, actual in zip(rows, values_of(found, array), strict=True):
        assert same(None if row is None else values(row), actual), (text, row, pattern.search.regex)
