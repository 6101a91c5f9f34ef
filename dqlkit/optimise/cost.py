"""What an expression costs, roughly."""

from __future__ import annotations

from dqlkit.plan.expressions import Call, Expression, walk

__all__ = ["is_plain"]


def is_plain(expression: Expression) -> bool:
    """Whether an expression compares and combines, and does nothing more costly."""
    calls = (node.function for node in walk(expression) if isinstance(node, Call))
    return all(function.family == "operator" or function.category == "boolean" for function in calls)
