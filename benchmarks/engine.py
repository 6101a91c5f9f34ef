"""How long typical DQL takes, beside the same questions written by hand for Polars' streaming engine.

    python benchmarks/engine.py [--rows 1000000] [--rounds 5] [--only sort]

Both run interleaved in one process over one Parquet file, which is made once in the cache folder; the medians count.
`engine` is the lazy frame of a query that is parsed already, collected; `query` is all that `dqlkit.query` does, from
text to result with its metadata. Ratios are to Polars. Then: what parsing, binding and compiling alone cost.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

import dqlkit

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dqlkit-benchmarks"
_SECOND = 1_000_000_000
_START = 1_767_225_600 * _SECOND
_DAY = 86_400 * _SECOND


def events(rows: int) -> pl.DataFrame:
    """Business events of one day, in order of time but for a second here and there."""
    number = pl.int_range(rows, dtype=pl.UInt64)
    spread = {
        name: number.hash(seed)
        for seed, name in enumerate(["type", "user", "host", "total", "amount", "status", "late"])
    }
    host = pl.format("host-{}", spread["host"] % 480)
    user = pl.format("user-{}", spread["user"] % (rows // 4 + 1))
    millis = spread["total"] % 900
    jitter = (spread["late"] % _SECOND).cast(pl.Int64)
    return pl.select(
        timestamp=(_START + number.cast(pl.Int64) * (_DAY // rows) + jitter).cast(pl.Datetime("ns", "UTC")),
        **{
            "event.type": pl.format("com.shop.step-{}", spread["type"] % 12),
            "user.id": user,
            "host.name": host,
            "total": pl.when(spread["total"] % 50 != 0).then((spread["total"] % 100_000).cast(pl.Float64) / 100),
            "amount": (spread["amount"] % 1000).cast(pl.Int64),
            "status": pl.lit([200, 200, 200, 404, 500]).list.get((spread["status"] % 5).cast(pl.Int64)).cast(pl.Int64),
            "content": pl.format("{} served /cart/checkout for {} in {} ms", host, user, millis)
            + pl.when(spread["status"] % 17 == 0).then(pl.lit(", Payment Failed")).otherwise(pl.lit("")),
            "trace.id": pl.format("{}-{}", number.hash(21), number.hash(22)),
            "tags": pl.concat_list(pl.format("t{}", spread["late"] % 7), pl.format("t{}", spread["user"] % 5)),
        },
    )


def hosts() -> pl.DataFrame:
    return pl.select(id=pl.format("host-{}", pl.int_range(400)), team=pl.format("team-{}", pl.int_range(400) % 9))


def files(rows: int) -> dict[str, Path]:
    """The tables, made where they are not there yet."""
    CACHE.mkdir(parents=True, exist_ok=True)
    made = {"bizevents": CACHE / f"events-{rows}.parquet", "hosts": CACHE / "hosts.parquet"}
    if not made["bizevents"].exists():
        events(rows).write_parquet(made["bizevents"], row_group_size=100_000)
    if not made["hosts"].exists():
        hosts().write_parquet(made["hosts"])
    return made


@dataclass(frozen=True, slots=True)
class Case:
    """A question in DQL, and by hand: a function of the events and the hosts."""

    name: str
    dql: str
    by_hand: Callable[[pl.LazyFrame, pl.LazyFrame], pl.LazyFrame]


_KIND, _USER, _HOST = pl.col("event.type"), pl.col("user.id"), pl.col("host.name")
_TOTAL, _AMOUNT, _STATUS, _TIME = pl.col("total"), pl.col("amount"), pl.col("status"), pl.col("timestamp")
_CONTENT = pl.col("content")
_FIVE = 300 * _SECOND
_SLOTS = _DAY // _FIVE + 1


def _ranked(column: pl.Expr, percent: int) -> pl.Expr:
    return column.quantile(percent / 100, "equiprobable")


def _series(e: pl.LazyFrame, _: pl.LazyFrame) -> pl.LazyFrame:
    slot = (_TIME.dt.timestamp("ns") - _START) // _FIVE
    counted = e.group_by(_KIND, slot.alias("slot")).agg(pl.len().cast(pl.Float64).alias("n"), _TOTAL.sum().alias("s"))
    slots = pl.LazyFrame({"slot": range(_SLOTS)}, schema={"slot": pl.Int64})
    full = counted.select(_KIND).unique().join(slots, how="cross").join(counted, on=["event.type", "slot"], how="left")
    return full.sort(_KIND, "slot").group_by(_KIND, maintain_order=True).agg("n", "s")


def _pipeline(e: pl.LazyFrame, h: pl.LazyFrame) -> pl.LazyFrame:
    kept = e.filter((_STATUS < 500) & (_AMOUNT > 100) & _CONTENT.str.contains("checkout", literal=True))
    added = kept.with_columns(
        (_TOTAL * 1.2).alias("gross"),
        pl.when(_AMOUNT > 500).then(pl.lit("big")).otherwise(pl.lit("small")).alias("size"),
    )
    joined = added.join(h, left_on="host.name", right_on="id", how="left").filter(pl.col("team").is_not_null())
    grouped = joined.group_by("team", "size", _KIND).agg(
        pl.len().alias("n"), pl.col("gross").sum(), _AMOUNT.mean().alias("mean")
    )
    rated = grouped.with_columns((pl.col("gross") / pl.col("n")).alias("rate")).filter(pl.col("n") > 10)
    return rated.sort("rate", descending=True).head(50)


CASES = [
    Case("count", "fetch bizevents | summarize count()", lambda e, _: e.select(pl.len())),
    Case(
        "filter, count",
        'fetch bizevents | filter event.type == "com.shop.step-3" and status >= 400 | summarize count()',
        lambda e, _: e.filter((_KIND == "com.shop.step-3") & (_STATUS >= 400)).select(pl.len()),
    ),
    Case(
        "few groups",
        "fetch bizevents | summarize count(), sum(total), avg(amount), max(total), by:{event.type}",
        lambda e, _: (
            e.group_by(_KIND)
            .agg(pl.len().alias("n"), _TOTAL.sum().alias("s"), _AMOUNT.mean().alias("a"), _TOTAL.max().alias("m"))
            .sort(_KIND)
        ),
    ),
    Case(
        "many groups, top 20",
        "fetch bizevents | summarize n = count(), s = sum(total), by:{user.id} | sort s desc | limit 20",
        lambda e, _: (
            e.group_by(_USER).agg(pl.len().alias("n"), _TOTAL.sum().alias("s")).sort("s", descending=True).head(20)
        ),
    ),
    Case(
        "many groups, all",
        "fetch bizevents | summarize n = count(), s = sum(amount), by:{user.id, status}",
        lambda e, _: e.group_by(_USER, _STATUS).agg(pl.len().alias("n"), _AMOUNT.sum().alias("s")).sort(_USER, _STATUS),
    ),
    Case(
        "time series",
        "fetch bizevents | makeTimeseries n = count(), s = sum(total), by:{event.type}, interval:5m",
        _series,
    ),
    Case(
        "contains",
        'fetch bizevents | filter contains(content, "in 77 ms") | summarize count(), by:{host.name}',
        lambda e, _: (
            e.filter(_CONTENT.str.contains("in 77 ms", literal=True)).group_by(_HOST).agg(pl.len()).sort(_HOST)
        ),
    ),
    Case(
        "matchesPhrase",
        'fetch bizevents | filter matchesPhrase(content, "payment failed") | summarize count()',
        lambda e, _: e.filter(_CONTENT.str.contains(r"(?i)\bpayment failed\b")).select(pl.len()),
    ),
    Case(
        "startsWith",
        'fetch bizevents | filter startsWith(content, "host-47") | summarize count()',
        lambda e, _: e.filter(_CONTENT.str.starts_with("host-47")).select(pl.len()),
    ),
    Case(
        "countDistinct",
        "fetch bizevents | summarize countDistinctExact(user.id)",
        lambda e, _: e.select(_USER.n_unique()),
    ),
    Case(
        "dedup newest",
        "fetch bizevents | fields timestamp, user.id, total | dedup user.id, sort:{timestamp desc}",
        lambda e, _: (
            e.select(_TIME, _USER, _TOTAL)
            .sort(_TIME, descending=True)
            .unique("user.id", keep="first", maintain_order=True)
        ),
    ),
    Case(
        "sort, limit",
        "fetch bizevents | sort total desc | limit 100",
        lambda e, _: e.sort(_TOTAL, descending=True, nulls_last=False, maintain_order=True).head(100),
    ),
    Case(
        "sort two keys, limit",
        "fetch bizevents | filter isNotNull(total) | sort amount desc, total asc | limit 100",
        lambda e, _: (
            e.filter(_TOTAL.is_not_null())
            .sort(_AMOUNT, _TOTAL, descending=[True, False], nulls_last=[False, True], maintain_order=True)
            .head(100)
        ),
    ),
    Case(
        "lookup",
        """fetch bizevents
