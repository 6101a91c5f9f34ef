"""An array as another one with the same elements, or some of them; and as text."""

from __future__ import annotations

from typing import Literal

from dqlkit.functions.array.reduction import of_elements
from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Constant, Long, String, T
from dqlkit.types.kinds import (
    ANY,
    DOUBLE,
    IP,
    LONG,
    NULL,
    SMARTSCAPE_ID,
    STRING,
    UID,
    Type,
    element_type,
    join_all,
    members,
)
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import order_key
from dqlkit.types.text import text_of
from dqlkit.types.values import LONG_MAX

_DOUBLES = ArrayType(DOUBLE)
#: Besides, arrays of doubles, and of what is stored as the bytes of its order.
_SORTED = tuple(ArrayType(kind) for kind in (DOUBLE, IP, UID, SMARTSCAPE_ID))


@scalar
def array_remove_nulls(array: Array[T]) -> Array[T]:
    """The elements that are not null.

    >>> arrayRemoveNulls(array(2, null, 3))
    array(2, 3)
    """
    return [element for element in array if element is not None]


@scalar
def array_reverse(array: Array[T]) -> Array[T]:
    """The elements in the opposite order.

    >>> arrayReverse(array(1, 2, null))
    array(null, 2, 1)
    """
    return array[::-1]


@scalar
def array_sort(array: Array[T], *, direction: Literal["ascending", "descending"] = "ascending") -> Array[T]:
    """The elements in the order of `sort`: of whatever types, null last, and all of it reversed for `descending`.

    >>> arraySort(array(3, null, 1.5, true))
    array(true, 1.5, 3, null)
    """
    return sorted(array, key=order_key, reverse=direction == "descending")


@scalar
def array_distinct(array: Array[T]) -> Array[T]:
    """The different elements in ascending order; 1 and 1.0 are one, and of nulls one stays, last [decided].

    >>> arrayDistinct(array(7, 3, 7, 1))
    array(1, 3, 7)
    """
    different: dict[bytes, T] = {}
    for element in array:
        different.setdefault(order_key(element), element)
    return [different[key] for key in sorted(different)]


@scalar
def array_slice(array: Array[T], *, from_: Long = 0, to: Long = LONG_MAX) -> Array[T]:
    """The elements from one position to before another; negative ones count from the end.

    >>> arraySlice(array(0, 1, 2, 3, 4), from:-2)
    array(3, 4)
    >>> arraySlice(array(0, 1, 2), from:-1, to:1)
    array()
    """
    return array[from_:to]


@scalar(nulls="see")
def array_concat(*array: Array[T]) -> Array[T] | None:
    """The elements of all arrays, one array after the other; what is no array is left out. Null where none is one.

    >>> arrayConcat(array(1, 2), null, array("a"))
    array(1, 2, "a")
    """
    arrays = [one for one in array if one is not None]
    return [element for one in arrays for element in one] if arrays else None


@scalar
def array_flatten(array: Array[Anything]) -> Array[Anything]:
    """The elements, those of arrays among them in their place: one level [decided: deeper ones are not documented].

    >>> arrayFlatten(array(array(2, 3), 7, null, array(array(1))))
    array(2, 3, 7, null, array(1))
    """
    return [item for element in array for item in (element if isinstance(element, list) else [element])]


@scalar
def array_to_string(array: Array[Anything], *, delimiter: Constant[String] = "") -> String:
    """The elements as texts, one after the other, the delimiter between them; nulls are left out [decided].

    >>> arrayToString(array(1, "a", null, true), delimiter:", ")
    "1, a, true"
    """
    texts = (text_of(element) for element in array if element is not None)
    return delimiter.join(text for text in texts if text is not None)


@array_flatten.returns
def _(array: Type) -> Type:
    options = members(element_type(array)) or (ANY,)
    return ArrayType(join_all(option.element if isinstance(option, ArrayType) else option for option in options))


array_remove_nulls.polars(lambda array: array.list.drop_nulls())
array_reverse.polars(lambda array: array.list.reverse())
for _where in (of_elements, _DOUBLES):
    array_distinct.polars(lambda array: array.list.eval(pl.element().unique().sort(nulls_last=True)), array=_where)


@array_sort.polars(array=lambda kind: of_elements(kind) or kind in _SORTED, direction=known)
def _(array, *, direction):
    descending = direction == "descending"
    return array.list.sort(descending=descending, nulls_last=not descending)


@array_sort.polars(array=lambda kind: isinstance(kind, ArrayType), direction=known)
def _(array, *, direction, element_key):
    key = element_key()
    return array.list.eval(pl.element().sort_by(key, descending=direction == "descending", maintain_order=True))


@array_slice.polars
def _(array, *, from_, to):
    size = array.list.len().cast(pl.Int64)

    def bound(position):
        position = pl.lit(position) if isinstance(position, int) else position
        return pl.when(position < 0).then((position + size).clip(0)).otherwise(position.clip(upper_bound=size))

    start, stop = bound(from_), bound(to)
    # Polars takes a missing length for "to the end", and a slice of a literal list loses its type of element.
    there = pl.when((stop - start).is_not_null()).then(array)
    return there.list.slice(start, (stop - start).clip(0))


@array_concat.polars
def _(*array, types):
    arrays = [one for one, kind in zip(array, types["array"], strict=True) if kind != NULL]
    if len({kind for kind in types["array"] if kind != NULL}) != 1:
        return None
    there = pl.any_horizontal(one.is_not_null() for one in arrays)
    return pl.when(there).then(pl.concat_list([one.fill_null([]) for one in arrays]))


@array_flatten.polars
def _(array, types):
    kind = element_type(types["array"])
    if isinstance(kind, ArrayType):
        return array.list.eval(pl.element().explode())
    return array if kind != ANY and not any(isinstance(option, ArrayType) for option in members(kind)) else None


array_to_string.polars(
    lambda array, delimiter: array.list.join(delimiter, ignore_nulls=True), array=ArrayType(STRING), delimiter=known
)
array_to_string.polars(
    lambda array, delimiter: array.list.eval(pl.element().cast(pl.String)).list.join(delimiter, ignore_nulls=True),
    array=ArrayType(LONG),
    delimiter=known,
)
