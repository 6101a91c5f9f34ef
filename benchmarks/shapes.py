"""The seventeen shapes of queries that are measured: in DQL, by hand in Polars, and in DuckDB's SQL.

The forms by hand are what a user of that library would write; where Polars has a trick that is worth knowing, it is used.
A shape is one entry here. `near` says how far answers may be apart, for aggregates that are estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from benchmarks.data import DAY, SECOND, START

__all__ = ["SHAPES", "Shape"]

Tables = Mapping[str, pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Shape:
    """One question in three forms. `polars` gets the tables by name; in `sql` they are views. With `ties` any of the
    records that tie at the end may come, so that answers are only compared in their number. `why` tells, for where a
    goal is missed, what was tried and why it cannot be had."""

    name: str
    dql: str
    polars: Callable[[Tables], pl.LazyFrame]
    sql: str
    near: float = 1e-9
    ties: bool = False
    why: str = ""


_TYPE, _USER, _HOST, _TOTAL = pl.col("event.type"), pl.col("user.id"), pl.col("host.name"), pl.col("total")
_TIME, _CONTENT = pl.col("timestamp"), pl.col("content")
_FIVE = 300 * SECOND


def _instant(nanos: int) -> pl.Expr:
    return pl.lit(nanos, pl.Int64).cast(pl.Datetime("ns", "UTC"))


def _sum(column: pl.Expr) -> pl.Expr:
    """The sum, null where there is nothing to add."""
    return pl.when(column.count() > 0).then(column.sum())


def _series(tables: Tables) -> pl.LazyFrame:
    slot = (_TIME.dt.timestamp("ns") - START) // _FIVE
    counted = tables["bizevents"].group_by(_TYPE, slot.alias("slot")).agg(n=pl.len().cast(pl.Float64), s=_TOTAL.sum())
    slots = pl.LazyFrame({"slot": pl.int_range(DAY // _FIVE, eager=True)})
    full = counted.select(_TYPE).unique().join(slots, how="cross").join(counted, on=["event.type", "slot"], how="left")
    return full.sort(_TYPE, "slot").group_by(_TYPE, maintain_order=True).agg("n", "s")


def _ranks(column: pl.Expr) -> list[pl.Expr]:
    return [column.quantile(percent / 100, "equiprobable").alias(f"p{percent}") for percent in (50, 90, 99)]


def _parsed(tables: Tables) -> pl.LazyFrame:
    latency = _CONTENT.str.extract(r"latency=([0-9]{1,18})", 1).cast(pl.Int64)
    ip = _CONTENT.str.extract(r"client=([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})", 1)
    parsed = tables["logs"].select(_HOST, latency=latency, ip=ip).filter(pl.col("ip").str.starts_with("1"))
    return parsed.group_by(_HOST).agg(*_ranks(pl.col("latency").cast(pl.Float64))).sort(_HOST)


def _newest(tables: Tables) -> pl.LazyFrame:
    chosen = tables["bizevents"].select(_TIME, _USER, _TOTAL)
    return (
        chosen.group_by(_USER)
        .agg(pl.all().get(_TIME.arg_max()))
        .sort(_TIME, descending=True)
        .select(_TIME, _USER, _TOTAL)
    )


def _top(tables: Tables) -> pl.LazyFrame:
    """In two passes: the least of the greatest values, then the records that are as great."""
    events = tables["bizevents"].filter(_TOTAL.is_not_null())
    least = events.select(_TOTAL).top_k(100, by=_TOTAL).min().collect(engine="streaming").item()
    return events.filter(least <= _TOTAL).sort(_TOTAL, descending=True, maintain_order=True).head(100)


def _lookup(tables: Tables) -> pl.LazyFrame:
    spans = tables["spans"].unique("trace.id", keep="first", maintain_order=True)
    joined = tables["logs"].join(spans, on="trace.id", how="left", maintain_order="none")
    return (
        joined.group_by("service.name")
        .agg(n=pl.len(), d=pl.col("duration").mean())
        .sort("service.name", nulls_last=True)
    )


def _json(tables: Tables) -> pl.LazyFrame:
    held = pl.Struct({"country": pl.String, "device": pl.String, "amount": pl.Float64})
    decoded = tables["bizevents"].select(pl.col("params").str.json_decode(held)).unnest("params")
    return decoded.group_by("country", "device").agg(n=pl.len(), s=pl.col("amount").sum()).sort("country", "device")


def _pipeline(tables: Tables) -> pl.LazyFrame:
    kept = tables["bizevents"].filter(
        (pl.col("amount") > 100) & (pl.col("channel") != "phone") & pl.col("url").str.contains("/shop/A", literal=True)
    )
    added = kept.with_columns(
        gross=_TOTAL * 1.2, size=pl.when(pl.col("amount") > 500).then(pl.lit("big")).otherwise(pl.lit("small"))
    )
    grouped = (
        added.filter(pl.col("gross").is_not_null())
        .group_by(_HOST, "size", _TYPE)
        .agg(n=pl.len(), gross=pl.col("gross").sum(), mean=pl.col("amount").mean())
    )
    rated = grouped.with_columns(rate=pl.col("gross") / pl.col("n")).filter(pl.col("n") > 2)
    return rated.sort("rate", _HOST, "size", _TYPE, descending=[True, False, False, False]).head(50)


def _last_hour(tables: Tables) -> pl.LazyFrame:
    inside = (_instant(START + DAY - 3600 * SECOND) <= _TIME) & (_instant(START + DAY) > _TIME)
    return tables["bizevents"].filter(inside).group_by(_TYPE).agg(n=pl.len()).sort(_TYPE)


SHAPES = (
    Shape(
        "q01 count all",
        "fetch bizevents | summarize n = count()",
        lambda tables: tables["bizevents"].select(n=pl.len()),
        "SELECT count(*) n FROM bizevents",
        why="Text to answer takes 3 ms of processor, of which 0.4 read the footer, 1.2 find and describe the "
        "file, 0.6 parse, bind and compile, 0.6 tell the metadata; the count itself is known from the "
        "footer. Polars by hand reads the footer, and no more. The footer was read three times before.",
    ),
    Shape(
        "q02 filter, count",
        'fetch bizevents | filter event.type == "com.shop.pay" and total > 900 | summarize n = count()',
        lambda tables: tables["bizevents"].filter((_TYPE == "com.shop.pay") & (_TOTAL > 900)).select(n=pl.len()),
        """SELECT count(*) n FROM bizevents WHERE "event.type" = 'com.shop.pay' AND total > 900""",
        why="The same plan as by hand; the rest is what any query takes from text to plan and from plan to answer.",
    ),
    Shape(
        "q03 12 groups, 4 aggregates",
        "fetch bizevents | summarize n = count(), s = sum(total), a = avg(amount), m = max(total), by:{event.type}",
        lambda tables: (
            tables["bizevents"]
            .group_by(_TYPE)
            .agg(n=pl.len(), s=_TOTAL.sum(), a=pl.col("amount").mean(), m=_TOTAL.max())
            .sort(_TYPE)
        ),
        """SELECT "event.type", count(*) n, sum(total) s, avg(amount) a, max(total) m
        FROM bizevents GROUP BY 1 ORDER BY 1""",
        why="The work is Polars' own. Slower than plain: casting the key to a categorical (1.4 of it), "
        "reading the dictionary with Arrow and merging what each row group yields (1.3), the engine in "
        "memory (1.1).",
    ),
    Shape(
        "q04 many groups, top 20",
        "fetch bizevents | summarize n = count(), s = sum(total), by:{user.id} | sort s desc | limit 20",
        lambda tables: (
            tables["bizevents"]
            .group_by(_USER)
            .agg(n=pl.len(), s=_sum(_TOTAL))
            .sort("s", _USER, descending=[True, False], nulls_last=[False, True])
            .head(20)
        ),
        """SELECT "user.id", count(*) n, sum(total) s FROM bizevents GROUP BY 1 ORDER BY s DESC NULLS FIRST, 1 LIMIT 20""",
        why="Texts of up to 12 bytes are grouped as the numbers that Polars holds them as, half of the work of grouping "
        "texts; longer ones apart. Slower than plain: categorical keys (1.4), hashed keys (1.2); grouping in memory takes "
        "twice the work.",
    ),
    Shape(
        "q05 time series",
        "fetch bizevents | makeTimeseries n = count(), s = sum(total), by:{event.type}, interval:5m"
        " | fields event.type, n, s",
        _series,
        f"""WITH counted AS (SELECT "event.type" t, (epoch_ns("timestamp") - {START}) // {_FIVE} slot,
                count(*)::DOUBLE n, sum(total) s FROM bizevents GROUP BY ALL),
            slots AS (SELECT range slot FROM range({DAY // _FIVE}))
        SELECT t, list(n ORDER BY slot) n, list(s ORDER BY slot) s
        FROM (SELECT DISTINCT t FROM counted) CROSS JOIN slots LEFT JOIN counted USING (t, slot)
        GROUP BY t ORDER BY t""",
        why="Slots are found with unsigned numbers, since two times may lie further apart than 63 bits, and "
        "times outside of the grid are left out: 13 % more than by hand. Ten milliseconds are for laying "
        "out the grid.",
    ),
    Shape(
        "q06 contains, count by host",
        'fetch logs | filter contains(content, "timeout") | summarize n = count(), by:{host.name}',
        lambda tables: (
            tables["logs"]
            .filter(_CONTENT.str.contains("timeout", literal=True))
            .group_by(_HOST)
            .agg(n=pl.len())
            .sort(_HOST)
        ),
        """SELECT "host.name", count(*) n FROM logs WHERE contains(content, 'timeout') GROUP BY 1 ORDER BY 1""",
        why="The same plan as by hand; the rest is what any query takes from text to plan and from plan to answer.",
    ),
    Shape(
        "q07 parse address and latency",
        """fetch logs
| parse content, "LD 'client=' IPADDR:ip"
| parse content, "LD 'latency=' INT:latency"
| filter startsWith(toString(ip), "1")
| summarize p50 = percentile(latency, 50), p90 = percentile(latency, 90), p99 = percentile(latency, 99),
    by:{host.name}""",
        _parsed,
        r"""SELECT "host.name", quantile_disc(latency, 0.5) p50, quantile_disc(latency, 0.9) p90,
            quantile_disc(latency, 0.99) p99
        FROM (SELECT "host.name", regexp_extract(content, 'latency=([0-9]{1,18})', 1)::DOUBLE latency,
            regexp_extract(content, 'client=([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})', 1) ip FROM logs)
        WHERE starts_with(ip, '1') GROUP BY 1 ORDER BY 1""",
        why="Addresses of version 4 are looked for first, and stay texts where only these are read. What is left beyond "
        "the same two searches: whether each address is one, by a second expression (a tenth), and whether texts have "
        "line breaks, where a search ends. One search for both captures takes 1.5 of two.",
    ),
    Shape(
        "q08 distinct, exact",
        "fetch bizevents | summarize n = countDistinctExact(user.id)",
        lambda tables: tables["bizevents"].select(n=_USER.n_unique()),
        """SELECT count(DISTINCT "user.id") n FROM bizevents""",
        why="Texts of up to 12 bytes are counted as the numbers that Polars holds them as, 0.45 of the work of counting "
        "texts. Slower than plain: grouping (1.2), two hashes (2.1), such numbers where they are computed (1.4), Arrow (2.3).",
    ),
    Shape(
        "q08b distinct, estimated",
        "fetch bizevents | summarize n = countDistinctApprox(event.id)",
        lambda tables: tables["bizevents"].select(n=pl.col("event.id").approx_n_unique()),
        """SELECT approx_count_distinct("event.id") n FROM bizevents""",
        near=0.1,
        why="The estimate has half of the error that was asked for, whatever the values, and is the same in "
        "parts; that takes a fifth more than Polars' own, which was 8 % off here.",
    ),
    Shape(
        "q09 newest of each user",
        "fetch bizevents | fields timestamp, user.id, total | dedup user.id, sort:{timestamp desc}",
        _newest,
        """SELECT max("timestamp") "timestamp", "user.id", arg_max_null(total, "timestamp") total
        FROM bizevents GROUP BY "user.id" ORDER BY 1 DESC""",
        why="Sorting and marking the first of each key is 0.7 of Polars by hand; sorting alone is most of it.",
    ),
    Shape(
        "q10 top 100, all fields",
        "fetch bizevents | filter isNotNull(total) | sort total desc | limit 100",
        _top,
        "SELECT * FROM bizevents WHERE total IS NOT NULL ORDER BY total DESC LIMIT 100",
        ties=True,
        why="Two passes, as by hand; what ties with the last record is sorted by all of its keys.",
    ),
    Shape(
        "q11 lookup",
        """fetch logs | lookup [fetch spans], sourceField:trace.id, lookupField:trace.id, prefix:"span."
| summarize n = count(), d = avg(span.duration), by:{span.service.name}""",
        _lookup,
        """SELECT "service.name", count(*) n, avg(duration) d FROM logs
        LEFT JOIN (SELECT "trace.id", first("service.name") "service.name", first(duration) duration
            FROM spans GROUP BY 1) USING ("trace.id") GROUP BY 1 ORDER BY 1""",
        near=0.02,  # of several spans of one trace DuckDB takes any
        why="Less than Polars by hand, since the first record of each key is marked, not searched for. "
        "Grouping the left side by its key first is 1.3 of the work; joining on hashes 0.6, and not "
        "exact.",
    ),
    Shape(
        "q12 members of JSON texts",
        """fetch bizevents | parse params, "JSON:p"
| summarize n = count(), s = sum(toDouble(p[amount])), by:{country = p[country], device = p[device]}""",
        _json,
        """SELECT params->>'country' country, params->>'device' device, count(*) n, sum((params->>'amount')::DOUBLE) s
        FROM bizevents GROUP BY ALL ORDER BY 1, 2""",
        why="Members are found by one expression that is right for all texts of the shape, each other text by "
        "a reader; that is half of the work, faster than Polars' reader and slower than DuckDB's, which reads all "
        "members in one pass in C++. Groups are made of each batch and then joined. Batches of 20,000 records take "
        "half of the memory, and other shapes 1.2 of their work.",
    ),
    Shape(
        "q13 percentiles of 480 groups",
        "fetch bizevents | summarize p50 = percentile(total, 50), p90 = percentile(total, 90),"
        " p99 = percentile(total, 99), by:{host.name}",
        lambda tables: tables["bizevents"].group_by(_HOST).agg(*_ranks(_TOTAL)).sort(_HOST),
        """SELECT "host.name", quantile_disc(total, 0.5) p50, quantile_disc(total, 0.9) p90,
            quantile_disc(total, 0.99) p99 FROM bizevents GROUP BY 1 ORDER BY 1""",
        why="The values of each group are sorted once for all percentiles, as lists, which takes 0.8 of sorting groups; "
        "DuckDB keeps the values of a group together while it reads. Selecting in NumPy would be less, for a dependency.",
    ),
    Shape(
        "q14 matchesPhrase",
        'fetch logs | filter matchesPhrase(content, "payment failed") | summarize n = count()',
        lambda tables: tables["logs"].filter(_CONTENT.str.contains(r"(?i)\bpayment failed\b")).select(n=pl.len()),
        r"""SELECT count(*) n FROM logs WHERE regexp_matches(content, '\bpayment failed\b', 'i')""",
        why="The same plan as by hand; the rest is what any query takes from text to plan and from plan to answer.",
    ),
    Shape(
        "q15 ten commands",
        """fetch bizevents
| filter amount > 100
| filter channel != "phone" and contains(url, "/shop/A")
| fieldsAdd gross = total * 1.2
| fieldsAdd size = if(amount > 500, "big", else:"small")
| filter isNotNull(gross)
| summarize n = count(), gross = sum(gross), mean = avg(amount), by:{host.name, size, event.type}
| fieldsAdd rate = gross / n
| filter n > 2
| sort rate desc
| limit 50""",
        _pipeline,
        """WITH kept AS (SELECT "host.name" h, "event.type" t, amount, total * 1.2 gross,
                CASE WHEN amount > 500 THEN 'big' ELSE 'small' END size
            FROM bizevents WHERE amount > 100 AND channel <> 'phone' AND contains(url, '/shop/A')),
            grouped AS (SELECT h, size, t, count(*) n, sum(gross) gross, avg(amount) mean
            FROM kept WHERE gross IS NOT NULL GROUP BY ALL)
        SELECT *, gross / n rate FROM grouped WHERE n > 2 ORDER BY rate DESC, h, size, t LIMIT 50""",
        why="The same plan as by hand; the rest is what any query takes from text to plan and from plan to answer.",
    ),
    Shape(
        "q16 last hour",
        'fetch bizevents, from:"2026-01-01T23:00:00Z", to:"2026-01-02T00:00:00Z" | summarize n = count(), by:{event.type}',
        _last_hour,
        """SELECT "event.type", count(*) n FROM bizevents WHERE "timestamp" >= '2026-01-01 23:00:00+00'
        AND "timestamp" < '2026-01-02 00:00:00+00' GROUP BY 1 ORDER BY 1""",
        why="Five milliseconds from text to plan, as for any query; the row groups are chosen by their "
        "statistics in all three.",
    ),
)
