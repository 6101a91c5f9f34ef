"""Running one expression, or one call over many records, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.reference import Interpreter
from dqlkit.functions.context import Context
from dqlkit.languages.dql.bind import bind
from dqlkit.languages.dql.parse import parse
from dqlkit.plan.expressions import Column, Expression, Literal, rewrite
from dqlkit.plan.operators import Field
from dqlkit.plan.ops.aggregate import Aggregate, aggregations
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.project import Project
from dqlkit.sources.table import FrameTable
from dqlkit.types.order import encode
from dqlkit.types.values import Timestamp, Value

CONTEXT = Context(Timestamp(1_785_000_000_000_000_000), "Europe/Vienna")


def bound(text: str) -> Expression:
    """The expression that a text means; it must be without fault."""
    parsed = parse(text, "expression")
    result = bind(parsed)
    assert not parsed.diagnostics, (text, parsed.diagnostics)
    assert not result.diagnostics, (text, result.diagnostics)
    assert isinstance(result.plan, Expression)
    return result.plan


def on_both_engines(
    expression: Expression, rows: Sequence[dict[str, Value]]
) -> tuple[list[Value], list[Value], dict[str, str]]:
    """The value for each record, by the reference engine and by Polars, and what ran row by row there."""
    operator = Aggregate if aggregations(expression) else None
    field = (Field("value", expression),)
    plan = Aggregate(Fetch("t"), (), field) if operator else Project(Fetch("t"), field)
    expected = [row["value"] for row in Interpreter({"t": rows}, CONTEXT).run(plan)]
    compiler = Compiler({"t": FrameTable(Frame.from_records(rows))}, CONTEXT)
    actual = [row.get("value") for row in compiler.run(plan).records()]
    return expected, actual, compiler.calls.row_by_row


def with_columns(expression: Expression) -> tuple[Expression, dict[str, Value]]:
    """The expression with its literals moved into a record, so that nothing folds away."""
    row: dict[str, Value] = {}

    def moved(node: Expression) -> Expression | None:
        if isinstance(node, Literal) and node.value is not None and not _is_shape(node):
            name = f"c{len(row)}"
            row[name] = node.value
            return Column(name)
        return None

    return rewrite(expression, moved), row


def _is_shape(node: Literal) -> bool:
    return isinstance(node.value, dict) and all(value is None for value in node.value.values())


def alike(expected: Any, actual: Any) -> bool:
    """Equal in value and type; doubles up to rounding."""
    if type(expected) is float and type(actual) is float:
        return (
            expected == actual
            or (expected != expected and actual != actual)
            or abs(expected - actual) <= 1e-9 * max(1.0, abs(expected), abs(actual))
        )
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(alike, expected, actual))
    if isinstance(expected, dict):
        names = {
            name for name in [*expected, *actual] if expected.get(name) is not None or actual.get(name) is not None
        }
        return all(alike(expected.get(name), actual.get(name)) for name in names)
    return encode(expected) == encode(actual)
