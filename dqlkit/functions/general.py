"""General functions: the type of a value, JSON in texts, records of another table."""

from __future__ import annotations

from typing import Literal

from dqlkit.functions.function import ABSENT, JsonPlace, known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import (
    Anything,
    Block,
    Boolean,
    Constant,
    FieldName,
    JsonPath,
    Record,
    SourceField,
    String,
)
from dqlkit.types.json import at_path, read_object, read_path
from dqlkit.types.kinds import Variant
from dqlkit.types.order import same
from dqlkit.types.values import Ip, Uid, Value, type_name

_NAMES = {"smartscapeid": "smartscape_id"}


@scalar
def type(expression: Anything, *, with_subtype: Boolean = False) -> String:
    """The name of a value's type; null for null. With `withSubtype` an address also says its version, a UID its form.

    >>> type(array(1, 2))
    "array"
    >>> type(uuid(1, 2), withSubtype: true)
    "uid/uuid"
    """
    name = type_name(expression)
    if with_subtype and isinstance(expression, Uid):
        return f"uid/{expression.form}"
    if with_subtype and isinstance(expression, Ip):
        return f"ip/ipv{expression.version}"
    return _NAMES.get(name, name)


@type.polars(with_subtype=known)
def _(expression, *, with_subtype, types):
    kind = types["expression"]
    if isinstance(kind, Variant) or (with_subtype and kind.name in ("ip", "uid")):
        return None
    return pl.when(expression.is_not_null()).then(pl.lit(_NAMES.get(kind.name, kind.name)))


# ---- JSON -----------------------------------------------------------------------------------------------------------


@scalar
def json_field(expression: String, field_name: Constant[String], *, seek: Constant[Boolean] = False) -> Anything:
    """A member of the JSON object that a text begins with; null where there is no such object or member.

    With `seek` the object may stand anywhere. Numbers are longs where they are written as integers, else doubles.

    >>> jsonField("{\\"name\\": \\"John\\", \\"age\\": 42}", "age")
    42
    >>> jsonField("log: {\\"a\\": 1}", "a")
    null
    >>> jsonField("log: {\\"a\\": 1}", "a", seek: true)
    1
    """
    document = read_object(expression, seek)
    return None if document is None else document.get(field_name)


@json_field.reads_json
def _(field_name: Value, seek: Value) -> JsonPlace | None:
    return JsonPlace((), (field_name,), "") if isinstance(field_name, str) and seek in (ABSENT, False) else None


@scalar
def json_path(expression: String, json_path: Constant[JsonPath], *, seek: Constant[Boolean] = False) -> Anything:
    """What stands at a path of the JSON object that a text begins with; null where there is nothing.

    Paths are made of `$`, `.name`, `['name']`, `[0]`, `[-1]`, and `.*` or `[*]` for everything at that place, which
    makes the result an array [decided: more of JSONPath is not documented]. With `seek` the object may stand anywhere.

    >>> jsonPath("{\\"a\\": {\\"b\\": [1, 2]}}", "$.a.b[1]")
    2
    """
    document, steps = read_object(expression, seek), read_path(json_path)
    return None if document is None or steps is None else at_path(document, steps)


@json_path.reads_json
def _(json_path: Value, seek: Value) -> JsonPlace | None:
    steps = read_path(json_path) if isinstance(json_path, str) else None
    names = tuple(step for step in steps or () if isinstance(step, str))
    plain = bool(names) and len(names) == len(steps or ()) and seek in (ABSENT, False)
    return JsonPlace((), names, "") if plain else None


# ---- other tables ---------------------------------------------------------------------------------------------------


@scalar
def lookup(
    lookup_table: Block,
    *,
    source_field: SourceField | None = None,
    lookup_field: FieldName,
    execution_order: Literal["auto", "leftFirst", "rightFirst"] = "auto",
    broadcast: Literal["enabled", "disabled"] = "enabled",
) -> Record | None:
    """The first record of a sub-query whose `lookupField` equals `sourceField`, whole; null where there is none.

    Without `sourceField` it is the field of the same name [inferred]. The last two parameters change nothing here.

    >>> lookup([data record(id = 1, name = "a"), record(id = 2, name = "b")], sourceField: 2, lookupField: id)[name]
    "b"
    """
    return next((record for record in lookup_table if same(record.get(lookup_field), source_field)), None)
