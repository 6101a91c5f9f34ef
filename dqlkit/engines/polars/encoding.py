"""Encodes and decodes whole columns.

`types.order` says how one value is encoded. Here the common types are encoded and decoded a column at a time, to the
same bytes; what is rare (nested values, addresses, text with NUL inside) still goes value by value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import add
from typing import Any

import polars as pl

from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import column_named, member_named
from dqlkit.types import order
from dqlkit.types.kinds import BOOLEAN, DOUBLE, DURATION, LONG, NULL, STRING, TIMESTAMP, Record, Type
from dqlkit.types.values import Duration, Timestamp, Value

__all__ = [
    "TYPES_BY_KEY",
    "DamagedError",
    "big_endian",
    "concatenated",
    "decode_values",
    "decoded",
    "encode_values",
    "encoded",
    "is_decoded_whole",
    "type_key",
]

_SIGN = 1 << 63
#: For fewer values than this, encoding one by one is faster.
_MANY = 50
_NUMBER = bytes([order.RANK["number"]])
_RECORD = bytes([order.RANK["record"]])
_INSTANT = pl.Datetime("ns", "UTC")
_LENGTH = pl.Duration("ns")


@frozen
class Codec:
    """How columns of a type are encoded and decoded. Both may hold nulls; `decode` gets encodings of this type only."""

    encode: Callable[[pl.Series], pl.Series]
    decode: Callable[[pl.Series], pl.Series]


def encoded(column: pl.Series, kind: Type) -> pl.Series | None:
    """The encodings of a plain column; None for a type that is encoded value by value."""
    if isinstance(kind, Record) and kind.fields:
        return _encode_records(column, kind)
    codec = _CODECS.get(kind)
    return codec.encode(column) if codec else None


def _encode_records(column: pl.Series, kind: Record) -> pl.Series | None:
    """Records member by member; None where a member is encoded value by value."""
    null, height = order.encode(None), len(column)
    names = {name: pl.lit(order.encode(name)) for name, _ in kind.fields}
    held: dict[str, pl.Series] = {}
    for name, member in kind.fields:
        values = member_named(column, kind, name)
        one = pl.repeat(None, height, dtype=pl.Binary, eager=True) if member == NULL else encoded(values, member)
        if one is None:
            return None
        held[name] = one
    parts = [names[name] + column_named(name).fill_null(null) for name in held]
    whole = pl.DataFrame(held).select(concatenated([pl.lit(_RECORD), *parts, pl.lit(b"\x00")]))
    made = whole.to_series().alias(column.name)
    return made.zip_with(column.is_not_null(), pl.Series([None], dtype=pl.Binary)) if column.null_count() else made


def concatenated(parts: Sequence[pl.Expr]) -> pl.Expr:
    """Bytes one after the other. They are added in pairs: a chain would copy its start again and again."""
    while len(parts) > 1:
        parts = [reduce(add, parts[at : at + 2]) for at in range(0, len(parts), 2)]
    return parts[0]


def decoded(column: pl.Series, kind: Type) -> pl.Series | None:
    """The plain column of encodings that all have one type; None for a type that is decoded value by value."""
    codec = _CODECS.get(kind)
    return codec.decode(column) if codec else None


def is_decoded_whole(column: pl.Series, kind: Type) -> bool:
    """Whether encodings that all have one type are decoded without a look at each, and a column holds what they are."""
    return kind in _CODECS and (kind != STRING or _is_plain_text(column))


def encode_values(values: Sequence[Value], name: str = "") -> pl.Series:
    """Values of any types as one encoded column."""
    if len(values) < _MANY:
        return _one_by_one(values).alias(name)
    positions: dict[type, list[int]] = {}
    for position, value in enumerate(values):
        positions.setdefault(type(value), []).append(position)
    parts = [_encode_class(cls, [values[p] for p in found]) for cls, found in positions.items()]
    origin = pl.Series([p for found in positions.values() for p in found], dtype=pl.UInt32)
    return pl.concat(parts).gather(origin.arg_sort()).alias(name)


def _encode_class(cls: type, values: list[Value]) -> pl.Series:
    """Values of one Python class."""
    if cls is type(None):
        return pl.Series([None] * len(values), dtype=pl.Binary)
    kind = _CLASSES.get(cls)
    if kind is None or (cls is str and not _encodable(values)):
        return _one_by_one(values)
    if cls in (Timestamp, Duration):
        values = [value.nanos for value in values]
    return _CODECS[kind].encode(pl.Series(values, dtype=_LAYOUTS[kind]))


def _encodable(texts: list[str]) -> bool:
    """Whether the texts are Unicode: half a surrogate pair is not, and no column holds it."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _one_by_one(values: Iterable[Value]) -> pl.Series:
    return pl.Series([None if value is None else order.encode(value) for value in values], dtype=pl.Binary)


class DamagedError(pl.exceptions.ComputeError):
    """Bytes that encode no value: told as Polars tells of a damaged file, so that whoever reads one looks for the damage."""


