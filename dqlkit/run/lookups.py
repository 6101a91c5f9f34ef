"""Lookup files: tables that lie below one folder, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars import Frame
from dqlkit.errors import DqlkitError

__all__ = ["PREFIX", "find", "save"]

PREFIX = "/lookups/"
_ENDINGS = ("", ".parquet", ".arrow", ".json", ".ndjson", ".jsonl", ".csv")


def _below(folder: str | Path, name: str) -> Path | None:
    """The path of a name with its links resolved; None where it is outside of the folder, or where the name is invalid:
    it holds NUL, or is too long."""
    root = Path(folder).resolve()
    try:
        path = (root / name.removeprefix(PREFIX)).resolve()
        path.exists()
    except (OSError, ValueError, RuntimeError):  # the last one for links in a circle
        return None
    return path if path.is_relative_to(root) and path != root else None


def find(folder: str | Path, name: str) -> Path | None:
    """The file of that name, with any ending that is read; None where there is none."""
    paths = (_below(folder, name + ending) for ending in _ENDINGS)
    return next((path for path in paths if path is not None and path.is_file()), None)


def save(folder: str | Path | None, name: str, frame: Frame, overwrite: bool, span: Span) -> None:
    """Write a frame to `<folder>/<name>.parquet`, types and all. A name that leads out of the folder is an error."""
    if folder is None:
        raise _error(span, "expected a folder to save to, found none", "Give one: `folder=…`, or `--folder`.")
    path = _below(folder, name + ".parquet")
    if path is None:
        raise _error(span, f"expected a file below the folder, found `{name}`", "Name a file below it.")
    if path.exists() and not overwrite:
        raise _error(span, f"expected no file `{name}`, found one", "Write `overwrite:true` to replace it.")
    from dqlkit.sources import write_frame

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_frame(frame, path)
    except OSError as fault:
        raise _error(span, f"expected to write `{name}`, found that it cannot be: {fault.strerror}", "") from None


def _error(span: Span, message: str, help: str) -> DqlkitError:
    return DqlkitError([error("R020", span, message, help=help)])
