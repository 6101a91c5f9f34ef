"""Syntax trees: the text as written, with spans, before any meaning is attached.

Every node begins with `start` and `end`, code-point offsets into the text (end exclusive). Equality ignores offsets:
trees are equal where they have the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.frozen import compiled, field, fields, mutable

__all__ = [
    "DEEPEST",
    "Argument",
    "Bad",
    "Binary",
    "Boolean",
    "Call",
    "Comment",
    "Duration",
    "Each",
    "Expression",
    "Group",
    "Hole",
    "Index",
    "Name",
    "Node",
    "Null",
    "Number",
    "Parentheses",
    "Parsed",
    "String",
    "Tag",
    "Unary",
    "Variable",
    "by_kind",
    "placeholders",
    "walk",
]

DEEPEST = 200
"""How many levels a tree may have. A real text has a dozen; later stages may recurse."""


@mutable
class Node:
    """Base of every node."""

    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def span(self) -> Span:
        return _made(Span, (self.start, self.end))  # what `Span(…)` does, at once

    def children(self) -> list[Node]:
        """Direct children in the order of their fields."""
        found: list[Node] = []
        put = _PUT[self.__class__]
        if put is not None:
            put(self, found)
        return found[::-1]


_made = tuple.__new__

#: Words of annotations of fields that hold no node.
_PLAIN = frozenset({"int", "float", "str", "bool", "None", "|"})


class _Put(dict[type, Callable[[Any, list[Node]], None] | None]):
    """What puts the children of a node of some class on a stack, the last one first; None for a class that has none.

    It is written for each class from the annotations of its fields: trees are walked more often than made.
    """

    def __missing__(self, kind: type) -> Callable[[Any, list[Node]], None] | None:
        body = [_putting(one.name, one.type) for one in fields(kind)[::-1] if not _PLAIN.issuperset(one.type.split())]
        self[kind] = made = compiled("put", "node, stack", body, {}, kind) if body else None
        return made


def _putting(name: str, annotation: str) -> str:
    if annotation.startswith("list["):
        return f"stack += node.{name}[::-1]"
    always = f"stack.append(node.{name})"
    return f"if node.{name} is not None: {always}" if "None" in annotation else always


_PUT = _Put()


@mutable
class Expression(Node):
    """Anything that stands where a value is wanted."""


@mutable
class Name(Expression):
    """An identifier, dotted parts and all: `a.b.c` is one flat name. `name` has quotes and escapes undone.

    A `hole` is the placeholder of a template where a name is wanted.
    """

    name: str
    quoted: bool = field(default=False, compare=False)
    hole: bool = field(default=False, compare=False)


@mutable
class String(Expression):
    """A string literal. `value` is decoded; `quote` is what opened it (`"`, `\"\"\"`, or `'` where there are those)."""

    value: str
    quote: str = field(default='"', compare=False)


@mutable
class Number(Expression):
    """`value` is an int for a long and a float for a double, never negative: the sign is a `Unary`.

    `text` is what was written (hexadecimal, exponent), for the formatter.
    """

    value: int | float
    text: str = field(default="", compare=False)


@mutable
class Boolean(Expression):
    value: bool


@mutable
class Null(Expression):
    pass


@mutable
class Duration(Expression):
    """`15m` is amount 15 and unit `m`; `unit` is as written."""

    amount: int
    unit: str


@mutable
class Variable(Expression):
    """`$name` or `$name:noquote`; `mode` is "" where none is given."""

    name: str
    mode: str = ""


@mutable
class Unary(Expression):
    """`operator` is lower case: `-`, `+`, `not`."""

    operator: str
    operand: Expression


@mutable
class Binary(Expression):
    """`operator` is the lower-case symbol or word; `operator_start` is where it stands."""

    operator: str
    left: Expression
    right: Expression
    operator_start: int = field(default=-1, compare=False)


@mutable
class Parentheses(Expression):
    inner: Expression


@mutable
class Argument(Node):
    """One parameter of a call or command: `name: alias = value direction`, each but the value optional."""

    value: Expression
    name: Name | None = None
    alias: Name | None = None
    direction: str = ""


@mutable
class Call(Expression):
    """`function(arguments)`."""

    function: Name
    arguments: list[Argument]


@mutable
class Group(Expression):
    """`{ … }`: several values of one parameter."""

    members: list[Argument]


@mutable
class Index(Expression):
    """`base[index]`: a number, a negated number, a name (a record member) or a string."""

    base: Expression
    index: Expression


@mutable
class Each(Expression):
    """`base[]`: the iterative marker."""

    base: Expression


@mutable
class Hole(Expression):
    """A template placeholder (`{{ … }}`, `${…}`, `<…>`) that stands for text not known here."""

    text: str


@mutable
class Bad(Expression):
    """Text that could not be parsed; a diagnostic covers it."""

    text: str


@mutable
class Comment(Node):
    """`text` includes its marks (`// …`, `/* … */`)."""

    text: str


@mutable
class Tag(Comment):
    """A tag of a template: what it encloses may be left out, repeated, or stand in place of something else.

    The tree holds what tags enclose, of alternatives the first; the linter reads the others too. [decided]
    """


@mutable
class Parsed:
    """What a parser returns, for any text whatever. It was read `plainly` where it has no errors and nothing else made
    the parser try another reading, so that each part of it is read as in any other such text."""

    text: str
    tree: Node
    comments: list[Comment]
    diagnostics: list[Diagnostic]
    plainly: bool = False

    @property
    def has_tags(self) -> bool:
        """Whether the tree shows one of the texts that a template may become, and not all of them."""
        return any(isinstance(comment, Tag) for comment in self.comments)


def placeholders(node: Node) -> Iterator[Node]:
    """The template placeholders in a tree."""
    return (one for one in walk(node) if isinstance(one, Hole) or (isinstance(one, Name) and one.hole))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        put = _PUT[current.__class__]
        if put is not None:
            put(current, stack)


def by_kind(node: Node) -> dict[type[Node], list[Any]]:
    """The same nodes by their classes, in the same order."""
    found: dict[type[Node], list[Any]] = {}
    stack = [node]
    while stack:
        current = stack.pop()
        kind = current.__class__
        if kind in found:
            found[kind].append(current)
        else:
            found[kind] = [current]
        put = _PUT[kind]
        if put is not None:
            put(current, stack)
    return found
