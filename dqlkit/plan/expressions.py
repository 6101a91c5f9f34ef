"""Expressions of the plan: a closed union of five nodes.

What a language writes as an operator, a cast, an index or a member access is a `Call` here, so that two spellings of
one meaning are one expression. Spans point into the source for diagnostics and never take part in equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
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
    "map_children",
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
        return hash((self.kind, self.value if type(self.value) is str else encode(self.value)))


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


#: Expressions with no others in them; most are of these.
_LEAVES = (Column, Literal)


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


def walk(expression: Expression) -> list[Expression]:
    """The expression and everything below it, parents first."""
    found: list[Expression] = []
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        found.append(current)
        if isinstance(current, Call):  # as `children`, without a list for each
            for argument in reversed(current.arguments):
                if isinstance(argument, Expression):
                    waiting.append(argument)
                elif isinstance(argument, tuple):
                    waiting += argument[::-1]
        elif not isinstance(current, _LEAVES):
            waiting += children(current)[::-1]
    return found


def map_children(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with each of its direct sub-expressions changed; itself where none of them is."""
    if isinstance(expression, Call):
        arguments = tuple([_changed(argument, change) for argument in expression.arguments])
        return expression if _are(arguments, expression.arguments) else replace(expression, arguments=arguments)
    if isinstance(expression, Loop):
        sources, body = tuple(map(change, expression.sources)), change(expression.body)
        same = body is expression.body and _are(sources, expression.sources)
        return expression if same else replace(expression, sources=sources, body=body)
    return expression


def _changed(argument: Argument, change: Callable[[Expression], Expression]) -> Argument:
    if isinstance(argument, Expression):
        return change(argument)
    if isinstance(argument, tuple):
        items = tuple(map(change, argument))
        return argument if _are(items, argument) else items
    return argument


def _are(new: Iterable[object], old: Iterable[object]) -> bool:
    """Whether these are the very same objects."""
    return all(map(is_, new, old))


def rewrite(expression: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """The expression, gone over from the top down, in which a node is replaced where `change` returns one; replacements
    are not entered. It may be as deep as a tree: this does not recurse."""
    made: dict[int, Expression] = {}
    left: list[Expression] = []
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        changed = change(current)
        if changed is not None:
            made[id(current)] = changed
        else:
            left.append(current)
            waiting += children(current)[::-1]
    for current in left[::-1]:  # those below come before
        made[id(current)] = map_children(current, lambda one: made[id(one)])
    return made[id(expression)]
