"""`traverse`: from nodes along edges to other nodes."""

from __future__ import annotations

from typing import Literal

from dqlkit.functions.array.arrangement import array_concat
from dqlkit.functions.create import array, record
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.commands import smartscape_edges, smartscape_nodes
from dqlkit.languages.dql.topology import of_types, types_of
from dqlkit.languages.dql.vocabulary import Many, Name, Types
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.join import Join, JoinKey
from dqlkit.plan.ops.project import Project

HISTORY = "dt.traverse.history"
_LEFT, _EDGE, _ID = "\x01left.", "\x01edge.", "\x01id"


@command(aliases={"edgetypes": "edgeType", "targettypes": "targetType"})
def traverse(
    source: Operator,
    edge_type: Many[Types],
    target_type: Many[Types],
    *,
    direction: Literal["forward", "backward"] = "forward",
    fields_keep: Many[Name] = (),
    node_id: Name = "id",
) -> Operator:
    """The nodes that edges of these types lead to (`backward`: come from), one record per way.

    `dt.traverse.history` grows by a record per hop: the node that was left, the type and direction of the edge, and the
    fields of that node that are kept.

    >>> smartscapeNodes "SERVICE" | traverse "runs_on", "HOST"
    """
    here, there = ("source_id", "target_id") if direction == "forward" else ("target_id", "source_id")
    kept = (Field(_ID, Column(node_id)), Field(HISTORY, Column(HISTORY)), *(Field(n, Column(n)) for n in fields_keep))
    edges = of_types(Fetch(smartscape_edges.EDGES, hint=smartscape_edges.HINT), edge_type)
    nodes = of_types(Fetch(smartscape_nodes.NODES, hint=smartscape_nodes.HINT), target_type)
    left = Join(Project(source, kept), edges, (JoinKey(Column(_ID), Column(here)),), "inner", _EDGE)
    met = Join(nodes, left, (JoinKey(Column("id"), Column(_EDGE + there)),), "inner", _LEFT)
    grown = Extend(met, (Field(HISTORY, _history(direction, fields_keep)),))
    return Choose(grown, (NamePattern(_LEFT + "*", wildcard=True),), drop=True)


def _history(direction: str, fields_keep: tuple[str, ...]) -> Expression:
    members = {
        "id": Column(_LEFT + _ID),
        "edge_type": Column(_LEFT + _EDGE + "type"),
        "direction": literal(direction),
        **{name: Column(_LEFT + name) for name in fields_keep},
    }
    hop = call(record, literal(dict.fromkeys(members)), *members.values())
    return call(array_concat, Column(_LEFT + HISTORY), call(array, hop))


@traverse.recognizes(Choose)
def _(operator: Choose) -> Written | None:
    grown = operator.source
    met = grown.source if isinstance(grown, Extend) else None
    left = met.other if isinstance(met, Join) else None
    if not (isinstance(met, Join) and isinstance(left, Join) and isinstance(left.source, Project)):
        return None
    node, _history, *kept = left.source.fields
    edges, nodes = types_of(left.other, smartscape_edges.EDGES), types_of(met.source, smartscape_nodes.NODES)
    here = left.keys[0].right
    if edges is None or nodes is None or not isinstance(node.expression, Column) or not isinstance(here, Column):
        return None
    return written(
        edge_type=edges,
        target_type=nodes,
        direction="forward" if here.name == "source_id" else "backward",
        fields_keep=tuple(field.name for field in kept),
        node_id=node.expression.name,
        source=left.source.source,
    )
