"""String functions: positions around large characters, patterns, encodings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.functions import find
from tests.functions.running import bound, on_every_engine
from tests.profiles import examples

#: Characters of one and of two code units, of one to four bytes; U+FFFF and `?` stand for others in the lowerings.
AWKWARD = st.text("ab\N{DOG}\N{SNAKE}é\uffff\ufffd?", max_size=7)
POSITIONS = st.integers(-9, 9)


def answers(expression: str, *values: Any) -> list[Any]:
    """The answers for each value of the field `s`, on which every engine must agree, and Polars on whole columns."""
    found, row_by_row = on_every_engine(bound(expression), [{"s": value} for value in values])
    assert not row_by_row
    return found


def quoted(text: str) -> str:
    """A text as a literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("stringLength(s)", 4),
        ("getCharacter(s, 0)", "a"),
        ("getCharacter(s, 1)", "?"),
        ("getCharacter(s, 2)", "?"),
        ("getCharacter(s, -1)", "b"),
        ("getCharacter(s, -5)", None),
        ("substring(s, from:1, to:3)", "🐍"),
        ("substring(s, from:2)", "?b"),
        ("substring(s, to:2)", "a?"),
        ("substring(s, from:2, to:2)", ""),
        ("substring(s, from:-99, to:-1)", "a🐍"),
        ('indexOf(s, "b")', 3),
        ('indexOf(s, "🐍", from:2)', -1),
        ('indexOf(s, "", from:99)', 4),
        ('lastIndexOf(s, "b")', 3),
        ('lastIndexOf(s, "b", from:2)', -1),
        ('lastIndexOf(s, "a", from:-4)', 0),
    ],
)
def test_a_large_character_takes_two_positions(expression: str, wanted: Any) -> None:
    assert answers(expression, "a🐍b") == [wanted]


@pytest.mark.parametrize("name", ["indexOf", "lastIndexOf"])
@examples(60)
@given(texts=st.lists(AWKWARD, min_size=1, max_size=6), part=AWKWARD, at=POSITIONS)
def test_searches_agree_at_every_position(name: str, texts: list[str], part: str, at: int) -> None:
    answers(f"{name}(s, {quoted(part)}, from:{at})", *texts)


@examples(60)
@given(texts=st.lists(AWKWARD, min_size=1, max_size=6), start=POSITIONS, stop=POSITIONS)
def test_cuts_agree_at_every_position(texts: list[str], start: int, stop: int) -> None:
    answers(f"substring(s, from:{start}, to:{stop})", *texts)
    answers(f"getCharacter(s, {start})", *texts)
    answers('splitString(s, "é")', *texts)
    answers('splitString(s, "")', *texts)


def test_halves_never_come_out() -> None:
    for text in answers("substring(s, from:1, to:4)", "🐍🐍🐍", "a🐍🐍"):
        text.encode()


# ---- matching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("10.1.2.3", [True, False, False]),
        ("10.1.2.3*", [True, True, False]),
        ("*0.1.2.3", [True, False, True]),
        ("d*n from", [False, False, False]),
        ("d*d from", [True, False, False]),
        ("DENIED FROM", [True, False, False]),
        ("", [True, True, True]),
        ("*", [True, True, True]),
    ],
)
def test_phrases(phrase: str, wanted: list[bool]) -> None:
    texts = "access denied from 10.1.2.3", "to 10.1.2.34", "110.1.2.3"
    assert answers(f"matchesPhrase(s, {quoted(phrase)})", *texts) == wanted


def test_letters_beyond_ascii_separate_words() -> None:
    assert answers('matchesPhrase(s, "rmanü")', "Käärmanü", "Karmanü") == [True, False]


def test_a_phrase_in_any_element() -> None:
    arrays = [["Graz, Styria", None], ["Linz"], [], None]
    assert answers('matchesPhrase(s, "graz")', *arrays) == [True, False, False, None]
    assert answers('matchesValue(s, "graz*")', *arrays) == [True, False, False, False]


def test_values() -> None:
    texts = ["Pay", "pay now", "PAY\n", "repay", None]
    assert answers('matchesValue(s, "pay")', *texts) == [True, False, False, False, False]
    assert answers('matchesValue(s, "pay*")', *texts) == [True, True, True, False, False]
    assert answers('matchesValue(s, "p*y*", "*n*w", caseSensitive:true)', *texts) == [False, True, False, False, False]
    assert answers('matchesValue(s, "pay%", wildcard:"%")', *texts) == [True, True, True, False, False]
    assert answers('matchesValue(s, "p*y", wildcard:"")', *texts) == [False] * 5


def test_values_of_other_types_never_match() -> None:
    assert answers('matchesValue(s, "1")', 1, 2, None) == [False, False, False]
    assert answers('matchesValue(s, "1")', None, None) == [False, False]


