"""Assigns the given tables to the names that a query reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.engines.table import EVERYTHING, Table
from dqlkit.errors import DqlkitError
from dqlkit.functions.context import Directory
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.walk import operators
from dqlkit.run.lookups import PREFIX, find
from dqlkit.run.options import Tables
from dqlkit.store import check_installed, is_store
from dqlkit.types.values import Value

__all__ = ["directory", "tables_of"]

#: Under this name a table serves the one name that no other table has.
UNNAMED = ""


def tables_of(plan: Operator, tables: Tables, text: str, folder: str | Path | None = None) -> dict[str, Table]:
    """The tables that a plan reads, by name. `folder` is where lookup files (`load "/lookups/…"`) lie.

    Raises `DqlkitError` for what is missing, with a list of what there is, and for what cannot be read.
    """
    readers = {reader.table: reader for reader in operators(plan) if isinstance(reader, Reader)}
    sources = {name: _source(_found_as(reader, tables), tables, folder) for name, reader in readers.items()}
    spare = tables.get(UNNAMED, next(iter(tables.values())) if len(tables) == 1 and UNNAMED in readers else None)
    if spare is not None and (name := _served(sources)) is not None:
        sources[name] = _inside(spare, name)
    missing = [name for name, source in sources.items() if source is None]
    if missing:
        raise DqlkitError([_missing(readers[name], tables, text) for name in missing], text)
    return {name: _opened(source) for name, source in sources.items()}


def _found_as(reader: Reader, tables: Tables) -> str:
    """The name of a reader's table, or its other one where only that is given."""
    other = bool(reader.otherwise) and reader.table not in tables and reader.otherwise in tables
    return reader.otherwise if other else reader.table


def _opened(source: object) -> Table:
    from dqlkit.sources import open_table  # readers are loaded when something is read

    return open_table(source)


def _served(sources: Mapping[str, object]) -> str | None:
    """The one name that a table without a name stands for: what is fetched, rather than a lookup file that is missing."""
    missing = [name for name, source in sources.items() if source is None]
    fetched = [name for name in missing if not name.startswith(PREFIX)] or missing
    return fetched[0] if len(fetched) == 1 else None


def directory(tables: Tables, prefix: str) -> Directory:
    """The records of all tables whose names begin so, by id; read when a function first asks for one."""

    def load() -> Iterator[dict[str, Value]]:
        for name in tables:
            if name.startswith(prefix):
                yield from _opened(tables[name]).scan(EVERYTHING).frame.records()

    return Directory(prefix, load)


def _source(name: str, tables: Tables, folder: str | Path | None) -> object:
    if name in tables and name != UNNAMED:
        return _inside(tables[name], name)
    return find(folder, name) if folder is not None and name.startswith(PREFIX) else None


def _inside(source: object, name: str) -> object:
    """The table of that name where the source is a store, which holds several; None where it does not have it."""
    if not is_store(source):
        return source
    check_installed()
    from dqlkit.store.table import table_of

    return table_of(Path(str(source)), name)


def _names(tables: Tables) -> Iterator[str]:
    """The names of all tables, those inside of stores included."""
    for name, source in tables.items():
        if is_store(source):
            from dqlkit.store.table import named

            yield from named(Path(str(source)))
        else:
            yield name


def _missing(reader: Reader, tables: Tables, text: str) -> Diagnostic:
    there = ", ".join(f"`{name}`" if name else "one without a name" for name in _names(tables)) or "none"
    near = get_close_matches(reader.table, [name for name in _names(tables) if name], n=1)
    meant = f"Did the query mean `{near[0]}`? " if near else ""
    wanted = f" Wanted: {reader.hint}." if reader.hint else ""
    place = ", or its folder: `folder=…`, `--folder DIR`" if reader.table.startswith(PREFIX) else ""
    name = f"Name one: `tables={{'{reader.table}': …}}`, or `-t {reader.table}=FILE`{place}."
    help = f"{meant}Tables given: {there}.{wanted} {name}"
    return error("R001", reader.span or Span(0, len(text)), f"expected a table `{reader.table}`, found none", help=help)
