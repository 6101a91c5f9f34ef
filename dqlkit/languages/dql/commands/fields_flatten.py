"""`fieldsFlatten`: members of a record as fields."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Long
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Many, Name, Plain, Renamed, Text
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.flatten import Flatten


@command(excludes=(("prefix", "fields"),), in_processors=True)
def fields_flatten(
    source: Operator,
    expression: Name,
    *,
    prefix: Text | None = None,
    fields: Many[Renamed] = (),
    depth: Plain[Long] = 1,
) -> Operator:
    """Copy the members of a record to fields named `<field>.<member>`, or with `prefix` in front.

    `depth` opens records within records; `fields` picks members and may rename them, without prefix. The record stays.

    >>> data record(a = record(b = 1, c = 2)) | fieldsFlatten a
    {"a":{"b":1,"c":2},"a.b":1,"a.c":2}
    """
    return Flatten(source, expression, prefix, fields, depth)


@fields_flatten.lifts(Flatten)
def _(operator: Flatten) -> Written:
    return written(expression=operator.field, prefix=operator.prefix, fields=operator.fields, depth=operator.depth)
