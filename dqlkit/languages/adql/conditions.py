"""Conditions bound.

A condition of ADQL is true or false, never null: a field that an event lacks matches nothing, and so its negation
matches. In the plan that is spelled out: comparisons may be null there, and what negates them says what null counts as.
Fields that hold several values match where any of them does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from dqlkit.languages.adql.calls import call, instant, is_call, operands, operate
from dqlkit.languages.adql.patterns import like, regexp, wildcards
from dqlkit.languages.adql.tree import Between, IsNull, Match, Membership
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Node
from dqlkit.plan.expressions import Expression, Item, Literal, Loop, literal
from dqlkit.types.kinds import ANY
from dqlkit.types.text import parse_instant

if TYPE_CHECKING:
    from dqlkit.languages.adql.expressions import ExpressionBinder

__all__ = ["ConditionBinder", "all_of", "any_of", "negated", "never_null"]

#: More conditions than this are not joined one after the other.
LONG = 100

_COMPARISONS = {
    "=": "equals",
    "!=": "notEquals",
    "<": "less",
    "<=": "lessOrEqual",
    ">": "greater",
    ">=": "greaterOrEqual",
}
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


class ConditionBinder:
    def __init__(self, expressions: ExpressionBinder) -> None:
        self.expressions = expressions
        self.scope = expressions.scope

    def condition(self, node: Node) -> Expression:
        """Any condition."""
        binder = _BINDERS.get(type(node))
        if binder is not None:
            return binder(self, node)
        bound = self.expressions.value(node)
        if not (isinstance(bound, Literal) and bound.kind == ANY):
            help = "Compare it: `field = true`, `field > 0`."
            self.scope.error("A001", node.span, "expected a condition, found a value", help)
        return bound

    def parentheses(self, node: tree.Parentheses) -> Expression:
        return self.condition(node.inner)

    def unary(self, node: tree.Unary) -> Expression:
        if node.operator != "not":
            return self._no_condition(node)
        return negated(self.condition(node.operand))

    def binary(self, node: tree.Binary) -> Expression:
        if node.operator in ("and", "or"):
            join = all_of if node.operator == "and" else any_of
            return join(map(self.condition, _parts(node, node.operator)))
        if node.operator not in _COMPARISONS:
            return self._no_condition(node)
        return self._comparison(node)

    def _no_condition(self, node: Node) -> Expression:
        bound = self.expressions.value(node)
        self.scope.error("A001", node.span, "expected a condition, found a value", "Compare it: `field > 0`.")
        return bound

    # ---- comparisons --------------------------------------------------------------------------------------------

    def _comparison(self, node: tree.Binary) -> Expression:
        left = self.expressions.value(node.left)
        right = self._operand(left, node.right)
        if node.operator == "!=":
            return negated(self._equal(left, right, node))
        if node.operator == "=":
            return self._equal(left, right, node)
        self._ordered(left, right, node.right)
        return self._any(left, lambda value: operate(_COMPARISONS[node.operator], value, right, span=node.span), node)

    def _equal(self, left: Expression, right: Literal, node: Node) -> Expression:
        if isinstance(right.value, str) and "*" in right.value:
            return wildcards(self.scope.each(left), [right], node.span)
        if self.scope.is_nested(left):
            return call("in", self.scope.each(left), right, span=node.span)
        return operate("equals", left, right, span=node.span)

    def _operand(self, left: Expression, node: Node) -> Literal:
        """The right side, which has to be of the left one's type: dates are written as text or as milliseconds."""
        bound = self.expressions.value(node)
        if not isinstance(bound, Literal):
            self.scope.error("A001", node.span, "expected a value, found a computation", "Compute on the left side.")
            return literal(None, node.span)
        wanted, found = self.scope.type(left), self.scope.type(bound)
        if wanted == "date":
            return self._date(bound)
        numbers = {wanted, found} <= {"integer", "float"}
        if wanted not in (None, "object", found) and found is not None and not numbers:
            self.scope.error("E014", node.span, f"expected a value of the field's type {wanted}, found a {found}")
        return bound

    def _date(self, bound: Literal) -> Literal:
        value = bound.value
        if type(value) is int:
            return literal(instant(value), bound.span)
        found = parse_instant(value) if isinstance(value, str) else None
        if found is None and value is not None and bound.span is not None and "*" not in str(value):
            help = "Write milliseconds since 1970, or '2026-01-31T12:00:00.000Z'."
            self.scope.error("E013", bound.span, "expected a date, found another value", help)
        return literal(found, bound.span) if found is not None else bound

    def _ordered(self, left: Expression, right: Literal, node: Node) -> None:
        """Only numbers and dates have an order."""
        if isinstance(right.value, (str, bool)) and not self.scope.is_date(left):
            help = "Only numbers and dates have an order; a part of a text is found by `= 'a*'`."
            self.scope.error("A007", node.span, f"expected a number or a date, found a {self.scope.type(right)}", help)

    def _any(self, left: Expression, test: Callable[[Expression], Expression], node: Node) -> Expression:
        """A test of a value; of a field with several values, whether any of them meets it."""
        each = self.scope.each(left)
        if not self.scope.is_nested(left):
            return test(left)
        if isinstance(each, Loop):
            return call("iAny", Loop(each.sources, test(each.body)), span=node.span)
        return call("iAny", Loop((call("toArray", each),), test(Item(0))), span=node.span)

    # ---- predicates ---------------------------------------------------------------------------------------------

    def is_in(self, node: Membership) -> Expression:
        left = self.expressions.value(node.operand)
        members = [self._operand(left, member) for member in node.members]
        plain = [member for member in members if not (isinstance(member.value, str) and "*" in member.value)]
        each = self.scope.each(left)
        if len(plain) == len(members):
            found: Expression = call("in", each, *members, span=node.span)
        else:
            texts = [member for member in members if isinstance(member.value, str)]
            others = [member for member in members if not isinstance(member.value, str)]
            found = wildcards(each, texts, node.span)
            if others:
                found = any_of([call("in", each, *others, span=node.span), found])
        return negated(found) if node.negated else found

    def between(self, node: Between) -> Expression:
        left = self.expressions.value(node.operand)
        low, high = self._operand(left, node.low), self._operand(left, node.high)
        self._ordered(left, low, node.low)
        self._ordered(left, high, node.high)
        over, under = "greater" if node.open_low else "greaterOrEqual", "less" if node.open_high else "lessOrEqual"

        def inside(value: Expression) -> Expression:
            above = operate(over, value, low, span=node.span)
            return operate("and", above, operate(under, value, high, span=node.span), span=node.span)

        found = self._any(left, inside, node)
        return negated(found) if node.negated else found

    def match(self, node: Match) -> Expression:
        left = self.expressions.value(node.operand)
        pattern = self.expressions.value(node.pattern)
        if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            self.scope.error("A001", node.pattern.span, "expected a string, found another value")
            return self.expressions.unknown(node)
        analysed = self.scope.is_analysed(left)
        bind = like if node.operator == "like" else regexp
        found = bind(self.scope, left, pattern, analysed, node.span)
        return negated(found) if node.negated else found

    def is_null(self, node: IsNull) -> Expression:
        left = self.scope.each(self.expressions.value(node.operand))
        return call("isNotNull" if node.negated else "isNull", left, span=node.span)


def _parts(node: Node, operator: str) -> list[Node]:
    """What an operator joins, from left to right, however many there are."""
    stack, found = [node], list[Node]()
    while stack:
        current = stack.pop()
        while isinstance(current, tree.Parentheses):
            current = current.inner
        if isinstance(current, tree.Binary) and current.operator == operator:
            stack += [current.right, current.left]
        else:
            found.append(current)
    return found


_BINDERS: dict[type[Node], Callable[[ConditionBinder, Any], Expression]] = {
    tree.Parentheses: ConditionBinder.parentheses,
    tree.Unary: ConditionBinder.unary,
    tree.Binary: ConditionBinder.binary,
    Membership: ConditionBinder.is_in,
    Between: ConditionBinder.between,
    Match: ConditionBinder.match,
    IsNull: ConditionBinder.is_null,
}
