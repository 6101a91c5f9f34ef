"""No answer depends on what other records hold.

Records of another shape are appended and filtered out again. On the way columns become mixed, and arrays of one type
arrays of any; what is left are the same records, and so is every answer. The row-by-row engine knows no types of columns,
so that the law holds for an engine which agrees with it.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.functions import Function
from dqlkit.plan.expressions import Call
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.project import Project
from dqlkit.types.values import Duration, Timestamp
from tests.engines.every import Tables, answer, plan_of
from tests.engines.pipelines import RECORDS, pipelines
from tests.functions.running import CONTEXT
from tests.functions.test_lowerings import TESTED, calls
from tests.profiles import examples

#: A table whose records are those of `t`, with strangers among them for a while.
VISITED = "fetch t | append [fetch strangers] | filter isNull(stranger) | fieldsRemove stranger"
#: Values of a field in records that are filtered out again, and in a field that holds nothing else.
STRANGE: list[Any] = [
    True,
    7,
    2.5,
    "x",
    Timestamp(2**63 - 1),
    Duration(-(2**63)),
    [],
    [None],
    [1],
    ["x", 2.5],
    {"a": 1},
]
NOTHING: list[Any] = [None, [], [None], {}, [[]]]


@st.composite
def shapes(draw: st.DrawFn, rows: list[dict[str, Any]]) -> Tables:
    """The records, some fields of them emptied, and strangers that have the same fields."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in draw(st.lists(st.sampled_from(names), max_size=2)) if names else []:
        held = draw(st.sampled_from(NOTHING))
        rows = [row | {name: held if draw(st.booleans()) else None} for row in rows]
    count = draw(st.integers(0, 2))
    strangers = [{name: draw(st.sampled_from(STRANGE)) for name in names} | {"stranger": True} for _ in range(count)]
    return {"t": rows, "strangers": strangers}


def over(call: Call, source: Operator) -> Operator:
    field = (Field("value", call),)
    return Aggregate(source, (), field) if call.function.family == "aggregation" else Project(source, field)


@pytest.mark.parametrize("function", TESTED, ids=[f"{f.family} {f.name}" for f in TESTED])
@examples(6)
@given(data=st.data())
def test_functions(function: Function[..., Any], data: st.DataObject) -> None:
    call, rows = data.draw(calls(function))
    answer(over(call, plan_of(VISITED)), data.draw(shapes(rows)), CONTEXT)


@examples(50)
@given(pipelines(), RECORDS, st.data())
def test_pipelines(text: str, records: list[dict[str, Any]], data: st.DataObject) -> None:
    answer(plan_of(text.replace("fetch t", VISITED)), data.draw(shapes(records)))


LOOPS = ["xs[] + 1", "iCollectArray(xs[] + 1)", "iAny(xs[] > 1)", "iSum(xs[])", "iIndex() + xs[]", "xs[] + ys[]"]


@pytest.mark.parametrize("stage", [*(f"fields v = {loop}" for loop in LOOPS), "summarize v = sum(xs[])"])
@examples(20)
@given(st.lists(st.sampled_from(NOTHING), min_size=1, max_size=3), st.data())
def test_loops(stage: str, held: list[Any], data: st.DataObject) -> None:
    rows = [{"xs": one, "ys": other} for one, other in zip(held, reversed(held), strict=True)]
    answer(plan_of(f"{VISITED} | {stage}"), data.draw(shapes(rows)))
