"""What clearly is a query, and what only begins with a word of one."""

from __future__ import annotations

import pytest

from dqlkit.hosts.clear import clear_language
from tests.shared import lines, needs

CORPORA = ("corpus/dql.jsonl", "corpus/dql-2.jsonl")


@pytest.mark.parametrize(
    "text",
    [
        "fetch logs",
        "// errors\n/* all */ fetch logs\n| limit 1",
        "fetch logs filter status == 1",
        "fetch logs ) | filter status == 1",
        "fetch ) logs filter status == 1",
        "fetch anything | filter a",
        "fetch {{.table}} | fields a",
        "fetch `a b`, from:-2h",
        "timeseries cpu = avg(dt.host.cpu.usage)",
        "timeseries {a = avg(b)}, by:{c}",
        "data record(a = 1)",
        "describe logs",
        'load "/lookups/a"',
        "metrics | filter a == 1",
        'smartscapeNodes "HOST"',
    ],
)
def test_queries_are(text: str) -> None:
    assert clear_language(text) == "dql"


@pytest.mark.parametrize(
    "text",
    [
        "fetch the logs",
        "Fetch logs of the cluster",
        "fetch logs from the cluster",
        "fetch logs, events and more",
        "fetch spans: %w",
        "fetch npm | head",
        "fetch user.data from the server",
        "data from the server",
        "data record of a day",
        "timeseries of values (a)",
        "describe the pods",
        "load the file",
        "metrics | foo",
        "SELECT * FROM users WHERE a = 1",
        "SELECT count(*) FROM transactions JOIN users GROUP BY a",
        "",
    ],
)
def test_english_and_sql_are_not(text: str) -> None:
    assert clear_language(text) == ""


def test_adql_reads_events_of_the_product() -> None:
    assert clear_language('SELECT count(*) FROM transactions WHERE application = "a"') == "adql"
    assert clear_language("SELECT series(eventTimestamp, '1m'), count(*) FROM orders") == "adql"


@pytest.mark.parametrize("corpus", CORPORA)
@needs(CORPORA[0])
def test_published_queries_are(corpus: str) -> None:
    queries = [one["query"] for one in lines(corpus) if one["kind"] == "query"]
    assert sum(clear_language(query) == "dql" for query in queries) > 0.998 * len(queries)
