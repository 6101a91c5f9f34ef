"""Conditions of the plan joined and negated.

A condition of ADQL is true or false, never null: a field that an event lacks matches nothing, and so its negation
matches. In the plan that is spelled out: comparisons may be null there, and what negates them says what null counts as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce

from dqlkit.languages.adql.calls import call, is_call, operands, operate
from dqlkit.plan.expressions import Expression, Literal

__all__ = ["all_of", "any_of", "negated", "never_null"]

#: More conditions than this are not joined one after the other.
LONG = 100

_NEVER_NULL = (
    "in",
    "matchesValue",
    "isNull",
    "isNotNull",
    "isTrueOrNull",
    "isFalseOrNull",
)


def never_null(condition: Expression) -> bool:
    """Whether a condition of the plan is true or false for every record."""
    if is_call(condition, "and", "or", "not"):
        return all(map(never_null, operands(condition)))
    return is_call(condition, *_NEVER_NULL) or isinstance(condition, Literal)


def negated(condition: Expression) -> Expression:
    """What is true where a condition is not."""
    if is_call(condition, "isFalseOrNull") or (is_call(condition, "not") and never_null(condition)):
        return operands(condition)[0]
    if is_call(condition, "isNull", "isNotNull"):
        opposite = "isNotNull" if is_call(condition, "isNull") else "isNull"
        return call(opposite, *operands(condition), span=condition.span)
    if is_call(condition, "isTrueOrNull") and is_call(operands(condition)[0], "notEquals"):
        return operate("equals", *operands(operands(condition)[0]), span=condition.span)
    if never_null(condition):
        return operate("not", condition, span=condition.span)
    if is_call(condition, "equals"):
        left, right = operands(condition)
        return call("isTrueOrNull", operate("notEquals", left, right, span=condition.span), span=condition.span)
    return call("isFalseOrNull", condition, span=condition.span)


def all_of(conditions: Iterable[Expression]) -> Expression:
    """What is true where all are. That a field differs from a value and is there is a plain `!=`."""
    found: list[Expression] = []
    for condition in _spread(conditions, "and"):
        joined = _differs(found[-1], condition) if found else None
        if joined is None:
            found.append(condition)
        else:
            found[-1] = joined
    return _joined(found, "and")


def any_of(conditions: Iterable[Expression]) -> Expression:
    """What is true where one of them is."""
    return _joined(list(_spread(conditions, "or")), "or")


def _differs(left: Expression, right: Expression) -> Expression | None:
    """`f != v` of the plan, for the two conditions that say it in ADQL."""
    for one, other in ((left, right), (right, left)):
        if is_call(one, "isTrueOrNull") and is_call(other, "isNotNull"):
            (test,) = operands(one)
            if is_call(test, "notEquals") and operands(test)[0] == operands(other)[0]:
                return test
    return None


def _spread(conditions: Iterable[Expression], name: str) -> Iterator[Expression]:
    """The conditions, what joins others as its parts."""
    stack = list(conditions)[::-1]
    while stack:
        condition = stack.pop()
        if is_call(condition, name):
            stack += reversed(operands(condition))
        else:
            yield condition


def _joined(conditions: list[Expression], name: str) -> Expression:
    """Several conditions as one: the first ones grouped, very many as a balanced tree, which later stages can walk."""
    if len(conditions) <= LONG:
        return reduce(lambda left, right: operate(name, left, right, span=left.span), conditions)
    middle = len(conditions) // 2
    sides = (_joined(half, name) for half in (conditions[:middle], conditions[middle:]))
    return operate(name, *sides, span=conditions[0].span)
