"""Where a store keeps what: names of files, and of the folders of tables."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, unquote

__all__ = [
    "EVENT_TYPES",
    "folder_of",
    "is_store",
    "journal_beside",
    "journal_of",
    "lock_of",
    "name_of",
    "table_in",
    "tables_of",
    "tokens_of",
]

_TABLES = "tables"
#: How the names of tables begin whose events have a type that the Analytics API declared.
EVENT_TYPES = "analytics."


def journal_of(store: Path) -> Path:
    return store / "store.db"


def lock_of(store: Path) -> Path:
    return store / "lock"


def tokens_of(store: Path) -> Path:
    """The file of those who may call the server; it may be there before the rest of a store is."""
    return store / "tokens.toml"


def folder_of(store: Path, table: str) -> Path:
    """The folder of a table. Names keep letters, digits and `.`, `_`, `-`; any other character is percent-encoded."""
    return store / _TABLES / quote(table, safe="")


def name_of(folder: Path) -> str:
    return unquote(folder.name)


def tables_of(store: Path) -> list[str]:
    """The tables that have a folder."""
    return sorted(name_of(folder) for folder in (store / _TABLES).glob("*") if (folder / "_delta_log").is_dir())


def is_store(source: object) -> bool:
    """Whether a path is the folder of a store."""
    if not isinstance(source, (str, os.PathLike)) or "\0" in os.fspath(source):
        return False
    path = Path(source)
    return journal_of(path).is_file() and (path / _TABLES).is_dir()


def journal_beside(folder: Path) -> Path | None:
    """The journal of the store that the folder of a table lies in; None where the folder was taken out of its store."""
    found = journal_of(folder.resolve().parent.parent)
    return found if found.is_file() and folder.resolve().parent.name == _TABLES else None


def table_in(store: Path, name: str, tables: Collection[str]) -> Path | None:
    """The folder of the table that a query calls so, if it is among these: event types of ADQL have a prefix in a store."""
    named = next((one for one in (name, EVENT_TYPES + name) if one in tables), None)
    return None if named is None else folder_of(store, named)
