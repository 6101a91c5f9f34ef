"""The columns of `Result.to_polars()` as an Arrow file."""

from __future__ import annotations

from typing import IO

import pyarrow as pa
from pyarrow import ipc

from dqlkit.results.format import Format
from dqlkit.results.packing import Packed, Writer

__all__ = ["FORMAT"]


def _opened(stream: IO[bytes], schema: pa.Schema) -> Writer:
    writer: Writer = ipc.new_file(stream, schema)
    return writer


FORMAT = Format(packed=lambda stream: Packed(stream, _opened), endings=("ipc", "feather"))
