"""All that a plan holds: operators below operators, and those of sub-queries inside expressions."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.plan.expressions import Call
from dqlkit.plan.expressions import walk as walk_expression
from dqlkit.plan.operators import Operator, expressions

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
