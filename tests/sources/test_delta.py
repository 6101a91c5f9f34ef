"""Delta tables: only the files count that the log names."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dqlkit.sources import SourceError, detect, read_table

deltalake = pytest.importorskip("deltalake")


def test_files_that_were_replaced_do_not_count(tmp_path: Path) -> None:
    table = str(tmp_path / "table")
    pl.DataFrame({"a": [1, 2], "day": ["x", "y"]}).write_delta(table, delta_write_options={"partition_by": ["day"]})
    pl.DataFrame({"a": [3], "day": ["x"]}).write_delta(table, mode="overwrite")
    assert detect(table) == "Delta table"
    for name in (table, f"delta:{table}"):
        assert read_table(name).frame.records() == [{"a": 3, "day": "x"}]


def test_a_damaged_log(tmp_path: Path) -> None:
    (tmp_path / "_delta_log").mkdir()
    (tmp_path / "_delta_log" / "00000000000000000000.json").write_text("{")
    with pytest.raises(SourceError, match=r"R102 .*expected a Delta table, found a damaged one"):
        read_table(tmp_path)
