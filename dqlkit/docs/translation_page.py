"""Writes `translation.md`: what each language can say of the other, graded by translating an example of each construct.

`python -m dqlkit.docs.translation_page` prints the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from dqlkit.api import Query
from dqlkit.languages.language import LanguageName

__all__ = ["CONSTRUCTS", "Grade", "Row", "grade", "markdown", "rows"]

Grade: TypeAlias = Literal["exact", "approximate", "impossible"]


class Row(NamedTuple):
    """A construct with an example in its own language, what becomes of it, how well, and what differs."""

    construct: str
    example: str
    translated: str
    grade: Grade
    notes: tuple[str, ...]


#: Constructs by the language that has them, each with an example.
CONSTRUCTS: dict[LanguageName, tuple[tuple[str, str], ...]] = {
    "adql": (
        ("all fields", "SELECT * FROM t"),
        ("named fields, aliases", 'SELECT a, b AS "x y" FROM t'),
        ("arithmetic", "SELECT a + b * 2 AS c FROM t"),
        ("`=`", "SELECT count(*) FROM t WHERE a = 'v'"),
        ("`=` with wildcards", "SELECT count(*) FROM t WHERE a = 'v*'"),
        ("`!=`, which a missing field meets", "SELECT count(*) FROM t WHERE a != 'v'"),
        ("`NOT`", "SELECT count(*) FROM t WHERE NOT (a = 'v' AND x > 1)"),
        ("`<`, `<=`, `>`, `>=`", "SELECT count(*) FROM t WHERE x > 1"),
        ("`IN`", "SELECT count(*) FROM t WHERE a IN ('v', 'w*')"),
        ("`BETWEEN`", "SELECT count(*) FROM t WHERE x BETWEEN [1, 5)"),
        ("`LIKE` on a whole text", "SELECT count(*) FROM t WHERE a LIKE '*failed quota*'"),
        ("`LIKE` on a full text", "SELECT count(*) FROM logs WHERE message LIKE 'failed quota'"),
        ("`REGEXP` of a prefix", "SELECT count(*) FROM t WHERE a REGEXP 'sys/.*'"),
        ("`REGEXP`", "SELECT count(*) FROM t WHERE a REGEXP 'node-[1-9]+'"),
        ("`IS NULL`", "SELECT count(*) FROM t WHERE a IS NULL OR b IS NOT NULL"),
        ("nested fields", "SELECT count(*) FROM t WHERE segments.tier = 'web'"),
        ("groups by a nested field", "SELECT segments.tier, count(*) FROM t"),
        ("event time", "SELECT count(*) FROM t WHERE eventTimestamp >= 1700000000000"),
        ("`SINCE`, `UNTIL`", "SELECT count(*) FROM t SINCE 1 h UNTIL 15 m"),
        ("`ORDER BY`, `LIMIT` of events", "SELECT a FROM t ORDER BY x DESC LIMIT 20"),
        ("implicit grouping", "SELECT a, count(*) FROM t"),
        ("groups of several levels", "SELECT a, b, count(*) FROM t LIMIT 5, 3"),
        ("`ORDER BY` of groups", "SELECT a, max(x) AS m FROM t ORDER BY m DESC LIMIT 20"),
        ("`HAVING`", "SELECT a, max(x) AS m FROM t HAVING m > 5"),
        ("`DISTINCT`", "SELECT DISTINCT a, b FROM t"),
        ("`count(field)`", "SELECT count(a) FROM t"),
        ("`avg`, `min`, `max`, `stdev`", "SELECT avg(x), min(x), max(x), stdev(x) FROM t"),
        ("`sum`", "SELECT sum(x) FROM t"),
        ("`sum`, divided", "SELECT sum(x) / count(*) FROM t"),
        ("`distinctcount`", "SELECT distinctcount(a) FROM t"),
        ("`percentile`", "SELECT percentile(x, 90) FROM t"),
        ("`percentile` of several", "SELECT percentile(x, 50, 90) FROM t"),
        ("`stats`", "SELECT stats(x) AS s FROM t"),
        ("`filter`", "SELECT filter(avg(x), WHERE a = 'v') AS f FROM t"),
        ("`series` of time", "SELECT series(eventTimestamp, '10m') AS start, count(*) FROM t"),
        ("`series` of numbers", "SELECT series(x, 10) AS low, count(*) FROM t"),
        ("`range`", "SELECT range(x, 10, 100) AS r, count(*) FROM t"),
        ("`funnel`", "SELECT funnel(id, a = 'v', a = 'w') AS \"first,second\" FROM t"),
        ("text functions", "SELECT concat(a, b), length(a), trim(a), indexOf(a, 'v'), substring(a, 1, 3) FROM t"),
        ("conversion", "SELECT toInt(a), toFloat(a), toString(x) FROM t"),
        ("`toDate`", "SELECT toDate(a) FROM t"),
        ("`now`", "SELECT now() - eventTimestamp AS age FROM t"),
    ),
    "dql": (
        ("`fetch` alone", "fetch t"),
        ("`sort`, `limit` of records", "fetch t | sort x desc | limit 20"),
        ("`limit` without `sort`", "fetch t | limit 20"),
        ("`from`", "fetch t, from:now() - 2h | summarize count()"),
        ("`to`", "fetch t, from:now() - 2h, to:now() - 1h | summarize count()"),
        ("`fields`", "fetch t | fields a, c = x + 1 | sort a | limit 20"),
        ("`fieldsAdd`, no `fields`", "fetch t | fieldsAdd c = x + 1 | sort c | limit 20"),
        ("`fieldsAdd`, then a filter on it", "fetch t | fieldsAdd c = x + 1 | filter c > 5 | summarize count()"),
        ("`==`", 'fetch t | filter a == "v" | summarize count()'),
        ("`!=`, which null does not meet", 'fetch t | filter a != "v" | summarize count()'),
        ("`not`", 'fetch t | filter not (a == "v" or x > 5) | summarize count()'),
        ("`filterOut`", 'fetch t | filterOut a == "v" and x > 5 | summarize count()'),
        ("comparison of two fields", "fetch t | filter x > y | summarize count()"),
        ("`in`", 'fetch t | filter in(a, "v", "w") | summarize count()'),
        (
            "`contains`, `startsWith`, `endsWith`",
            'fetch t | filter contains(a, "v") or startsWith(a, "w") | summarize count()',
        ),
        ("`matchesValue`", 'fetch t | filter matchesValue(a, "v*") | summarize count()'),
        ("`matchesPhrase`", 'fetch t | filter matchesPhrase(a, "failed") | summarize count()'),
        ("`matchesRegex`", 'fetch t | filter matchesRegex(a, "[a-z]+") | summarize count()'),
        ("`isTrueOrNull`, `isFalseOrNull`", 'fetch t | filter isTrueOrNull(a == "v") | summarize count()'),
        ("a name with dots", 'fetch t | filter k8s.pod == "v" | summarize count()'),
        ("`summarize` of all", "fetch t | summarize n = count(), m = avg(x)"),
        ("`summarize`, `sort`, `limit`", "fetch t | summarize n = count(), by:{a} | sort n desc | limit 20"),
        ("`summarize` without order", "fetch t | summarize n = count(), by:{a}"),
        ("`summarize` by several fields", "fetch t | summarize n = count(), by:{a, b} | sort n desc | limit 20"),
        ("`filter` on groups", "fetch t | summarize n = count(), by:{a} | filter n > 5 | sort n desc | limit 20"),
        (
            "`filter` on what is grouped by",
            'fetch t | summarize n = count(), by:{a} | filter a != "v" | sort n desc | limit 20',
        ),
        ("`filter` behind `limit`", "fetch t | summarize n = count(), by:{a} | sort n desc | limit 20 | filter n > 5"),
        ("`countIf`, `if` in a metric", 'fetch t | summarize n = countIf(a == "v"), m = avg(if(a == "v", x))'),
        ("computing with metrics", "fetch t | summarize r = countIf(x > 1) * 100.0 / count()"),
        (
            "`bin` of time",
            "fetch t | summarize n = count(), by:{start = bin(eventTimestamp, 10m)} | sort start | limit 10000",
        ),
        ("`dedup`", "fetch t | fields a, b | dedup a, b"),
        ("two `summarize`", "fetch t | summarize n = count(), by:{a} | summarize avg(n)"),
        ("conditional values", 'fetch t | fields c = if(x > 1, "v", else: "w") | sort c | limit 20'),
        ("functions that ADQL has not", "fetch t | fields c = lower(a) | sort c | limit 20"),
        ("durations", "fetch t | filter d > 5s | summarize count()"),
        ("`lookup`, `join`, `append`", "fetch t | lookup [fetch u], sourceField:a, lookupField:b"),
        ("`expand`", "fetch t | expand a | summarize count()"),
        ("`makeTimeseries`", "fetch t | makeTimeseries count()"),
    ),
}
_TARGETS: dict[LanguageName, LanguageName] = {"adql": "dql", "dql": "adql"}


def grade(text: str, source: LanguageName) -> Row:
    """How well one query can be said in the other language."""
    translation = Query(text, source).translate(_TARGETS[source])
    told = [d for d in translation.diagnostics if d.code.startswith("T")]
    notes = tuple(dict.fromkeys(f"{d.code} {d.message}" for d in told if translation.text or d.severity == "error"))
    found: Grade = "impossible" if not translation.text else "approximate" if told else "exact"
    return Row("", text, " ".join(translation.text.split()), found, notes)


def rows(source: LanguageName) -> Iterator[Row]:
    """The constructs of a language, graded."""
    for construct, example in CONSTRUCTS[source]:
        yield grade(example, source)._replace(construct=construct)


def markdown() -> str:
    """Both tables as a page."""
    lines = ["# What each language can say of the other", "", *_INTRODUCTION]
    for source, target in _TARGETS.items():
        lines += ["", f"## {source.upper()} in {target.upper()}", ""]
        lines += ["| construct | grade | example | becomes | what differs |", "| --- | --- | --- | --- | --- |"]
        for row in rows(source):
            cells = (row.construct, row.grade, _code(row.example), _code(row.translated), "<br>".join(row.notes))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "Each line is a query that was translated, so the grades are those that users get: **exact** says nothing,",
    "**approximate** comes with a warning for what differs, **impossible** is an error and gives no text. A query is",
    "as good as its worst construct. Names of tables and fields are the same on both sides unless a mapping is given.",
    "Numbers are equal by value: a sum of whole numbers is an integer in ADQL and a double in DQL. A field of ADQL has",
    "one type, times are whole milliseconds, and only nested fields hold several values; exact holds for such data.",
)


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}" if text else ""


if __name__ == "__main__":
    print(markdown(), end="")
