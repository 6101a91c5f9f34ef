"""Tables of other libraries in memory: whatever has the Arrow C interface, and pandas."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl
import pyarrow as pa

from dqlkit.engines.polars.physical import arrow_has
from dqlkit.frozen import replace
from dqlkit.functions.context import Notice
from dqlkit.functions.exact_names import column_named
from dqlkit.sources.arrow_table import is_known, scannable, table_of_arrow, together_of
from dqlkit.sources.errors import SourceError
from dqlkit.sources.frames import table_of
from dqlkit.sources.kinds_text import typed_scan
from dqlkit.sources.names import unique_names
from dqlkit.sources.natives import native_record
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.wire import Reading

__all__ = ["foreign_table", "polars_table"]


def foreign_table(source: Any) -> FrameTable | None:
    """The table of another library; None for what is none."""
    module = type(source).__module__.partition(".")[0]
    if module == "pandas" and hasattr(source, "set_axis"):
        return _pandas(source)
    if hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__"):
        return table_of_arrow(_arrow(source), {}, _named(module))
    if module == "pyarrow" and hasattr(source, "to_table"):
        return table_of_arrow(source.to_table(), {}, _named(module))
    return None


def polars_table(source: pl.LazyFrame | pl.DataFrame) -> FrameTable:
    """A frame of Polars. A lazy one stays lazy if DQL has the types of its columns."""
    schema = source.collect_schema()
    unknown = next((name for name, dtype in schema.items() if dtype == pl.Object), None)
    if unknown is not None:
        message = f"expected columns of known types, found `{unknown}` of the Polars type Object."
        raise SourceError.of("R104", message)
    if isinstance(source, pl.LazyFrame):
        if all(map(arrow_has, schema.dtypes())) and all(is_known(field.type) for field in _schema(*schema.items())):
            return FrameTable(typed_scan(source, {}), format="Polars lazy frame")
        return polars_table(source.collect())
    alien = [name for name, dtype in schema.items() if not arrow_has(dtype)]
    if alien:
        rows = [native_record(row) for row in source.select(column_named(name) for name in alien).to_dicts()]
        rest = polars_table(source.select(column_named(name) for name in source.columns if name not in alien))
        return together_of(rest, table_of(Reading(rest.format, rows), ()), source.columns)
    if scannable(_schema(*schema.items())):
        return FrameTable(typed_scan(source.lazy(), {}), facts_of(source), "Polars frame")
    return table_of_arrow(source.to_arrow(), {}, "Polars frame")


@lru_cache(maxsize=64)
def _schema(*columns: tuple[str, pl.DataType]) -> Any:
    """The schema of Arrow; the same frame is mostly asked more than once."""
    return pl.DataFrame(schema=dict(columns)).to_arrow().schema


def _named(module: str) -> str:
    return {"pyarrow": "Arrow table", "pandas": "pandas frame"}.get(module, f"table of {module}")


def _arrow(source: Any) -> Any:
    """An Arrow table; an error where the source is no table but a column."""
    try:
        if hasattr(source, "__arrow_c_stream__"):
            return pa.table(source)
        return pa.Table.from_batches([pa.record_batch(source)])
    except (pa.ArrowException, TypeError, ValueError) as fault:
        first = next(iter(str(fault).splitlines()), "")
        message = f"expected a table, found {type(source).__qualname__}: {first}."
        raise SourceError.of("R101", message) from None


def _pandas(source: Any) -> FrameTable:
    """A frame of pandas. An index that has a name is a field; what pandas calls missing is null.

    Arrow refuses columns that mix types; then the values are read one by one.
    """
    frame = source.to_frame() if source.ndim == 1 else source
    named = [name for name in frame.index.names if name is not None]
    if named:
        frame = frame.reset_index(level=named, allow_duplicates=True)
    notices: list[Notice] = []
    frame = frame.set_axis(unique_names([str(name) for name in frame.columns], notices), axis=1)
    for name, dtype in frame.dtypes.items():
        if dtype.name.startswith(("period", "interval")):  # which Arrow takes for numbers
            notices.append(
                Notice("FIELDS_OF_OTHER_TYPES", f"`{name}`: DQL has no type {dtype.name}; it is read as text.")
            )
            frame = frame.assign(**{str(name): frame[name].astype(str).where(frame[name].notna(), None)})
    try:
        table = table_of_arrow(pa.Table.from_pandas(frame, preserve_index=False), {}, "pandas frame")
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        plain = frame.astype(object).where(frame.notna(), None)
        records = [native_record(record) for record in plain.to_dict("records")]
        table = table_of(Reading("pandas frame", records), ())
    return replace(table, notices=(*notices, *table.notices))
