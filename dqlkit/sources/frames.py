"""Records and columns of values made into a frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import series_of
from dqlkit.plan.schema import Schema
from dqlkit.sources.instants import instants
from dqlkit.types.kinds import join_all
from dqlkit.types.values import Value, type_of

__all__ = ["frame_of"]


def frame_of(records: Sequence[Mapping[str, Value]], times: Collection[str]) -> Frame:
    """A frame of records that may differ in fields and types; `times` are the fields to take for times."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = []
    kinds = {}
    for name in names:
        values = instants(name, [record.get(name) for record in records], times)
        kinds[name] = join_all(dict.fromkeys(map(type_of, values)))
        columns.append(series_of(values, kinds[name], name))
    data = pl.DataFrame(columns) if columns else pl.DataFrame(height=len(records))
    return Frame(data.lazy(), Schema(kinds))
