"""How fast a cluster on this machine answers the seventeen shapes, beside the engine of one process.

    python -m benchmarks.cluster [--millions 10] [--rounds 3] [--only q05] [--parts 1 4]

Sail is started with two workers (`SAIL_MODE=local-cluster`), and both are asked in turn over the same Parquet files. Ratios
are of medians of seconds on the wall, and of seconds of processors, those of the server included. Bytes are those that
go from part to part or to the driver, counted by the port to processes on this machine. Answers are compared.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dqlkit
from benchmarks.data import Sizes, files
from benchmarks.shapes import SHAPES, Shape
from dqlkit.engines.cluster import port_at

_TICKS = os.sysconf("SC_CLK_TCK")
_COUNTED = "local-cluster:2"


@contextmanager
def sail() -> Iterator[tuple[int, str]]:
    """The process of a server, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("sail"), "spark", "server", "--port", str(port)]
    environment = {**os.environ, "SAIL_MODE": "local-cluster"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        yield server.pid, f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _processors(server: int) -> float:
    """The seconds of processors that this process and the server have used."""
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / _TICKS


def measured(
    shape: Shape, tables: dict[str, Path], engines: Sequence[str], rounds: int, server: int
) -> dict[str, tuple[float, float, Any]]:
    """Seconds on the wall and of processors by engine, and the answer; the first round warms up."""
    times: dict[str, list[tuple[float, float]]] = {engine: [] for engine in engines}
    answers: dict[str, Any] = {}
    for _ in range(rounds + 1):
        for engine in engines:
            started, used = time.perf_counter(), _processors(server)
            answers[engine] = dqlkit.query(shape.dql, tables, engine=engine).to_polars()
            times[engine].append((time.perf_counter() - started, _processors(server) - used))
    found = {}
    for engine in engines:
        seconds, processors = (statistics.median(column) for column in zip(*times[engine][1:], strict=True))
        found[engine] = seconds, processors, answers[engine]
    return found


def exchanged(shape: Shape, tables: dict[str, Path]) -> int:
    """The bytes that go from place to place."""
    port: Any = port_at(_COUNTED)
    before: int = port.exchanged
    dqlkit.query(shape.dql, tables, engine=_COUNTED)
    return int(port.exchanged) - before


def equal(shape: Shape, one: Any, other: Any) -> bool:
    """Whether two answers are the same, doubles up to rounding."""
    from polars.testing import assert_frame_equal

    if shape.ties:
        return bool(one.height == other.height)
    try:
        assert_frame_equal(one, other, rel_tol=shape.near, abs_tol=1e-9)
    except AssertionError:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--parts", type=int, nargs="+", default=[1, 4])
    given = parser.parse_args()
    tables, ratios = files(Sizes.of(given.millions)), []
    parts = " | ".join(f"{count} parts, s" for count in given.parts)
    print(f"| shape | here, s | {parts} | ratio | of processors | MB exchanged | equal |")
    print("|" + " --- |" * (6 + len(given.parts)))
    with sail() as (server, address):
        engines = ["local", *(f"{address}/;parts={count}" for count in given.parts)]
        for shape in (shape for shape in SHAPES if shape.name.startswith(given.only)):
            found = measured(shape, tables, engines, given.rounds, server)
            here, there = found["local"], found[engines[-1]]
            ratios.append(there[0] / here[0])
            seconds = " | ".join(f"{found[engine][0]:.2f}" for engine in engines)
            work, same = there[1] / here[1], equal(shape, here[2], there[2])
            megabytes = exchanged(shape, tables) / 1e6
            print(
                f"| {shape.name} | {seconds} | {ratios[-1]:.2f} | {work:.2f} | {megabytes:.1f} | {same} |", flush=True
            )
    print(f"\nmedian ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
