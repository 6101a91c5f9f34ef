"""`fieldsKeep`: keep only some fields."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Names
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.choose import Choose


@command(in_processors=True, known_as={"project-keep": ""})
def fields_keep(source: Operator, *field: Names) -> Operator:
    """Keep the existing fields that are named, or that a pattern such as `"dt.*"` matches. Never makes a field.

    >>> data record(a.x = 1, a.y = 2, b = 3) | fieldsKeep "a.*"
    {"a.x":1,"a.y":2}
    """
    return Choose(source, field)


@fields_keep.lifts(Choose)
def _(operator: Choose) -> Written | None:
    return None if operator.drop else written(field=operator.patterns)
