"""`failIf` ends a query when it runs, and not before."""

from __future__ import annotations

import pytest

import dqlkit

RECORDS = [{"a": 1, "s": "fine"}, {"a": 5, "s": "too large"}]


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ("failIf a > 3, s", "failIf: too large"),
        ("failIf a > 3", "failIf: the condition is true for a record"),
        ('failIf a > 3 and isNotNull(s), concat("a is ", toString(a))', "failIf: a is 5"),
    ],
)
def test_the_first_record_that_meets_the_condition_gives_the_message(stage: str, message: str) -> None:
    query = dqlkit.parse(f"fetch t | {stage}")
    query.lazy({"t": RECORDS})
    assert "Fail" in query.explain({"t": RECORDS})
    with pytest.raises(dqlkit.DqlkitError, match="R010") as raised:
        query.run({"t": RECORDS})
    assert raised.value.diagnostics[0].message == message


def test_without_such_a_record_all_pass() -> None:
    assert len(dqlkit.query("fetch t | failIf a > 7", {"t": RECORDS}).records) == 2
