"""Constants."""

from __future__ import annotations

import math

from dqlkit.functions.function import scalar
from dqlkit.functions.vocabulary import Double


@scalar
def e() -> Double:
    """Euler's number.

    >>> e()
    2.718281828459045
    """
    return math.e


@scalar
def pi() -> Double:
    """The circumference of a circle of diameter 1.

    >>> pi()
    3.141592653589793
    """
    return math.pi
