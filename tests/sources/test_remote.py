"""Files behind URLs; the only store that needs no network is that of files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dqlkit.sources import SourceError, read_table


def test_files_behind_a_url(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    pq.write_table(pa.table({"a": [2]}), tmp_path / "y.parquet")
    assert read_table(f"file://{tmp_path}/x.parquet").frame.records() == [{"a": 1}]
    assert read_table(f"file://{tmp_path}/*.parquet").frame.records() == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("name", ["none.parquet", "none.json"])
def test_what_cannot_be_read_is_an_error_that_names_the_url(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=f"R101 file://.*{name}"):
        read_table(f"file://{tmp_path}/{name}")
