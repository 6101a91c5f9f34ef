"""Frames put together by key, one record per key, one record per element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.engines.polars.physical import series_of, values_of
from dqlkit.engines.polars.typed import Typed, in_batches, promote, sort_key
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import element_type
from dqlkit.types.kinds import NULL, Array, Record, Variant, join_all, members
from dqlkit.types.kinds import join as join_kinds

__all__ = ["expand", "first_of_each", "join", "nest"]

On: TypeAlias = Sequence[tuple[Typed, Typed]]
"""Key columns of the left and of the right frame."""

#: How Polars calls the kinds of joins.
_HOW: Mapping[str, Any] = {"inner": "inner", "leftOuter": "left", "outer": "full"}
_BROUGHT = "\x01right "


def _keyed(frame: pl.LazyFrame, keys: Sequence[Typed]) -> tuple[pl.LazyFrame, list[str]]:
    names = [f"\x01key{k}" for k in range(len(keys))]
    return frame.with_columns(sort_key(key).alias(name) for key, name in zip(keys, names, strict=True)), names


def _common(on: On) -> tuple[list[Typed], list[Typed]]:
    """Keys of both sides in one type per pair, so that they compare as DQL compares them."""
    kinds = [join_kinds(left.kind, right.kind) for left, right in on]
    lefts = [promote(left, kind) for (left, _), kind in zip(on, kinds, strict=True)]
    return lefts, [promote(right, kind) for (_, right), kind in zip(on, kinds, strict=True)]


def join(
    frame: Frame, other: Frame, on: On, kind: str, taken: Mapping[str, str], first_only: bool, guard: Guard
) -> Frame:
    """Pairs of records with equal keys; `taken` are the output names of the other side with its own."""
    lefts, rights = _common(on)
    left, names = _keyed(frame.lazy, lefts)
    right, _ = _keyed(other.lazy, rights)
    columns = [other.column(old).expression.alias(_BROUGHT + new) for new, old in taken.items()]
    right = right.select(*names, *columns)
    if first_only:
        right = right.unique(names, keep="first", maintain_order=True)
    paired = left.join(
        right, on=names, how=_HOW[kind], coalesce=kind != "outer", suffix="\x01", maintain_order="left_right"
    )
    fields = [(new, Typed(pl.col(_BROUGHT + new), other.column(old).kind)) for new, old in taken.items()]
    whole = Frame(guard.counted(paired, pl.len()), frame.schema).with_fields(fields)
    return whole.only(whole.schema.fields)


def nest(frame: Frame, other: Frame, on: On, taken: Mapping[str, str], name: str) -> Frame:
    """Each record with the array of its partners."""
    lefts, rights = _common(on)
    left, names = _keyed(frame.lazy, lefts)
    right, _ = _keyed(other.lazy, rights)
    members = [other.column(old).expression.alias(new) for new, old in taken.items()]
    kind = Array(Record((new, other.column(old).kind) for new, old in taken.items()))
    partners = right.group_by(names, maintain_order=True).agg(pl.struct(members).alias(_BROUGHT))
    paired = left.join(partners, on=names, how="left", maintain_order="left")
    whole = Frame(paired, frame.schema).with_fields([(name, Typed(pl.col(_BROUGHT), kind))])
    return whole.only(whole.schema.fields)


def first_of_each(frame: Frame, keys: Sequence[Typed], count: int) -> Frame:
    """The first `count` records of each combination of keys, in their order."""
    keyed, names = _keyed(frame.lazy, keys)
    if count == 1:
        kept = keyed.unique(names, keep="first", maintain_order=True)
    else:
        kept = keyed.filter(pl.int_range(pl.len()).over(names) < count)
    return frame.replace(kept.drop(names))


def expand(frame: Frame, name: str, column: Typed, count: int | None, guard: Guard) -> Frame:
    """A record per element; what is no array counts as an array of one, null as none."""
    arrays = _as_arrays(column)
    if arrays is None:
        whole = frame.with_fields([(name, column)])
        return whole.filter(pl.col(name).is_not_null() if column.kind != NULL else pl.lit(False))
    elements = arrays.expression if count is None else arrays.expression.list.head(count)
    length = pl.col(name).list.len()
    opened = guard.counted(frame.lazy.with_columns(elements.alias(name)), length)
    long = opened.explode(name, empty_as_null=False, keep_nulls=False)
    return Frame(long, Schema(frame.schema.with_fields([(name, element_type(arrays.kind))]).fields))


def _as_arrays(column: Typed) -> Typed | None:
    """The column as arrays; None where no value can be one."""
    if isinstance(column.kind, Array):
        return column
    if not isinstance(column.kind, Variant):
        return None
    options = members(column.kind)
    kind = Array(join_all(o.element if isinstance(o, Array) else o for o in options) if options else column.kind)
    if options and not any(isinstance(option, Array) for option in options):
        return None

    def wrapped(series: pl.Series) -> pl.Series:
        values = values_of(series, column.kind)
        return series_of([v if v is None or isinstance(v, list) else [v] for v in values], kind)

    return Typed(in_batches(column.expression, wrapped, kind), kind)
