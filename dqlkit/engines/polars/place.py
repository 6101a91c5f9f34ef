"""Place with Polars: the canonical bytes of the keys, a column at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.encoding import big_endian
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed, in_batches, key_bytes
from dqlkit.plan.ops.place import PART, TURNED, Place
from dqlkit.plan.ops.sort import Order
from dqlkit.types.kinds import BINARY

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["place"]


def place(operator: Place, frame: Frame, compiler: Compiler) -> Frame:
    """The records with the bytes of their place."""
    pieces = [_key(compiler.expression(key.expression, frame), key) for key in operator.keys]
    if operator.behind:
        pieces.append(pl.col(operator.behind))
    if operator.numbered:
        number = frame.schema.fresh("number")
        frame = frame.replace(frame.lazy.with_row_index(number))
        counted = pl.col(number).cast(pl.UInt64) + compiler.part * PART
        pieces.append(in_batches(counted, big_endian, BINARY))
    whole = pieces[0] if pieces else pl.lit(b"")
    for piece in pieces[1:]:
        whole = whole + piece
    return frame.with_fields([(operator.name, Typed(whole, BINARY))]).only([*operator.schema.fields])


def _key(typed: Typed, order: Order) -> pl.Expr:
    """The bytes of `types.order`, of null too, turned around where the order is."""
    key = key_bytes(typed)
    return in_batches(key, _turned, BINARY) if order.descending else key


def _turned(column: pl.Series) -> pl.Series:
    """Every bit of a column without nulls inverted."""
    import pyarrow as pa  # only what is sent to a cluster is placed

    array = pa.array(column.rechunk().to_arrow()).cast(pa.large_binary())
    _, offsets, data = array.buffers()
    raw = b"" if data is None else data.to_pybytes().translate(TURNED)
    buffers = [None, offsets, pa.py_buffer(raw)]
    return pl.Series(column.name, pa.Array.from_buffers(pa.large_binary(), len(array), buffers, 0, array.offset))
