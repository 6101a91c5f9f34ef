"""`fieldsMove`: gather fields into a record."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Many, Name, Names
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.move import Move


@command
def fields_move(source: Operator, field: Name, *, include: Many[Names], exclude: Many[Names] = ()) -> Operator:
    """Collect the root fields that the patterns match into one record field; they leave the root.

    >>> data record(a = 1, b = 2) | fieldsMove all, include: {"*"}
    {"all":{"a":1,"b":2}}
    """
    return Move(source, field, include, exclude)


@fields_move.lifts(Move)
def _(operator: Move) -> Written:
    return written(field=operator.target, include=operator.include, exclude=operator.exclude)
