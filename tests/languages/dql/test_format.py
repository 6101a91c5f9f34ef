"""DQL laid out: where lines break, where comments stay, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.languages.dql.canonical import canonical
from dqlkit.languages.dql.format import format
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Comment, Duration, Name, Number, Parsed, String, Unary
from tests.profiles import examples
from tests.shared import lines, needs

CORPUS = "corpus/dql.jsonl"


def formatted(text: str, part: Part = "query", **options: int) -> str:
    """The text, formatted; formatting it once more must not change it."""
    once = format(parse(text, part), **options)
    assert format(parse(once, part), **options) == once
    return once


def check(text: str, expected: str, part: Part = "query", **options: int) -> None:
    assert formatted(dedent(text).strip("\n"), part, **options) == dedent(expected).strip("\n")


# ---- what fits a line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch logs|limit 5", "fetch logs\n| limit 5"),
        ("fetch logs, from:-2h , to:now( )", "fetch logs, from: -2h, to: now()"),
        ("data record(a=1,b=2)", "data record(a = 1, b = 2)"),
        ("Fetch logs | SUMMARIZE Count( ),by:{ x,y }", "fetch logs\n| summarize count(), by: {x, y}"),
        (
            'fetch x | filter contains(a, "b", casesensitive:TRUE)',
            'fetch x\n| filter contains(a, "b", caseSensitive: true)',
        ),
        ("fetch x | filter not A AND b OR NULL == c", "fetch x\n| filter not A and b or null == c"),
        ("fetch x | sort a DESC, b   asc", "fetch x\n| sort a desc, b asc"),
        ("fetch x | filter a>=-5 and b<>2", "fetch x\n| filter a >= -5 and b <> 2"),
        ("fetch x | fields (a+b)*c, ((d))", "fetch x\n| fields (a + b) * c, ((d))"),
        ("fetch x | fields 0xFF, 1E5, 3.50", "fetch x\n| fields 0xFF, 1E5, 3.50"),
        ('fetch x | fields `a`, `b c`, "\\t", """\\t"""', 'fetch x\n| fields `a`, `b c`, "\\t", """\\t"""'),
        (
            "fetch x, from:now()-1d@d | fields @h, a[ 0 ][b.c], d[]",
            "fetch x, from: now() - 1d@d\n| fields @h, a[0][b.c], d[]",
        ),
        ("fetch x | lookup[ fetch y ],lookupField:z", "fetch x\n| lookup [fetch y], lookupField: z"),
        ("fetch $table:noquote | filter a == $b", "fetch $table:noquote\n| filter a == $b"),
        ("fetch {{ table }} | {{ stages }}", "fetch {{ table }}\n| {{ stages }}"),
        ("fetch x | NoSuchCommand Some( a:1 )", "fetch x\n| NoSuchCommand Some(a: 1)"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert formatted(text) == expected


def test_fragments_keep_their_pipe() -> None:
    assert formatted("|filter a|limit 1", "stages") == "| filter a\n| limit 1"
    assert formatted("filter a|limit 1", "stages") == "filter a\n| limit 1"


def test_matchers() -> None:
    assert formatted("a==1 AND  b", "expression") == "a == 1 and b"


# ---- what does not --------------------------------------------------------------------------------------------------


def test_long_parameters_have_a_line_each() -> None:
    check(
        "fetch logs | fieldsAdd first = lower(content), second = upper(content), third = content",
        """
        fetch logs
        | fieldsAdd
            first = lower(content),
            second = upper(content),
            third = content
        """,
        line_width=60,
    )


def test_the_first_group_opens_on_the_line_of_its_command() -> None:
    check(
        "timeseries {a = avg(dt.host.cpu.usage), b = max(dt.host.cpu.usage)}, by:{dt.entity.host}",
        """
        timeseries {
          a = avg(dt.host.cpu.usage),
          b = max(dt.host.cpu.usage)
        }, by: {dt.entity.host}
        """,
        line_width=60,
    )


def test_subqueries_are_moved_in() -> None:
    check(
        """
        fetch logs | join [ fetch dt.entity.host | fieldsAdd a = coalesce(entity.name, "none at all"), id
        | filter host in [fetch x | fields y] ], on:{left[host]==right[id]}, fields:{name}
        | limit 1
        """,
        """
        fetch logs
        | join [
            fetch dt.entity.host
            | fieldsAdd
                a = coalesce(entity.name, "none at all"),
                id
            | filter host in [
                fetch x
                | fields y
              ]
          ], on: {left[host] == right[id]}, fields: {name}
        | limit 1
        """,
        line_width=56,
    )


def test_conditions_break_before_their_operators() -> None:
    check(
        """fetch logs | filter (matchesPhrase(content, "error") or matchesPhrase(content, "failed")) and host == "a"
        or loglevel == "ERROR" and isNotNull(dt.entity.host) and isNotNull(dt.entity.service)""",
        """
        fetch logs
        | filter (
                matchesPhrase(content, "error")
                or matchesPhrase(content, "failed")
              )
              and host == "a"
            or loglevel == "ERROR"
              and isNotNull(dt.entity.host)
              and isNotNull(dt.entity.service)
        """,
        line_width=60,
    )


def test_calls_break_between_their_arguments() -> None:
    check(
        'fetch x | fieldsAdd kind = if(code >= 500, "server error", else: if(code >= 400, "client error", else: "ok"))',
        """
        fetch x
        | fieldsAdd kind = if(
            code >= 500,
            "server error",
            else: if(code >= 400, "client error", else: "ok")
          )
        """,
        line_width=70,
    )
    check(
        'fetch x | filter in(host.name, {"first-long-name", "second-long-name"})',
        """
        fetch x
        | filter in(host.name, {
            "first-long-name",
            "second-long-name"
          })
        """,
        line_width=50,
    )


def test_a_text_too_long_for_any_line_stays_where_it_is() -> None:
    pattern = "LD:a " * 30
    text = f'fetch x\n| parse content, "{pattern}"\n| limit 1'
    assert formatted(text) == text


def test_texts_of_several_lines_are_not_touched() -> None:
    text = 'data json: """[\n  {"a": 1},\n\t{"a": 2}\n]"""\n| fields a'
    assert formatted(text) == text


# ---- comments -------------------------------------------------------------------------------------------------------


COMMENTED = """
// what this is for
// and who asked

