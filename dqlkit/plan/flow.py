"""Which fields there are at each stage of a plan, as far as that is known without data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from dqlkit.plan.expressions import Call, walk
from dqlkit.plan.operators import Operator, Reader, Source, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.walk import expressions

__all__ = ["Flow", "flow", "flows", "schema_of", "streams"]

Flow: TypeAlias = tuple[tuple[Operator, Schema], ...]
"""The operators of a stream from first to last, each with the fields that come in."""


def flows(
    plan: Operator,
    tables: Mapping[str, Schema] | None = None,
    visit: Callable[[Operator, Schema], None] = lambda _operator, _schema: None,
) -> tuple[Flow, ...]:
    """Every stream of a plan, the main one first. `visit` sees each stage before the next one's fields are known."""
    found: list[Flow] = []
    for stream in streams(plan):
        stages: list[tuple[Operator, Schema]] = []
        for stage in flow(stream, tables):
            visit(*stage)
            stages.append(stage)
        found.append(tuple(stages))
    return tuple(found)


def streams(plan: Operator) -> Iterator[Operator]:
    """The plan, then every plan in it whose records are a stream of their own: joined, appended, looked into."""
    yield plan
    operator = plan
    while True:
        for expression in expressions(operator):
            calls = (node for node in walk(expression) if isinstance(node, Call))
            for block in (argument for call in calls for argument in call.arguments if isinstance(argument, Operator)):
                yield from streams(block)
        for other in operator.inputs[1:]:
            yield from streams(other)
        if not operator.inputs:
            return
        operator = operator.inputs[0]


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
