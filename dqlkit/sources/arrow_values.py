"""Values of Arrow arrays whose types Polars or DQL do not have, each as what is closest.

| Arrow | DQL |
| --- | --- |
| time of day | text, `08:30:00` |
| map | a record where all keys are texts, else an array of records with `key` and `value` |
| timestamp, date, duration | timestamp, duration; text where 64 bits of nanoseconds do not hold it |
| unsigned integers beyond 64 bits, decimals | the nearest double |
| interval of months, days and nanoseconds | a record of these |
| union | the value that is there |
| UUID | uid |
| dictionary, run-end encoded, extension | what it stands for |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pyarrow as pa

from dqlkit.sources.lazy import pc
from dqlkit.sources.natives import native_value
from dqlkit.types.units import DAY
from dqlkit.types.values import LONG_MAX, LONG_MIN, Duration, Timestamp, Value

__all__ = ["values_of_arrow"]

_UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}


def values_of_arrow(array: Any) -> list[Value]:
    """The values of an array, or of one in chunks."""
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in values_of_arrow(chunk)]
    read = next((read for test, read in _READERS if test(array.type)), _natives)
    return read(array)


def _natives(array: Any) -> list[Value]:
    return [native_value(value) for value in array.to_pylist()]


def _lists(array: Any) -> list[Value]:
    values = values_of_arrow(array.values)
    spans = zip(array.offsets.to_pylist(), array.value_lengths().to_pylist(), strict=False)
    return [None if length is None else values[start : start + length] for start, length in spans]


def _fixed_lists(array: Any) -> list[Value]:
    size = array.type.list_size
    values = values_of_arrow(array.values)
    starts = range(array.offset * size, (array.offset + len(array)) * size, size or 1)
    rows = [values[start : start + size] for start in starts] if size else [[] for _ in range(len(array))]
    return [row if valid else None for row, valid in zip(rows, array.is_valid().to_pylist(), strict=True)]


def _structs(array: Any) -> list[Value]:
    names = [field.name for field in array.type]
    members = [values_of_arrow(member) for member in array.flatten()]
    rows: Iterator[tuple[Value, ...]] = zip(*members, strict=True) if members else iter([()] * len(array))
    valid = array.is_valid().to_pylist()
    return [dict(zip(names, row, strict=True)) if there else None for row, there in zip(rows, valid, strict=True)]


def _maps(array: Any) -> list[Value]:
    keys, items = values_of_arrow(array.keys), values_of_arrow(array.items)
    ends = array.offsets.to_pylist()
    valid = array.is_valid().to_pylist()
    all_pairs = list(zip(keys, items, strict=True))
    pairs = [all_pairs[start:end] for start, end in pairwise(ends)]
    named = all(type(key) is str for key in keys) and all(len(dict(row)) == len(row) for row in pairs)
    rows = [dict(row) if named else [{"key": key, "value": item} for key, item in row] for row in pairs]
    return [row if there else None for row, there in zip(rows, valid, strict=True)]


def _unions(array: Any) -> list[Value]:
    dense = array.type.mode == "dense"
    members = {code: values_of_arrow(array.field(at)) for at, code in enumerate(array.type.type_codes)}
    places = array.offsets.to_pylist() if dense else range(len(array))
    return [members[code][place] for code, place in zip(array.type_codes.to_pylist(), places, strict=True)]


def _numbers(array: Any, unit: int, make: Callable[[int], Value]) -> list[Value]:
    """Times or durations counted in a unit; as text where nanoseconds do not fit."""
    counts = array.cast(pa.int64()).to_pylist()
    odd = [count is not None and not LONG_MIN <= count * unit <= LONG_MAX for count in counts]
    texts = _texts(array) if any(odd) else counts
    return [
        text if beyond else None if count is None else make(count * unit)
        for count, beyond, text in zip(counts, odd, texts, strict=True)
    ]


def _texts(array: Any) -> list[str]:
    zoned = pa.types.is_timestamp(array.type) and array.type.tz
    plain = array.cast(pa.timestamp(array.type.unit)) if zoned else array
    try:
        texts = plain.cast(pa.string()).to_pylist()
    except pa.ArrowException:
        texts = [str(number) for number in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_duration(array.type):
        return [f"{text}{array.type.unit}" for text in texts]
    return [f"{text.replace(' ', 'T')}Z" if text and " " in text else text for text in texts]


def _dates(array: Any) -> list[Value]:
    days = array.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()).to_pylist()
    odd = any(day is not None and not LONG_MIN <= day * DAY <= LONG_MAX for day in days)
    texts = array.cast(pa.date32()).cast(pa.string()).to_pylist() if odd else days
    return [
        None if day is None else Timestamp(day * DAY) if LONG_MIN <= day * DAY <= LONG_MAX else text
        for day, text in zip(days, texts, strict=True)
    ]


def _times(array: Any) -> list[Value]:
    unit = _UNITS[array.type.unit]
    counts = array.cast(pa.int32() if unit >= _UNITS["ms"] else pa.int64()).to_pylist()
    return [None if count is None else _time_of_day(count * unit) for count in counts]


def _time_of_day(nanos: int) -> str:
    seconds, rest = divmod(nanos, 1_000_000_000)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def _intervals(array: Any) -> list[Value]:
    names = ("months", "days", "nanoseconds")
    return [None if value is None else dict(zip(names, value, strict=True)) for value in array.to_pylist()]


_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], list[Value]]], ...] = (
    (pa.types.is_dictionary, lambda array: values_of_arrow(array.dictionary_decode())),
    (pa.types.is_run_end_encoded, lambda array: values_of_arrow(pc.run_end_decode(array))),
    (lambda kind: isinstance(kind, pa.UuidType), _natives),
    (lambda kind: isinstance(kind, pa.BaseExtensionType), lambda array: values_of_arrow(array.storage)),
    (pa.types.is_map, _maps),
    (pa.types.is_struct, _structs),
    (pa.types.is_fixed_size_list, _fixed_lists),
    (lambda kind: pa.types.is_list(kind) or pa.types.is_large_list(kind), _lists),
    (lambda kind: pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind), _lists),
    (pa.types.is_union, _unions),
    (
        pa.types.is_timestamp,
        lambda array: _numbers(array, _UNITS[array.type.unit], Timestamp),
    ),
    (pa.types.is_duration, lambda array: _numbers(array, _UNITS[array.type.unit], Duration)),
    (pa.types.is_date, _dates),
    (pa.types.is_time, _times),
    (pa.types.is_interval, _intervals),
)
