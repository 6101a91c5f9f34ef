"""Generated pipelines as text, and data for them: what the engines must agree on."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from dqlkit.types.values import Duration, Timestamp

__all__ = ["CONDITIONS", "MIXED", "RECORDS", "pipelines"]

_MINUTE = 60_000_000_000
_BASE = 1_767_571_200_000_000_000


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values, values, values)


_LONGS = st.integers(-3, 6)
_TEXTS = st.sampled_from(["a", "b", "A", "ab", "", "x y", "7"])

#: Fields: `a` long, `b` double, `s` text, `k` a key with few values, `m` of mixed types, `t` time, `d` duration,
#: `xs` array of longs, `r` record; all may be null or missing.
RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "a": _maybe(_LONGS),
            "b": _maybe(st.sampled_from([-1.5, 0.0, 0.5, 2.0, 3.0])),
            "s": _maybe(_TEXTS),
            "k": _maybe(st.sampled_from(["p", "q"])),
            "m": _maybe(st.one_of(_LONGS, _TEXTS, st.booleans(), st.sampled_from([1.0, 2.5]))),
            "t": _maybe(st.integers(0, 30).map(lambda n: Timestamp(_BASE + n * _MINUTE))),
            "d": _maybe(st.integers(-2, 5).map(lambda n: Duration(n * _MINUTE))),
            "xs": _maybe(st.lists(_maybe(_LONGS), max_size=3)),
            "r": _maybe(st.builds(lambda x, y: {"x": x, "y": y}, _maybe(_LONGS), _maybe(_TEXTS))),
        },
    ),
    max_size=8,
)

#: What a field holds now and then that holds other values elsewhere.
_ODD: list[Any] = [True, 3, 2.5, math.nan, -0.0, math.inf, 2**53 + 1, float(2**53), "a", "", [1], [], [None, "a"]]
_ODD += [{"y": "a", "x": 1}, {"x": 1.0, "y": "a", "z": None}, {}, Timestamp(_BASE), Duration(_MINUTE), b"a"]
_ODD += [2**63 - 1, -(2**63), 1e308, -math.inf, "é\0", [[]], [None], {"x": None}, {"x": [math.nan, {}]}]
_ODD += [of(end) for of in (Timestamp, Duration) for end in (2**63 - 1, -(2**63), 0)]


_NAMES = ("a", "b", "s", "k", "m", "t", "d", "xs", "r")


@st.composite
def _mixed(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = draw(RECORDS)
    for _ in range(draw(st.integers(1, 4)) if rows else 0):
        rows[draw(st.integers(0, len(rows) - 1))][draw(st.sampled_from(_NAMES))] = draw(st.sampled_from(_ODD))
    nothing = draw(st.lists(st.sampled_from(_NAMES), max_size=1))
    return [row | dict.fromkeys(nothing) for row in rows]


#: Records some of whose fields are of mixed types, at the ends of what there is, or null everywhere.
MIXED = _mixed()

_NUMBERS = st.recursive(
    st.sampled_from(["a", "b", "m", "1", "2.5", "r[x]", "xs[0]"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map("-({})".format),
        st.tuples(inner, inner).map(lambda pair: f"coalesce({pair[0]}, {pair[1]})"),
    ),
    max_leaves=4,
)
_STRINGS = st.one_of(
    st.sampled_from(["s", "k", "m", '"a"', "lower(s)", "toString(a)", "r[y]"]),
    st.tuples(st.sampled_from(["s", "k"]), st.sampled_from(["m", '"z"'])).map(
        lambda p: f"if(a > 1, {p[0]}, else:{p[1]})"
    ),
)
_ATOMS = st.one_of(
    st.tuples(_NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _NUMBERS).map(" ".join),
    st.tuples(_STRINGS, st.sampled_from(["==", "!=", "<", ">="]), _STRINGS).map(" ".join),
    st.sampled_from(
        ["m == 1", 'm != "a"', "m > s", "isNull(m)", "isNotNull(s)", 'contains(s, "a")', 'in(k, {"p", "x"})', "d > 1m"]
        + ['matchesValue(s, {"A*", "b"})', "t >= t", 'startsWith(s, "a", caseSensitive:false)', "in(m, {1, true})"]
    ),
)
CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "xor"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map("not ({})".format),
    ),
    max_leaves=3,
)
_EXPRESSIONS = st.one_of(
    _NUMBERS,
    _STRINGS,
    CONDITIONS,
    st.sampled_from(["t + d", "xs[] * 2", "bin(t, 5m)", "r", "xs", "m"]),
    st.sampled_from(["array(a, m)", "record(a, m)", "arraySum(xs)", "iAny(xs[] > a)", "type(m)", "array(r, xs)[0]"]),
    st.sampled_from(
        ["arrayDistinct(xs)", "lookup([fetch t], sourceField:k, lookupField:k)", "toString(m)", "toLong(m)"]
    ),
)
_AGGREGATIONS = st.one_of(
    st.just("count()"),
    CONDITIONS.map("countIf({})".format),
    st.tuples(st.sampled_from(["sum", "avg", "min", "max"]), _NUMBERS).map(lambda p: f"{p[0]}({p[1]})"),
    st.tuples(st.sampled_from(["min", "max", "countDistinct"]), st.sampled_from(["s", "m", "t", "d", "k"])).map(
        lambda p: f"{p[0]}({p[1]})"
    ),
    st.tuples(
        st.sampled_from(
            ["takeFirst", "takeLast", "takeMax", "takeMin", "collectArray", "collectDistinct", "countDistinctExact"]
        ),
        st.sampled_from(["a", "m", "s", "t", "xs", "r"]),
    ).map(lambda p: f"{p[0]}({p[1]})"),
    st.tuples(st.sampled_from(["median", "stddev", "variance"]), _NUMBERS).map(lambda p: f"{p[0]}({p[1]})"),
    st.sampled_from(["sum(a) / count()", "percentile(a, 90)", "correlation(a, b)", "collectArray(m, maxLength:2)"]),
)
_KEYS = st.sampled_from(["k", "m", "s", "bin(a, 2)", "d", "b"])
_SORTED = st.tuples(
    st.sampled_from(["a", "b", "m", "s", "t", "d", "xs", "r", "a + b"]), st.sampled_from(["", " asc", " desc"])
)


def _named(expressions: st.SearchStrategy[str], names: str) -> st.SearchStrategy[str]:
    return st.lists(
        st.tuples(st.sampled_from(list(names)), expressions), min_size=1, max_size=2, unique_by=lambda p: p[0]
    ).map(lambda pairs: ", ".join(f"{name} = {expression}" for name, expression in pairs))


_KEEPING = st.one_of(
    CONDITIONS.map("filter {}".format),
    CONDITIONS.map("filterOut {}".format),
    _named(_EXPRESSIONS, "xyab").map("fieldsAdd {}".format),
    st.lists(_SORTED, min_size=1, max_size=2).map(lambda keys: "sort " + ", ".join("".join(key) for key in keys)),
    st.integers(0, 5).map("limit {}".format),
    st.sampled_from(
        [
            "dedup k",
            "dedup k, m, sort:{a desc}",
            "dedup s, limit:2",
            "expand xs",
            "expand x = xs, limit:2",
            "append [fetch t | limit 2]",
        ]
        + ["fieldsRemove m, `b`", 'fieldsKeep "*"', "fieldsRename z = a", "fieldsFlatten r", "expand m"]
        + ["join [fetch t | fields k, j = a], on:{k}", "lookup [fetch t | filter a > 0], sourceField:s, lookupField:k"]
        + [
            "join [fetch t], on:{left[m] == right[a]}, kind:leftOuter, fields:{f = s}",
            "joinNested n = [fetch t | fields k, b], on:{k}",
        ]
        + [
            "join [fetch t | limit 3], on:{k}, kind:outer",
            "filter m in [fetch t | fields a]",
            "fieldsAdd q = k in [fetch t | fields m]",
        ]
        + ["parse s, \"LD:p ' ' LD:q\"", 'parse m, "INT:a"', "jsonExtract s, conflicts: z", "dedup r, xs"]
        + [
            "summarize a = max(a), m = takeLast(m), xs = collectArray(b), by:{k, s}",
            "summarize m = collectDistinct(m), by:{t}",
        ]
        + [
            "fields k, a, m = r, xs = array(a, m)",
            "fieldsAdd q = xs[] + 1, w = xs[0]",
            "fieldsAdd m = r[x], r = record(m, k)",
        ]
        + ["fieldsMove g, include:{a, m}", "join [fetch t | fields m], on:{m}", "dedup m, sort:{b, t desc}, limit:1"]
    ),
)
_ENDING = st.one_of(
    st.tuples(
        st.lists(_AGGREGATIONS, min_size=1, max_size=3, unique=True), st.lists(_KEYS, max_size=2, unique=True)
    ).map(lambda p: f"summarize {', '.join(p[0])}" + (f", by:{{{', '.join(p[1])}}}" if p[1] else "")),
    _named(_EXPRESSIONS, "xyz").map("fields {}".format),
    st.sampled_from(
        [
            "makeTimeseries count(), s = sum(a, default:0), by:{k}, time:t, interval:5m",
            "makeTimeseries max(b), time:t, bins:4",
        ]
        + ["fieldsSummary k, m", "makeTimeseries avg(a, scalar:true), start(), by:{m}, time:t"]
        + ["failIf a > 4", 'failIf m == 1, concat("m is ", s)']
    ),
)


@st.composite
def pipelines(draw: st.DrawFn, beginning: str = "fetch t") -> str:
    """A query over the table `t`; searches stand behind `fetch` alone."""
    searches = [['search "a"'], ['search not "a" or "7"'], ['search m ~ "a*"']] if beginning == "fetch t" else []
    stages = draw(st.sampled_from([[], [], [], *searches]))
    stages = [*stages, *draw(st.lists(_KEEPING, max_size=4))]
    if draw(st.booleans()):
        stages.append(draw(_ENDING))
    return "\n| ".join([beginning, *stages])
