"""Short texts as numbers, which Polars compares, hashes and groups in a third of the time.

Polars holds a text as sixteen bytes: its length, then the text itself and zeros, if it has no more than twelve bytes. These
sixteen are as good as the text, and nothing is copied to read them as a number, or back. Longer texts have none, and are
dealt with apart. That pays where a large table has many different texts: few are found in the processor's caches anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.table import Table
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import STRING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["grouped_apart", "many_texts", "parted"]

#: So many bytes of a text stand where its length does.
_SHORT = 12
#: Numbers of sixteen bytes, as Polars and Arrow both know them.
_NUMBER = pl.Decimal(38, 0)
#: Of smaller tables this takes longer than it saves, where Arrow has to be loaded.
_MANY = 2_000_000


def many_texts(schema: Schema, tables: Mapping[str, Table]) -> frozenset[str]:
    """The fields of large tables that hold many different texts."""
    large = [table.facts.varied for table in tables.values() if (table.facts.rows or 0) >= _MANY]
    names = schema.stored.intersection(frozenset().union(*large))
    return frozenset(name for name in names if schema.fields[name] == STRING)


def parted(text: pl.Expr) -> Sequence[pl.Expr]:
    """Columns, each of which has other ones of the texts."""
    is_short = _is_short(text)
    return [pl.when(is_short).then(_as_numbers(text)), text.filter(~is_short)]


def grouped_apart(lazy: pl.LazyFrame, key: str, text: pl.Expr, values: Sequence[pl.Expr], held: str) -> pl.LazyFrame:
    """Groups by a text, those of short ones by their numbers. `held` is a name that no column has."""
    marked = lazy.with_columns(_is_short(text).fill_null(True).alias(held))
    short = marked.filter(held).group_by(_as_numbers(text).alias(key)).agg(values)
    long = marked.filter(~pl.col(held)).group_by(text.alias(key)).agg(values)
    return pl.concat([short.with_columns(_as_texts(column_named(key))), long])


def _is_short(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes() <= _SHORT


def _as_numbers(text: pl.Expr) -> pl.Expr:
    """The number of each text; of a long one it tells nothing."""
    return text.map_batches(_numbers, return_dtype=_NUMBER, is_elementwise=True)


def _as_texts(number: pl.Expr) -> pl.Expr:
    """The texts that have these numbers."""
    return number.map_batches(_texts, return_dtype=pl.String, is_elementwise=True)


def _numbers(texts: pl.Series) -> pl.Series:
    import pyarrow as pa

    return pl.Series(texts.name, _read_as(texts, pa.decimal128(38)))


def _texts(numbers: pl.Series) -> pl.Series:
    import pyarrow as pa

    texts = _read_as(numbers, pa.string_view())
    texts.validate(full=True)  # another number would lead to any place in memory
    return pl.Series(numbers.name, texts)


def _read_as(column: pl.Series, kind: pa.DataType) -> pa.Array:
    """The sixteen bytes of each value as those of another type."""
    import pyarrow as pa

    held = column.to_arrow(compat_level=pl.CompatLevel.newest())
    return pa.Array.from_buffers(kind, len(held), held.buffers()[:2], offset=held.offset)
