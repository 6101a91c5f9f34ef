"""All that a plan holds: operators below operators, and those of sub-queries inside expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from dqlkit.plan.expressions import Call, Expression
from dqlkit.plan.expressions import walk as walk_expression
from dqlkit.plan.operators import Operator

__all__ = ["expressions", "operators"]


def operators(plan: Operator) -> Iterator[Operator]:
    """The operator, what it reads from, and the sub-queries of its expressions."""
    yield plan
    for source in plan.inputs:
        yield from operators(source)
    for expression in expressions(plan):
        for node in walk_expression(expression):
            if isinstance(node, Call):
                for argument in node.arguments:
                    if isinstance(argument, Operator):
                        yield from operators(argument)


def expressions(operator: Operator) -> list[Expression]:
    """The expressions that an operator itself holds."""
    found: list[Expression] = []
    for name in _names(operator):
        _collect(getattr(operator, name), found)
    return found


def _collect(value: object, found: list[Expression]) -> None:
    if isinstance(value, Expression):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)
    elif value is not None and not isinstance(value, _LEAVES):
        for name in _names(value):
            _collect(getattr(value, name), found)


#: What holds no expression of the operator's own, as common values are known at once.
_LEAVES = (str, int, Operator, type)


#: Annotations of fields that hold no expression.
_PLAIN = frozenset({"Operator", "Span | None", "bool", "int", "str", "tuple[str, ...]"})

#: The fields of a kind of dataclass that may, once it has been met; none of anything else.
_NAMES: dict[type, tuple[str, ...]] = {}


def _names(value: object) -> tuple[str, ...]:
    kind = type(value)
    if kind not in _NAMES:
        _NAMES[kind] = tuple(f.name for f in fields(kind) if f.type not in _PLAIN) if is_dataclass(kind) else ()
    return _NAMES[kind]
