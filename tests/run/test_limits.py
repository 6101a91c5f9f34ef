"""Limits end a query with an error, whatever it is doing, and leave the process alone."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

import dqlkit
from dqlkit import Limits

ROWS = [{"a": k, "xs": list(range(50))} for k in range(100)]
ARRAYS = [{"a": list(range(300)), "b": list(range(300)), "c": list(range(600))}]
EXPANDED = "fetch t | expand a | expand b | expand c | summarize n = count()"


def ended(query: str, limits: Limits, records: Any = ROWS, within: float = 20.0) -> str:
    started = time.monotonic()
    with pytest.raises(dqlkit.DqlkitError) as caught:
        dqlkit.query(query, {"t": records}, limits=limits)
    assert time.monotonic() - started < within
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "R030"
    return diagnostic.message


def test_rows_of_the_result() -> None:
    assert "more than 10 records" in ended("fetch t", Limits(rows=10))
    assert len(dqlkit.query("fetch t | limit 10", {"t": ROWS}, limits=Limits(rows=10)).records) == 10


def test_cells() -> None:
    assert "more than 10 cells" in ended("fetch t | limit 6", Limits(cells=10))
    assert "more than 100 cells" in ended("fetch t | limit 3 | fields xs", Limits(cells=100))
    assert len(dqlkit.query("fetch t | limit 1 | fields xs", {"t": ROWS}, limits=Limits(cells=10_000))) == 1


@pytest.mark.parametrize(
    "query",
    [
        "data record(a = array(1)) " + "| fieldsAdd a = arrayConcat(a, a) " * 26 + "| fields n = arraySize(a)",
        "data record(a = 1) " + "| fieldsAdd a = record(x = a, y = a) " * 24,
        "data record(a = 1) " + "| fieldsAdd a = array(a, a) " * 24,
    ],
    ids=["concatenated", "records", "arrays"],
)
def test_cells_on_the_way(query: str) -> None:
    assert "cells" in ended(query, Limits(cells=1_000))


def test_an_expand_on_expand_ends_before_it_is_made() -> None:
    bomb = "fetch t " + "".join(f"| expand x{k} = xs " for k in range(6)) + "| summarize count()"
    assert "made on the way" in ended(bomb, Limits(rows=1_000_000))


def test_a_join_of_everything_with_everything() -> None:
    bomb = "fetch t | fieldsAdd k = 1 " + "| join [fetch t | fieldsAdd k = 1], on:{k} " * 4 + "| summarize count()"
    assert "made on the way" in ended(bomb, Limits(rows=200_000))


JOINED = "fetch t | fieldsAdd k = 1 " + "| join [fetch t | fieldsAdd k = 1], on:{k} " * 4
LONG_TEXTS = [{"a": "ab" * 3000, "b": "ba" * 3000}]


@pytest.mark.parametrize(
    ("query", "records"),
    [
        (EXPANDED, ARRAYS),
        ("fetch t | filter levenshteinDistance(a, b) > 1", LONG_TEXTS),
        (f"fetch t | filter a in [{JOINED} | fields a]", ROWS),
        (f"{JOINED} | fieldsSummary a", ROWS),
    ],
    ids=["native", "row by row", "sub-query", "probe"],
)
def test_time(query: str, records: Any) -> None:
    dqlkit.query("fetch t | limit 1", {"t": records}, limits=Limits(seconds=60))  # a worker is there
    assert "more than 0.3 seconds" in ended(query, Limits(seconds=0.3), records, within=5)


def test_memory() -> None:
    query = "fetch t | expand a | expand b | expand c | sort a + b + c"
    assert "bytes" in ended(query, Limits(memory=200_000_000), ARRAYS)


def test_cancelling_from_another_thread() -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    assert "cancelled" in ended(EXPANDED, Limits(cancel=cancel), ARRAYS)
    assert "cancelled" in ended("fetch t", Limits(cancel=cancel))


@pytest.mark.parametrize("wrong", [{"rows": -1}, {"seconds": "1"}, {"cells": True}, {"memory": -5}])
def test_limits_are_numbers(wrong: Any) -> None:
    with pytest.raises(ValueError, match="takes a number"):
        Limits(**wrong)
