"""What a source was recognised as, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import column_named
from dqlkit.types.kinds import STRING
from dqlkit.types.text import format_instant
from dqlkit.types.values import Timestamp

if TYPE_CHECKING:
    from dqlkit.sources.table import FrameTable

__all__ = ["Field", "Inspection", "inspection_of"]


@frozen
class Field:
    """A field: its type, the share of the records that have a value there, and frequent values where they were wanted."""

    name: str
    type: str
    share: float
    values: tuple[str, ...] = ()


@frozen
class Inspection:
    """`first` and `last` are the earliest and latest time of the records; `notes` say what was altered, or is missing."""

    format: str
    records: int
    bytes: int | None
    first: str | None
    last: str | None
    fields: tuple[Field, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as a JSON object."""
        fields = [_shown(field) for field in self.fields]
        times = {"first": self.first, "last": self.last}
        size = {"format": self.format, "records": self.records, "bytes": self.bytes}
        return {**size, **times, "fields": fields, "notes": list(self.notes)}

    def lines(self) -> Iterator[str]:
        """The same as text for people."""
        size = "" if self.bytes is None else f", {self.bytes:,} bytes"
        records = "1 record" if self.records == 1 else f"{self.records:,} records"
        yield f"{self.format}: {records}{size}"
        if self.first is not None:
            yield f"from {self.first} to {self.last}"
        name = max((len(field.name) for field in self.fields), default=0)
        for field in self.fields:
            yield f"  {field.name:<{min(name, 40)}}  {field.share:>6.1%}  {field.type}"
        for note in self.notes:
            yield f"note: {note}"


def _shown(field: Field) -> dict[str, Any]:
    shown = {"name": field.name, "type": field.type, "share": field.share}
    return {**shown, "values": list(field.values)} if field.values else shown


def inspection_of(table: FrameTable, values: bool = False) -> Inspection:
    """What is in a table; with `values` the frequent ones of its texts as well."""
    kinds = table.schema.fields
    records, present = _counted(table)
    frequent = _frequent(table) if values else {}
    fields = (
        Field(name, str(kind), present[name] / records if records else 0.0, frequent.get(name, ()))
        for name, kind in kinds.items()
    )
    notes = tuple(notice.message for notice in table.notices)
    first, last = (
        None if at is None else format_instant(Timestamp(at)) for at in (table.facts.first, table.facts.last)
    )
    return Inspection(table.format, records, table.facts.bytes, first, last, tuple(fields), notes)


def _counted(table: FrameTable) -> tuple[int, dict[str, int]]:
    """How many records there are, and how many of them have each field."""
    if not table.schema.fields:
        return table.facts.rows or 0, {}
    present = pl.struct(column_named(name).count() for name in table.schema.fields)
    found = table.frame.lazy.select(pl.len().alias("n"), present.alias("fields")).collect(engine="streaming")
    return found["n"][0], found["fields"][0]


#: Values are looked for in so many records; a field with more different ones than this has none that are frequent.
_LOOKED_AT = 100_000
_MOST_DIFFERENT = 200
_MOST_VALUES = 20


def _frequent(table: FrameTable) -> dict[str, tuple[str, ...]]:
    """The frequent values of the fields that hold texts, the most frequent ones first."""
    texts = [name for name, kind in table.schema.fields.items() if kind == STRING]
    beginnings = [column_named(name).head(_LOOKED_AT) for name in texts]
    looked = table.frame.lazy.select(beginnings).collect(engine="streaming") if texts else None
    found: dict[str, tuple[str, ...]] = {}
    for name in texts if looked is not None else ():
        column = looked[name].drop_nulls()  # type: ignore[index]
        if column.n_unique() <= _MOST_DIFFERENT:
            counted = column.value_counts().sort("count", name, descending=[True, False])
            found[name] = tuple(counted[name].head(_MOST_VALUES))
    return found
