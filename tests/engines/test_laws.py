"""Laws that hold for any records: conditions split them, aggregates of parts make those of the whole, pivots are found.

They are those of SQLancer: ternary logic partitioning, the conditions that no optimiser sees, pivoted records.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dqlkit.functions.boolean import in_, is_null
from dqlkit.functions.operators import and_, equals
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.types.order import encode, order_key
from dqlkit.types.values import Value
from tests.engines.every import Records, alike, answer, plan_of
from tests.engines.pipelines import CONDITIONS, MIXED, RECORDS
from tests.profiles import examples

Rows = list[dict[str, Any]]
ROWS = st.one_of(RECORDS, MIXED)
TESTS = st.one_of(
    CONDITIONS,
    st.sampled_from(
        ["t + d > t", "d * 2 > d", "a + 1 > a", "b / a > 1", "xs[0] == a", "xs == array(1, 2)", "r == record(x = 1)"]
        + [
            "in(a, xs)",
            "iAny(xs[] == a)",
            "toLong(s) == a",
            "toString(m) == s",
            "isTrueOrNull(a > b)",
            "m == m",
            "b == b",
        ]
        + ["toTimestamp(a) < t", "abs(a) >= 0", 'like(s, "%a%")', 'm ~ "a"', "bin(t, 1h) <= t", "in(m, {a, s, b})"]
        + ["m in [fetch t | fields a]", "xs[-1] == 1", "r[x] > 0", "arraySize(xs) > 1", "coalesce(a, b, 0) == 0"]
    ),
)


def ask(stages: str, rows: Rows) -> Records:
    """The answer of every engine."""
    return answer(plan_of(f"fetch t {stages}"), {"t": rows}).records


def bag(records: Records) -> Counter[bytes]:
    """The records without an order; a null is as good as no field."""
    return Counter(encode({n: v for n, v in sorted(record.items()) if v is not None}) for record in records)


def parts(condition: str) -> list[str]:
    return [f"| filter {condition}", f"| filter not ({condition})", f"| filter isNull({condition})"]


@examples(30)
@given(TESTS, ROWS)
def test_three_parts_make_the_whole(condition: str, rows: Rows) -> None:
    one, two, three = (bag(ask(part, rows)) for part in parts(condition))
    assert one + two + three == bag(ask("", rows))
    assert bag(ask(f"| filterOut {condition}", rows)) == two + three


@examples(20)
@given(TESTS, ROWS)
def test_a_condition_and_its_value_choose_alike(condition: str, rows: Rows) -> None:
    chosen = bag(ask(f"| filter {condition}", rows))
    assert bag(ask(f"| fieldsAdd p = {condition} | filter p | fieldsRemove p", rows)) == chosen
    assert bag(ask(f"| fieldsAdd p = array({condition}) | filter p[0] | fieldsRemove p", rows)) == chosen
    (counted,) = ask(f"| summarize n = countIf({condition}), m = sum(if({condition}, 1, else: 0))", rows)
    assert counted["n"] == (counted["m"] or 0) == chosen.total()
    assert (
        sum(group["n"] for group in ask(f"| summarize n = count(), by:{{p = {condition}}} | filter p", rows))
        == counted["n"]
    )


@examples(20)
@given(TESTS, ROWS, st.sampled_from(["k", "m", "r", "b"]))
def test_aggregates_of_the_parts_make_those_of_the_whole(condition: str, rows: Rows, by: str) -> None:
    made = "| summarize n = count(), s = sum(a), low = takeMin(m), high = takeMax(xs), all = collectDistinct(r), "
    made += f"d = countDistinctExact(s), by:{{key = {by}}}"
    found = [group for part in parts(condition) for group in ask(part + made, rows)]
    whole = ask(made, rows)
    assert {order_key(group["key"]) for group in found} == {order_key(group["key"]) for group in whole}
    for group in whole:
        same = [one for one in found if order_key(one["key"]) == order_key(group["key"])]
        held = {name: [one[name] for one in same if one[name] is not None] for name in group}
        assert group["n"] == sum(held["n"])
        if all(type(row.get("a")) in (int, type(None)) for row in rows):
            assert alike(group["s"], sum(held["s"]) if held["s"] else None)
        assert order_key(group["low"]) == order_key(min(held["low"], key=order_key, default=None))
        assert order_key(group["high"]) == order_key(max(held["high"], key=order_key, default=None))
        assert keys(group["all"]) == {key for values in held["all"] for key in keys(values)}
        assert max(held["d"]) <= group["d"] <= sum(held["d"])


def keys(values: list[Value] | None) -> set[bytes]:
    return set(map(order_key, values or ()))


@examples(30)
@given(TESTS, ROWS, st.data())
def test_a_pivot_survives(condition: str, rows: Rows, data: st.DataObject) -> None:
    """The condition is made true for one record alone; among all others that record must still be found."""
    assume(rows and " in [" not in condition)
    pivot = data.draw(st.sampled_from(rows))
    (alone,) = ask(f"| fields p = {condition}", [pivot])
    made_true = {True: "({})", False: "not ({})", None: "isNull({})"}[alone["p"]].format(condition)  # type: ignore[index]
    assert bag(ask("", [pivot])) <= bag(ask(f"| filter {made_true}", rows))


FIELDS = ("a", "b", "s", "k", "m", "t", "d", "xs", "r")


@st.composite
def truths(draw: st.DrawFn, record: dict[str, Any]) -> Expression:
    """A condition that is made of a record's values, and true of it."""
    made: list[Expression] = []
    for name in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True)):
        field, value = Column(name), record.get(name)
        true = [call(equals, field, literal(value)), call(equals, literal(value), field)]
        if not isinstance(value, list):  # of which `in` takes the elements
            true.append(call(in_, field, literal(2**63 - 1), literal(value)))
        made.append(call(is_null, field) if value is None else draw(st.sampled_from(true)))
    first, *others = made
    for other in others:
        first = call(and_, first, other)
    return first


