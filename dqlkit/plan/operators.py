"""Operators of the plan: what a stage does to a stream of records.

Each lives in `ops/<name>.py` with everything about it side by side: the schema it makes, how Polars runs it, how the
row-by-row engine runs it. This file holds only what they share.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Field", "Operator", "Reader", "Row", "Rows", "Source", "Stage"]

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Iterable[Row]


@frozen
class Field:
    """An output column: its name and what it is computed from."""

    name: str
    expression: Expression


@frozen
class Operator:
    """Base of all operators. `span` is where the stage was written."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    @property
    def inputs(self) -> tuple[Operator, ...]:
        """The operators this one reads from, the main one first."""
        return ()

    @abstractmethod
    def polars(self, compiler: Compiler) -> Frame:
        """The lazy frame of this operator and all below it."""

    @abstractmethod
    def rows(self, interpreter: Interpreter) -> Rows:
        """The same, one record after the other."""

    def describe(self, show: Callable[[object], str]) -> str:
        """One line for `explain`: the name and what is set; `show` renders expressions."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.repr}
        shown = (
            f"{name}={show(v)}" for name, v in values.items() if v not in (None, (), False) and v not in self.inputs
        )
        return " ".join([type(self).__name__, *shown])


@frozen
class Source(Operator):
    """An operator that reads from no other one."""

    def produced(self) -> Schema:
        """The fields that come out, as far as they are known without data."""
        return Schema({}, open=True)


@frozen
class Reader(Source):
    """A source over a table. `hint` says what the table must look like, for whoever has to supply it; the table
    `otherwise` serves where that one is not given."""

    table: str
    otherwise: str = field(default="", compare=False, repr=False, kw_only=True)
    hint: str = field(default="", compare=False, repr=False, kw_only=True)


@frozen
class Stage(Operator):
    """An operator over one stream. Most stages are a function of the frame, or of the rows, that comes in."""

    source: Operator

    @property
    def inputs(self) -> tuple[Operator, ...]:
        return (self.source,)

    def polars(self, compiler: Compiler) -> Frame:
        return self.frame(compiler.run(self.source), compiler)

    def rows(self, interpreter: Interpreter) -> Rows:
        return self.records(interpreter.run(self.source), interpreter)

    @abstractmethod
    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        """What Polars does with the frame that comes in."""

    @abstractmethod
    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        """What happens to the records that come in."""

    def schema(self, schema: Schema) -> Schema:
        """The fields that come out, for the fields that come in."""
        return schema
