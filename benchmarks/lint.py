"""How fast queries are linted: many in one process, and one from a cold start.

    python -m benchmarks.lint [--rounds 15] [--corpus FILE] [--beside FOLDER | --tree FILES]

With `--corpus` the queries are those of a JSON Lines file (`query`), else five typical ones. All rules are on. With
`--beside` they are linted by another copy of the project too, by turns, such as the one that `make native` compiles. The cold
start is `dqlkit lint one.dql` beside `python -c pass`, interleaved; medians count. Files are compiled before, as they
are where a package is installed. Two jobs are measured against one over a folder of files.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dqlkit.__main__ import collect_seldom
from dqlkit.linting.check import check_text
from dqlkit.linting.settings import Settings

TYPICAL = (
    'fetch logs, from:-2h | filter loglevel == "ERROR" | summarize n = count(), by:{host.name} | sort n desc',
    "timeseries usage = avg(dt.host.cpu.usage), by:{dt.smartscape.host} | fieldsAdd peak = arrayMax(usage)",
    "fetch spans | filter duration > 5ms and isNotNull(http.route) | fieldsAdd slow = duration > 500ms | limit 10",
    'fetch bizevents, from:-1d | filter event.type == "order" | makeTimeseries total = sum(amount), by:{currency}',
    "fetch logs | parse content, \"LD 'id=' INT:id\" | lookup [fetch users | fields id, name], sourceField:id, "
    "lookupField:id | fields timestamp, lookup.name",
)
ALL = Settings(select=("ALL",))


def throughput(queries: list[str]) -> float:
    """Queries per second of one process, the best of three passes."""
    collect_seldom()  # as the command line does
    check_text(queries[0], "one.dql", ALL)
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for query in queries:
            check_text(query, "one.dql", ALL)
        best = min(best, time.perf_counter() - start)
    return len(queries) / best


def beside(folders: list[Path], queries: list[str], rounds: int) -> list[list[float]]:
    """Queries per second in processes of copies of the project, by turns."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(queries, file)
        file.flush()
        program = (
            f"import json; from benchmarks.lint import throughput; print(throughput(json.load(open({file.name!r}))))"
        )
        found: list[list[float]] = [[] for _ in folders]
        for _ in range(rounds):
            for folder, rates in zip(folders, found, strict=True):
                run = [sys.executable, "-c", program]
                environment = {**os.environ, "PYTHONPATH": str(folder.resolve())}
                done = subprocess.run(run, capture_output=True, check=True, cwd=folder, env=environment, text=True)
                rates.append(float(done.stdout))
        return found


def cold(rounds: int) -> tuple[float, float]:
    """Milliseconds of bare Python and of linting one file, medians."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "one.dql")
        path.write_text(TYPICAL[0], "utf-8")
        lint = [sys.executable, "-m", "dqlkit", "lint", "--isolated", str(path)]
        environment = _compiling(folder)
        subprocess.run(lint, stdout=subprocess.DEVNULL, check=False, env=environment)
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for command, times in zip(([sys.executable, "-c", "pass"], lint), taken, strict=True):
                start = time.perf_counter()
                subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=environment)
                times.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken[0]), statistics.median(taken[1])


def _compiling(folder: str) -> dict[str, str]:
    """The environment of runs that keep what they compile in a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}


def jobs(queries: list[str], files: int = 200) -> tuple[float, float]:
    """Seconds to lint a folder with one job and with two, the best of three."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as compiled:
        for number in range(files):
            part = queries[number % len(queries) :][:10]
            Path(folder, f"{number}.dql").write_text("\n\n".join(part), "utf-8")
        environment = _compiling(compiled)
        best = [float("inf"), float("inf")]
        for _ in range(3):
            for at in (0, 1):
                lint = [sys.executable, "-m", "dqlkit", "lint", "--isolated", "--jobs", str(at + 1), folder]
                start = time.perf_counter()
                subprocess.run(lint, stdout=subprocess.DEVNULL, check=False, env=environment)
                best[at] = min(best[at], time.perf_counter() - start)
    return best[0], best[1]


_SAID = "the logs of this service are filtered by host before we summarize them, then sorted by time"
_CODE = """def fetch(logs, limit=10):
    \"\"\"Filter logs.\"\"\"
    return [log for log in logs if log.level == "ERROR"][:limit]

