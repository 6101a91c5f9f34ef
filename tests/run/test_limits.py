"""Limits end a query with an error, and leave the process alone."""

from __future__ import annotations

import threading

import pytest

import dqlkit

ROWS = [{"a": k, "xs": list(range(50))} for k in range(100)]


def ended(query: str, limits: dqlkit.Limits) -> str:
    with pytest.raises(dqlkit.DqlkitError) as caught:
        dqlkit.query(query, {"t": ROWS}, limits=limits)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "R030"
    return diagnostic.message


def test_rows_of_the_result() -> None:
    assert "more than 10 records" in ended("fetch t", dqlkit.Limits(rows=10))
    assert len(dqlkit.query("fetch t | limit 10", {"t": ROWS}, limits=dqlkit.Limits(rows=10)).records) == 10


def test_cells() -> None:
    assert "more than 10 cells" in ended("fetch t | limit 6", dqlkit.Limits(cells=10))


def test_an_expand_on_expand_ends_before_it_is_made() -> None:
    bomb = "fetch t " + "".join(f"| expand x{k} = xs " for k in range(6)) + "| summarize count()"
    assert "made on the way" in ended(bomb, dqlkit.Limits(rows=1_000_000))


def test_a_join_of_everything_with_everything() -> None:
    bomb = "fetch t | fieldsAdd k = 1 " + "| join [fetch t | fieldsAdd k = 1], on:{k} " * 4 + "| summarize count()"
    assert "made on the way" in ended(bomb, dqlkit.Limits(rows=200_000))


def test_time_and_cancelling() -> None:
    slow = "fetch t | fieldsAdd k = 1 " + "| join [fetch t | fieldsAdd k = 1], on:{k} " * 3 + "| summarize sum(a)"
    assert "more than 0.2 seconds" in ended(slow, dqlkit.Limits(seconds=0.2))
    cancel = threading.Event()
    cancel.set()
    assert "cancelled" in ended(slow, dqlkit.Limits(cancel=cancel))
