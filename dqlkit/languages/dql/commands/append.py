"""`append`: the records of another query behind one's own."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Block
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.append import Append


@command(
    akin={"with": "Use `append [ … ]` or `join [ … ], on:{…}`: a query stands where it is read."},
    phrases={"union T": "append [fetch T]"},
)
def append(source: Operator, source_: Block) -> Operator:
    """Add the records of a sub-query behind the ones there are. Fields are unioned, missing ones null.

    >>> data record(a = 1) | append [data record(b = 2)]
    {"a":1,"b":null}
    {"a":null,"b":2}
    """
    return Append(source, source_)


@append.lifts(Append)
def _(operator: Append) -> Written:
    return written(source_=operator.other)
