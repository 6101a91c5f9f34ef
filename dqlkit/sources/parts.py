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
from dqlkit.frozen import frozen, replace
from dqlkit.sources.columns import Column
from dqlkit.sources.spool import Kept, Spool
from dqlkit.types.kinds import NULL, Type, join

__all__ = ["Gathered"]

#: The most bytes of columns that are held in memory.
_HELD = 1 << 27


@frozen
class _Part:
    """Some records, in memory or on disk, with the types of those fields that have values."""

    data: pl.DataFrame | Kept
    kinds: Mapping[str, Type]
    height: int

    @classmethod
    def of(cls, columns: Mapping[str, Column], height: int) -> _Part:
        present = {name: column for name, column in columns.items() if column[1] != NULL}
        data = pl.DataFrame({name: series for name, (series, _) in present.items()})
        return cls(data, {name: kind for name, (_, kind) in present.items()}, height)

    def kept(self, spool: Spool) -> _Part:
        """The same records on disk, where they have values."""
        return replace(self, data=spool.keep(self.data)) if isinstance(self.data, pl.DataFrame) and self.kinds else self

    def frame(self, fields: Mapping[str, tuple[str, Type]]) -> pl.DataFrame:
        """Columns of types that hold the values of fields."""
        names = [name for name, _ in fields.values() if name in self.kinds]
        data = self.data if isinstance(self.data, pl.DataFrame) else self.data.columns(names)
        if not fields:
            return pl.DataFrame(height=self.height)
        return pl.DataFrame({column: self._column(data, name, kind) for column, (name, kind) in fields.items()})

    def _column(self, data: pl.DataFrame, name: str, kind: Type) -> pl.Series:
        own = self.kinds.get(name)
        if own is None:
            return pl.repeat(None, self.height, dtype=dtype_of(kind), eager=True)
        series = data.get_column(name)
        return series if own == kind else converted(series, own, kind)


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
        part = _Part.of(columns, height)
        self._parts.append(part if self._spool is None else part.kept(self._spool))
        self._bytes += sum(int(series.estimated_size()) for series, _ in columns.values())
        if self._spool is None and self._bytes > _HELD:
            self._spool = Spool()
            self._parts = [one.kept(self._spool) for one in self._parts]

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
        fields = {name: (name, kind) for name, kind in self.kinds.items()}
        return pl.concat([part.frame(fields) for part in self._parts], rechunk=False)


def _read(
    parts: Sequence[_Part],
    fields: Mapping[str, tuple[str, Type]],
    places: Collection[str] | None,
    condition: pl.Expr | None,
    rows: int | None,
    _: int | None,
) -> Iterator[pl.DataFrame]:
    """What Polars asks for when it scans the parts: some columns, the first rows, those that meet a condition."""
    wanted = fields if places is None else {place: fields[place] for place in places}
    for part in parts:
        data = part.frame(wanted).head(part.height if rows is None else rows)
        rows = None if rows is None else rows - data.height
        yield data if condition is None else data.filter(condition)
        if rows == 0:
            return
