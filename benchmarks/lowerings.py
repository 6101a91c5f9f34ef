"""What whole columns save: queries over 20,000 made-up records on Polars, and record by record in the reference engine.

    python -m benchmarks.lowerings

Printed: seconds of processors, the least of three rounds, and how many times as long the records take one by one; for members of
JSON texts DuckDB's seconds too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl

import dqlkit
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.reference import Interpreter
from dqlkit.functions.context import Context
from dqlkit.plan.operators import Operator
from dqlkit.sources.table import FrameTable
from dqlkit.types.values import Duration, Timestamp

ROWS = 20_000

QUERIES = [
    'parse json, "JSON:p" | summarize n = count(), by:{a = p[path], s = p[status]}',
    'parse json, "JSON:p" | fields p, s = p[status] | summarize takeAny(p), max(s)',
    'parse json, "JSON{STRING:path, INT:status}(flat=true)" | summarize n = count(), by:{path, status}',
    'parse line, "LD JSON:p" | summarize n = count(), by:{u = p[user]}',
    """parse line, "TIMESTAMP('yyyy-MM-dd HH:mm:ss'):at LD JSON:p" | summarize n = count(), by:{at, u = p[user]}""",
    """parse ids, "JSON_ARRAY:p" | summarize n = count(), by:{e = p[0]}""",
    """parse ids, "'[' ARRAY{DQS:id ','?}{1,}:p ']'" | summarize max(arraySize(p))""",
    'parse json, "JSON:p" | summarize s = sum(p[latency]), by:{path}',
    'parse json, "JSON:p" | fieldsFlatten p | summarize max(p.latency)',
    "summarize n = count(), by:{m = mixed[m]}",
    "summarize s = max(measure), by:{path}",
    "summarize n = count(), by:{record}",
    "summarize r = collectArray(record), by:{path} | fields r = arraySort(r) | summarize takeAny(r[0])",
    "fields first = list[0], size = arraySize(list) | summarize takeAny(first), max(size)",
    "summarize takeMax(toIp(number))",
    "summarize n = count(), by:{t = toString(any)}",
    'filter in(any, "text 1", "text 5") | summarize n = count()',
    'fields t = concat("a", any, "b") | summarize max(t)',
    "fields s = arraySum(numbers), m = arrayAvg(numbers) | summarize max(s), max(m)",
    "fields all = arrayConcat(numbers, array(path)) | summarize max(arraySize(all))",
]


def records() -> list[dict[str, Any]]:
    made = []
    for k in range(ROWS):
        path, text = f"/a/{k % 50}", f"text {k % 97}"
        made.append(
            {
                "path": path,
                "json": f'{{"path":"{path}","status":{200 + k % 5},"latency":{k / 7},"ok":true}}',
                "line": f'2026-01-01 10:00:{k % 60:02d} info {{"kind":"UPDATE","user":{k % 1000},"of":{{"x":{k},"y":"z"}}}}',
                "ids": f'["id-{k % 90}","id-{k}","x"]',
                "measure": k if k % 3 else k / 7 if k % 5 else Duration(k),
                "record": {"b": k % 50, "a": k % 3 / 2, "c": f"s{k % 60}"},
                "list": [k, text, {"a": k}] if k % 3 else text,
                "number": k * 1000,
                "mixed": {"m": text, "n": k} if k else 1,
                "any": text if k % 3 else k if k else {"a": 1},
                "numbers": [k, k / 3, k % 7],
            }
        )
    return made


def least(step: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of processors of the fastest round."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        step()
        times.append(time.process_time() - started)
    return min(times)


def main() -> None:
    rows = records()
    table, context = FrameTable(Frame.from_records(rows)), Context(Timestamp(0))
    for text in QUERIES:
        plan = dqlkit.parse("fetch t | " + text).plan
        assert isinstance(plan, Operator)

        def columns(plan: Operator = plan) -> object:
            return Compiler({"t": table}, context).run(plan).collect()

        def one_by_one(plan: Operator = plan) -> object:
            return list(Interpreter({"t": rows}, context).run(plan))

        fast, slow = least(columns), least(one_by_one, 1)
        print(f"{fast:6.3f} {slow / fast:6.1f} times  {text}")
    connection = duckdb.connect()
    connection.register("texts", pl.DataFrame({"json": [row["json"] for row in rows]}).to_arrow())
    sql = "select json->>'path' as a, json->'status' as s, count(*) from texts group by all"
    print(f"{least(lambda: connection.execute(sql).fetchall()):6.3f} DuckDB        {sql}")


if __name__ == "__main__":
    main()
