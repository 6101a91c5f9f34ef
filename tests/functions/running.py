"""Running one expression, or one call over many records, on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dqlkit.functions.context import Context
from dqlkit.languages.dql.bind import bind
from dqlkit.languages.dql.parse import parse
from dqlkit.plan.expressions import Column, Expression, Literal, rewrite
from dqlkit.plan.operators import Field
from dqlkit.plan.ops.aggregate import Aggregate, aggregations
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.project import Project
from dqlkit.types.values import Timestamp, Value
from tests.engines.every import Comparison, answer

CONTEXT = Context(Timestamp(1_785_000_000_000_000_000), "Europe/Vienna")


def bound(text: str) -> Expression:
    """The expression that a text means; it must be without fault."""
    parsed = parse(text, "expression")
    result = bind(parsed)
    assert not parsed.diagnostics, (text, parsed.diagnostics)
    assert not result.diagnostics, (text, result.diagnostics)
    assert isinstance(result.plan, Expression)
    return result.plan


def on_every_engine(
    expression: Expression, rows: Sequence[dict[str, Value]], same: Comparison | None = None
) -> tuple[list[Value], Mapping[str, str]]:
    """The value for each record, on which every engine must agree, and what runs row by row in a vectorised one."""
    field = (Field("value", expression),)
    source = Fetch("t")
    plan = Aggregate(source, (), field) if aggregations(expression) else Project(source, field)
    found = answer(plan, {"t": rows}, CONTEXT, same)
    return [row["value"] for row in found.records], found.row_by_row


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
