"""Functions of Smartscape nodes, from a local table named `smartscapeNodes` with an `id` and fields per record."""

from __future__ import annotations

from dqlkit.functions.context import Context
from dqlkit.functions.directories import find, found
from dqlkit.functions.function import known, scalar
from dqlkit.functions.vocabulary import Anything, Constant, SmartscapeId, String

NAMES = ("name",)


@scalar(online=True)
def get_node_name(expression: SmartscapeId | String, *, context: Context) -> String | None:
    """The name of a node: the field `name` of the record with this id in the table `smartscapeNodes`.

    Null, with a notification, where that table is not given.
    """
    name = find(context, context.nodes, expression, NAMES)
    return name if isinstance(name, str) else None


@scalar(online=True)
def get_node_field(expression: SmartscapeId | String, name: Constant[String], *, context: Context) -> Anything:
    """A field of a node, from the record with this id in the table `smartscapeNodes`.

    Null, with a notification, where that table is not given.
    """
    return find(context, context.nodes, expression, (name,))


@get_node_name.polars
def _(expression, *, context, types, keys, series):
    return found(expression, types["expression"], context, context.nodes, NAMES, keys, series)


@get_node_field.polars(name=known)
def _(expression, name, *, context, types, keys, series):
    return found(expression, types["expression"], context, context.nodes, (name,), keys, series)
