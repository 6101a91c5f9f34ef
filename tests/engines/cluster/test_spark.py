"""Spark Connect: a server of Sail on this machine, or the one that SPARK_REMOTE names (`make test-spark`).

A few queries of each kind; with TEST_CLUSTER (`make test-cluster`) and on another server more of them.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Any, NoReturn

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.engines.cluster import port_at
from dqlkit.engines.cluster.ports.spark import Spark, connected
from dqlkit.engines.reference import Interpreter
from dqlkit.languages.statement import Statement
from dqlkit.limits import Watch
from dqlkit.run.answer import answer
from dqlkit.run.options import Options
from tests.engines.cluster.dying import FOLDER, Dying, lives
from tests.engines.cluster.queries import QUERIES, TABLES
from tests.engines.cluster.samples import Sample, cases, differs, examples_of_the_vendor
from tests.engines.every import CONTEXT, alike, plan_of, through
from tests.engines.pipelines import MIXED, RECORDS, pipelines
from tests.profiles import examples

GIVEN = os.environ.get("SPARK_REMOTE")
ALL = GIVEN is not None or "TEST_CLUSTER" in os.environ
EVERY = 1 if ALL else 5
SAMPLES = [*islice(cases(), 0, None, EVERY), *islice(examples_of_the_vendor(), 0, None, 8 * EVERY)]
_SAIL = Path(sys.executable).with_name("sail")
#: A test that takes more seconds than this hangs.
_LONG = 120


@pytest.fixture(autouse=True)
def nothing_hangs() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _late)
    signal.alarm(_LONG)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _late(_: int, __: FrameType | None) -> NoReturn:
    raise TimeoutError(f"no answer after {_LONG} seconds")


@contextmanager
def sail() -> Iterator[str]:
    """The address of a server with workers of its own."""
    if not _SAIL.exists():
        pytest.skip("needs pysail, which the extra `cluster` brings")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "SAIL_MODE": "local-cluster", "PYTHONPATH": paths}
    server = subprocess.Popen(
        [_SAIL, "spark", "server", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + _LONG / 2
        while not _listens(port) and time.monotonic() < until:
            time.sleep(0.1)
        yield f"sc://127.0.0.1:{port}/;parts=2"
    finally:
        server.kill()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if GIVEN:
        yield GIVEN
        return
    with sail() as started:
        yield started


@pytest.fixture(scope="module")
def port(address: str) -> Iterator[Spark]:
    made = connected(address)
    yield made
    made.close()


@pytest.mark.parametrize("text", [*QUERIES.values()][::EVERY], ids=[*QUERIES][::EVERY])
def test_answers_alike(port: Spark, text: str) -> None:
    plan = plan_of(text)
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), through(port, plan, TABLES).records)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_samples(port: Spark, sample: Sample) -> None:
    assert not differs(port, sample)


@examples(100 if ALL else 5)
@given(pipelines(), st.one_of(RECORDS, MIXED))
def test_generated_plans(port: Spark, text: str, records: list[dict[str, Any]]) -> None:
    difference = differs(port, Sample(text, plan_of(text), {"t": records}, CONTEXT))
    assert not difference, difference


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


def test_the_server_ends_a_query_that_is_stopped(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, watch, interrupted = tmp_path / "t.parquet", Watch(), []
    pl.DataFrame({"n": range(60_000)}).write_parquet(file)
    session = port_at(address).session  # type: ignore[attr-defined]
    interrupt = session.interruptAll
    monkeypatch.setattr(session, "interruptAll", lambda: interrupted.extend(interrupt()))
    far = '"1234567890123456789012345678901234567890"'
    slow = Statement(f"fetch t | fieldsAdd d = levenshteinDistance(toString(n), {far}) | summarize max(d)")
    Timer(2, setattr, (watch, "stopped", "it was cancelled")).start()
    with pytest.raises(dqlkit.DqlkitError, match="R030 the query was ended: it was cancelled"):
        answer(slow, {"t": file}, Options(engine=address), watch)
    assert len(interrupted) == 1
    assert dqlkit.query("fetch t | summarize c = max(n)", {"t": file}, engine=address).records == [{"c": "59999"}]


def test_nobody_there() -> None:
    with pytest.raises(
        dqlkit.DqlkitError, match=r"R032 there is no cluster at sc://127\.0\.0\.1:1: Connection refused"
    ):
        dqlkit.query("fetch t | sort a", {"t": [{"a": 1}] * 60_000}, engine="sc://127.0.0.1:1")


def test_other_versions_are_told(port: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dqlkit.engines.cluster.ports.spark.__version__", "0.0.1")
    with pytest.raises(dqlkit.DqlkitError, match=r"expected workers with dqlkit 0\.0\.1, found one that has dqlkit"):
        port.check()


@pytest.mark.skipif(not ALL or GIVEN is not None, reason="ends a server of its own: make test-cluster")
def test_a_server_that_dies_within_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers of a Sail on one machine are threads of the server, which dies with them."""
    monkeypatch.setenv(FOLDER, lives(tmp_path, 1))
    with sail() as own:
        port = connected(own)
        monkeypatch.setattr("dqlkit.engines.cluster.cluster.Work", Dying)
        with pytest.raises(dqlkit.DqlkitError, match="R032 the cluster failed"):
            through(port, plan_of(QUERIES["one group"]), TABLES)
        assert port.is_lost
        port.close()
