"""Functions that convert, and the clock. What cannot be converted is null."""

from __future__ import annotations

from dqlkit.functions.conversion.numbers import to_double, to_long
from dqlkit.functions.conversion.texts import to_string as plan_to_string
from dqlkit.functions.conversion.times import to_timestamp
from dqlkit.functions.create import timestamp_from_unix_millis
from dqlkit.functions.flow import coalesce
from dqlkit.functions.time import unix_millis_from_timestamp
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import call, instant, is_call, millis, operands
from dqlkit.languages.adql.function import Written, scalar, written
from dqlkit.languages.adql.schema import FieldType
from dqlkit.languages.adql.vocabulary import Value, Writer
from dqlkit.plan.expressions import Call, Expression, Literal, literal
from dqlkit.types.text import parse_instant
from dqlkit.types.values import Timestamp
from dqlkit.types.values import Value as PlainValue


@scalar
def to_int(x: Value, *, bind: Binder) -> Expression:
    """A value as a whole number; null where it spells none. A date is its milliseconds since 1970.

    >>> toInt('12')
    12
    >>> toInt(2.9)
    2
    """
    return millis(x) if bind.scope.is_date(x) else call(to_long, x)


@to_int.lifts
def _(node: Call, writer: Writer) -> Written | None:
    if not is_call(node, to_long, unix_millis_from_timestamp):
        return None
    (x,) = operands(node)
    return written(x=x) if writer.is_date(x) == is_call(node, unix_millis_from_timestamp) else None


@scalar
def to_float(x: Value, *, bind: Binder) -> Expression:
    """A value as a number with a fraction; null where it spells none. A date is its milliseconds since 1970.

    >>> toFloat('1.5')
    1.5
    """
    return call(to_double, millis(x) if bind.scope.is_date(x) else x)


@to_float.lifts
def _(node: Call, writer: Writer) -> Written | None:
    if not is_call(node, to_double):
        return None
    (x,) = operands(node)
    date = operands(x)[0] if is_call(x, unix_millis_from_timestamp) else None
    return written(x=date if date is not None and writer.is_date(date) else x)


@scalar
def to_string(x: Value) -> Expression:
    """A value as text.

    >>> toString(12)
    "12"
    """
    return call(plan_to_string, x)


@scalar
def to_date(x: Value, *, bind: Binder) -> Expression:
    """Milliseconds since 1970, or a text in ISO-8601, as a date; null where it is neither. A zone left out is UTC.

    >>> toDate(0)
    "1970-01-01T00:00:00.000Z"
    >>> toDate('2026-01-05')
    "2026-01-05T00:00:00.000Z"
    """
    return _as_date(x, bind.scope.type(x))


@to_date.lifts
def _(node: Call, writer: Writer) -> Written | None:
    if not is_call(node, timestamp_from_unix_millis, to_timestamp, coalesce):
        return None
    x = operands(node)[0]
    x = operands(x)[0] if is_call(node, coalesce) and isinstance(x, Call) and operands(x) else x
    return written(x=x) if _as_date(x, writer.type(x)) == node else None


def _as_date(x: Expression, kind: FieldType | None) -> Expression:
    """A value of that type as a date; one of a type that is not known may be a number or a text."""
    if kind == "date":
        return x
    if isinstance(x, Literal):
        return _instant(x)
    of_number, of_text = call(timestamp_from_unix_millis, x), call(to_timestamp, x)
    if kind is None or kind == "object":
        return call(coalesce, of_number, call(to_timestamp, call(plan_to_string, x)))
    return of_number if kind == "integer" else of_text


def _instant(x: Literal) -> Literal:
    value: PlainValue = x.value
    found: Timestamp | None = instant(value) if type(value) is int else None
    if isinstance(value, str):
        found = parse_instant(value)
    return literal(found, x.span)


@scalar
def now() -> Expression:
    """The moment the query runs; in computations its milliseconds since 1970.

    >>> length(toString(toInt(now())))
    13
    """
    return call("now")
