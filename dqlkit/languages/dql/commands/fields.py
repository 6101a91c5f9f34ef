"""`fields`: choose and compute the fields of the result."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Assigned
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.project import Project


@command(
    in_processors=True,
    known_as={"project": "", "select": "", "table": "", "project-reorder": ""},
    phrases={
        "fields distinct X": "dedup X | fields X",
        "select * from T [where C] [order by O] [limit N]": "fetch T< | filter C>< | sort O>< | limit N>",
        "select distinct X from T [where C] [order by O] [limit N]": "fetch T< | filter C> | dedup X< | sort O>< | limit N>",
        "select X from T [where C] group by G [having H] [order by O] [limit N]": (
            "fetch T< | filter C> | summarize X-G, by:{G}< | filter H>< | sort O>< | limit N>"
        ),
        "select X from T [where C] [order by O] [limit N]": "fetch T< | filter C>< | sort O>< | limit N> | fields X",
        "select X from T [where C] [limit N]": "fetch T< | filter C> | summarize X",
    },
)
def fields(source: Operator, *expression: Assigned) -> Operator:
    """Exactly these fields in this order. A field that no record has is null; expressions see the incoming record.

    >>> data record(a = 1, b = 2) | fields a, sum = a + b
    {"a":1,"sum":3}
    """
    return Project(source, expression)


@fields.lifts(Project)
def _(operator: Project) -> Written:
    return written(expression=operator.fields)