def test_like_takes_characters_and_the_whole_text() -> None:
    texts = ["DQL", "D🐕L", "DL", "aDQL", "DQL\n"]
    assert answers('like(s, "D_L")', *texts) == [True, True, False, False, False]
    assert answers('like(s, "%D%L%")', *texts) == [True] * 5
    assert answers('like(s, "D.L")', *texts) == [False] * 5


@pytest.mark.parametrize("pattern", ["(?=a)a", "(a)\\1", "a)|(b", "(", "(?<=a)b"])
def test_what_is_not_linear_is_no_regular_expression(pattern: str) -> None:
    assert answers(f"matchesRegex(s, {quoted(pattern)})", "a", "b", "ab") == [None, None, None]


def test_regular_expressions_match_the_whole_text() -> None:
    assert answers('matchesRegex(s, "a|b+")', "a", "bb", "ab", "a\n") == [True, True, False, False]


@pytest.mark.parametrize(
    "expression",
    [
        'matchesValue(s, "*a*a*a*a*a*a*a*a*b")',
        'matchesPhrase(s, "a*a*a*a*a*a*a*a*b")',
        'like(s, "%a%a%a%a%a%a%a%a%b")',
        'matchesRegex(s, "(a|a)*(a|aa)*b")',
    ],
)
def test_patterns_take_linear_time(expression: str) -> None:
    assert answers(expression, "a" * 5000) == [False]


# ---- encodings ------------------------------------------------------------------------------------------------------


@examples(50)
@given(text=st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"]), max_size=8)))
@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("escape", "unescape"),
        ("encodeUrl", "decodeUrl"),
        ("encodeBase16", "decodeBase16ToString"),
        ("encodeBase64", "decodeBase64ToString"),
    ],
)
def test_there_and_back(there: str, back: str, text: str) -> None:
    assert body(back, body(there, text)) == text


def body(name: str, *arguments: Any) -> Any:
    function = find(name)
    assert function is not None
    return function.evaluate(list(arguments))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\\x4a", "J"),
        ("\\112\\u004a\\U0000004a", "JJJ"),
        ("\\ud83d\\ude00", "😀"),
        ("\\ud83d", "?"),
        ("\\\\n\\q\\", "\\n\\q\\"),
    ],
)
def test_unescape(text: str, wanted: str) -> None:
    assert body("unescape", text) == wanted


def test_escape_is_ascii() -> None:
    assert body("escape", "ü€😀\x01\n") == "\\u00fc\\u20ac\\ud83d\\ude00\\x01\\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("decodeBase16ToString", "4"),
        ("decodeBase16ToString", "4 4"),
        ("decodeBase16ToString", "ff"),
        ("decodeBase64ToString", "Y"),
        ("decodeBase64ToString", "YQ==YQ=="),
        ("decodeUrl", "%e9"),
        ("decodeUrl", "%4"),
    ],
)
def test_what_cannot_be_decoded_is_null(name: str, text: str) -> None:
    assert body(name, text) is None


def test_html() -> None:
    text = "&amp;&auml;&#x1F600;&#128512;&lt &#0; &#x110000; &bogus;"
    assert body("unescapeHtml", text) == "&ä😀😀&lt &#0; &#x110000; &bogus;"


def test_urls() -> None:
    wanted = ["a-b_c.d*e+%7Ef", "%C3%A9%F0%9F%90%95", ""]
    assert answers("encodeUrl(s)", "a-b_c.d*e ~f", "é🐕", "") == wanted


# ---- editing --------------------------------------------------------------------------------------------------------


def test_concat_writes_numbers_as_conversion_does() -> None:
    numbers = [0.5, 3.0, 1e-5, 1.25e-7, 1e16, 123456789012345680.0, 5e-324, float("inf"), float("nan"), -0.0]
    wanted = [
        "0.5",
        "3.0",
        "1.0E-5",
        "1.25E-7",
        "1.0E16",
        "1.2345678901234568E17",
        "5.0E-324",
        "Infinity",
        "NaN",
        "-0.0",
    ]
    assert answers('concat(s, "!")', *numbers) == [text + "!" for text in wanted]


def test_concat_of_null_is_null() -> None:
    assert answers('concat("a", s, delimiter:"-")', "b", None) == ["a-b", None]


def test_trim_takes_ascii_blanks_only() -> None:
    assert answers("trim(s)", "\0\t a\u00a0 \n", "\u2003b") == ["a\u00a0", "\u2003b"]


def test_one_category_in_several_files() -> None:
    names = ("upper", "matchesPhrase", "escape", "indexOf")
    assert {function.category for name in names if (function := find(name))} == {"string"}
