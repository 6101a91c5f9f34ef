"""Columns of text that stand for values of other types, as CSV and the names of folders have them.

A column has a type where all its values are written as that type is: whole numbers without leading zeros are longs,
numbers with a fraction or an exponent somewhere doubles, `true` and `false` booleans. All else is text. No number is bent:
among doubles, whole numbers stay longs where one of them is no double; a column with a number beyond 64 bits, or beyond
doubles, stays text, and a notification says so [decided: as text it is exact, and ids are longer than 64 bits].
"""

from __future__ import annotations

import polars as pl

from dqlkit.engines.polars.physical import series_of
from dqlkit.functions.context import Notice
from dqlkit.sources.columns import Column
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Variant

__all__ = ["typed_texts"]

_WHOLE = r"-?(0|[1-9][0-9]*)"
_LONG = rf"^{_WHOLE}$"
_NUMBER = rf"^{_WHOLE}(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_BOOLEAN = "^(true|false)$"
#: Up to here every whole number is a double.
_EXACT = 2**53


def typed_texts(texts: pl.Series, notices: list[Notice]) -> Column:
    """A column of texts as one of the type that they are written in."""
    if texts.null_count() == len(texts):
        return texts.cast(pl.Boolean), NULL
    if texts.str.contains(_BOOLEAN).all():
        return texts == "true", BOOLEAN
    return _numbers(texts, notices) if texts.str.contains(_NUMBER).all() else (texts, STRING)


def _numbers(texts: pl.Series, notices: list[Notice]) -> Column:
    longs = texts.cast(pl.Int64, strict=False)
    doubles = texts.cast(pl.Float64, strict=False)
    whole = texts.str.contains(_LONG)
    beyond = int(((whole & longs.is_null()) | ~doubles.is_finite() | (texts.is_not_null() & doubles.is_null())).sum())
    if beyond:
        numbers = "1 number is" if beyond == 1 else f"{beyond} numbers are"
        message = f"`{texts.name}`: {numbers} beyond the range of its type; all values of the field stay text."
        notices.append(Notice("VALUES_OUT_OF_RANGE", message))
        return texts, STRING
    if longs.null_count() == texts.null_count():
        return longs, LONG
    if not (whole & ((longs > _EXACT) | (longs < -_EXACT))).any():
        return doubles, DOUBLE
    values = [double if long is None else long for long, double in zip(longs, doubles, strict=True)]
    kind = Variant([LONG, DOUBLE])
    return series_of(values, kind, texts.name), kind
