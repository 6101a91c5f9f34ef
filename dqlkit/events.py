"""Queries answered as the AppDynamics Events API does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dqlkit import functions
from dqlkit.languages.adql.columns import columns
from dqlkit.plan.expressions import Call
from dqlkit.plan.operators import Field, Operator, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Sort
from dqlkit.plan.ops.top import Top
from dqlkit.plan.walk import operators
from dqlkit.results.events import EventColumn, events_answer

if TYPE_CHECKING:
    from dqlkit.query import Query, Tables

__all__ = ["answer"]


def answer(query: Query, tables: Tables, **options: Any) -> dict[str, Any]:
    """The answer to an ADQL query: one element of what `/events/query` returns. Options are those of `Query.run`.

    Only an answer of events has a `total`. Raises `DqlkitError` where the query is wrong.
    """
    result = query.run(tables, **options)
    plan = query.plan
    assert isinstance(plan, Operator)

    def count(plan: Operator) -> int:
        counting = Aggregate(plan, (), (Field("n", Call(_function("count"), ())),))
        return int(query.meaning(counting).run(tables, **options).records[0]["n"])

    shown = [EventColumn(*column) for column in columns(query.parsed.tree)]
    grouped = any(isinstance(operator, Aggregate) for operator in operators(plan))
    total = None if grouped else count(_uncut(plan))
    more = _more_groups(plan, count) if total is None else total > len(result)
    return events_answer(result, shown, _table(plan), total, more)


def _function(name: str) -> functions.Function[..., Any]:
    function = functions.find(name, "aggregation")
    assert function is not None
    return function


def _more_groups(plan: Operator, count: Callable[[Operator], int]) -> bool:
    """Whether there are groups that were cut away; `HAVING`, which comes after that, does not count."""
    while isinstance(plan, (Project, Filter)):
        plan = plan.source
    return isinstance(plan, (Limit, Top)) and count(_uncut(plan)) > count(plan)


def _uncut(plan: Operator) -> Operator:
    """The plan without order and cuts, down to what is grouped."""
    if isinstance(plan, (Limit, Sort, Top)):
        return _uncut(plan.source)
    return (
        replace(plan, source=_uncut(plan.source))
        if isinstance(plan, Stage) and not isinstance(plan, Aggregate)
        else plan
    )


def _table(plan: Operator) -> str:
    return next(operator.table for operator in operators(plan) if isinstance(operator, Fetch))
