"""Text: lines, data, quoted strings, identifiers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.characters import CharacterSet, character_set
from dqlkit.languages.dpl.lazy import Lazy
from dqlkit.languages.dpl.matchers.matcher import Matcher, Quantity, Request, matcher, special
from dqlkit.languages.dpl.program import Clock, Literal, Node, Run
from dqlkit.languages.dpl.regular import NotRegular, Shape, Writer, times

_LINE = character_set(r"^\n")
_ANY = character_set("^")
_PRINTED = character_set(r"^\x00-\x1f")


def _lazy(request: Request, characters: CharacterSet) -> Node:
    return Lazy(characters, request.least, request.most, request.tail, request.slot, request.optional)


@special("LDATA", quantity=Quantity(), textual=True, whole_text=True)
def ld(request: Request) -> Node:
    r"""Any characters of one line, as few as it takes for what follows to match; without anything following, the rest
    of the line.

    Only the line feed ends a line, so that a carriage return before it is part of the text [decided].

    >>> LD:name ',' INT:age <- "Homer Simpson,40"
    {"name": "Homer Simpson", "age": 40}
    >>> LD:line <- "one\ntwo"
    {"line": "one"}
    >>> '[' LD?:note ']' <- "[]"
    {"note": null}
    """
    return _lazy(request, _LINE)


@special(quantity=Quantity(), textual=True, whole_text=True)
def data(request: Request) -> Node:
    r"""Any characters, line breaks too, as few as it takes for what follows to match.

    >>> DATA:paragraph (EOL EOL) <- "one\ntwo\n\nthree"
    {"paragraph": "one\ntwo"}
    >>> DATA{3}:place <- "LAOBAUA729"
    {"place": "LAO"}
    """
    return _lazy(request, _ANY)


@special("LF", quantity=Quantity(1, 1))
def eol(request: Request) -> Node:
    r"""A line feed.

    >>> LD:first EOL LD:second <- "one\ntwo"
    {"first": "one", "second": "two"}
    """
    return Literal("\n", request.least, request.most, request.slot)


@special(quantity=Quantity(1, 1))
def cr(request: Request) -> Node:
    r"""A carriage return.

    >>> LD:first CR EOL <- "one\r\n"
    {"first": "one"}
    """
    return Literal("\r", request.least, request.most, request.slot)


@special("WINEOL", quantity=Quantity(1, 1))
def eolwin(request: Request) -> Node:
    r"""A carriage return and a line feed; a quantifier counts the pairs [decided: the documented default counts bytes].

    >>> LD:first EOLWIN <- "one\r\n"
    {"first": "one"}
    """
    return Literal("\r\n", request.least, request.most, request.slot)


def _quoted(quote: str, pair: str, other: str, least: int, most: int, counted: bool) -> str:
    """A text in quotes: plain characters and pairs of which the first one is `other`'s exception.

    The usual quantities are written so that they are read fast; for others each character is counted.
    """
    if (least, most) not in ((0, 4096), (1, 4096)):
        return f"{quote}(?:{other}|{pair}){times(least, most, counted)}{quote}"
    first = f"(?:{other}|{pair})" if least else ""
    again, bound = ("*+", "{0,4096}+") if counted else ("*", "*")
    return f"{quote}{first}{other}{again}(?:{pair}{other}{again}){bound}{quote}"


def _escaped(quote: str, least: int, most: int, counted: bool) -> str:
    return _quoted(quote, r"\\[\s\S]", rf"[^{quote}\\]", least, most, counted)


def _doubled(quote: str, least: int, most: int, counted: bool) -> str:
    return _quoted(quote, quote * 2, f"[^{quote}]", least, most, counted)


def _in_quotes(regex: Callable[..., str], quote: str, more: str = "") -> Callable[[Callable[[str], str]], Matcher]:
    """Declare a text in quotes."""
    return matcher(
        around=2,
        regex=lambda least, most, counted: regex(quote, least, most, counted),
        first=quote,
        quantity=Quantity(),
        textual=True,
        more=more,
    )


def _unescape(text: str) -> str:
    """What stands between the quotes; a backslash goes before a quote or another backslash."""
    return re.sub(r"\\([\\'\"])", r"\1", text[1:-1])


def _unescape_columns(text: pl.Expr) -> pl.Expr:
    inside = text.str.slice(1, text.str.len_chars() - 2)
    return inside.str.replace_all(r"\\([\\'\"])", "$1")


def _halve_columns(text: pl.Expr, quote: str) -> pl.Expr:
    inside = text.str.slice(1, text.str.len_chars() - 2)
    return inside.str.replace_all(quote + quote, quote, literal=True)


@_in_quotes(_escaped, "'")
def sqs(text: str) -> str:
    r"""A text in single quotes with the backslash for escapes; the quotes are not part of the value.

    An empty one does not match, but for `SQS*`.

    >>> SQS:s <- "'d\\'oh' he said"
    {"s": "d'oh"}
    """
    return _unescape(text)


@_in_quotes(_escaped, '"')
def dqs(text: str) -> str:
    r"""A text in double quotes with the backslash for escapes.

    >>> DQS:s <- "\"Red \\\"fox\\\"\""
    {"s": "Red \"fox\""}
    """
    return _unescape(text)


sqs.polars(_unescape_columns)
dqs.polars(_unescape_columns)


@_in_quotes(_doubled, "'", more="'")
def csvsqs(text: str) -> str:
    """A text in single quotes in which two quotes stand for one.

    >>> CSVSQS:s <- "'d''oh',1"
    {"s": "d'oh"}
    """
    return text[1:-1].replace("''", "'")


@_in_quotes(_doubled, '"', more='"')
def csvdqs(text: str) -> str:
    r"""A text in double quotes in which two quotes stand for one.

    >>> CSVDQS:s <- "\"a \"\"b\"\" c\",1"
    {"s": "a \"b\" c"}
    """
    return text[1:-1].replace('""', '"')


csvsqs.polars(lambda text: _halve_columns(text, "'"))
csvdqs.polars(lambda text: _halve_columns(text, '"'))


class _String(Node):
    """A quoted text, else a lazy run of characters that ends at the latest where a control character stands."""

    def __init__(self, request: Request) -> None:
        self.slot, self.nullable = request.slot, request.least == 0
        self.least, self.most = least, most = request.least, request.most
        self._quoted = re.compile("|".join(_escaped(quote, least, most, True) for quote in "'\"")).match
        self._bare = Lazy(_PRINTED, least, most, request.tail)
        self._bare.greedy = True

    def match(self, run: Run, at: int) -> int:
        found = self._quoted(run.text, at)
        end = found.end() if found else self._bare.match(run, at)
        if end >= 0 and self.slot:
            text = run.text[at:end]
            run.exports.append((self.slot, _unescape(text) if found else text))
        return end

    def regular(self, writer: Writer) -> Shape:
        """The run of characters where nothing follows; what begins with a quote is asked of the matcher."""
        last = self._bare.tail is None and writer.prefix and not writer.depth and not writer.searching
        if not last or self.least > 1:
            raise NotRegular("how far a text without quotes goes depends on what follows")
        regex = writer.capture(writer.repeated(_PRINTED.regex, self.least, self.most), self.slot, self)
        return Shape(regex, _PRINTED.held, _PRINTED.held, self.nullable)

    def column(self, text: Any, clock: Clock) -> Any:
        return pl.when(~text.str.contains("^['\"]")).then(text)


@special(quantity=Quantity(), textual=True, whole_text=True)
def string(request: Request) -> Node:
    """A quoted text as of `SQS` or `DQS`, or characters up to where what follows matches, control characters excluded.

    How far a text without quotes goes is not documented; it goes as far as that of `LD` would [decided].

    >>> STRING:key '=' STRING:value <- "user='Joe Doe' x"
    {"key": "user", "value": "Joe Doe"}
    """
    return _String(request)


_HEX = "[0-9a-fA-F]"


@matcher(regex=f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}", first="0-9a-fA-F")
def uuidstring(text: str) -> str:
    """A UUID in its text form, as text.

    >>> UUIDSTRING:id <- "6ba7b810-9dad-11d1-80b4-00c04fd430c8 ok"
    {"id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}
    """
    return text
