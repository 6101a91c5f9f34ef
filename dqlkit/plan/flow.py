"""The schema at each stage of a plan, as far as it is known without data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from dqlkit.frozen import replace
from dqlkit.plan.operators import Operator, Reader, calls
from dqlkit.plan.schema import Schema
from dqlkit.plan.walk import main_stream, map_operators

__all__ = ["Flow", "blocks", "flow", "flows"]

Flow: TypeAlias = tuple[tuple[Operator, Schema], ...]
"""The operators of a stream from first to last, each with the fields that come in."""


def blocks(operator: Operator) -> list[Operator]:
    """The sub-queries in the expressions of a stage."""
    own = (call for call in calls(operator) if call.function.takes_blocks)
    return [argument for call in own for argument in call.arguments if isinstance(argument, Operator)]


def flows(
    plan: Operator,
    tables: Mapping[str, Schema] | None = None,
    visit: Callable[[Operator, Schema], Iterable[Operator]] = lambda operator, _schema: blocks(operator),
) -> tuple[Flow, ...]:
    """Every stream of a plan: the main one first, then those of joins, appends and sub-queries.

    `tables` says what is known of the tables that are read. `visit` sees each stage before the next one's fields are
    known, and says which sub-queries are in its expressions.
    """
    found: list[Flow] = []
    streams = [_over(plan, tables)]
    for stream in streams:  # which grow
        stages: list[tuple[Operator, Schema]] = []
        for stage in flow(stream):
            for block in visit(*stage):
                streams.append(_over(block, tables))
            if len(stage[0].inputs) > 1:
                streams += stage[0].inputs[1:]
            stages.append(stage)
        found.append(tuple(stages))
    return tuple(found)


def flow(plan: Operator) -> Iterator[tuple[Operator, Schema]]:
    """The operators of the main stream from first to last, each with the schema of the records that come in."""
    before: Operator | None = None
    for operator in main_stream(plan):
        yield operator, Schema({}, open=True) if before is None else before.schema  # nothing is known of a table
        before = operator


def _over(plan: Operator, tables: Mapping[str, Schema] | None) -> Operator:
    """The plan with what is known of the tables that it reads."""

    def told(operator: Operator) -> Operator:
        if not tables or not isinstance(operator, Reader) or operator.table not in tables:
            return operator
        return replace(operator, known=tables[operator.table])

    return map_operators(plan, told) if tables else plan
