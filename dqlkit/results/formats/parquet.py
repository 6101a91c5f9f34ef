"""The columns of `Result.to_polars()` as a Parquet file."""

from __future__ import annotations

from typing import IO

import pyarrow as pa
from pyarrow import parquet

from dqlkit.results.format import Format
from dqlkit.results.packing import Packed, Writer

__all__ = ["FORMAT"]


def _opened(stream: IO[bytes], schema: pa.Schema) -> Writer:
    writer: Writer = parquet.ParquetWriter(stream, schema, compression="zstd")
    return writer


FORMAT = Format(packed=lambda stream: Packed(stream, _opened), endings=("pq",))