"""
_SCRIPT = "export const limit = (rows: string[], n: number) => rows.filter((row) => row.length > 0).slice(0, n);\n"
#: Files without queries: their ending, and what stands in them.
_OTHERS = {
    "md": f"# Notes\n\n{_SAID}\n\n```sh\nmake test\n```\n" * 12,
    "py": _CODE * 20,
    "json": json.dumps({"name": "service", "items": [{"id": k, "text": _SAID} for k in range(40)]}, indent=2),
    "ts": _SCRIPT * 30,
    "txt": f"{_SAID}\n" * 40,
}


def plant(folder: Path, count: int, queries: list[str]) -> None:
    """Write the files of a repository."""
    others = list(_OTHERS.items())
    for number in range(count):
        home = folder / f"part{number % 97}" / f"team{number % 13}"
        home.mkdir(parents=True, exist_ok=True)
        if number % 100 < 3:
            some = [queries[(13 * number + k) % len(queries)] for k in range(13)]
            tiles = {str(k): {"type": "data", "title": f"tile {k}", "query": query} for k, query in enumerate(some)}
            text, ending = json.dumps({"version": 17, "variables": [], "tiles": tiles, "layouts": {}}, indent=2), "json"
        elif number % 100 < 43:
            text, ending = "".join(f"key{k}:\n  fetch: {_SAID}\n  limit: {k}\n" for k in range(40)), "yaml"
        else:
            ending, text = others[number % len(others)]
        (home / f"file{number}.{ending}").write_text(text, "utf-8")


def tree(count: int, queries: list[str]) -> tuple[float, float, str]:
    """Seconds, and seconds of processors, to lint a repository, and what was looked at."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as compiled:
        plant(Path(folder), count, queries)
        environment = _compiling(compiled)
        lint = [sys.executable, "-m", "dqlkit", "lint", "--isolated", folder]
        subprocess.run(
            [*lint[:-1], str(next(Path(folder).rglob("*.json")))], capture_output=True, check=False, env=environment
        )
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(lint, capture_output=True, check=False, env=environment, text=True)
        taken, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        processors = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return (
            taken,
            processors,
            next((line for line in (done.stdout + done.stderr).splitlines() if " files" in line), ""),
        )


def _rates(rates: list[float]) -> str:
    return " and ".join(f"{rate:,.0f}" for rate in rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--tree", type=int)
    parser.add_argument("--beside", type=Path)
    arguments = parser.parse_args()
    queries = [f"{query}\n// {number}" for number in range(100) for query in TYPICAL]  # what was read is known again
    if arguments.corpus:
        rows = map(json.loads, arguments.corpus.read_text("utf-8").splitlines())
        queries = [row["query"] for row in rows if row.get("kind", "query") == "query"]
    if arguments.tree:
        taken, processors, told = tree(arguments.tree, queries)
        print(f"{arguments.tree} files: {taken:.1f} s, {processors:.1f} s of processors; {told}")
        return
    if arguments.beside:
        here, there = beside([Path(), arguments.beside], queries, 3)
        print(
            f"here {_rates(here)}, there {_rates(there)} queries a second: {max(there) / max(here):.2f} times as many"
        )
        return
    characters = sum(map(len, queries)) / len(queries)
    print(f"{throughput(queries):,.0f} queries a second, of {characters:.0f} characters, all rules on")
    bare, linted = cold(arguments.rounds)
    print(f"cold start: {linted:.0f} ms, {linted - bare:.0f} ms more than Python alone ({bare:.0f} ms)")
    one, two = jobs(queries)
    print(f"a folder: {one:.2f} s with one job, {two:.2f} s with two")


if __name__ == "__main__":
    main()
