"""`failIf`: end the query when a record meets a condition."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Condition, Value
from dqlkit.plan.expressions import literal
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fail import Fail


@command(experimental=True)
def fail_if(source: Operator, condition: Condition, message: Value | None = None) -> Operator:
    """End the query with the message when the condition is true for any record.

    Without a message the query ends with one of ours [decided: the reference demands one, and nothing is lost by taking
    the shorter form].

    >>> data record(a = 1) | failIf a > 1, message: "too large"
    {"a":1}
    """
    return Fail(source, condition, message or literal("the condition is true for a record"))


@fail_if.lifts(Fail)
def _(operator: Fail) -> Written:
    return written(condition=operator.condition, message=operator.message)
