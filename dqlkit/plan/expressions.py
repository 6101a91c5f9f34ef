"""Expressions of the plan: a closed union of five nodes.

What a language writes as an operator, a cast, an index or a member access is a `Call` here, so that two spellings of
one meaning are one expression. Spans point into the source for diagnostics and never take part in equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, frozen, replace
from dqlkit.functions.function import Function
from dqlkit.types.kinds import Type
from dqlkit.types.order import encode
from dqlkit.types.values import Value, type_of

if TYPE_CHECKING:
    from dqlkit.plan.operators import Operator

__all__ = [
    "Argument",
    "Call",
    "Column",
    "Expression",
    "Item",
    "Literal",
    "Loop",
    "children",
    "literal",
    "rewrite",
    "walk",
]


@frozen
class Expression:
    """Base of the nodes below."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@frozen
class Literal(Expression):
    """A constant; `kind` keeps 1, 1.0 and true apart."""

    value: Value
    kind: Type

    def __hash__(self) -> int:
        return hash((self.kind, encode(self.value)))


@frozen
class Column(Expression):
    """The field of that name, null where a record lacks it."""

    name: str


@frozen
class Call(Expression):
    """A function applied. `arguments` are aligned with the parameters of the signature: a tuple for a variadic one,
    None for an optional one that was not given, an `Operator` for a sub-query."""

    function: Function[..., Any]
    arguments: tuple[Argument, ...]

    def argument(self, name: str) -> Argument:
        """The argument of the parameter of that (DQL) name."""
        names = [parameter.name for parameter in self.function.signature.parameters]
        return self.arguments[names.index(name)]


@frozen
class Loop(Expression):
    """The array of what `body` yields for each position of `sources`, which are arrays of one length; null where they
    are not. Inside the body `Item(k)` is the current element of `sources[k]` and `Item(-1)` the position."""

    sources: tuple[Expression, ...]
    body: Expression


@frozen
class Item(Expression):
    """The current element of a source of the innermost loop."""

    index: int


Argument: TypeAlias = "Expression | tuple[Expression, ...] | Operator | None"


def literal(value: Value, span: Span | None = None) -> Literal:
    return Literal(value, type_of(value), span=span)


def children(expression: Expression) -> list[Expression]:
    """Direct sub-expressions; sub-queries are not entered."""
    found: list[Expression] = []
    if isinstance(expression, Call):
        for argument in expression.arguments:
            if isinstance(argument, Expression):
                found.append(argument)
            elif isinstance(argument, tuple):
                found += argument
    elif isinstance(expression, Loop):
        found += (*expression.sources, expression.body)
    return found


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything below it, parents first."""
    stack = [expression]
    while stack:
        current = stack.pop()
        yield current
        stack += children(current)[::-1]


def rewrite(expression: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """A copy, made from the top down, in which a node is replaced where `change` returns one; replacements are not
    entered."""
    changed = change(expression)
    if changed is not None:
        return changed
    if isinstance(expression, Call):
        return replace(expression, arguments=tuple(_rewrite_argument(a, change) for a in expression.arguments))
    if isinstance(expression, Loop):
        sources = tuple(rewrite(source, change) for source in expression.sources)
        return replace(expression, sources=sources, body=rewrite(expression.body, change))
    return expression


def _rewrite_argument(argument: Argument, change: Callable[[Expression], Expression | None]) -> Argument:
    if isinstance(argument, Expression):
        return rewrite(argument, change)
    if isinstance(argument, tuple):
        return tuple(rewrite(item, change) for item in argument)
    return argument
