"""`describe`: the fields of a data object."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Table
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.describe import Describe


@command(aliases={"sourceid": "dataObject"})
def describe(data_object: Table) -> Operator:
    """The fields of a table with the types that occur in each.

    >>> describe logs
    """
    return Describe(data_object)


@describe.lifts(Describe)
def _(operator: Describe) -> Written:
    return written(data_object=operator.table)
