"""`fieldsRemove`: drop fields."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Names
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.choose import Choose


@command(in_processors=True, known_as={"project-away": ""})
def fields_remove(source: Operator, *field: Names) -> Operator:
    """Drop the fields that are named, or that a pattern such as `"dt.*"` matches. Unknown names change nothing.

    >>> data record(a.x = 1, a.y = 2, b = 3) | fieldsRemove "a.*"
    {"b":3}
    """
    return Choose(source, field, drop=True)


@fields_remove.lifts(Choose)
def _(operator: Choose) -> Written | None:
    return written(field=operator.patterns) if operator.drop else None
