"""`expand`: a record for each element of an array."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Natural
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Assigned, Plain
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.expand import Expand


@command(known_as={"mv-expand": "", "mvexpand": ""})
def expand(source: Operator, expression: Assigned, *, limit: Plain[Natural] | None = None) -> Operator:
    """One record per element, at most the first `limit`. With an alias the array stays beside the elements.

    An empty array and null make no record.

    >>> data record(a = array(1, 2)) | expand a
    {"a":1}
    {"a":2}
    """
    return Expand(source, expression, limit)


@expand.lifts(Expand)
def _(operator: Expand) -> Written:
    return written(expression=operator.field, limit=operator.count)
