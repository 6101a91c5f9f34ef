"""A cluster of processes on this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import polars as pl
import pytest

import dqlkit
from dqlkit.engines.cluster.ports.local import Local
from dqlkit.engines.reference import Interpreter
from tests.engines.cluster.dying import FOLDER, Dying, lives
from tests.engines.cluster.queries import QUERIES, TABLES
from tests.engines.every import CONTEXT, alike, plan_of, through

_MANY = pl.DataFrame({"n": range(200_000), "k": [str(n % 11) for n in range(200_000)]})


@pytest.fixture(scope="module")
def port() -> Iterator[Local]:
    made = Local(2)
    yield made
    made.close()


@pytest.mark.parametrize("name", ["groups", "outer join", "append", "nested values"])
def test_answers_alike(port: Local, name: str) -> None:
    plan = plan_of(QUERIES[name])
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), through(port, plan, TABLES).records)


def test_errors_come_back(port: Local) -> None:
    with pytest.raises(dqlkit.DqlkitError, match="R010 failIf: seven"):
        through(port, plan_of('fetch t | failIf n == 7, "seven"'), TABLES)


def test_another_process_takes_the_part_of_one_that_died(port: Local) -> None:
    plan = plan_of(QUERIES["groups"])
    through(port, plan, TABLES)
    for process in port.pids():
        os.kill(process, signal.SIGKILL)
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), through(port, plan, TABLES).records)


@pytest.fixture
def alone() -> Iterator[Local]:
    """A process that starts with the environment of one test."""
    made = Local(1)
    yield made
    made.close()


def test_a_process_that_dies_within_a_part(alone: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, lives(tmp_path, 1))
    monkeypatch.setattr("dqlkit.engines.cluster.cluster.Work", Dying)
    plan = plan_of(QUERIES["one group"])
    assert alike(list(Interpreter(TABLES, CONTEXT).run(plan)), through(alone, plan, TABLES).records)
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif("TEST_CLUSTER" not in os.environ, reason="starts many processes: make test-cluster")
def test_processes_that_die_again_and_again(alone: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, lives(tmp_path, 99))
    monkeypatch.setattr("dqlkit.engines.cluster.cluster.Work", Dying)
    with pytest.raises(dqlkit.DqlkitError, match="R033 3 processes died over one part of the records"):
        through(alone, plan_of(QUERIES["one group"]), TABLES)


def test_a_session_runs_there_and_stops() -> None:
    session = dqlkit.Session({"t": _MANY}, engine="local-cluster:2")
    text = "fetch t | summarize s = sum(n), by: {k}"
    assert session.query(text).records == dqlkit.query(text, {"t": _MANY}).records
    slow = session.start(
        "fetch t | fieldsAdd x = iCollectArray(n + range(0, 300)[]) | expand x | summarize median(x), by: {n}"
    )
    Timer(0.5, slow.cancel).start()
    with pytest.raises(dqlkit.DqlkitError, match="cancelled"):
        slow.result(30)


def test_addresses() -> None:
    with pytest.raises(ValueError, match=r"there is no engine 'local-cluster:0'; known are 'local', processes"):
        dqlkit.Session({}, engine="local-cluster:0")
