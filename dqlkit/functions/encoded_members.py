"""What is inside of arrays and records among encoded values, found for a whole column.

Where the bytes of a member's name stand once in a record, and the record is such that a member of that name is in it,
they are that name: what follows them is the member. Arrow answers both questions with linear scans of the bytes. Other
records, and members that are records or arrays themselves, are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dqlkit.functions.lazy import Lazy, pl
from dqlkit.types import order
from dqlkit.types.values import Value

__all__ = ["member_column", "read_each"]

if TYPE_CHECKING:
    import pyarrow as pa

compute = Lazy("pyarrow.compute")

_NULL = order.encode(None)
#: Of so few values each is read whole, once for all of its members: that is sooner done than looking for each of them.
_FEW = 32
#: Timeframes have these without their names.
_BOUNDS = ("start", "end")


def member_column(values: pl.Series, name: str) -> pl.Series:
    """The encodings of the members of that name; null where there is none, or where a value is no record."""
    if len(values) <= _FEW:
        return pl.Series([data and _member(data, name) for data in values.to_list()], dtype=pl.Binary)
    times = _series(compute.count_substring(values.to_arrow(), order.encode(name)))
    once = (times == 1).fill_null(False)
    members, clear = _behind_name(values.filter(once), name)
    left = (times > 1 if name not in _BOUNDS else times != 1).fill_null(False)
    if not once.all():
        nothing = pl.repeat(None, len(values), dtype=pl.Binary, eager=True)
        members, clear = nothing.scatter(once.arg_true(), members), ~left.scatter(once.arg_true(), ~clear)
    if clear.all():
        return members
    read = [order.member(data, name) for data in values.filter(~clear).to_list()]
    return members.scatter((~clear).arg_true(), pl.Series(read, dtype=pl.Binary))


def read_each(values: pl.Series, kind: str, read: Callable[[bytes], Any], dtype: Any) -> pl.Series:
    """What is read of each encoding of an array, or of a record; null for values of other types."""
    chosen = (
        values.to_frame("").select(pl.col("").bin.head(1) == bytes([order.RANK[kind]])).to_series().fill_null(False)
    )
    found = pl.Series([read(data) for data in values.filter(chosen).to_list()], dtype=dtype)
    return pl.repeat(None, len(values), dtype=dtype, eager=True).scatter(chosen.arg_true(), found)


def _member(data: bytes, name: str) -> bytes | None:
    """The same of one value."""
    value = _whole(data)
    if not isinstance(value, dict):
        return order.member(data, name) if name in _BOUNDS else None
    member = value.get(name)
    return None if member is None else order.encode(member)


@lru_cache(maxsize=_FEW)
def _whole(data: bytes) -> Value:
    return order.decode(data)


def _behind_name(values: pl.Series, name: str) -> tuple[pl.Series, pl.Series]:
    """What stands behind the name in encodings that hold it once; and whether that is clear."""
    wanted, data = order.encode(name), values.to_arrow()
    at = _series(compute.find_substring(data, wanted))
    rest = pl.DataFrame({"data": values, "at": at}).select(pl.col("data").bin.slice(pl.col("at") + len(wanted)))
    found = pl.DataFrame(
        {
            "value": rest.to_series(),
            "end": _series(compute.find_substring(rest.to_series().to_arrow(), b"\x00")),
            "held": _series(compute.match_substring_regex(data, order.member_start(name))),
        }
    )
    size = _size(pl.col("value"), pl.col("end"))
    member = found.select(pl.col("value").bin.slice(0, size), (pl.col("held") & size.is_not_null()).alias("clear"))
    return member.select(pl.when(pl.col("value") != _NULL).then("value")).to_series(), member["clear"]


def _series(array: pa.Array) -> pl.Series:
    return pl.Series(pl.from_arrow(array))


def _size(value: pl.Expr, end: pl.Expr) -> Any:
    """How many bytes the value has that starts here, where its first byte tells it, or its first zero at `end`."""
    first = value.bin.slice(0, 1)
    size: Any = pl.when(
        first.is_in([bytes([one]) for one in order.TERMINATED]) & (value.bin.slice(end + 1, 1) != b"\xff")
    )
    size = size.then(end + 1)
    for one, width in order.WIDTHS.items():
        size = size.when(first == bytes([one])).then(pl.lit(width, pl.Int32))
    return size
