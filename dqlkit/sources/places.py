"""The files that a path stands for: itself, those of a pattern, of a folder or of an archive, or what a pipe yields.

Folders named `day=2026-01-01` between the first folder and a file give its records a field `day`, as Hive, Spark and
others lay out tables. Files whose names, or folders' names, begin with `.` or `_` are no data there. The folder of a Delta
table stands for itself, since its log says which of its files count; `delta:DIR` says the same.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Mapping
from glob import glob, has_magic
from pathlib import Path
from urllib.parse import unquote

from dqlkit.frozen import frozen
from dqlkit.sources.errors import SourceError
from dqlkit.sources.packed import Bounded
from dqlkit.sources.streams import folder, regular

__all__ = ["File", "files_at"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: What Hive calls a partition whose value is null.
_NULL = "__HIVE_DEFAULT_PARTITION__"


@frozen
class File:
    """A file on this machine, the name that its user knows it by, and the fields that its folders give its records."""

    path: Path
    name: str
    fields: Mapping[str, str | None]


def files_at(source: str | Path) -> list[File]:
    """The files that a path or a pattern stands for."""
    if "\0" in str(source):
        raise SourceError.of("R101", f"expected the name of a file, found {str(source)!r} with a NUL in it.")
    path = Path(str(source).removeprefix("delta:"))
    if not has_magic(str(source)) or os.path.exists(path):
        return _expanded(path, str(source), {})
    root = Path(*path.parts[: next(k for k, part in enumerate(path.parts) if has_magic(part))])
    found = [Path(name) for name in sorted(glob(str(source), recursive=True))]
    files = [path for path in found if not path.is_dir()] or found
    if not files:
        raise SourceError.of("R101", f"{source}: expected at least one file, found none that matches.")
    return [file for path in files for file in _expanded(path, str(path), _partition(path, root))]


def _expanded(path: Path, name: str, fields: Mapping[str, str | None]) -> list[File]:
    try:
        here = regular(path).absolute()  # other processes may be in other folders
        if here.is_dir() and (here / "_delta_log").is_dir():
            return [File(here, name, fields)]
        if here.is_dir():
            return _inside(here, name, fields)
        with here.open("rb") as file:
            if not file.read(4).startswith(_ZIP):
                return [File(here, name, fields)]
        return _inside(_unzipped(here), name, fields)
    except OSError as fault:
        raise SourceError.of("R101", f"{name}: the file cannot be read: {fault.strerror or fault}.") from None
    except SourceError as fault:
        raise fault.within(name) from None


def _inside(root: Path, name: str, fields: Mapping[str, str | None]) -> list[File]:
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and _is_data(path.relative_to(root))]
    if not found:
        raise SourceError.of("R101", "expected at least one file inside, found none.")
    return [
        File(path, f"{name}/{path.relative_to(root).as_posix()}", {**fields, **_partition(path, root)})
        for path in found
    ]


def _is_data(path: Path) -> bool:
    return not any(part.startswith((".", "_")) for part in path.parts)


def _partition(path: Path, root: Path) -> dict[str, str | None]:
    pairs = [part.partition("=") for part in path.relative_to(root).parts[:-1] if "=" in part]
    return {unquote(name): None if value == _NULL else unquote(value) for name, _, value in pairs}


def _unzipped(path: Path) -> Path:
    """The members of a zip archive in a folder."""
    target = folder()
    try:
        with zipfile.ZipFile(path) as archive:
            so_far = 0
            for member in archive.infolist():
                if not member.is_dir():
                    so_far = _unzip(archive, member, target, so_far)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:
        raise SourceError.of("R102", f"expected a complete zip file, found one that cannot be read: {fault}.") from None
    return target


def _unzip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, so_far: int) -> int:
    """Write a member to a file; how many bytes the archive has become, of which there were `so_far` before."""
    inside = [part for part in Path(member.filename).parts if part not in ("..", "/", "\\")]
    target = folder.joinpath(*inside)
    target.parent.mkdir(parents=True, exist_ok=True)
    size = Path(str(archive.filename)).stat().st_size
    with archive.open(member) as packed, target.open("wb") as file:
        stream = Bounded(packed, "zip", size, so_far)
        shutil.copyfileobj(stream, file)
    return stream.count
