"""Values of any type as text, as an array, as they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, String, T
from dqlkit.types.kinds import (
    ANY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    IP,
    LONG,
    SMARTSCAPE_ID,
    STRING,
    TIMESTAMP,
    UID,
    Type,
    members,
)
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import decode
from dqlkit.types.text import quoted, text_of
from dqlkit.types.units import SECOND

#: The types of elements whose arrays are written as columns.
_IN_ARRAYS = (STRING, LONG, BOOLEAN, DOUBLE, DURATION, TIMESTAMP)


@scalar
def to_array(value: Anything) -> Array[T]:
    """An array as it is, any other value as the only element of one.

    >>> toArray(1)
    array(1)
    """
    return value if isinstance(value, list) else [value]


@to_array.returns
def _(value: Type) -> Type:
    options = {option if isinstance(option, ArrayType) else ArrayType(option) for option in members(value)}
    return options.pop() if len(options) == 1 else ArrayType(ANY)


@scalar(converts=True, rewrites=True, known_as=("tostr", "tovarchar", "totext"))
def to_string(value: Anything) -> String | None:
    r"""A value as text; a string is itself.

    Times are in UTC, durations minutes, seconds and nanoseconds with hours in front where there are any [decided],
    arrays and records JSON with a blank after each comma.

    >>> toString(array(1, "a"))
    "[1, \"a\"]"
    >>> toString(record(a = 1, b = array("x", null)))
    "{\"a\":1, \"b\":[\"x\", null]}"
    >>> toString(5m)
    "05:00.000000000"
    """
    return text_of(value)


@scalar(deprecated="the value itself: every field may hold values of any type")
def to_variant(value: T) -> T:
    """The value itself.

    >>> toVariant(1)
    1
    """
    return value


to_variant.polars(lambda value: value)
to_array.polars(lambda value: value, value=lambda kind: kind.name == "array")
to_array.polars(
    lambda value: pl.when(value.is_not_null()).then(pl.concat_list([value])),
    value=lambda kind: kind.name not in ("any", "record"),
)


@to_string.polars(value=lambda kind: kind in _TEXTS or (isinstance(kind, ArrayType) and kind.element in _IN_ARRAYS))
def _(value, *, types):
    return as_text(value, types["value"])


def as_text(value, kind: Type):
    """The text of a column, None where its type is written value by value."""
    if isinstance(kind, ArrayType) and not isinstance(kind.element, ArrayType):
        element = as_text(pl.element(), kind.element)
        if element is not None and kind.element in (STRING, TIMESTAMP, DURATION):
            element = pl.lit('"') + element.str.replace_many(_QUOTED) + pl.lit('"')
        return None if element is None else "[" + value.list.eval(element.fill_null("null")).list.join(", ") + "]"
    write = _TEXTS.get(kind)
    return write(value) if write else None


def _double_text(value):
    """The digits are the same as Python's; how Polars writes exponents is not."""
    text = value.cast(pl.String).str.replace("inf", "Infinity", literal=True)
    small = text.str.replace(r"^(-?)0\.0000([1-9])(\d*)$", "${1}${2}.${3}E-5").str.replace(".E", ".0E", literal=True)
    return small.str.replace(r"e\+?", "E").str.replace(r"^(-?\d)E", "${1}.0E")


def _duration_text(value):
    nanos = value.to_physical()
    seconds = nanos.truncdiv(SECOND)
    hours, minutes = seconds.truncdiv(3_600), seconds.truncdiv(60) - seconds.truncdiv(3_600) * 60
    rest = [(minutes, ":"), (seconds - seconds.truncdiv(60) * 60, "."), (nanos - seconds * SECOND, "")]
    shown = [_digits(number, 9 if end == "" else 2) + end for number, end in rest]
    sign = pl.when(nanos < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return sign + pl.when(hours != 0).then(_digits(hours, 2) + ":").otherwise(pl.lit("")) + pl.concat_str(shown)


def _digits(number, count: int):
    return number.abs().cast(pl.String).str.zfill(count)


def _address_text(encoded):
    """Addresses of version 4 on columns; those of version 6 have too many forms."""
    return encoded.map_batches(_addresses, return_dtype=pl.String, is_elementwise=True)


def _addresses(encoded):
    bits = (encoded.bin.slice(at, 2).bin.reinterpret(dtype=pl.UInt16, endianness="big") for at in (14, 16))
    first, second = (_octets().gather(half) for half in bits)
    old = first + "." + second
    others = (~encoded.bin.starts_with(b"\x80\x04")).arg_true()
    return old.scatter(others, [text_of(decode(data)) for data in encoded.gather(others).to_list()])


@cache
def _octets():
    """Two numbers of an address as text, by their 16 bits."""
    bits = pl.int_range(1 << 16, dtype=pl.UInt32)
    return pl.select((bits // 256).cast(pl.String) + "." + (bits % 256).cast(pl.String)).to_series()


def _identifier_text(encoded):
    """The digits of an identifier, by its form: 64 bits, 128 bits, or in groups."""
    form, digits = encoded.bin.slice(1, 1), encoded.bin.slice(2, 16).bin.encode("hex")
    groups = [digits.str.slice(at, count) for at, count in ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))]
    grouped = pl.when(form == pl.lit(b"\x02")).then(pl.concat_str(groups, separator="-")).otherwise(digits)
    return pl.when(form == pl.lit(b"\x00")).then(digits.str.slice(16)).otherwise(grouped)


#: What stands in quotes as something else.
_QUOTED = {c: quoted(c)[1:-1] for c in map(chr, range(0x80)) if quoted(c)[1:-1] != c}
_TEXTS: dict[Type, Callable[..., Any]] = {
    STRING: lambda value: value,
    LONG: lambda value: value.cast(pl.String),
    BOOLEAN: lambda value: value.cast(pl.String),
    DOUBLE: _double_text,
    DURATION: _duration_text,
    TIMESTAMP: lambda value: value.dt.strftime("%Y-%m-%dT%H:%M:%S%.9f +0000"),
    IP: _address_text,
    UID: _identifier_text,
    SMARTSCAPE_ID: lambda value: value.bin.slice(1, value.bin.size() - 2).cast(pl.String),
}
