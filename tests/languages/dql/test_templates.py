"""Templates of queries (Monaco, Terraform, Jinja, Go): placeholders in any position, tags around any piece."""

from __future__ import annotations

import pytest

import dqlkit
from dqlkit.languages.dql.format import format
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.syntax.tree import Tag
from dqlkit.linting.check import format_text
from dqlkit.linting.linter import lint, picked, subject_of
from dqlkit.linting.settings import Settings
from tests.shared import lines, needs

#: Each is a text that an author of templates may write; the query around the placeholders is right.
TEMPLATES = r"""
fetch logs | {% if x %} filter a == 1 {% endif %} | limit 5
fetch logs {% if x %}| filter a == 1{% endif %} | limit 5
fetch logs {% if x %}, from:-1h{% endif %} | limit 5
fetch logs | filter a == 1 {% if x %} and b == 2 {% endif %} | limit 5
fetch logs | filter {% if x %} a == 1 {% else %} b == 2 {% endif %} | limit 5
fetch logs | {% if x %}filter a == 1{% else %}filter b == 2{% endif %} | limit 5
fetch logs | summarize count(), by:{ {% for f in fields %}{{ f }}, {% endfor %} host }
fetch logs | summarize count(), by:{ {{ fields | join(", ") }} }
fetch logs | filter in(a, {% for x in xs %}"{{ x }}"{% if not loop.last %}, {% endif %}{% endfor %})
fetch {{ .table }} | filter {{ .field }} == "{{ .value }}" | limit {{ .n }}
fetch {{.table | default "logs"}}, from:-{{.hours}}h | limit 5
{{- if .filter }} fetch logs | filter {{ .filter }} {{- end }}
fetch logs {{ if .x }}| filter a == {{ .x }}{{ end }} | limit 5
fetch logs | {{ if .x }} filter a == {{ .x }} {{ end }} | limit 5
fetch logs | {{ range .fs }}fieldsAdd {{ . }} = 1 | {{ end }} limit 5
fetch logs | filter a == "${var.x}" and b == ${var.y} | limit ${var.n}
fetch logs | filter a == ${jsonencode(var.x)} | limit 5
fetch logs %{ if var.x } | filter a == 1 %{ endif } | limit 5
fetch logs | %{ if var.x ~} filter a == 1 | %{ endif ~} limit 5
fetch logs | filter in(a, {%{ for x in var.xs ~}"${x}",%{ endfor ~} "z"})
fetch logs | filter a == "%{ if var.x }b%{ else }c%{ endif }"
fetch ${var.table}, from:${var.from} | limit 5
fetch logs | filter a == {{ .Env.X }} and {{.filter}}
fetch logs | {{ .stage }} | limit 5
{{ .query }} | limit 5
fetch logs | {{ .stages }}
fetch logs | filter host.name == "<host>" and id == <ID> | limit <N>
fetch logs | filter a == $(VAR) | limit 5
fetch logs | filter a == __VAR__ | limit 5
fetch logs | filter a == %s and b == %d and c == "%v" | limit %d
fetch logs | filter a == ${x} {{ b }} | limit 5
timeseries avg({{ metric }}), by:{ {{ dims }} }, from:{{ from }}
timeseries {{ m }} = avg(dt.host.{{ kind }}.usage), filter:{ {{ f }} }
fetch logs | summarize {{ agg }}(duration), by:{ {{ d }} }
fetch logs | fieldsAdd {{ name }} = {{ value }} | fields {{ name }}, b
fetch logs // {{ comment }}
fetch logs | filter {{#if x}}a == 1{{/if}} | limit 5
fetch logs | filter a == {{{x}}} | limit 5
{# a comment #} fetch logs | limit 5
fetch logs {# a comment #} | limit 5
fetch logs | filter matchesValue(a, {{ x | tojson }}) | limit 5
fetch logs, from: now() - {{ h }}h, to: now() | limit 5
fetch logs, scanLimitGBytes: {{ gb }}, samplingRatio: ${s}
fetch logs | makeTimeseries count(), interval: {{ i }}m
fetch logs | sort {{ f }} {{ o }} | limit 5
fetch logs | filter duration > {{ t }}ms and x < ${d}s
fetch logs | parse content, "LD '{{ a }}' INT:{{ b }}"
fetch logs | lookup [fetch {{ t }}], sourceField:{{ s }}, lookupField:{{ l }}
fetch logs | filter {{ a }}.{{ b }} == 1
fetch logs | filter `{{ a }}` == 1
fetch logs | filter a == 1 {% raw %} and b == "{{ c }}" {% endraw %}
fetch logs | filter a in [{{ xs }}]
fetch dt.entity.{{ type }} | fields id, {{ type }}.name
data record(a = {{ x }}), record(a = "{{ y }}")
{% set x = 5 %} fetch logs | limit {{ x }}
fetch logs | limit {{ x }} -- {{ y }}
fetch logs | filter a == {{ x }} | filter b == "{{ event()['x'] }}"
fetch logs | filter a == "{{ result("t")["x"] }}"
fetch logs | filter id == "{{ event()["id"] }}" or id == {{ event().id }}
fetch events | filter event.id == "{{ event()['event.id'] }}" and status == "{{ x | default("OPEN") }}"
fetch logs {{ "| limit 5" if x }}
fetch logs{{x}}| limit 5
fetch logs, from: [START], to: [END] | filter host.name == [HOST] | limit [N]
{{fetch}} logs | limit 5
""".strip().split("\n")


