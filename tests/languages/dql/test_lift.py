"""Plans written again: binding what was lifted gives the same plan, or a diagnostic says what DQL cannot say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dqlkit import functions
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.bind import bind
from dqlkit.languages.dql.commands import commands
from dqlkit.languages.dql.format import format
from dqlkit.languages.dql.lift import lift
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.tree import placeholders
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.nested import Nested

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
PARTS: dict[str, Part] = {"fragment": "stages", "matcher": "expression"}


def plan_of(text: str, part: Part = "query") -> Operator | Expression | None:
    """The plan of a text; None for one that is wrong, or that is not complete yet."""
    parsed = parse(text, part)
    bound = bind(parsed)
    wrong = any(diagnostic.severity == "error" for diagnostic in (*parsed.diagnostics, *bound.diagnostics))
    return None if wrong or bound.variables or any(placeholders(parsed.tree)) else bound.plan


def again(plan: Operator | Expression, part: Part = "query") -> Operator | Expression | None:
    """The plan of the plan's text; None where DQL cannot say it."""
    lifted = lift(plan)
    if lifted.diagnostics:
        return None
    text = format(lifted.parsed)
    assert "\x01" not in text
    found = plan_of(text, "expression" if part == "expression" else "query")
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    "query",
    [
        'load "/lookups/x"',
        'load "/lookups/x", offset:3 | limit 2',
        "fetch logs, samplingRatio:100, bucket:{a, b}, scanLimitGBytes:500, from:-1M@M, to:@d",
        "fetch logs | dedup a, filterPushThrough:true | lookup [fetch b], lookupField:c, executionOrder:leftFirst",
        'fetch logs | search "error" and not status ~ "5*" or (a == 1 xor "x"), caseSensitive:true, fields:{a}',
        "metrics from:-2h",
        'data json:"""[{"a": 1, "b": 1.0, "c": [null, {"d": "x"}]}, {"a": true}]"""',
        'data record(a = 1, b = array(-0.0, -9223372036854775808)), record(a = "x")',
        "timeseries a = avg(x), b = avg(y)",
        "timeseries {a = avg(x, filter:c == 1, rollup:max), n = count(y, default:0)}, filter:d, by:{e}, union:true, shift:-1d",
        "timeseries s = start(), a = percentile(x, 90), filter:c == 1, interval:5m",
        'smartscapeNodes HOST, "K8S_*", from:-2h',
        'smartscapeEdges "*"',
        "smartscapeNodes HOST | traverse {runs_on, `*`}, {SERVICE}, direction:backward, fieldsKeep:{name}, nodeId:x",
        "fetch a | filter b or (c or d) and (e and (f and g))",
        "fetch a | fields x = b[0], y = b[c], z = b[][c] + d[], w = b[-1]",
        "fetch a | fieldsAdd t = (timestamp - 1M)@M, u = timestamp + 2d, v = now() - 90m, w = @w1",
    ],
)
def test_what_is_lifted_binds_to_the_same_plan(query: str) -> None:
    plan = plan_of(query)
    assert plan is not None
    assert again(plan) == plan


def test_a_long_chain_is_written_without_needless_parentheses() -> None:
    plan = plan_of("fetch t | filter " + " or ".join(f"a == {n}" for n in range(500)))
    assert plan is not None
    assert again(plan) == plan
    assert "(" not in format(lift(plan).parsed)


@pytest.mark.parametrize(
    "plan", [Limit(Fetch("t"), None, 3), Limit(Fetch("t"), 5, 3), Nested(Fetch("t"), (("a", "b"),))]
)
def test_what_dql_cannot_say_is_reported(plan: Operator) -> None:
    assert [diagnostic.code for diagnostic in lift(plan).diagnostics] == ["T001"]


# ---- every function -------------------------------------------------------------------------------------------------


def _calls() -> Iterator[str]:
    for family in ("scalar", "aggregation", "iterative"):
        for function in functions.family(family).values():
            if function.symbol:
                continue
            parameters = [p for p in function.signature.parameters if p.kind.role != "names"]
            needed = [p for p in parameters if p.required]
            for chosen in (needed, parameters):
                values = (f"{p.name}: {_VALUES[p.kind.role]}" if p.named else _VALUES[p.kind.role] for p in chosen)
                call = f"{function.name}({', '.join(values)})"
                stage = f"summarize v = {call}, by:{{k}}" if family == "aggregation" else f"fieldsAdd v = {call}"
                yield f"fetch t | {stage}"


_VALUES = {
    "expression": "a[x]",
    "constant": '"s"',
    "values": "b + 1",
    "pattern": '"INT:n"',
    "nameless pattern": '"INT"',
    "jsonPath": '"$.a"',
    "block": "[fetch u]",
    "field name": "`c d`",
}