@examples(20)
@given(ROWS, st.data())
def test_a_record_is_found_by_its_values(rows: Rows, data: st.DataObject) -> None:
    assume(rows)
    rows = [row | {"id": n} for n, row in enumerate(rows)]
    pivot, name = data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(FIELDS))
    tables, value = {"t": rows, "u": [{one: pivot.get(one) for one in FIELDS}]}, pivot.get(name)

    def found(records: Records) -> list[dict[str, Value]]:
        return [record for record in records if record["id"] == pivot["id"]]

    def stages(text: str) -> list[dict[str, Value]]:
        return found(answer(plan_of(f"fetch t | {text}"), tables).records)

    assert found(answer(Filter(Fetch("t"), data.draw(truths(pivot))), tables).records)
    if value is not None:
        assert stages(f"join [fetch u], on:{{{name}}}")
        assert stages(f"filter {name} in [fetch u | fields {name} = array({name})[0]]")
        (looked,) = stages(f"lookup [fetch u | fieldsAdd x = true], sourceField:{name}, lookupField:{name}")
        assert looked["lookup.x"] is True
    if isinstance(value, list):
        expanded = stages(f"expand {name}")
        assert list(map(order_key, value)) == [order_key(row.get(name)) for row in expanded]
    if isinstance(value, str) and value:
        (parsed,) = stages(f'fieldsAdd w = concat("<", {name}, ">") | parse w, "\'<\' LD:v \'>\' EOS"')
        assert parsed["v"] == value
    if isinstance(value, dict):
        (flat,) = stages(f"fieldsFlatten {name}")
        assert all(order_key(flat.get(f"{name}.{member}")) == order_key(held) for member, held in value.items())


@examples(30)
@given(st.sampled_from(["a", "s", "k", "m", "b"]), st.sampled_from(["a", "s", "k", "m", "b"]), RECORDS)
def test_a_sub_query_is_the_list_of_its_values(field: str, wanted: str, rows: Rows) -> None:
    values = [row[wanted] for row in rows if row.get(wanted) is not None]
    assume(values)
    listed = ", ".join(f'"{v}"' if isinstance(v, str) else str(v).lower() for v in values)
    found = ask(f"| filter in({field}, {{{listed}}})", rows)
    assert bag(found) == bag(ask(f"| filter {field} in [fetch t | fields {wanted}]", rows))


@examples(30)
@given(st.sampled_from(["a", "m", "s", "xs", "r", "a desc, m", "d desc"]), st.integers(0, 9), RECORDS)
def test_counts(key: str, limit: int, rows: Rows) -> None:
    ordered = ask(f"| sort {key}", rows)
    assert bag(ordered) == bag(ask("", rows))
    assert len(ask(f"| sort {key} | limit {limit}", rows)) == min(limit, len(rows))
    groups = ask("| summarize n = count(), by:{k, m}", rows)
    assert sum(group["n"] for group in groups) == len(rows)
    assert len(groups) == len(ask("| dedup k, m", rows))
