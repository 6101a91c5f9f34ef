"""Every engine that answers a plan, held against the first one.

Only this file knows how an engine is called. Another engine is one more function in `ENGINES`; every test of answers
runs on it then.
"""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import dqlkit
from dqlkit.engines.cluster import Cluster, cut
from dqlkit.engines.cluster.leaves import parts_of
from dqlkit.engines.cluster.ports import Port
from dqlkit.engines.cluster.work import Given
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.reference import Interpreter
from dqlkit.engines.table import Table
from dqlkit.errors import DqlkitError
from dqlkit.functions.context import Context
from dqlkit.plan.explain import explain
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Operator
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.types.order import encode
from dqlkit.types.values import Timestamp, Value
from tests.engines.cluster.here import Here

__all__ = [
    "CONTEXT",
    "ENGINES",
    "Answer",
    "Records",
    "Tables",
    "alike",
    "answer",
    "constant",
    "plan_of",
    "through",
    "through_tables",
]

Records = list[dict[str, Value]]
Tables = Mapping[str, Sequence[Mapping[str, Value]]]
Comparison = Callable[[Any, Any], bool]
_SHARE = int(os.environ.get("CLUSTER_SHARE", "100"))
CONTEXT = Context(Timestamp(1_767_577_000_000_000_000), "Europe/Vienna")


@dataclass(frozen=True)
class Answer:
    """What an engine answers; `row_by_row` are the functions that it had no vectorised form for."""

    engine: str
    records: Records
    row_by_row: Mapping[str, str] = field(default_factory=dict)


def _failed(problem: DqlkitError) -> Records:
    """What stands for the answer of a query that `failIf` ended: the message."""
    if [found.code for found in problem.diagnostics] != ["R010"]:
        raise problem
    return [{"failed": problem.diagnostics[0].message}]


def _reference(plan: Operator, tables: Tables, context: Context) -> Iterator[Answer]:
    try:
        records = list(Interpreter(tables, context).run(plan))
    except DqlkitError as problem:
        records = _failed(problem)
    yield Answer("row by row", records)


def _table(rows: Sequence[Mapping[str, Value]]) -> FrameTable:
    frame = Frame.from_records(rows)
    return FrameTable(frame, facts_of(frame.collect()))


def _polars(plan: Operator, tables: Tables, context: Context) -> Iterator[Answer]:
    """One compilation, collected by each of Polars' own engines."""
    compiler = Compiler({name: _table(rows) for name, rows in tables.items()}, context)
    frame = compiler.run(plan)
    for engine in ("in-memory", "streaming"):
        try:
            data = frame.lazy.collect(engine=engine)  # type: ignore[call-overload]
        except Exception:
            if compiler.guard.problem is None:
                raise
            yield Answer(f"Polars {engine}", _failed(compiler.guard.problem))
            continue
        assert dict(data.schema) == {n: dtype_of(kind) for n, kind in frame.schema.fields.items()}, explain(plan)
        yield Answer(f"Polars {engine}", frame.replace(data.lazy()).records(), compiler.calls.row_by_row)


def through(port: Port, plan: Operator, tables: Tables, context: Context = CONTEXT) -> Answer:
    """The answer of the cut plan over parts of the tables, none of which is too small for that."""
    given = {name: _table(rows) for name, rows in tables.items()}
    return through_tables(port, plan, given, context, partial(parts_of, least=1))


def through_tables(
    port: Port,
    plan: Operator,
    tables: Mapping[str, Table],
    context: Context,
    divided: Callable[..., list[Given]],
) -> Answer:
    """The same over tables of any kind."""
    compiler = Compiler(tables, context)
    core = compiler.optimise(compiler.resolve(plan)).plan
    tail = cut(core, {name: table.facts for name, table in compiler.tables.items()}, small=0)
    frame = Cluster(lambda: port, compiler, divided).frame(tail)
    return Answer(f"cluster\n{tail}\n", frame.records_of(compiler.guard.collect(frame)))


def _cluster(plan: Operator, tables: Tables, context: Context) -> Iterator[Answer]:
    """One of CLUSTER_SHARE plans, always the same ones: the cut plan in this process. With all of them the tests of this
    folder take about three times as long."""
    if zlib.crc32(explain(plan).encode()) % _SHARE == 0:
        try:
            yield through(Here(), plan, tables, context)
        except DqlkitError as problem:
            yield Answer("cluster", _failed(problem))


#: The engines; the first one is the measure of the others.
ENGINES: tuple[Callable[[Operator, Tables, Context], Iterator[Answer]], ...] = (_reference, _cluster, _polars)


def answer(plan: Operator, tables: Tables, context: Context = CONTEXT, same: Comparison | None = None) -> Answer:
    """What every engine answers: the records of the first one, and what the last one ran row by row.

    `same` compares the records of two engines where `alike` is not what is wanted.
    """
    first, *others = (answer for engine in ENGINES for answer in engine(plan, tables, context))
    for other in others:
        if not (same or alike)(first.records, other.records):
            raise AssertionError(_difference(first, other, plan, tables))
    return Answer("every engine", first.records, others[-1].row_by_row)


def constant(expression: Expression, context: Context = CONTEXT) -> Value:
    """The value of an expression that reads no field, by the engine that is the measure."""
    return Interpreter({}, context).constant(expression)


def _difference(first: Answer, other: Answer, plan: Operator, tables: Tables) -> str:
    rows = zip(first.records, other.records, strict=False)
    differing = next(((k, one, two) for k, (one, two) in enumerate(rows) if not alike(one, two)), None)
    counts = f"{len(first.records)} and {len(other.records)} records"
    where = counts if differing is None else "record {}: {!r} and {!r}".format(*differing)
    return f"{first.engine} and {other.engine} differ: {where}\n{explain(plan)}\n{tables!r}"


def plan_of(text: str, language: Any = "dql", **options: Any) -> Operator:
    """The plan of a text, which must be without errors."""
    query = dqlkit.parse(text, language, **options)
    assert not query.errors, (text, query.errors)
    assert isinstance(query.plan, Operator)
    return query.plan


def alike(expected: Any, actual: Any) -> bool:
    """Equal in value and type; doubles up to rounding, and a null is as good as no field."""
    if type(expected) is float and type(actual) is float:
        return (
            expected == actual
            or (expected != expected and actual != actual)
            or abs(expected - actual) <= 1e-9 * max(1.0, abs(expected), abs(actual)) < math.inf
        )
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(alike, expected, actual))
    if isinstance(expected, dict):
        names = [name for name in {**expected, **actual} if (expected.get(name), actual.get(name)) != (None, None)]
        return all(alike(expected.get(name), actual.get(name)) for name in names)
    return encode(expected) == encode(actual)