def _decoded_one_by_one(column: pl.Series) -> list[Value]:
    try:
        return [None if data is None else order.decode(data) for data in column.to_list()]
    except ValueError as fault:
        raise DamagedError(str(fault)) from None


def decode_values(column: pl.Series) -> list[Value]:
    """The values of an encoded column."""
    if len(column) < _MANY:
        return _decoded_one_by_one(column)
    found: list[Value] = [None] * len(column)
    for kind, chosen in _by_kind(column):
        for position, value in zip(chosen.arg_true().to_list(), _values(column.filter(chosen), kind), strict=True):
            found[position] = value
    return found


def _by_kind(column: pl.Series) -> Iterator[tuple[Type | None, pl.Series]]:
    """The types there are, and which values have them; None for a type that is read value by value."""
    keys = _run(column, type_key)
    for key in keys.drop_nulls().unique().to_list():
        yield TYPES_BY_KEY.get(key), _run(keys, lambda each, key=key: each == pl.lit(key)).fill_null(False)  # type: ignore[misc]


def type_key(data: pl.Expr) -> pl.Expr:
    """The bytes that identify the type: the rank, and for numbers the tag."""
    rank = data.bin.head(1)
    return pl.when(rank == pl.lit(_NUMBER)).then(rank + data.bin.tail(1)).otherwise(rank)


def _values(column: pl.Series, kind: Type | None) -> list[Value]:
    if kind is None or (kind == STRING and not _is_plain_text(column)):
        return _decoded_one_by_one(column)
    plain = _CODECS[kind].decode(column)
    wrap = _WRAPPERS.get(kind)
    return list(map(wrap, plain.to_physical().to_list())) if wrap else plain.to_list()


def _run(column: pl.Series, expression: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    return column.to_frame("").select(expression(pl.col(""))).to_series().alias(column.name)


def _encode_booleans(column: pl.Series) -> pl.Series:
    false, true = pl.lit(order.encode(False)), pl.lit(order.encode(True))
    return _run(column, lambda value: pl.when(value).then(true).when(~value).then(false))


def _decode_booleans(column: pl.Series) -> pl.Series:
    return _run(column, lambda data: data == order.encode(True))


def _encode_texts(column: pl.Series) -> pl.Series:
    if column.str.contains("\0", literal=True).any():
        return _one_by_one(column.to_list()).alias(column.name)
    return _run(column, lambda text: pl.lit(b"\x40") + text.cast(pl.Binary) + pl.lit(b"\x00"))


def _decode_texts(column: pl.Series) -> pl.Series:
    if not _is_plain_text(column):
        return pl.Series(column.name, _decoded_one_by_one(column), pl.String)
    return _run(column, lambda data: data.bin.slice(1, data.bin.size() - 2).cast(pl.String))


def _is_plain_text(column: pl.Series) -> bool:
    """Whether the bytes between the first and the last are the text: no NUL in it, no half of a surrogate pair."""
    return not column.bin.contains(b"\x00\xff").any() and not column.bin.contains(b"\xed").any()


def _encode_longs(column: pl.Series) -> pl.Series:
    near = _run(column, _double_below)
    rest = _run(column, lambda value: (value.cast(pl.Int128) - pl.lit(near).cast(pl.Int128)).cast(pl.Int16))
    return _numbers(column, near, rest, order.LONG_TAG)


def _double_below(value: pl.Expr) -> pl.Expr:
    """The greatest double that is not above each long."""
    near = value.cast(pl.Float64)
    bits = near.reinterpret(dtype=pl.UInt64)
    below = pl.when(near > 0).then(bits - 1).otherwise(bits + 1).reinterpret(dtype=pl.Float64)
    return pl.when(near.cast(pl.Int128) > value.cast(pl.Int128)).then(below).otherwise(near)


def _encode_doubles(column: pl.Series) -> pl.Series:
    minus, plain = (pl.lit(tag[0], pl.UInt8) for tag in (order.MINUS_ZERO_TAG, order.DOUBLE_TAG))
    minus_zero = pl.lit(_SIGN, pl.UInt64)
    tags = _run(
        column, lambda value: pl.when(value.reinterpret(dtype=pl.UInt64) == minus_zero).then(minus).otherwise(plain)
    )
    return _numbers(column, column, pl.zeros(len(column), pl.Int16, eager=True), tags)


def _numbers(column: pl.Series, near: pl.Series, rest: pl.Series, tag: bytes | pl.Series) -> pl.Series:
    return _packed(column, _NUMBER, _run(near, _ordered_bits), rest, tag)


def _ordered_bits(near: pl.Expr) -> pl.Expr:
    """The bits of doubles, changed so that they sort as the numbers do. There is one zero, and one NaN above all
    numbers."""
    # Not `near + 0.0`: the optimizer takes the addition out.
    bits = pl.when(near == 0).then(0.0).otherwise(near).reinterpret(dtype=pl.UInt64)
    turned = pl.when(bits >= _SIGN).then(~bits).otherwise(bits ^ pl.lit(_SIGN, pl.UInt64))
    return pl.when(near.is_nan()).then(pl.lit(2**64 - 1, pl.UInt64)).otherwise(turned)


def _doubles_at(data: pl.Expr) -> pl.Expr:
    turned = _big_endian_at(data, 1)
    bits = pl.when(turned >= _SIGN).then(turned ^ pl.lit(_SIGN, pl.UInt64)).otherwise(~turned)
    return bits.reinterpret(dtype=pl.Float64)


def _big_endian_at(data: pl.Expr, at: int, dtype: Any = pl.UInt64, width: int = 8) -> pl.Expr:
    return data.bin.slice(at, width).bin.reinterpret(dtype=dtype, endianness="big")


def _decode_longs(column: pl.Series) -> pl.Series:
    def value(data: pl.Expr) -> pl.Expr:
        rest = _big_endian_at(data, 9, pl.Int16, 2)
        return (_doubles_at(data).cast(pl.Int128) + rest.cast(pl.Int128)).cast(pl.Int64)

    return _run(column, value)


def _decode_doubles(column: pl.Series) -> pl.Series:
    minus_zero = pl.lit(order.MINUS_ZERO_TAG)
    return _run(column, lambda data: pl.when(data.bin.tail(1) == minus_zero).then(-0.0).otherwise(_doubles_at(data)))


def _shifted(rank: bytes, dtype: Any) -> Codec:
    """A type that is a number of nanoseconds."""
    sign = pl.lit(_SIGN, pl.UInt64)

    def encode(column: pl.Series) -> pl.Series:
        bits = _run(column.to_physical(), lambda nanos: nanos.reinterpret(dtype=pl.UInt64) ^ sign)
        return _packed(column, rank, bits)

    def decode(column: pl.Series) -> pl.Series:
        return _run(column, lambda data: (_big_endian_at(data, 1) ^ sign).reinterpret(dtype=pl.Int64).cast(dtype))

    return Codec(encode, decode)


def big_endian(column: pl.Series) -> pl.Series:
    """The bytes of integers without a sign, which sort as they do."""
    return _packed(column, column)


def _packed(column: pl.Series, *parts: bytes | pl.Series) -> pl.Series:
    """Rows of bytes, null where `column` is null: constants, and numbers with their first byte first."""
    import pyarrow as pa

    height = len(column)
    pieces = [(part * height, len(part)) if isinstance(part, bytes) else _big_endian(part) for part in parts]
    width = sum(size for _, size in pieces)
    rows = bytearray(width * height)
    at = 0
    for data, size in pieces:
        for byte in range(size):
            rows[at::width] = data[byte::size]
            at += 1
    packed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), height, [None, pa.py_buffer(rows)])
    series = pl.Series(column.name, packed).cast(pl.Binary)
    if not column.null_count():
        return series
    return series.zip_with(column.is_not_null(), pl.Series([None], dtype=pl.Binary))


