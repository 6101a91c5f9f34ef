"""Plans and their cores: what is made of rich operators, which schemas follow, and that nothing is read for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dqlkit.engines.polars.compile import CORE
from dqlkit.functions.context import Context
from dqlkit.plan.operators import Operator, Row
from dqlkit.plan.resolve import resolve
from dqlkit.plan.schema import Schema
from dqlkit.plan.walk import operators
from dqlkit.types.kinds import LONG, STRING, TIMESTAMP, Array, Record
from dqlkit.types.values import Timestamp
from tests.engines.every import plan_of

TABLE = Schema(
    {"timestamp": TIMESTAMP, "a": LONG, "s": STRING, "r": Record([("m", LONG)]), "xs": Array(LONG)}
).as_stored()


def _refuse(probe: Operator) -> Sequence[Row]:
    raise AssertionError("nothing is to be read")


def core(text: str) -> Operator:
    return resolve(plan_of(text), {"t": TABLE}, Context(Timestamp(0)), _refuse)


STAGES = [
    "filter a > 1",
    "filterOut a > 1",
    "fields a, b = s",
    "fieldsAdd b = a + 1, a = s",
    "fieldsKeep a, s",
    "fieldsRemove a",
    "fieldsRename b = a",
    "fieldsFlatten r",
    "fieldsMove moved, include:{a, s}",
    'parse s, "INT:n"',
    "search s",
    "sort a desc, s",
    "limit 3",
    "dedup s, sort:{a desc}",
    "expand xs",
    "summarize n = count(), m = sum(a) / count(), by:{s}",
    "summarize count(), by:{a, a}",
    "makeTimeseries k = count(), by:{k = s}",
    "makeTimeseries count(), nonempty:true, interval:1h",
    "fieldsSummary a, s",
    "append [fetch t | fields a = s]",
    "join [fetch t], on:{a}",
    "lookup [fetch t], sourceField:a, lookupField:a",
    "joinNested partners = [fetch t], on:{a}",
    "filter a in [fetch t | fields a]",
    "fieldsAdd b = lookup([fetch t], sourceField:a, lookupField:a)[s]",
    "fieldsAdd b = iAny(xs[] in [fetch t | fields a])",
    'failIf a > 3, "too much"',
]


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_but_the_core_is_left(stage: str) -> None:
    """And no field is unknown, none has a name that a stage made up."""
    plan = core(f"fetch t | {stage}")
    assert {type(operator) for operator in operators(plan)} <= CORE
    assert not plan.schema.open
    assert not [name for name in plan.schema.fields if name.startswith("\x01")]


@pytest.mark.parametrize("stage", STAGES)
def test_sets_of_names_do_not_change(stage: str) -> None:
    """A plan has a hash, and so has what it says of its fields."""
    for plan in (plan_of(f"fetch t | {stage}"), core(f"fetch t | {stage} | fieldsAdd q = 1")):
        schemas = [operator.schema for operator in operators(plan)]
        assert {type(names) for schema in schemas for names in (schema.gone, schema.stored)} == {frozenset}


@pytest.mark.parametrize("stage", STAGES)
def test_what_an_open_schema_says_holds(stage: str) -> None:
    """What the linter knows without a table is true of any table."""
    before, after = plan_of(f"fetch t | {stage}").schema, core(f"fetch t | {stage}").schema
    assert all(after.may_have(name) for name in before.fields)
    assert before.open or list(before.fields) == list(after.fields)
    assert not [name for name in after.fields if not before.may_have(name)]


@pytest.mark.parametrize(
    ("stage", "stored"),
    [
        ("filter a > 1 | sort a | limit 3 | dedup s", "timestamp a s r xs"),
        ("fieldsAdd b = a, s = 1", "timestamp a r xs"),
        ("fields a, s", ""),
        ("fieldsKeep a, s", "a s"),
        ("fieldsRemove a", "timestamp s r xs"),
        ("fieldsRename b = a", "timestamp b s r xs"),
        ("expand xs", "timestamp a s r"),
        ("fieldsFlatten r", "timestamp a s r xs"),
        ('parse s, "INT:a"', "timestamp s r xs"),
        ("lookup [fetch t], sourceField:a, lookupField:a", "timestamp a s r xs"),
        ("filter a in [fetch t | fields a]", "timestamp a s r xs"),
        ("append [fetch t]", ""),
        ("summarize count(), by:{a}", ""),
        ("makeTimeseries count(), by:{a}", ""),
    ],
)
def test_stored_fields(stage: str, stored: str) -> None:
    """Stages that name a field make it; those that only keep, choose or rename do not."""
    assert core(f"fetch t | {stage}").schema.stored == set(stored.split())


@pytest.mark.parametrize("kind", ["append [fetch t {0}]", "join [fetch t {0}], on:{{a}}", "filter a in [fetch t {0}]"])
def test_schemas_of_nested_plans_take_linear_time(kind: str) -> None:
    """Each operator is asked once: forty levels would take years otherwise."""
    stages = ""
    for _ in range(12):
        stages = "| " + kind.format(stages)
    plan = plan_of(f"fetch t {stages}")
    asked: dict[int, int] = {}
    for operator in operators(plan):
        operator.schema  # noqa: B018
        asked[id(operator)] = asked.get(id(operator), 0) + 1
    assert max(asked.values()) == 1
    assert not core(f"fetch t {stages}").schema.open


def test_a_plan_of_thousands_of_stages() -> None:
    from dqlkit.plan.expressions import literal
    from dqlkit.plan.ops.fetch import Fetch
    from dqlkit.plan.ops.filter import Filter

    plan: Operator = Fetch("t")
    for _ in range(5000):
        plan = Filter(plan, literal(True))
    assert resolve(plan, {"t": TABLE}, Context(Timestamp(0)), _refuse).schema.fields == TABLE.fields
