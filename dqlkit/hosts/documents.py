"""Where queries sit in documents. A kind of document is known by what it holds, whatever its file is called.

One function per kind: it yields the queries, or nothing where the document is none of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from dqlkit.hosts import markdown
from dqlkit.hosts.document import Document, DocumentVariable
from dqlkit.hosts.embedded import Embedded, SpanMap
from dqlkit.hosts.files import begins_query
from dqlkit.hosts.json_text import read_json
from dqlkit.hosts.located import Node, Text, get, items, strings, text, within
from dqlkit.languages.language import Part

__all__ = ["KINDS", "WORDS", "find", "task_input"]

Kind: TypeAlias = Callable[[Node, str], Iterator[Embedded]]

#: Keys below which whole documents stand.
_WRAPPERS = ("content", "value", "spec", "template", "dashboard")


def find(root: Node, pointer: str = "", kinds: Sequence[Kind] | None = None) -> list[Embedded]:
    """The queries of a document, also of one that is wrapped, or of several in a list; a text may be a document itself.

    Each query once, however many aliases (YAML) lead to it.
    """
    found: dict[SpanMap, Embedded] = {}
    stack: list[tuple[str, Node]] = [(pointer, root)]
    seen: set[int] = set()
    while stack:
        at, node = stack.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        here: list[Embedded] = []
        if isinstance(node, Text):
            inner = read_json(node.value) if node.value.lstrip()[:1] in ("{", "[") else None
            here += within(find(inner, "", kinds), node, at) if inner is not None else []
        for kind in kinds or KINDS:
            here = here or list(kind(node, at))
        for embedded in here:
            found.setdefault(embedded.map, embedded)
        if not here:
            below = items(node) if isinstance(node, list) else [(key, get(node, key)) for key in _WRAPPERS]
            stack += [(f"{at}/{key}", inner) for key, inner in reversed(list(below))]
    return list(found.values())


def _embedded(node: Node, context: str, pointer: str, document: Document, part: Part = "query") -> Iterator[Embedded]:
    if isinstance(node, Text) and node.value.strip():
        yield Embedded(node.value, node.map, "dql", part, context, pointer, document, node.encode)


def _fences(node: Node, pointer: str) -> Iterator[Embedded]:
    """Queries in fenced blocks of Markdown text."""
    if isinstance(node, Text):
        yield from within(markdown.find(node.value), node, pointer)


def _variables(root: Node) -> dict[str, DocumentVariable]:
    found = {}
    for _, variable in items(get(root, "variables")):
        name = text(variable, "key")
        query = text(variable, "input") or text(variable, "input", "query") if text(variable, "type") == "query" else ""
        if name:
            found[name] = DocumentVariable(name, get(variable, "multiple") is True, query)
    return found


def dashboards(root: Node, pointer: str) -> Iterator[Embedded]:
    """Tiles and variables of a dashboard."""
    tiles = get(root, "tiles")
    if not isinstance(tiles, (dict, list)):
        return
    variables = _variables(root)
    uses = tuple(found.value for _, found in strings(root))
    for key, variable in items(get(root, "variables")):
        document = Document("dashboard", variables, variable=text(variable, "key"), uses=uses)
        if text(variable, "type") == "query":
            input = get(variable, "input")
            query = get(input, "query") if isinstance(input, dict) else input
            yield from _embedded(query, "dashboard-variable", f"{pointer}/variables/{key}/input", document)
    for key, tile in items(tiles):
        document = Document("dashboard", variables, text(tile, "visualization"), uses=uses)
        if text(tile, "type") in ("data", ""):
            yield from _embedded(get(tile, "query"), "dashboard-tile", f"{pointer}/tiles/{key}/query", document)
        for name, data in items(get(tile, "davis", "componentState", "inputData")):
            at = f"{pointer}/tiles/{key}/davis/componentState/inputData/{name}/query"
            yield from _embedded(get(data, "query"), "dashboard-tile", at, document)
        if text(tile, "type") == "markdown":
            yield from _fences(get(tile, "content"), f"{pointer}/tiles/{key}/content")


def notebooks(root: Node, pointer: str) -> Iterator[Embedded]:
    """DQL sections of a notebook; saved results below them hold queries too, which are nobody's to mend."""
    for key, section in items(get(root, "sections")):
        if text(section, "type") == "dql":
            document = Document("notebook", None, text(section, "state", "visualization"))
            at = f"{pointer}/sections/{key}/state/input/value"
            yield from _embedded(get(section, "state", "input", "value"), "notebook", at, document)
        elif text(section, "type") == "markdown":
            yield from _fences(get(section, "markdown"), f"{pointer}/sections/{key}/markdown")


