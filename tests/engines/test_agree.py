"""Polars in memory, Polars streaming and the row-by-row engine agree on generated pipelines and data."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings

import dqlkit
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.physical import values_of
from dqlkit.engines.reference import Interpreter
from dqlkit.functions.context import Context
from dqlkit.plan.operators import Operator
from dqlkit.sources.table import FrameTable
from dqlkit.types.values import Timestamp
from tests.engines.pipelines import CONDITIONS, RECORDS, pipelines
from tests.functions.running import alike

CONTEXT = Context(Timestamp(1_767_577_000_000_000_000), "Europe/Vienna")
QUICK = settings(
    max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


def plan_of(text: str) -> Operator:
    query = dqlkit.parse(text)
    assert not query.errors, (text, query.errors)
    assert isinstance(query.plan, Operator)
    return query.plan


def by_polars(plan: Operator, records: list[dict[str, Any]], engine: str) -> list[dict[str, Any]]:
    frame = Compiler({"t": FrameTable(Frame.from_records(records))}, CONTEXT).run(plan)
    data = frame.lazy.collect(engine=engine)  # type: ignore[call-overload]
    columns = {name: values_of(data[name], kind) for name, kind in frame.schema.fields.items()}
    if not columns:
        return [{}] * data.height
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@QUICK
@given(pipelines(), RECORDS)
def test_engines_agree(text: str, records: list[dict[str, Any]]) -> None:
    plan = plan_of(text)
    expected = list(Interpreter({"t": records}, CONTEXT).run(plan))
    for engine in ("in-memory", "streaming"):
        actual = by_polars(plan, records, engine)
        assert len(actual) == len(expected), (text, engine, expected, actual)
        for wanted, got in zip(expected, actual, strict=True):
            assert alike(wanted, got), (text, engine, wanted, got)


@QUICK
@given(CONDITIONS, RECORDS)
def test_a_filter_splits_its_input(condition: str, records: list[dict[str, Any]]) -> None:
    def count(stages: str) -> int:
        return int(dqlkit.query(f"fetch t {stages} | summarize count()", {"t": records}).records[0]["count()"])

    true, false = count(f"| filter {condition}"), count(f"| filter not ({condition})")
    null = count(f"| filter isNull({condition})")
    assert true + false + null == len(records)
    assert count(f"| filterOut {condition}") == false + null
    counted = dqlkit.query(f"fetch t | summarize n = countIf({condition})", {"t": records}).records[0]["n"]
    assert int(counted) == true


@QUICK
@given(RECORDS)
def test_counts_are_kept(records: list[dict[str, Any]]) -> None:
    def rows(stages: str) -> list[dict[str, Any]]:
        return dqlkit.query(f"fetch t {stages}", {"t": records}).records

    assert len(rows("| limit 3")) == min(3, len(records))
    assert len(rows("| append [fetch t]")) == 2 * len(records)
    assert len(rows("| sort m desc, a")) == len(records)
    assert len(rows("| expand xs")) == sum(len(record.get("xs") or []) for record in records)
    assert len(rows("| dedup k")) == len({record.get("k") for record in records})


@QUICK
@given(pipelines())
def test_formatting_keeps_the_meaning(text: str) -> None:
    laid = dqlkit.format(text)
    assert dqlkit.parse(laid).parsed.tree == dqlkit.parse(text).parsed.tree
    assert dqlkit.format(laid) == laid
    assert plan_of(laid) == plan_of(text)
