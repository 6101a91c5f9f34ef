"""One engine answering one shape as often as it is asked: a process of its own, so that its peak memory can be told.

    python -m benchmarks.worker ENGINE SHAPE MILLIONS

Each has looked at the files before: DuckDB for its views, dqlkit and Polars to count the records of one.

For each line of standard input it answers the question once, and writes the seconds, the seconds of processors, and the
megabytes that the process has held at most, above what it held before the first question. The first line that it writes
has the answer too, as a list of rows.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.data import Sizes, files
from benchmarks.shapes import SHAPES, Shape

__all__ = ["ENGINES"]

#: Answers the question: a data frame.
Ask = Callable[[], Any]


def _dqlkit(shape: Shape, paths: dict[str, Path]) -> Ask:
    import dqlkit

    def ask() -> Any:
        return dqlkit.query(shape.dql, paths).to_polars()

    dqlkit.query("fetch spans | summarize count()", paths)
    return ask


def _polars(shape: Shape, paths: dict[str, Path]) -> Ask:
    import polars as pl

    pl.scan_parquet(paths["spans"]).select(pl.len()).collect(engine="streaming")
    return lambda: shape.polars({k: pl.scan_parquet(path) for k, path in paths.items()}).collect(engine="streaming")


def _duckdb(shape: Shape, paths: dict[str, Path]) -> Ask:
    import duckdb
    import polars as pl

    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    for name, path in paths.items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    connection.execute("SELECT 1").fetchall()
    return lambda: pl.from_arrow(connection.execute(shape.sql).to_arrow_table())


ENGINES = {"dqlkit": _dqlkit, "polars": _polars, "duckdb": _duckdb}


def _plain(frame: Any) -> list[list[Any]]:
    """The rows of a frame as JSON values: instants and durations as nanoseconds."""
    import polars as pl
    import polars.selectors as cs

    whole = frame.with_columns(cs.temporal().cast(pl.Int64), cs.decimal().cast(pl.Float64)).head(1000)
    return [list(row) for row in whole.rows()]


def main() -> None:
    engine, name, millions = sys.argv[1:]
    shape = next(shape for shape in SHAPES if shape.name == name)
    ask = ENGINES[engine](shape, files(Sizes.of(float(millions))))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = False
    for _ in sys.stdin:
        started, used = time.perf_counter(), time.process_time()
        answer: Any = ask()
        seconds, processors = time.perf_counter() - started, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        rows = None if told else {"height": answer.height, "rows": _plain(answer)}
        told = True
        del answer
        print(json.dumps([seconds, processors, peak / 1024, rows]), flush=True)


if __name__ == "__main__":
    main()
