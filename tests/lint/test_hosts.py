"""Mistakes planted in every kind of file: found at their line and column, mended without touching anything else.

`§` marks where a finding has to be; it is no part of the file. All mistakes are `=` for `==`.
"""

from __future__ import annotations

import json

import pytest

from dqlkit.diagnostics.text import Lines
from dqlkit.lint.check import check_text, fix_text, format_text
from dqlkit.lint.hosts import find_queries
from dqlkit.lint.settings import Settings

ONLY = Settings(select=("E003",))

DASHBOARD = r"""{
  "version": 15,
  "variables": [
    {"version": 1, "key": "Äpp", "type": "query", "input": "fetch logs\n| filter b §= 2 | fields host.name"},
    {"version": 1, "key": "List", "type": "csv", "input": "a = 1"}
  ],
  "tiles": {
    "0": {"type": "markdown", "content": "fetch logs | filter a = 1"},
    "1": {"type": "data", "query": "fetch logs\n| filter x == \"\u00e9\" and a §= 1", "visualization": "table"},
    "2": {"type": "data", "query": "fetch logs\r\n\t| filter a §= \"\ud83d\ude00\" and b §= 3", "davis": {
      "componentState": {"inputData": {"forecast": {"query": "timeseries x = avg(k), filter:{a §= 1}"}}}}}
  },
  "layouts": {"0": {"x": 0}}
}
"""

HOSTS = {
    "dashboard.json": DASHBOARD,
    "wrapped.json": '{"type": "dashboard", "content": ' + DASHBOARD.rstrip() + "}\n",
    "several.json": "[" + DASHBOARD + ", " + DASHBOARD + "]",
    "notebook.json": r"""{"version": "7", "sections": [
  {"type": "markdown", "markdown": "`a = 1`"},
  {"id": "1", "type": "dql", "state": {"input": {"value": "fetch logs\n| filter a §= 1"},
    "state": {"result": {"metadata": {"grail": {"query": "fetch logs | filter a = 1"}}}}}}]}
""",
    "dashboard.yaml": """\
type: dashboard
content:
  version: 15
  variables:
    - key: Host
      type: query
      input: 'fetch logs | filter x == ''y'' and a §= 1'
  tiles:
    "1":
      type: data
      query: |-
        fetch logs
          | filter a §= 1 // é

        | filter b §= "x"
    "2":
      type: data
      query: "fetch logs\\n| filter a §= \\"y\\""
    "3":
      type: data
      query: fetch logs | filter a §= 1
    "4":
      type: data
      query: >-
        fetch logs
        | filter a §= 1
""",
    "workflow.yaml": """\
title: Check
tasks:
  look:
    action: dynatrace.automations:execute-dql-query
    input:
      query: |
        fetch logs
        | filter a §= 1
  script:
    action: dynatrace.automations:run-javascript
    input:
      script: |
        const a = 1
trigger:
  eventTrigger:
    triggerConfiguration:
      value:
        query: a §= "x"
""",
    "guardian.json": """{"objectives": [
  {"objectiveType": "DQL", "dqlQuery": "fetch logs | filter a §= 1", "target": 3}]}""",
    "slo.json": """{"name": "ok", "customSli": {"indicator": "timeseries sli = avg(k), filter:{a §= 1}"}}""",
    "detector.json": """{"title": "d", "analyzer": {"name": "x", "input": [
  {"key": "alertCondition", "value": "ABOVE"},
  {"key": "query", "value": "timeseries x = avg(k), filter:{a §= 1}"}]}}""",
    "openpipeline.json": r"""{"processors": [
  {"type": "dql", "matcher": "a §= \"x\"", "dqlScript": "parse b, \"INT:c\" | fieldsAdd d = if(c §= 1, 2)"}]}""",
    "segment.json": r"""{"name": "s", "includes": [{"filter": "{\"a\": \"b = c\"}"}],
  "variables": {"type": "query", "value": "fetch logs | filter a §= 1 | fields a"}}""",
    "monaco.json": r"""{"version": 15, {{ if .tags }}"tags": [ {{ .tags }} ],{{ end }} "owner": {{ .owner }},
  "tiles": {"1": {"type": "data", "query": "fetch logs | filter a == \"{{ .a }}\" and b §= {{ .b }}"}}
}""",
    "guardian.tf": """\
# é
resource "dynatrace_site_reliability_guardian" "g" {
  objectives {
    objective {
      dql_query = "fetch logs\\n| filter x == \\"y\\" and a §= 1"
    }
  }
}
""",
    "heredoc.tf": """\
data "dynatrace_dql" "d" {
  query = <<-EOT
    fetch logs
      | filter a §= "${var.a}"
  EOT
}
resource "dynatrace_openpipeline_logs" "p" {
  processor {
    matcher    = <<EOT
a §= "x"
EOT
    dql_script = "fieldsAdd d = if(c §= 1, 2)"
  }
}
""",
    "jsonencode.tf": """\
resource "dynatrace_document" "d" {
  content = jsonencode({
    tiles = {
      "1" = { type = "data", query = "fetch logs | filter a §= 1" }
    }
  })
}
resource "dynatrace_json_dashboard" "j" {
  contents = <<EOT
{"version": 15, "tiles": {"1": {"type": "data", "query": "fetch logs\\n| filter a §= 1"}}}
EOT
}
""",
    "readme.md": """\
# Notes

```sql
select * from a where b = 1
```

1. First

   ```dql
   fetch logs
   | filter a §= 1
   ```

```dql title="x"
| filter a §= 1
```
""",
    "book.ipynb": r"""{"cells": [
  {"cell_type": "markdown", "source": ["%%dql\n", "a = 1"]},
  {"cell_type": "code", "source": ["%%dql logs\n", "fetch logs\n", "| filter a §= \"x\""]},
  {"cell_type": "code", "source": "%%dql\nfetch logs | filter a §= 1"},
  {"cell_type": "code", "source": ["a = 1\n"]}], "nbformat": 4}""",
    "one.dql": "fetch logs // é\n| filter a §= 1\n",
    "several.dql": """\
// the first
fetch logs
| filter a §= 1
| append [
fetch spans
| filter b §= 1
]

// the second
timeseries x = avg(k), filter:{a §= 1}
data record(a = "
fetch logs | filter b = 1")
| filter a §= "x"
""",
    "stages.dqlpart": "| filter a §= 1\n| fields a\n",
    "matcher.dqlexpr": 'a == 1 and b §= "x"\n',
}


