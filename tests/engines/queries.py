"""Generated queries that begin with any command that reads, and the tables that they read."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dqlkit.types.values import Timestamp
from tests.engines.pipelines import CONDITIONS, MIXED, RECORDS, pipelines

__all__ = ["TABLES", "queries"]

_BASE = 1_767_571_200_000_000_000
_SECOND = 1_000_000_000


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


_TYPES = st.sampled_from(["HOST", "SERVICE", "PROCESS"])
_IDS = st.sampled_from(["n1", "n2", "n3"])
_MEASUREMENT = st.fixed_dictionaries(
    {
        "metric.key": st.sampled_from(["one", "two"]),
        "timestamp": _maybe(st.integers(0, 900).map(lambda n: Timestamp(_BASE + n * _SECOND))),
        "value": st.sampled_from([0.0, 1.5, -2.0, 7.0, 4, None, float("nan"), float("inf"), "x"]),
    },
    optional={
        "k": _maybe(st.sampled_from(["p", "q"])),
        "s": _maybe(st.sampled_from(["a", "b", "", 7])),
        "a": _maybe(st.integers(-3, 6)),
    },
)
_NODE = st.fixed_dictionaries(
    {"id": _maybe(_IDS), "type": _maybe(_TYPES)},
    optional={"name": st.sampled_from(["a", "b"]), "k": _maybe(st.sampled_from(["p", "q", 1]))},
)
_EDGE = st.fixed_dictionaries(
    {"source_id": _maybe(_IDS), "target_id": _maybe(_IDS), "type": st.sampled_from(["runs_on", "calls"])},
    optional={"source_type": _TYPES, "target_type": _TYPES},
)

#: What each query of `queries` may read.
TABLES = st.fixed_dictionaries(
    {
        "t": st.one_of(RECORDS, MIXED),
        "metrics": st.lists(_MEASUREMENT, max_size=12),
        "smartscapeNodes": st.lists(_NODE, max_size=5),
        "smartscapeEdges": st.lists(_EDGE, max_size=6),
        "/lookups/x": RECORDS,
    }
)

_SERIES = st.sampled_from(
    ["sum(one)", "avg(two)", "m = max(one, default:0)", "min(two)", "count(one)", "percentile(one, 90)", "start()"]
    + ["b = end()", 'a = sum(two, filter:k == "p")', "x = sum(one, rate:1m)", "z = avg(two, rollup:max)"]
    + ["y = sum(one, scalar:true)", "q = median(two, default:1.5)", "countDistinct(one)"]
)
_GRID = ["", ", interval:1m", ", interval:5m", ", bins:3", ", nonempty:true", ", union:true", ", shift:-5m"]
_RANGE = [
    "",
    "",
    ', from:"2026-01-05T00:02:00Z", to:"2026-01-05T00:12:00Z"',
    ', timeframe:"2026-01-05T00:00:00Z/2026-01-05T00:10:00Z"',
]


@st.composite
def _timeseries(draw: st.DrawFn) -> str:
    series = draw(st.lists(_SERIES, min_size=1, max_size=3, unique=True))
    by = draw(st.sampled_from(["", ", by:{k}", ", by:{k, s}", ", by:{g = a + 1}"]))
    condition = draw(st.sampled_from(["", "", f", filter:{draw(CONDITIONS)}"]))
    return f"timeseries {{{', '.join(series)}}}{by}{condition}{draw(st.sampled_from(_GRID))}{draw(st.sampled_from(_RANGE))}"


@st.composite
def _topology(draw: st.DrawFn) -> str:
    kinds = st.sampled_from(['"*"', "HOST", '"HOST", "SERVICE"', '"S*"', "process"])
    if draw(st.booleans()):
        return f"smartscapeEdges {draw(st.sampled_from(['runs_on', 'calls, runs_on', '`*`']))}"
    stages = [f"smartscapeNodes {draw(kinds)}"]
    for _ in range(draw(st.integers(0, 2))):
        edges = draw(st.sampled_from(["runs_on", "{runs_on, calls}", '"*"']))
        more = draw(st.sampled_from(["", ", direction:backward", ", fieldsKeep:{name}", ", fieldsKeep:{type, k}"]))
        stages.append(f"traverse {edges}, {{{draw(kinds)}}}{more}")
    return "\n| ".join(stages)


#: Fields that the stages behind read, where the command makes others.
_BEGINNINGS = st.one_of(
    _timeseries(),
    _topology(),
    st.sampled_from(
        [
            "describe t | fieldsAdd s = field, m = data_types",
            "fieldsSnapshot t, by:{k} | fieldsAdd s = field, b = relative_count",
        ]
        + ["fieldsSnapshot metrics", "metrics", 'metrics | fieldsAdd s = metric.key | filter in(k, {"p"})']
        + ['load "/lookups/x"', 'load "/lookups/x", offset:1']
        + ['data record(a = 1, m = "a", t = toTimestamp("2026-01-05T00:00:00Z")), record(k = "p", xs = array(1, null))']
        + [
            'data json:"""[{"a": 1, "b": 0.5, "r": {"x": 1}}, {"a": 2.5, "s": "ab", "m": [1]}, {"k": "q", "m": null}]"""'
        ]
    ),
)


def queries() -> st.SearchStrategy[str]:
    """A query over `TABLES`; half of them begin with `fetch t`."""
    return st.one_of(pipelines(), _BEGINNINGS.flatmap(pipelines))
