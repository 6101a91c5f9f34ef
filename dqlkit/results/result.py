"""The answer of a query."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dqlkit.results.friendly import friendly_column
from dqlkit.wire import grail

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from dqlkit.engines.polars.frame import Frame
    from dqlkit.plan.schema import Schema

__all__ = ["Result"]


class Result:
    """Records, their types and metadata, shaped as an answer of the Grail query API.

    `data` holds the columns as the engine lays them out, `schema` their DQL types. A record names the fields that it has:
    a field that comes from a table is left out of records without it, one that the query made is there with null.
    Timestamps are written with the offset of `timezone`.
    """

    def __init__(
        self, data: pl.DataFrame, schema: Schema, metadata: Mapping[str, Any] | None = None, timezone: str = "UTC"
    ) -> None:
        self.data = data
        self.schema = schema
        self.metadata = dict(metadata or {})
        self.timezone = timezone

    @classmethod
    def of(cls, frame: Frame, metadata: Mapping[str, Any] | None = None, timezone: str = "UTC") -> Result:
        """The answer that a frame holds, which is run for it."""
        return cls(frame.collect(), frame.schema, metadata, timezone)

    def __len__(self) -> int:
        return self.data.height

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """One dict per record, values in wire form."""
        return grail.records_of(self.data, self.schema.fields, self.schema.stored, self.timezone)

    @cached_property
    def types(self) -> list[dict[str, Any]]:
        """The type of each field, by ranges of records: `[{"indexRange": [0, 9], "mappings": {…}}]`."""
        return grail.types_of(self.data, self.schema.fields, self.schema.stored)

    def to_dict(self) -> dict[str, Any]:
        """`{"records": …, "types": …, "metadata": …}`, ready for JSON."""
        return {"records": self.records, "types": self.types, "metadata": self.metadata}

    def to_polars(self) -> pl.DataFrame:
        """Columns that Polars users expect; `results.friendly` says what becomes of types Polars does not have."""
        columns = [friendly_column(self.data[name], kind) for name, kind in self.schema.fields.items()]
        return type(self.data)(columns) if columns else self.data

    def to_arrow(self) -> pa.Table:
        """The same columns as an Arrow table."""
        return self.to_polars().to_arrow()
