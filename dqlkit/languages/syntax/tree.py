"""Syntax trees: the text as written, with spans, before any meaning is attached.

Every node begins with `start` and `end`, code-point offsets into the text (end exclusive). Equality ignores offsets:
trees are equal where they have the same words.
"""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.frozen import field, fields, mutable

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
        for name in reversed(_HELD[self.__class__]):
            held = getattr(self, name)
            if held.__class__ is list:  # of nodes
                found += held
            elif isinstance(held, Node):
                found.append(held)
        return found


_made = tuple.__new__

#: Annotations of fields that hold no node.
_PLAIN = frozenset({"int", "int | float", "str", "bool"})


class _Held(dict[type, tuple[str, ...]]):
    """The fields of a node class that may hold nodes, the last one first, as a stack wants them."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        self[kind] = found = tuple(field.name for field in fields(kind)[::-1] if field.type not in _PLAIN)
        return found


_HELD = _Held()


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
    """What a parser returns, for any text whatever."""

    text: str
    tree: Node
    comments: list[Comment]
    diagnostics: list[Diagnostic]

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
        for name in _HELD[current.__class__]:
            held = getattr(current, name)
            if held.__class__ is list:  # of nodes
                stack += held[::-1]
            elif held is not None and isinstance(held, Node):
                stack.append(held)
