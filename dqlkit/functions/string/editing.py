"""Texts put together, taken apart and changed."""

from __future__ import annotations

import string
from itertools import pairwise

from dqlkit.functions.conversion.texts import as_text
from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.string.positions import to_units
from dqlkit.functions.vocabulary import Array, Boolean, Constant, Double, Long, Natural, String
from dqlkit.types.kinds import DOUBLE, LONG, STRING
from dqlkit.types.text import text_of

_BLANKS = "".join(map(chr, range(0x21)))
_PUNCTUATION = string.punctuation


@scalar(order=("delimiter",), rewrites=True)
def concat(*expression: Double | Long | String, delimiter: Constant[String] = "") -> String:
    """The texts and numbers one after the other, with a delimiter between them; null where one of them is [inferred].

    >>> concat("a", 1, 2.5)
    "a12.5"
    >>> concat("a", "b", delimiter:", ")
    "a, b"
    """
    return delimiter.join(text_of(value) or "" for value in expression)


@concat.polars(expression=(STRING, LONG, DOUBLE), delimiter=known)
def _(*expression, delimiter, types):
    texts = [as_text(value, kind) for value, kind in zip(expression, types["expression"], strict=True)]
    return pl.concat_str(texts, separator=delimiter) if texts else None


@scalar(rewrites=True, known_as=("tolowercase", "tolower", "lowercase"))
def lower(expression: String) -> String:
    """All letters in lower case.

    >>> lower("Straße")
    "straße"
    """
    return expression.lower()


@scalar(rewrites=True, known_as=("touppercase", "toupper", "uppercase"))
def upper(expression: String) -> String:
    """All letters in upper case.

    >>> upper("Straße")
    "STRASSE"
    """
    return expression.upper()


@scalar(rewrites=True)
def trim(expression: String) -> String:
    """The text without blanks at its ends: without characters up to U+0020.

    >>> trim("  a b ")
    "a b"
    """
    return expression.strip(_BLANKS)


@scalar(rewrites=True, known_as=("replaceall", "replace_all", "replace"))
def replace_string(expression: String, substring: String, replacement: String) -> String:
    """The text with each occurrence of another one replaced, from left to right; occurrences do not overlap.

    >>> replaceString("abcabca", "abca", "xyz")
    "xyzbca"
    """
    return expression.replace(substring, replacement)


lower.polars(lambda expression: expression.str.to_lowercase())
upper.polars(lambda expression: expression.str.to_uppercase())
trim.polars(lambda expression: expression.str.strip_chars(_BLANKS))
replace_string.polars(
    lambda expression, substring, replacement: expression.str.replace_all(substring, replacement, literal=True),
    substring=known,
    replacement=known,
)


@scalar
def split_string(expression: String, pattern: String) -> Array[String]:
    """The parts of a text between the places where another one stands; the text alone where it does not.

    An empty pattern takes the text apart into bytes: what is not ASCII breaks, as documented, into U+FFFD.

    >>> splitString("a, b", ", ")
    array("a", "b")
    >>> splitString("abbc", "b")
    array("a", "", "c")
    >>> splitString("123", "")
    array("1", "2", "3")
    """
    if not pattern:
        return [chr(byte) if byte < 0x80 else "\ufffd" for byte in expression.encode()]
    return expression.split(pattern)


@split_string.polars(pattern=known)
def _(expression, pattern):
    return expression.str.split(pattern) if pattern else _bytes(expression)


@split_string.polars
def _(expression, pattern):
    return pl.when(pattern == "").then(_bytes(expression)).otherwise(expression.str.split(pattern))


def _bytes(text):
    """A text as a list of its bytes, those that are no ASCII as U+FFFD."""
    # The range that holds U+FFFD itself comes first.
    for characters, count in (("\u0800-\uffff", 3), ("\u0080-\u07ff", 2), ("\U00010000-\U0010ffff", 4)):
        text = text.str.replace_all(f"[{characters}]", "\ufffd" * count)
    return text.str.split("")


@scalar(rewrites=True)
def punctuation(expression: String, *, count: Constant[Natural] = 32, with_space: Constant[Boolean] = False) -> String:
    """The first punctuation characters of a text, ASCII's only [inferred], with `_` for each space where wanted.

    >>> punctuation("$[a-z], (b)")
    "$[-],()"
    >>> punctuation("a b, c", count:2, withSpace:true)
    "_,"
    """
    kept = [c for c in expression if c in _PUNCTUATION or (with_space and c == " ")]
    return "".join(kept[:count]).replace(" ", "_")


punctuation.polars(
    lambda expression, count, with_space: (
        expression.str.replace_all("[^[:punct:] ]+" if with_space else "[^[:punct:]]+", "")
        .str.slice(0, count)
        .str.replace_all(" ", "_", literal=True)
    ),
    count=known,
    with_space=known,
)


@scalar
def levenshtein_distance(first_expression: String, second_expression: String) -> Long:
    """The least number of UTF-16 code units to insert, remove or replace to get from one text to the other.

    >>> levenshteinDistance("kitten", "sitting")
    3
    """
    first, second = to_units(first_expression), to_units(second_expression)
    costs = list(range(len(second) + 1))
    for row, one in enumerate(first, 1):
        following = [row]
        for (diagonal, above), other in zip(pairwise(costs), second, strict=True):
            following.append(min(above + 1, following[-1] + 1, diagonal + (one != other)))
        costs = following
    return costs[-1]
