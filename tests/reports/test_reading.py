"""Notebooks and dashboards as they are found in files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dqlkit.errors import DqlkitError
from dqlkit.reports import read_document
from dqlkit.reports.document import Place
from tests.shared import needs, shared

NOTEBOOK = {
    "version": "6",
    "defaultTimeframe": {"from": "now()-2h", "to": "now()"},
    "sections": [
        {"type": "markdown", "markdown": "# Hello"},
        {"type": "dql", "title": "hidden", "showTitle": False, "showInput": False, "state": {
            "input": {"value": "fetch logs", "timeframe": {"from": "-30m"}},
            "visualization": "lineChart", "querySettings": {"maxResultRecords": 50},
            "visualizationSettings": {"chartSettings": {"curve": "smooth", "gapPolicy": "connect", "legend": {"hidden": True}}}}},
        {"type": "function", "title": "code", "state": {"input": {"value": "export default () => 1"}}},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(NOTEBOOK),
        "\ufeff" + json.dumps({"id": "x", "name": "Mine", "content": NOTEBOOK}),
        json.dumps({"documents": [{"name": "Mine", "content": json.dumps(NOTEBOOK)}]}),
        "name: Mine\ncontent: " + json.dumps(NOTEBOOK),
        json.dumps(NOTEBOOK).replace("# Hello", "# {{ .title }} \n"),
    ],
)
def test_a_notebook_whatever_it_is_wrapped_in(written: str) -> None:
    found = read_document(written, "folder/mine.json")
    title = "Mine" if "Mine" in written else found.sections[0].markdown.removeprefix("# ").strip()
    assert (found.kind, found.title, found.timeframe) == ("notebook", title, ("now()-2h", "now()"))
    text, query, code = found.sections
    assert text.markdown.startswith("# ")
    assert (query.title, query.query, query.timeframe, query.most) == ("", "fetch logs", ("-30m", "now()"), 50)
    settings = query.visual.settings
    assert (query.visual.table, settings.kind, settings.smooth, settings.connect, settings.legend) == (
        False, "lineChart", True, True, False,
    )  # fmt: skip
    assert not query.open
    assert "function" in code.remark


def test_a_dashboard() -> None:
    tile = {"type": "data", "title": "n", "query": "fetch logs", "visualization": "singleValue", "visualizationSettings": {
        "singleValue": {"recordField": "n", "label": "errors", "colorThresholdTarget": "background"},
        "unitsOverrides": [{"identifier": "n", "baseUnit": "millisecond", "decimals": 1}],
        "thresholds": [{"field": "n", "rules": [{"comparator": "≥", "value": "5", "color": {"Default": "var(--bad, #c4233b)"}}]}],
    }}  # fmt: skip
    every = "3420b2ac-f1cf-4b24-b62d-61ba1ba8ed05*"
    variables: list[dict[str, Any]] = [
        {"key": "Env", "type": "csv", "input": "prod, stage", "multiple": True, "defaultValue": [every]},
        {"key": "Host", "type": "query", "input": {"query": "fetch hosts"}, "defaultValue": "h1"},
        {"key": "Text", "type": "text", "input": "free"},
        {"key": "Code", "type": "code", "input": "() => []", "visible": False},
    ]
    layouts = {"1": {"x": 12, "y": 4, "w": 99, "h": 3}, "2": {"x": 0, "y": 4, "w": 12, "h": 3}, "4": {"x": "?"}}
    tiles = {"1": tile, "2": {"type": "markdown", "content": "two"}, "3": {"type": "code", "title": "js"}, "4": tile}
    for given in (
        tiles,
        [{key: one} for key, one in tiles.items()],
        [{"id": key, **one} for key, one in tiles.items()],
    ):
        found = read_document(json.dumps({"tiles": given, "layouts": layouts, "variables": variables}), "d.json")
        assert [one.place for one in found.sections] == [Place(0, 4, 12, 3), Place(12, 4, 12, 3), None, None]
        assert [one.markdown or one.title for one in found.sections] == ["two", "n", "js", "n"]
    settings = found.sections[1].visual.settings
    assert (settings.values, settings.label, settings.backdrop) == (("n",), "errors", True)
    assert (settings.colour("n", 5), settings.colour("n", 4)) == ("#c4233b", "")
    assert (settings.units["n"].nanos, settings.units["n"].decimals) == (1_000_000, 1)
    env, host, text, code = found.variables
    assert (env.values, env.default, env.multiple) == (("prod", "stage"), None, True)
    assert (host.query, host.default, text.default) == ("fetch hosts", ("h1",), ("free",))
    assert "JavaScript" in code.remark


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "neither"),
        ("[]", "neither"),
        ('{"sections": 5}', "neither"),
        ("just: text", "neither"),
        ('{"sections": [', "no JSON"),
        ("a: [1", r"line \d: this is no YAML"),
        ("a: !!python/object:os.system x", "no YAML"),
        ("[" * 100_000, "nested"),
    ],
)
def test_what_is_no_document_is_told(written: str, said: str) -> None:
    with pytest.raises(DqlkitError, match=said):
        read_document(written, "x.json")


ODD = (
    {"chartSettings": []},
    {
        "chartSettings": {
            "seriesOverrides": [{}, 5],
            "fieldMapping": 5,
            "categoricalBarChartSettings": {"categoryAxis": [5]},
        }
    },
    {"thresholds": [5, {"rules": [{}, 5]}, {"rules": 5}], "unitsOverrides": [None, {}]},
    {
        "table": {"hiddenColumns": [5, ["a"]], "sortBy": 5},
        "singleValue": {"recordField": []},
        "histogram": {"dataMappings": [5]},
    },
)


def test_settings_may_be_anything() -> None:
    for odd in (None, 5, "x", [], [[]], *ODD):
        for name in ("lineChart", "singleValue", "histogram", "pieChart", "table", "no such chart", "", 5):
            tile = {"type": "data", "query": "fetch logs", "visualization": name, "visualizationSettings": odd}
            assert read_document(json.dumps({"tiles": [tile]}), "x").sections[0].query == "fetch logs"


@needs("hosts")
def test_documents_of_others_are_read() -> None:
    files = [one for kind in ("notebook", "dashboard") for one in sorted(shared("hosts").glob(f"{kind}-*"))]
    assert len(files) > 8
    for file in files:
        found = read_document(file.read_text("utf-8"), file.name)
        assert found.kind == file.name.partition("-")[0]
        assert sum(bool(section.query) for section in found.sections) > 5
