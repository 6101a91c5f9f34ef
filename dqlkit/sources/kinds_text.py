"""DQL types as text beside columns: what Parquet and Arrow cannot say of them.

Written under one key of a file's own metadata, as JSON: a scalar is its name, an array `{"array": …}`, a record
`{"record": {name: …}}`, a column of mixed types `{"any": […]}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.schema import Schema
from dqlkit.results.friendly import friendly_column, friendly_kind
from dqlkit.sources.errors import SourceError
from dqlkit.types import kinds
from dqlkit.types.kinds import Array, Record, Type, Variant

__all__ = ["KEY", "described", "kinds_to_text", "read_whole", "readable", "typed_scan"]

KEY = "dqlkit.types"
#: Behind the name of a column: the same values in a form for other tools.
READABLE = " (readable)"
_SCALARS = {kind.name: kind for kind in vars(kinds).values() if type(kind) is Type}


def kinds_to_text(schema: Schema) -> str:
    """The types of all fields."""
    return json.dumps({name: _written(kind) for name, kind in schema.fields.items()})


def _written(kind: Type) -> Any:
    if isinstance(kind, Array):
        return {"array": _written(kind.element)}
    if isinstance(kind, Record):
        return {"record": {name: _written(member) for name, member in kind.fields}}
    if isinstance(kind, Variant):
        return {"any": [_written(option) for option in sorted(kind.options, key=str)]}
    return kind.name


def described(text: str | None) -> dict[str, Type]:
    """The types in a file's metadata; none where there are none, or none this version can read."""
    try:
        return {name: _read(kind) for name, kind in json.loads(text or "{}").items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _read(written: Any) -> Type:
    if isinstance(written, str):
        return _SCALARS[written]
    ((name, inside),) = written.items()
    if name == "array":
        return Array(_read(inside))
    if name == "record":
        return Record((member, _read(kind)) for member, kind in inside.items())
    return Variant(map(_read, inside))


def readable(frame: Frame) -> pl.LazyFrame:
    """The columns, and behind them a form that every tool reads of those with mixed types, addresses, ids and the like."""
    forms = {name: (kind, friendly_kind(kind)) for name, kind in frame.schema.fields.items()}
    return frame.lazy.with_columns(
        column_named(name)
        .map_batches(partial(friendly_column, kind=kind), return_dtype=dtype_of(plain), is_elementwise=True)
        .alias(name + READABLE)
        for name, (kind, plain) in forms.items()
        if kind != plain
    )


def _without_readable(lazy: pl.LazyFrame, kinds: Mapping[str, Type]) -> pl.LazyFrame:
    """The columns without the forms for other tools."""
    forms = {name + READABLE for name, kind in kinds.items() if kind != friendly_kind(kind)}
    return lazy.drop(forms, strict=False) if forms else lazy


def read_whole(frame: Frame) -> None:
    """Read every value of a file, after a query failed over some: what is wrong with it is raised."""
    for data in frame.lazy.collect_batches():
        frame.records_of(data)


def typed_scan(lazy: pl.LazyFrame, kinds: Mapping[str, Type]) -> Frame:
    """A scanned file as a frame. A column has its described type while it is laid out so, else the one it shows."""
    lazy = _without_readable(lazy, kinds)
    try:
        shown = Frame.from_lazy(lazy)
    except KeyError as fault:
        raise SourceError.of("R104", f"expected columns of known types, found the Polars type {fault}.") from None
    layout = shown.lazy.collect_schema() if kinds else {}
    fitting = {name: kind for name, kind in kinds.items() if layout.get(name) == dtype_of(kind)}
    fields = {name: fitting.get(name, kind) for name, kind in shown.schema.fields.items()}
    return Frame(shown.lazy, Schema(fields).as_stored())
