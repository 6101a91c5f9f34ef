"""Runs the fragments of a cut plan through a port, and brings what they make to the driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl

from dqlkit.engines.cluster.fragments import Fragment, Inlet, Tail
from dqlkit.engines.cluster.leaves import parts_of
from dqlkit.engines.cluster.ports import Port
from dqlkit.engines.cluster.wire import from_wire
from dqlkit.engines.cluster.work import Part, Work
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.errors import DqlkitError
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.walk import operators

__all__ = ["Cluster"]


class Cluster:
    """One query on a cluster. `divided` divides a table into parts."""

    def __init__(self, port: Port, compiler: Compiler, divided: Callable[..., list[Frame]] = parts_of) -> None:
        self.port, self.compiler, self.divided = port, compiler, divided
        self._brought: dict[int, pl.DataFrame] = {}
        self._all, self._done = 1, 0

    def frame(self, tail: Tail) -> Frame:
        """The frame of a tail. The fragments run when it does."""
        self._all = max(len(_fragments(tail)), 1)
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
        fragment = inlet.source
        assert isinstance(fragment, Fragment)
        try:
            if id(inlet) not in self._brought:
                made: dict[int, Any] = {}
                table = self.port.collect(self._parts(fragment, made), self._tell)
                self._brought[id(inlet)] = from_wire(table, fragment.schema).lazy.collect()
                self.port.release(list(made.values()))
        except DqlkitError as problem:
            self.compiler.guard.fail(problem)
        return self._brought[id(inlet)]

    def _parts(self, fragment: Fragment, made: dict[int, Any]) -> Any:
        """The records of a fragment, in parts. Each way to the driver has its own, since several run at a time."""
        if id(fragment) not in made:
            made[id(fragment)] = self.port.map(self._sources(fragment, made), self._work(fragment), self._tell)
            self._done += 1
        return made[id(fragment)]

    def _sources(self, fragment: Fragment, made: dict[int, Any]) -> Any:
        if fragment.table:
            frames = self.divided(self.compiler.tables[fragment.table], self.port.width)
            return self.port.spread([Part(number, frame) for number, frame in enumerate(frames)])
        sources = [inlet.source for inlet in fragment.streams.values()]
        sides = [self._parts(source, made) for source in sources if isinstance(source, Fragment)]
        keys = [f"c{len(source.plan.schema.fields) - 1}" for source in sources if getattr(source, "key", "")]
        return self.port.exchange(sides, keys)

    def _work(self, fragment: Fragment) -> Work:
        scans = {one.table: one for one in operators(fragment.plan) if isinstance(one, Scan)}
        names = [fragment.table] if fragment.table else list(fragment.streams)
        schemas = {name: scans[name].schema for name in names}
        shared = {name: self._shared(inlet) for name, inlet in fragment.shared.items()}
        return Work(fragment.plan, self.compiler.context, fragment.table, schemas, shared)

    def _shared(self, inlet: Inlet) -> Frame:
        """Records for every part, found on the driver."""
        tail = inlet.source
        assert isinstance(tail, Tail)
        frame = self.frame(tail)
        return frame.replace(self.compiler.guard.collect(frame).lazy())

    def _tell(self, share: float) -> None:
        """Progress within one fragment; raises where the query has to end."""
        self.compiler.guard.told((self._done + share) / (self._all + 1))


def _as_it_is(records: pl.DataFrame) -> pl.DataFrame:
    """A step that conditions stay behind: Polars would pickle them for the source, and those with Python in them cannot be."""
    return records


def _fragments(tail: Tail) -> Mapping[int, Fragment | Tail]:
    found: dict[int, Fragment | Tail] = {}
    waiting: list[Fragment | Tail] = [tail]
    while waiting:
        piece = waiting.pop()
        found[id(piece)] = piece
        waiting += [inlet.source for inlet in piece.inlets.values()]
    return found
