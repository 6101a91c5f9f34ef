"""Spark Connect: a server of Sail that `make test-cluster` starts, or the one that SPARK_REMOTE names (`make test-spark`)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import dqlkit
from dqlkit.engines.cluster.ports.spark import Spark, connected
from dqlkit.engines.reference import Interpreter
from tests.engines.cluster.queries import QUERIES, TABLES
from tests.engines.every import CONTEXT, alike, plan_of, through


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if given := os.environ.get("SPARK_REMOTE"):
        yield given
        return
    if not os.environ.get("TEST_SAIL"):
        pytest.skip("starts a server of Sail: make test-cluster")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("sail"), "spark", "server", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "SAIL_MODE": "local-cluster"})
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"sc://127.0.0.1:{port}/;parts=2"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def port(address: str) -> Iterator[Spark]:
    made = connected(address)
    yield made
    made.close()


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_answers_alike(port: Spark, text: str) -> None:
    plan = plan_of(text)
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), through(port, plan, TABLES).records)


def test_errors_come_back(port: Spark) -> None:
    with pytest.raises(dqlkit.DqlkitError, match="R010 failIf: seven"):
        through(port, plan_of('fetch t | failIf n == 7, "seven"'), TABLES)


def test_files_are_read_by_the_workers(address: str, tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    pl.DataFrame({"n": range(60_000), "k": [str(n % 11) for n in range(60_000)]}).write_parquet(
        file, row_group_size=20_000
    )
    text = "fetch t | summarize count(), sum(n), by: {k} | sort k desc"
    assert dqlkit.query(text, {"t": file}, engine=address).records == dqlkit.query(text, {"t": file}).records


def test_nobody_there() -> None:
    with pytest.raises(
        dqlkit.DqlkitError, match=r"R032 there is no cluster at sc://127\.0\.0\.1:1: Connection refused"
    ):
        dqlkit.query("fetch t", {"t": [{"a": 1}] * 60_000}, engine="sc://127.0.0.1:1")


def test_other_versions_are_told(port: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dqlkit.engines.cluster.ports.spark.__version__", "0.0.1")
    with pytest.raises(dqlkit.DqlkitError, match=r"expected workers with dqlkit 0\.0\.1, found one that has dqlkit"):
        port.check()
