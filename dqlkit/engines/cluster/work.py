"""What a worker does with one part: it runs a fragment over it, as one machine would run a whole query.

A `Work` travels to the workers; nothing else of dqlkit's has to be there but dqlkit itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Protocol

from dqlkit.engines.cluster.wire import from_wire, to_wire
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.engines.table import Facts, Scan, Table, Want
from dqlkit.errors import report_internal_errors
from dqlkit.frozen import frozen, replace
from dqlkit.functions.context import Context
from dqlkit.limits import Limits
from dqlkit.plan.operators import Operator
from dqlkit.plan.schema import Schema

__all__ = ["Given", "Part", "Shared", "Task", "Work"]


@frozen
class Part:
    """What one run of a fragment is over: records of a table, or the records that each stream brings, as Arrow tables.
    Parts of tables have a number, in the order of the records."""

    number: int = 0
    records: Given | None = None
    streams: Sequence[Any] = ()


class Task(Protocol):
    """What workers do with parts. It travels as a pickle."""

    @property
    def schema(self) -> Schema:
        """The fields of the records that come out."""

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """Those of the records of a table or of streams that come in, by name."""

    def run(self, part: Part) -> Any:
        """The records that come out, as an Arrow table."""


@frozen
class Work:
    """A fragment to be run: over the part of a table, or what streams bring, and over records that all parts get. The
    limits are those on what one part makes."""

    plan: Operator
    context: Context
    schemas: Mapping[str, Schema]
    """The records of the table or of the streams by the names that the plan scans."""
    shared: Mapping[str, Shared]
    limits: Limits = Limits()

    @property
    def schema(self) -> Schema:
        return self.plan.schema

    def run(self, part: Part) -> Any:
        """The records that come out, as an Arrow table, with what was noticed on the way."""
        with report_internal_errors():
            context = replace(self.context, notices={})
            tables: dict[str, Table] = {**self.shared, **self._own(part, context)}
            compiler = Compiler(tables, context, Guard(self.limits), part.number)
            frame = compiler.frame(self.plan)
            return to_wire(compiler.guard.run(frame), frame.schema, context.notices)

    def _own(self, part: Part, context: Context) -> dict[str, Given]:
        """The records of the part by the names that the plan scans; notices that come with them go on."""
        if part.records is not None:
            ((name, schema),) = self.schemas.items()
            return {name: replace(part.records, frame=Frame(part.records.frame.widened(schema).lazy, schema))}
        found = {}
        for (name, schema), table in zip(self.schemas.items(), part.streams, strict=True):
            frame, notices = from_wire(table, schema)
            found[name] = Given(frame, Facts(table.num_rows))
            context.notices.update(dict.fromkeys(notices))
        return found


@frozen
class Given:
    """Records that came here, or the description of those that are read here, as a table."""

    frame: Frame
    facts: Facts

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    def scan(self, want: Want) -> Scan:
        return Scan(self.frame, want.conditions)


class Shared:
    """Records that all parts of a fragment get, as a table. A process that works on several of them finds the records once."""

    def __init__(self, given: Given) -> None:
        self._given, self._lock, self._found = given, Lock(), False

    def __reduce__(self) -> tuple[object, ...]:
        return Shared, (self._given,)

    @property
    def schema(self) -> Schema:
        return self._given.schema

    @property
    def facts(self) -> Facts:
        return self._given.facts

    def scan(self, want: Want) -> Scan:
        with self._lock:
            if not self._found:
                records = self._given.frame.collect()
                self._given = Given(self._given.frame.replace(records.lazy()), Facts(records.height))
                self._found = True
        return self._given.scan(want)
