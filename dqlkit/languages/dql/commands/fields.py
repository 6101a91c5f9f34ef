"""`fields`: choose and compute the fields of the result."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Assigned
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.project import Project


@command(in_processors=True, known_as={"project": "", "select": "", "table": "", "project-reorder": ""})
def fields(source: Operator, *expression: Assigned) -> Operator:
    """Exactly these fields in this order. A field that no record has is null; expressions see the incoming record.

    >>> data record(a = 1, b = 2) | fields a, sum = a + b
    {"a":1,"sum":3}
    """
    return Project(source, expression)


@fields.lifts(Project)
def _(operator: Project) -> Written:
    return written(expression=operator.fields)
