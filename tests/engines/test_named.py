"""Fields and members may have any name, those too that Polars takes for patterns."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

import dqlkit
from dqlkit import DqlkitError
from dqlkit.types import Timestamp
from tests.engines.every import answer, plan_of

NAMES = ["*", "^b$", "^.*$", "a b", "\0", 'a"b', "c\\d"]
STAGES = [
    "| fields x = `{0}`, y = b",
    "| filter `{0}` == 1 | fields `{0}`",
    "| fields x = r[`{0}`], y = r[b]",
    "| fields x = r[`{0}`] + 1",
    "| summarize n = count(), by: {{`{0}`}}",
    "| summarize n = sum(`{0}`), by: {{r}}",
    "| sort `{0}` desc | fieldsRename q = `{0}`",
    "| expand `{0}` | limit 2",
    "| dedup r | fields r, mixed",
    '| search "x"',
    "| makeTimeseries n = sum(b), by: {{`{0}`}}, interval: 1h, time: t",
]


@pytest.mark.parametrize("name", NAMES[:4])
@pytest.mark.parametrize("stage", STAGES)
def test_every_engine_finds_it(name: str, stage: str) -> None:
    rows = [
        {"b": 2, name: n, "r": {"b": 3, name: n}, "mixed": {"b": 1, name: "x"} if n else 5, "t": Timestamp(n)}
        for n in (1, 1, 0)
    ]
    assert answer(plan_of(f"fetch t {stage.format(name)}"), {"t": rows}).records


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_and_written(name: str, tmp_path: Path) -> None:
    record = {"b": 2, name: "n", "r": {"b": "x", name: "y"}}
    rows = [record] * 2000 + [{"r": 5}]
    path = tmp_path / "out.ndjson"
    result = dqlkit.query("fetch t", {"t": rows})
    result.write(path)
    for format in ("json", "csv", "html"):
        result.write(tmp_path / f"out.{format}")
    assert len(result.types) == 2
    with pytest.raises(DqlkitError, match="R105") if "\0" in name else nullcontext():
        result.write(tmp_path / "out.parquet")
    read = dqlkit.query("fetch t | filter isNull(b) or isNotNull(b)", {"t": str(path)}).records
    assert read[0] == {**record, "b": "2"}
    assert read[-1] == {"r": "5"}
