"""Plans written again: binding what was lifted gives the same plan, or a diagnostic says what DQL cannot say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from dqlkit import functions
from dqlkit.languages.dql.bind import bind
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
from tests.languages.dql.strategies import commanded
from tests.profiles import examples

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


@given(commanded())
@examples(400)
def test_every_command_is_written_as_it_was_given(query: str) -> None:
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
