"""Helpers for rules about conditions: comparisons of fields with literals, and chains of `and` and `or`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen
from dqlkit.functions import Function, find, operator_of
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Binary, Boolean, Expression, Name, Number, Parentheses, String
from dqlkit.linting.stages import declared, stage
from dqlkit.linting.subject import Subject, shared
from dqlkit.plan.ops.filter import Filter

__all__ = [
    "Test",
    "bare",
    "compares",
    "conditions",
    "filter_of",
    "filters",
    "neighbours",
    "null_is_false",
    "operands",
    "test",
]


@frozen
class Test:
    """`field operator value`, the value a literal; the sides may have been written the other way round."""

    field: str
    operator: str
    value: str | int | float | bool


def bare(node: Expression) -> Expression:
    """A node without the parentheses around it."""
    while type(node) is Parentheses:
        node = node.inner
    return node


def filter_of(subject: Subject, command: Command, or_out: bool = False) -> Expression | None:
    """The condition of a `filter`, or of a `filterOut` where that does as well, that could be read."""
    if len(command.arguments) != 1 or command.bad is not None or command.arguments[0].name is not None:
        return None
    operator = stage(subject, command)
    if not isinstance(operator, Filter) or (operator.negated and not or_out) or not _takes_condition(command):
        return None
    return command.arguments[0].value


def _takes_condition(command: Command) -> bool:
    """Whether what it filters by is written; `smartscapeNodes` filters by a type."""
    known = declared(command)
    return known is not None and known.condition is not None


@shared
def filters(subject: Subject) -> list[Command]:
    """All commands that filter by a condition."""
    known = ((command, declared(command)) for command in subject.commands())
    return [command for command, one in known if one is not None and Filter in one.makes]


@shared
def neighbours(subject: Subject) -> list[tuple[Command, Expression, Command, Expression]]:
    """Filters that follow one another, each with its condition."""
    if len(filters(subject)) < 2:
        return []
    found = []
    for pipeline in subject.pipelines:
        conditions = [(command, filter_of(subject, command)) for command in pipeline.commands]
        for (one, first), (other, second) in pairwise(conditions):
            if first is not None and second is not None:
                found.append((one, first, other, second))
    return found


def conditions(subject: Subject) -> Iterator[Expression]:
    """The conditions of all filters."""
    for command in filters(subject):
        yield from (argument.value for argument in command.arguments)


def operands(node: Expression, operator: str) -> Iterator[Expression]:
    """What a chain of `and` or `or` joins; the node alone where it is none."""
    stack = [node]
    while stack:
        current = bare(stack.pop())
        if isinstance(current, Binary) and current.operator == operator:
            stack += [current.right, current.left]
        else:
            yield current


def test(node: Expression) -> Test | None:
    """A comparison of a field with a literal."""
    node = bare(node)
    comparison = compares(node.operator) if isinstance(node, Binary) else None
    if not isinstance(node, Binary) or comparison is None:
        return None
    name, literal = bare(node.left), bare(node.right)
    if isinstance(literal, Name):
        name, literal = bare(node.right), bare(node.left)
        comparison = comparison.mirror or comparison
    if isinstance(name, Name) and isinstance(literal, (String, Number, Boolean)):
        return Test(name.name, comparison.symbol, literal.value)
    return None


@shared
def null_is_false(subject: Subject) -> set[Span]:
    """Tests for which it is the same whether they are null or false: those that a filter, or a function that takes a
    condition first, joins by `and` and `or` alone."""
    found: set[Span] = set()
    stack = [bare(condition) for condition in conditions(subject)]
    for call in subject.calls():
        function = find(call.function.name)
        if (
            call.arguments
            and function is not None
            and function.family == "aggregation"
            and function.accepts(0) == {"boolean"}
        ):
            stack.append(bare(call.arguments[0].value))
    while stack:
        node = stack.pop()
        found.add(node.span)
        if isinstance(node, Binary) and node.operator in ("and", "or"):
            stack += [bare(node.left), bare(node.right)]
    return found


@cache
def compares(symbol: str) -> Function[..., Any] | None:
    """The function of two values that an operator stands for, where it may be turned round and has an opposite."""
    function = operator_of(symbol, 2)
    return function if function is not None and function.mirror and function.opposite else None
