"""The columns of `Result.to_polars()` as a Parquet file."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from dqlkit.results.format import Format
from dqlkit.results.packing import Packed, Writer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMAT"]


def _opened(stream: IO[bytes], schema: pa.Schema) -> Writer:
    from pyarrow import parquet  # all formats are looked at whichever is written

    writer: Writer = parquet.ParquetWriter(stream, schema, compression="zstd")
    return writer


FORMAT = Format(packed=lambda stream: Packed(stream, _opened), endings=("pq",))
