"""The answer of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from dqlkit.cached import cached_property
from dqlkit.errors import SourceError, report_internal_errors
from dqlkit.results.friendly import friendly_column, mixed
from dqlkit.results.typed import typed_column
from dqlkit.wire import grail
from dqlkit.wire.values import wire_column

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from dqlkit.engines.polars.frame import Frame
    from dqlkit.plan.schema import Schema

__all__ = ["Result"]


P = ParamSpec("P")
R = TypeVar("R")


def _told(make: Callable[P, R]) -> Callable[P, R]:
    """Decorator: unexpected exceptions become errors that say that dqlkit is at fault, if the data is not."""

    @wraps(make)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        from dqlkit.engines.polars.encoding import DamagedError

        with report_internal_errors():
            try:
                return make(*args, **kwargs)
            except DamagedError as fault:
                raise SourceError.of("R102", f"expected values of DQL, found damaged ones: {fault}.") from None

    return told


class Result:
    """Records, their types and metadata, shaped as an answer of the Grail query API.

    `data` holds the columns as the engine lays them out, `schema` their DQL types. A record names the fields that it has:
    a field that comes from a table is left out of records without it, one that the query made is there with null.
    Timestamps are written with the offset of `timezone`.
    """

    def __init__(
        self,
        data: pl.DataFrame,
        schema: Schema,
        metadata: Mapping[str, Any] | None = None,
        timezone: str = "UTC",
        numbers: bool = False,
    ) -> None:
        self.data = data
        self.schema = schema
        self.metadata = dict(metadata or {})
        self.timezone = timezone
        self.numbers = numbers

    @classmethod
    def of(cls, frame: Frame, metadata: Mapping[str, Any] | None = None, timezone: str = "UTC") -> Result:
        """The answer that a frame holds, which is run for it."""
        return cls(frame.collect(), frame.schema, metadata, timezone)

    def __len__(self) -> int:
        return self.data.height

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records)

    def __repr__(self) -> str:
        return f"<Result of {len(self)} records with {len(self.schema.fields)} fields>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The first records as a table, for IPython in a terminal."""
        from dqlkit.diagnostics.visible import visible
        from dqlkit.results.table import table

        printer.text(visible("\n".join(table(self.head(40), printer.max_width))))

    def _repr_html_(self) -> str:
        """The first records as a table, for notebooks."""
        from dqlkit.results.html import html_table, summary

        return html_table(self) + summary(self)

    @cached_property
    @_told
    def records(self) -> list[dict[str, Any]]:
        """One dict per record, values in wire form; long and duration as numbers in a `typed` answer."""
        write = typed_column if self.numbers else wire_column
        return grail.records_of(self.data, self.schema.fields, self.schema.stored, self.timezone, write)

    @cached_property
    @_told
    def types(self) -> list[dict[str, Any]]:
        """The type of each field, by ranges of records: `[{"indexRange": [0, 9], "mappings": {…}}]`."""
        return grail.types_of(self.data, self.schema.fields, self.schema.stored)

    def to_dict(self) -> dict[str, Any]:
        """`{"records": …, "types": …, "metadata": …}`, ready for JSON."""
        return {"records": self.records, "types": self.types, "metadata": self.metadata}

    def head(self, count: int) -> Result:
        """The first records alone."""
        return Result(self.data.head(count), self.schema, self.metadata, self.timezone, self.numbers)

    def typed(self) -> Result:
        """The same answer with long and duration as numbers, where the vendor's form has text; durations in nanoseconds."""
        return Result(self.data, self.schema, self.metadata, self.timezone, numbers=True)

    def parts(self, size: int = 8192) -> Iterator[Result]:
        """The answer in parts of so many records, for whoever writes it bit by bit."""
        for start in range(0, len(self), size):
            yield Result(self.data.slice(start, size), self.schema, self.metadata, self.timezone, self.numbers)

    @property
    def mixes(self) -> dict[str, str]:
        """The fields that become text in Parquet, Arrow and frames of other libraries, since they mix these types."""
        found = ((name, mixed(kind)) for name, kind in self.schema.fields.items())
        return {name: str(kind) for name, kind in found if kind is not None}

    def write(self, path: str | Path, format: str | None = None) -> None:
        """Write the answer to a file; its ending says how, unless `format` does: a name of `dqlkit.results.FORMATS`.

        `mixes` says what Parquet and Arrow write as text.

        Raises `DqlkitError` for an ending that is not known, and where the file cannot be written.
        """
        from dqlkit.results.output import format_of, write

        write(self, format or format_of(path), path)

    @_told
    def to_polars(self) -> pl.DataFrame:
        """Columns that Polars users expect; `results.friendly` says what becomes of types Polars does not have."""
        columns = [friendly_column(self.data[name], kind) for name, kind in self.schema.fields.items()]
        return type(self.data)(columns) if columns else self.data

    def to_arrow(self) -> pa.Table:
        """The same columns as an Arrow table."""
        from dqlkit.engines.polars.physical import arrow_table

        return arrow_table(self.to_polars())

    def to_pandas(self) -> pd.DataFrame:
        """The same columns as a pandas frame; pandas has to be installed."""
        try:
            import pandas  # noqa: F401
        except ImportError:
            raise ModuleNotFoundError("pandas is not installed: `pip install pandas`, or use `to_polars`") from None
        return self.to_arrow().to_pandas()
