"""How fast exports are read, beside DuckDB's reader and Polars' `scan_ndjson`, on one generated file, interleaved in one run.

    python benchmarks/sources.py --megabytes 200 --rounds 3
    python benchmarks/sources.py --megabytes 100 --form array

Each measurement is a process of its own, so that its peak memory can be told. The time is taken inside of it, behind the
imports. The other two are inexact: they give mixed columns one type and write numbers anew. `cached` compares the first reading
with `--cache`, which keeps the records, with the second. Polars has no lazy reader of arrays.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TASKS = ("count", "group", "limit 1", "to ndjson", "to parquet")
ENGINES = ("dqlkit", "duckdb", "polars")

_DQLKIT = """
import dqlkit
import dqlkit.run.answer, dqlkit.sources
texts = {
    "count": "fetch logs | summarize count()",
    "group": "fetch logs | summarize {count(), avg(duration)}, by:{loglevel, service}",
    "limit 1": "fetch logs | limit 1",
}
def run(task, path, out):
    if task in texts:
        return dqlkit.query(texts[task], {"logs": path}).to_dict()
    if task == "to parquet":
        from dqlkit.sources import convert
        return convert(path, out + ".parquet")
    dqlkit.parse("fetch logs").write(out + ".ndjson", {"logs": path})
"""
_DUCKDB = """
import duckdb
duckdb.sql("SET threads=2")
texts = {
    "count": "SELECT count(*) FROM read_json('{}')",
    "group": "SELECT loglevel, service, count(*), avg(duration) FROM read_json('{}') GROUP BY ALL",
    "limit 1": "SELECT * FROM read_json('{}') LIMIT 1",
    "to ndjson": "COPY (SELECT * FROM read_json('{}')) TO '{}.ndjson' (FORMAT json)",
    "to parquet": "COPY (SELECT * FROM read_json('{}')) TO '{}.parquet' (FORMAT parquet, COMPRESSION zstd)",
}
def run(task, path, out):
    found = duckdb.sql(texts[task].format(path, out))
    return found and found.fetchall()
"""
_POLARS = """
import polars as pl
def run(task, path, out):
    lazy = pl.scan_ndjson(path)
    if task == "count":
        return lazy.select(pl.len()).collect(engine="streaming")
    if task == "group":
        return lazy.group_by("loglevel", "service").agg(pl.len(), pl.col("duration").mean()).collect(engine="streaming")
    if task == "limit 1":
        return lazy.head(1).collect(engine="streaming")
    return lazy.sink_ndjson(out + ".ndjson") if task == "to ndjson" else lazy.sink_parquet(out + ".parquet")
"""
_TIMED = """
import resource, sys, time
task, path, out = sys.argv[1:]
started, before = time.perf_counter(), time.process_time()
run(task, path, out)
print(time.perf_counter() - started, time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_PROGRAMS = {"dqlkit": _DQLKIT, "duckdb": _DUCKDB, "polars": _POLARS}


def records(count: int) -> Iterator[dict[str, object]]:
    """Log records of thirteen fields, three of them nested or sparse."""
    chance = random.Random(1)
    for number in range(count):
        yield {
            "timestamp": f"2026-01-{1 + number * 27 // count:02d}T{number % 24:02d}:{number % 60:02d}:00.{number % 1000:03d}Z",
            "loglevel": chance.choice(["INFO", "INFO", "WARN", "ERROR", "DEBUG"]),
            "service": f"service-{chance.randrange(40)}",
            "content": f"request {number} of user {chance.randrange(10**6)} took a while, said the proxy in front of it: "
            + "x" * chance.randrange(200),
            "duration": chance.randrange(10**9),
            "cpu": round(chance.random() * 100, 3),
            "ok": chance.random() < 0.9,
            "host.name": f"host-{chance.randrange(500)}",
            "trace_id": f"{chance.getrandbits(128):032x}",
            "status": chance.choice([200, 200, 200, 404, 500]),
            "region": chance.choice(["eu", "us", None]),
            "tags": [f"t{chance.randrange(9)}", "prod"],
            "user": {"id": chance.randrange(10**6), "plan": chance.choice(["free", "pro"])},
        }


def generate(path: Path, megabytes: int, form: str = "lines") -> None:
    opening, between, closing = ("[", ",\n", "]\n") if form == "array" else ("", "\n", "\n")
    with path.open("w") as file:
        before = opening
        for record in records(max(megabytes * 1_000_000 // 495, 1)):
            file.write(before + json.dumps(record))
            before = between
        file.write(closing)


def measured(engine: str, task: str, path: Path) -> tuple[float, float, float]:
    """Seconds on the wall, seconds of all processors, and megabytes at the peak."""
    program = [sys.executable, "-c", _PROGRAMS[engine] + _TIMED, task, str(path), str(path.with_suffix(f".{engine}"))]
    told = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()[-3:]
    seconds, processors, peak = map(float, told)
    return seconds, processors, peak


_CACHED = """
import os, sys, tempfile, time
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
import dqlkit, dqlkit.run.answer, dqlkit.sources
def group():
    started, before = time.perf_counter(), time.process_time()
    table = dqlkit.read(sys.argv[1], cache=True)
    dqlkit.query("fetch logs | summarize {count(), avg(duration)}, by:{loglevel, service}", {"logs": table})
    return time.perf_counter() - started, time.process_time() - before
time.sleep(1.1)  # a file that was just written is not kept
first = group()
second = min(group() for _ in range(3))
print(*first, *second)
"""


def cached(path: Path) -> str:
    """The first and the second grouping with a cache, and how many times faster the second is."""
    program = [sys.executable, "-c", _CACHED, str(path)]
    told = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()
    first, first_cpu, second, second_cpu = map(float, told)
    ratios = f"{first / second:.0f}, {first_cpu / second_cpu:.0f}"
    return f"with a cache: {first:.2f}, {first_cpu:.2f} at first, then {second:.3f}, {second_cpu:.3f}: {ratios} times faster"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--megabytes", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--form", choices=("lines", "array"), default="lines")
    asked.add_argument("--task", choices=TASKS, action="append")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "logs.ndjson")
        generate(path, options.megabytes, options.form)
        engines = ENGINES if options.form == "lines" else ENGINES[:2]
        print(
            f"{path.stat().st_size / 1e6:.0f} MB; seconds, seconds of processors, MB at the peak; the best of {options.rounds}\n"
        )
        print("| | " + " | ".join(engines) + " | of DuckDB |\n|---|" + "---|" * (len(engines) + 1))
        for task in options.task or TASKS:
            found: dict[str, list[tuple[float, float, float]]] = {engine: [] for engine in engines}
            for _ in range(options.rounds):
                for engine in engines:
                    found[engine].append(measured(engine, task, path))
            best = [[min(column) for column in zip(*found[engine], strict=True)] for engine in engines]
            cells = " | ".join(f"{wall:.2f}, {processors:.2f}, {peak:.0f}" for wall, processors, peak in best)
            ratios = ", ".join(f"{own / other:.1f}" for own, other in zip(best[0], best[1], strict=True))
            print(f"| {task} | {cells} | {ratios} |", flush=True)
        print("\n" + cached(path))


if __name__ == "__main__":
    main()
