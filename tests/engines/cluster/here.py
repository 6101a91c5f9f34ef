"""A cluster in this process: fragments, plans and records travel as they do elsewhere, and nothing is started."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from dqlkit.engines.cluster.ports import Tell
from dqlkit.engines.cluster.ports.local import buckets_of
from dqlkit.engines.cluster.wire import arrow_schema
from dqlkit.engines.cluster.work import Part, Task
from dqlkit.frozen import replace

__all__ = ["Here"]


class Here:
    """Parts are lists of Arrow tables for each side, and those of tables pickled. An empty side has no table."""

    width = 3
    is_lost = is_lazy = False

    def spread(self, parts: Sequence[Part]) -> list[Any]:
        return [pickle.dumps(part) for part in parts]

    def map(self, parts: list[Any], work: Task, tell: Tell) -> list[Any]:
        held: Task = pickle.loads(pickle.dumps(work))
        return [[held.run(_filled(part, held))] for part in parts]

    def exchange(self, sides: Sequence[list[Any]], keys: Sequence[Sequence[str]]) -> list[Any]:
        if not any(keys):
            rest: list[Any] = [None] * len(sides)
            return [[*rest[:k], table, *rest[k + 1 :]] for k, side in enumerate(sides) for [table] in side]
        split = [self._split(side, own) for side, own in zip(sides, keys, strict=True)]
        return [[tables[part] for tables in split] for part in range(self.width)]

    def _split(self, side: list[Any], keys: Sequence[str]) -> list[Any]:
        """The records of a side for each part; backwards, since a cluster promises no order."""
        if not side:
            return [None] * self.width
        whole = pa.concat_tables([table for [table] in side])
        table = whole.take(pa.array(range(len(whole))[::-1], pa.int64()))
        places = buckets_of(table, keys, self.width)
        return [table.filter((places == part).to_arrow()) for part in range(self.width)]

    def collect(self, parts: list[Any], tell: Tell) -> Any:
        return pa.concat_tables([table for [table] in parts[::-1]])

    def release(self, parts: Sequence[Any]) -> None: ...


def _filled(part: Any, work: Task) -> Part:
    if isinstance(part, bytes):
        found: Part = pickle.loads(part)
        return found
    schemas = work.schemas.values()
    tables = [arrow_schema(s).empty_table() if table is None else table for table, s in zip(part, schemas, strict=True)]
    return replace(Part(), streams=tables)
