"""Tables whose fields have declared types: values read as declared, and what does not fit reported, not bent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import series_of, values_of
from dqlkit.engines.polars.typed import Typed
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, STRING, TIMESTAMP, Type, join_all
from dqlkit.types.values import Value, type_of

__all__ = ["Declaration", "as_declared"]

#: The types of the engine whose columns already are what a declaration asks for.
_KINDS: Mapping[str, Type] = {
    "string": STRING,
    "integer": LONG,
    "float": DOUBLE,
    "boolean": BOOLEAN,
    "date": TIMESTAMP,
}


class Declaration(Protocol):
    """What is declared of a table: names with types, and how a value is read (None where it does not fit)."""

    @property
    def declared(self) -> frozenset[str]: ...

    def type(self, name: str) -> str | None: ...

    def value(self, name: str, value: Value) -> Value: ...


def as_declared(frame: Frame, declaration: Declaration) -> tuple[Frame, dict[str, int]]:
    """The table with its fields as declared, and for each field how many values do not fit. Those stay as they are."""
    names = [name for name in frame.schema.fields if name in declaration.declared]
    odd = [name for name in names if frame.schema.type(name) != _KINDS.get(declaration.type(name) or "")]
    if not odd:
        return frame, {}
    misfits: dict[str, int] = {}
    data = frame.lazy.collect()
    columns: list[tuple[str, Typed]] = []
    for name in odd:
        values = values_of(data[name], frame.schema.type(name))
        read = [declaration.value(name, value) for value in values]
        wrong = sum(one is None and value is not None for one, value in zip(read, values, strict=True))
        if wrong:
            misfits[name] = wrong
        kept = [value if one is None else one for one, value in zip(read, values, strict=True)]
        kind = join_all(dict.fromkeys(map(type_of, kept)))
        columns.append((name, Typed(pl.lit(series_of(kept, kind, name)), kind)))
    return frame.replace(data.lazy()).with_fields(columns), misfits
