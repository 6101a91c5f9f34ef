"""How fast typical questions are answered, end to end, beside the same by hand in Polars and in DuckDB's SQL.

    python -m benchmarks.bench [--millions 10] [--rounds 5] [--only q12] [--growth] [--write]

Each engine is a process that answers a question over and over, one engine after the other in each round, over the same
Parquet files. Times are medians; the spread is the longest of dqlkit's times by the shortest. Memory is what a process
held at most above its start. Ratios are of seconds on the wall, and, for machines that do other things too, of seconds of
processors. Answers are compared; one that differs is named. `--growth` repeats all at a tenth and at three tenths of
the size. `--write` makes RESULTS.md, and with `--growth` the picture growth.svg.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.data import Sizes, files
from benchmarks.floors import floors
from benchmarks.growth import drawn
from benchmarks.shapes import SHAPES, Shape
from benchmarks.worker import ENGINES

ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Measured:
    """What one engine took for one shape."""

    seconds: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)
    peak: float = 0.0
    answer: dict[str, Any] | None = None
    failure: str = ""

    def add(self, line: str) -> None:
        seconds, processors, self.peak, answer = json.loads(line)
        if answer is not None:  # the first time, which warms up
            self.answer = answer
        else:
            self.seconds.append(seconds)
            self.processors.append(processors)

    @property
    def time(self) -> float:
        return statistics.median(self.seconds) if self.seconds else math.nan

    @property
    def work(self) -> float:
        return statistics.median(self.processors) if self.processors else math.nan


def measured(shape: Shape, millions: float, rounds: int) -> dict[str, Measured]:
    """What each engine took, asked in turn."""
    found = {engine: Measured() for engine in ENGINES}
    with ExitStack() as stack:
        workers = {engine: stack.enter_context(_worker(engine, shape, millions)) for engine in ENGINES}
        for _ in range(rounds + 1):
            for engine, worker in workers.items():
                if not found[engine].failure:
                    _ask(worker, found[engine])
        for worker in workers.values():
            assert worker.stdin
            worker.stdin.close()
    return found


def _worker(engine: str, shape: Shape, millions: float) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "benchmarks.worker", engine, shape.name, str(millions)]
    pipe = subprocess.PIPE
    return subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)


def _ask(worker: subprocess.Popen[str], found: Measured) -> None:
    assert worker.stdin
    assert worker.stdout
    assert worker.stderr
    try:
        worker.stdin.write("again\n")
        worker.stdin.flush()
        found.add(worker.stdout.readline())
    except (OSError, ValueError):
        found.failure = worker.stderr.read().strip().rpartition("\n")[2] or f"ended with status {worker.wait()}"


def difference(shape: Shape, one: Measured, other: Measured) -> str:
    """How two answers differ; nothing where they agree."""
    left, right = one.answer, other.answer
    if left is None or right is None:
        return one.failure or other.failure
    if left["height"] != right["height"]:
        return f"{left['height']} records, not {right['height']}"
    if shape.ties:
        return ""
    for number, (ours, theirs) in enumerate(zip(left["rows"], right["rows"], strict=True)):
        if len(ours) != len(theirs) or not all(_alike(a, b, shape.near) for a, b in zip(ours, theirs, strict=True)):
            return f"record {number}: {str(ours)[:80]}, not {str(theirs)[:80]}"
    return ""


def _alike(one: Any, other: Any, near: float) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_alike(a, b, near) for a, b in zip(one, other, strict=True))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=near, abs_tol=1e-9)
    return bool(one == other)


#: What each engine took for each shape, by millions of records.
WORK: dict[str, dict[str, list[tuple[float, float]]]] = {}


def growth() -> Iterator[list[str]]:
    """Seconds of processors by size; the bar is what a million records cost at each size, beside the most of the shape."""
    for name, engines in WORK.items():
        points = engines["dqlkit"]
        each = [work / millions for millions, work in points]
        bars = "".join("▁▂▃▄▅▆▇█"[min(int(one / max(each) * 8), 7)] for one in each if one == one)
        yield [name, *(f"{work:.3g}" for _, work in points), bars]


COLUMNS = ["", "dqlkit s", "/ Polars", "/ DuckDB", "work / Polars", "work / DuckDB", "MB", "MB / DuckDB", "spread"]


def row(shape: Shape, found: dict[str, Measured]) -> list[str]:
    """A line of the table."""
    ours, polars, duckdb = (found[engine] for engine in ENGINES)
    if not ours.seconds:
        return [shape.name, ours.failure]
    ratios = [ours.time / polars.time, ours.time / duckdb.time, ours.work / polars.work, ours.work / duckdb.work]
    spread = max(ours.seconds) / min(ours.seconds)
    shown = [f"{ours.time:.3g}", *(f"{one:.2f}" for one in ratios), f"{ours.peak:.0f}"]
    return [shape.name, *shown, f"{ours.peak / max(duckdb.peak, 1):.2f}", f"{spread:.1f}"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def summary(every: Sequence[dict[str, Measured]]) -> Iterator[str]:
    """The goals, and how far they are met."""
    whole = [found for found in every if found["dqlkit"].seconds]
    polars = [found["dqlkit"].time / found["polars"].time for found in whole]
    duckdb = [found["dqlkit"].time / found["duckdb"].time for found in whole]
    memory = [found["dqlkit"].peak / max(found["duckdb"].peak, 1) for found in whole]
    middle, most = statistics.median(polars), max(polars)
    yield f"- Against Polars by hand: {middle:.2f} at the median (goal 1.05), {most:.2f} at most (1.15)."
    met, over = sum(one <= 1 for one in duckdb), sum(one > 1.3 for one in duckdb)
    yield f"- Against DuckDB: at most 1.0 for {met} of {len(whole)} shapes (goal 13), above 1.3 for {over} (goal 0)."
    yield f"- Peak memory within 1.5 of DuckDB's for {sum(one <= 1.5 for one in memory)} of {len(whole)} shapes (goal 14)."


def misses(shape: Shape, found: dict[str, Measured]) -> Iterator[str]:
    """The goals that a shape misses, with what was tried."""
    ours, polars, duckdb = (found[engine] for engine in ENGINES)
    if not ours.seconds:
        return
    goals = [
        ("of Polars by hand", ours.time / polars.time, 1.15),
        ("of DuckDB", ours.time / duckdb.time, 1.0),
        ("of DuckDB's memory", ours.peak / max(duckdb.peak, 1), 1.5),
    ]
    over = [f"{ratio:.2f} {of} ({goal})" for of, ratio, goal in goals if ratio > goal]
    if over:
        yield f"- {shape.name}: {', '.join(over)}. {shape.why}".rstrip()


def machine() -> str:
    """What the figures are of."""
    import duckdb
    import polars

    import dqlkit

    model = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    processors = f"{os.cpu_count()} processors ({model.partition(': ')[2].strip()})"
    versions = f"dqlkit {dqlkit.__version__}, Polars {polars.__version__}, DuckDB {duckdb.__version__}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {processors}, load {load}, Python {platform.python_version()}, {versions}"


def measure(shapes: Sequence[Shape], millions: float, rounds: int) -> Iterator[str]:
    """The table of shapes, line by line as it comes."""
    files(Sizes.of(millions))
    yield from table(COLUMNS, [])
    every, notes = [], []
    for shape in shapes:
        found = measured(shape, millions, rounds)
        every.append(found)
        for engine, one in found.items():
            WORK.setdefault(shape.name, {}).setdefault(engine, []).append((millions, one.work))
        yield f"| {' | '.join(row(shape, found))} |"
        for other in ("polars", "duckdb"):
            if differs := difference(shape, found["dqlkit"], found[other]):
                notes.append(f"- {shape.name}: the answer differs from that of {other}: {differs}")
    yield from ("", *summary(every), *notes, "")
    missed = [line for shape, found in zip(shapes, every, strict=True) for line in misses(shape, found)]
    yield from ("What is missed, by how much, and why:", "", *missed, "") if missed else ()


def lines(given: argparse.Namespace) -> Iterator[str]:
    """The whole report."""
    shapes = [shape for shape in SHAPES if given.only in shape.name]
    sizes = [given.millions * part for part in ((0.1, 0.3, 1) if given.growth else (1,))]
    yield from ("# Results", "", f"`{' '.join(['python -m benchmarks.bench', *sys.argv[1:]])}`: {machine()}.", "")
    for millions in sizes:
        size = Sizes.of(millions)
        yield f"## {size.bizevents:,} business events, {size.logs:,} logs, {size.spans:,} spans"
        yield ""
        yield from measure(shapes, millions, given.rounds)
    if given.growth:
        sizes_shown = [f"{millions:g} M" for millions in sizes]
        yield from ("## Growth", "", "![seconds of processors by millions of records](growth.svg)", "")
        yield from (*table(["", *sizes_shown, "for each million"], list(growth())), "")
    if not given.only:
        yield from (
            "## Within a limit of memory",
            "",
            *table(["", "limit MB", "s", ""], list(within(given.millions))),
            "",
        )
        yield from ("## Floors", "", *table(["", "ms of processors"], list(floors())), "")


#: Work that grows with the data.
HEAVY = {
    "group": "fetch bizevents | summarize n = count(), s = sum(total), by:{event.id} | sort n desc, event.id | limit 5",
    "sort": "fetch bizevents | sort event.id asc | fieldsAdd a = 1 | summarize takeLast(user.id), count()",
    "dedup": "fetch bizevents | dedup event.id | summarize count(), sum(total)",
    "join": "fetch bizevents | join [fetch bizevents | fields event.id, x = amount], on:{event.id} | summarize count()",
}


def within(millions: float) -> Iterator[list[str]]:
    """Heavy queries within limits of memory: how long they take, or that they are ended."""
    import dqlkit

    tables = files(Sizes.of(millions))
    for name, text in HEAVY.items():
        for share in (90, 130, 200):  # megabytes for each million records
            limit = int(share * millions)
            started = time.perf_counter()
            try:
                dqlkit.query(text, tables, limits=dqlkit.Limits(memory=limit * 2**20))
                told = "done"
            except dqlkit.DqlkitError:
                told = "ended"
            yield [name, str(limit), f"{time.perf_counter() - started:.1f}", told]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="shapes whose name holds this text")
    parser.add_argument("--growth", action="store_true", help="at a tenth and three tenths of the size too")
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    given = parser.parse_args()
    told = []
    for line in lines(given):
        print(line, flush=True)
        told.append(line)
    if given.write:
        Path(__file__).with_name("RESULTS.md").write_text("\n".join(told))
        if given.growth:
            Path(__file__).with_name("growth.svg").write_text(drawn(WORK))


if __name__ == "__main__":
    main()
