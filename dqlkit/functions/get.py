"""Functions that take a part out of a value."""

from __future__ import annotations

from dqlkit.functions.encoded_members import member_column, read_each
from dqlkit.functions.exact_names import member_named
from dqlkit.functions.function import ABSENT, Constants, known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Ip, Long, Record, String, T, Timeframe, Timestamp, Uid
from dqlkit.types import order
from dqlkit.types.kinds import ANY, NULL, TIMEFRAME, TIMESTAMP, UID, Type, join_all, members
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.values import wrap

_NULL = order.encode(None)


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
    expression=lambda kind: kind.name == "array",
)


@array_element.polars(expression=ANY, index=known)
def _(expression, index, *, as_result):
    def element(data: bytes) -> bytes | None:
        elements = order.parts(data)
        found = elements[index] if -len(elements) <= index < len(elements) else None
        return None if found == _NULL else found

    def read(values):
        return read_each(values, "array", element, pl.Binary)

    return as_result(expression.map_batches(read, return_dtype=pl.Binary, is_elementwise=True))


@scalar(experimental=True)
def get_record_field(expression: Record | Timeframe, field_name: Anything) -> Anything:
    """A member of a record, or a bound (`start`, `end`) of a timeframe; null where there is none. Written `r[name]`.

    >>> record(a = 1)[a]
    1
    """
    if isinstance(expression, Timeframe):
        expression = {"start": expression.start, "end": expression.end}
    return expression.get(field_name) if isinstance(field_name, str) else None


@scalar
def record_field(record: Record | Timeframe, name: String) -> Anything:
    """A member of a record by a name that may be computed, or a bound (`start`, `end`) of a timeframe; null where none is.

    No documentation describes it yet; the name is a text [decided].

    >>> recordField(record(a = 1), "a")
    1
    >>> recordField(record(a = 1), "b")
    null
    """
    found: Anything = get_record_field.body(record, name)
    return found


@get_record_field.returns
def _(expression: Type, field_name: Type, constants: Constants) -> Type:
    return _found(expression, constants["field_name"])


@record_field.returns
def _(record: Type, name: Type, constants: Constants) -> Type:
    return _found(record, constants["name"])


def _found(record: Type, name: object) -> Type:
    if name is not ABSENT and not isinstance(name, str):
        return NULL
    return join_all(_member(option, name) for option in members(record)) if members(record) else ANY


def _member(kind: Type, name: object) -> Type:
    if kind == TIMEFRAME:
        return TIMESTAMP if name in ("start", "end") else NULL
    if not isinstance(kind, RecordType):
        return NULL
    return kind.member(name) if isinstance(name, str) else ANY


@get_record_field.polars(expression=lambda kind: kind.name in ("record", "timeframe"), field_name=known)
def _(expression, field_name, *, types):
    return member_named(expression, types["expression"], field_name)


@get_record_field.polars(expression=ANY, field_name=known)
def _(expression, field_name, *, as_result):
    def read(values):
        return member_column(values, field_name)

    return as_result(expression.map_batches(read, return_dtype=pl.Binary, is_elementwise=True))


@record_field.polars(record=lambda kind: kind.name in ("record", "timeframe"), name=known)
def _(record, name, *, types):
    return member_named(record, types["record"], name)


@scalar
def get_start(timeframe: Timeframe) -> Timestamp:
    """The first moment of a range of time.

    >>> getStart(timeframe(from: "2024-05-17T10:00:00Z", to: "2024-05-17T10:30:00Z"))
    toTimestamp("2024-05-17T10:00:00Z")
    """
    return timeframe.start


@scalar
def get_end(timeframe: Timeframe) -> Timestamp:
    """The moment at which a range of time is over.

    >>> getEnd(timeframe(from: "2024-05-17T10:00:00Z", to: "2024-05-17T10:30:00Z"))
    toTimestamp("2024-05-17T10:30:00Z")
    """
    return timeframe.end


@scalar
def get_high_bits(expression: Ip | Uid) -> Long:
    """The upper 64 of 128 bits as a signed number: 0 for `uid64` and for addresses of version 4.

    >>> getHighBits(uid128(123, 456))
    123
    """
    return wrap(expression.bits >> 64)


@scalar
def get_low_bits(expression: Ip | Uid) -> Long:
    """The lower 64 bits as a signed number; the 32 of an address of version 4 are signed as well.

    >>> getLowBits(uuid(123, 456))
    456
    >>> getLowBits(ip("192.168.0.1"))
    -1062731775
    """
    if isinstance(expression, Ip) and expression.version == 4:
        return (expression.bits + 2**31) % 2**32 - 2**31
    return wrap(expression.bits % 2**64)


get_start.polars(lambda timeframe: timeframe.struct.field("start"))
get_end.polars(lambda timeframe: timeframe.struct.field("end"))
# Rank, form or version, then the bits in 16 bytes, as `types.order` writes them.
get_high_bits.polars(lambda expression: _bits(expression, 2), expression=UID)
get_low_bits.polars(lambda expression: _bits(expression, 10), expression=UID)


def _bits(encoded, at: int):
    return encoded.bin.slice(at, 8).bin.reinterpret(dtype=pl.Int64, endianness="big")
