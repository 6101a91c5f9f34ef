"""Distances between vectors: arrays of numbers, equally long. Null where they are no such vectors."""

from __future__ import annotations

import math

from dqlkit.functions.aggregation.moments import add_up
from dqlkit.functions.function import scalar
from dqlkit.functions.vocabulary import Anything, Array, Double
from dqlkit.types.values import Value


def _vectors(first: list[Value], second: list[Value]) -> list[tuple[float, float]] | None:
    """The components in pairs."""
    if len(first) != len(second) or not all(type(component) in (int, float) for component in [*first, *second]):
        return None
    return list(zip(map(float, first), map(float, second), strict=True))


@scalar(name="vectorL1Distance")
def vector_l1_distance(first_expression: Array[Anything], second_expression: Array[Anything]) -> Double | None:
    """The distance along the axes: the sum of the differences of the components.

    >>> vectorL1Distance(array(1, 1), array(2, 3))
    3.0
    """
    pairs = _vectors(first_expression, second_expression)
    return None if pairs is None else add_up([abs(a - b) for a, b in pairs])


@scalar(name="vectorL2Distance")
def vector_l2_distance(first_expression: Array[Anything], second_expression: Array[Anything]) -> Double | None:
    """The distance in a straight line.

    >>> vectorL2Distance(array(0, 0), array(3, 4))
    5.0
    """
    pairs = _vectors(first_expression, second_expression)
    return None if pairs is None else math.hypot(*(a - b for a, b in pairs))


@scalar
def vector_inner_product_distance(
    first_expression: Array[Anything], second_expression: Array[Anything]
) -> Double | None:
    """The negative of the inner product, so that what is alike is near.

    >>> vectorInnerProductDistance(array(1, 2), array(3, 4))
    -11.0
    """
    pairs = _vectors(first_expression, second_expression)
    return None if pairs is None else -add_up([a * b for a, b in pairs])


@scalar
def vector_cosine_distance(first_expression: Array[Anything], second_expression: Array[Anything]) -> Double | None:
    """1 less the cosine of the angle between two vectors: 0 for one direction, 2 for opposite ones.

    A vector without length has no direction: null [decided].

    >>> vectorCosineDistance(array(1, 0), array(0, 2))
    1.0
    """
    pairs = _vectors(first_expression, second_expression)
    if pairs is None:
        return None
    lengths = math.hypot(*(a for a, _ in pairs)) * math.hypot(*(b for _, b in pairs))
    return 1 - add_up([a * b for a, b in pairs]) / lengths if lengths else None
