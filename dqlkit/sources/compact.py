"""Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages: structs of numbered fields, each
with its kind."""

from __future__ import annotations

from typing import Any, TypeAlias

__all__ = ["UNFIT", "Fields", "fields_at"]

Fields: TypeAlias = dict[int, Any]
"""A struct: its fields by number."""

#: The kinds of integers, of 16 to 64 bits.
_INTEGERS = (4, 5, 6)
#: What reading raises where the bytes are no struct, or no whole one.
UNFIT = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def fields_at(data: bytes, at: int = 0) -> tuple[Fields, int]:
    """The struct that begins there, and where it ends. Small values are read in place, for most are."""
    found: Fields = {}
    number = 0
    while head := data[at]:
        kind, at = head & 15, at + 1
        if head > 15:
            number += head >> 4
        else:
            number, at = _signed(data, at)
        if kind < 3:
            found[number] = kind == 1
        elif kind == 12:
            found[number], at = fields_at(data, at)
        elif kind in _INTEGERS and (byte := data[at]) < 128:
            found[number], at = byte >> 1 ^ -(byte & 1), at + 1
        else:
            found[number], at = _value(data, at, kind)
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in _INTEGERS:
        return _signed(data, at)
    if kind == 8:
        size, at = _number(data, at)
        return _bytes(data, at, size)
    if kind == 12:
        return fields_at(data, at)
    if kind in (9, 10):
        return _list(data, at)
    if kind in (1, 2, 3):
        return data[at], at + 1
    if kind == 7:
        return _bytes(data, at, 8)
    raise ValueError(kind)


def _list(data: bytes, at: int) -> tuple[list[Any], int]:
    head, found = data[at], []
    size, at = (head >> 4, at + 1) if head >> 4 < 15 else _number(data, at + 1)
    for _ in range(size):
        value, at = _value(data, at, head & 15)
        found.append(value)
    return found, at


def _bytes(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    if at + count > len(data):
        raise ValueError(count)
    return data[at : at + count], at + count


def _number(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while (byte := data[at]) > 127:
        found |= (byte & 127) << shift
        shift += 7
        at += 1
    return found | byte << shift, at + 1


def _signed(data: bytes, at: int) -> tuple[int, int]:
    number, at = _number(data, at)
    return number >> 1 ^ -(number & 1), at