def test_every_function_is_written_as_it_was_called() -> None:
    written = 0
    for query in _calls():
        plan = plan_of(query)
        if plan is not None:
            written += 1
            assert again(plan) == plan, query
    assert written > 300


# ---- every command --------------------------------------------------------------------------------------------------

_fields = st.sampled_from(("a", "b.c", "`d e`", "timestamp"))
_expressions = st.sampled_from(
    ("a", "b.c + 1", "lower(a)", "not b", '"x"', "-2.5", "a[0]", "b[`c d`]", "timestamp - 1d", "3h", "a in [fetch u]")
)
_conditions = st.sampled_from(("a == 1", "b or c and not d", 'contains(a, "x")', "isNull(b.c)"))
_aggregations = st.sampled_from(
    ("count()", "sum(a)", "percentile(b, 90)", "countIf(a > 1)", "takeFirst(a, nulls:last)")
)
_constants = st.sampled_from(("-2h", "now() - 1d", '"2024-05-17T10:00:00Z"', "5m", "10"))


def _value(parameter: Parameter) -> st.SearchStrategy[str]:
    kind = parameter.kind
    found: dict[str, st.SearchStrategy[str]] = {
        "expression": _conditions if kind.types == {"boolean"} else _expressions,
        "constant": st.just("record(a = 1, b = null)") if "record" in kind.types else _constants,
        "plain": st.sampled_from(("true", "5", '"x"', '"p."')),
        "field": _expressions,
        "aggregated": _aggregations,
        "sorted": st.builds(lambda one, way: one + way, _expressions, st.sampled_from(("", " asc", " desc"))),
        "name": _fields,
        "table": st.sampled_from(("t", "`u v`", '"/lookups/x"')),
        "pattern": st.sampled_from(('"INT:n"', '"""LD:a \'"\' EOL"""')),
        "types": st.sampled_from(("HOST", '"K8S_*"', '"*"')),
        "names pattern": st.sampled_from(("a", '"b*"', '"*"')),
        "renamed": _fields,
        "block": st.sampled_from(("[fetch u]", "[data record(a = 1) | limit 2]")),
        "on": st.sampled_from(("a", "left[a] == right[b.c]")),
        "choice": st.sampled_from(kind.options or ("",)),
        "series": _aggregations,
        "metric": st.sampled_from(
            ("avg(m)", "count(`m n`, default:0)", "sum(o, filter:a == 1, rollup:max)", "start()")
        ),
        "search": st.sampled_from(('"x"', '"x" and a ~ "y"', "not a == 1")),
    }
    value = found[kind.role]
    if not kind.assign:
        return value
    named = st.builds("{} = {}".format, _fields, value)
    return named if kind.assign == "mandatory" else value | named


def _argument(parameter: Parameter) -> st.SearchStrategy[str]:
    several = parameter.kind.many or parameter.variadic
    values = st.lists(_value(parameter), min_size=1, max_size=3 if several else 1, unique=True)
    if parameter.kind.many:
        members = values.map(lambda found: "{" + ", ".join(found) + "}")
        return members.map(lambda found: f"{parameter.name}:{found}") if parameter.named else members
    joined = values.map(", ".join)
    return joined.map(lambda found: f"{parameter.name}:{found}") if parameter.named else joined


@st.composite
def _stages(draw: st.DrawFn) -> str:
    command = draw(st.sampled_from([*commands().values()]))
    parameters = [p for p in command.signature.parameters if p.required or p.variadic or draw(st.booleans())]
    text = f"{command.name} " + ", ".join(draw(_argument(parameter)) for parameter in parameters)
    return text if command.starting else f"fetch t | {text}"


@given(st.lists(_stages(), min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_every_command_is_written_as_it_was_given(queries: list[str]) -> None:
    whole = [queries[0], *(query.partition(" | ")[2] for query in queries[1:] if query.startswith("fetch t | "))]
    for query in (*queries, " | ".join(whole)):
        plan = plan_of(query)
        if plan is not None:
            assert again(plan) in (plan, None), query


# ---- what people wrote ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CORPUS.exists(), reason="the published queries are not here")
def test_published_queries_are_written_as_they_were_meant() -> None:
    refused = []
    for path in sorted(CORPUS.glob("dql*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::4]:
            row = json.loads(line)
            part = PARTS.get(row["kind"], "query")
            plan = plan_of(row["query"], part)
            if plan is not None:
                found = again(plan, part)
                assert found in (plan, None), row["query"]
                refused += [row["query"]] if found is None else []
    assert len(refused) <= 1, refused
