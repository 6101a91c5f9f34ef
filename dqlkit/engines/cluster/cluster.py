"""Runs the fragments of a cut plan through a port, and brings what they make to the driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl

from dqlkit.cached import cached_property
from dqlkit.engines.cluster.before import is_read
from dqlkit.engines.cluster.fragments import Fragment, Inlet, Tail, described, pieces_of
from dqlkit.engines.cluster.leaves import is_brief, parts_of
from dqlkit.engines.cluster.ports import Port
from dqlkit.engines.cluster.wire import from_wire
from dqlkit.engines.cluster.work import Given, Part, Shared, Work
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.errors import DqlkitError
from dqlkit.limits import Limits
from dqlkit.optimise.known_count import known_rows
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.timerange import time_field
from dqlkit.plan.walk import operators

__all__ = ["Cluster"]


class Cluster:
    """One query on a cluster, which `connect` connects to when fragments run. `divided` divides a table into parts."""

    def __init__(
        self, connect: Callable[[], Port], compiler: Compiler, divided: Callable[..., list[Given]] = parts_of
    ) -> None:
        self.connect, self.compiler, self.divided = connect, compiler, divided
        self._brought: dict[int, pl.DataFrame] = {}
        self._made = self._met = 1
        self._done = 0

    @cached_property
    def port(self) -> Port:
        return self.connect()

    def frame(self, tail: Tail) -> Frame:
        """The frame of a tail. The fragments run when it does."""
        pieces = pieces_of(tail)
        fragments = {piece.number for piece in pieces if isinstance(piece, Fragment)}
        met = {inlet.source.number for piece in pieces if isinstance(piece, Tail) for inlet in piece.inlets.values()}
        self._made, self._met = max(len(fragments), 1), max(len(fragments & met), 1)
        return self._frame(tail)

    def described(self, tail: Tail) -> str:
        """The pieces of a cut plan, with the functions that run row by row in each. Nothing runs."""
        return described(tail, {piece.number: self._row_by_row(piece.plan) for piece in pieces_of(tail)})

    def _row_by_row(self, plan: Operator) -> Mapping[str, str]:
        scans = {one.table: one.schema for one in operators(plan) if isinstance(one, Scan)}
        tables = {name: Given(Frame(Frame.table_of([], of.fields).lazy(), of), Facts(0)) for name, of in scans.items()}
        compiler = Compiler(tables, self.compiler.context)
        compiler.frame(plan)
        return compiler.calls.row_by_row

    def _frame(self, tail: Tail) -> Frame:
        for operator in operators(tail.plan):
            if isinstance(operator, Scan) and operator.table in tail.inlets:
                self.compiler.provide(operator, self._deferred(tail.inlets[operator.table]))
        return self.compiler.frame(tail.plan)

    def _deferred(self, inlet: Inlet) -> Frame:
        schema = inlet.source.plan.schema
        dtypes = {name: dtype_of(kind) for name, kind in schema.fields.items()}
        lazy = pl.defer(partial(self._collected, inlet), schema=dtypes, validate_schema=False)
        return Frame(lazy.map_batches(_as_it_is, predicate_pushdown=False, streamable=True), schema)

    def _collected(self, inlet: Inlet) -> pl.DataFrame:
        """The records of a fragment on the driver."""
        fragment = inlet.source
        assert isinstance(fragment, Fragment)
        try:
            if fragment.number not in self._brought:
                self._brought[fragment.number] = self._run(fragment)
        except DqlkitError as problem:
            self.compiler.guard.fail(problem)
        return self._brought[fragment.number]

    def _run(self, fragment: Fragment) -> pl.DataFrame:
        made: dict[int, Any] = {}  # each way to the driver has its own, since several run at a time
        try:
            table = self.port.collect(self._parts(fragment, made), self._tell)
            self._done += self.port.is_lazy
            frame, notices = from_wire(table, fragment.schema)
            for notice in notices:
                self.compiler.context.notify(*notice)
            return frame.lazy.collect()
        finally:
            self.port.release(list(made.values()))

    def _parts(self, fragment: Fragment, made: dict[int, Any]) -> Any:
        """The records of a fragment, in parts."""
        if fragment.number not in made:
            made[fragment.number] = self.port.map(self._sources(fragment, made), self._work(fragment), self._tell)
            self._done += not self.port.is_lazy
        return made[fragment.number]

    def _sources(self, fragment: Fragment, made: dict[int, Any]) -> Any:
        if fragment.table is not None:
            parts = self.divided(self.compiler.tables[fragment.table], self.port.width, wanted=_inside(fragment))
            return self.port.spread([Part(number, part) for number, part in enumerate(parts)])
        sources = [inlet.source for inlet in fragment.streams.values()]
        sides = [self._parts(source, made) for source in sources if isinstance(source, Fragment)]
        return self.port.exchange(sides, [_columns(source) for source in sources if isinstance(source, Fragment)])

    def _work(self, fragment: Fragment) -> Work:
        scans = {one.table: one for one in operators(fragment.plan) if isinstance(one, Scan)}
        names = list(fragment.streams) if fragment.table is None else [fragment.table]
        schemas = {name: scans[name].schema for name in names}
        shared = {name: Shared(self._shared(inlet)) for name, inlet in fragment.shared.items()}
        limits = self.compiler.guard.limits
        each = Limits(rows=limits.rows, cells=limits.cells)
        return Work(fragment.plan, self.compiler.context, schemas, shared, each)

    def _shared(self, inlet: Inlet) -> Given:
        """Records for every part: found on the driver, unless it is as cheap to read them everywhere."""
        tail = inlet.source
        assert isinstance(tail, Tail)
        if not tail.inlets and is_read(tail.plan):
            described = Compiler(self.compiler.tables, self.compiler.context).frame(tail.plan)
            if is_brief(described):
                tables = {name: table.facts for name, table in self.compiler.tables.items()}
                return Given(described, Facts(known_rows(tail.plan, tables)))
        frame = self._frame(tail)
        records = self.compiler.guard.run(frame)
        return Given(frame.replace(records.lazy()), Facts(records.height))

    def _tell(self, share: float) -> None:
        """Progress within what runs at a time: one fragment, or of a lazy port all up to the driver. Raises where the query
        has to end."""
        self.compiler.guard.told((self._done + share) / ((self._met if self.port.is_lazy else self._made) + 1))


def _inside(fragment: Fragment) -> Callable[[Facts], bool]:
    """Whether records of which such facts are known may be in the time range that a fragment scans."""
    scan = next(one for one in operators(fragment.plan) if isinstance(one, Scan) and one.table == fragment.table)
    within, fields = scan.within, scan.schema.fields
    if within is None or time_field(scan.table, fields) != time_field("", fields):  # the facts are of another time
        return lambda _: True
    start, end = within.start.nanos, within.end.nanos
    return lambda facts: facts.first is None or facts.last is None or (facts.first < end and start <= facts.last)


def _columns(source: Fragment) -> list[str]:
    """The columns of the wire that say where records go."""
    names = list(source.schema.fields)
    return [f"c{names.index(key)}" for key in source.keys]


def _as_it_is(records: pl.DataFrame) -> pl.DataFrame:
    """A step that conditions stay behind: Polars would pickle them for the source, and those with Python in them cannot be."""
    return records
