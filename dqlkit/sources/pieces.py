"""Files that are read where their records are needed, once it is known what they hold.

The types of JSON and CSV only reading tells. Who has read a file knows them, and describes it by a `Found`, which travels
between processes as the records need not; from all of them a table is put together whose scan reads the files again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial

import polars as pl
from polars.io.plugins import register_io_source

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.table import Facts, Want
from dqlkit.frozen import frozen, replace
from dqlkit.functions.context import Notice
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.schema import Schema
from dqlkit.sources.errors import SourceError
from dqlkit.sources.files import Unread
from dqlkit.sources.table import FrameTable

__all__ = ["Found", "cut", "found_in", "table_of_pieces"]

#: A piece of a file has about so many bytes, at least and at most.
_LEAST, _MOST = 1 << 22, 1 << 26


@frozen
class Found:
    """What reading a file told."""

    schema: Schema
    facts: Facts
    format: str
    notices: tuple[Notice, ...]


def cut(files: Sequence[Unread], parts: int) -> list[Unread]:
    """The files in pieces for so many parts: large ones in spans, where they can be read so."""
    size = min(max(sum(file.bytes for file in files) // parts, _LEAST), _MOST)
    return [piece for file in files for piece in file.cut(size)]


def found_in(piece: Unread, want: Want) -> Found | None:
    """What reading a piece tells; None where its file has to be read as a whole, for what is wrong with it, or altered in it, is
    told of whole files."""
    try:
        table = piece.narrowed(want)
    except SourceError:
        return None
    if table.notices and piece.options.span is not None:
        return None
    return Found(table.schema, table.facts, table.format, table.notices)


def table_of_pieces(pieces: Sequence[Unread], found: Sequence[Found], want: Want) -> FrameTable:
    """The records of all pieces."""
    return FrameTable.of_all([_table(piece, one, want) for piece, one in zip(pieces, found, strict=True)])


def _table(piece: Unread, found: Found, want: Want) -> FrameTable:
    if not found.schema.fields:
        return FrameTable(Frame(pl.DataFrame(height=found.facts.rows).lazy(), found.schema), found.facts, found.format)
    # Polars finds no column with an empty name in such a source, so the names come behind it.
    fields = {str(place): name for place, name in enumerate(found.schema.fields)}
    schema = {place: dtype_of(found.schema.type(name)) for place, name in fields.items()}
    source = register_io_source(partial(_read, piece, want, found.schema, fields), schema=schema, is_pure=True)
    lazy = source.select(pl.col(place).alias(name) for place, name in fields.items())
    return FrameTable(Frame(lazy, found.schema), found.facts, found.format, found.notices, at_once=True)


def _read(
    piece: Unread,
    want: Want,
    schema: Schema,
    fields: Mapping[str, str],
    places: Collection[str] | None,
    condition: pl.Expr | None,
    rows: int | None,
    _: int | None,
) -> Iterator[pl.DataFrame]:
    """What Polars asks for when it scans a piece: some columns, the first rows, those that meet a condition."""
    wanted = {place: fields[place] for place in (fields if places is None else places)}
    table = piece.narrowed(replace(want, fields=frozenset(wanted.values())))
    frame = table.frame.widened(Schema({name: schema.type(name) for name in wanted.values()}))
    columns = [column_named(name).alias(place) for place, name in wanted.items()]
    data = frame.lazy.select(columns).collect() if columns else pl.DataFrame(height=table.facts.rows)
    data = data if rows is None else data.head(rows)
    yield data if condition is None else data.filter(condition)
