"""Completion: what is offered where. `‸` is the caret."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dqlkit.editing import Completions, Draft, Known, complete
from dqlkit.languages.language import LanguageName
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import DURATION, LONG, STRING, TIMESTAMP, Record

_LOGS = Schema(
    {
        "timestamp": TIMESTAMP,
        "content": STRING,
        "level": STRING,
        "size": LONG,
        "a-b": STRING,
        "took": DURATION,
        "at": Record((("city", STRING), ("zip", LONG))),
    }
).as_stored()
_HOSTS = Schema({"id": STRING, "zone": STRING}).as_stored()


def _values(table: str, name: str) -> list[str]:
    return {("logs", "level"): ["ERROR", "INFO"], ("metrics", "metric.key"): ["shop.load"]}.get((table, name), [])


KNOWN = Known({"logs": _LOGS, "hosts": _HOSTS}, {"logs": {"content": 0.5}}, _values, ["Env", "Zone"])


def offers(text: str, language: LanguageName = "dql", known: Known = KNOWN) -> Completions:
    at = text.index("‸")
    return complete(Draft(text.replace("‸", ""), language, known=known), at)


def labels(text: str, language: LanguageName = "dql", known: Known = KNOWN) -> list[str]:
    return [item.label for item in offers(text, language, known).items]


#: A text, what is offered first and in this order, and what is not offered.
DQL = [
    ("‸", "data describe fetch", "filter"),
    ("fetch logs | append [ ‸ ]", "data describe fetch", "filter"),
    ("fetch logs | ‸", "append dedup expand", "fetch"),
    ("fetch logs\n| fil‸\n| limit 5", "append dedup", "fetch"),
    ("fetch logs | x = = 5 | ‸", "append dedup", "fetch"),
    ("fetch ‸", "logs hosts events bizevents", "metric.series"),
    ("fetch logs, ‸", "bucket from to timeframe", "abs logs"),
    ("fetch logs, from:-2h, ‸", "bucket to", "from timeframe"),
    ("fetch logs, ‸, from:-2h", "bucket to", "from timeframe"),
    ("fetch logs, from:‸", "now() -15m -2h", "level"),
    ("fetch logs, from: now() - ‸", "1m 5m 10m", "level"),
    ('fetch logs | filter contains(content, "x", caseSensitive:‸)', "true false", "level contains"),
    ("fetch logs | filter matchesValue(level, ‸)", '"ERROR" "INFO"', "level"),
    ("fetch logs, from:-2‸", "2ns 2us 2ms 2s 2m 2h", "now"),
    ("fetch logs | fieldsAdd t = timestamp@‸", "@ns @us @ms", "level"),
    ("fetch logs ‸", "|", "== asc"),
    ("fetch logs | filter level ‸", "|", "asc |x"),
    ("fetch logs | sort level d‸", "asc desc", "level"),
    ("fetch logs | filter 5 * ‸", "size took abs", "level contains true lower"),
    ("fetch logs | filter true and ‸", "timestamp content level", "lower abs null"),
    ("fetch logs | filter not (‸", "timestamp content level", "lower abs"),
    ('fetch logs | filter contains(‸, "x")', "content level a-b", "size took abs"),
    ('fetch logs | filter contains(content, "x", ‸)', "caseSensitive", "lower level"),
    ('fetch logs | filter level == "‸"', "ERROR INFO", "level"),
    ("fetch logs | filter level == ‸", '"ERROR" "INFO"', "fetch"),
    ('fetch logs | filter in(level, {"‸', "ERROR INFO", "level"),
    ("fetch logs | summarize ‸", "avg collectArray", "fetch asc"),
    ("fetch logs | summarize max(‸), by:{level}", "timestamp", "avg count"),
    ("fetch logs | summarize count(), by:{‸", "timestamp content level", "avg count"),
    ("fetch logs | summarize n = count(), by:{level} | sort ‸", "level n", "content"),
    ("fetch logs | fieldsRemove content | fields ‸", "timestamp level size", "content"),
    ("fetch logs | fieldsRename x = ‸", "timestamp content level size a-b took at", "abs"),
    ("fetch logs | fields at[‸]", "city zip", "level"),
    ("fetch logs | join [fetch hosts], kind: ‸", "inner leftOuter outer", "level"),
    ("fetch logs | join [fetch hosts], on: {left[level] == right[‸", "id zone", "level"),
    ("fetch logs | lookup [fetch hosts], sourceField:level, lookupField:‸", "id zone", "level"),
    ("fetch logs | lookup [fetch hosts], lookupField:id, fields:{‸}", "id zone", "level abs"),
    ("fetch logs | parse content, ‸", '""', "level"),
    ('fetch logs | parse content, "‸"', "JSON", "level abs"),
    ("fetch logs | parse content, \"IPADDR:ip ' ' (INT(‸", "min max", "JSON"),
    ('fetch logs | parse content, "INT(min=0, ‸)"', "max", "min JSON"),
    ("fetch logs | parse content, \"TIMESTAMP('yyyy' ‸)\"", "format timezone locale charset JSON", "min"),
    ("fetch logs | filter level == $‸", "$Env $Zone", "level"),
    ("timeseries avg(‸)", "shop.load", "level abs"),
    ("timeseries avg(shop.load), by:{‸}", "abs", "avg"),
    ("fetch logs | makeTimeseries ‸", "avg count", "takeAny"),
    ("fetch logs | makeTimeseries count(), interval:‸", "1m 5m", "level"),
    ("fetch logs | fieldsAdd t = bin(timestamp, ‸)", "size took 1m 5m", "content"),
    ("fetch logs | fieldsAdd t = arraySort(x, direction:‸)", '"ascending" "descending"', "level lower"),
    ("fetch logs // ‸", "", "level"),
    ("fetch logs | fields x = ‸level", "timestamp content level", "fetch"),
]

ADQL = [
    ("‸", "SELECT", "avg"),
    ("SELECT ‸", "eventCompletionTimestamp", "FROM LIMIT"),
    ("SELECT ‸ FROM logs", "timestamp content level", "GROUP"),
    ("SELECT avg(‸) FROM logs", "timestamp content level", "avg series"),
    ("SELECT filter(‸) FROM logs", "timestamp content", "series"),
    ("SELECT level FROM ‸", "logs hosts", "level WHERE"),
    ("SELECT level FROM logs ‸", "HAVING LIMIT", "UNTIL SELECT FROM GROUP"),
    ("SELECT level FROM logs WHERE level ‸", "= !=", "WHERE GROUP"),
    ("SELECT level FROM logs WHERE level = '‸'", "ERROR INFO", "level"),
    ("SELECT level AS l, avg(size) AS m FROM logs ORDER BY ‸", "l m", "avg"),
    ("SELECT level FROM logs SINCE 5 ‸", "minutes hours days weeks", "level"),
]


@pytest.mark.parametrize(
    ("language", "text", "first", "never"), [("dql", *c) for c in DQL] + [("adql", *c) for c in ADQL]
)
def test_offers(language: LanguageName, text: str, first: str, never: str) -> None:
    found = labels(text, language)
    wanted = first.split(" ") if first else []
    if language == "dql":
        assert found[: len(wanted)] == wanted
        assert first or not found
    else:  # what stands first is a matter of rank, in no order
        assert set(wanted) <= set(found[: len(wanted) + 9])
    assert not set(never.split()) & set(found)


def test_what_an_offer_replaces_and_inserts() -> None:
    found = offers("fetch logs | fields a‸")
    name = next(item for item in found.items if item.label == "a-b")
    assert (found.span, name.text, name.detail) == ((20, 21), "`a-b`", "string")
    content = next(item for item in found.items if item.label == "content")
    assert content.detail == "string, in 50% of the records"
    call = next(item for item in found.items if item.label == "contains")
    assert (call.text, call.back, call.documentation[-1]) == ("contains()", 1, ".")
    assert [item.label for item in found.matching("fetch logs | fields a")][:3] == ["a-b", "at", "abs"]


def test_a_piece_of_a_query_may_begin_with_any_command_or_with_a_pipe() -> None:
    for text, first, sources in (
        ("‸", "data append", True),
        ("| ‸", "append", False),
        ("limit 1 | ‸", "append", False),
    ):
        draft = Draft(text.replace("‸", ""), part="stages")
        found = [item.label for item in complete(draft, text.index("‸")).items]
        assert set(first.split()) <= set(found)
        assert ("fetch" in found) == sources


def test_a_character_that_begins_nothing_ends_nothing() -> None:
    for text in ("\0", "fetch logs | \0\0"):
        complete(Draft(text), len(text))


def test_names_of_the_text_are_offered_where_nothing_is_known() -> None:
    assert labels("fetch x | filter alpha > 1 and ‸ | sort beta", known=Known())[:2] == ["alpha", "beta"]
    assert labels("fetch x | fieldsRemove alpha | filter ‸", known=Known())[0] != "alpha"


def test_completion_answers_everywhere_and_loads_no_engine() -> None:
    """At every offset of a query there is an answer, and Polars is never imported."""
    text = 'fetch logs, from:-2h\n| filter level == "x" and ($Env == `a b`[1]) // c\n| summarize n = count(), by:{level}\n| '
    program = (
        "import sys; from dqlkit.editing import Draft, complete\n"
        f"text = {text!r}\n"
        "cut = [(k, text[:k] + end) for k in range(0, len(text) + 1, 2) for end in (text[k:], '', '\"', '[', ')|')]\n"
        "n = sum(len(complete(Draft(one), k).items) for k, one in cut)\n"
        "print(n > 1000, 'polars' in sys.modules, 'pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]
