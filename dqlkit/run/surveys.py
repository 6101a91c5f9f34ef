"""Lets the workers of a cluster find out what files hold, where only reading tells.

The types of a plan have to be known before it is cut, and those of JSON and CSV stand nowhere. So a survey comes first: each
worker reads some of the files, and tells their fields, types and times; the records stay where they are, and are read again by
the worker that needs them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from dqlkit.engines.table import Facts, Table, Want
from dqlkit.frozen import frozen, replace
from dqlkit.plan.schema import Schema
from dqlkit.sources.table import Deferred, FrameTable, narrowed
from dqlkit.types.kinds import BINARY

if TYPE_CHECKING:
    from dqlkit.engines.cluster.ports import Port, Tell
    from dqlkit.engines.cluster.work import Part
    from dqlkit.sources.files import Unread

__all__ = ["surveyed"]

#: Files with fewer bytes than this are sooner read here.
_WORTH = 1 << 25


def surveyed(table: Table, want: Want, connect: Callable[[], Port], tell: Tell) -> Table:
    """The part of a table that is wanted. Large files are surveyed, and read by whoever needs their records; those at an
    address are listed."""
    if isinstance(table, FrameTable):
        return _listed(table)
    files = table.unread if isinstance(table, Deferred) and want.limit is None else ()
    if sum(file.bytes for file in files) < _WORTH:
        return narrowed(table, want)
    from dqlkit.sources.pieces import cut, table_of_pieces

    port = connect()
    pieces = cut(files, port.width)
    found = _found(pieces, want, port, tell)
    if None in found:
        return narrowed(table, want)
    return table_of_pieces(pieces, [one for one in found if one is not None], want)


def _listed(table: FrameTable) -> FrameTable:
    """The table with all files at addresses as its parts."""
    if table.listed:
        return table.listed()
    parts = tuple(map(_listed, table.parts))
    return replace(table, parts=parts, facts=Facts.of_all(part.facts for part in parts)) if parts else table


def _found(pieces: Sequence[Unread], want: Want, port: Port, tell: Tell) -> list[Any]:
    from dqlkit.engines.cluster.work import Part

    parts = port.spread([Part(number) for number in range(port.width)])
    made = port.map(parts, _Survey(tuple(pieces), port.width, want), tell)
    try:
        packed = port.collect(made, tell).column(0).to_pylist()
    finally:
        port.release([made])
    found: dict[int, Any] = {}
    for part in packed:
        found |= pickle.loads(part)
    return [found[number] for number in range(len(pieces))]


@frozen
class _Survey:
    """The work of a survey: what each of every so many pieces holds."""

    pieces: tuple[Unread, ...]
    every: int
    want: Want

    @property
    def schema(self) -> Schema:
        return Schema({"found": BINARY})

    @property
    def schemas(self) -> Mapping[str, Schema]:
        return {}

    def run(self, part: Part) -> Any:
        from dqlkit.engines.cluster.wire import to_wire
        from dqlkit.sources.pieces import found_in

        numbers = range(part.number, len(self.pieces), self.every)
        found = {number: found_in(self.pieces[number], self.want) for number in numbers}
        return to_wire(pl.DataFrame({"found": [pickle.dumps(found)]}), self.schema)
