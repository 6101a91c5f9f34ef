"""Compiles a plan into one lazy frame. Nothing runs but the probes that find out field names which depend on data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from dqlkit.diagnostics import Span
from dqlkit.engines.polars.calls import Calls
from dqlkit.engines.polars.compile import compiled
from dqlkit.engines.polars.expressions import Expressions
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.together import Compile, alone, by_batch, is_joint, together
from dqlkit.engines.polars.typed import Typed, narrow
from dqlkit.engines.table import Table
from dqlkit.functions.context import Context
from dqlkit.optimise import Optimised, optimise
from dqlkit.optimise.demand import Fields, Reading
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Operator, Row
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.resolve import resolve
from dqlkit.plan.timerange import time_field
from dqlkit.plan.walk import all_of
from dqlkit.types.kinds import ANY, BOOLEAN, TIMESTAMP, Variant

__all__ = ["Compiler"]


class Compiler:
    """Compiles for one run over `tables` by name. `guard` counts records while the frame runs. `part` is the number of the
    part of the tables that these are, where a query runs over several."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        context: Context,
        guard: Guard | None = None,
        part: int = 0,
    ) -> None:
        self.part = part
        self.tables = tables
        self.context = context
        self.guard = guard or Guard()
        self.saves: list[tuple[str, Frame, bool, Span]] = []
        self.calls = Calls(context)
        self._expressions = Expressions(self.calls)
        self._in_batches = Expressions(Calls(context))  # where only a batch tells what runs row by row
        self._frames: dict[int, tuple[Operator, Frame]] = {}
        self._read: Mapping[int, Fields | None] = {}

    def run(self, plan: Operator) -> Frame:
        """The frame of a plan of any kind."""
        return self.frame(self.optimise(self.resolve(plan)).plan)

    def optimise(self, core: Operator) -> Optimised:
        """A core plan that costs less."""
        return optimise(core, {name: table.facts for name, table in self.tables.items()})

    def resolve(self, plan: Operator) -> Operator:
        """The core of a plan over the tables."""
        schemas = {name: table.schema for name, table in self.tables.items()}
        return resolve(plan, schemas, self.context, self._ask)

    def frame(self, core: Operator) -> Frame:
        """The frame of a core plan; an operator that is read twice has one. A loop, since plans may be deep."""
        self._read = Reading().of(all_of(core))
        waiting = [core]
        while waiting:
            operator = waiting[-1]
            missing = [source for source in operator.inputs if id(source) not in self._frames]
            waiting += missing
            if not missing and id(waiting.pop()) not in self._frames:
                inputs = [self._frames[id(source)][1] for source in operator.inputs]
                self._frames[id(operator)] = operator, compiled(operator, inputs, self)
        return self._frames[id(core)][1]

    def provide(self, operator: Operator, frame: Frame) -> None:
        """Let the frame be that of an operator whose records are found elsewhere."""
        self._frames[id(operator)] = operator, frame

    def _ask(self, probe: Operator) -> Sequence[Row]:
        """The records of a probe, run within the limits. It is compiled by itself, since it reads other fields than the plan."""
        frame = Compiler(self.tables, self.context, self.guard, self.part).frame(probe)
        return frame.records_of(self.guard.collect(frame))

    # ---- what operators ask for ---------------------------------------------------------------------------------

    def fields_read(self, scan: Scan) -> frozenset[str] | None:
        """The fields of a table that the plan reads, None for all of them."""
        fields = self._read[id(scan)]
        time = {time_field(scan.table, scan.schema.fields)} if scan.within else set()
        return None if fields is None else frozenset(fields) | time

    def expression(self, expression: Expression, frame: Frame, items: Sequence[Typed] = ()) -> Typed:
        """The column that an expression yields over a frame, and over the elements of a loop."""
        if not items and is_joint(expression, frame.schema):
            return alone(frame, expression, self._in_batches.compile, self.context)
        return self._expressions.compile(expression, frame, items)

    def with_fields(self, frame: Frame, fields: Sequence[tuple[str, Expression]]) -> Frame:
        """The frame with fields that are computed from it."""
        joint = [(name, expression) for name, expression in fields if is_joint(expression, frame.schema)]
        over, made = frame, dict[str, Typed]()
        if len(joint) > 1:
            over, made = together(frame, joint, self._in_batches.compile, self.context)
        for name, expression in joint if not made else ():
            made[name] = self.expression(expression, frame)
        compile = self._expressions.compile
        return over.with_fields((n, made[n] if n in made else compile(e, frame)) for n, e in fields)

    def by_batch(
        self, frame: Frame, fields: Sequence[tuple[str, Expression]], change: Callable[[Frame, Compile], Frame]
    ) -> Frame:
        """What a function makes of such fields of each batch, one batch after the other."""
        compile = self._in_batches.compile
        return by_batch(frame, fields, compile, self.context, lambda batch: change(batch, compile))

    def condition(self, expression: Expression, frame: Frame) -> pl.Expr:
        """An expression as a condition: true, false or null; what is no boolean counts as null."""
        typed = self.expression(expression, frame)
        if typed.kind == BOOLEAN:
            return typed.expression
        if isinstance(typed.kind, Variant) and (typed.kind == ANY or BOOLEAN in typed.kind.options):
            return narrow(typed, BOOLEAN).expression
        return pl.lit(None, pl.Boolean)

    def as_timestamp(self, typed: Typed) -> pl.Expr:
        """A column as instants; what is no timestamp counts as null."""
        if isinstance(typed.kind, Variant):
            typed = narrow(typed, TIMESTAMP)
        return typed.expression if typed.kind == TIMESTAMP else pl.lit(None, dtype_of(TIMESTAMP))

    def save(self, name: str, frame: Frame, overwrite: bool, span: Span | None) -> None:
        """Register records to be written as a lookup file after the run; explaining a query writes nothing."""
        self.saves.append((name, frame, overwrite, span or Span(0, 0)))
