"""What an answer without records or without values says of itself."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit

RECORDS = [
    {
        "timestamp": "2025-01-01T05:30:00Z",
        "total": 5,
        "instrument": "ACME",
        "customer": {"country": "AT", "seat": {"city": "Linz"}},
        "parts": [{"num": 1}],
        "duration": "1500",
        "id": "HOST-1234567890ABCDEF",
        "trace": "0af7651916cd43dd8448eb211c80319c",
    },
    {"timestamp": "2025-01-02T05:30:00Z", "total": 7},
]


def notes(query: str, records: list[dict[str, Any]] = RECORDS, **options: Any) -> list[dict[str, Any]]:
    found = dqlkit.query(query, {"t": records}, **options).metadata["grail"]["notifications"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("stages", "type", "said"),
    [
        # ---- fields ----
        ("filter totl > 1", "FIELD_DOES_NOT_EXIST", "has the field `totl`. Did the query mean `total`?"),
        (
            "fieldsAdd x = 1 | filter totl > 1 | summarize count()",
            "FIELD_DOES_NOT_EXIST",
            "Did the query mean `total`?",
        ),
        ("filter instrument == XYZQ", "FIELD_DOES_NOT_EXIST", "has the field `XYZQ`. A text stands in double quotes."),
        ("fields customer.country", "FIELD_DOES_NOT_EXIST", "A member of a record is written `customer[country]`."),
        ("fields customer.seat.city", "FIELD_DOES_NOT_EXIST", "is written `customer[seat][city]`."),
        ("fields customer.city", "FIELD_DOES_NOT_EXIST", "No record has the field `customer.city`."),
        (
            "fields total | filter instrument == 1",
            "FIELD_DOES_NOT_EXIST",
            "`instrument` is dropped or renamed before it",
        ),
        ("append [fetch t | filter nope == 1] | filter total > 9", "FIELD_DOES_NOT_EXIST", "has the field `nope`."),
        ("lookup [fetch t], sourceField: total, lookupField: ttl | fields lookup.id", "FIELD_DOES_NOT_EXIST", "`ttl`"),
        # ---- members ----
        ("filter customer[contry] == 1", "FIELD_DOES_NOT_EXIST", "Did the query mean `customer[country]`?"),
        ("fields x = customer[seat][town]", "FIELD_DOES_NOT_EXIST", "has the member `town` in `customer[seat]`."),
        ('fields x = recordField(customer, "cuntry")', "FIELD_DOES_NOT_EXIST", "has the member `cuntry`"),
        ("fields x = parts[][nmu]", "FIELD_DOES_NOT_EXIST", "Did the query mean `parts[][num]`?"),
        ("expand parts | summarize sum(parts[nmu])", "FIELD_DOES_NOT_EXIST", "Did the query mean `parts[num]`?"),
        ("fields x = parts[num]", "FIELD_DOES_NOT_EXIST", "Write `parts[0][num]`, or `parts[][num]`"),
        ("fieldsAdd r = if(total == 5, customer, else: 1) | filter r[nope] == 1", "FIELD_DOES_NOT_EXIST", "`nope`"),
        ("join [fetch t], on:{left[customer][land] == right[total]}", "FIELD_DOES_NOT_EXIST", "has the member `land`"),
        # ---- conditions ----
        ("filter total != null", "CONDITION_NEVER_TRUE", "Write `isNotNull(total)`."),
        ("filter null == total and total > 1", "CONDITION_NEVER_TRUE", "Write `isNull(total)`."),
        ("filter duration > 1s", "CONDITION_NEVER_TRUE", "Write `toDuration(duration)`."),
        ('filter id == toSmartscapeId("HOST-1234567890ABCDEF")', "CONDITION_NEVER_TRUE", "Write `toSmartscapeId(id)`."),
        ('filter trace == toUid("0af7651916cd43dd8448eb211c80319c")', "CONDITION_NEVER_TRUE", "Write `toUid(trace)`."),
        ('filter total == "5" | summarize n = count()', "CONDITION_NEVER_TRUE", "Write `5`."),
        ('filter in(total, "5", "7")', "CONDITION_NEVER_TRUE", "`total` is of type long"),
        ('filter timestamp > "2025-01-01"', "CONDITION_NEVER_TRUE", 'Write `toTimestamp("2025-01-01")`.'),
        ("filter instrument == 5 or total == true", "CONDITION_NEVER_TRUE", "`instrument` is of type string"),
        ("filter timestamp > now() - 99999999d", "CONDITION_NEVER_TRUE", "`now() - 99999999d` is null"),
        ('filter total < toLong("x") and total > 1', "CONDITION_NEVER_TRUE", '`toLong("x")` is null'),
        ('filter total == (5 / 0) or total == toLong("")', "CONDITION_NEVER_TRUE", "is null"),
        # ---- values ----
        ("fields x = duration * 2", "TYPES_DO_NOT_FIT", "found string"),
        ('filter contains(total, "5")', "TYPES_DO_NOT_FIT", "Convert with `toString(…)`."),
        ("summarize sum(duration)", "TYPES_DO_NOT_FIT", "found string"),
        # ---- times ----
        ("makeTimeseries count(), from: -2h", "RANGE_EXCLUDES_ALL", "`--now latest`"),
        ("filter timestamp > now() - 2h", "RANGE_EXCLUDES_ALL", "`--now latest`"),
        (
            "filter total > 1 | filter timestamp < now() - 9000d and total < 9",
            "RANGE_EXCLUDES_ALL",
            "`timestamp < now()",
        ),
        ("makeTimeseries sum(totl)", "FIELD_DOES_NOT_EXIST", "`total`"),
        ('join [data record(a = "1")], on:{left[total] == right[a]}', "CONDITION_NEVER_TRUE", "`a` is of type string"),
    ],
)
def test_the_reason_is_told(stages: str, type: str, said: str) -> None:
    found = [note["message"] for note in notes(f"fetch t | {stages}") if note["notificationType"] == type]
    assert len(found) >= 1
    assert said in found[0]


MEASURED = [
    {"timestamp": "2025-01-01T05:30:00Z", "metric.key": f"dt.host.{name}.usage", "value": 1.0}
    for name in ("cpu", "memory")
]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("timeseries avg(dt.host.cpus.usage)", "`dt.host.cpus.usage`. Did the query mean `dt.host.cpu.usage`?"),
        ("timeseries {a = avg(dt.host.cpu.usage), b = sum(a.b)}", "No record of `metrics` has the metric `a.b`."),
        ('metrics | filter metric.key == "dt.host.memry.usage"', "Did the query mean `dt.host.memory.usage`?"),
    ],
)
def test_a_metric_that_no_record_has_is_told(query: str, said: str) -> None:
    (found,) = dqlkit.query(query, {"metrics": MEASURED}).metadata["grail"]["notifications"]
    assert found["notificationType"] == "METRIC_DOES_NOT_EXIST"
    assert said in found["message"]


@pytest.mark.parametrize(
    ("source", "newest"),
    [
        ("fetch t, from: -2d", True),
        ('fetch t, timeframe: "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"', True),
        ('fetch t, from: "2024-01-01", to: "2024-01-02"', False),
    ],
)
@pytest.mark.parametrize("stage", ["", " | summarize count()", " | filter total > 1"])
def test_a_range_that_excludes_all_records_names_theirs(source: str, newest: bool, stage: str) -> None:
    (found,) = notes(source + stage)
    assert found["notificationType"] == "RANGE_EXCLUDES_ALL"
    assert "from 2025-01-01T05:30:00.000000000Z to 2025-01-02T05:30:00.000000000Z" in found["message"]
    assert ('now="latest"' in found["message"]) == newest


def test_the_range_of_the_call_is_one_too() -> None:
    (found,) = notes("fetch t", timeframe=("2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z"))
    assert found["notificationType"] == "RANGE_EXCLUDES_ALL"
    assert notes("fetch t, from: -2d", now="latest") == []


@pytest.mark.parametrize("stages", ["| summarize n = count()", "| makeTimeseries n = sum(1, scalar: true), from: -1h"])
def test_the_newest_record_counts_where_it_tells_what_now_is(stages: str) -> None:
    (found,) = dqlkit.query(f"fetch t, from: -1h {stages}", {"t": RECORDS}, now="latest").records
    assert float(found["n"]) == 1


@pytest.mark.parametrize(
    ("record", "type"),
    [
        ({"timestamp": "soon"}, "TIMES_ARE_NO_TIMES"),
        ({"start_time": 5}, "TIMES_ARE_NO_TIMES"),
        ({"a": 1}, "TIME_NOT_FOUND"),
    ],
)
def test_times_that_are_none_are_in_no_range(record: dict[str, Any], type: str) -> None:
    assert [note["notificationType"] for note in notes("fetch t, from: -2d | summarize count()", [record])] == [type]
    assert notes("fetch t", [record]) == []
    assert [note["notificationType"] for note in notes("fetch t | makeTimeseries count()", [record])] == [type]


@pytest.mark.parametrize(
    "query",
    [
        "fetch t | filter total > 9",
        'fetch t | search "nope"',
        "fetch t | filter timestamp > now() - 9000d and total > 9",
        "fetch t | fieldsAdd timestamp = now() | filter timestamp < now() - 2h",
        "fetch t | filter total > 1",
        "fetch t | fieldsAdd x = 1 | filter x > 1",
        'fetch t, from: "2025-01-01", to: "2025-01-03" | filter total > 9',
        'fetch t | filter isNull(nope) or total == "5" | limit 1 | fields total',
        "fetch t | filter total < 6 or total == null | fields total",
        'fetch t | filter not (total == "5") | fields total',
        "fetch t | summarize count()",
    ],
)
def test_nothing_is_said_where_there_is_nothing_to_say(query: str) -> None:
    assert notes(query) == []


@pytest.mark.parametrize(
    ("stages", "field"),
    [('parse instrument, "LD:id"', "id"), ('data json:"""{"s": "{}", "x": 1}""" | jsonExtract s, conflicts: x', "x")],
)
def test_a_field_that_takes_the_place_of_another_is_told(stages: str, field: str) -> None:
    (found,) = notes(stages if stages.startswith("data") else f"fetch t | {stages}")
    assert found["notificationType"] == "FIELD_OVERRIDDEN"
    assert found["message"] == f"The field `{field}` overrides an existing field."
