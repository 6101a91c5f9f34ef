"""Binds values: names become columns, operators and calls become calls of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.adql import functions
from dqlkit.languages.adql.calls import ARITHMETIC, is_aggregation, millis, operate
from dqlkit.languages.adql.conditions import ConditionBinder
from dqlkit.languages.adql.measures import over_values
from dqlkit.languages.adql.reserved import RESERVED
from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.adql.tree import Everything, Path
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Node
from dqlkit.plan.expressions import Expression, Literal, literal, rewrite
from dqlkit.types.kinds import ANY

__all__ = ["ExpressionBinder"]


class ExpressionBinder:
    """Binds the expressions of one query.

    `may_aggregate` says whether metrics may stand here, and `metrics` counts those met; inside a metric there can be
    no other one.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.conditions = ConditionBinder(self)
        self.may_aggregate = False
        self.inside_metric = ""

    def condition(self, node: Node) -> Expression:
        """A condition of `WHERE`, of `filter` or of `funnel`."""
        was, self.may_aggregate = self.may_aggregate, False
        bound = self.conditions.condition(node)
        self.may_aggregate = was
        return bound

    def value(self, node: Node) -> Expression:
        """Any expression that stands for a value."""
        binder = _BINDERS.get(type(node))
        if binder is not None:
            return binder(self, node)
        self.scope.error("A001", node.span, "expected a value, found a condition", "Conditions stand in `WHERE`.")
        return self.unknown(node)

    def metric(self, node: Node) -> Expression:
        """An expression in which metrics may stand."""
        was, self.may_aggregate = self.may_aggregate, True
        bound = self.value(node)
        self.may_aggregate = was
        return bound

    # ---- literals and names -------------------------------------------------------------------------------------

    def unknown(self, node: Node) -> Expression:
        """The value of text that could not be understood: its type is unknown."""
        return Literal(None, ANY, span=node.span)

    def constant(self, node: Any) -> Expression:
        return literal(node.value, node.span)

    def number(self, node: tree.Number) -> Expression:
        if isinstance(node.value, int) and node.value >= 1 << 63:
            self.scope.error("E013", node.span, "The number does not fit 64 bits.", "Write it with a fraction, `.0`.")
        return literal(node.value, node.span)

    def name(self, node: tree.Name | Path) -> Expression:
        if isinstance(node, tree.Name) and not node.quoted and node.name.lower() in RESERVED:
            written = f"`{node.name}`"
            fix = Fix("put it in back quotes", (Edit(node.span, written),))
            message = f"expected a field, found the reserved word {written}"
            self.scope.error("B006", node.span, message, f"A field of that name is written {written}.", fix)
        return self.scope.column(node)

    def parentheses(self, node: tree.Parentheses) -> Expression:
        return self.value(node.inner)

    def everything(self, node: Everything) -> Expression:
        self.scope.error(
            "A001", node.span, "expected a field or value, found `*`", "`*` stands in `SELECT *` and `count(*)`."
        )
        return self.unknown(node)

    # ---- operators ----------------------------------------------------------------------------------------------

    def unary(self, node: tree.Unary) -> Expression:
        if node.operator == "not":
            self.scope.error("A001", node.span, "expected a value, found a condition", "Conditions stand in `WHERE`.")
            return self.unknown(node)
        operand = self.number_of(node.operand)
        if node.operator == "+":
            return operand
        if isinstance(operand, Literal) and type(operand.value) in (int, float):
            return literal(-operand.value, node.span)
        return operate("negate", operand, span=node.span)

    def binary(self, node: tree.Binary) -> Expression:
        name = ARITHMETIC.get(node.operator)
        if name is None:
            self.scope.error("A001", node.span, "expected a value, found a condition", "Conditions stand in `WHERE`.")
            return self.unknown(node)
        left, right = self.number_of(node.left), self.number_of(node.right)
        if name == "modulo" and "float" in (self.scope.type(left), self.scope.type(right)):
            self.scope.error(
                "E014", node.span, "expected whole numbers around `%`, found a float", "Convert with `toInt(…)`."
            )
        return operate(name, left, right, span=node.span)

    def number_of(self, node: Node) -> Expression:
        """An operand: a date counts in milliseconds."""
        bound = self.value(node)
        if self.scope.type(bound) == "string":
            help = "Text is joined by `concat(a, b)`, converted by `toInt(…)` or `toFloat(…)`."
            self.scope.error("E014", node.span, "expected a number, found a string", help)
        return millis(bound) if self.scope.is_date(bound) else bound

    # ---- calls --------------------------------------------------------------------------------------------------

    def call(self, node: tree.Call) -> Expression:
        function = functions.find(node.function.name)
        if function is None:
            functions.report_unknown(self.scope, node)
            return self.unknown(node)
        self.scope.words.append((node.function, "function", function.name, "", False))
        if function.is_metric and not self._may_stand(node):
            return self.unknown(node)
        was, measures_values = self.inside_metric, function.is_metric and not function.measures_metric
        if measures_values:
            self.inside_metric = function.name
        bound = function.bind(self, node)
        self.inside_metric = was
        if bound is None:
            return self.unknown(node)
        return rewrite(bound, self._over_values) if measures_values else bound

    def _over_values(self, node: Expression) -> Expression | None:
        """The metric of a field with several values in an event: over all of them."""
        if not is_aggregation(node) or not node.arguments:
            return None
        value = node.arguments[0]
        nested = isinstance(value, Expression) and self.scope.is_nested(value)
        return over_values(node, self.scope.each) if nested else None

    def _may_stand(self, node: tree.Call) -> bool:
        name = node.function.name
        if self.inside_metric:
            message = f"expected a field or value inside `{self.inside_metric}()`, found the metric `{name}()`"
            self.scope.error("E018", node.span, message, "Metrics do not nest.")
        elif not self.may_aggregate:
            help = "Name it in the `SELECT` list with `AS` and test that name in `HAVING`."
            self.scope.error("E018", node.span, f"expected a field or value, found the metric `{name}()`", help)
        return self.may_aggregate and not self.inside_metric


_BINDERS: dict[type[Node], Callable[[ExpressionBinder, Any], Expression]] = {
    tree.Name: ExpressionBinder.name,
    Path: ExpressionBinder.name,
    tree.String: ExpressionBinder.constant,
    tree.Boolean: ExpressionBinder.constant,
    tree.Number: ExpressionBinder.number,
    tree.Null: ExpressionBinder.unknown,
    tree.Bad: ExpressionBinder.unknown,
    tree.Parentheses: ExpressionBinder.parentheses,
    tree.Unary: ExpressionBinder.unary,
    tree.Binary: ExpressionBinder.binary,
    tree.Call: ExpressionBinder.call,
    Everything: ExpressionBinder.everything,
}
