"""What becomes of the sections of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dqlkit.cli import main
from dqlkit.reports import Report, read_document, run
from dqlkit.results.charts import Bars, Number, Timeline

LOGS = [
    {"timestamp": f"2026-01-0{day}T12:00:00Z", "host": host, "level": level, "size": day}
    for day in (1, 2, 3)
    for host, level in (("a", "INFO"), ("a", "ERROR"), ("b", "INFO"))
]


def dql(query: str, chart: str = "", **state: Any) -> dict[str, Any]:
    timeframe = state.pop("timeframe", None)
    state |= {"input": {"value": query, "timeframe": timeframe}} | ({"visualization": chart} if chart else {})
    return {"type": "dql", "title": query, "state": state}


def report(*sections: dict[str, Any], tables: Any = None, timeframe: Any = None, **options: Any) -> Report:
    document = {"sections": sections, "defaultTimeframe": timeframe}
    return run(read_document(json.dumps(document), "n.json"), {"logs": LOGS} if tables is None else tables, **options)


def count(found: Report) -> list[object]:
    return [one.result and one.result.records[0]["n"] for one in found.outcomes]


def test_timeframes_count_back_from_the_newest_record() -> None:
    query = "fetch logs | summarize n = count()"
    own = {"from": "now()-36h", "to": "now()"}
    aligned = {"from": "now()-1d@d", "to": "2026-01-03"}
    sections = (
        dql(query),
        dql(query, timeframe=own),
        dql(query, timeframe=aligned),
        dql(f"{query[:10]}, from: now()-1h {query[10:]}"),
    )
    document = {"from": "now()-12h", "to": "now()"}
    assert count(report(*sections, timeframe=document)) == ["0", "3", "3", "0"]
    assert count(report(*sections)) == ["9", "3", "3", "0"]
    found = run(read_document(json.dumps({"sections": sections, "defaultTimeframe": document}), "n"), {"logs": LOGS},
                timeframe=("2026-01-01", "2026-01-02"))  # fmt: skip
    assert count(found) == ["3", "3", "3", "0"]
    assert found.now == "2026-01-03T12:00:00Z"
    assert count(report(*sections, timeframe=document, now="2026-01-02T13:00:00Z")) == ["3", "6", "6", "3"]


def test_a_failure_is_one_section_alone() -> None:
    found = report(
        dql("fetch logs | filter level = 5"), dql("fetch nothing"), dql("fetch logs | summarize n = count()")
    )
    assert [one.error.diagnostics[0].code if one.error else "" for one in found.outcomes] == ["E003", "R001", ""]
    assert len(found.failed) == 2


@pytest.mark.parametrize(
    ("query", "chart", "shown"),
    [
        ("fetch logs | makeTimeseries n = count(), by: {host}", "", Timeline),
        ("fetch logs | makeTimeseries n = count(), by: {host}", "table", None),
        ("fetch logs | summarize n = count(), by: {host}", "", None),
        ("fetch logs | summarize n = count(), by: {host}", "donutChart", Bars),
        ("fetch logs | summarize n = count(), by: {host}", "honeycomb", None),
        ("fetch logs | summarize n = count()", "", Number),
        ("fetch logs | summarize n = count(), by: {host}", "lineChart", Bars),
        ("fetch logs | summarize n = count(), by: {host}", "mapChart", Bars),
        ("fetch logs | fields host", "pieChart", None),
        ("fetch logs | filter false", "lineChart", None),
        ("fetch logs | fields size", "histogram", Bars),
        ("data record(a = \"Overview\")", "singleValue", Number),
    ],
)  # fmt: skip
def test_what_shows_an_answer(query: str, chart: str, shown: type | None) -> None:
    (outcome,) = report(dql(query, chart)).outcomes
    assert outcome.error is None
    assert (outcome.figure is None) if shown is None else isinstance(outcome.figure, shown)
    replaced = (chart in ("lineChart", "mapChart") and shown is Bars) or (query.endswith("fields host"))
    assert bool(outcome.remarks) == replaced, outcome.remarks


def test_tables_have_the_order_and_the_limit_that_they_ask_for() -> None:
    settings = {"table": {"sortBy": {"columnId": '["size"]', "direction": "descending"}}}
    section = dql(
        "fetch logs | fields size", "table", visualizationSettings=settings, querySettings={"maxResultRecords": 5}
    )
    (outcome,) = report(section).outcomes
    assert outcome.result is not None
    assert [record["size"] for record in outcome.result.records] == ["2", "2", "1", "1", "1"]
    assert any("5" in remark for remark in outcome.remarks)


def test_variables_build_on_each_other() -> None:
    variables = [
        {
            "key": "Host",
            "type": "query",
            "multiple": True,
            "input": "fetch logs | dedup host | sort host | fields host",
        },
        {
            "key": "Level",
            "type": "query",
            "input": "fetch logs | filter in(host, $Host) | dedup level | sort level | fields level",
        },
        {"key": "Step", "type": "csv", "input": "1d, 2d", "defaultValue": "2d"},
        {"key": "Gone", "type": "query", "input": "fetch gone"},
    ]
    tiles = [
        {"type": "data", "query": "fetch logs | filter in(host, $Host) and level == $Level | summarize n = count()"},
        {"type": "data", "query": "fetch logs | filter host == $Gone"},
    ]
    document = read_document(json.dumps({"tiles": tiles, "variables": variables}), "d")
    found = run(document, {"logs": LOGS})
    assert [one.values for one in found.variables] == [("a", "b"), ("ERROR",), ("2d",), ()]
    assert "gone" in found.variables[3].error
    assert count(found)[0] == "3"
    assert [bool(one.error) for one in found.outcomes] == [False, True]
    given = run(document, {"logs": LOGS}, variables={"Host": ["b"], "Gone": "b"})
    assert [one.values for one in given.variables] == [("b",), ("INFO",), ("2d",), ("b",)]
    assert not given.failed


ANSWER = {
    "records": [{"n": "7"}],
    "types": [{"indexRange": [0, 0], "mappings": {"n": {"type": "long"}}}],
    "metadata": {"grail": {}},
}


def test_saved_answers_are_shown_where_there_is_no_table() -> None:
    sections = (
        dql(
            "fetch logs | summarize n = count()",
            result={"value": ANSWER | {"metadata": {"grail": 5}}, "dateTime": "2025-05-05T05:05:05Z"},
        ),
        dql("fetch logs"),
        dql("data record(n = 1)"),
    )
    found = report(*sections, tables={})
    first, second, third = found.outcomes
    assert (first.result and first.result.records, first.saved) == ([{"n": "7"}], "2025-05-05T05:05:05Z")
    assert second.error is not None
    assert third.result is not None
    assert count(report(sections[0])) == ["9"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs.json").write_text(json.dumps(LOGS))
    document = {"sections": [
        {"type": "markdown", "markdown": "*Logs* of $Who"},
        dql("fetch logs | makeTimeseries n = count(), by: {host}, interval: 1d"), dql("fetch logs | filter host == $Who"),
    ]}  # fmt: skip
    (tmp_path / "n.json").write_text(json.dumps(document))
    words = ["run", str(tmp_path / "n.json"), str(tmp_path / "logs.json")]
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert "*Logs*" in out
    assert f"\na {'▄' * 24} 2.0 … 2.0\n" in out
    assert "expected a value for `$Who`" in out
    assert "expected a value for `$Who`" in err
    assert main([*words, "--var", "Who=b", "--out", str(tmp_path / "r.html")]) == 0
    assert "<!doctype html>" in (tmp_path / "r.html").read_text("utf-8")
    assert main([*words, "--var", "Who=b", "--out", str(tmp_path / "r.pdf")]) == 2
    assert ".html" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "logs.json")]) == 2
    assert "expected a notebook or a dashboard" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "gone.json")]) == 2
    assert "gone.json" in capsys.readouterr().err


def test_widgets_of_appdynamics_run_their_queries() -> None:
    widgets = [
        {"widgetType": "AnalyticsWidget", "title": "By city", "analyticsWidgetType": "PIE",
         "adqlQueryList": ["SELECT city, count(*) FROM orders", "SELECT nosuch(city) FROM orders"]},
        {"widgetType": "TextWidget", "text": "Select what you need"},
        {"widgetType": "GraphWidget", "title": "Load"},
    ]  # fmt: skip
    document = read_document(json.dumps({"name": "Orders", "widgetTemplates": widgets}), "d.json")
    report = run(document, {"orders": [{"city": "Linz"}, {"city": "Graz"}, {"city": "Linz"}]})
    pie, wrong, text, graph = report.outcomes
    assert document.title == "Orders"
    assert isinstance(pie.figure, Bars)
    assert (pie.figure.kind, [(bar.label, bar.value) for bar in pie.figure.bars]) == ("pie", [("Linz", 2), ("Graz", 1)])
    assert report.failed == (wrong,)
    assert text.section.markdown == "Select what you need"
    assert graph.remarks == ("A widget of the kind `GraphWidget` does not run here.",)
