"""Plans as indented text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.sort import Order
from dqlkit.plan.ops.timeseries import Series
from dqlkit.types.text import text_of
from dqlkit.types.values import Duration, Timeframe, Timestamp

__all__ = ["explain", "show"]


def explain(plan: Operator | Expression | None, row_by_row: Mapping[str, str] | None = None) -> str:
    """The operators from last to first, each above its inputs; then the calls that run row by row, where that is
    known."""
    if not isinstance(plan, Operator):
        return show(plan) if plan is not None else ""
    lines = list(_lines(plan))
    if row_by_row is not None:
        slow = [f"  {name}({types})" for name, types in row_by_row.items()]
        lines += ["row by row:", *slow] if slow else ["vectorised throughout"]
    return "\n".join(lines)


def _lines(plan: Operator) -> Iterator[str]:
    waiting = [(plan, 0)]
    while waiting:
        operator, depth = waiting.pop()
        yield "  " * depth + operator.describe(show)
        waiting += ((source, depth + 1) for source in reversed(operator.inputs))


def show(value: object) -> str:
    """An expression, or anything that an operator holds, in one line."""
    match value:
        case Literal():
            return f'"{value.value}"' if isinstance(value.value, str) else text_of(value.value) or "null"
        case Column():
            return _named(value.name)
        case Item():
            return "position" if value.index < 0 else f"item {value.index}"
        case Loop():
            return f"for each of {', '.join(map(show, value.sources))}: {show(value.body)}"
        case Call():
            return f"{value.function.name}({', '.join(show(a) for a in value.arguments if a is not None)})"
        case Series():
            default = "" if value.default is None else f" default {show(value.default)}"
            rate = "" if value.rate is None else f" rate {show(value.rate)}"
            return f"{_named(value.name)} = {show(value.expression)}{default}{rate}{' scalar' if value.scalar else ''}"
        case Field():
            shown = show(value.expression)
            return shown if shown == _named(value.name) else f"{_named(value.name)} = {shown}"
        case Order():
            return show(value.expression) + (" descending" if value.descending else "")
        case Timestamp() | Timeframe() | Duration():
            return text_of(value) or ""
        case Operator():
            return "[…]"
        case tuple():
            return "{" + ", ".join(map(show, value)) + "}"
    return str(value)


def _named(name: str) -> str:
    """The name of a field. The name of a temporary column, which no query can write, is shown with a leading `#`."""
    return name.replace("\x01", "#")
