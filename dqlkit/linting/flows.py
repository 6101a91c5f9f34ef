"""Helpers for rules about fields: which a stage reads, which hold time series, where one was dropped."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Span
from dqlkit.plan.expressions import Column, Expression, walk
from dqlkit.plan.flow import Flow
from dqlkit.plan.operators import Operator
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
        names = operator.series_after(names)


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
