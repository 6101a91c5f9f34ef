"""Conditions as rules read them: what is compared with what, and how tests are joined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Binary, Boolean, Expression, Name, Number, Parentheses, String
from dqlkit.linting.subject import Subject

__all__ = ["Test", "bare", "conditions", "filter_of", "operands", "test"]


class Test(NamedTuple):
    """`field operator value`, the value a literal; the sides may have been written the other way round."""

    field: str
    operator: str
    value: str | int | float | bool


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def bare(node: Expression) -> Expression:
    """A node without the parentheses around it."""
    while isinstance(node, Parentheses):
        node = node.inner
    return node


def filter_of(command: Command, or_out: bool = False) -> Expression | None:
    """The condition of a `filter`, or of a `filterOut` where that does as well, that could be read."""
    name = command.name.name.lower()
    plain = (name == "filter" or (or_out and name == "filterout")) and len(command.arguments) == 1 and not command.bad
    return command.arguments[0].value if plain else None


def conditions(subject: Subject) -> Iterator[Expression]:
    """The conditions of all `filter` and `filterOut`."""
    for command in subject.commands("filter", "filterOut"):
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
    if not isinstance(node, Binary) or node.operator not in _TURNED:
        return None
    left, right, operator = bare(node.left), bare(node.right), node.operator
    if isinstance(right, Name):
        left, right, operator = right, left, _TURNED[operator]
    if isinstance(left, Name) and isinstance(right, (String, Number, Boolean)):
        return Test(left.name, operator, right.value)
    return None