| lookup [fetch hosts], sourceField:host.name, lookupField:id, prefix:"h."
| summarize count(), by:{h.team}""",
        lambda e, h: (
            e.join(h, left_on="host.name", right_on="id", how="left").group_by("team").agg(pl.len()).sort("team")
        ),
    ),
    Case(
        "join",
        """fetch bizevents
| join [fetch hosts], on:{left[host.name] == right[id]}, fields:{team}
| summarize sum(amount), by:{team}""",
        lambda e, h: (
            e.join(h, left_on="host.name", right_on="id", how="inner").group_by("team").agg(_AMOUNT.sum()).sort("team")
        ),
    ),
    Case(
        "percentiles",
        """fetch bizevents
| summarize percentile(total, 50), percentile(total, 90), percentile(total, 99), by:{host.name}""",
        lambda e, _: e.group_by(_HOST).agg(_ranked(_TOTAL, p).alias(f"p{p}") for p in (50, 90, 99)).sort(_HOST),
    ),
    Case(
        "expand",
        "fetch bizevents | expand tags | summarize count(), by:{tags}",
        lambda e, _: e.explode("tags").group_by("tags").agg(pl.len()).sort("tags"),
    ),
    Case(
        "parse",
        "fetch bizevents | parse content, \"LD ' in ' INT:ms ' ms'\" | summarize avg(ms), by:{host.name}",
        lambda e, _: (
            e.with_columns(_CONTENT.str.extract(r" in ([0-9]+) ms").cast(pl.Int64).alias("ms"))
            .group_by(_HOST)
            .agg(pl.col("ms").mean())
            .sort(_HOST)
        ),
    ),
    Case(
        "ten commands",
        """fetch bizevents
