"""Records written as lookup files, only below the folder that was declared for them."""

from __future__ import annotations

from pathlib import Path

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars.frame import Frame
from dqlkit.errors import DqlkitError

__all__ = ["save"]

_PREFIX = "/lookups/"


def save(folder: str | Path | None, name: str, frame: Frame, overwrite: bool, span: Span) -> None:
    """Write a frame to `<folder>/<name>.parquet`. A name that leads out of the folder is an error, and writes nothing."""
    if folder is None:
        raise _error(span, "expected a folder to save to, found none", "Give one: `folder=…`, or `--folder`.")
    root = Path(folder).resolve()
    path = (root / (name.removeprefix(_PREFIX) + ".parquet")).resolve()
    if not path.is_relative_to(root) or "\0" in name:
        raise _error(span, f"expected a file below the folder, found `{name}`", "Name a file below it.")
    if path.exists() and not overwrite:
        raise _error(span, f"expected no file `{name}`, found one", "Write `overwrite:true` to replace it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.lazy.sink_parquet(path)


def _error(span: Span, message: str, help: str) -> DqlkitError:
    return DqlkitError([error("R020", span, message, help=help)])
