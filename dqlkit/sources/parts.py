"""Records that come in parts, each with its own fields and types, put together to one table.

Once all parts are known, each field has the type that holds those of all of them. Parts that are more than memory should hold
are kept on disk, and read again by whoever scans the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial

import polars as pl
from polars.io.plugins import register_io_source

from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.typed import converted
from dqlkit.frozen import frozen
from dqlkit.sources.columns import Column
from dqlkit.sources.spool import Kept, Spool
from dqlkit.types.kinds import NULL, Type, join

__all__ = ["Gathered"]

#: The most bytes of columns that are held in memory.
_HELD = 1 << 25


@frozen
class _Part:
    """Some records: their columns in memory or on disk, with their types."""

    columns: Mapping[str, tuple[pl.Series | Kept, Type]]
    height: int

    def column(self, name: str, kind: Type) -> pl.Series:
        """A field as a column of a type that holds its values."""
        kept, own = self.columns.get(name, (None, NULL))
        if kept is None or own == NULL:
            return pl.repeat(None, self.height, dtype=dtype_of(kind), eager=True).alias(name)
        series = kept if isinstance(kept, pl.Series) else kept.series()
        return (series if own == kind else converted(series, own, kind)).alias(name)


class Gathered:
    """All parts so far."""

    def __init__(self) -> None:
        self.height = 0
        self.kinds: dict[str, Type] = {}
        self._parts: list[_Part] = []
        self._bytes = 0
        self._spool: Spool | None = None

    @property
    def is_held(self) -> bool:
        """Whether all is in memory."""
        return self._spool is None

    def add(self, columns: Mapping[str, Column], height: int) -> None:
        """More records."""
        for name, (_, kind) in columns.items():
            self.kinds[name] = join(self.kinds.get(name, NULL), kind)
        self.height += height
        self._parts.append(self._kept(_Part(columns, height)))
        self._bytes += sum(int(series.estimated_size()) for series, _ in columns.values())
        if self._spool is None and self._bytes > _HELD:
            self._spool = Spool()
            self._parts = [self._kept(part) for part in self._parts]

    def _kept(self, part: _Part) -> _Part:
        if self._spool is None:
            return part
        columns = {
            name: (self._spool.keep(kept) if isinstance(kept, pl.Series) else kept, kind)
            for name, (kept, kind) in part.columns.items()
        }
        return _Part(columns, part.height)

    def lazy(self) -> pl.LazyFrame:
        """All records."""
        if self._spool is None:
            return self.whole().lazy()
        # Polars finds no column with an empty name in such a source, so the names come behind it.
        fields = {str(place): field for place, field in enumerate(self.kinds.items())}
        schema = {place: dtype_of(kind) for place, (_, kind) in fields.items()}
        source = register_io_source(partial(_read, tuple(self._parts), fields), schema=schema, is_pure=True)
        return source.select(pl.col(place).alias(name) for place, (name, _) in fields.items())

    def whole(self) -> pl.DataFrame:
        if not self.kinds:
            return pl.DataFrame(height=self.height)
        columns = {name: [part.column(name, kind) for part in self._parts] for name, kind in self.kinds.items()}
        return pl.DataFrame({name: pl.concat(own, rechunk=False) for name, own in columns.items()})


def _read(
    parts: Sequence[_Part],
    fields: Mapping[str, tuple[str, Type]],
    places: Collection[str] | None,
    condition: pl.Expr | None,
    rows: int | None,
    _: int | None,
) -> Iterator[pl.DataFrame]:
    """What Polars asks for when it scans the parts: some columns, the first rows, those that meet a condition."""
    wanted = [*fields] if places is None else [*places]
    for part in parts:
        columns = [part.column(*fields[place]).alias(place) for place in wanted]
        data = (pl.DataFrame(columns) if columns else pl.DataFrame(height=part.height)).head(rows or part.height)
        rows = None if rows is None else rows - data.height
        yield data if condition is None else data.filter(condition)
        if rows == 0:
            return
