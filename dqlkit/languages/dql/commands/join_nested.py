"""`joinNested`: partners as an array of records."""

from __future__ import annotations

from typing import Literal

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Hint, Joined, Many, NamedBlock, On, Renamed
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.join import Nest


@command
def join_nested(
    source: Operator,
    join_table: NamedBlock,
    *,
    on: Many[On],
    execution_order: Hint[Literal["auto", "leftFirst", "rightFirst"]] = "auto",
    broadcast: Hint[Literal["enabled", "disabled"]] = "enabled",
    fields: Many[Joined[Renamed]] = (),
) -> Operator:
    """Give every record an array of the sub-query's records with equal keys, null where there is none.

    >>> data record(a = 1), record(a = 2) | joinNested found = [data record(a = 2, city = "Linz")], on: {a}
    {"a":1,"found":null}
    {"a":2,"found":[{"a":2,"city":"Linz"}]}
    """
    name, other = join_table
    return Nest(source, other, name, on, fields)


@join_nested.lifts(Nest)
def _(operator: Nest) -> Written:
    return written(join_table=(operator.name, operator.other), on=operator.keys, fields=operator.fields)
