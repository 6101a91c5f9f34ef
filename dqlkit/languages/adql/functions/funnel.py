"""`funnel()`: how many of something get through a row of steps. It is a query of its own, not a value in one."""

from __future__ import annotations

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen
from dqlkit.functions.boolean import is_not_null
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import aggregate, call, distinct_members, is_call, operands, operate
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.function import Written, metric
from dqlkit.languages.adql.tree import Select
from dqlkit.languages.adql.vocabulary import Condition, Value, Writer
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.filter import Filter

__all__ = ["Funnel", "Step", "find_funnel", "steps_of"]

_COUNT_IF = "countIf"


@metric(several=True)
def funnel(field: Value, condition: Condition, *more: Condition, bind: Binder) -> Expression | None:
    """How many values of a field have an event for the first condition, for that and the second, and so on.

    >>> funnel(app, ms > 0, ms > 100)
    [[2, 1]]
    """
    help = "Write `SELECT funnel(field, condition, …) AS 'first step,second step'`."
    span = field.span or condition.span or Span(0, 0)
    bind.scope.error("A001", span, "expected `funnel()` alone in the list of the query, found it elsewhere", help)
    return None


@funnel.lifts
def _(_node: Call, _writer: Writer) -> Written | None:
    """No value is one: `steps_of` finds the operators that are."""
    return None


def find_funnel(select: Select) -> Argument | None:
    """The item of a list that calls `funnel`."""
    return next((item for item in select.items if _calls_funnel(item.value)), None)


def _calls_funnel(node: tree.Expression) -> bool:
    return isinstance(node, tree.Call) and node.function.name.lower() == funnel.name


@frozen
class Funnel:
    """A funnel that is asked for: what goes through it, its steps, and what they are called."""

    call: tree.Call
    identity: Expression
    steps: tuple[Expression, ...]
    names: tuple[str, ...]

    @classmethod
    def read(cls, binder: Binder, call: tree.Call, alias: str) -> Funnel | None:
        """The funnel of a call; None where something is wrong with its arguments."""
        arguments = funnel.arguments(binder, call)
        if arguments is None:
            return None
        identity, *steps = arguments
        return cls(call, identity, tuple(steps), tuple(_names(call, alias, len(steps))))

    def plan(self, source: Operator, each: Expression, nested: bool) -> Operator:
        """One record: for each step the number of ids with an event for it and for all steps before it.

        `each` is the identity as an array, where it may be `nested`: every value of it is an id then.
        """
        plan, identity, span = source, self.identity, self.call.span
        if nested:
            plan = Expand(plan, Field("each id", distinct_members(each)), span=span)
            identity = Column("each id", span=identity.span)
        plan = Filter(plan, call(is_not_null, identity), span=span)
        reached = tuple(
            Field(f"step {k}", operate("greater", aggregate(_COUNT_IF, c, span=c.span), literal(0)))
            for k, c in enumerate(self.steps, 1)
        )
        plan = Aggregate(plan, (Field("id", identity),), reached, span=span)
        passed: Expression | None = None
        counts = []
        for name, step in zip(self.names, reached, strict=True):
            column = Column(step.name)
            passed = column if passed is None else operate("and", passed, column)
            counts.append(Field(name, aggregate(_COUNT_IF, passed)))
        return Aggregate(plan, (), tuple(counts), span=span)


def _names(call: tree.Call, alias: str, count: int) -> list[str]:
    """The names in the alias, one for each step; else what the steps say."""
    names = [name.strip() for name in alias.split(",")] if alias else []
    if len(names) == count and len(set(names)) == count and all(names):
        return names
    if names:
        return [f"{alias} {k}" for k in range(1, count + 1)]
    return [label(argument.value) for argument in call.arguments[1:]]


@frozen
class Step:
    """A step of a funnel in a plan."""

    name: str
    condition: Expression


def steps_of(inner: Aggregate, outer: Aggregate) -> list[Step] | None:
    """The steps of the funnel that two aggregations make; None where they are none."""
    if len(inner.keys) != 1 or outer.keys or len(inner.values) != len(outer.values):
        return None
    steps = []
    passed: Expression | None = None
    for reached, count in zip(inner.values, outer.values, strict=True):
        condition = _reached(reached.expression)
        passed = Column(reached.name) if passed is None else operate("and", passed, Column(reached.name))
        if condition is None or count.expression != aggregate(_COUNT_IF, passed):
            return None
        steps.append(Step(count.name, condition))
    return steps


def _reached(node: Expression) -> Expression | None:
    """The condition of `countIf(condition) > 0`."""
    if not is_call(node, "greater"):
        return None
    counted, zero = operands(node)
    return operands(counted)[0] if is_call(counted, _COUNT_IF) and zero == literal(0) else None
