"""Compiles a plan into one lazy frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from dqlkit.diagnostics import Span
from dqlkit.engines.polars.calls import Calls
from dqlkit.engines.polars.checked import CHECKED, check_frame
from dqlkit.engines.polars.expressions import compile_expression
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.engines.polars.physical import dtype_of, series_of, values_of
from dqlkit.engines.polars.typed import Typed, in_batches, narrow
from dqlkit.engines.table import EVERYTHING, Table
from dqlkit.functions.context import Context
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Operator
from dqlkit.types.kinds import ANY, BOOLEAN, TIMESTAMP, Type, Variant
from dqlkit.types.values import Value

__all__ = ["Compiler"]


class Compiler:
    """One run over tables by name. Sub-queries are run when they are met, each once."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        context: Context,
        guard: Guard | None = None,
    ) -> None:
        self.tables = tables
        self.context = context
        self.guard = guard or Guard()
        self.saves: list[tuple[str, Frame, bool, Span]] = []
        self.calls = Calls(context)
        self._subqueries: dict[int, list[dict[str, Any]]] = {}

    def run(self, operator: Operator) -> Frame:
        """The frame of an operator."""
        frame = operator.polars(self)
        if CHECKED:
            check_frame(operator, frame)
        return self.guard.measured(frame)

    def table(self, name: str) -> Frame:
        """The frame of a table, which the query's stage of checks has found to be there."""
        table = self.tables[name]
        return self.guard.scanned(name, table, table.scan(EVERYTHING).frame)

    def records(self, records: Sequence[Mapping[str, Value]]) -> Frame:
        """The frame of records that the plan itself holds."""
        return Frame.from_records(records)

    def expression(self, expression: Expression, frame: Frame) -> Typed:
        """The column that an expression yields over a frame."""
        return compile_expression(expression, frame, self)

    def condition(self, expression: Expression, frame: Frame) -> pl.Expr:
        """An expression as a condition: true, false or null; what is no boolean counts as null."""
        typed = self.expression(expression, frame)
        if typed.kind == BOOLEAN:
            return typed.expression
        if isinstance(typed.kind, Variant) and (typed.kind == ANY or BOOLEAN in typed.kind.options):
            return narrow(typed, BOOLEAN).expression
        return pl.lit(None, pl.Boolean)

    def timestamp(self, name: str, frame: Frame) -> pl.Expr:
        """A field as instants; what is no timestamp counts as null."""
        return self.as_timestamp(frame.column(name))

    def as_timestamp(self, typed: Typed) -> pl.Expr:
        """A column as instants."""
        if isinstance(typed.kind, Variant):
            typed = narrow(typed, TIMESTAMP)
        return typed.expression if typed.kind == TIMESTAMP else pl.lit(None, dtype_of(TIMESTAMP))

    def save(self, name: str, frame: Frame, overwrite: bool, span: Span | None) -> None:
        """Have records written as a lookup file once the query runs; explaining it writes nothing."""
        self.saves.append((name, frame, overwrite, span or Span(0, 0)))

    def per_value(self, label: str, typed: Typed, convert: Callable[[Value], Value], kind: Type) -> Typed:
        """A column computed value by value, which `explain` names by the label."""
        self.calls.row_by_row[label] = str(typed.kind)

        def run(series: pl.Series) -> pl.Series:
            return series_of([convert(value) for value in values_of(series, typed.kind)], kind)

        return Typed(in_batches(typed.expression, run, kind), kind)

    def constant(self, expression: Expression) -> Value:
        """The value of an expression that reads no field."""
        return self.expression(expression, Frame(pl.LazyFrame(), _EMPTY)).constant

    def subquery(self, operator: Operator) -> list[dict[str, Any]]:
        """The records of a sub-query in an expression."""
        if id(operator) not in self._subqueries:
            self._subqueries[id(operator)] = self.run(operator).records()
        return self._subqueries[id(operator)]


_EMPTY = Frame.from_records([]).schema
