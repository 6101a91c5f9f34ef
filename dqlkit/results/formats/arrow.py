"""The columns of `Result.to_polars()` as an Arrow file."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from dqlkit.results.format import Format
from dqlkit.results.packing import Packed, Writer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMAT"]


def _opened(stream: IO[bytes], schema: pa.Schema) -> Writer:
    from pyarrow import ipc  # all formats are looked at whichever is written

    writer: Writer = ipc.new_file(stream, schema)
    return writer


FORMAT = Format(packed=lambda stream: Packed(stream, _opened), endings=("ipc", "feather"))
