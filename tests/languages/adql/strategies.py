"""Generated queries of both languages, and events for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dqlkit.types.values import Timestamp, Value

__all__ = ["adql_queries", "dql_queries", "events", "nested_events", "nested_queries"]

_TEXTS = ["alpha", "beta", "gamma", "al*ha", "a.c", "Alpha", ""]
_BASE = 1_700_000_000_000


def events() -> st.SearchStrategy[list[dict[str, Value]]]:
    """Events of one type, fields missing here and there; times differ, so that the order of events is one."""
    fields = {
        "a": st.sampled_from([*_TEXTS, None]),
        "b": st.sampled_from(["x", "y", "z", None]),
        "x": st.sampled_from([None, -7, 0, 1, 2, 5, 40]),
        "y": st.sampled_from([None, -1, 0, 3, 10]),
        "f": st.sampled_from([None, 0.5, 1.0, 2.25, -3.0]),
        "ok": st.sampled_from([None, True, False]),
    }
    record = st.fixed_dictionaries(fields)
    return st.lists(record, max_size=12).map(_timed)


def _timed(records: list[dict[str, Value]]) -> list[dict[str, Value]]:
    return [
        {"eventTimestamp": Timestamp((_BASE + number * 61_000) * 1_000_000), **record}
        for number, record in enumerate(records)
    ]


# ---- ADQL -----------------------------------------------------------------------------------------------------------

_numbers = st.sampled_from(["x", "y", "x + y", "x * 2", "(x - y)", "x % 3", "y / 2", "f"])
_values = st.sampled_from(["-7", "0", "1", "2", "3", "5", "40"])
_texts = st.sampled_from([f"'{text}'" for text in (*_TEXTS, "a*", "*a", "*lph*", "x", "none")])


@st.composite
def _predicate(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 9))
    text, number, value = draw(st.sampled_from(["a", "b"])), draw(_numbers), draw(_values)
    no = draw(st.sampled_from(["", "NOT "]))
    match kind:
        case 0:
            return f"{text} {draw(st.sampled_from(['=', '!=']))} {draw(_texts)}"
        case 1:
            return f"{number} {draw(st.sampled_from(['=', '!=', '<', '<=', '>', '>=']))} {value}"
        case 2:
            return f"{text} {no}IN ({draw(_texts)}, {draw(_texts)})"
        case 3:
            low, high = draw(st.sampled_from("[(")), draw(st.sampled_from("])"))
            return f"{number} {no}BETWEEN {low}{value}, {draw(_values)}{high}"
        case 4:
            return f"{text} {no}LIKE {draw(_texts)}"
        case 5:
            pattern = draw(st.sampled_from(["a.*", "[a-g]+", "al.ha|beta", "a\\\\*", "(x|y)?", ".{1,4}", "gamma"]))
            return f"{text} {no}REGEXP '{pattern}'"
        case 6:
            return f"{draw(st.sampled_from(['a', 'x', 'ok']))} IS {no}NULL"
        case 7:
            return f"ok {draw(st.sampled_from(['=', '!=']))} {draw(st.sampled_from(['true', 'false']))}"
        case 8:
            return f"eventTimestamp >= {_BASE + draw(st.integers(0, 12)) * 61_000}"
    return f"{draw(st.sampled_from(['length(a)', 'indexOf(a, b)', 'toInt(f)']))} > {value}"


@st.composite
def _condition(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.integers(0, 4)) if depth else 0
    if kind < 2:
        return draw(_predicate())
    left = draw(_condition(depth - 1))
    if kind == 2:
        return f"NOT ({left})"
    return f"({left}) {'AND' if kind == 3 else 'OR'} {draw(_condition(depth - 1))}"


@st.composite
def _metric(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 5))
    field = draw(st.sampled_from(["x", "y", "f"]))
    simple = draw(
        st.sampled_from([f"avg({field})", f"sum({field})", f"min({field})", f"max({field})", "count(*)", "count(a)"])
    )
    match kind:
        case 0 | 1:
            return simple
        case 2:
            return f"filter({simple}, WHERE {draw(_condition(1))})"
        case 3:
            return draw(
                st.sampled_from(["distinctcount(a)", f"percentile({field}, 50)", f"stdev({field})", "stats(x)"])
            )
        case 4:
            return f"count(*) {draw(st.sampled_from(['+', '-', '*', '/']))} {draw(_values)}"
    return f"percentile({field}, 10, 90)"


_TERMS = ["a", "b", "ok", "x % 3", "x", "series(x, 5)", "series(eventTimestamp, '2m')", "range(y, 0, 5)"]


@st.composite
def adql_queries(draw: st.DrawFn) -> str:
    """Valid queries over the table `t`."""
    where = f" WHERE {draw(_condition())}" if draw(st.booleans()) else ""
    form = draw(st.integers(0, 4))
    if form == 0:
        return draw(_raw(where))
    terms = draw(st.lists(st.sampled_from(_TERMS), min_size=0, max_size=3, unique=True)) if form > 1 else []
    metrics = draw(st.lists(_metric(), min_size=1, max_size=3))
    if form == 4 and terms:
        return f"SELECT DISTINCT {', '.join(t for t in terms if '(' not in t) or 'a'} FROM t{where}{draw(_limit(1))}"
    listed = [*terms, *(f"{metric} AS m{k}" for k, metric in enumerate(metrics))]
    single = [
        f"m{k}" for k, m in enumerate(metrics) if m.startswith(("avg", "sum", "min", "max", "count(a)", "filter"))
    ]
    having = f" HAVING {single[0]} > {draw(_values)}" if single and draw(st.integers(0, 3)) == 0 else ""
    plain = [term for term in terms if "(" not in term and " " not in term]
    order = draw(
        st.sampled_from(["", *(f" ORDER BY {key}{way}" for key in (*single, *plain[:1]) for way in ("", " DESC"))])
    )
    return f"SELECT {', '.join(listed)} FROM t{where}{having}{order if terms else ''}{draw(_limit(len(terms)))}"


@st.composite
def _limit(draw: st.DrawFn, terms: int) -> str:
    counts = [str(draw(st.integers(1, 4))) for _ in range(terms)]
    return f" LIMIT {', '.join(counts)}" if counts and draw(st.booleans()) else ""


@st.composite
def _raw(draw: st.DrawFn, where: str) -> str:
    items = draw(
        st.lists(
            st.sampled_from(["a", "b AS c", "x + y AS s", "x", "eventTimestamp"]), min_size=1, max_size=3, unique=True
        )
    )
    listed = draw(st.sampled_from(["*", ", ".join(items)]))
    order = draw(st.sampled_from(["", " ORDER BY x", " ORDER BY a DESC, y", " ORDER BY x + y DESC"]))
    since = draw(
        st.sampled_from(
            ["", f" SINCE {_BASE + 120_000}", f" SINCE {_BASE} UNTIL {_BASE + 244_000}", " SINCE 1 h UNTIL 55 m"]
        )
    )
    limit = draw(st.sampled_from(["", " LIMIT 3"]))
    return f"SELECT {listed} FROM t{where}{since}{order}{limit}"


# ---- nested fields --------------------------------------------------------------------------------------------------


def nested_events() -> st.SearchStrategy[list[dict[str, Value]]]:
    """Events with several segments each, or with none."""
    segment = st.fixed_dictionaries(
        {
            "t": st.sampled_from(["web", "db", None]),
            "m": st.sampled_from([None, 1, 5, -3]),
            "u": st.sampled_from([0.5, None]),
        }
    )
    record = st.fixed_dictionaries(
        {"s": st.one_of(st.none(), st.lists(segment, max_size=3)), "a": st.sampled_from(["alpha", "beta", None])}
    )
    return st.lists(record, max_size=8).map(_timed)


@st.composite
def nested_queries(draw: st.DrawFn) -> str:
    """Queries that test, group and measure fields with several values."""
    tests = ["s.t = 'web'", "s.t != 'db'", "s.t IN ('w*', 'x')", "s.m > 1", "s.m + 1 < 3", "NOT s.m BETWEEN [1, 5)"]
    tests += ["s.t IS NULL", "s.t REGEXP '[wd].+'", "s.t LIKE 'WEB'", "toString(s.m) = '5'", "a = 'alpha'"]
    chosen = draw(st.lists(st.sampled_from(tests), max_size=3))
    where = f" WHERE {draw(st.sampled_from([' AND ', ' OR '])).join(chosen)}" if chosen else ""
    metrics = [
        "count(*)",
        "count(s.m)",
        "sum(s.m)",
        "avg(s.m)",
        "min(s.m)",
        "max(s.u)",
        "distinctcount(s.t)",
        "stdev(s.m)",
    ]
    metrics += ["percentile(s.m, 50)", "stats(s.m)", "filter(sum(s.m), WHERE s.t = 'web')", "avg(toFloat(s.m))"]
    items = draw(st.lists(st.sampled_from(["s.t", "a", "s.m"]), max_size=2, unique=True))
    items += [f"{metric} AS m{k}" for k, metric in enumerate(draw(st.lists(st.sampled_from(metrics), max_size=3)))]
    return f"SELECT {', '.join(items) or 's.t, s.m * 2'} FROM t{where}"


# ---- DQL ------------------------------------------------------------------------------------------------------------


@st.composite
def _test(draw: st.DrawFn) -> str:
    text, number = draw(st.sampled_from(["a", "b"])), draw(st.sampled_from(["x", "y", "x + y", "x * 2", "f"]))
    word, value = draw(st.sampled_from(_TEXTS)), draw(_values)
    options: list[Any] = [
        f'{text} {draw(st.sampled_from(["==", "!="]))} "{word}"',
        f"{number} {draw(st.sampled_from(['==', '!=', '<', '<=', '>', '>=']))} {value}",
        f'in({text}, "{word}", "x")',
        f'matchesValue({text}, "{word}", "x*")',
        f'matchesValue({text}, "al*", caseSensitive: true)',
        f'startsWith({text}, "al") or endsWith({text}, "a")',
        f'contains({text}, "a")',
        f"isNull({text}) and isNotNull(x)",
        "ok",
        f'isTrueOrNull({text} == "{word}")',
        f"isFalseOrNull({number} > {value})",
        f'matchesRegex({text}, "[a-g]+")',
    ]
    return str(draw(st.sampled_from(options)))


@st.composite
def _tests(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.integers(0, 4)) if depth else 0
    if kind < 2:
        return draw(_test())
    left = draw(_tests(depth - 1))
    return f"not ({left})" if kind == 2 else f"({left}) {'and' if kind == 3 else 'or'} ({draw(_tests(depth - 1))})"


@st.composite
def dql_queries(draw: st.DrawFn) -> str:
    """Queries over the table `t`, of which ADQL can say many."""
    stages = ["fetch t"]
    for _ in range(draw(st.integers(0, 2))):
        stages.append(f"{draw(st.sampled_from(['filter', 'filterOut']))} {draw(_tests())}")
    aggregated = draw(st.booleans())
    if aggregated:
        metric = draw(
            st.sampled_from(
                ["count()", "n = count()", "m = avg(x)", "m = max(y)", 'm = countIf(b == "x")', "m = sum(f)"]
            )
        )
        by = draw(st.sampled_from(["", ", by:{a}", ", by:{b}", ", by:{k = x % 3}", ", by:{a, b}"]))
        stages.append(f"summarize {metric}{by}")
        if by:
            name = metric.split(" = ")[0] if " = " in metric else "`count()`"
            stages.append(f"sort {name} desc")
    else:
        stages += draw(
            st.sampled_from([[], ["fields a, s = x + y, eventTimestamp"], ["fields x, eventTimestamp | filter x > 0"]])
        )
        stages.append(draw(st.sampled_from(["sort eventTimestamp desc", "sort eventTimestamp"])))
    stages.append(f"limit {draw(st.sampled_from([2, 5, 100]))}")
    if aggregated and draw(st.integers(0, 3)) == 0 and metric.startswith("m"):
        stages.append("filter m > 1")
    return " | ".join(stages)
