"""Functions of text."""

from __future__ import annotations

from dqlkit.languages.adql.calls import call, is_call
from dqlkit.languages.adql.function import Written, scalar, written
from dqlkit.languages.adql.vocabulary import Number, Part, Text, Writer
from dqlkit.plan.expressions import Call, Expression, literal


@scalar
def concat(a: Part, b: Part, *more: Part) -> Expression:
    """Texts one after the other; null where one of them is.

    >>> concat('a', '-', 'b')
    "a-b"
    """
    return call("concat", a, b, *more)


@scalar
def length(s: Text) -> Expression:
    """How many characters a text has.

    >>> length('abc')
    3
    """
    return call("stringLength", s)


@scalar
def trim(s: Text) -> Expression:
    """A text without blanks at both ends.

    >>> trim('  a b ')
    "a b"
    """
    return call("trim", s)


@scalar
def index_of(s: Text, part: Text) -> Expression:
    """Where a text holds another one first, from 0; -1 where it does not.

    >>> indexOf('banana', 'an')
    1
    """
    return call("indexOf", s, part)


@scalar
def substring(s: Text, start: Number, end: Number | None = None) -> Expression:
    """The part of a text from one position up to before another, or to its end; positions count from 0.

    >>> substring('banana', 2)
    "nana"
    >>> substring('banana', 2, 4)
    "na"
    """
    return call("substring", s, from_=start, to=end)


@substring.lifts
def _(node: Call, _writer: Writer) -> Written | None:
    if not is_call(node, "substring"):
        return None
    s, start, end = node.arguments
    assert isinstance(s, Expression)
    assert isinstance(end, Expression | None)
    return written(s=s, start=start if isinstance(start, Expression) else literal(0), end=end)
