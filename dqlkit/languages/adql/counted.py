"""A query that also counts what it would answer without its limits, in the same run."""

from __future__ import annotations

from dqlkit import functions
from dqlkit.frozen import frozen, replace
from dqlkit.plan.expressions import Call
from dqlkit.plan.operators import Field, Operator, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Sort
from dqlkit.plan.ops.top import Top
from dqlkit.plan.walk import operators

__all__ = ["COUNT", "Counted", "counted"]

#: The field of the records that hold the counts.
COUNT = "\x01count"


@frozen
class Counted:
    """A plan that yields the records of another one, and after them one record with a `COUNT` per name in `counts`:
    `total` without the limits, and `kept` of them within."""

    plan: Operator
    counts: tuple[str, ...]
    grouped: bool


def counted(plan: Operator) -> Counted:
    """Events are all counted. Groups are counted where a limit may cut some away, before `HAVING` drops others."""
    if not any(isinstance(operator, Aggregate) for operator in operators(plan)):
        return Counted(Append(plan, _count(_uncut(plan))), ("total",), grouped=False)
    cut = plan
    while isinstance(cut, (Project, Filter)):
        cut = cut.source
    if not isinstance(cut, (Limit, Top)):
        return Counted(plan, (), grouped=True)
    return Counted(Append(Append(plan, _count(_uncut(cut))), _count(cut)), ("total", "kept"), grouped=True)


def _count(plan: Operator) -> Operator:
    function = functions.find("count", "aggregation")
    assert function is not None
    return Aggregate(plan, (), (Field(COUNT, Call(function, ())),))


def _uncut(plan: Operator) -> Operator:
    """The plan without order and cuts, down to what is grouped."""
    if isinstance(plan, (Limit, Sort, Top)):
        return _uncut(plan.source)
    if isinstance(plan, Stage) and not isinstance(plan, Aggregate):
        return replace(plan, source=_uncut(plan.source))
    return plan
