"""C014."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.syntax.tree import Binary, Call, Name
from dqlkit.linting.conditions import bare, filter_of, operands
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import scans
from dqlkit.linting.subject import Subject

#: Fields of the records that hold the name of an entity.
_ON_THE_RECORD = {
    "dt.smartscape.k8s_cluster": "k8s.cluster.name",
    "dt.smartscape.k8s_namespace": "k8s.namespace.name",
    "dt.smartscape.k8s_node": "k8s.node.name",
    "dt.entity.kubernetes_cluster": "k8s.cluster.name",
    "dt.entity.cloud_application_namespace": "k8s.namespace.name",
    "dt.entity.kubernetes_node": "k8s.node.name",
}


@rule("C014", "join-as-filter", severity="warning", weight=2, words=("node", "entity"))
def join_as_filter(subject: Subject) -> Findings:
    """A name that is looked up to filter by it, though the records hold it.

    What: A filter compares `getNodeName()` or `entityName()` of a cluster, namespace or node of Kubernetes.
    Why: The lookup is a join with all entities; the field of the record is found by its index.
    Bad: `fetch logs, from:-1h | filter getNodeName(dt.smartscape.k8s_cluster) == "prod" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter k8s.cluster.name == "prod" | summarize n = count()`
    """
    for scan in scans(subject):
        for condition in (filter_of(subject, command) for command in scan.pipeline.commands):
            for node in operands(condition, "and") if condition is not None else ():
                call = bare(node.left) if isinstance(node, Binary) else node
                if not isinstance(call, Call) or not _names_entity(call):
                    continue
                entity = bare(call.arguments[0].value)
                name = _ON_THE_RECORD.get(entity.name) if isinstance(entity, Name) else None
                if name is not None:
                    yield subject.finding(call.span, "Entities are joined only to filter.", help=f"Compare `{name}`.")


def _names_entity(call: Call) -> bool:
    """Whether a call looks up the name of what has an id."""
    function = find(call.function.name)
    return (
        function is not None
        and function.online
        and function.signature.result.types == {"string"}
        and bool(call.arguments)
    )
