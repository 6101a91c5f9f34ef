"""The generated tables of the benchmarks: business events, logs and spans in Parquet files.

Each value is a hash of the number of its record, so that the same sizes make the same files on every machine. Events and
logs come nearly in order of time, as exports do. Files are made once, in the cache folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pyarrow import parquet

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dqlkit-benchmarks"
SECOND = 1_000_000_000
START = 1_767_225_600 * SECOND
DAY = 86_400 * SECOND
#: Records per row group.
_GROUP = 250_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records each table has."""

    bizevents: int
    logs: int
    spans: int

    @classmethod
    def of(cls, millions: float) -> Sizes:
        """As many business events, half as many logs, a fifth as many spans."""
        events = int(millions * 1_000_000)
        return cls(events, events // 2, events // 5)


def files(sizes: Sizes) -> dict[str, Path]:
    """The tables by name, made where they are not there yet."""
    CACHE.mkdir(parents=True, exist_ok=True)
    makers = {"bizevents": _bizevents, "logs": _logs, "spans": _spans}
    return {name: _made(name, getattr(sizes, name), maker) for name, maker in makers.items()}


def _made(name: str, rows: int, maker: Callable[[pl.Expr, int], list[pl.Expr]]) -> Path:
    path = CACHE / f"{name}-{rows}.parquet"
    if path.exists():
        return path
    unfinished = path.with_suffix(".unfinished")
    groups = _groups(rows, maker)
    first = next(groups).to_arrow()
    with parquet.ParquetWriter(unfinished, first.schema, compression="zstd", compression_level=3) as writer:
        writer.write_table(first)
        for group in groups:
            writer.write_table(group.to_arrow())
    unfinished.rename(path)
    return path


def _groups(rows: int, maker: Callable[[pl.Expr, int], list[pl.Expr]]) -> Iterator[pl.DataFrame]:
    for start in range(0, rows, _GROUP):
        number = pl.DataFrame({"number": pl.Series(range(start, min(start + _GROUP, rows)), dtype=pl.UInt64)})
        yield number.select(maker(pl.col("number"), rows))


def _time(number: pl.Expr, rows: int) -> pl.Expr:
    """Spread over a day, a record up to two seconds late."""
    late = (number.hash(90) % (2 * SECOND)).cast(pl.Int64)
    return (START + number.cast(pl.Int64) * ((DAY - 2 * SECOND) // rows) + late).cast(pl.Datetime("ns", "UTC"))


def _one_of(number: pl.Expr, seed: int, values: list[str]) -> pl.Expr:
    """One of a few texts."""
    place = (number.hash(seed) % len(values)).cast(pl.UInt32)
    return place.replace_strict(range(len(values)), values, return_dtype=pl.String)


def _hex(number: pl.Expr, seed: int, count: int | None = None) -> pl.Expr:
    """One of `count` texts of 32 digits, or another one for each record."""
    key = number if count is None else number.hash(seed) % count
    halves = [key.hash(seed + k).cast(pl.String).str.zfill(20).str.tail(16) for k in (1, 2)]
    return pl.concat_str(halves)


_STEPS = [
    f"com.shop.{name}"
    for name in ["view", "search", "add", "remove", "cart", "login", "pay", "ship", "cancel", "refund", "rate", "leave"]
]
_COUNTRIES = ["AT", "BR", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "PL", "SE", "US"]


def _bizevents(number: pl.Expr, rows: int) -> list[pl.Expr]:
    total = pl.when(number.hash(4) % 50 != 0).then((number.hash(5) % 1_000_000).cast(pl.Float64) / 1000)
    country, device = _one_of(number, 6, _COUNTRIES), _one_of(number, 7, ["mobile", "tablet", "desktop"])
    amount, items = (number.hash(8) % 50_000).cast(pl.Float64) / 100, number.hash(9) % 12
    return [
        _time(number, rows).alias("timestamp"),
        _one_of(number, 1, _STEPS).alias("event.type"),
        _hex(number, 20).alias("event.id"),
        pl.format("user-{}", number.hash(2) % (rows // 10 + 1)).alias("user.id"),
        pl.format("host-{}", number.hash(3) % 480).alias("host.name"),
        total.alias("total"),
        (number.hash(10) % 1000).cast(pl.Int64).alias("amount"),
        _one_of(number, 11, ["web", "app", "kiosk", "phone"]).alias("channel"),
        pl.format("/shop/{}/{}", country, number.hash(12) % 4000).alias("url"),
        pl.struct(
            country=country,
            device=device,
            amount=amount,
            items=items.cast(pl.Int64),
            campaign=pl.format("spring-{}", number.hash(13) % 90),
        )
        .struct.json_encode()
        .alias("params"),
    ]


def _logs(number: pl.Expr, rows: int) -> list[pl.Expr]:
    host, key = number.hash(3) % 480, number.hash(31)
    address = pl.concat_str([(key // 256**k % 256).cast(pl.String) for k in range(4)], separator=".")
    end = pl.when(number.hash(32) % 40 == 0).then(pl.lit(": Payment Failed, connection timeout")).otherwise(pl.lit(""))
    return [
        _time(number, rows).alias("timestamp"),
        _one_of(number, 33, ["INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG"]).alias("loglevel"),
        pl.format("host-{}", host).alias("host.name"),
        _one_of(number, 34, [f"service-{k}" for k in range(40)]).alias("service"),
        _hex(number, 35, max(rows // 2, 1)).alias("trace.id"),
        pl.format(
            "GET /api/v{}/orders/{} client={} status={} latency={}ms{}",
            number.hash(36) % 3,
            number.hash(37) % 100_000,
            address,
            _one_of(number, 38, ["200", "200", "200", "404", "500"]),
            number.hash(39) % 3000,
            end,
        ).alias("content"),
    ]


def _spans(number: pl.Expr, rows: int) -> list[pl.Expr]:
    # The keys of logs, whose table has two and a half records for each of these.
    return [
        _time(number, rows).alias("start_time"),
        _hex(number, 35, max(rows * 5 // 4, 1)).alias("trace.id"),
        _one_of(number, 41, [f"service-{k}" for k in range(40)]).alias("service.name"),
        _one_of(number, 42, ["GET", "POST", "query", "render", "publish"]).alias("span.name"),
        (number.hash(43) % (3 * SECOND)).cast(pl.Int64).cast(pl.Duration("ns")).alias("duration"),
    ]
