"""Numbers, truth values, card numbers. A number takes all digits that follow; those out of range do not match."""

from __future__ import annotations

import math
from functools import partial

from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.matchers.matcher import matcher
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG
from dqlkit.types.values import LONG_MAX, LONG_MIN

_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1
_LONGEST = 400
"""No number needs more digits. A longer run is none, and is not read over and over where numbers are looked for; on
whole columns all of it is taken, and then refused for its length."""


def _digits(counted: bool, digit: str = "[0-9]") -> str:
    return f"{digit}{{1,{_LONGEST}}}" if counted else f"{digit}+"


def _whole_regex(counted: bool) -> str:
    return f"[+-]?{_digits(counted)}"


def _hexadecimal_regex(counted: bool) -> str:
    return f"[+-]?(?:0?[xX])?{_digits(counted, '[0-9a-fA-F]')}"


def _decimal_regex(mark: str, counted: bool) -> str:
    digits = _digits(counted)
    return f"[+-]?{digits}(?:{mark}{digits})?(?:[eE][+-]?{digits})?"


def _between(number: int, least: int, most: int) -> int | None:
    return number if least <= number <= most else None


def _as_int(least: int, most: int) -> tuple[int, int]:
    """Limits within 32 bits."""
    return max(least, _INT_MIN), min(most, _INT_MAX)


def _whole(text: str, least: int, most: int) -> int | None:
    # Reading very long numbers takes quadratic time; nothing is lost of zeros in front.
    digits = text.lstrip("+-0")
    if len(digits) > 20:
        return None
    number = int(digits or "0")
    return _between(-number if text[0] == "-" else number, least, most)


def _hexadecimal(text: str, least: int, most: int) -> int | None:
    digits = text.lower().lstrip("+-0").removeprefix("x").lstrip("0")
    if len(digits) > 16:
        return None
    number = int(digits or "0", 16)
    return _between(-number if text[0] == "-" else number, least, most)


def _number(text: str, least: float, most: float) -> float | None:
    number = float(text)
    return number if math.isfinite(number) and least <= number <= most else None


def _whole_columns(text: pl.Expr, min: int, max: int) -> pl.Expr:
    number = text.cast(pl.Int64, strict=False)
    return pl.when(number.is_between(min, max) & _short(text)).then(number)


def _number_columns(text: pl.Expr, min: float, max: float) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite() & number.is_between(min, max) & _short(text)).then(number)


def _hexadecimal_columns(text: pl.Expr, min: int, max: int) -> pl.Expr:
    digits = text.str.replace("^[+-]?0*[xX]?0*", "")
    size = digits.str.to_integer(base=16, strict=False)
    number = pl.when(digits == "").then(0).when(text.str.starts_with("-")).then(-size).otherwise(size)
    return pl.when(number.is_between(min, max) & _short(text)).then(number)