def _big_endian(column: pl.Series) -> tuple[bytes, int]:
    """The bytes of a column of integers, reversed within each, and how many one has."""
    array = column.alias("").fill_null(0).rechunk().to_arrow()  # a name with a NUL would end Polars
    size = array.type.bit_width // 8
    raw = memoryview(array.buffers()[1])[array.offset * size : (array.offset + len(array)) * size]
    swapped = bytearray(len(raw))
    for byte in range(size):
        swapped[byte::size] = raw[size - 1 - byte :: size]
    return bytes(swapped), size


_CODECS: dict[Type, Codec] = {
    BOOLEAN: Codec(_encode_booleans, _decode_booleans),
    LONG: Codec(_encode_longs, _decode_longs),
    DOUBLE: Codec(_encode_doubles, _decode_doubles),
    STRING: Codec(_encode_texts, _decode_texts),
    TIMESTAMP: _shifted(b"\x50", _INSTANT),
    DURATION: _shifted(b"\x58", _LENGTH),
}
_LAYOUTS: dict[Type, Any] = {
    BOOLEAN: pl.Boolean,
    LONG: pl.Int64,
    DOUBLE: pl.Float64,
    STRING: pl.String,
    TIMESTAMP: pl.Int64,
    DURATION: pl.Int64,
}
_CLASSES: dict[type, Type] = {
    bool: BOOLEAN,
    int: LONG,
    float: DOUBLE,
    str: STRING,
    Timestamp: TIMESTAMP,
    Duration: DURATION,
}
_WRAPPERS: dict[Type, Callable[[int], Value]] = {TIMESTAMP: Timestamp, DURATION: Duration}
TYPES_BY_KEY: dict[bytes, Type] = {
    **{bytes([order.RANK[kind.name]]): kind for kind in (BOOLEAN, STRING, TIMESTAMP, DURATION)},
    _NUMBER + order.LONG_TAG: LONG,
    _NUMBER + order.DOUBLE_TAG: DOUBLE,
    _NUMBER + order.MINUS_ZERO_TAG: DOUBLE,
}
