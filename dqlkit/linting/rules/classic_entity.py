"""D001."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from dqlkit.diagnostics import Edit, Fix
from dqlkit.functions import find
from dqlkit.languages.dql.objects import CLASSIC_ENTITY as _CLASSIC
from dqlkit.languages.syntax.tree import Call, Name, Node, String
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument
from dqlkit.linting.subject import Subject

N = TypeVar("N", bound=Node)

#: The type of node that succeeds an entity type, as the vendor's guide to migration has it. Groups of processes, of
#: hosts and of containers have none, nor have the entities of extensions.
_NODES = {
    "host": "HOST",
    "service": "SERVICE",
    "process_group_instance": "PROCESS",
    "container_group_instance": "CONTAINER",
    "disk": "DISK",
    "network_interface": "NETWORK_INTERFACE",
    "kubernetes_cluster": "K8S_CLUSTER",
    "kubernetes_node": "K8S_NODE",
    "kubernetes_service": "K8S_SERVICE",
    "cloud_application_instance": "K8S_POD",
    "cloud_application_namespace": "K8S_NAMESPACE",
    "application": "FRONTEND",
    "mobile_application": "FRONTEND",
    "synthetic_test": "BROWSER_MONITOR",
    "synthetic_location": "SYNTHETIC_LOCATION",
    "http_check": "HTTP_MONITOR",
    "aws_lambda_function": "AWS_LAMBDA_FUNCTION",
}
#: One entity type that became several.
_WORKLOADS = "cloud_application"


@rule("D001", "classic-entity", severity="warning")
def classic_entity(subject: Subject) -> Findings:
    """Entities of the classic model.

    What: `fetch dt.entity.…`, fields `dt.entity.…`, `entityName()` and its like read the classic entity model. Each
    name is reported once in a query, a field only as a note, as is an entity type that has no successor.
    Why: The vendor replaces it by Smartscape nodes: `smartscapeNodes`, `dt.smartscape.…`, `getNodeName()`.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{dt.entity.host}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{dt.smartscape.host}`
    """
    pairs = ((call, find(call.function.name)) for call in subject.calls())
    reading = [(call, function) for call, function in pairs if function is not None and function.classic]
    reading.sort(key=lambda pair: not _call_has_successor(pair[0]))
    for call, function in {function.name: (call, function) for call, function in reversed(reading)}.values():
        new = function.successor
        help = f"`{new.name}()` answers for Smartscape nodes." if new else "Select nodes with `smartscapeNodes`."
        found = subject.finding(call.function.span, f"`{call.function.name}()` reads classic entities.", help=help)
        yield found if _call_has_successor(call) else replace(found, severity="info", help="")
    classic = [name for name in subject.every(Name) if name.name.startswith(_CLASSIC)]
    tables = {id(c.arguments[0].value) for c in subject.commands("fetch", "describe") if c.arguments}
    for name in _each_once(classic, lambda name: name.name):
        table = id(name) in tables
        help, fix = _way_out(name, table, [other for other in classic if id(other) not in tables])
        found = subject.finding(name.span, f"`{name.name}` is of the classic entity model.", help=help, fix=fix)
        yield found if table and _has_successor(name.name) else replace(found, severity="info")


def _each_once(nodes: Iterable[N], name: Callable[[N], str]) -> Iterable[N]:
    """The first node of each name."""
    found: dict[str, N] = {}
    for node in nodes:
        found.setdefault(name(node), node)
    return found.values()


def _has_successor(entity: str) -> bool:
    kind = entity.removeprefix(_CLASSIC)
    return kind in _NODES or kind == _WORKLOADS


def _call_has_successor(call: Call) -> bool:
    """Whether the entity has a successor that a function asks for, as far as its field or `type:` tells."""
    told = argument(call, "type")
    asked = told or (call.arguments[0] if call.arguments else None)
    value = asked.value if asked is not None else None
    name = value.value if isinstance(value, String) else value.name if isinstance(value, Name) else ""
    return not name.startswith(_CLASSIC) or _has_successor(name)


def _way_out(node: Name, table: bool, fields: Sequence[Name]) -> tuple[str, Fix | None]:
    """What to do, and the fix of all fields of the name at once."""
    kind = node.name.removeprefix(_CLASSIC)
    successor = _NODES.get(kind)
    if kind == _WORKLOADS:
        return "Workloads are nodes of several types: `K8S_DEPLOYMENT`, `K8S_STATEFULSET` and others.", None
    if successor is None:
        return "It has no successor among the Smartscape nodes; look for its name among the fields of others.", None
    if table:
        return f"Read Smartscape nodes with `smartscapeNodes {successor}`.", None
    new = f"dt.smartscape.{successor.lower()}"
    edits = tuple(Edit(other.span, new) for other in fields if other.name == node.name)
    return f"`{new}` is its successor.", Fix(f"Write `{new}`", edits, safe=False)
