"""Helpers for rules about fields: which a stage reads, which hold time series, where one was dropped."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Span
from dqlkit.plan.expressions import Column, Expression, Loop, walk
from dqlkit.plan.flow import Flow
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.rename import Rename
from dqlkit.plan.ops.timeseries import Timeseries
from dqlkit.plan.schema import Schema

__all__ = ["columns", "reads", "remover", "series"]


def columns(expression: Expression) -> Iterator[tuple[Column, Span]]:
    """The fields that an expression reads, where the text names them."""
    for node in walk(expression):
        if isinstance(node, Column) and node.span is not None and node.name and node.name[0] != "\x01":
            yield node, node.span


def reads(operator: Operator) -> list[tuple[Column, Span]]:
    """The fields of the records that come in which a stage reads; `Subject.reads` remembers them."""
    return [found for expression in operator.reads() for found in columns(expression)]


def series(flow: Flow) -> Iterator[tuple[Operator, frozenset[str]]]:
    """The stages with the names that hold time series then, and nothing else."""
    names: frozenset[str] = frozenset()
    for operator, _ in flow:
        yield operator, names
        names = _series_after(operator, names)


def _series_after(operator: Operator, names: frozenset[str]) -> frozenset[str]:
    if isinstance(operator, Timeseries):
        return frozenset(one.name for one in operator.series if not one.scalar)
    if isinstance(operator, (Extend, Project)):
        return _assigned(operator.fields, names, keep=isinstance(operator, Extend))
    if isinstance(operator, Rename):
        renamed = dict(operator.pairs)
        left = names - set(renamed.values()) - renamed.keys()
        return left | {new for new, old in renamed.items() if old in names}
    if len(operator.inputs) > 1:
        from dqlkit.plan.ops.combine import Combine  # most queries have one stream, and a linter starts often

        if isinstance(operator, Combine):  # several metrics of one `timeseries`
            return names | _series_after(operator.other, frozenset())
    return frozenset(filter(operator.keeps, names))


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


def remover(flow: Flow, name: str, before: Operator) -> Span | None:
    """The stage that dropped a field which a later stage reads."""
    found: Span | None = None
    previous: tuple[Operator, Schema] | None = None
    for operator, schema in flow:
        if previous is not None and previous[1].may_have(name) and not schema.may_have(name):
            found = previous[0].span
        if operator is before:
            return found
        previous = operator, schema
    return found
