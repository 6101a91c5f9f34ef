"""Queries that run on their own: started, followed, ended; whatever happens there, this process goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest

import dqlkit
from dqlkit.run import workers

ROWS = [{"k": k % 7, "v": float(k)} for k in range(100)]
ARRAYS = [{"a": list(range(300)), "b": list(range(300)), "c": list(range(600))}]
LONG = "fetch t | expand a | expand b | expand c | summarize n = count()"


def code(execution: dqlkit.Execution) -> str:
    with pytest.raises(dqlkit.DqlkitError) as caught:
        execution.result(30)
    return caught.value.diagnostics[0].code


def test_a_started_query_answers_as_any_other() -> None:
    text = "fetch t | summarize s = sum(v), by:{k} | sort k"
    execution = dqlkit.Session({"t": ROWS}).start(text)
    answer = execution.result(60)
    assert (execution.state, execution.progress) == ("SUCCEEDED", 1.0)
    assert answer.records == dqlkit.query(text, {"t": ROWS}).records
    assert execution.result() is answer
    execution.cancel()
    assert execution.state == "SUCCEEDED"


def test_every_kind_of_table_travels(tmp_path: Path) -> None:
    frame = pl.DataFrame(ROWS)
    frame.write_parquet(tmp_path / "t.parquet")
    sources = [str(tmp_path / "t.parquet"), tmp_path / "*.parquet", ROWS, frame, frame.lazy(), frame.to_arrow()]
    for source in [*sources, dqlkit.read(frame), dqlkit.read(ROWS)]:
        session = dqlkit.Session({"t": source, "unread": object})
        assert session.start("fetch t | summarize s = sum(v)").result(60).records == [{"s": 4950.0}]


def test_relative_paths_are_those_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.json").write_text('[{"a": 1}]')
    monkeypatch.chdir(tmp_path)
    assert dqlkit.Session({"t": "t.json"}).start("fetch t").result(60).records == [{"a": "1"}]


def test_what_is_wrong_with_a_text_its_result_tells() -> None:
    session = dqlkit.Session({"t": ROWS})
    assert code(session.start("fetch t | filter k = 1")) == "E003"
    assert code(session.start("fetch other")) == "R001"
    with pytest.raises(ValueError, match="no language"):
        session.start("fetch t", language="sql")  # type: ignore[arg-type]


def test_cancelling_ends_at_once_and_leaves_the_process_alive() -> None:
    session = dqlkit.Session({"t": ARRAYS})
    for pause in (0.0, 0.05, 0.3):
        execution = session.start(LONG)
        time.sleep(pause)
        execution.cancel()
        assert execution.state == "CANCELLED"
        started = time.monotonic()
        assert code(execution) == "R030"
        assert time.monotonic() - started < 10
    assert len(session.query("fetch t")) == 1


def test_waiting_has_an_end() -> None:
    execution = dqlkit.Session({"t": ARRAYS}).start(LONG)
    with pytest.raises(TimeoutError, match="still runs"):
        execution.result(0.05)
    execution.cancel()


def test_a_worker_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[workers.Worker] = []
    take = workers.take
    monkeypatch.setattr(workers, "take", lambda: taken.append(take()) or taken[-1])
    execution = dqlkit.Session({"t": ARRAYS}).start(LONG)
    while not taken:
        time.sleep(0.01)
    os.kill(taken[0].pid, signal.SIGKILL)
    assert code(execution) == "R033"
    assert dqlkit.Session({"t": ROWS}).start("fetch t | limit 1").result(60).records


def test_a_worker_that_is_asked_to_end_tells_what_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second query of a worker too."""
    taken: list[workers.Worker] = []
    take = workers.take
    monkeypatch.setattr(workers, "take", lambda: taken.append(take()) or taken[-1])
    rows = pl.DataFrame({"t": range(1_000_000)}).with_columns(pl.col("t").cast(pl.String))
    rows.write_parquet(tmp_path / "t.parquet", row_group_size=5_000)
    session = dqlkit.Session({"t": tmp_path / "t.parquet"})
    session.start("fetch t | limit 1").result(60)
    execution = session.start('fetch t | summarize n = max(levenshteinDistance(t, "abba"))')
    while not execution.progress:
        time.sleep(0.01)
    os.kill(taken[1].pid, signal.SIGTERM)
    with pytest.raises(dqlkit.DqlkitError, match="R030 the query was ended: it was cancelled"):
        execution.result(60)


def test_progress_is_told(tmp_path: Path) -> None:
    rows = pl.DataFrame({"t": range(100_000)}).with_columns(pl.col("t").cast(pl.String))
    rows.write_parquet(tmp_path / "t.parquet", row_group_size=5_000)
    execution = dqlkit.Session({"t": tmp_path / "t.parquet"}).start(
        'fetch t | summarize n = max(levenshteinDistance(t, "abba"))'
    )
    met = []
    while execution.state == "RUNNING":
        met.append(execution.progress)
        time.sleep(0.01)
    assert execution.result().records == [{"n": "5"}]
    assert met == sorted(met)
    assert any(0 < share <= 1 for share in met)


def test_progress_follows_the_reading_of_files(tmp_path: Path) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text('{"a": 1, "b": {"c": [1, 2, {"d": null}]}}\n' * 120_000)
    execution = dqlkit.Session({"t": path}).start("fetch t | summarize max(b[c][0])")
    met = []
    while execution.state == "RUNNING":
        met.append(execution.progress)
        time.sleep(0.01)
    assert execution.result().records == [{"max(b[c][0])": "1"}]
    assert met == sorted(met)
    assert any(0 < share <= 0.5 for share in met)


def test_several_at_once() -> None:
    session = dqlkit.Session({"t": ROWS})
    executions = [session.start(f"fetch t | filter k == {k} | summarize n = count()") for k in range(4)]
    assert [int(one.result(60).records[0]["n"]) for one in executions] == [15, 15, 14, 14]


def test_threads_may_run_queries() -> None:
    found: list[int] = []
    session = dqlkit.Session({"t": ROWS}, limits=dqlkit.Limits(seconds=60))
    threads = [threading.Thread(target=lambda: found.append(len(session.query("fetch t")))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [100, 100, 100]


SCRIPT = """
import dqlkit, os
print(dqlkit.query("fetch t | limit 1 | fields a", {"t": [{"a": 1}]}, limits=dqlkit.Limits(seconds=60)).records)
print(os.getpid())
"""


def test_a_plain_script_may_use_limits_and_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)  # without a guard for `__main__`
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True)
    answer, pid = done.stdout.splitlines()
    assert answer == "[{'a': '1'}]"
    assert not done.stderr
    time.sleep(0.2)
    assert not [p for p in Path("/proc").glob("[0-9]*/stat") if p.read_text().split()[3] == pid]