#: The forms of placeholders, and the places where each may stand.
FORMS = [
    *(
        "{{ x }}",
        "{{.x}}",
        "${x}",
        "$${x}",
        "${{ x }}",
        "${{env.x}}",
        "[[x]]",
        "[[ x ]]",
        "#{x}",
        "#{ x.y }",
        "@@x@@",
        "@x@",
    ),
    *("<x>", "<<x>>", "<%= x %>", "%x%", "%{x}", "%(x)s", "$(x)", "{x}", "{x.y}"),
]
PLACES = """
fetch logs | filter n == § and m > § - 1
fetch logs | filter in(n, §, 5)
fetch logs | limit §
fetch logs, from: now() - §, to: now()
fetch logs, from: §
fetch § | limit 5
fetch logs | fields a, §, b
fetch logs | summarize §(n), by: {§, host}
fetch logs | fieldsAdd § = 5
fetch logs | filter § == 1 | sort § desc
fetch logs | filter a == 1 and § and b == 2
fetch logs | § | limit 5
fetch logs | filter dt.§.name == 1 and §_total > 5 and total_§ > 5
timeseries avg(dt.§.usage), interval: §m
fetch logs | filter a == "§" and b == "pre-§-post"
fetch logs | filter a == "x" // §
""".strip().split("\n")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_may_stand_in_every_place(form: str) -> None:
    for place in PLACES:
        text = place.replace("§", form)
        assert not [d for d in lint(subject_of(text), picked()) if d.severity == "error"], text


@pytest.mark.parametrize(
    "text",
    [
        "fetch a | summarize count() by {x}",
        "fetch a | filter b != {}",
        "fetch a | fields {b} {c}",
        "fetch a, from: [b]",
    ],
)
def test_braces_that_are_no_placeholder(text: str) -> None:
    assert [d for d in lint(subject_of(text), picked()) if d.severity == "error"]


@pytest.mark.parametrize("text", TEMPLATES)
def test_no_error_is_said_of_a_template(text: str) -> None:
    errors = [d for d in lint(subject_of(text), picked()) if d.severity == "error"]
    assert not errors


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("fetch a | {% if x %} filter b == 1 {% endif %} | limit 5", ["{% if x %}", "{% endif %}"]),
        ("fetch a\n{# why #}\n| filter b == ${c}", ["{# why #}"]),
        ("fetch a %{ if x ~} | filter b == 1 %{ endif ~}", ["%{ if x ~}", "%{ endif ~}"]),
        ("fetch a | {{ if .x }}limit 1{{ else }}limit 2{{ end }}", ["{{ if .x }}", "{{ else }}limit 2{{ end }}"]),
        ("fetch a, from:{{ start }}, to:{{ end }}", []),  # without a block of Go's these are placeholders
        ("fetch a | filter {{#if x}}b == 1{{/if}}", ["{{#if x}}", "{{/if}}"]),
        ("fetch a | filter k8s.{% if x %}pod{% else %}node{% endif %}.name == 1", []),  # one name with its tags
    ],
)
def test_tags_stand_beside_the_comments(text: str, tags: list[str]) -> None:
    parsed = parse(text)
    assert not parsed.diagnostics
    assert [comment.text for comment in parsed.comments if isinstance(comment, Tag)] == tags


def test_aligned_twice_is_no_placeholder() -> None:
    assert [d.code for d in parse("fetch a | filter b == {{ c }} and d@s@s > now()@d@w1@h").diagnostics] == []
    assert (
        format(parse("fetch a\n| filter b == {{ c }} and d@s@s > e")) == "fetch a\n| filter b == {{ c }} and d@s@s > e"
    )


