"""What remains where there is little to do: the parts of a query before its first record, small answers, a cold start.

Times are those of processors, the least of several rounds, so that other work on the machine adds little to them.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import polars as pl

import dqlkit
from benchmarks.data import Sizes, files
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.functions.context import Context
from dqlkit.plan.operators import Operator
from dqlkit.sources.table import FrameTable
from dqlkit.types.values import Timestamp

__all__ = ["floors"]

#: A query of twenty lines.
TWENTY = """fetch bizevents
| filter event.type == "com.shop.pay"
| filter channel != "phone" and contains(url, "/shop/")
| filter isNotNull(total) and total > 10
| fieldsAdd gross = total * 1.2
| fieldsAdd size = if(amount > 500, "big", else:"small")
| fieldsAdd area = substring(url, from:6, to:8), hour = bin(timestamp, 1h)
| parse params, "JSON:p"
| fieldsAdd device = p[device], country = lower(p[country])
| filter in(device, array("mobile", "tablet"))
| fieldsRemove p, params
| summarize {
    n = count(),
    gross = sum(gross),
    mean = avg(amount)
  }, by:{host.name, size, hour, country}
| fieldsAdd rate = gross / n
| filter n > 2
| sort rate desc, host.name asc
| limit 50
| fields host.name, size, country, rate"""


def floors() -> Iterator[list[str]]:
    """Names and milliseconds of processors."""
    path = files(Sizes.of(1))["bizevents"]
    frame = pl.read_parquet(path, n_rows=1000)
    many = pl.scan_parquet(path).head(100_000).collect()
    tables = {"bizevents": FrameTable(Frame.from_lazy(frame.lazy()))}
    texts = (TWENTY.replace(".pay", f".pay{k}") for k in count())  # what queries begin with is kept for the next one
    plan = dqlkit.parse(TWENTY).plan
    assert isinstance(plan, Operator)
    text = "fetch bizevents | filter total > 100 | sort total desc | limit 1000"
    result = dqlkit.query("fetch bizevents", {"bizevents": many})
    out = path.with_name("out.json")

    def compiler() -> Compiler:
        return Compiler(tables, Context(Timestamp(0)))

    core = compiler().resolve(plan)
    optimised = compiler().optimise(core).plan
    steps: dict[str, Callable[[], object]] = {
        "20 lines: parse": lambda: dqlkit.parse(next(texts)),
        "20 lines: parse and bind": lambda: dqlkit.parse(next(texts)).plan,
        "20 lines: resolve": lambda: compiler().resolve(plan),
        "20 lines: optimise": lambda: compiler().optimise(core),
        "20 lines: compile": lambda: compiler().frame(optimised),
        "20 lines: text to lazy frame": lambda: dqlkit.parse(next(texts)).lazy({"bizevents": frame}),
        "1,000 records: text to records": lambda: dqlkit.query(text, {"bizevents": frame}).records,
        "100,000 records to JSON": lambda: result.write(out),
    }
    for name, step in steps.items():
        yield [name, f"{_least(step, 3 if name.startswith('100') else 40) * 1e3:.1f}"]
    yield ["cold `dqlkit query` above bare Python", f"{_cold(path) * 1e3:.0f}"]


def _least(step: Callable[[], object], rounds: int, clock: Callable[[], float] = time.process_time) -> float:
    step()
    times = []
    for _ in range(rounds):
        started = clock()
        step()
        times.append(clock() - started)
    return min(times)


def _cold(path: Path) -> float:
    """Seconds of a query in a new process, above those of one that does nothing; modules are compiled before."""
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(path.with_name("compiled"))}

    def run(*arguments: str) -> Callable[[], object]:
        command = [sys.executable, *arguments]
        return lambda: subprocess.run(command, check=True, capture_output=True, env={**os.environ, **kept})

    query = run("-m", "dqlkit", "query", "fetch bizevents | limit 1", str(path))
    return _least(query, 7, _of_children) - _least(run("-c", "pass"), 7, _of_children)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for floor, milliseconds in floors():
        print(f"{milliseconds:>8}  {floor}")
