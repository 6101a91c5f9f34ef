"""Rules learn from the declarations of operators, functions and commands, whichever of them a query has."""

from __future__ import annotations

import pytest

from dqlkit.languages.dql.commands import SOURCES, commands, known_elsewhere
from dqlkit.linting.linter import lint, picked, subject_of
from dqlkit.linting.shape import final_fields


def codes(text: str, context: str = "dashboard-tile") -> set[str]:
    return {d.code for d in lint(subject_of(text, context=context), picked(extend=["ALL"]))}


@pytest.mark.parametrize(
    "stage",
    [
        'failIf a > 100, message:"too many"',
        "filterOut a == 1",
        'search "x"',
        "expand xs",
        "fieldsMove r, include:{b}",
        "jsonExtract content, conflicts:c",
        "joinNested n = [fetch bizevents, from:-1h | fields k], on:{k}",
        "lookup [fetch bizevents, from:-1h | fields k, v], sourceField:k, lookupField:k",
        'experimentalSave "/lookups/x", overwrite:true',
        "fieldsAdd x = {{ anything }}",
        "filter {{ anything }}",
    ],
)
def test_what_keeps_the_order_keeps_it(stage: str) -> None:
    sorted_, not_sorted = (f"fetch logs, from:-1h {sort} | {stage} | limit 5" for sort in ("| sort a", ""))
    assert "B010" not in codes(sorted_)
    assert "B010" in codes(not_sorted)


@pytest.mark.parametrize(
    "stage",
    [
        "append [fetch bizevents, from:-1h]",
        "join [fetch bizevents, from:-1h | fields k], on:{k}",
        "summarize n = count(), by:{k}",
        "makeTimeseries n = count(), by:{k}",
        "dedup k",
    ],
)
def test_what_brings_records_in_no_order_does_so_after_a_sort_too(stage: str) -> None:
    assert "B010" in codes(f"fetch logs, from:-1h | sort a | {stage} | limit 5")


@pytest.mark.parametrize(
    "start",
    [
        "data record(a = 1), record(a = 2)",
        "describe logs",
        "fieldsSnapshot logs",
        "fetch logs, from:-1h | summarize n = count()",
    ],
)
def test_some_records_come_in_an_order(start: str) -> None:
    assert "B010" not in codes(f"{start} | limit 1")


@pytest.mark.parametrize("stage", ["filter a == 1", "filterOut a == 1", 'search "x"', "expand xs | filter a == 1"])
def test_a_sort_before_records_go_is_early(stage: str) -> None:
    assert "C007" in codes(f"fetch logs, from:-1h | sort b | {stage} | fields a")


@pytest.mark.parametrize("stage", ["limit 5", 'failIf a > 1, message:"m"', "dedup a", "summarize x = takeLast(a)"])
def test_a_sort_that_something_needs_is_not_early(stage: str) -> None:
    assert "C007" not in codes(f"fetch logs, from:-1h | sort b | {stage} | filter a == 1")


@pytest.mark.parametrize("aggregation", ["count()", "countIf(a > 1)", "sum(a)"])
def test_a_sample_scales(aggregation: str) -> None:
    assert "B011" in codes(f"fetch logs, from:-1h, samplingRatio:100 | summarize n = {aggregation}")


@pytest.mark.parametrize("aggregation", ["avg(a)", "countDistinct(a)", "takeAny(a)", "percentile(a, 50)"])
def test_a_sample_is_as_good_elsewhere(aggregation: str) -> None:
    assert "B011" not in codes(f"fetch logs, from:-1h, samplingRatio:100 | summarize n = {aggregation}")


@pytest.mark.parametrize(
    "call", ["lower(s)", "trim(s)", 'replaceString(s, "a", "b")', "unescape(s)", 'replacePattern(s, "\'a\'", "b")']
)
@pytest.mark.parametrize("test", ['{} == "x"', '"x" == {}', 'like({}, "x%")', 'in({}, "x")'])
def test_a_text_in_another_form_is_a_transform(call: str, test: str) -> None:
    assert "C004" in codes(f"fetch logs, from:-1h | filter {test.format(call)} | summarize n = count()")


