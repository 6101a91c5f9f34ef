"""Fields that are computed batch by batch, with the types that each batch has.

Members of JSON texts may be of any type, but in one batch they mostly are of one. What is computed with them is compiled
for the types of the batch, so that a number is added as a number, and only the results are brought to the types that
the plan says. All calls over one column read it together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.pieces import column_of
from dqlkit.engines.polars.typed import Typed, narrow
from dqlkit.frozen import field, mutable, replace
from dqlkit.functions.context import Context
from dqlkit.functions.exact_names import member_named
from dqlkit.functions.function import Function, fits
from dqlkit.plan.expressions import Call, Column, Expression, Literal, Loop, children, rewrite, walk
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY, NULL, STRING, Record, Type, Variant
from dqlkit.types.values import Value

__all__ = ["alone", "is_joint", "together"]

Compile: TypeAlias = Callable[[Expression, Frame], Typed]


def is_joint(expression: Expression, schema: Schema) -> bool:
    """Whether an expression over such fields holds calls that are answered together."""
    waiting = [expression]
    for node in waiting:  # which grow, by what is computed once per record
        if isinstance(node, Call):
            if _text_of(node, schema) is not None:
                return True
            waiting += children(node)
        elif isinstance(node, Loop):
            waiting += node.sources
    return False


def _text_of(call: Call, schema: Schema) -> Expression | None:
    """The texts that a call reads together with others; None for any other call."""
    if call.function.together is None:
        return None
    text = call.arguments[0]
    return text if isinstance(text, Expression) and _may_be_text(infer(text, schema)) else None


def _may_be_text(kind: Type) -> bool:
    return kind == STRING or (isinstance(kind, Variant) and fits(kind, frozenset({"string"})))


def together(
    frame: Frame, fields: Sequence[tuple[str, Expression]], compile: Compile, context: Context
) -> tuple[Frame, dict[str, Typed]]:
    """Such fields, and the frame that they are columns of; all of them are computed in one step."""
    names = Schema({**frame.schema.fields, **dict.fromkeys((name for name, _ in fields), NULL)})
    held, batch = names.fresh("together"), _Batch(fields, frame, compile, context)
    whole = frame.lazy.with_columns(batch.expression.alias(held))
    return frame.replace(whole), {
        name: Typed(member_named(pl.col(held), Record(batch.kinds.items()), name), kind)
        for name, kind in batch.kinds.items()
    }


def alone(frame: Frame, expression: Expression, compile: Compile, context: Context) -> Typed:
    """The column of one such expression."""
    batch = _Batch([("", expression)], frame, compile, context)
    return Typed(batch.expression.struct.field(""), batch.kinds[""])


def by_batch(
    frame: Frame,
    fields: Sequence[tuple[str, Expression]],
    compile: Compile,
    context: Context,
    change: Callable[[Frame], Frame],
) -> Frame:
    """What a function makes of such fields of each batch, with the types that they have there, one batch after the other."""
    batch = _Batch(fields, frame, compile, context)
    schema = change(Frame(pl.LazyFrame(), Schema(batch.kinds))).schema

    def run(data: pl.DataFrame) -> pl.DataFrame:
        return change(batch.fields(data)).typed(schema).lazy.collect(engine="in-memory")

    inputs = frame.lazy.select(typed.expression.alias(name) for name, typed in batch.inputs.items())
    made = inputs.map_batches(
        run,
        schema={name: dtype_of(kind) for name, kind in schema.fields.items()},
        predicate_pushdown=False,
        projection_pushdown=False,
        slice_pushdown=False,
        validate_output_schema=False,
        streamable=True,
    )
    return Frame(made, schema)


@mutable
class _Calls:
    """Calls of one function over one column: the column's name, and for each call the name of its result."""

    function: Function[..., Any]
    column: str
    results: dict[Call, str] = field(default_factory=dict)

    def constants(self) -> list[list[Value]]:
        """The other arguments of each call."""
        return [
            [argument.value if isinstance(argument, Literal) else None for argument in call.arguments[1:]]
            for call in self.results
        ]


