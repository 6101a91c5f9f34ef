"""Results for some rows each, made one column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from dqlkit.engines.polars.physical import series_of
from dqlkit.engines.polars.typed import converted
from dqlkit.functions.function import Piece
from dqlkit.types.kinds import ANY, Record, Type, join_all
from dqlkit.types.values import type_of

__all__ = ["column_of", "joined"]


def joined(pieces: Sequence[Piece], height: int, kind: Type) -> pl.Series:
    """The results as a column of a type that can hold all of them."""
    column, found = column_of(pieces, height)
    return column if found == kind else converted(column, found, kind)


def column_of(pieces: Sequence[Piece], height: int) -> tuple[pl.Series, Type]:
    """Results for some rows each as one column, null for the rows that none is for."""
    whole = pieces[0] if len(pieces) == 1 else None
    if whole is not None and isinstance(whole.values, pl.Series) and whole.kind and len(whole.values) == height:
        return whole.values, whole.kind
    kind = join_all(one for piece in pieces for one in _kinds(piece))
    parts = [_converted(piece, kind) for piece in pieces]
    rows = pl.concat([piece.rows for piece in pieces] or [pl.Series([], dtype=pl.UInt32)])
    found = pl.DataFrame({"row": rows.cast(pl.UInt32), "value": pl.concat([*parts, series_of([], kind)])})
    every = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    return every.join(found, on="row", how="left", maintain_order="left")["value"], kind


def _kinds(piece: Piece) -> Iterable[Type]:
    if piece.kind is not None:
        return [ANY if isinstance(piece.kind, Record) else piece.kind]
    return [ANY] if any(isinstance(one, (list, dict)) for one in piece.values) else map(type_of, piece.values)


def _converted(piece: Piece, kind: Type) -> pl.Series:
    if piece.kind is None:
        return series_of(list(piece.values), kind)
    assert isinstance(piece.values, pl.Series)
    return piece.values if piece.kind == kind else converted(piece.values, piece.kind, kind)
