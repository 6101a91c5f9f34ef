"""How long DQL text takes to become a tree with spans, beside sqlglot on the same questions in SQL.

    python benchmarks/parse.py [--rounds 30]

Both run interleaved in one process; the medians count. `sqlglot[c]`, where it is installed, is the compiled one.
Then: that time grows with the length of the text, and what a cold start costs.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial

from dqlkit.languages.dql.parse import parse

FIVE = (
    """\
fetch logs, from:now() - 2h
| filter loglevel == "ERROR" and not contains(content, "timeout")
| summarize {errors = count(), hosts = countDistinct(host.name)}, by:{dt.entity.service, status}
| sort errors desc
| limit 20
""",
    """\
SELECT service, status, count(*) AS errors, count(DISTINCT host_name) AS hosts
FROM logs
WHERE timestamp >= now() - INTERVAL '2 hours' AND loglevel = 'ERROR' AND NOT contains(content, 'timeout')
GROUP BY service, status
ORDER BY errors DESC LIMIT 20
""",
)

TWENTY = (
    """\
fetch spans, from:now() - 24h, to:now(), samplingRatio:10
| filter in(span.kind, "server", "consumer") and duration > 5ms
| filter http.response.status_code >= 400 or isNotNull(error.type)
| fieldsAdd route = coalesce(http.route, url.path, "unknown"),
    slow = duration > 500ms and http.response.status_code < 500,
    bucket = if(duration < 100ms, "fast", else: if(duration < 1s, "medium", else:"slow"))
| parse content, "LD 'user=' WORD:user ' took ' INT:millis"
| fieldsAdd cost = toDouble(millis) * 0.25 + 3 * (retries - 1), day = timestamp@d
| lookup [
    fetch dt.entity.service
    | fields id, name = entity.name, team = tags[owner]
    | filter startsWith(team, "shop-") and not team == "shop-test"
  ], sourceField:dt.entity.service, lookupField:id, prefix:"service."
| summarize
    requests = count(),
    failures = countIf(http.response.status_code >= 500),
    p95 = percentile(duration, 95),
    users = countDistinct(user),
    by:{service.name, service.team, route, bucket, day}
| fieldsAdd rate = 100.0 * failures / requests, share = round(users / requests, decimals:2)
| filter rate > 1.5 and requests > 100
| sort rate desc, requests desc
| limit 50
""",
    """\
WITH base AS (
  SELECT *, coalesce(http_route, url_path, 'unknown') AS route,
    duration > 500 AND status_code < 500 AS slow,
    CASE WHEN duration < 100 THEN 'fast' ELSE CASE WHEN duration < 1000 THEN 'medium' ELSE 'slow' END END AS bucket,
    regexp_extract(content, 'user=(\\w+)', 1) AS user_name,
    regexp_extract(content, 'took (\\d+)', 1) AS millis
  FROM spans
  WHERE timestamp >= now() - INTERVAL '24 hours' AND timestamp < now()
    AND span_kind IN ('server', 'consumer') AND duration > 5
    AND (status_code >= 400 OR error_type IS NOT NULL)
), priced AS (
  SELECT *, CAST(millis AS DOUBLE) * 0.25 + 3 * (retries - 1) AS cost, date_trunc('day', timestamp) AS day FROM base
), service AS (
  SELECT id, entity_name AS name, tags['owner'] AS team FROM dt_entity_service
  WHERE starts_with(tags['owner'], 'shop-') AND NOT tags['owner'] = 'shop-test'
), counted AS (
  SELECT s.name, s.team, route, bucket, day, count(*) AS requests,
    count(*) FILTER (WHERE status_code >= 500) AS failures,
    quantile_cont(duration, 0.95) AS p95, count(DISTINCT user_name) AS users
  FROM priced p LEFT JOIN service s ON p.service_id = s.id
  GROUP BY s.name, s.team, route, bucket, day
)
SELECT *, 100.0 * failures / requests AS rate, round(users / requests, 2) AS share FROM counted
WHERE 100.0 * failures / requests > 1.5 AND requests > 100
ORDER BY rate DESC, requests DESC LIMIT 50
""",
)


def sixty() -> tuple[str, str]:
    """Two twenty-line queries joined, with more columns on top: sixty lines."""
    columns = range(16)
    dql_column = '    c{0} = if(contains(route, "/api/v{0}/") and requests > {0}0, rate * {0}.5, else: share - {0}),\n'
    sql_column = (
        "  CASE WHEN contains(a.route, '/api/v{0}/') AND a.requests > {0}0 THEN a.rate * {0}.5 "
        "ELSE a.share - {0} END AS c{0},\n"
    )
    dql_columns = "".join(dql_column.format(i) for i in columns)
    sql_columns = "".join(sql_column.format(i) for i in columns)
    dql = (
        TWENTY[0]
        + "| join [\n"
        + TWENTY[0]
        + "  ], on:{left[route] == right[route]}, kind:leftOuter, fields:{rate, share}\n| fieldsAdd\n"
        + dql_columns
        + "    total = rate + share\n"
    )
    sql = (
        f"WITH a AS (\n{TWENTY[1]}), b AS (\n{TWENTY[1]})\nSELECT a.*, b.rate AS right_rate, b.share AS right_share,\n"
        + sql_columns
        + "  a.rate + a.share AS total\nFROM a LEFT JOIN b ON a.route = b.route\n"
    )
    return dql, sql


def interleaved(runs: list[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each, measured in turn."""
    times: list[list[float]] = [[] for _ in runs]
    for run in runs:
        run()
    gc.disable()
    for _ in range(rounds):
        for run, spent in zip(runs, times, strict=True):
            start = time.perf_counter()
            run()
            spent.append(time.perf_counter() - start)
    gc.enable()
    return [statistics.median(spent) for spent in times]


def against_sqlglot(rounds: int) -> None:
    import sqlglot

    print(f"{'lines':>6} {'dqlkit µs':>10} {'sqlglot µs':>11} {'ratio':>6}")
    for dql, sql in (FIVE, TWENTY, sixty()):
        assert not parse(dql).diagnostics, parse(dql).diagnostics
        ours, theirs = interleaved([lambda: parse(dql), lambda: sqlglot.parse_one(sql, dialect="duckdb")], rounds)  # noqa: B023
        print(f"{dql.count(chr(10)):>6} {ours * 1e6:>10.0f} {theirs * 1e6:>11.0f} {ours / theirs:>6.2f}")


def growth() -> None:
    stage = '| fieldsAdd x = if(contains(content, "a b c"), toLong(a.b) + 12 * c, else: d[0]) // why\n'
    for size in (10_000, 100_000, 1_000_000):
        text = "fetch logs\n" + stage * (size // len(stage))
        (spent,) = interleaved([lambda: parse(text)], 3)  # noqa: B023
        print(f"{len(text):>8} characters {spent * 1e3:>8.1f} ms  {spent / len(text) * 1e9:>6.0f} ns a character")


def cold(rounds: int) -> None:
    """Whole processes, with compiled files and stored tables in place, as they are after a first use."""
    programs = ["pass", "import dqlkit; dqlkit.parse('fetch logs | filter a == 1')"]
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        runs = [
            partial(subprocess.run, [sys.executable, "-c", program], check=True, env=environment)
            for program in programs
        ]
        bare, ours = interleaved(runs, rounds)
    print(f"cold start: {bare * 1e3:.0f} ms bare, {(ours - bare) * 1e3:.0f} ms more for the first parse")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    against_sqlglot(rounds)
    growth()
    cold(min(rounds, 10))


if __name__ == "__main__":
    main()
