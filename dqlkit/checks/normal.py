"""Brings plans that mean the same into one form, step by step, so that it can be said why they do.

Each step keeps what a plan means for any data, nulls included. A filter keeps a record only where its condition is true,
so several filters are one whose conditions are joined by `and`; `and`, `or` and `xor` do not depend on the order of their
parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dqlkit.frozen import replace
from dqlkit.functions.operators import and_, not_, or_, xor
from dqlkit.plan.calls import call
from dqlkit.plan.explain import show
from dqlkit.plan.expressions import Call, Column, Expression, Literal, rewrite, walk
from dqlkit.plan.fold import fold
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.transform import change_expressions
from dqlkit.plan.walk import map_operators

__all__ = ["STEPS", "Step", "conjuncts"]


class Step(NamedTuple):
    """A step: what it leaves out of account, in words, and how it rewrites a plan."""

    said: str
    change: Callable[[Operator], Operator]


def conjuncts(condition: Expression) -> Iterator[Expression]:
    """The conditions that all have to be true."""
    return _parts(condition, and_)


def _parts(condition: Expression, joined_by: object) -> Iterator[Expression]:
    if isinstance(condition, Call) and condition.function is joined_by:
        for argument in condition.arguments:
            if isinstance(argument, Expression):
                yield from _parts(argument, joined_by)
    else:
        yield condition


def _folded(plan: Operator) -> Operator:
    """Constants computed."""

    def constant(node: Expression) -> Expression | None:
        return fold(node) if isinstance(node, Call) and node.arguments else None

    return change_expressions(plan, constant)


def _one_filter(plan: Operator) -> Operator:
    """Filters behind each other joined."""

    def joined(operator: Operator) -> Operator:
        before = operator.inputs[0] if isinstance(operator, Filter) else None
        if not isinstance(operator, Filter) or not isinstance(before, Filter) or before.negated != operator.negated:
            return operator
        # What is filtered out is so where any of the conditions is true.
        both = call(or_ if operator.negated else and_, before.condition, operator.condition)
        return replace(operator, source=before.source, condition=both)

    return map_operators(plan, joined)


def _one_extension(plan: Operator) -> Operator:
    """Fields that are added behind each other, and do not need each other, added at once."""

    def joined(operator: Operator) -> Operator:
        if not isinstance(operator, Extend) or not isinstance(operator.source, Extend):
            return operator
        before = operator.source
        made = {field.name for field in before.fields}
        read = {n.name for f in operator.fields for n in walk(f.expression) if isinstance(n, Column)}
        if made & (read | {field.name for field in operator.fields}):
            return operator
        return replace(operator, source=before.source, fields=(*before.fields, *operator.fields))

    return map_operators(plan, joined)


def _from_below(plan: Operator, change: Callable[[Expression], Expression]) -> Operator:
    """The plan with every node of its expressions changed once its parts are."""

    def changed(node: Expression) -> Expression | None:
        if not isinstance(node, Call):
            return None
        arguments = tuple(
            rewrite(a, changed)
            if isinstance(a, Expression)
            else tuple(rewrite(one, changed) for one in a)
            if isinstance(a, tuple)
            else a
            for a in node.arguments
        )
        return change(replace(node, arguments=arguments))

    return change_expressions(plan, changed)


def _turned(node: Expression) -> Expression:
    """Comparisons with the sides in one order: fields before constants."""
    if not isinstance(node, Call) or node.function.mirror is None or node.function in (and_, or_, xor):
        return node
    if len(node.arguments) != 2:
        return node
    left, right = node.arguments
    if not isinstance(left, Expression) or not isinstance(right, Expression):
        return node
    if (isinstance(left, Literal), show(left)) <= (isinstance(right, Literal), show(right)):
        return node
    return replace(node, function=node.function.mirror, arguments=(right, left))


def _unnegated(node: Expression) -> Expression:
    """A negated test as the opposite one."""
    if not isinstance(node, Call) or node.function is not not_:
        return node
    inner = node.arguments[0]
    if isinstance(inner, Call) and inner.function is not_ and isinstance(inner.arguments[0], Expression):
        return inner.arguments[0]
    if not isinstance(inner, Call) or inner.function.opposite is None:
        return node
    # `a < b` and `a >= b` are both false of NaN, so only tests count that always decide between two values.
    decides = inner.function.never_null or inner.function.mirror is inner.function
    return replace(inner, function=inner.function.opposite) if decides else node


def _ordered(node: Expression) -> Expression:
    """The parts of `and`, `or` and `xor` in one order; of `and` and `or` each once."""
    if not isinstance(node, Call) or node.function not in (and_, or_, xor):
        return node
    parts = sorted(_parts(node, node.function), key=show)
    first, *rest = parts if node.function is xor else {show(part): part for part in parts}.values()
    for part in rest:
        first = call(node.function, first, part)
    return first


STEPS: tuple[Step, ...] = (
    Step("constants are computed", _folded),
    Step("filters are joined", _one_filter),
    Step("added fields are joined", _one_extension),
    Step("negations are written as opposites", lambda plan: _from_below(plan, _unnegated)),
    Step("comparisons are turned round", lambda plan: _from_below(plan, _turned)),
    Step("conditions are ordered", lambda plan: _from_below(plan, _ordered)),
)
"""In the order in which they are taken; each is over what the ones before it made."""
