"""Mistakes planted in every kind of file: found at their line and column, mended without touching anything else.

`§` marks where a finding has to be; it is no part of the file. All mistakes are `=` for `==`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dqlkit.diagnostics import Edit, Span, apply_edits
from dqlkit.diagnostics.lines import Lines
from dqlkit.hosts import Embedded, find_queries
from dqlkit.languages import language_named
from dqlkit.linting.check import check_text, fix_text, format_text
from dqlkit.linting.settings import Settings

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
    "markdown.json": r"""{"tiles": {
  "1": {"type": "markdown", "content": "# é\n\n  ```dql\n  fetch logs\n  | filter x == \"y\" and a §= 1\n  ```\n`a = 1`"},
  "2": {"type": "data", "query": "fetch logs"}}}""",
    "escapes.json": r"""{"tiles": {
  "1": {"type": "data", "query": "fetch logs \/\/ a\/b \ud83d\ude00\n| filter \u0061 §= \"\t\" and b §= 1"}}}""",
    "grafana.json": r"""{"panels": [
  {"type": "row", "panels": [{"targets": [{"refId": "A", "query": "fetch logs, from:$__timeFrom\n| filter a §= 1"}]}]},
  {"targets": [{"query": "up{a = 1}"}, {"query": "timeseries x = avg(k), filter:{a §= $b}"},
    {"query": "fetch logs | filter $__timeFilter(timestamp) | filter a = 1"}]}],
  "templating": {"list": [{"type": "query", "query": "fetch logs | filter a §= 1", "definition": "fetch logs"},
    {"type": "query", "query": {"refId": "V", "dqlQuery": "fetch logs | filter c §= $b"}},
    {"type": "query", "query": "metrics(a = 1)"}, {"type": "custom", "query": "a,b"}]},
  "annotations": {"list": [{"target": {"query": "fetch events | filter a §= 1"}}]}}""",
    "monaco.yaml": """\
configs:
  - id: availability
    config:
      template: slo.json
      parameters:
        name: fetch the data
        indicator: |-
          timeseries n = sum(a)
          | filter n §= 1
    environmentOverrides:
      - environment: p
        override:
          parameters:
            indicator:
              type: value
              value: "fetch logs | filter a §= 1"
