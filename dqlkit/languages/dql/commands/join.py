"""`join`: records of two queries side by side."""

from __future__ import annotations

from typing import Literal

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Block, Hint, Joined, Many, On, Renamed, Text
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.join import Join


@command(
    akin={"eventstats": "Use `join [ … | summarize … ], on:{…}`.", "streamstats": "Use `join`."},
    phrases={"join [kind=J] T on K": "join [fetch T], on:{K}<, kind:J>"},
)
def join(
    source: Operator,
    join_table: Block,
    *,
    kind: Literal["inner", "leftOuter", "outer"] = "inner",
    execution_order: Hint[Literal["auto", "leftFirst", "rightFirst"]] = "auto",
    broadcast: Hint[Literal["enabled", "disabled"]] = "enabled",
    on: Many[On],
    prefix: Text | None = None,
    fields: Many[Joined[Renamed]] = (),
) -> Operator:
    """Pair every record with those of the sub-query that have equal keys; null never matches.

    Right fields arrive under `right.` (or `prefix`), keys included; with `fields` only those, and without a prefix unless
    one is given. `executionOrder` and `broadcast` speak to the vendor's planner.

    >>> data record(a = 1), record(a = 2) | join [data record(a = 2, city = "Linz")], on: {a}
    {"a":2,"right.a":2,"right.city":"Linz"}
    """
    default = "" if fields else "right."
    return Join(source, join_table, on, kind, default if prefix is None else prefix, fields)


@join.lifts(Join)
def _(operator: Join) -> Written | None:
    if operator.first_only:
        return None
    prefix = None if operator.prefix == ("" if operator.fields else "right.") else operator.prefix
    return written(
        join_table=operator.other, kind=operator.kind, on=operator.keys, prefix=prefix, fields=operator.fields
    )
