"""Checked mode notices a lowering, and an operator, whose columns are not of the types that are promised."""

from __future__ import annotations

import polars as pl
import pytest

from dqlkit.engines.polars.checked import CHECKED, BrokenPromise, check_call, check_frame
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed
from dqlkit.functions import find
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import LONG, STRING, Array


def test_every_test_runs_checked() -> None:
    assert CHECKED


def test_a_lowering_of_another_type() -> None:
    lower = find("lower", "scalar")
    assert lower is not None
    # A type that no other test asks of this function: a combination that was checked is not checked again.
    given = Typed(pl.col("x"), Array(Array(Array(LONG))))
    with pytest.raises(BrokenPromise, match=r"lower\(array.*\) promises string: String, is Binary"):
        check_call(lower, [given], lambda given: Typed(pl.lit(b"", pl.Binary), STRING))
    check_call(lower, [given], lambda given: Typed(pl.lit("", pl.String), STRING))


def test_a_frame_of_other_columns() -> None:
    data = pl.LazyFrame({"a": ["x"], "b": [1]})
    check_frame(Fetch("t"), Frame(data, Schema({"a": STRING, "b": LONG})))
    with pytest.raises(BrokenPromise, match="`a` promises Int64, is String; `b` promises None, is Int64"):
        check_frame(Fetch("t"), Frame(data, Schema({"a": LONG})))
