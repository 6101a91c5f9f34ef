"""What functions of entities and of nodes share: fields of things, found by id in tables."""

from __future__ import annotations

from dqlkit.functions.context import Context, Directory
from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import STRING, Type
from dqlkit.types.order import order_key
from dqlkit.types.values import SmartscapeId, Value

__all__ = ["expect", "find", "found"]


def find(context: Context, directory: Directory, id: Value, names: tuple[str, ...]) -> Value:
    """The first of the fields that a thing has; null, and a notice, where no table tells of any thing."""
    expect(context, directory)
    return directory.find(id, *names)


def expect(context: Context, directory: Directory) -> None:
    if not directory:
        context.notify("TABLE_NOT_GIVEN", f"There is no table `{directory.tables}…`: what it would answer is null.")


def found(column, kind: Type, context: Context, directory: Directory, names: tuple[str, ...], keys, series):
    """The same for a column of ids."""
    expect(context, directory)
    ids = list(directory)
    values = series([directory.find(id, *names) for id in ids])
    if kind == STRING:
        return column.replace_strict(ids, values, default=None, return_dtype=values.dtype)
    either = [order_key(form(id)) for form in (str, SmartscapeId) for id in ids]
    return keys()[0].replace_strict(either, pl.concat([values, values]), default=None, return_dtype=values.dtype)
