"""Syntax trees: the text as written, with spans, before any meaning is attached.

Every node begins with `start` and `end`, code-point offsets into the text (end exclusive). Equality ignores offsets:
trees are equal where they have the same words. Both equality and `repr` are written once, in `Node`: to generate them
for each kind takes a good part of the start of a linter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from dqlkit.diagnostics import Diagnostic, Span

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
    "Unary",
    "Variable",
    "placeholders",
    "walk",
]

DEEPEST = 200
"""How many levels a tree may have. A real text has a dozen; later stages may recurse."""


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """Base of every node."""

    start: int = field(compare=False)
    end: int = field(compare=False)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self) if f.compare)

    def __repr__(self) -> str:
        held = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self))
        return f"{type(self).__name__}({', '.join(held)})"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def children(self) -> list[Node]:
        """Direct children in the order of their fields."""
        held = _HELD.get(type(self))
        found: list[Node] = []
        for name in _held(type(self)) if held is None else held:
            value = getattr(self, name)
            if isinstance(value, Node):
                found.append(value)
            elif value.__class__ is list:
                found += [item for item in value if isinstance(item, Node)]
        return found


#: Annotations of fields that hold no node.
_PLAIN = frozenset({"int", "int | float", "str", "bool"})


#: Cache: the fields of a node class that may hold nodes.
_HELD: dict[type, tuple[str, ...]] = {}


def _held(kind: type) -> tuple[str, ...]:
    _HELD[kind] = tuple(field.name for field in fields(kind) if field.type not in _PLAIN)
    return _HELD[kind]


@dataclass(slots=True, eq=False, repr=False)
class Expression(Node):
    """Anything that stands where a value is wanted."""


@dataclass(slots=True, eq=False, repr=False)
class Name(Expression):
    """An identifier, dotted parts and all: `a.b.c` is one flat name. `name` has quotes and escapes undone.

    A `hole` is the placeholder of a template where a name is wanted.
    """

    name: str
    quoted: bool = field(default=False, compare=False)
    hole: bool = field(default=False, compare=False)


@dataclass(slots=True, eq=False, repr=False)
class String(Expression):
    """A string literal. `value` is decoded; `quote` is what opened it (`"`, `\"\"\"`, or `'` where there are those)."""

    value: str
    quote: str = field(default='"', compare=False)


@dataclass(slots=True, eq=False, repr=False)
class Number(Expression):
    """`value` is an int for a long and a float for a double, never negative: the sign is a `Unary`.

    `text` is what was written (hexadecimal, exponent), for the formatter.
    """

    value: int | float
    text: str = field(default="", compare=False)


@dataclass(slots=True, eq=False, repr=False)
class Boolean(Expression):
    value: bool


@dataclass(slots=True, eq=False, repr=False)
class Null(Expression):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Duration(Expression):
    """`15m` is amount 15 and unit `m`; `unit` is as written."""

    amount: int
    unit: str


@dataclass(slots=True, eq=False, repr=False)
class Variable(Expression):
    """`$name` or `$name:noquote`; `mode` is "" where none is given."""

    name: str
    mode: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Unary(Expression):
    """`operator` is lower case: `-`, `+`, `not`."""

    operator: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Binary(Expression):
    """`operator` is the lower-case symbol or word; `operator_start` is where it stands."""

    operator: str
    left: Expression
    right: Expression
    operator_start: int = field(default=-1, compare=False)


@dataclass(slots=True, eq=False, repr=False)
class Parentheses(Expression):
    inner: Expression


@dataclass(slots=True, eq=False, repr=False)
class Argument(Node):
    """One parameter of a call or command: `name: alias = value direction`, each but the value optional."""

    value: Expression
    name: Name | None = None
    alias: Name | None = None
    direction: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Call(Expression):
    """`function(arguments)`."""

    function: Name
    arguments: list[Argument]


@dataclass(slots=True, eq=False, repr=False)
class Group(Expression):
    """`{ … }`: several values of one parameter."""

    members: list[Argument]


@dataclass(slots=True, eq=False, repr=False)
class Index(Expression):
    """`base[index]`: a number, a negated number, a name (a record member) or a string."""

    base: Expression
    index: Expression


@dataclass(slots=True, eq=False, repr=False)
class Each(Expression):
    """`base[]`: the iterative marker."""

    base: Expression


@dataclass(slots=True, eq=False, repr=False)
class Hole(Expression):
    """A template placeholder (`{{ … }}`, `${…}`, `<…>`) that stands for text not known here."""

    text: str


@dataclass(slots=True, eq=False, repr=False)
class Bad(Expression):
    """Text that could not be parsed; a diagnostic covers it."""

    text: str


@dataclass(slots=True, eq=False, repr=False)
class Comment(Node):
    """`text` includes its marks (`// …`, `/* … */`)."""

    text: str


@dataclass(slots=True)
class Parsed:
    """What a parser returns, for any text whatever."""

    text: str
    tree: Node
    comments: list[Comment]
    diagnostics: list[Diagnostic]


def placeholders(node: Node) -> Iterator[Node]:
    """The template placeholders in a tree."""
    return (one for one in walk(node) if isinstance(one, Hole) or (isinstance(one, Name) and one.hole))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += current.children()[::-1]
