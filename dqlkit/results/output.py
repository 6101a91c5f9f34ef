"""The forms an answer can be written in.

`json` is `Result.to_dict()`, one record per line. `ndjson` has the records alone, `csv` too: null as nothing, arrays
and records as JSON. `parquet` and `arrow` hold the columns of `Result.to_polars()`.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.results.chart import chart
from dqlkit.results.result import Result
from dqlkit.results.table import markdown, table

__all__ = ["FORMATS", "format_of", "write"]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _json_lines(result: Result) -> Iterator[str]:
    yield '{"records": ['
    for index, record in enumerate(result.records, 1):
        yield _json(record) + ("," if index < len(result) else "")
    yield f'], "types": {_json(result.types)},'
    yield f'"metadata": {_json(result.metadata)}}}'


def _ndjson(result: Result) -> Iterator[str]:
    return map(_json, result.records)


def _csv(result: Result) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    names = list(result.schema.fields)
    rows = ([_csv_cell(record.get(name)) for name in names] for record in result.records)
    for row in (names, *rows):
        writer.writerow(row)
        yield line.getvalue().removesuffix("\r\n")
        line.seek(0)
        line.truncate()


def _csv_cell(value: Any) -> Any:
    return _json(value) if isinstance(value, (bool, list, dict)) else value


def _parquet(result: Result, stream: IO[bytes]) -> None:
    result.to_polars().write_parquet(stream)


def _arrow(result: Result, stream: IO[bytes]) -> None:
    result.to_polars().write_ipc(stream)


_TEXT: dict[str, Callable[[Result, int | None], Iterable[str]]] = {
    "table": table,
    "json": lambda result, _: _json_lines(result),
    "ndjson": lambda result, _: _ndjson(result),
    "csv": lambda result, _: _csv(result),
    "markdown": lambda result, _: markdown(result),
    "chart": chart,
}
_BINARY: dict[str, Callable[[Result, IO[bytes]], None]] = {"parquet": _parquet, "arrow": _arrow}

#: The names of all forms.
FORMATS = (*_TEXT, *_BINARY)


#: Endings of file names that are not the name of the form.
_ENDINGS = {"jsonl": "ndjson", "md": "markdown", "ipc": "arrow", "feather": "arrow", "pq": "parquet", "txt": "table"}


def format_of(path: str | Path) -> str:
    """The form that the ending of a file's name stands for."""
    ending = Path(path).suffix.lower().removeprefix(".")
    found = _ENDINGS.get(ending, ending)
    if found in FORMATS:
        return found
    known = ", ".join(f"`.{name}`" for name in (*FORMATS, *_ENDINGS))
    raise DqlkitError([error("R005", Span(0, 0), f"{path}: expected a name that ends in one of {known}.")])


def write(result: Result, format: str, target: str | Path | IO[Any], width: int | None = None) -> None:
    """Write an answer to a path or an open stream. `width` is the terminal's, for `table` and `chart`.

    Bytes go to the buffer below a text stream. An unknown format or an answer that the format cannot show is a
    `DqlkitError`, and so is a path that cannot be written; what a stream refuses is an `OSError`.
    """
    if isinstance(target, (str, Path)):
        _write_file(result, format, Path(target), width)
    elif format in _TEXT:
        _write_lines(_TEXT[format](result, width), target)
    elif format in _BINARY:
        _write_bytes(_BINARY[format], result, target)
    else:
        known = ", ".join(f"`{name}`" for name in FORMATS)
        raise DqlkitError([error("R005", Span(0, 0), f"expected an output format, one of {known}, found `{format}`.")])


def _write_bytes(binary: Callable[[Result, IO[bytes]], None], result: Result, target: IO[Any]) -> None:
    # The engine closes what it writes to, and standard output must stay open.
    buffer = io.BytesIO()
    binary(result, buffer)
    getattr(target, "buffer", target).write(buffer.getvalue())


def _write_lines(lines: Iterable[str], target: IO[Any]) -> None:
    target.writelines(f"{line}\n" for line in lines)


def _write_file(result: Result, format: str, path: Path, width: int | None) -> None:
    """Write a file whole or not at all; devices and pipes are written to as they are."""
    beside = path.with_name(f"{path.name}.dqlkit-{os.getpid()}") if path.is_file() or not path.exists() else path
    try:
        with open(beside, "w", encoding="utf-8", newline="\n") as stream:
            write(result, format, stream, width)
        if beside != path:
            os.replace(beside, path)
    except OSError as fault:
        message = f"{path}: the file cannot be written: {fault.strerror or fault}."
        raise DqlkitError([error("R101", Span(0, 0), message)]) from None
    finally:
        if beside != path:
            beside.unlink(missing_ok=True)
