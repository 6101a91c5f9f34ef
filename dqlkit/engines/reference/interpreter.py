"""Runs a plan row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT
from dqlkit.plan.evaluate import evaluate, positions
from dqlkit.plan.expressions import Argument, Call, Expression, Loop
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

    def aggregate(self, aggregation: Expression, rows: Sequence[Row]) -> Value:
        """An aggregation over the records of one group; a loop around one aggregates each position of arrays."""
        if not isinstance(aggregation, Loop):
            return self._aggregate(aggregation, [(row, ()) for row in rows])
        arrays = ([self.value(source, row) for source in aggregation.sources] for row in rows)
        looped = zip(rows, map(positions, arrays), strict=True)
        opened = [(row, found) for row, found in looped if found is not None]
        if not opened:
            return None
        longest = range(max(len(found) for _, found in opened))
        members = ([(row, found[k]) for row, found in opened if k < len(found)] for k in longest)
        return [self._aggregate(aggregation.body, rows) for rows in members]

    def _aggregate(self, call: Expression, rows: Sequence[tuple[Row, Sequence[Value]]]) -> Value:
        """A call over records, each with the elements of its arrays that take part."""

        def column(argument: Argument, role: str) -> Value:
            if argument is None:
                return ABSENT
            if isinstance(argument, tuple):
                return [column(item, role) for item in argument]
            assert isinstance(argument, Expression)
            if role == "constant":
                return [self.constant(argument)]
            return [evaluate(argument, row, self.context, items, self.subquery) for row, items in rows]

        assert isinstance(call, Call)
        roles = [parameter.kind.role for parameter in call.function.signature.parameters]
        columns = [column(argument, role) for argument, role in zip(call.arguments, roles, strict=True)]
        return call.function.aggregate(columns, len(rows), self.context)

    def subquery(self, operator: Operator) -> list[dict[str, Any]]:
        """The records of a sub-query, run once."""
        if id(operator) not in self._subqueries:
            self._subqueries[id(operator)] = list(self.run(operator))
        return self._subqueries[id(operator)]
