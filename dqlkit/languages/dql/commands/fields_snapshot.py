"""`fieldsSnapshot`: how often the fields of a data object occur."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Hint, Many, Name, Table
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.describe import Snapshot


@command
def fields_snapshot(data_object: Table, *, by: Many[Name] = (), bucket: Hint[Many[Name]] = ()) -> Operator:
    """The fields of a table and in what share of its records, from 0 to 100, each is there.

    >>> fieldsSnapshot logs, by: {loglevel}
    """
    return Snapshot(data_object, by)


@fields_snapshot.lifts(Snapshot)
def _(operator: Snapshot) -> Written:
    return written(data_object=operator.table, by=operator.by)
