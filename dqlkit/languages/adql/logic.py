"""Builds conjunctions, disjunctions and negations in the plan with ADQL's logic.

A condition of ADQL is true or false, never null: a field that an event lacks matches nothing, and so its negation
matches. The plan makes that explicit: comparisons may be null there, and a negation states what null counts as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from dqlkit.functions import Function
from dqlkit.functions.boolean import is_false_or_null, is_not_null, is_true_or_null
from dqlkit.functions.operators import and_, equals, not_, not_equals, or_
from dqlkit.languages.adql.calls import call, is_call, operands, operate
from dqlkit.plan.expressions import Call, Expression, Literal

__all__ = ["all_of", "any_of", "negated", "never_null"]

#: More conditions than this are not joined one after the other.
LONG = 100


def never_null(condition: Expression) -> bool:
    """Whether a condition of the plan is true or false for every record."""
    if is_call(condition, and_, or_, not_):
        return all(map(never_null, operands(condition)))
    return isinstance(condition, Literal) or (isinstance(condition, Call) and condition.function.never_null)


def negated(condition: Expression) -> Expression:
    """The negation of a condition."""
    span = condition.span
    if is_call(condition, is_false_or_null) or (is_call(condition, not_) and never_null(condition)):
        return operands(condition)[0]
    if is_call(condition, is_true_or_null) and is_call(operands(condition)[0], not_equals):
        return operate(equals, *operands(operands(condition)[0]), span=span)
    if never_null(condition):
        opposite = condition.function.opposite if isinstance(condition, Call) else None
        return call(opposite, *operands(condition), span=span) if opposite else operate(not_, condition, span=span)
    if is_call(condition, equals):
        return call(is_true_or_null, operate(not_equals, *operands(condition), span=span), span=span)
    return call(is_false_or_null, condition, span=span)


def all_of(conditions: Iterable[Expression]) -> Expression:
    """The conjunction. That a field differs from a value and is there is a plain `!=`."""
    found: list[Expression] = []
    for condition in _spread(conditions, and_):
        joined = _differs(found[-1], condition) if found else None
        if joined is None:
            found.append(condition)
        else:
            found[-1] = joined
    return _joined(found, and_)


def any_of(conditions: Iterable[Expression]) -> Expression:
    """The disjunction."""
    return _joined(list(_spread(conditions, or_)), or_)


def _differs(left: Expression, right: Expression) -> Expression | None:
    """`f != v` of the plan, for the two conditions that say it in ADQL."""
    for one, other in ((left, right), (right, left)):
        if is_call(one, is_true_or_null) and is_call(other, is_not_null):
            (test,) = operands(one)
            if is_call(test, not_equals) and operands(test)[0] == operands(other)[0]:
                return test
    return None


def _spread(conditions: Iterable[Expression], function: Function[..., Any]) -> Iterator[Expression]:
    """The conditions, what joins others as its parts."""
    stack = list(conditions)[::-1]
    while stack:
        condition = stack.pop()
        if is_call(condition, function):
            stack += reversed(operands(condition))
        else:
            yield condition


def _joined(conditions: list[Expression], function: Function[..., Any]) -> Expression:
    """Several conditions as one: the first ones grouped, very many as a balanced tree, which later stages can walk."""
    if len(conditions) <= LONG:
        return reduce(lambda left, right: operate(function, left, right, span=left.span), conditions)
    middle = len(conditions) // 2
    sides = (_joined(half, function) for half in (conditions[:middle], conditions[middle:]))
    return operate(function, *sides, span=conditions[0].span)
