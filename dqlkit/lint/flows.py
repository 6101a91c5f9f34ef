"""What happens to fields along the stages of a query."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Span
from dqlkit.lint.subject import Flow
from dqlkit.plan.expressions import Column, Expression, Loop, walk
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.join import Join, Nest
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.rename import Rename
from dqlkit.plan.ops.timeseries import Timeseries
from dqlkit.plan.schema import Schema
from dqlkit.plan.walk import expressions

__all__ = ["columns", "producer", "reads", "remover", "series"]


def columns(expression: Expression) -> Iterator[tuple[Column, Span]]:
    """The fields that an expression reads, where the text names them."""
    for node in walk(expression):
        if isinstance(node, Column) and node.span is not None and node.name and node.name[0] != "\x01":
            yield node, node.span


def reads(operator: Operator) -> Iterator[tuple[Column, Span]]:
    """The fields of the records that come in which a stage reads."""
    if isinstance(operator, (Join, Nest)):
        held: Iterator[Expression] = (key.left for key in operator.keys)
    else:
        held = expressions(operator)
    for expression in held:
        yield from columns(expression)


def series(flow: Flow) -> Iterator[tuple[Operator, frozenset[str]]]:
    """The stages with the names that hold time series then, and nothing else."""
    names: frozenset[str] = frozenset()
    for operator, _ in flow:
        yield operator, names
        if isinstance(operator, Timeseries):
            names = frozenset(one.name for one in operator.series if not one.scalar)
        elif isinstance(operator, (Extend, Project)):
            names = _assigned(operator.fields, names, keep=isinstance(operator, Extend))
        elif isinstance(operator, Rename):
            renamed = dict(operator.pairs)
            olds = set(renamed.values())
            names = frozenset(
                {*(names - olds - renamed.keys()), *(new for new, old in renamed.items() if old in names)}
            )
        elif not _harmless(operator):
            names = frozenset()


def _assigned(fields: tuple[Field, ...], names: frozenset[str], keep: bool) -> frozenset[str]:
    """The series after fields were computed: loops and plain copies of series are series as well."""
    made = {
        field.name
        for field in fields
        if isinstance(field.expression, Loop)
        or (isinstance(field.expression, Column) and field.expression.name in names)
    }
    left = names - {field.name for field in fields} if keep else frozenset()
    return frozenset(left | made)


def _harmless(operator: Operator) -> bool:
    """Whether a stage leaves the fields there are as they are."""
    return type(operator).__name__ in ("Filter", "Sort", "Limit", "Dedup", "Choose", "Move", "Join", "Nest", "Append")


def remover(flow: Flow, name: str, before: Operator) -> Span | None:
    """Where a field was dropped that a stage no longer finds."""
    found: Span | None = None
    previous: tuple[Operator, Schema] | None = None
    for operator, schema in flow:
        if previous is not None and previous[1].may_have(name) and not schema.may_have(name):
            found = previous[0].span
        if operator is before:
            return found
        previous = operator, schema
    return found


def producer(flow: Flow, name: str) -> Operator | None:
    """The last stage that computes a field."""
    for operator, _ in reversed(flow):
        fields = getattr(operator, "fields", ())
        if isinstance(operator, (Extend, Project)) and any(field.name == name for field in fields):
            return operator
    return None