class _Batch:
    """Computes fields over a batch. `inputs` are the columns that it needs of the frame; `kinds` are the types of the
    fields."""

    def __init__(
        self, fields: Sequence[tuple[str, Expression]], frame: Frame, compile: Compile, context: Context
    ) -> None:
        self._compile, self._context = compile, context
        self._calls: dict[tuple[object, ...], _Calls] = {}
        self._compiled: dict[tuple[Type, ...], list[Typed]] = {}
        self.inputs: dict[str, Typed] = {}
        self._frame = frame
        self._fields = [(name, rewrite(expression, self._result)) for name, expression in fields]
        used = {n.name for _, e in self._fields for n in walk(e) if isinstance(n, Column)} & frame.schema.fields.keys()
        self._others = {name: frame.column(name).kind for name in frame.schema.fields if name in used}
        self.inputs |= {name: frame.column(name) for name in self._others}
        results = [name for calls in self._calls.values() for name in calls.results.values()]
        self._results = results
        self.kinds = {
            name: typed.kind for (name, _), typed in zip(self._fields, self._over([ANY] * len(results)), strict=True)
        }

    def _result(self, node: Expression) -> Expression | None:
        """The column of the result of a call that is answered together with others; what a loop computes stays."""
        if isinstance(node, Loop):
            return replace(node, sources=tuple(rewrite(source, self._result) for source in node.sources))
        text = _text_of(node, self._frame.schema) if isinstance(node, Call) else None
        if text is None:
            return None
        assert isinstance(node, Call)
        key = (node.function, text, node.arguments[2])
        calls = self._calls.get(key)
        if calls is None:
            name = self._frame.schema.fresh(f"text{len(self._calls)}")
            typed = self._compile(text, self._frame)
            self.inputs[name] = typed if typed.kind == STRING else narrow(typed, STRING)
            calls = self._calls[key] = _Calls(node.function, name)
        if node not in calls.results:
            calls.results[node] = f"{calls.column}.{len(calls.results)}"
        return Column(calls.results[node])

    def _over(self, kinds: Sequence[Type]) -> Iterable[Typed]:
        """The fields over results of these types."""
        schema = Schema({**self._others, **dict(zip(self._results, kinds, strict=True))})
        return [self._compile(expression, Frame(pl.LazyFrame(), schema)) for _, expression in self._fields]

    def fields(self, columns: pl.DataFrame) -> Frame:
        """The fields of a batch with the types that they have in it."""
        results = [
            one for calls in self._calls.values() for one in _answered(calls, columns[calls.column], self._context)
        ]
        kinds = tuple(kind for _, kind in results)
        if kinds not in self._compiled:
            self._compiled[kinds] = list(self._over(kinds))
        named = zip(self._results, results, strict=True)
        whole = Frame(columns.with_columns(series.alias(name) for name, (series, _) in named).lazy(), Schema({}))
        return whole.select(zip(self.kinds, self._compiled[kinds], strict=True))

    def run(self, batch: pl.Series) -> pl.Series:
        """The fields of a batch as a struct, with the types that all batches have."""
        return self.fields(batch.struct.unnest()).typed(Schema(self.kinds)).lazy.collect(engine="in-memory").to_struct()

    @property
    def expression(self) -> pl.Expr:
        """The fields as a struct."""
        inputs = pl.struct(typed.expression.alias(name) for name, typed in self.inputs.items())
        dtype = pl.Struct({name: dtype_of(kind) for name, kind in self.kinds.items()})
        return inputs.map_batches(self.run, return_dtype=dtype, is_elementwise=True)


def _answered(calls: _Calls, column: pl.Series, context: Context) -> list[tuple[pl.Series, Type]]:
    """The results of calls over a column, each with the type that it has here."""
    assert calls.function.together is not None
    return [column_of(pieces, len(column)) for pieces in calls.function.together(column, calls.constants(), context)]
