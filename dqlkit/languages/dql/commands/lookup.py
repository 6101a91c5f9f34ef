"""`lookup`: fields of the first record that matches."""

from __future__ import annotations

from typing import Literal

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Block, Hint, Joined, Many, Renamed, Text, Value
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.join import Join, JoinKey


@command(
    phrases={
        "lookup T K output X": 'lookup [load "/lookups/T"], sourceField:K, lookupField:K, fields:{X}',
        "lookup T K": 'lookup [load "/lookups/T"], sourceField:K, lookupField:K',
    }
)
def lookup(
    source: Operator,
    lookup_table: Block,
    *,
    source_field: Value | None = None,
    lookup_field: Joined[Value],
    prefix: Text | None = None,
    fields: Many[Joined[Renamed]] = (),
    execution_order: Hint[Literal["auto", "leftFirst", "rightFirst"]] = "auto",
    broadcast: Hint[Literal["enabled", "disabled"]] = "enabled",
) -> Operator:
    """Add the fields of the first record of the sub-query whose `lookupField` equals `sourceField`.

    They arrive under `lookup.` (or `prefix`); fields that an earlier lookup brought under it go first. With `fields` only
    those, without a prefix unless one is given. Without `sourceField` it is the field of the same name [inferred].

    >>> data record(a = 1), record(a = 2) | lookup [data record(id = 2, city = "Linz")], sourceField: a, lookupField: id
    {"a":1,"lookup.id":null,"lookup.city":null}
    {"a":2,"lookup.id":2,"lookup.city":"Linz"}
    """
    default = "" if fields else "lookup."
    key = JoinKey(lookup_field if source_field is None else source_field, lookup_field)
    return Join(
        source, lookup_table, (key,), "leftOuter", default if prefix is None else prefix, fields, first_only=True
    )


@lookup.lifts(Join)
def _(operator: Join) -> Written | None:
    if not operator.first_only or operator.kind != "leftOuter" or len(operator.keys) != 1:
        return None
    key = operator.keys[0]
    prefix = None if operator.prefix == ("" if operator.fields else "lookup.") else operator.prefix
    return written(
        lookup_table=operator.other,
        source_field=None if key.left == key.right else key.left,
        lookup_field=key.right,
        prefix=prefix,
        fields=operator.fields,
    )
