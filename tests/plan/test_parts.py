"""Aggregation in parts: any split of the records, aggregated part by part and once more, answers as all of them do."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.reference import Interpreter
from dqlkit.frozen import replace
from dqlkit.plan.expressions import Call
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.parts import in_parts
from dqlkit.plan.walk import operators
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import ANY, BOOLEAN, DOUBLE, DURATION, LONG, STRING, Array
from dqlkit.types.values import Duration
from tests.engines.every import CONTEXT, plan_of
from tests.profiles import examples

KINDS = {"k": STRING, "a": LONG, "b": DOUBLE, "d": DURATION, "s": STRING, "m": ANY, "t": BOOLEAN, "xs": Array(LONG)}
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "k": st.sampled_from(["p", "q", None]),
            "a": st.sampled_from([None, 1, 2, -3, 2**62, -(2**62)]),
            "b": st.sampled_from([None, 1.5, -2.0, 0.0, 1e10, math.inf, math.nan]),
            "d": st.sampled_from([None, Duration(5), Duration(-7), Duration(2**62)]),
            "s": st.sampled_from([None, "x", "y", ""]),
            "m": st.sampled_from([None, 1, 1.0, "x", True]),
            "t": st.sampled_from([None, True, False]),
            "xs": st.sampled_from([None, [], [1, 2], [2, None]]),
        }
    ),
    max_size=6,
)
AGGREGATIONS = {
    "counts": "count(), countIf(t), countDistinctExact(m), countDistinct(a)",
    "sums": "sum(a), sum(b), sum(d), avg(a), avg(b), avg(d)",
    "moments": "stddev(a), variance(b)",
    "choices": "min(a), max(b), min(d), max(s), takeMin(a), takeMax(s), takeAny(m), takeFirst(m), takeLast(m)",
    "arrays": "collectArray(m, maxLength:3), collectDistinct(m), collectDistinct(xs, expand:true)",
}


def _aggregate(text: str, compiler: Compiler) -> Aggregate:
    core = compiler.resolve(plan_of(text))
    return next(operator for operator in operators(core) if isinstance(operator, Aggregate))


@pytest.mark.parametrize("aggregations", AGGREGATIONS.values(), ids=AGGREGATIONS)
@examples(25)
@given(st.lists(_ROWS, min_size=1, max_size=3), st.sampled_from(["", ", by:{k}"]))
def test_parts_answer_as_the_whole(aggregations: str, parts: list[list[dict[str, Any]]], by: str) -> None:
    tables = {f"part{k}": rows for k, rows in enumerate(parts)}
    frames = {name: FrameTable(Frame.from_records(rows, KINDS)) for name, rows in tables.items()}
    whole = [row for rows in parts for row in rows]
    compiler = Compiler({**frames, "t": FrameTable(Frame.from_records(whole, KINDS))}, CONTEXT)
    aggregate = _aggregate(f"fetch t | summarize {aggregations}{by}", compiler)
    halves = in_parts(aggregate)
    assert halves is not None
    plan = halves.then(_of_each(aggregate, tables, compiler))
    expected = list(Interpreter({"t": whole}, CONTEXT).run(aggregate))
    for found in (list(Interpreter(tables, CONTEXT).run(plan)), compiler.frame(plan).records()):
        assert [row.keys() for row in found] == [row.keys() for row in expected]
        pairs = [(name, row[name], other[name]) for row, other in zip(found, expected, strict=True) for name in row]
        assert all(_near(one, other) for _, one, other in pairs), pairs


def _of_each(aggregate: Aggregate, tables: dict[str, Any], compiler: Compiler) -> Operator:
    """The first halves over all parts, one after the other."""
    found: Operator | None = None
    for name in tables:
        halves = in_parts(replace(aggregate, source=Scan(name, known=compiler.tables[name].schema)))
        assert halves is not None
        found = halves.first if found is None else Append(found, halves.first)
    assert found is not None
    return found


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and bool(one == other)


def test_what_needs_all_records_has_no_parts() -> None:
    compiler = Compiler({"t": FrameTable(Frame.from_records([], KINDS))}, CONTEXT)
    for aggregation in ("percentile(a, 50)", "sum(m)", "sum(xs[])"):
        assert in_parts(_aggregate(f"fetch t | summarize {aggregation}", compiler)) is None
    aggregate = _aggregate("fetch t | summarize sum(a)", compiler)
    halves = in_parts(aggregate)
    assert halves is not None
    assert all(isinstance(field.expression, Call) for field in halves.first.values)
