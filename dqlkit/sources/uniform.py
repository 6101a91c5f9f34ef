"""JSON records read by Polars, where it can be known that nothing is lost.

Left to itself Polars gives a column that mixes numbers, or numbers and text, one type. Longs, booleans, objects and
arrays are sure: it refuses other values for these. Doubles and text are not. So where doubles are whole numbers, or
text looks like JSON, the column is read again, doubles as integers and text as binary, leniently: what is something
else is null then. Laid over one another the readings tell which value had which type.

What cannot be told apart in this way is left to the exact reader: objects whose members may be missing or null, arrays
of mixed values, columns that mix objects with other values, numbers beyond 64 bits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import polars as pl
from polars.exceptions import PolarsError

from dqlkit.engines.polars.encoding import encoded
from dqlkit.engines.polars.physical import dtype_of, is_encoded
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type, join_all
from dqlkit.wire import is_plain

__all__ = ["Column", "uniform_columns"]

Column: TypeAlias = tuple[pl.Series, Type]

_BETWEEN_LINES = re.compile(rb"\}[ \t\r]*,[ \t\r]*\n\s*\{")
_BETWEEN = re.compile(rb"\}\s*,\s*\{")
_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)

#: How Polars writes numbers, booleans, objects and arrays where it is told that they are text.
_LIKE_JSON = r"(?s)^(-?(0|[1-9][0-9]*)(\.[0-9]+)?|true|false|\{(\".*\": .*)?\}|\[.*\])$"


class _NotUniformError(Exception):
    """A column that only the exact reader can read."""


def uniform_columns(data: bytes) -> dict[str, Column] | None:
    """The columns of an array of objects, or of one object per line; None where the exact reader must look."""
    lines = _lines(data)
    if not lines or (b"\\u" in lines and _LONE_SURROGATE.search(lines)):
        return None
    try:
        return _columns(lines) or None
    except (PolarsError, _NotUniformError):
        return None


def _lines(data: bytes) -> bytes | None:
    """One object per line, or no JSON at all: cut in the wrong place, the first part of an object is none."""
    data = data.strip()
    if data.startswith(b"{"):
        return data if b"\n" in data else None
    if not (data.startswith(b"[") and data.endswith(b"]")):
        return None
    between = _BETWEEN_LINES if b"},\n" in data or b"},\r\n" in data else _BETWEEN
    lines, commas = between.subn(b"}\n{", data[1:-1].strip())
    return lines if lines.count(b"\n") == commas else None


def _are_plain(lines: bytes, members: Iterable[str]) -> bool:
    """Whether the records can be nothing else than records: neither answers of some API nor wrapped events."""
    try:
        return is_plain(json.loads(lines[: lines.find(b"\n") + 1] or lines), set(members))
    except ValueError:
        return False


def _columns(lines: bytes) -> dict[str, Column]:
    shown = pl.scan_ndjson(lines, infer_schema_length=None).collect_schema()
    if not _are_plain(lines, shown):
        raise _NotUniformError
    data = _read(lines, shown)
    doubtful = [column.name for column in data if _is_doubtful(column)]
    again = _read(lines, {name: _mapped(shown[name], _NARROW) for name in doubtful}, lenient=True)
    texts = [name for name in doubtful if shown[name] == pl.String]
    mixed = [name for name in texts if again[name].null_count() > data[name].null_count()]
    layered = _mixed_texts(lines, data.select(mixed), again.select(mixed))
    settled = {c.name: layered.get(c.name) or _settled(c, again[c.name] if c.name in doubtful else None) for c in data}
    return {name: settled[name] for name in _order(lines, data)}


def _order(lines: bytes, data: pl.DataFrame) -> Iterable[str]:
    """The fields as they first occur: those of the first record, then those of the records that first have a value."""
    names = dict.fromkeys(json.loads(lines.split(b"\n", 1)[0]))
    if len(names) < data.width:
        firsts = {column.is_not_null().arg_max() for column in data if column.name not in names}
        each = [line for line in lines.split(b"\n") if line.strip()]
        for index in sorted(first for first in firsts if first is not None):
            names |= dict.fromkeys(json.loads(each[index]))
    return [*names, *(name for name in data.columns if name not in names)]


def _read(lines: bytes, schema: Mapping[str, Any], lenient: bool = False) -> pl.DataFrame:
    return pl.read_ndjson(lines, schema=schema, ignore_errors=lenient) if schema else pl.DataFrame()


def _mapped(dtype: Any, leaves: Mapping[Any, Any]) -> Any:
    """A type with its scalars replaced."""
    if isinstance(dtype, pl.List):
        return pl.List(_mapped(dtype.inner, leaves))
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _mapped(field.dtype, leaves) for field in dtype.fields})
    return leaves.get(dtype, dtype)


_NARROW = {pl.Float64: pl.Int64, pl.String: pl.Binary}


def _is_doubtful(column: pl.Series) -> bool:
    """Whether a column may hold what it does not show: whole numbers among doubles, other values among text."""
    dtype = column.dtype
    if isinstance(dtype, pl.List):
        return _is_doubtful(_items(column))
    if isinstance(dtype, pl.Struct):
        return any(map(_is_doubtful, _members(column)))
    if dtype == pl.String:
        return bool(column.str.contains(_LIKE_JSON).any())
    return dtype == pl.Float64 and bool((column.floor() == column).any())


def _mixed_texts(lines: bytes, shown: pl.DataFrame, strings: pl.DataFrame) -> dict[str, Column]:
    """Columns shown as text in which not all values are: what else they are, they say when read as that."""
    schemas = {kind: dict.fromkeys(shown.columns, dtype_of(kind)) for kind in (LONG, DOUBLE, BOOLEAN)}
    readings = {kind: _read(lines, schema, lenient=True) for kind, schema in schemas.items()}
    columns: dict[str, Column] = {}
    for name in shown.columns:
        layers = {kind: read[name] for kind, read in readings.items()}
        columns[name] = _layered({**layers, STRING: strings[name].cast(pl.String)})
        if columns[name][0].null_count() > shown[name].null_count():
            raise _NotUniformError
    return columns


def _layered(layers: Mapping[Type, pl.Series]) -> Column:
    """One column of readings of the same values by type. A long can be read as a double too."""
    longs, doubles = layers[LONG], layers[DOUBLE]
    own = {**layers, DOUBLE: doubles.zip_with(longs.is_null(), pl.Series([None], dtype=pl.Float64))}
    present = {kind: column for kind, column in own.items() if column.null_count() < len(column)}
    if len(present) == 1:
        return next((column, kind) for kind, column in present.items())
    written = [encoded(column, kind) for kind, column in present.items()]
    return pl.select(pl.coalesce(written)).to_series().alias(longs.name), join_all(present)


def _items(column: pl.Series) -> pl.Series:
    present = column.drop_nulls()
    return present.filter(present.list.len() > 0).explode()


def _members(column: pl.Series) -> Iterable[pl.Series]:
    return (column.struct.field(name) for name in column.struct.fields)


def _settled(column: pl.Series, again: pl.Series | None) -> Column:
    """A column with its type; `again` is the same with doubles read as integers and text as binary, if in doubt."""
    dtype = column.dtype
    if isinstance(dtype, pl.Struct):
        return _settled_record(column, again)
    if isinstance(dtype, pl.List):
        return _settled_array(column, again)
    if again is not None and dtype == pl.Float64:
        return _layered({LONG: again, DOUBLE: column})
    if again is not None and again.null_count() > column.null_count():
        raise _NotUniformError
    kind = _KINDS.get(dtype)
    if kind is None:
        raise _NotUniformError
    if column.null_count() == len(column):
        kind = NULL
    return column.cast(dtype_of(kind)), kind


_KINDS: dict[Any, Type] = {
    pl.Boolean: BOOLEAN,
    pl.Int64: LONG,
    pl.Float64: DOUBLE,
    pl.String: STRING,
    pl.Null: NULL,
}


def _settled_array(column: pl.Series, again: pl.Series | None) -> Column:
    items, kind = _settled(_items(column), None if again is None else _items(again))
    if items.dtype != dtype_of(kind) or is_encoded(kind):
        raise _NotUniformError
    return column.cast(pl.List(items.dtype)), Array(kind)


def _settled_record(column: pl.Series, again: pl.Series | None) -> Column:
    """A record column in which every record has every member. Null may mean that a member is missing."""
    present = column.is_not_null()
    if not column.struct.fields:
        raise _NotUniformError
    if not present.any():
        return pl.repeat(None, len(column), dtype=pl.Boolean, eager=True).alias(column.name), NULL
    members: list[tuple[str, Column]] = []
    for name in column.struct.fields:
        member = column.struct.field(name)
        if member.filter(present).null_count():
            raise _NotUniformError
        members.append((name, _settled(member, None if again is None else again.struct.field(name))))
    rebuilt = pl.DataFrame([series.alias(name) for name, (series, _) in members]).to_struct(column.name)
    kind = Record((name, member) for name, (_, member) in members)
    return rebuilt.zip_with(present, pl.Series([None], dtype=rebuilt.dtype)), kind
