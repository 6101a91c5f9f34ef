"""Plans are cut into fragments that answer as one machine does."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.engines.cluster import Cluster, cut, ports
from dqlkit.engines.cluster.leaves import parts_of
from dqlkit.engines.cluster.wire import from_wire, to_wire
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.engines.reference import Interpreter
from dqlkit.engines.table import Facts
from dqlkit.frozen import replace
from dqlkit.limits import Limits
from dqlkit.plan.expressions import Column
from dqlkit.plan.ops.place import Place
from dqlkit.plan.ops.sort import Order
from dqlkit.sources.read import read_table
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.types.values import Value
from tests.engines.cluster.here import Here
from tests.engines.cluster.queries import QUERIES, TABLES
from tests.engines.every import CONTEXT, alike, answer, plan_of, through
from tests.engines.pipelines import RECORDS
from tests.profiles import examples


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_fragments_answer_alike(text: str) -> None:
    plan = plan_of(text)
    found = through(Here(), plan, TABLES)
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), found.records), found.engine


@pytest.mark.parametrize("name", ["lookup", "join", "nested", "partners", "condition"])
def test_joins_of_large_tables_answer_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dqlkit.engines.cluster.cutting._FEW", 0)
    plan = plan_of(QUERIES[name])
    found = through(Here(), plan, TABLES)
    assert found.engine.count("exchange: by key") >= 2
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), found.records), found.engine


def test_the_name_of_a_table_may_be_empty() -> None:
    plan = plan_of("filter n > 9 | summarize s = sum(n), by: {k}", part="stages")
    assert through(Here(), plan, {"": [{"n": 1, "k": "p"}]}).records == []
    assert through(Here(), plan, {"": [{"n": 10, "k": "p"}]}).records == [{"k": "p", "s": 10.0}]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("fetch t | summarize count(), by: {k}", ["by key", "single"]),
        ("fetch t | summarize sum(n)", ["single"]),
        ("fetch t | sort n | limit 3", ["single"]),
        ("fetch t | filter n > 1 | fields n | append [fetch u] | limit 3", ["none", "none", "single"]),
        ("fetch t | lookup [fetch u], sourceField: k, lookupField: k", ["broadcast", "single"]),
        ("fetch t | join [fetch u], on: {k}, kind: outer", ["by key", "by key", "single"]),
        ("fetch t | summarize countDistinctExact(a)", ["by key", "single"]),
        ("fetch t | summarize countDistinctExact(a), countDistinctExact(k)", ["single"]),
    ],
)
def test_exchanges(text: str, wanted: list[str]) -> None:
    shown = through(Here(), plan_of(text), TABLES).engine
    assert [line.split("exchange: ")[1] for line in shown.splitlines() if "exchange: " in line] == wanted, shown


def test_notices_of_workers_reach_the_answer() -> None:
    plan = plan_of('fetch t | filter n > 1 | fieldsAdd e = entityName(k, type: "dt.entity.host") | dedup e')
    here, there = replace(CONTEXT, notices={}), replace(CONTEXT, notices={})
    assert list(Interpreter(TABLES, here).run(plan))
    through(Here(), plan, TABLES, there)
    assert [notice.type for notice in there.notices] == ["TABLE_NOT_GIVEN"]
    assert there.notices == here.notices


@pytest.mark.parametrize(
    "text", ["fetch t | expand xs | summarize count()", "fetch t | join [fetch t], on: {k} | limit 1"]
)
def test_limits_hold_in_each_part(text: str) -> None:
    frame = Frame.from_records(TABLES["t"])
    compiler = Compiler({"t": FrameTable(frame, facts_of(frame.collect()))}, CONTEXT, Guard(Limits(rows=9)))
    tail = cut(compiler.optimise(compiler.resolve(plan_of(text))).plan, {"t": Facts(23)}, small=0)
    with pytest.raises(dqlkit.DqlkitError, match=r"R030 .* more than 9 records would be made on the way"):
        compiler.guard.collect(Cluster(Here, compiler).frame(tail))


@pytest.mark.parametrize("function", ["count()", "avg(n)", "stddev(b)", "countDistinctApprox(n)"])
def test_groups_are_summed_up_before_they_travel(function: str) -> None:
    shown = through(Here(), plan_of(f"fetch t | summarize {function}, by: {{k}}"), TABLES).engine
    assert shown.count("Aggregate keys={k}") == 2


@pytest.mark.parametrize(
    ("keys", "first"),
    [("k", "Aggregate keys={k}"), ("id", "Project"), ("n, k", "Project"), ("half", "Aggregate keys={half}")],
)
def test_groups_of_single_records_are_not_summed_up_in_parts(
    tmp_path: Path, keys: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dqlkit.engines.cluster.probes._MANY", 60_000)
    file, numbers = tmp_path / "t.parquet", pl.int_range(60_000)
    pl.select(n=numbers, k=numbers % 11, half=numbers // 2, id=numbers.cast(pl.String)).write_parquet(
        file, row_group_size=20_000
    )
    text = f"fetch t | summarize count(), sum(n), by:{{{keys}}} | sort n desc | limit 3".replace(
        "sort n", "sort `sum(n)`"
    )
    shown = dqlkit.parse(text).explain({"t": file}, engine="local-cluster:2")
    assert shown.partition("fragment 1 over the parts of `t`:\n")[2].strip().startswith(first), shown
    monkeypatch.setitem(ports._OPEN, "local-cluster:2", Here())
    found = dqlkit.query(text, {"t": file}, engine="local-cluster:2")
    assert found.records == dqlkit.query(text, {"t": file}).records


def test_conditions_reach_the_file_that_a_worker_reads(tmp_path: Path) -> None:
    """Nothing stands between the scan and the filter that would have all records made first."""
    file = tmp_path / "t.parquet"
    pl.DataFrame({"n": range(60_000), "k": [str(n % 11) for n in range(60_000)]}).write_parquet(
        file, row_group_size=20_000
    )
    (part, *_) = parts_of(read_table(file), 3)
    assert part.facts.rows == 20_000
    assert "SELECTION: " in Compiler({"t": part}, CONTEXT).run(plan_of("fetch t | filter n > 50000")).lazy.explain()


def test_explain_shows_the_fragments() -> None:
    records = [{"k": str(n % 7)} for n in range(60_000)]
    query = dqlkit.parse('fetch t | fieldsAdd s = levenshteinDistance(k, "3") | summarize count(), by: {s}')
    shown = query.explain({"t": records}, engine="local-cluster:2")
    assert "fragment 1 over the parts of `t`:" in shown
    assert "exchange: by key" in shown
    assert shown.count("row by row:\n    levenshteinDistance(string, string)\nfragment 2:") == 1
    assert "driver:" in shown
    assert "fragment" not in query.explain({"t": records[:9]}, engine="local-cluster:2")  # not worth the way


@examples(40)
@given(RECORDS)
def test_records_come_back_from_the_wire(records: list[dict[str, Value]]) -> None:
    frame = Frame.from_records(records)
    data = frame.collect()
    assert alike(frame.records(), from_wire(to_wire(data, frame.schema), frame.schema)[0].records())


@examples(40)
@given(RECORDS, st.sampled_from("abskmtdxr"), st.booleans())
def test_places_sort_as_records_do(records: list[dict[str, Value]], name: str, descending: bool) -> None:
    order = Order(Column({"x": "xs"}.get(name, name)), descending)
    placed = Place(plan_of("fetch t"), "place", (order,), numbered=True)
    found = answer(placed, {"t": records}).records
    by_place = sorted(range(len(found)), key=lambda number: found[number]["place"])  # type: ignore[arg-type,return-value]
    direction = "desc" if descending else "asc"
    wanted = answer(
        plan_of(f"fetch t | fieldsAdd i = 1 | sort {order.expression.name} {direction}"), {"t": records}
    ).records  # type: ignore[attr-defined]
    assert alike([{**found[number], "i": 1, "place": None} for number in by_place], wanted)


@pytest.mark.parametrize(
    "text",
    [
        "fetch t | sort n desc",
        "fetch t | summarize c = count(), by:{`\x01place`}",
        "fetch t | join [fetch t], on:{`\x01to`}, kind:outer",
        "fetch t | fieldsAdd `\x01place` = n | dedup `\x01other`",
        "fetch t | makeTimeseries count(), by:{`\x01slot`, `\x01time`}, interval:1h, from:-1d, to:now()",
    ],
)
def test_fields_may_have_the_names_that_pieces_need(text: str) -> None:
    names = ("place", "to", "other", "slot", "time")
    rows: list[dict[str, Value]] = [{"n": n, **{f"\x01{name}": n * 7 % 4 for name in names}} for n in range(20)]
    tables = {"t": [{**row, "timestamp": CONTEXT.now} for row in rows]}
    plan = plan_of(text)
    assert alike(list(Interpreter(tables, CONTEXT).run(plan)), through(Here(), plan, tables).records)
