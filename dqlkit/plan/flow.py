"""Which fields there are at each stage of a plan, as far as that is known without data."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.plan.operators import Operator, Source, Stage
from dqlkit.plan.schema import Schema

__all__ = ["flow", "schema_of"]


def flow(plan: Operator) -> Iterator[tuple[Operator, Schema]]:
    """The operators of the main stream from first to last, each with the schema of the records that come in."""
    chain: list[Operator] = [plan]
    while chain[-1].inputs:
        chain.append(chain[-1].inputs[0])
    schema = Schema({}, open=True)
    for operator in reversed(chain):
        yield operator, schema
        schema = _after(operator, schema)


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
