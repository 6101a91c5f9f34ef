"""Every engine agrees on generated pipelines and data."""

from __future__ import annotations

from typing import Any

from hypothesis import given

import dqlkit
from tests.engines.every import answer, plan_of
from tests.engines.pipelines import RECORDS
from tests.engines.queries import TABLES, queries
from tests.profiles import examples

QUICK = examples(100)


@QUICK
@given(queries(), TABLES)
def test_engines_agree(text: str, tables: dict[str, Any]) -> None:
    answer(plan_of(text), tables)


@examples(40)
@given(RECORDS)
def test_counts_are_kept(records: list[dict[str, Any]]) -> None:
    def rows(stages: str) -> list[dict[str, Any]]:
        return dqlkit.query(f"fetch t {stages}", {"t": records}).records

    assert len(rows("| limit 3")) == min(3, len(records))
    assert len(rows("| append [fetch t]")) == 2 * len(records)
    assert len(rows("| sort m desc, a")) == len(records)
    assert len(rows("| expand xs")) == sum(len(record.get("xs") or []) for record in records)
    assert len(rows("| dedup k")) == len({record.get("k") for record in records})


@QUICK
@given(queries())
def test_formatting_keeps_the_meaning(text: str) -> None:
    laid = dqlkit.format(text)
    assert dqlkit.parse(laid).parsed.tree == dqlkit.parse(text).parsed.tree
    assert dqlkit.format(laid) == laid
    assert plan_of(laid) == plan_of(text)
