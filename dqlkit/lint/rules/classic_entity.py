"""D001."""

from __future__ import annotations

from dataclasses import replace

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Call, Name
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

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
    seen: set[str] = set()
    tables = {id(c.arguments[0].value) for c in subject.commands("fetch", "describe") if c.arguments}
    for node in subject.nodes:
        name = node.function.name.lower() if isinstance(node, Call) else node.name if isinstance(node, Name) else ""
        if name in seen:
            continue
        if isinstance(node, Call) and name in _FUNCTIONS:
            new = _FUNCTIONS[name]
            help = f"`{new}()` answers for Smartscape nodes." if new else "Select nodes with `smartscapeNodes`."
            yield subject.finding(node.function.span, f"`{node.function.name}()` reads classic entities.", help=help)
        elif isinstance(node, Name) and name.startswith(_CLASSIC):
            table = id(node) in tables
            help, fix = _way_out(node, table)
            found = subject.finding(node.span, f"`{name}` is of the classic entity model.", help=help, fix=fix)
            yield found if table else replace(found, severity="info")
        else:
            continue
        seen.add(name)


def _way_out(node: Name, table: bool) -> tuple[str, Fix | None]:
    kind = node.name.removeprefix(_CLASSIC)
    if table:
        return "Read Smartscape nodes with `smartscapeNodes`.", None
    if kind not in _FIELDS:
        return "Use a field of the signal itself or of Smartscape.", None
    new = f"dt.smartscape.{_FIELDS[kind]}"
    return f"`{new}` is its successor.", Fix(f"Write `{new}`", (Edit(node.span, new),), safe=False)
