"""Regular expressions of ADQL and of the plan."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.languages.adql.regexp import RegexpError, from_common, literal_pattern, plain, texts, to_common
from tests.profiles import examples


@pytest.mark.parametrize(
    ("pattern", "common", "text", "matches"),
    [
        ("abc", "abc", "abc", True),
        ("abc", "abc", "abcd", False),
        ("a.c", "(?s)a.c", "a\nc", True),
        ("sys/chassis-[1-9]/psu-.*", "(?s)sys/chassis-[1-9]/psu-.*", "sys/chassis-3/psu-", True),
        ("(ab|c){2,3}", "(?:ab|c){2,3}", "abcab", True),
        ("a?b+c*", "a?b+c*", "bb", True),
        ("[^a-c]+", "[^a-c]+", "xyz", True),
        ('"a.b*"', r"a\.b\*", "a.b*", True),
        ("@x", "(?s).*x", "any x", True),
        ("a|#", r"a|[^\s\S]", "a", True),
        (r"\d", "d", "7", False),
        ("^a$", r"\^a\$", "^a$", True),
        ("", "", "", True),
    ],
)
def test_in_common_terms(pattern: str, common: str, text: str, matches: bool) -> None:
    assert to_common(pattern) == common
    assert bool(re.fullmatch(common, text)) is matches


@pytest.mark.parametrize(
    "pattern", ["a&b", "~a", "<1-9>", "(a", "a)", "*a", "[a", "[]", "a{", "a{2,1}", '"a', "\\", "a{99999}", "(" * 200]
)
def test_refused(pattern: str) -> None:
    with pytest.raises(RegexpError) as fault:
        to_common(pattern)
    assert 0 <= fault.value.position <= len(pattern)


@pytest.mark.parametrize("pattern", [r"\d+", "a|^b", "(?i)a", "a(?=b)", "a.b", "[[a]]", r"[\w]"])
def test_common_ones_that_adql_has_not(pattern: str) -> None:
    with pytest.raises(RegexpError):
        from_common(pattern)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("a.*", ("a*",)), (".*b|c", ("*b", "c")), ("a.*.*b", ("a*b",)), ("a.", None), (r"a\*", None), ("abc", ("abc",))],
)
def test_wildcards(pattern: str, found: tuple[str, ...] | None) -> None:
    assert texts(pattern) == found


_atoms = st.sampled_from(["a", "b", "-", ".", "[ab]", "[^a]", r"\.", '"a.b"', "@", "#", "(a|b)", "(ab)"])
_patterns = st.lists(st.tuples(_atoms, st.sampled_from(["", "?", "*", "+", "{2}", "{1,2}"])), max_size=5)


@examples(300)
@given(_patterns, st.text("ab.-\n", max_size=6))
def test_there_and_back(parts: list[tuple[str, str]], text: str) -> None:
    pattern = "".join(atom + count for atom, count in parts)
    common = to_common(pattern)
    assert to_common(from_common(common)) == common
    wildcards = texts(pattern)
    if wildcards is not None:
        found = any(re.fullmatch(".*".join(map(re.escape, one.split("*"))), text, re.DOTALL) for one in wildcards)
        assert found is bool(re.fullmatch(common, text))


@given(st.text())
def test_any_text_is_a_pattern_of_itself(text: str) -> None:
    assert plain(literal_pattern(text)) == text
