"""Records as lines of JSON, written by columns: no record is made.

Columns whose values have one form are written together: by the compiled encoder where it is installed, else by the engine.
A field that some records do not have, and one whose values differ in form, the engine writes on their own, and the members
of each record are put together then.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import msgspec
import polars as pl

from dqlkit import compiled
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.functions.exact_names import series_named
from dqlkit.functions.lazy import arrow_pays
from dqlkit.results.typed import typed_column
from dqlkit.types.kinds import BOOLEAN, LONG, STRING, Array, Record, Type
from dqlkit.wire.values import wire_column, wire_series

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["json_lines", "json_values", "put", "text", "write_lines"]

#: About so many bytes are put together; a text of Polars has at most four times as many.
_JOINED = 1 << 30

#: Shares of the records that are encoded side by side are no smaller.
_SHARE = 1 << 11

_encode = msgspec.json.Encoder().encode


def text(value: object) -> str:
    """A value in one line."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def write_lines(stream: IO[str], result: Result, before: str = "", behind: str = "", skipped: int = 0) -> None:
    """Write the records of an answer, as `Result.records` has them. So much stands before and behind each; the first `skipped`
    characters are left out."""
    if compiled.json_encoder is None or not result.schema.fields:
        put(stream, json_lines(result, before, behind), skipped)
    else:
        for share in _encoded(result, before.encode(), behind.encode()):
            _put_bytes(stream, share[skipped:])
            skipped = 0


def put(stream: IO[str], lines: pl.Series, skipped: int = 0) -> None:
    """Write texts one behind the other, all but the first `skipped` characters, which are ASCII."""
    for some in lines.to_frame("").iter_slices(max(len(lines) * _JOINED // (int(lines.estimated_size()) + 1), 1)):
        _put_bytes(stream, _in_a_row(some.to_series())[skipped:])
        skipped = 0


def _put_bytes(stream: IO[str], data: memoryview) -> None:
    """Write bytes of a text: as they are where the stream takes bytes below, since a text of Python takes four times as long."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(str(data, "utf-8"))
        return
    stream.flush()
    buffer.write(data)


def _in_a_row(lines: pl.Series) -> memoryview:
    """The bytes of texts one behind the other, as they lie in a column of Arrow."""
    if not arrow_pays(len(lines)):
        return memoryview(lines.str.join("").cast(pl.Binary).item())
    _, ends, data = lines.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()
    return memoryview(data)[: memoryview(ends).cast("q")[len(lines)]]


def json_lines(result: Result, before: str = "", behind: str = "") -> pl.Series:
    """The records of an answer, each in one line; as `Result.records` has them. So much stands before and behind each."""
    if not result.schema.fields or not len(result):
        return pl.Series([f"{before}{{}}{behind}"] * len(result), dtype=pl.String)
    together: list[pl.Series] = []
    pieces: list[pl.Expr] = []
    for name, kind in result.schema.fields.items():
        column = series_named(result.data, name)
        written = wire_series(column, kind, result.timezone, numbers=result.numbers)
        left_out = name in result.schema.stored and column.null_count() > 0
        if written is not None and not left_out:
            together.append(written.alias(name))
            continue
        pieces += _members(together)
        together = []
        pieces.append(_alone(result, name, kind, written, left_out))
    pieces += _members(together)
    members = pl.concat_str(pieces, separator=",", ignore_nulls=True)
    return pl.select(pl.concat_str([pl.lit(before + "{"), members, pl.lit("}" + behind)])).to_series()


def _encoded(result: Result, before: bytes, behind: bytes) -> Iterator[memoryview]:
    """The same, by the compiled encoder, as bytes one behind the other: a share from each processor."""
    columns: list[pl.Series] = []
    fields: list[tuple[bytes, int, bool]] = []
    for number, (name, kind) in enumerate(result.schema.fields.items()):
        written, form = _written(result, series_named(result.data, name), kind)
        columns.append(written.alias(str(number)))
        fields.append((f"{text(name)}:".encode(), compiled.json_encoder.FORMS[form], name in result.schema.stored))
    encode = compiled.json_encoder.encode
    told, size = tuple(fields), max(-(-len(result) // (os.cpu_count() or 1)), _SHARE)
    shares = pl.DataFrame(columns).iter_slices(size)
    return map(memoryview, compiled.workers().map(lambda share: encode(share, told, before, behind), shares))


def _written(result: Result, column: pl.Series, kind: Type) -> tuple[pl.Series, str]:
    """The values of a column as the encoder takes them, and their form."""
    if _is_encoded(kind) and column.dtype == dtype_of(kind):
        return column, "plain" if result.numbers else "quoted"
    written = wire_series(column, kind, result.timezone, numbers=result.numbers)
    if written is None:
        return _texts(result, column, kind), "raw"
    return (written, "plain") if written.dtype == pl.String else (json_values(written), "raw")


def _is_encoded(kind: Type) -> bool:
    """Whether the compiled encoder writes values of this type as they are."""
    if isinstance(kind, Array):
        return _is_encoded(kind.element)
    if isinstance(kind, Record):
        return bool(kind.fields) and all("\0" not in name and _is_encoded(own) for name, own in kind.fields)
    return kind in (STRING, LONG, BOOLEAN)


def _texts(result: Result, column: pl.Series, kind: Type) -> pl.Series:
    """The values of a column, which differ in form, as JSON; null for null."""
    write = typed_column if result.numbers else wire_column
    values = write(column, kind, result.timezone)
    return pl.Series([None if value is None else text(value) for value in values], dtype=pl.String)


def json_values(column: pl.Series) -> pl.Series:
    """The values of a column of JSON forms as JSON, null for null."""
    if column.dtype == pl.Float64:
        return column.cast(pl.String)
    (member,) = _members([column.alias("v")])
    value = member.str.strip_prefix('"v":')
    return pl.select(pl.when(pl.lit(column.is_not_null())).then(value)).to_series()


def _members(columns: list[pl.Series]) -> Iterator[pl.Expr]:
    """The members of columns that every record has, without the braces around them."""
    if columns:
        objects = pl.DataFrame(columns).to_struct("").struct.json_encode()
        yield pl.lit(objects.str.slice(1).str.head(-1))


def _alone(result: Result, name: str, kind: Type, written: pl.Series | None, left_out: bool) -> pl.Expr:
    """The member of one field, null for records without it."""
    column = series_named(result.data, name)
    if written is not None:
        (member,) = _members([written.alias(name)])
    else:
        member = pl.lit(text(name) + ":") + pl.lit(_texts(result, column, kind).fill_null("null"))
    return pl.when(pl.lit(column.is_not_null())).then(member) if left_out else member
