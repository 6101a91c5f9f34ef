"""How long a command takes from a cold start, beside tools that people know.

    python benchmarks/start.py [--rounds 15] [--duckdb PATH]

`dqlkit query` of one made record, and of a mistyped query, beside `python -c pass`, `python -c 'import polars'`, and
`duckdb -c` where its command line is found. Rounds are interleaved; medians of seconds, and of seconds of processors.
Files are compiled before, as they are where a package is installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence

DQLKIT = (sys.executable, "-m", "dqlkit")


def commands(duckdb: str | None) -> dict[str, Sequence[str]]:
    """What is measured, by name."""
    found: dict[str, Sequence[str]] = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "python -c 'import polars'": (sys.executable, "-c", "import polars"),
        "python -c 'import duckdb', SELECT": (
            sys.executable,
            "-c",
            "import duckdb; print(duckdb.sql('SELECT 1 AS a'))",
        ),
        "dqlkit --version": (*DQLKIT, "--version"),
        "dqlkit query, mistyped": (*DQLKIT, "query", "data record(a = 1) | lmit 1"),
        "dqlkit query": (*DQLKIT, "query", "data record(a = 1)", "-o", "csv"),
        "dqlkit commands limit": (*DQLKIT, "commands", "limit"),
    }
    return found | ({"duckdb -c": (duckdb, "-c", "SELECT 1 AS a")} if duckdb else {})


def measured(commands: Mapping[str, Sequence[str]], rounds: int, cache: str) -> dict[str, tuple[float, float]]:
    """Seconds and seconds of processors of each command, medians of interleaved rounds. Compiled files are kept in `cache`."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            before, start = os.times(), time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environment)
            passed, after = time.perf_counter() - start, os.times()
            if number:  # the first round fills caches
                used = after.children_user + after.children_system - before.children_user - before.children_system
                taken[name].append((passed, used))
    return {name: tuple(map(statistics.median, zip(*times, strict=True))) for name, times in taken.items()}  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--duckdb", default=shutil.which("duckdb"), help="the command line of DuckDB")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        found = measured(commands(arguments.duckdb), arguments.rounds, cache)
    unit = found["python -c 'import polars'"][1]
    print("| command | seconds | of processors | of `import polars` |\n| --- | --- | --- | --- |")
    for name, (seconds, used) in found.items():
        print(f"| `{name}` | {seconds:.2f} | {used:.2f} | {used / unit:.1f} |")


if __name__ == "__main__":
    main()