@pytest.mark.parametrize("name", HOSTS)
def test_mistakes_are_found_where_they_are(name: str) -> None:
    pieces = HOSTS[name].split("§")
    text = "".join(pieces)
    planted = [len("".join(pieces[:k])) for k in range(1, len(pieces))]
    lines = Lines(text)
    found = check_text(text, name, ONLY)
    assert [lines.position(f.diagnostic.span.start) for f in found] == [lines.position(offset) for offset in planted]
    assert {text[f.diagnostic.span.start : f.diagnostic.span.end] for f in found} == {"="}


@pytest.mark.parametrize("name", HOSTS)
def test_fixes_change_the_mistakes_and_nothing_else(name: str) -> None:
    text = HOSTS[name].replace("§", "")
    fixed, made = fix_text(text, name, ONLY)
    assert fixed == HOSTS[name].replace("§=", "==")
    assert made == HOSTS[name].count("§")


@pytest.mark.parametrize("name", HOSTS)
def test_formatting_is_stable_and_stays_inside(name: str) -> None:
    text = HOSTS[name].replace("§=", "==")
    once = format_text(text, name, Settings())
    assert format_text(once, name, Settings()) == once
    assert len(find_queries(once, name)) == len(find_queries(text, name))
    if name in ("dashboard.json", "notebook.json", "openpipeline.json"):
        json.loads(once)


def test_fixes_are_escaped_as_the_host_wants_it() -> None:
    text = """{"tiles": {"1": {"type": "data", "query": "fetch logs | filter a == 'x'"}}}"""
    fixed, _ = fix_text(text, "d.json", Settings(select=("E002",)))
    assert fixed == text.replace("'x'", r"\"x\"")
    text = """query: x\ntiles:\n  "1":\n    type: data\n    query: "fetch logs | filter a == 'x'"\n"""
    fixed, _ = fix_text(text, "d.yaml", Settings(select=("E002",)))
    assert fixed == text.replace("'x'", r"\"x\"")
    text = """data "dynatrace_dql" "d" {\n  query = "fetch logs | filter a == 'x'"\n}\n"""
    fixed, _ = fix_text(text, "d.tf", Settings(select=("E002",)))
    assert fixed == text.replace("'x'", r"\"x\"")


@pytest.mark.parametrize(
    ("name", "context", "pointer"),
    [
        ("dashboard.json", "dashboard-variable", "/variables/0/input"),
        ("wrapped.json", "dashboard-tile", "/content/tiles/1/query"),
        ("several.json", "dashboard-tile", "/1/tiles/1/query"),
        ("notebook.json", "notebook", "/sections/1/state/input/value"),
        ("workflow.yaml", "workflow-task", "/tasks/look/input/query"),
        ("workflow.yaml", "workflow-trigger", "/trigger/eventTrigger/triggerConfiguration/value/query"),
        ("guardian.json", "guardian", "/objectives/0/dqlQuery"),
        ("slo.json", "slo", "/customSli/indicator"),
        ("detector.json", "detector", "/analyzer/input/1/value"),
        ("openpipeline.json", "openpipeline-matcher", "/processors/0/matcher"),
        ("openpipeline.json", "openpipeline-processor", "/processors/0/dqlScript"),
        ("segment.json", "segment", "/variables/value"),
        ("book.ipynb", "notebook", "/cells/1/source"),
    ],
)
def test_queries_know_where_they_stand(name: str, context: str, pointer: str) -> None:
    found = {(embedded.context, embedded.pointer) for embedded in find_queries(HOSTS[name].replace("§", ""), name)}
    assert (context, pointer) in found


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", '{"tiles": 3}', "null", '"x"', "[[[[", '{"tiles": {"1": null}}'])
def test_files_without_queries_have_none(text: str) -> None:
    for name in ("a.json", "a.yaml", "a.ipynb", "a.tf", "a.md"):
        assert find_queries(text, name) == []