| filter status < 500 and amount > 100
| filter contains(content, "checkout")
| fieldsAdd gross = total * 1.2, size = if(amount > 500, "big", else:"small")
| lookup [fetch hosts], sourceField:host.name, lookupField:id, fields:{team}
| filter isNotNull(team)
| summarize n = count(), gross = sum(gross), mean = avg(amount), by:{team, size, event.type}
| fieldsAdd rate = gross / n
| filter n > 10
| sort rate desc
| limit 50""",
        _pipeline,
    ),
    Case(
        "last hour",
        'fetch bizevents, from:"2026-01-01T23:00:00Z", to:"2026-01-02T00:00:00Z" | summarize count(), by:{event.type}',
        lambda e, _: (
            e.filter(
                (pl.lit(_START + 23 * 3600 * _SECOND).cast(pl.Datetime("ns", "UTC")) <= _TIME)
                & (pl.lit(_START + _DAY).cast(pl.Datetime("ns", "UTC")) > _TIME)
            )
            .group_by(_KIND)
            .agg(pl.len())
            .sort(_KIND)
        ),
    ),
]


def interleaved(runs: list[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each, measured in turn."""
    times: list[list[float]] = [[] for _ in runs]
    for run in runs:
        run()
    for _ in range(rounds):
        for run, spent in zip(runs, times, strict=True):
            gc.collect()
            start = time.perf_counter()
            run()
            spent.append(time.perf_counter() - start)
    return [statistics.median(spent) for spent in times]


def against_polars(cases: list[Case], tables: dict[str, Path], rounds: int) -> None:
    print(f"{'':<22}{'polars ms':>10}{'engine ms':>10}{'query ms':>10}{'engine':>8}{'query':>7}")
    for case in cases:
        parsed = dqlkit.parse(case.dql)
        if parsed.errors:
            print(f"{case.name:<22}{parsed.errors[0].message}")
            continue

        def by_hand(case: Case = case) -> pl.DataFrame:
            scans = [pl.scan_parquet(path) for path in tables.values()]
            return case.by_hand(*scans).collect(engine="streaming")

        def engine(parsed: dqlkit.Query = parsed) -> pl.DataFrame:
            return parsed.lazy(tables).collect(engine="streaming")

        def whole(case: Case = case) -> object:
            return dqlkit.query(case.dql, tables)

        heights = by_hand().height, engine().height
        hand, ours, all_of_it = interleaved([by_hand, engine, whole], rounds)
        note = "" if heights[0] == heights[1] else f"  {heights[1]} records instead of {heights[0]}"
        figures = "".join(f"{spent * 1e3:>10.1f}" for spent in (hand, ours, all_of_it))
        print(f"{case.name:<22}{figures}{ours / hand:>8.2f}{all_of_it / hand:>7.2f}{note}", flush=True)


def before_running(cases: list[Case], tables: dict[str, Path], rounds: int) -> None:
    """What happens before any record is read."""
    empty = {name: pl.read_parquet(path, n_rows=0) for name, path in tables.items()}
    texts = [case.dql for case in cases if not dqlkit.parse(case.dql).errors]
    parsed = [dqlkit.parse(text) for text in texts]
    steps: dict[str, Callable[[], object]] = {
        "parse": lambda: [dqlkit.parse(text) for text in texts],
        "parse, bind": lambda: [dqlkit.parse(text).plan for text in texts],
        "compile": lambda: [query.lazy(empty) for query in parsed],
        "parse, bind, compile, run on no records": lambda: [dqlkit.query(text, empty) for text in texts],
    }
    print("\na query, on average")
    for step, spent in zip(steps, interleaved(list(steps.values()), rounds), strict=True):
        print(f"{step:<42}{spent / len(texts) * 1e3:>8.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    given = parser.parse_args()
    tables = files(given.rows)
    cases = [case for case in CASES if given.only in case.name]
    against_polars(cases, tables, given.rounds)
    before_running(cases, tables, given.rounds)


if __name__ == "__main__":
    main()
