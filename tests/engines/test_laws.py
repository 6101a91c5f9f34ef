"""Laws that hold for any records: conditions split them, aggregates of parts make those of the whole, pivots are found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dqlkit.types.order import encode, order_key
from tests.engines.every import Records, alike, answer, plan_of
from tests.engines.pipelines import CONDITIONS, RECORDS
from tests.profiles import examples

Rows = list[dict[str, Any]]


def ask(stages: str, rows: Rows) -> Records:
    """The answer of every engine."""
    return answer(plan_of(f"fetch t {stages}"), {"t": rows}).records


def bag(records: Records) -> Counter[bytes]:
    """The records without an order; a null is as good as no field."""
    return Counter(encode({n: v for n, v in sorted(record.items()) if v is not None}) for record in records)


def parts(condition: str) -> list[str]:
    return [f"| filter {condition}", f"| filter not ({condition})", f"| filter isNull({condition})"]


@examples(50)
@given(CONDITIONS, RECORDS)
def test_three_parts_make_the_whole(condition: str, rows: Rows) -> None:
    one, two, three = (bag(ask(part, rows)) for part in parts(condition))
    assert one + two + three == bag(ask("", rows))
    assert bag(ask(f"| filterOut {condition}", rows)) == two + three
    assert ask(f"| summarize n = countIf({condition})", rows)[0]["n"] == one.total()


@examples(30)
@given(CONDITIONS, RECORDS)
def test_aggregates_of_the_parts_make_those_of_the_whole(condition: str, rows: Rows) -> None:
    made = "| summarize n = count(), s = sum(a), low = takeMin(m), high = takeMax(m), all = collectDistinct(k)"
    (whole,) = ask(made, rows)
    found = [ask(part + made, rows)[0] for part in parts(condition)]
    held = {name: [one[name] for one in found if one[name] is not None] for name in whole}
    assert whole["n"] == sum(held["n"])
    assert alike(whole["s"], sum(held["s"]) if held["s"] else None)
    assert order_key(whole["low"]) == order_key(min(held["low"], key=order_key, default=None))
    assert order_key(whole["high"]) == order_key(max(held["high"], key=order_key, default=None))
    assert set(whole["all"] or ()) == {value for values in held["all"] for value in values}


@examples(30)
@given(CONDITIONS, RECORDS)
def test_a_condition_and_its_value_choose_alike(condition: str, rows: Rows) -> None:
    assert bag(ask(f"| filter {condition}", rows)) == bag(
        ask(f"| fieldsAdd p = {condition} | filter p == true | fieldsRemove p", rows)
    )


@examples(30)
@given(CONDITIONS, RECORDS, st.data())
def test_a_pivot_survives(condition: str, rows: Rows, data: st.DataObject) -> None:
    """The condition is made true for one record alone; among all others that record must still be found."""
    assume(rows)
    pivot = data.draw(st.sampled_from(rows))
    (alone,) = ask(f"| fields p = {condition}", [pivot])
    made_true = {True: "({})", False: "not ({})", None: "isNull({})"}[alone["p"]].format(condition)  # type: ignore[index]
    assert bag(ask("", [pivot])) <= bag(ask(f"| filter {made_true}", rows))


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
