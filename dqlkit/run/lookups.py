"""Lookup files: tables that lie below one folder, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars import Frame
from dqlkit.errors import DqlkitError
from dqlkit.sources import write_frame

__all__ = ["PREFIX", "find", "save"]

PREFIX = "/lookups/"
_ENDINGS = ("", ".parquet", ".arrow", ".json", ".ndjson", ".jsonl", ".csv")


def _below(folder: str | Path, name: str) -> Path | None:
    """A path below the folder; None for a name that leads out of it, by `..`, by links or by NUL."""
    root = Path(folder).resolve()
    try:
        path = (root / name.removeprefix(PREFIX)).resolve()
    except (OSError, ValueError):
        return None
    return path if path.is_relative_to(root) and path != root else None


def find(folder: str | Path, name: str) -> Path | None:
    """The file of that name, with any ending that is read; None where there is none."""
    stem = _below(folder, name)
    if stem is None:
        return None
    return next((path for ending in _ENDINGS if (path := stem.with_name(stem.name + ending)).is_file()), None)


def save(folder: str | Path | None, name: str, frame: Frame, overwrite: bool, span: Span) -> None:
    """Write a frame to `<folder>/<name>.parquet`, types and all. A name that leads out of the folder is an error."""
    if folder is None:
        raise _error(span, "expected a folder to save to, found none", "Give one: `folder=…`, or `--folder`.")
    path = _below(folder, name + ".parquet")
    if path is None:
        raise _error(span, f"expected a file below the folder, found `{name}`", "Name a file below it.")
    if path.exists() and not overwrite:
        raise _error(span, f"expected no file `{name}`, found one", "Write `overwrite:true` to replace it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_frame(frame, path)


def _error(span: Span, message: str, help: str) -> DqlkitError:
    return DqlkitError([error("R020", span, message, help=help)])
