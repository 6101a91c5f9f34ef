"""Which fields there are at each stage of a plan, as far as that is known without data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from dqlkit.plan.expressions import Call, walk
from dqlkit.plan.operators import Operator, Reader, Source, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.walk import expressions

__all__ = ["Flow", "blocks", "flow", "flows", "schema_of"]

Flow: TypeAlias = tuple[tuple[Operator, Schema], ...]
"""The operators of a stream from first to last, each with the fields that come in."""


def blocks(operator: Operator) -> list[Operator]:
    """The sub-queries in the expressions of a stage."""
    calls = (node for expression in expressions(operator) for node in walk(expression) if isinstance(node, Call))
    return [argument for call in calls for argument in call.arguments if isinstance(argument, Operator)]


def flows(
    plan: Operator,
    tables: Mapping[str, Schema] | None = None,
    visit: Callable[[Operator, Schema], Iterable[Operator]] = lambda operator, _schema: blocks(operator),
) -> tuple[Flow, ...]:
    """Every stream of a plan, the main one first, then what is joined, appended, looked into.

    `visit` sees each stage before the next one's fields are known, and says which sub-queries are in its expressions.
    """
    found: list[Flow] = []
    streams = [plan]
    for stream in streams:  # which grow
        stages: list[tuple[Operator, Schema]] = []
        for operator, schema in flow(stream, tables):
            streams += (*visit(operator, schema), *operator.inputs[1:])
            stages.append((operator, schema))
        found.append(tuple(stages))
    return tuple(found)


def flow(plan: Operator, tables: Mapping[str, Schema] | None = None) -> Iterator[tuple[Operator, Schema]]:
    """The operators of the main stream from first to last, each with the schema of the records that come in.

    `tables` says what is known of the tables that are read.
    """
    chain: list[Operator] = [plan]
    while chain[-1].inputs:
        chain.append(chain[-1].inputs[0])
    schema = Schema({}, open=True)
    for operator in reversed(chain):
        yield operator, schema
        known = tables.get(operator.table) if tables and isinstance(operator, Reader) else None
        schema = known or _after(operator, schema)


def schema_of(plan: Operator) -> Schema:
    """The schema of what comes out of a plan."""
    schema = Schema({}, open=True)
    for operator, before in flow(plan):
        schema = _after(operator, before)
    return schema


def _after(operator: Operator, schema: Schema) -> Schema:
    if isinstance(operator, Stage):
        return operator.schema(schema)
    return operator.produced() if isinstance(operator, Source) else Schema({}, open=True)