""",
    "wrapped.json": '{"type": "dashboard", "content": ' + DASHBOARD.rstrip() + "}\n",
    "several.json": "[" + DASHBOARD + ", " + DASHBOARD + "]",
    "notebook.json": r"""{"version": "7", "sections": [
  {"type": "markdown", "markdown": "`a = 1`\n```dql\nfetch logs | filter a §= 1\n```\n"},
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
    "documents.yaml": """\
# a = 1
---
template: |
  {"tiles": {"1": {"type": "data",
    "query": "fetch logs\\n| filter x == \\"y\\" and a §= 1"}}}
---
just: text
---
tiles: [{type: data, query: fetch logs | filter a §= 1}, {type: data, query: 'fetch logs | filter a == {}'}]
""",
    "styles.yaml": """\
y: =
base: &base
  type: data
  query: &query |2  # a comment
      fetch logs
     | filter a §= 1 \t


tiles:
  1: *base
  2:
    <<: *base
    title: second
  3: {type: data, query: *query}
  4:
    type: data
    query: >2

       fetch logs // é

       | filter a §= 1
         and b §= 2
       | limit 1

  5:
    type: data
    query: fetch logs
      | filter a §= 1

      | limit 1
  6:
    type: data
    query: 'fetch logs // it''s

      | filter a §= 1'
  7:
    type: data
    query: "fetch logs \\
      | filter x == \\"\\u00e9\\U0001F600\\x41\\" and a §= 1
      | limit 1"
  8:
    type: data
    query: |+
      fetch logs
      \t| filter a §= 1

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
  {"type": "technology", "customMatcher": "a §= 1"},
  {"type": "dql", "dql": {"script": "fieldsAdd d = if(c §= 1, 2)"}, "script": "a = 1"},
  {"type": "dql", "matcher": "a §= \"x\"", "dqlScript": "parse b, \"INT:c\" | fieldsAdd d = if(c §= 1, 2)"}]}""",
    "segment.json": r"""{"name": "s", "includes": [{"filter": "{\"a\": \"b = c\"}"}],
  "variables": {"type": "query", "value": "fetch logs | filter a §= 1 | fields a"}}""",
    "map.yaml": """
apiVersion: v1
kind: ConfigMap
data:
  errors.dql: |
    fetch logs
    {{- if .Values.team }}
    | filter a §= "{{ .Values.team }}"
    {{- end }}
    | filter b §= 1
  note.dql: see the other
  old.adql: |
    SELECT count(*)
    FROM logs
    WHERE level = 1
""",
    "actions.yml": """
jobs:
  check:
    steps:
      - run: |
          dtctl query 'fetch logs | filter a §= "${{ github.sha }}"'
          dtctl query -o json "fetch logs | filter b §= 1" > out.json
      - script: [npm test, "dqlkit query 'fetch logs | filter c §= 1' x.json"]
""",
    "errors.dql.j2": """fetch logs | filter a §= "{{ x }}" {% if y %}| filter b §= 1{% endif %}""",
    "tiles.json.tmpl": r"""{"version": 20, {# tiles #} "tiles": {
{% for t in tiles %}
  "{{ loop.index }}": {"type": "data",
    "query": "fetch logs | filter a §= \"{{ t["x"] }}\" {% if t["y"] %}| filter b §= 1{% endif %}"}
  {% if not loop.last %},{% endif %}
{% endfor %}
  }}""",
    "monaco.json": r"""{"version": 15, {{ if .tags }}"tags": [ {{ .tags }} ],{{ end }} "owner": {{ .owner }},
  "tiles": {"1": {"type": "data", "query": "fetch logs | filter a == \"{{ .a }}\" and b §= {{ .b }}"}}
}""",
    "raw.json": r"""{"tiles": {
  "1": {"type": "data", "query": "{{`fetch logs\n| filter x == \"y\" and a §= 1`}}"},
  "2": {"type": "data", "query": "fetch logs | filter x == \"{{`{{`}} result(1) {{`}}`}}\" and a §= 1"}}}""",
    "jinja.yaml": """\
tiles:
  "1":
    type: data
    query: |
      fetch logs
      {% if x %}
      | filter x == "{{ y["z"] }}" and a §= 1
      {% endif %}
""",
    "actions.json": r"""{{/* a dashboard: { */}}
{"version": 15,
  {{- range $k, $v := .tags }}
  "tag-{{ $k }}": {"name": {{ $v }}, "of": "{{ index $v "owner" }}"},
  {{- end }}
  "owner": {{ if .owner }}"{{ .owner }}"{{ else }}"nobody"{{ end }},
  "tiles": {
    {{- if .logs }}
    "1": {"type": "data", "query": "fetch logs | filter b §= \"{{ .b }}\" | limit {{ index .x "a" }}"},
    {{- end }}
    "{{ .id }}": {"type": "data", "query": "fetch logs, from:{{ .from }}\n| filter a §= 1"}
  },
  "layouts": [ {{ range .layouts }} {"x": {{ .x }}}, {{ end }} {} ]
}
""",
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
    "setting.tf": """\
# é
resource "dynatrace_generic_setting" "g" {
  schema = "app:x"
  value = jsonencode({
    name = tostring(var.name), (var.key) = [for x in var.y : x], tags = merge({a = "fetch logs"}, var.tags)
    objectives = [
      { objectiveType = "DQL", dqlQuery = "fetch logs // ü\\n| filter x == \\"y\\" and a §= ${lookup(var.a, "a = b")}" },
      { "objectiveType" : "DQL", "dqlQuery" : <<-EOT
          fetch logs
          %{ if var.limited ~}
          | limit 1
          %{ endif ~}
            | filter a §= "$${var.a}" and b == "%{ if var.b }c%{ endif }" and c §= 1
        EOT
      },
    ]
  })
}
locals {
  queries = { errors = { query = format("fetch logs | filter a §= \\"%s\\"", var.a) }, others = { query = "a = 1" } }
  document = var.big ? yamlencode({
    sections = [{ type = "dql", state = { input = { value = "fetch logs | filter a §= 1" } } }]
  }) : null
}
""",
    "automation.tf": """\
resource "dynatrace_automation_workflow" "w" {
  tasks {
    task {
      input = jsonencode({ query = "fetch logs | filter a §= 1", script = "a = 1" })
    }
    task {
      input = "{\\"query\\": \\"fetch logs | filter x == \\\\\\"y\\\\\\" and a §= 1\\"}"
    }
  }
  trigger {
    event {
      config {
        event {
          query = "a §= 1"
        }
      }
    }
  }
  trigger { event { config { davis_event { custom_filter = "a §= 1" } } } }
}
resource "dynatrace_segment" "s" {
  includes { items { filter = jsonencode({ value = "a = b" }) } }
  variables {
    type  = "query"
    value = trimspace(<<-EOT
      fetch logs
      | filter a §= 1
    EOT
    )
  }
}
resource "dynatrace_openpipeline_v2_logs_pipelines" "p" {
  processing {
    processors {
      processor {
        matcher = "a §= 1"
        dql {
          script = "fieldsAdd d = if(c §= 1, 2)"
        }
      }
    }
  }
}
resource "dynatrace_davis_anomaly_detectors" "d" {
  analyzer { input { analyzer_input_fields {
    analyzer_input_field {
      key   = "query"
      value = "timeseries x = avg(k), filter:{a §= 1}"
    }
    analyzer_input_field {
      key   = "alertCondition"
      value = "a = 1"
    }
  } } }
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
````

~~~~dql
fetch logs // ~~~
| filter a §= 1
~~~~

```dql-snippet
a = 1
```
```dql-snippet
| filter a §= 1
```
""",
    "book.ipynb": r"""{"cells": [
  {"cell_type": "markdown", "source": ["Über\n", "```dql\n", "fetch logs\n", "| filter a §= \"x\"\n", "```\n"]},
  {"cell_type": "markdown", "source": ["%%dql\n", "a = 1"]},
  {"cell_type": "code", "source": ["%%dql logs\n", "fetch logs\n", "| filter a §= \"x\""]},
  {"cell_type": "code", "source": "%%dql\nfetch logs | filter a §= 1"},
  {"cell_type": "code", "source": ["a = 1\n"]}], "nbformat": 4}""",
    "tiles.json": r"""{"tiles": [
  {"2": {"type": "data", "query": "fetch logs | filter a §= 1", "visualization": "table"}},
  {"3": {"type": "data", "query": "fetch logs | filter a §= 1", "visualization": "table"},
   "4": {"type": "markdown", "content": "a = 1"}},
  {"title": "no id", "type": "data", "query": "fetch logs | filter a §= 1", "visualization": "table"}]}""",
    "piece.json": r"""{"24": {"type": "data", "query": "// what\nfetch logs\n| filter a §= $b", "visualization": "table"}}""",
    "analyzers.json": r"""[{"tiles": {"1": {"type": "data", "davis": {"componentState": {
  "lastExecution": {"inputData": {"x": {"query": "fetch logs | filter a = 1"}}},
  "inputData": {"x": {"query": {"expression": "timeseries x = avg(k), filter:{a §= 1}"}}}}}}}},
 {"sections": [{"type": "dql", "state": {"davis": {"componentState": {"inputData": {
  "y": {"query": "timeseries x = avg(k), filter:{a §= 1}"}}}}}}]}]""",
    "lines.json": """{"tiles": {"1": {"type": "data", "query": "fetch logs
| filter a §= 1"}},
"layouts": {}}""",
    "template.yaml": """\
metadata: {version: '1'}
workflow:
  tasks:
    look:
      action: dynatrace.automations:execute-dql-query
      input: {query: fetch logs | filter a §= 1}
    other:
      action: some.app:run
      input: {query: a = 1}
""",
    "detector.yaml": """\
schemaId: builtin:davis.anomaly-detectors
value:
  analyzer:
    input:
      - key: query.expression
        value: |-
          timeseries x = avg(k), filter:{a §= 1}
      - {key: threshold, value: "a = 1"}
""",
    "cloudformation.yaml": """\
Resources:
  Guardian:
    Type: Dynatrace::Automation::SiteReliabilityGuardian
    Properties:
      Objectives:
        - Name: !Sub "${A} = 1"
          DqlQuery: !Sub
            - |
              fetch logs
              | filter x == "${Stage}" and a §= 1
            - Stage: !Ref Stage
        - DqlQuery: !Sub 'fetch logs | filter a §= 1'
        - dql_query:
            Fn::Sub: "fetch logs | filter a §= 1"
""",
    "helm.yaml": """\
{{- if .Values.on }}
name: {{ .Values.name }}
{{- end }}
tiles:
  {{- range .Values.tiles }}
  "1":
    title: {{ .title | quote }}
    type: data
    query: |-
      fetch logs
      | filter x == "{{ .x }}" and a §= 1
  {{- end }}
""",
    "app-config.yaml": """\
dynatrace:
  queries:
    - id: events
      description: Fetches all a = 1
      query: >
        fetch events | filter x == "$${componentName}" and a §= 1
  other: {queries: [{query: "up{a = 1}"}]}
""",
    "body.json": r"""{"query": "fetch logs | filter a §= 1", "maxResultRecords": 10, "timezone": "UTC"}""",
    "classic.json": r"""{"rules": [{"matcher": "CONTAINS", "value": "a = 1"}, {"matcher": "a §= 1"}], "routing": {}}""",
    "locals.tf": """\
locals {
  errors = <<-EOT
    fetch logs
    | filter a §= "${var.a}"
  EOT
  note  = "fetch the logs, a = 1"
}
""",
    "values.tfvars": """\
pipelines = [
  { name = "a", processing = [{ fields = ["a = 1"], matcher = "a §= 1" }] },
]
routing = [{ matcher = "b §= 1", note = "a = 1" }]
query   = "fetch logs | filter a §= 1"
""",
    "quoted.md": """\
> Look:
>
> ```dql
> fetch logs
>
> | filter a §= 1
> ```
a = 1

> > ~~~dql
> > fetch logs | filter a §= 1
> No end.
""",
    "several.md": """\
```dql
# one.dql
fetch logs
| filter a §= 1

// the second
fetch spans | filter b §= 1
timeseries x = avg(k), filter:{a §= 1}
```
""",
    "shells.md": """\
```bash
# don't: dtctl query 'fetch logs | filter a = 1'
dtctl query 'fetch logs | filter x == "y" and a §= 1' --segment "a = 1"
dtctl query -A "fetch logs
  | filter x == \\"y\\" and a §= 1" && echo 'a = 1'
dtctl query -o json -f - <<EOF
fetch logs
| filter a §= 1
EOF
dqlkit query "
  fetch logs | filter a §= 1"
curl -X POST "https://x/query:execute" -d '{"query": "fetch logs | filter a §= \\"1\\"", "maxResultRecords": 1}'
cat > d.yaml <<'EOF'
tiles:
  "1": {type: data, query: fetch logs | filter a §= 1}
EOF
```
```cmd
:: don't
dtctl query "fetch logs | filter x == \\"y\\" and a §= 1"
```
```powershell
dtctl query -f - @'
fetch logs | filter a §= 1
'@
```
```
$ dtctl query 'fetch logs | filter a §= 1'
```
""",
    "unmarked.md": """\
```
fetch logs, from: -2d
  | filter a §= 1
```
```sql
fetch logs | filter a §= 1
fetch spans | filter a §= 1
```
```
fetch the logs where a = 1
```
```json
fetch logs | filter a §= 1
```
```json
{"tiles": {"1": {"type": "data", "query": "fetch logs\\n| filter a §= 1"}}}
```
```yaml
some:
  expr: up{a = 1}
  query: |
    fetch logs
      /* and */
      | filter a §= 1
```
```tf
data "dynatrace_dql" "d" { query = "fetch logs | filter a §= 1" }
```
""",
    "run.sh": """\
#!/bin/sh
# it's: fetch logs | filter a = 1
QUERY='fetch logs
| filter a §= 1'
A="a = 1"
dtctl query "$QUERY" "fetch logs | filter x == \\"$A\\" and a §= 1" 'fetch the logs, a = 1'
cat <<-EOF | dtctl query -f -
	fetch logs
	| filter a §= 1
	EOF
""",
    "one.txt": "fetch logs\n| filter a §= 1\n",
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


WAYS = {"": lambda text: text, "crlf": lambda text: text.replace("\n", "\r\n"), "bom": lambda text: "\ufeff" + text}


@pytest.fixture(params=WAYS)
def written(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Ways to write the same file: other ends of lines, a mark at its beginning."""
    return WAYS[request.param]


@pytest.mark.parametrize("name", HOSTS)
def test_mistakes_are_found_where_they_are(name: str, written: Callable[[str], str]) -> None:
    pieces = written(HOSTS[name]).split("§")
    text = "".join(pieces)
    planted = [len("".join(pieces[:k])) for k in range(1, len(pieces))]
    lines = Lines(text)
    found = check_text(text, name, ONLY)
    assert [lines.position(f.diagnostic.span.start) for f in found] == [lines.position(offset) for offset in planted]
    assert {text[f.diagnostic.span.start : f.diagnostic.span.end] for f in found} == {"="}


@pytest.mark.parametrize("name", HOSTS)
def test_fixes_change_the_mistakes_and_nothing_else(name: str, written: Callable[[str], str]) -> None:
    text = written(HOSTS[name]).replace("§", "")
    fixed, made = fix_text(text, name, ONLY)
    assert fixed == written(HOSTS[name]).replace("§=", "==")
    assert made.total() == HOSTS[name].count("§")


@pytest.mark.parametrize("name", HOSTS)
def test_formatting_lays_out_queries_and_nothing_else(name: str, written: Callable[[str], str]) -> None:
    text = written(HOSTS[name]).replace("§=", "==")
    once = format_text(text, name, Settings())
    assert format_text(once, name, Settings()) == once
    before, after = _in_order(text, name), _in_order(once, name)
    assert _around(after, once) == _around(before, text)
    for old, new in zip(before, after, strict=True):
        as_it_was = (name, old.pointer) in KEPT or (
            name in ONE_LINERS and not old.pointer and "\n" not in _stripped(old)
        )
        assert _stripped(new) == (_stripped(old) if as_it_was else _laid_out(old))
    assert ("\r" in once) == ("\r\n" in text)
    if name.endswith(".json") and name != "lines.json" and "{{" not in text and not text.startswith("\ufeff"):
        json.loads(once)


def _in_order(text: str, name: str) -> list[Embedded]:
    return sorted(find_queries(text, name), key=lambda embedded: embedded.map.start(0))


def _around(found: list[Embedded], text: str) -> list[str]:
    """What stands between the queries of a file."""
    places = [e.map.span(Span(len(e.text) - len(e.text.lstrip()), len(e.text.rstrip()))) for e in found]
    starts, ends = [0, *(place.end for place in places)], [*(place.start for place in places), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _stripped(embedded: Embedded) -> str:
    return embedded.text.strip().replace("\r\n", "\n")


def _laid_out(embedded: Embedded) -> str:
    parsed = language_named(embedded.language).parse(embedded.text, embedded.part)
    return str(language_named(embedded.language).format(parsed)).strip().replace("\r\n", "\n")


#: Files in which what was written in one line stays in one: it is part of a line of another language.
ONE_LINERS = ("shells.md", "run.sh")

#: Queries that stay as they are: lines that are folded, templates and quotes that would have to be written anew.
KEPT = {
    ("actions.yml", "/jobs/check/steps/0/run"),
    ("actions.yml", "/jobs/check/steps/1/script/1"),
    ("dashboard.yaml", "/content/variables/0/input"),
    ("dashboard.yaml", "/content/tiles/3/query"),
    ("dashboard.yaml", "/content/tiles/4/query"),
    ("documents.yaml", "/2/tiles/0/query"),
    ("documents.yaml", "/2/tiles/1/query"),
    ("styles.yaml", "/tiles/4/query"),
    ("styles.yaml", "/tiles/5/query"),
    ("styles.yaml", "/tiles/6/query"),
    ("styles.yaml", "/tiles/7/query"),
    ("actions.json", "/tiles/1/query"),
    ("setting.tf", "/resource.dynatrace_generic_setting.g/value/objectives/1/dqlQuery"),
    ("cloudformation.yaml", "/Resources/Guardian/Properties/Objectives/1/DqlQuery"),
    ("shells.md", "/tiles/1/query"),
    ("raw.json", "/tiles/2/query"),
    ("app-config.yaml", "/dynatrace/queries/0/query"),
    ("template.yaml", "/workflow/tasks/look/input/query"),
}


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
        ("openpipeline.json", "openpipeline-matcher", "/processors/2/matcher"),
        ("openpipeline.json", "openpipeline-processor", "/processors/2/dqlScript"),
        ("segment.json", "segment", "/variables/value"),
        ("notebook.json", "markdown", "/sections/0/markdown"),
        ("markdown.json", "markdown", "/tiles/1/content"),
        ("grafana.json", "notebook", "/panels/0/panels/0/targets/0/query"),
        ("grafana.json", "notebook", "/templating/list/0/query"),
        ("monaco.yaml", "file", "/configs/0/config/parameters/indicator"),
        ("documents.yaml", "dashboard-tile", "/0/template/tiles/1/query"),
        ("styles.yaml", "dashboard-tile", "/tiles/1/query"),
        ("setting.tf", "guardian", "/resource.dynatrace_generic_setting.g/value/objectives/1/dqlQuery"),
        ("setting.tf", "terraform", "/locals/queries/errors/query"),
        ("setting.tf", "notebook", "/locals/document/sections/0/state/input/value"),
        ("automation.tf", "workflow-task", "/resource.dynatrace_automation_workflow.w/tasks/task/input/query"),
        (
            "automation.tf",
            "workflow-trigger",
            "/resource.dynatrace_automation_workflow.w/trigger/event/config/event/query",
        ),
        ("automation.tf", "segment", "/resource.dynatrace_segment.s/variables/value"),
        ("heredoc.tf", "terraform", "/data.dynatrace_dql.d/query"),
        ("book.ipynb", "notebook", "/cells/2/source"),
    ],
)
def test_queries_know_where_they_stand(name: str, context: str, pointer: str) -> None:
    found = {(embedded.context, embedded.pointer) for embedded in find_queries(HOSTS[name].replace("§", ""), name)}
    assert (context, pointer) in found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.json", '{"query": "fetch logs"}', 1),
        ("a.yaml", "# note\n---\nquery: fetch logs\n", 1),
        ("a.json", '{"body": "{\\"query\\": \\"fetch logs\\"}"}', 1),
        ("a.yaml", 'body: |\n  {"query": "fetch logs"}\n', 1),
        ("a.yaml", "- query: fetch logs\n  timezone: UTC\n", 1),
        ("a.yaml", "a: 1\nquery: fetch logs\n", 0),
        ("a.json", '{"query": "fetch logs", "a": 1}', 0),
    ],
)
def test_a_request_holds_its_query_alone_or_with_what_requests_have(name: str, text: str, found: int) -> None:
    assert len(find_queries(text, name)) == found


def test_hosts_stay_written_as_they_were() -> None:
    text = r"""{"tiles": {"1": {"query": "fetch logs | filter a == \"\u00e9\ud83d\ude00\""}}}"""
    assert format_text(text, "d.json", Settings()) == text.replace(" |", r"\n|")
    text = """dql_query = "fetch logs | filter a == \\"${var.a["b"]}\\" and b == \\"é\\""\n"""
    assert format_text(text, "d.tf", Settings()) == text.replace(" |", r"\n|")


def test_documents_that_refer_to_themselves_end() -> None:
    many = "".join(f"  a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9) if k else 'x'}]\n" for k in range(50))
    for text in ("content: &a\n  content: *a\n", f"tiles:\n{many}", "[" * 5000, "- " * 5000, "a: &a {<<: *a}"):
        assert find_queries(text, "a.yaml") == []
    assert find_queries("a = " + "[" * 1000 + "]" * 1000, "a.tf") == []
    assert find_queries("a = " + "{ a = " * 1000 + "}" * 1000, "a.tf") == []


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", '{"tiles": 3}', "null", '"x"', "[[[[", '{"tiles": {"1": null}}'])
def test_files_without_queries_have_none(text: str) -> None:
    for name in ("a.json", "a.yaml", "a.ipynb", "a.tf", "a.md"):
        assert find_queries(text, name) == []


# ---- whatever a query holds -----------------------------------------------------------------------------------------


def _json(text: str) -> str:
    return json.dumps({"tiles": {"1": {"query": text}}})


def _json_as_it_is(text: str) -> str:
    return json.dumps({"tiles": {"1": {"query": text}}}, ensure_ascii=False, indent=2)


def _yaml(style: str | None) -> Callable[[str], str]:
    return lambda text: yaml.safe_dump(
        {"content": {"tiles": {"1": {"query": text}}}}, default_style=style, allow_unicode=True, width=20
    )


def _quoted(text: str) -> str:
    shown = json.dumps(text, ensure_ascii=False)
    return f'resource "x" "ü" {{\n  dql_query = {shown}\n}}\n'


def _heredoc(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.split("\n"))
    return f'resource "x" "ü" {{\n  dql_query = <<-EOT\n{lines}  EOT\n}}\n'


def _fenced(text: str) -> str:
    return "1. Ü\n\n" + "".join(f"   {line}\n" for line in f"~~~dql\n{text}\n~~~".split("\n"))


def _twice(text: str) -> str:
    shown = json.dumps(_json(text), ensure_ascii=False)
    return f'resource "x" "ü" {{\n  value = jsonencode({{ content = {shown} }})\n}}\n'


KEEPERS = {
    "a.json": _json,
    "b.json": _json_as_it_is,
    "plain.yaml": _yaml(None),
    "literal.yaml": _yaml("|"),
    "folded.yaml": _yaml(">"),
    "single.yaml": _yaml("'"),
    "double.yaml": _yaml('"'),
    "quoted.tf": _quoted,
    "heredoc.tf": _heredoc,
    "twice.tf": _twice,
    "fenced.md": _fenced,
}
pieces = st.lists(st.sampled_from([*"\"'\\\n\n\n\t   éa|:#,{[-$%", "😀", "\u00a0", "''", "x == 1"]), max_size=30)
queries = pieces.map(lambda held: "fetch logs" + re.sub(r"([$%])\{+", r"\1", "".join(held)) + "x")


@pytest.mark.parametrize("name", KEEPERS)
@settings(deadline=None)
@given(text=queries)
def test_every_character_has_its_place(name: str, text: str) -> None:
    file = KEEPERS[name](text)
    [found] = find_queries(file, name)
    if name.endswith(".yaml"):
        text = yaml.safe_load(file)["content"]["tiles"]["1"]["query"]  # not always what was dumped
    assert found.text.rstrip("\n") == text
    last = Span(0, 0)
    for k, char in enumerate(text):
        span = found.map.span(Span(k, k + 1))
        assert span.start >= last.end or (span == last and not text[k - 1 : k + 1].strip())  # lines that are folded
        assert _means(file[span.start : span.end], char)
        last = span


def _means(written: str, char: str) -> bool:
    """Whether this is how a character is written somewhere."""
    ways = {char, "''" if char == "'" else char, json.dumps(char)[1:-1], yaml.dump(char, default_style='"')[1:-2]}
    ways |= {json.dumps(json.dumps(char)[1:-1])[1:-1], json.dumps(json.dumps(char, ensure_ascii=False)[1:-1])[1:-1]}
    return written in ways or (char in " \n" and not written.strip("\\ \r\n"))


@pytest.mark.parametrize("name", KEEPERS)
@settings(deadline=None)
@given(text=queries, new=st.just("") | queries, data=st.data())
def test_edits_are_made_right_or_not_at_all(name: str, text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0 if new else len("fetch"), len(text)))
    end = data.draw(st.integers(start, len(text)))
    file = KEEPERS[name](text)
    [found] = find_queries(file, name)
    assume(found.text.rstrip("\n") == text)
    wanted = text[:start] + new + text[end:]
    edit = found.in_file(Edit(Span(start, end), new), file)
    if edit is not None and not re.search(r"[$%]\{", wanted):
        after = "".join(one.text for one in find_queries(apply_edits(file, [edit]), name))
        assert after.rstrip() == wanted.rstrip()


@pytest.mark.parametrize(
    ("before", "inside", "mended"),
    [
        ("# Queries\n\nErrors of a host:\n", "", True),
        ("# Queries\n\nDo not forget the host:\n", "", False),
        ("### 2. Don't\n\nThis reads everything.\n", "", False),
        ("**❌ Bad**\n\n", "", False),
        ("Good, never bad:\n", "", True),
        ("", "// wrong: capitals\n", False),
        ("", "// ❌\n", False),
        ("", "// badges of users\n", True),
        ("", "// good\n", True),
        ("", "fetch events // bad\n\n", True),
        ("## Avoid\n\nx\n\n## Better\n\nx\n", "", True),
    ],
)
def test_what_markdown_calls_a_mistake_is_not_mended(before: str, inside: str, mended: bool) -> None:
    text = f"{before}```dql\n{inside}FETCH logs | limit 1\n```\n"
    assert any(finding.diagnostic.code == "S001" for finding in check_text(text, "a.md", Settings()))
    assert (fix_text(text, "a.md", Settings())[0] != text) == mended


def test_in_markdown_only_what_cannot_be_read_is_an_error() -> None:
    text = "```dql\nfetch logs | filter a = 'x' | sumarize n = count()\n```\n```dql\nfetch logs | filter (a\n```\n"
    found = [finding.diagnostic for finding in check_text(text, "a.md", Settings())]
    told = {(one.code, one.severity) for one in found}
    assert told >= {("E002", "warning"), ("E003", "warning"), ("E006", "warning"), ("E001", "error")}


def test_fences_stand_in_lists() -> None:
    text = "- ```dql\n  fetch logs\n  | filter a = 1\n  ```\n1. b\n   ~~~dql\n   fetch logs | filter c = 1\n   ~~~\n"
    fixed, _ = fix_text(text, "a.md", Settings())
    assert fixed == text.replace("a = 1", "a == 1").replace("c = 1", "c == 1")


def test_fences_of_pieces() -> None:
    text = "```dqlexpr\na == 1\n```\n```dqlpart\nfilter a == 1\n```\n"
    assert [(one.part, one.text.strip()) for one in find_queries(text, "a.md")] == [
        ("expression", "a == 1"),
        ("stages", "filter a == 1"),
    ]


def test_matchers_of_other_software_are_none() -> None:
    assert find_queries('{"hooks": [{"matcher": "Edit|Write"}, {"matcher": "some text"}]}', "a.json") == []
