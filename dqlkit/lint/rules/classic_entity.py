"""D001."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Name, Node
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

N = TypeVar("N", bound=Node)

_CLASSIC = "dt.entity."
#: The field that holds the same thing in the new topology, where there is one.
_FIELDS = {
    "host": "host",
    "service": "service",
    "process_group_instance": "process",
    "disk": "disk",
    "network_interface": "network_interface",
    "kubernetes_cluster": "k8s_cluster",
    "kubernetes_node": "k8s_node",
}
_FUNCTIONS = {"entityname": "getNodeName", "entityattr": "getNodeField", "classicentityselector": ""}


@rule("D001", "classic-entity", severity="warning")
def classic_entity(subject: Subject) -> Findings:
    """Entities of the classic model.

    What: `fetch dt.entity.…`, fields `dt.entity.…`, `entityName()` and its like read the classic entity model. Each
    name is reported once in a query, a field only as a note.
    Why: The vendor replaces it by Smartscape nodes: `smartscapeNodes`, `dt.smartscape.…`, `getNodeName()`.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{dt.entity.host}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{dt.smartscape.host}`
    """
    for call in _each_once(subject.calls(*_FUNCTIONS), lambda call: call.function.name.lower()):
        new = _FUNCTIONS[call.function.name.lower()]
        help = f"`{new}()` answers for Smartscape nodes." if new else "Select nodes with `smartscapeNodes`."
        yield subject.finding(call.function.span, f"`{call.function.name}()` reads classic entities.", help=help)
    classic = [name for name in subject.every(Name) if name.name.startswith(_CLASSIC)]
    tables = {id(c.arguments[0].value) for c in subject.commands("fetch", "describe") if c.arguments}
    for name in _each_once(classic, lambda name: name.name):
        table = id(name) in tables
        help, fix = _way_out(name, table)
        found = subject.finding(name.span, f"`{name.name}` is of the classic entity model.", help=help, fix=fix)
        yield found if table else replace(found, severity="info")


def _each_once(nodes: Iterable[N], name: Callable[[N], str]) -> Iterable[N]:
    """The first node of each name."""
    found: dict[str, N] = {}
    for node in nodes:
        found.setdefault(name(node), node)
    return found.values()


def _way_out(node: Name, table: bool) -> tuple[str, Fix | None]:
    kind = node.name.removeprefix(_CLASSIC)
    if table:
        return "Read Smartscape nodes with `smartscapeNodes`.", None
    if kind not in _FIELDS:
        return "Use a field of the signal itself or of Smartscape.", None
    new = f"dt.smartscape.{_FIELDS[kind]}"
    return f"`{new}` is its successor.", Fix(f"Write `{new}`", (Edit(node.span, new),), safe=False)