@pytest.mark.parametrize(
    "text",
    [
        "fetch a | filter b in [...]",
        "fetch a | append [ <query> ]",
        "fetch a | join [{{ q }}], on:{b}",
        "fetch a | lookup [${q} | limit 5], sourceField:b, lookupField:c",
        "{{ q }} | ... | limit 5",
        "fetch a | sort {{ f }} {{ o }}, b",
        "fetch a | sort {{ b }} {{ c }} {{ d }} {{ e }}",
        "fetch {{ a }} {{ b }} | filter {{ b }} {{ c }} and {{ d }} {{ e }}",
    ],
)
def test_a_placeholder_stays_one_in_the_canonical_text(text: str) -> None:
    query = dqlkit.parse(text)
    again = dqlkit.parse(query.canonical())
    assert not query.errors
    assert not again.errors
    assert again.plan == query.plan


def test_a_text_with_tags_keeps_its_layout() -> None:
    text = "  fetch   a | {% if x %}\n filter b==1 | {% endif %} limit 5 \n"
    assert format(parse(text)) == text
    assert format_text(text, "a.dql", Settings()) == text


def test_a_template_may_hold_a_long_string() -> None:
    assert not parse('fetch a | filter b == {{ x }} | parse c, """ARRAY{DATA \'q\' LD:"x"}""" | limit 5').diagnostics


def test_a_mistake_beside_tags_is_told_where_it_stands() -> None:
    text = "fetch a | {% if x %} filter b == ) {% endif %} | limit 5"
    (found,) = [d for d in parse(text).diagnostics if d.severity == "error"]
    assert found.span.start == text.index(")")


@pytest.mark.parametrize(
    "tags",
    [
        ("{% if x %}", "{% else %}", "{% endif %}"),
        ("{% if x %}", "{% elif y %}", "{% endif %}"),
        ("{% if x %}a == 1 {% elif y %}", "{% else %}", "{% endif %}"),
        ("{{ if .x }}", "{{ else }}", "{{ end }}"),
        ("{{#if x}}", "{{else}}", "{{/if}}"),
        ("%{ if x ~}", "%{ else ~}", "%{ endif ~}"),
        ("{% for y in z %}{% endfor %}{% if x %}", "{% else %}", "{% endif %}"),
    ],
)
def test_both_alternatives_are_read(tags: tuple[str, str, str]) -> None:
    opening, other, closing = tags
    text = f"fetch a | filter {opening} b == lowr(c) {other} d == upper(e, 2) {closing} | fieldsAdd f = trm(g)"
    found = [text[d.span.start : d.span.end] for d in lint(subject_of(text), picked()) if d.severity == "error"]
    assert found == ["lowr", "2", "trm"]


def test_what_tags_enclose_may_be_missing() -> None:
    """A field that only a stage between tags removes may be there."""
    text = "fetch logs | {% if x %} fields a | {% endif %} filter b == 1"
    assert not [d for d in lint(subject_of(text), picked()) if d.severity != "info"]


#: Tags that begin and end a block, by language of templates.
BLOCKS = [
    ("{% if x %}", "{% endif %}"),
    ("{{- if .x }}", "{{ end }}"),
    ("%{ if x ~}", "%{ endif ~}"),
    ("{{#if x}}", "{{/if}}"),
]


@needs("corpus/dql-2.jsonl")
def test_any_stage_may_stand_between_tags() -> None:
    rows = [row["query"] for row in lines("corpus/dql-2.jsonl")[::40] if row["kind"] == "query" and row["valid"]]
    for number, text in enumerate(rows):
        parsed = parse(text)
        assert isinstance(parsed.tree, Pipeline)
        if parsed.diagnostics or len(parsed.tree.commands) < 2:
            continue
        first, second = parsed.tree.commands[:2]
        opening, closing = BLOCKS[number % len(BLOCKS)]
        rest = f"{text[first.end : second.end]} {closing} {text[second.end :]}"
        tagged = parse(f"{text[: first.end]} {opening} {rest}")
        assert not tagged.diagnostics, (opening, text)
        assert len([comment for comment in tagged.comments if isinstance(comment, Tag)]) == 2


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("fetch a {{ x }}", "fetch a, {{ x }}"),
        ("fetch a, from:-2h {{ x }}", "fetch a, from:-2h, {{ x }}"),
        ("fetch a | filter b == 1 ${x}", "fetch a\n| filter b == 1, ${x}"),
        ("fetch a | limit 5 {{ x }}", "fetch a\n| limit 5, {{ x }}"),
        ("fetch a | filter (b == 1 {{ x }})", "fetch a\n| filter b == 1 {{ x }}"),
        ("fetch a | filter (b in [fetch c] {{ x }})", "fetch a\n| filter b in [fetch c] {{ x }}"),
        ("fetch a | fields c = (lower(b) {{ x }})", "fetch a\n| fields c = lower(b) {{ x }}"),
    ],
)
def test_a_placeholder_behind_a_value_is_kept(text: str, canonical: str) -> None:
    query = dqlkit.parse(text)
    assert not query.errors
    assert query.canonical() == canonical
    assert query.format().replace("\n", " ") == text.replace("from:", "from: ")
