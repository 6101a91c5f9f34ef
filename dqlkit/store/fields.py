"""The fields that each table of a store has, of which there may be so many: each costs a column for ever."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain
from pathlib import Path

from dqlkit.store.journal import waiting
from dqlkit.store.layout import folder_of, journal_of
from dqlkit.store.packing import unpacked

__all__ = ["Fields", "TooManyFieldsError"]


class TooManyFieldsError(ValueError):
    """Events that would give their table more fields than it may have."""


class Fields:
    """The names of the fields of each table; they are read when something is written into it for the first time."""

    def __init__(self, store: Path, most: int) -> None:
        self._store, self.most = store, most
        self._names: dict[str, set[str]] = {}

    def add(self, table: str, *events: Collection[str]) -> None:
        """The fields of events that come. Raises `TooManyFieldsError`, and adds none, where a table would have too many."""
        known = self._names.get(table)
        if known is None:
            known = self._names[table] = self._read(table)
        if all(map(known.issuperset, events)):
            return
        new = set(chain.from_iterable(events)) - known
        if len(known) + len(new) > self.most:
            text = f"{table}: a table has at most {self.most:,} fields; with `{min(new):.80}` and others it would have "
            raise TooManyFieldsError(f"{text}{len(known) + len(new):,}.")
        known |= new

    def forget(self, table: str) -> None:
        self._names.pop(table, None)

    def _read(self, table: str) -> set[str]:
        from dqlkit.store.delta import DeltaFolder, layout_of

        delta = DeltaFolder(folder_of(self._store, table)).open()
        layout = delta and layout_of(delta)
        rows = waiting(journal_of(self._store), table)
        return {*(layout.fields() if layout else ()), *unpacked(row.data for row in rows).values}
