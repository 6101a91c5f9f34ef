"""Where queries sit in documents. A kind of document is known by what it holds, whatever its file is called.

One function per kind: it yields the queries, or nothing where the document is none of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dqlkit.lint.document import Document, DocumentVariable
from dqlkit.lint.hosts.embedded import Embedded
from dqlkit.lint.hosts.located import Node, Text, get, strings, text

__all__ = ["KINDS", "find"]


def find(root: Node, pointer: str = "") -> list[Embedded]:
    """The queries of a document, also of one that is wrapped (`content`, `value`) or of several in a list."""
    for kind in KINDS:
        found = list(kind(root, pointer))
        if found:
            return found
    inner: list[Embedded] = []
    if isinstance(root, list):
        for k, item in enumerate(root):
            inner += find(item, f"{pointer}/{k}")
    for wrapper in ("content", "value", "spec", "template"):
        below = get(root, wrapper)
        inner += find(below, f"{pointer}/{wrapper}") if isinstance(below, (dict, list)) else []
    return inner


def _items(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from ((str(k), item) for k, item in enumerate(node))


def _embedded(node: Node, context: str, pointer: str, document: Document, part: str = "query") -> Iterator[Embedded]:
    if isinstance(node, Text) and node.value.strip():
        yield Embedded(node.value, node.map, "dql", part, context, pointer, document, node.encode)


def _variables(root: Node) -> dict[str, DocumentVariable]:
    found = {}
    for _, variable in _items(get(root, "variables")):
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
    for key, variable in _items(get(root, "variables")):
        document = Document("dashboard", variables, variable=text(variable, "key"), uses=uses)
        if text(variable, "type") == "query":
            input = get(variable, "input")
            query = get(input, "query") if isinstance(input, dict) else input
            yield from _embedded(query, "dashboard-variable", f"{pointer}/variables/{key}/input", document)
    for key, tile in _items(tiles):
        document = Document("dashboard", variables, text(tile, "visualization"), uses=uses)
        if text(tile, "type") in ("data", ""):
            yield from _embedded(get(tile, "query"), "dashboard-tile", f"{pointer}/tiles/{key}/query", document)
        for name, data in _items(get(tile, "davis", "componentState", "inputData")):
            at = f"{pointer}/tiles/{key}/davis/componentState/inputData/{name}/query"
            yield from _embedded(get(data, "query"), "dashboard-tile", at, document)


def notebooks(root: Node, pointer: str) -> Iterator[Embedded]:
    """DQL sections of a notebook; saved results below them hold queries too, which are nobody's to mend."""
    for key, section in _items(get(root, "sections")):
        if text(section, "type") == "dql":
            document = Document("notebook", None, text(section, "state", "visualization"))
            at = f"{pointer}/sections/{key}/state/input/value"
            yield from _embedded(get(section, "state", "input", "value"), "notebook", at, document)


def workflows(root: Node, pointer: str) -> Iterator[Embedded]:
    """Query tasks of a workflow, and the conditions of its event trigger."""
    tasks = get(root, "tasks")
    if not isinstance(tasks, (dict, list)):
        return
    document = Document("workflow")
    for key, task in _items(tasks):
        input = get(task, "input")
        at = f"{pointer}/tasks/{key}/input"
        yield from _embedded(get(input, "query"), "workflow-task", f"{at}/query", document)
        series = get(input, "body", "timeSeriesData")
        if isinstance(series, Text):
            yield from _embedded(series, "workflow-task", f"{at}/body/timeSeriesData", document)
        else:
            yield from _embedded(
                get(series, "expression"), "workflow-task", f"{at}/body/timeSeriesData/expression", document
            )
    for at, found in strings(get(root, "trigger"), f"{pointer}/trigger"):
        name = at.rpartition("/")[2]
        if name in ("filterQuery", "customFilter", "query") and found.value.strip():
            part = "query" if found.value.lstrip().lower().startswith(("fetch ", "timeseries ")) else "expression"
            yield from _embedded(found, "workflow-trigger", at, document, part)


def objectives(root: Node, pointer: str) -> Iterator[Embedded]:
    """Service-level objectives and the objectives of a guardian."""
    indicator = get(root, "customSli", "indicator")
    yield from _embedded(indicator, "slo", f"{pointer}/customSli/indicator", Document("slo"))
    for key, objective in _items(get(root, "objectives")):
        at = f"{pointer}/objectives/{key}/dqlQuery"
        yield from _embedded(get(objective, "dqlQuery"), "guardian", at, Document("guardian"))


def detectors(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query of an anomaly detector."""
    for key, input in _items(get(root, "analyzer", "input")):
        if text(input, "key") == "query":
            at = f"{pointer}/analyzer/input/{key}/value"
            yield from _embedded(get(input, "value"), "detector", at, Document("detector"))


#: Keys of OpenPipeline settings: what kind of text stands there, and in what context.
_PIPELINE = {
    "dqlScript": ("stages", "openpipeline-processor"),
    "script": ("stages", "openpipeline-processor"),
    "matcher": ("expression", "openpipeline-matcher"),
}


def pipelines(root: Node, pointer: str) -> Iterator[Embedded]:
    """Processors and matchers of OpenPipeline settings."""
    is_pipeline = any(get(root, key) is not None for key in ("processors", "processing", "routing", "routingTable"))
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


KINDS: tuple[Callable[[Node, str], Iterator[Embedded]], ...] = (
    dashboards,
    notebooks,
    workflows,
    objectives,
    detectors,
    segments,
    pipelines,
)
