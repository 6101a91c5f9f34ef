"""Files that the workers of a cluster read: the answers are those of one machine, and nothing is read here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dqlkit
from dqlkit.engines.cluster import ports
from dqlkit.sources.files import Unread
from dqlkit.sources.pieces import cut
from dqlkit.sources.read import open_source
from dqlkit.sources.table import Deferred, FrameTable
from tests.engines.cluster.here import Here

_QUERIES = [
    "fetch t | summarize count(), s = sum(n), by:{k}",
    "fetch t",
    "fetch t | summarize count()",
    "fetch t | filter n == 7 | fields n, m, late",
    "fetch t | sort n desc | limit 3",
    "fetch t | makeTimeseries count(), by:{k}, interval:1h",
    "fetch t | lookup [fetch t | limit 9], sourceField:n, lookupField:n | summarize count(), by:{lookup.k}",
]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a cluster in this process, for which no file is too small."""
    monkeypatch.setitem(ports._OPEN, "local-cluster:3", Here())
    monkeypatch.setattr("dqlkit.run.surveys._WORTH", 0)
    monkeypatch.setattr("dqlkit.sources.pieces._LEAST", 500)
    monkeypatch.setattr("dqlkit.engines.cluster.cutting.SMALL", 0)
    monkeypatch.setattr("dqlkit.engines.cluster.leaves._LEAST", 1)
    return "local-cluster:3"


def records(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Records with a field of two types, one that some have, and one that comes late."""
    return [
        {
            "timestamp": f"2026-01-05T{n // 60 % 24:02}:{n % 60:02}:00Z",
            "n": n,
            "k": "ab"[n % 2],
            "m": n if n % 5 else f"x\n{n}",
            **({"some": {"x": [n]}} if n % 3 == 0 else {}),
            **({"late": 1.5} if n > count - 3 else {}),
        }
        for n in range(first, first + count)
    ]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def alike(text: str, source: Any, engine: str) -> None:
    here = dqlkit.query(text, {"t": source})
    there = dqlkit.query(text, {"t": source}, engine=engine)
    assert there.records == here.records
    assert there.types == here.types


@pytest.mark.parametrize("text", _QUERIES)
def test_lines_are_read_in_spans(tmp_path: Path, engine: str, text: str) -> None:
    file = lines(tmp_path / "t.jsonl", records(200))
    (unread,) = _deferred(file).unread
    assert len(unread.cut(500)) > 9
    alike(text, file, engine)


@pytest.mark.parametrize("text", _QUERIES)
def test_files_of_a_folder_are_read_by_workers(tmp_path: Path, engine: str, text: str) -> None:
    for day in range(3):
        folder = tmp_path / f"day={day + 1}"
        folder.mkdir()
        lines(folder / "a.jsonl", records(20, 20 * day))
        (folder / "b.json").write_text(json.dumps(records(5, 100 + 5 * day), indent=1))
    (tmp_path / "c.csv").write_text("n,k,late\n7,a,\n8,b,2.5\n")
    alike(text, tmp_path, engine)


def test_nothing_is_read_here(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is read once for the survey, which wants the times too, and once for the fields of the query."""
    read: list[Any] = []
    narrowed = Unread.narrowed

    def seen(piece: Unread, want: Any) -> Any:
        read.append((piece.options.span, want.fields))
        return narrowed(piece, want)

    monkeypatch.setattr(Unread, "narrowed", seen)
    file = lines(tmp_path / "t.jsonl", records(200))
    dqlkit.query("fetch t | summarize count(), by:{k}", {"t": file}, engine=engine)
    spans = [piece.options.span for piece in cut(_deferred(file).unread, 3)]
    assert sorted(span for span, _ in read) == sorted(spans * 2)
    assert sorted(span for span, fields in read if fields == {"k"}) == spans


@pytest.mark.parametrize(
    "broken", ['{"n": 1,\n"k": "a"}\n', '{"n": 1, "k": }\n', '{"n": 123456789012345678901234567890}\n', '[{"n": 1}]\n']
)
def test_what_is_not_as_its_beginning_is_told_as_on_one_machine(tmp_path: Path, engine: str, broken: str) -> None:
    file = lines(tmp_path / "t.jsonl", records(200))
    file.write_text(file.read_text() + broken)
    text = "fetch t | summarize count(), s = sum(n)"
    assert told(text, file, "local") == told(text, file, engine)


@pytest.mark.parametrize("first", ["\ufeff", "[", "{\n"])
def test_other_files_are_not_cut(tmp_path: Path, first: str) -> None:
    rows = "".join(json.dumps(row) + "\n" for row in records(99))
    (tmp_path / "t.json").write_text(first + rows)
    (unread,) = _deferred(tmp_path / "t.json").unread
    assert unread.cut(500) == [unread]


def told(text: str, file: Path, engine: str) -> object:
    """The answer and what was noticed, or the error."""
    try:
        found = dqlkit.query(text, {"t": file}, engine=engine)
    except dqlkit.DqlkitError as problem:
        return str(problem)
    return found.records, found.metadata["grail"]["notifications"]


def _deferred(file: Path) -> Deferred:
    table = open_source(file)
    assert isinstance(table, Deferred)
    return table


@pytest.mark.parametrize("text", _QUERIES)
def test_files_at_an_address_are_listed(tmp_path: Path, engine: str, text: str) -> None:
    for number in range(3):
        rows = records(30, 30 * number)
        frame = pl.DataFrame(rows, schema_overrides={"some": pl.Struct({"x": pl.List(pl.Int64)})}, strict=False)
        frame.select("timestamp", "n", "k", m="n", late=pl.lit(1.5)).write_parquet(tmp_path / f"{number}.parquet")
    address = f"file://{tmp_path}/*.parquet"
    listed = open_source(address)
    assert isinstance(listed, FrameTable)
    assert listed.listed is not None
    assert [part.facts.rows for part in listed.listed().parts] == [30, 30, 30]
    alike(text, address, engine)
    alike(text, [address, f"file://{tmp_path}/1.parquet"], engine)


def test_folders_that_are_values_of_a_field(tmp_path: Path, engine: str) -> None:
    for day in ("1", "2", "x"):
        (tmp_path / f"day={day}").mkdir()
        pl.DataFrame({"n": range(10)}).write_parquet(tmp_path / f"day={day}" / "a.parquet")
    alike("fetch t | summarize count(), sum(n), by:{day}", f"file://{tmp_path}/", engine)
