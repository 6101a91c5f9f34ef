"""Converts exports to Parquet or Arrow, which are faster to read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from dqlkit.engines.polars.frame import Frame
from dqlkit.sources.errors import SourceError
from dqlkit.sources.instants import TIME_FIELDS
from dqlkit.sources.parquet import write_parquet
from dqlkit.sources.read import read_table
from dqlkit.sources.table import damage_told

__all__ = ["convert", "write_frame"]


def _write_arrow(frame: Frame, path: Path) -> None:
    from dqlkit.sources.arrow import write_arrow  # Arrow takes longer to start than a small file to be written

    write_arrow(frame, path)


_WRITERS: dict[str, Callable[[Frame, Path], None]] = {
    ".parquet": write_parquet,
    ".arrow": _write_arrow,
    ".ipc": _write_arrow,
    ".feather": _write_arrow,
}


def convert(source: Any, output: str | Path, times: Collection[str] = TIME_FIELDS) -> None:
    """Write the records of anything `read_table` reads; the ending of `output` says how.

    Every type survives: reading the output gives the same values. Columns that other tools do not know (addresses, ids,
    mixed types) are binary there; a column beside, called `… (readable)`, has their values as `results.friendly` makes them,
    for other tools alone [decided: so a column that another tool rewrites under its own name is what it wrote].
    """
    path = Path(output)
    _writer(path)  # before anything is read
    table = read_table(source, times)
    with damage_told([table]):
        write_frame(table.frame, path)


def write_frame(frame: Frame, path: Path) -> None:
    """Write a frame; the ending of `path` says how. A file that the frame reads may be written anew."""
    beside = path.with_name(f".{path.name}.part")
    try:
        _writer(path)(frame, beside)
        beside.replace(path)
    except OSError as fault:
        raise SourceError.of("R101", f"{path}: the file cannot be written: {fault.strerror or fault}.") from None
    finally:
        beside.unlink(missing_ok=True)


def _writer(path: Path) -> Callable[[Frame, Path], None]:
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise SourceError.of("R105", f"{path}: expected a name that ends in one of {', '.join(_WRITERS)}.")
    return write
