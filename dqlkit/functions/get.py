"""Functions that take a part out of a value."""

from __future__ import annotations

from dqlkit.functions.function import Constants, literal, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Long, String, T, Timeframe
from dqlkit.types.kinds import ANY, NULL, TIMEFRAME, TIMESTAMP, Type, join_all, members
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.kinds import Record as RecordType


@scalar
def array_element(expression: Array[T], index: Long) -> T | None:
    """The element at a position, counted from 0, or from the end for a negative one; null outside. Written `a[i]`.

    >>> array("a", "b", "c")[-1]
    "c"
    >>> arrayElement(array(1), 3)
    null
    """
    return expression[index] if -len(expression) <= index < len(expression) else None


array_element.polars(
    # Polars counts positions in 32 bits here; further out there is nothing anyway.
    lambda expression, index: expression.list.get(index.clip(-(2**31), 2**31 - 1), null_on_oob=True),
    expression=lambda kind: kind.name == "array"
)


@scalar(experimental=True)
def get_record_field(expression: Anything, field_name: String) -> Anything:
    """A member of a record, or a bound (`start`, `end`) of a timeframe; null where there is none. Written `r[name]`.

    >>> record(a = 1)[a]
    1
    """
    match expression:
        case dict():
            return expression.get(field_name)
        case Timeframe(start, end):
            return {"start": start, "end": end}.get(field_name)
    return None


@get_record_field.returns
def _(expression: Type, field_name: Type, constants: Constants) -> Type:
    name = constants["field_name"]
    return join_all(_member(option, name) for option in members(expression)) if members(expression) else ANY


def _member(kind: Type, name: object) -> Type:
    if kind == TIMEFRAME:
        return TIMESTAMP if name in ("start", "end") else NULL
    if not isinstance(kind, RecordType):
        return NULL
    return kind.member(name) if isinstance(name, str) else ANY


@get_record_field.polars(expression=lambda kind: kind.name in ("record", "timeframe"), field_name=literal)
def _(expression, field_name):
    return expression.struct.field(field_name)
