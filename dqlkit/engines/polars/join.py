"""Joins with Polars: frames put together by key."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed, promote, sort_key
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.ops.join import Join, Nest
from dqlkit.plan.schema import Schema
from dqlkit.types import DOUBLE, LONG
from dqlkit.types.kinds import Array, Record
from dqlkit.types.kinds import join as join_kinds

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["join", "keyed", "nest"]

On: TypeAlias = Sequence[tuple[Typed, Typed]]
"""Key columns of the left and of the right frame."""

#: How Polars calls the kinds of joins.
_HOW: Mapping[str, Any] = {"inner": "inner", "leftOuter": "left", "outer": "full", "semi": "semi"}


def keyed(
    frame: Frame, keys: Sequence[Typed], names: Schema | None = None, stem: str = ""
) -> tuple[pl.LazyFrame, list[str]]:
    """The frame with sort-key columns for the keys, which compare as DQL compares values, and their names."""
    fresh = [(names or frame.schema).fresh(f"{stem}key{k}") for k in range(len(keys))]
    return frame.lazy.with_columns(sort_key(key).alias(name) for key, name in zip(keys, fresh, strict=True)), fresh


def _common(on: On) -> tuple[list[Typed], list[Typed]]:
    """Convert each pair of keys to one type, so that they compare as DQL compares them."""
    kinds = [join_kinds(left.kind, right.kind) for left, right in on]
    lefts = [_exact(promote(left, kind)) for (left, _), kind in zip(on, kinds, strict=True)]
    return lefts, [_exact(promote(right, kind)) for (_, right), kind in zip(on, kinds, strict=True)]


def _exact(key: Typed) -> Typed:
    """Doubles by their bits, where equal ones have the same: Polars 2.1 does not pair NaN where each side is one record."""
    if key.kind != DOUBLE:
        return key
    one_zero = pl.when(key.expression == 0).then(0.0).otherwise(key.expression)
    return Typed(one_zero.fill_nan(math.nan).reinterpret(dtype=pl.Int64), LONG)


def join(operator: Join, frame: Frame, other: Frame, compiler: Compiler) -> Frame:
    """Pairs of records with equal keys."""
    left, right, ours, theirs = _sides(operator, frame, other, compiler)
    columns = {new: other.column(old) for new, old in operator.brought(other.schema.fields).items()}
    names = {new: frame.schema.fresh(f"right{k}") for k, new in enumerate(columns)}
    right = right.select(*theirs, *(column.expression.alias(names[new]) for new, column in columns.items()))
    order: Any = "none" if operator.unordered else "left" if operator.kind == "semi" else "left_right"
    if operator.kind == "semi":
        kept = left.join(right, left_on=ours, right_on=theirs, how="semi", maintain_order=order)
        return frame.replace(kept.drop(ours))
    if operator.first_only:
        right = _firsts(right, theirs, ordered=not operator.unordered)
    how = _HOW[operator.kind]
    paired = left.join(right, left_on=ours, right_on=theirs, how=how, coalesce=how != "full", maintain_order=order)
    fields = [(new, Typed(pl.col(names[new]), column.kind)) for new, column in columns.items()]
    whole = Frame(compiler.guard.counted(paired, pl.len()), frame.schema).with_fields(fields)
    return whole.only(whole.schema.fields)


def _firsts(right: pl.LazyFrame, keys: Sequence[str], ordered: bool) -> pl.LazyFrame:
    """The first record of each key. Of one key marking it takes a quarter less than looking for unique records."""
    if len(keys) == 1:
        return right.filter(column_named(keys[0]).is_first_distinct())
    return right.unique(keys, keep="first", maintain_order=ordered)


def nest(operator: Nest, frame: Frame, other: Frame, compiler: Compiler) -> Frame:
    """Each record with the array of its partners."""
    left, right, ours, theirs = _sides(operator, frame, other, compiler)
    columns = {new: other.column(old) for new, old in operator.brought(other.schema.fields).items()}
    held = frame.schema.fresh("partners")
    partner = pl.struct(column.expression.alias(new) for new, column in columns.items()).alias(held)
    partners = right.select(*theirs, partner).group_by(theirs, maintain_order=True).agg(held)
    paired = left.join(partners, left_on=ours, right_on=theirs, how="left", maintain_order="left")
    kind = Array(Record((new, column.kind) for new, column in columns.items()))
    whole = Frame(paired, frame.schema).with_fields([(operator.name, Typed(pl.col(held), kind))])
    return whole.only(whole.schema.fields)


def _sides(
    operator: Join | Nest, frame: Frame, other: Frame, compiler: Compiler
) -> tuple[pl.LazyFrame, pl.LazyFrame, list[str], list[str]]:
    """Both sides with their keys as further columns, and the names of these; they differ from all names of both."""
    on = [(compiler.expression(k.left, frame), compiler.expression(k.right, other)) for k in operator.keys]
    lefts, rights = _common(on)
    every = Schema({**frame.schema.fields, **other.schema.fields})
    left, ours = keyed(frame, lefts, every, "left")
    right, theirs = keyed(other, rights, every, "right")
    return left, right, ours, theirs
