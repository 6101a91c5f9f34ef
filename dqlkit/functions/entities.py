"""Functions of classic entities, from local tables named `dt.entity.…` with an `id` and attributes per record."""

from __future__ import annotations

from dqlkit.functions.context import Context
from dqlkit.functions.directories import expect, find, found
from dqlkit.functions.function import known, scalar
from dqlkit.functions.smartscape import get_node_field, get_node_name
from dqlkit.functions.vocabulary import Anything, Array, Constant, String

NAMES = ("entity.name", "name")


@scalar(online=True, classic=True, successor=get_node_name)
def entity_name(expression: Anything, *, type: Constant[String] | None = None, context: Context) -> String | None:
    """The name of an entity: the field `entity.name` (or `name`) of the record with this id in a table `dt.entity.…`.

    Null, with a notification, where no such table is given. Ids say their type, so `type` changes nothing here.
    """
    name = find(context, context.entities, expression, NAMES)
    return name if isinstance(name, str) else None


@scalar(online=True, classic=True, successor=get_node_field)
def entity_attr(
    expression: Anything, name: Constant[String], *, type: Constant[String] | None = None, context: Context
) -> Anything:
    """An attribute of an entity: a field of the record with this id in a table `dt.entity.…`.

    Null, with a notification, where no such table is given. Ids say their type, so `type` changes nothing here.
    """
    return find(context, context.entities, expression, (name,))


@scalar(online=True, classic=True)
def classic_entity_selector(entity_selector: Constant[String], *, context: Context) -> Array[String] | None:
    """The ids of the entities that a selector of the classic API means, in the order of the tables `dt.entity.…`.

    All criteria of `entitySelector` are known; relationships are fields with ids, such as `runs_on`. A selector need not
    name a type here [decided]. Null, with a notification, for a selector with a mistake, for relationships that no record
    has, and where no such table is given.
    """
    from dqlkit.languages.selector.select import entities

    expect(context, context.entities)
    selected = entities(entity_selector, context.now, anywhere=True)
    if selected.errors:
        context.notify("INVALID_SELECTOR", f"`{entity_selector}`: {selected.errors[0].message}: null.")
        return None
    known = {name for record in context.entities.values() for name in record} if selected.relationships else set()
    unknown = sorted(selected.relationships - known)
    if unknown and context.entities:
        context.notify("SELECTOR_NOT_SUPPORTED", f"No entity has the relationship `{unknown[0]}`: null.")
    if unknown or not context.entities:
        return None
    accepts = selected.predicate(context.entities)
    return [id for id, record in context.entities.items() if accepts(record)]


@entity_name.polars(type=known)
def _(expression, *, type, context, types, keys, series):
    return found(expression, types["expression"], context, context.entities, NAMES, keys, series)


@entity_attr.polars(name=known, type=known)
def _(expression, name, *, type, context, types, keys, series):
    return found(expression, types["expression"], context, context.entities, (name,), keys, series)


@entity_name.names_column
def _(expression: str, **_: str) -> str:
    return f"{expression}.name"


@entity_attr.names_column
def _(expression: str, name: str, **_: str) -> str:
    return f"{expression}.{name}"
