"""D001."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from dqlkit.diagnostics import Edit, Fix
from dqlkit.frozen import replace
from dqlkit.functions import find
from dqlkit.languages.dql.objects import CLASSIC_ENTITY as _CLASSIC
from dqlkit.languages.syntax.tree import Argument, Call, Group, Name, Node, String
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument
from dqlkit.linting.stages import declared, parameter_of
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


@rule("D001", "classic-entity", severity="info", words=("entity",))
def classic_entity(subject: Subject) -> Findings:
    """Entities of the classic model.

    What: `fetch dt.entity.…`, fields `dt.entity.…`, `entityName()` and its like read the classic entity model. Each
    name is reported once in a query, as advice: the classic model still answers.
    Why: The vendor replaces it by Smartscape nodes: `smartscapeNodes`, `dt.smartscape.…`, `getNodeName()`.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{dt.entity.host}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{dt.smartscape.host}`
    """
    pairs = ((call, find(call.function.name)) for call in subject.calls())
    reading = [(call, function) for call, function in pairs if function is not None and function.classic]
    reading.sort(key=lambda pair: not _call_has_successor(pair[0]))
    for call, function in {function.name: (call, function) for call, function in reading[::-1]}.values():
        new = function.successor
        help = f"`{new.name}()` answers for Smartscape nodes." if new else "Select nodes with `smartscapeNodes`."
        found = subject.finding(call.function.span, f"`{call.function.name}()` reads classic entities.", help=help)
        yield found if _call_has_successor(call) else replace(found, help="")
    named = [name for name in subject.every(Name) if name.name.startswith(_CLASSIC)]
    made = _made(subject) if named else frozenset()
    classic = [name for name in named if name.name not in made]
    tables = {id(c.arguments[0].value) for c in subject.commands("fetch", "describe") if c.arguments}
    whole = None if reading else _migration(subject, classic)
    for name in _each_once(classic, lambda name: name.name):
        table = id(name) in tables
        help, fix = _way_out(name, table, whole)
        yield subject.finding(name.span, f"`{name.name}` is of the classic entity model.", help=help, fix=fix)


def _made(subject: Subject) -> frozenset[str]:
    """Fields that the query itself calls so; what they hold is its own."""
    return frozenset(argument.alias.name for argument in subject.every(Argument) if argument.alias is not None)


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


def _way_out(node: Name, table: bool, whole: Fix | None) -> tuple[str, Fix | None]:
    """What to do, and the fix of the whole query."""
    kind = node.name.removeprefix(_CLASSIC)
    successor = _NODES.get(kind)
    if kind == _WORKLOADS:
        return "Workloads are nodes of several types: `K8S_DEPLOYMENT`, `K8S_STATEFULSET` and others.", None
    if successor is None:
        return "It has no successor among the Smartscape nodes; look for its name among the fields of others.", None
    if table:
        return f"Read Smartscape nodes with `smartscapeNodes {successor}`.", None
    return f"`{_successor(node)}` is its successor.", whole


def _successor(node: Name) -> str:
    """The field that succeeds a classic one, if one does."""
    node_type = _NODES.get(node.name.removeprefix(_CLASSIC))
    return f"dt.smartscape.{node_type.lower()}" if node_type else ""


def _migration(subject: Subject, classic: Sequence[Name]) -> Fix | None:
    """The fix of the whole query, or none: half a migration compares identifiers of one model with those of the other.

    Where a stage makes a field of the name, an alias keeps that name, so that what follows, and who reads the answer,
    goes on. Entities that are compared, looked up or asked for attributes have to be migrated by hand, as the two
    models write their identifiers and attributes differently.
    """
    if len(subject.pipelines) != 1 or not all(map(_successor, classic)):
        return None
    edits: list[Edit] = []
    kept: set[str] = set()
    left = {id(name) for name in classic}
    for command in subject.pipelines[0].commands:
        known = declared(command)
        for given in command.arguments if known is not None else ():
            parameter = parameter_of(known, given) if known is not None else None
            for name in _values(given):
                if id(name) not in left or parameter is None:
                    continue
                left.remove(id(name))
                if name.name in kept:
                    continue
                alias = f"{name.name} = " if parameter.kind.assign else ""
                edits.append(Edit(name.span, alias + _successor(name)))
                if alias:
                    kept.add(name.name)
                elif not parameter.kind.sortable:
                    return None
    return Fix("Read Smartscape nodes", tuple(edits), safe=False) if edits and not left else None


def _values(argument: Argument) -> list[Name]:
    """The names that stand alone as values of an argument of a command and bear no other name."""
    members = argument.value.members if isinstance(argument.value, Group) else [argument]
    return [member.value for member in members if isinstance(member.value, Name) and member.alias is None]
