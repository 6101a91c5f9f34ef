"""What remains where there is little to do: the parts of a query before its first record, small answers, a cold start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
    """Names and milliseconds."""
    path = files(Sizes.of(1))["bizevents"]
    frame = pl.read_parquet(path, n_rows=1000)
    many = pl.scan_parquet(path).head(100_000).collect()
    compiler = Compiler({"bizevents": FrameTable(Frame.from_lazy(frame.lazy()))}, Context(Timestamp(0)))
    plan = dqlkit.parse(TWENTY).plan
    assert isinstance(plan, Operator)
    text = "fetch bizevents | filter total > 100 | sort total desc | limit 1000"
    result = dqlkit.query("fetch bizevents", {"bizevents": many})
    out = path.with_name("out.json")
    steps: dict[str, Callable[[], object]] = {
        "20 lines: parse and bind": lambda: dqlkit.parse(TWENTY).plan,
        "20 lines: resolve": lambda: compiler.resolve(plan),
        "20 lines: parse to lazy frame": lambda: dqlkit.parse(TWENTY).lazy({"bizevents": frame}),
        "1,000 records: text to records": lambda: dqlkit.query(text, {"bizevents": frame}).records,
        "100,000 records to JSON": lambda: result.write(out),
    }
    for name, step in steps.items():
        yield [name, f"{_median(step, 3 if name.startswith('100') else 15) * 1e3:.1f}"]
    yield ["cold `dqlkit query` above bare Python", f"{_cold(path) * 1e3:.0f}"]


def _median(step: Callable[[], object], rounds: int) -> float:
    step()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        step()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _cold(path: Path) -> float:
    """Seconds of a query in a new process, above those of one that does nothing."""

    def run(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    query = run("-m", "dqlkit", "query", "fetch bizevents | limit 1", str(path))
    return _median(query, 7) - _median(run("-c", "pass"), 7)
