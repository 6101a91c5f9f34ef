"""`fieldsAdd`: compute further fields."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Assigned
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.extend import Extend


@command(
    in_processors=True,
    known_as={"extend": "", "eval": ""},
    akin={
        "line_format": "Use `fieldsAdd`.",
        "let": "Use `fieldsAdd`.",
        "set": "Use `fieldsAdd`.",
    },
    phrases={"bin F span=D": "fieldsAdd F = bin(F, D)", "fillnull value=V X": "fieldsAdd X = coalesce(X, V)"},
)
def fields_add(source: Operator, *expression: Assigned) -> Operator:
    """Add fields, or replace those of the same name; all others stay. Expressions do not see one another.

    >>> data record(a = 1) | fieldsAdd twice = a * 2
    {"a":1,"twice":2}
    """
    return Extend(source, expression)


@fields_add.lifts(Extend)
def _(operator: Extend) -> Written:
    return written(expression=operator.fields)
