"""Runs a plan row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dqlkit.engines.reference.values import evaluate
from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Argument, Call, Expression
from dqlkit.plan.operators import Operator, Row, Rows
from dqlkit.types.values import Value

__all__ = ["Interpreter"]


class Interpreter:
    """One run: `tables` are lists of records by name."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], context: Context) -> None:
        self.tables = tables
        self.context = context
        self._subqueries: dict[int, list[dict[str, Any]]] = {}

    def run(self, operator: Operator) -> Rows:
        """The records that come out of an operator."""
        return operator.rows(self)

    def table(self, name: str) -> Sequence[Row]:
        """The records of a table."""
        return self.tables[name]

    def value(self, expression: Expression, row: Row) -> Value:
        """The value of an expression for one record."""
        return evaluate(expression, row, self.context, subquery=self.subquery)

    def constant(self, expression: Expression) -> Value:
        """The value of an expression that reads no field."""
        return self.value(expression, {})

    def aggregate(self, call: Call, rows: Sequence[Row]) -> Value:
        """An aggregation over the records of one group."""

        def column(argument: Argument) -> Value:
            if argument is None:
                return ABSENT
            if isinstance(argument, tuple):
                return [column(item) for item in argument]
            assert isinstance(argument, Expression)
            return [self.value(argument, row) for row in rows]

        return call.function.aggregate([column(a) for a in call.arguments], len(rows), self.context)

    def subquery(self, operator: Operator) -> list[dict[str, Any]]:
        """The records of a sub-query, run once."""
        if id(operator) not in self._subqueries:
            self._subqueries[id(operator)] = list(self.run(operator))
        return self._subqueries[id(operator)]
