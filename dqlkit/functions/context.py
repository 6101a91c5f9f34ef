"""The context of a query: clock, time zone and the like, which functions read, and the notices that it collects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from dqlkit.cached import cached_property
from dqlkit.frozen import field, frozen
from dqlkit.types.values import SmartscapeId, Timeframe, Timestamp, Value

__all__ = ["ENTITIES", "NODES", "Context", "Directory", "Notice"]


ENTITIES = "dt.entity."
"""How the names of tables of entities begin."""
NODES = "smartscapeNodes"
"""How the name of the table of nodes begins."""


class Directory(Mapping[str, Mapping[str, Value]]):
    """Records by their `id`, from the tables whose names begin so; read when one is first asked for."""

    def __init__(self, tables: str, load: Callable[[], Iterable[Mapping[str, Value]]] = tuple) -> None:
        self.tables = tables
        self._load = load

    def __reduce__(self) -> tuple[object, ...]:
        """Records travel, and what loads them does not."""
        return Directory, (self.tables, partial(list, list(self._records.values())))

    @cached_property
    def _records(self) -> dict[str, Mapping[str, Value]]:
        return {_text(record["id"]): record for record in self._load() if record.get("id") is not None}

    def find(self, id: Value, *names: str) -> Value:
        """The first of these fields that the record of an id has, null where it has none."""
        record = self._records.get(_text(id), {})
        return next((record[name] for name in names if record.get(name) is not None), None)

    def __getitem__(self, id: str) -> Mapping[str, Value]:
        return self._records[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def _text(id: Value) -> str:
    return id.text if isinstance(id, SmartscapeId) else str(id)


class Notice(NamedTuple):
    """Something worth knowing about an answer: a stable type, and a sentence."""

    type: str
    message: str


@frozen
class Context:
    """`now` is fixed once per query. `timeframe` is the one the query runs with, None where all records count. `until` is
    where ranges end that name no end, now if it is None.

    `timezone` is an IANA name or an offset; `locale` a BCP 47 tag, empty for the root locale. `entities` and `nodes`
    are the local tables of classic entities (`dt.entity.…`) and of Smartscape nodes (`smartscapeNodes`).
    """

    now: Timestamp
    timezone: str = "UTC"
    locale: str = ""
    timeframe: Timeframe | None = None
    until: Timestamp | None = None
    entities: Directory = field(default_factory=lambda: Directory(ENTITIES), repr=False)
    nodes: Directory = field(default_factory=lambda: Directory(NODES), repr=False)
    notices: dict[Notice, None] = field(default_factory=dict, repr=False, compare=False)

    def notify(self, type: str, message: str) -> None:
        """Add to what the answer says about itself; the same thing is said once."""
        self.notices[Notice(type, message)] = None