fetch logs // the newest

/* only what hurts */
| filter loglevel == "ERROR" // not warnings
    // nor what is expected
    and not expected /* yet */
| summarize
    // how many
    count(), // all of them
    /* by */ by: {
      host, // where
      // service,
      zone
    }
| append [ // the others
    // from elsewhere
    fetch events
    | fields
        f( // one
          a,
          b // two
          // three
        ),
        c = [fetch d] // four
    // the end
  ]
// | limit 10
"""


def test_comments_stay_with_what_they_stand_at() -> None:
    check(COMMENTED, COMMENTED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch x // a\n\n\n\n// b\n\n// c\n|limit 1", "fetch x // a\n\n// b\n\n// c\n| limit 1"),
        ("fetch x | // a\n limit 1", "fetch x // a\n| limit 1"),
        ("fetch x | /* a */ limit /* b */ 1 /* c */", "fetch x\n| /* a */ limit /* b */ 1 /* c */"),
        ("fetch x // a\n/* b */ | limit 1", "fetch x // a\n/* b */\n| limit 1"),
        ("fetch x | fields a // b\n/* c */, d", "fetch x\n| fields\n    a, // b\n    /* c */\n    d"),
        ("fetch x | filter a and // b\n c", "fetch x\n| filter a // b\n    and c"),
        ("fetch x | fields a // b\n , c", "fetch x\n| fields\n    a, // b\n    c"),
        ("fetch x | fields a = // b\n c, d", "fetch x\n| fields\n    // b\n    a = c,\n    d"),
        ("fetch x | fields a[ // b\n 0 ]", "fetch x\n| fields a[0] // b"),
        ("fetch x | fields f(/* none */)", "fetch x\n| fields f( /* none */\n  )"),
        ("fetch x\r\n// a\r\n| limit 1\r\n", "fetch x\n// a\n| limit 1"),
    ],
)
def test_comments_find_a_place(text: str, expected: str) -> None:
    assert formatted(text) == expected


SPACED = """
fetch logs | filter ( a == 1 or f ( b , c : d ) ) and not g | summarize x = count ( ) , by : { e , h [ 0 ] }
| append [ fetch i | sort j desc , k ] | limit 2
"""


@given(st.lists(st.sampled_from(["", "", "", "/* {} */", "// {}\n", "\n// {}\n"]), min_size=40, max_size=70))
@examples(150)
def test_no_comment_is_lost(comments: list[str]) -> None:
    marks = [comment.format(f"c{index}.") for index, comment in enumerate(comments)]
    text = " ".join(f"{token} {mark}" for token, mark in zip_longest(SPACED.split(), marks, fillvalue=""))
    once = formatted(text)
    assert sorted(_marks(parse(once).comments)) == sorted(_marks(parse(text).comments))
    assert canonical(parse(once).tree) == canonical(parse(text).tree)


def _marks(comments: list[Comment]) -> Iterator[str]:
    for comment in comments:
        yield from (word for word in comment.text.replace("*/", " ").split() if word.startswith("c"))


# ---- texts with errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch logs|filter a ==|limit  5", "fetch logs\n| filter a ==\n| limit 5"),
        ("fetch logs|filter a ='b'|limit  5", "fetch logs\n| filter a ='b'\n| limit 5"),
        ("fetch logs| |limit  5", "fetch logs| |limit  5"),
        ("fetch logs\nfilter  a", "fetch logs\nfilter  a"),
        ("", ""),
        ("// nothing  ", "// nothing  "),
        ("fetch  logs |", "fetch  logs |"),
    ],
)
def test_stages_with_errors_stay_as_they_are(text: str, expected: str) -> None:
    assert parse(text).diagnostics
    assert formatted(text) == expected


# ---- trees without a text -------------------------------------------------------------------------------------------


def test_trees_made_by_code() -> None:
    name = Name(-1, -1, "two words")
    total = Binary(-1, -1, "*", Binary(-1, -1, "+", name, Number(-1, -1, 1e21)), Unary(-1, -1, "-", Number(-1, -1, 2)))
    aligned = Binary(-1, -1, "@", Binary(-1, -1, "-", Call(-1, -1, Name(-1, -1, "now"), []), _days(2)), _days(1))
    plain = Binary(-1, -1, "-", Name(-1, -1, "a"), Binary(-1, -1, "@", _days(2), _days(1)))
    values = [total, aligned, plain, String(-1, -1, 'a "quoted" \\ text')]
    stage = Command(-1, -1, Name(-1, -1, "fields"), [Argument(-1, -1, value) for value in values])
    text = format(Parsed("", Pipeline(-1, -1, [stage]), [], []), line_width=200)
    assert text == 'fields (`two words` + 1e21) * -2, now() - 2d@d, a - (2d@d), "a \\"quoted\\" \\\\ text"'


def _days(amount: int) -> Duration:
    return Duration(-1, -1, amount, "d")


# ---- long and deep texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(f"a == {number}" for number in range(3000)),
        "f(" * 150 + "a" + ")" * 150,
        "(" * 150 + "a" + ")" * 150,
        "not " * 150 + "a",
        "a + (" * 150 + "b" + ")" * 150,
    ],
)
def test_long_and_deep_texts(text: str) -> None:
    once = format(parse(text, "expression"))
    assert format(parse(once, "expression")) == once


def test_long_chains_get_no_parentheses() -> None:
    text = " and ".join(f"a{number}" for number in range(500))
    assert format(parse(text, "expression"), line_width=10_000) == text
    assert canonical(parse(text, "expression").tree) == text.replace("and", "AND")


# ---- published queries ----------------------------------------------------------------------------------------------


@needs(CORPUS)
def test_published_queries() -> None:
    parts: dict[str, Part] = {"fragment": "stages", "matcher": "expression"}
    for row in lines(CORPUS)[::7]:
        part = parts.get(row["kind"], "query")
        parsed = parse(row["query"], part)
        once = format(parsed)
        again = parse(once, part)
        assert format(again) == once, row["id"]
        assert canonical(again.tree) == canonical(parsed.tree), row["id"]
        assert [c.text.strip() for c in again.comments] == [c.text.strip() for c in parsed.comments], row["id"]


@pytest.mark.parametrize(
    "text",
    [
        "fetch logs\n| sort {{ f }} {{ o }}",
        "fetch logs\n| fields a, {{ f }} ${g}, b",
        "fetch logs\n| fields {{ f }}, {{g}}, { {{h}} }\n| summarize count(), by: {{ fields }}",
        'fetch logs\n| filter in(a, {% for x in y %} "{{ x }}", {% endfor %} "z")',
        'fetch logs\n| filter a == "{{ index .x "a" }}-{% if x %}b{% endif %}" and c == "{x"\n| limit {{ n }}',
    ],
)
def test_placeholders_stay_as_they_are(text: str) -> None:
    """No comma comes from nowhere, and quotes inside of a placeholder do not end a string."""
    parsed = parse(text)
    assert [d.code for d in parsed.diagnostics] == []
    assert str(format(parsed)) == text
