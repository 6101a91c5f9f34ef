"""How fast answers are written, beside DuckDB's COPY, and how much is held meanwhile.

    python benchmarks/writing.py --records 100000 --rounds 5
    python benchmarks/writing.py --records 1000000 --peaks

All records of a Parquet file become a file of each format. The first form interleaves both in one process and compares the
best seconds of processors; the other tells the peak memory of `dqlkit query`, a process for each format, into a file and a pipe.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

import dqlkit

sys.path.insert(0, str(Path(__file__).parent))
from sources import records

BESIDE = {"ndjson": "FORMAT json", "csv": "FORMAT csv", "parquet": "FORMAT parquet, COMPRESSION zstd"}
ALONE = ("json", "tsv", "arrow")


def generate(folder: Path, count: int) -> Path:
    """A Parquet file of log records."""
    lines, path = folder / "t.ndjson", folder / "t.parquet"
    with lines.open("w") as file:
        file.writelines(json.dumps(record) + "\n" for record in records(count))
    duckdb.sql(f"COPY (SELECT * FROM read_json_auto('{lines}')) TO '{path}'")
    lines.unlink()
    return path


def spent(work: Callable[[], object]) -> float:
    """Seconds of processors."""
    before = time.process_time()
    work()
    return time.process_time() - before


def compared(path: Path, rounds: int) -> None:
    """The best of some rounds of each format, dqlkit and DuckDB by turns."""
    query, out = dqlkit.parse("fetch t"), path.with_suffix("")
    print("| to | dqlkit | DuckDB | ratio |\n| --- | --- | --- | --- |")
    for name in (*BESIDE, *ALONE):
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(spent(partial(query.write, f"{out}.{name}", {"t": str(path)}, name)))
            if name in BESIDE:
                copy = f"COPY (SELECT * FROM '{path}') TO '{out}.x' ({BESIDE[name]})"
                theirs.append(spent(partial(duckdb.sql, copy)))
        ratio = f"{min(theirs):.2f} | {min(ours) / min(theirs):.1f}" if theirs else " | "
        print(f"| {name} | {min(ours):.2f} | {ratio} |", flush=True)


def peaks(path: Path) -> None:
    """Megabytes at the peak, by format and by what is written to."""
    print("| to | a file | a pipe |\n| --- | --- | --- |")
    for name in (*BESIDE, *ALONE):
        words = [sys.executable, "-m", "dqlkit", "query", "fetch t", str(path), "-o", name]
        found = [peak([*words, "--out", str(path.with_suffix(f".{name}"))]), peak(words)]
        print(f"| {name} | {found[0]} | {found[1]} |", flush=True)


def peak(words: list[str]) -> int:
    """Megabytes of a program at its peak, whose output somebody reads."""
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while process.stdout.read(1 << 20):
            pass
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    assert isinstance(usage, resource.struct_rusage)
    return usage.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peaks", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = generate(Path(folder), arguments.records)
        if arguments.peaks:
            peaks(path)
        else:
            compared(path, arguments.rounds)


if __name__ == "__main__":
    main()