def _short(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes() <= _LONGEST


@matcher("INTEGER", regex=_whole_regex, exports=LONG, first="0-9+-", more="0-9", doubt="[0-9]{10}")
def int_(text: str, *, min: int = _INT_MIN, max: int = _INT_MAX) -> int | None:
    """A whole number of 32 bits with an optional sign.

    >>> INT:a INT:b INT:c <- "1-10+20"
    {"a": 1, "b": -10, "c": 20}
    >>> INT(min=0, max=100):percent '%' <- "42%"
    {"percent": 42}
    >>> INT:i <- "2147483648"
    null
    """
    return _whole(text, *_as_int(min, max))


@matcher(regex=_whole_regex, exports=LONG, first="0-9+-", more="0-9", doubt="[0-9]{19}")
def long(text: str, *, min: int = LONG_MIN, max: int = LONG_MAX) -> int | None:
    """A whole number of 64 bits with an optional sign.

    >>> LONG:bytes ' bytes' <- "9000000000 bytes"
    {"bytes": 9000000000}
    """
    return _whole(text, min, max)


@matcher(regex=_hexadecimal_regex, exports=LONG, first="0-9a-fA-FxX+-", more="0-9a-fA-FxX")
def hexint(text: str, *, min: int = _INT_MIN, max: int = 2**32 - 1) -> int | None:
    """A hexadecimal number of 32 bits, with or without `0x`; a sign makes it negative.

    >>> HEXINT:a ' ' HEXINT:b <- "0xFF -xFE"
    {"a": 255, "b": -254}
    """
    return _hexadecimal(text, min, max)


@matcher(regex=_hexadecimal_regex, exports=LONG, first="0-9a-fA-FxX+-", more="0-9a-fA-FxX")
def hexlong(text: str, *, min: int = LONG_MIN, max: int = LONG_MAX) -> int | None:
    """A hexadecimal number of 64 bits.

    >>> HEXLONG:n <- "7fffffffffffffff"
    {"n": 9223372036854775807}
    """
    return _hexadecimal(text, min, max)


@matcher(regex=partial(_decimal_regex, r"\."), exports=DOUBLE, first="0-9+-", more="0-9.eE+-")
def double(text: str, *, min: float = -math.inf, max: float = math.inf) -> float | None:
    """A number with an optional fraction and exponent.

    >>> DOUBLE:a ';' DOUBLE:b ';' DOUBLE:c <- "3.14;-2;3e2"
    {"a": 3.14, "b": -2.0, "c": 300.0}
    """
    return _number(text, min, max)


@matcher(regex=partial(_decimal_regex, r"\."), exports=DOUBLE, first="0-9+-", more="0-9.eE+-")
def float_(text: str, *, min: float = -math.inf, max: float = math.inf) -> float | None:
    """The same as `DOUBLE`: values are doubles in either case.

    >>> FLOAT(min=1, max=3):f <- "2.5"
    {"f": 2.5}
    """
    return _number(text, min, max)


@matcher(regex=partial(_decimal_regex, ","), exports=DOUBLE, first="0-9+-", more="0-9,eE+-")
def cdouble(text: str, *, min: float = -math.inf, max: float = math.inf) -> float | None:
    """A number with a comma before its fraction.

    >>> CDOUBLE:price ' EUR' <- "19,90 EUR"
    {"price": 19.9}
    """
    return _number(text.replace(",", "."), min, max)


@matcher(regex=partial(_decimal_regex, ","), exports=DOUBLE, first="0-9+-", more="0-9,eE+-")
def cfloat(text: str, *, min: float = -math.inf, max: float = math.inf) -> float | None:
    """The same as `CDOUBLE`.

    >>> CFLOAT:f <- "0,5"
    {"f": 0.5}
    """
    return _number(text.replace(",", "."), min, max)


int_.polars(lambda text, min, max: _whole_columns(text, *_as_int(min, max)))
long.polars(_whole_columns)
hexint.polars(_hexadecimal_columns)
hexlong.polars(_hexadecimal_columns)
double.polars(_number_columns)
float_.polars(_number_columns)
cdouble.polars(lambda text, min, max: _number_columns(text.str.replace(",", ".", literal=True), min, max))
cfloat.polars(lambda text, min, max: _number_columns(text.str.replace(",", ".", literal=True), min, max))


@matcher("BOOL", regex="[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]", exports=BOOLEAN, first="tTfF")
def boolean(text: str) -> bool:
    """`true` or `false` in any letter case.

    >>> BOOLEAN:b <- "TRUE"
    {"b": true}
    """
    return text.lower() == "true"


boolean.polars(lambda text: text.str.to_lowercase() == "true")


@matcher(regex=r"[0-9](?:(?:[ +-]|%20)?[0-9]){11,18}", exports=LONG, first="0-9", more="0-9 +%-")
def creditcard(text: str) -> int | None:
    """A card number of 12 to 19 digits with a right check digit, in groups or not; as a number.

    Groups are divided by a blank (URL-encoded as `%20` or `+` too) or a hyphen.

    >>> CREDITCARD:card <- "4111 1111 1111 1111"
    {"card": 4111111111111111}
    >>> CREDITCARD:card <- "4111 1111 1111 1112"
    null
    """
    digits = [int(c) for c in text.replace("%20", "") if c.isdigit()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    number = int("".join(map(str, digits)))
    return number if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and number <= LONG_MAX else None