def grafana(root: Node, pointer: str) -> Iterator[Embedded]:
    """Targets of a Grafana dashboard whose text is DQL.

    Macros with arguments make other text of it, nobody here knows which. What the vendor's dashboards mean by variables
    and timeframes does not hold there, so tiles are looked at as sections of a notebook are.
    """
    panels = get(root, "panels")
    for at, found in strings(panels if isinstance(panels, list) else None, f"{pointer}/panels"):
        is_target = re.search(r"/targets/\d+/query$", at) is not None
        if is_target and begins_query(found.value) and not re.search(r"\$__\w+\(", found.value):
            yield from _embedded(found, "notebook", at, Document("grafana"))


def workflows(root: Node, pointer: str) -> Iterator[Embedded]:
    """Query tasks of a workflow, and the conditions of its event trigger."""
    tasks = get(root, "tasks")
    if not isinstance(tasks, (dict, list)):
        return
    for key, task in items(tasks):
        yield from task_input(get(task, "input"), f"{pointer}/tasks/{key}/input")
    for at, found in strings(get(root, "trigger"), f"{pointer}/trigger"):
        if at.rpartition("/")[2] in ("filterQuery", "customFilter", "query"):
            part: Part = "query" if begins_query(found.value) else "expression"
            yield from _embedded(found, "workflow-trigger", at, Document("workflow"), part)


def task_input(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query of a workflow's task: to be run, or for an analyzer."""
    series = get(root, "body", "timeSeriesData")
    for found, path in (
        (get(root, "query"), "query"),
        (series, "body/timeSeriesData"),
        (get(series, "expression"), "body/timeSeriesData/expression"),
    ):
        yield from _embedded(found, "workflow-task", f"{pointer}/{path}", Document("workflow"))


def objectives(root: Node, pointer: str) -> Iterator[Embedded]:
    """Service-level objectives and the objectives of a guardian."""
    indicator = get(root, "customSli", "indicator")
    yield from _embedded(indicator, "slo", f"{pointer}/customSli/indicator", Document("slo"))
    for key, objective in items(get(root, "objectives")):
        at = f"{pointer}/objectives/{key}/dqlQuery"
        yield from _embedded(get(objective, "dqlQuery"), "guardian", at, Document("guardian"))


def detectors(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query of an anomaly detector."""
    for key, input in items(get(root, "analyzer", "input")):
        if text(input, "key") == "query":
            at = f"{pointer}/analyzer/input/{key}/value"
            yield from _embedded(get(input, "value"), "detector", at, Document("detector"))


_PIPELINE_KEYS = ("processors", "processing", "pipelines", "routing", "routingTable")

#: Keys of OpenPipeline settings: what kind of text stands there, and in what context.
_PIPELINE: Mapping[str, tuple[Part, str]] = {
    "dqlScript": ("stages", "openpipeline-processor"),
    "script": ("stages", "openpipeline-processor"),
    "matcher": ("expression", "openpipeline-matcher"),
    "customMatcher": ("expression", "openpipeline-matcher"),
}


def pipelines(root: Node, pointer: str) -> Iterator[Embedded]:
    """Processors and matchers of OpenPipeline settings."""
    is_pipeline = any(get(root, key) is not None for key in _PIPELINE_KEYS)
    if not is_pipeline and text(root, "matcher") == "":
        return
    for at, found in strings(root, pointer):
        kind = _PIPELINE.get(at.rpartition("/")[2])
        if kind is not None and (kind[0] != "stages" or at.endswith(("dqlScript", "dql/script"))):
            yield from _embedded(found, kind[1], at, Document("openpipeline"), kind[0])


def segments(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query that fills the variables of a segment."""
    if get(root, "includes") is not None:
        at = f"{pointer}/variables/value"
        yield from _embedded(get(root, "variables", "value"), "segment", at, Document("segment"))


KINDS: tuple[Kind, ...] = (
    dashboards,
    notebooks,
    grafana,
    workflows,
    objectives,
    detectors,
    segments,
    pipelines,
)

#: Words of which one is in every document that holds queries. Files of data, which may be large, have none of them.
WORDS = (
    "tiles",
    "sections",
    "panels",
    "tasks",
    "customSli",
    "objectives",
    "analyzer",
    "includes",
    "matcher",
    *_PIPELINE_KEYS,
)
