"""The columns of `Result.to_polars()` as an Arrow file."""

from __future__ import annotations

from typing import IO

from dqlkit.results.format import Format
from dqlkit.results.result import Result

__all__ = ["FORMAT"]


def _write(result: Result, stream: IO[bytes]) -> None:
    result.to_polars().write_ipc(stream)


FORMAT = Format(data=_write, endings=("ipc", "feather"))