@pytest.mark.parametrize("call", ["arrayAvg", "arrayDelta", "arraySize", "arraySort", "arrayToString"])
def test_functions_of_arrays_take_no_elements(call: str) -> None:
    assert "B012" in codes(f"timeseries a = avg(dt.host.cpu.usage) | fieldsAdd b = {call}(a[])")


@pytest.mark.parametrize(
    "aggregation", ["stddev(a)", "takeFirst(a)", "collectArray(a)", "percentiles(a, 50, 90)", "takeMax(a)"]
)
def test_aggregations_without_a_series(aggregation: str) -> None:
    assert "E018" in codes(f"fetch logs, from:-1h | makeTimeseries n = {aggregation}")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('fetch logs | fields a, b = c | fieldsRename d = a | failIf b > 1, message:"m"', {"d", "b"}),
        (
            "fetch logs | fields a, b | fieldsRemove b | lookup [fetch x], sourceField:a, lookupField:a, fields:{c}",
            {"a", "c"},
        ),
        ("fetch logs | filter {{ x }} | summarize n = count(), by:{a}", {"n", "a"}),
        ("fetch logs | fields {{ x }} | summarize n = count(), by:{a}", {"n", "a"}),
        ("fetch logs | fields {{ x }}, a", None),
        ("fetch logs | fields $x", None),
        ('fetch logs | fields a | parse a, "INT:b"', {"a", "b"}),
        ("fetch logs | filter a == 1", None),
        ("describe logs", {"field", "data_types"}),
    ],
)
def test_final_fields(text: str, fields: set[str] | None) -> None:
    assert final_fields(subject_of(text)) == fields


@pytest.mark.parametrize(
    "text",
    [
        "fetch logs, from:-1h | fieldsAdd t = lower(a) | fieldsRemove t | fields b",
        "fetch logs, from:-1h | fieldsAdd t = lower(a) | dedup b, sort:{b} | fieldsKeep b",
        "fetch logs, from:-1h | fieldsAdd t = lower(a) | lookup [fetch x | fields j], sourceField:b, lookupField:j | fields b",
    ],
)
def test_what_nothing_reads_is_found_through_any_stage(text: str) -> None:
    assert "C012" in codes(text)


@pytest.mark.parametrize(
    "stage",
    ["expand t", "fieldsRename u = t", 'search "x"', "fieldsSummary t", "fieldsFlatten t", "fieldsMove r, include:{t}"],
)
def test_what_is_read_by_name_is_read(stage: str) -> None:
    assert "C012" not in codes(f"fetch logs, from:-1h | fieldsAdd t = lower(a) | {stage} | fields b")


@pytest.mark.parametrize(
    "stage", ["dedup a", "limit 5", "append [fetch bizevents, from:-1h]", 'failIf c > 1, message:"m"']
)
def test_a_filter_stays_behind_what_chooses_adds_or_acts(stage: str) -> None:
    assert "C005" not in codes(f"fetch logs, from:-1h | fieldsAdd x = lower(c) | {stage} | filter a == 1 | fields a, x")


@pytest.mark.parametrize("stage", ["fieldsRename d = c", "expand xs", "fieldsRemove c", "fieldsFlatten r"])
def test_a_filter_may_go_before_what_keeps_its_fields(stage: str) -> None:
    assert "C005" in codes(f"fetch logs, from:-1h | fieldsAdd x = lower(c) | {stage} | filter a == 1 | fields a, x")


def test_commands_of_other_languages_are_none_of_ours() -> None:
    assert not commands().keys() & known_elsewhere().keys()
    for name, foreign in known_elsewhere().items():
        assert name == name.lower()
        assert foreign.advice.startswith("Use `")


def test_each_command_says_what_it_makes() -> None:
    sources = {"load", "metrics", "smartscapeEdges", "smartscapeNodes", "timeseries", "traverse"}
    assert {command.name for command in commands().values() if not command.makes} == sources


def test_commands_that_begin_a_query_are_listed_as_such() -> None:
    starting = {name for name, command in commands().items() if command.starting}
    assert starting == {name.replace("_", "") for name in SOURCES}


@pytest.mark.parametrize("name", ["count()", "count(default:0)", "count(default: 0)"])
def test_a_series_is_found_with_its_default_and_without(name: str) -> None:
    assert "B005" not in codes(
        f"fetch logs, from:-1h | makeTimeseries count(default:0) | fieldsAdd x = arraySum(`{name}`)"
    )
