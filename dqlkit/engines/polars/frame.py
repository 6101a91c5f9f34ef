"""A lazy frame whose columns have DQL types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

import polars as pl

from dqlkit.engines.polars.physical import dtype_of, kind_of, series_of, values_of
from dqlkit.engines.polars.typed import Typed, promote, sort_key
from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import NULL, Type, join, join_all
from dqlkit.types.values import Value, type_of

__all__ = ["Frame"]


@frozen
class Frame:
    """Columns are named as the fields are; their order is the output order."""

    lazy: pl.LazyFrame
    schema: Schema

    @classmethod
    def from_lazy(cls, lazy: pl.LazyFrame) -> Frame:
        """A frame from outside: its column types give the DQL types, and number widths are unified."""
        layout = lazy.collect_schema()
        kinds = {name: kind_of(dtype) for name, dtype in layout.items()}
        changed = {name: kind for name, kind in kinds.items() if layout[name] != dtype_of(kind)}
        if changed:
            lazy = lazy.with_columns(column_named(n).cast(dtype_of(k)) for n, k in changed.items())
        return cls(lazy, Schema(kinds))

    @classmethod
    def from_records(cls, records: Sequence[Mapping[str, Value]], kinds: Mapping[str, Type] | None = None) -> Frame:
        """Records of values, which may differ in fields and types; `kinds` are the types of the fields, if known."""
        if kinds is None:
            names = dict.fromkeys(name for record in records for name in record)
            kinds = {name: join_all(dict.fromkeys(type_of(r.get(name)) for r in records)) for name in names}
        return cls(cls.table_of(records, kinds).lazy(), Schema(kinds))

    @staticmethod
    def table_of(records: Sequence[Mapping[str, Value]], kinds: Mapping[str, Type]) -> pl.DataFrame:
        """Records as columns of these types."""
        if not kinds:
            return pl.DataFrame(height=len(records))
        return pl.DataFrame(
            {name: series_of([record.get(name) for record in records], kind, name) for name, kind in kinds.items()}
        )

    def column(self, name: str) -> Typed:
        """A field, null where there is none."""
        kind = self.schema.type(name)
        return (
            Typed(column_named(name), kind)
            if name in self.schema.fields
            else Typed(pl.lit(None, pl.Boolean), NULL, None)
        )

    def replace(self, lazy: pl.LazyFrame) -> Frame:
        """Other records, the same fields."""
        return Frame(lazy, self.schema)

    def typed(self, schema: Schema) -> Frame:
        """Cast the fields to the types of a schema, each of which can hold all values of the field."""
        if schema.fields == self.schema.fields and [*schema.fields] == [*self.schema.fields]:
            return Frame(self.lazy, schema)
        names = list(schema.fields)
        assert names == list(self.schema.fields), f"expected the fields {names}, found {list(self.schema.fields)}"
        wider = {name: kind for name, kind in schema.fields.items() if kind != self.schema.type(name)}
        assert all(join(self.schema.type(name), kind) == kind for name, kind in wider.items()), (wider, self.schema)
        changed = self.with_fields((name, promote(self.column(name), kind)) for name, kind in wider.items())
        return Frame(changed.lazy, schema)

    def filter(self, condition: pl.Expr) -> Frame:
        return self.replace(self.lazy.filter(condition))

    def sort(self, keys: Sequence[Typed], descending: Sequence[bool], nulls_last: Sequence[bool]) -> Frame:
        """A stable sort in the order of the values."""
        by = [sort_key(key) for key in keys]
        return self.replace(self.lazy.sort(by, descending=descending, nulls_last=nulls_last, maintain_order=True))

    def with_fields(self, fields: Iterable[tuple[str, Typed]]) -> Frame:
        """Fields added at the end, or replaced where they stand; the last of equal names wins."""
        given = dict(fields)
        if not given:
            return self
        lazy = self.lazy.with_columns(typed.expression.alias(name) for name, typed in given.items())
        return Frame(lazy, self.schema.with_fields((name, typed.kind) for name, typed in given.items()))

    def select(self, fields: Iterable[tuple[str, Typed]]) -> Frame:
        """Exactly these fields; as many records as before, even where all of them are constants."""
        frame = self.with_fields(fields := list(fields))
        return frame.only(dict.fromkeys(name for name, _ in fields))

    def only(self, names: Iterable[str]) -> Frame:
        names = list(names)
        # Selecting nothing would forget how many records there are; dropping everything does not.
        lazy = self.lazy.select(map(column_named, names)) if names else self.lazy.drop(pl.selectors.all())
        return Frame(lazy, self.schema.only(names))

    def widened(self, schema: Schema) -> Frame:
        """The frame with the fields and types of a schema that holds its own."""
        return self.select((name, promote(self.column(name), kind)) for name, kind in schema.fields.items())

    def concat(self, other: Frame) -> Frame:
        """The records of both, the other's last; fields are unioned and their types joined."""
        names = dict.fromkeys([*self.schema.fields, *other.schema.fields])
        schema = Schema({name: join(self.schema.type(name), other.schema.type(name)) for name in names})
        return Frame(pl.concat([self.widened(schema).lazy, other.widened(schema).lazy]), schema)

    def collect(self) -> pl.DataFrame:
        """Run it; Polars decides between its engines, since the size of the input is not known here."""
        return self.lazy.collect(engine="streaming")

    def values(self) -> dict[str, list[Value]]:
        """Run it; the values of each field."""
        data = self.collect()
        return {name: values_of(data[name], kind) for name, kind in self.schema.fields.items()}

    def records(self) -> list[dict[str, Value]]:
        """Run it; one dict per record, null where a field is missing."""
        return self.records_of(self.collect())

    def records_of(self, data: pl.DataFrame) -> list[dict[str, Value]]:
        """The records of collected data that has the columns of this frame."""
        names = list(self.schema.fields)
        columns = [values_of(data[name], self.schema.type(name)) for name in names]
        rows = zip(*columns, strict=True) if names else repeat((), data.height)
        return [dict(zip(names, row, strict=True)) for row in rows]
