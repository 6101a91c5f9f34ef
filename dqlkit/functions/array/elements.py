"""Elements of an array, and where they are."""

from __future__ import annotations

from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Long, T
from dqlkit.types.kinds import LONG, STRING
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import same


@scalar
def array_first(array: Array[T]) -> T | None:
    """The first element that is not null.

    >>> arrayFirst(array(null, 2, 3))
    2
    """
    return next((element for element in array if element is not None), None)


@scalar
def array_last(array: Array[T]) -> T | None:
    """The last element that is not null.

    >>> arrayLast(array(2, 3, null))
    3
    """
    return next((element for element in reversed(array) if element is not None), None)


@scalar
def array_index_of(array: Array[Anything], value: Anything) -> Long:
    """Where a value first stands in an array, -1 where it does not.

    >>> arrayIndexOf(array(2, 7, 7), 7)
    1
    """
    return next((k for k, element in enumerate(array) if same(element, value) is True), -1)


@scalar
def array_last_index_of(array: Array[Anything], value: Anything) -> Long:
    """Where a value last stands in an array, -1 where it does not.

    >>> arrayLastIndexOf(array(2, 7, 7), 7)
    2
    """
    return next((k for k in reversed(range(len(array))) if same(array[k], value) is True), -1)


array_first.polars(lambda array: array.list.drop_nulls().list.first())
array_last.polars(lambda array: array.list.drop_nulls().list.last())


def _position(array, value, which):
    """For arrays of longs or texts and a literal."""
    here = array.list.eval((pl.element() == value).fill_null(False).arg_true())
    return pl.when(array.is_not_null()).then(which(here.list).fill_null(-1))


for _kind in (LONG, STRING):
    array_index_of.polars(
        lambda array, value, types: _position(array, value, lambda found: found.first()) if _alike(types) else None,
        array=ArrayType(_kind),
        value=known,
    )
    array_last_index_of.polars(
        lambda array, value, types: _position(array, value, lambda found: found.last()) if _alike(types) else None,
        array=ArrayType(_kind),
        value=known,
    )


def _alike(types):
    return types["array"].element == types["value"]
