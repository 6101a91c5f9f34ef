"""What is written into a store is there: with its types, once, for every reader, however the writer ended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dqlkit
from dqlkit.cli import main
from dqlkit.errors import DqlkitError
from dqlkit.store.layout import folder_of, tokens_of
from dqlkit.store.store import Pace, Store
from dqlkit.store.table import Part, StoredTable, named, table_of
from dqlkit.types.values import Timestamp
from tests.store import kill

#: Times below a microsecond, names that Delta or Spark refuse, fields of several types, arrays.
EVENTS: list[dict[str, Any]] = [
    {"timestamp": Timestamp(1_700_000_000_123_456_789), "a": 1, "Amount": 1.5, "tags": ["x", None, "y"], "": True},
    {"timestamp": Timestamp(1_700_000_001_000_000_000), "a": "1", "amount": 2**63 - 1, "tags": [1, 2]},
    {"timestamp": "yesterday", "a": 1.0, "a, b=c": "é\U0001f600", "a:string": False, "tags": [], "\0x\n": 1},
    {"a": Timestamp(-1), "none": None},
]
EXPECTED = [
    {"timestamp": "2023-11-14T22:13:20.123456789Z", "a": "1", "Amount": 1.5, "tags": ["x", None, "y"], "": True},
    {"timestamp": "2023-11-14T22:13:21.000000000Z", "a": "1", "amount": "9223372036854775807", "tags": ["1", "2"]},
    {"timestamp": "yesterday", "a": 1.0, "a, b=c": "é\U0001f600", "a:string": False, "tags": [], "\0x\n": "1"},
    {"a": "1969-12-31T23:59:59.999999999Z"},
]
SLOW = Pace(seconds=3600.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store", SLOW) as store:
        yield store


def records(folder: Path, name: str = "bizevents") -> list[dict[str, Any]]:
    return dqlkit.query(f"fetch `{name}`", {name: folder}).records


def test_values_keep_their_types_before_and_after_they_are_flushed(store: Store) -> None:
    store.append("bizevents", EVENTS[:2]).result()
    assert records(store.folder) == EXPECTED[:2], "from the journal"
    store.run("flush", "bizevents")
    store.append("bizevents", EVENTS[2:]).result()
    assert records(store.folder) == EXPECTED, "from both"
    store.run("flush", "bizevents")
    store.run("compact", "bizevents")
    found = records(store.folder)
    assert sorted(found, key=repr) == sorted(EXPECTED, key=repr), "from one file, in any order"
    table = table_of(store.folder, "bizevents")
    assert table is not None
    assert table.facts.rows == 4
    types = dqlkit.query("fetch bizevents | fields a | sort a", {"bizevents": store.folder}).types
    assert {one["mappings"]["a"]["type"] for one in types} == {"long", "string", "double", "timestamp"}


def test_a_limit_of_what_is_scanned_leaves_files_out_and_is_told(store: Store) -> None:
    store.append("bizevents", EVENTS[:2]).result()
    store.run("flush", "bizevents")
    found = dqlkit.query(
        "fetch bizevents", {"bizevents": StoredTable(folder_of(store.folder, "bizevents"), Part(bytes=0))}
    )
    assert found.records == []
    (notice,) = found.metadata["grail"]["notifications"]
    assert notice["notificationType"] == "SCAN_LIMIT_GBYTES"
    assert notice["message"] == "Your execution was stopped after 0 gigabytes of data were scanned."


@pytest.mark.parametrize(
    ("newest", "kept"), [(0, []), (1, [6]), (2, [5, 6]), (4, [3, 4, 5, 6]), (9, [1, 2, 3, 4, 5, 6])]
)
def test_the_newest_records_come_from_the_last_files_and_the_journal(
    store: Store, newest: int, kept: list[int]
) -> None:
    for first in (1, 3, 5):
        store.append("bizevents", [{"n": first}, {"n": first + 1}]).result()
        if first < 5:
            store.run("flush", "bizevents")
    table = StoredTable(folder_of(store.folder, "bizevents"), Part(newest=newest))
    assert [record.get("n") for record in dqlkit.query("fetch bizevents | sort n", {"bizevents": table}).records] == [
        str(n) for n in kept
    ]


def test_other_readers_of_delta_see_what_is_flushed(store: Store) -> None:
    store.append("bizevents", EVENTS).result()
    store.run("flush", "bizevents")
    data = pl.read_delta(str(folder_of(store.folder, "bizevents")))
    assert data["a"].to_list() == [1, None, None, None]
    assert data["a:string"].to_list() == [None, "1", None, None]
    assert data["Amount"].drop_nulls().to_list() == [1.5]
    assert data["amount:long"].drop_nulls().to_list() == [2**63 - 1]
    assert data.schema["timestamp"] == pl.Datetime("us", "UTC")


def test_a_table_without_its_store_tells_what_its_columns_are(store: Store, tmp_path: Path) -> None:
    store.append("bizevents", EVENTS).result()
    store.run("flush", "bizevents")
    shutil.copytree(folder_of(store.folder, "bizevents"), tmp_path / "alone")
    assert dqlkit.query("fetch t", {"t": tmp_path / "alone"}).records == EXPECTED


@pytest.mark.parametrize("value", [{"a": 1}, [[1]], [1, "a"], 2**63, [2**63], b"", [Timestamp(1)]])
def test_what_no_column_holds_is_refused_before_it_is_acknowledged(store: Store, value: Any) -> None:
    with pytest.raises(TypeError):
        store.append("bizevents", [{"a": value}])


def test_what_waits_is_flushed_after_a_while_and_when_a_query_comes(tmp_path: Path) -> None:
    with Store(tmp_path / "store", Pace(seconds=0.1)) as store:
        store.append("bizevents", [{"a": 1}]).result()
        log = folder_of(store.folder, "bizevents") / "_delta_log"
        until = time.monotonic() + 20
        while not (log / f"{1:020}.json").exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert (log / f"{1:020}.json").exists()


@pytest.mark.parametrize("left", [None, 7])
def test_a_flush_that_was_not_settled_is_done_again(store: Store, tmp_path: Path, left: int | None) -> None:
    """The process was killed before it settled; of the last log file so many bytes may have reached the disk."""
    store.append("bizevents", [{"a": 1}]).result()
    store.run("flush", "bizevents")
    store.append("bizevents", [{"a": 2}]).result()
    store._keeper.run("flush", "bizevents")
    assert records(store.folder) == [{"a": "1"}, {"a": "2"}]
    shutil.copytree(store.folder, tmp_path / "copy")
    newest = max((folder_of(tmp_path / "copy", "bizevents") / "_delta_log").glob("*.json"))
    newest.write_bytes(newest.read_bytes()[:left])
    with Store(tmp_path / "copy", SLOW) as again:
        assert records(again.folder) == [{"a": "1"}, {"a": "2"}]
        again.run("flush", "bizevents")
        assert records(again.folder) == [{"a": "1"}, {"a": "2"}]


def test_tokens_may_be_there_before_the_store(tmp_path: Path) -> None:
    tokens_of(tmp_path).touch()
    with Store(tmp_path, SLOW) as store:
        store.append("bizevents", [{"a": 1}]).result()


def test_one_process_writes_a_store(store: Store, tmp_path: Path) -> None:
    with pytest.raises(DqlkitError, match="another process writes this store"):
        Store(store.folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("x")
    with pytest.raises(DqlkitError, match="expected the folder of a store"):
        Store(tmp_path / "other")


def test_documents_outlive_the_process_and_tables_can_be_dropped(tmp_path: Path) -> None:
    with Store(tmp_path / "store", SLOW) as store:
        store.keep("schema", "orders", "{}").result()
        store.keep("schema", "gone", "{}").result()
        store.keep("schema", "gone", None).result()
        store.append("analytics.orders", [{"a": 1}]).result()
        store.append("bizevents", [{"a": 1}]).result()
        store.run("flush", "bizevents")
        store.drop("bizevents")
    with Store(tmp_path / "store", SLOW) as store:
        assert store.documents("schema") == {"orders": "{}"}
        assert named(store.folder) == ["analytics.orders"]
        assert dqlkit.query("SELECT a FROM orders", {"": store.folder}, "adql").records == [{"a": "1"}]
        store.append("bizevents", [{"b": 1}]).result()
        assert records(store.folder) == [{"b": "1"}]


def test_the_command_line_reads_and_looks_after_a_store(store: Store, tmp_path: Path, capsys: Any) -> None:
    store.append("bizevents", [{"a": 1}, {"a": "x"}]).result()
    folder = str(store.folder)
    for words in ([folder], ["-t", f"bizevents={folder}"]):
        assert main(["query", "fetch bizevents | fields a", *words, "-o", "ndjson"]) == 0
        assert capsys.readouterr().out == '{"a":"1"}\n{"a":"x"}\n'
    assert main(["query", "fetch bizevent", folder]) == 1
    assert "Did the query mean `bizevents`?" in capsys.readouterr().err
    assert main(["store", "compact", folder]) == 2
    assert "another process writes" in capsys.readouterr().err
    assert main(["store", "export", folder, str(tmp_path / "out")]) == 0
    assert main(["query", "fetch b", str(tmp_path / "out" / "bizevents.parquet"), "-o", "ndjson"]) == 0
    assert capsys.readouterr().out == '{"a":"1"}\n{"a":"x"}\n'
    store.close()
    for action in ("compact", "vacuum"):
        assert main(["store", action, folder]) == 0
    assert main(["store", "compact", str(tmp_path)]) == 2
    store.__init__(store.folder, SLOW)  # type: ignore[misc]  # for the fixture to close


def test_a_stored_table_travels_as_its_path(store: Store) -> None:
    store.append("bizevents", [{"a": 1}]).result()
    session = dqlkit.Session({"bizevents": StoredTable(folder_of(store.folder, "bizevents"))})
    assert session.start("fetch bizevents | summarize count()").result(60).records == [{"count()": "1"}]


def test_a_writer_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    seen = kill.rounds(tmp_path, 2, time.time() + 120)
    assert seen.moments.total() == 2
    assert seen.events
    assert seen.slowest < 5
