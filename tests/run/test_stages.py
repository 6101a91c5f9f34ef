"""How many records leave each stage."""

from __future__ import annotations

from pathlib import Path

import pytest

import dqlkit

ROWS = [{"x": n, "y": "b" if n % 2 else "c"} for n in range(10)]


def counts(text: str, language: str = "dql", **options: object) -> list[tuple[str, int, int]]:
    found = dqlkit.parse(text, language).stages({"t": ROWS, "u": [{"k": 1}, {"k": 2}]}, **options)  # type: ignore[arg-type]
    return [(one.text, one.depth, one.records) for one in found]


def test_each_stage_is_counted_whatever_a_later_limit_spares() -> None:
    assert counts('fetch t | filter y == "b"\n| summarize n = count(), by: {x} | limit 2', max_records=1) == [
        ("fetch t", 0, 10),
        ('filter y == "b"', 0, 5),
        ("summarize n = count(), by: {x}", 0, 5),
        ("limit 2", 0, 2),
    ]


def test_sub_queries_come_before_the_stage_that_reads_them() -> None:
    text = (
        "fetch t | filter x in [fetch u | fields k] | lookup [fetch u | filter k > $K], sourceField: x, lookupField: k"
    )
    assert counts(text, variables={"K": 1}) == [
        ("fetch t", 0, 10),
        ("fetch u", 1, 2),
        ("fields k", 1, 2),
        ("filter x in […]", 0, 2),
        ("fetch u", 1, 2),
        ("filter k > 1", 1, 1),
        ("lookup […], sourceField: x, lookupField: k", 0, 2),
    ]


def test_adql_tells_what_it_implies() -> None:
    assert counts("SELECT x FROM t WHERE x > 2 ORDER BY x", "adql") == [
        ("FROM t", 0, 10),
        ("WHERE x > 2", 0, 7),
        ("ORDER BY x", 0, 7),
        ("Limit count=100", 0, 7),
        ("SELECT x", 0, 7),
    ]


def test_a_stage_that_fails_ends_the_count_and_nothing_is_saved(tmp_path: Path) -> None:
    statement = 'fetch t | experimentalSave "/lookups/t" | failIf x > 5 | limit 1'
    found = dqlkit.parse(statement).stages({"t": ROWS}, folder=tmp_path)
    assert [next(found).records, next(found).records] == [10, 10]
    with pytest.raises(dqlkit.DqlkitError, match="R010"):
        next(found)
    assert [*tmp_path.iterdir()] == []
