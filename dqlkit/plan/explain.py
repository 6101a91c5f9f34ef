"""Plans as indented text."""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.sort import Order
from dqlkit.types.text import text_of

__all__ = ["explain", "show"]


def explain(plan: Operator | Expression | None, row_by_row: Mapping[str, str] | None = None) -> str:
    """The last operator first, what it reads below it; then what does not run vectorised, where that is known."""
    if not isinstance(plan, Operator):
        return show(plan) if plan is not None else ""
    lines = list(_lines(plan, 0))
    if row_by_row is not None:
        slow = [f"  {name}({types})" for name, types in row_by_row.items()]
        lines += ["row by row:", *slow] if slow else ["vectorised throughout"]
    return "\n".join(lines)


def _lines(operator: Operator, depth: int):  # type: ignore[no-untyped-def]
    yield "  " * depth + operator.describe(show)
    for source in operator.inputs:
        yield from _lines(source, depth + 1)


def show(value: object) -> str:
    """An expression, or anything that an operator holds, in one line."""
    match value:
        case Literal():
            return f'"{value.value}"' if isinstance(value.value, str) else text_of(value.value) or "null"
        case Column():
            return value.name
        case Item():
            return "position" if value.index < 0 else f"item {value.index}"
        case Loop():
            return f"for each of {', '.join(map(show, value.sources))}: {show(value.body)}"
        case Call():
            return f"{value.function.name}({', '.join(show(a) for a in value.arguments if a is not None)})"
        case Field():
            shown = show(value.expression)
            return shown if shown == value.name else f"{value.name} = {shown}"
        case Order():
            return show(value.expression) + (" descending" if value.descending else "")
        case Operator():
            return "[…]"
        case tuple():
            return "{" + ", ".join(map(show, value)) + "}"
    return str(value)
