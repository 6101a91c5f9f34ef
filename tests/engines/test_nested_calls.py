"""Nested calls grow with their depth, and not faster: an argument that is named several times is computed once."""

from __future__ import annotations

import pytest

import dqlkit

MIXED = [{"a": 1}, {"a": 2.5}, {"a": "x"}, {}]


@pytest.mark.parametrize(
    ("step", "first", "depth"),
    [("abs(1 + {})", "51", 50), ("({} + a * 2 - a)", "51", 50), ("if(a > 0, {}, else: 0)", "1", 40)],
)
def test_depth_costs_no_more_than_itself(step: str, first: str, depth: int) -> None:
    expression = "a"
    for _ in range(depth):
        expression = step.format(expression)
    query = f"fetch t | fields x = {expression}"
    assert dqlkit.query(query, {"t": MIXED[:1]}).records == [{"x": first}]
    found = [record["x"] for record in dqlkit.query(query, {"t": MIXED}).records]
    assert found[0] == first
    assert isinstance(found[1], float)
