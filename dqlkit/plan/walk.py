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


def expressions(operator: Operator) -> Iterator[Expression]:
    """The expressions that an operator itself holds."""
    for held in fields(operator):
        yield from _held(getattr(operator, held.name))


def _held(value: object) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _held(item)
    elif is_dataclass(value) and not isinstance(value, (Operator, type)):
        for held in fields(value):
            yield from _held(getattr(value, held.name))
