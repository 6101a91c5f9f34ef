"""`limit`: only the first records."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Natural
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Plain
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.limit import Limit


@command(
    known_as={"take": "", "head": ""},
    akin={"offset": "Use `sort` and `limit`: records are not skipped."},
    phrases={
        "top N [by] X desc": "sort X desc | limit N",
        "top N [by] X asc": "sort X | limit N",
        "top N [by] X": "sort X desc | limit N",
    },
)
def limit(source: Operator, size: Plain[Natural]) -> Operator:
    """The first records of the current order, at most so many.

    >>> data record(a = 2), record(a = 1) | sort a | limit 1
    {"a":1}
    """
    return Limit(source, size)


@limit.lifts(Limit)
def _(operator: Limit) -> Written | None:
    return None if operator.count is None else written(size=operator.count)
