"""What is wrong with patterns, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.diagnostics import Diagnostic
from dqlkit.languages.dpl import compiled
from dqlkit.languages.dpl.parse import parse, unescape
from dqlkit.languages.dql.bind import bind
from dqlkit.languages.dql.parse import parse as parse_query
from tests.profiles import examples
from tests.shared import lines, needs

CORPUS = "corpus/dpl.jsonl"

#: A pattern, the piece of it that is marked, and a part of the message.
FAULTS = [
    ("INT:i LONG:i", "i", "expected a new name, found `i` again"),
    ("JSON{INT:a, LONG:a}:x", "a", "expected a new name"),
    ("STRUCTURE{INT:a LONG:a}:x", "a", "expected a new name"),
    ("(INT:a):a", "a", "expected a new name"),
    ("$m = INT:a; $m $m", "$m", "expected a new name"),
    ("INTT:x", "INTT", "expected a matcher, found `INTT`"),
    ("LD 'x' no such user …", "no such user …", "expected matchers, found a text"),
    ("INT(min=0, ):i", ",", "expected an option behind `,`"),
    ("JSON{JSON{INT:x}(flat=true):p, INT:x}(flat=true)", "x", "expected a new name, found `x` again"),
    ("INT?*", "*", "expected a quantifier before `?`"),
    ("INT:i(min=0)", "(min=0)", "expected a configuration before an export"),
    ("INT(min=0)(max=1)", "(max=1)", "expected a configuration once"),
    ("DATA{1}{2}", "{2}", "expected a quantifier once"),
    ("ENUM{'a'=1}{'b'=2}:x", "{'b'=2}", "expected matchers in braces once"),
    ("INT:a:b", "b", "expected one name"),
    ("DATA{}", "{}", "expected the least and the most number"),
    ("DATA{10,1}", "{10,1}", "expected at most 1 as the least number, found 10"),
    ("DATA{-1}", "-1", "expected a whole number"),
    ("INT{1,2}", "{1,2}", "expected no quantifier for `INT`"),
    ("ENUM{'a'=1}{1,2}:x", "{1,2}", "expected no quantifier for `ENUM`"),
    ("ARRAY{INT:i}:x", "ARRAY", "expected a quantifier for `ARRAY`"),
    ("ARRAY{INT:i}{1,99999}:x", "{1,99999}", "expected at most 32768"),
    ("STRUCTURE{INT:i}", "STRUCTURE", "expected a name for the value"),
    ("STRUCTURE{}:x", "{}", "expected a matcher in the braces"),
    ("ENUM:x", "ENUM", "expected what `ENUM` is made of"),
    ("ENUM{INT:i}:x", "INT:i", "expected `'text'=number`"),
    ("ENUM{'a'='b'}:x", "'a'='b'", "expected a whole number for `'a'`"),
    ("ENUM{'a'=1,'a'=2}:x", "'a'=2", "expected a new text"),
    ("JSON{INT}:x", "INT", "expected members in the braces"),
    ("JSON(flat=true)", "JSON(flat=true)", "expected the members in braces"),
    ("JSON_ARRAY{INT LONG}:x", "{INT LONG}", "expected one matcher"),
    ("KVP{INT:key}:x", "{INT:key}", "expected an export `value`"),
    ("EOL{'a'=0}", "{'a'=0}", "expected no matchers in braces for `EOL`"),
    ("EOL(some=true)", "some=true", "expected no configuration for `EOL`"),
    ("INT(mni=1)", "mni=1", "expected one of `min`, `max` for `INT`"),
    ("INT(min='a')", "min='a'", "expected a whole number for `min`"),
    ("INT('a'=1)", "'a'=1", "expected one of `min`, `max`"),
    ("TIMESTAMP('y', tz='UTC', timezone='UTC')", "timezone='UTC'", "expected `timezone` once"),
    ("TIMESTAMP('y', tz='Nowhere')", "tz='Nowhere'", "expected a time zone"),
    ("TIMESTAMP('y', locale='tlh')", "locale='tlh'", "expected one of the languages"),
    ("TIMESTAMP('--')", "'--'", "expected letters of a date"),
    ("(INT LD)(fs=5)", "fs=5", "expected a text or a matcher in braces"),
    ("(INT:i | some=true)", "some=true", "expected a matcher, found the option `some`"),
    ("LONG $v", "$v", "expected a macro that is defined"),
    ("$m=INT; $m=LONG; $m", "$m=LONG;", "defined again"),
    ("BOS:x", "x", "`BOS` has no value"),
    ("INT[]:x", "INT[]:x", "expected no `[]`"),
    ("DATA ()", "()", "found nothing"),
    ("'0' <>", "<>", "found nothing"),
    ("'0' <INT>", "INT", "expected a text, a number"),
    ("[z-a]", "z-a", "expected a range that ascends"),
    ("[[:foo:]]", "[:foo:]", "expected one of alnum"),
    ("[abc", "[", "expected a closing `]`"),
    ("'abc", "'", "expected a closing '"),
    ("INT:''", ":''", "found an empty text"),
    ("(INT", "", "expected `)`"),
    ("", "", "expected a matcher, found the end of the pattern"),
    ("#", "#", "expected a matcher"),
    ("(" * 60 + "INT" + ")" * 60, "(" * 11 + "INT" + ")" * 11, "expected at most 50 levels"),
]


def _marked(pattern: str, diagnostic: Diagnostic) -> str:
    return pattern[diagnostic.span.start : diagnostic.span.end]


@pytest.mark.parametrize(("pattern", "piece", "message"), FAULTS, ids=[pattern[:40] for pattern, *_ in FAULTS])
def test_fault(pattern: str, piece: str, message: str) -> None:
    found = compiled(pattern)
    assert found.pattern is None
    assert {d.code for d in found.diagnostics} == {"B017"}
    assert any(_marked(pattern, d) == piece and message in d.message for d in found.diagnostics), found.diagnostics


def test_a_text_without_quotes_is_one_mistake() -> None:
    assert len(compiled("Bio for user … not found").diagnostics) == 1
    assert len(compiled("INTT:a STRNG:b").diagnostics) == 2


def test_an_unused_macro_is_only_a_warning() -> None:
    found = compiled("$m = INT:i; LONG:l")
    assert [d.severity for d in found.diagnostics] == ["warning"]
    assert found.pattern is not None


def test_macros_cannot_grow_without_bounds() -> None:
    doubled = "".join(f"$m{k} = $m{k - 1} $m{k - 1};" for k in range(1, 40))
    found = compiled(f"$m0 = 'x';{doubled}$m39")
    assert any("2000 matchers" in d.message for d in found.diagnostics)


#: Spellings of one and the same.
SAME = [
    ("INT:a LONG:b", "int:a,long:b"),
    ("INT:a LONG:b", "INT:a // comment\n/* and another */ LONG:b;"),
    ("INT:'a' 'x'", 'INT:"a" "x"'),
    ("TIMESTAMP('yyyy', tz='UTC'):t", "TIMESTAMP(timezone='UTC', format='yyyy'):t"),
    ("TIMESTAMP('yyyy'):t", "TIME ('yyyy'):t"),
    ("DATA{0,4096}:d", "DATA*:d"),
    ("[a-z]{1,4096}:d", "[a-z]+:d"),
    ("(INT:a):g", "( INT:a , ):g"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings(one: str, other: str) -> None:
    assert compiled(one).pattern is not None
    assert compiled(one).exports == compiled(other).exports


def test_parentheses_behind_a_matcher_are_a_group_where_they_cannot_be_a_configuration() -> None:
    for pattern in ("LD:a ('x')", "LD ('x'):a", "INT (INT:a | LONG:b)", "LD:a (EOL | EOS)", "TIMESTAMP (',' INT:i)"):
        found = compiled(pattern)
        assert found.pattern is not None, (pattern, found.diagnostics)


@pytest.mark.parametrize(
    ("written", "meant"),
    [(r"\'", "'"), (r"\\", "\\"), (r"\n\t", "\n\t"), (r"\d", r"\d"), (r"\x41\u00e4", "Aä"), ("\\", "\\")],
)
def test_escapes(written: str, meant: str) -> None:
    assert unescape(written) == meant


_PIECES = """INT LD JSON ARRAY ENUM KVP STRUCTURE TIMESTAMP $m 'x' [a] ( ) { } [ ] | , ; : = * + ? < > << !>> 1 5 fs= :a
$m= '' " ' // /* \\ € {1,2} (min=0) flat=true"""
PIECES = [*_PIECES.split(), " ", "\n"]


