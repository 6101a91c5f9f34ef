"""Records of files that were read before, as Parquet in the user's cache folder (`tables/` inside of dqlkit's own).

An entry is used for no other content: its name tells the path, size, inode and times of the file to the nanosecond, the version
of dqlkit and the options of reading. An older entry of the same file is deleted when a new one is made. A file that was
changed within the last second, or while it was read, is not kept, since its next change might not show in its times
[decided]. Pipes and members of archives are read each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from dqlkit.folders import cache_folder
from dqlkit.frozen import replace
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.sources.errors import SourceError
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.parquet import described_parquet, write_parquet
from dqlkit.sources.state import State
from dqlkit.sources.streams import is_temporary
from dqlkit.sources.table import FrameTable
from dqlkit.version import __version__

__all__ = ["cached"]

_KEY = "dqlkit.table"


def cached(path: Path, options: ReadOptions, read: Callable[[], FrameTable]) -> FrameTable:
    """The records of a file: those kept for it, or what `read` reads, which is kept then."""
    if is_temporary(path):
        return read()
    before = State.of(path)
    entry = _entry(path, before, options)
    found = _kept(entry)
    if found is not None:
        return found
    table = read()
    if before.is_settled and State.of(path) == before:
        _keep(table, entry)
        return _kept(entry) or table
    return table


def _entry(path: Path, state: State, options: ReadOptions) -> Path:
    """The file of the entry for a file in this state."""
    times = sorted(options.times)
    reading = json.dumps([os.path.realpath(path), times, options.format, options.ignore_errors])
    content = [__version__, *state]
    return Path(cache_folder(), "tables", f"{_digest(reading)}-{_digest(json.dumps(content))}.parquet")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _keep(table: FrameTable, entry: Path) -> None:
    """Write an entry. A place that cannot be written is no error."""
    notices = [[notice.type, notice.message] for notice in table.notices]
    told = {"format": table.format, "notices": notices, "stored": sorted(table.schema.stored)}
    half = entry.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        try:
            entry.parent.mkdir(parents=True, exist_ok=True)
            write_parquet(table.frame, half, {_KEY: json.dumps(told)}, shared=False)
            for older in entry.parent.glob(f"{entry.name.partition('-')[0]}-*.parquet"):
                older.unlink(missing_ok=True)
            half.replace(entry)
        finally:
            half.unlink(missing_ok=True)


def _kept(entry: Path) -> FrameTable | None:
    """The records of an entry; None where there is none that can be read."""
    if not entry.exists():
        return None
    try:
        table, footer = described_parquet(entry)
        told = json.loads(footer[_KEY])
        schema = Schema(table.schema.fields, stored=frozenset(told["stored"]))
        notices = tuple(Notice(*notice) for notice in told["notices"])
        frame = replace(table.frame, schema=schema)
        return replace(table, frame=frame, format=told["format"], notices=notices, parts=())
    except (SourceError, ValueError, LookupError, TypeError, OSError):
        return None
