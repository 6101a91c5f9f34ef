"""Functions of doubles: powers, logarithms, angles."""

from __future__ import annotations

import math
import random as generator
from collections.abc import Callable

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Double, Number


def _finite(function: Callable[..., float], *numbers: float) -> Double | None:
    """The result, null where there is none."""
    try:
        found = function(*map(float, numbers))
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def _lowered(build):
    """A lowering of a function of doubles."""

    def lowering(*numbers):
        found = build(*(number.cast(pl.Float64) for number in numbers))
        return pl.when(found.is_finite()).then(found)

    return lowering


# ---- powers and logarithms ------------------------------------------------------------------------------------------


@scalar
def sqrt(expression: Number) -> Double | None:
    """The square root; null for a negative number.

    >>> sqrt(81)
    9.0
    >>> sqrt(-14)
    null
    """
    return _finite(math.sqrt, expression)


@scalar
def cbrt(expression: Number) -> Double | None:
    """The cube root, negative for a negative number.

    >>> cbrt(-8)
    -2.0
    """
    return _finite(math.cbrt, expression)


@scalar
def exp(expression: Number) -> Double | None:
    """The power of Euler's number.

    >>> exp(0)
    1.0
    """
    return _finite(math.exp, expression)


@scalar
def log(expression: Number) -> Double | None:
    """The natural logarithm; null for 0 and for negative numbers.

    >>> log(1)
    0.0
    >>> log(0)
    null
    """
    return _finite(math.log, expression)


@scalar
def log10(expression: Number) -> Double | None:
    """The logarithm to base 10; null for 0 and for negative numbers.

    >>> log10(1000)
    3.0
    """
    return _finite(math.log10, expression)


@scalar
def log1p(expression: Number) -> Double | None:
    """The natural logarithm of 1 more than the number, exact for small ones.

    >>> log1p(0)
    0.0
    """
    return _finite(math.log1p, expression)


@scalar
def power(base: Number, exponent: Number) -> Double | None:
    """The base raised to the exponent, always a double.

    >>> power(2, 10)
    1024.0
    >>> power(-8, 0.5)
    null
    """
    return _finite(math.pow, base, exponent)


@scalar
def hypotenuse(x: Number, y: Number) -> Double | None:
    """The length of the longest side of a right triangle.

    >>> hypotenuse(3, 4)
    5.0
    """
    return _finite(math.hypot, x, y)


sqrt.polars(_lowered(lambda x: x.sqrt()))
cbrt.polars(_lowered(lambda x: x.cbrt()))
exp.polars(_lowered(lambda x: x.exp()))
log.polars(_lowered(lambda x: x.log()))
log1p.polars(_lowered(lambda x: x.log1p()))
power.polars(_lowered(lambda x, y: x.pow(y)))


@log10.polars
@_lowered
def _(x):
    found = x.log10()
    whole = found.round()
    return pl.when(pl.lit(10.0).pow(whole) == x).then(whole).otherwise(found)  # Polars is a hair off at powers of 10


# ---- angles ---------------------------------------------------------------------------------------------------------


@scalar
def sin(expression: Number) -> Double | None:
    """The sine of an angle in radians.

    >>> sin(pi() / 2)
    1.0
    """
    return _finite(math.sin, expression)


@scalar
def cos(expression: Number) -> Double | None:
    """The cosine of an angle in radians.

    >>> cos(pi())
    -1.0
    """
    return _finite(math.cos, expression)


@scalar
def tan(expression: Number) -> Double | None:
    """The tangent of an angle in radians.

    >>> tan(0)
    0.0
    """
    return _finite(math.tan, expression)


@scalar
def asin(expression: Number) -> Double | None:
    """The angle in radians that has this sine; null outside of -1 to 1 [inferred].

    >>> asin(2)
    null
    """
    return _finite(math.asin, expression)


@scalar
def acos(expression: Number) -> Double | None:
    """The angle in radians that has this cosine; null outside of -1 to 1 [inferred].

    >>> acos(1)
    0.0
    """
    return _finite(math.acos, expression)


@scalar
def atan(expression: Number) -> Double | None:
    """The angle in radians that has this tangent.

    >>> atan(1) * 4 == pi()
    true
    """
    return _finite(math.atan, expression)


@scalar
def atan2(ordinate: Number, abscissa: Number) -> Double | None:
    """The angle in radians of the point with these coordinates, the vertical one first.

    >>> atan2(0, -1) == pi()
    true
    """
    return _finite(math.atan2, ordinate, abscissa)


@scalar
def sinh(expression: Number) -> Double | None:
    """The hyperbolic sine.

    >>> sinh(0)
    0.0
    """
    return _finite(math.sinh, expression)


@scalar
def cosh(expression: Number) -> Double | None:
    """The hyperbolic cosine.

    >>> cosh(0)
    1.0
    """
    return _finite(math.cosh, expression)


@scalar
def tanh(expression: Number) -> Double | None:
    """The hyperbolic tangent.

    >>> tanh(0)
    0.0
    """
    return _finite(math.tanh, expression)


@scalar
def degree_to_radian(expression: Number) -> Double | None:
    """An angle in degrees as one in radians.

    >>> degreeToRadian(180) == pi()
    true
    """
    return _finite(math.radians, expression)


@scalar
def radian_to_degree(expression: Number) -> Double | None:
    """An angle in radians as one in degrees.

    >>> radianToDegree(pi())
    180.0
    """
    return _finite(math.degrees, expression)


sin.polars(_lowered(lambda x: x.sin()))
cos.polars(_lowered(lambda x: x.cos()))
tan.polars(_lowered(lambda x: x.tan()))
asin.polars(_lowered(lambda x: x.arcsin()))
acos.polars(_lowered(lambda x: x.arccos()))
atan.polars(_lowered(lambda x: x.arctan()))
atan2.polars(_lowered(lambda y, x: pl.arctan2(y, x)))
sinh.polars(_lowered(lambda x: x.sinh()))
cosh.polars(_lowered(lambda x: x.cosh()))
tanh.polars(_lowered(lambda x: x.tanh()))
degree_to_radian.polars(_lowered(lambda x: x.radians()))
radian_to_degree.polars(_lowered(lambda x: x.degrees()))


# ---- chance ---------------------------------------------------------------------------------------------------------


@scalar(volatile=True)
def random() -> Double:
    """A random number from 0 to below 1, another one for each record."""
    return generator.random()


@random.polars
def _():
    noise = pl.int_range(pl.len()).hash(generator.getrandbits(64))
    return (noise // 2**11).cast(pl.Float64) * 2.0**-53
