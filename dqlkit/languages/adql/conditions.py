"""Binds conditions. A field with several values matches if any of them does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.functions.boolean import in_, is_not_null, is_null
from dqlkit.functions.iterative import i_any
from dqlkit.functions.operators import and_, equals
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import COMPARISONS, call, instant, members, operate
from dqlkit.languages.adql.logic import all_of, any_of, negated
from dqlkit.languages.adql.patterns import like, regexp, wildcards
from dqlkit.languages.adql.schema import named
from dqlkit.languages.adql.tree import Between, IsNull, Match, Membership
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Node
from dqlkit.plan.expressions import Expression, Item, Literal, Loop, literal
from dqlkit.types.kinds import ANY
from dqlkit.types.text import parse_instant

__all__ = ["ConditionBinder"]


class ConditionBinder:
    def __init__(self, expressions: Binder) -> None:
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
        if node.operator not in COMPARISONS:
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
        return self._any(left, lambda value: operate(COMPARISONS[node.operator], value, right, span=node.span), node)

    def _equal(self, left: Expression, right: Literal, node: Node) -> Expression:
        if isinstance(right.value, str) and "*" in right.value:
            return wildcards(self.scope.each(left), [right], node.span)
        if self.scope.is_nested(left):
            return call(in_, self.scope.each(left), right, span=node.span)
        return operate(equals, left, right, span=node.span)

    def _operand(self, left: Expression, node: Node) -> Literal:
        """The right operand, which must have the left one's type; dates are written as text or as milliseconds."""
        bound = self.expressions.value(node)
        if not isinstance(bound, Literal):
            self.scope.error("A001", node.span, "expected a value, found a computation", "Compute on the left side.")
            return literal(None, node.span)
        wanted, found = self.scope.type(left), self.scope.type(bound)
        if wanted == "date":
            return self._date(bound)
        numbers = {wanted, found} <= {"integer", "float"}
        if wanted not in (None, "object", found) and found is not None and not numbers:
            self.scope.error("E014", node.span, f"expected a value of the field's type {wanted}, found {named(found)}")
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
            self.scope.error(
                "A007", node.span, f"expected a number or a date, found {named(self.scope.type(right))}", help
            )

    def _any(self, left: Expression, test: Callable[[Expression], Expression], node: Node) -> Expression:
        """A test of a value; of a field with several values, whether any of them meets it."""
        each = self.scope.each(left)
        if not self.scope.is_nested(left):
            return test(left)
        if isinstance(each, Loop):
            return call(i_any, Loop(each.sources, test(each.body)), span=node.span)
        return call(i_any, Loop((members(each),), test(Item(0))), span=node.span)

    # ---- predicates ---------------------------------------------------------------------------------------------

    def is_in(self, node: Membership) -> Expression:
        left = self.expressions.value(node.operand)
        members = [self._operand(left, member) for member in node.members]
        plain = [member for member in members if not (isinstance(member.value, str) and "*" in member.value)]
        each = self.scope.each(left)
        if len(plain) == len(members):
            found: Expression = call(in_, each, *members, span=node.span)
        else:
            texts = [member for member in members if isinstance(member.value, str)]
            others = [member for member in members if not isinstance(member.value, str)]
            found = wildcards(each, texts, node.span)
            if others:
                found = any_of([call(in_, each, *others, span=node.span), found])
        return negated(found) if node.negated else found

    def between(self, node: Between) -> Expression:
        left = self.expressions.value(node.operand)
        low, high = self._operand(left, node.low), self._operand(left, node.high)
        self._ordered(left, low, node.low)
        self._ordered(left, high, node.high)
        over, under = COMPARISONS[">" if node.open_low else ">="], COMPARISONS["<" if node.open_high else "<="]

        def inside(value: Expression) -> Expression:
            above = operate(over, value, low, span=node.span)
            return operate(and_, above, operate(under, value, high, span=node.span), span=node.span)

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
        return call(is_not_null if node.negated else is_null, left, span=node.span)


def _parts(node: Node, operator: str) -> list[Node]:
    """The operands of a chain of one operator, from left to right."""
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
