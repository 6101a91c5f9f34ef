"""Boolean functions: tests for null, truth and membership."""

from __future__ import annotations

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Boolean
from dqlkit.types.values import same


@scalar(nulls="see")
def is_null(expression: Anything) -> Boolean:
    """Whether a value is null or its field is missing.

    >>> isNull(null)
    true
    """
    return expression is None


@scalar(nulls="see")
def is_not_null(expression: Anything) -> Boolean:
    """Whether a value is there.

    >>> isNotNull(0)
    true
    """
    return expression is not None


@scalar(name="in", nulls="see")
def in_(needle: Anything, *haystack: Anything) -> Boolean:
    """Whether any of `needle` equals any of `haystack`; arrays on either side stand for their elements.

    Null equals nothing, so the result is never null [decided: the documentation shows only true and false].

    >>> in("b", {"a", "b"})
    true
    >>> in(3, array(1, 2))
    false
    """
    needles = needle if isinstance(needle, list) else [needle]
    straw = [item for one in haystack for item in (one if isinstance(one, list) else [one])]
    return any(same(one, item) is True for one in needles for item in straw)


is_null.polars(lambda expression: expression.is_null())
is_not_null.polars(lambda expression: expression.is_not_null())


@in_.polars
def _(needle, *haystack, comparable, types):
    if any(kind.name in ("array", "any") for kind in (types["needle"], *types["haystack"])):
        return None
    first, *rest = comparable()
    if not rest:
        return pl.lit(False)
    return pl.any_horizontal([(first == one).fill_null(False) for one in rest])