@examples(300)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_answered(text: str) -> None:
    found = compiled(text)
    assert (found.pattern is None) == any(d.severity == "error" for d in found.diagnostics)
    for diagnostic in found.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


def test_the_tree_tells_what_was_written() -> None:
    tree = parse("$m = INT; $m ':' LD{1,5}?:a").tree
    assert [definition.name for definition in tree.definitions] == ["m"]  # type: ignore[attr-defined]
    element = tree.body.sequences[0].elements[2]  # type: ignore[attr-defined]
    assert (element.quantifier.least, element.quantifier.most) == (1, 5)
    assert element.optional
    assert [name.name for name in element.exports] == ["a"]


#: Published snippets that are no patterns: marks of a cursor in them, cut off, or something else altogether.
NO_PATTERNS = ("<caret>", "m<caret>acro", '{"type"', "Bio for user", "#")


@needs(CORPUS)
def test_published_patterns_parse() -> None:
    for row in lines(CORPUS):
        pattern = row["pattern"]
        if any(mark in pattern for mark in NO_PATTERNS) or pattern == "LD '":
            continue
        found = compiled(pattern)
        assert found.pattern is not None, (pattern, found.diagnostics)


# ---- inside of queries ----------------------------------------------------------------------------------------------

#: A query, and the piece of it that is marked.
QUERIES = [
    ('fetch logs | parse content, "INT:a INTT:b"', "INTT"),
    (r'fetch logs | parse content, "\"x\\n\" INTT:b"', "INTT"),
    ('fetch logs | parse content, """INT:a\n"x" INTT:b"""', "INTT"),
    (r'fetch logs | parse content, "\u00e4 INT"', r"\u00e4"),
    ('fetch logs | fieldsAdd parse(content, "INT:a INT:a")', "a"),
    ('fetch logs | filter matchesPattern(content, "INT?*")', "*"),
    ('fetch logs | parse content, "INT"', '"INT"'),
    ("fetch logs | fieldsAdd parseAll(content, content)", "content"),
]


@pytest.mark.parametrize(("query", "piece"), QUERIES)
def test_faults_are_marked_in_the_query(query: str, piece: str) -> None:
    found = bind(parse_query(query)).diagnostics
    assert found
    assert _marked(query, found[0]) == piece
    assert found[0].code == ("E013" if piece == "content" else "B017")


def test_fixes_are_written_as_the_string_needs_them() -> None:
    query = r'fetch logs | parse content, "\"x\" INTT:b"'
    (found,) = bind(parse_query(query)).diagnostics
    assert found.fix is not None
    (edit,) = found.fix.edits
    mended = query[: edit.span.start] + edit.text + query[edit.span.end :]
    assert not bind(parse_query(mended)).diagnostics
