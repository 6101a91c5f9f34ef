"""The columns of an answer, derived from the items of the SELECT list."""

from __future__ import annotations

from typing import NamedTuple

from dqlkit.languages.adql import functions
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.functions.funnel import find_funnel
from dqlkit.languages.adql.tree import Everything, Query, bare
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument, Node

__all__ = ["Shown", "columns"]


class Shown(NamedTuple):
    """The label of a column, the expression below it, the metric it is, and whether it begins a bucket of time."""

    label: str
    field: str
    aggregation: str = ""
    bucket: bool = False


def columns(query: Node) -> list[Shown]:
    """The columns of a statement; none for `SELECT *`, which shows what there is."""
    if not isinstance(query, Query) or query.select is None:
        return []
    items = query.select.items
    if find_funnel(query.select):
        return []
    return [_shown(item) for item in items if not isinstance(item.value, Everything)]


def _shown(item: Argument) -> Shown:
    node, name = item.value, item.alias.name if item.alias else label(item.value)
    call = bare(node)
    function = functions.find(call.function.name) if isinstance(call, tree.Call) else None
    if not isinstance(call, tree.Call) or function is None:
        return Shown(name, label(node))
    if function.is_metric and call.arguments:
        return Shown(name, label(call.arguments[0].value), function.name)
    return Shown(name, label(node), bucket=function.family == "bucket")
